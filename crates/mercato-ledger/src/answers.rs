//! Facts by part: the newest, those of a person or a firm, one. Each answer reads only the claims that can touch it, so
//! that a ledger of any size answers in little memory; what it says is what the snapshot of the whole record says.

use std::collections::{BTreeSet, HashMap};

use mercato_facts::atom::FIRMS;
use mercato_facts::discretion::{hides, is_intimate};
use mercato_facts::event::decides;
use mercato_facts::{Fact, Record, Snapshot, World, fold, snapshot, snapshot_around};
use mercato_model::{Claim, Kind, Slot};

use crate::{AsOf, Filter, Ledger, LedgerError, Scope, Store as _, StoredClaim};

/// A ledger to be asked for facts.
#[derive(Clone, Copy, Debug)]
pub struct Answers<'l> {
    pub ledger: &'l Ledger,
    pub world: &'l World,
    /// The day on which levels are told, as days since 1970-01-01.
    pub today: i64,
    pub as_of: Option<AsOf>,
}

impl Answers<'_> {
    /// Every fact of a part; facts that only border on it are not whole.
    pub fn snapshot(&self, scope: &Scope) -> Result<Snapshot, LedgerError> {
        let record = self.ledger.record(scope, self.world, self.as_of)?;
        Ok(snapshot(&record, self.world, self.today))
    }

    /// The facts about a person, told last first; a surname is enough, and may be several persons'.
    pub fn of_person(&self, name: &str) -> Result<Vec<Fact>, LedgerError> {
        let mut facts = self.snapshot(&Scope::Person(name.to_owned()))?.facts;
        facts.retain(|fact| fact.person.iter().any(|p| fold::same_person(plain(p), name)));
        Ok(newest_first(facts))
    }

    /// The facts in which a firm or one of its family has a part, told last first.
    pub fn of_firm(&self, name: &str) -> Result<Vec<Fact>, LedgerError> {
        let mut facts = self.snapshot(&Scope::Firms { names: self.world.family(name), kinds: Vec::new() })?.facts;
        let wanted = self.world.firm(name);
        facts.retain(|fact| firms(fact).any(|firm| self.world.firm(firm).kin(&wanted)));
        Ok(newest_first(facts))
    }

    /// The facts in which a claim has a voice or to which it speaks, with the facts that they are compared with. Claim
    /// and fact are named by the beginning of an id; `-2` at its end stands for the second person of the claim.
    pub fn fact(&self, id: &str) -> Result<(Vec<Fact>, Snapshot), LedgerError> {
        let (prefix, person) = match id.rsplit_once('-') {
            Some((prefix, n)) if n.parse::<usize>().is_ok() => (prefix, n.parse::<usize>().ok()),
            _ => (id, None),
        };
        let stored = self.ledger.claim_known(prefix, self.as_of)?;
        let people = stored.claim.texts(Slot::Person);
        let wanted = person.and_then(|n| people.get(n.saturating_sub(1)).copied());
        let snapshot = self.around(&stored.id, &stored.claim, &stored.document.id, wanted)?;
        let mut facts: Vec<Fact> = snapshot.of_claim(&stored.id).cloned().collect();
        if let (Some(_), true) = (person, facts.len() > 1) {
            let wanted = wanted.unwrap_or_default();
            facts.retain(|f| f.person.iter().any(|p| fold::same_person(plain(p), wanted)));
        }
        Ok((facts, snapshot))
    }

    /// The facts of a claim, of all its people or of one, and those that they are compared with.
    pub(crate) fn around(
        &self,
        id: &str,
        claim: &Claim,
        document: &str,
        person: Option<&str>,
    ) -> Result<Snapshot, LedgerError> {
        let people = person.map_or_else(|| claim.texts(Slot::Person), |name| vec![name]);
        let mut record = Record::default();
        for scope in self.scopes(claim, document, &people) {
            record.merge(self.ledger.record(&scope, self.world, self.as_of)?);
        }
        Ok(snapshot_around(&record, self.world, self.today, id))
    }

    /// Which parts of the record may change the facts of a claim.
    fn scopes(&self, claim: &Claim, document: &str, people: &[&str]) -> Vec<Scope> {
        let kind = claim.kind;
        let families = |slots: &[Slot]| -> Vec<String> {
            let firms = slots.iter().filter_map(|slot| claim.text(*slot));
            firms.flat_map(|firm| self.world.family(firm)).collect()
        };
        match kind {
            Kind::Stance | Kind::Reason => return vec![Scope::Documents(vec![document.to_owned()])],
            Kind::Recruiting => {}
            _ if !people.is_empty() => return people.iter().map(|name| Scope::Person((*name).to_owned())).collect(),
            _ => {}
        }
        if let Some(slot) = decides(kind) {
            let names = families(&[slot]);
            return vec![if names.is_empty() { Scope::Kinds(vec![kind]) } else { Scope::Slot { slot, names, kind } }];
        }
        let names = families(FIRMS);
        let kinds = vec![kind];
        vec![if names.is_empty() { Scope::Kinds(kinds) } else { Scope::Firms { names, kinds } }]
    }
}

