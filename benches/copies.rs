//! Near-duplicates among 100,000 generated short articles: pairs found, pairs invented, articles a second. See
//! `benches/README.md`.

mod random;

use std::collections::{HashMap, HashSet};
use std::time::Instant;

use mercato_facts::print::{Print, copies};
use random::Random;

/// Least share of three-word runs in common of a true pair, and of a found one that counts as right.
const TRUE: f64 = 0.5;
const RIGHT: f64 = 0.4;

/// Estimated share from which a pair is reported.
const REPORTED: f64 = 0.46;

/// Words of the language that the articles are generated in.
const WORDS: usize = 30_000;

fn main() {
    let wanted: usize = std::env::args().skip(1).find_map(|a| a.parse().ok()).unwrap_or(100_000);
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let mut texts: Vec<Vec<usize>> = Vec::with_capacity(wanted);
    while texts.len() < wanted {
        let words: Vec<usize> = (0..60 + random.below(161)).map(|_| random.skewed(WORDS)).collect();
        let copies = if random.below(3) == 0 { random.below(8) } else { 0 };
        for _ in 0..copies.min(wanted - texts.len()) {
            let changed = random.below(31);
            let mut copy: Vec<usize> =
                words.iter().map(|&w| if random.below(100) < changed { random.skewed(WORDS) } else { w }).collect();
            if random.below(3) == 0 {
                copy.extend((0..random.below(30)).map(|_| random.skewed(WORDS)).collect::<Vec<_>>());
            }
            texts.push(copy);
        }
        if texts.len() < wanted {
            texts.push(words);
        }
    }
    // Copies do not stand beside their originals.
    for at in (1..texts.len()).rev() {
        texts.swap(at, random.below(at + 1));
    }
    let written: Vec<String> =
        texts.iter().map(|t| t.iter().map(|w| format!("word{w}")).collect::<Vec<_>>().join(" ")).collect();
    let bytes: usize = written.iter().map(String::len).sum();

    let begin = Instant::now();
    let prints: Vec<Print> = written.iter().map(|t| Print::of(t)).collect();
    let printed = begin.elapsed().as_secs_f64();
    let found = copies(&prints, REPORTED);
    let taken = begin.elapsed().as_secs_f64();

    // Exact shares, by rare runs: pairs that share none of them share little.
    let runs: Vec<HashSet<[usize; 3]>> =
        texts.iter().map(|t| t.windows(3).map(|w| [w[0], w[1], w[2]]).collect()).collect();
    let share = |a: usize, b: usize| {
        let common = runs[a].intersection(&runs[b]).count();
        common as f64 / (runs[a].len() + runs[b].len() - common) as f64
    };
    let mut by_run: HashMap<[usize; 3], Vec<u32>> = HashMap::new();
    for (at, set) in runs.iter().enumerate() {
        for run in set {
            by_run.entry(*run).or_default().push(at as u32);
        }
    }
    let mut seen: HashSet<(u32, u32)> = HashSet::new();
    let mut truth: HashSet<(u32, u32)> = HashSet::new();
    for places in by_run.values().filter(|p| p.len() < 50) {
        for (i, &b) in places.iter().enumerate() {
            for &a in &places[..i] {
                let pair = (a.min(b), a.max(b));
                if seen.insert(pair) && share(pair.0 as usize, pair.1 as usize) >= TRUE {
                    truth.insert(pair);
                }
            }
        }
    }
    let hits = found.iter().filter(|p| truth.contains(p)).count();
    let right = found.iter().filter(|p| share(p.0 as usize, p.1 as usize) >= RIGHT).count();
    println!(
        "copies  {wanted} articles ({:.1} MB), {} true pairs (share of runs ≥ {TRUE})",
        bytes as f64 / 1e6,
        truth.len()
    );
    println!(
        "        {} found: recall {:.3}, precision {:.3} (share ≥ {RIGHT})",
        found.len(),
        hits as f64 / truth.len() as f64,
        right as f64 / found.len() as f64
    );
    println!(
        "        {:.0} articles/s on one core ({printed:.1} s prints, {:.1} s pairs)",
        wanted as f64 / taken,
        taken - printed
    );
}
