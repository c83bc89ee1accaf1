//! Numbers of people in the place of a person.

use std::collections::BTreeMap;

use mercato_model::{Bounds, Kind, Slot, Status, Value};

use super::Draft;
use crate::name::EntityId;

/// How far back those stand of whom a bare number counts a part, in sentences.
const REACH: usize = 2;

/// People of a firm that were counted: which, how many, in which sentence.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counted {
    org: EntityId,
    whole: f64,
    sentence: usize,
}

/// Those last told to have gone from a firm or to remain in it.
pub(crate) fn last_counted(drafts: &[Draft]) -> Option<Counted> {
    let last = drafts.iter().rev().find(|d| d.kind == Kind::Count && d.slots.contains_key(&Slot::N))?;
    let of_those = matches!(last.slots.get(&Slot::Direction)?.texts()[..], ["left" | "remaining"]);
    let whole = match (last.slots.get(&Slot::Of), last.slots.get(&Slot::N)) {
        (Some(Value::Number(of)), _) => *of,
        (_, Some(Value::Bounds(n))) => n.max.or(n.min)?,
        _ => return None,
    };
    let org = last.orgs.get(&Slot::Org).copied().filter(|_| of_those && last.status < Status::Counterfactual)?;
    Some(Counted { org, whole, sentence: last.sentence })
}

/// "Twelve have left F. Four joined T": a bare number is a part of those counted before, and has left their firm.
pub(super) fn part_of(draft: &mut Draft, counted: Option<Counted>) {
    let (Some(counted), Some(Value::Bounds(n))) = (counted, draft.slots.get(&Slot::N)) else { return };
    let near = draft.sentence - counted.sentence <= REACH;
    let fewer = n.max.or(n.min).is_some_and(|n| n < counted.whole);
    if draft.kind != Kind::Count || draft.counted_end() != Some(Slot::To) || !near || !fewer {
        return;
    }
    if let Some(to) = draft.orgs.get(&Slot::Org).copied().filter(|&to| to != counted.org) {
        draft.orgs.insert(Slot::To, to);
        draft.orgs.insert(Slot::Org, counted.org);
        draft.slots.insert(Slot::Direction, Value::Text("left".to_owned()));
    }
}

/// The claim counts; false when a count of its kind cannot be made of it.
pub(super) fn apply(draft: &mut Draft, (bounds, of, share, group): (Bounds, Option<f64>, bool, String)) -> bool {
    let slot = if share { Slot::Share } else { Slot::N };
    let part = (share || of.is_some()) && draft.manner() != Some("returned");
    match draft.kind {
        Kind::Move => {
            let leaving = draft.orgs.contains_key(&Slot::From) || draft.manner().is_some_and(super::leaving);
            let (from, to) = (draft.orgs.get(&Slot::From).copied(), draft.orgs.get(&Slot::To).copied());
            if matches!(draft.manner(), Some("fired" | "laid_off")) {
                let Some(org) = from else { return false };
                draft.kind = Kind::Layoff;
                draft.orgs = BTreeMap::from([(Slot::Org, org)]);
                draft.slots = BTreeMap::from([(slot, Value::Bounds(bounds))]);
                return true;
            }
            // "plans to hire sixty researchers": a hiring plan, nobody has come yet.
            if let (false, None, Some(to), Status::Planned) = (leaving, from, to, draft.status) {
                draft.kind = Kind::Condition;
                draft.orgs = BTreeMap::from([(Slot::Org, to)]);
                draft.slots = BTreeMap::from([
                    (Slot::What, Value::Text("hiring_plan".to_owned())),
                    (Slot::Value, Value::Text(group)),
                ]);
                draft.open.clear();
                return true;
            }
            draft.kind = Kind::Count;
            draft.slots = BTreeMap::from([
                (slot, Value::Bounds(bounds)),
                (Slot::Direction, Value::Text(if leaving { "left" } else { "joined" }.to_owned())),
                (Slot::Group, Value::Text(group)),
            ]);
            draft.orgs.clear();
            match (leaving, from, to) {
                (_, None, None) if !draft.open.is_empty() => draft.open = vec![Slot::Org],
                (true, Some(from), to) => {
                    draft.orgs.insert(Slot::Org, from);
                    if let Some(to) = to {
                        draft.orgs.insert(Slot::To, to);
                    }
                }
                (false, _, Some(to)) => {
                    draft.orgs.insert(Slot::Org, to);
                }
                _ => return false,
            }
        }
        Kind::Count | Kind::Layoff => {
            draft.slots.insert(slot, Value::Bounds(bounds));
            if draft.kind == Kind::Count {
                draft.slots.entry(Slot::Group).or_insert(Value::Text(group));
            }
        }
        Kind::Recruiting => {
            draft.slots.insert(Slot::Target, Value::Text(group));
            return true;
        }
        Kind::Reason => {
            draft.slots.insert(Slot::Subject, Value::Text(group));
            return true;
        }
        Kind::Deal => {
            draft.slots.insert(Slot::N, Value::Bounds(bounds));
            return true;
        }
        _ => {
            draft.slots.insert(Slot::Group, Value::Text(group));
            return true;
        }
    }
    if let Some(of) = of
        && draft.kind == Kind::Count
    {
        draft.slots.insert(Slot::Of, Value::Number(of));
    }
    // "five of the fourteen joined X": a part of some firm's people has left it; which firm, the context tells.
    if part
        && draft.counted_end() == Some(Slot::To)
        && let Some(to) = draft.orgs.remove(&Slot::Org)
    {
        draft.orgs.insert(Slot::To, to);
        draft.slots.insert(Slot::Direction, Value::Text("left".to_owned()));
        draft.open = vec![Slot::Org];
    }
    true
}
