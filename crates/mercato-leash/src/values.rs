//! Values: amounts, numbers, shares and dates are read again from the words that the claim quotes.

use std::collections::BTreeSet;

use mercato_model::{Amount, Bounds, PartialDate, Slot, Span, Value};
use mercato_read::survey::{Quantity, Sort, Survey, Valued};

/// Where a value is looked for: in the quoted words, then in their sentences, then in those around them.
pub struct Place<'a> {
    pub text: &'a str,
    pub survey: &'a Survey,
    pub spans: &'a [Span],
}

/// What the words say to a value that a claim states.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// They give it, here: as it was said, or as the words have it (bounds, a currency, a period besides).
    Proven(Value, Span),
    /// They give another value.
    Differs,
    /// Nothing in them can be read as this value.
    Silent,
}

/// A majority named in words; no number stands for it.
const MAJORITY: f64 = 0.5;

impl Place<'_> {
    pub fn prove(&self, slot: Slot, said: &Value) -> Verdict {
        let mut differs = false;
        for window in self.windows() {
            let near: Vec<&Valued> =
                self.survey.values.iter().filter(|v| window.iter().any(|s| s.overlaps(v.span))).collect();
            let found = match (said, slot) {
                (Value::Amount(amount), _) => money(self, &near, amount),
                (Value::Bounds(bounds), Slot::Share | Slot::Value | Slot::Growth) => share(&near, *bounds),
                (Value::Bounds(bounds), _) => number(self, &near, *bounds),
                _ => None,
            };
            if let Some((value, span)) = found {
                return Verdict::Proven(value, span);
            }
            differs |= near.iter().any(|v| rival(&v.quantity, said));
        }
        if let (Value::Bounds(bounds), Some(span)) = (said, self.spans.first()) {
            let people = self.people();
            if slot == Slot::N && exact(*bounds).is_some_and(|n| n == people.len() as f64) {
                return Verdict::Proven(said.clone(), *span);
            }
            // "The greater part" is a share that no number gives.
            if slot == Slot::Share && !self.quotes_share() && bounds.min == Some(MAJORITY) && bounds.max.is_none() {
                return Verdict::Proven(said.clone(), *span);
            }
        }
        if differs { Verdict::Differs } else { Verdict::Silent }
    }

    fn quotes_share(&self) -> bool {
        let quoted = |v: &&Valued| self.spans.iter().any(|s| s.overlaps(v.span));
        self.survey.values.iter().filter(quoted).any(|v| matches!(v.quantity, Quantity::Share(_)))
    }

    /// Whether the words, or those around them, give a date.
    pub fn has_date(&self, said: PartialDate) -> bool {
        let agrees = |read: PartialDate| {
            read.year == said.year
                && read.month.zip(said.month).is_none_or(|(a, b)| a == b)
                && read.day.zip(said.day).is_none_or(|(a, b)| a == b)
                // The words give at least what is claimed.
                && (said.month.is_none() || read.month.is_some())
                && (said.day.is_none() || read.day.is_some())
        };
        self.windows().iter().flatten().any(|window| {
            let near = self.survey.values.iter().filter(|v| window.overlaps(v.span));
            near.into_iter().any(|v| match v.quantity {
                Quantity::Date { value, .. } => agrees(value),
                Quantity::Number { bounds, .. } => said.month.is_none() && exact(bounds) == Some(f64::from(said.year)),
                _ => false,
            })
        })
    }

    /// The quotes; their sentences; two sentences before and one behind, in reach of the same thought.
    fn windows(&self) -> [Vec<Span>; 3] {
        let lines = &self.survey.lines;
        let around = |before: usize, behind: usize| -> Vec<Span> {
            let mut out = BTreeSet::new();
            for span in self.spans {
                let (Some(first), Some(last)) =
                    (self.survey.line_at(span.start), self.survey.line_at(span.end.saturating_sub(1)))
                else {
                    continue;
                };
                out.extend(first.saturating_sub(before)..=(last + behind).min(lines.len() - 1));
            }
            out.into_iter().map(|n| lines[n].span).collect()
        };
        [self.spans.to_vec(), around(0, 0), around(2, 1)]
    }

    /// The persons whom the quoted words name.
    fn people(&self) -> BTreeSet<&str> {
        let quoted = |span: Span| self.spans.iter().any(|s| s.contains(span));
        let names = self.survey.names.iter().filter(|n| n.sort == Sort::Person && quoted(n.span));
        names.map(|n| n.name.as_str()).collect()
    }

    /// Whether a scale may be left out with a value: another one near it is about as large.
    fn about_as_large(&self, at: Span, amount: f64) -> bool {
        let here = self.survey.line_at(at.start);
        self.survey.values.iter().any(|v| {
            let near = self.survey.line_at(v.span.start).zip(here).is_some_and(|(a, b)| a.abs_diff(b) <= 2);
            let numbers = match &v.quantity {
                Quantity::Money(money) => money.bounds,
                Quantity::Number { bounds, .. } => *bounds,
                _ => return false,
            };
            near && [numbers.min, numbers.max].into_iter().flatten().any(|n| n >= amount / 100.0 && n <= amount * 100.0)
        })
    }
}

