//! Calibration: which share of the claims of a kind, a shape and a raw score is right, as a table for the reader.

use std::fmt::Write as _;

use mercato_leash::calibrate::{Calibration, Found, row, wilson};
use mercato_model::{Kind, Lang};
use mercato_pack::kb;

use super::record::Record;
use crate::cli::Readers;

/// One claim that was compared with the known ones.
#[derive(Clone, Copy, Debug)]
pub struct Judged {
    pub kind: Kind,
    pub shape: &'static str,
    /// Of the article; `None` when its code is none.
    pub lang: Option<Lang>,
    /// Whether a model found it, and the rules too.
    pub model: bool,
    pub rules: bool,
    pub score: f64,
    pub right: bool,
}

impl Judged {
    pub fn new(claim: &Record, lang: &str, right: bool) -> Self {
        let rule = claim.rule.as_deref().unwrap_or_default();
        let model = rule.starts_with(mercato_leash::MODEL);
        Self {
            kind: claim.kind,
            shape: kb::Calibration::shape(claim.kind, |slot| claim.slots.contains_key(slot.as_str())),
            lang: Lang::parse(lang),
            model,
            rules: !model || rule.contains('+'),
            score: claim.score,
            right,
        }
    }
}

/// The calibration of a model's claims that these give.
pub fn of_model(judged: &[Judged], readers: Readers) -> Calibration {
    let mut out = Calibration::default();
    for j in judged {
        let found = match (j.model, j.rules) {
            (true, true) => Found::Both,
            (true, false) if readers == Readers::Model => Found::Alone,
            (true, false) => Found::Model,
            (false, _) => Found::Rules,
        };
        out.count(found, &row(j.kind, j.shape), j.lang.as_ref().map_or("", Lang::as_str), j.score, j.right);
    }
    out.fit();
    out
}

/// Lower ends of the bins of raw scores.
const EDGES: [f64; 7] = [0.0, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

/// The table `packs/_common/calibration.tsv`: by kind, shape and bin the share that is right, never falling with the raw
/// score (pool-adjacent-violators); of the share its lower bound is taken, for the rules know these stories.
pub fn table(judged: &[Judged]) -> String {
    let mut out = String::from(
        "# Share of right claims by kind, shape and raw score, fitted on stories with known claims by `mercato eval DOCS GOLD --calibrate`.\nkind\tshape\tfrom\tscore\tclaims\n",
    );
    for &kind in Kind::ALL {
        for shape in kb::Calibration::SHAPES {
            let mut bins: Vec<(f64, f64, f64)> = EDGES.iter().map(|&from| (from, 0.0, 0.0)).collect();
            for j in judged.iter().filter(|j| j.kind == kind && j.shape == shape) {
                let at = EDGES.iter().rposition(|&from| j.score >= from).unwrap_or(0);
                bins[at].1 += f64::from(u8::from(j.right));
                bins[at].2 += 1.0;
            }
            bins.retain(|b| b.2 > 0.0);
            for (from, right, all) in pooled(bins) {
                let _ = writeln!(out, "{}\t{shape}\t{from}\t{:.3}\t{all}", kind.as_str(), wilson(right, all, CAUTION));
            }
        }
    }
    out
}

/// Standard errors by which the lower end of what was seen is taken.
const CAUTION: f64 = 1.0;

/// Fewer claims than these tell nothing of their own: they go with the bin below.
const ENOUGH: f64 = 8.0;

/// Joins neighbouring bins until each holds enough claims and the share never falls.
fn pooled(bins: Vec<(f64, f64, f64)>) -> Vec<(f64, f64, f64)> {
    let share = |b: &(f64, f64, f64)| (b.1 + 0.5) / (b.2 + 1.0);
    let mut out: Vec<(f64, f64, f64)> = Vec::new();
    for bin in bins {
        out.push(bin);
        while let [.., a, b] = &out[..]
            && (share(a) > share(b) || b.2 < ENOUGH)
        {
            let joined = (a.0, a.1 + b.1, a.2 + b.2);
            out.truncate(out.len() - 2);
            out.push(joined);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{pooled, wilson};

    #[test]
    fn few_claims_are_trusted_less() {
        let lower = |right, all| wilson(right, all, 1.0);
        assert!(lower(5.0, 5.0) < lower(50.0, 50.0));
        assert!((lower(5.0, 10.0) - 0.349).abs() < 0.01, "{}", lower(5.0, 10.0));
    }

    #[test]
    fn shares_never_fall() {
        let pooled = pooled(vec![(0.0, 5.0, 10.0), (0.5, 1.0, 10.0), (0.8, 9.0, 10.0)]);
        assert_eq!(pooled, vec![(0.0, 6.0, 20.0), (0.8, 9.0, 10.0)]);
    }
}
