//! `mercato facts`: what all articles say together, newest first.

use std::io::Write;

use mercato_facts::Fact;

use super::record::{Facts, nothing};
use crate::Done;
use crate::cli::{Format, Global, record};
use crate::error::Exit;
use crate::render::dossier::{columns, row, row_names};
use crate::render::grid;
use crate::render::term::Look;

pub fn run(global: &Global, args: &record::Facts, out: &mut dyn Write) -> Done {
    let facts = Facts::open(global)?;
    let found = match (&args.which.person, args.rows.limit) {
        (None, Some(limit)) => facts.newest(&args.which, limit)?,
        (_, limit) => {
            let mut found = facts.select(&args.which, facts.of(&facts.scope(&args.which))?);
            found.truncate(limit.unwrap_or(usize::MAX));
            found
        }
    };
    if found.is_empty() {
        nothing(global, "facts");
    }
    match args.rows.format {
        Format::Table => {
            let rows: Vec<Vec<String>> = found.iter().map(|f| row(f, true)).collect();
            grid::print(out, Look::of_stdout(global.color), &columns(), &rows)?;
        }
        format @ (Format::Csv | Format::Parquet) => {
            let rows: Vec<Vec<String>> = found.iter().map(|f| row(f, false)).collect();
            grid::print_cells(out, format, &row_names(), rows)?;
        }
        Format::Jsonl => grid::print_jsonl::<&Fact>(out, &found)?,
    }
    Ok(Exit::Done)
}
