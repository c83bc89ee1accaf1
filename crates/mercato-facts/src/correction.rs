//! What a person gives for the value of a slot: taken only when the schema lets the slot hold it.

use mercato_model::schema::SlotType;
use mercato_model::{Amount, Bounds, Kind, Slot, Value};

/// Why a value cannot stand in a slot.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} of a {}: {what}", slot.as_str(), kind.as_str())]
pub struct Misfit {
    pub kind: Kind,
    pub slot: Slot,
    pub what: String,
}

/// Longest text that a slot takes, in characters.
const LONGEST: usize = 300;

/// A value as it is written by hand: text, a list with `;` between, a number, or JSON for amounts and bounds.
pub fn written(kind: Kind, slot: Slot, text: &str) -> Result<Value, Misfit> {
    let wrong = |what: &str| Misfit { kind, slot, what: what.to_owned() };
    let list = || Value::List(text.split(';').map(|t| t.trim().to_owned()).filter(|t| !t.is_empty()).collect());
    let value = match kind.slot_type(slot) {
        None => return Err(wrong("there is no such slot")),
        Some(SlotType::People | SlotType::Codes(_)) => list(),
        Some(SlotType::Name | SlotType::Text | SlotType::Code(_)) => Value::Text(text.trim().to_owned()),
        Some(SlotType::Amount) => {
            Value::Amount(serde_json::from_str::<Amount>(text).map_err(|_| wrong("not an amount"))?)
        }
        Some(SlotType::Bounds) => match text.trim().parse::<f64>() {
            Ok(number) => Value::Bounds(Bounds::exactly(number)),
            Err(_) => Value::Bounds(serde_json::from_str(text).map_err(|_| wrong("not a number or bounds"))?),
        },
        Some(SlotType::Number | SlotType::Year) => {
            Value::Number(text.trim().parse().map_err(|_| wrong("not a number"))?)
        }
        Some(SlotType::Flag) => Value::Flag(text.trim().parse().map_err(|_| wrong("true or false"))?),
    };
    fitting(kind, slot, value)
}

/// The value as the slot holds it, or why it cannot.
pub fn fitting(kind: Kind, slot: Slot, value: Value) -> Result<Value, Misfit> {
    let wrong = |what: String| Misfit { kind, slot, what };
    let is_text =
        |text: &str| !text.trim().is_empty() && text.chars().count() <= LONGEST && !text.chars().any(char::is_control);
    let one_of = |codes: &[&str]| format!("one of {}", codes.join(", "));
    let Some(holds) = kind.slot_type(slot) else { return Err(wrong("there is no such slot".to_owned())) };
    Ok(match (holds, value) {
        (SlotType::People, Value::List(names)) if !names.is_empty() && names.iter().all(|n| is_text(n)) => {
            Value::List(names)
        }
        (SlotType::People, _) => return Err(wrong("names, one or more".to_owned())),
        (SlotType::Codes(codes), Value::List(list))
            if !list.is_empty() && list.iter().all(|c| codes.contains(&c.as_str())) =>
        {
            Value::List(list)
        }
        (SlotType::Code(codes), Value::Text(code)) if codes.contains(&code.as_str()) => Value::Text(code),
        (SlotType::Code(codes) | SlotType::Codes(codes), _) => return Err(wrong(one_of(codes))),
        (SlotType::Name | SlotType::Text, Value::Text(text)) if is_text(&text) => Value::Text(text),
        (SlotType::Name | SlotType::Text, _) => return Err(wrong("a text of one line".to_owned())),
        (SlotType::Amount, Value::Amount(amount)) if is_bounded(amount.bounds) => {
            if amount.currency.as_ref().is_some_and(|c| c.len() != 3 || !c.bytes().all(|b| b.is_ascii_uppercase())) {
                return Err(wrong("a currency is a code of three letters".to_owned()));
            }
            Value::Amount(amount)
        }
        (SlotType::Amount, _) => {
            return Err(wrong("an amount, such as {\"min\": 5e6, \"max\": 1e7, \"currency\": \"USD\"}".to_owned()));
        }
        // Plain bounds read from JSON look like an amount without a currency.
        (SlotType::Bounds, Value::Amount(Amount { bounds, .. }) | Value::Bounds(bounds)) if is_bounded(bounds) => {
            Value::Bounds(bounds)
        }
        (SlotType::Bounds, Value::Number(n)) if n.is_finite() => Value::Bounds(Bounds::exactly(n)),
        (SlotType::Bounds, _) => return Err(wrong("a number or bounds, such as {\"min\": 10}".to_owned())),
        (SlotType::Number | SlotType::Year, Value::Number(n)) if n.is_finite() => Value::Number(n),
        (SlotType::Number | SlotType::Year, _) => return Err(wrong("a number".to_owned())),
        (SlotType::Flag, Value::Flag(flag)) => Value::Flag(flag),
        (SlotType::Flag, _) => return Err(wrong("true or false".to_owned())),
    })
}

/// Something is said, and the lower end is not above the upper one.
fn is_bounded(bounds: Bounds) -> bool {
    let ends = [bounds.min, bounds.max];
    ends.iter().any(Option::is_some)
        && ends.iter().flatten().all(|v| v.is_finite())
        && bounds.min.zip(bounds.max).is_none_or(|(min, max)| min <= max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_takes_what_the_schema_says() {
        for (kind, slot, text, ok) in [
            (Kind::Move, Slot::To, "Helvion", true),
            (Kind::Move, Slot::To, " ", false),
            (Kind::Move, Slot::To, "a\nb", false),
            (Kind::Move, Slot::Person, "Ada Neri; Bea Rossi", true),
            (Kind::Move, Slot::Person, ";", false),
            (Kind::Move, Slot::Manner, "founded", true),
            (Kind::Move, Slot::Manner, "flew", false),
            (Kind::Move, Slot::Amount, "5", false),
            (Kind::Offer, Slot::Amount, r#"{"min": 5, "max": 9, "currency": "USD"}"#, true),
            (Kind::Offer, Slot::Amount, r#"{"min": 9, "max": 5}"#, false),
            (Kind::Offer, Slot::Amount, r#"{"currency": "USD"}"#, false),
            (Kind::Offer, Slot::Amount, r#"{"min": 9, "currency": "dollars"}"#, false),
            (Kind::Count, Slot::N, "12", true),
            (Kind::Count, Slot::N, r#"{"min": 10}"#, true),
            (Kind::Count, Slot::N, "NaN", false),
            (Kind::Count, Slot::N, "twelve", false),
        ] {
            assert_eq!(written(kind, slot, text).is_ok(), ok, "{} {text}", slot.as_str());
        }
    }

    #[test]
    fn bounds_from_json_are_bounds() {
        let read: Value = serde_json::from_str(r#"{"min": 10}"#).unwrap();
        assert_eq!(fitting(Kind::Count, Slot::N, read), Ok(Value::Bounds(Bounds::at_least(10.0))));
    }
}
