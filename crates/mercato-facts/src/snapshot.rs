//! A snapshot: every fact of a record as it stands on a day. A pure function; see `docs/facts.md`.

use std::collections::{BTreeMap, BTreeSet};

use mercato_model::{Kind, Slot, Status};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::atom::{Atom, Firms, atoms};
use crate::dispute::{Aspect, Class, Dispute, mistaken, settled_by};
use crate::event::events;
use crate::fact::{Around, Fact, Stances, fact};
use crate::judged::{Judged, apply};
use crate::record::Record;
use crate::root::{day_of, publisher};
use crate::who::{Edge, resolve};
use crate::world::World;

/// What earlier facts taught about sources. Assumed until enough facts are settled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Learned {
    /// Voice to how often it is right.
    pub reliability: BTreeMap<String, f64>,
    /// For voices that are not listed.
    pub otherwise: f64,
    /// Days after which a rumour expires.
    pub patience: i64,
    /// Settled facts behind it.
    pub settled: usize,
}

/// Mean of the assumed distribution of reliability, Beta(8, 2).
const ASSUMED: f64 = 0.8;

/// Days after which a rumour expires until delays are known.
pub const PATIENCE: i64 = 60;

/// Settled facts from which reliabilities are learned.
pub const ENOUGH: usize = 50;

impl Default for Learned {
    fn default() -> Self {
        Self { reliability: BTreeMap::new(), otherwise: ASSUMED, patience: PATIENCE, settled: 0 }
    }
}

impl Learned {
    pub fn of(&self, voice: &str, _kind: Kind) -> f64 {
        self.reliability.get(voice).copied().unwrap_or(self.otherwise)
    }

    pub fn assumed(&self) -> bool {
        self.settled < ENOUGH
    }
}

/// Every fact of a record on one day.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Snapshot {
    /// The day, ISO 8601.
    pub day: String,
    /// In the order of their ids.
    pub facts: Vec<Fact>,
    /// Decisions about who is who.
    pub people: Vec<Edge>,
}

impl Snapshot {
    /// The facts in which a claim is a voice, or to which it speaks.
    pub fn of_claim<'a>(&'a self, id: &'a str) -> impl Iterator<Item = &'a Fact> {
        self.facts
            .iter()
            .filter(move |f| f.voices.iter().any(|v| v.claim == id) || f.words.iter().any(|w| w.claim == id))
    }

    pub fn fact(&self, id: &str) -> Option<&Fact> {
        self.facts.binary_search_by(|f| f.id.as_str().cmp(id)).ok().map(|at| &self.facts[at])
    }
}

/// The snapshot of a record on a day, given as days since 1970-01-01. What the record learns later is not in it only
/// if the record does not hold it: see [`Record`] and the ledger's reading of a record as of a day.
pub fn snapshot(record: &Record, world: &World, today: i64) -> Snapshot {
    made(record, world, today, None)
}

/// The same, of all facts only those in which a claim has a voice and those that speak to them. A famous name has
/// thousands of facts, and a question is about one.
pub fn snapshot_around(record: &Record, world: &World, today: i64, claim: &str) -> Snapshot {
    made(record, world, today, Some(claim))
}

