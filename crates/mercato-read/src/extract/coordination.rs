//! Who goes with whom: lists over appositions, lists paired member by member, verbs said once for several people.

use super::*;

/// How long an apposition between two names may be, in tokens.
const APPOSITION: usize = 25;

impl Extractor<'_> {
    /// The people that a named person stands for, when the words say more or less than the list it is in: over
    /// appositions ("A, who led X, and B, once of Y"), or without the subject of the next clause ("hired A, and B left").
    pub(super) fn coordinated(&self, person: usize, group: Option<usize>) -> Option<Vec<usize>> {
        let mentions = self.clauses.mentions;
        let m = &mentions[person];
        if m.types != Types::PER || !matches!(m.what, What::Entity { .. }) {
            return None;
        }
        let listed = if m.list.is_empty() { vec![person] } else { m.list.clone() };
        let mut people = listed.clone();
        if let Some(group) = group {
            self.cut(&mut people, person, group);
        }
        if people == listed {
            while let Some(more) = self.neighbour(people[0], person, group, false) {
                people.insert(0, more);
            }
            while let Some(more) = self.neighbour(people[people.len() - 1], person, group, true) {
                // "A and two of her deputies, B and C": all of the list that it closes.
                let list = mentions[more].list.iter().filter(|&&n| n < more && !people.contains(&n)).copied();
                let before: Vec<usize> = list.collect();
                people.extend(before);
                people.push(more);
            }
        }
        (people != listed).then_some(people)
    }

    /// Leaves out of a list who belongs to another verb.
    fn cut(&self, people: &mut Vec<usize>, person: usize, group: usize) {
        let (mentions, groups) = (self.clauses.mentions, self.clauses.groups);
        let g = &groups[group];
        let last = people[people.len() - 1];
        if people.len() < 2 {
            return;
        }
        let behind = |n: usize| groups.iter().position(|o| o.start == mentions[n].end && o.is_finite());
        let other = behind(last).filter(|&o| o != group && groups[o].relative.is_none());
        // "T hired A, and B left": the last is the subject of what follows.
        if other.is_some() && g.end <= mentions[people[0]].start && last != person {
            people.pop();
        }
        // The same seen from the second verb.
        // "T said (that) A and B left": what is said is no object.
        let says = |o: &VerbGroup| o.forms.iter().any(|f| self.pack().cues.say.contains(&f.lemma));
        let object = groups[..group]
            .iter()
            .any(|o| o.end == mentions[people[0]].start && o.is_finite() && o.relative.is_none() && !o.be && !says(o));
        if object && person == last && mentions[last].end == g.start {
            *people = vec![last];
        }
    }

    /// The next person of a coordination, over an apposition.
    fn neighbour(&self, from: usize, person: usize, group: Option<usize>, right: bool) -> Option<usize> {
        let (mentions, groups) = (self.clauses.mentions, self.clauses.groups);
        let named = |n: &usize| mentions[*n].types == Types::PER && matches!(mentions[*n].what, What::Entity { .. });
        let found = if right {
            (from + 1..mentions.len()).filter(named).find(|&n| self.over_apposition(from, n))?
        } else {
            (0..from).rev().filter(named).find(|&n| self.over_apposition(n, from))?
        };
        let (p, f) = (&mentions[person], &mentions[found]);
        let verb = group.map(|g| &groups[g]);
        // All of them on the same side of the verb: what stands inside the apposition of one speaks of that one.
        let aside = verb
            .is_some_and(|g| if g.end <= p.start { f.start < g.end } else { f.end > g.start || g.relative.is_some() });
        let own = |o: &VerbGroup| verb.is_some_and(|g| g.main == o.main);
        let subject_of_next =
            groups.iter().any(|o| o.start == f.end && o.is_finite() && o.relative.is_none() && !own(o));
        let object_of_last =
            groups.iter().any(|o| o.end == f.phrase_start && o.is_finite() && o.relative.is_none() && !own(o));
        // "with B and C": the preposition of a list stands before its first name.
        let prep = f.list.first().map_or(f.prep, |&n| mentions[n].prep);
        (prep == mentions[from].prep && !aside && !subject_of_next && !object_of_last).then_some(found)
    }

    /// "A, a chemist who taught in Oslo, and | B": an apposition set off by commas, then the language's "and".
    fn over_apposition(&self, a: usize, b: usize) -> bool {
        let (s, text) = (self.clauses.sentence, self.clauses.text);
        let (from, to) = (self.clauses.mentions[a].end, self.clauses.mentions[b].phrase_start);
        if to <= from + 2 || to - from > APPOSITION || s.punct(text, from) != Some(',') {
            return false;
        }
        let Some(and) =
            (from + 2..to).rev().find(|&i| s.class_at(i, self.clauses.classes.and).is_some_and(|len| i + len == to))
        else {
            return false;
        };
        let ends = s.punct(text, and - 1) == Some(',');
        let clean = (from..to).all(|i| !matches!(s.punct(text, i), Some(';' | ':' | '.')));
        // Every finite verb between stands in a relative clause.
        let verbs = self
            .clauses
            .groups
            .iter()
            .filter(|g| g.start >= from && g.end <= to)
            .all(|g| !g.plainly_finite() || g.relative.is_some());
        let relative = self.clauses.groups.iter().any(|g| g.start >= from && g.end <= to && g.relative.is_some());
        clean && verbs && (ends || !relative)
    }

    /// "Worked at F and at G": a post at each.
    pub(super) fn several_firms(&mut self) {
        let mentions = self.clauses.mentions;
        let mut more = Vec::new();
        for raw in self.out.iter().filter(|r| matches!(r.kind, None | Some(Kind::Tenure))) {
            let Some(&Filler::Mention(firm)) = raw.slots.get(&Slot::Org) else { continue };
            let m = &mentions[firm];
            for &other in m.list.iter().filter(|&&o| o != firm && (mentions[o].prep == m.prep || o > firm)) {
                let mut one = raw.clone();
                one.slots.insert(Slot::Org, Filler::Mention(other));
                one.slots.remove(&Slot::Role);
                one.score *= 0.95;
                if !self.out.iter().any(|r| r.kind == one.kind && r.slots.get(&Slot::Org) == one.slots.get(&Slot::Org))
                {
                    more.push(one);
                }
            }
        }
        self.out.extend(more);
    }

    /// "A and B joined F and G respectively", "A and B leave, the former for F, the latter for G".
    pub(super) fn pairs(&mut self) {
        let (s, c, mentions) = (self.clauses.sentence, self.clauses.classes, self.clauses.mentions);
        let respectively = (0..s.len()).find_map(|i| Some(i + s.class_at(i, c.respectively)?));
        let place = |class| (0..s.len()).find_map(|i| Some(i + s.class_at(i, class)?));
        let ordered = place(c.the_first).zip(place(c.the_second)).filter(|(a, b)| a < b);
        if respectively.is_none() && ordered.is_none() {
            return;
        }
        let mut more = Vec::new();
        let of_two = ordered.and_then(|(first, second)| self.of_two(first, second));
        let rules = &self.pack().rules;
        let agents = &self.pack().agent;
        let firms_behind = |at: usize, n: usize| {
            let first = mentions.iter().find(|m| m.phrase_start == at && m.prep.is_some() && m.types == Types::ORG)?;
            (first.list.len() == n).then(|| first.list.clone())
        };
        let manner =
            |raw: &Raw, one: &str| raw.slots.get(&Slot::Manner) == Some(&Filler::Fixed(Value::Text(one.to_owned())));
        let hired = |raw: &Raw| manner(raw, "hired") || manner(raw, "poached");
        let reaches = |raw: &Raw, slot: Slot, firm: usize| {
            let Body::Verb { args, .. } = &rules[raw.rule].body else { return false };
            args.preps.iter().any(|(prep, slots)| Some(*prep) == mentions[firm].prep && slots.contains(&slot))
        };
        self.out.retain(|raw| {
            let Some(&Filler::Mention(person)) = raw.slots.get(&Slot::Person) else { return true };
            let people = raw.people.clone().unwrap_or_else(|| mentions[person].list.clone());
            if raw.kind != Some(Kind::Move) || people.len() < 2 {
                return true;
            }
            let apart = respectively.and_then(|at| firms_behind(at, people.len()));
            let ends = [Slot::From, Slot::To].into_iter().find_map(|slot| match raw.slots.get(&slot) {
                Some(&Filler::Mention(m)) if respectively.is_some() => {
                    let list = mentions[m].list.clone();
                    // "Hired A and B, respectively by | from F and G": two cannot have hired them.
                    let agent = slot == Slot::To && !raw.slots.contains_key(&Slot::From) && hired(raw);
                    let from =
                        agent && mentions[list.first().copied().unwrap_or(m)].prep.is_some_and(|p| agents.contains(&p));
                    (list.len() == people.len()).then_some((if from { Slot::From } else { slot }, list))
                }
                // "Hired A and B, respectively from F and G": behind the comma no verb reaches them.
                None if apart.as_ref().is_some_and(|firms| reaches(raw, slot, firms[0])) => {
                    Some((slot, apart.clone()?))
                }
                Some(Filler::Mention(m)) if people.len() == 2 && of_two.as_ref().is_some_and(|two| two.contains(m)) => {
                    of_two.clone().map(|firms| (slot, firms))
                }
                // "A and B leave F: the first for G, the second for H": behind the colon no verb reaches them.
                None if slot == Slot::To && people.len() == 2 => {
                    let firms = of_two.clone()?;
                    let Body::Verb { args, .. } = &rules[raw.rule].body else { return None };
                    let to = |(prep, slots): &(u16, Vec<Slot>)| {
                        Some(*prep) == mentions[firms[0]].prep && slots.contains(&Slot::To)
                    };
                    args.preps.iter().any(to).then_some((slot, firms))
                }
                _ => None,
            });
            let Some((slot, firms)) = ends else { return true };
            let mention = |f: &Filler| if let Filler::Mention(m) = f { *m } else { usize::MAX };
            for (&who, &firm) in people.iter().zip(&firms) {
                let mut one = raw.clone();
                one.slots.retain(|_, f| *f != Filler::Mention(firm));
                if slot == Slot::From {
                    one.slots.retain(|s, f| *s != Slot::To || !firms.contains(&mention(f)));
                }
                one.slots.insert(Slot::Person, Filler::Mention(who));
                one.slots.insert(slot, Filler::Mention(firm));
                one.people = Some(vec![who]);
                more.push(one);
            }
            false
        });
        self.out.extend(more);
    }

    /// The firms right behind the words for the first and the second of two people, behind the same preposition.
    fn of_two(&self, first: usize, second: usize) -> Option<Vec<usize>> {
        let mentions = self.clauses.mentions;
        let firm = |at: usize| {
            mentions.iter().position(|m| m.phrase_start == at && m.prep.is_some() && m.types.meets(Types::ORG))
        };
        let (a, b) = (firm(first)?, firm(second)?);
        (mentions[a].prep == mentions[b].prep).then(|| vec![a, b])
    }

    /// "A left F for T, B for U", "T prised A from F and, from G, B": the verb is said once.
    pub(super) fn gaps(&mut self) {
        let mentions = self.clauses.mentions;
        let mut more: Vec<Raw> = Vec::new();
        for raw in self.out.iter().filter(|r| r.kind == Some(Kind::Move) && r.group.is_some()) {
            let Some(&Filler::Mention(person)) = raw.slots.get(&Slot::Person) else { continue };
            let mut at = raw
                .slots
                .values()
                .filter_map(|f| match f {
                    Filler::Mention(m) => Some(mentions[*m].end),
                    _ => None,
                })
                .fold(raw.trigger.1, usize::max);
            while let Some((who, firm, end)) = self.remnant(at) {
                at = end;
                let Some(one) = self.gapped(raw, person, who, firm) else { break };
                if !self.out.iter().chain(&more).any(|r| {
                    r.kind == raw.kind
                        && r.slots.get(&Slot::Person) == one.slots.get(&Slot::Person)
                        && [Slot::From, Slot::To]
                            .iter()
                            .any(|s| one.slots.contains_key(s) && r.slots.get(s) == one.slots.get(s))
                }) {
                    more.push(one);
                }
            }
        }
        self.out.extend(more);
    }

    /// The transfer of another person to or from another firm, with the verb of a transfer read before.
    fn gapped(&self, raw: &Raw, person: usize, who: usize, firm: usize) -> Option<Raw> {
        let mentions = self.clauses.mentions;
        let g = &self.clauses.groups[raw.group?];
        let filler = |slot: Slot| match raw.slots.get(&slot) {
            Some(&Filler::Mention(m)) => Some(m),
            _ => None,
        };
        let slot = [Slot::To, Slot::From].into_iter().find(|&s| {
            filler(s)
                .is_some_and(|m| mentions[m].prep == mentions[firm].prep && mentions[m].start >= g.end && m != firm)
        })?;
        let other = if slot == Slot::To { Slot::From } else { Slot::To };
        let mut one = raw.clone();
        for role in [Slot::RoleFrom, Slot::RoleTo, Slot::UnitFrom, Slot::UnitTo] {
            one.slots.remove(&role);
        }
        // What is not said again is shared when it is the verb's subject or object.
        if filler(other).is_some_and(|m| mentions[m].end > g.start && mentions[m].prep.is_some() || m == firm) {
            one.slots.remove(&other);
        }
        if mentions[firm].prep.is_none() && mentions[person].end <= g.start {
            one.slots.remove(&other);
        }
        one.slots.insert(Slot::Person, Filler::Mention(who));
        one.slots.insert(slot, Filler::Mention(firm));
        one.people = None;
        one.open.clear();
        one.score *= 0.92;
        Some(one)
    }

    /// A person and a firm side by side behind a comma, a semicolon or "and", without a verb; the end of the pair.
    fn remnant(&self, from: usize) -> Option<(usize, usize, usize)> {
        let (s, c, text, mentions) =
            (self.clauses.sentence, self.clauses.classes, self.clauses.text, self.clauses.mentions);
        let comma = |i: usize| usize::from(s.punct(text, i) == Some(','));
        let boundary = |i: usize| matches!(s.punct(text, i), Some(',' | ';')) || s.class_at(i, c.and).is_some();
        // Dates and the like may close the first part.
        let open = (from..(from + 6).min(s.len())).find(|&i| boundary(i))?;
        if self.clauses.groups.iter().any(|g| g.start >= from && g.start <= open) {
            return None;
        }
        let mut at = open;
        while at < s.len() && boundary(at) {
            at += s.class_at(at, c.and).unwrap_or(1);
        }
        let named = |at: usize, types: Types| {
            mentions.iter().position(|m| {
                m.phrase_start <= at
                    && at <= m.start
                    && (m.phrase_start..m.start).contains(&at) | (m.start == at)
                    && m.types == types
                    && matches!(m.what, What::Entity { .. })
                    && (m.prep.is_some() || types == Types::PER || m.list.iter().all(|&i| mentions[i].start >= at))
            })
        };
        let (who, firm, end) = if let Some(who) = named(at, Types::PER).filter(|&n| mentions[n].prep.is_none()) {
            let mut next = mentions[who].end;
            next += comma(next);
            // "B, a pillar of the house, for U".
            let firm = named(next, Types::ORG).or_else(|| {
                let close = (next..(next + 9).min(s.len())).find(|&i| comma(i) == 1)?;
                named(close + 1, Types::ORG).filter(|&n| mentions[n].prep.is_some())
            })?;
            // Without a preposition a comma stands for the verb only behind a semicolon.
            let bare = mentions[firm].prep.is_none() && comma(mentions[who].end) == 1;
            if bare && s.punct(text, open) != Some(';') {
                return None;
            }
            (who, firm, mentions[firm].end)
        } else {
            let firm = named(at, Types::ORG).filter(|&n| mentions[n].prep.is_some())?;
            let next = mentions[firm].end;
            let who = named(next + comma(next), Types::PER).filter(|&n| mentions[n].prep.is_none())?;
            (who, firm, mentions[who].end)
        };
        // A verb of its own makes it a clause.
        let stop = (end..s.len()).find(|&i| boundary(i)).unwrap_or(s.len());
        let verb = self.clauses.groups.iter().any(|g| g.start >= at && g.start <= stop);
        (!verb).then_some((who, firm, end))
    }
}
