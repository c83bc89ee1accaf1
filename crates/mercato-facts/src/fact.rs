//! A fact: all voices about one event, their roots, how well it stands and where they disagree.

use std::collections::{BTreeMap, BTreeSet};

use mercato_model::{Claim, Kind, PartialDate, Slot, Slots, Status, Value};
use serde::{Deserialize, Serialize};

use crate::atom::{Atom, Firms, Subject, ends};
use crate::discretion::{hides, is_intimate};
use crate::dispute::{self, Aspect, Class, Dispute, Side};
use crate::judged::{Decisions, Judged};
use crate::level::{
    Clock, INTERESTED, Level, Mark, PRINCIPAL, Standing, Support, Witness, Word, probability, standing,
};
use crate::root::{Because, Origin, Root, day_of, innermost, publisher, roots};
use crate::snapshot::Learned;
use crate::time::{Days, day};
use crate::world::World;

/// All voices about one event. Everything in it says from which claims it comes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    /// Id of the claim that first told it, with `-2` for the second person of a list. Any of its claims leads to it.
    pub id: String,
    pub kind: Kind,
    /// Who it is about, by the name that most articles use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// What the roots that weigh most say, slot by slot. Who says otherwise stands in the disputes.
    pub slots: Slots,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<FactDate>,
    pub level: Level,
    pub marks: Vec<Mark>,
    /// Chance that it is true; absent with one root, where the level says all that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// The probability rests on assumed reliabilities, not on learned ones.
    pub prior: bool,
    pub roots: Vec<Root>,
    /// Articles beyond the first of each root.
    pub repeats: usize,
    pub voices: Vec<Voice>,
    pub words: Vec<PartyWord>,
    /// The level on every day on which it changed.
    pub history: Vec<Change>,
    pub disputes: Vec<Dispute>,
    /// How far its roots are from agreeing, 0 to 1; hard disagreements only, two roots at least.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disagreement: Option<f64>,
    /// Facts that are one decision: people who move together share it.
    pub decision: String,
    /// A rumour about somebody who is no executive, or a private reason: not shown unless asked for.
    pub private: bool,
    /// Digit of the Admiralty pair, 1 confirmed to 5 denied, 6 cannot be judged.
    pub credibility: u8,
}

/// When it happened, as the voices bound it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FactDate {
    pub first: String,
    pub last: String,
    /// `false`: only publication bounds it from above.
    pub said: bool,
    #[serde(skip)]
    pub days: Days,
}

/// One claim of the fact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Voice {
    pub claim: String,
    pub document: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outlet: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published: Option<PartialDate>,
    /// Day from which the record has it.
    pub known: String,
    pub lang: mercato_model::Lang,
    pub status: Status,
    pub source: Vec<String>,
    /// Number of its root among the fact's, from 0.
    pub root: usize,
    pub because: Because,
    pub score: f64,
    /// What it says, with corrections.
    pub slots: Slots,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<PartialDate>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub decided: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub retracted: bool,
    /// Not shown unless asked for: see [`discretion`](crate::discretion).
    #[serde(skip)]
    pub private: bool,
    #[serde(skip)]
    pub day: i64,
}

/// A party confirms, denies or keeps silent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PartyWord {
    pub claim: String,
    pub document: String,
    pub actor: String,
    pub stance: String,
    pub day: String,
    /// The mover or a firm of the fact.
    pub principal: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub day: String,
    pub level: Level,
    pub marks: Vec<Mark>,
    /// The articles that came on that day.
    pub documents: Vec<String>,
}

impl Fact {
    pub fn has(&self, mark: Mark) -> bool {
        self.marks.contains(&mark)
    }

    pub fn denials(&self) -> usize {
        let stances = self.words.iter().filter(|w| w.stance == "denies").count();
        let contents = self.voices.iter().filter(|v| v.status == Status::Denied).count();
        stances.max(contents)
    }

    pub fn text(&self, slot: Slot) -> Option<&str> {
        self.slots.get(&slot)?.texts().into_iter().next()
    }

