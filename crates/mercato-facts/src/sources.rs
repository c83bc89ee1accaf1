//! How sources have done: what each was first with, what became of it, with intervals and "too few" where they belong.
//!
//! Only settled facts count; open ones are not wrong. Speed and truth stand apart.

use std::collections::BTreeMap;

use mercato_model::{Kind, Status};
use serde::Serialize;

use crate::fact::Fact;
use crate::level::{Level, Mark};
use crate::root::Origin;
use crate::snapshot::{ENOUGH, Learned, PATIENCE, Snapshot};

/// The record of one outlet or speaker.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Scorecard {
    pub name: String,
    pub origin: Origin,
    /// Facts of which it is a root.
    pub facts: usize,
    pub settled: usize,
    pub confirmed: usize,
    pub denied: usize,
    /// Facts of which it was the first root; a tie is shared.
    pub first: f64,
    /// First with what was denied.
    pub false_first: usize,
    /// Median days to the second root, and to the confirmation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lead: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lead_to_confirmation: Option<f64>,
    /// Share of settled facts that were right, shrunk, with 90 % interval; absent below three.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub right: Option<Share>,
    /// Letter of the Admiralty pair; F: too few.
    pub letter: char,
    /// Confirmed and denied by kind.
    pub kinds: BTreeMap<Kind, (usize, usize)>,
    #[serde(skip)]
    voice: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Share {
    pub mean: f64,
    pub low: f64,
    pub high: f64,
}

/// Fewest settled facts of which anything is said.
pub const FEW: usize = 3;

/// The assumed distribution of reliability until enough is settled.
const ASSUMED: (f64, f64) = (8.0, 2.0);

/// What became of a fact: right, wrong, or still open.
pub fn outcome(fact: &Fact) -> Option<bool> {
    if fact.has(Mark::Denied) {
        return Some(false);
    }
    (fact.level >= Level::Confirmed && !fact.has(Mark::Plan) && !fact.has(Mark::Contested)).then_some(true)
}

/// The sources that are roots of some fact, by name.
pub fn scorecards(snapshot: &Snapshot) -> Vec<Scorecard> {
    let mut cards: BTreeMap<String, (Scorecard, Vec<f64>, Vec<f64>)> = BTreeMap::new();
    for fact in &snapshot.facts {
        let settled = outcome(fact);
        // Who says that it stays where it is has no merit in the saying.
        let roots: Vec<(usize, &crate::root::Root)> = fact
            .roots
            .iter()
            .enumerate()
            .filter(|(at, root)| root.origin != Origin::Unknown && supports(fact, *at))
            .collect();
        let Some(first_day) = roots.iter().map(|(_, r)| r.first_day).min() else { continue };
        let ties = roots.iter().filter(|(_, r)| r.first_day == first_day).count() as f64;
        let mut days: Vec<i64> = roots.iter().map(|(_, r)| r.first_day).collect();
        days.sort_unstable();
        let confirmed_on = fact.history.iter().find(|c| c.level >= Level::Confirmed).map(|c| c.day.clone());
        let mut counted: Vec<&str> = Vec::new();
        for (_, root) in roots {
            if counted.contains(&root.voice.as_str()) {
                continue;
            }
            counted.push(&root.voice);
            let (card, leads, confirmations) = cards.entry(root.voice.clone()).or_insert_with(|| {
                let card = Scorecard {
                    name: root.name.clone(),
                    origin: root.origin,
                    facts: 0,
                    settled: 0,
                    confirmed: 0,
                    denied: 0,
                    first: 0.0,
                    false_first: 0,
                    lead: None,
                    lead_to_confirmation: None,
                    right: None,
                    letter: 'F',
                    kinds: BTreeMap::new(),
                    voice: root.voice.clone(),
                };
                (card, Vec::new(), Vec::new())
            });
            card.facts += 1;
            let first = root.first_day == first_day;
            // A party that settles a fact by its own word is not judged by it.
            let alone = root.origin == Origin::Statement && fact.roots.len() == 1;
            if let Some(right) = settled.filter(|_| !alone) {
                card.settled += 1;
                let kind = card.kinds.entry(fact.kind).or_default();
                if right {
                    card.confirmed += 1;
                    kind.0 += 1;
                    card.first += if first { 1.0 / ties } else { 0.0 };
                } else {
                    card.denied += 1;
                    kind.1 += 1;
                    card.false_first += usize::from(first);
                }
            }
            if first {
                leads.extend(days.get(1).map(|second| (second - first_day) as f64));
                let confirmed = confirmed_on.as_deref().and_then(mercato_model::PartialDate::parse);
                confirmations.extend(confirmed.and_then(|d| d.day_number()).map(|day| (day - first_day) as f64));
            }
        }
    }
    let counts: Vec<(usize, usize)> = cards.values().map(|(c, _, _)| (c.confirmed, c.settled)).collect();
    let (a, b) = prior(&counts);
    cards
        .into_values()
        .map(|(mut card, leads, confirmations)| {
            card.lead = median(leads);
            card.lead_to_confirmation = median(confirmations);
            let (a, b) = (a + card.confirmed as f64, b + (card.settled - card.confirmed) as f64);
            let share =
                Share { mean: round(a / (a + b)), low: round(quantile(0.05, a, b)), high: round(quantile(0.95, a, b)) };
            card.letter = match card.settled {
                n if n < FEW => 'F',
                n if n >= 20 && share.low >= 0.90 => 'A',
                _ if share.mean >= 0.85 => 'B',
                _ if share.mean >= 0.70 => 'C',
                _ if share.mean >= 0.50 => 'D',
                _ => 'E',
            };
            card.right = (card.settled >= FEW).then_some(share);
            card.first = round(card.first);
            card
        })
        .collect()
}

