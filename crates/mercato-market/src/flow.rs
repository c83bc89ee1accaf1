//! Who goes where: a matrix of firms whose cells are bounds.

use std::collections::{BTreeMap, BTreeSet};

use mercato_model::Bounds;
use serde::Serialize;

use crate::event::{End, Event, People, Threshold};

/// From one place to another.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cell {
    pub from: End,
    pub to: End,
    /// Those who are named, each once.
    pub named: Vec<String>,
    pub people: People,
    /// Sum of the chances, groups with their least number.
    pub expected: f64,
    pub decisions: usize,
    /// Events behind it.
    pub told: usize,
    /// Their ids, best standing first.
    pub events: Vec<String>,
    /// One origin carries more than half of it.
    pub one_root: bool,
    /// Nothing in it stands better than as a rumour.
    pub only_rumours: bool,
}

/// All cells in which something happened, those with most people first; an empty cell is absent, never zero.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Flow {
    pub cells: Vec<Cell>,
}

impl Flow {
    /// Share of the people who leave a firm for a place that is not told.
    pub fn unknown_share(&self, from: &str) -> Option<f64> {
        let row = || self.cells.iter().filter(|c| c.from.firm() == Some(from));
        let all: f64 = row().map(|c| c.people.min).sum();
        let unknown: f64 = row().filter(|c| c.to == End::Unknown).map(|c| c.people.min).sum();
        (all > 0.0).then(|| unknown / all)
    }
}

/// The matrix of the events that stand at least at the threshold. What happens inside one firm is no flow.
pub fn flow<'a>(events: impl IntoIterator<Item = &'a Event>, least: Threshold) -> Flow {
    let mut cells: BTreeMap<(&End, &End), Vec<&Event>> = BTreeMap::new();
    for event in events.into_iter().filter(|e| e.standing >= least && counts(e)) {
        cells.entry((&event.from, &event.to)).or_default().push(event);
    }
    let mut cells: Vec<Cell> = cells.into_iter().map(|((from, to), events)| cell(from, to, events)).collect();
    cells.sort_by(by_size);
    Flow { cells }
}

/// The order of cells: those with most people first.
pub fn by_size(a: &Cell, b: &Cell) -> std::cmp::Ordering {
    b.people.min.total_cmp(&a.people.min).then_with(|| (&a.from, &a.to).cmp(&(&b.from, &b.to)))
}

fn cell(from: &End, to: &End, mut events: Vec<&Event>) -> Cell {
    events.sort_by(|a, b| b.standing.cmp(&a.standing).then_with(|| a.id.cmp(&b.id)));
    let gathered = Gathered::of(events.iter().copied());
    let heads = |e: &Event| e.people.len().max(usize::from(e.n.is_some())) as f64;
    let all: f64 = events.iter().map(|e| heads(e)).sum();
    let largest = events.iter().filter(|e| e.roots <= 1).map(|e| heads(e)).fold(0.0, f64::max);
    Cell {
        from: from.clone(),
        to: to.clone(),
        people: gathered.people(),
        expected: gathered.expected,
        decisions: gathered.decisions.len(),
        told: events.len(),
        events: events.iter().map(|e| e.id.clone()).collect(),
        one_root: events.len() > 1 && largest > all / 2.0,
        only_rumours: events.iter().all(|e| e.standing == Threshold::Rumour),
        named: gathered.named.into_keys().map(str::to_owned).collect(),
    }
}

/// An event that moves somebody between two places, one of them known.
pub(crate) fn counts(event: &Event) -> bool {
    event.from != event.to && (event.from.firm().is_some() || event.to.firm().is_some())
}

/// Several events taken together: each person once, each decision once.
#[derive(Default)]
pub(crate) struct Gathered<'a> {
    /// Each with the best chance of the events that name them.
    named: BTreeMap<&'a str, f64>,
    groups: Vec<(Bounds, Option<f64>)>,
    pub decisions: BTreeSet<&'a str>,
    pub expected: f64,
}

impl<'a> Gathered<'a> {
    pub fn of(events: impl IntoIterator<Item = &'a Event>) -> Self {
        let mut all = Self::default();
        for event in events {
            for name in &event.people {
                let best = all.named.entry(name).or_insert(0.0);
                *best = best.max(event.probability);
            }
            if let Some(n) = event.n {
                all.groups.push((n, event.of));
                all.expected += event.probability * n.min.unwrap_or(1.0);
            }
            all.decisions.insert(&event.decision);
        }
        all.expected += all.named.values().sum::<f64>();
        all
    }

    pub fn people(&self) -> People {
        People::of(self.named.len(), &self.groups)
    }
}
