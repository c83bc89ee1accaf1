//! The endpoints that write, only with the token: one decision a call, kept in the log with who made it; one article
//! a call, read and kept with its claims.

use mercato_facts::{Action, Operation};
use mercato_ledger::LedgerError;
use mercato_model::{Document, Lang, PartialDate, Slot};
use serde_json::{Map, Value, json};

use super::problem;
use crate::answer::Answer;
use crate::{Request, Site, desk, gate};

/// Where decisions go, below `/api/v1`.
pub const DECISIONS_AT: &str = "/operations";

/// Where articles go.
pub const ARTICLES_AT: &str = "/articles";

/// Longest title, name or address of an article, in characters.
const LINE: usize = 500;

/// What can be decided: its name and the fields that it takes, all of them needed but `value`.
const DECISIONS: &[(&str, &[&str])] = &[
    ("accept", &["claim"]),
    ("reject", &["claim"]),
    ("correct", &["claim", "slot", "value"]),
    ("same_person", &["one", "other"]),
    ("other_person", &["one", "other"]),
    ("retract", &["document"]),
    ("superseded", &["claim", "by"]),
    ("merge", &["one", "other"]),
    ("split", &["claim"]),
    ("never", &["one", "other"]),
    ("same_root", &["one", "other"]),
    ("own_root", &["document"]),
    ("undo", &["operation"]),
];

/// Whether something is written at an endpoint.
pub fn writes(path: &str) -> bool {
    [DECISIONS_AT, ARTICLES_AT].contains(&path)
}

pub fn answer(site: &Site, request: &Request, path: &str) -> Answer {
    match request.token.as_deref() {
        Some(token) if site.gate.opens(token) => {}
        _ => return problem("token", "send the header Authorization: Bearer TOKEN").with("www-authenticate", "Bearer"),
    }
    if !request.query.is_empty() {
        return problem("bad-parameter", "what is written is sent in the body");
    }
    if !request.content_type.starts_with("application/json") {
        return problem("media-type", "send application/json");
    }
    let body = serde_json::from_slice(&request.body).map_err(|e| e.to_string());
    let written = match path {
        ARTICLES_AT => body.and_then(article).map(|document| site.add(&document)),
        _ => body.and_then(asked).map(|a| Ok(shown(&site.judge(&a.author, &a.reason, a.action)?))),
    };
    match written {
        Err(wrong) => problem("bad-body", &wrong),
        Ok(Ok(told)) => Answer { status: 201, keeps: false, ..Answer::json(told.to_string()) },
        Ok(Err(error)) => refused(&error),
    }
}

fn refused(error: &LedgerError) -> Answer {
    match error {
        LedgerError::Locked { .. } => problem("busy", &error.to_string()).with("retry-after", "2"),
        error => match desk::status(error) {
            404 => problem("not-found", &error.to_string()),
            422 => problem("unfit", &error.to_string()),
            _ => problem("ledger", &error.to_string()),
        },
    }
}

/// An article that is whole: its text, and what is known of it besides.
fn article(body: Value) -> Result<Document, String> {
    let Value::Object(body) = body else { return Err("an object is needed".to_owned()) };
    const FIELDS: [&str; 7] = ["id", "text", "title", "outlet", "url", "published", "lang"];
    if let Some(unknown) = body.keys().find(|key| !FIELDS.contains(&key.as_str())) {
        return Err(format!("an article has no {unknown}"));
    }
    let text = |name: &str| match body.get(name) {
        None => Ok(None),
        Some(Value::String(text)) if !text.trim().is_empty() => Ok(Some(text.clone())),
        Some(_) => Err(format!("{name} is text")),
    };
    let line = |name: &str| match text(name)? {
        Some(text) if text.chars().count() > LINE || text.chars().any(char::is_control) => {
            Err(format!("{name}: one line of at most {LINE} characters"))
        }
        text => Ok(text),
    };
    let published =
        line("published")?.map(|day| PartialDate::parse(&day).ok_or("published: YYYY-MM-DD, YYYY-MM or YYYY"));
    let lang = line("lang")?.map(|code| Lang::parse(&code).ok_or("lang: two letters"));
    Ok(Document {
        id: line("id")?.ok_or("an article needs an id")?,
        text: text("text")?.ok_or("an article needs a text")?,
        lang: lang.transpose()?,
        title: line("title")?,
        published: published.transpose()?,
        outlet: line("outlet")?,
        url: line("url")?,
    })
}

