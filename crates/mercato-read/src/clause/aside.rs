//! What may stand between the parts of a clause without being one of them: commas, adverbs, dates, sources, prepositional phrases.

use mercato_pack::cues::Attribution;
use mercato_pack::token::Shape;

use super::Clauses;
use crate::mention::What;

/// How far before its verb a relative pronoun is looked for, in tokens.
const REACH: usize = 16;

impl Clauses<'_> {
    /// The relative pronoun that opens the clause of a verb group which begins at `start`, behind the verb that ends at
    /// `floor`: "who left", "who, with A and B, has left".
    pub(super) fn relative_before(&self, start: usize, floor: usize) -> Option<usize> {
        if start == 0 {
            return None;
        }
        if self.sentence.in_class(start - 1, self.classes.relative) {
            return Some(start - 1);
        }
        let relative = (floor.max(start.saturating_sub(REACH))..start)
            .rev()
            .find(|&i| self.sentence.in_class(i, self.classes.relative))?;
        self.aside(relative + 1, start).then_some(relative)
    }

    /// Whether only asides stand between two places.
    pub(super) fn aside(&self, from: usize, to: usize) -> bool {
        let s = self.sentence;
        let mut at = from;
        while at < to {
            let date = self.mentions.iter().find(|m| m.start == at && matches!(m.what, What::Date { .. }));
            at = if s.punct(self.text, at) == Some(',') {
                at + 1
            } else if let Some(len) = s.class_at(at, self.classes.adverb) {
                at + len
            } else if let Some(len) = self.source_opens(at) {
                let behind = at + len;
                (behind..to).find(|&i| s.punct(self.text, i) == Some(',')).unwrap_or(to)
            } else if let Some(len) = s.preps[at].map(|(len, _)| len).or(s.class_at(at, self.classes.with)) {
                self.phrase(at + len)
            } else if let Some(date) = date {
                date.end
            } else {
                return false;
            };
        }
        at == to
    }

    /// The length of words at a place behind which a source is named ("according to").
    fn source_opens(&self, at: usize) -> Option<usize> {
        let (len, meaning) = self.pack.cues.attribution.longest(&self.sentence.words[at..])?;
        (*meaning == Attribution::Before).then_some(len)
    }

    /// The end of the noun phrase behind a preposition.
    fn phrase(&self, from: usize) -> usize {
        let s = self.sentence;
        let mut at = from;
        while at < s.len() && s.class_at(at, self.classes.det).is_some() {
            at += 1;
        }
        let named = self
            .mentions
            .iter()
            .filter(|m| m.start == at && !matches!(m.what, What::Role | What::Code(..)))
            .max_by_key(|m| m.end);
        if let Some(m) = named {
            return m.list.iter().map(|&i| self.mentions[i].end).max().unwrap_or(0).max(m.end);
        }
        // A noun with at most one adjective.
        at += 1;
        let adjective = at < s.len()
            && s.tokens[at].shape == Shape::Lower
            && s.preps[at].is_none()
            && !s.classes.iter().any(|&(start, len, _)| start <= at && at < start + len);
        at + usize::from(adjective)
    }
}