fn money(place: &Place, near: &[&Valued], said: &Amount) -> Option<(Value, Span)> {
    let merged = |bounds: Bounds, read: Option<&Amount>| {
        Value::Amount(Amount {
            bounds,
            currency: said.currency.clone().or_else(|| read?.currency.clone()),
            period: said.period.clone().or_else(|| read?.period.clone()),
            stat: said.stat.clone().or_else(|| read?.stat.clone()),
        })
    };
    let same_currency =
        |read: &Amount| read.currency.is_none() || said.currency.is_none() || read.currency == said.currency;
    let read: Vec<(Bounds, Option<&Amount>, Span)> = near
        .iter()
        .filter_map(|v| match &v.quantity {
            Quantity::Money(amount) if same_currency(amount) => Some((amount.bounds, Some(amount), v.span)),
            // The currency is left to the sentences before: "2.4 billion, for a licence".
            Quantity::Number { bounds, .. } => Some((*bounds, None, v.span)),
            _ => None,
        })
        .collect();
    let exactly = read.iter().find(|(b, ..)| same_bounds(*b, said.bounds));
    if let Some((_, amount, span)) = exactly {
        return Some((merged(said.bounds, *amount), *span));
    }
    let points: Vec<Bounds> = read.iter().map(|r| r.0).collect();
    if let Some((min, max)) = said.bounds.min.zip(said.bounds.max).filter(|(min, max)| min < max) {
        let scaled = |n: f64| points.iter().any(|p| numbers(*p).any(|v| near_by(v, n) || scale(v, n).is_some()));
        if scaled(min) && scaled(max) {
            return Some((merged(said.bounds, read[0].1), read[0].2));
        }
    }
    for (bounds, amount, span) in &read {
        if same_numbers(*bounds, said.bounds) {
            return Some((merged(weaker(*bounds, said.bounds), *amount), *span));
        }
        // Vague words ("tens of millions"): the value that all vague words of the kind have.
        if bounds.approx && said.bounds.approx && overlap(*bounds, said.bounds) {
            return Some((merged(*bounds, *amount), *span));
        }
        // "From 1 million to 2": each end may be what is meant.
        if let Some(point) = exact(said.bounds)
            && numbers(*bounds).any(|n| near_by(n, point))
        {
            return Some((merged(said.bounds, *amount), *span));
        }
        // The scale is left out ("would be worth 1,800 in 2030"), or separators are those of another language.
        let factor = scale_of(*bounds, said.bounds);
        if let Some(factor) = factor
            && (factor == 1000.0 && grouped(place.text, *span)
                || place.about_as_large(*span, said.bounds.min.or(said.bounds.max).unwrap_or_default()))
        {
            return Some((merged(said.bounds, *amount), *span));
        }
    }
    // "Six figures".
    let digits = said.bounds.min.filter(|_| said.bounds.approx).map(|min| min.log10() + 1.0);
    let figures = read.iter().find(|(b, ..)| exact(*b).is_some_and(|n| Some(n) == digits));
    figures.map(|(_, amount, span)| (merged(said.bounds, *amount), *span))
}

fn number(place: &Place, near: &[&Valued], said: Bounds) -> Option<(Value, Span)> {
    for v in near {
        let Quantity::Number { bounds, of } = &v.quantity else { continue };
        let whole = of.map(Bounds::exactly);
        for read in [Some(*bounds), whole].into_iter().flatten() {
            if same_bounds(read, said) {
                return Some((Value::Bounds(said), v.span));
            }
            if same_numbers(read, said) {
                return Some((Value::Bounds(weaker(read, said)), v.span));
            }
            if read.approx && said.approx && overlap(read, said) {
                return Some((Value::Bounds(read), v.span));
            }
            if scale_of(read, said) == Some(1000.0) && grouped(place.text, v.span) {
                return Some((Value::Bounds(said), v.span));
            }
        }
    }
    ranged(near, said)
}

