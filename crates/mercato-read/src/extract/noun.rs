//! Noun frames: what carries the slots of "X's exit", "l'addio di X", "le départ de X".

use super::*;

impl Extractor<'_> {
    pub(super) fn noun_frames(&mut self) {
        let s = self.clauses.sentence;
        for at in 0..s.len() {
            let hits: Vec<(usize, usize)> =
                self.pack().noun_rules.at(&s.words[at..]).map(|(len, &rule)| (len, rule)).collect();
            for (len, rule) in hits {
                // A verb form is no noun here ("lascia", "joined").
                if self.clauses.groups.iter().any(|g| g.main == at && len == 1) {
                    continue;
                }
                self.noun_frame(rule, at, at + len);
            }
        }
    }

    pub(super) fn noun_frame(&mut self, rule_at: usize, start: usize, end: usize) {
        let rule = &self.pack().rules[rule_at];
        let Body::Noun { args, .. } = &rule.body else { return };
        let s = self.clauses.sentence;
        let mut slots: BTreeMap<Slot, Filler> = BTreeMap::new();
        let mut score = rule.score;
        let limit = self.noun_limit(end);
        for (prep, list) in &args.preps {
            let behind: Vec<usize> = (0..self.clauses.mentions.len())
                .filter(|&i| {
                    let m = &self.clauses.mentions[i];
                    m.start >= end
                        && m.start < limit
                        && m.prep == Some(*prep)
                        && (!matches!(m.what, What::Code(..) | What::Role)
                            || list.iter().any(|s| Types::of_slot(*s).meets(m.types)))
                })
                .collect();
            for &slot in list {
                if slots.contains_key(&slot) {
                    continue;
                }
                if let Some(&m) = behind.iter().find(|&&m| {
                    self.clauses.mentions[m].types.meets(Types::of_slot(slot)) && self.fits(slot, m) && !uses(&slots, m)
                }) {
                    slots.insert(slot, Filler::Mention(m));
                }
            }
        }
        let fill = |slots: &mut BTreeMap<Slot, Filler>, list: &[Slot], mention: usize| {
            let types = self.clauses.mentions[mention].types;
            if let Some(&slot) = list
                .iter()
                .find(|s| !slots.contains_key(s) && Types::of_slot(**s).meets(types) && self.fits(**s, mention))
            {
                slots.insert(slot, Filler::Mention(mention));
            }
        };
        // "X's exit", "the Apple exodus".
        if !args.poss.is_empty() || !args.compound.is_empty() {
            let possessive = start > 0 && self.possessive_mark(start - 1);
            let owner_end = if possessive { start - 1 } else { start };
            let modifiers = |from: usize| {
                (from..owner_end).all(|i| {
                    !s.is_punct(self.clauses.text, i)
                        && s.preps[i].is_none()
                        && s.class_at(i, self.clauses.classes.det).is_none()
                })
            };
            if let Some(owner) = self.clauses.mentions.iter().rposition(|m| {
                m.end <= owner_end
                    && owner_end - m.end <= 3
                    && modifiers(m.end)
                    && m.types.meets(Types::PER.or(Types::ORG).or(Types::UNIT))
                    && matches!(m.what, What::Entity { .. })
            }) {
                let gap = self.clauses.mentions[owner].end;
                let marked = possessive || (gap..start).any(|i| self.possessive_mark(i));
                fill(&mut slots, if marked { &args.poss } else { &args.compound }, owner);
            } else if start > 0
                && s.in_class(start - 1, self.clauses.classes.poss)
                && args.poss.contains(&Slot::Person)
                && !slots.contains_key(&Slot::Person)
            {
                // "X announced his exit": the subject of the verb before; else who was spoken of.
                let subject = self
                    .support(start)
                    .filter(|&g| self.clauses.groups[g].end <= start)
                    .and_then(|g| self.clauses.subject(g, Types::PER));
                slots.insert(Slot::Person, subject.map_or(Filler::Zero, |a| Filler::Mention(a.mention)));
                score *= Via::Pronoun.trust();
            }
        }
        // The verb that has the noun as its object or subject.
        let support = self.support(start);
        let mut status = status::cues(&self.clauses, None, start, end).max(rule.status.unwrap_or(Status::Asserted));
        if let Some(group) = support {
            status = status.max(status::of_group(&self.clauses, group, None));
            // "Denies the exit": as where the verb governs an infinitive.
            let g = &self.clauses.groups[group];
            let denies =
                self.pack().cues.governors.iter().any(|gov| {
                    gov.status == Some(Status::Denied) && g.forms.iter().any(|f| gov.lemmas.contains(&f.lemma))
                });
            if denies && !g.negated && g.end <= start && start - g.end <= 3 {
                status = status.max(Status::Denied);
            }
            if !args.support.is_empty() && self.clauses.groups[group].end <= start {
                for &slot in &args.support {
                    if slots.contains_key(&slot) {
                        continue;
                    }
                    if let Some(arg) = self
                        .clauses
                        .subject(group, Types::of_slot(slot))
                        .filter(|a| self.fits(slot, a.mention) && !uses(&slots, a.mention))
                    {
                        slots.insert(slot, Filler::Mention(arg.mention));
                        score *= arg.via.trust();
                    }
                }
            }
        }
        self.attach(rule, &mut slots, start, end);
        self.finish(rule_at, slots, status, (start, end), score, support);
    }

    pub(super) fn possessive_mark(&self, at: usize) -> bool {
        self.clauses.sentence.possessive(self.clauses.text, at)
    }

    /// Where the complements of a noun end: the next finite verb, relative or semicolon.
    pub(super) fn noun_limit(&self, end: usize) -> usize {
        let s = self.clauses.sentence;
        let verb = self
            .clauses
            .groups
            .iter()
            .filter(|g| g.start >= end && (g.is_finite() || !g.bare()))
            .map(|g| g.start)
            .min()
            .unwrap_or(s.len());
        (end..verb)
            .find(|&i| {
                matches!(s.punct(self.clauses.text, i), Some(';' | ':'))
                    || s.class_at(i, self.clauses.classes.subordinator).is_some() && i > end
            })
            .unwrap_or(verb)
    }

    /// The finite verb group nearest before a noun without another noun's preposition between, else the one behind it.
    pub(super) fn support(&self, start: usize) -> Option<usize> {
        // "Takes measures such as A of B and | C of D": the last member of an enumeration stands further off.
        let s = self.clauses.sentence;
        let joined = (start.saturating_sub(2)..start).any(|i| s.class_at(i, self.clauses.classes.and).is_some());
        let reach = if joined { 16 } else { 8 };
        let before = self.clauses.groups.iter().rposition(|g| {
            g.end <= start
                && start - g.end <= reach
                && (g.end..start)
                    .all(|i| !matches!(self.clauses.sentence.punct(self.clauses.text, i), Some(';' | ':' | '.')))
        });
        before.or_else(|| self.clauses.groups.iter().position(|g| g.start > start && g.is_finite()))
    }
}
