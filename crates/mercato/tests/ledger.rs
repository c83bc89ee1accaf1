//! Keeping and asking: nothing is kept twice, what changes is kept beside what was, broken ledgers are told apart.

mod run;

use std::time::Instant;

use mercato_ledger::{Filter, Ledger, Store as _};
use run::{Ended, Place};

const ARTICLE: &str = "Ruoming Pang lascia Apple per Meta.\n";

fn added(ended: Ended) -> String {
    assert_eq!(ended.code, 0, "{}", ended.err);
    ended.out.split(';').next().unwrap_or_default().to_owned()
}

#[test]
fn the_same_again_changes_nothing() {
    let place = Place::new().with("a.txt", ARTICLE).with("b.txt", "Alexandr Wang lascia Scale AI per Meta.\n");
    assert_eq!(added(place.run(&["add", ".", "--lang", "it"])), "2 new, 0 unchanged, 0 revised, 0 failed");
    let before = place.ok(&["export"]);
    assert_eq!(added(place.run(&["add", ".", "--lang", "it"])), "0 new, 2 unchanged, 0 revised, 0 failed");
    assert_eq!(before, place.ok(&["export"]));
    assert!(before.lines().count() >= 2, "{before}");
}

#[test]
fn a_changed_article_is_a_revision() {
    let place = Place::new().with("a.txt", ARTICLE);
    place.ok(&["add", "a.txt"]);
    place.write("a.txt", "Ruoming Pang lascia Apple per OpenAI.\n");
    assert_eq!(added(place.run(&["add", "a.txt"])), "0 new, 0 unchanged, 1 revised, 0 failed");
    let (now, all) = (place.ok(&["list", "moves"]), place.ok(&["list", "moves", "--superseded"]));
    assert!(now.contains("OpenAI") && !now.contains("Meta"), "{now}");
    assert!(all.contains("OpenAI") && all.contains("Meta") && all.contains("(superseded)"), "{all}");
}

#[test]
fn questions() {
    let place = Place::new()
        .with("a.md", format!("---\nlang: it\n---\n{ARTICLE}"))
        .with("b.md", "---\nlang: it\n---\nAlexandr Wang lascia Scale AI per Meta.\n")
        .with("c.md", "---\nlang: fr\n---\nRuoming Pang quitte Apple pour Meta.\n");
    place.ok(&["add", ".", "--published", "2025-07-08", "--outlet", "Il Foglio Inventato"]);
    for (arguments, lines) in [
        (&["list", "moves"][..], 3),
        (&["list", "all", "--person", "pang"], 2),
        (&["list", "moves", "--from", "Scale AI"], 1),
        (&["list", "moves", "--to", "OpenAI"], 0),
        (&["list", "moves", "--lang", "fr"], 1),
        (&["list", "moves", "--since", "2025-08"], 0),
        (&["list", "moves", "--until", "2025-07", "--limit", "2"], 2),
        (&["list", "offers"], 0),
        (&["who", "Ruoming Pang"], 2),
        (&["firm", "Meta"], 3),
    ] {
        let ended = place.run(&[arguments, &["--format", "jsonl"]].concat());
        assert_eq!((ended.code, ended.out.lines().count()), (0, lines), "{arguments:?}: {}{}", ended.out, ended.err);
    }
    let table = place.ok(&["firm", "Meta"]);
    assert!(table.contains("Il Foglio Inventato") && table.contains("Apple → Meta"), "{table}");
}

#[test]
fn why_shows_words_source_rule_and_document() {
    let place = Place::new().with("a.txt", "Una premessa. Ruoming Pang lascia Apple per Meta. Una chiusa.\n");
    place.ok(&["add", "a.txt", "--outlet", "Il Foglio Inventato"]);
    let claim = place.ok(&["list", "moves", "--format", "jsonl"]);
    let id = claim.split('"').nth(3).unwrap();
    let why = place.ok(&["why", &id[..8]]);
    for word in ["Apple → Meta", "⟦", "Il Foglio Inventato", "packs/it/frames/", "kb/organisations.tsv:", "a", id] {
        assert!(why.contains(word), "no {word} in: {why}");
    }
    place.run(&["why", "ffffffffffffffff"]).fails(1, &["no claim"]);
    let trace = place.ok(&["why", "--text", ARTICLE, "--lang", "it"]);
    assert!(["sentence", "mention", "claim"].iter().all(|stage| trace.contains(stage)), "{trace}");
}

