//! The record as the commands about facts see it: of a day, of a part, with the knowledge base.

use mercato_facts::discretion::is_intimate;
use mercato_facts::time::Days;
use mercato_facts::{Fact, Snapshot, World, snapshot};
use mercato_ledger::{Answers, AsOf, Known, Ledger, Scope, Sought, firms};
use mercato_model::{Kind, PartialDate};

use super::ledger;
use crate::cli::Global;
use crate::cli::record::{KnownBy, WhichFacts};
use crate::engine::Engine;
use crate::error::{Failure, Result};
use crate::known;

/// The day on which the record is looked at, if one is asked for.
pub fn as_of(global: &Global) -> Option<AsOf> {
    global.as_of.map(|date| on(global, date))
}

pub fn on(global: &Global, date: PartialDate) -> AsOf {
    let by = match global.known_by {
        KnownBy::Published => Known::Public,
        KnownBy::Added => Known::Kept,
    };
    AsOf { day: Days::of(date).last, by }
}

/// Today, or the day asked for.
pub fn today(as_of: Option<AsOf>) -> i64 {
    as_of.map_or_else(
        || PartialDate::parse(&ledger::now()).and_then(PartialDate::day_number).unwrap_or_default(),
        |as_of| as_of.day,
    )
}

/// Commands that write know only the present.
pub fn refuse_as_of(global: &Global) -> Result<()> {
    match global.as_of {
        Some(_) => Err(Failure::usage("--as-of looks back; nothing can be written on an earlier day")),
        None => Ok(()),
    }
}

/// A ledger with what is known besides.
pub struct Facts {
    pub ledger: Ledger,
    pub world: World,
    pub as_of: Option<AsOf>,
}

impl Facts {
    pub fn open(global: &Global) -> Result<Self> {
        let ledger = ledger::reader(&global.ledger)?;
        Ok(Self { ledger, world: known::world(&Engine::load(global)?.knowledge.kb), as_of: as_of(global) })
    }

    pub fn of(&self, scope: &Scope) -> Result<Snapshot> {
        self.on(scope, self.as_of)
    }

    pub fn on(&self, scope: &Scope, as_of: Option<AsOf>) -> Result<Snapshot> {
        let record = self.ledger.record(scope, &self.world, as_of)?;
        Ok(snapshot(&record, &self.world, today(as_of)))
    }

    /// The least part of the record in which the facts asked for are whole.
    pub fn scope(&self, which: &WhichFacts) -> Scope {
        match (&which.person, &which.firm) {
            (Some(person), _) => Scope::Person(person.clone()),
            (None, Some(firm)) => Scope::Firms { names: self.world.family(firm), kinds: Vec::new() },
            (None, None) => Scope::All,
        }
    }

    /// The facts asked for, newest first.
    pub fn select(&self, which: &WhichFacts, snapshot: Snapshot) -> Vec<Fact> {
        let mut facts: Vec<Fact> = snapshot.facts.into_iter().filter(|fact| self.passes(which, fact)).collect();
        facts.sort_by(Fact::newest_first);
        facts
    }

    /// The newest of the facts asked for, without reading all of them.
    pub fn newest(&self, which: &WhichFacts, limit: usize) -> Result<Vec<Fact>> {
        let mut kinds = which.kind.clone();
        if kinds.is_empty() {
            kinds.extend(Kind::ALL.iter().filter(|kind| !is_background(**kind)));
        }
        let sought = Sought { kinds: &kinds, firm: which.firm.as_deref() };
        Ok(self.answers().newest_of(limit, sought, &|fact| self.passes(which, fact))?)
    }

    pub fn passes(&self, which: &WhichFacts, fact: &Fact) -> bool {
        let person = |name: &String| {
            fact.person.iter().any(|p| mercato_facts::fold::same_person(p.split('#').next().unwrap_or(p), name))
        };
        let firm = |name: &String| {
            let wanted = self.world.firm(name);
            firms(fact).any(|mine| {
                let mine = self.world.firm(mine);
                mine.own == wanted.own || !which.exact && mine.kin(&wanted)
            })
        };
        let days = fact.date.as_ref().map(|d| d.days);
        let after = |date: PartialDate| days.is_some_and(|d| d.last >= Days::of(date).first);
        let before = |date: PartialDate| days.is_some_and(|d| d.first <= Days::of(date).last);
        which.person.as_ref().is_none_or(person)
            && which.firm.as_ref().is_none_or(firm)
            && (which.kind.is_empty() || which.kind.contains(&fact.kind))
            && which.level.is_none_or(|least| fact.level >= least)
            && which.since.is_none_or(after)
            && which.until.is_none_or(before)
            && (which.private || !fact.private)
            && !is_intimate(fact.kind, &fact.slots)
            && (!is_background(fact.kind) || which.kind.contains(&fact.kind))
    }

    /// Answers that read only the part of the record that they need.
    pub fn answers(&self) -> Answers<'_> {
        Answers { ledger: &self.ledger, world: &self.world, today: today(self.as_of), as_of: self.as_of }
    }
}

/// Where somebody works is no event: it is shown when asked for.
fn is_background(kind: Kind) -> bool {
    kind == Kind::Tenure
}

/// Says that nothing was found.
pub fn nothing(global: &Global, what: &str) {
    let day = global.as_of.map(|d| format!(" as of {d}")).unwrap_or_default();
    eprintln!("mercato: no such {what} in {}{day}", global.ledger.display());
}
