//! Verbs without a subject of their own, and pronouns that hang on them.

use super::*;

impl Extractor<'_> {
    /// A pronoun beside the verb stands for its object ("lo ha assunto").
    pub(super) fn clitic_object(&self, group: &VerbGroup) -> bool {
        let s = self.clauses.sentence;
        let c = self.clauses.classes;
        // "Ha registrato l'uscita", "avviare la sua startup": behind the verb an article belongs to the next word.
        // "Will succeed her.": a pronoun where no noun follows.
        let alone = |i: usize| i + 1 >= s.len() || s.is_punct(self.clauses.text, i + 1) || s.preps[i + 1].is_some();
        let article = |i: usize| {
            i == group.end
                && (!alone(i) || self.pack().infinitive.is_empty())
                && (s.word(self.clauses.text, i).ends_with(['\'', '’'])
                    || s.tokens[i].spaced && s.class_at(i, c.det).is_some())
        };
        (group.start..(group.end + 1).min(s.len()))
            .filter(|&i| !article(i))
            .any(|i| [c.him, c.her, c.them].iter().any(|&class| s.class_at(i, class).is_some()))
    }

    /// Whether a verb is the speaker's: in the first person, or hanging on one that is ("I'm thrilled to be joining").
    pub(super) fn speaks(&self, number: usize) -> bool {
        let first = |g: &VerbGroup| {
            g.first_person()
                || g.start > 0 && self.clauses.sentence.in_class(g.start - 1, self.clauses.classes.first_person)
        };
        let group = &self.clauses.groups[number];
        if first(group) {
            return true;
        }
        let Some(outer) = number.checked_sub(1).map(|n| &self.clauses.groups[n]) else { return false };
        let near = outer.end <= group.start && group.start - outer.end <= 4;
        let clear = (outer.end..group.start).all(|i| !self.clauses.sentence.is_punct(self.clauses.text, i))
            && !self
                .clauses
                .mentions
                .iter()
                .any(|m| m.start >= outer.end && m.end <= group.start && m.types.meets(Types::PER.or(Types::ORG)));
        !group.plainly_finite() && near && clear && first(outer)
    }

    /// A finite verb without a subject, in a language that allows it.
    pub(super) fn zero_subject(&self, group: &VerbGroup, number: usize) -> bool {
        self.pack().pro_drop
            && group.relative.is_none()
            && !self.clauses.anybody(number)
            && !self.other_subject(group)
            && (group.is_finite() && group.head.iter().any(|f| f.person != 1 && f.person != 2)
                || self.clauses.governor(number).is_some() && (group.start < 4 || self.opens_without_subject(number)))
    }

    /// "Tuttavia, ha scelto di lasciare F": the verb on which an infinitive hangs opens the sentence, and nobody before it.
    pub(super) fn opens_without_subject(&self, number: usize) -> bool {
        let (mut top, mut steps) = (number, 0);
        while let Some((outer, _)) = self.clauses.governor(top).filter(|_| steps < 3) {
            (top, steps) = (outer, steps + 1);
        }
        let g = &self.clauses.groups[top];
        (g.have || g.plainly_finite())
            && g.start < 4
            && g.head.iter().all(|f| f.person == 3 || f.person == 0)
            && !self.other_subject(g)
            && !self.clauses.mentions.iter().any(|m| m.start < g.start && !matches!(m.what, What::Date { .. }))
    }

    /// "Una piccola parte arriva da F": a noun phrase before the verb is its subject, whatever it names.
    pub(super) fn other_subject(&self, group: &VerbGroup) -> bool {
        let (s, classes) = (self.clauses.sentence, self.clauses.classes);
        let plain = |at: usize| s.tokens[at].shape == Shape::Lower && s.preps[at].is_none();
        let Some(noun) = group.start.checked_sub(1).filter(|&at| plain(at)) else { return false };
        let small = |at: usize| s.class_at(at, classes.det).is_some() || s.class_at(at, classes.adverb).is_some();
        let spoken = s.class_at(noun, classes.subordinator).is_some()
            || s.class_at(noun, classes.and).is_some()
            || s.class_at(noun, classes.neg).is_some()
            || small(noun)
            || self.clauses.mentions.iter().any(|m| m.start <= noun && noun < m.end);
        // "La settimana scorsa lascia F": when it happens.
        let time = |at: usize| s.class_at(at, classes.duration).is_some();
        let article = (noun.saturating_sub(2)..noun).rev().find(|&at| s.class_at(at, classes.det).is_some());
        let Some(article) = article.filter(|_| !spoken) else { return false };
        let governed = article > 0 && (s.preps[article - 1].is_some() || s.preps[article].is_some());
        (article + 1..=noun).all(|at| plain(at) && !time(at)) && !governed
    }
}
