//! Raw claims: what frames and patterns find in one sentence, with slots still pointing at mentions.

mod beyond;
mod coordination;
mod denial;
mod legs;
mod noun;
mod zero;

use std::collections::BTreeMap;

use mercato_model::{Kind, Slot, Status, Value};
use mercato_pack::Pack;
use mercato_pack::pattern::Types;
use mercato_pack::rule::{Args, Auxiliary, Body, Rule};
use mercato_pack::token::Shape;
use mercato_pack::verbs::Mood;

use crate::clause::{Arg, Clauses, VerbGroup, Via};
use crate::draft::leaving;
use crate::matching::{Captured, Match, Matcher};
use crate::mention::{Mention, What};
use crate::status;

/// The code of a company of one's own, which has no name yet.
const OWN_COMPANY: &str = "own_company";

/// What fills a slot before references are resolved.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Filler {
    Mention(usize),
    /// Tokens of free text.
    Text(usize, usize),
    Fixed(Value),
    /// The subject that an earlier sentence gave.
    Zero,
    /// The speaker of a first-person clause.
    Speaker,
    /// Two mentions that share the slot ("founded X with Y").
    Pair(usize, usize),
}

/// What a rule found in a sentence.
#[derive(Clone, Debug)]
pub(crate) struct Raw {
    pub sentence: usize,
    pub rule: usize,
    pub kind: Option<Kind>,
    pub slots: BTreeMap<Slot, Filler>,
    pub status: Status,
    /// Tokens of the trigger.
    pub trigger: (usize, usize),
    pub score: f64,
    /// The verb group whose tense and date the claim has.
    pub group: Option<usize>,
    pub former: bool,
    /// Key slots that the sentence leaves to its context.
    pub open: Vec<Slot>,
    /// Whom the person of the claim stands for, where that is not just the list it is named in.
    pub people: Option<Vec<usize>>,
    /// Somebody the sentence names as a companion ("with him arrive ...").
    pub companion: Option<usize>,
}

/// Why a rule stopped, for the trace and the notes.
#[derive(Clone, Debug)]
pub(crate) struct Stop {
    pub sentence: usize,
    pub rule: usize,
    pub trigger: (usize, usize),
    pub missing: String,
}

pub(crate) struct Extractor<'a> {
    pub number: usize,
    pub clauses: Clauses<'a>,
    pub out: Vec<Raw>,
    pub stops: Vec<Stop>,
}

