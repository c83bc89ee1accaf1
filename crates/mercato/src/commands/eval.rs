//! `mercato eval`: how well the reader does on articles with known claims.

use std::io::Write;
use std::path::Path;

use mercato_model::Document;
use mercato_source::{Options, read_paths};

use crate::Done;
use crate::cli::{Eval, Global, Readers};
use crate::engine::Engine;
use crate::error::{Exit, Failure, Result};
use crate::reader::Reader;
use crate::scoring::calibrate;
use crate::scoring::floors::Floors;
use crate::scoring::lending::{self, Known};
use crate::scoring::record::{self, Record, Story};
use crate::scoring::score;

/// Claims at or above this score may be published.
pub const PUBLISH: f64 = 0.8;

pub fn run(global: &Global, args: &Eval, out: &mut dyn Write) -> Done {
    let stories = record::stories(&args.docs)?;
    let gold = record::claims(&args.gold)?;
    if let Some(path) = &args.fit_lending {
        return fit_lending(global, args, &stories, &gold, path, out);
    }
    let (system, notes) = 'read: {
        match (&args.claims, args.folds) {
            (Some(path), _) => (record::claims(path)?, None),
            (None, Some(folds)) => {
                across(global, args, &stories, &gold, usize::from(folds)).map(|(c, n)| (c, Some(n)))?
            }
            (None, None) => {
                if args.calibrate.is_some() && args.model.reader == Readers::Rules {
                    break 'read (apart(global, args, &stories, &gold)?, None);
                }
                // A calibration is fitted on scores that none has touched.
                let of = if args.calibrate.is_some() { Reader::uncalibrated } else { Reader::of };
                let reader = of(global, &args.model)?;
                read(&reader, documents(&args.docs)?, &stories).map(|(claims, notes)| (claims, Some(notes)))?
            }
        }
    };
    let report = score(&stories, gold.clone(), system.clone(), args.min_score);
    if let Some(path) = &args.calibrate {
        let table = match args.model.reader {
            Readers::Rules => calibrate::table(&report.judged),
            readers => calibrate::of_model(&report.judged, readers).table(),
        };
        std::fs::write(path, table).map_err(|e| Failure::file(path, &e))?;
    }
    if args.json {
        writeln!(out, "{}", report.json())?;
    } else {
        report.print(out)?;
        report.print_reliability(out)?;
        if let Some(notes) = notes {
            writeln!(out, "\n{notes}")?;
        }
        report.print_shown(args.show, out)?;
    }
    if !args.gate {
        return Ok(Exit::Done);
    }
    let (all, publish) = (score(&stories, gold.clone(), system.clone(), 0.0), score(&stories, gold, system, PUBLISH));
    let mut floors = if args.raise && !args.floors.exists() { Floors::default() } else { Floors::load(&args.floors)? };
    if args.raise {
        floors.raise(&args.set, &all, &publish);
        floors.save(&args.floors)?;
    }
    let breaches = floors.breaches(&args.set, &all, &publish);
    for breach in &breaches {
        eprintln!("mercato: {breach}");
    }
    if all.bad_spans > 0 {
        eprintln!("mercato: {} of {} evidence spans do not hold their quote", all.bad_spans, all.spans);
    }
    Ok(if breaches.is_empty() && all.bad_spans == 0 { Exit::Done } else { Exit::Partial })
}

/// Fits the weights of lending to the choices that reading these articles comes to.
fn fit_lending(
    global: &Global,
    args: &Eval,
    stories: &[Story],
    gold: &[Record],
    path: &Path,
    out: &mut dyn Write,
) -> Done {
    let engine = Engine::load(global)?;
    let known = known(engine, &documents(&args.docs)?, stories, gold);
    writeln!(out, "{}", lending::accuracy(&known))?;
    let examples = lending::of_examples(&engine.knowledge);
    writeln!(out, "{} choices of the packs' examples beside them", examples.len())?;
    let all: Vec<&Known> = known.iter().flatten().chain(&examples).collect();
    std::fs::write(path, lending::table(&all)).map_err(|e| Failure::file(path, &e))?;
    Ok(Exit::Done)
}

/// The choices of firms whose right answer the known claims tell, article by article.
fn known(engine: &Engine, documents: &[Document], stories: &[Story], gold: &[Record]) -> Vec<Vec<Known>> {
    let of = |document: &Document| {
        let Some(story) = stories.iter().find(|s| s.id == document.id) else { return Vec::new() };
        let choices = mercato_read::choices(document, &engine.knowledge);
        choices.iter().filter_map(|c| Known::new(c, story, gold)).collect()
    };
    documents.iter().map(of).collect()
}

