//! When a slot of a claim agrees with the known one, and when a whole claim is right.

use std::collections::BTreeSet;

use serde_json::Value;
use unicode_normalization::UnicodeNormalization as _;

use super::record::Record;
use super::rules::Rules;

/// Whether every key slot of the known claim is there and agrees, and none is invented.
pub fn right(rules: &Rules, gold: &Record, system: &Record) -> bool {
    rules.key(gold.kind).iter().all(|group| {
        let names: Vec<&str> = group.split('|').collect();
        let first = |claim: &Record| names.iter().copied().find(|name| claim.slots.contains_key(*name));
        match (first(gold), first(system)) {
            (None, None) => true,
            (None, Some(_)) => rules.compare.may_be_added.contains(group),
            (Some(_), None) => false,
            (Some(wanted), Some(other)) => match (&gold.slots[wanted], system.slots.get(wanted)) {
                (known, Some(said)) => agree(rules, wanted, known, said),
                // A person is never the group that it belongs to.
                _ if names.contains(&"group") => false,
                (known, None) => agree(rules, wanted, known, &system.slots[other]),
            },
        }
    })
}

/// How many slots of the known claim the other has with an agreeing value.
pub fn agreeing_slots(rules: &Rules, gold: &Record, system: &Record) -> usize {
    let hit =
        |(slot, known): &(&String, &Value)| system.slots.get(*slot).is_some_and(|said| agree(rules, slot, known, said));
    gold.slots.iter().filter(hit).count()
}

fn agree(rules: &Rules, slot: &str, known: &Value, said: &Value) -> bool {
    let quantity = |v: &Value| v.is_object() || v.is_number() || v.is_boolean();
    if rules.compare.quantity.contains(slot) && (quantity(known) || quantity(said)) {
        let currency =
            |v: &Value| v.get("currency").and_then(Value::as_str).filter(|c| !c.is_empty()).map(str::to_owned);
        let same_currency = currency(known).zip(currency(said)).is_none_or(|(a, b)| a == b);
        let ((a, b), (c, d)) = (bounds(known), bounds(said));
        return same_currency && same_bound(a, c) && same_bound(b, d);
    }
    if rules.compare.presence.contains(slot) {
        return true;
    }
    if rules.compare.text.contains(slot) {
        let content = |v: &Value| -> BTreeSet<String> {
            fold(&words(v)).into_iter().filter(|w| !rules.words.stop.contains(w)).collect()
        };
        let (a, b) = (content(known), content(said));
        let shared = a.intersection(&b).count();
        return shared > 0 && 2 * shared >= a.len().min(b.len());
    }
    if known.is_boolean() || said.is_boolean() {
        return truthy(known) == truthy(said);
    }
    items(known).iter().any(|a| items(said).iter().any(|b| same_name(rules, &words(a), &words(b))))
}

/// Whether two names may be of the same: equal when folded, or one the full form of the other.
pub fn same_name(rules: &Rules, a: &str, b: &str) -> bool {
    let (a, b) = (fold(a), fold(b));
    if a == b {
        return true;
    }
    let core = |name: Vec<String>| -> Vec<String> {
        let kept: Vec<String> = name.iter().filter(|t| !rules.words.legal_forms.contains(*t)).cloned().collect();
        if kept.is_empty() { name } else { kept }
    };
    let (a, b) = (core(a), core(b));
    if a.concat() == b.concat() {
        return true;
    }
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let initials = || long.iter().filter_map(|t| t.chars().next()).collect::<String>();
    match short.as_slice() {
        [] => false,
        [one] if long.len() > 1 && *one == initials() => true,
        _ => short.iter().all(|t| long.contains(t)),
    }
}

/// Words without case, accents and punctuation; letters outside ASCII that no accent explains fall away.
fn fold(text: &str) -> Vec<String> {
    let ascii: String = text.nfkd().filter(char::is_ascii).map(|c| c.to_ascii_lowercase()).collect();
    let parts = ascii.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty());
    parts.map(str::to_owned).collect()
}

fn items(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items.clone(),
        other => vec![other.clone()],
    }
}

/// A value in words, to be folded.
pub fn words(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(n) => n.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(words).collect::<Vec<_>>().join(" "),
        Value::Object(map) => map.iter().map(|(k, v)| format!("{k} {}", words(v))).collect::<Vec<_>>().join(" "),
    }
}

fn truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(b) => *b,
        Value::Number(n) => n.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(map) => !map.is_empty(),
    }
}

type Limits = (Option<f64>, Option<f64>);

fn bounds(value: &Value) -> Limits {
    let both = |v: f64| (Some(v), Some(v));
    match value {
        Value::Number(n) => n.as_f64().map_or((None, None), both),
        Value::Bool(b) => both(f64::from(u8::from(*b))),
        Value::Object(map) => {
            let limit = |key: &str| map.get(key).and_then(Value::as_f64);
            (limit("min"), limit("max"))
        }
        other => {
            let found = numbers(&words(other));
            (found.first().copied(), found.last().copied())
        }
    }
}

/// The numbers that stand in a text, such as 10 and 2.5 in "10-2.5".
fn numbers(text: &str) -> Vec<f64> {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let whole = at + usize::from(bytes[at] == b'-');
        let mut end = whole + digits(whole);
        if end == whole {
            at += 1;
            continue;
        }
        if bytes.get(end) == Some(&b'.') && digits(end + 1) > 0 {
            end += 1 + digits(end + 1);
        }
        out.extend(text.get(start..end).and_then(|n| n.parse::<f64>().ok()));
        at = end;
    }
    out
}

/// Both open, or within one per cent.
fn same_bound(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (None, None) => true,
        (Some(a), Some(b)) => (a - b).abs() <= 0.01 * a.abs().max(b.abs()).max(1e-9),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names() {
        for (a, b, same) in [
            ("Michał Nowak", "Micha Nowak", true),
            ("L'Oréal S.A.", "l oreal", true),
            ("Musk", "Elon Musk", true),
            ("Wall Street Journal", "WSJ", true),
            ("Meta Platforms", "Meta", true),
            ("OpenAI", "xAI", false),
            ("Google DeepMind", "Google Brain", false),
            ("", "Meta", false),
        ] {
            assert_eq!(same_name(Rules::built_in(), a, b), same, "{a} / {b}");
        }
    }

    #[test]
    fn bounds_are_no_points() {
        let rules = Rules::built_in();
        for (known, said, same) in [
            (json!({"max": 1e6}), json!({"max": 1.005e6}), true),
            (json!({"max": 1e6}), json!({"min": 1e6, "max": 1e6}), false),
            (json!({"min": 1, "currency": "USD"}), json!({"min": 1, "currency": "EUR"}), false),
            (json!({"min": 1, "currency": "USD"}), json!({"min": 1}), true),
            (json!(10), json!({"min": 10, "max": 10}), true),
            (json!({"min": 10, "max": 12}), json!("10-12"), false),
        ] {
            assert_eq!(agree(rules, "amount", &known, &said), same, "{known} / {said}");
        }
    }
}
