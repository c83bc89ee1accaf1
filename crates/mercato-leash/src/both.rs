//! Two readers of one article: what both found, what one found, and where they contradict each other.

use mercato_model::{Claim, Kind, Note, Slot, Value};

use crate::hold::describe;
use crate::names::same;
use crate::values::same_bounds;

/// The highest score that a claim may keep while the other reader contradicts it.
pub(crate) const DISPUTED: f64 = 0.75;

/// What the two readers have to say together.
#[derive(Debug, Default)]
pub struct Together {
    /// Claims with the score of their own reader; those found by both name both.
    pub claims: Vec<Claim>,
    /// Places in `claims` of those that the other reader contradicts.
    pub disputed: Vec<usize>,
    pub notes: Vec<Note>,
}

/// Puts the model's claims and the rules' together.
pub fn together(model: Vec<Claim>, rules: &[Claim]) -> Together {
    let mut out = Together { claims: model, ..Together::default() };
    for claim in rules {
        let agreeing = out.claims.iter().position(|c| agree(c, claim));
        let conflict = out.claims.iter().position(|c| conflict(c, claim).is_some());
        if let Some(at) = agreeing {
            let found = &mut out.claims[at];
            if !found.rule.contains('+') {
                found.rule = format!("{}+{}", found.rule, claim.rule);
            }
            // The rules read dates from the words.
            found.date = found.date.or(claim.date);
        } else if conflict.is_none() {
            out.claims.push(claim.clone());
        }
        if let Some(at) = conflict
            && let Some(what) = conflict_of(&out.claims[at], claim)
        {
            let (mine, theirs) = (describe(&out.claims[at]), describe(claim));
            out.notes.push(Note {
                code: format!("review-{what}"),
                span: Some(claim.evidence.quotes()[0].span),
                rule: Some(claim.rule.clone()),
                detail: format!("{mine} | {theirs}"),
            });
            if what != "status" && !out.disputed.contains(&at) {
                out.disputed.push(at);
            }
        }
    }
    out
}

/// What a disputed claim's score becomes.
pub fn capped(score: f64) -> f64 {
    score.min(DISPUTED)
}

/// The same claim, found again: what it is about is the same, and no end or value is another.
fn agree(a: &Claim, b: &Claim) -> bool {
    a.kind == b.kind && about_the_same(a, b) && keys(a.kind).iter().all(|slot| compatible(a, b, *slot))
}

/// Slots that must not differ, and of which one at least must be shared.
fn keys(kind: Kind) -> &'static [Slot] {
    match kind {
        Kind::Move => &[Slot::From, Slot::To],
        Kind::Appointment | Kind::Tenure => &[Slot::Org],
        Kind::Offer => &[Slot::By, Slot::Amount],
        Kind::Pay => &[Slot::Org, Slot::Amount],
        Kind::Retention => &[Slot::Org, Slot::Measure],
        Kind::Recruiting => &[Slot::By],
        Kind::Count => &[Slot::N, Slot::Share, Slot::Org, Slot::Direction],
        Kind::Rate => &[Slot::Stat, Slot::Value, Slot::Org],
        Kind::Reason => &[Slot::Factor, Slot::Polarity],
        Kind::Layoff => &[Slot::Org],
        Kind::Deal => &[Slot::Acquirer, Slot::Target],
        Kind::Legal => &[Slot::Plaintiff, Slot::Defendant],
        Kind::Condition => &[Slot::Org, Slot::What],
        Kind::Stance => &[Slot::Actor, Slot::Stance],
        Kind::Figure => &[Slot::Amount],
    }
}

fn about_the_same(a: &Claim, b: &Claim) -> bool {
    let people = |c: &Claim| c.texts(Slot::Person).into_iter().map(str::to_owned).collect::<Vec<_>>();
    let (mine, theirs) = (people(a), people(b));
    let persons = match (mine.is_empty(), theirs.is_empty()) {
        (true, true) => overlap(a, b),
        (false, false) => mine.iter().any(|p| theirs.iter().any(|q| same(p, q))),
        _ => false,
    };
    let filled = |slot: &Slot| a.slots.contains_key(slot) && b.slots.contains_key(slot);
    persons && keys(a.kind).iter().any(filled)
}

fn overlap(a: &Claim, b: &Claim) -> bool {
    a.evidence.quotes().iter().any(|x| b.evidence.quotes().iter().any(|y| x.span.overlaps(y.span)))
}

fn compatible(a: &Claim, b: &Claim, slot: Slot) -> bool {
    let (Some(x), Some(y)) = (a.slots.get(&slot), b.slots.get(&slot)) else { return true };
    match (x.bounds(), y.bounds()) {
        (Some(x), Some(y)) => same_bounds(x, y),
        _ => x.texts().iter().any(|x| y.texts().iter().any(|y| same(x, y))),
    }
}

fn conflict(a: &Claim, b: &Claim) -> Option<()> {
    conflict_of(a, b).map(|_| ())
}

pub(crate) const DIRECTION: &str = "direction";

/// How two moves of the same people, told in the same words, differ: in their direction, or in an end.
pub(crate) fn dispute(a: &Claim, b: &Claim) -> Option<&'static str> {
    let same_end = |x: Option<&str>, y: Option<&str>| x.zip(y).is_some_and(|(x, y)| same(x, y));
    let shares_person = a.texts(Slot::Person).iter().any(|p| b.texts(Slot::Person).iter().any(|q| same(p, q)));
    if a.kind != Kind::Move || b.kind != Kind::Move || !shares_person || !overlap(a, b) {
        return None;
    }
    let (from, to) = (Slot::From, Slot::To);
    let crossed = same_end(a.text(from), b.text(to)) || same_end(a.text(to), b.text(from));
    let straight = same_end(a.text(from), b.text(from)) || same_end(a.text(to), b.text(to));
    // One end alone is too often taken for the other.
    let whole = b.slots.contains_key(&from) && b.slots.contains_key(&to);
    if crossed && !straight && whole {
        return Some(DIRECTION);
    }
    let differs = |slot| a.text(slot).zip(b.text(slot)).is_some_and(|(x, y)| !same(x, y));
    (differs(from) || differs(to)).then_some("end")
}

/// How two claims of the same people contradict each other: direction, amount, status.
fn conflict_of(a: &Claim, b: &Claim) -> Option<&'static str> {
    if a.kind != b.kind {
        return None;
    }
    if dispute(a, b) == Some(DIRECTION) {
        return Some(DIRECTION);
    }
    let money = |c: &Claim| c.slots.get(&Slot::Amount).and_then(Value::bounds);
    if matches!(a.kind, Kind::Offer | Kind::Pay)
        && overlap(a, b)
        && compatible(a, b, Slot::By)
        && compatible(a, b, Slot::Org)
        && compatible(a, b, Slot::Person)
        && money(a).zip(money(b)).is_some_and(|(x, y)| !same_bounds(x, y))
    {
        return Some("amount");
    }
    if agree(a, b) && a.status != b.status && overlap(a, b) {
        return Some("status");
    }
    None
}
