//! What a draft leaves to the rest of the article: missing ends, givers, subjects and firms.

use std::collections::{BTreeMap, BTreeSet};

use mercato_model::{Kind, Slot, Status, Value};

use super::{Assembly, COMPOSED, Topic};
use crate::draft::{Draft, Post};
use crate::name::EntityId;

/// How many sentences back a transfer is the context of what is told.
const CONTEXT: usize = 4;

/// How many sentences back somebody else's transfer tells the origin of the next.
const BESIDE: usize = 1;

/// Tells who moved, people or a number of them, shortly before a sentence or in it.
fn moved(o: &Draft, sentence: usize) -> bool {
    let people = match o.kind {
        Kind::Move => !o.persons.is_empty() || o.slots.contains_key(&Slot::Group),
        Kind::Count => o.counted_end().is_some() && o.slots.contains_key(&Slot::Group),
        _ => false,
    };
    people && !o.orgs.is_empty() && o.sentence <= sentence && sentence - o.sentence <= CONTEXT
}

/// The ends of a transfer or a count of movers, as read.
struct Leg {
    person: Option<EntityId>,
    from: Option<EntityId>,
    to: Option<EntityId>,
    sentence: usize,
}

impl Leg {
    fn of(d: &Draft) -> Option<Self> {
        let org = |slot: Slot| d.orgs.get(&slot).copied();
        let (from, to) = match d.kind {
            Kind::Move => (org(Slot::From), org(Slot::To)),
            Kind::Count if d.counted_end() == Some(Slot::From) => (org(Slot::Org), org(Slot::To)),
            Kind::Count if d.counted_end() == Some(Slot::To) => (None, org(Slot::Org)),
            _ => return None,
        };
        Some(Self { person: d.persons.first().copied(), from, to, sentence: d.sentence })
    }
}

