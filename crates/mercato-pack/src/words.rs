//! Words as numbers, and phrases over them: classes, prepositions, roles, codes, numerals and everything else that is a list of words.

use std::hash::BuildHasher;

use hashbrown::HashTable;
use hashbrown::hash_table::Entry as Place;
use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::token::{self, Orthography};
use mercato_model::Span;

/// A word of a pack; 0 is a word that no table of the pack knows.
pub type WordId = u32;

pub const UNKNOWN: WordId = 0;

/// Numbers for words. A language has a hundred thousand forms, and all are met at each start: they stand in one text, and
/// the table holds only their numbers.
#[derive(Clone, Debug)]
pub struct Interner {
    text: String,
    /// Where each word ends; it begins where the one before ends.
    ends: Vec<u32>,
    table: HashTable<WordId>,
}

impl Default for Interner {
    fn default() -> Self {
        Self::with_capacity(0, 0)
    }
}

fn hash(key: &str) -> u64 {
    FxBuildHasher.hash_one(key)
}

fn word<'a>(text: &'a str, ends: &[u32], id: WordId) -> &'a str {
    let start = if id == 0 { 0 } else { ends[id as usize - 1] as usize };
    &text[start..ends[id as usize] as usize]
}

impl Interner {
    /// With room for so many words of so many bytes together.
    pub fn with_capacity(words: usize, bytes: usize) -> Self {
        let mut this = Self {
            text: String::with_capacity(bytes),
            ends: Vec::with_capacity(words),
            table: HashTable::with_capacity(words),
        };
        this.add("");
        this
    }

    /// The number of a word, given one if it is new; `key` is its compared form (see [`token::key`]).
    pub fn add(&mut self, key: &str) -> WordId {
        let (text, ends) = (&self.text, &self.ends);
        let found = self.table.entry(hash(key), |id| word(text, ends, *id) == key, |id| hash(word(text, ends, *id)));
        match found {
            Place::Occupied(found) => *found.get(),
            Place::Vacant(free) => {
                let id = ends.len() as WordId;
                free.insert(id);
                self.text.push_str(key);
                self.ends.push(self.text.len() as u32);
                id
            }
        }
    }

    /// The number of a word; `UNKNOWN` when no table has it.
    pub fn get(&self, key: &str) -> WordId {
        self.table.find(hash(key), |id| word(&self.text, &self.ends, *id) == key).copied().unwrap_or(UNKNOWN)
    }

    /// The words of a phrase, tokenised as running text is.
    pub fn phrase(&mut self, phrase: &str, orthography: &Orthography) -> Vec<WordId> {
        // "-t-il" is a token only behind a word.
        if let Some(suffix) = phrase.strip_prefix('-')
            && orthography.hyphen_suffixes.iter().any(|s| s == suffix)
        {
            return vec![self.add(&token::key(phrase))];
        }
        token::tokenize(phrase, Span::new(0, phrase.len()), orthography)
            .iter()
            .map(|t| self.add(&token::key(&phrase[t.span.start..t.span.end])))
            .collect()
    }
}

/// A phrase and what it means; its second word stands apart, so that most phrases are passed over without a look at them.
#[derive(Clone, Debug)]
struct Entry<T> {
    second: Option<WordId>,
    phrase: Box<[WordId]>,
    meaning: T,
}

/// Phrases with what each means, found from their first word.
#[derive(Clone, Debug)]
pub struct Phrases<T> {
    by_first: FxHashMap<WordId, Vec<Entry<T>>>,
}

impl<T> Default for Phrases<T> {
    fn default() -> Self {
        Self { by_first: FxHashMap::default() }
    }
}

impl<T> Phrases<T> {
    pub fn add(&mut self, words: Vec<WordId>, meaning: T) {
        let Some(&first) = words.first() else { return };
        let entries = self.by_first.entry(first).or_default();
        // Longest first; among equals, in the order they came.
        let at = entries.partition_point(|other| other.phrase.len() >= words.len());
        entries.insert(at, Entry { second: words.get(1).copied(), phrase: words.into(), meaning });
    }

    /// All phrases that stand at the start of `words`, longest first, with their lengths.
    pub fn at<'a, 'w>(&'a self, words: &'w [WordId]) -> impl Iterator<Item = (usize, &'a T)> + use<'a, 'w, T> {
        let second = words.get(1);
        words
            .first()
            .and_then(|first| self.by_first.get(first))
            .into_iter()
            .flatten()
            .filter(move |e| e.second.is_none() || e.second.as_ref() == second && words.starts_with(&e.phrase))
            .map(|e| (e.phrase.len(), &e.meaning))
    }

    pub fn longest<'a>(&'a self, words: &[WordId]) -> Option<(usize, &'a T)> {
        self.at(words).next()
    }

    /// All phrases with what they mean, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (&[WordId], &T)> {
        self.by_first.values().flatten().map(|e| (&e.phrase[..], &e.meaning))
    }

    pub fn is_empty(&self) -> bool {
        self.by_first.is_empty()
    }
}
