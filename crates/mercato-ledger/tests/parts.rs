//! Facts of a part of the record are those of the whole, on the stories told many times in `eval/facts/`.

#[path = "../../mercato-facts/tests/telling/mod.rs"]
mod telling;

use std::collections::BTreeMap;

use mercato_facts::{Action, Fact, Operation, snapshot, snapshot_around};
use mercato_ledger::{Entry, Ledger, Scope, Store};
use mercato_model::{Document, Kind, Slot};
use telling::{Piece, told, world};

const TODAY: i64 = 20_700;

fn ledger(pieces: &[Piece]) -> (tempfile::TempDir, Ledger) {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = Ledger::open(folder.path().join("m.db")).unwrap();
    for piece in pieces {
        let (text, _) = telling::text(piece);
        let document = Document {
            id: piece.id.clone(),
            text,
            lang: Some(piece.lang),
            published: Some(piece.published),
            outlet: piece.outlet.clone(),
            ..Document::default()
        };
        let claims: Vec<_> = told(piece).into_iter().map(|told| told.claim).collect();
        ledger
            .add_all(&[Entry { document: &document, claims: &claims, notes: &[], added_at: "2026-01-01T00:00:00Z" }])
            .unwrap();
    }
    (folder, ledger)
}

fn by_id(facts: Vec<Fact>) -> BTreeMap<String, Fact> {
    facts.into_iter().map(|fact| (fact.id.clone(), fact)).collect()
}

#[test]
fn facts_of_a_part_are_those_of_the_whole() {
    let pieces: Vec<Piece> = telling::lines("told.jsonl");
    let (_folder, mut ledger) = ledger(&pieces);
    let world = world();
    // Two judgements about people and one correction are part of it.
    let whole = ledger.record(&Scope::All, &world, None).unwrap();
    let all = by_id(snapshot(&whole, &world, TODAY).facts);
    let of_people: Vec<&Fact> = all.values().filter(|f| f.person.is_some() && f.kind == Kind::Move).collect();
    let operation = |n: usize, action| Operation {
        id: n.to_string(),
        at: format!("2026-01-0{n}T00:00:00Z"),
        author: "a".into(),
        action,
        reason: String::new(),
    };
    let claim = |n: usize| of_people[n].voices[0].claim.clone();
    ledger
        .operate(&[
            operation(1, Action::SamePerson { one: claim(0), other: claim(1) }),
            operation(
                2,
                Action::Correct {
                    claim: claim(2),
                    slot: Slot::From,
                    value: of_people[3].slots.get(&Slot::To).cloned(),
                },
            ),
        ])
        .unwrap();
    let all = by_id(snapshot(&ledger.record(&Scope::All, &world, None).unwrap(), &world, TODAY).facts);
    assert!(all.len() >= 60);
    let mut looked_at = 0;
    for fact in all.values() {
        let scope = match (&fact.person, fact.kind) {
            (Some(person), _) => Scope::Person(person.split('#').next().unwrap().to_owned()),
            (None, Kind::Figure) => Scope::Kinds(vec![Kind::Figure]),
            (None, kind) => {
                let slots = [
                    Slot::From,
                    Slot::To,
                    Slot::Org,
                    Slot::By,
                    Slot::Target,
                    Slot::Acquirer,
                    Slot::Plaintiff,
                    Slot::Defendant,
                ];
                let names: Vec<String> =
                    slots.iter().filter_map(|s| fact.text(*s)).flat_map(|name| world.family(name)).collect();
                Scope::Firms { names, kinds: vec![kind] }
            }
        };
        let record = ledger.record(&scope, &world, None).unwrap();
        let part = by_id(snapshot(&record, &world, TODAY).facts);
        assert_eq!(part.get(&fact.id), Some(fact), "{scope:?}");
        // And facts around a claim are those among all.
        for claim in fact.voices.iter().map(|v| &v.claim).chain(fact.words.iter().map(|w| &w.claim)) {
            let around = by_id(snapshot_around(&record, &world, TODAY, claim).facts);
            assert_eq!(around.get(&fact.id), Some(fact), "{claim} of {scope:?}");
        }
        looked_at += usize::from(record.len() < whole.len());
    }
    assert!(looked_at > 50, "most parts are less than the whole");
}