impl<'a> Extractor<'a> {
    fn pack(&self) -> &'a Pack {
        self.clauses.pack
    }

    /// Runs every rule that the sentence can hold.
    pub fn run(&mut self) {
        let speaks_of = Types::PER
            .or(Types::ORG)
            .or(Types::UNIT)
            .or(Types::GROUP)
            .or(Types::COUNT)
            .or(Types::NUM)
            .or(Types::MONEY)
            .or(Types::OUTLET);
        let says_why = |m: &Mention| matches!(m.what, What::Code(Slot::Factor | Slot::Measure, _));
        if !self.clauses.mentions.iter().any(|m| m.types.meets(speaks_of) || says_why(m)) {
            // "Si è dimessa lunedì.": where the subject may be left out, nobody need be named.
            if self.pack().pro_drop {
                (0..self.clauses.groups.len()).for_each(|group| self.verb_frames(group));
            }
            return;
        }
        self.patterns();
        for group in 0..self.clauses.groups.len() {
            self.verb_frames(group);
        }
        self.noun_frames();
        self.settle();
        self.purposes();
        self.several_firms();
        self.pairs();
        self.gaps();
        self.members();
        self.reasons();
        self.bare_reasons();
        self.corrections();
    }

    fn patterns(&mut self) {
        let matcher = Matcher::new(&self.clauses);
        let mut found: Vec<(usize, Match)> = Vec::new();
        for rule in self.pack().pattern_rules.among(matcher.features()) {
            let Body::Pattern { elems, needs } = &self.pack().rules[rule].body else { continue };
            if matcher.may_match(needs) {
                found.extend(matcher.find(elems).into_iter().map(|m| (rule, m)));
            }
        }
        for (rule, m) in found {
            self.pattern(rule, &m);
        }
    }

    fn pattern(&mut self, rule_at: usize, m: &Match) {
        let rule = &self.pack().rules[rule_at];
        let mut slots: BTreeMap<Slot, Filler> = BTreeMap::new();
        for (slot, captured) in &m.captures {
            let filler = match captured {
                Captured::Mention(number) => Filler::Mention(*number),
                Captured::Text(start, end) => Filler::Text(*start, *end),
            };
            slots.entry(*slot).or_insert(filler);
        }
        let group = m.groups.first().copied();
        // A verb that the pattern spells out ("will take the chair") has a mood all the same.
        let event = matches!(rule.kind, Some(Kind::Move | Kind::Appointment | Kind::Deal | Kind::Layoff | Kind::Count));
        let spelt = || self.clauses.groups.iter().position(|g| g.start >= m.start && g.end <= m.end && g.is_finite());
        let status = match (group, event.then(spelt).flatten()) {
            (Some(group), _) => status::of_group(&self.clauses, group, rule.status),
            (None, Some(spelt)) => status::affirmed(&self.clauses, spelt, rule.status),
            (None, None) => {
                status::cues(&self.clauses, None, m.start, m.end).max(rule.status.unwrap_or(Status::Asserted))
            }
        };
        self.finish(rule_at, slots, status, (m.start, m.end), rule.score, group);
    }

    fn verb_frames(&mut self, number: usize) {
        let group: &VerbGroup = &self.clauses.groups[number];
        let mut readings: Vec<(usize, Mood, bool)> = Vec::new();
        let s = self.clauses.sentence;
        let marked = group.start > 0 && self.pack().infinitive.contains(&s.words[group.start - 1]);
        let has = |mood: Mood| group.forms.iter().any(|f| f.mood == mood);
        for form in &group.forms {
            // Behind an auxiliary only the participle counts, behind the mark of the infinitive only the infinitive.
            let auxiliary = (group.be || group.have)
                && has(Mood::Participle)
                && !matches!(form.mood, Mood::Participle | Mood::Gerund);
            let infinitive = marked && group.bare() && has(Mood::Infinitive) && form.mood != Mood::Infinitive;
            if auxiliary || infinitive {
                continue;
            }
            for &rule_at in self.pack().verb_rules.get(&form.lemma).into_iter().flatten() {
                let passive = group.passive(form, self.pack());
                if !readings.iter().any(|r| r.0 == rule_at && r.2 == passive) {
                    readings.push((rule_at, form.mood, passive));
                }
            }
        }
        // A form that may be finite or a participle ("joined", "rejoint") is tried as finite first.
        readings.sort_by_key(|r| (r.0, r.2));
        let mut done: Vec<usize> = Vec::new();
        for (rule_at, mood, passive) in readings {
            if done.contains(&rule_at) {
                continue;
            }
            let Body::Verb { moods, particles, reflexive, auxiliary, args, .. } = &self.pack().rules[rule_at].body
            else {
                continue;
            };
            if moods.as_ref().is_some_and(|m| !m.contains(&mood)) || reflexive.is_some_and(|r| r != group.reflexive) {
                continue;
            }
            let wrong = match auxiliary {
                Some(Auxiliary::Be) => group.have && !group.be,
                Some(Auxiliary::Have) => group.be && !group.have,
                None => false,
            };
            if wrong {
                continue;
            }
            // "come riportato da Bloomberg": a verb of saying in the passive tells the source, not a transfer.
            if passive
                && self.pack().rules[rule_at].kind == Some(Kind::Move)
                && group.forms.iter().any(|f| self.pack().cues.say.contains(&f.lemma))
            {
                continue;
            }
            let Some(particle) = self.particle(group, particles, args) else { continue };
            if self.verb_frame(rule_at, number, mood, passive, args, particle) {
                done.push(rule_at);
            }
        }
    }

    /// The end of a required particle behind the verb, and where the object is looked for from; the verb's own end for
    /// both when none is required.
    fn particle(&self, group: &VerbGroup, particles: &[Vec<u32>], args: &Args) -> Option<(usize, usize)> {
        let end = group.end;
        if particles.is_empty() {
            return Some((end, end));
        }
        let s = self.clauses.sentence;
        let at = |at: usize| particles.iter().find(|p| s.words[at..].starts_with(p)).map(|p| at + p.len());
        // Up to three small words may stand between ("ha dato ieri l'addio"), no name and no other verb.
        let clear = |to: usize| {
            !self.clauses.groups.iter().any(|g| g.start >= end && g.start < to)
                && !self.clauses.mentions.iter().any(|m| {
                    m.start >= end && m.start < to && m.prep.is_none() && matches!(m.what, What::Entity { .. })
                })
        };
        let right = (end..(end + 4).min(s.len())).take_while(|&to| clear(to)).find_map(at);
        if let Some(right) = right {
            return Some((right, right));
        }
        // "showed X the door": behind the person who is its object.
        if !args.obj.contains(&Slot::Person) {
            return None;
        }
        let object = self
            .clauses
            .mentions
            .iter()
            .find(|m| m.phrase_start == end && m.prep.is_none() && m.types.meets(Types::PER))?;
        let behind = object.list.iter().map(|&i| self.clauses.mentions[i].end).max().unwrap_or(object.end);
        (behind < s.len()).then(|| at(behind)).flatten().map(|right| (right, end))
    }

    fn verb_frame(
        &mut self,
        rule_at: usize,
        number: usize,
        mood: Mood,
        passive: bool,
        args: &Args,
        (particle_end, object_from): (usize, usize),
    ) -> bool {
        let rule = &self.pack().rules[rule_at];
        let group = &self.clauses.groups[number];
        let mut slots: BTreeMap<Slot, Filler> = BTreeMap::new();
        let mut score = rule.score;
        let (subj, obj) = if passive { (&args.obj, &args.subj) } else { (&args.subj, &args.obj) };
        let bare_participle = mood == Mood::Participle && group.bare();

        // The agent of a passive, then the other prepositional phrases: they are the surest.
        if passive {
            for &slot in obj {
                if let Some(arg) = self.agent(number, slot) {
                    slots.insert(slot, Filler::Mention(arg.mention));
                    break;
                }
            }
        }
        for (prep, list) in &args.preps {
            for &slot in list {
                if slots.contains_key(&slot) {
                    continue;
                }
                if let Some(arg) = self.clauses.prepositional(number, *prep, Types::of_slot(slot), particle_end, &slots)
                    && let Some(mention) = self.clauses.same_place(arg.mention, |n| {
                        self.fits(slot, n) && self.clauses.mentions[n].types.meets(Types::of_slot(slot))
                    })
                {
                    // "Affida a X la guida del team": the firm is the subject, the team its part.
                    let part =
                        slot == Slot::Org && subj.contains(&slot) && self.clauses.mentions[mention].what == What::Unit;
                    slots.insert(if part { Slot::Unit } else { slot }, Filler::Mention(mention));
                    score *= arg.via.trust();
                    break;
                }
            }
        }
        // "Lo sostituisce X": the pronoun is the object, the name behind the verb its subject.
        let pronoun_object = !passive && self.clitic_object(group);
        if !passive {
            for &slot in obj {
                if slots.contains_key(&slot) {
                    continue;
                }
                if pronoun_object && slot == Slot::Replaces {
                    slots.insert(slot, Filler::Zero);
                    continue;
                }
                let right = self.clauses.object(number, Types::of_slot(slot), object_from);
                let found =
                    right.or_else(|| self.clauses.relative_object(number, Types::of_slot(slot))).map(|a| a.mention);
                let found = found.and_then(|m| {
                    self.clauses.same_place(m, |n| {
                        self.fits(slot, n) && self.clauses.mentions[n].types.meets(Types::of_slot(slot))
                    })
                });
                // "set up OpenAI's office" founds no OpenAI.
                let founds = slot == Slot::To && founds(rule);
                // Nor does "opened the Corvanta Fair".
                let found = found.filter(|&m| {
                    let mention = &self.clauses.mentions[m];
                    !(founds && (self.clauses.possessor(mention) || self.clauses.is_event(mention)))
                });
                let unnamed = || {
                    let own =
                        |m: &usize| matches!(&self.clauses.mentions[*m].what, What::Code(_, c) if c == OWN_COMPANY);
                    let object = self.clauses.object(number, Types::CODE, object_from);
                    object.map(|a| a.mention).filter(own).filter(|_| founds)
                };
                if let Some(mention) = found.filter(|m| !uses(&slots, *m)).or_else(unnamed) {
                    slots.insert(slot, Filler::Mention(mention));
                }
            }
            // "lui succède": whose place is taken.
            let dative = args.obj.is_empty() && particle_end == group.end;
            let dative = dative && args.preps.iter().any(|(_, list)| list[..] == [Slot::Replaces]);
            if dative && pronoun_object && !slots.contains_key(&Slot::Replaces) {
                slots.insert(Slot::Replaces, Filler::Zero);
            }
            // "gli ha offerto", "lui a proposé": a dative pronoun.
            let dative =
                args.preps.iter().any(|(_, list)| list.contains(&Slot::Person)) && !slots.contains_key(&Slot::Person);
            if dative && self.pack().infinitive.is_empty() && self.clitic_object(group) {
                slots.insert(Slot::Person, Filler::Zero);
                score *= Via::Pronoun.trust();
            }
            if let Some(slot) = obj.iter().find(|s| **s == Slot::Person && !slots.contains_key(s))
                && self.clitic_object(group)
            {
                slots.insert(*slot, Filler::Zero);
                score *= Via::Pronoun.trust();
            }
        }
        // The subject, by government for infinitives.
        let governed = self.clauses.governor(number);
        let mut subject_slots: Vec<Slot> = subj.clone();
        if let Some((outer, at)) = governed {
            let governor = &self.pack().cues.governors[at];
            // Who asks somebody to resign is whom he works for.
            let resigns = rule.set.iter().any(|(slot, v)| {
                *slot == Slot::Manner && v.texts().first().is_some_and(|m| *m != "left" && leaving(m))
            });
            let agent = match governor.agent {
                Some(Slot::To) if resigns => Some(Slot::From),
                agent => agent,
            };
            if let Some(agent) =
                agent.filter(|a| !slots.contains_key(a) && rule.kind.is_some_and(|k| k.slot_type(*a).is_some()))
                && let Some(arg) =
                    self.clauses.subject(outer, Types::of_slot(agent)).filter(|a| self.fits(agent, a.mention))
            {
                slots.insert(agent, Filler::Mention(arg.mention));
            }
            if governor.object_control {
                for &slot in subj {
                    let between = self.between(outer, number, Types::of_slot(slot), governor.dative);
                    let behind = || self.clauses.object(number, Types::of_slot(slot), group.end).map(|a| a.mention);
                    if let Some(arg) = between.or_else(behind).filter(|a| self.fits(slot, *a) && !uses(&slots, *a)) {
                        slots.insert(slot, Filler::Mention(arg));
                        subject_slots.clear();
                    } else if slot == Slot::Person && self.clitic_object(&self.clauses.groups[outer]) {
                        slots.insert(slot, Filler::Zero);
                        subject_slots.clear();
                    }
                }
            }
        }
        // "The decision of X to leave": whose decision it is.
        if let Some(noun) = self.clauses.noun_governor(number) {
            for &slot in subj.iter().filter(|_| !subject_slots.is_empty()) {
                let holder = self.clauses.holder(&noun, Types::of_slot(slot));
                if let Some(holder) = holder.filter(|&m| self.fits(slot, m) && !uses(&slots, m)) {
                    slots.insert(slot, Filler::Mention(holder));
                    subject_slots.clear();
                    break;
                }
            }
        }
        for &slot in &subject_slots {
            let other = match slots.get(&slot) {
                // "founded X with Y": both are the person.
                Some(Filler::Mention(other)) if slot == Slot::Person && !passive => Some(*other),
                Some(_) => continue,
                None => None,
            };
            let types = Types::of_slot(slot);
            let found = if bare_participle {
                self.reduced(number, types).or_else(|| if passive { None } else { self.clauses.subject(number, types) })
            } else {
                self.clauses.subject(number, types)
            };
            match found.filter(|a| self.fits(slot, a.mention) && !uses(&slots, a.mention)) {
                Some(arg) => {
                    score *= arg.via.trust();
                    slots.insert(
                        slot,
                        other.map_or(Filler::Mention(arg.mention), |other| Filler::Pair(arg.mention, other)),
                    );
                    break;
                }
                None if other.is_some() => break,
                None if matches!(slot, Slot::Person | Slot::Org | Slot::By | Slot::To) => {
                    if self.speaks(number) && !passive && self.clauses.sentence.quoted[group.main] {
                        slots.insert(slot, Filler::Speaker);
                        score *= 0.85;
                        break;
                    }
                    if slot == Slot::Person && !bare_participle && self.zero_subject(group, number) {
                        slots.insert(slot, Filler::Zero);
                        score *= Via::Zero.trust();
                        break;
                    }
                }
                None => {}
            }
        }
        // "affida la guida della ricerca a P": what the particle is part of is no argument of its own.
        slots.retain(|slot, f| {
            let particle = |m: &usize| (group.end..particle_end).contains(&self.clauses.mentions[*m].start);
            *slot != Slot::Replaces || !matches!(f, Filler::Mention(m) if particle(m))
        });
        // "X, who with A and B has left": companions move as the subject does.
        if rule.kind == Some(Kind::Move)
            && !passive
            && subj.contains(&Slot::Person)
            && let Some(&Filler::Mention(mover)) = slots.get(&Slot::Person)
            && let Some(other) = self.fellow(mover, number).filter(|m| !uses(&slots, *m))
        {
            slots.insert(Slot::Person, Filler::Pair(mover, other));
        }
        if let Some((_, at)) = governed {
            for (slot, value) in &self.pack().cues.governors[at].set {
                if rule.kind.is_some_and(|k| k.slot_type(*slot).is_some()) {
                    slots.insert(*slot, Filler::Fixed(value.clone()));
                }
            }
        }
        let mut status = status::of_group(&self.clauses, number, rule.status);
        if founds(rule) {
            let governor = self.clauses.governor(number).map(|(_, at)| &self.pack().cues.governors[at]);
            status = status.max(governor.and_then(|g| g.founding).unwrap_or(status));
        }
        if let Some(Filler::Mention(m)) = slots.get(&Slot::Person)
            && self.no_one(*m)
        {
            status = status.max(Status::Negated);
        }
        self.attach(rule, &mut slots, group.start, particle_end);
        self.finish(rule_at, slots, status, (group.main, particle_end), score, Some(number))
    }

    /// The agent of a passive: a mention behind one of the language's agent prepositions.
    fn agent(&self, number: usize, slot: Slot) -> Option<Arg> {
        let group = &self.clauses.groups[number];
        let limit = self.clauses.right_limit(number);
        let types = Types::of_slot(slot);
        let position = self.clauses.mentions.iter().position(|m| {
            m.start >= group.end
                && m.start < limit
                && m.types.meets(types)
                && m.prep.is_some_and(|p| self.pack().agent.contains(&p))
        });
        position.filter(|&m| self.fits(slot, m)).map(|mention| Arg { mention, via: Via::Direct })
    }

    /// "X, assunto da Meta": the nominal right before a bare participle; "Recruté par T, P ...": the one behind its comma.
    fn reduced(&self, number: usize, types: Types) -> Option<Arg> {
        let group = &self.clauses.groups[number];
        let s = self.clauses.sentence;
        let before =
            self.clauses.mentions.iter().enumerate().rev().find(|(_, m)| m.end <= group.start && m.types.meets(types));
        if let Some((mention, m)) = before {
            let near = (m.end..group.start).all(|i| {
                s.is_punct(self.clauses.text, i)
                    || s.in_class(i, self.clauses.classes.adverb)
                    || s.tokens[i].shape != mercato_pack::token::Shape::Lower
                    || self.clauses.mentions.iter().any(|r| r.what == What::Role && r.start <= i && i < r.end)
                    || s.preps[i].is_some()
                    || s.class_at(i, self.clauses.classes.det).is_some()
                    || s.in_class(i, self.clauses.classes.former)
            });
            let verb = self.clauses.groups.iter().any(|g| g.start >= m.end && g.end <= group.start && g.is_finite());
            if near && !verb {
                return Some(Arg { mention, via: Via::Relative });
            }
        }
        if group.start <= 2 {
            // "Founded by X, a Helvion alumna, Corvanta employs ...": what the sentence goes on to speak of.
            let main = (number + 1..self.clauses.groups.len())
                .find(|&n| self.clauses.groups[n].plainly_finite() && self.clauses.groups[n].relative.is_none());
            let subject = main
                .and_then(|main| self.clauses.subject(main, types))
                .filter(|a| self.clauses.mentions[a.mention].start > group.end);
            if subject.is_some() {
                return subject.map(|a| Arg { via: Via::Inverted, ..a });
            }
            let after = self.clauses.mentions.iter().enumerate().find(|(_, m)| {
                m.start > group.end
                    && m.types.meets(types)
                    && m.phrase_start > 0
                    && s.punct(self.clauses.text, m.phrase_start - 1) == Some(',')
            });
            return after.map(|(mention, _)| Arg { mention, via: Via::Inverted });
        }
        None
    }

    /// The mention between a governor and its complement: "convinced | X | to leave".
    fn between(&self, outer: usize, inner: usize, types: Types, dative: bool) -> Option<usize> {
        let (from, to) = (self.clauses.groups[outer].end, self.clauses.groups[inner].start);
        self.clauses
            .mentions
            .iter()
            .rposition(|m| m.start >= from && m.end <= to && m.types.meets(types) && (m.prep.is_none() || dative))
    }

    fn fits(&self, slot: Slot, mention: usize) -> bool {
        let m = &self.clauses.mentions[mention];
        match &m.what {
            What::Code(code_slot, _) => *code_slot == slot,
            What::Number(_) => matches!(slot, Slot::N | Slot::Of | Slot::Value | Slot::Person),
            _ => true,
        }
    }

    /// "Two former engineers of Helvion, A and B".
    fn formerly(&self, slots: &BTreeMap<Slot, Filler>) -> bool {
        let Some(&Filler::Mention(people)) = slots.get(&Slot::Group) else { return false };
        let m = &self.clauses.mentions[people];
        (m.phrase_start..m.end).any(|i| self.clauses.sentence.in_class(i, self.clauses.classes.former))
    }

    /// Fills slots with the nearest value or code of the clause.
    fn attach(&self, rule: &Rule, slots: &mut BTreeMap<Slot, Filler>, start: usize, end: usize) {
        for &slot in &rule.attach {
            if slots.contains_key(&slot) {
                continue;
            }
            let types = Types::of_slot(slot);
            let near = |m: &Mention| {
                let gap = if m.start >= end { (end, m.start) } else { (m.end.min(start), start) };
                (gap.0..gap.1).all(|i| !matches!(self.clauses.sentence.punct(self.clauses.text, i), Some(';' | ':')))
            };
            let nearest = self
                .clauses
                .mentions
                .iter()
                .enumerate()
                .filter(|(n, m)| m.types.meets(types) && self.fits(slot, *n) && !uses(slots, *n) && near(m))
                .min_by_key(|(_, m)| if m.start >= end { m.start - end } else { 2 * start.saturating_sub(m.end) + 3 });
            if let Some((mention, _)) = nearest {
                slots.insert(slot, Filler::Mention(mention));
            }
        }
    }

    fn finish(
        &mut self,
        rule_at: usize,
        mut slots: BTreeMap<Slot, Filler>,
        status: Status,
        trigger: (usize, usize),
        score: f64,
        group: Option<usize>,
    ) -> bool {
        let rule = &self.pack().rules[rule_at];
        for (slot, value) in &rule.set {
            slots.entry(*slot).or_insert_with(|| Filler::Fixed(value.clone()));
        }
        // "ingegneri di Helvion", "Helvion engineers": the firm of a group that moves or is courted is where it comes from.
        if let Some(Filler::Mention(people)) = slots.get(&Slot::Person).or(slots.get(&Slot::Group))
            && matches!(rule.kind, Some(Kind::Move | Kind::Offer))
            && !slots.contains_key(&Slot::From)
            && let Some(firm) = self.firm_of_group(*people).filter(|f| !uses(&slots, *f))
        {
            slots.insert(Slot::From, Filler::Mention(firm));
        }
        // "Two engineers of Helvion, A and B": what is said of the people described is said of those named.
        if rule.kind.is_none()
            && !slots.contains_key(&Slot::Org)
            && let Some(&Filler::Mention(people)) = slots.get(&Slot::Group)
            && let Some(firm) = self.firm_of_group(people)
        {
            slots.insert(Slot::Org, Filler::Mention(firm));
        }
        // The firm of those who are counted as they leave or stay.
        if rule.kind == Some(Kind::Count)
            && !slots.contains_key(&Slot::Org)
            && !rule.set.iter().any(|(s, v)| *s == Slot::Direction && v.texts() == ["joined"])
            && let Some(Filler::Mention(people)) =
                [Slot::N, Slot::Share, Slot::Of].iter().find_map(|s| slots.get(s)).cloned()
            && let Some(firm) = self.firm_of_group(people).filter(|f| !uses(&slots, *f))
        {
            slots.insert(Slot::Org, Filler::Mention(firm));
        }
        // "courts Corvanta's engineers": its people are courted, not the firm.
        if rule.kind == Some(Kind::Recruiting)
            && let Some(Filler::Mention(firm)) = slots.get(&Slot::Target)
            && let Some(end) = self.people_of(*firm)
        {
            let start = self.clauses.mentions[*firm].start;
            slots.insert(Slot::Target, Filler::Text(start, end));
        }
        // "back after five years at F": F is where somebody comes from.
        if rule.kind == Some(Kind::Move) && !slots.contains_key(&Slot::From) && slots.contains_key(&Slot::Person) {
            let s = self.clauses.sentence;
            let stay = self.clauses.mentions.iter().position(|m| {
                m.types == Types::ORG
                    && m.start >= trigger.1
                    && m.prep.is_some()
                    && m.phrase_start > 0
                    && s.in_class(m.phrase_start - 1, self.clauses.classes.duration)
                    && !self.clauses.groups.iter().any(|g| g.start >= trigger.1 && g.end <= m.start)
            });
            if let Some(stay) = stay.filter(|m| !uses(&slots, *m)) {
                slots.insert(Slot::From, Filler::Mention(stay));
            }
        }
        // "as chief executive of Helvion": the firm of a title is the end that the title belongs to.
        for (role, end) in [(Slot::RoleFrom, Slot::From), (Slot::RoleTo, Slot::To), (Slot::Role, Slot::Org)] {
            let fits = rule.kind.is_some_and(|k| k.slot_type(end).is_some());
            if let Some(Filler::Mention(title)) = slots.get(&role)
                && fits
                && !slots.contains_key(&end)
            {
                let behind = self.clauses.mentions[*title].end;
                let firm = self.clauses.mentions.iter().position(|m| {
                    m.start >= behind
                        && m.phrase_start <= behind + 1
                        && m.prep.is_some()
                        && m.types.meets(Types::ORG)
                        && !self.clauses.sentence.is_punct(self.clauses.text, behind)
                });
                if let Some(firm) = firm.filter(|&f| !uses(&slots, f)) {
                    slots.insert(end, Filler::Mention(firm));
                }
            }
        }
        let counts = |slots: &BTreeMap<Slot, Filler>, slot: Slot| {
            slots.contains_key(&slot)
                || slot == Slot::Group && slots.contains_key(&Slot::Person)
                || matches!(slot, Slot::N | Slot::Share) && self.has_count(slots)
        };
        // Firms are bought, people are hired.
        if rule.kind == Some(Kind::Deal) {
            for slot in [Slot::Target, Slot::Acquirer] {
                if let Some(Filler::Mention(m)) = slots.get(&slot)
                    && !self.clauses.mentions[*m].types.meets(Types::ORG.or(Types::UNIT))
                {
                    slots.remove(&slot);
                }
            }
        }
        // What a claim of its kind is worth little without, whatever its rule asks for: the context may tell it.
        let implied: &[Slot] = match rule.kind {
            Some(Kind::Move) => &[Slot::From, Slot::To],
            Some(Kind::Reason) => &[Slot::Subject],
            Some(Kind::Count | Kind::Pay) => &[Slot::Org],
            Some(Kind::Recruiting) => &[Slot::By],
            _ => &[],
        };
        let need: Vec<&[Slot]> =
            rule.need.iter().map(Vec::as_slice).chain((!implied.is_empty()).then_some(implied)).collect();
        let missing: Vec<String> = need
            .iter()
            .filter(|g| !g.iter().any(|s| counts(&slots, *s)))
            .map(|g| g.iter().map(|s| s.as_str()).collect::<Vec<_>>().join("|"))
            .collect();
        // "Lo ha licenziato": whom a pronoun before the verb stands for is not the subject left out.
        let pronoun = slots.get(&Slot::Person) == Some(&Filler::Zero)
            && group.is_some_and(|g| self.clitic_object(&self.clauses.groups[g]));
        let alone = || !pronoun && self.may_stand_alone(rule, &slots, trigger.1);
        let open = if missing.is_empty() || rule.kind == Some(Kind::Move) && !alone() {
            Vec::new()
        } else {
            self.left_to_context(rule, &need, &slots, trigger.1, &counts)
        };
        // "It was not the money", "did not reply": the negation is in the code.
        let fixed = |slot: Slot, code: &str| slots.get(&slot) == Some(&Filler::Fixed(Value::Text(code.to_owned())));
        let negative =
            fixed(Slot::Polarity, "is_not") || fixed(Slot::Stance, "no_comment") || fixed(Slot::Stance, "unverified");
        let negative =
            negative || fixed(Slot::Response, "declined") && group.is_some_and(|g| self.says_no(g, trigger.1));
        let status = if negative && status == Status::Negated { Status::Asserted } else { status };
        let told = rule.kind == Some(Kind::Stance) || rule.status.is_none() && !fixed(Slot::Measure, "other");
        let status = if told { status::of_kind(&self.clauses, rule.kind, group, status) } else { status };
        if matches!(slots.get(&Slot::Factor), Some(&Filler::Mention(m)) if self.names_source(m)) {
            return false;
        }
        // Where somebody does not work is no post; where somebody no longer works has been left.
        if rule.kind == Some(Kind::Tenure) {
            if let Some(group) = group.filter(|&g| self.no_longer(g))
                && let (Some(person), Some(firm)) = (slots.get(&Slot::Person), slots.get(&Slot::Org))
            {
                let slots = BTreeMap::from([
                    (Slot::Person, person.clone()),
                    (Slot::From, firm.clone()),
                    (Slot::Manner, Filler::Fixed(Value::Text("left".to_owned()))),
                ]);
                let status = status::affirmed(&self.clauses, group, None);
                let (sentence, kind) = (self.number, Some(Kind::Move));
                self.out.push(Raw {
                    sentence,
                    rule: rule_at,
                    kind,
                    slots,
                    status,
                    trigger,
                    score,
                    group: Some(group),
                    former: false,
                    open: Vec::new(),
                    people: None,
                    companion: None,
                });
                return true;
            }
            if status == Status::Negated {
                return false;
            }
        }
        if !missing.is_empty() && open.is_empty() {
            self.stops.push(Stop { sentence: self.number, rule: rule_at, trigger, missing: missing.join(", ") });
            return false;
        }
        let people = match slots.get(&Slot::Person) {
            // A pattern says itself how far it reaches.
            Some(&Filler::Mention(m)) if !matches!(rule.body, Body::Pattern { .. }) => self.coordinated(m, group),
            _ => None,
        };
        let companion = if open.is_empty() { None } else { self.companion(&slots) };
        let former = rule.former || self.formerly(&slots);
        self.out.push(Raw {
            sentence: self.number,
            rule: rule_at,
            kind: rule.kind,
            slots,
            status,
            trigger,
            score,
            group,
            former,
            open,
            people,
            companion,
        });
        true
    }
}

/// Whether a rule tells that somebody founds a firm.
fn founds(rule: &Rule) -> bool {
    rule.set.iter().any(|(slot, value)| *slot == Slot::Manner && value.texts() == ["founded"])
}

fn uses(slots: &BTreeMap<Slot, Filler>, mention: usize) -> bool {
    slots.values().any(|f| {
        matches!(f, Filler::Mention(m) if *m == mention)
            || matches!(f, Filler::Pair(a, b) if *a == mention || *b == mention)
    })
}
