//! Names of one kind with the facts in which they stand.

use std::collections::HashMap;

use mercato_facts::fold::{same_words, words};

use crate::find::Index;

#[derive(Default)]
pub struct Names {
    pub list: Vec<Named>,
    /// While facts are counted: the number of each key that is new.
    numbers: HashMap<Box<str>, u32>,
    /// Numbers in the order of keys, and of last words.
    by_key: Vec<u32>,
    by_tail: Vec<u32>,
    /// Those spoken of most first.
    pub by_facts: Vec<u32>,
    pub index: Index,
}

#[derive(Clone)]
pub struct Named {
    pub name: Box<str>,
    pub key: Box<str>,
    /// Ranks of facts, newest first.
    pub facts: Vec<u32>,
}

impl Named {
    /// The last word of its key.
    pub fn tail(&self) -> &str {
        self.key.split(' ').next_back().unwrap_or_default()
    }
}

impl Names {
    /// The same names to be counted further, with the facts that have a new number; the rest of them are gone.
    pub fn more(&self, number_of: &[Option<u32>]) -> Self {
        let list = self.list.iter().map(|named| Named {
            name: named.name.clone(),
            key: named.key.clone(),
            facts: named.facts.iter().filter_map(|&fact| number_of[fact as usize]).collect(),
        });
        Self { list: list.collect(), by_key: self.by_key.clone(), ..Self::default() }
    }

    /// Takes a fact in; the number of the name. `None`: there is nothing in the name.
    pub fn add(&mut self, name: &str, key: String, fact: u32) -> Option<u32> {
        if key.is_empty() {
            return None;
        }
        let at = match self.counted(&key) {
            Some(at) => at,
            None => {
                let (at, key) = (self.list.len() as u32, key.into_boxed_str());
                self.numbers.insert(key.clone(), at);
                self.list.push(Named { name: name.into(), key, facts: Vec::new() });
                at
            }
        };
        let facts = &mut self.list[at as usize].facts;
        if facts.last() != Some(&fact) {
            facts.push(fact);
        }
        Some(at)
    }

    /// The number of a key while facts are counted.
    pub fn counted(&self, key: &str) -> Option<u32> {
        self.numbers.get(key).copied().or_else(|| self.listed(key))
    }

    /// Turns the numbers of facts, in the order in which they came, into their ranks, and makes what is looked up in.
    pub fn ranked(&mut self, rank_of: &[u32]) {
        self.numbers = HashMap::new();
        for named in &mut self.list {
            named.facts.iter_mut().for_each(|fact| *fact = rank_of[*fact as usize]);
            named.facts.sort_unstable();
            named.facts.shrink_to_fit();
        }
        let list = &self.list;
        let sorted = |compare: &dyn Fn(&Named, &Named) -> std::cmp::Ordering| {
            let mut all: Vec<u32> = (0..list.len() as u32).filter(|&at| !list[at as usize].facts.is_empty()).collect();
            all.sort_by(|&a, &b| compare(&list[a as usize], &list[b as usize]));
            all
        };
        self.by_key = sorted(&|a, b| a.key.cmp(&b.key));
        self.by_tail = sorted(&|a, b| a.tail().cmp(b.tail()));
        self.by_facts = sorted(&|a, b| b.facts.len().cmp(&a.facts.len()).then_with(|| a.name.cmp(&b.name)));
        self.index = Index::of(list, self.by_key.iter().copied());
    }

    /// The number of a key, of names that are spoken of.
    pub fn number(&self, key: &str) -> Option<u32> {
        self.listed(key)
    }

    fn listed(&self, key: &str) -> Option<u32> {
        self.by_key.binary_search_by(|&at| (*self.list[at as usize].key).cmp(key)).ok().map(|at| self.by_key[at])
    }

    pub fn get(&self, key: &str) -> Option<&Named> {
        self.number(key).map(|at| &self.list[at as usize])
    }

    /// The person of this name; a surname alone is enough when one person has it.
    pub fn person(&self, name: &str) -> Option<&Named> {
        let asked = words(name);
        self.get(&asked.join(" ")).or_else(|| {
            let tail = asked.last()?.as_str();
            let start = self.by_tail.partition_point(|&at| self.list[at as usize].tail() < tail);
            let of_tail = self.by_tail[start..].iter().map(|&at| &self.list[at as usize]);
            let mut alike = of_tail.take_while(|named| named.tail() == tail).filter(|named| {
                let its: Vec<String> = named.key.split(' ').map(str::to_owned).collect();
                same_words(&asked, &its)
            });
            let first = alike.next()?;
            alike.next().is_none().then_some(first)
        })
    }
}
