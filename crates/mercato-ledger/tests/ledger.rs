//! What the ledger keeps, hands out and refuses.

mod invented;

use std::fs;
use std::path::{Path, PathBuf};

use invented::{entry, movement};
use mercato_ledger::{Added, Entry, Filter, Ledger, LedgerError, Order, Store};
use mercato_model::{
    Amount, Bounds, Claim, ClaimDate, DateBasis, Document, Evidence, Kind, Lang, Note, PartialDate, Slot, Slots, Span,
    Status, Value,
};
use tempfile::TempDir;

const NOW: &str = "2025-11-22T16:00:00Z";

fn blank() -> (TempDir, PathBuf, Ledger) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.db");
    let ledger = Ledger::open(&path).unwrap();
    (folder, path, ledger)
}

fn document(id: &str, text: &str) -> Document {
    Document { id: id.into(), text: text.into(), ..Document::default() }
}

/// One claim over the whole text, with these slots.
fn claim(document: &Document, kind: Kind, slots: &[(Slot, Value)]) -> Claim {
    let whole = Span::new(0, document.text.len());
    Claim { kind, slots: Slots::from_iter(slots.iter().cloned()), ..movement(document, whole, "x", "y", "z") }
}

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

fn people(names: &[&str]) -> Value {
    Value::List(names.iter().map(|&name| name.into()).collect())
}

#[test]
fn a_document_comes_back_as_it_was() {
    let (_folder, path, mut ledger) = blank();
    let document = Document {
        title: Some("Già".into()),
        lang: Lang::parse("it"),
        published: PartialDate::month(2025, 7),
        outlet: Some("O".into()),
        url: Some("https://a.b".into()),
        ..document("d", "a\0b è\n")
    };
    let mut claim = claim(&document, Kind::Count, &[(Slot::N, Value::Bounds(Bounds::at_least(10.0).about()))]);
    claim.date = Some(ClaimDate { value: PartialDate::year(2023), basis: DateBasis::Stated });
    claim.source = vec!["The Information".into(), "anonymous: former employee".into()];
    claim.as_written.insert(Slot::Person, "Balko".into());
    claim.score = 0.1 + 0.2;
    let note = Note { code: "c".into(), span: Some(Span::new(0, 1)), rule: Some("r".into()), detail: "d".into() };
    assert_eq!(
        ledger.add(&document, std::slice::from_ref(&claim), std::slice::from_ref(&note), NOW).unwrap(),
        Added::New
    );
    drop(ledger);
    let ledger = Ledger::open_reader(&path).unwrap();
    let stored = ledger.document("d", None).unwrap().unwrap();
    assert_eq!(stored.document, document);
    assert_eq!((stored.revision, stored.superseded, stored.notes), (1, false, vec![note]));
    assert_eq!(stored.added_at, NOW);
    let claims = ledger.claims(&Filter::default()).unwrap();
    assert_eq!(claims.len(), 1);
    assert_eq!(claims[0].claim, claim);
    assert_eq!(claims[0].document.published, document.published);
    assert_eq!(ledger.document("e", None).unwrap(), None);
    assert_eq!(ledger.document("d", Some(2)).unwrap(), None);
}

#[test]
fn the_same_again_changes_nothing() {
    let (_folder, path, mut ledger) = blank();
    let invented: Vec<_> = (0..20).map(entry).collect();
    let entries: Vec<_> =
        invented.iter().map(|(document, claims, notes)| Entry { document, claims, notes, added_at: NOW }).collect();
    assert_eq!(ledger.add_all(&entries).unwrap(), [Added::New; 20]);
    let (stats, claims) = (ledger.stats().unwrap(), ledger.claims(&Filter::default()).unwrap());
    assert!(ledger.holds(entries[3].document).unwrap());
    assert_eq!(ledger.add_all(&entries).unwrap(), [Added::Unchanged; 20]);
    assert_eq!(ledger.add(entries[3].document, &[], &[], "later").unwrap(), Added::Unchanged);
    drop(ledger);
    let ledger = Ledger::open(&path).unwrap();
    assert_eq!(ledger.stats().unwrap(), stats);
    assert_eq!(ledger.claims(&Filter::default()).unwrap(), claims);
    // Another ledger, one by one: the same ids.
    let (_other_folder, _, mut other) = blank();
    for entry in &entries {
        other.add(entry.document, entry.claims, entry.notes, entry.added_at).unwrap();
    }
    assert_eq!(other.claims(&Filter::default()).unwrap(), claims);
}

