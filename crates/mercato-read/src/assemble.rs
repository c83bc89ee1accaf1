//! The document's claims from its drafts: moves put together from their legs, posts placed, repeats folded, reasons hung on.

use std::collections::BTreeMap;

use mercato_model::{Claim, Evidence, Kind, Lang, PartialDate, Slot, Status, Value};
use mercato_pack::Pack;
use mercato_pack::kb::Calibration;

use crate::draft::{Draft, Post};
use crate::name::{EntityId, Names};

/// Raw score that a transfer put together from several places does not pass: only one told whole in one place may.
const COMPOSED: f64 = 0.68;

/// How many sentences back a transfer is the context of what is told.
const CONTEXT: usize = 4;

pub(crate) struct Assembly<'a> {
    pub doc: &'a str,
    pub lang: Lang,
    pub text: &'a str,
    pub pack: &'a Pack,
    pub names: &'a Names,
    pub calibration: &'a [Calibration],
}

impl Assembly<'_> {
    /// Claims in the order of their first evidence.
    pub fn claims(&self, drafts: Vec<Draft>, posts: &[Post]) -> Vec<Claim> {
        let drafts: Vec<Draft> = drafts.into_iter().flat_map(|d| self.per_person(d)).collect();
        let topic = Topic::of(&drafts, self.names);
        let mut drafts = self.complete(drafts, posts, &topic);
        let told: Vec<Post> = drafts
            .iter()
            .filter(|d| d.kind == Kind::Tenure && d.persons.len() == 1 && d.status == Status::Asserted)
            .filter_map(|d| {
                let role = d.slots.get(&Slot::Role).and_then(|v| v.texts().first().map(|s| (*s).to_owned()));
                Some(Post {
                    person: d.persons[0],
                    org: Some(*d.orgs.get(&Slot::Org)?),
                    role,
                    former: true,
                    sentence: d.sentence,
                    span: d.spans[0],
                    rule: d.rule,
                    score: d.score,
                })
            })
            .collect();
        let known: Vec<Post> = posts.iter().cloned().chain(told).collect();
        self.ends_from_posts(&mut drafts, &known);
        self.ends_from_topic(&mut drafts, &topic);
        let drafts = self.join_legs(drafts);
        let mut drafts = fold(drafts);
        self.firms_of_appointments(&mut drafts, posts, &topic);
        self.roles_from_posts(&mut drafts, posts);
        self.drop_recounts(&mut drafts);
        drafts.extend(self.tenures(&drafts, posts));
        let drafts = regroup(fold(drafts));
        let mut claims: Vec<Claim> = drafts.into_iter().filter_map(|d| self.claim(d)).collect();
        claims.sort_by(|a, b| {
            let place = |c: &Claim| c.evidence.quotes()[0].span;
            place(a)
                .cmp(&place(b))
                .then(a.kind.cmp(&b.kind))
                .then_with(|| format!("{:?}", a.slots).cmp(&format!("{:?}", b.slots)))
        });
        claims
    }

    /// One draft a person: legs, posts and repeats are put together person by person.
    fn per_person(&self, draft: Draft) -> Vec<Draft> {
        if draft.persons.len() < 2 || !matches!(draft.kind, Kind::Move | Kind::Appointment | Kind::Tenure) {
            return vec![draft];
        }
        draft.persons.iter().map(|&p| Draft { persons: vec![p], ..draft.clone() }).collect()
    }

    /// Fills what drafts leave to their context from the transfer last told: "with him arrives X" has his ends,
    /// "the package runs to" is the offer of the firm that hired him. What stays open is dropped.
    fn complete(&self, drafts: Vec<Draft>, posts: &[Post], topic: &Topic) -> Vec<Draft> {
        let mut out: Vec<Draft> = Vec::new();
        for mut d in drafts {
            if d.open.is_empty() {
                out.push(d);
                continue;
            }
            let near = |o: &&Draft| {
                o.kind == Kind::Move
                    && o.open.is_empty()
                    && !o.orgs.is_empty()
                    && d.sentence - o.sentence.min(d.sentence) <= CONTEXT
            };
            let with = d.companion.and_then(|c| {
                out.iter().rev().find(|o| o.kind == Kind::Move && o.persons.contains(&c) && !o.orgs.is_empty())
            });
            let last = out.iter().rev().find(near);
            let done = match d.kind {
                Kind::Move => {
                    let arrives = matches!(manner(&d), None | Some("joined" | "hired" | "poached" | "returned"));
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
                        let repeat = last.filter(|o| o.persons == d.persons && leaves(o) != arrives);
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
                    } else if let (false, Some(org)) = (known, d.context_org) {
                        d.orgs.insert(giver, org);
                        d.score *= 0.8;
                    }
                    d.orgs.contains_key(&giver)
                }
                Kind::Reason => {
                    d.score *= 0.75;
                    match last {
                        Some(o) => {
                            d.persons = o.persons.clone();
                            if let Some(&org) = o.orgs.get(&Slot::From).or(o.orgs.get(&Slot::To)) {
                                d.orgs.entry(Slot::Org).or_insert(org);
                            }
                            !d.persons.is_empty()
                        }
                        None => false,
                    }
                }
                Kind::Recruiting => {
                    d.score *= 0.7;
                    let firm = d.head_org.or(d.context_org).or(topic.firm);
                    firm.map(|firm| d.orgs.insert(Slot::By, firm)).is_some()
                }
                // Its firm is found among all that the article tells of the post.
                Kind::Appointment => true,
                Kind::Retention | Kind::Layoff => {
                    d.score *= 0.7;
                    let firm = d.head_org.or(topic.firm).or(d.context_org);
                    firm.map(|firm| d.orgs.insert(Slot::Org, firm)).is_some()
                }
                Kind::Count => {
                    let left = d.slots.get(&Slot::Direction).is_some_and(|v| v.texts() == ["left"]);
                    let joined = d.slots.get(&Slot::Direction).is_some_and(|v| v.texts() == ["joined"]);
                    let end = if left {
                        Some(Slot::From)
                    } else if joined {
                        Some(Slot::To)
                    } else {
                        None
                    };
                    let firm = end.and_then(|e| last.and_then(|o| o.orgs.get(&e)).copied()).or(d.context_org);
                    d.score *= 0.75;
                    firm.map(|firm| d.orgs.insert(Slot::Org, firm)).is_some()
                }
                _ => false,
            };
            if done {
                d.completed = true;
                d.score = d.score.min(COMPOSED);
                d.open.clear();
                out.push(d);
            }
        }
        out
    }

    /// The end that a post tells: "Apple's X joins Meta" comes from Apple.
    fn ends_from_posts(&self, drafts: &mut [Draft], posts: &[Post]) {
        for d in drafts.iter_mut().filter(|d| d.kind == Kind::Move && d.persons.len() == 1) {
            let person = d.persons[0];
            let (from, to) = (d.orgs.get(&Slot::From).copied(), d.orgs.get(&Slot::To).copied());
            if from.is_none() {
                let arrival = !leaves(d);
                let mut hits: Vec<&Post> = posts
                    .iter()
                    .filter(|p| p.person == person && p.org.is_some() && p.org != to)
                    // A past post speaks of the origin anywhere; a present one in the same sentence, or for a departure.
                    .filter(|p| p.former || p.sentence == d.sentence || !arrival)
                    .collect();
                hits.sort_by_key(|p| (p.sentence.abs_diff(d.sentence), !p.former));
                let mut firms: Vec<EntityId> = hits.iter().filter_map(|p| p.org).collect();
                firms.dedup();
                let same_sentence = hits
                    .iter()
                    .filter(|p| p.sentence == d.sentence)
                    .filter_map(|p| p.org)
                    .collect::<std::collections::BTreeSet<_>>();
                let origin = if same_sentence.len() == 1 {
                    same_sentence.into_iter().next()
                } else if firms.len() == 1 {
                    Some(firms[0])
                } else {
                    None
                };
                let founding = manner(d) == Some("founded");
                if let Some(origin) = origin.filter(|_| !founding || hits.iter().any(|p| p.sentence == d.sentence)) {
                    d.orgs.insert(Slot::From, origin);
                    d.score = (d.score * 0.93).min(COMPOSED);
                }
            }
        }
    }

    /// The end that the article as a whole tells: in a story about those who leave a firm, who "joined X" left that firm;
    /// in one about a firm that hires, who "comes from X" goes there.
    fn ends_from_topic(&self, drafts: &mut [Draft], topic: &Topic) {
        let legs: Vec<(Vec<EntityId>, Option<EntityId>, Option<EntityId>)> = drafts
            .iter()
            .filter(|d| d.kind == Kind::Move)
            .map(|d| (d.persons.clone(), d.orgs.get(&Slot::From).copied(), d.orgs.get(&Slot::To).copied()))
            .collect();
        let posts: Vec<(EntityId, EntityId)> = drafts
            .iter()
            .filter(|d| d.kind == Kind::Appointment)
            .filter_map(|d| Some((*d.persons.first()?, *d.orgs.get(&Slot::Org)?)))
            .collect();
        for d in drafts.iter_mut().filter(|d| d.kind == Kind::Move && d.persons.len() == 1 && !unreal(d.status)) {
            let (from, to) = (d.orgs.get(&Slot::From).copied(), d.orgs.get(&Slot::To).copied());
            let person = d.persons[0];
            match (from, to) {
                (None, Some(to)) if manner(d) != Some("founded") => {
                    let told = legs.iter().any(|(p, f, _)| p.contains(&person) && f.is_some());
                    // "X left for Y": from the firm that the item is about.
                    let item = d.paragraph_org.filter(|_| manner(d) == Some("left"));
                    if let Some(loser) =
                        d.head_org.or(topic.loser).or(topic.firm).or(item).filter(|&l| l != to && !told)
                    {
                        d.orgs.insert(Slot::From, loser);
                        d.score = (d.score * 0.75).min(COMPOSED);
                    }
                }
                (Some(from), None) if !leaves_by_manner(d) => {
                    let told = legs.iter().any(|(p, _, t)| p.contains(&person) && t.is_some());
                    let post = posts.iter().find(|(p, o)| *p == person && *o != from).map(|(_, o)| *o);
                    if let Some(gainer) =
                        post.or(d.head_org).or(topic.gainer).or(topic.firm).filter(|&g| g != from && !told)
                    {
                        d.orgs.insert(Slot::To, gainer);
                        d.score = (d.score * if post.is_some() { 0.92 } else { 0.75 }).min(COMPOSED);
                    }
                }
                _ => {}
            }
        }
    }

    /// A departure and an arrival of one person are one transfer, with the less sure status.
    fn join_legs(&self, drafts: Vec<Draft>) -> Vec<Draft> {
        let mut out: Vec<Draft> = Vec::new();
        for d in drafts {
            if d.kind != Kind::Move {
                out.push(d);
                continue;
            }
            // An end that the context lent is no leg to put another transfer together with.
            let whole = |o: &Draft| !(o.completed || d.completed) || o.orgs == d.orgs;
            match out.iter_mut().find(|o| o.kind == Kind::Move && whole(o) && same_transfer(o, &d)) {
                Some(o) => join(o, d),
                None => out.push(d),
            }
        }
        out
    }

    /// An appointment that does not name its firm: that of the same person's move, or of the post taken over.
    fn firms_of_appointments(&self, drafts: &mut [Draft], posts: &[Post], topic: &Topic) {
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

    fn roles_from_posts(&self, drafts: &mut [Draft], posts: &[Post]) {
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

    /// A bare number that only counts again the people who are named is no claim.
    fn drop_recounts(&self, drafts: &mut Vec<Draft>) {
        let mut movers: BTreeMap<(EntityId, bool), std::collections::BTreeSet<EntityId>> = BTreeMap::new();
        for d in drafts.iter().filter(|d| d.kind == Kind::Move && d.persons.len() == 1) {
            for (slot, left) in [(Slot::From, true), (Slot::To, false)] {
                if let Some(&org) = d.orgs.get(&slot) {
                    movers.entry((org, left)).or_default().insert(d.persons[0]);
                }
            }
        }
        drafts.retain(|d| {
            let exact = d
                .slots
                .get(&Slot::N)
                .and_then(Value::bounds)
                .filter(|b| b.min == b.max && !b.approx)
                .and_then(|b| b.min);
            let (Some(n), Some(&org)) = (exact, d.orgs.get(&Slot::Org)) else { return true };
            let left = d.slots.get(&Slot::Direction).is_some_and(|v| v.texts() == ["left"]);
            let joined = d.slots.get(&Slot::Direction).is_some_and(|v| v.texts() == ["joined"]);
            !(d.kind == Kind::Count
                && (left || joined)
                && !d.slots.contains_key(&Slot::Of)
                && movers.get(&(org, left)).is_some_and(|m| m.len() as f64 == n))
        });
    }

    /// Posts that no move or appointment of the document covers.
    fn tenures(&self, drafts: &[Draft], posts: &[Post]) -> Vec<Draft> {
        posts
            .iter()
            .filter(|p| {
                let Some(org) = p.org else { return false };
                !drafts.iter().any(|d| match d.kind {
                    Kind::Move => d.persons.contains(&p.person) && d.orgs.values().any(|&o| o == org),
                    Kind::Appointment => {
                        d.persons.contains(&p.person) && d.orgs.get(&Slot::Org) == Some(&org) && !p.former
                    }
                    Kind::Tenure => d.persons.contains(&p.person) && d.orgs.get(&Slot::Org) == Some(&org),
                    _ => false,
                })
            })
            .filter_map(|p| {
                let mut slots = BTreeMap::new();
                if let Some(role) = &p.role {
                    slots.insert(Slot::Role, Value::Text(role.clone()));
                }
                Some(Draft {
                    kind: Kind::Tenure,
                    persons: vec![p.person],
                    orgs: BTreeMap::from([(Slot::Org, p.org?)]),
                    slots,
                    status: Status::Asserted,
                    source: Vec::new(),
                    date: None,
                    spans: vec![p.span],
                    rule: p.rule,
                    as_written: BTreeMap::new(),
                    score: p.score,
                    sentence: p.sentence,
                    open: Vec::new(),
                    companion: None,
                    context_org: None,
                    paragraph_org: None,
                    head_org: None,
                    completed: false,
                })
            })
            .collect()
    }

    fn claim(&self, d: Draft) -> Option<Claim> {
        let mut slots = d.slots;
        if !d.persons.is_empty() && d.kind.slot_type(Slot::Person).is_some() {
            let mut people: Vec<String> = d.persons.iter().map(|&p| self.names.entities[p].name.clone()).collect();
            people.dedup();
            slots.insert(Slot::Person, Value::List(people));
        } else if let Some(&person) = d.persons.first() {
            // Slots that take a person or something else: subject, target, plaintiff, actor.
            let open = [Slot::Subject, Slot::Target, Slot::Actor, Slot::Plaintiff, Slot::Defendant]
                .into_iter()
                .find(|s| d.kind.slot_type(*s).is_some() && !slots.contains_key(s) && !d.orgs.contains_key(s));
            if let Some(slot) = open {
                slots.insert(slot, Value::Text(self.names.entities[person].name.clone()));
            }
        }
        for (&slot, &org) in &d.orgs {
            slots.insert(slot, Value::Text(self.names.entities[org].name.clone()));
        }
        slots.retain(|slot, _| d.kind.slot_type(*slot).is_some());
        // The contract: a claim without its key slots is none.
        if !d.kind.key().iter().all(|group| group.iter().any(|s| slots.contains_key(s))) {
            return None;
        }
        let shape = match d.kind {
            Kind::Move if slots.contains_key(&Slot::Group) => "group",
            Kind::Move if slots.contains_key(&Slot::From) && slots.contains_key(&Slot::To) => "both",
            Kind::Move => "one",
            _ => "any",
        };
        let fitted =
            self.calibration.iter().rev().find(|c| c.kind == d.kind.as_str() && c.shape == shape && c.from <= d.score);
        let score = fitted.map_or(d.score, |c| c.score);
        Some(Claim {
            doc: self.doc.to_owned(),
            lang: self.lang,
            kind: d.kind,
            slots,
            status: d.status,
            source: d.source,
            date: d.date,
            evidence: Evidence::cut(self.text, &d.spans)?,
            rule: self.pack.rules[d.rule].id.clone(),
            as_written: d.as_written,
            score: (score.clamp(0.01, 0.99) * 1000.0).round() / 1000.0,
        })
    }
}

/// What the article as a whole is about.
struct Topic {
    /// The firm that most of the people who move leave, when they are several.
    loser: Option<EntityId>,
    /// The firm that most of them join.
    gainer: Option<EntityId>,
    /// The firm that it is about.
    firm: Option<EntityId>,
}

impl Topic {
    fn of(drafts: &[Draft], names: &Names) -> Self {
        let tally = |slot: Slot| {
            let mut people: BTreeMap<EntityId, std::collections::BTreeSet<EntityId>> = BTreeMap::new();
            let mut all = 0;
            for d in drafts
                .iter()
                .filter(|d| matches!(d.kind, Kind::Move | Kind::Count) && d.open.is_empty() && !unreal(d.status))
            {
                let slot = match (d.kind, slot) {
                    (Kind::Move, slot) => slot,
                    (_, Slot::From) if d.slots.get(&Slot::Direction).is_some_and(|v| v.texts() == ["left"]) => {
                        Slot::Org
                    }
                    (_, Slot::To) if d.slots.get(&Slot::Direction).is_some_and(|v| v.texts() == ["joined"]) => {
                        Slot::Org
                    }
                    _ => continue,
                };
                if let Some(&org) = d.orgs.get(&slot) {
                    // A group counts as somebody of its own.
                    let who = d.persons.first().copied().unwrap_or(usize::MAX - d.sentence);
                    all += usize::from(people.entry(org).or_default().insert(who));
                }
            }
            let best = people.into_iter().max_by_key(|(org, p)| (p.len(), std::cmp::Reverse(*org)))?;
            (best.1.len() >= 2 && 2 * best.1.len() > all).then_some(best.0)
        };
        Self { loser: tally(Slot::From), gainer: tally(Slot::To), firm: names.dominant() }
    }
}

fn leaves_by_manner(d: &Draft) -> bool {
    matches!(manner(d), Some("left" | "resigned" | "fired" | "retired" | "laid_off" | "leave" | "founded"))
}

fn manner(d: &Draft) -> Option<&str> {
    d.slots.get(&Slot::Manner).and_then(|v| v.texts().first().copied())
}

fn leaves(d: &Draft) -> bool {
    d.orgs.contains_key(&Slot::From) && !d.orgs.contains_key(&Slot::To)
        || matches!(manner(d), Some("left" | "resigned" | "fired" | "retired" | "laid_off" | "leave"))
}

fn unreal(status: Status) -> bool {
    status >= Status::Counterfactual
}

/// Two drafts tell one transfer: same people, no end that contradicts, legs or repeats, dates that may be one.
fn same_transfer(a: &Draft, b: &Draft) -> bool {
    let people = if a.persons.is_empty() && b.persons.is_empty() {
        // Groups are the same only with the same ends.
        return a.orgs == b.orgs && unreal(a.status) == unreal(b.status) && group_words_meet(a, b);
    } else {
        a.persons == b.persons
    };
    if !people || unreal(a.status) != unreal(b.status) {
        return false;
    }
    let agree = |slot: Slot| match (a.orgs.get(&slot), b.orgs.get(&slot)) {
        (Some(x), Some(y)) => x == y,
        _ => true,
    };
    if !agree(Slot::From) || !agree(Slot::To) {
        return false;
    }
    // The arrival of one is not the departure of the other ("joined Apple in 2018, now leaves it").
    let crossed =
        |x: &Draft, y: &Draft| matches!((x.orgs.get(&Slot::To), y.orgs.get(&Slot::From)), (Some(t), Some(f)) if t == f);
    if crossed(a, b) || crossed(b, a) {
        return false;
    }
    let (x, y) = (manner(a), manner(b));
    let apart = |m: Option<&str>| matches!(m, Some("fired"));
    if apart(x) != apart(y) && (x.is_some() && y.is_some()) && a.orgs.keys().ne(b.orgs.keys()) {
        return false;
    }
    // Two dated events of different years are two.
    if let (Some(x), Some(y)) = (a.date, b.date) {
        let months = |d: PartialDate| d.year * 12 + i32::from(d.month.unwrap_or(6));
        if (months(x.value) - months(y.value)).abs() > 8 {
            return false;
        }
    }
    true
}

fn group_words_meet(a: &Draft, b: &Draft) -> bool {
    let group = |d: &Draft| d.slots.get(&Slot::Group).and_then(|v| v.texts().first().map(|s| s.to_lowercase()));
    match (group(a), group(b)) {
        (Some(x), Some(y)) => x == y || x.split(' ').any(|w| w.len() > 4 && y.contains(w)),
        _ => true,
    }
}

/// Adds what `b` knows to `a`.
fn join(a: &mut Draft, b: Draft) {
    let whole = a.orgs.len().max(b.orgs.len());
    let repeat = a.orgs == b.orgs
        || b.orgs.iter().all(|(k, v)| a.orgs.get(k) == Some(v))
        || a.orgs.iter().all(|(k, v)| b.orgs.get(k) == Some(v));
    // Legs: the less sure status wins; of repeats the first said in the body's own words, the surer, counts.
    a.status = if repeat { surer(a, &b) } else { a.status.max(b.status) };
    if (a.source.is_empty() || b.score > a.score && !b.source.is_empty()) && !b.source.is_empty() {
        a.source = b.source;
    }
    if b.orgs.len() > a.orgs.len() {
        a.rule = b.rule;
    }
    for (slot, org) in b.orgs {
        a.orgs.entry(slot).or_insert(org);
    }
    // A manner that says more wins ("poached" over "joined").
    let weak = |m: Option<&str>| matches!(m, None | Some("joined" | "left" | "hired"));
    if weak(manner(a)) && !weak(b.slots.get(&Slot::Manner).and_then(|v| v.texts().first().copied())) {
        a.slots.remove(&Slot::Manner);
    }
    for (slot, value) in b.slots {
        a.slots.entry(slot).or_insert(value);
    }
    a.spans.extend(b.spans);
    a.date = a.date.or(b.date);
    a.as_written.extend(b.as_written);
    let composed = a.kind == Kind::Move && a.orgs.len() > whole;
    // Two witnesses in one article make it a little surer.
    a.score = a.score.max(b.score) + 0.25 * (1.0 - a.score.max(b.score)) * a.score.min(b.score);
    if composed {
        a.score = a.score.min(COMPOSED);
    }
}

fn surer(a: &Draft, b: &Draft) -> Status {
    if a.score >= b.score { a.status } else { b.status }
}

/// One claim a fact of the document: same kind, same key slots.
fn fold(drafts: Vec<Draft>) -> Vec<Draft> {
    let mut out: Vec<Draft> = Vec::new();
    for d in drafts {
        match out.iter_mut().find(|o| same_claim(o, &d)) {
            Some(o) => join(o, d),
            None => out.push(d),
        }
    }
    out
}

/// People of one list who share everything stand in one claim again.
fn regroup(drafts: Vec<Draft>) -> Vec<Draft> {
    let mut out: Vec<Draft> = Vec::new();
    for d in drafts {
        let twin = out.iter_mut().find(|o| {
            !d.persons.is_empty()
                && matches!(d.kind, Kind::Move | Kind::Appointment | Kind::Tenure)
                && o.kind == d.kind
                && (&o.orgs, &o.slots, o.status, &o.source, &o.spans, o.rule, o.date)
                    == (&d.orgs, &d.slots, d.status, &d.source, &d.spans, d.rule, d.date)
        });
        match twin {
            Some(o) => {
                o.persons.extend(d.persons);
                o.score = o.score.min(d.score);
            }
            None => out.push(d),
        }
    }
    out
}

fn same_claim(a: &Draft, b: &Draft) -> bool {
    if a.kind != b.kind || a.kind == Kind::Move || unreal(a.status) != unreal(b.status) {
        return a.kind == Kind::Move
            && b.kind == Kind::Move
            && a.persons == b.persons
            && a.orgs == b.orgs
            && manner(a) == manner(b)
            && a.status == b.status
            && a.slots.get(&Slot::Group) == b.slots.get(&Slot::Group)
            && a.date == b.date;
    }
    let same = |slot: Slot| a.slots.get(&slot) == b.slots.get(&slot);
    let meet = |slot: Slot| match (a.slots.get(&slot), b.slots.get(&slot)) {
        (Some(x), Some(y)) => x == y,
        _ => true,
    };
    let orgs_meet = |slot: Slot| match (a.orgs.get(&slot), b.orgs.get(&slot)) {
        (Some(x), Some(y)) => x == y,
        _ => true,
    };
    let all_orgs = a.orgs.keys().chain(b.orgs.keys()).all(|s| orgs_meet(*s));
    match a.kind {
        Kind::Appointment => a.persons == b.persons && all_orgs,
        Kind::Tenure => a.persons == b.persons && a.orgs == b.orgs && meet(Slot::Role),
        Kind::Offer => {
            let people = a.persons == b.persons || a.persons.is_empty() || b.persons.is_empty();
            // Far apart, only the same sum tells the same offer.
            let near = a.sentence.abs_diff(b.sentence) <= 2;
            all_orgs && people && if near { meet(Slot::Amount) } else { same(Slot::Amount) && meet(Slot::Group) }
        }
        Kind::Pay => {
            all_orgs && same(Slot::Amount) && (a.persons == b.persons || a.persons.is_empty() || b.persons.is_empty())
        }
        Kind::Retention => all_orgs && same(Slot::Measure) && a.persons == b.persons,
        Kind::Recruiting => all_orgs && same(Slot::Target) && a.persons == b.persons,
        Kind::Count => all_orgs && same(Slot::N) && same(Slot::Share) && same(Slot::Direction),
        Kind::Rate => all_orgs && same(Slot::Value) && same(Slot::Stat),
        Kind::Reason => same(Slot::Factor) && same(Slot::Polarity) && meet(Slot::Subject) && a.persons == b.persons,
        Kind::Layoff => all_orgs && meet(Slot::N) && meet(Slot::Share),
        Kind::Deal => all_orgs && a.orgs.len() == b.orgs.len() && meet(Slot::Amount),
        Kind::Legal => all_orgs && a.persons == b.persons && meet(Slot::Plaintiff) && meet(Slot::Defendant),
        Kind::Condition => all_orgs && same(Slot::What) && meet(Slot::Value),
        Kind::Stance => all_orgs && same(Slot::Actor) && same(Slot::Stance) && meet(Slot::About),
        Kind::Figure => same(Slot::Amount),
        Kind::Move => false,
    }
}
