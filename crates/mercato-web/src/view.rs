//! The ledger as the pages see it: a snapshot of facts with indexes by person, firm and claim, and the market views.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::OnceLock;

use mercato_facts::fact::{is_intimate, is_leader};
use mercato_facts::fold::{firm_key, same_words, words};
use mercato_facts::level::{Level, Mark};
use mercato_facts::review::{Question, questions};
use mercato_facts::root::is_anonymous;
use mercato_facts::{Fact, Snapshot, World, snapshot};
use mercato_ledger::{ArticleRow, AsOf, Known, Ledger, LedgerError, Scope, StoredClaim};
use mercato_market::coverage::Coverage;
use mercato_market::{Balance, End, Event, Flow, PayRow, Standing, TooFew, balances, coverage, flow};
use mercato_model::schema::SlotType;
use mercato_model::{Bounds, Kind, PartialDate, Slot, Status, Value};

use crate::find::Index;

/// Everything that pages are made of; never changed, replaced as a whole when the ledger grows.
pub struct View {
    pub snapshot: Snapshot,
    /// Numbers of the facts, those last spoken of first. Rumours about private persons are left out.
    pub newest: Vec<u32>,
    pub people: Names,
    pub firms: Names,
    pub articles: Vec<ArticleRow>,
    article_by_id: HashMap<String, u32>,
    /// Id of a claim to the facts in which it is a voice.
    facts_of_claim: HashMap<String, Vec<u32>>,
    /// Claims that are voices of facts about private persons, and of no fact that is shown.
    hidden: HashSet<String>,
    pub events: Vec<Event>,
    pub pay: Vec<PayRow>,
    balances: [Vec<Balance>; 4],
    flows: [Flow; 4],
    pub coverage: Result<Coverage, TooFew>,
    pub claims: usize,
    /// Place of the last entry.
    pub last: i64,
    questions: OnceLock<Vec<Question>>,
}

/// Names of one kind with the facts in which they stand.
#[derive(Default)]
pub struct Names {
    pub list: Vec<Named>,
    by_key: HashMap<String, u32>,
    by_tail: HashMap<String, Vec<u32>>,
    /// Made when somebody first looks for a name.
    index: OnceLock<Index>,
}

pub struct Named {
    pub name: String,
    pub key: String,
    /// Newest first.
    pub facts: Vec<u32>,
}

impl View {
    /// Reads the ledger as it stands today, or as it stood on an earlier day.
    pub fn of(ledger: &Ledger, world: &World, today: i64, as_of: Option<i64>) -> Result<Self, LedgerError> {
        Self::within(ledger, world, today, as_of, (None, None))
    }

    /// The same with the facts and articles of a period alone.
    pub fn within(
        ledger: &Ledger,
        world: &World,
        today: i64,
        as_of: Option<i64>,
        days: Period,
    ) -> Result<Self, LedgerError> {
        let day = as_of.map(|day| AsOf { day, by: Known::Public });
        let record = ledger.record(&Scope::All, world, day)?;
        let mut articles = Vec::new();
        ledger.each_article(day, &mut |row| articles.push(row))?;
        let mut snapshot = snapshot(&record, world, as_of.unwrap_or(today));
        if days != (None, None) {
            snapshot.facts.retain(|fact| is_within(fact, days));
            let day = |day: Option<PartialDate>| day.and_then(PartialDate::day_number);
            let inside = |at: i64| days.0.is_none_or(|first| at >= first) && days.1.is_none_or(|last| at <= last);
            articles.retain(|row: &ArticleRow| day(row.published).is_some_and(inside));
        }
        Ok(Self::new(snapshot, articles, record.len(), world))
    }

