//! The schema: a proposal becomes a claim of a known kind whose slots hold what they may hold, or it is refused.

use mercato_model::schema::SlotType;
use mercato_model::{Amount, Bounds, Kind, Slot, Slots, Status, Value};
use serde_json::Value as Json;

use crate::answer::Proposal;

/// The parts of a proposal that keep to the schema.
#[derive(Clone, Debug, PartialEq)]
pub struct Shaped {
    pub kind: Kind,
    pub slots: Slots,
    pub status: Status,
    /// Slots left out because they hold what they may not.
    pub left_out: Vec<String>,
}

/// `Err` says what keeps the proposal from being a claim.
pub fn shape(proposal: &Proposal) -> Result<Shaped, String> {
    let kind = Kind::parse(&proposal.kind).ok_or_else(|| format!("kind {}", proposal.kind))?;
    let status = Status::parse(&proposal.status).ok_or_else(|| format!("status {}", proposal.status))?;
    let (mut slots, mut left_out) = (Slots::new(), Vec::new());
    for (name, json) in &proposal.slots {
        if json.is_null() {
            continue;
        }
        let value = Slot::parse(name).and_then(|slot| Some((slot, value(kind.slot_type(slot)?, json)?)));
        match value {
            Some((slot, value)) => {
                slots.insert(slot, value);
            }
            None => left_out.push(name.clone()),
        }
    }
    if let Some(missing) = missing(kind, &slots) {
        return Err(format!("lacks {missing}"));
    }
    Ok(Shaped { kind, slots, status, left_out })
}

/// The first group of key slots of which none is there.
pub fn missing(kind: Kind, slots: &Slots) -> Option<String> {
    let group = kind.key().iter().find(|group| !group.iter().any(|slot| slots.contains_key(slot)))?;
    Some(group.iter().map(|s| s.as_str()).collect::<Vec<_>>().join("|"))
}

fn value(ty: SlotType, json: &Json) -> Option<Value> {
    let text = |json: &Json| json.as_str().map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned);
    let texts = |json: &Json| -> Vec<String> {
        let items = json.as_array().map_or(std::slice::from_ref(json), Vec::as_slice);
        items.iter().filter_map(text).collect()
    };
    match ty {
        SlotType::Name | SlotType::Text => match texts(json) {
            items if items.len() > 1 => Some(Value::List(items)),
            mut items => items.pop().map(Value::Text),
        },
        SlotType::People => Some(texts(json)).filter(|p| !p.is_empty()).map(Value::List),
        SlotType::Code(codes) => text(json).filter(|c| codes.contains(&c.as_str())).map(Value::Text),
        SlotType::Codes(codes) => {
            let mut known: Vec<String> = texts(json).into_iter().filter(|c| codes.contains(&c.as_str())).collect();
            match known.len() {
                0 => None,
                1 if json.is_string() => known.pop().map(Value::Text),
                _ => Some(Value::List(known)),
            }
        }
        SlotType::Amount => amount(json).map(Value::Amount),
        SlotType::Bounds => bounds(json).map(Value::Bounds),
        SlotType::Number => json.as_f64().or_else(|| exact(bounds(json)?)).map(Value::Number),
        SlotType::Flag => json.as_bool().map(Value::Flag),
        SlotType::Year => json.as_f64().map(Value::Number).or_else(|| text(json).map(Value::Text)),
    }
}

/// The number that bounds pin down.
pub fn exact(bounds: Bounds) -> Option<f64> {
    bounds.min.filter(|min| Some(*min) == bounds.max)
}

fn bounds(json: &Json) -> Option<Bounds> {
    if let Some(n) = json.as_f64() {
        return Some(Bounds::exactly(n));
    }
    let map = json.as_object()?;
    let limit = |key: &str| map.get(key).and_then(Json::as_f64).filter(|v| v.is_finite());
    let approx = map.get("approx").and_then(Json::as_bool).unwrap_or_default();
    let bounds = Bounds { min: limit("min"), max: limit("max"), approx };
    let ordered = bounds.min.zip(bounds.max).is_none_or(|(min, max)| min <= max);
    (ordered && (bounds.min.is_some() || bounds.max.is_some())).then_some(bounds)
}

fn amount(json: &Json) -> Option<Amount> {
    let bounds = bounds(json)?;
    let text = |key: &str| json.get(key).and_then(Json::as_str).filter(|t| !t.is_empty()).map(str::to_owned);
    let currency = text("currency").filter(|c| c.len() == 3 && c.bytes().all(|b| b.is_ascii_uppercase()));
    Some(Amount { bounds, currency, period: text("period"), stat: text("stat") })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: &str, slots: &str, status: &str) -> Result<Shaped, String> {
        let slots = serde_json::from_str(slots).unwrap();
        shape(&Proposal { kind: kind.into(), slots, status: status.into(), ..Proposal::default() })
    }

    #[test]
    fn what_the_schema_does_not_know_is_refused_or_left_out() {
        for (kind, slots, status, what) in [
            ("transfer", "{}", "asserted", "kind transfer"),
            ("move", r#"{"person":["Ada Neri"],"to":"Corvanta"}"#, "certain", "status certain"),
            ("move", r#"{"person":["Ada Neri"]}"#, "asserted", "lacks from|to"),
            ("move", r#"{"person":[],"to":"Corvanta"}"#, "asserted", "lacks person|group"),
            ("pay", r#"{"org":"Corvanta","amount":{"min":2,"max":1}}"#, "asserted", "lacks amount"),
            ("retention", r#"{"org":"Corvanta","measure":"magic"}"#, "asserted", "lacks measure"),
        ] {
            assert_eq!(of(kind, slots, status).unwrap_err(), what);
        }
        let shaped =
            of("move", r#"{"person":"Ada Neri","to":"Corvanta","manner":"flew","salary":3}"#, "asserted").unwrap();
        assert_eq!(shaped.left_out, ["manner", "salary"]);
        assert_eq!(shaped.slots[&Slot::Person], Value::List(vec!["Ada Neri".into()]));
    }
}
