//! What is printed: the same whatever the threads, harmless on terminals and in spreadsheets, exact in its spans.

mod run;

use run::{Place, project};

const ARTICLE: &str = "Ruoming Pang lascia Apple per Meta.\n";

/// Every article of the project.
fn stories() -> Vec<String> {
    ["it", "fr", "en"].map(|lang| project(&format!("eval/stories/{lang}/docs.jsonl")).display().to_string()).into()
}

/// Invariant: same input, same bytes out.
#[test]
fn same_output_for_any_number_of_threads() {
    let (place, stories) = (Place::new(), stories());
    let files: Vec<&str> = stories.iter().map(String::as_str).collect();
    for format in ["jsonl", "csv", "table"] {
        let of = |threads| place.run(&[&["read", "--format", format, "--threads", threads][..], &files].concat());
        let (one, four) = (of("1"), of("4"));
        assert!(one.out.lines().count() > 50, "{}", one.err);
        assert!(one.out == four.out && one.err == four.err, "{format}");
    }
}

/// Invariant: every quote is exactly the words at its place.
#[test]
fn every_span_slices_to_its_quote() {
    let (place, stories) = (Place::new(), stories());
    for path in &stories {
        let mut texts = std::collections::HashMap::new();
        for line in std::fs::read_to_string(path).unwrap().lines() {
            let story: serde_json::Value = serde_json::from_str(line).unwrap();
            texts.insert(story["id"].as_str().unwrap().to_owned(), story["text"].as_str().unwrap().to_owned());
        }
        for line in place.run(&["read", "--format", "jsonl", path]).out.lines() {
            let claim: serde_json::Value = serde_json::from_str(line).unwrap();
            let text = &texts[claim["doc"].as_str().unwrap()];
            for quote in claim["evidence"].as_array().unwrap() {
                let at = |key: &str| usize::try_from(quote[key].as_u64().unwrap()).unwrap();
                assert_eq!(text.get(at("start")..at("end")), quote["quote"].as_str(), "{line}");
            }
        }
    }
}

#[test]
fn formulas_in_csv_are_disarmed() {
    let line = "{\"id\": \"=HYPERLINK(1)\", \"text\": \"Ruoming Pang lascia Apple per Meta.\", \"outlet\": \"@SUM\"}\n";
    let place = Place::new().with("news.jsonl", line);
    for arguments in [&["read", "news.jsonl", "--format", "csv"][..], &["export", "--format", "csv"]] {
        let _ = place.run(&["add", "news.jsonl"]);
        let out = place.ok(arguments);
        assert!(out.contains("'=HYPERLINK(1)") && out.contains("'@SUM"), "{out}");
        let cells = out.split([',', '\n']).map(|cell| cell.trim_start_matches('"'));
        assert!(cells.filter(|c| c.starts_with(['=', '+', '-', '@', '\t'])).all(|c| c.parse::<f64>().is_ok()), "{out}");
    }
}

#[test]
fn control_and_direction_characters_are_spelled_out() {
    let line = "{\"id\": \"a\\u001b[2J\\u202e\", \"text\": \"Ruoming Pang lascia Apple per Meta.\", \"outlet\": \"X\\u0007\\u2066\"}\n";
    let place = Place::new().with("news.jsonl", line);
    place.ok(&["add", "news.jsonl"]);
    let id = place.ok(&["export"]).split('"').nth(3).unwrap().to_owned();
    for arguments in [&["read", "news.jsonl"][..], &["list", "all"], &["why", &id], &["tour", "."]] {
        let out = place.ok(arguments);
        assert!(out.contains("\\u{"), "{arguments:?}: {out}");
        assert!(
            !out.chars().any(|c| (c.is_control() && c != '\n') || "\u{202e}\u{2066}".contains(c)),
            "{arguments:?}: {out:?}"
        );
    }
}

#[test]
fn colour_only_where_it_is_wanted() {
    let place = Place::new().with("a.txt", ARTICLE);
    let read = |arguments: &[&str]| place.ok(&[&["read", "a.txt"], arguments].concat());
    assert!(!read(&[]).contains('\x1b'), "a pipe is no terminal");
    assert!(read(&["--color", "always"]).contains('\x1b'));
    assert!(!read(&["--color", "never"]).contains('\x1b'));
}

#[test]
fn without_a_terminal_a_claim_is_a_line() {
    let place = Place::new().with("a.txt", format!("{} Fine.", ARTICLE.trim()));
    let out = place.ok(&["read", "a.txt", "--outlet", &"Gazzetta ".repeat(30)]);
    assert_eq!(out.lines().count(), 2, "{out}");
}

#[test]
fn tour_tells_moves_with_source_and_words_anywhere() {
    // Without the folder of examples the built-in ones are read.
    let place = Place::new();
    let out = place.ok(&["tour"]);
    for word in ["Who moves", "Ruoming Pang: Apple → Meta", "“", "Ask on"] {
        assert!(out.contains(word), "no {word} in: {out}");
    }
    assert!(!place.path("mercato.db").exists(), "a tour keeps nothing unless asked to");
    assert!(place.ok(&["tour", "--keep"]).contains("Who moves"));
    assert!(place.ok(&["who", "Pang"]).contains("Meta"));
}

#[test]
fn packs_explain_their_rules() {
    let place = Place::new().with("a.txt", ARTICLE);
    let claim: serde_json::Value =
        serde_json::from_str(place.ok(&["read", "a.txt", "--format", "jsonl"]).lines().next().unwrap()).unwrap();
    let out = place.ok(&["pack", "explain", claim["rule"].as_str().unwrap()]);
    assert!(out.contains("packs/it/frames/") && out.contains("yes = "), "{out}");
    place.run(&["pack", "explain", "it.move.nothing"]).fails(1, &["no rule"]);
}
