//! Intervals of proportions and of medians, 95 % unless said otherwise.

use serde::Serialize;
use statrs::distribution::{Beta, ContinuousCDF, Normal};

/// A 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Span95 {
    pub low: f64,
    pub high: f64,
}

/// Jeffreys interval of the share k of n.
pub fn jeffreys(k: f64, n: f64) -> Span95 {
    let quantile = |p: f64| Beta::new(k + 0.5, n - k + 0.5).map_or(f64::NAN, |beta| refine(&beta, p));
    Span95 { low: if k == 0.0 { 0.0 } else { quantile(0.025) }, high: if k == n { 1.0 } else { quantile(0.975) } }
}

/// The library's quantile is good to five digits; bisection brings the rest.
fn refine(beta: &Beta, p: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if beta.cdf(middle) < p { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// Quantile of the standard normal distribution.
pub fn normal(p: f64) -> f64 {
    Normal::standard().inverse_cdf(p)
}

/// For a normal distribution: how many standard errors make 95 %.
pub const Z: f64 = 1.959_963_984_540_054;
