//! `mercato sources`: how outlets and speakers have done.

use std::io::Write;

use mercato_facts::Action;
use mercato_facts::sources::{FEW, Scorecard, learn, scorecards};
use mercato_ledger::Scope;

use super::judge::keep;
use super::record::{Facts, nothing, refuse_as_of};
use crate::Done;
use crate::cli::{Format, Global, record};
use crate::error::Exit;
use crate::render::grid::{self, Column};
use crate::render::term::{Look, Style, safe};

pub fn run(global: &Global, args: &record::Sources, out: &mut dyn Write) -> Done {
    let facts = Facts::open(global)?;
    let snapshot = facts.of(&Scope::All)?;
    if args.learn {
        refuse_as_of(global)?;
        let learned = learn(&snapshot);
        if learned.assumed() {
            eprintln!(
                "mercato: {} facts are settled; {} are needed: reliabilities stay assumed",
                learned.settled,
                mercato_facts::snapshot::ENOUGH
            );
            return Ok(Exit::Partial);
        }
        drop(facts);
        keep(global, "rule", "", vec![Action::Learn { learned }], out)?;
        return Ok(Exit::Done);
    }
    let mut cards = scorecards(&snapshot);
    cards.sort_by(|a, b| (b.settled, b.facts).cmp(&(a.settled, a.facts)).then_with(|| a.name.cmp(&b.name)));
    cards.truncate(args.rows.limit.unwrap_or(usize::MAX));
    if cards.is_empty() {
        nothing(global, "sources");
    }
    match args.rows.format {
        Format::Jsonl => grid::print_jsonl(out, &cards)?,
        format @ (Format::Csv | Format::Parquet) => {
            let names = [
                "source",
                "origin",
                "letter",
                "facts",
                "settled",
                "confirmed",
                "denied",
                "first",
                "false_first",
                "right",
                "low",
                "high",
                "lead_days",
                "lead_to_confirmation_days",
            ];
            let rows: Vec<Vec<String>> = cards.iter().map(|c| row(c, false)).collect();
            grid::print_cells(out, format, &names, rows)?;
        }
        Format::Table => {
            let rows: Vec<Vec<String>> = cards.iter().map(|c| row(c, true)).collect();
            let column = |heading| Column { heading, wide: false, style: Style::Plain };
            let columns = [
                Column { heading: "SOURCE", wide: true, style: Style::Bold },
                Column { heading: "ORIGIN", wide: false, style: Style::Dim },
                column("LETTER"),
                column("FACTS"),
                column("SETTLED"),
                column("CONFIRMED"),
                column("DENIED"),
                column("FIRST"),
                column("FALSE-FIRST"),
                column("RIGHT"),
                column("LEAD"),
                column("TO CONFIRMATION"),
            ];
            grid::print(out, Look::of_stdout(global.color), &columns, &rows)?;
        }
    }
    Ok(Exit::Done)
}

fn row(card: &Scorecard, table: bool) -> Vec<String> {
    let origin = format!("{:?}", card.origin).to_lowercase();
    let number = |v: Option<f64>| v.map(|v| v.to_string()).unwrap_or_default();
    let days = |v: Option<f64>| v.map(|v| format!("{v} d")).unwrap_or_default();
    let mut out = vec![
        safe(&card.name).into_owned(),
        origin,
        card.letter.to_string(),
        card.facts.to_string(),
        card.settled.to_string(),
        card.confirmed.to_string(),
        card.denied.to_string(),
        card.first.to_string(),
        card.false_first.to_string(),
    ];
    if table {
        out.push(match card.right {
            Some(share) => format!("{:.2} [{:.2}, {:.2}]", share.mean, share.low, share.high),
            None => format!("too few (< {FEW})"),
        });
        out.extend([days(card.lead), days(card.lead_to_confirmation)]);
    } else {
        let share = |pick: fn(&mercato_facts::sources::Share) -> f64| number(card.right.as_ref().map(pick));
        out.extend([share(|s| s.mean), share(|s| s.low), share(|s| s.high)]);
        out.extend([number(card.lead), number(card.lead_to_confirmation)]);
    }
    out
}
