//! The pipeline: from a document to its claims and notes.

use std::cell::RefCell;

use mercato_model::{Claim, Document, Lang, Note, Span};
use mercato_pack::kb::Kb;
use mercato_pack::pattern::Types;
use mercato_pack::{Knowledge, Pack};

use crate::assemble::{Assembly, Choice};
use crate::clause::{self, Clauses, VerbGroup};
use crate::detect::{Detected, detect};
use crate::draft::{Discourse, Draft, Post, Resolved, Resolver, count};
use crate::extract::{Extractor, Raw, Stop};
use crate::mention::{self, Classes, Mention, What};
use crate::name::{self, EntityId, Names};
use crate::sentence::{self, Sentence};
use crate::source::{self, Said};

/// What was read in a document.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// Given by the document or detected; `None` when it is none that can be read.
    pub lang: Option<Lang>,
    pub claims: Vec<Claim>,
    pub notes: Vec<Note>,
}

/// Reads a document. Never fails: what is not understood becomes a note.
pub fn read(document: &Document, knowledge: &Knowledge) -> Reading {
    let mut notes = Vec::new();
    let Some(pack) = language(document, knowledge, &mut notes) else {
        return Reading { lang: document.lang, claims: Vec::new(), notes };
    };
    let mut analysis = Analysis::of(document, knowledge, pack);
    let claims = analysis.claims();
    notes.extend(analysis.notes());
    Reading { lang: Some(pack.lang), claims, notes }
}

/// The choices among firms that reading a document comes to, as they are put: what the weights of lending are fitted on.
pub fn choices(document: &Document, knowledge: &Knowledge) -> Vec<Choice> {
    let Some(pack) = language(document, knowledge, &mut Vec::new()) else { return Vec::new() };
    let mut analysis = Analysis::of(document, knowledge, pack);
    analysis.watch = Some(RefCell::default());
    analysis.claims();
    analysis.watch.map(RefCell::into_inner).unwrap_or_default()
}

/// The pack to read a document with; a note says why there is none.
pub(crate) fn language<'k>(document: &Document, knowledge: &'k Knowledge, notes: &mut Vec<Note>) -> Option<&'k Pack> {
    let mut note =
        |code: &str, detail: String| notes.push(Note { code: code.to_owned(), span: None, rule: None, detail });
    if let Some(lang) = document.lang {
        let pack = knowledge.pack(lang);
        if pack.is_none() {
            note("language-unsupported", lang.to_string());
        }
        return pack;
    }
    match detect(&document.text, knowledge) {
        Detected::Known(lang) => knowledge.pack(lang),
        Detected::Other(code) => {
            note("language-unsupported", code.to_owned());
            None
        }
        Detected::None => {
            note("language-unknown", String::new());
            None
        }
    }
}

/// The firm at the start of a sentence or bullet, set off by a dash, a colon or a full stop.
fn heading_firm(text: &str, sentence: &Sentence, mentions: &[Mention]) -> Option<EntityId> {
    let first = mentions.iter().find(|m| m.types == Types::ORG)?;
    let opens = (0..first.start).all(|i| sentence.punct(text, i).is_some());
    let set_off = match sentence.punct(text, first.end) {
        Some(':' | '–' | '—' | '|') => true,
        Some('-') => sentence.tokens[first.end].spaced,
        Some('.') => first.end + 1 == sentence.len(),
        _ => first.end == sentence.len(),
    };
    match first.what {
        What::Entity { id, .. } if opens && set_off => Some(id),
        _ => None,
    }
}

/// The rule of a pack for descriptions by an office; its pattern finds those that stand for nobody.
const HOLDER: &str = ".post.holder";

/// Everything that was found in a document, stage by stage.
pub(crate) struct Analysis<'a> {
    pub document: &'a Document,
    kb: &'a Kb,
    /// Choices of firms, when somebody wants to see them.
    pub watch: Option<RefCell<Vec<Choice>>>,
    pub pack: &'a Pack,
    pub sentences: Vec<Sentence>,
    pub names: Names,
    pub mentions: Vec<Vec<Mention>>,
    pub groups: Vec<Vec<VerbGroup>>,
    pub said: Vec<Vec<Said>>,
    pub raws: Vec<Raw>,
    pub stops: Vec<Stop>,
    pub drafts: Vec<Draft>,
    pub posts: Vec<Post>,
    /// Claims whose reference stayed open: sentence, rule, slot.
    pub open: Vec<(Span, usize, &'static str)>,
    /// Whom a line of its own credits with the article.
    credit: Option<String>,
}

