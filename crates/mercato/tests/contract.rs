//! The record of a claim: what cannot be built, and that what is printed is what `schema/claim.schema.json` says.

mod run;

use std::collections::BTreeSet;

use mercato_model::{Claim, Evidence, Kind, Slot, Span};
use run::{Place, project};
use serde_json::Value;

/// Invariant: no claim without evidence.
#[test]
fn no_claim_without_evidence() {
    assert!(Evidence::cut("parole", &[]).is_none());
    assert!(Evidence::cut("parole", &[Span::new(2, 2)]).is_none());
    assert!(Evidence::cut("parole", &[Span::new(2, 9)]).is_none());
    assert!(Evidence::cut("è", &[Span::new(0, 1)]).is_none(), "half a character");
    assert!(Evidence::cut("parole", &[Span::new(0, 6)]).is_some());
    let record = |evidence: &str| {
        format!(
            r#"{{"doc":"a","lang":"it","kind":"move","slots":{{}},"status":"asserted","source":[],"evidence":{evidence},"rule":"r","score":1}}"#
        )
    };
    assert!(serde_json::from_str::<Claim>(&record("[]")).is_err());
    assert!(serde_json::from_str::<Claim>(&record(r#"[{"start":0,"end":1,"quote":"x"}]"#)).is_ok());
}

/// Every claim of the examples has the fields, kinds, slots, codes and types of the schema.
#[test]
fn printed_claims_follow_the_schema() {
    let schema: Value =
        serde_json::from_str(&std::fs::read_to_string(project("schema/claim.schema.json")).unwrap()).unwrap();
    let required = schema["required"].as_array().unwrap().iter().filter_map(Value::as_str);
    let fields: BTreeSet<&str> =
        schema["properties"].as_object().unwrap().keys().map(String::as_str).chain(required).collect();
    let out = Place::new().run(&["read", "--format", "jsonl", &project("examples").display().to_string()]).out;
    assert!(out.lines().count() > 10, "{out}");
    for line in out.lines() {
        let claim: Value = serde_json::from_str(line).unwrap();
        for field in claim.as_object().unwrap().keys() {
            assert!(fields.contains(field.as_str()), "{field}: {line}");
        }
        for field in schema["required"].as_array().unwrap() {
            assert!(claim.get(field.as_str().unwrap()).is_some(), "{field}: {line}");
        }
        let kind = Kind::parse(claim["kind"].as_str().unwrap()).unwrap();
        for (name, value) in claim["slots"].as_object().unwrap() {
            let slot = Slot::parse(name).and_then(|slot| kind.slot_type(slot));
            assert!(slot.is_some_and(|holds| fits(holds, value)), "{name}: {line}");
        }
        for group in kind.key() {
            let filled = group.iter().any(|slot| claim["slots"].get(slot.as_str()).is_some());
            assert!(filled, "none of {group:?}: {line}");
        }
    }
}

fn fits(holds: mercato_model::schema::SlotType, value: &Value) -> bool {
    use mercato_model::schema::SlotType::{Amount, Bounds, Code, Codes, Flag, Name, Number, People, Text, Year};
    let texts: Option<Vec<&str>> = match value {
        Value::String(text) => Some(vec![text]),
        Value::Array(items) => items.iter().map(Value::as_str).collect(),
        _ => None,
    };
    match holds {
        Code(list) | Codes(list) => texts.is_some_and(|t| t.iter().all(|code| list.contains(code))),
        People => value.is_array() && texts.is_some(),
        Name | Text => texts.is_some(),
        Amount | Bounds => value.is_object(),
        Number => value.is_number(),
        Flag => value.is_boolean(),
        Year => value.is_number() || value.is_string(),
    }
}
