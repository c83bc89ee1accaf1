//! Roots: where what an article says entered the public record. Articles are many, roots are what counts.

use std::collections::BTreeMap;

use mercato_model::Status;
use serde::{Deserialize, Deserializer, Serialize};

use crate::atom::Atom;
use crate::fold::{firm_key, same_person, words};
use crate::judged::Decisions;
use crate::print::{COPY, Print, TRANSLATION};
use crate::time::Days;
use crate::world::World;

/// Days after which the same voice makes a new statement.
const STATEMENT: i64 = 14;

/// Days within which a text without a source may be a translation of another.
const TRANSLATED_WITHIN: i64 = 4;

/// What kind of origin a root is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// A named person, firm or document says so.
    Statement,
    /// An outlet's own reporting.
    Reporting,
    /// Hearsay of which nobody says where it comes from; all such of one fact are one root of half weight.
    Unknown,
}

/// An independent origin of a fact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Root {
    pub origin: Origin,
    /// Who speaks or reports.
    pub name: String,
    /// The voice without the occasion: one voice twice is one witness.
    #[serde(skip)]
    pub voice: String,
    pub weight: f64,
    /// Its own article is in the record; otherwise others credit it.
    pub seen: bool,
    /// Day of the earliest article that hangs on it.
    pub first: String,
    #[serde(skip)]
    pub first_day: i64,
    /// Earliest publisher of it.
    pub outlet: Option<String>,
    /// Articles that hang on it.
    pub articles: usize,
}

/// Why an article hangs on its root.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Because {
    /// Stable code: `speaks`, `reports`, `cites`, `credited`, `copy`, `translation`, `unknown`, `judged`.
    #[serde(deserialize_with = "code")]
    pub code: Code,
    /// The article or voice it leads to.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub of: String,
    /// Share of the text in common, for copies and translations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share: Option<f64>,
}

/// A stable code.
pub type Code = &'static str;

/// The codes of [`Because`].
const CODES: &[&str] = &["speaks", "reports", "cites", "credited", "copy", "translation", "unknown", "judged"];

fn code<'de, D: Deserializer<'de>>(from: D) -> Result<Code, D::Error> {
    let text = std::borrow::Cow::<str>::deserialize(from)?;
    let known = CODES.iter().find(|code| **code == text).copied();
    known.ok_or_else(|| serde::de::Error::unknown_variant(&text, CODES))
}

/// The roots of one event and, for each atom, its root and why.
#[derive(Debug, Default)]
pub struct Roots {
    pub roots: Vec<Root>,
    pub of: Vec<(usize, Because)>,
}

/// What an atom leads to.
enum Lead {
    Voice(String),
    Reporting(String),
    /// Another atom of the event.
    Atom(usize),
    Unknown,
}

/// The day that orders articles: publication, else when the record got it.
pub fn day_of(atom: &Atom<'_>) -> i64 {
    atom.told.article.published.map_or(atom.told.article.known, |date| Days::of(date).first)
}

/// Whoever publishes the article.
pub fn publisher(atom: &Atom<'_>, world: &World) -> String {
    atom.told
        .article
        .outlet
        .as_deref()
        .map_or_else(|| format!("document {}", atom.told.article.id), |o| world.publisher(o))
}

/// The innermost source with a name; unnamed ones are kept as descriptions after a colon.
pub fn innermost(source: &[String]) -> Option<&str> {
    source.iter().rev().map(String::as_str).find(|name| !is_anonymous(name))
}

pub fn is_anonymous(name: &str) -> bool {
    name.starts_with("anonymous")
}