#[test]
fn no_ledger_yet() {
    let place = Place::new();
    place.run(&["list", "moves"]).fails(3, &["mercato.db: no such ledger", "mercato add"]);
    let mut command = place.command(&["who", "Pang"]);
    command.env("MERCATO_LEDGER", "other.db");
    Ended::of(command).fails(3, &["other.db: no such ledger"]);
}

#[test]
fn another_process_writes() {
    let place = Place::new().with("a.txt", ARTICLE);
    place.ok(&["add", "a.txt"]);
    let _writer = Ledger::open(place.path("mercato.db")).unwrap();
    let this = format!("process {}", std::process::id());
    place.run(&["add", "a.txt"]).fails(3, &["another process is writing", &this, "wait"]);
    assert!(place.ok(&["list", "moves"]).contains("Pang"), "reading is possible meanwhile");
}

#[test]
fn a_ledger_of_a_newer_version_is_left_alone() {
    let place = Place::new().with("a.txt", ARTICLE);
    place.ok(&["add", "a.txt"]);
    let path = place.path("mercato.db");
    // The layout number that SQLite keeps in the header of the file.
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[60..64].copy_from_slice(&9999u32.to_be_bytes());
    std::fs::write(&path, &bytes).unwrap();
    for arguments in [&["add", "a.txt"][..], &["list", "moves"]] {
        place.run(arguments).fails(3, &["newer version", "9999", "use the newer program"]);
    }
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
}

#[test]
fn other_files_are_no_ledgers() {
    let place = Place::new().with("a.txt", ARTICLE).with("mercato.db", "Dear diary, today I moved to another firm.\n");
    for arguments in [&["add", "a.txt"][..], &["list", "moves"]] {
        place.run(arguments).fails(3, &["mercato.db", "not a ledger"]);
    }
    place.run(&["add", "a.txt", "--ledger", "."]).fails(3, &["."]);
}

/// Invariant: a killed run leaves whole articles, and running it again completes them.
#[cfg(unix)]
#[test]
fn killed_at_any_instant() {
    let rounds: u64 = std::env::var("MERCATO_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(6);
    let line = |n: usize| {
        format!(
            "{{\"id\": \"{n}\", \"lang\": \"it\", \"text\": \"Ruoming Pang lascia Apple per Meta. Alexandr Wang lascia Scale AI per Meta.\"}}\n"
        )
    };
    let place = Place::new().with("news.jsonl", (0..500).map(line).collect::<String>());
    let of_each =
        place.ok(&["read", "news.jsonl", "--format", "jsonl"]).lines().filter(|l| l.contains("\"doc\":\"7\"")).count();
    assert!(of_each > 0);
    let begin = Instant::now();
    place.ok(&["add", "news.jsonl", "--ledger", "whole.db"]);
    let whole_run = begin.elapsed();
    let mut torn = 0;
    for round in 0..rounds {
        let mut child = place.command(&["add", "news.jsonl"]).spawn().unwrap();
        // Instants spread over a whole run, in no order.
        std::thread::sleep(whole_run.mul_f64((round * 389 % 1000) as f64 / 1000.0));
        child.kill().unwrap();
        child.wait().unwrap();
        // A run that is killed at once leaves no ledger, or an empty file.
        if std::fs::metadata(place.path("mercato.db")).map_or(0, |file| file.len()) == 0 {
            continue;
        }
        let ledger = Ledger::open(place.path("mercato.db"));
        let stats = ledger.unwrap_or_else(|e| panic!("round {round}: {e}")).stats().unwrap();
        assert_eq!(stats.claims, stats.documents * of_each as u64, "round {round}");
        torn += u64::from((1..500).contains(&stats.documents));
        if stats.documents == 500 {
            for name in ["mercato.db", "mercato.db-wal", "mercato.db-shm"] {
                let _ = std::fs::remove_file(place.path(name));
            }
        }
    }
    println!("{torn} of {rounds} runs were killed between the first article and the last");
    place.ok(&["add", "news.jsonl"]);
    let ledger = Ledger::open_reader(place.path("mercato.db")).unwrap();
    assert_eq!(ledger.stats().unwrap().documents, 500);
    assert_eq!(ledger.claims(&Filter::default()).unwrap().len(), 500 * of_each);
}
