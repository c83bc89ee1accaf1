//! Finding people and firms by what somebody types, slips included.

use std::collections::HashMap;

use mercato_facts::fold::words;

use crate::view::{Named, Names};

/// How alike a name must be to be shown for a slip.
const ALIKE: f64 = 0.72;

/// The names that fit best, at most `limit`: those that hold every word typed, or its beginning, else those that look
/// like it. Among equals the one spoken of most comes first.
pub fn find<'a>(names: &'a Names, typed: &str, limit: usize) -> Vec<&'a Named> {
    let asked = words(typed);
    if asked.is_empty() {
        return Vec::new();
    }
    let joined = asked.concat();
    let holds = |named: &&Named| {
        let mut parts = named.key.split(' ');
        named.key.replace(' ', "").starts_with(&joined)
            || asked.iter().all(|word| parts.clone().any(|part| part.starts_with(word.as_str())))
                && parts.next().is_some()
    };
    let mut found: Vec<&Named> = names.list.iter().filter(holds).collect();
    found.sort_by_key(|named| (named.key.replace(' ', "") != joined, std::cmp::Reverse(named.facts.len())));
    if found.is_empty() {
        found = alike(names, &joined);
    }
    found.truncate(limit);
    found
}

/// Names at a small distance; those that share no two neighbouring letters are passed over unseen.
fn alike<'a>(names: &'a Names, joined: &str) -> Vec<&'a Named> {
    let pairs = |text: &str| {
        let mut counts: HashMap<(char, char), i32> = HashMap::new();
        for pair in text.chars().zip(text.chars().skip(1)) {
            *counts.entry(pair).or_default() += 1;
        }
        counts
    };
    let asked = pairs(joined);
    let mut found: Vec<(f64, &Named)> = names
        .list
        .iter()
        .filter_map(|named| {
            let key = named.key.replace(' ', "");
            let shares = key.chars().zip(key.chars().skip(1)).any(|pair| asked.contains_key(&pair));
            let last = named.key.split(' ').next_back().unwrap_or_default();
            let score = |other: &str| strsim::normalized_damerau_levenshtein(joined, other);
            let best = if shares { score(&key).max(score(last)) } else { 0.0 };
            (best >= ALIKE).then_some((best, named))
        })
        .collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| b.1.facts.len().cmp(&a.1.facts.len())));
    found.into_iter().map(|(_, named)| named).collect()
}
