//! What somebody answers to an offer: whose offer it was, and the transfer that taking it is.

use std::collections::{BTreeMap, BTreeSet};

use mercato_model::{Kind, Slot, Status, Value};

use super::COMPOSED;
use super::context::CONTEXT;
use crate::draft::{Draft, Post};

const ACCEPTED: &str = "accepted";

/// The approach that an answer without a firm is given to: the last one told of before it, to the same person if it
/// names anybody. "She accepted", "both said no".
pub(super) fn answered<'d>(told: &'d [Draft], answer: &Draft) -> Option<&'d Draft> {
    if !answer.slots.contains_key(&Slot::Response) {
        return None;
    }
    let approach = |o: &&Draft| {
        let invites = match o.kind {
            Kind::Offer => !o.slots.contains_key(&Slot::Response),
            Kind::Recruiting => true,
            Kind::Count => o.slots.get(&Slot::Direction).is_some_and(|v| v.texts() == ["approached"]),
            _ => false,
        };
        let whom = o.persons.is_empty() || o.persons.iter().any(|p| answer.persons.contains(p));
        invites
            && whom
            && giver(o).is_some()
            && o.sentence <= answer.sentence
            && answer.sentence - o.sentence <= CONTEXT
    };
    told.iter().filter(approach).max_by_key(|o| (o.sentence, !o.persons.is_empty()))
}

/// Takes from the approach what the answer leaves out.
pub(super) fn take(answer: &mut Draft, approach: &Draft) {
    let Some(by) = giver(approach) else { return };
    answer.orgs.insert(Slot::By, by);
    let home = if approach.kind == Kind::Count { Slot::Org } else { Slot::From };
    if let Some(&from) = approach.orgs.get(&home).filter(|from| **from != by) {
        answer.orgs.entry(Slot::From).or_insert(from);
    }
    // A sum offered to somebody named is the one he or she answers to.
    if approach.kind == Kind::Offer && approach.persons == answer.persons {
        for slot in [Slot::Amount, Slot::Component, Slot::Terms] {
            if let Some(value) = approach.slots.get(&slot) {
                answer.slots.entry(slot).or_insert_with(|| value.clone());
            }
        }
    }
}

fn giver(approach: &Draft) -> Option<usize> {
    let slot = if approach.kind == Kind::Count { Slot::To } else { Slot::By };
    approach.orgs.get(&slot).copied()
}

/// Who accepts an offer goes where it comes from, unless it is the firm he or she works for.
pub(super) fn transfers(drafts: &mut Vec<Draft>, posts: &[Post]) {
    let mut more = Vec::new();
    for d in drafts.iter().filter(|d| d.kind == Kind::Offer && d.status == Status::Asserted) {
        let accepted = d.slots.get(&Slot::Response).is_some_and(|v| v.texts() == [ACCEPTED]);
        let Some(&by) = d.orgs.get(&Slot::By).filter(|_| accepted) else { continue };
        for &person in &d.persons {
            let stays = posts.iter().any(|p| p.person == person && p.org == Some(by));
            let told = drafts
                .iter()
                .any(|o| o.kind == Kind::Move && o.persons == [person] && o.orgs.get(&Slot::To) == Some(&by));
            if stays || told {
                continue;
            }
            let mut orgs = BTreeMap::from([(Slot::To, by)]);
            if let Some(&from) = d.orgs.get(&Slot::From) {
                orgs.insert(Slot::From, from);
            }
            more.push(Draft {
                kind: Kind::Move,
                persons: vec![person],
                orgs,
                slots: BTreeMap::from([(Slot::Manner, Value::Text("joined".to_owned()))]),
                score: (d.score * 0.9).min(COMPOSED),
                lent: BTreeSet::new(),
                ..d.clone()
            });
        }
    }
    drafts.extend(more);
}
