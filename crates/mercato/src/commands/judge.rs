//! `mercato judge`, `merge`, `split`, `never`, `undo`, `log`: decisions of persons, kept in the log of operations.

use std::io::Write;

use mercato_facts::{Action, Operation};
use mercato_ledger::{Ledger, Store as _};
use mercato_model::schema::SlotType;
use mercato_model::{Amount, Bounds, Slot, Value};

use super::ledger::{self, now};
use super::record::{as_of, nothing, refuse_as_of};
use crate::Done;
use crate::cli::record::{Judge, Judging, Split, Two, Undo, Verdict};
use crate::cli::{Format, Global, Rows};
use crate::error::{Exit, Failure, Result};
use crate::render::grid::{self, Column};
use crate::render::table::short;
use crate::render::term::{Look, Style, safe};

pub fn judge(global: &Global, args: &Judge, out: &mut dyn Write) -> Done {
    let ledger = ledger::reader(&global.ledger)?;
    let claim = |id: &String| claim(&ledger, id);
    let document = |id: &String| document(&ledger, id);
    let (actions, judging) = match &args.what {
        Verdict::Accept { claims, judging } => {
            (claims.iter().map(|c| Ok(Action::Accept { claim: claim(c)? })).collect::<Result<Vec<_>>>()?, judging)
        }
        Verdict::Reject { claims, judging } => {
            (claims.iter().map(|c| Ok(Action::Reject { claim: claim(c)? })).collect::<Result<Vec<_>>>()?, judging)
        }
        Verdict::Correct { claim: id, slot, value, judging } => {
            let stored = ledger.claim(id)?;
            let value = value.as_deref().map(|text| parsed(stored.claim.kind, *slot, text)).transpose()?;
            (vec![Action::Correct { claim: stored.id, slot: *slot, value }], judging)
        }
        Verdict::SamePerson { one, other, judging } => {
            (vec![Action::SamePerson { one: claim(one)?, other: claim(other)? }], judging)
        }
        Verdict::OtherPerson { one, other, judging } => {
            (vec![Action::OtherPerson { one: claim(one)?, other: claim(other)? }], judging)
        }
        Verdict::Retract { document: id, judging } => (vec![Action::Retract { document: document(id)? }], judging),
        Verdict::Superseded { claim: id, by, judging } => {
            (vec![Action::Superseded { claim: claim(id)?, by: claim(by)? }], judging)
        }
        Verdict::SameRoot { one, other, judging } => {
            (vec![Action::SameRoot { one: document(one)?, other: document(other)? }], judging)
        }
        Verdict::OwnRoot { document: id, judging } => (vec![Action::OwnRoot { document: document(id)? }], judging),
    };
    drop(ledger);
    let conflicts = conflicts(global, &actions)?;
    keep(global, &judging.author, &judging.because, actions, out)?;
    Ok(warned(&conflicts))
}

pub fn merge(global: &Global, args: &Two, out: &mut dyn Write) -> Done {
    let (one, other) = two(global, args)?;
    decide(global, &args.judging, Action::Merge { one, other }, out)
}

pub fn never(global: &Global, args: &Two, out: &mut dyn Write) -> Done {
    let (one, other) = two(global, args)?;
    decide(global, &args.judging, Action::Never { one, other }, out)
}

pub fn split(global: &Global, args: &Split, out: &mut dyn Write) -> Done {
    let claim = claim(&ledger::reader(&global.ledger)?, &args.claim)?;
    decide(global, &args.judging, Action::Split { claim }, out)
}

pub fn undo(global: &Global, args: &Undo, out: &mut dyn Write) -> Done {
    let held = ledger::reader(&global.ledger)?.operations(None)?;
    let found: Vec<&Operation> = match &args.operation {
        Some(prefix) => held.iter().filter(|o| o.id.starts_with(prefix.as_str())).collect(),
        None => {
            let mut record = mercato_facts::Record::default();
            held.iter().cloned().for_each(|o| record.judge(o));
            let last = record.in_force().last().map(|o| o.id.clone());
            held.iter().filter(|o| Some(&o.id) == last.as_ref()).collect()
        }
    };
    match found.as_slice() {
        [operation] => decide(global, &args.judging, Action::Undo { operation: operation.id.clone() }, out),
        [] => Err(Failure::new(Exit::Partial, "no such operation").hint("`mercato log` lists them")),
        many => Err(Failure::new(Exit::Partial, format!("{} operations begin so", many.len()))
            .hint("give more digits; `mercato log` lists them")),
    }
}

