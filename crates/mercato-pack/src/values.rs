//! Words around numbers: bounds, ranges, periods, statistics, vague amounts; relative dates.

use serde::Deserialize;

use crate::error::PackError;
use crate::pack::Names;
use crate::table;
use crate::verbs::toml_error;
use crate::words::{Phrases, WordId};

/// What a phrase beside a number does to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BoundCue {
    AtLeast,
    AtMost,
    About,
    AfterAtLeast,
    AfterAtMost,
}

/// One part of a phrase with a place for a number, a weekday or a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Word(WordId),
    Number,
    Weekday,
    Month,
}

/// How a relative date moves from the day of publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shift {
    Days(i32),
    Weeks(i32),
    Months(i32),
    Years(i32),
    Previous,
    Next,
    Near,
}

/// The value words of a language.
#[derive(Clone, Debug, Default)]
pub struct Values {
    pub bounds: Phrases<BoundCue>,
    /// Opening and joining words of a range.
    pub between: Vec<(Vec<WordId>, Vec<WordId>)>,
    pub of: Phrases<()>,
    /// `year`, `month`, `total`.
    pub period: Phrases<&'static str>,
    pub years: Vec<Vec<Part>>,
    pub stat: Phrases<&'static str>,
    pub vague: Phrases<(f64, f64)>,
    /// A share of at least a half.
    pub most: Phrases<()>,
    /// Those who stay.
    pub remaining: Phrases<()>,
    pub relative_dates: RelativeDates,
}

/// Relative dates by their first part, longest first.
#[derive(Clone, Debug, Default)]
pub struct RelativeDates {
    by_word: rustc_hash::FxHashMap<WordId, Vec<(Vec<Part>, Shift)>>,
    /// Those that begin with a number, a weekday or a month.
    open: Vec<(Vec<Part>, Shift)>,
}

impl RelativeDates {
    fn new(mut all: Vec<(Vec<Part>, Shift)>) -> Self {
        all.sort_by_key(|(parts, _)| std::cmp::Reverse(parts.len()));
        let mut this = Self::default();
        for (parts, shift) in all {
            match parts.first() {
                Some(Part::Word(word)) => this.by_word.entry(*word).or_default().push((parts, shift)),
                Some(_) => this.open.push((parts, shift)),
                None => {}
            }
        }
        this
    }

    /// The dates that may begin with a word.
    pub fn at(&self, word: WordId) -> impl Iterator<Item = &(Vec<Part>, Shift)> {
        self.by_word.get(&word).into_iter().flatten()
    }

    /// The dates that begin with a number, a weekday or a month.
    pub fn open(&self) -> &[(Vec<Part>, Shift)] {
        &self.open
    }
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct ValueFile {
    bounds: BoundSpec,
    period: PeriodSpec,
    stat: StatSpec,
    vague: std::collections::BTreeMap<String, [f64; 2]>,
    share: ShareSpec,
    remaining: RemainingSpec,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct BoundSpec {
    at_least: Vec<String>,
    at_most: Vec<String>,
    about: Vec<String>,
    after_at_least: Vec<String>,
    after_at_most: Vec<String>,
    between: Vec<[String; 2]>,
    of: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct PeriodSpec {
    year: Vec<String>,
    month: Vec<String>,
    total: Vec<String>,
    years: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct StatSpec {
    median: Vec<String>,
    mean: Vec<String>,
    max: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct ShareSpec {
    most: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct RemainingSpec {
    only: Vec<String>,
}

impl Values {
    pub(crate) fn compile(
        values: (&str, &str),
        dates: (&str, &str),
        names: &mut Names,
        errors: &mut Vec<PackError>,
    ) -> Self {
        let file: ValueFile = toml::from_str(values.1).unwrap_or_else(|error| {
            errors.push(toml_error(values.0, values.1, &error));
            ValueFile::default()
        });
        let mut this = Self::default();
        let b = &file.bounds;
        for (list, cue) in [
            (&b.at_least, BoundCue::AtLeast),
            (&b.at_most, BoundCue::AtMost),
            (&b.about, BoundCue::About),
            (&b.after_at_least, BoundCue::AfterAtLeast),
            (&b.after_at_most, BoundCue::AfterAtMost),
        ] {
            for words in list {
                this.bounds.add(names.words(words), cue);
            }
        }
        this.between = b.between.iter().map(|[open, join]| (names.words(open), names.words(join))).collect();
        for (list, code) in [(&file.period.year, "year"), (&file.period.month, "month"), (&file.period.total, "total")]
        {
            for words in list {
                this.period.add(names.words(words), code);
            }
        }
        for (list, code) in [(&file.stat.median, "median"), (&file.stat.mean, "mean"), (&file.stat.max, "max")] {
            for words in list {
                this.stat.add(names.words(words), code);
            }
        }
        for words in &b.of {
            this.of.add(names.words(words), ());
        }
        for words in &file.share.most {
            this.most.add(names.words(words), ());
        }
        for words in &file.remaining.only {
            this.remaining.add(names.words(words), ());
        }
        for (words, [min, max]) in &file.vague {
            this.vague.add(names.words(words), (*min, *max));
        }
        this.years = file.period.years.iter().map(|p| parts(p, names)).collect();
        let mut relative = Vec::new();
        for row in table::rows(dates.0, dates.1, &["phrase", "shift"], errors) {
            match shift(row.cell(1)) {
                Some(shift) => relative.push((parts(row.cell(0), names), shift)),
                None => errors.push(
                    PackError::new(dates.0, row.line, format!("`{}` is no shift", row.cell(1)))
                        .hint("-1d, +2w, 0m, -1y, prev, next, near"),
                ),
            }
        }
        this.relative_dates = RelativeDates::new(relative);
        this
    }
}

fn parts(phrase: &str, names: &mut Names) -> Vec<Part> {
    phrase
        .split_whitespace()
        .flat_map(|piece| match piece {
            "#" => vec![Part::Number],
            "{weekday}" => vec![Part::Weekday],
            "{month}" => vec![Part::Month],
            word => names.words(word).into_iter().map(Part::Word).collect(),
        })
        .collect()
}

fn shift(text: &str) -> Option<Shift> {
    Some(match text {
        "prev" => Shift::Previous,
        "next" => Shift::Next,
        "near" => Shift::Near,
        _ => {
            let unit = text.chars().last()?;
            let n: i32 = text[..text.len() - unit.len_utf8()].trim_start_matches('+').parse().ok()?;
            match unit {
                'd' => Shift::Days(n),
                'w' => Shift::Weeks(n),
                'm' => Shift::Months(n),
                'y' => Shift::Years(n),
                _ => return None,
            }
        }
    })
}
