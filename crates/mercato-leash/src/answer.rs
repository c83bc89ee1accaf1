//! A model's answer becomes proposals, however well or badly it kept to the form asked for.

use serde_json::{Map, Value};

/// One claim as a model puts it forward; nothing of it is believed yet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Proposal {
    pub kind: String,
    pub slots: Map<String, Value>,
    pub status: String,
    pub source: Vec<String>,
    pub date: Option<Value>,
    pub quotes: Vec<String>,
    /// The model's own confidence; `None` when it gave none.
    pub score: Option<f64>,
}

/// What could be read of an answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    pub proposals: Vec<Proposal>,
    /// Parts that are no claim, as they came.
    pub faults: Vec<String>,
    /// The answer ends in the middle.
    pub cut_off: bool,
}

/// Claims that a model can put forward for one article; more is a flood.
const MOST: usize = 500;

/// Reads an answer: an object with `claims`, a list, or one object a line; fenced, wrapped in words, or cut off.
pub fn parse(raw: &str) -> Answer {
    let mut answer = Answer::default();
    match serde_json::from_str::<Value>(raw.trim()) {
        Ok(value) => take(value, &mut answer),
        Err(_) => repair(raw, &mut answer),
    }
    answer.proposals.truncate(MOST);
    answer
}

fn take(value: Value, answer: &mut Answer) {
    match value {
        Value::Array(items) => items.into_iter().for_each(|item| take(item, answer)),
        Value::Object(mut map) if !map.contains_key("kind") && map.get("claims").is_some_and(Value::is_array) => {
            if let Some(claims) = map.remove("claims") {
                take(claims, answer);
            }
        }
        Value::Object(map) => match proposal(&map) {
            Some(proposal) => answer.proposals.push(proposal),
            None => answer.faults.push(Value::Object(map).to_string()),
        },
        other => answer.faults.push(other.to_string()),
    }
}

/// Reads a record as it stands in JSON Lines, with quotes as strings or as objects.
pub fn proposal(map: &Map<String, Value>) -> Option<Proposal> {
    let text = |key: &str| map.get(key).and_then(Value::as_str).unwrap_or_default().trim().to_owned();
    let mut quotes = Vec::new();
    for evidence in [map.get("evidence"), map.get("quotes")].into_iter().flatten() {
        let items = evidence.as_array().map_or(std::slice::from_ref(evidence), Vec::as_slice);
        quotes.extend(items.iter().filter_map(|e| e.as_str().or_else(|| e.get("quote")?.as_str()).map(str::to_owned)));
    }
    let source = match map.get("source") {
        Some(Value::String(one)) => vec![one.clone()],
        Some(Value::Array(items)) => items.iter().filter_map(|s| s.as_str().map(str::to_owned)).collect(),
        _ => Vec::new(),
    };
    Some(Proposal {
        kind: map.get("kind")?.as_str()?.trim().to_owned(),
        slots: map.get("slots")?.as_object()?.clone(),
        status: text("status"),
        source: source.into_iter().filter(|s| !s.trim().is_empty()).collect(),
        date: map.get("date").filter(|d| !d.is_null()).cloned(),
        quotes,
        score: map.get("score").or_else(|| map.get("confidence")).and_then(Value::as_f64).filter(|s| s.is_finite()),
    })
}

/// Takes every whole object out of a text that is no JSON as it stands: behind words, in a fence, cut off, with commas too many.
fn repair(raw: &str, answer: &mut Answer) {
    let mut rest = raw;
    // The wrapper is opened and not closed when the answer is cut off: its claims are taken one by one.
    if let Some(at) = rest.find("\"claims\"")
        && let Some(list) = rest[at..].find('[')
    {
        rest = &rest[at + list + 1..];
    }
    while let Some(start) = rest.find('{') {
        rest = &rest[start..];
        let Some(len) = object(rest) else {
            answer.cut_off = true;
            return;
        };
        let piece = &rest[..len];
        let parsed = serde_json::from_str::<Value>(piece)
            .or_else(|_| serde_json::from_str::<Value>(&without_trailing_commas(piece)));
        match parsed {
            Ok(value) => take(value, answer),
            Err(_) => answer.faults.push(piece.to_owned()),
        }
        rest = &rest[len..];
    }
}

/// The length of the object at the start of a text; `None` when it is not closed.
fn object(text: &str) -> Option<usize> {
    let (mut depth, mut string, mut escaped) = (0usize, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if string => escaped = true,
            b'"' => string = !string,
            b'{' if !string => depth += 1,
            b'}' if !string => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

fn without_trailing_commas(text: &str) -> String {
    let (mut out, mut string, mut escaped) = (String::with_capacity(text.len()), false, false);
    for c in text.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if string => escaped = true,
            '"' => string = !string,
            '}' | ']' if !string => {
                let kept = out.trim_end().len();
                if out[..kept].ends_with(',') {
                    out.truncate(kept - 1);
                }
            }
            _ => {}
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLAIM: &str = r#"{"kind":"move","slots":{"person":["Ada Neri"],"from":"Corvanta"},"status":"asserted","source":[],"evidence":["Ada Neri left {Corvanta}"],"score":0.9}"#;

    #[test]
    fn answers_in_many_shapes() {
        for (raw, claims, faults, cut_off) in [
            (format!("{{\"claims\":[{CLAIM},{CLAIM}]}}"), 2, 0, false),
            (format!("[{CLAIM}]"), 1, 0, false),
            (format!("{CLAIM}\n{CLAIM}\n"), 2, 0, false),
            (format!("Here you are:\n```json\n{{\"claims\": [{CLAIM},]}}\n```\nAnything else?"), 1, 0, false),
            (format!("{{\"claims\":[{CLAIM},{{\"kind\":\"mo"), 1, 0, true),
            (format!("{{\"claims\":[{}", &CLAIM[..40]), 0, 0, true),
            (format!("{{\"claims\":[{CLAIM},{{\"kind\":\"move\"}}]}}"), 1, 1, false),
            (CLAIM.replace("0.9}", "0.9,}"), 1, 0, false),
            ("{\"claims\":[]}".to_owned(), 0, 0, false),
            ("I cannot help with that.".to_owned(), 0, 0, false),
            (String::new(), 0, 0, false),
            ("{{{{".to_owned(), 0, 0, true),
        ] {
            let answer = parse(&raw);
            assert_eq!(
                (answer.proposals.len(), answer.faults.len(), answer.cut_off),
                (claims, faults, cut_off),
                "{raw}"
            );
        }
    }

    #[test]
    fn quotes_as_strings_or_objects() {
        let with = |evidence: &str| {
            parse(&format!(r#"{{"kind":"move","slots":{{}},"evidence":{evidence}}}"#)).proposals[0].quotes.clone()
        };
        for evidence in [r#"["a b"]"#, r#"[{"quote":"a b"}]"#, r#""a b""#] {
            assert_eq!(with(evidence), ["a b"], "{evidence}");
        }
    }
}
