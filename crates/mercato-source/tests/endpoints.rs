//! Endpoints against a real server on this machine that speaks the protocols, well and badly.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use mercato_source::endpoint::{Api, Endpoint, EndpointError, Form, Pace, Paced, Question, Reply, Settings, open};
use serde_json::{Value, json};

/// What the server does with one request.
#[derive(Clone)]
enum Act {
    /// Status, headers, body.
    Say(u16, &'static str, String),
    /// Body in pieces, with pauses; the line is closed behind the last.
    Drip(&'static str, Vec<String>),
    /// Says that more will come than comes.
    Break(String),
    Hang,
}

/// A request as it came: the path, the headers in lower case, the body.
type Heard = (String, String, Value);

struct Server {
    address: String,
    heard: Arc<Mutex<Vec<Heard>>>,
}

impl Server {
    fn new(acts: Vec<Act>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let heard: Arc<Mutex<Vec<Heard>>> = Arc::default();
        let record = Arc::clone(&heard);
        std::thread::spawn(move || {
            for (act, stream) in acts.into_iter().zip(listener.incoming()) {
                let mut stream = stream.unwrap();
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let (mut head, mut line) = (String::new(), String::new());
                while reader.read_line(&mut line).unwrap() > 2 {
                    head.push_str(&line.to_lowercase());
                    line.clear();
                }
                let length = head.lines().find_map(|l| l.strip_prefix("content-length: ")).unwrap();
                let mut body = vec![0; length.trim().parse().unwrap()];
                reader.read_exact(&mut body).unwrap();
                let path = head.split(' ').nth(1).unwrap().to_owned();
                record.lock().unwrap().push((path, head, serde_json::from_slice(&body).unwrap()));
                let close = "connection: close\r\n";
                match act {
                    Act::Say(status, headers, body) => {
                        let length = body.len();
                        let _ = write!(
                            stream,
                            "HTTP/1.1 {status} X\r\n{headers}{close}content-length: {length}\r\n\r\n{body}"
                        );
                    }
                    Act::Drip(kind, pieces) => {
                        let _ = write!(stream, "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\n{close}\r\n");
                        for piece in pieces {
                            let _ = stream.write_all(piece.as_bytes()).and_then(|()| stream.flush());
                            std::thread::sleep(Duration::from_millis(5));
                        }
                    }
                    Act::Break(body) => {
                        let _ = write!(stream, "HTTP/1.1 200 OK\r\n{close}content-length: 99999\r\n\r\n{body}");
                    }
                    Act::Hang => std::thread::sleep(Duration::from_secs(3)),
                }
            }
        });
        Self { address, heard }
    }

    fn settings(&self, api: Api) -> Settings {
        Settings {
            api,
            url: self.address.clone(),
            model: "m".into(),
            key: Some("sk-secret".into()),
            command: Vec::new(),
            form: Form::Schema,
            stream: false,
            timeout: Duration::from_secs(1),
            max_output: 100,
            temperature: None,
        }
    }

    fn heard(&self) -> Vec<Heard> {
        self.heard.lock().unwrap().clone()
    }
}

const CLAIMS: &str = r#"{"claims": []}"#;

fn chat(content: &str, reason: &str) -> Act {
    let body = json!({
        "choices": [{"message": {"content": content}, "finish_reason": reason}],
        "usage": {"prompt_tokens": 7, "completion_tokens": 3},
    });
    Act::Say(200, "content-type: application/json\r\n", body.to_string())
}

fn events(list: &[Value]) -> String {
    list.iter().map(|e| format!("event: x\ndata: {e}\n\n")).collect()
}

fn ask(endpoint: &dyn Endpoint) -> Result<Reply, EndpointError> {
    let schema = json!({"type": "object"});
    endpoint.ask(&Question { system: "s", user: "u", schema: &schema }, &AtomicBool::new(false))
}

fn reply(text: &str) -> Reply {
    Reply { text: text.into(), input_tokens: Some(7), output_tokens: Some(3), cut_off: false }
}

#[test]
fn chat_completions_as_schema_tool_and_plain() {
    let refuse = |what: &str| Act::Say(400, "", json!({"error": {"message": what}}).to_string());
    let tool = json!({
        "choices": [{"message": {"content": null, "tool_calls": [{"function": {"arguments": CLAIMS}}]}, "finish_reason": "tool_calls"}],
        "usage": {"prompt_tokens": 7, "completion_tokens": 3},
    });
    let server = Server::new(vec![
        chat(CLAIMS, "stop"),
        refuse("response_format is not supported"),
        Act::Say(200, "", tool.to_string()),
        refuse("tools are not supported"),
        chat(CLAIMS, "stop"),
        chat(CLAIMS, "length"),
    ]);
    let endpoint = open(&server.settings(Api::OpenAi));
    assert_eq!(ask(&*endpoint), Ok(reply(CLAIMS)));
    assert_eq!(ask(&*endpoint), Ok(reply(CLAIMS)), "the next form is tried at once");
    assert_eq!(ask(&*endpoint), Ok(reply(CLAIMS)), "and kept until it is refused too");
    assert_eq!(ask(&*endpoint), Ok(Reply { cut_off: true, ..reply(CLAIMS) }), "cut off at the limit of tokens");
    let heard = server.heard();
    let (path, head, body) = &heard[0];
    assert_eq!(path, "/v1/chat/completions");
    assert!(head.contains("authorization: bearer sk-secret"), "{head}");
    assert_eq!((&body["model"], &body["messages"][1]["content"]), (&json!("m"), &json!("u")));
    assert_eq!(body["response_format"]["json_schema"]["strict"], json!(true));
    assert_eq!(heard[2].2["tool_choice"]["function"]["name"], json!("claims"));
    assert!(heard[4].2.get("tools").is_none() && heard[4].2.get("response_format").is_none());
}

#[test]
fn messages_with_a_tool() {
    let body = json!({
        "content": [{"type": "text", "text": ""}, {"type": "tool_use", "name": "claims", "input": {"claims": []}}],
        "stop_reason": "tool_use", "usage": {"input_tokens": 7, "output_tokens": 3},
    });
    let refusal = json!({"content": [{"type": "text", "text": "I will not"}], "stop_reason": "refusal"});
    let server = Server::new(vec![Act::Say(200, "", body.to_string()), Act::Say(200, "", refusal.to_string())]);
    let endpoint = open(&server.settings(Api::Anthropic));
    assert_eq!(ask(&*endpoint), Ok(reply(r#"{"claims":[]}"#)));
    assert_eq!(ask(&*endpoint), Err(EndpointError::Refused { what: "I will not".into() }));
    let (path, head, body) = &server.heard()[0];
    assert_eq!(path, "/v1/messages");
    assert!(head.contains("x-api-key: sk-secret") && head.contains("anthropic-version: "), "{head}");
    assert_eq!((&body["max_tokens"], &body["tools"][0]["name"]), (&json!(100), &json!("claims")));
}

#[test]
fn streams_whole_and_broken_off() {
    let piece = |text: &str| json!({"choices": [{"delta": {"content": text}, "finish_reason": null}]});
    let end = [
        json!({"choices": [{"delta": {}, "finish_reason": "stop"}]}),
        json!({"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 3}}),
    ];
    let whole = events(&[piece("{\"claims\""), piece(": []}")]) + &events(&end) + "data: [DONE]\n\n";
    // The bytes of one event come in two pieces.
    let (a, b) = whole.split_at(31);
    let kind = "text/event-stream; charset=utf-8";
    let server = Server::new(vec![
        Act::Drip(kind, vec![a.into(), b.into()]),
        Act::Drip(kind, vec![events(&[piece("{\"claims\": [")])]),
        Act::Drip(kind, vec![events(&[json!({"error": {"message": "overloaded"}})])]),
        Act::Drip(kind, vec![]),
    ]);
    let endpoint = open(&Settings { stream: true, ..server.settings(Api::OpenAi) });
    assert_eq!(ask(&*endpoint), Ok(reply(CLAIMS)));
    let partial = ask(&*endpoint).unwrap();
    assert_eq!((partial.text.as_str(), partial.cut_off), ("{\"claims\": [", true), "what came is kept");
    assert!(matches!(ask(&*endpoint), Err(EndpointError::Broken { what, .. }) if what == "overloaded"));
    assert!(matches!(ask(&*endpoint), Err(EndpointError::Broken { .. })), "a stream without a word is no answer");
    assert_eq!(server.heard()[0].2["stream"], json!(true));

    let list = [
        json!({"type": "message_start", "message": {"usage": {"input_tokens": 7}}}),
        json!({"type": "content_block_delta", "delta": {"type": "input_json_delta", "partial_json": CLAIMS}}),
        json!({"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 3}}),
        json!({"type": "message_stop"}),
    ];
    let server = Server::new(vec![Act::Drip("text/event-stream", vec![events(&list)])]);
    assert_eq!(ask(&*open(&Settings { stream: true, ..server.settings(Api::Anthropic) })), Ok(reply(CLAIMS)));
}

#[test]
fn what_goes_wrong_has_a_name() {
    type Expected = fn(&EndpointError) -> bool;
    let cases: Vec<(Act, Expected)> = vec![
        (Act::Say(401, "", String::new()), |e| matches!(e, EndpointError::KeyRefused { .. }) && e.hopeless()),
        (Act::Say(429, "retry-after: 2\r\n", String::new()), |e| {
            matches!(e, EndpointError::TooOften { wait: Some(w), .. } if *w == Duration::from_secs(2)) && e.passes()
        }),
        (Act::Say(503, "", "busy".into()), |e| matches!(e, EndpointError::Broken { status: 503, .. }) && e.passes()),
        (Act::Say(404, "", json!({"error": {"message": "no such model"}}).to_string()), |e| {
            matches!(e, EndpointError::NotTaken { what, .. } if what == "no such model") && !e.passes()
        }),
        (Act::Say(200, "", "<html>welcome</html>".into()), |e| matches!(e, EndpointError::Unintelligible { .. })),
        (Act::Say(200, "", r#"{"wrong": "schema"}"#.into()), |e| matches!(e, EndpointError::Unintelligible { .. })),
        (Act::Break(r#"{"choices": [{"mess"#.into()), |e| matches!(e, EndpointError::Broken { .. }) && e.passes()),
        (Act::Hang, |e| matches!(e, EndpointError::TimedOut { .. }) && e.passes()),
    ];
    for (act, expected) in cases {
        let server = Server::new(vec![act]);
        let error = ask(&*open(&server.settings(Api::OpenAi))).unwrap_err();
        assert!(expected(&error), "{error:?}");
        assert!(!error.to_string().contains("sk-secret") && !error.hint().is_empty(), "{error}");
    }
    let nobody = Settings { url: "http://127.0.0.1:1".into(), ..Server::new(vec![]).settings(Api::OpenAi) };
    assert!(matches!(ask(&*open(&nobody)), Err(EndpointError::Unreachable { .. })));
}

fn clock() -> Duration {
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    START.get_or_init(Instant::now).elapsed()
}

const PACE: Pace =
    Pace { requests_per_minute: None, tokens_per_minute: None, retries: 3, pause: Duration::from_millis(10) };

#[test]
fn it_is_asked_again_until_it_answers() {
    let server = Server::new(vec![
        Act::Say(429, "retry-after: 0\r\n", String::new()),
        Act::Say(500, "", String::new()),
        chat(CLAIMS, "stop"),
        Act::Say(404, "", String::new()),
    ]);
    let paced = Paced::new(open(&server.settings(Api::OpenAi)), PACE, clock);
    assert_eq!(ask(&paced), Ok(reply(CLAIMS)));
    let plain = Settings { form: Form::Plain, ..server.settings(Api::OpenAi) };
    let paced = Paced::new(open(&plain), PACE, clock);
    assert!(matches!(ask(&paced), Err(EndpointError::NotTaken { .. })), "what will not pass is not asked again");
    assert_eq!(server.heard().len(), 4);
}

#[test]
fn a_stop_is_heard_while_it_waits() {
    let server = Server::new(vec![chat(CLAIMS, "stop"), chat(CLAIMS, "stop")]);
    let pace = Pace { requests_per_minute: Some(1), ..PACE };
    let paced = Paced::new(open(&server.settings(Api::OpenAi)), pace, clock);
    assert_eq!(ask(&paced), Ok(reply(CLAIMS)));
    let stop = AtomicBool::new(false);
    let schema = json!({});
    let second = std::thread::scope(|scope| {
        let asked = scope.spawn(|| paced.ask(&Question { system: "s", user: "u", schema: &schema }, &stop));
        std::thread::sleep(Duration::from_millis(30));
        stop.store(true, Ordering::Relaxed);
        asked.join().unwrap()
    });
    assert_eq!(second, Err(EndpointError::Stopped));
    assert_eq!(server.heard().len(), 1, "the second question was never sent");
}

#[cfg(unix)]
#[test]
fn a_command_of_ones_own() {
    let run = |script: &str| {
        let mut settings = Server::new(vec![]).settings(Api::Command);
        settings.command = ["sh", "-c", script].map(str::to_owned).to_vec();
        ask(&*open(&settings))
    };
    assert_eq!(run("cat").unwrap().text, "s\n\nu\n");
    assert_eq!(run("echo '{\"claims\": []}'").unwrap().text, "{\"claims\": []}\n");
    assert!(
        matches!(run("echo no luck >&2; exit 3"), Err(EndpointError::Command { what }) if what.contains("no luck"))
    );
    assert!(matches!(run("sleep 5"), Err(EndpointError::TimedOut { .. })));
    let mut missing = Server::new(vec![]).settings(Api::Command);
    missing.command = vec!["no-such-program-anywhere".into()];
    assert!(matches!(ask(&*open(&missing)), Err(EndpointError::Command { .. })));
}
