//! Labelled pairs of names: how well likeness tells them apart, and how many pairs a second. See `benches/README.md`.
//!
//! `names fit` fits the weights of `crates/mercato-facts/src/compare.rs` and prints them; figures are always of
//! weights that were fitted on other pairs (five folds).

use std::hint::black_box;
use std::path::PathBuf;
use std::time::Instant;

use mercato_facts::compare::{FEATURES, Prepared, Sort, features, likeness, weigh};
use mercato_pack::Knowledge;

struct Pair {
    sort: Sort,
    names: [String; 2],
    same: bool,
    features: [f64; FEATURES],
}

const FOLDS: usize = 5;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let file = arguments.iter().find(|a| *a != "fit").map_or(root.join("eval/names/cases.csv"), PathBuf::from);
    let knowledge = Knowledge::embedded();
    let forms = &knowledge.kb.legal_forms;
    let weightless = |word: &str| forms.contains(word) || matches!(word, "the" | "and" | "co" | "of");
    let prepared = |sort: Sort, name: &str| Prepared::new(name, |w| sort == Sort::Firm && weightless(w));
    let text = std::fs::read_to_string(&file).expect("the labelled pairs");
    let pairs: Vec<Pair> = text
        .lines()
        .skip(1)
        .filter(|line| !line.is_empty())
        .map(|line| {
            let cells = cells(line);
            let sort = if cells[1] == "Person" { Sort::Person } else { Sort::Firm };
            let names = [cells[2].clone(), cells[3].clone()];
            let features = features(&prepared(sort, &names[0]), &prepared(sort, &names[1]));
            Pair { sort, same: cells[4] == "true", names, features }
        })
        .collect();

    // Each pair is judged by weights that never saw it.
    let mut judged: Vec<(f64, bool)> = vec![(0.0, false); pairs.len()];
    let mut right = 0;
    for fold in 0..FOLDS {
        let inside = |at: usize| fold_of(at) == fold;
        let train: Vec<&Pair> = pairs.iter().enumerate().filter(|(at, _)| !inside(*at)).map(|(_, p)| p).collect();
        let person = fit(train.iter().filter(|p| p.sort == Sort::Person).copied());
        let firm = fit(train.iter().filter(|p| p.sort == Sort::Firm).copied());
        let score = |p: &Pair| weigh(if p.sort == Sort::Person { &person } else { &firm }, &p.features);
        let threshold = best_threshold(train.iter().map(|p| (score(p), p.same)).collect());
        for (at, pair) in pairs.iter().enumerate().filter(|(at, _)| inside(*at)) {
            judged[at] = (score(pair), pair.same);
            right += usize::from((judged[at].0 >= threshold) == pair.same);
        }
    }
    println!("names   {} pairs of {}", pairs.len(), file.display());
    println!(
        "        AUC {:.3}, accuracy {:.3} (five folds, weights and threshold from the other four)",
        auc(&judged),
        right as f64 / pairs.len() as f64
    );
    let shipped: Vec<(f64, bool)> = pairs
        .iter()
        .map(|p| (likeness(p.sort, &prepared(p.sort, &p.names[0]), &prepared(p.sort, &p.names[1])), p.same))
        .collect();
    println!("        AUC {:.3} with the weights in the program", auc(&shipped));
    if arguments.iter().any(|a| a == "fit") {
        for (name, sort) in [("PERSON", Sort::Person), ("FIRM", Sort::Firm)] {
            println!("{name} {:.3?}", fit(pairs.iter().filter(|p| p.sort == sort)));
        }
        for (pair, (score, same)) in pairs.iter().zip(&judged).filter(|(_, (s, same))| (*s > 0.5) != *same) {
            println!("  {score:.2} {same} {} | {}", pair.names[0], pair.names[1]);
        }
    }
    speed(&pairs, prepared);
}

fn speed(pairs: &[Pair], prepared: impl Fn(Sort, &str) -> Prepared) {
    let ready: Vec<(Sort, Prepared, Prepared)> =
        pairs.iter().map(|p| (p.sort, prepared(p.sort, &p.names[0]), prepared(p.sort, &p.names[1]))).collect();
    const ROUNDS: usize = 1500;
    let begin = Instant::now();
    for _ in 0..ROUNDS {
        for (sort, one, other) in &ready {
            black_box(likeness(*sort, black_box(one), black_box(other)));
        }
    }
    println!("        {:.0} pairs/s, names folded once", (ROUNDS * ready.len()) as f64 / begin.elapsed().as_secs_f64());
    let begin = Instant::now();
    for _ in 0..ROUNDS / 10 {
        for p in pairs {
            black_box(likeness(p.sort, &prepared(p.sort, &p.names[0]), &prepared(p.sort, &p.names[1])));
        }
    }
    println!(
        "        {:.0} pairs/s, both names folded each time",
        (ROUNDS / 10 * pairs.len()) as f64 / begin.elapsed().as_secs_f64()
    );
}

/// A fold that does not depend on the order by topic of the file.
fn fold_of(at: usize) -> usize {
    (at.wrapping_mul(2_654_435_761) >> 8) % FOLDS
}

/// Logistic regression with a small penalty, by gradient descent.
fn fit<'a>(pairs: impl Iterator<Item = &'a Pair>) -> [f64; FEATURES] {
    let pairs: Vec<&Pair> = pairs.collect();
    let mut weights = [0.0; FEATURES];
    let mut speed = [0.0; FEATURES];
    for _ in 0..6000 {
        let mut slope = [0.0; FEATURES];
        for pair in &pairs {
            let error = f64::from(pair.same) - weigh(&weights, &pair.features);
            for (s, f) in slope.iter_mut().zip(&pair.features) {
                *s += error * f;
            }
        }
        for i in 0..FEATURES {
            let pull = slope[i] / pairs.len() as f64 - 0.0015 * weights[i];
            speed[i] = 0.9 * speed[i] + pull;
            weights[i] += 0.5 * speed[i];
        }
    }
    weights
}

/// The threshold with the most right answers.
fn best_threshold(mut scored: Vec<(f64, bool)>) -> f64 {
    scored.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut right = scored.iter().filter(|s| s.1).count();
    let mut best = (right, 0.0);
    for (at, (score, same)) in scored.iter().enumerate() {
        right = if *same { right - 1 } else { right + 1 };
        let next = scored.get(at + 1).map_or(1.0, |s| s.0);
        if right > best.0 {
            best = (right, (score + next) / 2.0);
        }
    }
    best.1
}

/// Chance that a pair of one name scores above a pair of two.
fn auc(scored: &[(f64, bool)]) -> f64 {
    let (same, other): (Vec<_>, Vec<_>) = scored.iter().partition(|s| s.1);
    let mut wins = 0.0;
    for (s, _) in &same {
        for (o, _) in &other {
            wins += if s > o {
                1.0
            } else if s == o {
                0.5
            } else {
                0.0
            };
        }
    }
    wins / (same.len() * other.len()) as f64
}

/// The cells of a line of CSV without line breaks in cells.
fn cells(line: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut quoted = false;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                out.last_mut().expect("a cell").push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => out.push(String::new()),
            c => out.last_mut().expect("a cell").push(c),
        }
    }
    out
}
