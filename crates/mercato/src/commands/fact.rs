//! `mercato fact`: the dossier of one fact: origins in time, copies folded, denials, levels, disagreements.

use std::io::Write;

use mercato_facts::discretion::is_intimate;

use super::record::Facts;
use crate::Done;
use crate::cli::{Format, Global, record};
use crate::error::{Exit, Failure};
use crate::render::dossier::{dossier, row, row_names};
use crate::render::grid;
use crate::render::term::Look;

pub fn run(global: &Global, args: &record::FactById, out: &mut dyn Write) -> Done {
    let facts = Facts::open(global)?;
    let (mut found, snapshot) = facts.answers().fact(&args.id)?;
    found.retain(|fact| !is_intimate(fact.kind, &fact.slots));
    if found.is_empty() {
        let day = global.as_of.map(|d| format!(" as of {d}")).unwrap_or_default();
        return Err(Failure::new(Exit::Partial, format!("{} is in no fact{day}", args.id))
            .hint("the claim may be rejected, replaced by a later reading, or not yet known on that day"));
    }
    match args.format {
        Format::Table => {
            let look = Look::of_stdout(global.color);
            for (n, fact) in found.iter().enumerate() {
                if n > 0 {
                    writeln!(out)?;
                }
                let together = snapshot.facts.iter().filter(|f| f.decision == fact.decision).count();
                dossier(out, look, fact, together)?;
            }
        }
        format @ (Format::Csv | Format::Parquet) => {
            let rows: Vec<Vec<String>> = found.iter().map(|f| row(f, false)).collect();
            grid::print_cells(out, format, &row_names(), rows)?;
        }
        Format::Jsonl => grid::print_jsonl(out, &found)?,
    }
    Ok(Exit::Done)
}
