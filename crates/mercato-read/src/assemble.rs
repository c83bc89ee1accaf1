//! The document's claims from its drafts: moves put together from their legs, posts placed, repeats folded, reasons hung on.

mod answer;
mod context;
mod fold;
mod lend;
mod office;
mod topic;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use mercato_model::{Claim, Evidence, Kind, Lang, PartialDate, Slot, Status, Value};
use mercato_pack::Pack;
use mercato_pack::kb::{Calibration, Kb};

use self::fold::{fold, join_legs, regroup};
pub use self::lend::Choice;
use self::lend::Lender;
use self::topic::Topic;
use crate::draft::{Draft, Post};
use crate::name::{EntityId, Names};

/// Raw score that a transfer put together from several places does not pass: only one told whole in one place may.
const COMPOSED: f64 = 0.68;

pub(crate) struct Assembly<'a> {
    pub doc: &'a str,
    pub lang: Lang,
    pub text: &'a str,
    pub pack: &'a Pack,
    pub names: &'a Names,
    pub kb: &'a Kb,
    pub published: Option<PartialDate>,
    /// Whom a line of its own credits with the whole article ("Source: X").
    pub credit: Option<&'a str>,
    /// Takes the choices of firms as they are put.
    pub watch: Option<&'a RefCell<Vec<Choice>>>,
}

