//! The leash: each proposal is proven against the text, or it falls; why it fell is a note.

use std::sync::OnceLock;

use mercato_model::schema::SlotType;
use mercato_model::{
    Claim, ClaimDate, DateBasis, Document, Evidence, Kind, Note, PartialDate, Slot, Slots, Span, Status, Value,
};
use mercato_pack::Knowledge;
use mercato_read::Reading;
use mercato_read::survey::{Survey, Verb, Voiced};

use crate::answer::{Answer, Proposal};
use crate::both::{self, Together, together};
use crate::calibrate::{Calibration, Found, shape};
use crate::names::{Aliases, Register, same, words};
use crate::orders;
use crate::quote::Folded;
use crate::rulings;
use crate::shape::{self, Shaped};
use crate::values::{Place, Verdict};

/// What stood up to the checks, and what was said of the rest.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Held {
    pub claims: Vec<Claim>,
    /// Sentences that speak to the machine.
    pub orders: Vec<Span>,
    pub notes: Vec<Note>,
}

/// Which readers read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readers {
    Model,
    Both,
}

/// What a value that could not be proven takes from the confidence in the rest.
const DOUBT: f64 = 0.1;

/// The checks with the knowledge that they need.
pub struct Leash<'k> {
    knowledge: &'k Knowledge,
    aliases: OnceLock<Aliases>,
    calibration: Calibration,
}

impl<'k> Leash<'k> {
    pub fn new(knowledge: &'k Knowledge, calibration: Calibration) -> Self {
        Self { knowledge, aliases: OnceLock::new(), calibration }
    }

    /// What the model's answer and, where both readers read, the rules have to say on a document.
    pub fn read(&self, document: &Document, survey: &Survey, answer: &Answer, rule: &str, readers: Readers) -> Reading {
        let Held { claims, orders, mut notes } = self.hold(document, survey, answer, rule);
        let mut together = match readers {
            Readers::Model => Together { claims, ..Together::default() },
            Readers::Both => {
                notes.extend(survey.reading.notes.iter().cloned());
                let plain = |c: &&Claim| c.evidence.quotes().iter().all(|q| !orders.iter().any(|o| o.overlaps(q.span)));
                let rules: Vec<Claim> = survey.reading.claims.iter().filter(plain).cloned().collect();
                together(claims, &rules)
            }
        };
        notes.append(&mut together.notes);
        let mut claims = Vec::new();
        for (at, mut claim) in together.claims.into_iter().enumerate() {
            let found = Found::of(readers, &claim.rule);
            let fitted = self.calibration.score(found, &shape(&claim), claim.lang.as_str(), claim.score);
            claim.score = fitted.map_or(claim.score, |(score, _)| score);
            if together.disputed.contains(&at) {
                claim.score = both::capped(claim.score);
            }
            if fitted.is_some_and(|(_, below)| below) {
                // A rule that stands alone and is mostly wrong is no news to anybody.
                if found != Found::Rules {
                    let span = Some(claim.evidence.quotes()[0].span);
                    let detail = format!("{} {}", claim.score, describe(&claim));
                    notes.push(Note { code: "review-doubtful".to_owned(), span, rule: Some(claim.rule), detail });
                }
                continue;
            }
            claims.push(claim);
        }
        claims.sort_by_cached_key(|c| (c.evidence.quotes()[0].span, c.kind, format!("{:?}", c.slots)));
        notes.sort_by(|a, b| (a.span, &a.code, &a.detail).cmp(&(b.span, &b.code, &b.detail)));
        Reading { lang: Some(survey.lang), claims, notes }
    }

    /// The claims of an answer that the text proves. `rule` is what each claim says it was found by.
    pub fn hold(&self, document: &Document, survey: &Survey, answer: &Answer, rule: &str) -> Held {
        let orders = orders::find(&document.text, survey);
        // What speaks to the machine does not stand there for it: no quote, name or value can be proven by it.
        let (masked, blind);
        let (seen, survey) = if orders.is_empty() {
            (document, survey)
        } else {
            masked = Document { text: orders::without(&document.text, &orders), ..document.clone() };
            blind = survey.without(&orders);
            (&masked, &blind)
        };
        let register = Register::new(seen, survey, self.aliases.get_or_init(|| Aliases::of(&self.knowledge.kb)));
        let strict = !orders.is_empty();
        let mut check = Check { register, folded: Folded::of(&seen.text), rule, strict, notes: Vec::new() };
        for order in &orders {
            check.note("review-orders", Some(*order), String::new());
        }
        for fault in &answer.faults {
            check.note("refused-form", None, clip(fault));
        }
        if answer.cut_off {
            check.note("answer-cut-off", None, String::new());
        }
        let claims: Vec<Claim> = answer.proposals.iter().filter_map(|p| check.proposal(p)).collect();
        let (claims, more) = rulings::settle(claims, &document.text, rule);
        let mut notes = check.notes;
        notes.extend(more);
        Held { claims, orders, notes }
    }
}