/// Finds the roots of the atoms of one event, which come in the order of time.
pub fn roots(atoms: &[&Atom<'_>], decisions: &Decisions<'_>, world: &World) -> Roots {
    let publishers: Vec<String> = atoms.iter().map(|a| publisher(a, world)).collect();
    let voices = voices(atoms);
    let copies = copied(atoms);
    let leads: Vec<(Lead, Because)> = (0..atoms.len())
        .map(|at| {
            let atom = atoms[at];
            let because = |code, of: &str, share| Because { code, of: of.to_owned(), share };
            if decisions.own_roots.contains(atom.told.article.id.as_str()) {
                return (Lead::Reporting(publishers[at].clone()), because("judged", "", None));
            }
            let source = &atom.told.claim.source;
            if let Some(name) = innermost(source) {
                let key = world.publisher(name);
                let is_outlet = world.outlet(name).is_some() || publishers.contains(&key);
                let unnamed_inside = source.last().is_some_and(|s| is_anonymous(s));
                if !(is_outlet || unnamed_inside) || is_outlet && key == publishers[at] {
                    if is_outlet {
                        return (Lead::Reporting(key), because("reports", "", None));
                    }
                    return (Lead::Voice(voices[name].clone()), because("speaks", name, None));
                }
                let original = (0..atoms.len()).find(|&o| publishers[o] == key && o != at);
                return match original {
                    Some(o) => (Lead::Atom(o), because("cites", &atoms[o].told.article.id, None)),
                    None => (Lead::Reporting(key), because("credited", name, None)),
                };
            }
            if let Some((of, code, share)) = &copies[at] {
                let share = Some((share * 1000.0).round() / 1000.0);
                return (Lead::Atom(*of), because(code, &atoms[*of].told.article.id, share));
            }
            if atom.status == Status::Reported && source.is_empty() {
                return (Lead::Unknown, because("unknown", "", None));
            }
            (Lead::Reporting(publishers[at].clone()), because("reports", "", None))
        })
        .collect();
    assembled(atoms, leads, &publishers, decisions)
}

/// The fullest name of each voice of the event: `Musk` and `Elon Musk` are one.
fn voices<'a>(atoms: &[&Atom<'a>]) -> BTreeMap<&'a str, String> {
    let names: std::collections::BTreeSet<&str> =
        atoms.iter().filter_map(|a| innermost(&a.told.claim.source)).collect();
    names
        .iter()
        .map(|&name| {
            let same = names.iter().filter(|other| same_person(name, other));
            let fullest = same.max_by_key(|other| (words(other).len(), other.len(), **other)).copied().unwrap_or(name);
            (name, fullest.to_owned())
        })
        .collect()
}