/// Claims as they may be shown: without rumours about people who are no executives, and without intimate reasons.
#[derive(Debug)]
pub struct Discreet<'l> {
    answers: Answers<'l>,
    /// Claims and articles of which persons decided something.
    decided: BTreeSet<String>,
    /// By person: the claims about them as they count, and whether they are hidden.
    known: HashMap<String, HashMap<String, bool>>,
}

impl<'l> Discreet<'l> {
    pub fn new(answers: Answers<'l>) -> Result<Self, LedgerError> {
        let operations = answers.ledger.operations(answers.as_of)?;
        let decided = operations.iter().flat_map(|o| o.action.objects()).map(str::to_owned).collect();
        Ok(Self { answers, decided, known: HashMap::new() })
    }

    /// The claims that a filter lets through and that may be shown, at most as many as it asks for.
    pub fn claims(&mut self, filter: &Filter) -> Result<Vec<StoredClaim>, LedgerError> {
        let mut filter = filter.clone();
        let wanted = filter.limit.unwrap_or(usize::MAX);
        loop {
            let found = self.answers.ledger.claims(&filter)?;
            let all = filter.limit.is_none_or(|limit| found.len() < limit);
            let mut shown = Vec::new();
            for claim in found {
                if shown.len() == wanted {
                    break;
                }
                if self.shows(&claim)? {
                    shown.push(claim);
                }
            }
            if all || shown.len() == wanted {
                return Ok(shown);
            }
            filter.limit = filter.limit.map(|limit| limit * 2);
        }
    }

    /// Whether a claim may be shown to everybody: see [`discretion`](mercato_facts::discretion). Hearsay stays hidden
    /// where others have told the same since: what they tell is shown. Only where a person has decided something are
    /// facts asked.
    pub fn shows(&mut self, stored: &StoredClaim) -> Result<bool, LedgerError> {
        let claim = &stored.claim;
        if !self.decided.contains(&stored.id) && !self.decided.contains(&stored.document.id) {
            return Ok(!hides(claim, self.answers.world));
        }
        if is_intimate(claim.kind, &claim.slots) {
            return Ok(false);
        }
        for person in claim.texts(Slot::Person) {
            if !self.known.contains_key(person) {
                let mut private: HashMap<String, bool> = HashMap::new();
                for voice in self.answers.of_person(person)?.iter().flat_map(|fact| &fact.voices) {
                    *private.entry(voice.claim.clone()).or_default() |= voice.private;
                }
                self.known.insert(person.to_owned(), private);
            }
            // What is in no fact was rejected or read otherwise since.
            let held = self.known[person].get(&stored.id).copied();
            if held.unwrap_or_else(|| hides(claim, self.answers.world)) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// The name of a person without the number that tells namesakes apart.
pub fn plain(person: &str) -> &str {
    match person.rsplit_once('#') {
        Some((name, n)) if !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => person,
    }
}

/// The firms that have a part in a fact.
pub fn firms(fact: &Fact) -> impl Iterator<Item = &str> {
    FIRMS.iter().filter_map(|slot| fact.text(*slot))
}

/// Told last first.
fn newest_first(mut facts: Vec<Fact>) -> Vec<Fact> {
    facts.sort_by(Fact::newest_first);
    facts
}
