//! What pages choose facts by: a few bytes for each, while the fact itself lies in a drawer.

use mercato_facts::Fact;
use mercato_facts::dispute::Class;
use mercato_facts::level::{Level, Mark};
use mercato_ledger::drawer::Place;
use mercato_market::Standing;
use mercato_model::{Kind, Status};

/// The id of a fact: that of a claim, and which of its persons it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id {
    claim: u64,
    person: u16,
}

/// Digits of the id of a claim.
const DIGITS: usize = 12;

impl Id {
    pub fn parse(text: &str) -> Option<Self> {
        let (claim, person) = match text.split_once('-') {
            Some((claim, person)) => {
                (claim, person.parse().ok().filter(|n| *n > 0 && !person.starts_with(['+', '0']))?)
            }
            None => (text, 0),
        };
        Some(Self { claim: claim_number(claim)?, person })
    }
}

impl std::fmt::Display for Id {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.person {
            0 => write!(f, "{:0DIGITS$x}", self.claim),
            n => write!(f, "{:0DIGITS$x}-{n}", self.claim),
        }
    }
}

/// The id of a claim as a number.
pub fn claim_number(id: &str) -> Option<u64> {
    let hexadecimal = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    (id.len() == DIGITS && id.bytes().all(hexadecimal)).then(|| u64::from_str_radix(id, 16).ok()).flatten()
}

/// A fact in brief.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    pub id: Id,
    pub place: Place,
    /// The day on which it was last told; nothing where no article says when it came out.
    pub told: Option<i32>,
    /// First and last day on which it may have happened.
    pub days: Option<(i32, i32)>,
    /// Numbers of the firms at its ends.
    pub from: Option<u32>,
    pub to: Option<u32>,
    /// The sum of it, if it has one.
    pub sum: Option<Sum>,
    pub kind: Kind,
    pub standing: Option<Standing>,
    /// Classes of its disagreements, a bit each.
    classes: u8,
}

#[derive(Clone, Copy, Debug)]
pub struct Sum {
    /// `None`: no upper bound is told.
    pub most: Option<f64>,
    /// Number of the currency.
    pub currency: Option<u16>,
}

impl Row {
    pub fn new(fact: &Fact, id: Id, place: Place) -> Self {
        Self {
            id,
            place,
            told: last_told(fact).and_then(|day| i32::try_from(day).ok()),
            days: fact
                .date
                .as_ref()
                .and_then(|date| Some((i32::try_from(date.days.first).ok()?, i32::try_from(date.days.last).ok()?))),
            from: None,
            to: None,
            sum: None,
            kind: fact.kind,
            standing: standing(fact),
            classes: fact.disputes.iter().fold(0, |bits, dispute| bits | bit(dispute.class)),
        }
    }

    pub fn is_disputed(&self, class: Option<Class>) -> bool {
        class.map_or(self.classes != 0, |class| self.classes & bit(class) != 0)
    }
}

fn bit(class: Class) -> u8 {
    Class::ALL.iter().position(|one| *one == class).map_or(0, |at| 1 << at)
}

/// The day on which a fact was last told; nothing where no article says when it came out.
pub fn last_told(fact: &Fact) -> Option<i64> {
    fact.voices.iter().filter(|voice| voice.published.is_some()).map(|voice| voice.day).max()
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
pub fn affirmed(fact: &Fact) -> bool {
    fact.voices.iter().any(|v| matches!(v.status, Status::Asserted | Status::Reported | Status::Planned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_come_back() {
        for id in ["0000025350fa", "ffffffffffff", "0123456789ab-2", "0123456789ab-65535"] {
            assert_eq!(Id::parse(id).map(|id| id.to_string()).as_deref(), Some(id));
        }
        for wrong in ["", "0", "0123456789aB", "0123456789abc", "0123456789ab-", "0123456789ab-0", "0123456789ab-+2"] {
            assert_eq!(Id::parse(wrong), None, "{wrong}");
        }
        assert!(Class::ALL.len() <= 8);
    }
}