fn made(record: &Record, world: &World, today: i64, about: Option<&str>) -> Snapshot {
    let learned = &record.learned();
    let (judged, decisions) = apply(record);
    let mut firms = Firms::new(world);
    let all: Vec<Atom<'_>> = judged.iter().enumerate().flat_map(|(at, j)| atoms(at, j, &mut firms)).collect();
    let people = resolve(&all, &decisions, world);
    let mut groups = events(&all, &people, &judged, &decisions);
    if let Some(claim) = about {
        let stance = judged.iter().any(|j| j.told.id == claim && j.claim.kind == Kind::Stance);
        // What a stance speaks to is known when the facts are.
        if !stance {
            near(&mut groups, claim, &all, &people.of);
        }
    }
    let group_of: Vec<u32> = {
        let mut of = vec![u32::MAX; all.len()];
        for (number, group) in groups.iter().enumerate() {
            group.iter().for_each(|&at| of[at as usize] = number as u32);
        }
        of
    };
    let stances = stances(&judged, &all, &group_of, groups.len());
    let seen = later_seen(&all, &people.of, &groups, world);
    let around = Around { judged: &judged, decisions: &decisions, world, learned, today };
    let mut facts: Vec<Fact> = Vec::with_capacity(groups.len());
    let mut leads: Vec<u32> = Vec::with_capacity(groups.len());
    let none = Stances::new();
    for (number, group) in groups.iter().enumerate() {
        let members: Vec<&Atom<'_>> = group.iter().map(|&at| &all[at as usize]).collect();
        let person = people.of[group[0] as usize].map(|p| people.names[p as usize].as_str());
        let stances = stances.get(&(number as u32)).unwrap_or(&none);
        let seen = seen.get(&(number as u32)).map(Vec::as_slice).unwrap_or_default();
        facts.push(fact(members, person, stances, seen, &around, &mut firms));
        leads.push(group[0]);
    }
    decisions_of_teams(&mut facts, &groups, &all);
    across(&mut facts, &groups, &all, &people.of, &leads);
    facts.sort_by(|a, b| a.id.cmp(&b.id));
    Snapshot { day: crate::time::day(today), facts, people: people.edges }
}

/// Leaves the groups that hold a claim and those that a fact of theirs is compared with: the other moves of the person
/// unless they are too many to be compared, and moves of others with a firm in common.
fn near(groups: &mut Vec<Vec<u32>>, claim: &str, all: &[Atom<'_>], person_of: &[Option<u32>]) {
    let wanted = |group: &[u32]| group.iter().any(|&at| all[at as usize].told.id == claim);
    let of = |group: &[u32]| (person_of[group[0] as usize], all[group[0] as usize].kind);
    let heads = |group: &[u32]| -> BTreeSet<u32> {
        group
            .iter()
            .flat_map(|&at| all[at as usize].from.into_iter().chain(all[at as usize].to))
            .map(|f| f.head)
            .collect()
    };
    let about: Vec<(Option<u32>, Kind)> = groups.iter().filter(|g| wanted(g)).map(|g| of(g)).collect();
    let firms: BTreeSet<u32> = groups.iter().filter(|g| wanted(g)).flat_map(|g| heads(g)).collect();
    let moves = |person| groups.iter().filter(|g| of(g) == (person, Kind::Move)).count();
    let few: BTreeSet<Option<u32>> =
        about.iter().map(|(p, _)| *p).filter(|p| p.is_some() && moves(*p) <= MOVES).collect();
    let moving = about.iter().any(|(_, kind)| *kind == Kind::Move);
    let same: BTreeSet<Option<u32>> = about.iter().map(|(p, _)| *p).filter(Option::is_some).collect();
    groups.retain(|group| {
        let (person, kind) = of(group);
        let compared = match same.contains(&person) {
            true => few.contains(&person),
            false => !firms.is_disjoint(&heads(group)),
        };
        wanted(group) || moving && kind == Kind::Move && compared
    });
}

/// Each stance goes to the fact of the kind it is about whose words stand nearest in the same article.
fn stances<'a>(
    judged: &'a [Judged<'a>],
    all: &[Atom<'_>],
    group_of: &[u32],
    groups: usize,
) -> FxHashMap<u32, Stances<'a>> {
    let mut by_article: FxHashMap<usize, Vec<usize>> = FxHashMap::default();
    if groups == 0 || !judged.iter().any(|j| j.claim.kind == Kind::Stance) {
        return FxHashMap::default();
    }
    let article = |told: &crate::record::Told| std::sync::Arc::as_ptr(&told.article) as usize;
    for (at, atom) in all.iter().enumerate() {
        by_article.entry(article(atom.told)).or_default().push(at);
    }
    let start = |claim: &mercato_model::Claim| claim.evidence.quotes()[0].span.start as i64;
    let mut out: FxHashMap<u32, Stances<'a>> = FxHashMap::default();
    for stance in judged.iter().filter(|j| j.claim.kind == Kind::Stance && !j.retracted) {
        let about = stance.claim.text(Slot::About).and_then(Kind::parse);
        let here = start(&stance.claim);
        let near = by_article
            .get(&article(stance.told))
            .into_iter()
            .flatten()
            .filter(|&&at| about.map_or(all[at].kind.is_headline(), |kind| all[at].kind == kind));
        let best = near.min_by_key(|&&at| ((start(&all[at].told.claim) - here).abs(), all[at].key()));
        if let Some(&best) = best.filter(|&&at| group_of[at] != u32::MAX) {
            out.entry(group_of[best]).or_default().push(stance);
        }
    }
    out
}

