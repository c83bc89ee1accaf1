//! Numbers as values: amounts of money, shares, counts of people, dates.

mod plain;

use mercato_model::{Amount, Bounds, PartialDate};
use mercato_pack::Pack;
use mercato_pack::token::Shape;
use mercato_pack::values::{BoundCue, Part, Shift};

use self::plain::Plain;
use crate::sentence::Sentence;

/// A value that stands at tokens `start..end`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Value {
    pub start: usize,
    pub end: usize,
    pub what: What,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum What {
    Money(Amount),
    Share(Bounds),
    /// A number, with the whole of which it is a part (`10 of the 68`).
    Number {
        bounds: Bounds,
        of: Option<f64>,
    },
    Date {
        value: PartialDate,
        relative: bool,
    },
}

/// Finds the values of a sentence, left to right, none inside another.
pub(crate) fn find(text: &str, sentence: &Sentence, pack: &Pack, published: Option<PartialDate>) -> Vec<Value> {
    let finder = Finder {
        text,
        sentence,
        pack,
        published,
        det: pack.classes.id("det"),
        and: pack.classes.id("and"),
        percent: pack.classes.id("percent"),
        small: ["and", "or", "but", "relative", "subordinator"].map(|class| pack.classes.id(class)),
    };
    let mut out = Vec::new();
    let mut at = 0;
    while at < sentence.len() {
        let found = finder.date(at).or_else(|| finder.quantity(at));
        match found {
            Some(value) => {
                at = value.end;
                out.push(value);
            }
            None => at += 1,
        }
    }
    out
}

struct Finder<'a> {
    text: &'a str,
    sentence: &'a Sentence,
    pack: &'a Pack,
    published: Option<PartialDate>,
    det: Option<u16>,
    and: Option<u16>,
    percent: Option<u16>,
    /// Words of which none is counted: conjunctions, relatives.
    small: [Option<u16>; 5],
}