pub fn log(global: &Global, rows: &Rows, out: &mut dyn Write) -> Done {
    let held = ledger::reader(&global.ledger)?.operations(as_of(global))?;
    let mut record = mercato_facts::Record::default();
    held.iter().cloned().for_each(|o| record.judge(o));
    let in_force: Vec<&str> = record.in_force().into_iter().map(|o| o.id.as_str()).collect();
    if held.is_empty() {
        nothing(global, "operations");
    }
    let skip = held.len().saturating_sub(rows.limit.unwrap_or(usize::MAX));
    let shown = &held[skip..];
    let row = |o: &Operation, brief: bool| {
        let id = |id: &str| if brief { short(id).to_owned() } else { id.to_owned() };
        let objects: Vec<String> =
            o.action.objects().into_iter().map(|object| safe(&id(object)).into_owned()).collect();
        let state = match &o.action {
            Action::Undo { .. } => "",
            _ if in_force.contains(&o.id.as_str()) => "holds",
            _ => "undone",
        };
        let value = match &o.action {
            Action::Correct { slot, value, .. } => {
                let value = value.as_ref().and_then(|v| serde_json::to_string(v).ok()).unwrap_or_default();
                format!("{}={value}", slot.as_str())
            }
            _ => String::new(),
        };
        vec![
            o.at.clone(),
            safe(&o.author).into_owned(),
            o.action.name().to_owned(),
            objects.join(" "),
            safe(&value).into_owned(),
            state.to_owned(),
            safe(&o.reason).into_owned(),
            id(&o.id),
        ]
    };
    match rows.format {
        Format::Jsonl => grid::print_jsonl(out, shown)?,
        Format::Csv => {
            let rows: Vec<Vec<String>> = shown.iter().map(|o| row(o, false)).collect();
            grid::print_csv(out, &["at", "author", "action", "objects", "value", "state", "reason", "id"], &rows)?;
        }
        Format::Table => {
            let rows: Vec<Vec<String>> = shown.iter().map(|o| row(o, true)).collect();
            let column = |heading, wide, style| Column { heading, wide, style };
            let columns = [
                column("AT", false, Style::Dim),
                column("AUTHOR", false, Style::Plain),
                column("DID", false, Style::Bold),
                column("TO", true, Style::Plain),
                column("VALUE", true, Style::Plain),
                column("STATE", false, Style::Plain),
                column("BECAUSE", true, Style::Plain),
                column("OPERATION", false, Style::Dim),
            ];
            grid::print(out, Look::of_stdout(global.color), &columns, &rows)?;
        }
    }
    Ok(Exit::Done)
}

fn decide(global: &Global, judging: &Judging, action: Action, out: &mut dyn Write) -> Done {
    let conflicts = conflicts(global, std::slice::from_ref(&action))?;
    keep(global, &judging.author, &judging.because, vec![action], out)?;
    Ok(warned(&conflicts))
}

/// Keeps decisions in the log and says under which ids.
pub fn keep(global: &Global, author: &str, because: &str, actions: Vec<Action>, out: &mut dyn Write) -> Result<()> {
    refuse_as_of(global)?;
    if !global.ledger.exists() {
        ledger::reader(&global.ledger)?;
    }
    let mut ledger = ledger::writer(&global.ledger)?;
    let at = now();
    let held = ledger.operations(None)?.len();
    let operations: Vec<Operation> = actions
        .into_iter()
        .enumerate()
        .map(|(n, action)| {
            // The same decision twice is two operations: the place in the log is part of the id.
            let content = serde_json::to_string(&(&at, author, because, &action, held + n)).unwrap_or_default();
            let id = mercato_ledger::digest(&content)[..12].to_owned();
            Operation { id, at: at.clone(), author: author.to_owned(), action, reason: because.to_owned() }
        })
        .collect();
    ledger.operate(&operations)?;
    for operation in &operations {
        writeln!(out, "{} {}", operation.id, operation.action.name())?;
    }
    Ok(())
}

