//! Calibration: how often claims of a reader, kind and language are right at a confidence, as counts in a table.
//!
//! Few claims tell little: a language leans on its kind, a kind on all kinds, and of the share its lower end is taken.

use std::collections::BTreeMap;

use mercato_model::{Claim, Kind};
use mercato_pack::kb::{self, Calibration as Shapes};

use crate::hold::Readers;

/// Who found a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Found {
    /// The model, which alone read.
    Alone,
    /// The model, and not the rules beside it.
    Model,
    /// The rules, and not the model beside them.
    Rules,
    Both,
}

impl Found {
    pub const ALL: [Self; 4] = [Self::Alone, Self::Model, Self::Rules, Self::Both];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Alone => "alone",
            Self::Model => "model",
            Self::Rules => "rules",
            Self::Both => "both",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.as_str() == text)
    }

    /// Told by who read and by what a claim says it was found by.
    pub fn of(readers: Readers, rule: &str) -> Self {
        match (rule.starts_with(crate::MODEL), rule.contains('+')) {
            (true, false) if readers == Readers::Model => Self::Alone,
            (true, false) => Self::Model,
            (true, true) => Self::Both,
            (false, _) => Self::Rules,
        }
    }
}

/// Lower ends of the bins of confidence.
const EDGES: [f64; 12] = [0.0, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9];

/// Claims below even odds are not kept: they go to review.
pub const FLOOR: f64 = 0.5;

/// With how many claims of its own a kind weighs as much as all kinds together, and a language as much as its kind.
const LEAN_KIND: f64 = 12.0;
const LEAN_LANG: f64 = 20.0;

/// How many standard errors below what was seen a share is put: the more, the fewer claims there are.
const CAUTION: f64 = 2.33;

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Count {
    right: f64,
    all: f64,
}

impl Count {
    fn add(&mut self, other: Self) {
        self.right += other.right;
        self.all += other.all;
    }
}

type Bins = [Count; EDGES.len()];

/// The table; empty, it leaves every score as it is.
#[derive(Clone, Debug, Default)]
pub struct Calibration {
    counts: BTreeMap<(Found, String, String), Bins>,
    fitted: BTreeMap<(Found, String, String), Shares>,
}

type Row = [f64; EDGES.len()];

/// Of the claims in each bin the share that is right: as seen, and with caution.
#[derive(Clone, Copy, Debug)]
struct Shares {
    seen: Row,
    cautious: Row,
}

const ANY: &str = "*";
const HEAD: &str = "found\tkind\tlang\tfrom\tright\tclaims";

impl Calibration {
    /// The table that the program was built with.
    pub fn built_in() -> Self {
        Self::parse(include_str!("../data/calibration.tsv")).unwrap_or_default()
    }

    /// Reads a table; `Err` is the number of the line that cannot be read.
    pub fn parse(text: &str) -> Result<Self, usize> {
        let mut this = Self::default();
        for (n, line) in text.lines().enumerate().filter(|(_, l)| !l.is_empty() && !l.starts_with('#') && *l != HEAD) {
            let cells: Vec<&str> = line.split('\t').collect();
            let row = || {
                let [found, kind, lang, from, right, all] = cells[..] else { return None };
                let (from, right, all): (f64, f64, f64) = (from.parse().ok()?, right.parse().ok()?, all.parse().ok()?);
                let bin = EDGES.iter().position(|e| *e == from).filter(|_| right <= all && right >= 0.0)?;
                Some((Found::parse(found)?, kind.to_owned(), lang.to_owned(), bin, Count { right, all }))
            };
            let (found, kind, lang, bin, count) = row().ok_or(n + 1)?;
            this.counts.entry((found, kind, lang)).or_default()[bin].add(count);
        }
        this.fit();
        Ok(this)
    }

    /// Counts one claim that was compared with known ones.
    pub fn count(&mut self, found: Found, shape: &str, lang: &str, score: f64, right: bool) {
        let one = Count { right: f64::from(u8::from(right)), all: 1.0 };
        self.counts.entry((found, shape.to_owned(), lang.to_owned())).or_default()[bin(score)].add(one);
    }

    /// The table as text; what [`parse`](Self::parse) reads.
    pub fn table(&self) -> String {
        let mut out = format!(
            "# How many claims were right, by who found them, kind and shape, language, and the model's own confidence (for `rules`: the rules' score).\n# Counted by `mercato eval DOCS GOLD --reader both --replay RECORDED --calibrate FILE`; counts of several recordings may stand one below the other.\n{HEAD}\n"
        );
        for ((found, kind, lang), bins) in &self.counts {
            for (from, count) in EDGES.iter().zip(bins).filter(|(_, c)| c.all > 0.0) {
                let found = found.as_str();
                out.push_str(&format!("{found}\t{kind}\t{lang}\t{from}\t{}\t{}\n", count.right, count.all));
            }
        }
        out
    }

    /// Works the shares out of the counts.
    pub fn fit(&mut self) {
        self.fitted.clear();
        for found in Found::ALL {
            let mut all = Bins::default();
            let mut kinds: BTreeMap<&str, Bins> = BTreeMap::new();
            for ((_, kind, _), bins) in self.counts.iter().filter(|((f, ..), _)| *f == found) {
                for (at, count) in bins.iter().enumerate() {
                    all[at].add(*count);
                    kinds.entry(kind).or_default()[at].add(*count);
                }
            }
            if all.iter().all(|c| c.all == 0.0) {
                continue;
            }
            let overall = Shares::of(&all, None);
            let mut fitted = Vec::new();
            for (kind, bins) in &kinds {
                let of_kind = Shares::of(bins, Some((&overall, LEAN_KIND)));
                for ((_, _, lang), bins) in self.counts.iter().filter(|((f, k, _), _)| *f == found && k == kind) {
                    fitted.push((
                        (found, (*kind).to_owned(), lang.clone()),
                        Shares::of(bins, Some((&of_kind, LEAN_LANG))),
                    ));
                }
                fitted.push(((found, (*kind).to_owned(), ANY.to_owned()), of_kind));
            }
            fitted.push(((found, ANY.to_owned(), ANY.to_owned()), overall));
            self.fitted.extend(fitted);
        }
    }

