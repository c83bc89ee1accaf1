//! Facts of a part of the record are those of the whole, on the stories told many times in `eval/facts/`.

#[path = "../../mercato-facts/tests/telling/mod.rs"]
mod telling;

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use mercato_facts::{Action, Fact, Operation, snapshot};
use mercato_ledger::{Answers, AsOf, Entry, Known, Ledger, Scope, Store, firms};
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
    let all = by_id(snapshot(&ledger.record(&Scope::All, &world, None).unwrap(), &world, TODAY).facts);
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
    let answers = Answers { ledger: &ledger, world: &world, today: TODAY, as_of: None };
    let mut looked_at = 0;
    for fact in all.values() {
        for claim in fact.voices.iter().map(|v| &v.claim).chain(fact.words.iter().map(|w| &w.claim)) {
            let (found, near) = answers.fact(claim).unwrap();
            assert!(found.contains(fact), "{claim}: {found:#?} {fact:#?}");
            looked_at += usize::from(near.facts.len() < all.len());
        }
        if let Some(person) = fact.person.as_deref() {
            let found = answers.of_person(person.split('#').next().unwrap()).unwrap();
            assert!(found.contains(fact), "{person}");
            assert!(found.iter().all(|fact| all.get(&fact.id) == Some(fact)), "{person}: facts that are not whole");
        }
    }
    assert!(looked_at > 50, "most parts are less than the whole");
    parts_make_the_whole(answers, &all);
    let order = |facts: &mut Vec<&Fact>| facts.sort_by(|a, b| a.newest_first(b));
    for firm in ["Teslara", "Corvanta", "Meridia", "Nordkap"] {
        let wanted = world.firm(firm);
        let mut expected: Vec<&Fact> =
            all.values().filter(|fact| firms(fact).any(|firm| world.firm(firm).kin(&wanted))).collect();
        order(&mut expected);
        assert!(!expected.is_empty());
        let found = answers.of_firm(firm).unwrap();
        let ids = |facts: &[&Fact]| facts.iter().map(|f| f.id.clone()).collect::<Vec<_>>();
        assert_eq!(ids(&found.iter().collect::<Vec<_>>()), ids(&expected), "{firm}");
        assert!(found.iter().eq(expected), "{firm}");
    }
    let mut newest: Vec<&Fact> = all.values().collect();
    order(&mut newest);
    for limit in [0, 1, 7, 40, all.len(), all.len() + 1] {
        let found = answers.newest(limit, &|_| true).unwrap();
        assert!(found.iter().eq(newest[..limit.min(newest.len())].iter().copied()), "{limit}");
    }
    let pay = |fact: &Fact| fact.kind == Kind::Retention;
    let expected: Vec<&Fact> = newest.iter().copied().filter(|f| pay(f)).take(3).collect();
    assert_eq!(answers.newest(3, &pay).unwrap().iter().collect::<Vec<_>>(), expected);
    // The same on an earlier day.
    let as_of = Some(AsOf { day: telling::day("2024-09-01"), by: Known::Public });
    let answers = Answers { today: telling::day("2024-09-01"), as_of, ..answers };
    let then = snapshot(&ledger.record(&Scope::All, &world, as_of).unwrap(), &world, answers.today).facts;
    assert!(then.len() > 20 && then.len() < all.len());
    parts_make_the_whole(answers, &by_id(then.clone()));
    for fact in &then {
        let (found, _) = answers.fact(&fact.voices[0].claim).unwrap();
        assert!(found.contains(fact), "{found:#?} {fact:#?}");
    }
    assert_eq!(answers.newest(then.len(), &|_| true).unwrap().len(), then.len());
    let later = all.values().flat_map(|f| &f.voices).find(|v| v.known.as_str() > "2024-09-01").unwrap();
    assert!(answers.fact(&later.claim).is_err(), "nobody knew it");
}

/// However small the parts: each fact is in one of them, as it is in the whole.
fn parts_make_the_whole(answers: Answers<'_>, all: &BTreeMap<String, Fact>) {
    for claims in [1, 7, 40, 10_000] {
        let (mut found, mut parts) = (Vec::new(), 0);
        answers
            .each_part(claims, &mut |part| {
                found.extend(part.facts);
                parts = part.of;
                assert!(part.number <= part.of);
                ControlFlow::Continue(())
            })
            .unwrap();
        assert!(claims > 40 || parts > 10, "{parts} parts of {claims} claims");
        assert_eq!(found.len(), all.len(), "{claims} claims a part");
        assert!(by_id(found) == *all, "{claims} claims a part");
    }
    let mut taken = 0;
    let stop = &mut |_| {
        taken += 1;
        ControlFlow::Break(())
    };
    answers.each_part(1, stop).unwrap();
    assert_eq!(taken, 1);
}
