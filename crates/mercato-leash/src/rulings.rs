//! The rulings: what one article says once, twice, or not at all, settled among its claims.
//!
//! Each is a ruling of the contract (`docs/claims.md` and the rulings in the prompt) and holds for any reader.

use std::collections::BTreeMap;

use mercato_model::{Bounds, Claim, Kind, Note, Slot, Slots, Status, Value};

use crate::hold::describe;
use crate::names::{part_of, same, words};

/// Settles the claims among themselves; notes say what fell.
pub(crate) fn settle(claims: Vec<Claim>, text: &str, rule: &str) -> (Vec<Claim>, Vec<Note>) {
    let mut settle = Settle { text, rule, notes: Vec::new() };
    let claims = claims.into_iter().map(|c| settle.alone(c)).collect();
    let claims = settle.repeats(claims);
    let mut claims = settle.denials(claims);
    settle.legs(&mut claims);
    let claims = settle.among(claims);
    (claims, settle.notes)
}

struct Settle<'a> {
    text: &'a str,
    rule: &'a str,
    notes: Vec<Note>,
}

impl Settle<'_> {
    fn note(&mut self, code: &str, claim: &Claim) {
        self.notes.push(Note {
            code: code.to_owned(),
            span: Some(claim.evidence.quotes()[0].span),
            rule: Some(self.rule.to_owned()),
            detail: describe(claim),
        });
    }

    /// What a claim must look like by itself.
    fn alone(&mut self, mut claim: Claim) -> Claim {
        let direction = claim.text(Slot::Direction).unwrap_or_default().to_owned();
        // People whom a firm means to have are a plan of hiring, not its size.
        if claim.kind == Kind::Count && direction == "size" && claim.status == Status::Planned {
            let quote = &claim.evidence.quotes()[0].quote;
            let slots = [(Slot::What, "hiring_plan"), (Slot::Value, quote.as_str())];
            let mut slots: Slots = slots.into_iter().map(|(s, v)| (s, Value::Text(v.to_owned()))).collect();
            if let Some(org) = claim.slots.remove(&Slot::Org) {
                slots.insert(Slot::Org, org);
                (claim.kind, claim.slots) = (Kind::Condition, slots);
                self.note("mended-plan", &claim);
            }
            return claim;
        }
        // So many who do not leave are so many who remain.
        if claim.kind == Kind::Count && direction == "left" && claim.status == Status::Negated {
            claim.slots.insert(Slot::Direction, Value::Text("remaining".to_owned()));
            claim.slots.remove(&Slot::To);
            claim.status = Status::Asserted;
            self.note("mended-remaining", &claim);
            return claim;
        }
        // A role is told in the words of the article.
        for slot in [Slot::Role, Slot::RoleFrom, Slot::RoleTo] {
            let Some(role) = claim.text(slot).map(str::to_owned) else { continue };
            if let Some(written) = as_written(&role, &claim, self.text) {
                claim.slots.insert(slot, Value::Text(written));
            }
        }
        claim
    }

    /// One article yields a claim once: repeats become further places of evidence.
    fn repeats(&mut self, claims: Vec<Claim>) -> Vec<Claim> {
        let mut out: Vec<Claim> = Vec::new();
        for claim in claims {
            match out.iter_mut().find(|c| repeats(c, &claim)) {
                Some(earlier) => {
                    earlier.evidence.join(&claim.evidence);
                    for (slot, value) in claim.slots {
                        earlier.slots.entry(slot).or_insert(value);
                    }
                    earlier.score = earlier.score.max(claim.score);
                }
                None => out.push(claim),
            }
        }
        out
    }

    /// What one party says and another denies stands once, as it is said; the denial is a stance.
    fn denials(&mut self, claims: Vec<Claim>) -> Vec<Claim> {
        let party = |c: &Claim| {
            let voices = c.source.iter();
            let parties: Vec<&str> = telling(c.kind).iter().flat_map(|slot| c.texts(*slot)).collect();
            voices.into_iter().any(|voice| parties.iter().any(|p| same(voice, p)))
        };
        let no = |c: &Claim| matches!(c.status, Status::Denied | Status::Negated) && party(c);
        let gainsaid = |c: &Claim| matches!(c.status, Status::Denied | Status::Negated | Status::Counterfactual);
        let fallen = |c: &Claim| no(c) && claims.iter().any(|o| !gainsaid(o) && same_content(o, c));
        let codes: Vec<Option<&str>> = claims.iter().map(|c| fallen(c).then_some("refused-denial")).collect();
        self.without(claims, &codes)
    }

    /// Who is told to leave one firm for nowhere and to arrive at another from nowhere came from that firm.
    fn legs(&mut self, claims: &mut [Claim]) {
        let leg = |c: &Claim, end: Slot, other: Slot| {
            c.kind == Kind::Move && c.slots.contains_key(&end) && !c.slots.contains_key(&other)
        };
        let open: Vec<(Vec<String>, Value)> = claims
            .iter()
            .filter(|c| leg(c, Slot::From, Slot::To) && c.status == Status::Asserted)
            .filter_map(|c| {
                Some((
                    c.texts(Slot::Person).into_iter().map(str::to_owned).collect(),
                    c.slots.get(&Slot::From)?.clone(),
                ))
            })
            .collect();
        for claim in claims.iter_mut().filter(|c| leg(c, Slot::To, Slot::From)) {
            let people = claim.texts(Slot::Person);
            let left = |(who, _): &&(Vec<String>, Value)| {
                !people.is_empty() && people.iter().all(|p| who.iter().any(|w| same(p, w)))
            };
            let mut firms = open.iter().filter(left).map(|(_, firm)| firm);
            let (Some(firm), None) = (firms.next(), firms.next()) else { continue };
            let back = firm.texts().iter().any(|f| claim.texts(Slot::To).iter().any(|t| same(f, t)));
            if !back && claim.text(Slot::Manner) != Some("returned") {
                let firm = firm.clone();
                claim.slots.insert(Slot::From, firm);
                let claim = claim.clone();
                self.note("mended-leg", &claim);
            }
        }
    }

    fn among(&mut self, claims: Vec<Claim>) -> Vec<Claim> {
        let moves = |person: &str| -> Vec<&Claim> {
            let of = |c: &&Claim| c.kind == Kind::Move && c.texts(Slot::Person).iter().any(|p| same(p, person));
            claims.iter().filter(of).collect()
        };
        let overlaps = |a: &Claim, b: &Claim| {
            let quotes = |c: &Claim| c.evidence.quotes().iter().map(|q| q.span).collect::<Vec<_>>();
            quotes(a).iter().any(|x| quotes(b).iter().any(|y| x.overlaps(*y)))
        };
        // To found a firm is the move; the wish to found it is no cause told besides.
        let own_company = |c: &Claim| {
            let founds = |person: &str| moves(person).iter().any(|m| m.text(Slot::Manner) == Some("founded"));
            c.kind == Kind::Reason
                && c.texts(Slot::Factor) == ["own_company"]
                && c.texts(Slot::Subject).iter().all(|p| founds(p))
        };
        // The money of an offer is not paid besides: the same words carry one claim.
        let offered = |c: &Claim| {
            c.kind == Kind::Pay
                && claims.iter().any(|o| {
                    o.kind == Kind::Offer
                        && o.slots.get(&Slot::Amount) == c.slots.get(&Slot::Amount)
                        && o.texts(Slot::Person) == c.texts(Slot::Person)
                        && overlaps(o, c)
                })
        };
        // Who leaves and stays at hand for a while fills no post.
        let afterglow = |c: &Claim| {
            let leaves = |person: &str| {
                moves(person).iter().any(|m| {
                    !m.slots.contains_key(&Slot::To)
                        && m.text(Slot::From).zip(c.text(Slot::Org)).is_some_and(|(a, b)| same(a, b))
                        && matches!(m.status, Status::Asserted | Status::Planned)
                })
            };
            c.kind == Kind::Appointment
                && c.status == Status::Planned
                && ![Slot::Replaces, Slot::ReportsTo, Slot::Interim].iter().any(|s| c.slots.contains_key(s))
                && c.slots.contains_key(&Slot::Role)
                && c.texts(Slot::Person).iter().all(|p| leaves(p))
        };
        let codes = claims.iter().map(|c| match c {
            c if own_company(c) => Some("refused-own-company"),
            c if offered(c) => Some("refused-offered"),
            c if afterglow(c) => Some("refused-afterglow"),
            _ => None,
        });
        let codes: Vec<Option<&str>> = codes.collect();
        self.without(claims, &codes)
    }

    /// Leaves out the claims that have a code, and says so.
    fn without(&mut self, claims: Vec<Claim>, codes: &[Option<&str>]) -> Vec<Claim> {
        let mut out = Vec::new();
        for (claim, code) in claims.into_iter().zip(codes) {
            match code {
                Some(code) => self.note(code, &claim),
                None => out.push(claim),
            }
        }
        out
    }
}

