//! Finding people and firms by what somebody types, slips included.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use mercato_facts::fold::words;

use crate::view::{Named, Names};

/// How alike a name must be to be shown for a slip.
const ALIKE: f64 = 0.72;

/// What is looked up in: words by their beginnings, spellings by their pairs of letters. The letters stay in the names.
#[derive(Default)]
pub struct Index {
    /// Every word of every name, and the name in one word, in the order of the alphabet.
    words: Vec<Word>,
    /// Names in one word, and their last words.
    spellings: Vec<Spelling>,
    /// Two neighbouring letters to the spellings that have them.
    pairs: HashMap<(char, char), Vec<u32>>,
}

/// A word of a name: where it begins in the key; the whole key in one word begins nowhere.
#[derive(Clone, Copy)]
struct Word {
    name: u32,
    start: u16,
}

const JOINED: u16 = u16::MAX;

impl Word {
    fn text<'a>(&self, list: &'a [Named]) -> Cow<'a, str> {
        let key = &list[self.name as usize].key;
        match self.start {
            JOINED => Cow::Owned(key.replace(' ', "")),
            start => Cow::Borrowed(key[usize::from(start)..].split(' ').next().unwrap_or_default()),
        }
    }
}

#[derive(Clone, Copy)]
struct Spelling {
    name: u32,
    /// In letters.
    length: u16,
    /// The last word, else the name in one word.
    last: bool,
}

impl Spelling {
    fn text<'a>(&self, list: &'a [Named]) -> Cow<'a, str> {
        let named = &list[self.name as usize];
        if self.last { Cow::Borrowed(named.tail()) } else { Cow::Owned(named.key.replace(' ', "")) }
    }
}

impl Index {
    /// Of some of the names.
    pub fn of(list: &[Named], which: impl IntoIterator<Item = u32>) -> Self {
        let mut index = Self::default();
        for name in which {
            let named = &list[name as usize];
            let starts = std::iter::once(0).chain(named.key.match_indices(' ').map(|(at, _)| at + 1));
            index.words.extend(starts.filter_map(|at| u16::try_from(at).ok()).map(|start| Word { name, start }));
            let several = named.key.contains(' ');
            if several {
                index.words.push(Word { name, start: JOINED });
                index.spell(list, name, true);
            }
            index.spell(list, name, false);
        }
        index.words.sort_by(|a, b| a.text(list).cmp(&b.text(list)).then(a.name.cmp(&b.name)));
        index
    }

    fn spell(&mut self, list: &[Named], name: u32, last: bool) {
        let mut spelling = Spelling { name, length: 0, last };
        let text = spelling.text(list);
        spelling.length = u16::try_from(text.chars().count()).unwrap_or(u16::MAX);
        let at = self.spellings.len() as u32;
        self.spellings.push(spelling);
        for pair in pairs(&text).into_keys() {
            self.pairs.entry(pair).or_default().push(at);
        }
    }

    /// The names of which a word, or which in one word, begin so.
    fn beginning<'a>(&'a self, list: &'a [Named], beginning: &'a str) -> impl Iterator<Item = u32> + 'a {
        let start = self.words.partition_point(|word| *word.text(list) < *beginning);
        let alike = self.words[start..].iter().take_while(move |word| word.text(list).starts_with(beginning));
        alike.map(|word| word.name)
    }

    /// The names that look like what was typed, with how much.
    fn alike(&self, list: &[Named], joined: &str) -> BTreeMap<u32, f64> {
        let asked = pairs(joined);
        let length = joined.chars().count();
        // Pairs that stand twice are counted once here.
        let twice = asked.values().sum::<usize>() - asked.len();
        let mut shared = vec![0u16; self.spellings.len()];
        for at in asked.keys().filter_map(|pair| self.pairs.get(pair)).flatten() {
            shared[*at as usize] += 1;
        }
        let mut found = BTreeMap::new();
        for (shared, spelling) in shared.into_iter().zip(&self.spellings) {
            let (shared, its) = (usize::from(shared), usize::from(spelling.length));
            let longer = length.max(its);
            let slips = ((1.0 - ALIKE) * longer as f64 + 1e-9) as usize;
            // A slip spoils two pairs, two letters in the wrong order three: with fewer in common nothing can be alike.
            if shared == 0 || longer - length.min(its) > slips || shared + twice + 3 * slips + 1 < longer {
                continue;
            }
            let score = strsim::normalized_damerau_levenshtein(joined, &spelling.text(list));
            if score >= ALIKE {
                let best: &mut f64 = found.entry(spelling.name).or_default();
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
    let (index, list) = (&names.index, &names.list);
    let holds = |named: &Named| {
        asked.iter().all(|word| named.key.split(' ').any(|part| part.starts_with(word.as_str())))
            || named.key.replace(' ', "").starts_with(&joined)
    };
    let mut found: Vec<u32> = index.beginning(list, longest).chain(index.beginning(list, &joined)).collect();
    found.sort_unstable();
    found.dedup();
    let mut found: Vec<&Named> = found.into_iter().map(|at| &names.list[at as usize]).filter(|n| holds(n)).collect();
    found.sort_by_cached_key(|named| {
        (named.key.replace(' ', "") != joined, std::cmp::Reverse(named.facts.len()), named.key.clone())
    });
    if found.is_empty() {
        let mut alike: Vec<(f64, &Named)> =
            index.alike(list, &joined).into_iter().map(|(at, score)| (score, &names.list[at as usize])).collect();
        alike.sort_by(|(a, one), (b, other)| {
            b.total_cmp(a).then(other.facts.len().cmp(&one.facts.len())).then_with(|| one.key.cmp(&other.key))
        });
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
            Named { name: key.as_str().into(), key: key.into(), facts: Vec::new() }
        };
        (0..336).map(one).collect()
    }

    #[test]
    fn the_index_passes_over_nothing_that_is_alike() {
        let list = names();
        let index = Index::of(&list, 0..list.len() as u32);
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
                let found = index.alike(&list, &slip);
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
        let index = Index::of(&list, 0..list.len() as u32);
        for beginning in ["mont", "a", "ottavioc", "lisam", "maria", "zz"] {
            let mut found: Vec<u32> = index.beginning(&list, beginning).collect();
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
