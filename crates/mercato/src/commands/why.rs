//! `mercato why`: the words, the source, the rule and the knowledge behind a claim; or the trace of reading a passage.

use std::io::Write;

use mercato_facts::discretion::is_intimate;
use mercato_ledger::{Store as _, StoredClaim};
use mercato_model::{Document, Span};

use super::{ledger, record};
use crate::Done;
use crate::cli::{Global, Why};
use crate::engine::Engine;
use crate::error::{Exit, Failure, Result};
use crate::render::passage::passages;
use crate::render::phrase::{chain, status, what};
use crate::render::term::{Look, Style, safe, wrap};

pub fn run(global: &Global, args: &Why, out: &mut dyn Write) -> Done {
    let look = Look::of_stdout(global.color);
    match (&args.id, &args.text) {
        (Some(id), _) => claim(global, id, look, out)?,
        (None, Some(text)) => {
            let document = Document {
                id: "passage".to_owned(),
                text: text.clone(),
                lang: args.lang,
                published: args.published,
                ..Document::default()
            };
            trace(Engine::load(global)?, &document, look, out)?;
        }
        (None, None) => return Err(Failure::usage("give the id of a claim, or --text")),
    }
    Ok(Exit::Done)
}

fn claim(global: &Global, id: &str, look: Look, out: &mut dyn Write) -> Result<()> {
    let ledger = ledger::reader(&global.ledger)?;
    let stored = ledger.claim_known(id, record::as_of(global))?;
    if is_intimate(stored.claim.kind, &stored.claim.slots) {
        return Err(Failure::new(Exit::Partial, format!("{id} gives a private reason; such are not shown")));
    }
    let engine = Engine::load(global)?;
    let (claim, summary) = (&stored.claim, &stored.document);
    writeln!(out, "{}", look.paint(Style::Bold, &what(claim)))?;
    let (status, colour) = status(claim.status);
    let date = claim.date.map(|d| format!(" · {} ({})", d.value, format!("{:?}", d.basis).to_lowercase()));
    let kind = claim.kind.as_str();
    writeln!(out, "{} · {kind}{} · score {}\n", look.paint(colour, &status), date.unwrap_or_default(), claim.score)?;

    let spans: Vec<Span> = claim.evidence.quotes().iter().map(|q| q.span).collect();
    let text = ledger.document(&summary.id, Some(summary.revision))?.map(|d| d.document.text).unwrap_or_default();
    for passage in passages(&text, &spans, look) {
        // Escapes have no width: a coloured passage is left to the terminal to break.
        let lines = match look.width {
            Some(width) if !look.colour => wrap(&passage, width.saturating_sub(2)),
            _ => vec![passage],
        };
        for line in lines {
            writeln!(out, "  {line}")?;
        }
    }
    writeln!(out)?;
    let mut field = |name: &str, value: &str| -> std::io::Result<()> {
        if value.is_empty() {
            Ok(())
        } else {
            writeln!(out, "{}{value}", look.paint(Style::Dim, &format!("{name:15}")))
        }
    };
    let said_by = chain(claim, summary.outlet.as_deref());
    field("Source", if said_by.is_empty() { "the article itself" } else { &said_by })?;
    field("Rule", &rule(engine, &claim.rule))?;
    for (slot, written) in &claim.as_written {
        let value = claim.texts(*slot).join(", ");
        field("As written", &safe(&format!("{}: “{written}” for {value}", slot.as_str())))?;
    }
    for row in rows(engine, &stored) {
        field("Knowledge base", &row)?;
    }
    let document = &stored.document;
    let parts: Vec<String> = [
        Some(document.id.clone()),
        (document.revision > 1 || document.superseded).then(|| format!("revision {}", document.revision)),
        document.superseded.then(|| "superseded".to_owned()),
        document.title.as_ref().map(|t| format!("“{t}”")),
        document.published.map(|p| p.to_string()),
        document.url.clone(),
    ]
    .into_iter()
    .flatten()
    .collect();
    field("Document", &safe(&parts.join(" · ")))?;
    let bytes: Vec<String> = spans.iter().map(|s| format!("{}-{}", s.start, s.end)).collect();
    field("Bytes", &bytes.join(", "))?;
    field("Claim", &stored.id)?;
    Ok(())
}

fn rule(engine: &Engine, id: &str) -> String {
    if let Some(found) = id.strip_prefix(mercato_leash::MODEL) {
        let (model, beside) = found.split_once('+').map_or((found, None), |(model, rule)| (model, Some(rule)));
        let (model, prompt) = model.split_once('@').unwrap_or((model, ""));
        let prompt = if prompt.is_empty() { String::new() } else { format!(", prompt {prompt}") };
        let beside = beside.map(|id| format!("; and by {}", rule(engine, id))).unwrap_or_default();
        return safe(&format!("found by the model {model}{prompt}{beside}")).into_owned();
    }
    match engine.knowledge.rule(id) {
        Some(rule) => format!("{id}   packs/{}:{}", rule.file, rule.line),
        None => format!("{id}   (not among the rules of these packs)"),
    }
}

/// The rows of the knowledge base behind the names of a claim, with the place of each.
fn rows(engine: &Engine, stored: &StoredClaim) -> Vec<String> {
    let claim = &stored.claim;
    let mut out: Vec<String> = Vec::new();
    let written = claim.as_written.values().map(String::as_str);
    let values = claim.slots.keys().flat_map(|&slot| claim.texts(slot)).chain(claim.source.iter().map(String::as_str));
    for text in written.chain(values) {
        for name in engine.knowledge.kb.names.iter().filter(|name| name.text == text) {
            let row = format!("{}:{}   {text}", name.file, name.line);
            if !out.contains(&row) {
                out.push(row);
            }
        }
    }
    out
}

/// Every step of the reading: stage, place, words, what was decided.
fn trace(engine: &Engine, document: &Document, look: Look, out: &mut dyn Write) -> Result<()> {
    for step in mercato_read::trace(document, &engine.knowledge).steps {
        let style = match step.stage {
            "claim" => Style::Words,
            "sentence" => Style::Bold,
            "stopped" | "open" => Style::Dim,
            _ => Style::Plain,
        };
        let place = step.span.map(|s| format!("{}-{}", s.start, s.end)).unwrap_or_default();
        if step.stage == "sentence" {
            writeln!(out)?;
        }
        let gap = if step.text.is_empty() || step.detail.is_empty() { "" } else { "   " };
        let words =
            if step.stage == "sentence" || step.text.is_empty() { step.text } else { format!("“{}”", step.text) };
        let line = safe(&format!("{words}{gap}{}", step.detail)).into_owned();
        writeln!(
            out,
            "{}{}",
            look.paint(Style::Dim, &format!("{:10}{place:10}", step.stage)),
            look.paint(style, &line)
        )?;
    }
    Ok(())
}