    /// What a claim like this one scores, with caution, and whether it is below even odds as far as was seen;
    /// `None` when the table knows no such reader.
    pub fn score(&self, found: Found, shape: &str, lang: &str, raw: f64) -> Option<(f64, bool)> {
        let keys = [(shape, lang), (shape, ANY), (ANY, ANY)];
        let shares = keys.iter().find_map(|(s, l)| self.fitted.get(&(found, (*s).to_owned(), (*l).to_owned())))?;
        let (seen, score) = (shares.seen[bin(raw)], shares.cautious[bin(raw)]);
        Some(((score.clamp(0.01, 0.99) * 1000.0).round() / 1000.0, seen < FLOOR))
    }
}

impl Shares {
    fn of(bins: &Bins, prior: Option<(&Self, f64)>) -> Self {
        Self {
            seen: shares(bins, prior.map(|(p, lean)| (&p.seen, lean)), 0.0),
            cautious: shares(bins, prior.map(|(p, lean)| (&p.cautious, lean)), CAUTION),
        }
    }
}

fn bin(score: f64) -> usize {
    // Confidences come in steps of a hundredth: 0.7 is not to fall below its edge.
    EDGES.iter().rposition(|edge| score + 1e-9 >= *edge).unwrap_or(0)
}

/// The share in each bin, leaning on `prior` or put so many standard errors lower, never falling with the confidence.
fn shares(bins: &Bins, prior: Option<(&Row, f64)>, caution: f64) -> Row {
    // Neighbouring bins whose shares fall are one (pool adjacent violators).
    let mut pools: Vec<(Count, usize)> = Vec::new();
    for (at, count) in bins.iter().enumerate() {
        let mut pool = (*count, 1);
        if let Some((prior, lean)) = prior {
            pool.0.add(Count { right: lean * prior[at], all: lean });
        }
        pools.push(pool);
        while let [.., a, b] = pools[..]
            && (b.0.all == 0.0 || a.0.all == 0.0 || a.0.right / a.0.all >= b.0.right / b.0.all)
        {
            pools.pop();
            pools.pop();
            let mut both = a;
            both.0.add(b.0);
            both.1 += b.1;
            pools.push(both);
        }
    }
    let mut out = [0.0; EDGES.len()];
    let mut at = 0;
    for (count, len) in pools {
        // What leans on a prior has its caution from there.
        let share = if prior.is_some() { count.right / count.all } else { wilson(count.right, count.all, caution) };
        out[at..at + len].fill(share);
        at += len;
    }
    out
}

/// Lower end of the Wilson score interval (Wilson 1927): what is seen, less the more the fewer there are.
pub fn wilson(right: f64, all: f64, z: f64) -> f64 {
    if all == 0.0 {
        return 0.0;
    }
    let share = right / all;
    let spread = z * (share * (1.0 - share) / all + z * z / (4.0 * all * all)).sqrt();
    (share + z * z / (2.0 * all) - spread) / (1.0 + z * z / all)
}

/// The row of the table for a claim: its kind, with its shape where the kind alone does not tell.
pub fn shape(claim: &Claim) -> String {
    row(claim.kind, Shapes::shape(claim.kind, |slot| claim.slots.contains_key(&slot)))
}

/// See [`shape`].
pub fn row(kind: Kind, shape: &str) -> String {
    if shape == kb::ANY { kind.as_str().to_owned() } else { format!("{kind}/{shape}", kind = kind.as_str()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_table_can_be_read() {
        assert!(Calibration::parse(include_str!("../data/calibration.tsv")).is_ok());
    }

    #[test]
    fn shares_never_fall_and_lean_on_their_kin() {
        let mut table = Calibration::default();
        for n in 0..100 {
            table.count(Found::Model, "move/both", "it", 0.9, n % 50 != 0);
            table.count(Found::Model, "move/both", "it", 0.5, n % 2 == 0);
        }
        table.count(Found::Model, "pay", "fr", 0.9, false);
        table.fit();
        let score = |shape: &str, lang: &str, raw: f64| table.score(Found::Model, shape, lang, raw).unwrap().0;
        assert!(score("move/both", "it", 0.95) > 0.9);
        assert!((0.35..0.55).contains(&score("move/both", "it", 0.52)));
        assert!(score("move/both", "fr", 0.9) > 0.85, "a language without claims of its own");
        assert!((0.6..0.95).contains(&score("pay", "fr", 0.9)), "one claim moves its kind a little");
        let mut last = 0.0;
        for step in 0..=20 {
            let here = score("move/both", "it", f64::from(step) / 20.0);
            assert!(here >= last);
            last = here;
        }
        assert_eq!(table.score(Found::Rules, "pay", "fr", 0.9), None);
        assert_eq!(Calibration::parse(&table.table()).unwrap().table(), table.table());
    }

    #[test]
    fn a_line_that_cannot_be_read_is_named() {
        for (line, ok) in [
            ("model\tmove/both\tit\t0.9\t3\t4", true),
            ("model\tmove/both\tit\t0.91\t3\t4", false),
            ("model\tmove/both\tit\t0.9\t5\t4", false),
            ("nobody\tmove/both\tit\t0.9\t3\t4", false),
        ] {
            assert_eq!(Calibration::parse(&format!("{HEAD}\n{line}\n")).err(), (!ok).then_some(2), "{line}");
        }
    }
}
