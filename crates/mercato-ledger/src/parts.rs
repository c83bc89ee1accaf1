//! Every fact of a ledger, part by part: people who may be one person stay together, and so do claims of one firm that
//! name nobody. Each part takes little memory, and its facts are those of the whole.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::ControlFlow;

use mercato_facts::fold::words;
use mercato_facts::who::Edge;
use mercato_facts::{Fact, Operation, World, snapshot};
use mercato_model::{Kind, Slot};
use rusqlite::Connection;

use crate::facts::{self, Share};
use crate::{Answers, AsOf, LedgerError, answers::plain, dictionary};

/// Some of the facts.
#[derive(Debug)]
pub struct Part {
    /// Whole facts, each in one part only.
    pub facts: Vec<Fact>,
    /// Decisions about who is who among the people of the part.
    pub people: Vec<Edge>,
    /// Of how many parts it is which, counted from 1.
    pub number: usize,
    pub of: usize,
}

/// Kinds of which two claims tell one fact only where their first firm is the same.
pub const BY_FIRM: &[Kind] = &[Kind::Count, Kind::Retention, Kind::Pay, Kind::Layoff, Kind::Condition, Kind::Tenure];

/// What a part is made around, and which of its facts are whole.
enum Plan {
    /// Names that belong together.
    People(BTreeSet<i64>),
    Claims {
        kind: Kind,
        numbers: Vec<i64>,
        /// Heads of the firms; `None`: all of the kind.
        heads: Option<HashSet<String>>,
        /// With those that name no firm or one that nobody else names.
        others: bool,
    },
}

impl Answers<'_> {
    /// Calls `take` with every fact, in parts of about so many claims, until it breaks.
    pub fn each_part(&self, claims: usize, take: &mut dyn FnMut(Part) -> ControlFlow<()>) -> Result<(), LedgerError> {
        let mut go = || {
            // One view of the ledger, even while a writer goes on.
            let view = self.ledger.connection.unchecked_transaction()?;
            self.go_through(&view, claims, take)?;
            view.commit()
        };
        go().map_err(self.ledger.fail())
    }

    fn go_through(
        &self,
        view: &Connection,
        claims: usize,
        take: &mut dyn FnMut(Part) -> ControlFlow<()>,
    ) -> rusqlite::Result<()> {
        let decisions = facts::decisions(view, self.as_of)?;
        let mut plans = of_people(view, self.world, self.as_of, &decisions, claims)?;
        for kind in Kind::ALL.iter().copied().filter(|kind| *kind != Kind::Stance) {
            plans.extend(of_nobody(view, self.world, kind, &decisions, claims)?);
        }
        let known: HashSet<String> =
            plans.iter().filter_map(|plan| plan.heads()).flat_map(|heads| heads.iter().cloned()).collect();
        let of = plans.len();
        for (at, plan) in plans.into_iter().enumerate() {
            let record = facts::share(view, &plan.share(), self.as_of, &decisions)?;
            let mut found = snapshot(&record, self.world, self.today);
            let names = plan.names(view, self.world)?;
            found.facts.retain(|fact| plan.holds(fact, self.world, &names, &known));
            found.people.retain(|edge| names.contains(&folded(&edge.one)));
            let part = Part { facts: found.facts, people: found.people, number: at + 1, of };
            if take(part).is_break() {
                break;
            }
        }
        Ok(())
    }
}

impl Plan {
    fn share(&self) -> Share<'_> {
        match self {
            Self::People(numbers) => Share::People(numbers),
            Self::Claims { numbers, .. } => Share::Claims(numbers),
        }
    }

    fn heads(&self) -> Option<&HashSet<String>> {
        match self {
            Self::People(_) => None,
            Self::Claims { heads, .. } => heads.as_ref(),
        }
    }

    /// The folded names of its people, as articles and as the knowledge base write them.
    fn names(&self, view: &Connection, world: &World) -> rusqlite::Result<HashSet<String>> {
        match self {
            Self::People(numbers) => whole_names(view, world, numbers),
            Self::Claims { .. } => Ok(HashSet::new()),
        }
    }

    /// Whether a fact is one of this part, and whole here.
    fn holds(&self, fact: &Fact, world: &World, names: &HashSet<String>, known: &HashSet<String>) -> bool {
        // A name without a letter is no name that claims are found by.
        let person = fact.person.as_deref().map(|person| folded(plain(person))).filter(|name| !name.is_empty());
        match (self, person) {
            (Self::People(_), Some(name)) => is_of_people(&name, world, names),
            (Self::Claims { kind, heads, others, .. }, None) if *kind == fact.kind => {
                let Some(heads) = heads else { return true };
                match fact.text(Slot::Org).map(|name| world.firm(name).head) {
                    Some(head) => heads.contains(&head) || *others && !known.contains(&head),
                    None => *others,
                }
            }
            _ => false,
        }
    }
}

