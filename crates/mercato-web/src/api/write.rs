//! The endpoint that writes: one decision a call, only with the token, kept in the log with who made it.

use mercato_facts::{Action, Operation};
use mercato_ledger::LedgerError;
use mercato_model::Slot;
use serde_json::{Map, Value, json};

use super::problem;
use crate::answer::Answer;
use crate::{Request, Site, desk, gate};

/// Below `/api/v1`.
pub const PATH: &str = "/operations";

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

pub fn answer(site: &Site, request: &Request) -> Answer {
    match request.token.as_deref() {
        Some(token) if site.gate.opens(token) => {}
        _ => return problem("token", "send the header Authorization: Bearer TOKEN").with("www-authenticate", "Bearer"),
    }
    if !request.query.is_empty() {
        return problem("bad-parameter", "a decision is sent in the body");
    }
    if !request.content_type.starts_with("application/json") {
        return problem("media-type", "send application/json");
    }
    let asked = match serde_json::from_slice(&request.body).map_err(|e| e.to_string()).and_then(asked) {
        Ok(asked) => asked,
        Err(wrong) => return problem("bad-body", &wrong),
    };
    match site.judge(&asked.author, &asked.reason, asked.action) {
        Ok(operation) => Answer { status: 201, keeps: false, ..Answer::json(shown(&operation).to_string()) },
        Err(error @ LedgerError::Locked { .. }) => problem("busy", &error.to_string()).with("retry-after", "2"),
        Err(error) => match desk::status(&error) {
            404 => problem("not-found", &error.to_string()),
            422 => problem("unfit", &error.to_string()),
            _ => problem("ledger", &error.to_string()),
        },
    }
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

/// How the body is described.
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