    /// The day on which an article told it last, as days since 1970-01-01.
    pub fn newest_day(&self) -> i64 {
        self.voices.iter().map(|v| v.day).max().unwrap_or(0)
    }

    /// The day on which it was told last, and the first claim by id of those that told it then.
    pub fn newest_voice(&self) -> (i64, &str) {
        let day = self.newest_day();
        (day, self.voices.iter().filter(|v| v.day == day).map(|v| v.claim.as_str()).min().unwrap_or_default())
    }

    /// The order in which facts are listed: told last first. Those of one day come by the ids of the claims that told
    /// them then, so that a list can be made from the newest claim back.
    pub fn newest_first(&self, other: &Self) -> std::cmp::Ordering {
        let ((day, claim), (its_day, its_claim)) = (self.newest_voice(), other.newest_voice());
        its_day.cmp(&day).then_with(|| claim.cmp(its_claim)).then_with(|| self.id.cmp(&other.id))
    }
}

/// What an event is made of besides its atoms.
pub struct Around<'a> {
    pub judged: &'a [Judged<'a>],
    pub decisions: &'a Decisions<'a>,
    pub world: &'a World,
    pub learned: &'a Learned,
    pub today: i64,
}

/// A stance and the judged claim that holds it.
pub type Stances<'a> = Vec<&'a Judged<'a>>;

/// Makes the fact of one event. `seen`: days on which unrelated articles show the person in the post.
pub fn fact(
    mut members: Vec<&Atom<'_>>,
    person: Option<&str>,
    stances: &Stances<'_>,
    seen: &[i64],
    around: &Around<'_>,
    firms: &mut Firms<'_>,
) -> Fact {
    members.sort_by(|a, b| (day_of(a), &a.told.article.id, a.key()).cmp(&(day_of(b), &b.told.article.id, b.key())));
    let found = roots(&members, around.decisions, around.world);
    let kind = members[0].kind;
    let claim = |atom: &Atom<'_>| around.judged[atom.judged].claim.as_ref();
    let principals = Principals::of(&members, person, kind);

    let mut voice_numbers: BTreeMap<&str, usize> = BTreeMap::new();
    for root in &found.roots {
        let next = voice_numbers.len();
        voice_numbers.entry(&root.voice).or_insert(next);
    }
    let weights: Vec<f64> =
        members.iter().zip(&found.of).map(|(a, (r, _))| weight(a, &found.roots[*r], around)).collect();
    let slots = consensus(&members, &found.of, &weights, person, claim);
    let date = fact_date(&members, &weights);
    let says: Vec<bool> = members.iter().map(|a| principals.speak(claim(a), a, firms)).collect();
    let witnesses: Vec<Witness> = members
        .iter()
        .enumerate()
        .map(|(at, atom)| {
            let (root, _) = found.of[at];
            let judged = &around.judged[atom.judged];
            let list = claim(atom).texts(Slot::Person).len();
            Witness {
                root,
                voice: voice_numbers[found.roots[root].voice.as_str()],
                day: day_of(atom),
                status: atom.status,
                principal: says[at],
                named: found.roots[root].origin != Origin::Unknown,
                agrees: agrees(atom, &slots, date.as_ref(), firms),
                retracted: judged.retracted,
                overtaken: judged.overtaken,
                event: atom.when.days.filter(|_| atom.when.said || claim(atom).date.is_some()),
                list,
            }
        })
        .collect();
    let words = party_words(stances, &principals, firms);
    let spoken: Vec<Word> = words
        .iter()
        .filter(|w| matches!(w.0.stance.as_str(), "confirms" | "denies"))
        .map(|(w, day)| Word { day: *day, confirms: w.stance == "confirms", principal: w.principal })
        .collect();
    let clock = Clock { today: around.today, patience: around.learned.patience };
    let now = standing(&witnesses, &spoken, seen, clock);
    let history = history(&members, &witnesses, &words, &spoken, seen, clock);

    let disputes = disputes(&members, &found.of, &found.roots, kind, around);
    let voices_now: Vec<Support> = members
        .iter()
        .zip(&witnesses)
        .filter(|(_, w)| !w.retracted && !w.overtaken)
        .map(|(atom, w)| Support {
            root: w.voice,
            status: atom.status,
            reliability: match (w.principal, atom.status) {
                // A firm has reasons to deny; whoever moves knows.
                (true, Status::Denied | Status::Negated) if !principals.is_mover(claim(atom)) => INTERESTED,
                (true, _) => PRINCIPAL,
                _ => around.learned.of(&found.roots[w.root].voice, kind),
            },
            score: if around.judged[atom.judged].decided { 1.0 } else { atom.told.claim.score },
            weight: found.roots[w.root].weight,
        })
        .collect();
    let several = voice_numbers.len() >= 2;
    let articles: BTreeSet<&str> = members.iter().map(|a| a.told.article.id.as_str()).collect();
    let seen_roots = found.roots.iter().filter(|r| r.seen).count().max(1);
    let first = &members[0];
    let hidden: Vec<bool> =
        members.iter().map(|a| around.judged[a.judged].retracted || hides(claim(a), around.world)).collect();
    let private = is_intimate(kind, &slots)
        || person.is_some() && now.level < Level::Confirmed && hidden.iter().all(|hidden| *hidden);
    Fact {
        id: if first.index == 0 { first.told.id.clone() } else { format!("{}-{}", first.told.id, first.index + 1) },
        kind,
        person: person.map(str::to_owned),
        date,
        probability: several.then(|| (probability(0.5, &voices_now) * 1000.0).round() / 1000.0),
        prior: around.learned.assumed(),
        repeats: articles.len().saturating_sub(seen_roots),
        voices: members
            .iter()
            .zip(&found.of)
            .zip(&hidden)
            .map(|((atom, (root, because)), private)| Voice {
                private: *private,
                ..voice(atom, &around.judged[atom.judged], *root, because.clone())
            })
            .collect(),
        words: words.into_iter().map(|(w, _)| w).collect(),
        disagreement: several.then(|| hard_share(&members, &found.of, &found.roots, &disputes)).flatten(),
        credibility: credibility(&now),
        level: now.level,
        marks: now.marks,
        history,
        disputes,
        decision: String::new(),
        private,
        roots: found.roots,
        slots,
    }
}

