//! Whatever bytes come in, reading ends without a panic and every claim and note points into its text.
//!
//! A stable stand-in for a fuzzer: articles of the project are cut, spliced and damaged for a few seconds.
//! `MERCATO_FUZZ_SECONDS=600 cargo test --release -p mercato --test any_bytes` runs longer; `MERCATO_FUZZ_SEED` repeats.

mod run;

use std::time::{Duration, Instant};

use mercato_model::Document;
use mercato_pack::Knowledge;
use mercato_source::{Format, Options, read_bytes};
use run::project;

/// Xorshift: the same seed gives the same inputs.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n.max(1) as u64) as usize
    }
}

/// Characters that break programs: joiners, directions, spaces, quotes, ends of the ranges of UTF-8, digits of others.
const ODD: &[&str] = &[
    "\u{0}",
    "\u{7f}",
    "\u{80}",
    "\u{a0}",
    "\u{ad}",
    "\u{300}",
    "\u{7ff}",
    "\u{800}",
    "\u{200b}",
    "\u{200d}",
    "\u{202e}",
    "\u{2028}",
    "\u{feff}",
    "\u{fffd}",
    "\u{ffff}",
    "\u{10000}",
    "\u{10ffff}",
    "İ",
    "ß",
    "ﬁ",
    "٣",
    "१",
    "²",
    "½",
    "«",
    "»",
    "’",
    "'",
    "\"",
    ".",
    "…",
    "–",
    "-",
    ",",
    "$",
    "€",
    "%",
    "\r\n",
    "\n\n",
    "\t",
    "1.234,5",
    "1e308",
    "99999999999999999999",
    "0,",
];

fn damaged(articles: &[String], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = Vec::new();
    for _ in 0..=dice.below(3) {
        let article = articles[dice.below(articles.len())].as_bytes();
        let from = dice.below(article.len());
        let to = from + dice.below((article.len() - from).min(1500));
        bytes.extend_from_slice(&article[from..to]);
    }
    for _ in 0..dice.below(12) {
        let at = dice.below(bytes.len());
        match dice.below(4) {
            0 => bytes.insert(at, dice.below(256) as u8),
            1 if !bytes.is_empty() => drop(bytes.remove(at)),
            2 => drop(bytes.splice(at..at, ODD[dice.below(ODD.len())].bytes())),
            _ => bytes.truncate(bytes.len() - dice.below(bytes.len() / 8)),
        }
    }
    bytes
}

fn check(document: &Document, knowledge: &Knowledge) {
    let before = document.clone();
    let reading = mercato_read::read(document, knowledge);
    assert_eq!(*document, before, "the canonical text never changes");
    for claim in &reading.claims {
        assert!((0.0..=1.0).contains(&claim.score), "{claim:?}");
        assert!(!claim.evidence.quotes().is_empty());
        for quote in claim.evidence.quotes() {
            assert_eq!(quote.span.slice(&document.text), Some(quote.quote.as_str()), "{claim:?}");
        }
        for slot in claim.slots.keys() {
            assert!(claim.kind.slot_type(*slot).is_some(), "{} has no slot {slot:?}", claim.kind.as_str());
        }
    }
    for span in reading.notes.iter().filter_map(|note| note.span) {
        assert!(span.slice(&document.text).is_some(), "{span:?}");
    }
}

/// Invariant: `read` never fails, whatever bytes it is given.
#[test]
fn any_bytes_are_read_without_failing() {
    let seconds = std::env::var("MERCATO_FUZZ_SECONDS").ok().and_then(|s| s.parse().ok()).unwrap_or(3);
    let seed: u64 =
        std::env::var("MERCATO_FUZZ_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(0x9E37_79B9_7F4A_7C15);
    let mut articles = Vec::new();
    for lang in ["it", "fr", "en"] {
        articles.push(std::fs::read_to_string(project(&format!("eval/stories/{lang}/docs.jsonl"))).unwrap());
    }
    for entry in std::fs::read_dir(project("examples")).unwrap() {
        articles.push(std::fs::read_to_string(entry.unwrap().path()).unwrap());
    }
    let knowledge = Knowledge::embedded();
    let langs: Vec<_> = knowledge.langs().map(Some).chain([None]).collect();
    let mut dice = Dice(seed);
    let until = Instant::now() + Duration::from_secs(seconds);
    let mut inputs = 0;
    while inputs < 20 || Instant::now() < until {
        let state = dice.0;
        let bytes = damaged(&articles, &mut dice);
        let format = [None, Some(Format::Text), Some(Format::Markdown), Some(Format::Html), Some(Format::JsonLines)]
            [dice.below(5)];
        let lang = langs[dice.below(langs.len())];
        let outcome = std::panic::catch_unwind(|| {
            let options = Options { lang, ..Options::default() };
            for document in read_bytes("bytes", format, bytes.clone(), &options).flatten() {
                check(&document, &knowledge);
            }
        });
        if outcome.is_err() {
            let shown: String = String::from_utf8_lossy(&bytes).chars().take(3000).collect();
            panic!("MERCATO_FUZZ_SEED={state} repeats it; {format:?}, {lang:?}: {shown:?}");
        }
        inputs += 1;
    }
}
