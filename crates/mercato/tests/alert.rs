//! Alerts against servers of this machine: what is new arrives once, signed; what fails is told apart and tried again.

mod run;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::Value;
use sha2::Sha256;

const SECRET: &str = "a secret of the tests";

/// One request as it came.
#[derive(Clone, Debug)]
struct Came {
    head: Vec<String>,
    body: String,
}

impl Came {
    fn header(&self, name: &str) -> &str {
        let found = self.head.iter().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        found.unwrap_or_else(|| panic!("no {name} in {:?}", self.head))
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

type Shelf<T> = Arc<Mutex<Vec<T>>>;

/// A server that keeps what it gets and answers with the given statuses in turn, then with 204.
fn hooks(statuses: &[u16]) -> (u16, Shelf<Came>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (port, kept) = (listener.local_addr().unwrap().port(), Shelf::default());
    let (shelf, statuses) = (kept.clone(), statuses.to_vec());
    std::thread::spawn(move || {
        let mut statuses = statuses.into_iter();
        for stream in listener.incoming().flatten() {
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut head = Vec::new();
            loop {
                let mut line = String::new();
                if reader.read_line(&mut line).unwrap_or(0) == 0 || line.trim().is_empty() {
                    break;
                }
                head.push(line.trim_end().to_owned());
            }
            let length = head.iter().find_map(|l| l.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
            let mut body = vec![0; length.unwrap_or(0)];
            reader.read_exact(&mut body).unwrap();
            shelf.lock().unwrap().push(Came { head, body: String::from_utf8(body).unwrap() });
            let status = statuses.next().unwrap_or(204);
            let more = if status == 302 { "location: http://127.0.0.1:1/\r\n" } else { "" };
            let _ = write!(&stream, "HTTP/1.1 {status} X\r\n{more}content-length: 0\r\nconnection: close\r\n\r\n");
        }
    });
    (port, kept)
}

/// A mail server that keeps the letters.
fn letters() -> (u16, Shelf<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (port, kept) = (listener.local_addr().unwrap().port(), Shelf::default());
    let shelf: Shelf<String> = kept.clone();
    std::thread::spawn(move || listener.incoming().flatten().for_each(|stream| letter(&stream, &shelf)));
    (port, kept)
}

fn letter(stream: &TcpStream, shelf: &Shelf<String>) {
    let say = |line: &str| write!(&*stream, "{line}\r\n").unwrap();
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    say("220 ready");
    while let Some(Ok(line)) = lines.next() {
        match line.split(' ').next().unwrap_or_default() {
            "DATA" => {
                say("354 go on");
                let text: Vec<String> = lines.by_ref().map_while(Result::ok).take_while(|line| line != ".").collect();
                shelf.lock().unwrap().push(text.join("\n"));
                say("250 kept");
            }
            "QUIT" => return say("221 bye"),
            _ => say("250 yes"),
        }
    }
}

struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new(places: &str) -> Self {
        let desk = Self { folder: tempfile::tempdir().unwrap() };
        std::fs::create_dir(desk.path().join("inbox")).unwrap();
        desk.write(places);
        desk
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn write(&self, places: &str) {
        let inbox = self.path().join("inbox");
        let file = format!(
            "sources = [{inbox:?}]\nsite = \"http://desk.example/\"\nlang = \"it\"\n\
             [[watch]]\nname = \"Via da Corvanta\"\nfrom = \"Corvanta\"\nkind = [\"move\"]\n{places}"
        );
        std::fs::write(self.path().join("watch.toml"), file).unwrap();
    }

    fn article(&self, id: &str, text: &str) {
        let row = serde_json::json!({ "id": id, "text": text, "lang": "it", "published": "2025-07-01", "outlet": "L’Esempio",
            "url": format!("https://esempio.example/{id}") });
        std::fs::write(self.path().join("inbox").join(format!("{id}.jsonl")), format!("{row}\n")).unwrap();
    }

    fn run(&self, more: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mercato"));
        command.arg("--ledger").arg(self.path().join("ledger.db")).arg("alert").arg(self.path().join("watch.toml"));
        command.args(more).env("HOOK_SECRET", SECRET).env_remove("http_proxy").env_remove("HTTP_PROXY");
        command.output().unwrap()
    }

    /// Runs and returns the exit code with what was said.
    fn said(&self, more: &[&str]) -> (i32, String) {
        let out = self.run(more);
        let text = format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
        (out.status.code().unwrap(), text)
    }
}

fn hook(port: u16) -> String {
    format!(
        "[[webhook]]\nurl = \"http://127.0.0.1:{port}/in\"\nsecret_env = \"HOOK_SECRET\"\nprivate = true\nwait_seconds = 0.01\ntries = 3\n"
    )
}

fn mail(port: u16) -> String {
    format!(
        "[mail]\nserver = \"127.0.0.1\"\nport = {port}\nsecurity = \"none\"\nfrom = \"Mercato <mercato@desk.example>\"\nto = [\"ada@desk.example\"]\n"
    )
}

const FIRST: &str = "Ada Neri ha lasciato Corvanta per Helvion.";
const SECOND: &str = "Bea Conti ha lasciato Corvanta per Quellix.";

#[test]
fn what_is_new_arrives_once_signed_and_with_its_words() {
    let ((port, came), (post, letters)) = (hooks(&[503, 429]), letters());
    let desk = Desk::new(&(hook(port) + &mail(post)));
    desk.article("uno", FIRST);
    let (code, said) = desk.said(&[]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("watched from now on, facts known: 1"), "{said}");
    assert!(came.lock().unwrap().is_empty() && letters.lock().unwrap().is_empty(), "the first run only looks");

    desk.article("due", SECOND);
    let (_, planned) = desk.said(&["--dry-run"]);
    assert!(planned.contains("Bea Conti"), "{planned}");
    assert!(came.lock().unwrap().is_empty(), "a dry run sends nothing");
    assert_eq!(desk.said(&[]).0, 0);
    let got = came.lock().unwrap().clone();
    assert_eq!(got.len(), 3, "busy twice, then taken");
    assert!(got.iter().all(|c| c.header("webhook-id") == got[0].header("webhook-id") && c.body == got[0].body));
    for c in &got {
        let signed = format!("{}.{}.{}", c.header("webhook-id"), c.header("webhook-timestamp"), c.body);
        let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
        mac.update(signed.as_bytes());
        let expected = data_encoding::BASE64.encode(&mac.finalize().into_bytes());
        assert_eq!(c.header("webhook-signature"), format!("v1,{expected}"));
    }
    let news = got[2].json();
    assert_eq!((&news["kind"], &news["watch"]), (&"news".into(), &"Via da Corvanta".into()));
    let facts = news["facts"].as_array().unwrap();
    assert_eq!(facts.len(), 1, "{news}");
    assert_eq!(facts[0]["change"], "new");
    let words = &facts[0]["words"][0];
    assert!(SECOND.contains(words["quote"].as_str().unwrap()) && words["url"] == "https://esempio.example/due");
    assert_eq!(news["feed"], "/feed.atom?from=Corvanta&kind=move");
    let letter = letters.lock().unwrap().clone();
    assert_eq!(letter.len(), 1);
    let text = letter[0].replace("=\n", "");
    assert!(
        text.contains("To: ada@desk.example") && text.contains("Bea Conti") && !text.contains("Ada Neri:"),
        "{text}"
    );
    assert!(text.contains("http://desk.example/fact/"), "{text}");

    let (code, said) = desk.said(&[]);
    assert!(code == 0 && said.contains("nothing new"), "{said}");
    assert_eq!((came.lock().unwrap().len(), letters.lock().unwrap().len()), (3, 1), "nothing new, nothing sent");
}

#[test]
fn a_source_that_failed_is_not_silence() {
    let (port, came) = hooks(&[]);
    let desk = Desk::new(&hook(port));
    desk.article("uno", FIRST);
    assert_eq!(desk.said(&[]).0, 0);
    std::fs::write(desk.path().join("inbox/rotto.jsonl"), "{ no record\n").unwrap();
    let (code, said) = desk.said(&[]);
    assert_eq!(code, 1);
    assert!(said.contains("nothing new") && said.contains("failed: "), "{said}");
    let got = came.lock().unwrap().clone();
    assert_eq!(got.len(), 1);
    assert_eq!(got[0].json()["kind"], "failed");
    assert!(got[0].json()["sources"][0]["what"].as_str().unwrap().contains("rotto"), "{}", got[0].body);
    assert_eq!(desk.said(&[]).0, 1);
    assert_eq!(came.lock().unwrap().len(), 1, "the same failure is told once");
    std::fs::remove_file(desk.path().join("inbox/rotto.jsonl")).unwrap();
    assert_eq!(desk.said(&[]).0, 0);
    std::fs::remove_dir_all(desk.path().join("inbox")).unwrap();
    assert_eq!(desk.said(&[]).0, 1);
    assert_eq!(came.lock().unwrap().len(), 2, "a new one is told");
}

#[test]
fn an_outlet_not_heard_of_is_told() {
    let (port, came) = hooks(&[]);
    let silent = "[[silent]]\noutlet = \"L’Esempio\"\ndays = 30\n[[silent]]\noutlet = \"Mai\"\ndays = 99999\n";
    let desk = Desk::new(&(hook(port) + silent));
    desk.article("uno", FIRST);
    assert_eq!(desk.said(&[]).0, 1);
    let told = came.lock().unwrap()[0].json();
    assert_eq!(told["sources"][0]["what"], "no article since 2025-07-01");
    assert_eq!(told["sources"][1]["what"], "no article at all");
}

#[test]
fn what_did_not_arrive_is_sent_again_with_the_next_run() {
    // A port on which nobody listens any more.
    let dead = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let desk = Desk::new(&hook(dead));
    desk.article("uno", FIRST);
    let (code, said) = desk.said(&["--from-start"]);
    assert!(code == 1 && said.contains("after 3 tries"), "{said}");
    let (port, came) = hooks(&[404, 302]);
    // The same place under the same name is what was not told: the file names the port, so it is another place.
    desk.write(&hook(port));
    for (status, tries) in [(404, 1), (302, 2)] {
        let (code, said) = desk.said(&["--from-start"]);
        assert!(code == 1 && said.contains(&format!("answered {status}")), "{said}");
        assert_eq!(came.lock().unwrap().len(), tries, "what will not change is not tried again at once");
    }
    assert_eq!(desk.said(&["--from-start"]).0, 0);
    assert_eq!(came.lock().unwrap()[2].json()["facts"][0]["change"], "new");
    assert!(desk.said(&["--from-start"]).1.contains("nothing new"));
}

#[test]
fn files_without_sense_are_refused_before_anything_is_sent() {
    let (port, came) = hooks(&[]);
    let good = hook(port);
    let desk = Desk::new(&good);
    desk.article("uno", FIRST);
    for (places, says) in [
        (good.replace("private = true\n", ""), "private = true"),
        (good.replace("private = true\n", "").replace("http:", "https:"), "private address"),
        (good.replace("HOOK_SECRET", "NO_SUCH_SECRET"), "NO_SUCH_SECRET is not set"),
        (format!("{good}surprise = 1\n"), "surprise"),
        ("[[watch]]\nname = \"x\"\n".to_owned(), "names nothing to watch"),
        ("[[watch]]\nname = \"Via da Corvanta\"\nfirm = \"A\"\n".to_owned(), "two watchlists"),
        ("[[watch]]\nname = \"x\"\nlevel = \"sure\"\n".to_owned(), "level cannot be understood"),
        ("[[watch]]\nname = \"a\\nb\"\nfirm = \"A\"\n".to_owned(), "a name of one line"),
        (mail(25).replace("ada@", "ada at "), "ada at"),
        (mail(25) + "user_env = \"HOOK_SECRET\"\npassword_env = \"HOOK_SECRET\"\n", "in the open"),
    ] {
        desk.write(&places);
        let (code, said) = desk.said(&[]);
        assert!(code == 2 && said.contains(says), "{places}: {code} {said}");
    }
    assert!(came.lock().unwrap().is_empty());
    assert!(!desk.path().join("watch.toml.told").exists());
}