impl Assembly<'_> {
    /// Claims in the order of their first evidence.
    pub fn claims(&self, drafts: Vec<Draft>, posts: &[Post]) -> Vec<Claim> {
        let drafts: Vec<Draft> = drafts.into_iter().flat_map(|d| self.per_person(d)).collect();
        let topic = Topic::of(&drafts, self.names);
        let told: Vec<Post> = drafts
            .iter()
            .filter(|d| d.kind == Kind::Tenure && d.persons.len() == 1 && d.status == Status::Asserted)
            .filter_map(|d| {
                let role = d.slots.get(&Slot::Role).and_then(|v| v.texts().first().map(|s| (*s).to_owned()));
                Some(Post {
                    person: d.persons[0],
                    org: Some(*d.orgs.get(&Slot::Org)?),
                    lent: false,
                    role,
                    former: true,
                    sentence: d.sentence,
                    span: d.spans[0],
                    rule: d.rule,
                    score: d.score,
                })
            })
            .collect();
        let known: Vec<Post> = posts.iter().cloned().chain(told).collect();
        let lender = Lender::new(self.names, self.kb, &drafts, known, &topic, self.watch);
        let mut drafts = self.complete(drafts, &lender, &topic);
        answer::transfers(&mut drafts, posts);
        let mut drafts = join_legs(drafts);
        office::taken_up(&mut drafts);
        office::not_yet(&mut drafts);
        self.ends(&mut drafts, &lender);
        let mut drafts = join_legs(drafts);
        along(&mut drafts);
        let mut drafts = fold(drafts);
        self.firms_of_appointments(&mut drafts, posts, &lender);
        let posts = &Self::firms_of_posts(&drafts, posts, &lender);
        self.roles_from_posts(&mut drafts, posts);
        overtaken(&mut drafts);
        self.drop_recounts(&mut drafts);
        drafts.extend(self.tenures(&drafts, posts));
        let drafts = regroup(fold(drafts));
        let mut claims: Vec<Claim> = drafts.into_iter().filter_map(|d| self.claim(d)).collect();
        claims.sort_by(|a, b| {
            let place = |c: &Claim| c.evidence.quotes()[0].span;
            place(a)
                .cmp(&place(b))
                .then(a.kind.cmp(&b.kind))
                .then_with(|| format!("{:?}", a.slots).cmp(&format!("{:?}", b.slots)))
        });
        claims
    }

    /// The chain of voices with the one that the article as a whole is taken from before them.
    fn credited(&self, mut chain: Vec<String>) -> Vec<String> {
        if let Some(credit) = self.credit.filter(|c| !chain.iter().any(|name| name == c)) {
            chain.insert(0, credit.to_owned());
        }
        chain
    }

    /// One draft a person: legs, posts and repeats are put together person by person.
    fn per_person(&self, draft: Draft) -> Vec<Draft> {
        if draft.persons.len() < 2 || !matches!(draft.kind, Kind::Move | Kind::Appointment | Kind::Tenure) {
            return vec![draft];
        }
        draft.persons.iter().map(|&p| Draft { persons: vec![p], ..draft.clone() }).collect()
    }

    /// A bare number that only counts again the people who are named is no claim, nor are the arrivals of those
    /// whose departure is counted.
    fn drop_recounts(&self, drafts: &mut Vec<Draft>) {
        let counted = |d: &Draft| [Slot::N, Slot::Share].map(|s| d.slots.get(&s).and_then(Value::bounds));
        let left: Vec<_> = drafts
            .iter()
            .filter(|d| d.counted_end() == Some(Slot::From))
            .filter_map(|d| Some((*d.orgs.get(&Slot::To)?, counted(d))))
            .collect();
        drafts.retain(|d| {
            let Some(&org) = d.orgs.get(&Slot::Org).filter(|_| d.counted_end() == Some(Slot::To)) else { return true };
            !left.contains(&(org, counted(d)))
        });
        let mut movers: BTreeMap<(EntityId, Slot), BTreeSet<EntityId>> = BTreeMap::new();
        for d in drafts.iter().filter(|d| d.kind == Kind::Move && d.persons.len() == 1) {
            for slot in [Slot::From, Slot::To] {
                if let Some(&org) = d.orgs.get(&slot) {
                    movers.entry((org, slot)).or_default().insert(d.persons[0]);
                }
            }
        }
        drafts.retain(|d| {
            let exact = d
                .slots
                .get(&Slot::N)
                .and_then(Value::bounds)
                .filter(|b| b.min == b.max && !b.approx)
                .and_then(|b| b.min);
            let (Some(n), Some(&org)) = (exact, d.orgs.get(&Slot::Org)) else { return true };
            let named = d.counted_end().and_then(|end| movers.get(&(org, end)));
            d.slots.contains_key(&Slot::Of) || named.is_none_or(|people| people.len() as f64 != n)
        });
    }

    /// Posts that no move or appointment of the document covers.
    fn tenures(&self, drafts: &[Draft], posts: &[Post]) -> Vec<Draft> {
        posts
            .iter()
            .filter(|p| {
                let Some(org) = p.org else { return false };
                !drafts.iter().any(|d| match d.kind {
                    Kind::Move => d.persons.contains(&p.person) && d.orgs.values().any(|&o| o == org),
                    Kind::Appointment => {
                        d.persons.contains(&p.person) && d.orgs.get(&Slot::Org) == Some(&org) && !p.former
                    }
                    Kind::Tenure => d.persons.contains(&p.person) && d.orgs.get(&Slot::Org) == Some(&org),
                    _ => false,
                })
            })
            .filter_map(|p| {
                let mut slots = BTreeMap::new();
                if let Some(role) = &p.role {
                    slots.insert(Slot::Role, Value::Text(role.clone()));
                }
                Some(Draft {
                    kind: Kind::Tenure,
                    persons: vec![p.person],
                    orgs: BTreeMap::from([(Slot::Org, p.org?)]),
                    slots,
                    status: Status::Asserted,
                    source: Vec::new(),
                    date: None,
                    spans: vec![p.span],
                    rule: p.rule,
                    as_written: BTreeMap::new(),
                    score: p.score,
                    sentence: p.sentence,
                    open: Vec::new(),
                    companion: None,
                    meant: false,
                    context_org: None,
                    paragraph_org: None,
                    head_org: None,
                    lent: BTreeSet::new(),
                })
            })
            .collect()
    }

    fn claim(&self, d: Draft) -> Option<Claim> {
        let mut slots = d.slots;
        if !d.persons.is_empty() && d.kind.slot_type(Slot::Person).is_some() {
            let mut people: Vec<String> = d.persons.iter().map(|&p| self.names.entities[p].name.clone()).collect();
            people.dedup();
            slots.insert(Slot::Person, Value::List(people));
        } else if let Some(&person) = d.persons.first() {
            // Slots that take a person or something else: subject, target, plaintiff, actor.
            let open = [Slot::Subject, Slot::Target, Slot::Actor, Slot::Plaintiff, Slot::Defendant]
                .into_iter()
                .find(|s| d.kind.slot_type(*s).is_some() && !slots.contains_key(s) && !d.orgs.contains_key(s));
            if let Some(slot) = open {
                slots.insert(slot, Value::Text(self.names.entities[person].name.clone()));
            }
        }
        for (&slot, &org) in &d.orgs {
            slots.insert(slot, Value::Text(self.names.entities[org].name.clone()));
        }
        slots.retain(|slot, _| d.kind.slot_type(*slot).is_some());
        // The contract: a claim without its key slots is none.
        if !d.kind.key().iter().all(|group| group.iter().any(|s| slots.contains_key(s))) {
            return None;
        }
        let shape = Calibration::shape(d.kind, |slot| slots.contains_key(&slot));
        let fitted = self
            .kb
            .calibration
            .iter()
            .rev()
            .find(|c| c.kind == d.kind.as_str() && c.shape == shape && c.from <= d.score);
        let score = fitted.map_or(d.score, |c| c.score);
        Some(Claim {
            doc: self.doc.to_owned(),
            lang: self.lang,
            kind: d.kind,
            slots,
            status: d.status,
            source: self.credited(d.source),
            date: d.date,
            evidence: Evidence::cut(self.text, &d.spans)?,
            rule: self.pack.rules[d.rule].id.clone(),
            as_written: d.as_written,
            score: (score.clamp(0.01, 0.99) * 1000.0).round() / 1000.0,
        })
    }
}

