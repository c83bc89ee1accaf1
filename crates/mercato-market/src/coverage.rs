//! How much of the market the press tells: lower bounds of what nobody reported.

use serde::Serialize;

use crate::TooFew;
use crate::interval::{Span95, Z};

/// How many events were told by one origin and by two, before anything can be said.
const LEAST_TWICE: usize = 3;

/// What is seen and what at least is not.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Coverage {
    pub seen: usize,
    pub once: usize,
    pub twice: usize,
    /// Events of the same kind that at least go unreported (Chao).
    pub unseen: f64,
    /// The same, corrected for few repeats.
    pub unseen_corrected: f64,
    /// Share that is seen, at most.
    pub share: f64,
    /// Seen and unseen together.
    pub all95: Span95,
}

/// From how many independent origins each event has.
pub fn coverage(roots: impl IntoIterator<Item = usize>) -> Result<Coverage, TooFew> {
    let (mut seen, mut once, mut twice) = (0, 0, 0);
    for n in roots {
        seen += usize::from(n > 0);
        once += usize::from(n == 1);
        twice += usize::from(n == 2);
    }
    if twice < LEAST_TWICE {
        return Err(TooFew { has: twice, needs: LEAST_TWICE });
    }
    let (s, f1, f2) = (seen as f64, once as f64, twice as f64);
    let unseen = f1 * f1 / (2.0 * f2);
    let ratio = f1 / f2;
    let variance = f2 * (ratio.powi(4) / 4.0 + ratio.powi(3) + ratio.powi(2) / 2.0);
    // Without anything seen once, nothing points to anything unseen.
    let factor = if unseen > 0.0 { (Z * (variance / (unseen * unseen)).ln_1p().sqrt()).exp() } else { 1.0 };
    Ok(Coverage {
        seen,
        once,
        twice,
        unseen,
        unseen_corrected: f1 * (f1 - 1.0) / (2.0 * (f2 + 1.0)),
        share: s / (s + unseen),
        all95: Span95 { low: s + unseen / factor, high: s + unseen * factor },
    })
}

/// How many there are when one list has `first` of them, another `second`, and `both` stand in both (Chapman).
pub fn chapman(first: usize, second: usize, both: usize) -> f64 {
    (first + 1) as f64 * (second + 1) as f64 / (both + 1) as f64 - 1.0
}
