//! What hangs on a verb group: objects, antecedents of object relatives, prepositional phrases, and where they end.

use std::collections::BTreeMap;

use mercato_model::{Kind, Slot};
use mercato_pack::pattern::{PrepId, Types};

use super::{Arg, Clauses, Via};
use crate::extract::Filler;
use crate::mention::{Mention, What};

impl Clauses<'_> {
    /// Where the arguments right of a group end: the next verb group, a semicolon, a colon.
    pub fn right_limit(&self, group: usize) -> usize {
        let g = &self.groups[group];
        let next = self
            .groups
            .iter()
            .filter(|n| n.start >= g.end)
            // A participle behind a noun is an adjective of it ("il gruppo guidato da"): it ends the clause as well.
            .map(|n| n.start)
            .min()
            .unwrap_or(self.sentence.len());
        let mut at = g.end;
        while at < next {
            if matches!(self.sentence.punct(self.text, at), Some(';' | ':' | '–' | '—' | '?' | '!'))
                || self.sentence.in_class(at, self.classes.relative) && at > g.end && self.followed_by_verb(at)
                || self.sentence.class_at(at, self.classes.subordinator).is_some() && at > g.end
            {
                return at;
            }
            at += 1;
        }
        next
    }

    fn followed_by_verb(&self, at: usize) -> bool {
        self.groups.iter().any(|g| g.relative == Some(at))
    }

    /// The direct object right of a group, of one of the given types.
    /// `from`: where the verb with its particles ends.
    pub fn object(&self, group: usize, types: Types, from: usize) -> Option<Arg> {
        let limit = self.right_limit(group).max(from);
        let limit = if limit == from && limit < self.sentence.len() { self.limit_from(from) } else { limit };
        let mut first = true;
        for (number, m) in self.mentions.iter().enumerate() {
            if m.start < from || m.start >= limit || matches!(m.what, What::Code(..)) && !types.meets(Types::CODE) {
                continue;
            }
            // A preposition that belongs to the verb ("portare via X", "citare in giudizio X") governs nothing.
            let direct = m.prep.is_none() || m.phrase_start < from;
            // "raided Helvion's office" names no firm as its object; "Helvion's vision team" does.
            let people = |o: &Mention| {
                o.start > m.end
                    && o.start <= m.end + 3
                    && (o.types.meets(Types::UNIT.or(Types::GROUP).or(Types::COUNT)) || o.what == What::Role)
            };
            if self.possessor(m) && !self.mentions.iter().any(people) {
                first = false;
                continue;
            }
            if m.types.meets(types) && direct && !self.comma_apart(from, m.phrase_start.max(from), m) {
                return Some(Arg { mention: number, via: Via::Direct });
            }
            // "ha lasciato il team di ricerca di Apple": the firm in the genitive of the object.
            if m.types.meets(types)
                && first
                && self.genitive(m)
                && m.types.meets(Types::ORG.or(Types::UNIT))
                && self.noun_phrase_between(from, m)
            {
                return Some(Arg { mention: number, via: Via::Direct });
            }
            if !matches!(m.what, What::Role | What::Date { .. } | What::Code(..)) {
                first = false;
            }
        }
        None
    }

    /// The antecedent of an object relative: "P, que T a recruté", "P, whom T hired": a relative pronoun right before the
    /// subject (or before the verb, when the subject follows it).
    pub fn relative_object(&self, group: usize, types: Types) -> Option<Arg> {
        let g = &self.groups[group];
        let subject = self
            .mentions
            .iter()
            .rposition(|m| m.end == g.start && m.prep.is_none() && m.types.meets(Types::ORG.or(Types::PER)))?;
        let start = self.mentions[subject].phrase_start;
        let before = start.checked_sub(1)?;
        let object = self.sentence.in_class(before, self.pack.classes.id("relative_object"))
            || self.sentence.in_class(before, self.classes.relative);
        if !object {
            return None;
        }
        let antecedent = self.antecedent(before, types)?;
        // The antecedent stands right before the pronoun or behind its own apposition.
        let near = before - self.mentions[antecedent].end <= 8;
        near.then_some(Arg { mention: antecedent, via: Via::Relative })
    }

    /// The name of a fair or a conference.
    pub fn is_event(&self, m: &Mention) -> bool {
        let event = |at: usize| self.sentence.in_class(at, self.classes.event);
        matches!(m.what, What::Entity { .. }) && [m.start, m.end - 1, m.end].into_iter().any(event)
    }

    /// Only an article and plain words, no other preposition, between a verb and a genitive.
    fn noun_phrase_between(&self, from: usize, m: &Mention) -> bool {
        let start = m.phrase_start;
        start > from
            && (from..start).all(|i| {
                self.sentence.preps[i].is_none_or(|(_, p)| self.pack.genitive.contains(&p))
                    && self.sentence.punct(self.text, i).is_none()
            })
            && (from..start).any(|i| {
                self.sentence.class_at(i, self.classes.unit_noun).is_some()
                    || self.mentions.iter().any(|r| r.what == What::Role && r.start <= i && i < r.end)
            })
    }

    /// A comma stands between, and it is not that of a list or of a title before a name ("il nuovo capo, X").
    fn comma_apart(&self, from: usize, to: usize, m: &Mention) -> bool {
        (from..to).any(|i| {
            self.sentence.punct(self.text, i) == Some(',')
                && !(m.types.meets(Types::PER)
                    && self
                        .mentions
                        .iter()
                        .any(|r| r.what == What::Role && r.start >= from && r.end <= i && i - r.end <= 3))
        }) && m.list.is_empty()
    }

    /// Where the arguments end that stand behind a place, whatever verb they belong to.
    fn limit_from(&self, from: usize) -> usize {
        let next = self.groups.iter().filter(|n| n.start >= from).map(|n| n.start).min().unwrap_or(self.sentence.len());
        (from..next)
            .find(|&at| matches!(self.sentence.punct(self.text, at), Some(';' | ':' | '–' | '—' | '?' | '!')))
            .unwrap_or(next)
    }

    /// Mentions behind a preposition, right of a group within its clause or fronted at the start of the sentence.
    /// `used`: slots already filled, whose mentions are not taken twice.
    pub fn prepositional(
        &self,
        group: usize,
        prep: PrepId,
        types: Types,
        from: usize,
        used: &BTreeMap<Slot, Filler>,
    ) -> Option<Arg> {
        // "after five years at X" tells where somebody was, not where somebody goes.
        let stay =
            |m: &Mention| m.phrase_start > 0 && self.sentence.in_class(m.phrase_start - 1, self.classes.duration);
        let free = |n: usize| !used.values().any(|f| *f == Filler::Mention(n)) && !stay(&self.mentions[n]);
        let g = &self.groups[group];
        let limit = if from > g.end { self.limit_from(from) } else { self.right_limit(group) };
        let resumed = self.behind_relative(g.end, limit);
        let right = self.mentions.iter().enumerate().find(|(n, m)| {
            m.start >= g.end
                && (m.start < limit || resumed == Some(m.phrase_start))
                && m.prep == Some(prep)
                && m.types.meets(types)
                && free(*n)
                && self.hangs_on_verb(from, m)
        });
        if let Some((number, _)) = right {
            return Some(Arg { mention: number, via: Via::Direct });
        }
        let cleft = self.cleft(group).filter(|&n| {
            let m = &self.mentions[n];
            m.prep == Some(prep) && m.types.meets(types) && free(n)
        });
        if let Some(mention) = cleft {
            return Some(Arg { mention, via: Via::Inverted });
        }
        let fronted = self.mentions.iter().enumerate().find(|(n, m)| {
            free(*n)
                && m.end <= g.start
                && m.prep == Some(prep)
                && m.types.meets(types)
                && (m.phrase_start == 0 || self.sentence.is_punct(self.text, m.phrase_start - 1))
                && !self.groups.iter().any(|o| o.start >= m.end && o.end <= g.start && o.is_finite())
        });
        // "worked for F before moving": what opens the clause of the verb parts it from the phrase.
        let opens = |i: usize| {
            self.sentence.preps[i].is_some() || self.sentence.class_at(i, self.classes.subordinator).is_some()
        };
        // Between subject and verb, or behind an auxiliary: "in Apple era entrato", "da Meta sarebbe passato".
        let close = || {
            self.mentions.iter().enumerate().rev().find(|(n, m)| {
                free(*n)
                    && m.end <= g.start
                    && g.start - m.end <= 1
                    && (m.end..g.start).all(|i| self.sentence.punct(self.text, i).is_none() && !opens(i))
                    && m.prep == Some(prep)
                    && m.types.meets(types)
                    && m.phrase_start > 0
            })
        };
        fronted.or_else(close).map(|(number, _)| Arg { mention: number, via: Via::Inverted })
    }

    /// Whether a prepositional phrase right of a verb is the verb's: not that of a noun before it ("after the farewell to
    /// F"), of an apposition ("P, once at F", "people, all bound for F").
    fn hangs_on_verb(&self, from: usize, m: &Mention) -> bool {
        let (s, start) = (self.sentence, m.phrase_start);
        if start <= from {
            return true;
        }
        let of_noun = (from + 1..start).any(|i| {
            self.pack
                .noun_rules
                .at(&s.words[i..])
                .any(|(len, &rule)| i + len == start && self.pack.rules[rule].kind == Some(Kind::Move))
                && (from.max(i.saturating_sub(3))..i).any(|k| s.preps[k].is_some())
        });
        let former = s.in_class(start - 1, self.classes.former);
        let comma = (from..start).rev().find(|&i| s.punct(self.text, i) == Some(','));
        // "P and Q, the former to F": those who move again, not somebody else.
        let again = |at: usize| {
            [self.classes.the_first, self.classes.the_second, self.classes.both]
                .iter()
                .any(|&class| s.class_at(at, class).is_some())
        };
        !of_noun && !former && comma.is_none_or(|comma| again(comma + 1) || self.aside(comma + 1, start))
    }

    /// Where a clause goes on behind a relative clause set off by commas: "left F, where she ran chips, | for T".
    fn behind_relative(&self, from: usize, limit: usize) -> Option<usize> {
        let s = self.sentence;
        let verb = self.groups.iter().find(|g| g.start >= limit)?;
        let open = (from..=limit).rev().find(|&i| s.punct(self.text, i) == Some(','))?;
        let opens = [self.classes.relative, self.classes.relative_object, self.classes.subordinator]
            .iter()
            .any(|&class| s.class_at(open + 1, class).is_some());
        let close = (verb.end..s.len()).find(|&i| s.punct(self.text, i) == Some(','))?;
        let only = !self.groups.iter().any(|g| g.start >= verb.end && g.start < close);
        (opens && only).then_some(close + 1)
    }
}
