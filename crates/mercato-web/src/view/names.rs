//! Names of one kind with the facts in which they stand.

use std::collections::HashMap;
use std::sync::OnceLock;

use mercato_facts::fold::{same_words, words};

use crate::find::Index;

#[derive(Default)]
pub struct Names {
    pub list: Vec<Named>,
    by_key: HashMap<String, u32>,
    by_tail: HashMap<String, Vec<u32>>,
    /// Those spoken of most first.
    pub by_facts: Vec<u32>,
    /// Made when somebody first looks for a name.
    index: OnceLock<Index>,
}

pub struct Named {
    pub name: String,
    pub key: String,
    /// Ranks of facts, newest first.
    pub facts: Vec<u32>,
}

impl Names {
    /// Takes a fact in; the number of the name. `None`: there is nothing in the name.
    pub fn add(&mut self, name: &str, key: String, fact: u32) -> Option<u32> {
        if key.is_empty() {
            return None;
        }
        let at = match self.by_key.get(&key) {
            Some(&at) => at,
            None => {
                let at = self.list.len() as u32;
                self.by_key.insert(key.clone(), at);
                self.list.push(Named { name: name.to_owned(), key, facts: Vec::new() });
                at
            }
        };
        let facts = &mut self.list[at as usize].facts;
        if facts.last() != Some(&fact) {
            facts.push(fact);
        }
        Some(at)
    }

    /// Turns the numbers of facts, in the order in which they came, into their ranks, and makes what is looked up in.
    pub fn ranked(&mut self, rank_of: &[u32]) {
        for named in &mut self.list {
            named.facts.iter_mut().for_each(|fact| *fact = rank_of[*fact as usize]);
            named.facts.sort_unstable();
            named.facts.shrink_to_fit();
        }
        for (at, named) in self.list.iter().enumerate() {
            if let Some(tail) = named.key.split(' ').next_back() {
                self.by_tail.entry(tail.to_owned()).or_default().push(at as u32);
            }
        }
        self.by_facts = (0..self.list.len() as u32).collect();
        let list = &self.list;
        self.by_facts.sort_by(|&a, &b| {
            let (a, b) = (&list[a as usize], &list[b as usize]);
            b.facts.len().cmp(&a.facts.len()).then_with(|| a.name.cmp(&b.name))
        });
    }

    pub fn index(&self) -> &Index {
        self.index.get_or_init(|| Index::of(&self.list))
    }

    pub fn number(&self, key: &str) -> Option<u32> {
        self.by_key.get(key).copied()
    }

    pub fn get(&self, key: &str) -> Option<&Named> {
        self.number(key).map(|at| &self.list[at as usize])
    }

    /// The person of this name; a surname alone is enough when one person has it.
    pub fn person(&self, name: &str) -> Option<&Named> {
        let asked = words(name);
        self.get(&asked.join(" ")).or_else(|| {
            let tail = asked.last()?;
            let mut alike = self.by_tail.get(tail)?.iter().map(|&at| &self.list[at as usize]).filter(|named| {
                let its: Vec<String> = named.key.split(' ').map(str::to_owned).collect();
                same_words(&asked, &its)
            });
            let first = alike.next()?;
            alike.next().is_none().then_some(first)
        })
    }
}
