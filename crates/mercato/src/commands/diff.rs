//! `mercato diff`: what changed between two days, and which articles changed it.

use std::io::Write;

use mercato_facts::Snapshot;
use mercato_facts::diff::{Change, diff};

use super::record::{Facts, nothing, on, refuse_as_of};
use crate::Done;
use crate::cli::{Format, Global, record};
use crate::error::{Exit, Failure};
use crate::render::grid::{self, Column};
use crate::render::phrase::said;
use crate::render::table::short;
use crate::render::term::{Look, Style, safe};

pub fn run(global: &Global, args: &record::Diff, out: &mut dyn Write) -> Done {
    refuse_as_of(global)?;
    let [before, after] = [args.between[0], args.between[1]].map(|date| on(global, date));
    if before.day > after.day {
        return Err(Failure::usage("--between takes the earlier day first"));
    }
    let facts = Facts::open(global)?;
    let scope = facts.scope(&args.which);
    let kept = |snapshot: Snapshot| {
        let day = snapshot.day.clone();
        let mut found: Vec<_> = snapshot.facts.into_iter().filter(|f| facts.passes(&args.which, f)).collect();
        found.sort_by(|a, b| a.id.cmp(&b.id));
        Snapshot { day, facts: found, people: Vec::new() }
    };
    let before = kept(facts.on(&scope, Some(before))?);
    let after = kept(facts.on(&scope, Some(after))?);
    let mut changes = diff(&before, &after);
    changes.truncate(args.rows.limit.unwrap_or(usize::MAX));
    if changes.is_empty() {
        nothing(global, "changes");
    }
    let row = |c: &Change, brief: bool| {
        vec![
            c.change.to_owned(),
            said(c.kind, &c.slots),
            safe(&c.before).into_owned(),
            safe(&c.after).into_owned(),
            safe(&c.articles.join(" ")).into_owned(),
            if brief { short(&c.fact).to_owned() } else { c.fact.clone() },
        ]
    };
    match args.rows.format {
        Format::Jsonl => grid::print_jsonl(out, &changes)?,
        format @ (Format::Csv | Format::Parquet) => {
            let rows: Vec<Vec<String>> = changes.iter().map(|c| row(c, false)).collect();
            grid::print_cells(out, format, &["change", "what", "before", "after", "articles", "fact"], rows)?;
        }
        Format::Table => {
            let rows: Vec<Vec<String>> = changes.iter().map(|c| row(c, true)).collect();
            let column = |heading, wide, style| Column { heading, wide, style };
            let columns = [
                column("CHANGE", false, Style::Unsure),
                column("FACT", true, Style::Bold),
                column("BEFORE", true, Style::Plain),
                column("AFTER", true, Style::Plain),
                column("ARTICLES", true, Style::Dim),
                column("ID", false, Style::Dim),
            ];
            grid::print(out, Look::of_stdout(global.color), &columns, &rows)?;
        }
    }
    Ok(Exit::Done)
}
