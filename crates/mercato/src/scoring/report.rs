//! The figures of a scoring and how they are printed.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use mercato_model::Kind;
use serde_json::{Map, Value, json};

use super::Tallies;
use super::record::Record;
use crate::render::term::safe;

#[derive(Debug, Default)]
pub struct Report {
    pub min_score: f64,
    pub documents: usize,
    pub claims: Tallies,
    pub slots: Tallies,
    pub status: Share,
    pub source: Share,
    /// How often a known status was read as which, over right claims.
    pub confusion: BTreeMap<(Option<String>, Option<String>), usize>,
    pub swapped: usize,
    pub bad_spans: usize,
    pub spans: usize,
    pub bins: Vec<Bin>,
    /// Every claim with whether it is right, for calibration.
    pub judged: Vec<super::calibrate::Judged>,
    pub shown: Vec<Shown>,
}

/// How many are known, were read, and are right.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    pub gold: usize,
    pub system: usize,
    pub right: usize,
}

impl Tally {
    pub fn add(&mut self, other: Self) {
        self.gold += other.gold;
        self.system += other.system;
        self.right += other.right;
    }

    pub fn precision(self) -> f64 {
        ratio(self.right, self.system)
    }

    pub fn recall(self) -> f64 {
        ratio(self.right, self.gold)
    }

    pub fn f1(self) -> f64 {
        let (p, r) = (self.precision(), self.recall());
        if p + r > 0.0 { 2.0 * p * r / (p + r) } else { 0.0 }
    }

    fn json(self) -> Value {
        let (p, r, f) = (rounded(self.precision()), rounded(self.recall()), rounded(self.f1()));
        json!({"gold": self.gold, "system": self.system, "right": self.right, "precision": p, "recall": r, "f1": f})
    }

    fn row(self) -> String {
        let per_cent = |v: f64| 100.0 * rounded(v);
        let (p, r, f) = (per_cent(self.precision()), per_cent(self.recall()), per_cent(self.f1()));
        format!("{:6}{:8}{:7}{p:7.1}{r:7.1}{f:7.1}", self.gold, self.system, self.right)
    }
}

/// So many of so many.
#[derive(Clone, Copy, Debug, Default)]
pub struct Share {
    pub yes: usize,
    pub all: usize,
}

impl Share {
    pub fn add(&mut self, yes: bool) {
        self.yes += usize::from(yes);
        self.all += 1;
    }

    /// `None`: nothing was counted, which is not zero.
    pub fn value(self) -> Option<f64> {
        (self.all > 0).then(|| rounded(ratio(self.yes, self.all)))
    }
}

/// Claims whose scores lie close together: how many of them are right.
#[derive(Clone, Copy, Debug)]
pub struct Bin {
    pub from: f64,
    pub total: f64,
    pub share: Share,
}

impl Bin {
    const EDGES: [f64; 8] = [0.0, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95];

    /// The bin of a score.
    pub fn of(bins: &mut Vec<Self>, score: f64) -> &mut Self {
        if bins.is_empty() {
            bins.extend(Self::EDGES.map(|from| Self { from, total: 0.0, share: Share::default() }));
        }
        let at = Self::EDGES.iter().rposition(|&edge| score >= edge).unwrap_or(0);
        &mut bins[at]
    }

    pub fn add(&mut self, score: f64, right: bool) {
        self.total += score;
        self.share.add(right);
    }
}

/// A known claim that was missed, or a claim that is not right.
#[derive(Debug)]
pub struct Shown {
    verdict: &'static str,
    doc: String,
    kind: Kind,
    slots: Value,
    status: String,
    quote: String,
    rule: String,
}

impl Shown {
    pub fn new(verdict: &'static str, claim: &Record) -> Self {
        Self {
            verdict,
            doc: claim.doc.clone(),
            kind: claim.kind,
            slots: Value::Object(claim.slots.clone()),
            status: claim.status.clone().unwrap_or_default(),
            quote: claim.evidence.first().and_then(|e| e.quote.clone()).unwrap_or_default(),
            rule: claim.rule.clone().unwrap_or_default(),
        }
    }
}

impl Report {
    pub fn languages(&self) -> BTreeSet<&str> {
        self.claims.keys().map(|(lang, _)| lang.as_str()).collect()
    }

    /// Claims of the headline kinds, of one language or of all.
    pub fn headline(&self, lang: Option<&str>) -> Tally {
        sum(&self.claims, |l, kind| kind.is_headline() && lang.is_none_or(|lang| lang == l))
    }

    /// Slots of the headline kinds.
    pub fn headline_slots(&self, lang: Option<&str>) -> Tally {
        sum(&self.slots, |l, kind| kind.is_headline() && lang.is_none_or(|lang| lang == l))
    }

    fn of_kind(&self, lang: Option<&str>, kind: Kind) -> Tally {
        sum(&self.claims, |l, k| k == kind && lang.is_none_or(|lang| lang == l))
    }