impl<'a> Finder<'a> {
    fn words(&self, at: usize) -> &'a [u32] {
        &self.sentence.words[at.min(self.sentence.len())..]
    }

    fn punct(&self, at: usize) -> Option<char> {
        self.sentence.punct(self.text, at)
    }

    fn quantity(&self, start: usize) -> Option<Value> {
        let mut at = start;
        let (mut cue, mut about) = (None, false);
        // Bounds before the number; two may follow each other ("up to about").
        while let Some((len, &bound)) = self.pack.values.bounds.longest(self.words(at)) {
            match bound {
                BoundCue::About => about = true,
                BoundCue::AtLeast | BoundCue::AtMost => cue = Some(bound),
                _ => break,
            }
            at += len;
        }
        // An article may stand between ("oltre il 30 %", "plus d'un tiers").
        let det = self.det;
        for skip in 0..=2 {
            if skip > 0 && (cue.is_none() && !about || !self.skippable(at + skip - 1, det)) {
                break;
            }
            if let Some(value) = self.bounded(start, at + skip, cue, about) {
                return Some(value);
            }
        }
        if self.pack.values.most.longest(self.words(start)).is_some() {
            let (len, ()) = self.pack.values.most.longest(self.words(start))?;
            return Some(Value { start, end: start + len, what: What::Share(Bounds::at_least(0.5)) });
        }
        None
    }

    fn skippable(&self, at: usize, det: Option<u16>) -> bool {
        self.sentence.class_at(at, det).is_some()
            || self.sentence.preps.get(at).is_some_and(|p| p.is_some_and(|(len, _)| len == 1))
    }

    fn bounded(&self, start: usize, at: usize, cue: Option<BoundCue>, about: bool) -> Option<Value> {
        let range = self.range(at);
        let plain = match range {
            Some(range) => range,
            None => self.vague(at).or_else(|| self.plain(at))?,
        };
        let mut end = plain.end;
        let mut cue = cue;
        if let Some((len, &bound)) = self.pack.values.bounds.longest(self.words(end)) {
            match bound {
                BoundCue::AfterAtLeast => {
                    cue = Some(BoundCue::AtLeast);
                    end += len;
                }
                BoundCue::AfterAtMost => {
                    cue = Some(BoundCue::AtMost);
                    end += len;
                }
                _ => {}
            }
        } else if self.punct(end) == Some('+') {
            cue = Some(BoundCue::AtLeast);
            end += 1;
        }
        let mut bounds = match cue {
            Some(BoundCue::AtLeast) => Bounds::at_least(plain.min),
            Some(BoundCue::AtMost) => Bounds::at_most(plain.max),
            _ => Bounds::between(plain.min, plain.max),
        };
        bounds.approx = about || plain.approx;
        let what = if let Some(currency) = plain.currency {
            let (period, stat, after) = self.period_and_stat(start, end);
            end = after;
            What::Money(Amount { bounds, currency: currency.code.clone(), period, stat })
        } else if plain.scale >= 1e6 && !plain.percent && self.nothing_counted(end) {
            let (period, stat, after) = self.period_and_stat(start, end);
            end = after;
            What::Money(Amount { bounds, currency: None, period, stat })
        } else if plain.percent {
            What::Share(bounds.scaled(0.01))
        } else if plain.max < 1.0 && plain.max > 0.0 && !plain.digits {
            What::Share(bounds)
        } else {
            let mut of = None;
            // "10 dei 68", "7 out of 14".
            let det = self.det;
            if let Some((len, ())) = self.pack.values.of.longest(self.words(end)) {
                let mut next = end + len;
                next += self.sentence.class_at(next, det).unwrap_or(0);
                if let Some(whole) = self
                    .plain(next)
                    .filter(|w| w.currency.is_none() && !w.percent && w.min > bounds.min.or(bounds.max).unwrap_or(0.0))
                {
                    of = Some(whole.min);
                    end = whole.end;
                }
            }
            // A lone article ("un", "une") is no number.
            if !plain.digits && plain.min == 1.0 && of.is_none() && cue.is_none() && !about {
                return None;
            }
            What::Number { bounds, of }
        };
        Some(Value { start, end, what })
    }

    /// "un'offerta da 10 milioni": behind millions of what nobody says, no noun follows that would be counted.
    fn nothing_counted(&self, end: usize) -> bool {
        let s = self.sentence;
        if end >= s.len() || self.pack.values.period.longest(self.words(end)).is_some() {
            return true;
        }
        if let Some(mark) = self.punct(end) {
            return matches!(mark, '.' | ',' | ';' | ':' | '!' | '?' | ')' | '»' | '”' | '"' | '–' | '—');
        }
        match s.preps[end] {
            Some((_, prep)) => !self.pack.genitive.contains(&prep),
            None => self.small.iter().any(|&class| s.class_at(end, class).is_some()),
        }
    }

    /// "tra 5 e 10 milioni", "5-10 milioni", "from $5m to $10m".
    fn range(&self, start: usize) -> Option<Plain<'a>> {
        let opened = self.pack.values.between.iter().find(|(open, _)| self.words(start).starts_with(open));
        let det = self.det;
        let (low, join_end) = match opened {
            Some((open, join)) => {
                let mut at = start + open.len();
                at += self.sentence.class_at(at, det).unwrap_or(0);
                let low = self.plain(at)?;
                let after = low.end;
                if !self.words(after).starts_with(join) {
                    return None;
                }
                let mut next = after + join.len();
                next += self.sentence.class_at(next, det).unwrap_or(0);
                (low, next)
            }
            None => {
                let low = self.plain(start)?;
                if !low.digits
                    || !matches!(self.punct(low.end), Some('-' | '–' | '—'))
                    || self.sentence.tokens.get(low.end)?.spaced
                {
                    return None;
                }
                let next = low.end + 1;
                (low, next)
            }
        };
        // "rose 15 % to $ 4 million" is no range.
        let mut high = self.plain(join_end).filter(|high| low.same_sort(high))?;
        let mut min = low.min;
        // "5-10 million": the scale of the second number is that of the first.
        if low.min < high.min && high.min >= 1e3 && low.min < 1e3 {
            let last = self.digits(join_end).or_else(|| self.digits(join_end + 1))?;
            if last > 0.0 && high.min / last >= 1e3 {
                min = low.min * (high.min / last);
            }
        }
        if min > high.max {
            return None;
        }
        // Two bare years are no range of amounts.
        if high.currency.is_none()
            && low.currency.is_none()
            && (1900.0..2100.0).contains(&low.min)
            && (1900.0..2100.0).contains(&high.max)
        {
            return None;
        }
        high.currency = high.currency.or(low.currency);
        high.percent |= low.percent;
        Some(Plain { min, approx: low.approx || high.approx, ..high })
    }

    /// Period and statistic near an amount, and the token behind what was read.
    fn period_and_stat(&self, start: usize, end: usize) -> (Option<String>, Option<String>, usize) {
        let (mut period, mut after) = (None, end);
        for skip in 0..=3 {
            let at = end + skip;
            if at >= self.sentence.len() || skip > 0 && self.punct(at - 1).is_some_and(|c| !matches!(c, '(' | '/')) {
                break;
            }
            if let Some((len, code)) = self.pack.values.period.longest(self.words(at)) {
                (period, after) = (Some((*code).to_owned()), at + len);
                break;
            }
            if let Some((years, to)) = self.years(at) {
                (period, after) = (Some(format!("{years} years")), to);
                break;
            }
        }
        if period.is_none() {
            // "un salaire annuel de 200 000 €", "over four years a package of".
            for at in start.saturating_sub(6)..start {
                if let Some((_, code)) =
                    self.pack.values.period.longest(self.words(at)).filter(|(len, _)| at + len <= start)
                {
                    period = Some((*code).to_owned());
                }
            }
        }
        let mut stat = None;
        for at in self.before_aside(start).saturating_sub(9)..(end + 4).min(self.sentence.len()) {
            if let Some((_, code)) = self.pack.values.stat.longest(self.words(at)) {
                stat = Some((*code).to_owned());
            }
        }
        (period, stat.filter(|s| s != "max"), after)
    }

    /// Where an aside in brackets begins that stands up to two words before a place; else the place.
    fn before_aside(&self, at: usize) -> usize {
        let close = (at.saturating_sub(3)..at).rev().find(|&i| self.punct(i) == Some(')'));
        close.and_then(|close| (0..close).rev().find(|&i| self.punct(i) == Some('('))).unwrap_or(at)
    }

    /// "in 4 anni" at a place: how many years, and where it ends.
    fn years(&self, at: usize) -> Option<(u32, usize)> {
        self.pack.values.years.iter().find_map(|parts| {
            let mut number = None;
            let mut here = at;
            for part in parts {
                match part {
                    Part::Word(word) if self.sentence.words.get(here) == Some(word) => here += 1,
                    Part::Number => match self.digits(here) {
                        Some(n) => {
                            number = Some(n);
                            here += 1;
                        }
                        None => {
                            let (len, &(n, _)) = self.pack.numerals.longest(self.words(here))?;
                            number = Some(n);
                            here += len;
                        }
                    },
                    _ => return None,
                }
            }
            Some((number? as u32, here))
        })
    }

    fn month(&self, at: usize) -> Option<(usize, u8)> {
        self.pack.months.longest(self.words(at)).map(|(len, &m)| (len, m))
    }

    fn year(&self, at: usize) -> Option<i32> {
        let token =
            self.sentence.tokens.get(at).filter(|t| t.shape == Shape::Number && t.span.end - t.span.start == 4)?;
        let year: i32 = self.text[token.span.start..token.span.end].parse().ok()?;
        (1950..2100).contains(&year).then_some(year)
    }

    fn small(&self, at: usize) -> Option<u8> {
        let token =
            self.sentence.tokens.get(at).filter(|t| t.shape == Shape::Number && t.span.end - t.span.start <= 2)?;
        self.text[token.span.start..token.span.end].parse().ok().filter(|d| (1..=31).contains(d))
    }

    fn date(&self, start: usize) -> Option<Value> {
        let done = |end: usize, value: PartialDate, relative: bool| {
            Some(Value { start, end, what: What::Date { value, relative } })
        };
        // 3 luglio 2025, 1° aprile, 3 July 2025
        if let Some(day) = self.small(start) {
            let mut at = start + 1;
            // "1°", "1er", "3rd", "21 de julio": at most two tokens between day and month.
            for _ in 0..2 {
                if self.month(at).is_some() {
                    break;
                }
                let joiner = self.sentence.tokens.get(at).is_some_and(|t| {
                    !t.spaced && t.span.end - t.span.start <= 3
                        || self.sentence.preps.get(at).is_some_and(Option::is_some)
                });
                if !joiner {
                    return None;
                }
                at += 1;
            }
            let (len, month) = self.month(at)?;
            let after = at + len;
            if let Some((year, end)) = self.year_after(after) {
                return done(end, PartialDate::day(year, month, day)?, false);
            }
            let published = self.published?;
            let year = nearest_year(published, month);
            return done(after, PartialDate::day(year, month, day)?, true);
        }
        let dates = &self.pack.values.relative_dates;
        let word = self.sentence.words[start];
        let number_like = self.sentence.tokens[start].shape == Shape::Number
            || self.pack.numerals.longest(self.words(start)).is_some()
            || self.pack.weekdays.longest(self.words(start)).is_some()
            || self.pack.months.longest(self.words(start)).is_some();
        for (parts, shift) in dates.at(word).chain(dates.open().iter().filter(|_| number_like)) {
            if let Some(value) = self.relative(start, parts, *shift) {
                return Some(value);
            }
        }
        if let Some((len, month)) = self.month(start) {
            let mut at = start + len;
            // A month that is also a word ("may", "march", "mars") counts with a capital or a number beside it.
            let capital = self.sentence.tokens[start].shape != Shape::Lower;
            if let Some(day) = self.small(at).filter(|_| capital)
                && self.punct(at + 1).is_none_or(|c| c == ',')
                && let Some((year, end)) = self.year_after(at + 1)
            {
                return done(end, PartialDate::day(year, month, day)?, false);
            }
            if let Some((year, end)) = self.year_after(at) {
                return done(end, PartialDate::month(year, month)?, false);
            }
            let published = self.published?;
            let year = nearest_year(published, month);
            if let Some(day) = self.small(at).filter(|_| capital) {
                at += 1;
                return done(at, PartialDate::day(year, month, day)?, true);
            }
            let follows_prep = start > 0
                && (self.sentence.preps[start - 1].is_some() || self.sentence.class_at(start - 1, self.det).is_some());
            if follows_prep && (capital || self.pack.orthography.decimal_comma) {
                return done(at, PartialDate::month(year, month)?, true);
            }
            return None;
        }
        if let Some((len, &weekday)) = self.pack.weekdays.longest(self.words(start)) {
            let published = self.published?;
            let day = published.day_number()?;
            let back = (i64::from(published.weekday()?) - i64::from(weekday - 1)).rem_euclid(7);
            return done(start + len, PartialDate::from_day_number(day - back), true);
        }
        // A bare year: not part of an amount or a count.
        let year = self.year(start)?;
        let bare = self.pack.scales.longest(self.words(start + 1)).is_none()
            && self.pack.money.longest(self.words(start + 1)).is_none()
            && self.punct(start + 1) != Some('%')
            && start > 0;
        let before_ok = start == 0 || self.pack.money.longest(self.words(start - 1)).is_none();
        if bare && before_ok { done(start + 1, PartialDate::year(year), false) } else { None }
    }

    /// A year at a place, a comma or the language's "of" before it allowed.
    fn year_after(&self, at: usize) -> Option<(i32, usize)> {
        if let Some(year) = self.year(at) {
            return Some((year, at + 1));
        }
        let skip = self.punct(at) == Some(',') || self.sentence.preps.get(at).is_some_and(Option::is_some);
        if skip { self.year(at + 1).map(|y| (y, at + 2)) } else { None }
    }

    fn relative(&self, start: usize, parts: &[Part], shift: Shift) -> Option<Value> {
        let mut at = start;
        let (mut weekday, mut month, mut number) = (None, None, None);
        for part in parts {
            match part {
                Part::Word(word) if self.sentence.words.get(at) == Some(word) && *word != 0 => at += 1,
                Part::Weekday => {
                    let (len, &day) = self.pack.weekdays.longest(self.words(at))?;
                    weekday = Some(day);
                    at += len;
                }
                Part::Month => {
                    let (len, m) = self.month(at)?;
                    month = Some(m);
                    at += len;
                    // "in March 2024" is no relative date.
                    if self.year_after(at).is_some() {
                        return None;
                    }
                }
                Part::Number => {
                    number = match self.digits(at) {
                        Some(n) => {
                            at += 1;
                            Some(n)
                        }
                        None => {
                            let (len, &(n, _)) = self.pack.numerals.longest(self.words(at))?;
                            at += len;
                            Some(n)
                        }
                    };
                }
                Part::Word(_) => return None,
            }
        }
        let published = self.published?;
        let times = number.map_or(1, |n| n as i32);
        let value = match (shift, weekday, month) {
            (Shift::Days(n), ..) => PartialDate::from_day_number(published.day_number()? + i64::from(n * times)),
            (Shift::Weeks(n), ..) => {
                let day = PartialDate::from_day_number(published.day_number()? + i64::from(7 * n * times));
                PartialDate::month(day.year, day.month?)?
            }
            (Shift::Months(n), ..) => published.plus_months(n * times),
            (Shift::Years(n), ..) => PartialDate::year(published.year + n * times),
            (direction, Some(weekday), _) => {
                let today = i64::from(published.weekday()?);
                let wanted = i64::from(weekday) - 1;
                let day = published.day_number()?;
                let shift = match direction {
                    Shift::Next => match (wanted - today).rem_euclid(7) {
                        0 => 7,
                        n => n,
                    },
                    _ => -(today - wanted).rem_euclid(7),
                };
                PartialDate::from_day_number(day + shift)
            }
            (direction, None, Some(month)) => {
                let now = published.month?;
                let year = match direction {
                    Shift::Next => published.year + i32::from(month <= now),
                    Shift::Previous => published.year - i32::from(month > now),
                    _ => nearest_year(published, month),
                };
                PartialDate::month(year, month)?
            }
            _ => return None,
        };
        Some(Value { start, end: at, what: What::Date { value, relative: true } })
    }
}

/// A month without a year lies nearest to the publication, rather behind it than ahead.
fn nearest_year(published: PartialDate, month: u8) -> i32 {
    let now = i32::from(published.month.unwrap_or(6));
    match i32::from(month) - now {
        d if d > 6 => published.year - 1,
        d if d < -8 => published.year + 1,
        _ => published.year,
    }
}
