//! Facts by part: the newest, those of a person or a firm, one. Each answer reads only the claims that can touch it, so
//! that a ledger of any size answers in little memory; what it says is what the snapshot of the whole record says.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use mercato_facts::fact::{is_intimate, is_leader};
use mercato_facts::root::{innermost, is_anonymous};
use mercato_facts::{Fact, Snapshot, World, fold, snapshot, snapshot_around};
use mercato_model::{Claim, Kind, Slot, Status};

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

/// Articles looked at first for the newest facts; each further step looks at twice as many.
const STEP: usize = 64;

/// Articles of one step from which the whole record is read at once.
const MANY: usize = 8192;

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
        let kind = stored.claim.kind;
        let scope = match people.get(person.unwrap_or(1).saturating_sub(1)) {
            Some(name) if !matches!(kind, Kind::Stance | Kind::Recruiting) => Scope::Person((*name).to_owned()),
            _ if matches!(kind, Kind::Stance | Kind::Reason) => Scope::Documents(vec![stored.document.id.clone()]),
            _ => {
                let firms = FIRMS.iter().filter_map(|slot| stored.claim.text(*slot));
                match firms.flat_map(|firm| self.world.family(firm)).collect::<Vec<_>>() {
                    names if names.is_empty() => Scope::Kinds(vec![kind]),
                    names => Scope::Firms { names, kinds: vec![kind] },
                }
            }
        };
        let record = self.ledger.record(&scope, self.world, self.as_of)?;
        let snapshot = snapshot_around(&record, self.world, self.today, &stored.id);
        let mut facts: Vec<Fact> = snapshot.of_claim(&stored.id).cloned().collect();
        if let (Some(n), true) = (person, facts.len() > 1) {
            let wanted = people.get(n.saturating_sub(1)).copied().unwrap_or_default();
            facts.retain(|f| f.person.iter().any(|p| fold::same_person(plain(p), wanted)));
        }
        Ok((facts, snapshot))
    }

    /// The facts that were told last among those that `keep` lets through, at most `limit`. Reads articles from the
    /// newest back until older ones cannot change the answer. Slow where articles name people and firms that thousands
    /// of others name: on the generated ledger of a million claims it takes minutes.
    pub fn newest(&self, limit: usize, keep: &dyn Fn(&Fact) -> bool) -> Result<Vec<Fact>, LedgerError> {
        let mut found: BTreeMap<String, Fact> = BTreeMap::new();
        let (mut after, mut step) = (None, STEP);
        while step <= MANY {
            let articles = self.ledger.newest_articles(self.as_of, after, step)?;
            let ids: BTreeSet<String> = articles.iter().map(|article| article.id.clone()).collect();
            let told = |fact: &Fact| fact.voices.iter().any(|voice| ids.contains(&voice.document));
            for fact in self.snapshot(&Scope::Documents(ids.iter().cloned().collect()))?.facts {
                if told(&fact) && keep(&fact) {
                    found.insert(fact.id.clone(), fact);
                }
            }
            let mut facts = newest_first(found.values().collect());
            let last = articles.last().map(|article| (article.day, article.seq));
            // Facts told on the day of the last article may have a voice in the next one.
            let settled =
                limit == 0 || facts.get(limit - 1).is_some_and(|f| last.is_some_and(|(day, _)| f.newest_day() > day));
            if articles.len() < step || settled {
                facts.truncate(limit);
                return Ok(facts.into_iter().cloned().collect());
            }
            (after, step) = (last, step * 2);
        }
        let mut facts = self.snapshot(&Scope::All)?.facts;
        facts.retain(|fact| keep(fact));
        let mut facts = newest_first(facts);
        facts.truncate(limit);
        Ok(facts)
    }
}

/// Claims as they may be shown: without rumours about people who are no executives, and without intimate reasons.
#[derive(Debug)]
pub struct Discreet<'l> {
    answers: Answers<'l>,
    /// Claims and articles of which persons decided something.
    decided: BTreeSet<String>,
    /// By person: the claims about them, and whether a fact that they tell is private.
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

    /// Whether the source of a claim is one of those it is about.
    fn a_party_speaks(&self, claim: &Claim) -> bool {
        let Some(source) = innermost(&claim.source) else { return false };
        let world = self.answers.world;
        let firm = world.firm(source);
        claim.texts(Slot::Person).iter().any(|person| fold::same_person(person, source))
            || FIRMS.iter().filter_map(|slot| claim.text(*slot)).any(|name| world.firm(name).kin(&firm))
    }

    /// Whether a claim may be shown to everybody. Hearsay about a private person is not, even where others have told
    /// the same since: what they tell is shown. Only where a person has decided something are facts asked.
    pub fn shows(&mut self, stored: &StoredClaim) -> Result<bool, LedgerError> {
        let claim = &stored.claim;
        if is_intimate(claim.kind, &claim.slots) {
            return Ok(false);
        }
        let people = match claim.kind {
            Kind::Stance | Kind::Recruiting => Vec::new(),
            Kind::Reason => [claim.texts(Slot::Person), claim.texts(Slot::Subject)].concat(),
            _ => claim.texts(Slot::Person),
        };
        // What an article says in its own name, or by a source with a name, is no rumour.
        let said = claim.status == Status::Asserted && claim.source.iter().all(|s| !is_anonymous(s));
        let private = |person: &&str| !is_leader(person, claim, self.answers.world);
        if !self.decided.contains(&stored.id) && !self.decided.contains(&stored.document.id) {
            return Ok(said || self.a_party_speaks(claim) || !people.iter().any(private));
        }
        for person in people.into_iter().filter(|person| !is_leader(person, claim, self.answers.world)) {
            if !self.known.contains_key(person) {
                let facts = self.answers.of_person(person)?;
                let mut private: HashMap<String, bool> = HashMap::new();
                for fact in &facts {
                    for voice in &fact.voices {
                        *private.entry(voice.claim.clone()).or_default() |= fact.private;
                    }
                }
                self.known.insert(person.to_owned(), private);
            }
            // What is in no fact was rejected or read otherwise since.
            if self.known[person].get(&stored.id).copied().unwrap_or(!said) {
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

/// The slots that hold a firm.
const FIRMS: &[Slot] = &[
    Slot::From,
    Slot::To,
    Slot::Org,
    Slot::By,
    Slot::Target,
    Slot::Versus,
    Slot::Acquirer,
    Slot::Plaintiff,
    Slot::Defendant,
];

/// The firms that have a part in a fact.
pub fn firms(fact: &Fact) -> impl Iterator<Item = &str> {
    FIRMS.iter().filter_map(|slot| fact.text(*slot))
}

/// In the order of the day on which facts were told last; those of one day by their ids.
fn newest_first<F: std::borrow::Borrow<Fact>>(mut facts: Vec<F>) -> Vec<F> {
    facts.sort_by(|a, b| {
        let (a, b) = (a.borrow(), b.borrow());
        b.newest_day().cmp(&a.newest_day()).then_with(|| a.id.cmp(&b.id))
    });
    facts
}
