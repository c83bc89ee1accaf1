//! The disagreements of `eval/facts/disagreements.jsonl`, each in its class. The claims are given: nothing here
//! depends on what a reader finds.

mod telling;

use mercato_facts::snapshot;

#[test]
fn each_in_its_class() {
    let stories = telling::stories("disagreements.jsonl");
    assert!(stories.len() >= 32);
    let world = telling::world();
    let mut missed = Vec::new();
    for story in &stories {
        let record = telling::record(&story.articles);
        let snapshot = snapshot(&record, &world, telling::day("2026-11-01"));
        let found: Vec<(&str, &str)> =
            snapshot.facts.iter().flat_map(|f| &f.disputes).map(|d| (d.class.as_str(), d.aspect.as_str())).collect();
        // The class as annotated, and no other class for the same pair unless the story holds several.
        let right = found.contains(&(story.class.as_str(), story.aspect.as_str()));
        let others: std::collections::BTreeSet<&str> =
            found.iter().map(|f| f.0).filter(|c| *c != story.class).collect();
        if !right || !others.is_empty() {
            missed.push(format!(
                "{} {}: wanted {} ({}), found {found:?}",
                story.story, story.title, story.class, story.aspect
            ));
        }
    }
    println!("{} of {} in their class", stories.len() - missed.len(), stories.len());
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}