#[test]
fn a_change_is_a_revision() {
    let (_folder, _, mut ledger) = blank();
    let first = document("d", "Pang va.");
    let second = document("d", "Pang resta.");
    let dated = Document { published: PartialDate::month(2025, 7), ..second.clone() };
    let mut add = |document: &Document| {
        let claim = claim(document, Kind::Move, &[(Slot::Person, people(&["Ruoming Pang"]))]);
        ledger.add(document, &[claim], &[], NOW).unwrap()
    };
    assert_eq!(add(&first), Added::New);
    assert_eq!(add(&second), Added::Revised { from: 1, to: 2 });
    assert_eq!(add(&second), Added::Unchanged);
    assert_eq!(add(&dated), Added::Revised { from: 2, to: 3 });
    // Back to the first text: its claims are new entries with ids of their own.
    assert_eq!(add(&first), Added::Revised { from: 3, to: 4 });
    assert!(ledger.holds(&first).unwrap() && !ledger.holds(&second).unwrap());

    let all = Filter { include_superseded: true, ..Filter::default() };
    let revisions: Vec<_> =
        ledger.claims(&all).unwrap().into_iter().map(|c| (c.document.revision, c.superseded)).collect();
    assert_eq!(revisions, [(1, true), (2, true), (3, true), (4, false)]);
    let current = ledger.claims(&Filter::default()).unwrap();
    assert_eq!(current.len(), 1);
    assert_eq!(current[0].document.revision, 4);
    let mut ids: Vec<_> = ledger.claims(&all).unwrap().into_iter().map(|c| c.id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 4);
    assert_eq!(ledger.document("d", Some(2)).unwrap().unwrap().document, second);
    assert_eq!(ledger.revisions("d").unwrap().len(), 4);
    assert_eq!(ledger.documents().unwrap().len(), 1);
    let stats = ledger.stats().unwrap();
    assert_eq!((stats.documents, stats.superseded_documents), (1, 3));
    assert_eq!((stats.claims, stats.superseded_claims), (1, 3));
}

#[test]
fn one_text_under_two_ids_is_two_documents() {
    let (_folder, _, mut ledger) = blank();
    for id in ["a", "b"] {
        let document = document(id, "Pang va.");
        let claim = claim(&document, Kind::Move, &[(Slot::Person, people(&["Pang"]))]);
        // A reader that gives a claim twice is not the ledger's business.
        assert_eq!(ledger.add(&document, &[claim.clone(), claim], &[], NOW).unwrap(), Added::New);
    }
    assert_eq!(ledger.claims(&Filter::default()).unwrap().len(), 4);
}

/// A ledger to ask: document `a` of July 2025 in Italian, `b` of 2024 in English, `c` without a date.
fn market() -> (TempDir, Ledger) {
    let (folder, _, mut ledger) = blank();
    let lang = Lang::parse;
    let day = |text: &str| PartialDate::parse(text);
    let a = Document { lang: lang("it"), published: day("2025-07-08"), ..document("a", "testo a") };
    let b = Document { lang: lang("en"), published: day("2024"), ..document("b", "text b") };
    let c = document("c", "testo c");
    let dated = |date: &str, claim: Claim| Claim {
        date: Some(ClaimDate { value: PartialDate::parse(date).unwrap(), basis: DateBasis::Stated }),
        ..claim
    };
    let from_to = [(Slot::From, text("Apple")), (Slot::To, text("Meta"))];
    let pang = claim(&a, Kind::Move, &[[(Slot::Person, people(&["Ruoming Pang"]))].as_slice(), &from_to].concat());
    let le_cun = claim(&a, Kind::Tenure, &[(Slot::Person, people(&["Yann LeCun"])), (Slot::Org, text("Meta"))]);
    let amount = Amount { bounds: Bounds::at_most(2e6), currency: Some("USD".into()), ..Amount::default() };
    let offer = Claim {
        status: Status::Reported,
        score: 0.5,
        ..claim(&b, Kind::Offer, &[(Slot::By, text("OpenAI")), (Slot::Amount, Value::Amount(amount))])
    };
    let count = claim(&b, Kind::Count, &[(Slot::N, Value::Bounds(Bounds::exactly(10.0))), (Slot::Org, text("META"))]);
    let back = claim(&b, Kind::Move, &[(Slot::Person, people(&["A. Karpathy", "R. Pang"])), (Slot::To, text("Apple"))]);
    let suit = claim(&c, Kind::Legal, &[(Slot::Plaintiff, text("Elon Musk")), (Slot::Defendant, text("Open AI"))]);
    ledger.add(&a, &[dated("2025-07", pang), le_cun], &[], NOW).unwrap();
    ledger.add(&b, &[offer, count, dated("2023-05-02", back)], &[], NOW).unwrap();
    ledger.add(&c, &[suit], &[], NOW).unwrap();
    (folder, ledger)
}

