//! Matching the pattern language against a sentence.

use mercato_model::Slot;
use mercato_pack::pattern::{Elem, Feature, Needs, Types, fold};
use rustc_hash::FxHashSet;

use crate::clause::{Clauses, VerbGroup};
use crate::mention::{Mention, What};

/// What a pattern captured for a slot.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Captured {
    Mention(usize),
    /// Free words, as tokens.
    Text(usize, usize),
}

/// A match: its tokens and captures.
#[derive(Clone, Debug)]
pub(crate) struct Match {
    pub start: usize,
    pub end: usize,
    pub captures: Vec<(Slot, Captured)>,
    /// Verb groups inside the match, for status.
    pub groups: Vec<usize>,
}

pub(crate) struct Matcher<'a> {
    clauses: &'a Clauses<'a>,
    before_org: Option<u16>,
    features: FxHashSet<Feature>,
    /// Of all mentions together.
    types: Types,
}

impl<'a> Matcher<'a> {
    pub fn new(clauses: &'a Clauses<'a>) -> Self {
        let Clauses { text, sentence, groups, mentions, pack, .. } = *clauses;
        let mut features = FxHashSet::default();
        features.extend(sentence.words.iter().map(|&w| Feature::Word(w)));
        features.extend(sentence.classes.iter().map(|&(_, _, c)| Feature::Class(c)));
        features.extend(sentence.preps.iter().flatten().map(|&(_, p)| Feature::Prep(p)));
        features.extend(groups.iter().flat_map(|g| g.forms.iter().map(|f| Feature::Verb(f.lemma))));
        features.extend((0..sentence.len()).filter_map(|i| sentence.punct(text, i).map(|c| Feature::Punct(fold(c)))));
        let types = mentions.iter().fold(Types::default(), |all, m| all.or(m.types));
        Self { clauses, before_org: pack.classes.id("before_org"), features, types }
    }

    /// What stands in the sentence.
    pub fn features(&self) -> impl Iterator<Item = &Feature> {
        self.features.iter()
    }

    /// Whether the sentence holds all that a pattern must find.
    pub fn may_match(&self, needs: &[Needs]) -> bool {
        needs.iter().all(|n| match n {
            Needs::Feature(feature) => self.features.contains(feature),
            Needs::Mention(types) => self.types.meets(*types),
            Needs::OneOf(branches) => branches.iter().any(|needs| self.may_match(needs)),
        })
    }

    /// All matches of a pattern that do not begin inside an earlier one.
    pub fn find(&self, elems: &[Elem]) -> Vec<Match> {
        let mut out = Vec::new();
        let mut at = 0;
        while at < self.clauses.sentence.len() {
            if !self.may_begin(&elems[0], at) {
                at += 1;
                continue;
            }
            let mut state = State { captures: Vec::new(), groups: Vec::new(), steps: 0 };
            if let Some(end) = self.sequence(elems, at, &mut state, &mut |_, end| Some(end)) {
                let end = end.max(at + 1);
                out.push(Match { start: at, end, captures: state.captures, groups: state.groups });
                at = end;
            } else {
                at += 1;
            }
        }
        out
    }

    /// A quick look at the first element, before the whole is tried.
    fn may_begin(&self, first: &Elem, at: usize) -> bool {
        match first {
            Elem::Word(word) => self.clauses.sentence.words[at] == *word,
            Elem::Class(class) => self.clauses.sentence.class_at(at, Some(*class)).is_some(),
            Elem::Prep(prep) => self.clauses.sentence.preps[at].is_some_and(|(_, p)| p == *prep),
            Elem::Start => at <= 3,
            _ => true,
        }
    }

