//! The protocol spoken to the program itself, as an assistant does.

mod run;

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

struct Assistant {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    id: i64,
}

impl Assistant {
    fn of(ledger: &std::path::Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_mercato"))
            .arg("--ledger")
            .arg(ledger)
            .arg("mcp")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (input, output) = (child.stdin.take(), BufReader::new(child.stdout.take().unwrap()));
        Self { child, input, output, id: 0 }
    }

    fn send(&mut self, raw: &str) {
        writeln!(self.input.as_mut().unwrap(), "{raw}").unwrap();
    }

    fn receive(&mut self) -> Value {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|e| panic!("{e}: {line}"))
    }

    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.id += 1;
        let id = self.id;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }).to_string());
        let answer = self.receive();
        assert_eq!((&answer["jsonrpc"], &answer["id"]), (&json!("2.0"), &json!(id)), "{answer}");
        answer
    }

    fn call(&mut self, tool: &str, arguments: Value) -> Value {
        self.ask("tools/call", json!({ "name": tool, "arguments": arguments }))
    }

    fn answer(&mut self, tool: &str, arguments: Value) -> Value {
        let answer = self.call(tool, arguments);
        assert_eq!(answer["result"]["isError"], false, "{tool}: {answer}");
        let structured = answer["result"]["structuredContent"].clone();
        let text = answer["result"]["content"][0]["text"].as_str().unwrap();
        assert_eq!(serde_json::from_str::<Value>(text).unwrap(), structured, "the same twice");
        structured
    }
}

/// A ledger with the project's examples.
fn ledger() -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    let examples = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples");
    let mut add = Command::new(env!("CARGO_BIN_EXE_mercato"));
    add.arg("--ledger").arg(&path).args(["add", examples]).stdout(Stdio::null()).stderr(Stdio::null());
    assert!(add.status().unwrap().success());
    (folder, path)
}

#[test]
fn an_assistant_asks_and_can_cite() {
    let (_folder, path) = ledger();
    let mut a = Assistant::of(&path);
    let hello = a.ask("initialize", json!({ "protocolVersion": "2025-03-26", "capabilities": {}, "clientInfo": { "name": "test", "version": "0" } }));
    assert_eq!(hello["result"]["protocolVersion"], "2025-03-26");
    assert_eq!(hello["result"]["serverInfo"]["name"], "mercato");
    assert!(hello["result"]["capabilities"]["tools"].is_object());
    a.send(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#);
    assert_eq!(a.ask("ping", json!({}))["result"], json!({}), "a notification has no answer");

    let tools = a.ask("tools/list", json!({}))["result"]["tools"].as_array().unwrap().clone();
    let names: BTreeSet<&str> = tools.iter().map(|t| t["name"].as_str().unwrap()).collect();
    assert_eq!(names.len(), tools.len());
    for name in ["facts", "fact", "person", "firm", "balance", "flow", "pay", "search", "claim", "article", "stats"] {
        assert!(names.contains(name), "{name}");
    }
    for tool in &tools {
        assert_eq!(tool["inputSchema"]["type"], "object");
        assert_eq!(tool["annotations"]["readOnlyHint"], true, "no tool writes");
        assert!(!tool["description"].as_str().unwrap().is_empty());
    }

    let found = a.answer("facts", json!({ "firm": "Meta", "kind": ["move", "offer"], "limit": 5 }));
    let items = found["answer"]["items"].as_array().unwrap();
    assert_eq!(items.len(), 5);
    let citations = found["citations"].as_array().unwrap();
    for item in items {
        let citation = citations.iter().find(|c| c["fact"] == item["id"]).expect("every fact is cited");
        let words = &citation["words"][0];
        assert!(!words["quote"].as_str().unwrap().is_empty() && !citation["says"].as_str().unwrap().is_empty());
        // The quote stands in the article that it names.
        let article = a.answer("article", json!({ "id": words["article"] }));
        let first = words["quote"].as_str().unwrap().split(" […] ").next().unwrap();
        assert!(article["answer"]["document"]["text"].as_str().unwrap().contains(first), "{first}");
    }
    let balance = a.answer("balance", json!({ "level": "rumour" }));
    let event = balance["answer"]["items"][0]["joined"]["events"][0].clone();
    assert!(balance["citations"].as_array().unwrap().iter().any(|c| c["fact"] == event), "numbers are cited, too");
    assert!(!a.answer("person", json!({ "name": "Ruoming Pang" }))["citations"].as_array().unwrap().is_empty());
    let then = a.answer("stats", json!({ "asof": "2025-07-01" }));
    assert!(then["answer"]["articles"].as_u64() < a.answer("stats", json!({}))["answer"]["articles"].as_u64());

    // The program ends with its input.
    drop(a.input.take());
    assert!(a.child.wait().unwrap().success());
}

#[test]
fn what_makes_no_sense_is_told_and_ends_nothing() {
    let (_folder, path) = ledger();
    let mut a = Assistant::of(&path);
    let code = |answer: &Value| answer["error"]["code"].as_i64();
    for (raw, expected) in [
        ("{", -32700),
        ("\u{fffd}\u{0}", -32700),
        ("[]", -32600),
        ("7", -32600),
        (r#"{"id":1,"method":"ping"}"#, -32600),
        (r#"{"jsonrpc":"2.0","id":1}"#, -32600),
        (r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, -32600),
    ] {
        a.send(raw);
        assert_eq!(code(&a.receive()), Some(expected), "{raw}");
    }
    assert_eq!(
        a.ask("initialize", json!({ "protocolVersion": "1999-01-01" }))["result"]["protocolVersion"],
        "2025-06-18"
    );
    assert_eq!(code(&a.ask("resources/list", json!({}))), Some(-32601));
    assert_eq!(code(&a.call("forget", json!({ "name": "x" }))), Some(-32602));
    assert_eq!(code(&a.call("operations", json!({}))), Some(-32602));
    assert_eq!(code(&a.call("person", json!({}))), Some(-32602));
    assert_eq!(code(&a.call("facts", json!([]))), Some(-32602));
    assert_eq!(code(&a.call("facts", json!({ "limit": {} }))), Some(-32602));
    for (tool, arguments) in [
        ("facts", json!({ "kind": "nonsense" })),
        ("facts", json!({ "surprise": "1" })),
        ("facts", json!({ "limit": 100_000 })),
        ("person", json!({ "name": "Nobody At All" })),
        ("article", json!({ "id": "../../etc/passwd" })),
    ] {
        let answer = a.call(tool, arguments.clone());
        assert_eq!(answer["result"]["isError"], true, "{tool} {arguments}: {answer}");
    }
    assert_eq!(a.ask("ping", json!({}))["result"], json!({}));
}
