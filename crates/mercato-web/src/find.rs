//! Finding people and firms by what somebody types, slips included.

use std::collections::{BTreeMap, HashMap};

use mercato_facts::fold::words;

use crate::view::{Named, Names};

/// How alike a name must be to be shown for a slip.
const ALIKE: f64 = 0.72;

/// What is looked up in: words by their beginnings, spellings by their pairs of letters.
#[derive(Default)]
pub struct Index {
    /// Every word of every name, and the name in one word, sorted.
    words: Vec<(Box<str>, u32)>,
    /// Names in one word, and their last words, each with its length and the name.
    spellings: Vec<(Box<str>, usize, u32)>,
    /// Two neighbouring letters to the spellings that have them.
    pairs: HashMap<(char, char), Vec<u32>>,
}

impl Index {
    pub fn of(list: &[Named]) -> Self {
        let mut index = Self::default();
        for (at, named) in (0u32..).zip(list) {
            let joined = named.key.replace(' ', "");
            let last = named.key.split(' ').next_back().unwrap_or_default();
            index.words.extend(named.key.split(' ').map(|word| (word.into(), at)));
            if last != joined {
                index.words.push((joined.as_str().into(), at));
                index.spell(last, at);
            }
            index.spell(&joined, at);
        }
        index.words.sort_unstable();
        index
    }

    fn spell(&mut self, text: &str, name: u32) {
        let at = self.spellings.len() as u32;
        self.spellings.push((text.into(), text.chars().count(), name));
        for pair in pairs(text).into_keys() {
            self.pairs.entry(pair).or_default().push(at);
        }
    }

    /// The names of which a word, or which in one word, begin so.
    fn beginning<'a>(&'a self, beginning: &'a str) -> impl Iterator<Item = u32> + 'a {
        let start = self.words.partition_point(|(word, _)| &**word < beginning);
        self.words[start..].iter().take_while(move |(word, _)| word.starts_with(beginning)).map(|(_, name)| *name)
    }

    /// The names that look like what was typed, with how much.
    fn alike(&self, joined: &str) -> BTreeMap<u32, f64> {
        let asked = pairs(joined);
        let length = joined.chars().count();
        // Pairs that stand twice are counted once here.
        let twice = asked.values().sum::<usize>() - asked.len();
        let mut shared = vec![0usize; self.spellings.len()];
        for at in asked.keys().filter_map(|pair| self.pairs.get(pair)).flatten() {
            shared[*at as usize] += 1;
        }
        let mut found = BTreeMap::new();
        for (shared, (text, its, name)) in shared.into_iter().zip(&self.spellings) {
            let longer = length.max(*its);
            let slips = ((1.0 - ALIKE) * longer as f64 + 1e-9) as usize;
            // A slip spoils two pairs, two letters in the wrong order three: with fewer in common nothing can be alike.
            if shared == 0 || longer - length.min(*its) > slips || shared + twice + 3 * slips + 1 < longer {
                continue;
            }
            let score = strsim::normalized_damerau_levenshtein(joined, text);
            if score >= ALIKE {
                let best: &mut f64 = found.entry(*name).or_default();
                *best = best.max(score);
            }
        }
        found
    }
}

/// How often two letters stand beside each other.
fn pairs(text: &str) -> HashMap<(char, char), usize> {
    let mut counts = HashMap::new();
    for pair in text.chars().zip(text.chars().skip(1)) {
        *counts.entry(pair).or_default() += 1;
    }
    counts
}