/// Slots that tell claims of a kind apart.
fn telling(kind: Kind) -> &'static [Slot] {
    use Slot::{
        About, Acquirer, Actor, Amount, By, Defendant, Direction, Factor, From, Group, Means, Measure, N, Of, Org,
        Person, Plaintiff, Polarity, Role, Share, Stance, Stat, State, Subject, Target, To, Unit, Value, What, Year,
    };
    match kind {
        Kind::Move => &[Person, Group, From, To],
        Kind::Appointment => &[Person, Org, Unit, Role],
        Kind::Tenure => &[Person, Org, Unit, Role],
        Kind::Offer => &[By, Person, Group, Amount],
        Kind::Pay => &[Org, Person, Group, Amount],
        Kind::Retention => &[Org, Measure, Person, Group],
        Kind::Recruiting => &[By, Target, Person, Means],
        Kind::Count => &[N, Share, Of, Org, Direction, Group, Unit, To],
        Kind::Rate => &[Stat, Value, Org],
        Kind::Reason => &[Subject, Factor, Polarity, Org],
        Kind::Layoff => &[Org, N, Share, Unit],
        Kind::Deal => &[Acquirer, Target],
        Kind::Legal => &[Plaintiff, Defendant, State],
        Kind::Condition => &[Org, What, Value, Unit],
        Kind::Stance => &[Actor, Stance, About],
        Kind::Figure => &[What, Amount, Year],
    }
}

