//! Facts as rows of a file.

use mercato_facts::Fact;
use mercato_model::shown::cell;
use mercato_model::{Slot, Value};

const COLUMNS: &[&str] = &[
    "id",
    "kind",
    "level",
    "marks",
    "person",
    "group",
    "from",
    "to",
    "org",
    "by",
    "role",
    "manner",
    "min",
    "max",
    "approx",
    "currency",
    "period",
    "stat",
    "date_first",
    "date_last",
    "date_said",
    "origins",
    "repeats",
    "denials",
    "disputes",
];

/// Comma-separated, with a header; cells that would run as formulas are disarmed.
pub fn csv(facts: impl Iterator<Item = Fact>) -> String {
    let mut out = COLUMNS.join(",") + "\n";
    for fact in facts {
        let cells: Vec<String> = cells(&fact).iter().map(|text| cell(text)).collect();
        out += &cells.join(",");
        out.push('\n');
    }
    out
}

fn cells(fact: &Fact) -> Vec<String> {
    let text = |slot: Slot| fact.slots.get(&slot).map(|v| v.texts().join("; ")).unwrap_or_default();
    let quantity = [Slot::Amount, Slot::N, Slot::Share, Slot::Value].into_iter().find_map(|slot| fact.slots.get(&slot));
    let bounds = quantity.and_then(Value::bounds).unwrap_or_default();
    let limit = |v: Option<f64>| v.map(|v| v.to_string()).unwrap_or_default();
    let amount = match quantity {
        Some(Value::Amount(amount)) => amount.clone(),
        _ => mercato_model::Amount::default(),
    };
    let date = fact.date.as_ref();
    vec![
        fact.id.clone(),
        fact.kind.as_str().to_owned(),
        fact.level.as_str().to_owned(),
        fact.marks.iter().map(|m| m.as_str()).collect::<Vec<_>>().join("; "),
        fact.person.clone().unwrap_or_default(),
        text(Slot::Group),
        text(Slot::From),
        text(Slot::To),
        text(Slot::Org),
        text(Slot::By),
        text(Slot::Role),
        text(Slot::Manner),
        limit(bounds.min),
        limit(bounds.max),
        if bounds.approx { "true".to_owned() } else { String::new() },
        amount.currency.unwrap_or_default(),
        amount.period.unwrap_or_default(),
        amount.stat.unwrap_or_default(),
        date.map(|d| d.first.clone()).unwrap_or_default(),
        date.map(|d| d.last.clone()).unwrap_or_default(),
        date.map(|d| d.said.to_string()).unwrap_or_default(),
        fact.roots.len().to_string(),
        fact.repeats.to_string(),
        fact.denials().to_string(),
        fact.disputes.iter().map(|d| d.class.as_str()).collect::<Vec<_>>().join("; "),
    ]
}

/// An array of facts as the API gives them.
pub fn json(facts: impl Iterator<Item = Fact>) -> String {
    serde_json::to_string(&facts.map(|fact| crate::api::FactShape::from(&fact)).collect::<Vec<_>>()).unwrap_or_default()
}
