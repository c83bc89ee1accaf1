//! A model as second reader, from the command line: asked on this machine, recorded, replayed, held to its budget.

mod run;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use run::{Ended, Place};

const ARTICLES: &str = r#"{"id": "a", "lang": "it", "published": "2025-07-08", "text": "Ada Neri ha lasciato Corvanta per Helvion. Helvion avrebbe offerto a Bruno Salis fino a 3 milioni di euro."}
{"id": "b", "lang": "en", "text": "Idris Holm has left Corvanta for Tarn, taking a month off."}
{"id": "c", "lang": "en", "text": "The rain will stop on Tuesday, and the bridge over the river opens again."}
"#;

/// One claim that the text proves, one that it does not, one with an amount that is another.
const ANSWER: &str = r#"{"claims": [
{"kind": "move", "slots": {"person": ["Ada Neri"], "from": "Corvanta", "to": "Helvion"}, "status": "asserted", "source": [], "date": null, "evidence": ["Ada Neri ha lasciato Corvanta per Helvion"], "score": 0.95},
{"kind": "move", "slots": {"person": ["Pia Rossi"], "from": "Corvanta", "to": "Helvion"}, "status": "asserted", "source": [], "date": null, "evidence": ["Pia Rossi ha lasciato Corvanta"], "score": 0.95},
{"kind": "pay", "slots": {"org": "Helvion", "person": ["Bruno Salis"], "amount": {"min": 9000000, "max": 9000000, "currency": "EUR"}}, "status": "reported", "source": [], "date": null, "evidence": ["fino a 3 milioni di euro"], "score": 0.9}
]}"#;

const MODELS: &str = r#"
default = "mine"
[models.mine]
url = "ADDRESS"
model = "mock-1"
key_env = "MOCK_KEY"
retries = 0
[models.mine.price]
input = 1.0
output = 1.0
"#;

/// A server that gives every question the same answer, and counts the questions.
fn server() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let (mut length, mut line) = (0, String::new());
            while reader.read_line(&mut line).unwrap() > 2 {
                if let Some(n) = line.to_lowercase().strip_prefix("content-length: ") {
                    length = n.trim().parse().unwrap();
                }
                line.clear();
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            count.fetch_add(1, Ordering::SeqCst);
            let message = serde_json::json!({"content": ANSWER});
            let reply = serde_json::json!({
                "choices": [{"message": message, "finish_reason": "stop"}],
                "usage": {"prompt_tokens": 1000, "completion_tokens": 500},
            });
            let reply = reply.to_string();
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{reply}",
                reply.len()
            );
        }
    });
    (address, asked)
}

fn place() -> (Place, Arc<AtomicUsize>) {
    let (address, asked) = server();
    let models = MODELS.replace("ADDRESS", &address);
    (Place::new().with("news.jsonl", ARTICLES).with("mercato-models.toml", models), asked)
}

fn with_key(place: &Place, arguments: &[&str]) -> Ended {
    let mut command = place.command(arguments);
    command.env("MOCK_KEY", "sk-very-secret");
    Ended::of(command)
}

fn everything_below(folder: &std::path::Path, out: &mut Vec<Vec<u8>>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        if entry.path().is_dir() {
            everything_below(&entry.path(), out);
        } else {
            out.push(std::fs::read(entry.path()).unwrap());
        }
    }
}