#[test]
fn filters() {
    let (_folder, ledger) = market();
    let names = |names: &[&str]| names.iter().map(|&n| n.to_owned()).collect::<Vec<_>>();
    let check = |filter: Filter, expected: &str| {
        let found = ledger.claims(&filter).unwrap();
        let shown: Vec<_> = found.iter().map(|c| format!("{}-{}", c.document.id, c.claim.kind.as_str())).collect();
        assert_eq!(shown.join(" "), expected, "{filter:?}");
    };
    let all = Filter::default;
    check(all(), "a-move a-tenure b-offer b-count b-move c-legal");
    check(Filter { kinds: vec![Kind::Offer, Kind::Legal], ..all() }, "b-offer c-legal");
    check(Filter { person: names(&["pang"]), ..all() }, "a-move b-move");
    check(Filter { person: names(&["RUOMING PANG"]), ..all() }, "a-move b-move");
    check(Filter { person: names(&["Ruoming"]), ..all() }, "");
    check(Filter { person: names(&["Andrej Karpathy", "yann lécun"]), ..all() }, "a-tenure b-move");
    check(Filter { person: names(&["Musk"]), ..all() }, "c-legal");
    check(Filter { person: names(&["Nobody", "..."]), ..all() }, "");
    check(Filter { firm: names(&["meta"]), ..all() }, "a-move a-tenure b-count");
    check(Filter { firm: names(&["Open AI"]), ..all() }, "b-offer c-legal");
    check(Filter { firm: names(&["Apple", "OpenAI"]), ..all() }, "a-move b-offer b-move c-legal");
    check(Filter { from: names(&["Apple"]), ..all() }, "a-move");
    check(Filter { to: names(&["Apple"]), ..all() }, "b-move");
    check(Filter { from: names(&["Apple"]), to: names(&["Meta"]), person: names(&["Pang"]), ..all() }, "a-move");
    check(Filter { status: vec![Status::Reported], ..all() }, "b-offer");
    check(Filter { lang: vec![Lang::parse("en").unwrap()], ..all() }, "b-offer b-count b-move");
    check(Filter { min_score: Some(0.8), kinds: vec![Kind::Offer, Kind::Count], ..all() }, "b-count");
    check(Filter { doc: names(&["c", "a"]), ..all() }, "a-move a-tenure c-legal");
    check(Filter { limit: Some(2), ..all() }, "a-move a-tenure");
    check(Filter { limit: Some(0), ..all() }, "");
    check(Filter { order: Order::Newest, ..all() }, "a-tenure a-move b-offer b-count b-move c-legal");
    check(Filter { order: Order::Newest, limit: Some(1), kinds: vec![Kind::Move], ..all() }, "a-move");
    // since, until -> claims; the offer and the count are of 2024, at some time.
    for (since, until, expected) in [
        ("2025", "", "a-move a-tenure"),
        ("2025-07-09", "", "a-move"),
        ("2025-08", "", ""),
        ("2024-06", "2024-06", "b-offer b-count"),
        ("", "2024", "b-offer b-count b-move"),
        ("", "2023-05-01", ""),
        ("2023-05-02", "2023-05-02", "b-move"),
    ] {
        check(Filter { since: PartialDate::parse(since), until: PartialDate::parse(until), ..all() }, expected);
    }
}

#[test]
fn claims_by_the_beginning_of_their_id() {
    let (_folder, _, mut ledger) = blank();
    for number in 0..100 {
        let (document, claims, notes) = entry(number);
        ledger.add(&document, &claims, &notes, NOW).unwrap();
    }
    let claims = ledger.claims(&Filter::default()).unwrap();
    for claim in claims.iter().step_by(10) {
        assert_eq!(&ledger.claim(&claim.id).unwrap(), claim);
        assert_eq!(&ledger.claim(&format!(" {} ", claim.id.to_uppercase())).unwrap(), claim);
        let shorter = (1..12).find_map(|n| ledger.claim(&claim.id[..n]).ok()).unwrap();
        assert_eq!(&shorter, claim);
    }
    assert!(
        matches!(ledger.claim("a"), Err(LedgerError::AmbiguousClaim { candidates, more: true, .. }) if candidates.len() == 5)
    );
    for id in ["", "%", "zz", "' OR 1", "0123456789abcdef0"] {
        assert_eq!(ledger.claim(id).unwrap_err().code(), "no-such-claim", "{id}");
    }
}

