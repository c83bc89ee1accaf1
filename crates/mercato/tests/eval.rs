//! The scorer as a command: the table, other readers' claims, floors that only rise.

mod run;

use run::Place;

const DOCS: &str = r#"{"id": "a", "lang": "it", "text": "Ada Neri lascia Corvanta per Helvion."}
"#;
const GOLD: &str = r#"{"doc": "a", "kind": "move", "slots": {"person": ["Ada Neri"], "from": "Corvanta", "to": "Helvion"}, "status": "asserted", "source": [], "evidence": [{"quote": "Ada Neri lascia Corvanta per Helvion"}]}
"#;

fn place() -> Place {
    let claim = |from: &str, to: &str, end: usize| {
        let quote = &"Ada Neri lascia Corvanta per Helvion"[..end];
        format!(
            "{{\"doc\": \"a\", \"kind\": \"move\", \"slots\": {{\"person\": [\"Neri\"], \"from\": \"{from}\", \"to\": \"{to}\"}}, \"status\": \"asserted\", \"source\": [], \"score\": 0.9, \"evidence\": [{{\"start\": 0, \"end\": {end}, \"quote\": \"{quote}\"}}]}}\n"
        )
    };
    Place::new()
        .with("docs.jsonl", DOCS)
        .with("gold.jsonl", GOLD)
        .with("right.jsonl", claim("Corvanta S.p.A.", "Helvion", 36))
        .with("swapped.jsonl", claim("Helvion", "Corvanta", 36))
}

const EVAL: [&str; 4] = ["eval", "docs.jsonl", "gold.jsonl", "--claims"];

#[test]
fn right_and_swapped_claims() {
    let place = place();
    let right = place.ok(&[&EVAL[..], &["right.jsonl"]].concat());
    assert!(right.contains("all headline       1       1      1  100.0  100.0  100.0   100.0"), "{right}");
    assert!(right.contains("swapped directions 0  bad spans 0 of 1"), "{right}");
    let swapped = place.ok(&[&EVAL[..], &["swapped.jsonl", "--show", "9"]].concat());
    assert!(swapped.contains("swapped directions 1") && swapped.contains("MISSED | a | move"), "{swapped}");
    let none = place.ok(&[&EVAL[..], &["right.jsonl", "--min-score", "0.95"]].concat());
    assert!(none.contains("all headline       1       0      0    0.0"), "{none}");
}

#[test]
fn floors_only_rise() {
    let place = place();
    let gate = |claims: &str, more: &[&str]| {
        place.run(&[&EVAL[..], &[claims, "--gate", "--floors", "floors.toml"], more].concat())
    };
    gate("right.jsonl", &[]).fails(1, &["floors.toml"]);
    assert_eq!(gate("swapped.jsonl", &["--raise"]).code, 0);
    assert_eq!(gate("right.jsonl", &["--raise"]).code, 0);
    let floors = std::fs::read_to_string(place.path("floors.toml")).unwrap();
    assert!(floors.contains("[stories.it]") && floors.contains("f1 = 100.0"), "{floors}");
    gate("swapped.jsonl", &["--raise"]).fails(1, &["stories/it: F1 is 0.0, the floor is 100.0"]);
    assert_eq!(std::fs::read_to_string(place.path("floors.toml")).unwrap(), floors);
    assert_eq!(gate("right.jsonl", &[]).code, 0);
    gate("right.jsonl", &["--set", "other"]).fails(1, &["other/it has no floor yet"]);
}

#[test]
fn malformed_files_are_named() {
    let place = place().with("bad.jsonl", "{\"doc\": \"a\"}\n").with("broken.jsonl", "\n{\n");
    place.run(&[&EVAL[..], &["bad.jsonl"]].concat()).fails(1, &["bad.jsonl:1:", "docs/claims.md"]);
    place.run(&[&EVAL[..], &["broken.jsonl"]].concat()).fails(1, &["broken.jsonl:2:"]);
    place.run(&["eval", "none.jsonl", "gold.jsonl"]).fails(1, &["none.jsonl"]);
}