/// For each move, the days on which unrelated articles show the person in the post.
fn later_seen(
    all: &[Atom<'_>],
    person_of: &[Option<u32>],
    groups: &[Vec<u32>],
    world: &World,
) -> FxHashMap<u32, Vec<i64>> {
    let mut posts: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
    for (at, atom) in all.iter().enumerate() {
        if let (Some(person), Kind::Tenure | Kind::Appointment, Status::Asserted) =
            (person_of[at], atom.kind, atom.status)
        {
            posts.entry(person).or_default().push(at as u32);
        }
    }
    let mut out: FxHashMap<u32, Vec<i64>> = FxHashMap::default();
    for (number, group) in groups.iter().enumerate() {
        let first = &all[group[0] as usize];
        let Some(posts) = person_of[group[0] as usize].and_then(|p| posts.get(&p)) else { continue };
        if first.kind != Kind::Move {
            continue;
        }
        let to: BTreeSet<u32> = group.iter().filter_map(|&at| all[at as usize].to).map(|f| f.head).collect();
        let from: BTreeSet<u32> = group.iter().filter_map(|&at| all[at as usize].from).map(|f| f.head).collect();
        let told: BTreeSet<String> = group.iter().map(|&at| publisher(&all[at as usize], world)).collect();
        let articles: BTreeSet<&str> = group.iter().map(|&at| all[at as usize].told.article.id.as_str()).collect();
        let since = group.iter().map(|&at| day_of(&all[at as usize])).min().unwrap_or(0);
        let days = posts.iter().map(|&at| &all[at as usize]).filter(|post| {
            post.from.is_some_and(|org| to.contains(&org.head) && !from.contains(&org.head))
                && day_of(post) > since
                && !articles.contains(post.told.article.id.as_str())
                && !told.contains(&publisher(post, world))
                // What was is no sign of what is.
                && !post.told.claim.slots.contains_key(&Slot::End)
        });
        let mut days: Vec<i64> = days.map(day_of).collect();
        if !days.is_empty() {
            days.sort_unstable();
            days.dedup();
            out.insert(number as u32, days);
        }
    }
    out
}

/// An article, a place in it, and the heads of the firms between which it tells a move.
type Sentence = (usize, usize, usize, Option<u32>, Option<u32>);

/// People who move together are one decision: named in one claim or one sentence, with the same ends and time.
fn decisions_of_teams(facts: &mut [Fact], groups: &[Vec<u32>], all: &[Atom<'_>]) {
    let mut parent: Vec<usize> = (0..facts.len()).collect();
    fn root(parent: &mut [usize], mut at: usize) -> usize {
        while parent[at] != at {
            parent[at] = parent[parent[at]];
            at = parent[at];
        }
        at
    }
    // Same claim, or the same words of the same article.
    let mut seen: FxHashMap<Sentence, usize> = FxHashMap::default();
    for (number, group) in groups.iter().enumerate() {
        for &at in group {
            let atom = &all[at as usize];
            if atom.kind != Kind::Move {
                continue;
            }
            let span = atom.told.claim.evidence.quotes()[0].span;
            let article = std::sync::Arc::as_ptr(&atom.told.article) as usize;
            let key = (article, span.start, span.end, atom.from.map(|f| f.head), atom.to.map(|f| f.head));
            match seen.entry(key) {
                std::collections::hash_map::Entry::Vacant(place) => {
                    place.insert(number);
                }
                std::collections::hash_map::Entry::Occupied(first) => {
                    let (a, b) = (root(&mut parent, *first.get()), root(&mut parent, number));
                    let near = facts[a]
                        .date
                        .as_ref()
                        .zip(facts[b].date.as_ref())
                        .is_none_or(|(x, y)| x.days.gap(y.days) <= 31);
                    if near {
                        parent[a.max(b)] = a.min(b);
                    }
                }
            }
        }
    }
    let mut least: BTreeMap<usize, String> = BTreeMap::new();
    for (at, fact) in facts.iter().enumerate() {
        let root = root(&mut parent, at);
        let id = &fact.id;
        let held = least.entry(root).or_insert_with(|| id.clone());
        if id < held {
            held.clone_from(id);
        }
    }
    for (at, fact) in facts.iter_mut().enumerate() {
        fact.decision = least[&root(&mut parent, at)].clone();
    }
}

/// Moves of one person that are compared; a name with more is no single person's.
const MOVES: usize = 64;

/// Disagreements that show only between facts: a hop left out, an origin left long ago, one person taken for another.
fn across(facts: &mut [Fact], groups: &[Vec<u32>], all: &[Atom<'_>], person_of: &[Option<u32>], leads: &[u32]) {
    let mut moves: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (number, &lead) in leads.iter().enumerate() {
        if let (Some(person), Kind::Move) = (person_of[lead as usize], all[lead as usize].kind) {
            moves.entry(person).or_default().push(number);
        }
    }
    let first = |facts: &[Fact], at: usize| facts[at].date.as_ref().map(|d| d.days);
    let mut found: Vec<(usize, Dispute)> = Vec::new();
    let mut stale: Vec<(usize, String)> = Vec::new();
    for of_one in moves.values().filter(|m| m.len() > 1 && m.len() <= MOVES) {
        for &f in of_one {
            let Some(when) = first(facts, f) else { continue };
            for &at in &groups[f] {
                let atom = &all[at as usize];
                if matches!(atom.status, Status::Negated | Status::Denied | Status::Counterfactual | Status::Possible) {
                    continue;
                }
                let (Some(from), Some(to)) = (atom.from, atom.to) else { continue };
                // One who left long ago does not come from there.
                let left = of_one.iter().filter(|&&g| g != f).find(|&&g| {
                    let earlier = first(facts, g).is_some_and(|d| when.first - d.last > 30);
                    earlier
                        && groups[g].iter().any(|&m| {
                            all[m as usize].from.is_some_and(|x| x.kin(from))
                                && all[m as usize].to.is_none_or(|x| !x.kin(from) && !x.kin(to))
                        })
                });
                let back = of_one.iter().any(|&g| {
                    g != f
                        && groups[g].iter().any(|&m| all[m as usize].to.is_some_and(|x| x.kin(from)))
                        && left.is_some_and(|&l| first(facts, g) > first(facts, l))
                });
                if let Some(&g) = left.filter(|_| !back) {
                    let hop = of_one.iter().find(|&&h| {
                        h != f
                            && h != g
                            && groups[h].iter().any(|&m| {
                                let other = &all[m as usize];
                                other.to.is_some_and(|x| x.kin(to)) && other.from.is_some_and(|x| !x.kin(from))
                            })
                    });
                    let own_stop = groups[f].iter().any(|&m| all[m as usize].from.is_some_and(|x| !x.kin(from)));
                    let (aspect, class) = if hop.is_some() || own_stop {
                        (Aspect::To, Class::Granularity)
                    } else {
                        (Aspect::From, Class::Time)
                    };
                    stale.push((f, atom.told.id.clone()));
                    found.push((
                        f,
                        Dispute {
                            aspect,
                            class,
                            one: facts[g].voices[0].claim.clone(),
                            other: atom.told.id.clone(),
                            settled_by: settled_by(Kind::Move, aspect, class),
                        },
                    ));
                } else if let Some(g) = hop(of_one, f, atom, facts, groups, all) {
                    found.push((
                        f,
                        Dispute {
                            aspect: Aspect::To,
                            class: Class::Granularity,
                            one: facts[g].voices[0].claim.clone(),
                            other: atom.told.id.clone(),
                            settled_by: settled_by(Kind::Move, Aspect::To, Class::Granularity),
                        },
                    ));
                }
            }
        }
    }
    for (f, claim) in stale {
        // The origin is explained: what looked hard within the fact is a matter of time.
        facts[f]
            .disputes
            .retain(|d| d.aspect != Aspect::From || d.class != Class::Hard || (d.one != claim && d.other != claim));
    }
    found.extend(taken_for_another(facts, groups, all, &moves));
    for (f, dispute) in found {
        let held = &mut facts[f].disputes;
        if !held.iter().any(|d| (d.aspect, d.class) == (dispute.aspect, dispute.class)) {
            held.push(dispute);
            held.sort_by_key(|d| (d.aspect, d.class));
        }
    }
}

/// Two moves that together make the one told: with a stop that it leaves out.
fn hop(
    of_one: &[usize],
    f: usize,
    atom: &Atom<'_>,
    facts: &[Fact],
    groups: &[Vec<u32>],
    all: &[Atom<'_>],
) -> Option<usize> {
    let (from, to) = (atom.from?, atom.to?);
    let when = facts[f].date.as_ref()?.days;
    let near = |g: usize| facts[g].date.as_ref().is_some_and(|d| d.days.gap(when) <= 1100);
    let has = |g: usize, want: &dyn Fn(&Atom<'_>) -> bool| groups[g].iter().any(|&m| want(&all[m as usize]));
    for &g in of_one.iter().filter(|&&g| g != f && near(g)) {
        for &h in of_one.iter().filter(|&&h| h != f && h != g && near(h)) {
            let stop =
                |a: &Atom<'_>| a.from.is_some_and(|x| x.kin(from)) && a.to.is_some_and(|x| !x.kin(to) && !x.kin(from));
            let rest = |a: &Atom<'_>| a.to.is_some_and(|x| x.kin(to)) && a.from.is_some_and(|x| !x.kin(from));
            if has(g, &stop) && has(h, &rest) {
                return Some(g);
            }
        }
    }
    None
}

/// Two people with one forename, the same companions and the same ends, never in one article.
fn taken_for_another(
    facts: &[Fact],
    groups: &[Vec<u32>],
    all: &[Atom<'_>],
    moves: &BTreeMap<u32, Vec<usize>>,
) -> Vec<(usize, Dispute)> {
    let mut by_ends: BTreeMap<(Option<u32>, Option<u32>), Vec<usize>> = BTreeMap::new();
    for &f in moves.values().flatten() {
        let lead = &all[groups[f][0] as usize];
        by_ends.entry((lead.from.map(|x| x.head), lead.to.map(|x| x.head))).or_default().push(f);
    }
    let companions = |f: usize| -> BTreeSet<&str> {
        let own = facts[f].person.as_deref();
        groups[f]
            .iter()
            .flat_map(|&m| all[m as usize].told.claim.texts(Slot::Person))
            .filter(|p| Some(*p) != own)
            .collect()
    };
    let mut out = Vec::new();
    for group in by_ends.values().filter(|g| g.len() > 1) {
        let in_lists: Vec<usize> = group.iter().copied().filter(|&f| !companions(f).is_empty()).collect();
        for (i, &f) in in_lists.iter().enumerate() {
            for &g in &in_lists[..i] {
                let (a, b) = (&all[groups[f][0] as usize], &all[groups[g][0] as usize]);
                let together = facts[f].voices.iter().any(|v| facts[g].voices.iter().any(|w| w.document == v.document));
                if mistaken(a, b) && !together && !companions(f).is_disjoint(&companions(g)) {
                    for (at, one, other) in [(f, b, a), (g, a, b)] {
                        out.push((
                            at,
                            Dispute {
                                aspect: Aspect::Who,
                                class: Class::Hard,
                                one: one.told.id.clone(),
                                other: other.told.id.clone(),
                                settled_by: settled_by(Kind::Move, Aspect::Who, Class::Hard),
                            },
                        ));
                    }
                }
            }
        }
    }
    out
}
