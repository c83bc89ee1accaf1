//! Calendar dates at the precision that the source gives: a year, a month or a day.

/// An ISO 8601 date known to the year, the month or the day (proleptic Gregorian calendar).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PartialDate {
    pub year: i32,
    pub month: Option<u8>,
    pub day: Option<u8>,
}

impl PartialDate {
    pub fn year(year: i32) -> Self {
        Self { year, month: None, day: None }
    }

    /// `None` unless `month` is 1 to 12.
    pub fn month(year: i32, month: u8) -> Option<Self> {
        (1..=12).contains(&month).then_some(Self { year, month: Some(month), day: None })
    }

    /// `None` unless the day exists in that month.
    pub fn day(year: i32, month: u8, day: u8) -> Option<Self> {
        ((1..=12).contains(&month) && day >= 1 && day <= days_in_month(year, month)).then_some(Self {
            year,
            month: Some(month),
            day: Some(day),
        })
    }

    /// Whether all of it lies behind all of `other`; a month is behind no day of its own.
    pub fn is_after(self, other: Self) -> bool {
        let parts = [
            (Some(self.year), Some(other.year)),
            (self.month.map(i32::from), other.month.map(i32::from)),
            (self.day.map(i32::from), other.day.map(i32::from)),
        ];
        parts.into_iter().map_while(|(a, b)| a.zip(b)).find_map(|(a, b)| (a != b).then_some(a > b)).unwrap_or(false)
    }

    /// Reads `2025`, `2025-07` or `2025-07-03`; a time of day after `T` or a space is ignored.
    pub fn parse(text: &str) -> Option<Self> {
        let date = text.trim().split(['T', ' ']).next()?;
        let mut parts = date.split('-');
        let year: i32 = parts.next().filter(|y| y.len() == 4)?.parse().ok()?;
        let month = parts.next().map(str::parse::<u8>).transpose().ok()?;
        let day = parts.next().map(str::parse::<u8>).transpose().ok()?;
        if parts.next().is_some() {
            return None;
        }
        match (month, day) {
            (None, _) => Some(Self::year(year)),
            (Some(m), None) => Self::month(year, m),
            (Some(m), Some(d)) => Self::day(year, m, d),
        }
    }

    /// Days since 1970-01-01; `None` unless the date is known to the day.
    pub fn day_number(self) -> Option<i64> {
        let (m, d) = (i64::from(self.month?), i64::from(self.day?));
        // Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
        let y = i64::from(self.year) - i64::from(m <= 2);
        let era = y.div_euclid(400);
        let yoe = y.rem_euclid(400);
        let doy = (153 * (m + if m > 2 { -3 } else { 9 }) + 2) / 5 + d - 1;
        Some(era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468)
    }

    /// The inverse of [`day_number`](Self::day_number).
    pub fn from_day_number(days: i64) -> Self {
        let z = days + 719_468;
        let era = z.div_euclid(146_097);
        let doe = z.rem_euclid(146_097);
        let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
        let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
        let mp = (5 * doy + 2) / 153;
        let day = (doy - (153 * mp + 2) / 5 + 1) as u8;
        let month = (if mp < 10 { mp + 3 } else { mp - 9 }) as u8;
        let year = (yoe + era * 400 + i64::from(month <= 2)) as i32;
        Self { year, month: Some(month), day: Some(day) }
    }

    /// Monday = 0 ... Sunday = 6; `None` unless the date is known to the day.
    pub fn weekday(self) -> Option<u8> {
        self.day_number().map(|n| (n + 3).rem_euclid(7) as u8)
    }

    /// Moves by whole months; the day, if any, is dropped.
    pub fn plus_months(self, months: i32) -> Self {
        let index = self.year * 12 + i32::from(self.month.unwrap_or(1)) - 1 + months;
        Self { year: index.div_euclid(12), month: Some((index.rem_euclid(12) + 1) as u8), day: None }
    }
}

fn days_in_month(year: i32, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

impl std::fmt::Display for PartialDate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}", self.year)?;
        if let Some(month) = self.month {
            write!(f, "-{month:02}")?;
        }
        if let Some(day) = self.day {
            write!(f, "-{day:02}")?;
        }
        Ok(())
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for PartialDate {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for PartialDate {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(d)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a date: YYYY, YYYY-MM or YYYY-MM-DD"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn day_numbers_go_there_and_back() {
        for n in (-800_000..800_000).step_by(37) {
            let date = PartialDate::from_day_number(n);
            assert_eq!(date.day_number(), Some(n), "{date}");
        }
        assert_eq!(PartialDate::parse("2025-11-21").unwrap().weekday(), Some(4), "a Friday");
    }

    #[test]
    fn later_at_the_precision_that_both_have() {
        let after = |a: &str, b: &str| PartialDate::parse(a).unwrap().is_after(PartialDate::parse(b).unwrap());
        assert!(after("2025-09", "2025-08-31") && after("2026", "2025-12-31") && after("2025-08-02", "2025-08-01"));
        assert!(!after("2025-08", "2025-08-01") && !after("2025", "2025-01-01") && !after("2025-07-31", "2025-08"));
    }

    #[test]
    fn reads_only_real_dates() {
        for (text, ok) in [
            ("2025", true),
            ("2025-07", true),
            ("2024-02-29", true),
            ("2025-02-29", false),
            ("2025-13", false),
            ("25-01-01", false),
            ("2025-01-01T10:00:00Z", true),
            ("yesterday", false),
            ("2025-1-1-1", false),
        ] {
            assert_eq!(PartialDate::parse(text).is_some(), ok, "{text}");
        }
    }
}
