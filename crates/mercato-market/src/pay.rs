//! What is offered and paid: rungs in their true shape, never averaged.

use std::collections::BTreeMap;

use mercato_model::{Amount, Bounds};
use serde::Serialize;

use crate::event::Standing;
use crate::interval::{Span95, Z, normal};

/// Spread of pay inside one group, in natural logarithms, where nothing better is known.
pub const SIGMA: f64 = 0.5;

/// Of a median of n: √(π/2) times the standard error of a mean.
const MEDIAN: f64 = 1.253_314_137_315_500_3;

/// One statement about money put to somebody or paid to somebody.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PayRow {
    /// What to open to see the words behind it.
    pub id: String,
    pub firm: String,
    /// Who is paid: a person or a group.
    pub whom: Option<String>,
    /// Offered, else paid: two ladders.
    pub offered: bool,
    pub component: Option<String>,
    #[serde(skip)]
    pub amount: Amount,
    pub year: Option<i32>,
    pub standing: Standing,
}

/// How a rung is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Shape {
    Point,
    Bracket,
    /// Only a maximum is told: the true figures may lie anywhere below.
    UpTo,
    /// Only a minimum is told.
    AtLeast,
    Median,
    Mean,
}

impl Shape {
    pub fn of(amount: &Amount) -> Option<Self> {
        let Bounds { min, max, .. } = amount.bounds;
        Some(match (amount.stat.as_deref(), min, max) {
            (_, None, None) => return None,
            (Some("median"), ..) => Self::Median,
            (Some("mean"), ..) => Self::Mean,
            (_, None, Some(_)) => Self::UpTo,
            (Some("max"), ..) => Self::UpTo,
            (_, Some(_), None) => Self::AtLeast,
            (_, Some(low), Some(high)) if low == high => Self::Point,
            _ => Self::Bracket,
        })
    }
}

/// Statements that may stand beside each other: the same component, period and currency, offered or paid.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ladder {
    pub offered: bool,
    pub component: Option<String>,
    /// `None`: not told, and never taken for a year.
    pub period: Option<String>,
    pub currency: Option<String>,
    /// The highest first.
    pub rungs: Vec<Rung>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Rung {
    pub shape: Shape,
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub approx: bool,
    #[serde(flatten)]
    pub row: PayRow,
}

/// The ladders, the fullest first.
pub fn ladders(rows: impl IntoIterator<Item = PayRow>, least: Standing) -> Vec<Ladder> {
    type Key = (bool, Option<String>, Option<String>, Option<String>);
    let mut ladders: BTreeMap<Key, Vec<Rung>> = BTreeMap::new();
    for row in rows.into_iter().filter(|r| r.standing >= least) {
        let Some(shape) = Shape::of(&row.amount) else { continue };
        let Bounds { min, max, approx } = row.amount.bounds;
        let key = (row.offered, row.component.clone(), row.amount.period.clone(), row.amount.currency.clone());
        ladders.entry(key).or_default().push(Rung { shape, low: min, high: max, approx, row });
    }
    let mut out: Vec<Ladder> = ladders
        .into_iter()
        .map(|((offered, component, period, currency), mut rungs)| {
            let top = |r: &Rung| r.high.or(r.low).unwrap_or_default();
            rungs.sort_by(|a, b| top(b).total_cmp(&top(a)).then_with(|| a.row.id.cmp(&b.row.id)));
            Ladder { offered, component, period, currency, rungs }
        })
        .collect();
    out.sort_by(|a, b| b.rungs.len().cmp(&a.rungs.len()).then_with(|| (!a.offered).cmp(&!b.offered)));
    out
}

/// Interval of the true median behind the median of `n` people; `sigma` is the spread among them.
pub fn median_interval(median: f64, n: f64, sigma: f64) -> Span95 {
    let error = MEDIAN * sigma / n.sqrt();
    Span95 { low: median * (-Z * error).exp(), high: median * (Z * error).exp() }
}

/// The median that "up to `max`" implies when `max` is the quantile `q` of what is paid.
pub fn implied_median(max: f64, q: f64, sigma: f64) -> f64 {
    max * (-normal(q) * sigma).exp()
}
