//! Market views of all moves, made once for a view: numbers of every firm, the ids behind them as far as pages show
//! them. Events are held in brief and spelled out firm by firm.

use std::collections::{HashMap, HashSet};

use mercato_facts::{Fact, World};
use mercato_market::balance::Year;
use mercato_market::{Balance, Cell, End, Event, Flow, Standing, balance, balance_of, by_year, flow};
use mercato_model::{Bounds, Kind, Slot, Value};

use super::Names;
use super::row::{Id, affirmed, standing};

/// Events whose ids are kept for one number; all of them are a list of facts.
const EVENTS: usize = 20;

/// Names kept for one cell.
const NAMES: usize = 12;

/// Cells that are kept: those with most people, and all between the firms of the matrix.
const CELLS: usize = 5000;

/// Firms of the matrix, those with most decisions.
pub const MATRIX: usize = 10;

/// The views at one standing.
#[derive(Default)]
pub struct Market {
    pub balances: Vec<Balance>,
    /// Place of a firm among the balances.
    place: HashMap<String, u32>,
    pub flow: Flow,
    years: HashMap<String, Vec<Year>>,
    unknown: HashMap<String, f64>,
}

impl Market {
    pub fn balance(&self, firm: &str) -> Option<&Balance> {
        self.place.get(firm).map(|&at| &self.balances[at as usize])
    }

    pub fn years(&self, firm: &str) -> &[Year] {
        self.years.get(firm).map_or(&[], Vec::as_slice)
    }

    /// Share of the people who leave a firm for a place that is not told.
    pub fn unknown_share(&self, firm: &str) -> Option<f64> {
        self.unknown.get(firm).copied()
    }
}

/// An event in brief: names by number.
#[derive(Clone)]
struct Brief {
    id: Id,
    decision: Id,
    person: Option<u32>,
    /// Few are counted: how many, and of how many.
    counted: Option<Box<(Bounds, Option<f64>)>>,
    from: BriefEnd,
    to: BriefEnd,
    standing: Standing,
    probability: f32,
    days: Option<(i32, i32)>,
    dated: bool,
    roots: u32,
}

#[derive(Clone, Copy, PartialEq)]
enum BriefEnd {
    Firm(u32),
    New,
    Unknown,
}

/// Numbers for names.
#[derive(Clone, Default)]
struct Numbers {
    names: Vec<String>,
    of: HashMap<String, u32>,
}

impl Numbers {
    fn of(&mut self, name: &str) -> u32 {
        if let Some(&held) = self.of.get(name) {
            return held;
        }
        let next = self.names.len() as u32;
        self.names.push(name.to_owned());
        self.of.insert(name.to_owned(), next);
        next
    }
}

/// The events that were met so far.
#[derive(Clone, Default)]
pub struct Events {
    all: Vec<Brief>,
    firms: Numbers,
}

impl Events {
    /// The same without those of some facts.
    pub fn without(&self, gone: &HashSet<Id>) -> Self {
        let all = self.all.iter().filter(|brief| !gone.contains(&brief.id)).cloned().collect();
        Self { all, firms: self.firms.clone() }
    }

    /// Takes a fact in that moves people between firms; others are none.
    pub fn add(&mut self, fact: &Fact, id: Id, person: Option<u32>, world: &World) {
        let brief = self.brief(fact, id, person, world);
        self.all.extend(brief);
    }

    fn brief(&mut self, fact: &Fact, id: Id, person: Option<u32>, world: &World) -> Option<Brief> {
        let standing = standing(fact).filter(|_| affirmed(fact))?;
        let mut end = |slot: Slot| {
            fact.text(slot).map_or(BriefEnd::Unknown, |name| BriefEnd::Firm(self.firms.of(world.firm_name(name))))
        };
        let bounds = |slot: Slot| fact.slots.get(&slot).and_then(Value::bounds);
        let (from, to, n) = match fact.kind {
            Kind::Move => {
                let founded = fact.text(Slot::Manner) == Some("founded") && !fact.slots.contains_key(&Slot::To);
                let to = if founded { BriefEnd::New } else { end(Slot::To) };
                // A group that nobody counts is somebody at least.
                let n = person.is_none().then(|| Bounds::at_least(1.0));
                (end(Slot::From), to, n)
            }
            Kind::Count => {
                let n = bounds(Slot::N)?;
                match fact.text(Slot::Direction)? {
                    "left" => (end(Slot::Org), end(Slot::To), Some(n)),
                    "joined" => (BriefEnd::Unknown, end(Slot::Org), Some(n)),
                    _ => return None,
                }
            }
            _ => return None,
        };
        let known = match standing {
            Standing::Rumour => 0.3,
            Standing::Reported => 0.7,
            Standing::Corroborated => 0.9,
            Standing::Confirmed => 0.98,
        };
        let day = |day: i64| i32::try_from(day).ok();
        Some(Brief {
            id,
            decision: Id::parse(&fact.decision).unwrap_or(id),
            person: person.filter(|_| fact.kind == Kind::Move),
            counted: n.map(|n| Box::new((n, bounds(Slot::Of).and_then(|of| of.max)))),
            from,
            to,
            standing,
            probability: fact.probability.unwrap_or(known) as f32,
            days: fact.date.as_ref().and_then(|d| Some((day(d.days.first)?, day(d.days.last)?))),
            dated: fact.date.as_ref().is_some_and(|d| d.said),
            roots: fact.roots.len() as u32,
        })
    }

