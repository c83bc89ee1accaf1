//! `mercato export`: the whole ledger in an open format.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;

use mercato_ledger::{Filter, Store as _};

use super::ledger;
use crate::Done;
use crate::cli::{Export, ExportFormat, Global};
use crate::error::{Exit, Failure, plain};
use crate::render::{Row, csv, jsonl};

pub fn run(global: &Global, args: &Export, out: &mut dyn Write) -> Done {
    let ledger = ledger::reader(&global.ledger)?;
    let Some(path) = &args.out else { return write(&ledger, args, out) };
    let refused = |e: std::io::Error| Failure::new(Exit::Output, format!("{}: {}", path.display(), plain(&e)));
    let mut file = BufWriter::new(File::create(path).map_err(refused)?);
    let exit = write(&ledger, args, &mut file)?;
    file.flush().map_err(refused)?;
    Ok(exit)
}

fn write(ledger: &mercato_ledger::Ledger, args: &Export, out: &mut dyn Write) -> Done {
    let filter = Filter { include_superseded: args.superseded, ..Filter::default() };
    if args.format == ExportFormat::Csv {
        csv::header(out)?;
    }
    let mut result = Ok(());
    ledger.each_claim(&filter, &mut |claim| {
        let row = Row::stored(&claim);
        result = match args.format {
            ExportFormat::Jsonl => jsonl::print(out, &row),
            ExportFormat::Csv => csv::print(out, &row),
        };
        if result.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    result?;
    Ok(Exit::Done)
}
