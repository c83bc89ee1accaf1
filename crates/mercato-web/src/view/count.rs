//! Counting a ledger: facts come part by part, each is put away with a few bytes by which it is chosen, and what is
//! said of all of them is summed up on the way.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ops::ControlFlow;

use mercato_facts::fold::{firm_key, same_person, words};
use mercato_facts::level::{Level, Mark};
use mercato_facts::review::{Question, questions};
use mercato_facts::root::Origin;
use mercato_facts::{Fact, Snapshot, World};
use mercato_ledger::drawer::Filling;
use mercato_ledger::{Answers, ArticleRow, AsOf, Change, Known, Ledger, LedgerError, Part, Recount, Touched};
use mercato_market::{PayRow, coverage};
use mercato_model::schema::SlotType;
use mercato_model::{Kind, PartialDate, Slot, Value};

use super::articles::Articles;
use super::market::Events;
use super::row::{Id, Row, Sum, affirmed, claim_number, last_told, standing};
use super::{Names, Outlet, Period, Reasons, SHARES, View, Voice};

/// Claims of one part: as many are in memory at once.
const PART: usize = 10_000;

/// Questions about facts that are kept, and about people; nobody answers more before the next count.
const QUESTIONS: usize = 2000;

/// What a question about people is about, and what stands between their names in it.
const SAME: &str = "same-person";
const BETWEEN: &str = " / ";

/// Which facts are counted.
pub struct Ask<'a> {
    pub world: &'a World,
    pub today: i64,
    /// The day as of which the ledger is read; `None`: as it stands.
    pub as_of: Option<i64>,
    pub days: Period,
}

