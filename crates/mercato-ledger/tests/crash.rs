//! A writer killed at any instant: the ledger opens, holds exactly whole documents and all that was reported as
//! stored, and the same run again completes it.
//!
//! `MERCATO_CRASH_KILLS` says how often to kill; 30 unless it does.

#![cfg(unix)]

mod invented;

use std::env;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use mercato_ledger::{Added, Entry, Filter, Ledger, Store};

const LEDGER: &str = "MERCATO_CRASH_LEDGER";
const UNTIL: &str = "MERCATO_CRASH_UNTIL";

/// The process that is killed: this test, run by the one below in a process of its own.
#[test]
#[ignore = "writes for ever; the other test runs it and kills it"]
fn writer() {
    let Some(path) = env::var_os(LEDGER) else { return };
    let until: usize = env::var(UNTIL).unwrap().parse().unwrap();
    let mut ledger = Ledger::open(path).unwrap();
    let mut next = 0;
    while next < until {
        // One by one and in batches.
        let end = (next + 1 + next % 4).min(until);
        let invented: Vec<_> = (next..end).map(invented::entry).collect();
        let entries: Vec<_> = invented
            .iter()
            .map(|(document, claims, notes)| Entry { document, claims, notes, added_at: "2025-01-01T00:00:00Z" })
            .collect();
        ledger.add_all(&entries).unwrap();
        next = end;
        // The parent reads how far it was reported to be.
        println!("\nstored {next}");
        std::io::stdout().flush().unwrap();
    }
}

fn command(path: &Path, until: usize) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["writer", "--exact", "--ignored", "--nocapture"]);
    command.env(LEDGER, path).env(UNTIL, until.to_string()).stdout(Stdio::piped()).stderr(Stdio::inherit());
    command
}

/// How many documents the ledger holds, every one of them whole.
fn whole_documents(path: &Path) -> usize {
    let raw = rusqlite::Connection::open(path).unwrap();
    let verdict: String = raw.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(verdict, "ok");
    assert!(!raw.prepare("PRAGMA foreign_key_check").unwrap().exists([]).unwrap());

    // Completes a creation that was interrupted.
    let ledger = Ledger::open(path).unwrap();
    let names: i64 = raw.query_row("SELECT count(*) FROM claim_names", [], |row| row.get(0)).unwrap();
    let documents = ledger.documents().unwrap();
    let mut claims = ledger.claims(&Filter::default()).unwrap().into_iter().peekable();
    let mut count = 0;
    for (number, found) in documents.iter().enumerate() {
        let (document, expected, notes) = invented::entry(number);
        assert_eq!(found.id, document.id, "documents in the order in which they were added");
        let stored = ledger.document(&found.id, None).unwrap().unwrap();
        assert_eq!((stored.document, stored.notes, stored.revision), (document, notes, 1));
        for claim in expected {
            assert_eq!(claims.next().map(|stored| stored.claim), Some(claim));
            count += 1;
        }
    }
    assert_eq!(claims.next(), None);
    assert_eq!(names, count * 3, "person, from and to of every claim");
    documents.len()
}

#[test]
fn killed_at_any_instant() {
    let kills: u32 = env::var("MERCATO_CRASH_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(30);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("crash.db");
    let (mut held, mut random, mut cut_short) = (0, 0x2545_F491_4F6C_DD1D_u64, 0);
    for kill in 0..kills {
        // Earlier ledgers make the writer skip what they hold; now and then it starts from nothing.
        if kill % 10 == 9 {
            for suffix in ["", "-wal", "-shm"] {
                let _ = std::fs::remove_file(folder.path().join(format!("crash.db{suffix}")));
            }
            held = 0;
        }
        let mut child = command(&path, usize::MAX).spawn().unwrap();
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        thread::sleep(Duration::from_micros(random % 150_000));
        child.kill().unwrap();
        child.wait().unwrap();
        let mut output = String::new();
        child.stdout.take().unwrap().read_to_string(&mut output).unwrap();
        let reported = output.lines().filter_map(|line| line.strip_prefix("stored ")?.parse().ok()).next_back();
        let now = whole_documents(&path);
        assert!(now >= reported.unwrap_or(0), "kill {kill}: {reported:?} reported, {now} held");
        assert!(now >= held, "kill {kill}: {held} held before, {now} now");
        cut_short += u32::from(now > held);
        held = now;
    }
    println!("{cut_short} of {kills} writers had stored something when they were killed");
    assert!(kills < 10 || cut_short > 0, "no writer was killed while it wrote: the test shows nothing");

    let status = command(&path, held + 50).stdout(Stdio::null()).status().unwrap();
    assert!(status.success());
    assert_eq!(whole_documents(&path), held + 50);
    // Twice the same run changes nothing.
    let (document, claims, notes) = invented::entry(held + 49);
    let mut ledger = Ledger::open(&path).unwrap();
    assert_eq!(ledger.add(&document, &claims, &notes, "later").unwrap(), Added::Unchanged);
}
