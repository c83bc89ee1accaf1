//! What a firm gains and loses.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::event::{End, Event, People, Threshold};
use crate::flow::{Gathered, counts};
use crate::interval::{Span95, jeffreys};

/// Arrivals and departures of one firm.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Balance {
    pub firm: String,
    pub joined: Side,
    pub left: Side,
    /// Arrivals less departures; `None` where no bound is known.
    pub net_min: Option<f64>,
    pub net_max: Option<f64>,
    /// Arrivals less departures over both, −1 to 1, counted by decisions.
    pub rate: Option<f64>,
    pub rate95: Option<Span95>,
    /// Its sign depends on how much must be sure: counting everything and counting only what is confirmed disagree.
    pub fragile: bool,
}

/// One direction.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Side {
    pub people: People,
    pub decisions: usize,
    /// Decisions whose other end is not told.
    pub unknown: usize,
    /// Events behind it.
    pub told: usize,
    /// Their ids, best standing first.
    pub events: Vec<String>,
}

/// The balance of every firm, those with most decisions first. A firm without an event has none.
pub fn balances<'a>(events: impl IntoIterator<Item = &'a Event>, least: Threshold) -> Vec<Balance> {
    let mut firms: BTreeMap<&str, Sides<'a>> = BTreeMap::new();
    for event in events.into_iter().filter(|e| counts(e)) {
        for (end, side) in [(&event.to, 0), (&event.from, 1)] {
            if let Some(firm) = end.firm() {
                firms.entry(firm).or_default()[side].push(event);
            }
        }
    }
    let mut out: Vec<Balance> = firms.into_iter().filter_map(|(firm, sides)| weighed(firm, &sides, least)).collect();
    out.sort_by(by_size);
    out
}

/// The balance of one firm; nothing without an event that counts.
pub fn balance_of<'a>(firm: &str, events: impl IntoIterator<Item = &'a Event>, least: Threshold) -> Option<Balance> {
    let mut sides = Sides::default();
    for event in events.into_iter().filter(|e| counts(e)) {
        for (end, side) in [(&event.to, 0), (&event.from, 1)] {
            if end.firm() == Some(firm) {
                sides[side].push(event);
            }
        }
    }
    weighed(firm, &sides, least)
}

/// The order of balances: those with most decisions first.
pub fn by_size(a: &Balance, b: &Balance) -> std::cmp::Ordering {
    let size = |b: &Balance| b.joined.decisions + b.left.decisions;
    size(b).cmp(&size(a)).then_with(|| a.firm.cmp(&b.firm))
}

/// Who joined and who left.
type Sides<'a> = [Vec<&'a Event>; 2];

fn weighed(firm: &str, sides: &Sides<'_>, least: Threshold) -> Option<Balance> {
    let at = |least: Threshold| {
        [0, 1].map(|side| {
            let taken: Vec<&Event> = sides[side].iter().copied().filter(|e| e.standing >= least).collect();
            self::side(&taken, side == 0)
        })
    };
    let sign = |[joined, left]: &[Side; 2]| joined.decisions.cmp(&left.decisions);
    let taken = at(least);
    if taken[0].decisions + taken[1].decisions == 0 {
        return None;
    }
    let signs = [Threshold::Rumour, Threshold::Reported, Threshold::Confirmed].map(at);
    let told = signs.iter().filter(|[j, l]| j.decisions + l.decisions > 0);
    let fragile = told.map(sign).any(|s| s != sign(&taken));
    Some(balance(firm.to_owned(), taken, fragile))
}

fn side(events: &[&Event], arrivals: bool) -> Side {
    let gathered = Gathered::of(events.iter().copied());
    let other = |e: &Event| if arrivals { e.from == End::Unknown } else { e.to == End::Unknown };
    let unknown: std::collections::BTreeSet<&str> =
        events.iter().filter(|e| other(e)).map(|e| e.decision.as_str()).collect();
    let mut ids: Vec<&Event> = events.to_vec();
    ids.sort_by(|a, b| b.standing.cmp(&a.standing).then_with(|| a.id.cmp(&b.id)));
    Side {
        people: gathered.people(),
        decisions: gathered.decisions.len(),
        unknown: unknown.len(),
        told: ids.len(),
        events: ids.into_iter().map(|e| e.id.clone()).collect(),
    }
}

fn balance(firm: String, [joined, left]: [Side; 2], fragile: bool) -> Balance {
    let (net_min, net_max) = joined.people.minus(left.people);
    let (rate, rate95) = rate(joined.decisions as f64, left.decisions as f64).unzip();
    Balance { firm, joined, left, net_min, net_max, rate, rate95, fragile }
}

/// Net over gross and its interval; nothing without an event.
pub fn rate(joined: f64, left: f64) -> Option<(f64, Span95)> {
    let all = joined + left;
    if all <= 0.0 {
        return None;
    }
    let share = jeffreys(joined, all);
    Some(((joined - left) / all, Span95 { low: 2.0 * share.low - 1.0, high: 2.0 * share.high - 1.0 }))
}

/// Decisions of one firm in one year. An event that may have happened in several years is split over them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Year {
    pub year: i32,
    pub joined: f64,
    pub left: f64,
}

/// Arrivals and departures of a firm by year, oldest first, with the empty years between.
pub fn by_year<'a>(events: impl IntoIterator<Item = &'a Event>, firm: &str, least: Threshold) -> Vec<Year> {
    let mut decisions: BTreeMap<(&str, bool), (i64, i64)> = BTreeMap::new();
    for event in events.into_iter().filter(|e| e.standing >= least && counts(e)) {
        let Some(days) = event.days else { continue };
        for (end, arrival) in [(&event.to, true), (&event.from, false)] {
            if end.firm() == Some(firm) {
                let held = decisions.entry((&event.decision, arrival)).or_insert(days);
                // The narrowest of what the voices say.
                if days.1 - days.0 < held.1 - held.0 {
                    *held = days;
                }
            }
        }
    }
    let mut years: BTreeMap<i32, Year> = BTreeMap::new();
    for ((_, arrival), (first, last)) in decisions {
        let all = (last - first + 1) as f64;
        let year_of = |day: i64| mercato_model::PartialDate::from_day_number(day).year;
        for year in year_of(first)..=year_of(last) {
            let start = first_day(year).max(first);
            let end = (first_day(year + 1) - 1).min(last);
            let part = (end - start + 1) as f64 / all;
            let held = years.entry(year).or_insert(Year { year, ..Year::default() });
            *(if arrival { &mut held.joined } else { &mut held.left }) += part;
        }
    }
    if let (Some((&first, _)), Some((&last, _))) = (years.first_key_value(), years.last_key_value()) {
        for year in first..last {
            years.entry(year).or_insert(Year { year, ..Year::default() });
        }
    }
    years.into_values().collect()
}

fn first_day(year: i32) -> i64 {
    mercato_model::PartialDate::day(year, 1, 1).and_then(|d| d.day_number()).unwrap_or_default()
}
