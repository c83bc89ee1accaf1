//! Atoms: a claim taken person by person, with the names that decide about merging made comparable.

use mercato_model::{Kind, Slot, Status};
use rustc_hash::FxHashMap;

use crate::fold::words;
use crate::judged::Judged;
use crate::time::When;
use crate::world::World;

/// A firm by number: its own and the one of the head of its family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FirmId {
    pub own: u32,
    pub head: u32,
}

impl FirmId {
    pub fn kin(self, other: Self) -> bool {
        self.head == other.head
    }
}

/// Firms by number, so that each name is folded once.
#[derive(Debug)]
pub struct Firms<'w> {
    pub world: &'w World,
    names: FxHashMap<String, FirmId>,
    keys: FxHashMap<String, u32>,
}

impl<'w> Firms<'w> {
    pub fn new(world: &'w World) -> Self {
        Self { world, names: FxHashMap::default(), keys: FxHashMap::default() }
    }

    pub fn of(&mut self, name: &str) -> FirmId {
        if let Some(id) = self.names.get(name) {
            return *id;
        }
        let key = self.world.firm(name);
        let mut number = |key: String| {
            let next = self.keys.len() as u32;
            *self.keys.entry(key).or_insert(next)
        };
        let id = FirmId { own: number(key.own), head: number(key.head) };
        self.names.insert(name.to_owned(), id);
        id
    }
}

/// Who an atom is about.
#[derive(Clone, Debug, PartialEq)]
pub enum Subject {
    Person(String),
    /// A group, or what else stands there, in the article's words.
    Group(String),
    None,
}

/// One claim about one person, group or thing.
#[derive(Clone, Debug)]
pub struct Atom<'a> {
    pub judged: usize,
    /// Which of several persons in one claim, counted from 0.
    pub index: usize,
    pub told: &'a crate::record::Told,
    pub kind: Kind,
    pub status: Status,
    pub subject: Subject,
    /// The firm that loses, pays, is asked: `from`, `org`, `target`, `plaintiff`.
    pub from: Option<FirmId>,
    /// The firm that gains or acts: `to`, `by`, `versus`, `acquirer`, `defendant`.
    pub to: Option<FirmId>,
    /// Codes that must agree: direction, stat, factor, measure, what.
    pub codes: Vec<&'a str>,
    pub when: When,
}

impl Atom<'_> {
    pub fn person(&self) -> Option<&str> {
        match &self.subject {
            Subject::Person(name) => Some(name),
            _ => None,
        }
    }

    /// Its name in the record: the claim, and which of its persons.
    pub fn key(&self) -> (&str, usize) {
        (&self.told.id, self.index)
    }
}

/// The slots that hold the two firms of a kind.
pub fn ends(kind: Kind) -> (Option<Slot>, Option<Slot>) {
    match kind {
        Kind::Move => (Some(Slot::From), Some(Slot::To)),
        Kind::Offer => (Some(Slot::From), Some(Slot::By)),
        Kind::Recruiting => (Some(Slot::Target), Some(Slot::By)),
        Kind::Retention => (Some(Slot::Org), Some(Slot::Versus)),
        Kind::Count | Kind::Rate => (Some(Slot::Org), Some(Slot::To)),
        Kind::Deal => (Some(Slot::Target), Some(Slot::Acquirer)),
        Kind::Legal => (Some(Slot::Plaintiff), Some(Slot::Defendant)),
        Kind::Appointment | Kind::Tenure | Kind::Pay | Kind::Reason | Kind::Layoff | Kind::Condition => {
            (Some(Slot::Org), None)
        }
        Kind::Stance | Kind::Figure => (None, None),
    }
}

/// The slots that hold a firm.
pub const FIRMS: &[Slot] = &[
    Slot::From,
    Slot::To,
    Slot::Org,
    Slot::By,
    Slot::Target,
    Slot::Versus,
    Slot::Acquirer,
    Slot::Plaintiff,
    Slot::Defendant,
];

/// The slot of codes that tell one event of a kind from another.
fn code_slot(kind: Kind) -> Option<Slot> {
    match kind {
        Kind::Retention => Some(Slot::Measure),
        Kind::Count => Some(Slot::Direction),
        Kind::Rate => Some(Slot::Stat),
        Kind::Reason => Some(Slot::Factor),
        Kind::Condition => Some(Slot::What),
        _ => None,
    }
}

/// The atoms of one claim; a stance has none, it speaks of other facts.
pub fn atoms<'a>(judged: usize, claim: &'a Judged<'a>, firms: &mut Firms<'_>) -> Vec<Atom<'a>> {
    let (told, c) = (claim.told, claim.claim.as_ref());
    if c.kind == Kind::Stance {
        return Vec::new();
    }
    let (a, b) = ends(c.kind);
    let mut end = |slot: Option<Slot>| slot.and_then(|s| c.text(s)).map(|name| firms.of(name));
    let (from, to) = (end(a), end(b));
    let people = match c.kind {
        // The person of an approach is who asks.
        Kind::Recruiting => Vec::new(),
        _ => c.texts(Slot::Person),
    };
    let group = match c.kind {
        Kind::Reason => c.text(Slot::Subject),
        Kind::Figure => c.text(Slot::What),
        _ => c.text(Slot::Group).or_else(|| c.text(Slot::Unit)),
    };
    let subjects: Vec<Subject> = if people.is_empty() {
        vec![group.map_or(Subject::None, |g| match c.kind {
            Kind::Reason if looks_like_person(g) => Subject::Person(g.to_owned()),
            _ => Subject::Group(g.to_owned()),
        })]
    } else {
        people.into_iter().map(|name| Subject::Person(name.to_owned())).collect()
    };
    let codes = code_slot(c.kind).map(|slot| c.texts(slot)).unwrap_or_default();
    let atom = |(index, subject)| Atom {
        judged,
        index,
        told,
        kind: c.kind,
        status: c.status,
        subject,
        from,
        to,
        codes: codes.clone(),
        when: When::of(c, told.article.published),
    };
    subjects.into_iter().enumerate().map(atom).collect()
}

/// A name of two words or more, each with a capital: descriptions of groups begin in lower case.
pub fn looks_like_person(text: &str) -> bool {
    let mut capitals = 0;
    text.split_whitespace().all(|word| {
        let capital = word.chars().next().is_some_and(char::is_uppercase);
        capitals += usize::from(capital);
        capital || word.len() <= 3
    }) && capitals >= 2
}

/// Share of the words of the shorter text that the longer one has, too.
pub fn common_words(one: &str, other: &str) -> f64 {
    let (mut a, mut b) = (words(one), words(other));
    if a.len() > b.len() {
        std::mem::swap(&mut a, &mut b);
    }
    if a.is_empty() {
        return 0.0;
    }
    a.iter().filter(|word| b.contains(word)).count() as f64 / a.len() as f64
}
