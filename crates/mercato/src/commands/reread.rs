//! `mercato reread`: reads the kept texts again with the packs of this program, and says which readings changed.

use std::collections::BTreeMap;
use std::io::Write;

use mercato_ledger::{Entry, Filter, Store as _};
use mercato_model::{Claim, Document};
use serde::Serialize;

use super::ledger::{now, reader, writer};
use super::record::refuse_as_of;
use crate::Done;
use crate::cli::{Format, Global, record};
use crate::engine::Engine;
use crate::error::{Exit, complain};
use crate::render::grid::{self, Column};
use crate::render::term::{Look, Style, safe};

/// Articles read and stored at once: a run that is killed leaves whole articles.
const BATCH: usize = 64;

/// What a new reading of an article changed.
#[derive(Serialize)]
struct Changed {
    document: String,
    gained: usize,
    lost: usize,
    /// The same claim with another score only.
    rescored: usize,
    /// Rules that gained and lost claims.
    rules: BTreeMap<String, i64>,
}

pub fn run(global: &Global, args: &record::Reread, out: &mut dyn Write) -> Done {
    refuse_as_of(global)?;
    let engine = Engine::load(global)?;
    let ids: Vec<String> = reader(&global.ledger)?.documents()?.into_iter().map(|d| d.id).collect();
    let mut ledger = if args.dry_run { reader(&global.ledger)? } else { writer(&global.ledger)? };
    let mut changes: Vec<Changed> = Vec::new();
    let mut failed = 0;
    for batch in ids.chunks(BATCH) {
        let mut documents: Vec<Document> = Vec::new();
        for id in batch {
            documents.extend(ledger.document(id, None)?.map(|stored| stored.document));
        }
        let readings = engine.read_all(&documents);
        let at = now();
        let mut entries: Vec<Entry<'_>> = Vec::new();
        for (document, reading) in documents.iter().zip(&readings) {
            let Some(reading) = reading else {
                failed += 1;
                complain(
                    &format_args!("{}: the reader gave up on this article", document.id),
                    "its earlier reading stays",
                );
                continue;
            };
            let filter = Filter { doc: vec![document.id.clone()], ..Filter::default() };
            let held: Vec<Claim> = ledger.claims(&filter)?.into_iter().map(|s| s.claim).collect();
            if held != reading.claims {
                changes.push(compare(&document.id, &held, &reading.claims));
                entries.push(Entry { document, claims: &reading.claims, notes: &reading.notes, added_at: &at });
            }
        }
        if !args.dry_run {
            ledger.reread(&entries)?;
        }
    }
    let row = |c: &Changed| {
        let rules: Vec<String> = c.rules.iter().map(|(rule, n)| format!("{rule} {n:+}")).collect();
        let count = |n: usize| if n == 0 { String::new() } else { n.to_string() };
        vec![safe(&c.document).into_owned(), count(c.gained), count(c.lost), count(c.rescored), rules.join(", ")]
    };
    let rows: Vec<Vec<String>> = changes.iter().map(row).collect();
    match args.format {
        Format::Jsonl => grid::print_jsonl(out, &changes)?,
        format @ (Format::Csv | Format::Parquet) => {
            grid::print_cells(out, format, &["document", "gained", "lost", "rescored", "rules"], rows)?
        }
        Format::Table => {
            let column = |heading, wide| Column { heading, wide, style: Style::Plain };
            let columns = [
                column("DOCUMENT", true),
                column("GAINED", false),
                column("LOST", false),
                column("RESCORED", false),
                column("RULES", true),
            ];
            grid::print(out, Look::of_stdout(global.color), &columns, &rows)?;
            let (gained, lost): (usize, usize) =
                (changes.iter().map(|c| c.gained).sum(), changes.iter().map(|c| c.lost).sum());
            let would = if args.dry_run { " would change" } else { " changed" };
            writeln!(out, "{} of {} readings{would}: {gained} claims gained, {lost} lost", changes.len(), ids.len())?;
        }
    }
    Ok(if failed > 0 { Exit::Partial } else { Exit::Done })
}

fn compare(document: &str, held: &[Claim], new: &[Claim]) -> Changed {
    let same = |a: &Claim, b: &Claim| {
        (a.kind, &a.slots, a.status, &a.source, &a.date, &a.evidence)
            == (b.kind, &b.slots, b.status, &b.source, &b.date, &b.evidence)
    };
    let missing = |from: &[Claim], of: &[Claim]| -> Vec<Claim> {
        from.iter().filter(|a| !of.iter().any(|b| same(a, b))).cloned().collect()
    };
    let (gained, lost) = (missing(new, held), missing(held, new));
    let mut rules: BTreeMap<String, i64> = BTreeMap::new();
    gained.iter().for_each(|c| *rules.entry(c.rule.clone()).or_default() += 1);
    lost.iter().for_each(|c| *rules.entry(c.rule.clone()).or_default() -= 1);
    rules.retain(|_, n| *n != 0);
    let rescored = new.iter().filter(|a| held.iter().any(|b| same(a, b) && a.score != b.score)).count();
    Changed { document: document.to_owned(), gained: gained.len(), lost: lost.len(), rescored, rules }
}
