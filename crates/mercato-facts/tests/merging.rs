//! Merging records is like merging sets: order, batches, threads and repeats make no difference to one byte.

mod telling;

use mercato_facts::{Action, Operation, Record, Told, snapshot};
use proptest::prelude::*;
use telling::Piece;

/// Decisions about some of the claims, made of numbers.
fn operations(told: &[Told], picks: &[(u8, usize, usize)]) -> Vec<Operation> {
    let id = |at: usize| told[at % told.len()].id.clone();
    let action = |(kind, one, other): (u8, usize, usize)| match kind % 9 {
        0 => Action::Reject { claim: id(one) },
        1 => Action::Accept { claim: id(one) },
        2 => Action::Merge { one: id(one), other: id(other) },
        3 => Action::Never { one: id(one), other: id(other) },
        4 => Action::SamePerson { one: id(one), other: id(other) },
        5 => Action::OtherPerson { one: id(one), other: id(other) },
        6 => Action::Split { claim: id(one) },
        7 => Action::Retract { document: told[one % told.len()].article.id.clone() },
        _ => Action::Undo { operation: format!("{:02}", one % picks.len().max(1)) },
    };
    picks
        .iter()
        .enumerate()
        .map(|(n, pick)| Operation {
            id: format!("{n:02}"),
            at: format!("2026-01-01T00:00:{:02}Z", n % 60),
            author: "somebody".into(),
            action: action(*pick),
            reason: String::new(),
        })
        .collect()
}

fn bytes(record: &Record) -> Vec<u8> {
    let snapshot = snapshot(record, &telling::world(), telling::day("2026-11-01"));
    serde_json::to_vec(&snapshot).expect("a snapshot can be written")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn any_order_any_batches_any_threads(
        start in 0usize..280,
        order in Just((0..34usize).collect::<Vec<_>>()).prop_shuffle(),
        cuts in prop::collection::vec(1usize..9, 12),
        repeats in prop::collection::vec(0usize..34, 0..6),
        picks in prop::collection::vec((any::<u8>(), any::<usize>(), any::<usize>()), 0..8),
    ) {
        let all: Vec<Piece> = PIECES.with(Clone::clone);
        let pieces = &all[start..(start + 34).min(all.len())];
        let told: Vec<Told> = pieces.iter().flat_map(telling::told).collect();
        let operations = operations(&told, &picks);

        let mut straight = Record::default();
        told.iter().cloned().for_each(|t| straight.add(t));
        operations.iter().cloned().for_each(|o| straight.judge(o));

        // Shuffled, in batches, some batches made on threads of their own, some twice, merged pairwise.
        let shuffled: Vec<Told> = order.iter().chain(&repeats).filter_map(|&at| told.get(at).cloned()).collect();
        let mut rest = shuffled.as_slice();
        let mut batches: Vec<Vec<Told>> = Vec::new();
        for cut in cuts.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (batch, more) = rest.split_at((*cut).min(rest.len()));
            batches.push(batch.to_vec());
            rest = more;
        }
        let mut records: Vec<Record> = std::thread::scope(|scope| {
            let threads: Vec<_> = batches
                .into_iter()
                .map(|batch| scope.spawn(move || {
                    let mut record = Record::default();
                    batch.into_iter().for_each(|t| record.add(t));
                    record
                }))
                .collect();
            threads.into_iter().map(|t| t.join().expect("a thread ends")).collect()
        });
        for (n, operation) in operations.into_iter().rev().enumerate() {
            let at = n % records.len();
            records[at].judge(operation);
        }
        while records.len() > 1 {
            let last = records.pop().expect("one");
            let at = records.len() / 2;
            records[at].merge(last);
        }
        let mut merged = records.pop().expect("one");
        let again = merged.clone();
        merged.merge(again);
        prop_assert_eq!(bytes(&straight), bytes(&merged));
    }
}

thread_local! {
    // Tellings of one fact side by side, so that a window of articles holds much to merge.
    static PIECES: Vec<Piece> = {
        let mut pieces: Vec<Piece> = telling::lines("told.jsonl");
        pieces.sort_by(|a, b| a.says[0].fact.cmp(&b.says[0].fact));
        pieces
    };
}