#[test]
fn an_entry_that_contradicts_itself_is_refused() {
    let (_folder, _, mut ledger) = blank();
    let document = document("d", "Pang va da Meta.");
    let good = claim(&document, Kind::Pay, &[]);
    let elsewhere = Claim { doc: "e".into(), ..good.clone() };
    let astray = Claim { evidence: Evidence::cut("Pang va da Apple.", &[Span::new(0, 17)]).unwrap(), ..good.clone() };
    let unsure = Claim { score: f64::NAN, ..good.clone() };
    let endless = claim(&document, Kind::Pay, &[(Slot::N, Value::Bounds(Bounds::at_least(f64::INFINITY)))]);
    for bad in [elsewhere, astray, unsure, endless] {
        let error = ledger.add(&document, &[good.clone(), bad], &[], NOW).unwrap_err();
        assert_eq!(error.code(), "bad-entry", "{error}");
    }
    let note = Note { code: "c".into(), span: Some(Span::new(10, 99)), rule: None, detail: String::new() };
    assert_eq!(ledger.add(&document, &[good], &[note], NOW).unwrap_err().code(), "bad-entry");
    assert_eq!(ledger.stats().unwrap(), Default::default());
}

#[test]
fn one_writer_many_readers() {
    let (_folder, path, mut ledger) = blank();
    let error = Ledger::open(&path).unwrap_err();
    assert_eq!(error.code(), "locked");
    assert!(error.to_string().contains(&format!("(process {})", std::process::id())), "{error}");
    let reader = Ledger::open_reader(&path).unwrap();
    let (document, claims, notes) = entry(7);
    ledger.add(&document, &claims, &notes, NOW).unwrap();
    assert_eq!(reader.documents().unwrap().len(), 1);
    assert_eq!(Ledger::open_reader(&path).unwrap().documents().unwrap().len(), 1);
    let mut reader = reader;
    assert_eq!(reader.add(&document, &claims, &notes, NOW).unwrap_err().code(), "read-only");
    drop(ledger);
    let _again = Ledger::open(&path).unwrap();
    assert_eq!(reader.documents().unwrap().len(), 1);
}

#[test]
fn another_program_that_writes_is_waited_for_and_then_named() {
    let (_folder, path, mut ledger) = blank();
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let (document, claims, notes) = entry(1);
    assert_eq!(ledger.add(&document, &claims, &notes, NOW).unwrap_err().code(), "locked");
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(ledger.add(&document, &claims, &notes, NOW).unwrap(), Added::New);
}

/// Opening fails with this code both ways, and leaves the file as it is.
#[track_caller]
fn refused(path: &Path, code: &str) {
    let before = fs::read(path).ok();
    assert_eq!(Ledger::open(path).unwrap_err().code(), code);
    assert_eq!(Ledger::open_reader(path).unwrap_err().code(), code);
    assert_eq!(fs::read(path).ok(), before);
    let beside: Vec<_> = fs::read_dir(path.parent().unwrap()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(beside.iter().all(|name| !name.to_string_lossy().ends_with("-lock")), "{beside:?}");
}

#[test]
fn what_is_no_ledger_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        path
    };
    refused(&file("a.txt", b"Ruoming Pang"), "not-a-ledger");
    refused(&file("b.txt", "Ruoming Pang va da Meta. ".repeat(1000).as_bytes()), "not-a-ledger");
    refused(folder.path(), "not-a-ledger");
    let other = folder.path().join("other.db");
    rusqlite::Connection::open(&other).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
    refused(&other, "not-a-ledger");

    let newer = folder.path().join("newer.db");
    drop(Ledger::open(&newer).unwrap());
    rusqlite::Connection::open(&newer).unwrap().pragma_update(None, "user_version", 99).unwrap();
    refused(&newer, "newer-version");

    assert_eq!(Ledger::open(folder.path().join("no/such/m.db")).unwrap_err().code(), "unreadable");
    assert_eq!(Ledger::open_reader(folder.path().join("m.db")).unwrap_err().code(), "not-found");
    assert!(!folder.path().join("m.db").exists());
}