    fn spelled(&self, brief: &Brief, people: &Names) -> Event {
        let end = |end: BriefEnd| match end {
            BriefEnd::Firm(at) => End::Firm(self.firms.names[at as usize].clone()),
            BriefEnd::New => End::New,
            BriefEnd::Unknown => End::Unknown,
        };
        // Chances have three digits.
        let probability = (f64::from(brief.probability) * 1000.0).round() / 1000.0;
        Event {
            id: brief.id.to_string(),
            people: brief.person.iter().map(|&at| people.list[at as usize].name.to_string()).collect(),
            n: brief.counted.as_ref().map(|counted| counted.0),
            of: brief.counted.as_ref().and_then(|counted| counted.1),
            from: end(brief.from),
            to: end(brief.to),
            standing: brief.standing,
            probability,
            days: brief.days.map(|(first, last)| (i64::from(first), i64::from(last))),
            dated: brief.dated,
            decision: brief.decision.to_string(),
            roots: brief.roots as usize,
        }
    }

    /// The views at every standing, in the order of [`Standing::ALL`].
    pub fn markets(&self, people: &Names) -> [Market; 4] {
        let mut of_firm: Vec<Vec<u32>> = vec![Vec::new(); self.firms.names.len()];
        let mut from_nowhere = Vec::new();
        for (at, brief) in (0u32..).zip(&self.all) {
            for end in [brief.from, brief.to] {
                if let BriefEnd::Firm(firm) = end
                    && of_firm[firm as usize].last() != Some(&at)
                {
                    of_firm[firm as usize].push(at);
                }
            }
            if !matches!(brief.from, BriefEnd::Firm(_)) {
                from_nowhere.push(at);
            }
        }
        let mut markets: [Market; 4] = Default::default();
        let spelled =
            |list: &[u32]| list.iter().map(|&at| self.spelled(&self.all[at as usize], people)).collect::<Vec<_>>();
        for (firm, list) in self.firms.names.iter().zip(&of_firm) {
            let events = spelled(list);
            for (market, least) in markets.iter_mut().zip(Standing::ALL) {
                market.balances.extend(balance_of(firm, &events, least).map(short));
                let years = by_year(&events, firm, least);
                if !years.is_empty() {
                    market.years.insert(firm.clone(), years);
                }
                let leaving = flow(events.iter().filter(|e| e.from.firm() == Some(firm)), least);
                market.unknown.extend(leaving.unknown_share(firm).map(|share| (firm.clone(), share)));
                market.flow.cells.extend(leaving.cells.into_iter().map(brief_cell));
                if market.flow.cells.len() > 8 * CELLS {
                    cut(&mut market.flow.cells);
                }
            }
        }
        let events = spelled(&from_nowhere);
        for (market, least) in markets.iter_mut().zip(Standing::ALL) {
            market.flow.cells.extend(flow(&events, least).cells.into_iter().map(brief_cell));
            market.balances.sort_by(balance::by_size);
            market.place = (0..).zip(&market.balances).map(|(at, b)| (b.firm.clone(), at)).collect();
            cut(&mut market.flow.cells);
        }
        self.between_the_largest(&of_firm, people, &mut markets);
        markets
    }

    /// Adds the cells of the matrix that were cut for having few people.
    fn between_the_largest(&self, of_firm: &[Vec<u32>], people: &Names, markets: &mut [Market; 4]) {
        for (market, least) in markets.iter_mut().zip(Standing::ALL) {
            if market.flow.cells.len() < CELLS {
                continue;
            }
            let firms: Vec<u32> =
                market.balances.iter().take(MATRIX).filter_map(|b| self.firms.of.get(&b.firm).copied()).collect();
            let is = |end: BriefEnd| matches!(end, BriefEnd::Firm(at) if firms.contains(&at));
            let list = firms.iter().flat_map(|&at| &of_firm[at as usize]).map(|&at| &self.all[at as usize]);
            let mut seen = HashSet::new();
            let events: Vec<Event> =
                list.filter(|b| is(b.from) && is(b.to) && seen.insert(b.id)).map(|b| self.spelled(b, people)).collect();
            let held: HashSet<(End, End)> = market.flow.cells.iter().map(|c| (c.from.clone(), c.to.clone())).collect();
            let more = flow(&events, least).cells.into_iter().map(brief_cell);
            market.flow.cells.extend(more.filter(|c| !held.contains(&(c.from.clone(), c.to.clone()))));
        }
    }
}

fn cut(cells: &mut Vec<Cell>) {
    cells.sort_by(flow::by_size);
    cells.truncate(CELLS);
}

fn short(mut balance: Balance) -> Balance {
    for side in [&mut balance.joined, &mut balance.left] {
        side.events.truncate(EVENTS);
        side.events.shrink_to_fit();
    }
    balance
}

fn brief_cell(mut cell: Cell) -> Cell {
    cell.events.truncate(EVENTS);
    cell.events.shrink_to_fit();
    cell.named.truncate(NAMES);
    cell.named.shrink_to_fit();
    cell
}
