//! Claims on paper: as a table for people, as JSON Lines and CSV for programs.

pub mod term;

pub mod phrase;

pub mod passage;

pub mod table;

pub mod jsonl;

pub mod csv;

pub mod parquet;

pub mod grid;

pub mod dossier;

pub mod exchange;

use std::io::{self, Write};

use mercato_ledger::StoredClaim;
use mercato_model::Claim;

use crate::cli::Format;
use term::Look;

/// One claim to print, with what the ledger knows besides.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    pub claim: &'a Claim,
    /// Id in the ledger; `None` for a claim that is not kept.
    pub id: Option<&'a str>,
    pub outlet: Option<&'a str>,
    pub superseded: bool,
}

impl<'a> Row<'a> {
    pub fn stored(stored: &'a StoredClaim) -> Self {
        Self {
            claim: &stored.claim,
            id: Some(&stored.id),
            outlet: stored.document.outlet.as_deref(),
            superseded: stored.superseded,
        }
    }

    pub fn read(claim: &'a Claim, outlet: Option<&'a str>) -> Self {
        Self { claim, id: None, outlet, superseded: false }
    }
}

/// Prints claims in the format asked for.
pub fn print(out: &mut dyn Write, format: Format, look: Look, rows: &[Row<'_>]) -> io::Result<()> {
    match format {
        Format::Table => table::print(out, look, rows),
        Format::Jsonl => rows.iter().try_for_each(|row| jsonl::print(out, row)),
        Format::Csv => {
            csv::header(out)?;
            rows.iter().try_for_each(|row| csv::print(out, row))
        }
        Format::Parquet => {
            let mut table = parquet::Table::new(out, &csv::names())?;
            rows.iter().try_for_each(|row| table.push(csv::cells(row)))?;
            table.finish()
        }
    }
}