/// Reads the ledger; `told` hears how far it is, 0 to 1.
pub fn view(ledger: &Ledger, ask: &Ask<'_>, told: &dyn Fn(f64)) -> Result<View, LedgerError> {
    let as_of = ask.as_of.map(|day| AsOf { day, by: Known::Public });
    let today = ask.as_of.unwrap_or(ask.today);
    let all = ask.days == (None, None);
    let mut articles = Articles::default();
    let taken = |row: &ArticleRow| {
        let day = row.published.and_then(PartialDate::day_number);
        let inside = |at: i64| ask.days.0.is_none_or(|first| at >= first) && ask.days.1.is_none_or(|last| at <= last);
        all || day.is_some_and(inside)
    };
    ledger.each_article(as_of, &mut |row| {
        if taken(&row) {
            articles.add(row);
        }
    })?;
    articles.ready();
    let mut count = Count::new(ask.world, ledger);
    let mut failed = None;
    let answers = Answers { ledger, world: ask.world, today, as_of };
    // Taken first: what comes while the ledger is counted is looked at again.
    let mark = answers.mark()?;
    answers.each_part(PART, &mut |mut part| {
        if !all {
            part.facts.retain(|fact| is_within(fact, ask.days));
        }
        told(part.number as f64 / part.of as f64);
        failed = count.part(part).err();
        if failed.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    match failed {
        Some(error) => Err(error),
        None => {
            let all = ledger.claims_of_newest(as_of)?;
            let view = count.finished(articles, mercato_facts::time::day(today), all)?;
            Ok(View { mark: Some(mark), ..view })
        }
    }
}

/// The view after a change: only what the change touched is counted anew. `None`: everything has to be.
pub fn again(ledger: &Ledger, ask: &Ask<'_>, before: &View) -> Result<Option<View>, LedgerError> {
    let Some(mark) = before.mark else { return Ok(None) };
    let answers = Answers { ledger, world: ask.world, today: ask.today, as_of: None };
    let mut gone = Vec::new();
    let change = answers.changed(mark, 2 * PART, &mut |touched| {
        gone = told_of(before, touched, ask.world);
        gone.iter().map(|(_, fact)| fact.clone()).collect()
    })?;
    let Change::Some(recount) = change else { return Ok(None) };
    let Recount { mark, touched, facts, people, articles, claims } = *recount;
    let mut count = Count::further(ask.world, ledger, before, &gone, &touched);
    // Of the questions only the first are kept: where many of them are gone, the next ones are not known.
    if count.questions.len() < count.asked.min(QUESTIONS / 2) {
        return Ok(None);
    }
    count.part(Part { facts, people, number: 1, of: 1 })?;
    let articles = if articles.is_empty() { before.articles.clone() } else { before.articles.with(articles) };
    let claims = usize::try_from(before.claims as i64 + claims).unwrap_or_default();
    let view = count.finished(articles, before.day.clone(), claims)?;
    Ok(Some(View { mark: Some(mark), ..view }))
}

/// The facts of a view that are told of what a change touched.
fn told_of(view: &View, touched: &Touched, world: &World) -> Vec<(u32, Fact)> {
    let mut ranks: BTreeSet<u32> = BTreeSet::new();
    for named in view.people.list.iter().filter(|named| touched.has_person(&named.name, world)) {
        ranks.extend(&named.facts);
    }
    let about_nobody = |rank: &u32| view.row(*rank).person().is_none();
    for kind in touched.kinds() {
        if touched.needs_all(kind) {
            ranks.extend(view.ranks(|row| row.kind == kind && row.person().is_none()));
            continue;
        }
        for firm in view.firms.list.iter().filter(|firm| touched.has_firm(kind, &firm.name, world)) {
            ranks.extend(
                firm.facts.iter().filter(|&&rank| view.row(rank).kind == kind).filter(|rank| about_nobody(rank)),
            );
        }
    }
    let facts = ranks.into_iter().filter_map(|rank| Some((rank, view.fact(rank)?)));
    facts.filter(|(_, fact)| touched.holds(fact, world)).collect()
}

/// Facts that are at hand, as a view of their own: for a page while the ledger is being counted.
pub fn view_of(facts: Vec<Fact>, ledger: &Ledger, ask: &Ask<'_>) -> Result<View, LedgerError> {
    let mut count = Count::new(ask.world, ledger);
    count.part(Part { facts, people: Vec::new(), number: 1, of: 1 })?;
    let view = count.finished(Articles::default(), mercato_facts::time::day(ask.as_of.unwrap_or(ask.today)), 0)?;
    Ok(View { counted: false, ..view })
}

/// What was counted so far.
struct Count<'a> {
    world: &'a World,
    rows: Vec<Row>,
    drawer: Filling,
    people: Names,
    firms: Names,
    claims: Vec<(u64, u32)>,
    currencies: Vec<String>,
    sums: Vec<Sum>,
    events: Events,
    pay: Vec<PayRow>,
    reasons: Reasons,
    outlets: BTreeMap<String, Outlet>,
    questions: Vec<Question>,
    /// Questions about facts.
    asked: usize,
    pairs: Vec<Question>,
}

impl<'a> Count<'a> {
    fn new(world: &'a World, ledger: &Ledger) -> Self {
        Self {
            world,
            rows: Vec::new(),
            drawer: Filling::beside(ledger.path()),
            people: Names::default(),
            firms: Names::default(),
            claims: Vec::new(),
            currencies: Vec::new(),
            sums: Vec::new(),
            events: Events::default(),
            pay: Vec::new(),
            reasons: Reasons::new(),
            outlets: BTreeMap::new(),
            questions: Vec::new(),
            asked: 0,
            pairs: Vec::new(),
        }
    }

    /// What was counted before, without facts that are gone.
    fn further(world: &'a World, ledger: &Ledger, view: &View, gone: &[(u32, Fact)], touched: &Touched) -> Self {
        let ranks: HashSet<u32> = gone.iter().map(|(rank, _)| *rank).collect();
        let ids: HashSet<Id> = ranks.iter().map(|&rank| view.row(rank).id).collect();
        let texts: HashSet<&str> = gone.iter().map(|(_, fact)| fact.id.as_str()).collect();
        let mut number_of = vec![None; view.rows.len()];
        let stays = (0u32..view.rows.len() as u32).filter(|rank| !ranks.contains(rank));
        (0u32..).zip(stays).for_each(|(at, rank)| number_of[rank as usize] = Some(at));
        let rows = (0..).zip(&view.rows).filter(|(rank, _)| !ranks.contains(rank)).map(|(_, row)| *row).collect();
        let claims = view.claim_facts.iter().filter_map(|&(claim, rank)| Some((claim, number_of[rank as usize]?)));
        let mut count = Self {
            world,
            rows,
            drawer: view.drawer.more(ledger.path()),
            people: view.people.more(&number_of),
            firms: view.firms.more(&number_of),
            claims: claims.collect(),
            currencies: view.currencies.clone(),
            sums: view.sums.clone(),
            events: view.events.without(&ids),
            pay: view.pay.iter().filter(|row| !texts.contains(row.id.as_str())).cloned().collect(),
            reasons: view.reasons.clone(),
            outlets: view.outlets.iter().map(|outlet| (outlet.name.clone(), outlet.clone())).collect(),
            questions: view
                .questions
                .iter()
                .filter(|q| q.about != SAME && !texts.contains(q.fact.as_str()))
                .cloned()
                .collect(),
            asked: view.asked - view.pairs.len(),
            pairs: view
                .pairs
                .iter()
                .filter(|pair| !pair.what.split(BETWEEN).any(|name| touched.has_person(name, world)))
                .cloned()
                .collect(),
        };
        for (_, fact) in gone {
            count.reason(fact, -1);
            count.first_outlet(fact, false);
        }
        let facts = gone.iter().map(|(_, fact)| fact.clone()).collect();
        let before = Snapshot { day: String::new(), facts, people: Vec::new() };
        count.asked -= questions(&before, false).len();
        count
    }

    fn part(&mut self, part: Part) -> Result<(), LedgerError> {
        let snapshot = Snapshot { day: String::new(), facts: part.facts, people: part.people };
        let (pairs, asked): (Vec<_>, Vec<_>) =
            questions(&snapshot, false).into_iter().partition(|question| question.about == SAME);
        self.asked += asked.len();
        self.questions.extend(asked);
        self.questions.sort_by(first_question);
        self.questions.truncate(QUESTIONS);
        self.pairs.extend(pairs);
        snapshot.facts.iter().filter(|fact| !fact.private).try_for_each(|fact| self.fact(fact))
    }

    fn fact(&mut self, fact: &Fact) -> Result<(), LedgerError> {
        // Ids of ledgers are all of one form.
        let Some(id) = Id::parse(&fact.id) else { return Ok(()) };
        let at = self.rows.len() as u32;
        let mut row = Row::new(fact, id, self.drawer.put(&fact.to_bytes())?);
        let mut person = None;
        for name in persons(fact) {
            let number = self.people.add(name, words(name).join(" "), at);
            if Some(name) == fact.person.as_deref() {
                person = number;
            }
        }
        for name in organisations(fact) {
            let name = self.world.firm_name(name);
            self.firms.add(name, firm_key(name), at);
        }
        let end =
            |slot: Slot| fact.text(slot).and_then(|name| self.firms.counted(&firm_key(self.world.firm_name(name))));
        let (from, to) = match (fact.kind, fact.text(Slot::Direction)) {
            (Kind::Count, Some("left")) => (end(Slot::Org), end(Slot::To)),
            (Kind::Count, Some("joined")) => (None, end(Slot::Org)),
            _ => (end(Slot::From), end(Slot::To)),
        };
        row.set_ends(from, to);
        row.set_person(person);
        row.set_sum(self.sum(fact));
        self.claims.extend(fact.voices.iter().filter_map(|v| Some((claim_number(&v.claim)?, at))));
        self.events.add(fact, id, person, self.world);
        self.pay.extend(pay_row(fact, self.world));
        self.reason(fact, 1);
        self.first_outlet(fact, true);
        self.rows.push(row);
        Ok(())
    }

    /// The number of the sum of a fact.
    fn sum(&mut self, fact: &Fact) -> Option<u32> {
        let Some(Value::Amount(amount)) = fact.slots.get(&Slot::Amount) else { return None };
        let currency = amount.currency.as_deref().map(|code| {
            let code = code.to_ascii_uppercase();
            self.currencies.iter().position(|held| *held == code).unwrap_or_else(|| {
                self.currencies.push(code);
                self.currencies.len() - 1
            }) as u16
        });
        self.sums.push(Sum { most: amount.bounds.max, currency });
        Some(self.sums.len() as u32 - 1)
    }

    /// A root of a reason with several factors counts for each by its part; taken off where `sign` is -1.
    fn reason(&mut self, fact: &Fact, sign: i64) {
        if fact.kind != Kind::Reason {
            return;
        }
        let factors = fact.slots.get(&Slot::Factor).map(Value::texts).unwrap_or_default();
        let is = fact.text(Slot::Polarity) != Some("is_not");
        let about = fact.text(Slot::Subject).or(fact.person.as_deref());
        for root in &fact.roots {
            let voice = match root.origin {
                Origin::Statement if about.is_some_and(|who| same_person(who, &root.name)) => Voice::Person,
                Origin::Statement => Voice::Named,
                _ => Voice::Outlet,
            };
            for factor in &factors {
                let held = self.reasons.entry((is, (*factor).to_owned())).or_default();
                held[voice as usize] += sign * SHARES / factors.len() as i64;
            }
        }
    }

    /// Counts a fact for the outlet that was the first to tell it, or takes it off.
    fn first_outlet(&mut self, fact: &Fact, add: bool) {
        let first = fact.voices.iter().min_by_key(|v| v.day).and_then(|v| v.outlet.as_deref());
        let Some(name) = first else { return };
        let outlet = outlet(&mut self.outlets, name);
        let count =
            |held: &mut usize, is: bool| *held = if add { *held + usize::from(is) } else { *held - usize::from(is) };
        count(&mut outlet.first, true);
        count(&mut outlet.settled, fact.level >= Level::Confirmed);
        count(&mut outlet.denied, fact.has(Mark::Denied));
    }

    /// The view, with its facts in their order.
    fn finished(mut self, articles: Articles, day: String, claims: usize) -> Result<View, LedgerError> {
        let mut order: Vec<u32> = (0..self.rows.len() as u32).collect();
        order.sort_by(|&a, &b| {
            let (a, b) = (&self.rows[a as usize], &self.rows[b as usize]);
            b.told().cmp(&a.told()).then_with(|| a.id.cmp(&b.id))
        });
        let mut rank_of = vec![0u32; order.len()];
        (0u32..).zip(&order).for_each(|(rank, &at)| rank_of[at as usize] = rank);
        let rows: Vec<Row> = order.iter().map(|&at| self.rows[at as usize]).collect();
        self.rows = Vec::new();
        self.people.ranked(&rank_of);
        self.firms.ranked(&rank_of);
        self.claims.iter_mut().for_each(|(_, at)| *at = rank_of[*at as usize]);
        self.claims.sort_unstable();
        self.claims.dedup();
        self.claims.shrink_to_fit();
        let mut ids: Vec<u32> = (0..rows.len() as u32).collect();
        ids.sort_by_key(|&at| rows[at as usize].id);
        self.outlets.values_mut().for_each(|outlet| outlet.articles = 0);
        for (name, articles) in articles.outlets() {
            outlet(&mut self.outlets, name).articles = articles;
        }
        let mut outlets: Vec<Outlet> = self.outlets.into_values().filter(|o| o.articles + o.first > 0).collect();
        outlets.sort_by(|a, b| b.articles.cmp(&a.articles).then_with(|| a.name.cmp(&b.name)));
        self.pay.sort_by(|a, b| a.id.cmp(&b.id));
        self.reasons.retain(|_, shares| shares.iter().any(|share| *share != 0));
        self.pairs.sort_by(first_question);
        let asked = self.asked + self.pairs.len();
        self.questions.extend(self.pairs.iter().take(QUESTIONS).cloned());
        self.questions.sort_by(first_question);
        let moves = rows.iter().filter(|row| row.kind == Kind::Move && row.standing.is_some());
        Ok(View {
            counted: true,
            day,
            coverage: coverage(moves.map(|row| usize::from(row.roots))),
            markets: self.events.markets(&self.people),
            events: self.events,
            mark: None,
            drawer: self.drawer.full()?,
            rows,
            ids,
            people: self.people,
            firms: self.firms,
            articles,
            claim_facts: self.claims,
            currencies: self.currencies,
            sums: self.sums,
            pay: self.pay,
            reasons: self.reasons,
            outlets,
            questions: self.questions,
            asked,
            pairs: self.pairs,
            claims,
        })
    }
}

fn outlet<'m>(outlets: &'m mut BTreeMap<String, Outlet>, name: &str) -> &'m mut Outlet {
    let new = || Outlet { name: name.to_owned(), ..Outlet::default() };
    outlets.entry(name.to_owned()).or_insert_with(new)
}

