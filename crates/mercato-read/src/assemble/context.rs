//! What a draft leaves to the rest of the article: missing ends, givers, subjects and firms.

use std::collections::BTreeMap;

use mercato_model::{Kind, Slot, Value};

use mercato_pack::lending::Site;

use super::answer;
use super::lend::{Gap, Lender};
use super::{Assembly, COMPOSED, Topic};
use crate::draft::{Draft, Post};
use crate::name::EntityId;

/// How many sentences back a transfer is the context of what is told.
pub(super) const CONTEXT: usize = 4;

/// Tells who moved, people or a number of them, shortly before a sentence or in it.
fn moved(o: &Draft, sentence: usize) -> bool {
    let people = match o.kind {
        Kind::Move => !o.persons.is_empty() || o.slots.contains_key(&Slot::Group),
        Kind::Count => o.counted_end().is_some() && o.slots.contains_key(&Slot::Group),
        _ => false,
    };
    people && !o.orgs.is_empty() && o.sentence <= sentence && sentence - o.sentence <= CONTEXT
}

/// The firms at some ends of each person's transfers.
fn own_firms(drafts: &[Draft], ends: &[Slot]) -> BTreeMap<EntityId, Vec<EntityId>> {
    let mut out: BTreeMap<EntityId, Vec<EntityId>> = BTreeMap::new();
    for d in drafts.iter().filter(|d| d.kind == Kind::Move && d.persons.len() == 1) {
        out.entry(d.persons[0]).or_default().extend(ends.iter().filter_map(|end| d.orgs.get(end)));
    }
    out
}

