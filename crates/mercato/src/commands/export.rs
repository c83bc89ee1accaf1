//! `mercato export`: the whole ledger in an open format.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;

use mercato_facts::discretion::is_intimate;
use mercato_ledger::{Discreet, Filter, Scope, Store as _, StoredClaim};

use super::ledger;
use super::record::{self, Facts};
use crate::Done;
use crate::cli::{Export, ExportFormat, Global};
use crate::error::{Exit, Failure, Result, plain};
use crate::render::exchange;
use crate::render::{Row, csv, grid, jsonl, parquet};

pub fn run(global: &Global, args: &Export, out: &mut dyn Write) -> Done {
    let Some(path) = &args.out else { return write(global, args, out) };
    let refused = |e: std::io::Error| Failure::new(Exit::Output, format!("{}: {}", path.display(), plain(&e)));
    // Asked before anything is made: a ledger that is not there leaves no empty file.
    drop(ledger::reader(&global.ledger)?);
    let mut file = BufWriter::new(File::create(path).map_err(refused)?);
    let exit = write(global, args, &mut file)?;
    file.flush().map_err(refused)?;
    Ok(exit)
}

fn write(global: &Global, args: &Export, out: &mut dyn Write) -> Done {
    match args.format {
        ExportFormat::Jsonl | ExportFormat::Csv | ExportFormat::Annotations | ExportFormat::Parquet => {
            claims(global, args, out)
        }
        ExportFormat::Facts | ExportFormat::Ftm | ExportFormat::Quickstatements => facts(global, args, out),
    }
}

fn facts(global: &Global, args: &Export, out: &mut dyn Write) -> Done {
    let facts = Facts::open(global)?;
    let mut snapshot = facts.of(&Scope::All)?;
    // What is not shown is not handed on. What goes into the records of others cannot be taken back: never hearsay.
    let private = args.private && args.format == ExportFormat::Facts;
    snapshot.facts.retain(|fact| private && !is_intimate(fact.kind, &fact.slots) || !fact.private);
    match args.format {
        ExportFormat::Facts => grid::print_jsonl(out, &snapshot.facts)?,
        ExportFormat::Quickstatements => exchange::quickstatements(out, &snapshot, &facts.world)?,
        _ => exchange::follow_the_money(out, &snapshot, &facts.world)?,
    }
    Ok(Exit::Done)
}

fn claims(global: &Global, args: &Export, out: &mut dyn Write) -> Done {
    let facts = Facts::open(global)?;
    let mut discreet = Discreet::new(facts.answers())?;
    let as_of = record::as_of(global);
    let filter = Filter { include_superseded: args.superseded, as_of, ..Filter::default() };
    let mut sink = Sink::of(args.format, out)?;
    let mut result: Result<()> = Ok(());
    facts.ledger.each_claim(&filter, &mut |claim| {
        let shown = match args.private {
            true => Ok(!is_intimate(claim.claim.kind, &claim.claim.slots)),
            false => discreet.shows(&claim),
        };
        result = match shown {
            Ok(true) => sink.print(args.format, &claim).map_err(Failure::from),
            Ok(false) => Ok(()),
            Err(error) => Err(error.into()),
        };
        if result.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    result?;
    sink.finish()?;
    Ok(Exit::Done)
}

/// Where claims go: line by line, or into a table that is closed at the end.
enum Sink<'o> {
    Lines(&'o mut dyn Write),
    Table(Box<parquet::Table<'o>>),
}

impl<'o> Sink<'o> {
    fn of(format: ExportFormat, out: &'o mut dyn Write) -> std::io::Result<Self> {
        if format == ExportFormat::Parquet {
            return Ok(Self::Table(Box::new(parquet::Table::new(out, &csv::names())?)));
        }
        if format == ExportFormat::Csv {
            csv::header(out)?;
        }
        Ok(Self::Lines(out))
    }

    fn print(&mut self, format: ExportFormat, claim: &StoredClaim) -> std::io::Result<()> {
        let row = Row::stored(claim);
        match self {
            Self::Table(table) => table.push(csv::cells(&row)),
            Self::Lines(out) => match format {
                ExportFormat::Csv => csv::print(out, &row),
                ExportFormat::Annotations => exchange::annotation(out, claim),
                _ => jsonl::print(out, &row),
            },
        }
    }

    fn finish(self) -> std::io::Result<()> {
        match self {
            Self::Table(table) => table.finish(),
            Self::Lines(_) => Ok(()),
        }
    }
}