/// The same claim again: same kind, status and telling slots.
fn repeats(a: &Claim, b: &Claim) -> bool {
    a.kind == b.kind
        && a.status == b.status
        && a.text(Slot::Manner).zip(b.text(Slot::Manner)).is_none_or(|(a, b)| a == b)
        && telling(a.kind).iter().all(|slot| same_value(a.slots.get(slot), b.slots.get(slot)))
}

/// The same thing said and gainsaid: every telling slot is the same, and the manner is not another.
fn same_content(a: &Claim, b: &Claim) -> bool {
    a.kind == b.kind
        && a.text(Slot::Manner).zip(b.text(Slot::Manner)).is_none_or(|(a, b)| a == b)
        && telling(a.kind).iter().all(|slot| same_value(a.slots.get(slot), b.slots.get(slot)))
}

fn same_value(a: Option<&Value>, b: Option<&Value>) -> bool {
    let bounds = |v: &Value| v.bounds().map(|b: Bounds| (b.min, b.max));
    match (a, b) {
        (None, None) => true,
        (Some(a), Some(b)) => {
            let (x, y) = (a.texts(), b.texts());
            bounds(a) == bounds(b) && x.len() == y.len() && x.iter().zip(&y).all(|(x, y)| words(x) == words(y))
        }
        _ => false,
    }
}

/// The words of the quotes for a role that the article does not have in its own words: the same stems.
fn as_written(role: &str, claim: &Claim, text: &str) -> Option<String> {
    const STEM: usize = 6;
    let wanted = words(role);
    if text.contains(role) || part_of(&wanted, &words(text)) {
        return None;
    }
    let stem = |word: &str| word.chars().take(STEM).collect::<String>();
    let mut out: BTreeMap<usize, String> = BTreeMap::new();
    for (at, word) in wanted.iter().enumerate() {
        if word.chars().count() < STEM {
            out.insert(at, word.clone());
            continue;
        }
        let quoted = claim.evidence.quotes().iter().flat_map(|q| q.quote.split(|c: char| !c.is_alphanumeric()));
        let written = quoted.into_iter().find(|w| words(w).first().is_some_and(|w| stem(w) == stem(word)))?;
        out.insert(at, written.to_owned());
    }
    Some(out.into_values().collect::<Vec<_>>().join(" "))
}