impl Assembly<'_> {
    /// Fills what drafts leave to their context from the transfer last told: "with him arrives X" has his ends,
    /// "the package runs to" is the offer of the firm that hired him. What stays open is dropped.
    pub(super) fn complete(&self, drafts: Vec<Draft>, posts: &[Post], topic: &Topic) -> Vec<Draft> {
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
                    } else if let Some(firm) = (!arrives)
                        .then(|| posts.iter().find(|p| d.persons == [p.person] && !p.former).and_then(|p| p.org))
                        .flatten()
                    {
                        d.orgs.insert(Slot::From, firm);
                        d.score *= 0.85;
                        true
                    } else {
                        let end = if arrives { Slot::To } else { Slot::From };
                        let post = posts.iter().find(|p| d.persons == [p.person] && !p.former).and_then(|p| p.org);
                        let others = last.filter(|o| !o.persons.iter().any(|p| d.persons.contains(p)));
                        // The sentence before goes on; further back the article's own firm is nearer.
                        let next_door =
                            others.filter(|o| d.sentence - o.sentence <= 1).and_then(|o| o.orgs.get(&end)).copied();
                        let repeat = last.filter(|o| o.persons == d.persons && o.leaves() != arrives);
                        let firm = d
                            .head_org
                            .or(post)
                            .or(next_door)
                            .or_else(|| repeat.and_then(|o| o.orgs.get(&end)).copied())
                            .or(if arrives { topic.gainer.or(topic.firm) } else { topic.loser.or(topic.firm) })
                            .or_else(|| others.and_then(|o| o.orgs.get(&end)).copied())
                            .or(d.paragraph_org)
                            .or(d.context_org);
                        d.score *= 0.65;
                        firm.map(|firm| d.orgs.insert(end, firm)).is_some()
                    }
                }
                Kind::Offer | Kind::Pay => {
                    let giver = if d.kind == Kind::Offer { Slot::By } else { Slot::Org };
                    let known = d.orgs.contains_key(&giver);
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
                    d.orgs.contains_key(&giver)
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
                    let firm = d.head_org.or(d.context_org).or(topic.firm);
                    firm.map(|firm| d.orgs.insert(Slot::By, firm)).is_some()
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
        out
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

    /// The end that a post tells: "Apple's X joins Meta" comes from Apple.
    pub(super) fn ends_from_posts(&self, drafts: &mut [Draft], posts: &[Post]) {
        for d in drafts.iter_mut().filter(|d| d.kind == Kind::Move && d.persons.len() == 1) {
            let person = d.persons[0];
            let (from, to) = (d.orgs.get(&Slot::From).copied(), d.orgs.get(&Slot::To).copied());
            if from.is_none() {
                // Of those who come back, or are yet to come, a present post is the origin too.
                let arrival = !d.leaves() && d.manner() != Some("returned") && d.status != Status::Planned;
                let mut hits: Vec<&Post> = posts
                    .iter()
                    .filter(|p| p.person == person && p.org.is_some() && p.org != to && !p.lent)
                    // A past post speaks of the origin anywhere; a present one in the same sentence, or for a departure.
                    .filter(|p| p.former || p.sentence == d.sentence || !arrival)
                    .collect();
                hits.sort_by_key(|p| (p.sentence.abs_diff(d.sentence), !p.former));
                let mut firms: Vec<EntityId> = hits.iter().filter_map(|p| p.org).collect();
                firms.dedup();
                let same_sentence =
                    hits.iter().filter(|p| p.sentence == d.sentence).filter_map(|p| p.org).collect::<BTreeSet<_>>();
                let origin = if same_sentence.len() == 1 {
                    same_sentence.into_iter().next()
                } else if firms.len() == 1 {
                    Some(firms[0])
                } else {
                    None
                };
                let founding = d.manner() == Some("founded");
                if let Some(origin) = origin.filter(|_| !founding || hits.iter().any(|p| p.sentence == d.sentence)) {
                    d.orgs.insert(Slot::From, origin);
                    d.score = (d.score * 0.93).min(COMPOSED);
                }
            }
        }
    }

    /// The end that the article as a whole tells: in a story about those who leave a firm, who "joined X" left that firm;
    /// in one about a firm that hires, who "comes from X" goes there.
    pub(super) fn ends_from_topic(&self, drafts: &mut [Draft], topic: &Topic) {
        let legs: Vec<Leg> = drafts.iter().filter_map(Leg::of).collect();
        let posts: Vec<(EntityId, EntityId)> = drafts
            .iter()
            .filter(|d| d.kind == Kind::Appointment)
            .filter_map(|d| Some((*d.persons.first()?, *d.orgs.get(&Slot::Org)?)))
            .collect();
        for d in drafts.iter_mut().filter(|d| d.kind == Kind::Move && d.persons.len() == 1 && !d.unreal()) {
            let (from, to) = (d.orgs.get(&Slot::From).copied(), d.orgs.get(&Slot::To).copied());
            let person = d.persons[0];
            match (from, to) {
                (None, Some(to)) if d.manner() != Some("founded") => {
                    let told = legs.iter().any(|l| l.person == Some(person) && l.from.is_some());
                    // Who comes back to one firm comes from the other that he or she went to.
                    let been = legs
                        .iter()
                        .filter(|l| d.manner() == Some("returned") && l.person == Some(person))
                        .filter_map(|l| l.to)
                        .find(|&l| l != to);
                    // Those told of just before left the same firm.
                    let beside = legs
                        .iter()
                        .filter(|l| l.sentence <= d.sentence && d.sentence - l.sentence <= BESIDE)
                        .filter(|l| l.person != Some(person))
                        .filter_map(|l| l.from)
                        .next_back();
                    let around = [beside, d.head_org, topic.loser, topic.firm, d.paragraph_org];
                    let around = around.into_iter().flatten().find(|&l| l != to).filter(|_| !told);
                    if let Some(loser) = been.or(around) {
                        d.orgs.insert(Slot::From, loser);
                        d.score = (d.score * 0.75).min(COMPOSED);
                    }
                }
                (Some(from), None) if d.manner() != Some("founded") => {
                    let told = legs.iter().any(|l| l.person == Some(person) && l.to.is_some());
                    let post = posts.iter().find(|(p, o)| *p == person && *o != from).map(|(_, o)| *o);
                    // Where somebody who just leaves goes, only an appointment of his or her own tells.
                    if d.ends_by_manner() && (post.is_none() || matches!(d.manner(), Some("fired" | "retired"))) {
                        continue;
                    }
                    // Who came from one firm and leaves another came to that one.
                    let left =
                        legs.iter().filter(|l| l.person == Some(person)).filter_map(|l| l.from).find(|&l| l != from);
                    let candidates = [post, left, d.head_org, topic.gainer, topic.firm];
                    if let Some(gainer) = candidates.into_iter().flatten().find(|&g| g != from).filter(|_| !told) {
                        d.orgs.insert(Slot::To, gainer);
                        d.score = (d.score * if post.is_some() { 0.92 } else { 0.75 }).min(COMPOSED);
                    }
                }
                _ => {}
            }
        }
    }

    /// An appointment that does not name its firm: that of the same person's move, or of the post taken over.
    pub(super) fn firms_of_appointments(&self, drafts: &mut [Draft], posts: &[Post], topic: &Topic) {
        let moves: Vec<(EntityId, EntityId, usize)> = drafts
            .iter()
            .filter(|d| d.kind == Kind::Move && d.persons.len() == 1)
            .filter_map(|d| Some((d.persons[0], *d.orgs.get(&Slot::To)?, d.sentence)))
            .collect();
        let left: Vec<(String, EntityId)> = drafts
            .iter()
            .filter(|d| d.kind == Kind::Move && d.persons.len() == 1)
            .filter_map(|d| Some((self.names.entities[d.persons[0]].name.clone(), *d.orgs.get(&Slot::From)?)))
            .collect();
        let appointed: Vec<(EntityId, EntityId)> = drafts
            .iter()
            .filter(|d| d.kind == Kind::Appointment)
            .filter_map(|d| Some((*d.persons.first()?, *d.orgs.get(&Slot::Org)?)))
            .collect();
        for d in drafts.iter_mut().filter(|d| d.kind == Kind::Appointment && !d.orgs.contains_key(&Slot::Org)) {
            let Some(&person) = d.persons.first() else { continue };
            let named = |slot: Slot| d.slots.get(&slot).and_then(|v| v.texts().first().map(|s| (*s).to_owned()));
            let post_of =
                |name: &String| posts.iter().find(|p| self.names.entities[p.person].name == *name).and_then(|p| p.org);
            let nearest = moves.iter().filter(|m| m.0 == person).min_by_key(|m| m.2.abs_diff(d.sentence)).map(|m| m.1);
            let own = posts.iter().find(|p| p.person == person && !p.former).and_then(|p| p.org);
            let firm = nearest
                .or_else(|| appointed.iter().find(|a| a.0 == person).map(|a| a.1))
                .or_else(|| {
                    named(Slot::Replaces)
                        .and_then(|n| left.iter().find(|l| l.0 == n).map(|l| l.1).or_else(|| post_of(&n)))
                })
                .or_else(|| named(Slot::ReportsTo).and_then(|n| post_of(&n)))
                // A post elsewhere is where somebody comes from, when the article is about another firm.
                .or_else(|| own.filter(|o| topic.firm.is_none_or(|t| t == *o)));
            if let Some(firm) = firm {
                d.orgs.insert(Slot::Org, firm);
                d.score = (d.score * 0.9).min(COMPOSED);
            } else if let Some(firm) = d.head_org.or(topic.firm).or(d.paragraph_org).or(d.context_org) {
                d.orgs.insert(Slot::Org, firm);
                d.score = (d.score * 0.7).min(COMPOSED);
            }
        }
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
