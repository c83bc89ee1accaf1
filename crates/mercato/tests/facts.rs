//! Facts and judgements from the command line: merged, dated, judged, undone, forgotten, read again.

mod run;

use run::Place;

const IT: &str = "Ruoming Pang lascia Apple per Meta.\n";
const FR: &str = "Ruoming Pang quitte Apple pour Meta.\n";

/// One move told by two outlets in two languages, a month apart.
fn place() -> Place {
    let place = Place::new()
        .with("a.md", format!("---\nlang: it\npublished: 2025-07-08\noutlet: Il Foglio Inventato\n---\n{IT}"))
        .with("b.md", format!("---\nlang: fr\npublished: 2025-08-03\noutlet: Le Relais Inventé\n---\n{FR}"));
    place.ok(&["add", "a.md", "b.md"]);
    place
}

fn lines(text: &str) -> Vec<serde_json::Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"))).collect()
}

fn moves(place: &Place, more: &[&str]) -> Vec<serde_json::Value> {
    let arguments = [&["facts", "--kind", "move", "--private", "--format", "jsonl"][..], more].concat();
    lines(&place.run(&arguments).out)
}

#[test]
fn one_move_in_two_languages_is_one_fact() {
    let place = place();
    let facts = moves(&place, &[]);
    assert_eq!(facts.len(), 1, "{facts:#?}");
    assert_eq!(facts[0]["voices"].as_array().unwrap().len(), 2);
    let id = facts[0]["id"].as_str().unwrap();
    let claims: Vec<&str> =
        facts[0]["voices"].as_array().unwrap().iter().map(|v| v["claim"].as_str().unwrap()).collect();
    for claim in &claims {
        let dossier = place.ok(&["fact", claim]);
        for word in ["Apple → Meta", "ORIGINS", "Il Foglio Inventato", "Le Relais Inventé", "LEVEL"] {
            assert!(dossier.contains(word), "no {word} in: {dossier}");
        }
    }
    for firm in ["Meta", "Apple"] {
        assert_eq!(moves(&place, &["--firm", firm]), facts, "{firm}");
    }
    assert_eq!(moves(&place, &["--person", "pang"]), facts);
    assert!(moves(&place, &["--firm", "OpenAI"]).is_empty());
    let csv = place.ok(&["facts", "--format", "csv", "--private"]);
    assert!(csv.starts_with("level,marks,kind") && csv.contains(id), "{csv}");
    place.run(&["fact", "ffffffffffff"]).fails(1, &["no claim"]);
}

/// The record as it stood: what a ledger says that never got the later article.
#[test]
fn as_of_is_the_record_as_it_stood() {
    let early = Place::new()
        .with("a.md", format!("---\nlang: it\npublished: 2025-07-08\noutlet: Il Foglio Inventato\n---\n{IT}"));
    early.ok(&["add", "a.md"]);
    let place = place();
    let id = moves(&place, &[])[0]["id"].as_str().unwrap().to_owned();
    for command in [
        &["facts", "--private", "--format", "jsonl"][..],
        &["facts", "--private"],
        &["fact", &id],
        &["why", &id],
        &["list", "all", "--format", "jsonl"],
        &["who", "Pang"],
        &["firm", "Meta", "--format", "csv"],
        &["disputes"],
        &["sources", "--format", "jsonl"],
        &["review", "--private", "--format", "jsonl"],
        &["export"],
        &["export", "--format", "ftm"],
        &["export", "--format", "facts"],
    ] {
        let arguments = [command, &["--as-of", "2025-07-31"]].concat();
        let (then, now) = (early.run(&arguments), place.run(&arguments));
        assert_eq!((then.code, &then.out), (now.code, &now.out), "{arguments:?}: {}{}", then.err, now.err);
    }
    let before = place.ok(&["list", "all", "--as-of", "2025-07-31"]);
    assert_ne!(before, place.ok(&["list", "all"]), "the later article counts later");
    assert_eq!(place.run(&["facts", "--private", "--as-of", "2025-07-01"]).out, "");
    let changes = place.ok(&["diff", "--between", "2025-07-31", "2025-08-31", "--private", "--format", "jsonl"]);
    let changes = lines(&changes);
    assert!(changes.iter().all(|c| c["articles"] == serde_json::json!(["b"])), "{changes:#?}");
    assert!(changes.iter().any(|c| c["change"] == "origins"), "{changes:#?}");
    // By the day of adding, nothing was known then.
    assert_eq!(place.run(&["list", "all", "--as-of", "2025-07-31", "--known-by", "added"]).out, "");
    place.run(&["judge", "reject", &id, "--as-of", "2025-07-31"]).fails(2, &["--as-of"]);
}