fn weight(atom: &Atom<'_>, root: &Root, around: &Around<'_>) -> f64 {
    let status = match atom.status {
        Status::Asserted => 1.0,
        Status::Reported => 0.6,
        Status::Planned => 0.5,
        Status::Possible | Status::Counterfactual => 0.05,
        Status::Negated | Status::Denied => 0.2,
    };
    let judged = &around.judged[atom.judged];
    if judged.retracted { 0.0 } else { root.weight * status * if judged.decided { 4.0 } else { 1.0 } }
}

/// For each slot the value behind which most root weight stands; a root counts once for a value.
fn consensus<'a>(
    members: &[&Atom<'a>],
    of: &[(usize, Because)],
    weights: &[f64],
    person: Option<&str>,
    claim: impl Fn(&Atom<'a>) -> &'a Claim,
) -> Slots {
    struct Backed<'v> {
        value: &'v Value,
        roots: BTreeMap<usize, f64>,
        first: usize,
    }
    let mut values: BTreeMap<Slot, Vec<Backed<'_>>> = BTreeMap::new();
    for (at, atom) in members.iter().enumerate() {
        for (slot, value) in &claim(atom).slots {
            let held = values.entry(*slot).or_default();
            let entry = match held.iter_mut().find(|b| same_value(b.value, value)) {
                Some(entry) => entry,
                None => {
                    held.push(Backed { value, roots: BTreeMap::new(), first: at });
                    let last = held.len() - 1;
                    &mut held[last]
                }
            };
            let root = entry.roots.entry(of[at].0).or_insert(0.0);
            *root = root.max(weights[at]);
        }
    }
    let mut slots = Slots::new();
    let mut firsts: BTreeMap<Slot, usize> = BTreeMap::new();
    for (slot, held) in values {
        let best = held.iter().max_by(|a, b| {
            let sum = |x: &Backed<'_>| x.roots.values().sum::<f64>();
            sum(a).total_cmp(&sum(b)).then(b.first.cmp(&a.first))
        });
        if let Some(best) = best {
            slots.insert(slot, best.value.clone());
            firsts.insert(slot, best.first);
        }
    }
    // A figure belongs to what it counts: both come from one voice.
    if let Some(&lead) = FIGURES.iter().find_map(|slot| firsts.get(slot)) {
        for slot in OF_FIGURES {
            match claim(members[lead]).slots.get(slot) {
                Some(value) => slots.insert(*slot, value.clone()),
                None => slots.remove(slot),
            };
        }
    }
    if let (Some(person), Subject::Person(_), true) = (person, &members[0].subject, slots.contains_key(&Slot::Person)) {
        let plain = person.split('#').next().unwrap_or(person);
        slots.insert(Slot::Person, Value::List(vec![plain.to_owned()]));
    }
    slots
}