    fn new(snapshot: Snapshot, articles: Vec<ArticleRow>, claims: usize, world: &World) -> Self {
        let facts = &snapshot.facts;
        let mut newest: Vec<u32> = (0..facts.len() as u32).filter(|&at| !facts[at as usize].private).collect();
        newest.sort_by(|&a, &b| {
            let key = |at: u32| std::cmp::Reverse(last_told(&facts[at as usize]));
            key(a).cmp(&key(b)).then_with(|| facts[a as usize].id.cmp(&facts[b as usize].id))
        });
        let (mut people, mut firms) = (Names::default(), Names::default());
        let mut facts_of_claim: HashMap<String, Vec<u32>> = HashMap::new();
        for &at in &newest {
            let fact = &facts[at as usize];
            for name in persons(fact) {
                people.add(name, words(name).join(" "), at);
            }
            for name in organisations(fact) {
                let name = world.firm_name(name);
                firms.add(name, firm_key(name), at);
            }
            for voice in &fact.voices {
                facts_of_claim.entry(voice.claim.clone()).or_default().push(at);
            }
        }
        people.by_tails();
        let private = facts.iter().filter(|fact| fact.private).flat_map(|fact| &fact.voices);
        let hidden = private.map(|voice| voice.claim.clone()).filter(|id| !facts_of_claim.contains_key(id)).collect();
        let shown = || newest.iter().map(|&at| &facts[at as usize]);
        let events: Vec<Event> = shown().filter_map(|fact| event(fact, world)).collect();
        let pay: Vec<PayRow> = shown().filter_map(|fact| pay_row(fact, world)).collect();
        let moves = shown().filter(|f| f.kind == Kind::Move && standing(f).is_some());
        let coverage = coverage(moves.map(|f| f.roots.len()));
        Self {
            balances: Standing::ALL.map(|least| balances(&events, least)),
            flows: Standing::ALL.map(|least| flow(&events, least)),
            coverage,
            article_by_id: articles.iter().enumerate().map(|(at, row)| (row.id.clone(), at as u32)).collect(),
            questions: OnceLock::new(),
            last: articles.last().map_or(0, |row| row.seq),
            articles,
            newest,
            hidden,
            people,
            firms,
            facts_of_claim,
            events,
            pay,
            claims,
            snapshot,
        }
    }

    pub fn fact(&self, at: u32) -> &Fact {
        &self.snapshot.facts[at as usize]
    }

    /// The facts in the order of [`newest`](Self::newest).
    pub fn facts(&self) -> impl DoubleEndedIterator<Item = &Fact> {
        self.newest.iter().map(|&at| self.fact(at))
    }

    pub fn fact_by_id(&self, id: &str) -> Option<&Fact> {
        self.snapshot.fact(id).filter(|fact| !fact.private)
    }

    pub fn facts_of_claim(&self, id: &str) -> impl Iterator<Item = &Fact> {
        self.facts_of_claim.get(id).into_iter().flatten().map(|&at| self.fact(at))
    }

    /// Whether a claim may be shown to everybody: no rumour about somebody who leads no firm, no intimate reason.
    pub fn shows(&self, stored: &StoredClaim, world: &World) -> bool {
        let claim = &stored.claim;
        if is_intimate(claim.kind, &claim.slots) || self.hidden.contains(&stored.id) {
            return false;
        }
        // What is in no fact was rejected, or read otherwise since: then it is as private as it was said.
        let said = claim.status == Status::Asserted && claim.source.iter().all(|s| !is_anonymous(s));
        let leads = |person: &&str| is_leader(person, claim, world);
        let people = match claim.kind {
            Kind::Stance | Kind::Recruiting => Vec::new(),
            _ => claim.texts(Slot::Person),
        };
        said || self.facts_of_claim.contains_key(&stored.id) || people.iter().all(leads)
    }

    pub fn article(&self, id: &str) -> Option<&ArticleRow> {
        self.article_by_id.get(id).map(|&at| &self.articles[at as usize])
    }

    /// What is worth a person's time, most important first.
    pub fn questions(&self) -> &[Question] {
        self.questions.get_or_init(|| questions(&self.snapshot, false))
    }

    pub fn balances(&self, least: Standing) -> &[Balance] {
        &self.balances[least as usize]
    }

    pub fn flow(&self, least: Standing) -> &Flow {
        &self.flows[least as usize]
    }
}

impl Names {
    fn add(&mut self, name: &str, key: String, fact: u32) {
        if key.is_empty() {
            return;
        }
        let at = *self.by_key.entry(key.clone()).or_insert_with(|| {
            self.list.push(Named { name: name.to_owned(), key, facts: Vec::new() });
            self.list.len() as u32 - 1
        });
        let facts = &mut self.list[at as usize].facts;
        if facts.last() != Some(&fact) {
            facts.push(fact);
        }
    }

    fn by_tails(&mut self) {
        for (at, named) in self.list.iter().enumerate() {
            if let Some(tail) = named.key.split(' ').next_back() {
                self.by_tail.entry(tail.to_owned()).or_default().push(at as u32);
            }
        }
    }

    pub fn index(&self) -> &Index {
        self.index.get_or_init(|| Index::of(&self.list))
    }

    pub fn get(&self, key: &str) -> Option<&Named> {
        self.by_key.get(key).map(|&at| &self.list[at as usize])
    }