/// Earlier decisions that say the opposite about the same pair.
fn conflicts(global: &Global, actions: &[Action]) -> Result<Vec<String>> {
    let mut record = mercato_facts::Record::default();
    ledger::reader(&global.ledger)?.operations(None)?.into_iter().for_each(|o| record.judge(o));
    let opposite = |a: &Action, b: &Action| {
        let pair = |x: &Action| {
            let mut ids: Vec<String> = x.objects().into_iter().map(str::to_owned).collect();
            ids.sort();
            ids
        };
        let names = (a.name(), b.name());
        pair(a) == pair(b)
            && matches!(
                names,
                ("merge", "never")
                    | ("never", "merge")
                    | ("same-person", "other-person")
                    | ("other-person", "same-person")
            )
    };
    Ok(record
        .in_force()
        .into_iter()
        .filter(|held| actions.iter().any(|a| opposite(a, &held.action)))
        .map(|held| format!("{} said the opposite on {} ({} {})", held.author, held.at, held.action.name(), held.id))
        .collect())
}

fn warned(conflicts: &[String]) -> Exit {
    for conflict in conflicts {
        eprintln!(
            "mercato: {}\n  the later word about people counts; events once kept apart stay apart: `mercato undo` takes one back",
            safe(conflict)
        );
    }
    Exit::Done
}

fn two(global: &Global, args: &Two) -> Result<(String, String)> {
    let ledger = ledger::reader(&global.ledger)?;
    Ok((claim(&ledger, &args.one)?, claim(&ledger, &args.other)?))
}

/// The full id of a claim; an id of a fact is one of its claims'.
fn claim(ledger: &Ledger, id: &str) -> Result<String> {
    let prefix = id.rsplit_once('-').filter(|(_, n)| n.parse::<usize>().is_ok()).map_or(id, |(prefix, _)| prefix);
    Ok(ledger.claim(prefix)?.id)
}

fn document(ledger: &Ledger, id: &str) -> Result<String> {
    match ledger.document(id, None)? {
        Some(document) => Ok(document.document.id),
        None => Err(Failure::new(Exit::Partial, format!("no article has the id {id}"))
            .hint("`mercato why CLAIM` shows the article of a claim")),
    }
}

/// What a person writes for the value of a slot.
fn parsed(kind: mercato_model::Kind, slot: Slot, text: &str) -> Result<Value> {
    let wrong = |what: &str| {
        let example = r#"{"min": 5e6, "max": 1e7, "currency": "USD"}"#;
        Failure::usage(format!("{} of a {}: {what}", slot.as_str(), kind.as_str()))
            .hint(format!("amounts are written {example}"))
    };
    let Some(holds) = kind.slot_type(slot) else { return Err(wrong("there is no such slot")) };
    let list = || Value::List(text.split(';').map(|t| t.trim().to_owned()).filter(|t| !t.is_empty()).collect());
    Ok(match holds {
        SlotType::People | SlotType::Codes(_) => list(),
        SlotType::Name | SlotType::Text => Value::Text(text.to_owned()),
        SlotType::Code(codes) if codes.contains(&text) => Value::Text(text.to_owned()),
        SlotType::Code(codes) => return Err(wrong(&format!("one of {}", codes.join(", ")))),
        SlotType::Amount => Value::Amount(serde_json::from_str::<Amount>(text).map_err(|_| wrong("not an amount"))?),
        SlotType::Bounds => match text.parse::<f64>() {
            Ok(number) => Value::Bounds(Bounds::exactly(number)),
            Err(_) => Value::Bounds(serde_json::from_str(text).map_err(|_| wrong("not a number or bounds"))?),
        },
        SlotType::Number | SlotType::Year => Value::Number(text.parse().map_err(|_| wrong("not a number"))?),
        SlotType::Flag => Value::Flag(text.parse().map_err(|_| wrong("true or false"))?),
    })
}
