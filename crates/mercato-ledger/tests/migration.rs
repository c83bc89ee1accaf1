//! A ledger of an earlier layout is brought to the present one: nothing is lost, and nothing tells it from a new one.

mod invented;

use std::collections::BTreeMap;
use std::path::Path;

use invented::entry;
use mercato_facts::{Action, Operation, World};
use mercato_ledger::{Entry, Filter, Ledger, Scope, Store};
use rusqlite::Connection;

const NOW: &str = "2025-11-22T16:00:00Z";

fn filled(path: &Path) -> Ledger {
    let mut ledger = Ledger::open(path).unwrap();
    let invented: Vec<_> = (0..30).map(entry).collect();
    let entries: Vec<_> =
        invented.iter().map(|(document, claims, notes)| Entry { document, claims, notes, added_at: NOW }).collect();
    ledger.add_all(&entries).unwrap();
    ledger
}

/// The same content in a file of an earlier layout.
fn earlier(new: &Path, old: &Path, layout: &str, version: i64) {
    let raw = Connection::open(old).unwrap();
    raw.execute_batch(layout).unwrap();
    raw.execute("ATTACH ?1 AS new", [new.to_str().unwrap()]).unwrap();
    if version > 2 {
        for table in ["documents", "claims", "notes", "names", "claim_names", "forms", "arrivals", "operations"] {
            raw.execute_batch(&format!("INSERT INTO {table} SELECT * FROM new.{table}")).unwrap();
        }
        return mark(&raw, version);
    }
    raw.execute_batch(
        "INSERT INTO documents SELECT * FROM new.documents;
         INSERT INTO claims SELECT seq, id, document, kind, status, lang, score, day_first, day_last, json
           FROM new.claims;
         INSERT INTO notes SELECT * FROM new.notes;
         INSERT INTO claim_names SELECT n.role, n.name, c.claim, c.slot, n.tail
           FROM new.claim_names c JOIN new.names n ON n.seq = c.name;",
    )
    .unwrap();
    if version > 1 {
        raw.execute_batch(
            "INSERT INTO arrivals SELECT * FROM new.arrivals;
             INSERT INTO operations SELECT * FROM new.operations;
             INSERT INTO forms SELECT f.key, n.name FROM new.forms f JOIN new.names n ON n.seq = f.name;",
        )
        .unwrap();
    }
    mark(&raw, version);
}

fn mark(raw: &Connection, version: i64) {
    raw.pragma_update(None, "application_id", 0x4D52_4354).unwrap();
    raw.pragma_update(None, "user_version", version).unwrap();
}

/// Tables, indexes and triggers by name, without spaces and comments.
fn schema(path: &Path) -> BTreeMap<String, String> {
    let raw = Connection::open(path).unwrap();
    let mut query =
        raw.prepare("SELECT name, ifnull(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'search%'").unwrap();
    let plain = |sql: String| {
        let lines = sql.lines().map(|line| line.split("--").next().unwrap_or_default());
        lines.flat_map(|line| line.chars()).filter(|c| !c.is_whitespace() && *c != '"').collect::<String>()
    };
    query.query_map([], |row| Ok((row.get(0)?, plain(row.get(1)?)))).unwrap().map(Result::unwrap).collect()
}

/// What is derived: names with the claims that hold them, keys, days and prints, in an order of its own.
fn derived(path: &Path) -> Vec<String> {
    let raw = Connection::open(path).unwrap();
    let mut rows = Vec::new();
    for sql in [
        "SELECT n.name || ' ' || n.role || ' ' || n.tail || ' ' || c.claim || ' ' || c.slot
         FROM claim_names c JOIN names n ON n.seq = c.name",
        "SELECT p.name || ' ' || f.name FROM told_with t JOIN names p ON p.seq = t.person JOIN names f ON f.seq = t.firm",
        "SELECT f.key || ' ' || n.name FROM forms f JOIN names n ON n.seq = f.name",
        "SELECT document || ' ' || public || ' ' || kept || ' ' || hex(print) FROM arrivals",
        "SELECT seq || ' ' || start FROM claims",
    ] {
        let mut query = raw.prepare(sql).unwrap();
        let found: Vec<String> = query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        assert!(!found.is_empty(), "{sql}");
        rows.extend(found);
    }
    rows.sort();
    rows
}

#[test]
fn earlier_layouts_are_brought_up() {
    let folder = tempfile::tempdir().unwrap();
    let new = folder.path().join("new.db");
    let mut ledger = filled(&new);
    let claim = ledger.claims(&Filter::default()).unwrap()[3].id.clone();
    let operation = Operation {
        id: "1".into(),
        at: NOW.into(),
        author: "a".into(),
        action: Action::Accept { claim },
        reason: String::new(),
    };
    ledger.operate(&[operation]).unwrap();
    let world = World::default();
    let layouts = [include_str!("layouts/1.sql"), include_str!("layouts/2.sql"), include_str!("layouts/3.sql")];
    for (version, layout) in (1..).zip(layouts) {
        let old = folder.path().join(format!("{version}.db"));
        earlier(&new, &old, layout, version);
        // Whoever only reads brings it up, too.
        let brought = Ledger::open_reader(&old).unwrap();
        assert_eq!(brought.claims(&Filter::default()).unwrap(), ledger.claims(&Filter::default()).unwrap());
        assert_eq!(brought.stats().unwrap(), ledger.stats().unwrap());
        let (mut whole, mut expected) =
            (brought.record(&Scope::All, &world, None).unwrap(), ledger.record(&Scope::All, &world, None).unwrap());
        assert_eq!(whole.operations().count(), usize::from(version > 1), "layout {version}");
        if version == 1 {
            ledger.operations(None).unwrap().into_iter().for_each(|o| whole.judge(o));
        }
        expected.merge(whole.clone());
        assert_eq!(whole, expected, "layout {version}");
        let who =
            |ledger: &Ledger| ledger.claims(&Filter { person: vec!["P3 Già".into()], ..Filter::default() }).unwrap();
        assert!(!who(&brought).is_empty());
        assert_eq!(who(&brought), who(&ledger));
        drop(brought);
        assert_eq!(schema(&old), schema(&new), "layout {version}");
        assert_eq!(derived(&old), derived(&new), "layout {version}");
        // It goes on like a new one.
        let (document, claims, notes) = entry(40);
        let mut brought = Ledger::open(&old).unwrap();
        brought.add(&document, &claims, &notes, NOW).unwrap();
        assert_eq!(brought.stats().unwrap().documents, 31);
    }
}