    /// The person of this name; a surname alone is enough when one person has it.
    pub fn person(&self, name: &str) -> Option<&Named> {
        let asked = words(name);
        self.get(&asked.join(" ")).or_else(|| {
            let tail = asked.last()?;
            let mut alike = self.by_tail.get(tail)?.iter().map(|&at| &self.list[at as usize]).filter(|named| {
                let its: Vec<String> = named.key.split(' ').map(str::to_owned).collect();
                same_words(&asked, &its)
            });
            let first = alike.next()?;
            alike.next().is_none().then_some(first)
        })
    }
}

/// The first and the last day of a period; `None`: open.
pub type Period = (Option<i64>, Option<i64>);

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

/// The day on which a fact was last told; nothing where no article says when it came out.
pub fn last_told(fact: &Fact) -> Option<i64> {
    fact.voices.iter().filter(|voice| voice.published.is_some()).map(|voice| voice.day).max()
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

/// How well a fact stands for counting; `None`: it counts nowhere.
pub fn standing(fact: &Fact) -> Option<Standing> {
    if fact.has(Mark::Denied) || fact.has(Mark::Retracted) || fact.has(Mark::Superseded) {
        return None;
    }
    match fact.level {
        Level::Mention => None,
        Level::Rumour => Some(Standing::Rumour),
        Level::Reported => Some(Standing::Reported),
        Level::Corroborated => Some(Standing::Corroborated),
        Level::Confirmed | Level::Completed => Some(Standing::Confirmed),
    }
}

/// What happened is said somewhere as done or to be done; not only denied, negated or imagined.
fn affirmed(fact: &Fact) -> bool {
    fact.voices.iter().any(|v| matches!(v.status, Status::Asserted | Status::Reported | Status::Planned))
}

/// A fact that moves people between firms.
fn event(fact: &Fact, world: &World) -> Option<Event> {
    let standing = standing(fact).filter(|_| affirmed(fact))?;
    let end = |slot: Slot| fact.text(slot).map_or(End::Unknown, |name| End::Firm(world.firm_name(name).to_owned()));
    let bounds = |slot: Slot| fact.slots.get(&slot).and_then(Value::bounds);
    let (from, to, people, n) = match fact.kind {
        Kind::Move => {
            let founded = fact.text(Slot::Manner) == Some("founded") && !fact.slots.contains_key(&Slot::To);
            let to = if founded { End::New } else { end(Slot::To) };
            let people: Vec<String> = fact.person.iter().cloned().collect();
            // A group that nobody counts is somebody at least.
            let n = people.is_empty().then(|| Bounds::at_least(1.0));
            (end(Slot::From), to, people, n)
        }
        Kind::Count => {
            let n = bounds(Slot::N)?;
            match fact.text(Slot::Direction)? {
                "left" => (end(Slot::Org), end(Slot::To), Vec::new(), Some(n)),
                "joined" => (End::Unknown, end(Slot::Org), Vec::new(), Some(n)),
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
    Some(Event {
        id: fact.id.clone(),
        people,
        n,
        of: bounds(Slot::Of).and_then(|of| of.max),
        from,
        to,
        standing,
        probability: fact.probability.unwrap_or(known),
        days: fact.date.as_ref().map(|d| (d.days.first, d.days.last)),
        dated: fact.date.as_ref().is_some_and(|d| d.said),
        decision: fact.decision.clone(),
        roots: fact.roots.len(),
    })
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

/// What the outlets of the ledger contributed.
pub struct Outlet {
    pub name: String,
    pub articles: usize,
    /// Facts of which it was the first to tell an origin.
    pub first: usize,
    pub settled: usize,
    pub denied: usize,
}

impl View {
    /// The outlets, those with most articles first.
    pub fn outlets(&self) -> Vec<Outlet> {
        let mut out: BTreeMap<&str, Outlet> = BTreeMap::new();
        fn of<'m, 'a>(out: &'m mut BTreeMap<&'a str, Outlet>, name: &'a str) -> &'m mut Outlet {
            let new = || Outlet { name: name.to_owned(), articles: 0, first: 0, settled: 0, denied: 0 };
            out.entry(name).or_insert_with(new)
        }
        for name in self.articles.iter().filter_map(|row| row.outlet.as_deref()) {
            of(&mut out, name).articles += 1;
        }
        for fact in self.facts() {
            let first = fact.voices.iter().min_by_key(|v| v.day).and_then(|v| v.outlet.as_deref());
            if let Some(name) = first {
                let outlet = of(&mut out, name);
                outlet.first += 1;
                outlet.settled += usize::from(fact.level >= Level::Confirmed);
                outlet.denied += usize::from(fact.has(Mark::Denied));
            }
        }
        let mut out: Vec<Outlet> = out.into_values().collect();
        out.sort_by(|a, b| b.articles.cmp(&a.articles).then_with(|| a.name.cmp(&b.name)));
        out
    }
}
