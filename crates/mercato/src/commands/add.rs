//! `mercato add`: reads articles and keeps their claims.

use std::io::{IsTerminal as _, Write};
use std::path::PathBuf;

use indicatif::{ProgressBar, ProgressStyle};
use mercato_ledger::Store as _;

use super::ledger::{self, Kept};
use super::read::show_notes;
use crate::Done;
use crate::cli::{Add, Global, Overrides};
use crate::error::{Exit, Result};
use crate::intake::Intake;
use crate::reader::Reader;

pub fn run(global: &Global, args: &Add, out: &mut dyn Write) -> Done {
    let reader = Reader::of(global, &args.model)?;
    let taken = take(global, &reader, &args.paths, &args.overrides)?;
    reader.report();
    let failed = taken.failures.len() + taken.kept.failed + reader.unread();
    let Kept { new, unchanged, revised, claims, .. } = taken.kept;
    write!(out, "{new} new, {unchanged} unchanged, {revised} revised, {failed} failed; {claims} claims kept")?;
    match taken.skipped {
        0 => writeln!(out)?,
        n => writeln!(out, "; {n} of other kinds passed over")?,
    }
    Ok(if failed > 0 { Exit::Partial } else { Exit::Done })
}

/// What became of the articles of a run.
pub struct Taken {
    pub kept: Kept,
    /// What could not be read, in words.
    pub failures: Vec<String>,
    skipped: usize,
}

/// Reads articles into the ledger.
pub fn take(global: &Global, reader: &Reader, paths: &[PathBuf], overrides: &Overrides) -> Result<Taken> {
    let mut ledger = ledger::writer(&global.ledger)?;
    let mut intake = Intake::of(paths, overrides);
    let mut kept = Kept::default();
    let bar = bar(intake.progress().total);
    while let Some(documents) = bar.suspend(|| intake.batch()) {
        let mut fresh = Vec::new();
        for document in documents {
            if ledger.holds(&document)? {
                kept.unchanged += 1;
            } else {
                fresh.push(document);
            }
        }
        let (fresh, readings) = bar.suspend(|| reader.read_all(fresh));
        bar.suspend(|| {
            for (document, reading) in fresh.iter().zip(readings.iter().flatten()) {
                show_notes(document, &reading.notes, false);
            }
            kept.store(&mut ledger, &fresh, &readings)
        })?;
        bar.set_position(intake.progress().bytes);
        bar.set_message(reader.spent());
    }
    bar.finish_and_clear();
    Ok(Taken { kept, skipped: intake.skipped(), failures: intake.failures })
}

/// A bar on standard error, where somebody watches.
fn bar(total: Option<u64>) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let (bar, template) = match total {
        Some(total) => (ProgressBar::new(total), "{bar:40} {bytes}/{total_bytes} {eta} {msg}"),
        None => (ProgressBar::new_spinner(), "{spinner} {bytes} {msg}"),
    };
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