impl<'a> Analysis<'a> {
    pub fn of(document: &'a Document, knowledge: &'a Knowledge, pack: &'a Pack) -> Self {
        let text = &document.text;
        let classes = Classes::of(pack);
        let sentences = sentence::cut(text, pack, &knowledge.kb);
        let names = name::find(text, &sentences, knowledge, pack, document);
        let mut this = Self {
            document,
            kb: &knowledge.kb,
            watch: None,
            pack,
            names,
            mentions: Vec::with_capacity(sentences.len()),
            groups: Vec::with_capacity(sentences.len()),
            said: Vec::with_capacity(sentences.len()),
            raws: Vec::new(),
            stops: Vec::new(),
            drafts: Vec::new(),
            posts: Vec::new(),
            open: Vec::new(),
            credit: None,
            sentences,
        };
        this.posts_of_holders();
        this.credit = source::credit(text, &this.sentences, &this.names, pack);
        let (topic, dominant) = (this.names.topic(), this.names.dominant());
        let mut heads: Option<(EntityId, usize)> = None;
        let mut discourse = Discourse::default();
        discourse.channel.clone_from(&pack.channel);
        for number in 0..this.sentences.len() {
            let sentence = &this.sentences[number];
            let mentions = mention::find(text, number, sentence, &this.names, pack, &classes, document.published);
            let groups = clause::groups(text, sentence, pack, &classes, &mentions);
            let clauses = Clauses { text, sentence, pack, classes: &classes, mentions: &mentions, groups: &groups };
            let said = source::find(&clauses);
            let mut extractor = Extractor { number, clauses, out: Vec::new(), stops: Vec::new() };
            extractor.run();
            let Extractor { clauses, out, stops, .. } = extractor;
            // A line that a firm heads speaks of that firm ("• Corvanta — ...").
            if heads.is_none_or(|(_, paragraph)| paragraph != sentence.paragraph) {
                heads = None;
            }
            if let Some(head) = heading_firm(text, sentence, &mentions) {
                heads = Some((head, sentence.paragraph));
            }
            // Posts first: what follows refers to them.
            let (posts, rest): (Vec<&Raw>, Vec<&Raw>) = out.iter().partition(|r| r.kind.is_none());
            for (raws, last) in [(posts, false), (rest, true)] {
                let resolver = Resolver {
                    text,
                    names: &this.names,
                    pack,
                    clauses: &clauses,
                    said: &said,
                    discourse: &discourse,
                    sentence: number,
                    outlet: document.outlet.as_deref(),
                    published: document.published,
                    topic,
                    dominant,
                    head: heads.map(|(firm, _)| firm),
                    told: &this.posts,
                    counted: count::last_counted(&this.drafts),
                };
                resolver.credit(&mut this.drafts);
                let resolved: Vec<Resolved> = raws.iter().map(|raw| resolver.resolve(raw)).collect();
                let of_those = resolver.of_those(&this.drafts, &resolved).filter(|_| last);
                for (raw, resolved) in raws.into_iter().zip(resolved) {
                    match resolved {
                        Resolved::Draft(draft) => this.drafts.push(*draft),
                        Resolved::Posts(posts) => this.posts.extend(posts),
                        Resolved::Open(slot) => {
                            this.open.push((sentence.span_of(raw.trigger.0, raw.trigger.1), raw.rule, slot.as_str()));
                        }
                    }
                }
                this.drafts.extend(of_those);
            }
            discourse.leave(number, sentence.paragraph, &mentions, &this.names, &said);
            this.raws.extend(out);
            this.stops.extend(stops);
            this.mentions.push(mentions);
            this.groups.push(groups);
            this.said.push(said);
        }
        this
    }

    fn is_outlet(&self, name: &str) -> bool {
        self.document.outlet.as_deref().is_some_and(|outlet| outlet.eq_ignore_ascii_case(name))
    }

    /// "Il CEO di Corvanta tace": who stands behind the description holds the post.
    fn posts_of_holders(&mut self) {
        let Some(rule) = self.pack.rules.iter().position(|r| r.kind.is_none() && r.id.ends_with(HOLDER)) else {
            return;
        };
        let text = &self.document.text;
        self.posts.extend(self.names.holders.iter().filter(|h| h.news).map(|h| {
            let sentence = &self.sentences[h.sentence];
            Post {
                person: h.person,
                org: Some(h.org),
                lent: false,
                role: Some(sentence.slice(text, h.role.0, h.role.1).to_owned()),
                former: false,
                sentence: h.sentence,
                span: sentence.span_of(h.start, h.end),
                rule,
                score: self.pack.rules[rule].score,
            }
        }));
    }

    /// The claims; takes the drafts with it.
    pub fn claims(&mut self) -> Vec<Claim> {
        let drafts = std::mem::take(&mut self.drafts);
        let assembly = Assembly {
            kb: self.kb,
            published: self.document.published,
            credit: self.credit.as_deref().filter(|c| !self.is_outlet(c)),
            watch: self.watch.as_ref(),
            doc: &self.document.id,
            lang: self.pack.lang,
            text: &self.document.text,
            pack: self.pack,
            names: &self.names,
        };
        assembly.claims(drafts, &self.posts)
    }

    /// What was seen and not understood: triggers that found no claim, references left open.
    pub fn notes(&self) -> Vec<Note> {
        let mut out = Vec::new();
        for stop in &self.stops {
            let sentence = &self.sentences[stop.sentence];
            // Patterns stop silently: only a trigger word that says something of the trade is worth a note.
            let has_people = self.mentions[stop.sentence].iter().any(|m| m.types.meets(Types::PER));
            let understood = self.raws.iter().any(|r| r.sentence == stop.sentence && r.kind.is_some());
            if has_people && !understood {
                out.push(Note {
                    code: "frame-incomplete".to_owned(),
                    span: Some(sentence.span_of(stop.trigger.0, stop.trigger.1)),
                    rule: Some(self.pack.rules[stop.rule].id.clone()),
                    detail: stop.missing.clone(),
                });
            }
        }
        for (span, rule, slot) in &self.open {
            out.push(Note {
                code: "reference-open".to_owned(),
                span: Some(*span),
                rule: Some(self.pack.rules[*rule].id.clone()),
                detail: (*slot).to_owned(),
            });
        }
        out.sort_by(|a, b| (a.span, &a.rule, &a.detail).cmp(&(b.span, &b.rule, &b.detail)));
        out.dedup();
        out
    }
}