    /// Of right claims read as denied, negated or counterfactual: how many are known as such.
    pub fn denial_precision(&self) -> Option<f64> {
        let denial = |s: &Option<String>| matches!(s.as_deref(), Some("denied" | "negated" | "counterfactual"));
        let mut share = Share::default();
        for ((known, said), n) in self.confusion.iter().filter(|((_, said), _)| denial(said)) {
            let _ = said;
            share.all += n;
            share.yes += if denial(known) { *n } else { 0 };
        }
        share.value()
    }

    pub fn print(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{} documents, scores >= {:?}", self.documents, self.min_score)?;
        writeln!(out, "{:14}{:>6}{:>8}{:>7}{:>7}{:>7}{:>7}   slot F1", "", "gold", "system", "right", "P", "R", "F1")?;
        for lang in self.languages().into_iter().map(Some).chain([None]) {
            let name = format!("{} headline", lang.unwrap_or("all"));
            let slots = 100.0 * rounded(self.headline_slots(lang).f1());
            writeln!(out, "{name:14}{}   {slots:.1}", self.headline(lang).row())?;
        }
        for &kind in Kind::ALL {
            let tally = self.of_kind(None, kind);
            if tally.gold + tally.system > 0 {
                writeln!(out, "  {:12}{}", kind.as_str(), tally.row())?;
            }
        }
        let (status, source) = (figure(self.status.value()), figure(self.source.value()));
        let denials = figure(self.denial_precision());
        let (swapped, bad, spans) = (self.swapped, self.bad_spans, self.spans);
        writeln!(
            out,
            "status {status}  source {source}  denial precision {denials}  swapped directions {swapped}  bad spans {bad} of {spans}"
        )
    }

    /// Whether the scores can be believed: of the claims at about 0.9, about nine in ten should be right.
    pub fn print_reliability(&self, out: &mut dyn Write) -> io::Result<()> {
        let filled: Vec<(&Bin, f64)> = {
            let upper = Bin::EDGES.iter().skip(1).copied().chain([1.0]);
            self.bins.iter().zip(upper).filter(|(bin, _)| bin.share.all > 0).collect()
        };
        if filled.is_empty() {
            return Ok(());
        }
        writeln!(out, "\n  {:12}{:>7}{:>12}{:>8}", "score", "claims", "mean score", "right")?;
        for (bin, to) in filled {
            let mean = bin.total / bin.share.all as f64;
            let range = format!("{:.2}-{to:.2}", bin.from);
            let right = 100.0 * ratio(bin.share.yes, bin.share.all);
            writeln!(out, "  {range:12}{:7}{mean:12.3}{right:7.1}%", bin.share.all)?;
        }
        Ok(())
    }

    pub fn print_shown(&self, limit: usize, out: &mut dyn Write) -> io::Result<()> {
        for s in self.shown.iter().take(limit) {
            let line =
                [s.verdict, &s.doc, s.kind.as_str(), &s.slots.to_string(), &s.status, &s.quote, &s.rule].join(" | ");
            writeln!(out, "{}", safe(line.trim_end_matches([' ', '|'])))?;
        }
        Ok(())
    }

    pub fn json(&self) -> Value {
        let mut out = Map::new();
        out.insert("min_score".into(), json!(self.min_score));
        out.insert("documents".into(), json!(self.documents));
        for lang in self.languages().into_iter().map(Some).chain([None]) {
            let kinds: Map<String, Value> = Kind::ALL
                .iter()
                .map(|&kind| (kind, self.of_kind(lang, kind)))
                .filter(|(_, t)| t.gold + t.system > 0)
                .map(|(kind, t)| (kind.as_str().to_owned(), t.json()))
                .collect();
            let figures = json!({"headline": self.headline(lang).json(), "slots": self.headline_slots(lang).json(), "kinds": kinds});
            out.insert(lang.unwrap_or("all").to_owned(), figures);
        }
        out.insert("status_accuracy".into(), json!(self.status.value()));
        out.insert("source_accuracy".into(), json!(self.source.value()));
        out.insert("swapped_directions".into(), json!(self.swapped));
        out.insert("bad_spans".into(), json!(format!("{} of {}", self.bad_spans, self.spans)));
        out.insert("denial_precision".into(), json!(self.denial_precision()));
        Value::Object(out)
    }
}

fn sum(tallies: &Tallies, wanted: impl Fn(&str, Kind) -> bool) -> Tally {
    let mut total = Tally::default();
    for ((lang, kind), tally) in tallies {
        if wanted(lang, *kind) {
            total.add(*tally);
        }
    }
    total
}

fn ratio(part: usize, whole: usize) -> f64 {
    if whole > 0 { part as f64 / whole as f64 } else { 0.0 }
}

/// To four places, as the figures are compared.
fn rounded(value: f64) -> f64 {
    format!("{value:.4}").parse().unwrap_or(value)
}

fn figure(value: Option<f64>) -> String {
    value.map_or_else(|| "None".to_owned(), |v| format!("{v:?}"))
}