#[test]
fn an_interrupted_creation_is_completed() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.db");
    fs::write(&empty, b"").unwrap();
    assert_eq!(Ledger::open_reader(&empty).unwrap_err().code(), "not-a-ledger");
    assert_eq!(Ledger::open(&empty).unwrap().stats().unwrap(), Default::default());
    let only_wal = folder.path().join("wal.db");
    rusqlite::Connection::open(&only_wal).unwrap().pragma_update(None, "journal_mode", "wal").unwrap();
    assert_eq!(Ledger::open(&only_wal).unwrap().stats().unwrap(), Default::default());
}

#[test]
fn a_damaged_ledger_is_told_from_a_whole_one() {
    let (_folder, path, mut ledger) = blank();
    for number in 0..50 {
        let (document, claims, notes) = entry(number);
        ledger.add(&document, &claims, &notes, NOW).unwrap();
    }
    drop(ledger);
    let mut bytes = fs::read(&path).unwrap();
    bytes[4096..].fill(0xAA);
    fs::write(&path, bytes).unwrap();
    let code = match Ledger::open(&path) {
        Err(error) => error.code(),
        Ok(ledger) => ledger.claims(&Filter::default()).unwrap_err().code(),
    };
    assert_eq!(code, "damaged");
}

#[test]
fn a_full_disk_leaves_whole_documents() {
    let (_folder, path, mut ledger) = blank();
    ledger.limit_bytes(400_000).unwrap();
    let mut stored = 0;
    let error = loop {
        let (document, claims, notes) = entry(stored);
        match ledger.add(&document, &claims, &notes, NOW) {
            Ok(added) => assert_eq!(added, Added::New),
            Err(error) => break error,
        }
        stored += 1;
        assert!(stored < 10_000);
    };
    assert_eq!(error.code(), "disk-full");
    assert!(stored > 10);
    assert_eq!(ledger.stats().unwrap().documents, stored as u64);
    // A batch that does not fit as a whole is not stored at all.
    let invented: Vec<_> = (stored..stored + 50).map(entry).collect();
    let entries: Vec<_> =
        invented.iter().map(|(document, claims, notes)| Entry { document, claims, notes, added_at: NOW }).collect();
    assert_eq!(ledger.add_all(&entries).unwrap_err().code(), "disk-full");
    assert_eq!(ledger.stats().unwrap().documents, stored as u64);
    // With room again the same ledger goes on.
    ledger.limit_bytes(1 << 30).unwrap();
    assert_eq!(ledger.add_all(&entries).unwrap(), [Added::New; 50]);
    drop(ledger);
    let ledger = Ledger::open(&path).unwrap();
    let expected: usize = (0..stored + 50).map(|number| entry(number).1.len()).sum();
    assert_eq!(ledger.claims(&Filter::default()).unwrap().len(), expected);
}

#[cfg(unix)]
#[test]
fn without_permission() {
    use std::os::unix::fs::PermissionsExt;

    let (folder, path, mut ledger) = blank();
    let (document, claims, notes) = entry(5);
    ledger.add(&document, &claims, &notes, NOW).unwrap();
    drop(ledger);
    let allow = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    allow(&path, 0o444);
    allow(folder.path(), 0o555);
    // The superuser may write everything.
    if fs::write(folder.path().join("probe"), b"").is_err() {
        assert_eq!(Ledger::open(&path).unwrap_err().code(), "read-only");
        assert_eq!(Ledger::open(folder.path().join("new.db")).unwrap_err().code(), "read-only");
        assert_eq!(Ledger::open_reader(&path).unwrap().documents().unwrap().len(), 1);
        allow(folder.path(), 0o755);
        assert_eq!(Ledger::open(&path).unwrap_err().code(), "read-only");
        allow(&path, 0o000);
        assert_eq!(Ledger::open_reader(&path).unwrap_err().code(), "unreadable");
    }
    allow(folder.path(), 0o755);
}

#[test]
fn nothing_stored_can_be_changed() {
    let (_folder, path, mut ledger) = blank();
    let (document, claims, notes) = entry(5);
    ledger.add(&document, &claims, &notes, NOW).unwrap();
    let raw = rusqlite::Connection::open(&path).unwrap();
    for table in ["documents", "claims", "notes"] {
        for change in [format!("DELETE FROM {table}"), format!("UPDATE {table} SET rowid = rowid + 1")] {
            let change = change.replace("notes SET rowid = rowid + 1", "notes SET code = ''");
            let error = raw.execute(&change, []).unwrap_err();
            assert!(error.to_string().contains("only appends"), "{change}: {error}");
        }
    }
}