    /// Matches `elems` from `at` and hands the place behind them to `next`.
    fn sequence(
        &self,
        elems: &[Elem],
        at: usize,
        state: &mut State,
        next: &mut dyn FnMut(&mut State, usize) -> Option<usize>,
    ) -> Option<usize> {
        state.steps += 1;
        // A pattern with many gaps could try for ever on a long sentence.
        if state.steps > 4000 {
            return None;
        }
        let Some((first, rest)) = elems.split_first() else { return next(state, at) };
        match first {
            Elem::Start => (at == 0 || self.item_start(at)).then(|| self.sequence(rest, at, state, next)).flatten(),
            Elem::End => (at >= self.clauses.sentence.len() || self.closing(at))
                .then(|| self.sequence(rest, at, state, next))
                .flatten(),
            Elem::Word(word) => (self.clauses.sentence.words.get(at) == Some(word))
                .then(|| self.sequence(rest, at + 1, state, next))
                .flatten(),
            Elem::Punct(c) => (self.clauses.sentence.punct(self.clauses.text, at).is_some_and(|p| fold(p) == fold(*c)))
                .then(|| self.sequence(rest, at + 1, state, next))
                .flatten(),
            Elem::Prep(prep) => {
                let (len, found) = self.clauses.sentence.preps.get(at).copied().flatten()?;
                if found == *prep {
                    return self.sequence(rest, at + len, state, next);
                }
                None
            }
            Elem::Class(class) => {
                let len =
                    self.clauses.sentence.class_at(at, Some(*class)).filter(|_| at < self.clauses.sentence.len())?;
                self.sequence(rest, at + len, state, next)
            }
            Elem::Verb(lemma, mood) => {
                for (number, g) in self.clauses.groups.iter().enumerate() {
                    let starts =
                        g.start <= at && at <= g.main && (at == g.start || at == g.main || self.aux_start(g) == at);
                    if !starts || !g.forms.iter().any(|f| f.lemma == *lemma && mood.is_none_or(|m| m == f.mood)) {
                        continue;
                    }
                    state.groups.push(number);
                    if let Some(end) = self.sequence(rest, g.end, state, next) {
                        return Some(end);
                    }
                    state.groups.pop();
                }
                None
            }
            Elem::Any => (at < self.clauses.sentence.len() && !self.clauses.sentence.is_punct(self.clauses.text, at))
                .then(|| self.sequence(rest, at + 1, state, next))
                .flatten(),
            Elem::Gap { min, max, commas } => {
                for here in at..=at + *max {
                    if here - at >= *min
                        && let Some(end) = self.sequence(rest, here, state, next)
                    {
                        return Some(end);
                    }
                    if here >= self.clauses.sentence.len() {
                        break;
                    }
                    if let Some(c) = self.clauses.sentence.punct(self.clauses.text, here) {
                        let passes = matches!(c, '«' | '»' | '“' | '”' | '"' | '\'' | '’' | '%' | '$' | '-')
                            || *commas && matches!(c, ',' | '(' | ')' | '–' | '—');
                        if !passes {
                            break;
                        }
                    }
                }
                None
            }
            Elem::Choice { branches, optional } => {
                for branch in branches {
                    let saved = (state.captures.len(), state.groups.len());
                    let found = self.sequence(branch, at, state, &mut |state: &mut State, end| {
                        self.sequence(rest, end, state, next)
                    });
                    if found.is_some() {
                        return found;
                    }
                    state.captures.truncate(saved.0);
                    state.groups.truncate(saved.1);
                }
                if *optional { self.sequence(rest, at, state, next) } else { None }
            }
            Elem::Capture { slot, types } => self.capture(*slot, *types, at, rest, state, next),
            Elem::Text(slot) => {
                let mut end = at;
                while end < self.clauses.sentence.len() && end - at < 12 && !self.clause_end(end) {
                    end += 1;
                }
                // Longest first when nothing follows, shortest first otherwise.
                let ends: Vec<usize> =
                    if rest.is_empty() { (at + 1..=end).rev().collect() } else { (at + 1..=end).collect() };
                for end in ends {
                    if let Some(slot) = slot {
                        state.captures.push((*slot, Captured::Text(at, end)));
                    }
                    if let Some(done) = self.sequence(rest, end, state, next) {
                        return Some(done);
                    }
                    if slot.is_some() {
                        state.captures.pop();
                    }
                }
                None
            }
        }
    }

