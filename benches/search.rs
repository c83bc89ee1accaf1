//! Words in articles: how long a question takes among 200,000 generated articles, the page's number of hits each time.
//!
//! Nobody wrote the articles: words are made of syllables and are as frequent as words are, few very, most seldom.

#[path = "random.rs"]
mod random;

use std::path::{Path, PathBuf};
use std::time::Instant;

use mercato_ledger::{Entry, Ledger, Store as _, Within};
use mercato_model::{Document, Lang, PartialDate};
use random::Random;

/// Distinct words.
const WORDS: usize = 60_000;

/// Words of an article.
const LENGTH: usize = 350;

/// Hits that a page asks for: one more than it shows.
const HITS: usize = 21;

/// Questions of each sort.
const QUESTIONS: usize = 400;

fn word(mut n: usize) -> String {
    let syllables = ["ka", "lo", "mi", "ren", "sto", "va", "li", "pel", "do", "ne", "tru", "u"];
    let mut out = String::new();
    loop {
        out += syllables[n % 12];
        n /= 12;
        if n == 0 {
            return out;
        }
    }
}

fn fill(path: &Path, documents: usize) {
    let mut ledger = Ledger::open(path).expect("a ledger");
    let mut random = Random(0x2545_F491_4F6C_DD1D);
    let mut text = |length: usize| (0..length).map(|_| word(random.skewed(WORDS))).collect::<Vec<_>>().join(" ");
    for first in (0..documents).step_by(256) {
        let documents: Vec<Document> = (first..(first + 256).min(documents))
            .map(|n| Document {
                id: format!("d{n}"),
                title: Some(text(8)),
                text: text(LENGTH),
                lang: Lang::parse("it"),
                published: Some(PartialDate::from_day_number(19_000 + (n % 1_500) as i64)),
                outlet: Some(format!("Outlet {}", n % 300)),
                ..Document::default()
            })
            .collect();
        let entry = |document| Entry { document, claims: &[], notes: &[], added_at: "2026-11-22T12:00:00Z" };
        ledger.add_all(&documents.iter().map(entry).collect::<Vec<_>>()).expect("stored");
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let documents: usize = arguments.iter().find_map(|a| a.parse().ok()).unwrap_or(200_000);
    let kept = arguments.iter().position(|a| a == "in").and_then(|at| arguments.get(at + 1)).map(PathBuf::from);
    let folder = tempfile::tempdir().expect("a folder");
    let path = kept.unwrap_or_else(|| folder.path().join("search.db"));
    if !path.exists() {
        fill(&path, documents);
    }
    let ledger = Ledger::open_reader(&path).expect("a ledger");
    let mut random = Random(7);
    println!("{documents} articles of {LENGTH} words");
    type Asks<'a> = &'a dyn Fn(&mut Random) -> String;
    let one: Asks<'_> = &|random| word(random.skewed(WORDS));
    let two: Asks<'_> = &|random| format!("{} {}", word(random.skewed(WORDS)), word(random.skewed(WORDS)));
    let seldom: Asks<'_> =
        &|random| format!("{} {}", word(1000 + random.below(50_000)), word(1000 + random.below(50_000)));
    let three: Asks<'_> = &|random| {
        format!("{} {} {}", word(random.skewed(WORDS)), word(random.skewed(WORDS)), word(random.skewed(WORDS)))
    };
    let beside: Asks<'_> = &|random| format!("\"{} {}\"", word(random.below(40)), word(random.below(40)));
    let begins: Asks<'_> = &|random| format!("{}*", word(144 + random.below(2_000)));
    for (what, ask) in [
        ("one word", one),
        ("two words", two),
        ("two seldom words", seldom),
        ("three words", three),
        ("two words beside each other", beside),
        ("the beginning of a word", begins),
    ] {
        let mut found = 0;
        let mut taken: Vec<f64> = (0..QUESTIONS)
            .map(|_| {
                let question = ask(&mut random);
                let begin = Instant::now();
                found += ledger.search(&question, Within::default(), HITS).expect("hits").len();
                begin.elapsed().as_secs_f64() * 1000.0
            })
            .collect();
        taken.sort_by(f64::total_cmp);
        let at = |share: f64| taken[((QUESTIONS - 1) as f64 * share) as usize];
        println!("{:8.2} ms p50 {:8.2} ms p99  {what}: {:.1} hits", at(0.5), at(0.99), found as f64 / QUESTIONS as f64);
    }
}
