//! The leash: each proposal is proven against the text, or it falls; why it fell is a note.

use std::sync::OnceLock;

use mercato_model::schema::SlotType;
use mercato_model::{Claim, ClaimDate, DateBasis, Document, Evidence, Kind, Note, PartialDate, Slot, Span, Status, Value};
use mercato_pack::Knowledge;
use mercato_read::survey::Survey;

use crate::answer::{Answer, Proposal};
use crate::names::{Aliases, Register, Words, same};
use crate::quote::Folded;
use crate::rulings;
use crate::shape::{self, Shaped};
use crate::values::{self, Verdict};

/// What stood up to the checks, and what was said of the rest.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Held {
    pub claims: Vec<Claim>,
    pub notes: Vec<Note>,
}

/// A claim that has passed its own checks and waits for those among its neighbours.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    pub claim: Claim,
    /// The model's own confidence.
    pub raw: f64,
    /// Codes of the checks that leave a doubt.
    pub doubts: Vec<&'static str>,
}

/// The checks with the knowledge that they need.
pub struct Leash<'k> {
    knowledge: &'k Knowledge,
    aliases: OnceLock<Aliases>,
}

impl<'k> Leash<'k> {
    pub fn new(knowledge: &'k Knowledge) -> Self {
        Self { knowledge, aliases: OnceLock::new() }
    }

    /// The claims of an answer that the text proves. `rule` is what each claim says it was found by.
    pub fn hold(&self, document: &Document, survey: &Survey, answer: &Answer, rule: &str) -> Held {
        let register = Register {
            document,
            survey,
            words: Words::of(&document.text),
            aliases: self.aliases.get_or_init(|| Aliases::of(&self.knowledge.kb)),
        };
        let mut check = Check { register, folded: Folded::of(&document.text), rule, notes: Vec::new() };
        for fault in &answer.faults {
            check.note("refused-form", None, clip(fault));
        }
        if answer.cut_off {
            check.note("answer-cut-off", None, String::new());
        }
        let candidates: Vec<Candidate> = answer.proposals.iter().filter_map(|p| check.proposal(p)).collect();
        let (candidates, more) = rulings::settle(candidates, survey, rule);
        let mut notes = check.notes;
        notes.extend(more);
        let claims = candidates.into_iter().map(|c| c.claim).collect();
        Held { claims, notes }
    }
}

struct Check<'a> {
    register: Register<'a>,
    folded: Folded<'a>,
    rule: &'a str,
    notes: Vec<Note>,
}

