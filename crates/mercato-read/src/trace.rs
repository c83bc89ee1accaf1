//! The trace of a reading: every stage in the order in which it happened, for `mercato why --text`.

use mercato_model::{Document, Span};
use mercato_pack::Knowledge;
use mercato_pack::pattern::Types;

use crate::mention::What;
use crate::reading::{Analysis, language};

/// One step: the stage, the words it is about, what was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceStep {
    pub stage: &'static str,
    pub span: Option<Span>,
    pub text: String,
    pub detail: String,
}

/// All steps of one reading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    pub steps: Vec<TraceStep>,
}

/// Reads a document and tells how.
pub fn trace(document: &Document, knowledge: &Knowledge) -> Trace {
    let mut out = Trace::default();
    let mut notes = Vec::new();
    let Some(pack) = language(document, knowledge, &mut notes) else {
        for note in notes {
            out.push("language", None, "", format!("{} {}", note.code, note.detail));
        }
        return out;
    };
    out.push("language", None, "", pack.lang.to_string());
    let mut analysis = Analysis::of(document, knowledge, pack);
    let text = &document.text;
    for (number, sentence) in analysis.sentences.iter().enumerate() {
        out.push("sentence", Some(sentence.span), sentence.span.slice(text).unwrap_or(""), String::new());
        for m in &analysis.mentions[number] {
            let span = sentence.span_of(m.start, m.end);
            let prep = m.prep.map(|p| format!(" behind `{}`", pack.prep_names[p as usize])).unwrap_or_default();
            let what = match &m.what {
                What::Entity { id, .. } => {
                    let e = &analysis.names.entities[*id];
                    format!("{} {} ({:.2})", type_name(e.types), e.name, e.sure)
                }
                other => format!("{other:?}"),
            };
            let list = if m.list.len() > 1 { format!(" in a list of {}", m.list.len()) } else { String::new() };
            out.push("mention", Some(span), span.slice(text).unwrap_or(""), format!("{what}{prep}{list}"));
        }
        for g in &analysis.groups[number] {
            let span = sentence.span_of(g.start, g.end);
            let mut lemmas: Vec<String> = g
                .forms
                .iter()
                .map(|f| format!("{}:{:?}", pack.verbs.lemmas[f.lemma as usize], f.mood).to_lowercase())
                .collect();
            lemmas.dedup();
            let mut detail = lemmas.join(" ");
            for (flag, name) in [
                (g.be, "be"),
                (g.have, "have"),
                (g.future, "future"),
                (g.negated, "negated"),
                (g.reflexive, "reflexive"),
                (g.relative.is_some(), "relative"),
            ] {
                if flag {
                    detail = format!("{detail} +{name}");
                }
            }
            out.push("verb", Some(span), span.slice(text).unwrap_or(""), detail);
        }
        for s in &analysis.said[number] {
            let span = sentence.span_of(s.start, s.end);
            out.push(
                "source",
                Some(span),
                span.slice(text).unwrap_or(""),
                format!("{:?}{}", s.chain, if s.whole { " whole sentence" } else { "" }),
            );
        }
        for raw in analysis.raws.iter().filter(|r| r.sentence == number) {
            let span = sentence.span_of(raw.trigger.0, raw.trigger.1);
            let rule = &pack.rules[raw.rule];
            let slots: Vec<String> = raw
                .slots
                .iter()
                .map(|(slot, filler)| {
                    let words = match filler {
                        crate::extract::Filler::Mention(m) => {
                            let m = &analysis.mentions[number][*m];
                            sentence.slice(text, m.start, m.end).to_owned()
                        }
                        crate::extract::Filler::Text(a, b) => sentence.slice(text, *a, *b).to_owned(),
                        crate::extract::Filler::Fixed(v) => format!("{v:?}"),
                        other => format!("{other:?}"),
                    };
                    format!("{}={words}", slot.as_str())
                })
                .collect();
            let detail = format!(
                "{} ({}:{}) {} [{}] {:.2}",
                rule.id,
                rule.file,
                rule.line,
                slots.join(", "),
                raw.status.as_str(),
                raw.score
            );
            out.push("match", Some(span), span.slice(text).unwrap_or(""), detail);
        }
        for stop in analysis.stops.iter().filter(|s| s.sentence == number) {
            let span = sentence.span_of(stop.trigger.0, stop.trigger.1);
            let rule = &pack.rules[stop.rule];
            out.push(
                "stopped",
                Some(span),
                span.slice(text).unwrap_or(""),
                format!("{} ({}:{}) lacks {}", rule.id, rule.file, rule.line, stop.missing),
            );
        }
    }
    for (span, rule, slot) in &analysis.open {
        out.push(
            "open",
            Some(*span),
            span.slice(text).unwrap_or(""),
            format!("{}: {slot} not resolved", pack.rules[*rule].id),
        );
    }
    for claim in analysis.claims() {
        let quote = &claim.evidence.quotes()[0];
        let slots: Vec<String> = claim.slots.iter().map(|(s, v)| format!("{}={v:?}", s.as_str())).collect();
        let detail = format!(
            "{} {} [{}] source {:?} score {:.2} by {}",
            claim.kind.as_str(),
            slots.join(", "),
            claim.status.as_str(),
            claim.source,
            claim.score,
            claim.rule
        );
        out.push("claim", Some(quote.span), &quote.quote, detail);
    }
    out
}

impl Trace {
    fn push(&mut self, stage: &'static str, span: Option<Span>, text: &str, detail: String) {
        self.steps.push(TraceStep { stage, span, text: text.to_owned(), detail });
    }
}

fn type_name(types: Types) -> &'static str {
    match types {
        Types::PER => "person",
        Types::ORG => "organisation",
        Types::OUTLET => "outlet",
        Types::UNIT => "unit",
        Types::PRODUCT => "product",
        _ => "name",
    }
}