/// For each atom the earlier one whose text its own repeats.
fn copied(atoms: &[&Atom<'_>]) -> Vec<Option<(usize, &'static str, f64)>> {
    let print = |at: usize| atoms[at].told.article.print.as_ref();
    // Articles, not atoms: the first atom of each stands for it.
    let mut firsts: Vec<usize> = Vec::new();
    let mut out: Vec<Option<(usize, &'static str, f64)>> = vec![None; atoms.len()];
    for at in 0..atoms.len() {
        let Some(mine) = print(at) else { continue };
        if let Some(&first) = firsts.iter().find(|&&f| atoms[f].told.article.id == atoms[at].told.article.id) {
            out[at] = out[first];
            continue;
        }
        out[at] = firsts
            .iter()
            .filter(|&&f| day_of(atoms[f]) <= day_of(atoms[at]))
            .filter_map(|&f| Some((f, alike(atoms[f], print(f)?, atoms[at], mine)?)))
            .map(|(f, (code, share))| (f, code, share))
            .max_by(|a, b| a.2.total_cmp(&b.2).then(b.0.cmp(&a.0)));
        firsts.push(at);
        if firsts.len() >= MOST_COMPARED {
            break;
        }
    }
    out
}

/// Texts of one event that are compared with each other; later ones have a source or stand alone.
const MOST_COMPARED: usize = 400;

fn alike(earlier: &Atom<'_>, its: &Print, later: &Atom<'_>, mine: &Print) -> Option<(&'static str, f64)> {
    let copy = its.copy_share(mine);
    if copy >= COPY {
        return Some(("copy", copy));
    }
    let close = day_of(later) - day_of(earlier) <= TRANSLATED_WITHIN;
    let other_language = earlier.told.claim.lang != later.told.claim.lang;
    let marks = if close && other_language { its.mark_share(mine) } else { 0.0 };
    (marks >= TRANSLATION).then_some(("translation", marks))
}

/// Follows the leads to their ends and numbers the roots in the order of time.
fn assembled(
    atoms: &[&Atom<'_>],
    leads: Vec<(Lead, Because)>,
    publishers: &[String],
    decisions: &Decisions<'_>,
) -> Roots {
    let mut out = Roots::default();
    let mut index: BTreeMap<(u8, String, usize), usize> = BTreeMap::new();
    let mut last: BTreeMap<String, (i64, usize)> = BTreeMap::new();
    for at in 0..atoms.len() {
        // Articles that cite each other in a circle go back to the first of them.
        let mut end = at;
        let mut trail = vec![at];
        while let Lead::Atom(next) = leads[end].0 {
            if trail.contains(&next) {
                end = *trail.iter().min().unwrap_or(&at);
                break;
            }
            trail.push(next);
            end = next;
        }
        let day = day_of(atoms[at]);
        let (rank, origin, name, occasion) = match &leads[end].0 {
            Lead::Voice(name) => {
                let voice = voice_key(name);
                let (latest, occasion) = last.get(&voice).copied().unwrap_or((day, 0));
                let occasion = if day - latest > STATEMENT { occasion + 1 } else { occasion };
                last.insert(voice, (day.max(latest), occasion));
                (0, Origin::Statement, name.clone(), occasion)
            }
            Lead::Reporting(key) => (1, Origin::Reporting, key.clone(), 0),
            Lead::Atom(_) => (1, Origin::Reporting, publishers[end].clone(), 0),
            Lead::Unknown => (2, Origin::Unknown, String::new(), 0),
        };
        let voice = if origin == Origin::Statement { voice_key(&name) } else { format!("{rank}{name}") };
        let root = *index.entry((rank, voice.clone(), occasion)).or_insert_with(|| {
            out.roots.push(Root {
                origin,
                name: name.clone(),
                voice: voice.clone(),
                weight: if origin == Origin::Unknown { 0.5 } else { 1.0 },
                seen: false,
                first: crate::time::day(day),
                first_day: day,
                outlet: atoms[at].told.article.outlet.clone(),
                articles: 0,
            });
            out.roots.len() - 1
        });
        let held = &mut out.roots[root];
        if origin == Origin::Reporting && publishers[at] == name {
            held.seen = true;
            if let Some(outlet) = &atoms[at].told.article.outlet {
                held.name.clone_from(outlet);
            }
        } else if origin == Origin::Statement {
            held.seen = true;
        }
        out.of.push((root, leads[at].1.clone()));
    }
    joined_by_judgement(atoms, decisions, &mut out);
    for (at, (root, _)) in out.of.iter().enumerate() {
        let first = (0..at).all(|o| out.of[o].0 != *root || atoms[o].told.article.id != atoms[at].told.article.id);
        out.roots[*root].articles += usize::from(first);
    }
    // Roots that a judgement emptied go.
    let kept: Vec<usize> = (0..out.roots.len()).filter(|&r| out.roots[r].articles > 0).collect();
    out.of.iter_mut().for_each(|(root, _)| *root = kept.iter().position(|k| k == root).unwrap_or(0));
    out.roots = kept.into_iter().map(|r| out.roots[r].clone()).collect();
    out
}

fn voice_key(name: &str) -> String {
    format!("0{}", firm_key(name))
}

/// Articles that a person has put under one root.
fn joined_by_judgement(atoms: &[&Atom<'_>], decisions: &Decisions<'_>, out: &mut Roots) {
    for (one, other) in &decisions.same_roots {
        let root_of = |id: &str| atoms.iter().position(|a| a.told.article.id == id).map(|at| out.of[at].0);
        let (Some(a), Some(b)) = (root_of(one), root_of(other)) else { continue };
        let (kept, gone) = (a.min(b), a.max(b));
        for (at, (root, because)) in out.of.iter_mut().enumerate() {
            if *root == gone {
                *root = kept;
                let of = if atoms[at].told.article.id == *one { other } else { one };
                *because = Because { code: "judged", of: (*of).to_owned(), share: None };
            }
        }
    }
}