struct Check<'a> {
    register: Register<'a>,
    folded: Folded<'a>,
    rule: &'a str,
    /// The article gives orders: nothing is believed beyond the words.
    strict: bool,
    notes: Vec<Note>,
}

/// Why a proposal falls: the code of the check, the place, the words.
struct Fall(&'static str, Option<Span>, String);

impl Check<'_> {
    fn note(&mut self, code: &str, span: Option<Span>, detail: String) {
        self.notes.push(Note { code: code.to_owned(), span, rule: Some(self.rule.to_owned()), detail });
    }

    fn proposal(&mut self, proposal: &Proposal) -> Option<Claim> {
        match self.examine(proposal) {
            Ok(claim) => Some(claim),
            Err(Fall(code, span, why)) => {
                let what = format!("{why}: {} {}", proposal.kind, serde_json::Value::Object(proposal.slots.clone()));
                self.note(code, span, clip(&what));
                None
            }
        }
    }

    fn examine(&mut self, proposal: &Proposal) -> Result<Claim, Fall> {
        let Shaped { kind, mut slots, status, left_out } =
            shape::shape(proposal).map_err(|why| Fall("refused-schema", None, why))?;
        let mut spans = self.quotes(proposal)?;
        let status = self.status(status, &spans);
        let first = Some(spans[0]);
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
        let (more, unproven) = self.values(kind, &mut slots, &spans)?;
        spans.extend(more);
        if self.strict && unproven > 0 {
            return Err(Fall("refused-value", first, "in an article that gives orders".to_owned()));
        }
        let source = self.sources(&proposal.source, first);
        if self.strict {
            self.attributed(&source, &slots, &spans)?;
        }
        let date = self.date(proposal, &spans);
        let text = &self.register.document.text;
        let evidence = Evidence::cut(text, &spans).ok_or(Fall("refused-quote", None, String::new()))?;
        let sure = proposal.score.unwrap_or(0.5).clamp(0.0, 1.0) - DOUBT * unproven as f64;
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
            score: sure.max(0.0),
        };
        self.frames(claim)
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

    /// How surely the quoted words say it. The model hears more than the cues do, and the cues are no match for it where
    /// nobody meddles; where an article gives orders, no claim is surer than its words.
    fn status(&mut self, said: Status, spans: &[Span]) -> Status {
        let quoted = |v: &&Verb| v.finite && spans.iter().any(|s| s.overlaps(v.span));
        let verbs = self.register.survey.verbs.iter().filter(quoted);
        let Some(heard) = verbs.map(|v| v.status).min() else { return said };
        if heard <= said {
            return said;
        }
        let doubtful = matches!(heard, Status::Reported | Status::Possible | Status::Denied | Status::Counterfactual);
        if self.strict || doubtful {
            let code = if self.strict { "mended-status" } else { "review-status" };
            self.note(code, Some(spans[0]), format!("{} / {}", said.as_str(), heard.as_str()));
        }
        if self.strict { heard } else { said }
    }

    /// Where an article gives orders, who is made responsible is read in the words: a voice that nobody hears there is none,
    /// and one that is heard is not passed over.
    fn attributed(&self, source: &[String], slots: &Slots, spans: &[Span]) -> Result<(), Fall> {
        let survey = self.register.survey;
        let lines: Vec<usize> = spans.iter().filter_map(|s| survey.line_at(s.start)).collect();
        let fall = |what: &str| Err(Fall("refused-source", Some(spans[0]), what.to_owned()));
        let heard = |voice: &&Voiced| lines.iter().any(|l| l.abs_diff(voice.sentence) <= 1);
        let here = |place: Span| lines.iter().any(|l| survey.lines[*l].span.overlaps(place));
        if source.is_empty() {
            // Somebody with a name, not "the company", and not one of those whom the claim is about.
            let about: Vec<&str> = slots.values().flat_map(Value::texts).collect();
            let other =
                |name: &String| survey.names.iter().any(|n| n.name == *name) && !about.iter().any(|a| same(a, name));
            let named = |voice: &Voiced| voice.chain.iter().any(other);
            let passed_over = survey.voices.iter().any(|v| here(v.span) && !v.unnamed && named(v));
            return if passed_over { fall("the words name a source") } else { Ok(()) };
        }
        // Words for the unnamed differ; names do not.
        for name in source.iter().filter(|s| !s.contains(':')) {
            let says = survey.voices.iter().filter(heard).any(|v| v.chain.iter().any(|c| same(c, name)));
            let stands = survey.names.iter().any(|n| same(&n.name, name) && here(n.span))
                || self.register.words.runs(&words(name)).into_iter().any(here);
            if !says && !stands {
                return fall(&format!("{name} says nothing there"));
            }
        }
        Ok(())
    }

    /// The frames' reading of the same words: a move in the other direction is a dispute, and where the article gives orders
    /// no end may differ.
    fn frames(&mut self, mut claim: Claim) -> Result<Claim, Fall> {
        let survey = self.register.survey;
        let dispute =
            survey.reading.claims.iter().find_map(|rules| both::dispute(&claim, rules).map(|what| (what, rules)));
        let Some((what, rules)) = dispute else { return Ok(claim) };
        let span = Some(claim.evidence.quotes()[0].span);
        if self.strict {
            return Err(Fall("refused-frames", span, describe(rules)));
        }
        if what == both::DIRECTION {
            self.note("review-direction", span, format!("{} | {}", describe(&claim), describe(rules)));
            claim.score = claim.score.min(both::DISPUTED);
        }
        Ok(claim)
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
            let found = self.register.find(item, person);
            let Some(standing) = found.or_else(|| self.register.described(item, spans).filter(|_| !person)) else {
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

    fn values(&mut self, kind: Kind, slots: &mut Slots, spans: &[Span]) -> Result<(Vec<Span>, usize), Fall> {
        let mut more = Vec::new();
        let mut unproven = Vec::new();
        for (slot, value) in slots.iter_mut() {
            if !matches!(value, Value::Amount(_) | Value::Bounds(_)) {
                continue;
            }
            let place = Place { text: &self.register.document.text, survey: self.register.survey, spans };
            match place.prove(*slot, value) {
                Verdict::Proven(read, span) => {
                    if *value != read {
                        let detail = format!("{} {} -> {}", slot.as_str(), json(value), json(&read));
                        self.note("mended-value", Some(span), detail);
                    }
                    *value = read;
                    // The words that give the value belong to the evidence.
                    if !spans.iter().any(|s| s.contains(span)) {
                        more.push(span);
                    }
                }
                verdict => unproven.push((*slot, verdict)),
            }
        }
        let doubts = unproven.len();
        for (slot, verdict) in unproven {
            let Some(value) = slots.remove(&slot) else { continue };
            let what = if verdict == Verdict::Differs { "is not what the words give" } else { "stands in no words" };
            let detail = format!("{} {} {what}", slot.as_str(), json(&value));
            if shape::missing(kind, slots).is_some() {
                return Err(Fall("refused-value", Some(spans[0]), detail));
            }
            self.note("mended-value", Some(spans[0]), detail);
        }
        Ok((more, doubts))
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

    /// A date must stand in the words or near them; the day of publication must be the article's.
    fn date(&mut self, proposal: &Proposal, spans: &[Span]) -> Option<ClaimDate> {
        let said = proposal.date.as_ref()?;
        let value = said.as_str().or_else(|| said.get("value")?.as_str()).and_then(PartialDate::parse)?;
        let basis = match said.get("basis").and_then(serde_json::Value::as_str) {
            Some("relative") => DateBasis::Relative,
            Some("published") => DateBasis::Published,
            _ => DateBasis::Stated,
        };
        let place = Place { text: &self.register.document.text, survey: self.register.survey, spans };
        let proven = match basis {
            DateBasis::Published => self.register.document.published == Some(value),
            _ => place.has_date(value),
        };
        if !proven {
            self.note("mended-date", Some(spans[0]), value.to_string());
        }
        proven.then_some(ClaimDate { value, basis })
    }
}

/// A claim in one line, for notes.
pub(crate) fn describe(claim: &Claim) -> String {
    format!("{} {} {}", claim.kind.as_str(), claim.status.as_str(), clip(&json(&claim.slots)))
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
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