/// The names that fit best, at most `limit`: those that hold every word typed, or its beginning, else those that look
/// like it. Among equals the one spoken of most comes first.
pub fn find<'a>(names: &'a Names, typed: &str, limit: usize) -> Vec<&'a Named> {
    let asked = words(typed);
    let Some(longest) = asked.iter().max_by_key(|word| word.len()) else { return Vec::new() };
    let joined = asked.concat();
    let index = names.index();
    let holds = |named: &Named| {
        asked.iter().all(|word| named.key.split(' ').any(|part| part.starts_with(word.as_str())))
            || named.key.replace(' ', "").starts_with(&joined)
    };
    let mut found: Vec<u32> = index.beginning(longest).chain(index.beginning(&joined)).collect();
    found.sort_unstable();
    found.dedup();
    let mut found: Vec<&Named> = found.into_iter().map(|at| &names.list[at as usize]).filter(|n| holds(n)).collect();
    found.sort_by_cached_key(|named| (named.key.replace(' ', "") != joined, std::cmp::Reverse(named.facts.len())));
    if found.is_empty() {
        let mut alike: Vec<(f64, &Named)> =
            index.alike(&joined).into_iter().map(|(at, score)| (score, &names.list[at as usize])).collect();
        alike.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| b.1.facts.len().cmp(&a.1.facts.len())));
        found = alike.into_iter().map(|(_, named)| named).collect();
    }
    found.truncate(limit);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Invented names, some of one word.
    fn names() -> Vec<Named> {
        const FIRST: [&str; 7] = ["ada", "bea", "anna", "ottavio", "lisa maria", "jo", ""];
        const HEADS: [&str; 8] = ["mont", "castel", "bork", "ann", "zan", "ll", "ro", "haj"];
        const TAILS: [&str; 6] = ["anari", "escu", "annana", "o", "ssen", "ul"];
        let one = |n: usize| {
            let key = format!("{} {}{}", FIRST[n % 7], HEADS[n / 7 % 8], TAILS[n / 56 % 6]).trim().to_owned();
            Named { name: key.clone(), key, facts: Vec::new() }
        };
        (0..336).map(one).collect()
    }

    #[test]
    fn the_index_passes_over_nothing_that_is_alike() {
        let list = names();
        let index = Index::of(&list);
        let mut hits = 0;
        for (n, typed) in list.iter().enumerate().step_by(9).map(|(n, named)| (n, named.key.replace(' ', ""))) {
            // A letter lost, doubled, put before its neighbour, or another.
            let letters: Vec<char> = typed.chars().collect();
            let at = n % letters.len();
            let mut slips = vec![letters.clone(); 4];
            slips[0].remove(at);
            slips[1].insert(at, letters[at]);
            slips[2].swap(at, (at + 1) % letters.len());
            slips[3][at] = 'x';
            for slip in slips {
                let slip: String = slip.into_iter().collect();
                let found = index.alike(&slip);
                for (at, named) in (0u32..).zip(&list) {
                    let joined = named.key.replace(' ', "");
                    let last = named.key.split(' ').next_back().unwrap_or_default();
                    let near = |other: &str| {
                        let common = pairs(other).keys().any(|pair| pairs(&slip).contains_key(pair));
                        if common { strsim::normalized_damerau_levenshtein(&slip, other) } else { 0.0 }
                    };
                    let best = near(&joined).max(near(last));
                    assert_eq!(found.get(&at).copied(), (best >= ALIKE).then_some(best), "{slip} {}", named.key);
                    hits += usize::from(best >= ALIKE);
                }
            }
        }
        assert!(hits > 150, "{hits}");
    }

    #[test]
    fn beginnings_of_words_are_found() {
        let list = names();
        let index = Index::of(&list);
        for beginning in ["mont", "a", "ottavioc", "lisam", "maria", "zz"] {
            let mut found: Vec<u32> = index.beginning(beginning).collect();
            found.sort_unstable();
            found.dedup();
            let fits = |named: &Named| {
                named.key.replace(' ', "").starts_with(beginning)
                    || named.key.split(' ').any(|part| part.starts_with(beginning))
            };
            let all: Vec<u32> = (0u32..).zip(&list).filter(|(_, named)| fits(named)).map(|(at, _)| at).collect();
            assert_eq!(found, all, "{beginning}");
        }
    }
}
