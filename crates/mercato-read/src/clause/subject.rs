//! Who does it: the subject of a verb group, the antecedent of a relative.

use mercato_pack::pattern::Types;
use mercato_pack::verbs::Mood;

use super::{Arg, Clauses, Via};
use crate::mention::{Mention, Refer, What};

impl Clauses<'_> {
    /// The subject of a group, of one of the given types.
    pub fn subject(&self, group: usize, types: Types) -> Option<Arg> {
        self.subject_depth(group, types, 0)
    }

    fn subject_depth(&self, group: usize, types: Types, depth: usize) -> Option<Arg> {
        if depth > 6 {
            return None;
        }
        let g = &self.groups[group];
        // "A lasciare Helvion è stata X": a cleft infinitive takes the subject behind the copula.
        if g.start <= 1 && !g.is_finite() && group + 1 < self.groups.len() {
            let copula = &self.groups[group + 1];
            if copula.forms.iter().any(|f| self.pack.cues.be.contains(&f.lemma)) && copula.start <= g.end + 5 {
                return self.inverted(group + 1, types);
            }
        }
        // "Having hired X, T now ...": a participle that opens the sentence takes the subject of the main verb.
        if g.start <= 1 && !g.plainly_finite() && g.forms.iter().all(|f| !f.mood.is_finite())
            || g.start <= 1 && g.head.iter().all(|f| f.mood == Mood::Gerund)
        {
            let main = (group + 1..self.groups.len())
                .find(|&n| self.groups[n].plainly_finite() && self.groups[n].relative.is_none());
            if let Some(main) = main {
                return self.subject_depth(main, types, depth + 1).map(|a| Arg { via: Via::Shared, ..a });
            }
        }
        if let Some(relative) = g.relative {
            return self.antecedent(relative, types).map(|mention| Arg { mention, via: Via::Relative });
        }
        if types.meets(Types::COUNT)
            && let Some(number) = self.mentions.iter().position(|m| {
                m.end == g.start
                    && matches!(m.what, What::Number(b) if b.min.is_some_and(|n| n.fract() == 0.0 && n < 1e5))
                    && m.prep.is_none()
            })
        {
            return Some(Arg { mention: number, via: Via::Direct });
        }
        let mut at = g.start;
        let mut crossed_comma = false;
        while at > 0 {
            let b = at - 1;
            // A mention that ends here.
            if let Some(number) = self.mention_ending(at, types) {
                let m = &self.mentions[number];
                // "un rapport sur X, chef de Y, quitte": set off by commas, the name before an apposition is the subject.
                let set_off = self.sentence.punct(self.text, m.end) == Some(',')
                    && g.start > 0
                    && self.sentence.punct(self.text, g.start - 1) == Some(',');
                let free = m.prep.is_none() || self.partitive(m) || set_off && m.types.meets(Types::PER);
                if free && !self.is_object_of_earlier(group, number) {
                    // "X, Y et Z, trois chercheurs de premier plan, ont quitté": an apposition speaks of the names before it.
                    let number = self.apposed_names(number, types).unwrap_or(number);
                    let m = &self.mentions[number];
                    let via = if matches!(m.what, What::Refer(Refer::He | Refer::She | Refer::They)) {
                        Via::Pronoun
                    } else {
                        Via::Direct
                    };
                    return Some(Arg { mention: number, via });
                }
                at = m.phrase_start.min(m.start);
                if at == 0 {
                    break;
                }
                continue;
            }
            if let Some(earlier) = self.groups.iter().position(|e| e.end == at && e.end <= g.start) {
                let e = &self.groups[earlier];
                // A closed relative clause or a participle is skipped; a finite verb before shares its subject.
                if let Some(relative) = e.relative {
                    at = relative;
                    continue;
                }
                if !e.is_finite() {
                    at = e.start;
                    continue;
                }
                let coordinated = self.coordinated(e.end, g.start);
                if coordinated || !g.is_finite() || crossed_comma {
                    return self.subject_depth(earlier, types, depth + 1).map(|a| Arg {
                        mention: a.mention,
                        via: if a.via == Via::Pronoun { a.via } else { Via::Shared },
                    });
                }
                return None;
            }
            match self.sentence.punct(self.text, b) {
                Some(';' | '–' | '—') => break,
                Some(':') if b > 0 => break,
                Some(',') => crossed_comma = true,
                _ => {}
            }
            if self.sentence.in_class(b, self.classes.subordinator) && g.is_finite() {
                // A subordinate clause without a subject of its own takes that of the main clause before it.
                return self
                    .previous_finite(b)
                    .and_then(|e| self.subject_depth(e, types, depth + 1))
                    .map(|a| Arg { via: Via::Shared, ..a });
            }
            at = b;
        }
        // "entra anche Baek": the subject follows, if no preposition stands before it.
        self.inverted(group, types)
    }

    fn previous_finite(&self, before: usize) -> Option<usize> {
        self.groups.iter().rposition(|e| e.end <= before && e.is_finite())
    }

    /// "10 dei ricercatori", "molti di loro": a partitive phrase may be a subject.
    fn partitive(&self, m: &Mention) -> bool {
        m.types.meets(Types::COUNT) && m.phrase_start == m.start
    }

    /// The people named right before a comma and a description of them.
    fn apposed_names(&self, described: usize, types: Types) -> Option<usize> {
        let m = &self.mentions[described];
        let before = m.phrase_start.checked_sub(1)?;
        let apposed = matches!(m.what, What::Count { .. } | What::Group | What::Refer(Refer::Worker))
            && self.sentence.punct(self.text, before) == Some(',');
        if !apposed || !types.meets(Types::PER) {
            return None;
        }
        self.mentions
            .iter()
            .rposition(|o| o.end == before && o.types == Types::PER && matches!(o.what, What::Entity { .. }))
    }

    /// Whether an earlier verb already has this mention as its object.
    fn is_object_of_earlier(&self, group: usize, mention: usize) -> bool {
        let m = &self.mentions[mention];
        self.groups[..group].iter().any(|e| {
            e.end <= m.start
                && e.is_finite()
                && e.relative.is_none()
                && !e.be
                && m.prep.is_none()
                && (e.end..m.phrase_start).all(|i| {
                    self.sentence.punct(self.text, i).is_none()
                        && self.sentence.class_at(i, self.classes.and).is_none()
                        && self.sentence.class_at(i, self.classes.subordinator).is_none()
                        && !self.sentence.in_class(i, self.classes.relative)
                })
                && self.coordinated(m.end, self.groups[group].start)
        })
    }

    /// The mention that a relative pronoun at `relative` stands for.
    pub(super) fn antecedent(&self, relative: usize, types: Types) -> Option<usize> {
        let mut best = None;
        for (number, m) in self.mentions.iter().enumerate() {
            if m.end <= relative
                && m.types.meets(types)
                && !matches!(m.what, What::Refer(Refer::He | Refer::She | Refer::They))
            {
                // Nothing finite between them but commas and its own apposition.
                let verb_between = self.groups.iter().any(|g| g.start >= m.end && g.end <= relative && g.is_finite());
                if !verb_between {
                    best = Some(number);
                }
            }
        }
        best
    }

    fn mention_ending(&self, at: usize, types: Types) -> Option<usize> {
        self.mentions
            .iter()
            .enumerate()
            .filter(|(_, m)| m.end == at && m.types.meets(types) && !self.possessor(m))
            .map(|(n, _)| n)
            .next_back()
    }

    fn inverted(&self, group: usize, types: Types) -> Option<Arg> {
        let g = &self.groups[group];
        let limit = self.right_limit(group);
        for (number, m) in self.mentions.iter().enumerate() {
            if m.start < g.end || m.start >= limit || !m.types.meets(types) {
                continue;
            }
            let comma = (g.end..m.start).any(|i| self.sentence.punct(self.text, i).is_some());
            if m.prep.is_none() && !comma && m.phrase_start <= g.end + 3 {
                return Some(Arg { mention: number, via: Via::Inverted });
            }
            break;
        }
        None
    }
}
