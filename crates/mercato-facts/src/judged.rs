//! Claims as they count after what persons decided. The claims themselves stay as they were read.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use mercato_model::Claim;
use rustc_hash::FxHashMap;

use crate::record::{Action, Record, Told};

/// A claim that counts.
#[derive(Clone, Debug)]
pub struct Judged<'a> {
    pub told: &'a Told,
    /// With the corrected slots.
    pub claim: Cow<'a, Claim>,
    /// A person has accepted or corrected it.
    pub decided: bool,
    /// Its article was withdrawn or corrected by its outlet: it is shown and has no weight.
    pub retracted: bool,
    /// Later events overtook it.
    pub overtaken: bool,
}

/// A decision about a pair of claims or articles.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair<'a> {
    pub one: &'a str,
    pub other: &'a str,
    /// Belong together, or must not.
    pub same: bool,
    pub author: &'a str,
}

/// Decisions that are about more than one claim.
#[derive(Clone, Debug, Default)]
pub struct Decisions<'a> {
    pub people: Vec<Pair<'a>>,
    pub events: Vec<Pair<'a>>,
    pub split: BTreeSet<&'a str>,
    pub same_roots: Vec<(&'a str, &'a str)>,
    pub own_roots: BTreeSet<&'a str>,
}

/// What is decided about one claim.
#[derive(Default)]
struct Verdict<'a> {
    accepted: Option<bool>,
    corrected: Vec<&'a Action>,
    overtaken: bool,
}

/// Applies the operations in force, in the order of time.
pub fn apply(record: &Record) -> (Vec<Judged<'_>>, Decisions<'_>) {
    let mut verdicts: BTreeMap<&str, Verdict<'_>> = BTreeMap::new();
    let mut retracted = BTreeSet::new();
    let mut decisions = Decisions::default();
    for operation in record.in_force() {
        let author = operation.author.as_str();
        let pair = |one, other, same| Pair { one, other, same, author };
        match &operation.action {
            Action::Accept { claim } => verdicts.entry(claim).or_default().accepted = Some(true),
            Action::Reject { claim } => verdicts.entry(claim).or_default().accepted = Some(false),
            Action::Correct { claim, .. } => {
                let verdict = verdicts.entry(claim).or_default();
                verdict.accepted = Some(true);
                verdict.corrected.push(&operation.action);
            }
            Action::Superseded { claim, .. } => verdicts.entry(claim).or_default().overtaken = true,
            Action::Retract { document } => {
                retracted.insert(document.as_str());
            }
            Action::SamePerson { one, other } => decisions.people.push(pair(one, other, true)),
            Action::OtherPerson { one, other } => decisions.people.push(pair(one, other, false)),
            Action::Merge { one, other } => decisions.events.push(pair(one, other, true)),
            Action::Never { one, other } => decisions.events.push(pair(one, other, false)),
            Action::Split { claim } => {
                decisions.split.insert(claim);
            }
            Action::SameRoot { one, other } => decisions.same_roots.push((one, other)),
            Action::OwnRoot { document } => {
                decisions.own_roots.insert(document);
            }
            Action::Learn { .. } | Action::Undo { .. } => {}
        }
    }
    let decided: Vec<(&Told, bool)> =
        verdicts.iter().filter_map(|(id, v)| Some((record.get(id)?, v.accepted?))).collect();
    let mut by_article: FxHashMap<&str, Vec<(&Told, bool)>> = FxHashMap::default();
    for (told, accepted) in decided {
        by_article.entry(told.article.id.as_str()).or_default().push((told, accepted));
    }
    let nothing = Verdict::default();
    let claims = record.told().filter_map(|told| {
        let verdict = verdicts.get(told.id.as_str()).unwrap_or(&nothing);
        let covered =
            || by_article.get(told.article.id.as_str()).is_some_and(|held| held.iter().any(|h| covers(h.0, told)));
        match verdict.accepted {
            Some(false) => return None,
            Some(true) => {}
            // What a person decided about these words stands, however they are read later.
            None if told.superseded || covered() => return None,
            None => {}
        }
        let mut claim = Cow::Borrowed(&told.claim);
        for action in &verdict.corrected {
            if let Action::Correct { slot, value, .. } = action {
                match value {
                    Some(value) => claim.to_mut().slots.insert(*slot, value.clone()),
                    None => claim.to_mut().slots.remove(slot),
                };
            }
        }
        Some(Judged {
            told,
            claim,
            decided: verdict.accepted == Some(true),
            retracted: retracted.contains(told.article.id.as_str()),
            overtaken: verdict.overtaken,
        })
    });
    (claims.collect(), decisions)
}

/// Whether a decision about `held` also settles how another reading of the same words is taken.
fn covers(held: &Told, told: &Told) -> bool {
    held.id != told.id
        && held.claim.kind == told.claim.kind
        && held.article.revision != told.article.revision
        && held.claim.evidence.quotes().iter().any(|a| told.claim.evidence.quotes().iter().any(|b| a.quote == b.quote))
}
