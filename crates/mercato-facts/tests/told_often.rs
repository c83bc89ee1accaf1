//! Facts told many times in three languages: are they merged as they should be? B-cubed over single tellings.

mod telling;

use std::collections::BTreeMap;

use mercato_facts::snapshot;
use telling::Piece;

/// The F of B-cubed that may only rise.
const FLOOR: f64 = 0.97;

#[test]
fn facts_are_merged_as_they_are_told() {
    let pieces: Vec<Piece> = telling::lines("told.jsonl");
    let record = telling::record(&pieces);
    let snapshot = snapshot(&record, &telling::world(), telling::day("2026-11-01"));
    let gold: BTreeMap<String, &str> = pieces
        .iter()
        .flat_map(|p| telling::told(p).into_iter().map(|t| t.id).zip(p.says.iter().map(|s| s.fact.as_str())))
        .collect();
    let mut found: BTreeMap<&str, &str> = BTreeMap::new();
    for fact in &snapshot.facts {
        for voice in &fact.voices {
            found.insert(&voice.claim, &fact.id);
        }
    }
    let facts: std::collections::BTreeSet<&str> = gold.values().copied().collect();
    assert!(facts.len() >= 60 && gold.len() >= 200, "{} facts, {} tellings", facts.len(), gold.len());
    assert_eq!(found.len(), gold.len(), "every claim is in a fact");
    let (mut precision, mut recall) = (0.0, 0.0);
    for (claim, fact) in &gold {
        let with = |other: &str| found[other] == found[claim.as_str()];
        let same: Vec<&String> = gold.iter().filter(|(_, f)| *f == fact).map(|(c, _)| c).collect();
        let both = same.iter().filter(|c| with(c)).count() as f64;
        precision += both / gold.keys().filter(|c| with(c)).count() as f64;
        recall += both / same.len() as f64;
    }
    let n = gold.len() as f64;
    let (p, r) = (precision / n, recall / n);
    let f = 2.0 * p * r / (p + r);
    println!(
        "B-cubed over {} tellings of {} facts: F {f:.3} (P {p:.3}, R {r:.3}), {} facts found",
        gold.len(),
        facts.len(),
        snapshot.facts.len()
    );
    if std::env::var_os("MERCATO_SHOW").is_some() {
        for edge in &snapshot.people {
            println!("{:?} {} / {}: {} {:.2}", edge.judgement, edge.one, edge.other, edge.reason, edge.score);
        }
        for fact in &facts {
            let mut into: BTreeMap<&str, Vec<String>> = BTreeMap::new();
            for (claim, _) in gold.iter().filter(|(_, f)| *f == fact) {
                let told = record.get(claim).unwrap();
                into.entry(found[claim.as_str()]).or_default().push(format!(
                    "{} {}",
                    told.article.published.unwrap(),
                    told.claim.evidence.quotes()[0].quote
                ));
            }
            if into.len() > 1 {
                println!("{fact}: {into:#?}");
            }
        }
        for fact in &snapshot.facts {
            let of: std::collections::BTreeSet<&str> = fact.voices.iter().map(|v| gold[&v.claim]).collect();
            if of.len() > 1 {
                println!("{} mixes {of:?}", fact.id);
            }
        }
    }
    assert!(f >= FLOOR, "B-cubed F {f:.3} is below {FLOOR}");
}

#[test]
fn facts_come_back_from_bytes() {
    let stories = telling::stories("disagreements.jsonl").into_iter().map(|story| story.articles);
    let mut disputed = 0;
    for pieces in stories.chain([telling::lines("told.jsonl")]) {
        let snapshot = snapshot(&telling::record(&pieces), &telling::world(), telling::day("2026-11-01"));
        for fact in &snapshot.facts {
            assert_eq!(mercato_facts::Fact::from_bytes(&fact.to_bytes()).as_ref(), Some(fact));
            disputed += usize::from(!fact.disputes.is_empty());
        }
    }
    assert!(disputed >= 32);
}
