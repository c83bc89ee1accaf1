//! `mercato model`: which models there are, whether one answers, what it would cost, its answers kept.

use std::io::Write;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use mercato_leash::{answer, prompt};
use mercato_model::{Document, Lang, Span};
use mercato_source::answers::Answers;
use mercato_source::endpoint::Question;
use serde_json::json;

use crate::Done;
use crate::cli::{Estimate, Format, Global, Limits, Model, ModelCommand, Place, Readers, Record};
use crate::engine::Engine;
use crate::error::{Exit, Failure, Result};
use crate::intake::Intake;
use crate::models::{self, Asked};
use crate::reader::{ANSWER, Reader, on_topic, tokens};
use crate::render::term::safe;
use crate::render::{csv, parquet};

pub fn run(global: &Global, args: &ModelCommand, out: &mut dyn Write) -> Done {
    match args {
        ModelCommand::List { place, rows } => list(place, rows.format, rows.limit, out),
        ModelCommand::Check { place } => check(place, out),
        ModelCommand::Estimate(args) => estimate(global, args, out),
        ModelCommand::Record(args) => keep(global, args, out),
    }
}

const COLUMNS: [&str; 7] = ["name", "api", "where", "model", "form", "key", "usd_per_million"];

fn list(place: &Place, format: Format, limit: Option<usize>, out: &mut dyn Write) -> Done {
    let rows: Vec<[String; 7]> = models::all(place)?.iter().take(limit.unwrap_or(usize::MAX)).map(row).collect();
    write_rows(&COLUMNS, &rows, format, out)?;
    Ok(Exit::Done)
}

fn row(asked: &Asked) -> [String; 7] {
    let key = match (&asked.key_missing, &asked.settings.key) {
        (Some(variable), _) => format!("{variable} is not set"),
        (None, Some(_)) => "set".to_owned(),
        (None, None) => "none needed".to_owned(),
    };
    let price = asked.price.map(|p| format!("{} in, {} out", p.input, p.output)).unwrap_or_default();
    let settings = &asked.settings;
    let (api, form) = (settings.api.as_str().to_owned(), settings.form.as_str().to_owned());
    [asked.name.clone(), api, asked.host(), settings.model.clone(), form, key, price]
}

fn write_rows<const N: usize>(
    columns: &[&str; N],
    rows: &[[String; N]],
    format: Format,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    match format {
        Format::Jsonl => {
            for row in rows {
                let object: serde_json::Map<String, serde_json::Value> =
                    columns.iter().zip(row).map(|(c, v)| ((*c).to_owned(), json!(v))).collect();
                writeln!(out, "{}", serde_json::Value::Object(object))?;
            }
        }
        Format::Csv => {
            csv::line(out, &columns.map(str::to_owned))?;
            for row in rows {
                csv::line(out, row)?;
            }
        }
        Format::Parquet => {
            let mut table = parquet::Table::new(out, columns)?;
            rows.iter().try_for_each(|row| table.push(row.to_vec()))?;
            table.finish()?;
        }
        Format::Table => {
            let width = |at: usize| rows.iter().map(|r| r[at].chars().count()).chain([columns[at].len()]).max();
            let widths: Vec<usize> = (0..N).map(|at| width(at).unwrap_or_default()).collect();
            for row in std::iter::once(&columns.map(str::to_owned)).chain(rows) {
                let cells: Vec<String> = row.iter().zip(&widths).map(|(c, w)| format!("{:w$}", safe(c))).collect();
                writeln!(out, "{}", cells.join("  ").trim_end())?;
            }
        }
    }
    Ok(())
}

/// Asks about an article of our own making; nothing of the user's is sent.
fn check(place: &Place, out: &mut dyn Write) -> Done {
    let asked = models::asked(place)?;
    let endpoint = asked.open()?;
    let lang = Lang::parse("en").ok_or_else(|| Failure::usage("no language"))?;
    let document = Document {
        id: "check".to_owned(),
        text: "Ada Neri has left Corvanta for Helvion, which offered her up to 3 million euros a year.".to_owned(),
        lang: Some(lang),
        ..Document::default()
    };
    let user = prompt::user(&document, Span::new(0, document.text.len()));
    let question = Question { system: prompt::system(lang), user: &user, schema: prompt::schema() };
    let start = Instant::now();
    let reply = endpoint
        .ask(&question, &AtomicBool::new(false))
        .map_err(|e| Failure::new(Exit::Partial, e.to_string()).hint(e.hint()))?;
    let seconds = start.elapsed().as_secs_f64();
    let answer = answer::parse(&reply.text);
    let engine_free = answer.proposals.iter().filter(|p| p.quotes.iter().any(|q| document.text.contains(q.as_str())));
    let (claims, quoting) = (answer.proposals.len(), engine_free.count());
    let count = |n: Option<u64>| n.map_or_else(|| "not told".to_owned(), |n| n.to_string());
    writeln!(out, "{} at {} answers in {seconds:.1} s", asked.id(), asked.host())?;
    writeln!(out, "{claims} claims read from its answer, {quoting} of them quote the text")?;
    writeln!(out, "tokens: {} in, {} out", count(reply.input_tokens), count(reply.output_tokens))?;
    if claims == 0 {
        let message = format!(
            "no claim could be read from its answer: {}",
            safe(&reply.text.chars().take(200).collect::<String>())
        );
        return Err(
            Failure::new(Exit::Partial, message).hint("try another `form` in the file of models: schema, tool, plain")
        );
    }
    Ok(Exit::Done)
}