/// An operation as the API shows it.
pub fn shown(operation: &Operation) -> Value {
    json!({
        "id": operation.id, "at": operation.at, "author": operation.author,
        "action": operation.action, "reason": operation.reason,
    })
}

struct Asked {
    author: String,
    reason: String,
    action: Action,
}

/// A body that says neither more nor less than a decision.
fn asked(body: Value) -> Result<Asked, String> {
    let Value::Object(mut body) = body else { return Err("an object is needed".to_owned()) };
    let mut text = |name: &str| match body.remove(name) {
        None => Ok(String::new()),
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(format!("{name} is text")),
    };
    let (author, reason) = (text("author")?, text("reason")?);
    let author = gate::author(&author).ok_or("author: who decides, 1 to 60 characters")?.to_owned();
    if reason.chars().count() > desk::REASON {
        return Err(format!("reason: at most {} characters", desk::REASON));
    }
    let does = body.get("do").and_then(Value::as_str).unwrap_or_default();
    let (_, fields) = DECISIONS.iter().find(|(name, _)| *name == does).ok_or("do: see the description of the API")?;
    if let Some(missing) = fields.iter().find(|f| **f != "value" && !body.get(**f).is_some_and(is_name)) {
        return Err(format!("{does} needs {missing}"));
    }
    if let Some(unknown) = body.keys().find(|key| *key != "do" && !fields.contains(&key.as_str())) {
        return Err(format!("{does} takes no {unknown}"));
    }
    let action = serde_json::from_value(Value::Object(body)).map_err(|e| e.to_string())?;
    Ok(Asked { author, reason, action })
}

fn is_name(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.is_empty())
}

/// How an article is described.
pub fn article_body() -> Value {
    let line = |about: &str| json!({ "type": "string", "minLength": 1, "maxLength": LINE, "pattern": r"^[^\u0000-\u001f\u007f-\u009f]*[^\s\u0000-\u001f\u007f-\u009f][^\u0000-\u001f\u007f-\u009f]*$", "description": about });
    json!({
        "type": "object", "required": ["id", "text"], "additionalProperties": false,
        "properties": {
            "id": line("The same article has the same id; a changed text is a new revision"),
            "text": { "type": "string", "pattern": r"\S", "description": "As published, paragraphs parted by an empty line" },
            "title": line("Headline"), "outlet": line("Name of the outlet"), "url": line("Address"),
            "published": { "type": "string", "pattern": r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|1\d|2[0-8]))?)?$" },
            "lang": { "type": "string", "pattern": "^[a-z]{2}$", "description": "Absent: it is found out" },
        },
    })
}

/// How a decision is described.
pub fn body() -> Value {
    let one = |(name, fields): &(&str, &[&str])| {
        let mut properties = Map::new();
        properties.insert("do".to_owned(), json!({ "const": name }));
        properties.insert(
            "author".to_owned(),
            json!({ "type": "string", "pattern": r"^[^\s\u0000-\u001f\u007f-\u009f]([^\u0000-\u001f\u007f-\u009f]{0,58}[^\s\u0000-\u001f\u007f-\u009f])?$", "description": "Who decides" }),
        );
        properties.insert("reason".to_owned(), json!({ "type": "string", "maxLength": desk::REASON }));
        for field in *fields {
            let schema = match *field {
                "slot" => json!({ "type": "string", "enum": Slot::ALL.iter().map(|s| s.as_str()).collect::<Vec<_>>() }),
                "value" => json!({ "description": "As in a claim; absent: the article does not say it",
                    "type": ["string", "number", "boolean", "array", "object"] }),
                id => {
                    json!({ "type": "string", "minLength": 1, "description": format!("Id of the {id}, or its beginning") })
                }
            };
            properties.insert((*field).to_owned(), schema);
        }
        let mut required = vec!["do", "author"];
        required.extend(fields.iter().filter(|f| **f != "value"));
        json!({ "title": name, "type": "object", "properties": properties, "required": required, "additionalProperties": false })
    };
    json!({ "oneOf": DECISIONS.iter().map(one).collect::<Vec<_>>() })
}