fn share(near: &[&Valued], said: Bounds) -> Option<(Value, Span)> {
    for v in near {
        let read = match &v.quantity {
            Quantity::Share(bounds) => *bounds,
            Quantity::Number { bounds, of } => {
                // "One in five", "12 of the 31"; a rate may be a plain number.
                let part = of.zip(exact(*bounds)).map(|(of, n)| Bounds::exactly(n / of));
                if part.is_some_and(|p| same_bounds(p, said)) {
                    return Some((Value::Bounds(said), v.span));
                }
                *bounds
            }
            _ => continue,
        };
        if same_bounds(read, said) || same_bounds(read.scaled(0.01), said) {
            return Some((Value::Bounds(said), v.span));
        }
        if same_numbers(read, said) {
            return Some((Value::Bounds(weaker(read, said)), v.span));
        }
    }
    // "One in five": the one is an article in some languages.
    let reciprocal = exact(said).filter(|s| *s > 0.0 && *s < 1.0).map(|s| 1.0 / s);
    let one_in = |v: &&&Valued| reciprocal.is_some_and(|r| point(&v.quantity).is_some_and(|n| near_by(n, r)));
    if let Some(v) = near.iter().find(one_in) {
        return Some((Value::Bounds(said), v.span));
    }
    let plain = |v: &&&Valued| matches!(v.quantity, Quantity::Number { .. });
    let plain: Vec<(f64, Span)> =
        near.iter().filter(plain).filter_map(|v| Some((point(&v.quantity)?, v.span))).collect();
    for pair in plain.windows(2) {
        let [(a, span), (b, _)] = pair else { continue };
        if *b > 0.0 && exact(said).is_some_and(|s| near_by(a / b, s) || near_by(b / a, s)) {
            return Some((Value::Bounds(said), *span));
        }
    }
    ranged(near, said)
}

/// Both ends of a range stand in the words, each by itself.
fn ranged(near: &[&Valued], said: Bounds) -> Option<(Value, Span)> {
    let (min, max) = said.min.zip(said.max).filter(|(min, max)| min < max)?;
    let all: Vec<(Bounds, Span)> = near
        .iter()
        .filter_map(|v| match &v.quantity {
            Quantity::Number { bounds, .. } | Quantity::Share(bounds) => Some((*bounds, v.span)),
            _ => None,
        })
        .collect();
    let has = |wanted: f64| all.iter().any(|(b, _)| numbers(*b).any(|n| near_by(n, wanted)));
    (has(min) && has(max)).then(|| (Value::Bounds(said), all[0].1))
}

fn point(quantity: &Quantity) -> Option<f64> {
    match quantity {
        Quantity::Number { bounds, .. } => exact(*bounds),
        _ => None,
    }
}

/// A value of the same sort that is not the one said.
fn rival(read: &Quantity, said: &Value) -> bool {
    matches!(
        (read, said),
        (Quantity::Money(_), Value::Amount(_)) | (Quantity::Number { .. } | Quantity::Share(_), Value::Bounds(_))
    )
}

fn exact(bounds: Bounds) -> Option<f64> {
    crate::shape::exact(bounds)
}

fn numbers(bounds: Bounds) -> impl Iterator<Item = f64> {
    [bounds.min, bounds.max].into_iter().flatten()
}

fn near_by(a: f64, b: f64) -> bool {
    (a - b).abs() <= 0.01 * a.abs().max(b.abs()).max(1e-9)
}

pub fn same_bounds(a: Bounds, b: Bounds) -> bool {
    let same = |a: Option<f64>, b: Option<f64>| match (a, b) {
        (Some(a), Some(b)) => near_by(a, b),
        (None, None) => true,
        _ => false,
    };
    same(a.min, b.min) && same(a.max, b.max)
}

/// Every number of the one is one of the other.
fn same_numbers(read: Bounds, said: Bounds) -> bool {
    numbers(said).all(|s| numbers(read).any(|r| near_by(r, s)))
        && numbers(read).all(|r| numbers(said).any(|s| near_by(s, r)))
}

/// Of the same numbers the reading that claims less: a bound is never turned into a point, by neither reader.
fn weaker(read: Bounds, said: Bounds) -> Bounds {
    let half = |b: Bounds| b.min.is_none() || b.max.is_none();
    Bounds { approx: read.approx || said.approx, ..if half(said) && !half(read) { said } else { read } }
}

fn overlap(a: Bounds, b: Bounds) -> bool {
    let low = |x: Bounds| x.min.unwrap_or(f64::NEG_INFINITY);
    let high = |x: Bounds| x.max.unwrap_or(f64::INFINITY);
    low(a) <= high(b) && low(b) <= high(a)
}

/// The word of scale by which a number is smaller than the other.
fn scale(read: f64, said: f64) -> Option<f64> {
    [1e3, 1e6, 1e9, 1e12].into_iter().find(|factor| near_by(read * factor, said))
}

fn scale_of(read: Bounds, said: Bounds) -> Option<f64> {
    let factor = scale(numbers(read).next()?, numbers(said).next()?)?;
    same_numbers(read.scaled(factor), said).then_some(factor)
}

/// Digits in groups of three: "210.000", "$400,000".
fn grouped(text: &str, span: Span) -> bool {
    let Some(words) = span.slice(text) else { return false };
    words.split(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ',')).any(|number| {
        let mut groups = number.trim_matches(['.', ',']).split(['.', ',']);
        let first = groups.next().unwrap_or_default();
        let rest: Vec<&str> = groups.collect();
        (1..=3).contains(&first.len()) && !rest.is_empty() && rest.iter().all(|g| g.len() == 3)
    })
}