impl Assembly<'_> {
    /// Fills what drafts leave to their context from the transfer last told: "with him arrives X" has his ends,
    /// "the package runs to" is the offer of the firm that hired him. What stays open is dropped.
    pub(super) fn complete(&self, drafts: Vec<Draft>, lender: &Lender, topic: &Topic) -> Vec<Draft> {
        let mut out: Vec<Draft> = Vec::new();
        // How many go with somebody, for how much, and why, may stand before the move in its sentence.
        let (reasons, others): (Vec<Draft>, Vec<Draft>) = drafts.into_iter().partition(|d| d.kind == Kind::Reason);
        let (counts, others): (Vec<Draft>, Vec<Draft>) = others
            .into_iter()
            .partition(|d| matches!(d.kind, Kind::Count | Kind::Offer | Kind::Pay) && !d.open.is_empty());
        for mut d in others.into_iter().chain(counts).chain(reasons) {
            if d.open.is_empty() {
                self.name_subject(&mut d);
                out.push(d);
                continue;
            }
            let read: Vec<Slot> = d.orgs.keys().copied().collect();
            let near = |o: &&Draft| {
                o.kind == Kind::Move
                    && o.open.is_empty()
                    && !o.orgs.is_empty()
                    && o.sentence <= d.sentence
                    && d.sentence - o.sentence <= CONTEXT
            };
            let with = d.companion.and_then(|c| {
                out.iter().rev().find(|o| o.kind == Kind::Move && o.persons.contains(&c) && !o.orgs.is_empty())
            });
            let last = out.iter().rev().find(near);
            let done = match d.kind {
                Kind::Move => {
                    let arrives = matches!(d.manner(), None | Some("joined" | "hired" | "poached" | "returned"));
                    if let Some(o) = with {
                        d.orgs = o.orgs.clone();
                        d.score *= 0.8;
                        true
                    } else if d.companion.is_some() {
                        // "Goes with her to the lake": nobody is told to have moved.
                        false
                    } else {
                        let (site, end) = if arrives { (Site::OpenTo, Slot::To) } else { (Site::OpenFrom, Slot::From) };
                        let chosen = lender.choose(&Gap::of(&d, None, self.published), site);
                        if let Some((firm, sure)) = chosen {
                            d.orgs.insert(end, firm);
                            d.score *= sure;
                        }
                        chosen.is_some()
                    }
                }
                // Nobody is known to have offered anything: whatever was accepted, it was no offer of work.
                Kind::Offer if d.slots.contains_key(&Slot::Response) && !d.slots.contains_key(&Slot::Amount) => {
                    d.score *= 0.8;
                    if let Some(approach) = answer::answered(&out, &d).cloned() {
                        answer::take(&mut d, &approach);
                    }
                    d.orgs.contains_key(&Slot::By) && !d.persons.is_empty()
                }
                Kind::Offer | Kind::Pay => {
                    let giver = if d.kind == Kind::Offer { Slot::By } else { Slot::Org };
                    let known = d.orgs.contains_key(&giver) || d.slots.contains_key(&giver);
                    // Who pays is the article's own firm, who offers the one last spoken of.
                    let around = topic.firm.filter(|_| d.kind == Kind::Pay).or(d.context_org);
                    let o = last.filter(|o| !known || o.orgs.get(&Slot::To) == d.orgs.get(&giver));
                    d.score *= 0.7;
                    if let Some(o) = o {
                        if d.persons.is_empty() && !d.slots.contains_key(&Slot::Group) {
                            d.persons = o.persons.clone();
                        }
                        if let (false, Some(&to)) = (known, o.orgs.get(&Slot::To)) {
                            d.orgs.insert(giver, to);
                        }
                        if let (Kind::Offer, Some(&from)) = (d.kind, o.orgs.get(&Slot::From)) {
                            d.orgs.entry(Slot::From).or_insert(from);
                        }
                    } else if let (false, Some(org)) = (known, around) {
                        d.orgs.insert(giver, org);
                        d.score *= 0.8;
                    }
                    known || d.orgs.contains_key(&giver)
                }
                Kind::Reason => {
                    d.score *= 0.75;
                    match out.iter().filter(|o| moved(o, d.sentence)).max_by_key(|o| o.sentence) {
                        Some(o) => {
                            d.persons = o.persons.clone();
                            if let Some(group) = o.slots.get(&Slot::Group) {
                                d.slots.entry(Slot::Subject).or_insert(group.clone());
                            }
                            let ends = [Slot::From, Slot::Org, Slot::To];
                            if let Some(&org) = ends.iter().find_map(|end| o.orgs.get(end)) {
                                d.orgs.entry(Slot::Org).or_insert(org);
                            }
                            true
                        }
                        None => !d.persons.is_empty(),
                    }
                }
                Kind::Recruiting => {
                    d.score *= 0.7;
                    // "X courts the people of F": not for F.
                    let target = d.slots.get(&Slot::Target).and_then(|v| v.texts().first().map(|t| (*t).to_owned()));
                    let courted = |firm: &EntityId| {
                        target.as_ref().is_some_and(|t| t.contains(self.names.entities[*firm].name.as_str()))
                    };
                    let around = [d.head_org, d.context_org, topic.firm, topic.gainer];
                    let firm = around.into_iter().flatten().find(|firm| !courted(firm));
                    firm.map(|firm| d.orgs.insert(Slot::By, firm)).is_some() || !d.persons.is_empty()
                }
                // "a licence to its technology": the firm last spoken of that is not the buyer.
                Kind::Deal => {
                    d.score *= 0.7;
                    let buyer = d.orgs.get(&Slot::Acquirer).copied();
                    let firm =
                        [d.context_org, topic.loser, topic.firm].into_iter().flatten().find(|f| Some(*f) != buyer);
                    firm.map(|firm| d.orgs.insert(Slot::Target, firm)).is_some()
                }
                // Its firm is found among all that the article tells of the post.
                Kind::Appointment => true,
                Kind::Retention | Kind::Layoff => {
                    d.score *= 0.7;
                    let firm = d.head_org.or(topic.firm).or(d.context_org);
                    firm.map(|firm| d.orgs.insert(Slot::Org, firm)).is_some()
                }
                Kind::Count => {
                    let to = d.orgs.get(&Slot::To).copied();
                    let told = d.counted_end().and_then(|e| last.and_then(|o| o.orgs.get(&e)).copied());
                    let around = match d.counted_end() {
                        Some(Slot::To) => None,
                        Some(_) => topic.loser.or(topic.firm),
                        None => d.head_org.or(topic.firm).or(topic.loser),
                    };
                    let firm = [told, around, d.context_org].into_iter().flatten().find(|firm| Some(*firm) != to);
                    d.score *= 0.75;
                    match (firm, to) {
                        (Some(firm), _) => {
                            d.orgs.insert(Slot::Org, firm);
                        }
                        // Whose people they were stays untold: those who joined count for the firm they joined.
                        (None, Some(to)) => {
                            d.orgs = BTreeMap::from([(Slot::Org, to)]);
                            d.slots.insert(Slot::Direction, Value::Text("joined".to_owned()));
                        }
                        (None, None) => {}
                    }
                    d.orgs.contains_key(&Slot::Org)
                }
                _ => false,
            };
            if done {
                d.lent.extend(d.orgs.keys().filter(|slot| !read.contains(slot)));
                d.score = d.score.min(COMPOSED);
                d.open.clear();
                self.name_subject(&mut d);
                out.push(d);
            }
        }
        self.gainers(&mut out);
        out
    }

    /// "Has hired fifty, ten of whom come from F": those who come go where the number before them went.
    fn gainers(&self, drafts: &mut [Draft]) {
        for at in 0..drafts.len() {
            let d = &drafts[at];
            let rule = &self.pack.rules[d.rule];
            let arrive = rule.kind == Some(Kind::Move)
                && rule.set.iter().any(|(slot, v)| *slot == Slot::Manner && v.texts() == ["joined"]);
            let comes = arrive || rule.context.contains(&Slot::To);
            let Some(&from) = d.orgs.get(&Slot::Org).filter(|_| comes && d.counted_end() == Some(Slot::From)) else {
                continue;
            };
            if d.orgs.contains_key(&Slot::To) {
                continue;
            }
            let gains = |o: &&Draft| {
                o.counted_end() == Some(Slot::To)
                    && o.sentence <= d.sentence
                    && d.sentence - o.sentence <= 1
                    && o.orgs.get(&Slot::Org).is_some_and(|to| *to != from)
            };
            let to = drafts.iter().rev().find(gains).and_then(|o| o.orgs.get(&Slot::Org)).copied();
            if let Some(to) = to {
                let d = &mut drafts[at];
                d.orgs.insert(Slot::To, to);
                d.lent.insert(Slot::To);
                d.score = (d.score * 0.85).min(COMPOSED);
            }
        }
    }

    /// The people of a reason stand in its subject by name, wherever they were found.
    fn name_subject(&self, d: &mut Draft) {
        if d.kind != Kind::Reason || d.persons.is_empty() {
            return;
        }
        let mut names: Vec<String> =
            std::mem::take(&mut d.persons).into_iter().map(|p| self.names.entities[p].name.clone()).collect();
        let value = if names.len() == 1 { Value::Text(names.remove(0)) } else { Value::List(names) };
        d.slots.insert(Slot::Subject, value);
    }

    /// The end that a transfer leaves out, when the rest of the article tells it.
    pub(super) fn ends(&self, drafts: &mut [Draft], lender: &Lender) {
        for d in drafts.iter_mut().filter(|d| d.kind == Kind::Move) {
            let (site, end, other) = match (d.orgs.contains_key(&Slot::From), d.orgs.contains_key(&Slot::To)) {
                (false, true) => (Site::From, Slot::From, Slot::To),
                (true, false) => (Site::To, Slot::To, Slot::From),
                _ => continue,
            };
            if let Some((firm, sure)) = lender.choose(&Gap::of(d, Some(other), self.published), site) {
                d.orgs.insert(end, firm);
                d.score = (d.score * sure).min(COMPOSED);
            }
        }
    }

    /// An appointment that does not name its firm: that of the same person's move, or of the post taken over.
    pub(super) fn firms_of_appointments(&self, drafts: &mut [Draft], posts: &[Post], lender: &Lender) {
        let left: Vec<(EntityId, EntityId)> = drafts
            .iter()
            .filter(|d| d.kind == Kind::Move && d.persons.len() == 1)
            .filter_map(|d| Some((d.persons[0], *d.orgs.get(&Slot::From)?)))
            .collect();
        let gained = own_firms(drafts, &[Slot::To]);
        for d in drafts.iter_mut().filter(|d| d.kind == Kind::Appointment && !d.orgs.contains_key(&Slot::Org)) {
            let Some(person) = d.persons.first() else { continue };
            let mut gap = Gap::of(d, None, self.published);
            gap.own = gained.get(person).cloned().unwrap_or_default();
            for slot in [Slot::Replaces, Slot::ReportsTo] {
                let name = d.slots.get(&slot).and_then(|v| v.texts().first().copied());
                let is = |person: EntityId| Some(self.names.entities[person].name.as_str()) == name;
                gap.replaced.extend(left.iter().filter(|l| slot == Slot::Replaces && is(l.0)).map(|l| l.1));
                gap.replaced.extend(posts.iter().filter(|p| is(p.person)).filter_map(|p| p.org));
            }
            if let Some((firm, sure)) = lender.choose(&gap, Site::Appointment) {
                d.orgs.insert(Slot::Org, firm);
                d.score = (d.score * sure).min(COMPOSED);
            }
        }
    }

    /// The firms of posts that name none.
    pub(super) fn firms_of_posts(drafts: &[Draft], posts: &[Post], lender: &Lender) -> Vec<Post> {
        let own = own_firms(drafts, &[Slot::From, Slot::To]);
        let place = |p: &Post| {
            if !p.lent && (p.org.is_some() || p.role.is_none()) {
                return Some(p.clone());
            }
            let gap = Gap {
                person: Some(p.person),
                sentence: p.sentence,
                spans: vec![p.span],
                guess: p.org,
                own: own.get(&p.person).cloned().unwrap_or_default(),
                ..Gap::default()
            };
            let (firm, sure) = lender.choose(&gap, Site::Post)?;
            // The guess of the resolver cost as much.
            Some(Post { org: Some(firm), lent: true, score: p.score * sure, ..p.clone() })
        };
        posts.iter().filter_map(place).collect()
    }

    pub(super) fn roles_from_posts(&self, drafts: &mut [Draft], posts: &[Post]) {
        for d in drafts.iter_mut().filter(|d| d.kind == Kind::Move && d.persons.len() == 1) {
            for (end, role) in [(Slot::From, Slot::RoleFrom), (Slot::To, Slot::RoleTo)] {
                let Some(org) = d.orgs.get(&end).copied() else { continue };
                if d.slots.contains_key(&role) {
                    continue;
                }
                if let Some(text) =
                    posts.iter().find(|p| p.person == d.persons[0] && p.org == Some(org)).and_then(|p| p.role.clone())
                {
                    d.slots.insert(role, Value::Text(text));
                }
            }
        }
    }
}