/// Why a proposal falls: the code of the check, the place, the words.
struct Fall(&'static str, Option<Span>, String);

impl Check<'_> {
    fn note(&mut self, code: &str, span: Option<Span>, detail: String) {
        self.notes.push(Note { code: code.to_owned(), span, rule: Some(self.rule.to_owned()), detail });
    }

    fn proposal(&mut self, proposal: &Proposal) -> Option<Candidate> {
        match self.examine(proposal) {
            Ok(candidate) => Some(candidate),
            Err(Fall(code, span, why)) => {
                let what = format!("{why}: {} {}", proposal.kind, serde_json::Value::Object(proposal.slots.clone()));
                self.note(code, span, clip(&what));
                None
            }
        }
    }

    fn examine(&mut self, proposal: &Proposal) -> Result<Candidate, Fall> {
        let Shaped { kind, mut slots, status, left_out } =
            shape::shape(proposal).map_err(|why| Fall("refused-schema", None, why))?;
        let spans = self.quotes(proposal)?;
        let first = Some(spans[0]);
        let mut doubts = Vec::new();
        if !left_out.is_empty() {
            self.note("mended-slots", first, left_out.join(", "));
        }
        let mut as_written = std::collections::BTreeMap::new();
        let mut units = Vec::new();
        for (slot, value) in &mut slots {
            let person = match kind.slot_type(*slot) {
                Some(SlotType::People) => true,
                Some(SlotType::Name) => false,
                _ => continue,
            };
            self.names(*slot, value, person, &spans, &mut as_written, &mut units)?;
        }
        for (slot, unit) in units {
            if kind.slot_type(slot).is_some() {
                slots.entry(slot).or_insert(Value::Text(unit));
            }
        }
        self.values(kind, &mut slots, &spans, &mut doubts)?;
        let source = self.sources(&proposal.source, first);
        let date = self.date(proposal, &spans, first);
        let text = &self.register.document.text;
        let evidence = Evidence::cut(text, &spans).ok_or(Fall("refused-quote", None, String::new()))?;
        let raw = proposal.score.unwrap_or(0.5).clamp(0.0, 1.0);
        let claim = Claim {
            doc: self.register.document.id.clone(),
            lang: self.register.survey.lang,
            kind,
            slots,
            status,
            source,
            date,
            evidence,
            rule: self.rule.to_owned(),
            as_written,
            score: raw,
        };
        Ok(Candidate { claim, raw, doubts })
    }

    /// Every place that the claim quotes; quotes that stand nowhere are left out, and when all do, the claim falls.
    fn quotes(&mut self, proposal: &Proposal) -> Result<Vec<Span>, Fall> {
        let mut spans = Vec::new();
        for quote in &proposal.quotes {
            match self.folded.locate(quote) {
                Some(found) => spans.extend(found),
                None => self.note("mended-quote", None, clip(quote)),
            }
        }
        if spans.is_empty() {
            let words = proposal.quotes.first().map(String::as_str).unwrap_or_default();
            return Err(Fall("refused-quote", None, format!("not in the text “{words}”")));
        }
        spans.sort();
        spans.dedup();
        Ok(spans)
    }

    fn names(
        &mut self,
        slot: Slot,
        value: &mut Value,
        person: bool,
        spans: &[Span],
        as_written: &mut std::collections::BTreeMap<Slot, String>,
        units: &mut Vec<(Slot, String)>,
    ) -> Result<(), Fall> {
        let mut items: Vec<String> = value.texts().into_iter().map(str::to_owned).collect();
        for item in &mut items {
            let Some(standing) = self.register.find(item, person) else {
                return Err(Fall("refused-name", Some(spans[0]), format!("{} “{item}” is not named", slot.as_str())));
            };
            if let Some(owner) = standing.owner.filter(|_| !person) {
                let unit = match slot {
                    Slot::From => Slot::UnitFrom,
                    Slot::To => Slot::UnitTo,
                    _ => Slot::Unit,
                };
                units.push((unit, standing.name));
                *item = owner;
                continue;
            }
            if let Some(written) = standing.as_written {
                as_written.insert(slot, written);
            }
            *item = standing.name;
        }
        *value = match value {
            Value::Text(_) => Value::Text(items.pop().unwrap_or_default()),
            _ => Value::List(items),
        };
        Ok(())
    }

    fn values(
        &mut self,
        kind: Kind,
        slots: &mut mercato_model::Slots,
        spans: &[Span],
        doubts: &mut Vec<&'static str>,
    ) -> Result<(), Fall> {
        let survey = self.register.survey;
        for (slot, value) in slots.iter_mut() {
            let verdict = match (&*value, slot) {
                (Value::Amount(amount), _) => map(values::money(survey, spans, amount), Value::Amount),
                (Value::Bounds(bounds), Slot::Share) => map(values::share(survey, spans, *bounds), Value::Bounds),
                (Value::Bounds(bounds), Slot::N) => map(values::number(survey, spans, *bounds), Value::Bounds),
                _ => continue,
            };
            let code = slot.as_str();
            match verdict {
                Verdict::Agrees(read) => *value = read,
                Verdict::Bounded(read) => {
                    self.note("mended-bounds", Some(spans[0]), format!("{code} {value:?} -> {read:?}"));
                    doubts.push("bounds");
                }
                Verdict::Differs => {
                    self.note("value-differs", Some(spans[0]), format!("{code} {value:?}"));
                    doubts.push("value-differs");
                }
                Verdict::Silent => {
                    self.note("value-silent", Some(spans[0]), format!("{code} {value:?}"));
                    doubts.push("value-silent");
                }
            }
        }
        let _ = kind;
        Ok(())
    }

    /// Named sources must stand in the article like any name.
    fn sources(&mut self, said: &[String], first: Option<Span>) -> Vec<String> {
        let mut out = Vec::new();
        for source in said {
            // Described, not named.
            if source.contains(':') {
                out.push(source.clone());
                continue;
            }
            match self.register.find(source, true).or_else(|| self.register.find(source, false)) {
                Some(standing) => out.push(standing.name),
                None => self.note("mended-source", first, clip(source)),
            }
        }
        out
    }

    fn date(&mut self, proposal: &Proposal, _spans: &[Span], _first: Option<Span>) -> Option<ClaimDate> {
        let date = proposal.date.as_ref()?;
        let value = date.as_str().or_else(|| date.get("value")?.as_str()).and_then(PartialDate::parse)?;
        let basis = match date.get("basis").and_then(serde_json::Value::as_str) {
            Some("relative") => DateBasis::Relative,
            Some("published") => DateBasis::Published,
            _ => DateBasis::Stated,
        };
        Some(ClaimDate { value, basis })
    }
}

fn map<T>(verdict: Verdict<T>, wrap: impl FnOnce(T) -> Value) -> Verdict<Value> {
    match verdict {
        Verdict::Agrees(v) => Verdict::Agrees(wrap(v)),
        Verdict::Bounded(v) => Verdict::Bounded(wrap(v)),
        Verdict::Differs => Verdict::Differs,
        Verdict::Silent => Verdict::Silent,
    }
}

/// Foreign words in a note are kept short.
pub(crate) fn clip(text: &str) -> String {
    const MOST: usize = 300;
    let mut out: String = text.chars().filter(|c| !c.is_control()).take(MOST).collect();
    if text.chars().count() > MOST {
        out.push('…');
    }
    out
}
