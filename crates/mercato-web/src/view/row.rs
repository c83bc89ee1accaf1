//! What pages choose facts by: a few bytes for each, while the fact itself lies in a drawer.

use mercato_facts::Fact;
use mercato_facts::dispute::Class;
use mercato_facts::level::{Level, Mark};
use mercato_ledger::drawer::Place;
use mercato_market::Standing;
use mercato_model::{Kind, Status};

/// The id of a fact: that of a claim, and which of its persons it is about, in its last two bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(u64);

/// Digits of the id of a claim.
const DIGITS: usize = 12;

impl Id {
    pub fn parse(text: &str) -> Option<Self> {
        let (claim, person) = match text.split_once('-') {
            Some((claim, n)) => (claim, n.parse::<u16>().ok().filter(|m| *m > 0 && !n.starts_with(['+', '0']))?),
            None => (text, 0),
        };
        Some(Self(claim_number(claim)? << 16 | u64::from(person)))
    }
}

impl std::fmt::Display for Id {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (claim, person) = (self.0 >> 16, self.0 & 0xffff);
        write!(f, "{claim:0DIGITS$x}")?;
        if person > 0 { write!(f, "-{person}") } else { Ok(()) }
    }
}

/// The id of a claim as a number.
pub fn claim_number(id: &str) -> Option<u64> {
    let hexadecimal = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    (id.len() == DIGITS && id.bytes().all(hexadecimal)).then(|| u64::from_str_radix(id, 16).ok()).flatten()
}

/// A fact in brief: half a million of them are held at once, so that absent numbers stand for themselves.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    pub id: Id,
    pub place: Place,
    told: i32,
    first: i32,
    last: i32,
    from: u32,
    to: u32,
    sum: u32,
    person: u32,
    pub kind: Kind,
    pub level: Level,
    pub standing: Option<Standing>,
    /// Classes of its disagreements, a bit each.
    classes: u8,
    /// Its origins, as far as anybody counts them.
    pub roots: u8,
}

const NO_DAY: i32 = i32::MIN;
const NONE: u32 = u32::MAX;

#[derive(Clone, Copy, Debug)]
pub struct Sum {
    /// `None`: no upper bound is told.
    pub most: Option<f64>,
    /// Number of the currency.
    pub currency: Option<u16>,
}

impl Row {
    pub fn new(fact: &Fact, id: Id, place: Place) -> Self {
        let day = |day: Option<i64>| day.and_then(|day| i32::try_from(day).ok()).unwrap_or(NO_DAY);
        let days = fact.date.as_ref().map(|date| date.days);
        Self {
            id,
            place,
            told: day(last_told(fact)),
            first: day(days.map(|days| days.first)),
            last: day(days.map(|days| days.last)),
            from: NONE,
            to: NONE,
            sum: NONE,
            person: NONE,
            kind: fact.kind,
            level: fact.level,
            standing: standing(fact),
            roots: u8::try_from(fact.roots.len()).unwrap_or(u8::MAX),
            classes: fact.disputes.iter().fold(0, |bits, dispute| bits | bit(dispute.class)),
        }
    }

    /// Numbers of the firms at its ends.
    pub fn set_ends(&mut self, from: Option<u32>, to: Option<u32>) {
        (self.from, self.to) = (from.unwrap_or(NONE), to.unwrap_or(NONE));
    }

    /// The number of the name that it is about.
    pub fn set_person(&mut self, number: Option<u32>) {
        self.person = number.unwrap_or(NONE);
    }

    pub fn person(&self) -> Option<usize> {
        (self.person != NONE).then_some(self.person as usize)
    }

    pub fn set_sum(&mut self, number: Option<u32>) {
        self.sum = number.unwrap_or(NONE);
    }

    /// What rows are ordered by: the day on which it was last told; before all where no article says when it came out.
    pub fn told(&self) -> i32 {
        self.told
    }

    /// First and last day on which it may have happened.
    pub fn days(&self) -> Option<(i64, i64)> {
        (self.last != NO_DAY).then_some((i64::from(self.first), i64::from(self.last)))
    }

    pub fn from(&self) -> Option<u32> {
        (self.from != NONE).then_some(self.from)
    }

    pub fn to(&self) -> Option<u32> {
        (self.to != NONE).then_some(self.to)
    }

    /// Number of its sum, if it has one.
    pub fn sum(&self) -> Option<usize> {
        (self.sum != NONE).then_some(self.sum as usize)
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
        assert!(size_of::<Row>() <= 64, "{}", size_of::<Row>());
    }
}