#[test]
fn judgements_hold_and_are_taken_back() {
    let place = place();
    let fact = moves(&place, &[]).remove(0);
    let claim = |n: usize| fact["voices"][n]["claim"].as_str().unwrap().to_owned();
    let (one, other) = (claim(0), claim(1));
    let count = |place: &Place| moves(place, &[]).len();
    for (decision, facts) in [
        (&["never", &one, &other][..], 2),
        (&["split", &other], 2),
        (&["judge", "other-person", &one, &other], 2),
        (&["judge", "reject", &one], 1),
    ] {
        place.ok(decision);
        assert_eq!(count(&place), facts, "{decision:?}");
        place.ok(&["undo"]);
        assert_eq!(moves(&place, &[]), vec![fact.clone()], "undone: {decision:?}");
    }
    place.ok(&["judge", "correct", &one, "to", "OpenAI", "--because", "the last line", "--author", "checker"]);
    let corrected = moves(&place, &["--firm", "OpenAI"]);
    assert_eq!(corrected.len(), 1, "{corrected:#?}");
    assert_eq!(place.run(&["list", "moves", "--to", "OpenAI"]).out, "", "the claim stays what it was");
    let log = place.ok(&["log", "--format", "jsonl"]);
    let log = lines(&log);
    let last = log.last().unwrap();
    assert_eq!(
        (&last["author"], &last["reason"], &last["action"]["do"]),
        (&"checker".into(), &"the last line".into(), &"correct".into())
    );
    assert_eq!(log.len(), 9);
    // The opposite of an earlier word is said, and warned of.
    place.ok(&["never", &one, &other]);
    let merged = place.run(&["merge", &one, &other]);
    assert_eq!(merged.code, 0);
    assert!(merged.err.contains("said the opposite"), "{}", merged.err);
    place.run(&["judge", "retract", "nowhere"]).fails(1, &["no article"]);
    place.run(&["judge", "correct", &one, "manner", "flew"]).fails(2, &["one of"]);
    place.run(&["undo", "zzz"]).fails(1, &["no such operation"]);
}

#[test]
fn what_a_person_decided_outlives_a_re_read() {
    let place = place();
    let before = moves(&place, &[]);
    let claim = before[0]["voices"][0]["claim"].as_str().unwrap().to_owned();
    place.ok(&["judge", "correct", &claim, "to", "OpenAI"]);
    let same = place.ok(&["reread"]);
    assert!(same.starts_with("0 of 2 readings changed"), "{same}");
    // Packs without the frames read nothing: every reading changes.
    let packs = run::project("packs");
    let other = place.path("packs");
    run::copy(&packs, &other);
    for lang in ["it", "fr"] {
        std::fs::remove_dir_all(other.join(lang).join("frames")).unwrap();
        std::fs::create_dir(other.join(lang).join("frames")).unwrap();
    }
    let dry = place.ok(&["reread", "--packs", "packs", "--dry-run", "--format", "jsonl"]);
    assert_eq!(lines(&dry).len(), 2, "{dry}");
    assert_eq!(moves(&place, &[]).len(), moves(&place, &["--kind", "move"]).len());
    place.ok(&["reread", "--packs", "packs"]);
    let kept = moves(&place, &["--firm", "OpenAI"]);
    assert_eq!(kept.len(), 1, "the corrected claim still counts: {kept:#?}");
    assert_eq!(moves(&place, &["--firm", "Meta"]).len(), 0, "what nobody decided follows the reading");
}