/// Who goes with somebody goes where he or she goes, wherever the article tells it.
fn along(drafts: &mut [Draft]) {
    for at in 0..drafts.len() {
        let d = &drafts[at];
        let Some(leader) = d.companion.filter(|_| d.kind == Kind::Move && d.persons.len() == 1) else { continue };
        let leads = |o: &&Draft| {
            let shared = |slot| o.orgs.contains_key(&slot) && o.orgs.get(&slot) == d.orgs.get(&slot);
            o.kind == Kind::Move && o.persons == [leader] && (shared(Slot::From) || shared(Slot::To))
        };
        let Some(ends) = drafts.iter().find(leads).map(|o| o.orgs.clone()) else { continue };
        let d = &mut drafts[at];
        for (slot, firm) in ends {
            if let std::collections::btree_map::Entry::Vacant(open) = d.orgs.entry(slot) {
                open.insert(firm);
                d.lent.insert(slot);
                d.score = d.score.min(COMPOSED);
            }
        }
    }
}

/// "He was going to leave for F; he has left for T": what was meant and came otherwise is counterfactual.
fn overtaken(drafts: &mut [Draft]) {
    let end = |d: &Draft| d.orgs.get(&Slot::To).copied();
    let outcomes: Vec<(Vec<EntityId>, Option<EntityId>)> = drafts
        .iter()
        .filter(|d| d.kind == Kind::Move && d.status == Status::Asserted && end(d).is_some())
        .map(|d| (d.persons.clone(), end(d)))
        .collect();
    for d in drafts.iter_mut().filter(|d| d.kind == Kind::Move && d.meant && d.status == Status::Planned) {
        if end(d).is_some() && outcomes.iter().any(|(persons, to)| *persons == d.persons && *to != end(d)) {
            d.status = Status::Counterfactual;
        }
    }
}
