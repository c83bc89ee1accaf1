//! A survey: everything that was found in a document, as plain values, for whoever checks another reader's claims.

use mercato_model::{Amount, Bounds, Document, Kind, Lang, PartialDate, Span, Status};
use mercato_pack::Knowledge;
use mercato_pack::pattern::Types;

use crate::clause::Clauses;
use crate::mention::Classes;
use crate::reading::{Analysis, Reading, language};
use crate::source::Voice;
use crate::value;

/// A sentence (or heading, or bullet) and the line it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    pub span: Span,
    pub paragraph: usize,
}

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    Person,
    Firm,
    Outlet,
    Unit,
    Other,
}

/// A place where a name stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    pub span: Span,
    /// Canonical name, as fully as the document or the knowledge base gives it.
    pub name: String,
    pub sort: Sort,
    /// The firm of a unit or a product.
    pub owner: Option<String>,
    /// The surface is a damaged or translated form of the name.
    pub as_written: bool,
    /// The knowledge base knows what it stands for.
    pub known: bool,
}

/// A value that the words give.
#[derive(Clone, Debug, PartialEq)]
pub enum Quantity {
    Money(Amount),
    Share(Bounds),
    Number { bounds: Bounds, of: Option<f64> },
    Date { value: PartialDate, relative: bool },
}

/// A place where a value stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Valued {
    pub span: Span,
    pub quantity: Quantity,
}

/// A verb with its auxiliaries, and how surely it says what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verb {
    pub span: Span,
    pub status: Status,
    pub finite: bool,
}

/// Words that make somebody responsible for a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Voiced {
    pub span: Span,
    /// Index of the sentence.
    pub sentence: usize,
    /// The whole sentence is covered, not only what follows.
    pub whole: bool,
    pub unnamed: bool,
    /// Outermost first.
    pub chain: Vec<String>,
}

/// What the rules see of a document, with what they read in it.
#[derive(Clone, Debug)]
pub struct Survey {
    pub lang: Lang,
    pub lines: Vec<Line>,
    pub names: Vec<Named>,
    pub values: Vec<Valued>,
    pub verbs: Vec<Verb>,
    pub voices: Vec<Voiced>,
    /// Words that set off a rule for a kind of claim, whether or not a claim came of it.
    pub triggers: Vec<(Span, Kind)>,
    pub reading: Reading,
}

impl Survey {
    /// The same survey without what stands in some places.
    pub fn without(&self, places: &[Span]) -> Self {
        let kept = |span: Span| !places.iter().any(|p| p.overlaps(span));
        let mut out = self.clone();
        out.names.retain(|n| kept(n.span));
        out.values.retain(|v| kept(v.span));
        out.verbs.retain(|v| kept(v.span));
        out.voices.retain(|v| kept(v.span));
        out.triggers.retain(|(span, _)| kept(*span));
        out.reading.claims.retain(|c| c.evidence.quotes().iter().all(|q| kept(q.span)));
        out
    }

    /// Whether the document has anything of the trade: a rule found its words in it, and somebody is named.
    pub fn on_topic(&self) -> bool {
        !self.triggers.is_empty() && self.names.iter().any(|n| matches!(n.sort, Sort::Person | Sort::Firm))
    }

    /// The sentence that holds a place.
    pub fn line_at(&self, at: usize) -> Option<usize> {
        let next = self.lines.partition_point(|l| l.span.start <= at);
        next.checked_sub(1)
    }
}

/// Surveys a document; `Err` holds a reading without claims whose notes say why it cannot be read.
pub fn survey(document: &Document, knowledge: &Knowledge) -> Result<Survey, Reading> {
    let mut notes = Vec::new();
    let Some(pack) = language(document, knowledge, &mut notes) else {
        return Err(Reading { lang: document.lang, claims: Vec::new(), notes });
    };
    let mut analysis = Analysis::of(document, knowledge, pack);
    let text = document.text.as_str();
    let classes = Classes::of(pack);
    let mut out = Survey {
        lang: pack.lang,
        lines: analysis.sentences.iter().map(|s| Line { span: s.span, paragraph: s.paragraph }).collect(),
        names: Vec::new(),
        values: Vec::new(),
        verbs: Vec::new(),
        voices: Vec::new(),
        triggers: Vec::new(),
        reading: Reading { lang: Some(pack.lang), claims: Vec::new(), notes },
    };
    let entities = &analysis.names.entities;
    for found in &analysis.names.found {
        let entity = &entities[found.entity];
        out.names.push(Named {
            span: analysis.sentences[found.sentence].span_of(found.start, found.end),
            name: entity.name.clone(),
            sort: match entity.types {
                Types::PER => Sort::Person,
                Types::ORG => Sort::Firm,
                Types::OUTLET => Sort::Outlet,
                Types::UNIT => Sort::Unit,
                _ => Sort::Other,
            },
            owner: entity.owner.map(|firm| entities[firm].name.clone()),
            as_written: found.as_written,
            known: entity.referent.is_some(),
        });
    }
    for (number, sentence) in analysis.sentences.iter().enumerate() {
        let (mentions, groups) = (&analysis.mentions[number], &analysis.groups[number]);
        for found in value::find(text, sentence, pack, document.published) {
            let quantity = match found.what {
                value::What::Money(amount) => Quantity::Money(amount),
                value::What::Share(bounds) => Quantity::Share(bounds),
                value::What::Number { bounds, of } => Quantity::Number { bounds, of },
                value::What::Date { value, relative } => Quantity::Date { value, relative },
            };
            out.values.push(Valued { span: sentence.span_of(found.start, found.end), quantity });
        }
        let clauses = Clauses { text, sentence, pack, classes: &classes, mentions, groups };
        for (at, group) in groups.iter().enumerate() {
            out.verbs.push(Verb {
                span: sentence.span_of(group.start, group.end),
                status: crate::status::of_group(&clauses, at, None),
                finite: group.is_finite(),
            });
        }
        for said in &analysis.said[number] {
            let voice = |voice: &Voice| match voice {
                Voice::Mention(m) => match &mentions[*m].what {
                    crate::mention::What::Entity { id, .. } => entities[*id].name.clone(),
                    _ => sentence.slice(text, mentions[*m].start, mentions[*m].end).to_owned(),
                },
                Voice::Unnamed(name) => name.clone(),
            };
            out.voices.push(Voiced {
                span: sentence.span_of(said.start, said.end),
                sentence: number,
                whole: said.whole,
                unnamed: said.unnamed,
                chain: said.chain.iter().map(voice).collect(),
            });
        }
    }
    for raw in &analysis.raws {
        if let Some(kind) = raw.kind {
            out.triggers.push((analysis.sentences[raw.sentence].span_of(raw.trigger.0, raw.trigger.1), kind));
        }
    }
    out.reading.claims = analysis.claims();
    out.reading.notes.extend(analysis.notes());
    Ok(out)
}