/// Tokens that a model of middling speed writes in a second.
const SPEED: f64 = 50.0;

fn estimate(global: &Global, args: &Estimate, out: &mut dyn Write) -> Done {
    let asked = models::asked(&args.place)?;
    let engine = Engine::load(global)?;
    let mut intake = Intake::of(&args.paths, &args.overrides);
    let (mut documents, mut topical, mut questions, mut input, mut output) = (0_u64, 0_u64, 0_u64, 0, 0);
    while let Some(batch) = intake.batch() {
        documents += batch.len() as u64;
        let wanted = engine.each(&batch, engine.threads, |d| args.all_documents || on_topic(d, engine) == Some(true));
        for (document, _) in batch.iter().zip(wanted).filter(|(_, wanted)| *wanted == Some(true)) {
            topical += 1;
            let system = document.lang.or_else(|| Lang::parse("en")).map_or(0, |lang| prompt::system(lang).len());
            for part in prompt::parts(&document.text) {
                questions += 1;
                let user = prompt::user(document, part);
                input += tokens(system + user.len());
                output += tokens(ANSWER * (part.end - part.start));
            }
        }
    }
    let money = asked.price.map(|p| p.of(input, output));
    let seconds = output as f64 / SPEED / asked.parallel as f64;
    let share = if documents > 0 { 100.0 * topical as f64 / documents as f64 } else { 0.0 };
    match args.format {
        Format::Table => {
            writeln!(out, "documents     {documents}")?;
            writeln!(out, "to be asked   {topical} ({share:.1} %), in {questions} questions")?;
            writeln!(out, "tokens        about {input} in, {output} out")?;
            match money {
                Some(money) => writeln!(out, "money         about ${money:.2} at the price of {}", asked.id())?,
                None => writeln!(
                    out,
                    "money         not known: {} has no price in the table or the file of models",
                    asked.id()
                )?,
            }
            writeln!(
                out,
                "time          about {} with {} at a time, {SPEED} tokens a second each",
                lasting(seconds),
                asked.parallel
            )?;
            writeln!(out, "the text goes to {}", asked.host())?;
        }
        format => {
            let columns = [
                "model",
                "where",
                "documents",
                "asked",
                "questions",
                "input_tokens",
                "output_tokens",
                "usd",
                "seconds",
            ];
            let usd = money.map(|m| format!("{m:.4}")).unwrap_or_default();
            let counts = [documents, topical, questions, input, output].map(|n| n.to_string());
            let [documents, topical, questions, input, output] = counts;
            let (model, place) = (asked.id().to_owned(), asked.host());
            let row = [model, place, documents, topical, questions, input, output, usd, format!("{seconds:.0}")];
            write_rows(&columns, &[row], format, out)?;
        }
    }
    Ok(if !intake.failures.is_empty() { Exit::Partial } else { Exit::Done })
}

fn lasting(seconds: f64) -> String {
    match seconds {
        s if s < 90.0 => format!("{s:.0} seconds"),
        s if s < 5400.0 => format!("{:.0} minutes", s / 60.0),
        s => format!("{:.1} hours", s / 3600.0),
    }
}

/// Asks about articles and keeps the answers.
fn keep(global: &Global, args: &Record, out: &mut dyn Write) -> Done {
    let Limits { budget, max_documents, all_documents } = args.limits;
    let model = Model {
        reader: Readers::Model,
        place: args.place.clone(),
        answers: Some(args.dir.clone()),
        limits: Limits { budget, max_documents, all_documents },
        replay: None,
    };
    let reader = Reader::of(global, &model)?;
    let mut intake = Intake::of(&args.paths, &args.overrides);
    let mut answered = 0;
    while let Some(documents) = intake.batch() {
        answered += reader.read_all(documents).0.len();
    }
    reader.report();
    let kept: usize = kept(&Answers::at(&args.dir))?;
    writeln!(out, "{answered} documents read; {kept} answers in {}", args.dir.display())?;
    Ok(if intake.failures.len() + reader.unread() > 0 { Exit::Partial } else { Exit::Done })
}

fn kept(answers: &Answers) -> Result<usize> {
    let models = answers.models().map_err(|e| Failure::new(Exit::Partial, e.to_string()))?;
    Ok(models.iter().map(|(.., n)| n).sum())
}
