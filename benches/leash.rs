//! How many recorded answers of a model one core holds to their articles in a second.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Instant;

use mercato_leash::answer::{Answer, proposal};
use mercato_leash::{Calibration, Leash, Readers};
use mercato_model::{Document, Lang, PartialDate};
use mercato_pack::Knowledge;
use mercato_read::survey;
use serde_json::Value;

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|a| a != "--bench");
    let (Some(docs), Some(claims)) = (arguments.next(), arguments.next()) else {
        println!("leash: no recorded answers given; see benches/README.md");
        return;
    };
    let wanted: usize = arguments.next().and_then(|n| n.parse().ok()).unwrap_or(3000);
    let lines = |path: &str| -> Vec<Value> {
        let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{path}: {e}"));
        text.lines().filter_map(|l| serde_json::from_str(l).ok()).collect()
    };
    let mut answers: BTreeMap<String, Answer> = BTreeMap::new();
    for value in lines(&claims) {
        let (Some(doc), Some(map)) = (value["doc"].as_str(), value.as_object()) else { continue };
        answers.entry(doc.to_owned()).or_default().proposals.extend(proposal(map));
    }
    let text = |value: &Value, key: &str| value[key].as_str().map(str::to_owned);
    let documents: Vec<Document> = lines(&docs)
        .iter()
        .filter_map(|value| {
            Some(Document {
                id: text(value, "id")?,
                text: text(value, "text")?,
                lang: text(value, "lang").and_then(|l| Lang::parse(&l)),
                published: text(value, "published").and_then(|d| PartialDate::parse(&d)),
                outlet: text(value, "outlet"),
                ..Document::default()
            })
        })
        .collect();
    assert!(!documents.is_empty(), "{docs} has no articles");
    let knowledge = Knowledge::embedded();
    let leash = Leash::new(&knowledge, Calibration::built_in());
    let none = Answer::default();
    let read = |document: &Document| {
        let Ok(seen) = survey(document, &knowledge) else { return 0 };
        let answer = answers.get(&document.id).unwrap_or(&none);
        leash.read(document, &seen, answer, "model:bench@1", Readers::Both).claims.len()
    };
    // Packs are compiled when they are first needed.
    let claims: usize = documents.iter().map(read).sum();
    let start = Instant::now();
    for document in documents.iter().cycle().take(wanted) {
        black_box(read(document));
    }
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "leash: {:.0} documents a second on one core ({} articles, {claims} claims)",
        wanted as f64 / seconds,
        documents.len()
    );
    let start = Instant::now();
    for document in documents.iter().cycle().take(wanted) {
        black_box(survey(document, &knowledge).is_ok());
    }
    let seconds = start.elapsed().as_secs_f64();
    println!("leash: {:.0} documents a second for the survey alone", wanted as f64 / seconds);
}
