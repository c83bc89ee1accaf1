//! A disk that is full: every command that writes says so, loses nothing that was stored, and does its work wholly or
//! not at all. The disk is a small one in memory, mounted for one command in a name space of its own (Linux).

#![cfg(target_os = "linux")]

mod run;

use std::path::Path;
use std::process::Command;

use mercato_ledger::{Ledger, Store as _};
use run::{Ended, Place};

const ARTICLES: usize = 120;

/// Runs a command on a disk that has so many kB beside the ledger; brings the ledger back.
fn on_disk(place: &Place, free: u64, arguments: &[&str]) -> Option<Ended> {
    let ledger = place.path("mercato.db");
    let bytes = std::fs::metadata(&ledger).map_or(0, |meta| meta.len());
    let script = r#"
        mount -t tmpfs -o size="$1" none disk || exit 97
        cp mercato.db disk/ && cd disk || exit 98
        shift; "$@"; code=$?
        # What the command leaves is what the next one finds.
        rm -f ../mercato.db; cp mercato.db* .. || exit 99
        exit $code"#;
    std::fs::create_dir_all(place.path("disk")).unwrap();
    let size = (bytes + free * 1024).to_string();
    let program = place.command(arguments);
    let mut command = Command::new("unshare");
    command.args(["-rm", "sh", "-c", script, "sh", &size]).arg(program.get_program()).args(program.get_args());
    command.current_dir(program.get_current_dir().unwrap());
    let ended = Ended::of(command);
    assert!(![98, 99].contains(&ended.code), "{}", ended.err);
    (ended.code != 97).then_some(ended)
}

fn opened(path: &Path) -> Ledger {
    Ledger::open(path).unwrap()
}

#[test]
fn nothing_is_lost_and_nothing_is_half_done() {
    let line = |n: usize| {
        format!(
            "{{\"id\": \"{n}\", \"lang\": \"it\", \"published\": \"2025-07-01\", \"text\": \"Ada Neri lascia Apple per Meta. Otto Kranz lascia Scale AI per Meta.\"}}\n"
        )
    };
    let place = Place::new()
        .with("news.jsonl", (0..ARTICLES).map(line).collect::<String>())
        .with("more.jsonl", (ARTICLES..3 * ARTICLES).map(line).collect::<String>());
    place.ok(&["add", "news.jsonl"]);
    let file = place.path("mercato.db");
    let claims = opened(&file).claims(&Default::default()).unwrap();
    let ids: Vec<&str> = claims.iter().map(|c| c.id.as_str()).collect();
    let accept = [&["judge", "accept"], &ids[..]].concat();
    // Readings of packs without frames differ from those that are stored.
    let packs = place.path("packs");
    run::copy(&run::project("packs"), &packs);
    std::fs::remove_dir_all(packs.join("it/frames")).unwrap();
    std::fs::create_dir(packs.join("it/frames")).unwrap();
    let whole = std::fs::read(&file).unwrap();
    let count = |ledger: &Ledger| ledger.documents().unwrap().len();
    for command in
        [&["add", "../more.jsonl"][..], &accept, &["reread", "--packs", "../packs"], &["forget", "Ada Neri", "--yes"]]
    {
        let (mut full, mut done) = (0, 0);
        for free in [0, 64, 160, 640, 1 << 14] {
            for left in ["mercato.db-wal", "mercato.db-shm"] {
                let _ = std::fs::remove_file(place.path(left));
            }
            std::fs::write(&file, &whole).unwrap();
            let Some(ended) = on_disk(&place, free, command) else {
                eprintln!("no disk could be mounted here: this was not tried");
                return;
            };
            let what = format!("{} with {free} kB: {} {}", command[0], ended.code, ended.err);
            match ended.code {
                0 => done += 1,
                _ => {
                    assert_eq!(ended.code, 3, "{what}");
                    assert!(ended.err.contains("space") && ended.err.contains("make room"), "{what}");
                    full += 1;
                }
            }
            let ledger = opened(&file);
            // Every article that was stored, each batch of new ones whole.
            let documents = count(&ledger);
            assert!(
                documents >= ARTICLES && (documents - ARTICLES).is_multiple_of(64) || documents == 3 * ARTICLES,
                "{what}"
            );
            assert!([0, ids.len()].contains(&ledger.operations(None).unwrap().len()), "{what}");
            let named = (0..ARTICLES).filter(|n| {
                let text = ledger.document(&n.to_string(), None).unwrap().unwrap().document.text;
                text.contains("Neri")
            });
            let named = named.count();
            assert!([0, ARTICLES].contains(&named), "{what}");
            let all = ledger.claims(&Default::default()).unwrap();
            if !matches!(command[0], "reread" | "forget") {
                assert!(claims.iter().all(|claim| all.contains(claim)), "{what}");
            }
            drop(ledger);
            if named == 0 {
                // Opened with room, an erasure is complete: the name is in no byte.
                let bytes = std::fs::read(&file).unwrap();
                assert!(!bytes.windows(4).any(|w| w == b"Neri"), "{what}");
            }
        }
        assert!(full > 1 && done > 0, "{}: {full} times full, {done} times done", command[0]);
    }
}