#[test]
fn asked_recorded_and_replayed_byte_for_byte() {
    let (place, asked) = place();
    let read = ["read", "news.jsonl", "--reader", "model", "--format", "jsonl"];
    let live = with_key(&place, &[&read[..], &["--notes"]].concat());
    assert_eq!(live.code, 0, "{}", live.err);
    assert!(live.err.starts_with("mercato: the text of articles goes to 127.0.0.1"), "{}", live.err);
    assert!(live.err.contains("2 asked, 0 from the record, 2000 + 1000 tokens, $0.0030"), "{}", live.err);
    assert_eq!(asked.load(Ordering::SeqCst), 2, "what is off topic is not sent");
    assert_eq!(live.out.lines().count(), 1, "{}", live.out);
    assert!(live.out.contains("\"rule\":\"model:mock-1@1\""), "{}", live.out);
    for word in ["refused-quote", "refused-value", "off-topic"] {
        assert!(live.err.contains(word), "{word}: {}", live.err);
    }
    // The answers are kept: nobody is asked twice, and the key is nowhere.
    let again = with_key(&place, &read);
    assert_eq!((again.out.as_str(), asked.load(Ordering::SeqCst)), (live.out.as_str(), 2));
    assert!(again.err.contains("0 asked, 2 from the record"), "{}", again.err);
    let replay = place.run(&[&read[..], &["--replay", "mercato.answers"]].concat());
    assert_eq!((replay.code, replay.out.as_str()), (1, live.out.as_str()), "{}", replay.err);
    replay.fails(1, &["c: the record has no answer of mock-1"]);
    let mut files = Vec::new();
    everything_below(&place.path("."), &mut files);
    assert!(files.iter().all(|f| !String::from_utf8_lossy(f).contains("sk-very-secret")));
}

#[test]
fn a_record_for_both_readers_and_the_ledger() {
    let (place, asked) = place();
    let record = with_key(&place, &["model", "record", "kept", "news.jsonl", "--all-documents"]);
    assert_eq!((record.code, asked.load(Ordering::SeqCst)), (0, 3), "{}", record.err);
    assert!(record.out.contains("3 documents read; 3 answers in kept"), "{}", record.out);
    let both = ["read", "news.jsonl", "--reader", "both", "--replay", "kept", "--format", "jsonl"];
    let read = place.ok(&both);
    assert!(read.contains("model:mock-1@1+it.move."), "found by both: {read}");
    for threads in ["1", "4"] {
        assert_eq!(place.ok(&[&both[..], &["--threads", threads]].concat()), read);
    }
    let added = place.ok(&["add", "news.jsonl", "--reader", "model", "--replay", "kept"]);
    assert!(added.starts_with("3 new"), "{added}");
    let listed = place.ok(&["list", "all", "--format", "jsonl"]);
    let id = listed.split('"').nth(3).unwrap();
    let why = place.ok(&["why", id]);
    assert!(why.contains("found by the model mock-1, prompt 1"), "{why}");
    assert_eq!(asked.load(Ordering::SeqCst), 3);
}

#[test]
fn a_budget_is_never_passed_and_a_limit_holds() {
    let (place, asked) = place();
    // One question is put at about 3,100 tokens: $0.0031 at this price.
    let read = ["read", "news.jsonl", "--reader", "model"];
    let poor = with_key(&place, &[&read[..], &["--budget", "0.004usd", "--threads", "1"]].concat());
    poor.fails(1, &["1 document left: the limit of --budget or --max-documents is reached"]);
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    let few = with_key(&place, &["model", "record", "kept", "news.jsonl", "--max-documents", "1"]);
    few.fails(1, &["1 document left"]);
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    let none =
        place.run(&["read", "news.jsonl", "--reader", "model", "--model", "ollama/unheard-of", "--budget", "1usd"]);
    none.fails(2, &["the price of unheard-of is not known", "[models.NAME.price]"]);
}

#[test]
fn estimates_and_lists_ask_nobody() {
    let (place, asked) = place();
    let table = place.ok(&["model", "estimate", "news.jsonl"]);
    assert!(table.contains("documents     3\nto be asked   2 (66.7 %), in 2 questions"), "{table}");
    assert!(table.contains("money         about $0.01 at the price of mock-1"), "{table}");
    let csv =
        place.ok(&["model", "estimate", "news.jsonl", "--model", "ollama/x", "--all-documents", "--format", "csv"]);
    assert!(csv.starts_with("model,where,documents,asked,questions,input_tokens,output_tokens,usd,seconds\n"), "{csv}");
    assert!(csv.contains("x,localhost:11434,3,3,3,"), "{csv}");
    let list = place.ok(&["model", "list"]);
    assert!(list.contains("MOCK_KEY is not set") && list.contains("ollama/MODEL"), "{list}");
    assert_eq!(asked.load(Ordering::SeqCst), 0);
    let check = with_key(&place, &["model", "check"]);
    assert_eq!((check.code, asked.load(Ordering::SeqCst)), (0, 1), "{}", check.err);
    assert!(check.out.contains("3 claims read from its answer, 0 of them quote the text"), "{}", check.out);
}