#[test]
fn who_is_forgotten_does_not_come_back() {
    let place =
        place().with("c.md", "---\nlang: it\npublished: 2025-07-09\n---\nAlexandr Wang lascia Scale AI per Meta.\n");
    place.ok(&["add", "c.md"]);
    let claim = moves(&place, &["--person", "Pang"])[0]["id"].as_str().unwrap().to_owned();
    place.ok(&["judge", "accept", &claim, "--because", "Pang said so"]);
    let asked = place.ok(&["forget", "Ruoming Pang"]);
    assert!(asked.contains("nothing was erased"), "{asked}");
    place.ok(&["forget", "Ruoming Pang", "--yes"]);
    let gone = |place: &Place| {
        for name in ["mercato.db", "mercato.db-wal"] {
            let bytes = std::fs::read(place.path(name)).unwrap_or_default();
            let lower = bytes.to_ascii_lowercase();
            for word in ["ruoming", "pang"] {
                assert!(!lower.windows(word.len()).any(|w| w == word.as_bytes()), "{word} is still in {name}");
            }
        }
    };
    gone(&place);
    assert_eq!(moves(&place, &["--person", "Wang"]).len(), 1, "others stay");
    assert!(!place.ok(&["list", "all", "--person", "Wang", "--format", "jsonl"]).is_empty());
    // The same articles, a new one, and a re-read.
    let again = place.ok(&["add", "a.md", "b.md"]);
    assert!(again.starts_with("0 new, 2 unchanged"), "{again}");
    place.write(
        "d.md",
        "---\nlang: it\npublished: 2025-09-01\n---\nPang Ruoming lascia Meta per OpenAI. Alexandr Wang resta.\n",
    );
    place.ok(&["add", "d.md"]);
    place.ok(&["reread"]);
    gone(&place);
    assert!(moves(&place, &["--person", "Pang"]).is_empty());
    place.run(&["forget", "Pang", "--yes"]).fails(2, &["full name"]);
}