fn first_question(a: &Question, b: &Question) -> std::cmp::Ordering {
    b.weight.total_cmp(&a.weight).then_with(|| (&a.fact, &a.claims).cmp(&(&b.fact, &b.claims)))
}

/// Whether a fact belongs to a period: it may have happened then; where only publication bounds it, it came out then.
fn is_within(fact: &Fact, (first, last): Period) -> bool {
    let Some((from, to)) = (match &fact.date {
        Some(date) if date.said => Some((date.days.first, date.days.last)),
        Some(date) => Some((date.days.last, date.days.last)),
        None => last_told(fact).map(|day| (day, day)),
    }) else {
        return false;
    };
    first.is_none_or(|first| to >= first) && last.is_none_or(|last| from <= last)
}

/// The persons that a fact names.
fn persons(fact: &Fact) -> BTreeSet<&str> {
    let mut out: BTreeSet<&str> = fact.person.as_deref().into_iter().collect();
    let slots = fact.slots.iter().filter(|(slot, _)| fact.kind.slot_type(**slot) == Some(SlotType::People));
    if fact.person.is_none() {
        out.extend(slots.flat_map(|(_, value)| value.texts()));
    }
    out
}

/// The organisations that a fact names.
fn organisations(fact: &Fact) -> BTreeSet<&str> {
    let named = |slot: Slot| {
        fact.kind.slot_type(slot) == Some(SlotType::Name)
            && !matches!(slot, Slot::Actor | Slot::Plaintiff | Slot::Defendant)
    };
    fact.slots.iter().filter(|(slot, _)| named(**slot)).flat_map(|(_, value)| value.texts()).collect()
}

/// A fact about money put or paid to somebody.
fn pay_row(fact: &Fact, world: &World) -> Option<PayRow> {
    let standing = standing(fact).filter(|_| affirmed(fact))?;
    let (offered, firm) = match fact.kind {
        Kind::Offer => (true, Slot::By),
        Kind::Pay => (false, Slot::Org),
        _ => return None,
    };
    let Some(Value::Amount(amount)) = fact.slots.get(&Slot::Amount) else { return None };
    let year = fact.date.as_ref().filter(|d| d.said).and_then(|d| d.first.get(..4)?.parse().ok());
    Some(PayRow {
        id: fact.id.clone(),
        firm: fact.text(firm).map(|name| world.firm_name(name).to_owned()).unwrap_or_default(),
        whom: fact.person.clone().or_else(|| fact.text(Slot::Group).map(str::to_owned)),
        offered,
        component: fact.text(Slot::Component).map(str::to_owned),
        amount: amount.clone(),
        year,
        standing,
    })
}
