//! Government: the verb that an infinitive or gerund depends on.

use mercato_pack::pattern::Types;
use mercato_pack::verbs::{LemmaId, Mood};

use super::{Clauses, VerbGroup};

/// How far before its infinitive a governing noun stands, in tokens.
const NOUN_REACH: usize = 10;

/// A noun that governs an infinitive.
pub(crate) struct NounGovernor {
    /// Index among the governors of the pack.
    pub governor: usize,
    /// Tokens of the noun.
    start: usize,
    end: usize,
    /// First token of the link to the infinitive.
    link: usize,
}

impl Clauses<'_> {
    /// The verb group that governs a non-finite one: directly before it, over a link word and the governor's own object.
    pub fn governor(&self, group: usize) -> Option<(usize, usize)> {
        let g = &self.groups[group];
        let marked = g.start > 0 && self.pack.infinitive.contains(&self.sentence.words[g.start - 1]);
        let non_finite =
            g.forms.iter().any(|f| matches!(f.mood, Mood::Infinitive | Mood::Gerund)) && !g.plainly_finite();
        // "is said to have left": a perfect infinitive.
        let perfect = g.have && (marked || g.head.iter().all(|f| f.mood == Mood::Infinitive));
        if !non_finite && !perfect {
            return None;
        }
        let before = self.groups[..group].iter().rposition(|e| e.end <= g.start)?;
        let e = &self.groups[before];
        let between = e.end..g.start;
        let barrier = between.clone().any(|i| {
            matches!(self.sentence.punct(self.text, i), Some(';' | ':' | '('))
                || self.sentence.class_at(i, self.classes.subordinator).is_some_and(|len| i + len == g.start)
        });
        if barrier {
            return None;
        }
        if non_finite && self.joined_infinitives(e, g) {
            return self.governor(before);
        }
        let lemmas: Vec<LemmaId> = e.forms.iter().map(|f| f.lemma).collect();
        // The longest link says most: "fare di tutto per" before the bare causative.
        let mut best: Option<(usize, usize)> = None;
        for (at, gov) in self.pack.cues.governors.iter().enumerate() {
            if gov.lemmas.iter().any(|l| lemmas.contains(l))
                && let Some(len) = self.link(&gov.links, e.end, g.start)
                && best.is_none_or(|(_, longest)| len > longest)
            {
                best = Some((at, len));
            }
        }
        best.map(|(at, _)| (before, at))
    }

    /// "Plans to leave F and | join T": an infinitive in one breath with the one before it.
    fn joined_infinitives(&self, first: &VerbGroup, second: &VerbGroup) -> bool {
        let infinitive = |g: &VerbGroup| g.forms.iter().any(|f| f.mood == Mood::Infinitive);
        let small = |i: usize| {
            self.sentence.preps[i].is_some()
                || self.pack.infinitive.contains(&self.sentence.words[i])
                || self.sentence.in_class(i, self.classes.adverb)
        };
        let and = (second.start.saturating_sub(3)..second.start)
            .rev()
            .find(|&i| self.sentence.class_at(i, self.classes.and).is_some() || !small(i));
        infinitive(first)
            && infinitive(second)
            && !first.is_finite()
            && and.is_some_and(|i| i >= first.end && self.sentence.class_at(i, self.classes.and).is_some())
    }

    /// The noun that governs an infinitive: "the decision of X to leave", "la decisione di lasciare".
    pub fn noun_governor(&self, group: usize) -> Option<NounGovernor> {
        let (s, g) = (self.sentence, &self.groups[group]);
        if g.plainly_finite() || !g.forms.iter().any(|f| f.mood == Mood::Infinitive) {
            return None;
        }
        let floor = self.groups[..group].iter().map(|e| e.end).filter(|&end| end <= g.start).max().unwrap_or(0);
        for (at, gov) in self.pack.cues.governors.iter().enumerate().filter(|(_, gov)| !gov.nouns.is_empty()) {
            let Some(link) = gov
                .links
                .iter()
                .filter(|link| g.start >= floor + link.len() && s.words[g.start - link.len()..g.start] == link[..])
                .map(Vec::len)
                .max()
            else {
                continue;
            };
            let end = g.start - link;
            let noun = (floor.max(end.saturating_sub(NOUN_REACH))..end).rev().find_map(|start| {
                let noun = gov.nouns.iter().find(|noun| s.words[start..end].starts_with(noun))?;
                Some((start, start + noun.len()))
            });
            if let Some((start, noun_end)) = noun {
                return Some(NounGovernor { governor: at, start, end: noun_end, link: end });
            }
        }
        None
    }

    /// Whose decision it is: the person in the genitive or behind "by" between the noun and its infinitive, or before its
    /// possessive mark.
    pub fn holder(&self, noun: &NounGovernor, types: Types) -> Option<usize> {
        let behind = self.mentions.iter().position(|m| {
            m.start >= noun.end
                && m.end <= noun.link
                && m.types.meets(types)
                && m.prep.is_some_and(|p| self.pack.genitive.contains(&p) || self.pack.agent.contains(&p))
        });
        behind.or_else(|| {
            self.mentions.iter().position(|m| {
                m.types.meets(types) && self.possessor(m) && m.end < noun.start && noun.start - m.end <= 3
            })
        })
    }

    /// The length of the longest link of a governor that stands between two places; none when none does.
    fn link(&self, links: &[Vec<u32>], from: usize, to: usize) -> Option<usize> {
        if links.is_empty() {
            return Some(0);
        }
        // "lavora per anni prima di entrare": the preposition right before the verb is the link, or there is none.
        let closing = (from..to).any(|i| self.sentence.preps[i].is_some_and(|(len, _)| i + len == to));
        let linked =
            |link: &[u32], i: usize| self.sentence.words[i..].starts_with(link) && (!closing || i + link.len() == to);
        // A contracted link ("d'", "to") may stand inside the group's own clitics.
        links.iter().filter(|link| link.is_empty() || (from..to).any(|i| linked(link, i))).map(Vec::len).max()
    }
}
