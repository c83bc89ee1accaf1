//! `mercato review`: what is worth a person's time, most important first.

use std::io::Write;

use mercato_facts::review::{Question, questions};
use mercato_ledger::Scope;

use super::record::{Facts, nothing};
use crate::Done;
use crate::cli::{Format, Global, record};
use crate::error::Exit;
use crate::render::grid::{self, Column};
use crate::render::phrase::said;
use crate::render::table::short;
use crate::render::term::{Look, Style, safe};

pub fn run(global: &Global, args: &record::Review, out: &mut dyn Write) -> Done {
    let facts = Facts::open(global)?;
    let snapshot = facts.of(&Scope::All)?;
    let mut found = questions(&snapshot, args.private);
    found.truncate(args.rows.limit.unwrap_or(usize::MAX));
    if found.is_empty() {
        nothing(global, "questions");
    }
    let what = |q: &Question| match snapshot.fact(&q.fact) {
        Some(fact) => format!("{} ({})", said(fact.kind, &fact.slots), q.what),
        None => safe(&q.what).into_owned(),
    };
    let row = |q: &Question, brief: bool| {
        let id = |id: &str| if brief { short(id).to_owned() } else { id.to_owned() };
        let claims: Vec<String> = q.claims.iter().map(|c| id(c)).collect();
        vec![q.about.to_owned(), what(q), id(&q.fact), claims.join(" "), q.weight.to_string()]
    };
    match args.rows.format {
        Format::Jsonl => grid::print_jsonl(out, &found)?,
        format @ (Format::Csv | Format::Parquet) => {
            let rows: Vec<Vec<String>> = found.iter().map(|q| row(q, false)).collect();
            grid::print_cells(out, format, &["about", "what", "fact", "claims", "weight"], rows)?;
        }
        Format::Table => {
            let rows: Vec<Vec<String>> = found.iter().map(|q| row(q, true)).collect();
            let column = |heading, wide, style| Column { heading, wide, style };
            let columns = [
                column("ABOUT", false, Style::Unsure),
                column("WHAT", true, Style::Bold),
                column("FACT", false, Style::Dim),
                column("CLAIMS", false, Style::Dim),
                column("WEIGHT", false, Style::Dim),
            ];
            grid::print(out, Look::of_stdout(global.color), &columns, &rows)?;
        }
    }
    Ok(Exit::Done)
}
