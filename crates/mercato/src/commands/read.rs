//! `mercato read`: the claims of articles, printed and not kept.

use std::io::Write;

use mercato_model::{Document, Note};
use mercato_read::Reading;

use crate::Done;
use crate::cli::{Format, Global, Read};
use crate::error::{Exit, complain};
use crate::intake::Intake;
use crate::reader::Reader;
use crate::render::term::{Look, safe};
use crate::render::{self, Row, csv, jsonl};

pub fn run(global: &Global, args: &Read, out: &mut dyn Write) -> Done {
    let reader = Reader::of(global, &args.model)?;
    let mut intake = Intake::of(&args.files, &args.overrides);
    let mut kept: Vec<(Option<String>, Reading)> = Vec::new();
    let (mut failed, mut unread) = (0, 0);
    if args.format == Format::Csv {
        csv::header(out)?;
    }
    while let Some(documents) = intake.batch() {
        let (documents, readings) = reader.read_all(documents);
        for (document, reading) in documents.iter().zip(readings) {
            let Some(mut reading) = reading else {
                failed += 1;
                complain(
                    &format_args!("{}: the reader gave up on this article", document.id),
                    "this is a mistake in Mercato",
                );
                continue;
            };
            reading.claims.retain(|claim| claim.score >= args.min_score.unwrap_or(0.0));
            unread += show_notes(document, &reading.notes, args.notes);
            let rows = reading.claims.iter().map(|claim| Row::read(claim, document.outlet.as_deref()));
            match args.format {
                Format::Jsonl => rows.into_iter().try_for_each(|row| jsonl::print(out, &row))?,
                Format::Csv => rows.into_iter().try_for_each(|row| csv::print(out, &row))?,
                // The widths of a table depend on every row, and a file of columns is written at its end.
                Format::Table | Format::Parquet => kept.push((document.outlet.clone(), reading)),
            }
        }
        if args.format != Format::Table {
            out.flush()?;
        }
    }
    if matches!(args.format, Format::Table | Format::Parquet) {
        let rows: Vec<Row<'_>> = kept
            .iter()
            .flat_map(|(outlet, reading)| reading.claims.iter().map(|claim| Row::read(claim, outlet.as_deref())))
            .collect();
        render::print(out, args.format, Look::of_stdout(global.color), &rows)?;
        out.flush()?;
        if rows.is_empty() && intake.failures.is_empty() && failed == 0 {
            eprintln!("mercato: no claims in {} article{}", kept.len(), if kept.len() == 1 { "" } else { "s" });
        }
        if unread > 0 {
            eprintln!(
                "mercato: {unread} note{} on what was left unread (--notes prints them)",
                if unread == 1 { "" } else { "s" }
            );
        }
    }
    reader.report();
    Ok(if intake.failures.len() + failed + reader.unread() > 0 { Exit::Partial } else { Exit::Done })
}

/// Prints the notes asked for, and always those on the article as a whole; returns how many were kept back.
pub fn show_notes(document: &Document, notes: &[Note], all: bool) -> usize {
    let mut unread = 0;
    for note in notes {
        if !all && (note.span.is_some() || note.rule.is_some()) {
            unread += 1;
            continue;
        }
        let rule = note.rule.as_ref().map(|r| format!(" ({r})")).unwrap_or_default();
        let words = note.span.and_then(|s| s.slice(&document.text)).map(|w| format!(" “{w}”")).unwrap_or_default();
        let line = format!("mercato: {}: {}: {}{words}{rule}", document.id, note.code, note.detail);
        eprintln!("{}", safe(&line));
    }
    unread
}
