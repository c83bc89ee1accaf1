//! Comma-separated values with the same columns whatever the claims: one for each slot, several for quantities.

use std::io::{self, Write};

use mercato_model::schema::SlotType;
use mercato_model::shown::cell;
use mercato_model::{Bounds, Claim, Kind, Slot, Value};

use super::Row;

/// Between several values in one cell.
const JOIN: &str = "; ";

/// The columns in front of and behind those of the slots.
const BEFORE: [&str; 6] = ["id", "doc", "outlet", "lang", "kind", "status"];
const AFTER: [&str; 9] =
    ["source", "date", "date_basis", "score", "rule", "quote", "offsets", "as_written", "superseded"];

/// What the columns of a slot hold.
struct Columns {
    slot: Slot,
    plain: bool,
    bounds: bool,
    money: bool,
}

fn columns() -> Vec<Columns> {
    let of = |&slot: &Slot| {
        let types: Vec<SlotType> = Kind::ALL.iter().filter_map(|kind| kind.slot_type(slot)).collect();
        let money = types.contains(&SlotType::Amount);
        let bounds = money || types.contains(&SlotType::Bounds);
        let plain = types.iter().any(|t| !matches!(t, SlotType::Amount | SlotType::Bounds));
        Columns { slot, plain, bounds, money }
    };
    Slot::ALL.iter().map(of).collect()
}

/// The names of all columns, in order.
pub fn names() -> Vec<String> {
    let mut out: Vec<String> = BEFORE.map(str::to_owned).into();
    for column in columns() {
        let name = column.slot.as_str();
        out.extend(column.plain.then(|| name.to_owned()));
        let more = |list: &[&str]| list.iter().map(|part| format!("{name}_{part}")).collect::<Vec<_>>();
        out.extend(if column.bounds { more(&["min", "max", "approx"]) } else { Vec::new() });
        out.extend(if column.money { more(&["currency", "period", "stat"]) } else { Vec::new() });
    }
    out.extend(AFTER.map(str::to_owned));
    out
}

pub fn header(out: &mut dyn Write) -> io::Result<()> {
    line(out, &names())
}

pub fn print(out: &mut dyn Write, row: &Row<'_>) -> io::Result<()> {
    line(out, &cells(row))
}

/// A claim in the order of [`names`].
pub fn cells(row: &Row<'_>) -> Vec<String> {
    let claim = row.claim;
    let text = |t: Option<&str>| t.unwrap_or_default().to_owned();
    let mut cells = vec![
        text(row.id),
        claim.doc.clone(),
        text(row.outlet),
        claim.lang.to_string(),
        claim.kind.as_str().to_owned(),
        claim.status.as_str().to_owned(),
    ];
    for column in columns() {
        slot_cells(&mut cells, &column, claim.slots.get(&column.slot));
    }
    let (date, basis) = claim
        .date
        .map_or_else(Default::default, |date| (date.value.to_string(), format!("{:?}", date.basis).to_lowercase()));
    let quotes = claim.evidence.quotes();
    cells.push(claim.source.join(JOIN));
    cells.extend([date, basis, claim.score.to_string(), claim.rule.clone()]);
    cells.push(quotes.iter().map(|q| q.quote.as_str()).collect::<Vec<_>>().join(" […] "));
    cells.push(quotes.iter().map(|q| format!("{}-{}", q.span.start, q.span.end)).collect::<Vec<_>>().join(JOIN));
    cells.push(as_written(claim));
    cells.push(flag(row.superseded));
    cells
}

fn slot_cells(cells: &mut Vec<String>, column: &Columns, value: Option<&Value>) {
    if column.plain {
        cells.push(match value {
            Some(Value::Flag(b)) => flag(*b),
            Some(Value::Number(n)) => n.to_string(),
            Some(value) => value.texts().join(JOIN),
            None => String::new(),
        });
    }
    if column.bounds {
        let quantity = match value {
            Some(Value::Number(_)) if column.plain => None,
            value => value.and_then(Value::bounds),
        };
        let Bounds { min, max, approx } = quantity.unwrap_or_default();
        let limit = |v: Option<f64>| v.map(|v| v.to_string()).unwrap_or_default();
        cells.extend([limit(min), limit(max), flag(approx)]);
    }
    if column.money {
        let part = |pick: fn(&mercato_model::Amount) -> &Option<String>| match value {
            Some(Value::Amount(amount)) => pick(amount).clone().unwrap_or_default(),
            _ => String::new(),
        };
        cells.extend([part(|a| &a.currency), part(|a| &a.period), part(|a| &a.stat)]);
    }
}

fn as_written(claim: &Claim) -> String {
    claim.as_written.iter().map(|(slot, text)| format!("{}={text}", slot.as_str())).collect::<Vec<_>>().join(JOIN)
}

fn flag(yes: bool) -> String {
    if yes { "true".to_owned() } else { String::new() }
}

/// One line of cells, disarmed.
pub fn line<T: AsRef<str>>(out: &mut dyn Write, cells: &[T]) -> io::Result<()> {
    let line: Vec<String> = cells.iter().map(|text| cell(text.as_ref())).collect();
    writeln!(out, "{}", line.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_slot_has_a_column() {
        let names = names();
        for slot in Slot::ALL {
            assert!(names.iter().any(|n| n == slot.as_str() || n.starts_with(&format!("{}_min", slot.as_str()))));
        }
    }
}
