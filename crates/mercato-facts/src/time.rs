//! When something may have happened: the days that a date leaves open.

use mercato_model::{Claim, DateBasis, PartialDate};

/// The days on which something may have happened, as days since 1970-01-01, both included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Days {
    pub first: i64,
    pub last: i64,
}

impl Days {
    pub fn of(date: PartialDate) -> Self {
        let first = PartialDate { month: Some(date.month.unwrap_or(1)), day: Some(date.day.unwrap_or(1)), ..date };
        let first = first.day_number().unwrap_or_default();
        let next = |date: PartialDate| date.day_number().unwrap_or(first + 1);
        let last = match (date.month, date.day) {
            (Some(_), Some(_)) => first,
            (Some(_), None) => next(PartialDate { day: Some(1), ..date.plus_months(1) }) - 1,
            (None, _) => next(PartialDate { year: date.year + 1, month: Some(1), day: Some(1) }) - 1,
        };
        Self { first, last }
    }

    /// Days between the two; 0 when they meet.
    pub fn gap(self, other: Self) -> i64 {
        (self.first - other.last).max(other.first - self.last).max(0)
    }

    pub fn meet(self, other: Self) -> bool {
        self.gap(other) == 0
    }

    /// Both are known to the same precision.
    pub fn precise_as(self, other: Self) -> bool {
        (self.last - self.first) / 29 == (other.last - other.first) / 29
    }
}

/// When a claim says that it happened, and whether the article says so at all.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct When {
    /// `None`: not even the day of publication is known.
    pub days: Option<Days>,
    /// `false`: only the day of publication bounds it.
    pub said: bool,
}

impl When {
    pub fn of(claim: &Claim, published: Option<PartialDate>) -> Self {
        match claim.date {
            Some(date) => Self { days: Some(Days::of(date.value)), said: date.basis != DateBasis::Published },
            None => Self { days: published.map(Days::of), said: false },
        }
    }

    /// Days between two; an unsaid date only says "by then".
    pub fn gap(self, other: Self) -> i64 {
        let (Some(mine), Some(its)) = (self.days, other.days) else { return 0 };
        mine.gap(its)
    }
}

/// `2025-08-01` of a day number.
pub fn day(number: i64) -> String {
    PartialDate::from_day_number(number).to_string()
}
