//! Who does it: the subject of a verb group, the antecedent of a relative.

use mercato_model::Slot;
use mercato_pack::pattern::Types;
use mercato_pack::token::Shape;
use mercato_pack::verbs::Mood;

use super::{Arg, Clauses, VerbGroup, Via};
use crate::mention::{Mention, Refer, What};

/// How far a cleft reaches, in tokens.
const REACH: usize = 12;

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
        // "A lasciare Helvion è stata X", "la première à partir fut X": a cleft infinitive takes the subject behind the copula.
        if let Some(arg) = self.behind_copula(group, types) {
            return Some(arg);
        }
        // "Having hired X, T now ...": a participle that opens the sentence takes the subject of the main verb.
        let opens = (0..g.start).all(|i| {
            self.sentence.class_at(i, self.classes.subordinator).is_some()
                || (0..=i).any(|from| self.sentence.preps[from].is_some_and(|(len, _)| from + len > i))
        });
        if (g.start <= 1 || opens) && !g.plainly_finite() && g.forms.iter().all(|f| !f.mood.is_finite())
            || g.start <= 1 && g.head.iter().all(|f| f.mood == Mood::Gerund)
        {
            let main = (group + 1..self.groups.len()).find(|&n| {
                let main = &self.groups[n];
                (main.plainly_finite() || main.is_finite() && self.subject_ends_at(main.start))
                    && main.relative.is_none()
            });
            if let Some(main) = main {
                return self.subject_depth(main, types, depth + 1).map(|a| Arg { via: Via::Shared, ..a });
            }
        }
        // "È da Helvion che arriva X": what stands before the pronoun is no antecedent.
        if self.cleft(group).is_some() && (g.relative.is_some() || !self.subject_ends_at(g.start)) {
            return self.inverted(group, types);
        }
        if self.anybody(group) {
            return None;
        }
        if let Some(relative) = g.relative {
            if let Some(speaker) = self.complement_of(relative, types) {
                return self.subject_depth(speaker, types, depth + 1).map(|a| Arg { via: Via::Shared, ..a });
            }
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
        // "X says Helvion has hired": a firm right before the verb is its subject, whoever was named before.
        if g.is_finite()
            && types == Types::of_slot(Slot::Person)
            && (self.firm_ends_at(g.start) || self.part_ends_at(g.start))
        {
            return None;
        }
        let mut at = g.start;
        let mut crossed_comma = false;
        while at > 0 {
            let b = at - 1;
            // A mention that ends here.
            if let Some(number) = self.mention_ending(at, types) {
                let m = &self.mentions[number];
                if let Some(opens) = self.one_of_them(m, types) {
                    at = opens;
                    crossed_comma = true;
                    continue;
                }
                // "with X and Y": the preposition of a list stands before its first name.
                let first =
                    m.list.first().map(|&n| &self.mentions[n]).filter(|first| first.types == Types::PER).unwrap_or(m);
                // "un rapport sur X, chef de Y, quitte": set off by commas, the name before an apposition is the subject.
                let set_off = self.sentence.punct(self.text, m.end) == Some(',')
                    && m.end + 1 < g.start
                    && g.start > 0
                    && self.sentence.punct(self.text, g.start - 1) == Some(',');
                // "s'apprêtent, eux, à": set between commas a pronoun only stresses the subject.
                let stress = m.phrase_start > 0
                    && self.sentence.punct(self.text, m.end) == Some(',')
                    && self.sentence.punct(self.text, m.phrase_start - 1) == Some(',')
                    && matches!(m.what, What::Refer(_));
                // "X, a former Corvanta scientist, wrote": the firm is part of what X is called.
                let title = |r: &Mention| r.what == What::Role && r.start == m.end;
                let called = crossed_comma && m.types == Types::ORG && self.mentions.iter().any(title);
                let free = !stress
                    && !called
                    && (m.prep.or(first.prep).is_none()
                        || self.partitive(m)
                        || self.none_of(m)
                        || set_off && m.types.meets(Types::PER));
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
                at = m.phrase_start.min(m.start).min(first.phrase_start);
                if at == 0 {
                    break;
                }
                continue;
            }
            if let Some(earlier) = self.groups.iter().position(|e| e.end == at && e.end <= g.start) {
                let e = &self.groups[earlier];
                // A closed relative clause or a participle is skipped; a finite verb before shares its subject, and one of
                // a relative clause shares it with an infinitive that hangs on it ("who decided to leave").
                let hangs = !g.is_finite() && !crossed_comma && g.forms.iter().any(|f| f.mood == Mood::Infinitive);
                if let Some(relative) = e.relative.filter(|_| !hangs) {
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
                Some(close @ ('–' | '—' | ')')) => match self.opening(b, close) {
                    Some(open) => {
                        at = open;
                        crossed_comma = true;
                        continue;
                    }
                    None => break,
                },
                Some(';') => break,
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

    /// "Chi ha ricevuto offerte", "ceux qui partent": whoever does it, nobody in particular.
    pub fn anybody(&self, group: usize) -> bool {
        let g = &self.groups[group];
        let at = g.relative.unwrap_or(g.start);
        // Nothing but small words between it and the verb.
        let before_verb = |end: usize| end <= g.start && (end..g.start).all(|i| self.small(i));
        (at.saturating_sub(3)..=at).any(|i| {
            let end = |class| self.sentence.class_at(i, class).map(|len| i + len);
            end(self.classes.free_relative).is_some_and(|end| end > at || before_verb(end))
                // "promised that no one would leave": nobody who is named before.
                || end(self.classes.no_one).is_some_and(before_verb)
        })
    }

    fn small(&self, at: usize) -> bool {
        self.sentence.in_class(at, self.classes.adverb) || self.sentence.in_class(at, self.classes.neg)
    }

    /// The subject behind the copula of a cleft, for the non-finite verb before it.
    fn behind_copula(&self, group: usize, types: Types) -> Option<Arg> {
        let g = &self.groups[group];
        let copula = self.groups.get(group + 1)?;
        let opens = g.start <= 1
            || self.sentence.preps[g.start - 1].is_some()
            || self.pack.infinitive.contains(&self.sentence.words[g.start - 1]);
        let cleft = opens
            && !g.is_finite()
            && self.is_copula(copula)
            && copula.start <= g.end + 8
            && !self.mentions.iter().any(|m| m.end == copula.start && m.prep.is_none() && m.types.meets(types));
        if cleft { self.inverted(group + 1, types) } else { None }
    }

    fn is_copula(&self, g: &VerbGroup) -> bool {
        g.is_finite() && g.forms.iter().any(|f| self.pack.cues.be.contains(&f.lemma))
    }

    /// The prepositional phrase that a cleft sets before the clause of a group: "it was from F that X came".
    pub(super) fn cleft(&self, group: usize) -> Option<usize> {
        let g = &self.groups[group];
        self.mentions.iter().position(|m| {
            let that = m.end;
            m.prep.is_some()
                && that < g.start
                && g.start - that <= REACH
                && (self.sentence.in_class(that, self.classes.relative)
                    || self.sentence.in_class(that, self.classes.relative_object))
                && self.groups[..group].iter().all(|e| e.end <= that)
                && self.groups[..group].iter().any(|e| e.end == m.phrase_start && self.is_copula(e))
        })
    }

    pub fn subject_ends_at(&self, at: usize) -> bool {
        self.mentions.iter().any(|m| m.end == at && m.prep.is_none() && m.types.meets(Types::PER.or(Types::ORG)))
    }

    fn firm_ends_at(&self, at: usize) -> bool {
        self.mentions.iter().any(|m| {
            m.end == at
                && m.prep.is_none()
                && m.list.is_empty()
                && m.types == Types::ORG
                && matches!(m.what, What::Entity { .. })
                && m.phrase_start == m.start
                && (m.start == 0 || self.sentence.tokens[m.start - 1].shape == Shape::Lower)
        })
    }

    /// "La maggior parte del team è stata licenziata": a share of a part of a firm right before the verb is its subject.
    fn part_ends_at(&self, at: usize) -> bool {
        let unit = self.mentions.iter().find(|m| m.end == at && m.what == What::Unit);
        unit.is_some_and(|unit| {
            let genitive = unit.prep.is_some_and(|p| self.pack.genitive.contains(&p));
            let share = |m: &Mention| m.end == unit.phrase_start && matches!(m.what, What::Share(_));
            unit.prep.is_none() && self.firm_free(unit) || genitive && self.mentions.iter().any(share)
        })
    }

    /// A part of a firm that stands without an apposition to somebody before it.
    fn firm_free(&self, unit: &Mention) -> bool {
        unit.phrase_start == 0 || self.sentence.punct(self.text, unit.phrase_start - 1).is_none()
    }

    /// The place of the dash or parenthesis that opens what one at `close` closes.
    fn opening(&self, close: usize, mark: char) -> Option<usize> {
        (0..close).rev().take_while(|&i| self.sentence.punct(self.text, i) != Some(';')).find(|&i| {
            match self.sentence.punct(self.text, i) {
                Some('(') => mark == ')',
                Some(c @ ('–' | '—')) => c == mark,
                _ => false,
            }
        })
    }

    /// "X ha annunciato su Y che lascerà": the verb of saying whose complement a conjunction opens, in languages that
    /// leave the subject out.
    fn complement_of(&self, that: usize, types: Types) -> Option<usize> {
        if !self.pack.pro_drop || that == 0 || self.sentence.is_punct(self.text, that - 1) {
            return None;
        }
        let before = self.previous_finite(that)?;
        let says = self.groups[before].forms.iter().any(|f| self.pack.cues.say.contains(&f.lemma));
        let object = self.mentions.iter().any(|m| m.end == that && m.prep.is_none() && m.types.meets(types));
        (says && !object).then_some(before)
    }

    fn previous_finite(&self, before: usize) -> Option<usize> {
        self.groups.iter().rposition(|e| e.end <= before && e.is_finite())
    }

    /// "Trois chercheurs de Corvanta, dont X, ont rejoint": one of those counted before does not do it alone. Where the
    /// words that open the aside stand.
    fn one_of_them(&self, m: &Mention, types: Types) -> Option<usize> {
        if !types.meets(Types::COUNT) || m.types != Types::PER {
            return None;
        }
        let s = self.sentence;
        let including = self.pack.classes.id("including");
        let opens = (m.phrase_start.saturating_sub(3)..m.start).find(|&i| s.class_at(i, including).is_some())?;
        let aside = opens > 0 && s.punct(self.text, opens - 1) == Some(',');
        let counted = |o: &Mention| {
            matches!(o.what, What::Count { .. }) && o.prep.is_none() && o.end < opens && opens - o.end <= REACH
        };
        let verb = |o: &Mention| self.groups.iter().any(|g| g.is_finite() && g.start >= o.end && g.end <= opens);
        (aside && self.mentions.iter().any(|o| counted(o) && !verb(o))).then_some(opens)
    }

    /// "None of the founders left": the preposition belongs to the words that say nobody.
    fn none_of(&self, m: &Mention) -> bool {
        (m.phrase_start.saturating_sub(3)..m.start).any(|i| {
            let end = self.sentence.class_at(i, self.classes.no_one).map(|len| i + len);
            end.is_some_and(|end| end > m.phrase_start && end <= m.start)
        })
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
                // "F said X, head of its lab, will leave": who is spoken of is no object.
                && !e.forms.iter().any(|f| self.pack.cues.say.contains(&f.lemma))
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

    /// The subject behind its verb: "entra anche X", "arriva in F, da G, X".
    fn inverted(&self, group: usize, types: Types) -> Option<Arg> {
        let g = &self.groups[group];
        let limit = self.right_limit(group);
        let number = self.mentions.iter().position(|m| {
            m.start >= g.end && m.start < limit && m.types.meets(types) && (m.prep.is_none() || self.is_close(g.end, m))
        })?;
        let m = &self.mentions[number];
        if m.prep.is_some() {
            return None;
        }
        let comma = (g.end..m.start).any(|i| self.sentence.punct(self.text, i).is_some());
        let near = !comma && self.is_close(g.end, m);
        // Over a phrase and its commas, unless the name goes on with a verb of its own.
        let beyond = self.pack.infinitive.is_empty()
            && g.is_finite()
            && self.aside(g.end, m.phrase_start)
            && !self.groups.iter().any(|o| o.start >= m.end && o.start <= m.end + 1 && o.is_finite());
        (near || beyond).then_some(Arg { mention: number, via: Via::Inverted })
    }

    fn is_close(&self, end: usize, m: &Mention) -> bool {
        m.phrase_start <= end + 3
    }
}