#[test]
fn ledgers_merge_and_go_out_in_open_formats() {
    let one = place();
    let other = Place::new()
        .with("c.md", "---\nlang: it\npublished: 2025-07-09\n---\nAlexandr Wang lascia Scale AI per Meta.\n");
    other.ok(&["add", "c.md", "--ledger", "other.db"]);
    let id = lines(&other.ok(&["list", "moves", "--format", "jsonl", "--ledger", "other.db"]))[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    other.ok(&["judge", "accept", &id, "--ledger", "other.db"]);
    let path = other.path("other.db").display().to_string();
    assert_eq!(one.ok(&["import", &path]), "1 articles and 1 judgements came\n");
    assert_eq!(one.ok(&["import", &path]), "0 articles and 0 judgements came\n");
    assert_eq!(moves(&one, &[]).len(), 2);
    let ftm = lines(&one.ok(&["export", "--format", "ftm"]));
    let schema = |name: &str| ftm.iter().filter(|e| e["schema"] == name).count();
    let ids: std::collections::BTreeSet<&str> = ftm.iter().filter_map(|e| e["id"].as_str()).collect();
    assert!(schema("Person") > 0 && schema("Company") > 0 && schema("Employment") > 0, "{ftm:#?}");
    for employment in ftm.iter().filter(|e| e["schema"] == "Employment") {
        for property in ["employee", "employer", "proof"] {
            let refers = employment["properties"][property].as_array().unwrap();
            assert!(!refers.is_empty() && refers.iter().all(|id| ids.contains(id.as_str().unwrap())), "{employment}");
        }
    }
    let annotations = lines(&one.ok(&["export", "--format", "annotations"]));
    assert!(
        annotations.iter().all(|a| a["type"] == "Annotation" && a["target"][0]["selector"][0]["exact"].is_string())
    );
    one.ok(&["export", "--format", "quickstatements"]);
    // People and companies come in as a knowledge base.
    one.write("people.ftm.json", one.ok(&["export", "--format", "ftm"]));
    one.ok(&["import", "people.ftm.json", "--into", "mykb"]);
    let table = std::fs::read_to_string(one.path("mykb/organisations.tsv")).unwrap();
    assert!(table.contains("\tMeta\t"), "{table}");
    one.run(&["import", "people.ftm.json"]).fails(2, &["--into"]);
}

/// `why` shows a claim as it stood on the day: not before it was known, and not as replaced before it was.
#[test]
fn why_looks_back() {
    let place = place();
    let claims = lines(&place.ok(&["list", "all", "--private", "--format", "jsonl"]));
    let of = |doc: &str| {
        let claim = claims.iter().find(|c| c["doc"].as_str().unwrap().contains(doc)).unwrap();
        claim["id"].as_str().unwrap().to_owned()
    };
    let (first, later) = (of("a"), of("b"));
    let then = ["--as-of", "2025-07-31"];
    assert_eq!(place.ok(&["why", &first, then[0], then[1]]), place.ok(&["why", &first]));
    place.ok(&["why", &later]);
    place.run(&["why", &later, then[0], then[1]]).fails(1, &["no claim"]);
    place.run(&["why", &first, "--as-of", "2025-07-01"]).fails(1, &["no claim"]);
    // A revision of today leaves the first one standing on that day.
    place.write(
        "a.md",
        "---\nlang: it\npublished: 2025-07-08\noutlet: Il Foglio Inventato\n---\nRuoming Pang resta ad Apple.\n",
    );
    place.ok(&["add", "a.md"]);
    assert!(place.ok(&["why", &first]).contains("superseded"));
    let day = [&["why", &first][..], &then].concat();
    assert!(!place.ok(&day).contains("superseded"));
}

/// Hearsay about somebody who leads nothing is shown to whoever asks for it, and to nobody else; a reason in the family
/// is shown to nobody.
#[test]
fn rumours_about_private_people_are_hidden() {
    use mercato_ledger::{Entry, Ledger, Store as _};
    use mercato_model::{Claim, Document, Evidence, Kind, Slot, Slots, Span, Status, Value};
    let place = Place::new();
    let mut ledger = Ledger::open(place.path("mercato.db")).unwrap();
    let text = |text: &str| Value::Text(text.into());
    let people = |name: &str| Value::List(vec![name.into()]);
    let mut add = |id: &str, outlet: &str, status: Status, slots: &[(Slot, Value)], kind: Kind| {
        let document = Document {
            id: id.into(),
            text: format!("Words of {id}."),
            outlet: Some(outlet.into()),
            lang: mercato_model::Lang::parse("en"),
            published: mercato_model::PartialDate::parse("2025-07-08"),
            ..Document::default()
        };
        let claim = Claim {
            doc: id.into(),
            lang: document.lang.unwrap(),
            kind,
            slots: Slots::from_iter(slots.iter().cloned()),
            status,
            source: Vec::new(),
            date: None,
            evidence: Evidence::cut(&document.text, &[Span::new(0, document.text.len())]).unwrap(),
            rule: "en.test".into(),
            as_written: Default::default(),
            score: 0.9,
        };
        ledger
            .add_all(&[Entry { document: &document, claims: &[claim], notes: &[], added_at: "2025-07-08T00:00:00Z" }])
            .unwrap();
    };
    let moves = |who: &str| [(Slot::Person, people(who)), (Slot::From, text("Corvanta")), (Slot::To, text("Helvion"))];
    let reason =
        |who: &str| [(Slot::Subject, text(who)), (Slot::Org, text("Corvanta")), (Slot::Factor, text("family"))];
    // Only heard; heard and then told; heard of somebody who leads; a family reason, told.
    add("heard", "Il Foglio Inventato", Status::Reported, &moves("Ada Neri"), Kind::Move);
    add("heard-first", "Il Foglio Inventato", Status::Reported, &moves("Otto Kranz"), Kind::Move);
    add("told-then", "Le Relais Inventé", Status::Asserted, &moves("Otto Kranz"), Kind::Move);
    let leader = [&moves("Irma Sund")[..], &[(Slot::RoleFrom, text("CEO"))]].concat();
    add("leader", "Il Foglio Inventato", Status::Reported, &leader, Kind::Move);
    add("family", "Il Foglio Inventato", Status::Asserted, &reason("Lena Vogt"), Kind::Reason);
    drop(ledger);
    let named = |out: &str| {
        let all = ["Ada Neri", "Otto Kranz", "Irma Sund", "Lena Vogt"];
        all.into_iter().filter(|name| out.contains(name)).collect::<Vec<_>>()
    };
    let shown = ["Otto Kranz", "Irma Sund"];
    let asked = ["Ada Neri", "Otto Kranz", "Irma Sund"];
    for command in [
        &["list", "all"][..],
        &["list", "all", "--limit", "4"],
        &["list", "all", "--format", "jsonl"],
        &["firm", "Helvion"],
        &["firm", "Corvanta", "--format", "csv"],
        &["export"],
        &["export", "--format", "csv"],
        &["export", "--format", "annotations"],
        &["export", "--format", "facts"],
        &["facts"],
        &["facts", "--limit", "9"],
        &["facts", "--firm", "Helvion", "--limit", "9"],
        &["facts", "--firm", "Helvion", "--format", "jsonl"],
        &["diff", "--between", "2025-07-01", "2025-08-01"],
    ] {
        assert_eq!(named(&place.ok(command)), shown, "{command:?}");
        assert_eq!(named(&place.ok(&[command, &["--private"]].concat())), asked, "{command:?} --private");
    }
    for (name, hidden) in [("Ada Neri", true), ("Otto Kranz", false), ("Irma Sund", false), ("Lena Vogt", true)] {
        for command in [&["who", name][..], &["facts", "--person", name], &["facts", "--person", name, "--limit", "3"]]
        {
            assert_eq!(place.run(command).out.is_empty(), hidden, "{command:?}");
        }
    }
    // What others publish never carries hearsay.
    for format in ["ftm", "quickstatements"] {
        for flags in [&[][..], &["--private"]] {
            let out = place.ok(&[&["export", "--format", format][..], flags].concat());
            assert!(named(&out).iter().all(|name| *name == "Otto Kranz"), "{format} {flags:?}: {out}");
        }
    }
    // Of the two who tell of one move only the one who heard of it is hidden.
    assert_eq!(place.ok(&["export", "--format", "annotations"]).lines().count(), 2);
    assert_eq!(place.ok(&["export", "--format", "annotations", "--private"]).lines().count(), 4);
    let nobody = place.run(&["who", "Ada Neri"]);
    assert_eq!((nobody.code, nobody.out.as_str()), (0, ""));
    assert!(place.ok(&["who", "Ada Neri", "--private"]).contains("Helvion"));
    assert_eq!(
        lines(&place.ok(&["list", "moves", "--limit", "2", "--format", "jsonl"])).len(),
        2,
        "the limit is of what is shown"
    );
    // Nor does the id of a private reason show it.
    let ledger = Ledger::open_reader(place.path("mercato.db")).unwrap();
    let claims = ledger.claims(&Default::default()).unwrap();
    let id = &claims.iter().find(|c| c.claim.kind == Kind::Reason).unwrap().id;
    place.run(&["why", id]).fails(1, &["private reason"]);
    place.run(&["fact", id]).fails(1, &[]);
}

/// A file of columns says what the lines say.
#[test]
fn parquet_holds_the_same_rows() {
    use parquet::file::reader::{FileReader as _, SerializedFileReader};
    use parquet::record::RowAccessor as _;
    let place = place();
    for command in [&["list", "all"][..], &["facts"], &["export"], &["who", "Pang"]] {
        let asked = |format: &'static str| [command, &["--private", "--format", format]].concat();
        let output = place.command(&asked("parquet")).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let file = SerializedFileReader::new(bytes::Bytes::from(output.stdout)).unwrap();
        let fields = file.metadata().file_metadata().schema_descr().columns().to_vec();
        let at = |name: &str| fields.iter().position(|field| field.name() == name).unwrap();
        let rows: Vec<_> = file.get_row_iter(None).unwrap().map(Result::unwrap).collect();
        let expected = lines(&place.ok(&asked("jsonl")));
        assert!(!rows.is_empty());
        assert_eq!(rows.len(), expected.len(), "{command:?}");
        for (row, line) in rows.iter().zip(&expected) {
            assert_eq!(row.get_string(at("id")).unwrap(), line["id"].as_str().unwrap());
            if command[0] != "facts" {
                assert_eq!(row.get_double(at("score")).unwrap(), line["score"].as_f64().unwrap());
                assert!(!row.get_bool(at("superseded")).unwrap());
            }
        }
    }
    place.ok(&["export", "--format", "parquet", "--out", "claims.parquet"]);
    assert!(std::fs::read(place.path("claims.parquet")).unwrap().starts_with(b"PAR1"));
}

/// A command that writes, killed at any instant, leaves whole operations, and what was there before.
#[cfg(unix)]
#[test]
fn killed_while_judging_forgetting_or_re_reading() {
    use mercato_ledger::{Ledger, Store as _};
    let line = |n: usize| {
        format!(
            "{{\"id\": \"{n}\", \"lang\": \"it\", \"published\": \"2025-07-01\", \"text\": \"Ruoming Pang lascia Apple per Meta. Alexandr Wang lascia Scale AI per Meta.\"}}\n"
        )
    };
    let place = Place::new().with("news.jsonl", (0..120).map(line).collect::<String>());
    place.ok(&["add", "news.jsonl"]);
    let ids: Vec<String> = lines(&place.ok(&["list", "moves", "--format", "jsonl"]))
        .iter()
        .map(|c| c["id"].as_str().unwrap().to_owned())
        .collect();
    let all = ids.len();
    let mut accept = vec!["judge", "accept"];
    accept.extend(ids.iter().map(String::as_str));
    let packs = place.path("packs");
    run::copy(&run::project("packs"), &packs);
    std::fs::remove_dir_all(packs.join("it/frames")).unwrap();
    std::fs::create_dir(packs.join("it/frames")).unwrap();
    for (round, command) in [
        &accept[..],
        &["reread", "--packs", "packs"],
        &["reread"],
        &["forget", "Ruoming Pang", "--yes"],
        &accept,
        &["reread", "--packs", "packs"],
        &["forget", "Alexandr Wang", "--yes"],
    ]
    .into_iter()
    .enumerate()
    {
        let mut child = place.command(command).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(7 + 31 * round as u64 % 160));
        let _ = child.kill();
        child.wait().unwrap();
        let ledger = Ledger::open(place.path("mercato.db")).unwrap();
        assert_eq!(ledger.documents().unwrap().len(), 120, "round {round}");
        // All judgements of one command, or none.
        assert_eq!(ledger.operations(None).unwrap().len() % all, 0, "round {round}");
        // No article half forgotten: the name is in every text, or in none.
        let named = |name: &str| {
            let texts = (0..120).map(|n| ledger.document(&n.to_string(), None).unwrap().unwrap().document.text);
            texts.filter(|text| text.contains(name)).count()
        };
        for name in ["Pang", "Wang"] {
            assert!([0, 120].contains(&named(name)), "round {round}: {name} in {}", named(name));
        }
    }
}