fn supports(fact: &Fact, root: usize) -> bool {
    fact.voices.iter().any(|v| {
        v.root == root && !v.retracted && matches!(v.status, Status::Asserted | Status::Reported | Status::Planned)
    })
}

/// What the settled facts teach; assumed values until there are enough of them.
pub fn learn(snapshot: &Snapshot) -> Learned {
    let settled = snapshot.facts.iter().filter(|f| outcome(f).is_some()).count();
    if settled < ENOUGH {
        return Learned::default();
    }
    // Open facts count by their chance of being true.
    let mut counts: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for fact in &snapshot.facts {
        let right = match (outcome(fact), fact.probability) {
            (Some(right), _) => f64::from(right),
            (None, Some(p)) => p,
            (None, None) => continue,
        };
        for (_, root) in
            fact.roots.iter().enumerate().filter(|(at, r)| r.origin != Origin::Unknown && supports(fact, *at))
        {
            let held = counts.entry(&root.voice).or_insert((0.0, 0.0));
            held.0 += right;
            held.1 += 1.0;
        }
    }
    let cards = scorecards(snapshot);
    let (a, b) = prior(&cards.iter().map(|c| (c.confirmed, c.settled)).collect::<Vec<_>>());
    let mut delays: Vec<i64> = snapshot.facts.iter().filter_map(delay).collect();
    delays.sort_unstable();
    let patience = if delays.len() < 10 { PATIENCE } else { delays[delays.len() * 9 / 10].max(1) };
    Learned {
        reliability: counts
            .into_iter()
            .map(|(voice, (right, n))| (voice.to_owned(), round((a + right) / (a + b + n))))
            .collect(),
        otherwise: round(a / (a + b)),
        patience,
        settled,
    }
}

