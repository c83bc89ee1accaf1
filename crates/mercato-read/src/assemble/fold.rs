//! Drafts that tell one thing become one: legs of a transfer, repeats of a fact, lists of people.

use mercato_model::{Kind, PartialDate, Slot, Status};

use super::COMPOSED;
use crate::draft::Draft;

/// A departure and an arrival of one person are one transfer, with the less sure status.
pub(super) fn join_legs(drafts: Vec<Draft>) -> Vec<Draft> {
    let mut out: Vec<Draft> = Vec::new();
    for d in drafts {
        if d.kind != Kind::Move {
            out.push(d);
            continue;
        }
        // An end that the context lent joins only what is told in the same sentence, and yields to one that is read.
        let near = |o: &Draft| o.lent.is_empty() && d.lent.is_empty() || o.orgs == d.orgs || o.sentence == d.sentence;
        match out.iter_mut().find(|o| o.kind == Kind::Move && near(o) && same_transfer(o, &d)) {
            Some(o) => join(o, d),
            None => out.push(d),
        }
    }
    out
}

/// Two drafts tell one transfer: same people, no end that contradicts, legs or repeats, dates that may be one.
fn same_transfer(a: &Draft, b: &Draft) -> bool {
    let people = if a.persons.is_empty() && b.persons.is_empty() {
        // Groups are the same only with the same ends.
        return a.orgs == b.orgs && a.unreal() == b.unreal() && words_meet(a, b, Slot::Group);
    } else {
        a.persons == b.persons
    };
    if !people || a.unreal() != b.unreal() {
        return false;
    }
    let agree = |slot: Slot| match (a.orgs.get(&slot), b.orgs.get(&slot)) {
        (Some(x), Some(y)) => x == y || a.lent.contains(&slot) != b.lent.contains(&slot),
        _ => true,
    };
    if !agree(Slot::From) || !agree(Slot::To) {
        return false;
    }
    // The arrival of one is not the departure of the other ("joined Apple in 2018, now leaves it").
    let crossed = |x: &Draft, y: &Draft| {
        let lent = x.lent.contains(&Slot::To) || y.lent.contains(&Slot::From);
        !lent && matches!((x.orgs.get(&Slot::To), y.orgs.get(&Slot::From)), (Some(t), Some(f)) if t == f)
    };
    if crossed(a, b) || crossed(b, a) {
        return false;
    }
    let (x, y) = (a.manner(), b.manner());
    // "Has left; will found a company of his own": the departure stays as sure as it is, the plan a plan.
    let unnamed = |d: &Draft| d.manner() == Some("founded") && !d.orgs.contains_key(&Slot::To);
    if unnamed(a) != unnamed(b) && a.status != b.status {
        return false;
    }
    // An attempt whose outcome is not told is no leg of what took place.
    let tried = |d: &Draft| d.status == Status::Possible && d.orgs.contains_key(&Slot::To);
    let done = |d: &Draft| d.status == Status::Asserted && d.orgs.contains_key(&Slot::To);
    if tried(a) && done(b) || done(a) && tried(b) {
        return false;
    }
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

/// Descriptions of people that may be the same: one is left out, they are equal, or they share a long word.
fn words_meet(a: &Draft, b: &Draft, slot: Slot) -> bool {
    let text = |d: &Draft| d.slots.get(&slot).and_then(|v| v.texts().first().map(|s| s.to_lowercase()));
    match (text(a), text(b)) {
        (Some(x), Some(y)) => x == y || x.split(' ').any(|w| w.len() > 4 && y.contains(w)),
        _ => true,
    }
}

/// What one of two that tell the same says better.
fn settle(a: &mut Draft, b: &mut Draft) {
    // Who has a reason is told by names before words, by people before firms.
    if a.kind == Kind::Reason {
        if its_firm(a, b) || a.persons.is_empty() {
            a.persons.clone_from(&b.persons);
        }
        if !a.persons.is_empty() {
            a.slots.remove(&Slot::Subject);
            b.slots.remove(&Slot::Subject);
        }
    }
    // "To keep X" says no means; another rule of the sentence does.
    if a.kind == Kind::Retention && means_unsaid(a) {
        a.slots.remove(&Slot::Measure);
    }
}

/// Adds what `b` knows to `a`.
fn join(a: &mut Draft, mut b: Draft) {
    settle(a, &mut b);
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
        let lent = b.lent.contains(&slot);
        if !a.orgs.contains_key(&slot) || a.lent.contains(&slot) && !lent {
            a.orgs.insert(slot, org);
            if lent {
                a.lent.insert(slot)
            } else {
                a.lent.remove(&slot)
            };
        }
    }
    // A lent end that the other leg contradicts was not the end.
    if a.kind == Kind::Move && a.orgs.get(&Slot::From) == a.orgs.get(&Slot::To) {
        for slot in std::mem::take(&mut a.lent) {
            a.orgs.remove(&slot);
        }
    }
    // A manner that says more wins ("poached" over "joined").
    let weak = |m: Option<&str>| matches!(m, None | Some("joined" | "left" | "hired"));
    if weak(a.manner()) && !weak(b.slots.get(&Slot::Manner).and_then(|v| v.texts().first().copied())) {
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
pub(super) fn fold(drafts: Vec<Draft>) -> Vec<Draft> {
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
pub(super) fn regroup(drafts: Vec<Draft>) -> Vec<Draft> {
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

fn means_unsaid(d: &Draft) -> bool {
    d.slots.get(&Slot::Measure).is_some_and(|v| v.texts() == ["other"])
}

/// "X leaves F, tired of the bureaucracy": who is tired is X, not F.
fn its_firm(lone: &Draft, other: &Draft) -> bool {
    lone.persons.len() == 1 && other.orgs.get(&Slot::Org) == lone.persons.first() && other.persons != lone.persons
}

fn same_claim(a: &Draft, b: &Draft) -> bool {
    if a.kind != b.kind || a.unreal() != b.unreal() {
        return false;
    }
    let same = |slot: Slot| a.slots.get(&slot) == b.slots.get(&slot);
    let meet = |slot: Slot| match (a.slots.get(&slot), b.slots.get(&slot)) {
        (Some(x), Some(y)) => x == y,
        _ => true,
    };
    // "Big tech" in a slot is no firm, and not the one that the other names.
    let orgs_meet = |slot: Slot| match (a.orgs.get(&slot), b.orgs.get(&slot)) {
        (Some(x), Some(y)) => x == y,
        (Some(_), None) => !b.slots.contains_key(&slot),
        (None, Some(_)) => !a.slots.contains_key(&slot),
        (None, None) => true,
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
        Kind::Retention => {
            let people = a.persons == b.persons || a.persons.is_empty() || b.persons.is_empty();
            let one_says = a.sentence == b.sentence && means_unsaid(a) != means_unsaid(b) && people;
            all_orgs && (same(Slot::Measure) && a.persons == b.persons || one_says)
        }
        Kind::Recruiting => all_orgs && same(Slot::Target) && a.persons == b.persons,
        Kind::Count => all_orgs && same(Slot::N) && same(Slot::Share) && same(Slot::Direction),
        Kind::Rate => all_orgs && same(Slot::Value) && same(Slot::Stat),
        Kind::Reason => {
            let here = a.sentence == b.sentence && a.rule != b.rule;
            let vaguer = a.persons.is_empty() != b.persons.is_empty() || its_firm(a, b) || its_firm(b, a);
            let people = words_meet(a, b, Slot::Subject) && a.persons == b.persons || here && vaguer;
            same(Slot::Factor) && same(Slot::Polarity) && people
        }
        Kind::Layoff => all_orgs && meet(Slot::N) && meet(Slot::Share),
        Kind::Deal => all_orgs && a.orgs.len() == b.orgs.len() && meet(Slot::Amount),
        Kind::Legal => all_orgs && a.persons == b.persons && meet(Slot::Plaintiff) && meet(Slot::Defendant),
        Kind::Condition => all_orgs && same(Slot::What) && meet(Slot::Value),
        Kind::Stance => all_orgs && same(Slot::Actor) && same(Slot::Stance) && meet(Slot::About),
        Kind::Figure => same(Slot::Amount),
        Kind::Move => {
            a.persons == b.persons
                && a.orgs == b.orgs
                && same(Slot::Manner)
                && a.status == b.status
                && same(Slot::Group)
                && a.date == b.date
        }
    }
}
