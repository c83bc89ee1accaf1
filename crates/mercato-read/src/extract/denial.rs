//! Denials that stand elsewhere than right before the verb: a state that has ended, a refusal, nobody.

use super::*;

impl Extractor<'_> {
    /// "ne travaille plus", "no longer works": a state that has ended.
    pub(super) fn no_longer(&self, group: usize) -> bool {
        let (s, c, g) = (self.clauses.sentence, self.clauses.classes, &self.clauses.groups[group]);
        let denied = g.negated || (g.start.saturating_sub(3)..g.main).any(|i| s.in_class(i, c.neg_mark));
        // "il ne reste plus que deux": what is left, not what has ended.
        let only = self.pack().classes.id("restrictive");
        denied
            && (g.start..(g.end + 2).min(s.len())).any(|i| s.class_at(i, c.no_longer).is_some())
            && !(g.end..(g.end + 8).min(s.len())).any(|i| s.class_at(i, only).is_some())
    }

    /// "A dit non": the word of refusal stands behind the verb, no negation before it.
    pub(super) fn says_no(&self, group: usize, end: usize) -> bool {
        let (s, c, g) = (self.clauses.sentence, self.clauses.classes, &self.clauses.groups[group]);
        let denied = (g.start.saturating_sub(2)..g.main).any(|i| s.in_class(i, c.neg_mark) || s.in_class(i, c.neg));
        !denied && (g.end..end).any(|i| s.in_class(i, c.neg))
    }

    /// "nessun ricercatore": a negated quantifier right before.
    pub(super) fn no_one(&self, mention: usize) -> bool {
        let m = &self.clauses.mentions[mention];
        // "None of Corvanta's founders": before their firm.
        let owner = m.owner.map(|o| self.clauses.mentions[o].phrase_start).filter(|&at| at < m.start);
        let first = owner.map_or(m.phrase_start, |at| at.min(m.phrase_start));
        (first..m.start).any(|i| self.clauses.sentence.class_at(i, self.clauses.classes.no_one).is_some())
            || first > 0 && self.clauses.sentence.in_class(first - 1, self.clauses.classes.no_one)
    }
}