/// Days from rumour to confirmation.
fn delay(fact: &Fact) -> Option<i64> {
    let day = |change: &crate::fact::Change| mercato_model::PartialDate::parse(&change.day)?.day_number();
    let rumour = fact.history.iter().find(|c| c.level == Level::Rumour)?;
    let confirmed = fact.history.iter().find(|c| c.level >= Level::Confirmed)?;
    Some(day(confirmed)? - day(rumour)?)
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        n if n % 2 == 1 => Some(values[middle]),
        _ => Some((values[middle - 1] + values[middle]) / 2.0),
    }
}

fn round(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

/// The Beta distribution from which sources are drawn, by marginal likelihood; assumed while little is settled.
pub fn prior(counts: &[(usize, usize)]) -> (f64, f64) {
    if counts.iter().map(|(_, n)| n).sum::<usize>() < ENOUGH {
        return ASSUMED;
    }
    let mut best = (f64::NEG_INFINITY, ASSUMED);
    for strength in [2.0, 4.0, 8.0, 16.0, 32.0, 64.0] {
        for twentieth in 1..20 {
            let mean = f64::from(twentieth) / 20.0;
            let (a, b) = (mean * strength, (1.0 - mean) * strength);
            let fit: f64 = counts
                .iter()
                .map(|&(right, n)| ln_beta(a + right as f64, b + (n - right) as f64) - ln_beta(a, b))
                .sum();
            if fit > best.0 {
                best = (fit, (a, b));
            }
        }
    }
    best.1
}

fn ln_beta(a: f64, b: f64) -> f64 {
    ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b)
}

/// Stirling's series after shifting the argument beyond 7.
fn ln_gamma(x: f64) -> f64 {
    let (mut shift, mut x) = (0.0, x);
    while x < 7.0 {
        shift -= x.ln();
        x += 1.0;
    }
    let square = 1.0 / (x * x);
    let series = (1.0 / 12.0 - square * (1.0 / 360.0 - square * (1.0 / 1260.0 - square / 1680.0))) / x;
    shift + (x - 0.5) * x.ln() - x + 0.5 * (2.0 * std::f64::consts::PI).ln() + series
}

/// Share of a Beta distribution below `x`, by Simpson's rule on a fine grid.
fn below(x: f64, a: f64, b: f64) -> f64 {
    const STEPS: usize = 2000;
    // Substituting t = s², finite at 0 for a ≥ ½.
    let density = |t: f64| {
        if t <= 0.0 || t >= 1.0 { 0.0 } else { ((a - 1.0) * t.ln() + (b - 1.0) * (1.0 - t).ln() - ln_beta(a, b)).exp() }
    };
    let step = x.sqrt() / STEPS as f64;
    let value = |i: usize| {
        let s = i as f64 * step;
        density(s * s) * 2.0 * s
    };
    let sum: f64 = (0..STEPS).step_by(2).map(|i| value(i) + 4.0 * value(i + 1) + value(i + 2)).sum();
    (sum * step / 3.0).clamp(0.0, 1.0)
}

fn quantile(share: f64, a: f64, b: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..30 {
        let middle = (low + high) / 2.0;
        if below(middle, a, b) < share { low = middle } else { high = middle }
    }
    (low + high) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two outlets of the football study, with the prior of which its figures are.
    #[test]
    fn intervals_are_those_of_the_beta_distribution() {
        for (share, a, b, value) in [
            (0.05, 1.0, 1.0, 0.05),
            (0.95, 1.0, 1.0, 0.95),
            (0.5, 8.0, 2.0, 0.8204),
            (0.05, 10.0, 46.0, 0.1032),
            (0.975, 0.5, 4.5, 0.4447),
        ] {
            let found = quantile(share, a, b);
            assert!((found - value).abs() < 0.004, "{share} of Beta({a}, {b}): {found}, not {value}");
        }
    }

    #[test]
    fn the_prior_follows_the_sources() {
        assert_eq!(prior(&[(1, 2)]), ASSUMED);
        let (a, b) = prior(&[(90, 100), (45, 50), (9, 10)]);
        assert!((a / (a + b) - 0.9).abs() < 0.06, "{a} {b}");
    }
}