    fn capture(
        &self,
        slot: Option<Slot>,
        types: Types,
        at: usize,
        rest: &[Elem],
        state: &mut State,
        next: &mut dyn FnMut(&mut State, usize) -> Option<usize>,
    ) -> Option<usize> {
        // Articles and the noun that announces a name are skipped ("la startup Corvanta").
        let mut starts = [at; 8];
        let mut count = 1;
        let mut here = at;
        let mut noun = None;
        while let Some(len) = self.clauses.sentence.class_at(here, self.clauses.classes.det).filter(|_| here < at + 3) {
            here += len;
            starts[count] = here;
            count += 1;
        }
        for _ in 0..2 {
            let Some(len) = self
                .clauses
                .sentence
                .class_at(here, self.clauses.classes.org_noun)
                .or_else(|| self.clauses.sentence.class_at(here, self.clauses.classes.rival))
                .or_else(|| self.clauses.sentence.class_at(here, self.clauses.classes.person_noun))
                .or_else(|| self.clauses.sentence.class_at(here, self.before_org))
            else {
                break;
            };
            noun = noun.or(Some(here));
            here += len;
            starts[count] = here;
            count += 1;
        }
        // "la plateforme de données sur les salaires Corvanta": the name that closes the phrase of the noun.
        let closing = noun.and_then(|noun| {
            self.clauses.mentions.iter().position(|m| m.head == noun && m.head < m.start && m.types.meets(types))
        });
        if let Some(number) = closing {
            state.captures.extend(slot.map(|slot| (slot, Captured::Mention(number))));
            if let Some(done) = self.sequence(rest, self.clauses.mentions[number].end, state, next) {
                return Some(done);
            }
            if slot.is_some() {
                state.captures.pop();
            }
        }
        for &start in starts[..count].iter().rev() {
            // Mentions stand in order of their first token.
            let from = self.clauses.mentions.partition_point(|m| m.start < start);
            for (number, m) in self.clauses.mentions.iter().enumerate().skip(from).take_while(|(_, m)| m.start == start)
            {
                if !m.types.meets(types) || !code_fits(m, slot, types) {
                    continue;
                }
                if let Some(slot) = slot {
                    state.captures.push((slot, Captured::Mention(number)));
                }
                if let Some(done) = self.sequence(rest, m.end, state, next) {
                    return Some(done);
                }
                if slot.is_some() {
                    state.captures.pop();
                }
            }
        }
        None
    }

    fn aux_start(&self, g: &VerbGroup) -> usize {
        (g.start..=g.main)
            .find(|&i| !self.clauses.pack.verbs.forms(self.clauses.sentence.words[i]).is_empty())
            .unwrap_or(g.start)
    }

    /// Behind a bullet or an opening quote at the start.
    fn item_start(&self, at: usize) -> bool {
        at <= 3
            && (0..at).all(|i| {
                self.clauses.sentence.is_punct(self.clauses.text, i)
                    || self.clauses.sentence.tokens[i].shape == mercato_pack::token::Shape::Number
            })
    }

    fn closing(&self, at: usize) -> bool {
        (at..self.clauses.sentence.len()).all(|i| self.clauses.sentence.is_punct(self.clauses.text, i))
    }

    fn clause_end(&self, at: usize) -> bool {
        matches!(
            self.clauses.sentence.punct(self.clauses.text, at),
            Some(',' | ';' | ':' | '.' | '(' | ')' | '–' | '—' | '?' | '!' | '»' | '”')
        )
    }
}

/// A code mention fills only the slot that its code belongs to.
fn code_fits(m: &Mention, slot: Option<Slot>, types: Types) -> bool {
    match (&m.what, slot) {
        (What::Code(code_slot, _), Some(slot)) => *code_slot == slot,
        (What::Code(..), None) => types.meets(Types::CODE),
        _ => true,
    }
}

struct State {
    captures: Vec<(Slot, Captured)>,
    groups: Vec<usize>,
    steps: usize,
}