/// Reads every article with weights of lending that were fitted on the others: what a calibration is to be fitted on.
fn apart(global: &Global, args: &Eval, stories: &[Story], gold: &[Record]) -> Result<Vec<Record>> {
    let documents = documents(&args.docs)?;
    let engine = Engine::uncalibrated(global)?;
    let known = known(engine, &documents, stories, gold);
    let examples = lending::of_examples(&engine.knowledge);
    let mut claims = Vec::new();
    for part in 0..lending::PARTS {
        let own = |at: usize| at % lending::PARTS == part;
        let others = known.iter().enumerate().filter(|(at, _)| !own(*at)).flat_map(|(_, known)| known);
        let table = lending::table(&others.chain(&examples).collect::<Vec<_>>());
        let mine: Vec<Document> =
            documents.iter().enumerate().filter(|(at, _)| own(*at)).map(|(_, d)| d.clone()).collect();
        for reading in Engine::lending(global, table)?.read_all(&mine).into_iter().flatten() {
            let values = reading.claims.iter().filter_map(|claim| serde_json::to_value(claim).ok());
            claims.extend(values.filter_map(|value| Record::of(&value)));
        }
    }
    Ok(claims)
}

fn documents(path: &Path) -> Result<Vec<Document>> {
    read_paths([path], &Options::default())
        .collect::<std::result::Result<Vec<_>, _>>()
        .map_err(|e| Failure::new(Exit::Partial, e.to_string()).hint(e.hint()))
}

/// Reads every story with a calibration that was fitted on the others: what the scores are worth on articles not seen.
fn across(
    global: &Global,
    args: &Eval,
    stories: &[Story],
    gold: &[Record],
    folds: usize,
) -> Result<(Vec<Record>, String)> {
    if args.model.reader == Readers::Rules {
        return Err(Failure::usage("--folds is for --reader model and --reader both"));
    }
    let documents = documents(&args.docs)?;
    let mut reader = Reader::uncalibrated(global, &args.model)?;
    let (plain, _) = read(&reader, documents.clone(), stories)?;
    let mut claims = Vec::new();
    for fold in 0..folds {
        let apart = |at: usize| at % folds == fold;
        let others: Vec<Story> =
            stories.iter().enumerate().filter(|(at, _)| !apart(*at)).map(|(_, s)| s.clone()).collect();
        let judged = score(&others, gold.to_vec(), plain.clone(), 0.0).judged;
        reader.calibrate(calibrate::of_model(&judged, args.model.reader));
        let own: Vec<Document> =
            documents.iter().enumerate().filter(|(at, _)| apart(*at)).map(|(_, d)| d.clone()).collect();
        claims.extend(read(&reader, own, stories)?.0);
    }
    Ok((claims, format!("each article was read with a calibration fitted on the others, in {folds} parts")))
}

/// Reads the stories as any article is read; returns the claims and a line on the notes.
fn read(reader: &Reader, documents: Vec<Document>, stories: &[Story]) -> Result<(Vec<Record>, String)> {
    let mut claims = Vec::new();
    let mut notes = 0;
    let (_, readings) = reader.read_all(documents);
    reader.report();
    if reader.unread() > 0 {
        return Err(Failure::new(Exit::Partial, "articles without an answer cannot be scored"));
    }
    for reading in readings.into_iter().flatten() {
        notes += reading.notes.len();
        for claim in &reading.claims {
            let value = serde_json::to_value(claim).unwrap_or_default();
            claims.extend(Record::of(&value));
        }
    }
    let sentences: usize = stories.iter().map(|story| sentences(&story.text)).sum();
    let rate = 1000.0 * notes as f64 / sentences.max(1) as f64;
    Ok((claims, format!("{notes} notes in about {sentences} sentences: {rate:.0} per 1,000")))
}

/// About how many sentences a text has: ends of sentences before a space, and lines without one.
fn sentences(text: &str) -> usize {
    let of_line = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let ends =
            words.iter().filter(|w| w.trim_end_matches(['"', '»', '”', ')']).ends_with(['.', '!', '?', '…'])).count();
        ends.max(1)
    };
    text.lines().filter(|line| !line.trim().is_empty()).map(of_line).sum()
}
