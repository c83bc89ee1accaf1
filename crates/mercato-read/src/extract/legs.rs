//! What one clause tells twice: a transfer with two verbs (who leaves to do something elsewhere goes there), what is denied
//! and what is put in its place.

use super::*;

impl Extractor<'_> {
    /// "X quits F to work for T", "lascia F per dirigere T": one transfer with both ends, no post at T beside it.
    pub(super) fn purposes(&mut self) {
        for purpose in 1..self.clauses.groups.len() {
            if !self.purposive(purpose) {
                continue;
            }
            let leaves = |r: &Raw| {
                r.kind == Some(Kind::Move)
                    && r.group == Some(purpose - 1)
                    && matches!(r.slots.get(&Slot::Person), Some(Filler::Mention(_) | Filler::Pair(..) | Filler::Zero))
                    && !r.slots.contains_key(&Slot::To)
            };
            if !self.out.iter().any(leaves) {
                continue;
            }
            let post = self.out.iter().position(|r| {
                r.group == Some(purpose)
                    && matches!(r.kind, Some(Kind::Tenure | Kind::Appointment))
                    && matches!(r.slots.get(&Slot::Org), Some(Filler::Mention(_)))
            });
            let (firm, role) = match post {
                Some(at) => {
                    let post = self.out.remove(at);
                    let org = post.slots.get(&Slot::Org).cloned();
                    self.out.retain(|r| {
                        r.kind != post.kind || r.group != post.group || r.slots.get(&Slot::Org) != org.as_ref()
                    });
                    (org, post.slots.get(&Slot::Role).cloned())
                }
                None => (self.workplace(purpose).map(Filler::Mention), None),
            };
            let Some(firm) = firm else { continue };
            for raw in self.out.iter_mut().filter(|r| leaves(r)) {
                if raw.slots.values().any(|f| *f == firm) {
                    continue;
                }
                raw.slots.insert(Slot::To, firm.clone());
                if let Some(role) = &role {
                    raw.slots.entry(Slot::RoleTo).or_insert(role.clone());
                }
                raw.score *= 0.95;
                raw.open.retain(|s| !matches!(s, Slot::From | Slot::To));
                raw.trigger.1 = raw.trigger.1.max(self.clauses.groups[purpose].end);
            }
        }
        // "In talks with T to lead its lab": what somebody may come to do is no post.
        let (groups, clauses) = (self.clauses.groups, &self.clauses);
        let meant: Vec<bool> = (0..groups.len())
            .map(|g| g > 0 && self.purposive(g) && clauses.governor(g).is_none() && groups[g].start > groups[g - 1].end)
            .collect();
        self.out.retain(|r| !matches!(r.kind, None | Some(Kind::Tenure)) || !r.group.is_some_and(|g| meant[g]));
    }

    /// An infinitive behind a word of purpose, or right behind its verb.
    fn purposive(&self, group: usize) -> bool {
        let (s, g) = (self.clauses.sentence, &self.clauses.groups[group]);
        let before = &self.clauses.groups[group - 1];
        !g.is_finite()
            && g.forms.iter().any(|f| f.mood == Mood::Infinitive)
            && !g.have
            && (g.start == before.end || s.in_class(g.start - 1, self.clauses.classes.purpose))
            && (before.end..g.start).all(|i| !matches!(s.punct(self.clauses.text, i), Some(';' | ':')))
    }

    /// The firm behind a verb that tells where somebody works ("to lead the research of T").
    fn workplace(&self, group: usize) -> Option<usize> {
        let g = &self.clauses.groups[group];
        let tells = g.forms.iter().any(|f| {
            self.pack()
                .verb_rules
                .get(&f.lemma)
                .into_iter()
                .flatten()
                .map(|&rule| &self.pack().rules[rule])
                .filter(|rule| matches!(&rule.body, Body::Verb { particles, .. } if particles.is_empty()))
                .any(|rule| matches!(rule.kind, None | Some(Kind::Tenure | Kind::Appointment)))
        });
        let limit = self.clauses.right_limit(group);
        self.clauses.mentions.iter().position(|m| {
            tells
                && m.start >= g.end
                && m.start < limit
                && m.types == Types::ORG
                && matches!(m.what, What::Entity { .. })
                && !m.prep.is_some_and(|p| self.pack().channel.contains(&p))
        })
    }

    /// "Not to F but to T", "not for the money but for the chips": what stands in the place of what is denied.
    pub(super) fn corrections(&mut self) {
        let (s, mentions) = (self.clauses.sentence, self.clauses.mentions);
        let mut more = Vec::new();
        for raw in &mut self.out {
            let Some(group) = raw.group else { continue };
            let g = &self.clauses.groups[group];
            let contrast = status::contrast(&self.clauses, g.end);
            let put = |slot: Slot| {
                let (_, from) = contrast?;
                mentions.iter().position(|m| {
                    (m.phrase_start == from || m.prep.is_some() && m.phrase_start < from && from < m.start)
                        && m.types.meets(Types::of_slot(slot))
                        && !matches!(&m.what, What::Code(code, _) if *code != slot)
                })
            };
            let denied = |mention: usize| {
                let at = mentions[mention].phrase_start;
                g.negated && contrast.is_some_and(|(denied, _)| denied == at)
            };
            if raw.kind == Some(Kind::Reason) {
                let Some(&Filler::Mention(factor)) = raw.slots.get(&Slot::Factor) else { continue };
                let at = mentions[factor].phrase_start;
                let refused = at > 0 && s.in_class(at - 1, self.clauses.classes.neg);
                let is = |code: &str| Filler::Fixed(Value::Text(code.to_owned()));
                if (refused || denied(factor)) && raw.slots.get(&Slot::Polarity) == Some(&is("is")) {
                    raw.slots.insert(Slot::Polarity, is("is_not"));
                    if let Some(other) = put(Slot::Factor) {
                        let mut true_one = raw.clone();
                        true_one.slots.insert(Slot::Factor, Filler::Mention(other));
                        true_one.slots.insert(Slot::Polarity, is("is"));
                        more.push(true_one);
                    }
                }
            } else if raw.kind == Some(Kind::Move) && raw.status == Status::Negated {
                let end = [Slot::To, Slot::From]
                    .into_iter()
                    .find(|slot| matches!(raw.slots.get(slot), Some(&Filler::Mention(m)) if denied(m)));
                if let Some((end, other)) = end.and_then(|slot| Some((slot, put(slot)?))) {
                    let mut true_one = raw.clone();
                    true_one.slots.insert(end, Filler::Mention(other));
                    true_one.status = status::affirmed(&self.clauses, group, self.clauses.pack.rules[raw.rule].status);
                    more.push(true_one);
                }
            }
        }
        self.out.extend(more);
    }
}
