//! Verb groups and what stands around them: voice, mood, negation, subject, object, prepositional phrases, government.

mod arguments;
mod aside;
mod govern;
mod group;
mod subject;

pub(crate) use group::{VerbGroup, groups};

use mercato_pack::Pack;

use crate::mention::{Classes, Mention};
use crate::sentence::Sentence;

/// How an argument was found: the further from plain, the less sure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Via {
    Direct,
    Relative,
    Inverted,
    /// The subject of the verb group before it.
    Shared,
    Pronoun,
    /// No subject in the sentence.
    Zero,
}

impl Via {
    /// Factor on the score of a claim.
    pub fn trust(self) -> f64 {
        match self {
            Self::Direct => 1.0,
            Self::Relative => 0.98,
            Self::Inverted => 0.93,
            Self::Shared => 0.92,
            Self::Pronoun => 0.85,
            Self::Zero => 0.78,
        }
    }
}

/// A found argument.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arg {
    pub mention: usize,
    pub via: Via,
}

/// Looks for arguments in one sentence.
pub(crate) struct Clauses<'a> {
    pub text: &'a str,
    pub sentence: &'a Sentence,
    pub pack: &'a Pack,
    pub classes: &'a Classes,
    pub mentions: &'a [Mention],
    pub groups: &'a [VerbGroup],
}

impl Clauses<'_> {
    /// The code mention of the wanted slot among those that stand at the same words.
    pub fn same_place(&self, mention: usize, ok: impl Fn(usize) -> bool) -> Option<usize> {
        if ok(mention) {
            return Some(mention);
        }
        let m = &self.mentions[mention];
        self.mentions.iter().enumerate().find(|(n, o)| o.start >= m.start && o.end <= m.end && ok(*n)).map(|(n, _)| n)
    }

    /// "Corvanta's": a possessor is no subject and no object.
    pub fn possessor(&self, m: &Mention) -> bool {
        m.end < self.sentence.len()
            && !self.sentence.tokens[m.end].spaced
            && matches!(self.sentence.word(self.text, m.end), "'s" | "’s" | "'" | "’")
    }

    /// Words for a time to come ("a fine anno") beside a verb that ends at a place, no other finite verb between.
    pub fn says_ahead(&self, end: usize) -> bool {
        let Some(class) = self.classes.ahead else { return false };
        (0..self.sentence.len()).filter(|&i| self.sentence.class_at(i, Some(class)).is_some()).any(|at| {
            let (from, to) = (at.min(end), at.max(end));
            at.abs_diff(end) <= 12
                && !(from..to).any(|i| matches!(self.sentence.punct(self.text, i), Some(';' | ':')))
                && self.groups.iter().filter(|g| g.is_finite() && g.start >= from && g.end <= to).count()
                    <= usize::from(at < end)
        })
    }

    fn genitive(&self, m: &Mention) -> bool {
        m.prep.is_some_and(|p| self.pack.genitive.contains(&p))
    }

    fn coordinated(&self, from: usize, to: usize) -> bool {
        (from..to).any(|i| {
            self.sentence.class_at(i, self.classes.and).is_some() || self.sentence.punct(self.text, i) == Some(',')
        })
    }
}
