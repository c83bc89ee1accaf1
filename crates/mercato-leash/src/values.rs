//! Values: amounts, numbers, shares and dates are read again from the words that the claim quotes.

use mercato_model::{Amount, Bounds, Span};
use mercato_read::survey::{Quantity, Survey};

/// What the words say to a value that a claim states.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict<T> {
    /// They give just this, perhaps with a currency or a period besides.
    Agrees(T),
    /// They give the same numbers as other bounds.
    Bounded(T),
    /// They give another value, or several others.
    Differs,
    /// Nothing in them can be read as such a value.
    Silent,
}

/// The values whose words a claim quotes.
fn within<'s>(survey: &'s Survey, spans: &'s [Span]) -> impl Iterator<Item = &'s Quantity> {
    survey.values.iter().filter(|v| spans.iter().any(|s| s.overlaps(v.span))).map(|v| &v.quantity)
}

pub fn money(survey: &Survey, spans: &[Span], said: &Amount) -> Verdict<Amount> {
    let read: Vec<&Amount> = within(survey, spans)
        .filter_map(|q| match q {
            Quantity::Money(amount) => Some(amount),
            _ => None,
        })
        .collect();
    let currency = |read: &Amount| read.currency.is_none() || said.currency.is_none() || read.currency == said.currency;
    let merged = |read: &Amount, bounds: Bounds| Amount {
        bounds,
        currency: said.currency.clone().or_else(|| read.currency.clone()),
        period: said.period.clone().or_else(|| read.period.clone()),
        stat: said.stat.clone().or_else(|| read.stat.clone()),
    };
    let fits: Vec<&&Amount> = read.iter().filter(|r| currency(r)).collect();
    if let Some(read) = fits.iter().find(|r| same_bounds(r.bounds, said.bounds)) {
        return Verdict::Agrees(merged(read, said.bounds));
    }
    // A range told by its ends: "from 1 million to 2 million", each read alone.
    let points: Vec<Bounds> = fits.iter().map(|r| r.bounds).collect();
    if let Some(read) = fits.first()
        && spans_range(&points, said.bounds)
    {
        return Verdict::Agrees(merged(read, said.bounds));
    }
    if let Some(read) = fits.iter().find(|r| same_numbers(r.bounds, said.bounds)) {
        return Verdict::Bounded(merged(read, read.bounds));
    }
    if read.is_empty() { Verdict::Silent } else { Verdict::Differs }
}

/// A number of people: plain numbers and the whole that goes with them.
pub fn number(survey: &Survey, spans: &[Span], said: Bounds) -> Verdict<Bounds> {
    let mut read = Vec::new();
    for quantity in within(survey, spans) {
        if let Quantity::Number { bounds, of } = quantity {
            read.push(*bounds);
            read.extend(of.map(Bounds::exactly));
        }
    }
    verdict(&read, said)
}

pub fn share(survey: &Survey, spans: &[Span], said: Bounds) -> Verdict<Bounds> {
    let read: Vec<Bounds> = within(survey, spans)
        .filter_map(|q| match q {
            Quantity::Share(bounds) => Some(*bounds),
            _ => None,
        })
        .collect();
    verdict(&read, said)
}

fn verdict(read: &[Bounds], said: Bounds) -> Verdict<Bounds> {
    if read.iter().any(|r| same_bounds(*r, said)) || spans_range(read, said) {
        return Verdict::Agrees(said);
    }
    if let Some(read) = read.iter().find(|r| same_numbers(**r, said)) {
        return Verdict::Bounded(*read);
    }
    if read.is_empty() { Verdict::Silent } else { Verdict::Differs }
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 0.01 * a.abs().max(b.abs()).max(1e-9)
}

fn same_bound(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => near(a, b),
        (None, None) => true,
        _ => false,
    }
}

pub fn same_bounds(a: Bounds, b: Bounds) -> bool {
    same_bound(a.min, b.min) && same_bound(a.max, b.max)
}

/// Every number of the one is one of the other.
fn same_numbers(read: Bounds, said: Bounds) -> bool {
    let numbers = |b: Bounds| [b.min, b.max].into_iter().flatten().collect::<Vec<_>>();
    let (read, said) = (numbers(read), numbers(said));
    said.iter().all(|s| read.iter().any(|r| near(*r, *s))) && read.iter().all(|r| said.iter().any(|s| near(*r, *s)))
}

/// Both ends of a range stand in the words, each by itself.
fn spans_range(read: &[Bounds], said: Bounds) -> bool {
    let (Some(min), Some(max)) = (said.min, said.max) else { return false };
    let has = |n: f64| read.iter().any(|r| [r.min, r.max].into_iter().flatten().any(|v| near(v, n)));
    min < max && has(min) && has(max)
}
