//! `mercato judge`, `merge`, `split`, `never`, `undo`, `log`: decisions of persons, kept in the log of operations.

use std::io::Write;

use mercato_facts::{Action, Operation, correction};
use mercato_ledger::Store as _;

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
    let (actions, judging) = match &args.what {
        Verdict::Accept { claims, judging } => {
            (claims.iter().map(|c| Action::Accept { claim: c.clone() }).collect(), judging)
        }
        Verdict::Reject { claims, judging } => {
            (claims.iter().map(|c| Action::Reject { claim: c.clone() }).collect(), judging)
        }
        Verdict::Correct { claim, slot, value, judging } => {
            let stored = ledger::reader(&global.ledger)?.claim(claim)?;
            let value = value.as_deref().map(|text| correction::written(stored.claim.kind, *slot, text)).transpose();
            let value = value.map_err(misfit)?;
            (vec![Action::Correct { claim: stored.id, slot: *slot, value }], judging)
        }
        Verdict::SamePerson { one, other, judging } => {
            (vec![Action::SamePerson { one: one.clone(), other: other.clone() }], judging)
        }
        Verdict::OtherPerson { one, other, judging } => {
            (vec![Action::OtherPerson { one: one.clone(), other: other.clone() }], judging)
        }
        Verdict::Retract { document, judging } => (vec![Action::Retract { document: document.clone() }], judging),
        Verdict::Superseded { claim, by, judging } => {
            (vec![Action::Superseded { claim: claim.clone(), by: by.clone() }], judging)
        }
        Verdict::SameRoot { one, other, judging } => {
            (vec![Action::SameRoot { one: one.clone(), other: other.clone() }], judging)
        }
        Verdict::OwnRoot { document, judging } => (vec![Action::OwnRoot { document: document.clone() }], judging),
    };
    decide(global, judging, actions, out)
}

pub fn merge(global: &Global, args: &Two, out: &mut dyn Write) -> Done {
    let (one, other) = (args.one.clone(), args.other.clone());
    decide(global, &args.judging, vec![Action::Merge { one, other }], out)
}

pub fn never(global: &Global, args: &Two, out: &mut dyn Write) -> Done {
    let (one, other) = (args.one.clone(), args.other.clone());
    decide(global, &args.judging, vec![Action::Never { one, other }], out)
}

pub fn split(global: &Global, args: &Split, out: &mut dyn Write) -> Done {
    decide(global, &args.judging, vec![Action::Split { claim: args.claim.clone() }], out)
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
        [operation] => decide(global, &args.judging, vec![Action::Undo { operation: operation.id.clone() }], out),
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
            if brief { o.at.chars().take(19).collect() } else { o.at.clone() },
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
        format @ (Format::Csv | Format::Parquet) => {
            let rows: Vec<Vec<String>> = shown.iter().map(|o| row(o, false)).collect();
            grid::print_cells(
                out,
                format,
                &["at", "author", "action", "objects", "value", "state", "reason", "id"],
                rows,
            )?;
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

fn decide(global: &Global, judging: &Judging, actions: Vec<Action>, out: &mut dyn Write) -> Done {
    let reader = ledger::reader(&global.ledger)?;
    let actions = actions.into_iter().map(|action| Ok(reader.settled(action)?)).collect::<Result<Vec<_>>>()?;
    drop(reader);
    let conflicts = conflicts(global, &actions)?;
    keep(global, &judging.author, &judging.because, actions, out)?;
    Ok(warned(&conflicts))
}

/// Keeps decisions in the log of operations and says under which ids.
pub fn keep(global: &Global, author: &str, because: &str, actions: Vec<Action>, out: &mut dyn Write) -> Result<()> {
    refuse_as_of(global)?;
    if !global.ledger.exists() {
        ledger::reader(&global.ledger)?;
    }
    for operation in ledger::writer(&global.ledger)?.judge(author, because, &now(), actions)? {
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

fn misfit(wrong: correction::Misfit) -> Failure {
    let example = r#"{"min": 5e6, "max": 1e7, "currency": "USD"}"#;
    Failure::usage(wrong.to_string()).hint(format!("amounts are written {example}"))
}