pub fn folded(name: &str) -> String {
    words(name).join(" ")
}

/// The folded names of people, as articles and as the knowledge base write them.
pub fn whole_names(view: &Connection, world: &World, numbers: &BTreeSet<i64>) -> rusqlite::Result<HashSet<String>> {
    let mut names = HashSet::new();
    for &number in numbers {
        let name = dictionary::name(view, number)?;
        names.extend(world.person(&name).map(folded));
        names.insert(name);
    }
    Ok(names)
}

/// Whether a folded name is one of these people's.
pub fn is_of_people(name: &str, world: &World, names: &HashSet<String>) -> bool {
    names.contains(name) || world.person(name).is_some_and(|written| names.contains(&folded(written)))
}

/// People who may be one person, together in one part.
fn of_people(
    view: &Connection,
    world: &World,
    as_of: Option<AsOf>,
    (operations, decided): &(Vec<Operation>, BTreeSet<i64>),
    claims: usize,
) -> rusqlite::Result<Vec<Plan>> {
    let mut people = facts::people(view, world, as_of, operations, decided)?;
    let sizes = numbers(
        view,
        "SELECT n.seq, (SELECT count(*) FROM claim_names c WHERE c.name = n.seq) FROM names n
         WHERE n.role = 'person' ORDER BY n.seq",
        [],
    )?;
    let of: HashMap<i64, i64> = sizes.iter().copied().collect();
    let mut seen: HashSet<i64> = HashSet::new();
    let mut plans = Vec::new();
    let (mut held, mut size) = (BTreeSet::new(), 0);
    for (number, _) in sizes {
        people.forget();
        if !seen.contains(&number) {
            for one in people.alike(vec![number])? {
                if seen.insert(one) {
                    size += of.get(&one).copied().unwrap_or(0) as usize;
                    held.insert(one);
                }
            }
        }
        if size >= claims {
            plans.push(std::mem::take(&mut held));
            size = 0;
        }
    }
    drop(people);
    if !held.is_empty() {
        plans.push(held);
    }
    Ok(plans.into_iter().map(Plan::People).collect())
}

/// The claims of a kind that name no person: at once, or by firm where they are many and the firm decides.
fn of_nobody(
    view: &Connection,
    world: &World,
    kind: Kind,
    (_, decided): &(Vec<Operation>, BTreeSet<i64>),
    claims: usize,
) -> rusqlite::Result<Vec<Plan>> {
    // The person of an approach is who asks.
    let persons = if kind == Kind::Recruiting { "''" } else { "'person'" };
    let sql = format!(
        "SELECT c.seq, ifnull((SELECT min(o.name) FROM claim_names o WHERE o.claim = c.seq AND o.slot = 'org'), 0)
         FROM claims c WHERE c.kind = ?1
           AND NOT EXISTS (SELECT 1 FROM claim_names n WHERE n.claim = c.seq AND n.slot = {persons})
         ORDER BY c.seq"
    );
    let found = numbers(view, &sql, [kind.as_str()])?;
    let whole = |numbers: Vec<i64>| Plan::Claims { kind, numbers, heads: None, others: true };
    if found.len() <= claims || !BY_FIRM.contains(&kind) {
        // What a person corrected may name nobody now.
        let any = !found.is_empty() || !decided.is_empty();
        return Ok(any.then(|| whole(found.into_iter().map(|(seq, _)| seq).collect())).into_iter().collect());
    }
    let mut by_firm: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for (seq, firm) in found {
        by_firm.entry(firm).or_default().push(seq);
    }
    let mut families: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    let mut rest = by_firm.remove(&0).unwrap_or_default();
    for (firm, claims) in by_firm {
        let name = dictionary::name(view, firm)?;
        // A name that may be several firms' goes to all of them.
        for head in world.heads_of_key(&name) {
            families.entry(head).or_default().extend(&claims);
        }
    }
    let mut plans = Vec::new();
    let (mut heads, mut numbers) = (HashSet::new(), Vec::new());
    for (head, claims_of_it) in families {
        heads.insert(head);
        numbers.extend(claims_of_it);
        if numbers.len() >= claims {
            let (heads, numbers) = (std::mem::take(&mut heads), std::mem::take(&mut numbers));
            plans.push(Plan::Claims { kind, numbers, heads: Some(heads), others: false });
        }
    }
    numbers.append(&mut rest);
    plans.push(Plan::Claims { kind, numbers, heads: Some(heads), others: true });
    Ok(plans)
}

fn numbers(view: &Connection, sql: &str, values: impl rusqlite::Params) -> rusqlite::Result<Vec<(i64, i64)>> {
    view.prepare(sql)?.query_map(values, |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}