/// Where figures stand, and what says of what they are figures.
const FIGURES: &[Slot] = &[Slot::Amount, Slot::N, Slot::Share, Slot::Value];
const OF_FIGURES: &[Slot] = &[
    Slot::Amount,
    Slot::N,
    Slot::Of,
    Slot::Share,
    Slot::Value,
    Slot::Group,
    Slot::Component,
    Slot::Since,
    Slot::Growth,
];

fn same_value(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Text(x), Value::Text(y)) => x == y || crate::fold::firm_key(x) == crate::fold::firm_key(y),
        _ => a == b,
    }
}

/// The days that the voices with most weight leave open: said dates cut each other as far as they meet.
fn fact_date(members: &[&Atom<'_>], weights: &[f64]) -> Option<FactDate> {
    let mut said: Vec<(f64, Days)> = members
        .iter()
        .zip(weights)
        .filter(|(a, _)| a.when.said)
        .filter_map(|(a, w)| Some((*w, a.when.days?)))
        .collect();
    let date = |days: Days, said| FactDate { first: day(days.first), last: day(days.last), said, days };
    if said.is_empty() {
        let earliest = members.iter().filter_map(|a| a.when.days).map(|d| d.last).min()?;
        return Some(date(Days { first: earliest, last: earliest }, false));
    }
    said.sort_by(|a, b| {
        b.0.total_cmp(&a.0).then((a.1.last - a.1.first).cmp(&(b.1.last - b.1.first))).then(a.1.cmp(&b.1))
    });
    let mut days = said[0].1;
    for (_, other) in &said[1..] {
        if days.meet(*other) {
            days = Days { first: days.first.max(other.first), last: days.last.min(other.last) };
        }
    }
    Some(date(days, true))
}

/// Agrees with the consensus on ends, and on the time within two months.
fn agrees(atom: &Atom<'_>, slots: &Slots, date: Option<&FactDate>, firms: &mut Firms<'_>) -> bool {
    let (a, b) = ends(atom.kind);
    let mut fits = |slot: Option<Slot>, mine: Option<crate::atom::FirmId>| {
        let text = slot.and_then(|s| slots.get(&s)).and_then(|v| v.texts().first().map(|t| (*t).to_owned()));
        match (text, mine) {
            (Some(text), Some(mine)) => firms.of(&text).kin(mine),
            _ => true,
        }
    };
    let time = match (date, atom.when.days) {
        (Some(date), Some(days)) if date.said && atom.when.said => date.days.gap(days) <= 62,
        _ => true,
    };
    fits(a, atom.from) && fits(b, atom.to) && time
}

/// Who can know: the mover, the firms of the fact, whoever speaks for them.
struct Principals {
    person: Option<String>,
    heads: BTreeSet<u32>,
}

impl Principals {
    fn of(members: &[&Atom<'_>], person: Option<&str>, kind: Kind) -> Self {
        // A rival knows of an offer only what it is told.
        let losing = !matches!(kind, Kind::Offer | Kind::Recruiting);
        let heads =
            members.iter().flat_map(|a| a.to.into_iter().chain(a.from.filter(|_| losing))).map(|f| f.head).collect();
        Self { person: person.map(|p| p.split('#').next().unwrap_or(p).to_owned()), heads }
    }

    /// Whether the mover speaks.
    fn is_mover(&self, claim: &Claim) -> bool {
        let speaker = innermost(&claim.source);
        self.person.as_deref().zip(speaker).is_some_and(|(p, s)| crate::fold::same_person(p, s))
    }

    fn is(&self, name: &str, firms: &mut Firms<'_>) -> bool {
        if self.person.as_deref().is_some_and(|p| crate::fold::same_person(p, name)) {
            return true;
        }
        if self.heads.contains(&firms.of(name).head) {
            return true;
        }
        let speaks_for: Vec<String> = firms.world.speaks_for(name).to_vec();
        speaks_for.iter().any(|firm| self.heads.contains(&firms.of(firm).head))
    }

    /// Whether a principal is behind a claim: as the source, or as the publisher of its own announcement.
    fn speak(&self, claim: &Claim, atom: &Atom<'_>, firms: &mut Firms<'_>) -> bool {
        match innermost(&claim.source) {
            Some(name) => self.is(name, firms),
            None if claim.source.is_empty() => {
                atom.told.article.outlet.as_deref().is_some_and(|outlet| self.is(outlet, firms))
            }
            None => false,
        }
    }
}

fn party_words(stances: &Stances<'_>, principals: &Principals, firms: &mut Firms<'_>) -> Vec<(PartyWord, i64)> {
    let mut out: Vec<(PartyWord, i64)> = stances
        .iter()
        .filter_map(|judged| {
            let claim = judged.claim.as_ref();
            let actor = claim.text(Slot::Actor)?;
            let article = &judged.told.article;
            let number = article.published.map_or(article.known, |d| Days::of(d).first);
            let word = PartyWord {
                claim: judged.told.id.clone(),
                document: article.id.clone(),
                actor: actor.to_owned(),
                stance: claim.text(Slot::Stance)?.to_owned(),
                day: day(number),
                principal: principals.is(actor, firms),
            };
            Some((word, number))
        })
        .collect();
    out.sort_by(|a, b| (a.1, &a.0.claim).cmp(&(b.1, &b.0.claim)));
    out
}

fn history(
    members: &[&Atom<'_>],
    witnesses: &[Witness],
    words: &[(PartyWord, i64)],
    spoken: &[Word],
    seen: &[i64],
    clock: Clock,
) -> Vec<Change> {
    // The first of a sort can change the level, the second shows that it is repeated; more of them change nothing.
    let mut telling: Vec<Witness> = Vec::new();
    for witness in witnesses {
        if telling.iter().filter(|held| held.alike(witness)).count() < 2 {
            telling.push(*witness);
        }
    }
    let witnesses_by_day = |day: i64| witnesses.iter().zip(members).filter(move |(w, _)| w.day == day);
    let mut days: Vec<i64> = telling
        .iter()
        .map(|w| w.day)
        .chain(spoken.iter().map(|w| w.day))
        .chain(seen.iter().copied().take(2))
        .chain([clock.today])
        .collect();
    days.sort_unstable();
    days.dedup();
    days.retain(|d| *d <= clock.today);
    let mut out: Vec<Change> = Vec::new();
    for today in days {
        let then = standing(&telling, spoken, seen, Clock { today, ..clock });
        if out.last().is_some_and(|last| last.level == then.level && last.marks == then.marks) {
            continue;
        }
        let came = witnesses_by_day(today).map(|(_, a)| a.told.article.id.clone());
        let said = words.iter().filter(|(_, d)| *d == today).map(|(w, _)| w.document.clone());
        let documents: BTreeSet<String> = came.chain(said).collect();
        out.push(Change {
            day: day(today),
            level: then.level,
            marks: then.marks,
            documents: documents.into_iter().collect(),
        });
    }
    out
}

/// Distinct things that voices say; what many repeat is compared once.
const MOST_COMPARED: usize = 16;

fn disputes(
    members: &[&Atom<'_>],
    of: &[(usize, Because)],
    roots: &[Root],
    kind: Kind,
    around: &Around<'_>,
) -> Vec<Dispute> {
    let publishers: Vec<String> = members.iter().map(|a| publisher(a, around.world)).collect();
    let cites: Vec<Vec<String>> = members
        .iter()
        .zip(of)
        .map(|(a, (_, because))| {
            let mut names: Vec<String> = a.told.claim.source.iter().map(|s| around.world.publisher(s)).collect();
            names.push(because.of.clone());
            names
        })
        .collect();
    let mut sides: Vec<Side<'_>> = Vec::new();
    for (at, atom) in members.iter().enumerate() {
        let claim = around.judged[atom.judged].claim.as_ref();
        if around.judged[atom.judged].retracted {
            continue;
        }
        let original = matches!(of[at].1.code, "reports" | "speaks" | "judged");
        let side = Side {
            claim,
            atom,
            root: of[at].0,
            original,
            cites: &cites[at],
            publisher: &publishers[at],
            day: day_of(atom),
        };
        let said_before = sides.iter().any(|s| {
            s.claim.slots == claim.slots
                && s.claim.status == claim.status
                && s.root == side.root
                && s.atom.when == atom.when
        });
        if !said_before && sides.len() < MOST_COMPARED {
            sides.push(side);
        }
    }
    let mut out: BTreeMap<(Aspect, Class), Dispute> = BTreeMap::new();
    for (i, b) in sides.iter().enumerate() {
        for a in &sides[..i] {
            // Descriptions in one article, however alike, mostly mean two things.
            if a.atom.told.article.id == b.atom.told.article.id && !matches!(a.atom.subject, Subject::Person(_)) {
                continue;
            }
            if a.root == b.root && roots[a.root].origin == Origin::Unknown {
                // Hearsay of unknown origin has no root of its own.
                continue;
            }
            for (aspect, class) in dispute::between(*a, *b, around.world) {
                out.entry((aspect, class)).or_insert_with(|| Dispute {
                    aspect,
                    class,
                    one: a.atom.told.id.clone(),
                    other: b.atom.told.id.clone(),
                    settled_by: dispute::settled_by(kind, aspect, class),
                });
            }
        }
    }
    out.into_values().collect()
}

/// Disagreement over hard disputes: the roots for and against, by weight.
fn hard_share(members: &[&Atom<'_>], of: &[(usize, Because)], roots: &[Root], disputes: &[Dispute]) -> Option<f64> {
    let hard = disputes.iter().find(|d| d.class == Class::Hard);
    let Some(hard) = hard else { return Some(0.0) };
    // Each value is what one side says; who says neither is left out.
    let root_of = |id: &str| members.iter().position(|a| a.told.id == id).map(|at| of[at].0);
    let (one, other) = (root_of(&hard.one)?, root_of(&hard.other)?);
    let value = dispute::disagreement(&[roots[one].weight, roots[other].weight]);
    Some((value * 1000.0).round() / 1000.0)
}

fn voice(atom: &Atom<'_>, judged: &Judged<'_>, root: usize, because: Because) -> Voice {
    let (told, claim) = (atom.told, judged.claim.as_ref());
    Voice {
        claim: told.id.clone(),
        document: told.article.id.clone(),
        outlet: told.article.outlet.clone(),
        published: told.article.published,
        known: day(told.article.known),
        lang: claim.lang,
        status: claim.status,
        source: claim.source.clone(),
        root,
        because,
        score: claim.score,
        slots: claim.slots.clone(),
        date: claim.date.map(|d| d.value),
        decided: judged.decided,
        retracted: judged.retracted,
        private: false,
        day: day_of(atom),
    }
}

fn credibility(now: &Standing) -> u8 {
    match now.level {
        _ if now.has(Mark::Denied) => 5,
        _ if now.has(Mark::Contested) => 4,
        Level::Completed | Level::Confirmed => 1,
        Level::Corroborated => 2,
        Level::Reported => 3,
        Level::Rumour => 4,
        Level::Mention => 6,
    }
}
