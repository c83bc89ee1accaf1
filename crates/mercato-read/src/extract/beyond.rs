//! What one frame alone does not tell: members of a group, reasons, what is left to the context, readings that exclude each other.

use super::*;
use crate::mention::Refer;

impl Extractor<'_> {
    /// "Three engineers left, among them X and Y": those named under a number or a group move as it does.
    pub(super) fn members(&mut self) {
        let s = self.clauses.sentence;
        let including = self.pack().classes.id("including");
        let mut more = Vec::new();
        for raw in &self.out {
            let people = match raw.kind {
                Some(Kind::Move) => raw.slots.get(&Slot::Person),
                Some(Kind::Count) => raw.slots.get(&Slot::N).or(raw.slots.get(&Slot::Share)),
                Some(Kind::Offer) if raw.slots.contains_key(&Slot::Response) => raw.slots.get(&Slot::Person),
                _ => None,
            };
            let Some(Filler::Mention(people)) = people else { continue };
            let m = &self.clauses.mentions[*people];
            let several = match m.what {
                What::Count { .. } | What::Group => true,
                // "Two accepted: X and Y", "both accepted: X and Y".
                What::Number(_) | What::Refer(Refer::Both) => raw.kind == Some(Kind::Offer),
                _ => false,
            };
            if !several {
                continue;
            }
            let named = self.clauses.mentions.iter().position(|n| {
                let introduced = n.phrase_start > 0
                    && ((n.phrase_start.saturating_sub(4)..n.start).any(|i| s.in_class(i, including))
                        || n.list.len() > 1
                            && (n.phrase_start.saturating_sub(1)..n.start)
                                .any(|i| s.punct(self.clauses.text, i) == Some(':'))
                        // "two other researchers of M, P and Q": an apposition to the number.
                        || n.list.len() > 1
                            && matches!(s.punct(self.clauses.text, n.phrase_start - 1), Some(',' | '—' | '–' | '('))
                            && n.phrase_start >= m.end
                            && n.phrase_start - m.end <= 5
                            && !self.clauses.groups.iter().any(|g| g.start >= m.end && g.end <= n.start));
                n.types == Types::PER
                    && matches!(n.what, What::Entity { .. })
                    && n.start >= m.end
                    && introduced
                    && !raw
                        .slots
                        .values()
                        .any(|f| matches!(f, Filler::Mention(x) if self.clauses.mentions[*x].start == n.start))
            });
            let Some(named) = named else { continue };
            let mut member = raw.clone();
            if raw.kind == Some(Kind::Count) && !as_move(&mut member) {
                continue;
            }
            // "Leaves with two deputies, A and B": where the one goes with whom they go.
            let along = (m.phrase_start..m.start).any(|i| s.in_class(i, self.clauses.classes.with));
            let leader = raw.group.filter(|_| along).and_then(|g| self.clauses.subject(g, Types::PER));
            if let Some(leader) = leader {
                member.slots.retain(|slot, _| *slot == Slot::Manner);
                member.slots.insert(Slot::Manner, Filler::Fixed(Value::Text("joined".to_owned())));
                member.companion = Some(leader.mention);
                member.open = vec![Slot::To];
            }
            member.slots.insert(Slot::Person, Filler::Mention(named));
            member.score *= 0.92;
            let told = |r: &Raw| r.kind == member.kind && r.slots.get(&Slot::Person) == member.slots.get(&Slot::Person);
            if raw.kind == Some(Kind::Move) || !self.out.iter().chain(&more).any(told) {
                more.push(member);
            }
        }
        self.out.extend(more);
    }

    /// "X leaves F because of the bureaucracy": a cause right behind the transfer is its reason.
    pub(super) fn reasons(&mut self) {
        let s = self.clauses.sentence;
        let mut more = Vec::new();
        for raw in self.out.iter().filter(|r| r.kind == Some(Kind::Move)) {
            let Some(people) = raw.slots.get(&Slot::Person) else { continue };
            for at in (0..2.min(s.len())).chain(raw.trigger.1..s.len()) {
                let Some((len, &because)) = self.pack().cues.because.longest(&s.words[at..]) else { continue };
                let factor = self.clauses.mentions.iter().position(|m| {
                    matches!(m.what, What::Code(Slot::Factor, _))
                        && m.start >= at + len
                        && m.start <= at + len + 4
                        && (at + len..m.start).all(|i| !s.is_punct(self.clauses.text, i))
                });
                let Some(factor) = factor else { continue };
                // A cause behind another verb is that verb's.
                let other = self.clauses.groups.iter().any(|g| g.start >= raw.trigger.1 && g.end <= at);
                if at > 2 && other || self.names_source(factor) {
                    continue;
                }
                let mut slots = BTreeMap::from([
                    (Slot::Subject, people.clone()),
                    (Slot::Factor, Filler::Mention(factor)),
                    (Slot::Polarity, Filler::Fixed(Value::Text(if because { "is" } else { "is_not" }.to_owned()))),
                ]);
                if let Some(org) = raw.slots.get(&Slot::From).or(raw.slots.get(&Slot::To)) {
                    slots.insert(Slot::Org, org.clone());
                }
                let span = (at, self.clauses.mentions[factor].end);
                more.push(Raw {
                    kind: Some(Kind::Reason),
                    slots,
                    trigger: span,
                    score: raw.score * 0.85,
                    open: Vec::new(),
                    ..raw.clone()
                });
                break;
            }
        }
        self.out.extend(more);
    }

    /// "I am not leaving for the money", "they go because of the pay": a cause behind a verb of moving that names no firm.
    pub(super) fn bare_reasons(&mut self) {
        let s = self.clauses.sentence;
        for (number, group) in self.clauses.groups.iter().enumerate() {
            if self.out.iter().any(|r| r.group == Some(number) && matches!(r.kind, Some(Kind::Move | Kind::Reason))) {
                continue;
            }
            let Some(rule) = self.moves_somebody(group) else { continue };
            let next = self.clauses.groups.iter().map(|g| g.start).filter(|&at| at >= group.end).min();
            let cause = (group.end..next.unwrap_or(s.len()).min(group.end + 5)).find_map(|at| {
                let (len, &because) = self.pack().cues.because.longest(&s.words[at..])?;
                let factor = self.clauses.mentions.iter().position(|m| {
                    matches!(m.what, What::Code(Slot::Factor, _)) && (at + len..at + len + 3).contains(&m.start)
                })?;
                let (from, to) = (group.end, self.clauses.mentions[factor].start);
                (!(from..to).any(|i| s.is_punct(self.clauses.text, i))).then_some((because, factor))
            });
            let Some((because, factor)) = cause.filter(|(_, factor)| !self.names_source(*factor)) else { continue };
            let first = group.first_person()
                || group.start > 0 && s.in_class(group.start - 1, self.clauses.classes.first_person);
            let who = if first && s.quoted[group.main] {
                Filler::Speaker
            } else {
                match self.clauses.subject(number, Types::PER.or(Types::GROUP)) {
                    Some(arg) if !first => Filler::Mention(arg.mention),
                    _ => continue,
                }
            };
            let polarity = if because && !group.negated { "is" } else { "is_not" };
            let slots = BTreeMap::from([
                (Slot::Subject, who),
                (Slot::Factor, Filler::Mention(factor)),
                (Slot::Polarity, Filler::Fixed(Value::Text(polarity.to_owned()))),
            ]);
            let status = status::affirmed(&self.clauses, number, None);
            self.out.push(Raw {
                sentence: self.number,
                rule,
                kind: Some(Kind::Reason),
                slots,
                status,
                trigger: (group.main, self.clauses.mentions[factor].end),
                score: 0.6,
                group: Some(number),
                former: false,
                open: Vec::new(),
                people: None,
                companion: None,
            });
        }
    }

    /// The rule by which a verb may tell that its subject leaves, stays or joins.
    fn moves_somebody(&self, group: &VerbGroup) -> Option<usize> {
        let pack = self.pack();
        let rules = group.forms.iter().filter_map(|f| pack.verb_rules.get(&f.lemma)).flatten();
        rules.copied().find(|&rule| match (&pack.rules[rule].body, pack.rules[rule].kind) {
            (Body::Verb { args, particles, .. }, Some(Kind::Move)) => {
                args.subj.contains(&Slot::Person) && particles.is_empty()
            }
            (Body::Verb { args, particles, .. }, Some(Kind::Reason)) => {
                args.subj.contains(&Slot::Subject) && args.obj.contains(&Slot::Org) && particles.is_empty()
            }
            _ => false,
        })
    }

    /// "Citing people familiar with the matter": words that name a source are no cause.
    pub(super) fn names_source(&self, factor: usize) -> bool {
        let s = self.clauses.sentence;
        self.pack().cues.attribution.longest(&s.words[self.clauses.mentions[factor].start..]).is_some()
    }

    /// Whether a transfer without an end may take it from its context: where nothing unread hangs on the verb, or the
    /// verb or noun can mean nothing but leaving.
    pub(super) fn may_stand_alone(&self, rule: &Rule, slots: &BTreeMap<Slot, Filler>, end: usize) -> bool {
        let manner = self.surely_leaves(slots);
        let particle = matches!(&rule.body, Body::Verb { particles, .. } if !particles.is_empty());
        // A pattern spells out what stands there.
        let spelt = matches!(rule.body, Body::Pattern { .. }) && !rule.context.is_empty();
        manner || particle || spelt || matches!(rule.body, Body::Noun { .. }) || self.complete(end)
    }

    /// A manner that only somebody at work can leave in: resigned, dismissed, retired.
    fn surely_leaves(&self, slots: &BTreeMap<Slot, Filler>) -> bool {
        match slots.get(&Slot::Manner) {
            Some(Filler::Fixed(Value::Text(manner))) => manner != "left" && leaving(manner),
            _ => false,
        }
    }

    /// Nothing unread hangs on a verb that ends at a place: "X leaves." but not "X leaves the room", "X arrives late".
    pub(super) fn complete(&self, end: usize) -> bool {
        let (s, c) = (self.clauses.sentence, self.clauses.classes);
        let Some(token) = s.tokens.get(end) else { return true };
        let after_prep = s.preps[end].map(|(len, _)| end + len);
        token.shape == mercato_pack::token::Shape::Punct
            || self.pack().cues.because.longest(&s.words[end..]).is_some()
            || after_prep.is_some_and(|at| {
                self.clauses.mentions.iter().any(|m| {
                    m.start == at && matches!(m.what, What::Date { .. } | What::Number(_) | What::Money { .. })
                })
            })
            || [c.and, c.adverb, c.subordinator, c.relative].iter().any(|&class| s.class_at(end, class).is_some())
            || s.class_at(end, c.with).is_some()
            || self.clauses.mentions.iter().any(|m| {
                (m.phrase_start == end || m.start == end)
                    && (matches!(m.what, What::Date { .. }) || m.types.meets(Types::PER.or(Types::COUNT)))
            })
    }

    /// The missing key slots, when what stands there is worth completing from the sentences before: somebody moves
    /// without a firm, money without a giver, a factor without a subject. Empty when it is not.
    pub(super) fn left_to_context(
        &self,
        rule: &Rule,
        need: &[&[Slot]],
        slots: &BTreeMap<Slot, Filler>,
        end: usize,
        has: &dyn Fn(&BTreeMap<Slot, Filler>, Slot) -> bool,
    ) -> Vec<Slot> {
        let named = |slot: Slot| matches!(slots.get(&slot), Some(Filler::Mention(_) | Filler::Pair(..)));
        let departs = rule.kind == Some(Kind::Move)
            && matches!(slots.get(&Slot::Manner), Some(Filler::Fixed(Value::Text(manner))) if leaving(manner));
        let worth = match rule.kind {
            Some(Kind::Move) => match slots.get(&Slot::Person) {
                Some(Filler::Mention(m)) => match self.clauses.mentions[*m].what {
                    What::Group | What::Unit => false,
                    // "He has resigned": his firm is known, or he would not be told of.
                    What::Refer(refer) => departs && matches!(refer, Refer::He | Refer::She),
                    _ => true,
                },
                Some(Filler::Pair(..)) => true,
                // "È stata licenziata": said of a person, whatever was spoken of before.
                Some(Filler::Zero) => departs && self.surely_leaves(slots),
                _ => false,
            },
            // "She accepted": an answer, when nothing else is told of it.
            Some(Kind::Offer) if slots.contains_key(&Slot::Response) && slots.contains_key(&Slot::Person) => {
                named(Slot::Amount) || self.complete(end)
            }
            Some(Kind::Offer | Kind::Pay) => named(Slot::Amount),
            Some(Kind::Reason) => slots.contains_key(&Slot::Factor),
            Some(Kind::Retention) => slots.contains_key(&Slot::Measure),
            Some(Kind::Count | Kind::Layoff) => self.has_count(slots) || named(Slot::N) || named(Slot::Share),
            Some(Kind::Recruiting) => named(Slot::Target),
            Some(Kind::Deal) => named(Slot::Acquirer) && rule.context.contains(&Slot::Target),
            Some(Kind::Appointment) => {
                matches!(slots.get(&Slot::Person), Some(Filler::Mention(m)) if matches!(self.clauses.mentions[*m].what, What::Entity { .. }))
            }
            _ => false,
        };
        // A rule that names what it needs means it, but for what it leaves to the context; who leaves is worth the context
        // all the same: it tells from where.
        // So is who goes with somebody.
        let strict = rule.strict && !departs && !(rule.kind == Some(Kind::Move) && self.companion(slots).is_some());
        let left = |g: &[Slot]| g.iter().any(|s| rule.context.contains(s));
        let short = |groups: &[Vec<Slot>]| groups.iter().any(|g| !left(g) && !g.iter().any(|s| has(slots, *s)));
        if !worth || strict && short(&rule.need) {
            return Vec::new();
        }
        let mut open = Vec::new();
        for group in need.iter().filter(|g| !g.iter().any(|s| has(slots, *s))) {
            let contextual = group.iter().find(|s| {
                matches!(
                    s,
                    Slot::From
                        | Slot::To
                        | Slot::By
                        | Slot::Org
                        | Slot::Person
                        | Slot::Group
                        | Slot::Subject
                        | Slot::Target
                )
            });
            match contextual {
                Some(slot) => open.push(*slot),
                None => return Vec::new(),
            }
        }
        open
    }

    /// A named person or pronoun behind the language's "with", who is not one of those who move.
    pub(super) fn companion(&self, slots: &BTreeMap<Slot, Filler>) -> Option<usize> {
        (0..self.clauses.mentions.len()).find(|&m| self.accompanies(m) && !uses(slots, m))
    }

    fn accompanies(&self, mention: usize) -> bool {
        let (s, m) = (self.clauses.sentence, &self.clauses.mentions[mention]);
        m.types.meets(Types::PER)
            && m.prep.is_some()
            && (m.phrase_start..m.start).any(|i| s.in_class(i, self.clauses.classes.with))
    }

    /// Somebody named who does what the subject of a verb does: behind "with" between the two, or right behind the verb
    /// or its argument.
    pub(super) fn fellow(&self, subject: usize, group: usize) -> Option<usize> {
        let (mentions, g) = (self.clauses.mentions, &self.clauses.groups[group]);
        let named = |n: usize| matches!(mentions[n].what, What::Entity { .. });
        if !named(subject) || !mentions[subject].types.meets(Types::PER) {
            return None;
        }
        let limit = self.clauses.right_limit(group);
        (0..mentions.len()).find(|&n| {
            let m = &mentions[n];
            // "X, who founded F in 2010 with A, joins G": with whom is said of the founding.
            let said_of_other = self.clauses.groups[..group].iter().any(|o| o.start >= mentions[subject].end)
                || mentions.iter().any(|o| {
                    o.start >= mentions[subject].end
                        && o.end <= m.phrase_start
                        && o.types.meets(Types::ORG.or(Types::ROLE).or(Types::DATE))
                });
            let before = m.start >= mentions[subject].end && m.end <= g.start && !said_of_other;
            let opens = m.phrase_start == 0 && mentions[subject].phrase_start == m.end + 1;
            let behind = m.phrase_start >= g.end
                && m.start < limit
                && (m.phrase_start == g.end
                    || mentions.iter().any(|o| o.end == m.phrase_start && o.types.meets(Types::ORG)));
            named(n) && self.accompanies(n) && (before || behind || opens)
        })
    }

    /// Where the people end that a firm's name stands before: "Corvanta's engineers", "a Corvanta researcher".
    pub(super) fn people_of(&self, firm: usize) -> Option<usize> {
        let m = &self.clauses.mentions[firm];
        let behind = |o: &&Mention| {
            o.start >= m.end
                && o.start - m.end <= if self.clauses.possessor(m) { 3 } else { 0 }
                && matches!(o.what, What::Group | What::Role)
        };
        (m.types == Types::ORG && !self.pack().infinitive.is_empty())
            .then(|| self.clauses.mentions.iter().find(behind).map(|o| o.end))
            .flatten()
    }

    /// The firm that a group belongs to.
    pub(super) fn firm_of_group(&self, people: usize) -> Option<usize> {
        let m = &self.clauses.mentions[people];
        let org = |o: &Mention| o.types == Types::ORG && matches!(o.what, What::Entity { .. });
        // "a third of Corvanta's engineers": named within the phrase.
        let within = || self.clauses.mentions.iter().position(|o| o.start > m.start && o.end < m.end && org(o));
        let counts = matches!(m.what, What::Group | What::Count { .. } | What::Unit);
        let owner = m.owner.filter(|&o| self.clauses.mentions[o].types == Types::ORG);
        counts.then(within).flatten().or(owner)
    }

    pub(super) fn has_count(&self, slots: &BTreeMap<Slot, Filler>) -> bool {
        slots
            .values()
            .any(|f| matches!(f, Filler::Mention(m) if matches!(self.clauses.mentions[*m].what, What::Count { .. })))
    }

    /// A verb that one frame reads as a count is not read as a move or a post of the same people as well.
    pub(super) fn settle(&mut self) {
        let mentions = self.clauses.mentions;
        // Where a count was found, and whom it counts.
        let counted: Vec<((usize, usize), Option<&Mention>)> = self
            .out
            .iter()
            .filter(|r| r.kind == Some(Kind::Count))
            .map(|r| {
                let number = r.slots.get(&Slot::N).or(r.slots.get(&Slot::Share));
                let whom = number.and_then(|f| if let Filler::Mention(m) = f { Some(&mentions[*m]) } else { None });
                (r.trigger, whom)
            })
            .collect();
        // An approach under way ("is recruiting engineers") is no hire.
        let approached: Vec<usize> =
            self.out.iter().filter(|r| r.kind == Some(Kind::Recruiting)).filter_map(|r| r.group).collect();
        // "None has accepted F's offer" tells of an offer, of no transfer that did not take place.
        let answered: Vec<usize> = self
            .out
            .iter()
            .filter(|r| r.kind == Some(Kind::Offer) && r.slots.contains_key(&Slot::Response))
            .filter_map(|r| r.group)
            .collect();
        self.out.retain(|r| {
            r.kind != Some(Kind::Move) || r.status < Status::Negated || !r.group.is_some_and(|g| answered.contains(&g))
        });
        let groups = self.clauses.groups;
        // "F se fait débaucher P par T": where a wider rule has F lose somebody, the verb in it does not bring them to F.
        let end = |r: &Raw, slot: Slot| {
            (r.kind == Some(Kind::Move)).then_some(())?;
            let [person, manner, firm] = [Slot::Person, Slot::Manner, slot].map(|s| r.slots.get(&s).cloned());
            Some([person?, manner?, firm?])
        };
        let lost: Vec<_> = self.out.iter().filter_map(|r| Some((r.trigger, end(r, Slot::From)?))).collect();
        let within = |r: &Raw, wide: (usize, usize)| {
            wide.0 <= r.trigger.0 && r.trigger.1 <= wide.1 && r.trigger.1 - r.trigger.0 < wide.1 - wide.0
        };
        self.out.retain(|r| {
            end(r, Slot::To).is_none_or(|gained| !lost.iter().any(|(wide, lost)| within(r, *wide) && gained == *lost))
        });
        self.out.retain(|r| {
            let number = r.slots.values().find_map(|f| match f {
                Filler::Mention(m) if matches!(mentions[*m].what, What::Count { .. }) => Some(&mentions[*m]),
                _ => None,
            });
            // "Has hired fifty, ten of them from F": two numbers are two counts.
            let same = |number: &Mention| {
                r.group.map(|g| groups[g].main).is_some_and(|main| {
                    counted.iter().any(|&((s, e), whom)| {
                        s <= main
                            && main < e.max(s + 1)
                            && whom.is_none_or(|w| w.start < number.end && number.start < w.end)
                    })
                })
            };
            let approach = r.kind == Some(Kind::Move)
                && r.group.is_some_and(|g| approached.contains(&g))
                && !matches!(r.slots.get(&Slot::Person), Some(Filler::Mention(m)) if matches!(mentions[*m].what, What::Entity { .. }));
            !(matches!(r.kind, Some(Kind::Move | Kind::Tenure)) && number.is_some_and(same) || approach)
        });
    }
}

/// Those counted as they come or go move; false for what counts nobody who moves.
fn as_move(count: &mut Raw) -> bool {
    let direction = match count.slots.get(&Slot::Direction) {
        Some(Filler::Fixed(Value::Text(code))) => code.clone(),
        _ => return false,
    };
    let (org, end) = match direction.as_str() {
        "left" => (Slot::From, "left"),
        "joined" => (Slot::To, "joined"),
        _ => return false,
    };
    let firm = count.slots.remove(&Slot::Org);
    count.slots.retain(|slot, _| matches!(slot, Slot::From | Slot::To));
    count.slots.extend(firm.map(|firm| (org, firm)));
    let manner = if count.slots.contains_key(&Slot::To) { "joined" } else { end };
    count.slots.insert(Slot::Manner, Filler::Fixed(Value::Text(manner.to_owned())));
    count.kind = Some(Kind::Move);
    count.open = count.open.iter().map(|_| org).collect();
    true
}