#[test]
fn what_is_missing_is_said() {
    let (place, asked) = place();
    let read = ["read", "news.jsonl", "--reader", "both"];
    place.run(&read).fails(2, &["MOCK_KEY is not set"]);
    place
        .run(&[&read[..], &["--model", "nobody"]].concat())
        .fails(2, &["there is no model nobody", "mercato model list"]);
    place.run(&[&read[..], &["--replay", "nowhere"]].concat()).fails(1, &["nowhere holds no recorded answers"]);
    place.write("mercato-models.toml", "[models.mine]\nurl = \"ftp://x\"\n");
    place.run(&[&read[..], &["--model", "mine"]].concat()).fails(2, &["model mine: a url is needed"]);
    place.write("mercato-models.toml", "[models.mine]\nadress = \"x\"\n");
    place.run(&[&read[..], &["--model", "mine"]].concat()).fails(2, &["mercato-models.toml:1:", "adress"]);
    place.write("mercato-models.toml", "[models.mine]\nurl = \"http://127.0.0.1:1\"\nretries = 0\n");
    let nobody = place.run(&[&read[..], &["--model", "mine"]].concat());
    nobody.fails(1, &["a: 127.0.0.1:1 cannot be reached", "check the address"]);
    assert_eq!(asked.load(Ordering::SeqCst), 0);
}

#[test]
fn a_recorded_reading_is_scored() {
    let gold = r#"{"doc": "a", "kind": "move", "slots": {"person": ["Ada Neri"], "from": "Corvanta", "to": "Helvion"}, "status": "asserted", "source": [], "evidence": [{"quote": "Ada Neri ha lasciato Corvanta per Helvion"}]}
{"doc": "b", "kind": "move", "slots": {"person": ["Idris Holm"], "from": "Corvanta", "to": "Tarn"}, "status": "asserted", "source": [], "evidence": [{"quote": "Idris Holm has left Corvanta for Tarn"}]}
"#;
    let claims = r#"{"doc": "a", "kind": "move", "slots": {"person": ["Ada Neri"], "from": "Corvanta", "to": "Helvion"}, "status": "asserted", "source": [], "evidence": [{"quote": "Ada Neri ha lasciato  Corvanta per Helvion."}], "score": 0.9}
{"doc": "b", "kind": "move", "slots": {"person": ["Idris Holm"], "from": "Corvanta", "to": "Nowhere Labs"}, "status": "asserted", "source": [], "evidence": [{"quote": "Idris Holm has left Corvanta"}], "score": 0.9}
"#;
    let place = Place::new().with("news.jsonl", ARTICLES).with("gold.jsonl", gold).with("claims.jsonl", claims);
    let eval = ["eval", "news.jsonl", "gold.jsonl", "--replay", "claims.jsonl", "--reader"];
    let model = place.ok(&[&eval[..], &["model"]].concat());
    assert!(model.contains("all headline       2       1      1  100.0   50.0"), "{model}");
    assert!(model.contains("bad spans 0 of 1"), "{model}");
    // What both readers found in the first article stands; what the rules alone found is below even odds.
    let both = place.ok(&[&eval[..], &["both"]].concat());
    assert!(both.contains("all headline       2       1      1  100.0   50.0"), "{both}");
    place.ok(&[&eval[..], &["model", "--calibrate", "table.tsv"]].concat());
    let table = std::fs::read_to_string(place.path("table.tsv")).unwrap();
    assert!(table.contains("alone\tmove/both\tit\t0.9\t1\t1"), "{table}");
    place.run(&["eval", "news.jsonl", "gold.jsonl", "--folds", "2"]).fails(2, &["--folds is for --reader model"]);
    let across = place.ok(&[&eval[..], &["model", "--folds", "2"]].concat());
    assert!(across.contains("in 2 parts"), "{across}");
}
