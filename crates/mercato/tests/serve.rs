//! The listener: who may read and write, how much and how often.

mod run;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Stdio};

use run::{Ended, Place};

/// A server that ends with the test.
struct Server {
    child: Child,
    address: String,
    token: Option<String>,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    fn of(place: &Place, listen: &str, token: Option<&str>) -> Self {
        let mut command = place.command(&["serve", "--listen", listen]);
        match token {
            Some(token) => command.env("MERCATO_TOKEN", token),
            None => command.env_remove("MERCATO_TOKEN"),
        };
        let mut child = command.stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let first = lines.next().expect("an address");
        let address = first.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let token = match token {
            Some(_) => None,
            None => lines.next().map(|line| line.strip_prefix("token ").expect("a token").to_owned()),
        };
        Self { child, address, token }
    }

    /// Sends bytes and reads the whole answer.
    fn raw(&self, request: &[u8]) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        // Whoever is refused before the end of what they send may be cut off.
        let _ = stream.write_all(request);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    fn ask(&self, method: &str, path: &str, headers: &[&str], body: &str) -> (u16, String) {
        let headers: String = headers.iter().map(|h| format!("{h}\r\n")).collect();
        let answer = self.raw(
            format!(
                "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n{body}",
                self.address,
                body.len()
            )
            .as_bytes(),
        );
        let status = answer.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or_default();
        (status, answer)
    }
}

fn ledger() -> Place {
    let place = Place::new();
    place.write("article.txt", "Ada Neri has left Corvanta for Helvion.");
    place.ok(&["add", "article.txt", "--lang", "en", "--published", "2025-07-01"]);
    place
}

#[test]
fn a_token_of_its_own_is_shown_once_and_lets_write() {
    let place = ledger();
    let server = Server::of(&place, "127.0.0.1:0", None);
    let token = server.token.clone().unwrap();
    assert!(token.len() == 32 && token.bytes().all(|b| b.is_ascii_hexdigit()), "{token}");
    let again = Server::of(&place, "127.0.0.1:0", None);
    assert_ne!(again.token, server.token, "another start, another token");
    let body = r#"{"do": "undo", "operation": "ffff", "author": "Ada"}"#;
    let json = "content-type: application/json";
    assert_eq!(server.ask("POST", "/api/v1/operations", &[json], body).0, 401);
    let bearer = format!("authorization: Bearer {token}");
    assert_eq!(server.ask("POST", "/api/v1/operations", &[json, &bearer], body).0, 404, "let in, and nothing to undo");
    assert_eq!(server.ask("GET", "/facts", &[], "").0, 200, "reading is open here");
}

#[test]
fn an_article_sent_is_read_by_the_rules() {
    let place = ledger();
    let token = "a token that is long enough";
    let server = Server::of(&place, "127.0.0.1:0", Some(token));
    let body = r#"{"id": "due", "text": "Bea Conti ha lasciato Corvanta per Quellix.", "published": "2025-07-02"}"#;
    let bearer = format!("authorization: Bearer {token}");
    let (status, answer) = server.ask("POST", "/api/v1/articles", &["content-type: application/json", &bearer], body);
    assert!(status == 201 && answer.contains(r#""claims":1"#), "{answer}");
    assert!(
        server.ask("GET", "/api/v1/claims?person=Bea%20Conti", &[], "").1.contains("Quellix"),
        "its language is found out"
    );
    assert!(place.ok(&["list", "moves", "--person", "Bea Conti"]).contains("Quellix"), "the ledger has it");
}

#[test]
fn other_machines_need_a_token_of_ours_to_read() {
    let place = ledger();
    let mut bare = place.command(&["serve", "--listen", "0.0.0.0:0"]);
    bare.env_remove("MERCATO_TOKEN");
    Ended::of(bare).fails(2, &["open to other machines", "MERCATO_TOKEN"]);
    let mut short = place.command(&["serve", "--listen", "127.0.0.1:0"]);
    short.env("MERCATO_TOKEN", "too short");
    Ended::of(short).fails(2, &["shorter than 16"]);
    let token = "a token that is long enough";
    let server = Server::of(&place, "0.0.0.0:0", Some(token));
    assert_eq!(server.ask("GET", "/facts", &[], "").0, 303);
    assert_eq!(server.ask("GET", "/api/v1/facts", &[], "").0, 401);
    assert_eq!(server.ask("GET", "/api/v1/facts", &[&format!("authorization: Bearer {token}")], "").0, 200);
}

#[test]
fn too_much_and_too_often_are_refused_as_problems() {
    let place = ledger();
    let server = Server::of(&place, "127.0.0.1:0", Some("a token that is long enough"));
    let (status, answer) = server.ask("POST", "/judge", &[], &"x".repeat((1 << 20) + 1));
    assert!(status == 413 && answer.contains("application/problem+json"), "{status} {answer}");
    let refused = (0..100).map(|_| server.ask("POST", "/sign-in", &[], "")).find(|(status, _)| *status == 429);
    let (_, answer) = refused.expect("a limit");
    assert!(answer.contains("retry-after: 1") && answer.contains("application/problem+json"), "{answer}");
    assert_eq!(server.ask("GET", "/facts", &[], "").0, 200, "reading goes on");
    for (method, path, status) in [("PUT", "/", 405), ("DELETE", "/api/v1/facts", 405), ("GET", "/api/v1/nothing", 404)]
    {
        assert_eq!(server.ask(method, path, &[], "").0, status, "{method} {path}");
    }
    // A name that leads here from elsewhere is not answered.
    let elsewhere = server.raw(b"GET / HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n");
    assert!(elsewhere.starts_with("HTTP/1.1 421"), "{elsewhere}");
}
