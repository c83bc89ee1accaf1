//! Compares claims with known claims: alignment kind by kind, precision and recall, slots, status, source, spans.
//!
//! The claims are compared as records of the wire format, so that the claims of any reader can be scored.

pub mod agree;

pub mod align;

pub mod calibrate;

pub mod floors;

pub mod record;

pub mod lending;

pub mod report;

pub mod rules;

use std::collections::{BTreeMap, HashMap};

use mercato_model::Kind;

use agree::same_name;
use record::{Record, Story, atoms};
use report::{Bin, Report, Shown, Tally};
use rules::Rules;

/// Scores `system` against `gold` over `stories`, leaving out claims below `min_score`.
pub fn score(stories: &[Story], gold: Vec<Record>, system: Vec<Record>, min_score: f64) -> Report {
    let rules = Rules::built_in();
    let mut report = Report { min_score, documents: stories.len(), ..Report::default() };
    let place: HashMap<&str, usize> = stories.iter().enumerate().map(|(i, s)| (s.id.as_str(), i)).collect();
    let mut of_gold: Vec<Vec<Record>> = vec![Vec::new(); stories.len()];
    let mut of_system = of_gold.clone();
    for claim in gold {
        if let Some(&at) = place.get(claim.doc.as_str()) {
            of_gold[at].extend(atoms(rules, claim));
        }
    }
    for claim in system {
        let Some(&at) = place.get(claim.doc.as_str()) else { continue };
        let (bad, all) = claim.bad_spans(&stories[at].text);
        report.bad_spans += bad;
        report.spans += all;
        if claim.score >= min_score {
            of_system[at].extend(atoms(rules, claim));
        }
    }
    for (at, story) in stories.iter().enumerate() {
        for &kind in Kind::ALL {
            let of_kind = |claims: &[Record]| claims.iter().filter(|c| c.kind == kind).cloned().collect::<Vec<_>>();
            compare(rules, story, kind, &of_kind(&of_gold[at]), &of_kind(&of_system[at]), &mut report);
        }
    }
    report
}

/// Adds one kind of one story to the report.
fn compare(rules: &Rules, story: &Story, kind: Kind, gold: &[Record], system: &[Record], report: &mut Report) {
    let gold_spans: Vec<_> = gold.iter().map(|c| c.spans(&story.text)).collect();
    let system_spans: Vec<_> = system.iter().map(|c| c.spans(&story.text)).collect();
    let weights: Vec<Vec<f64>> = gold
        .iter()
        .zip(&gold_spans)
        .map(|(g, near_g)| {
            let row = system.iter().zip(&system_spans);
            row.map(|(s, near_s)| align::closeness(rules, g, s, near_g, near_s)).collect()
        })
        .collect();
    let mut claims = Tally { gold: gold.len(), system: system.len(), right: 0 };
    let mut slots = Tally {
        gold: gold.iter().map(|c| c.slots.len()).sum(),
        system: system.iter().map(|c| c.slots.len()).sum(),
        right: 0,
    };
    let (mut found, mut true_) = (vec![false; gold.len()], vec![false; system.len()]);
    for (i, j) in align::assign(&weights) {
        let (g, s) = (&gold[i], &system[j]);
        slots.right += agree::agreeing_slots(rules, g, s);
        report.swapped += usize::from(kind == Kind::Move && swapped(rules, g, s));
        if agree::right(rules, g, s) {
            claims.right += 1;
            (found[i], true_[j]) = (true, true);
            report.status.add(g.status == s.status);
            *report.confusion.entry((g.status.clone(), s.status.clone())).or_default() += 1;
            let same = |(a, b): (&String, &String)| same_name(rules, a, b);
            report.source.add(g.source.len() == s.source.len() && g.source.iter().zip(&s.source).all(same));
        }
    }
    for (s, ok) in system.iter().zip(&true_) {
        Bin::of(&mut report.bins, s.score).add(s.score, *ok);
        report.judged.push(calibrate::Judged::new(s, &story.lang, *ok));
    }
    report.claims.entry((story.lang.clone(), kind)).or_default().add(claims);
    report.slots.entry((story.lang.clone(), kind)).or_default().add(slots);
    if kind.is_headline() {
        let missed = gold.iter().zip(&found).filter(|(_, ok)| !**ok).map(|(g, _)| Shown::new("MISSED", g));
        let wrong = system.iter().zip(&true_).filter(|(_, ok)| !**ok).map(|(s, _)| Shown::new("WRONG", s));
        report.shown.extend(missed.chain(wrong));
    }
}

/// Whether a move goes the wrong way: an end stands where the other belongs.
fn swapped(rules: &Rules, gold: &Record, system: &Record) -> bool {
    let end = |claim: &Record, slot: &str| claim.slots.get(slot).filter(|v| !v.is_null()).map(agree::words);
    let same = |a: &Option<String>, b: &Option<String>| match (a, b) {
        (Some(a), Some(b)) => same_name(rules, a, b),
        _ => false,
    };
    let (gold_from, gold_to) = (end(gold, "from"), end(gold, "to"));
    let (from, to) = (end(system, "from"), end(system, "to"));
    (same(&gold_from, &to) && !same(&gold_from, &from)) || (same(&gold_to, &from) && !same(&gold_to, &to))
}

/// Tallies by language and kind.
pub type Tallies = BTreeMap<(String, Kind), Tally>;
