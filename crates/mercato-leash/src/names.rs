//! Names: whoever a claim is about must stand in the article, or be reached from a name that does.

use std::collections::{BTreeMap, BTreeSet};

use mercato_model::{Document, Span};
use mercato_pack::kb::{Kb, Referent};
use mercato_read::survey::{Named, Sort, Survey};
use unicode_normalization::UnicodeNormalization as _;

/// Words without case, accents and marks.
pub fn words(text: &str) -> Vec<String> {
    let folded: String = text
        .nfkd()
        .filter(|c| !unicode_normalization::char::is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .collect();
    folded.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

/// The other names under which the knowledge base knows somebody, by folded canonical name.
pub struct Aliases(BTreeMap<String, Vec<Vec<String>>>);

impl Aliases {
    pub fn of(kb: &Kb) -> Self {
        let mut aliases: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
        for name in &kb.names {
            let canonical = match &name.referent {
                Referent::Org(at) => &kb.organisations[*at].name,
                Referent::Person(at) => &kb.people[*at].name,
                Referent::Outlet(name) | Referent::Unit(name, _) | Referent::Product(name, ..) => name,
            };
            aliases.entry(words(canonical).join(" ")).or_default().push(words(&name.text));
        }
        Self(aliases)
    }
}

/// The words of an article with their places, to look names up in.
pub struct Words {
    words: Vec<String>,
    spans: Vec<Span>,
    places: BTreeMap<String, Vec<u32>>,
}

impl Words {
    pub fn of(text: &str) -> Self {
        let mut this = Self { words: Vec::new(), spans: Vec::new(), places: BTreeMap::new() };
        let mut start = None;
        let mut push = |from: usize, to: usize| {
            for word in words(&text[from..to]) {
                this.places.entry(word.clone()).or_default().push(this.words.len() as u32);
                this.words.push(word);
                this.spans.push(Span::new(from, to));
            }
        };
        for (at, c) in text.char_indices() {
            let inside = c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c);
            match (inside, start) {
                (true, None) => start = Some(at),
                (false, Some(from)) => {
                    push(from, at);
                    start = None;
                }
                _ => {}
            }
        }
        if let Some(from) = start {
            push(from, text.len());
        }
        this
    }

    pub fn has(&self, word: &str) -> bool {
        self.places.contains_key(word)
    }

    /// Every place where the words stand one behind the other.
    pub fn runs(&self, wanted: &[String]) -> Vec<Span> {
        let Some(first) = wanted.first() else { return Vec::new() };
        let starts = self.places.get(first).map(Vec::as_slice).unwrap_or_default();
        let fits = |&&at: &&u32| self.words[at as usize..].starts_with(wanted);
        let span = |&at: &u32| self.spans[at as usize].cover(self.spans[at as usize + wanted.len() - 1]);
        starts.iter().filter(fits).map(span).collect()
    }

    /// A run of as many words, each at most a letter or two off: a damaged form of the name.
    fn damaged(&self, wanted: &[String]) -> Option<Span> {
        let close = |a: &str, b: &str| {
            a == b || (a.len() >= 4 && b.len() >= 4 && distance(a, b) <= if a.len() >= 7 { 2 } else { 1 })
        };
        let last = self.words.len().checked_sub(wanted.len())?;
        let at = (0..=last).find(|&at| wanted.iter().zip(&self.words[at..]).all(|(a, b)| close(a, b)))?;
        Some(self.spans[at].cover(self.spans[at + wanted.len() - 1]))
    }

    /// The shortest stretch inside `within` that holds all the words, in any order, with few others between.
    pub fn stretch(&self, wanted: &BTreeSet<String>, within: Span) -> Option<Span> {
        let from = self.spans.partition_point(|s| s.start < within.start);
        let to = self.spans.partition_point(|s| s.end <= within.end);
        let mut best: Option<(usize, usize)> = None;
        for start in from..to {
            if !wanted.contains(&self.words[start]) {
                continue;
            }
            let mut seen = BTreeSet::new();
            for end in start..to.min(start + 2 * wanted.len() + 3) {
                if wanted.contains(&self.words[end]) {
                    seen.insert(self.words[end].as_str());
                }
                if seen.len() == wanted.len() {
                    if best.is_none_or(|(a, b)| end - start < b - a) {
                        best = Some((start, end));
                    }
                    break;
                }
            }
        }
        best.map(|(a, b)| self.spans[a].cover(self.spans[b]))
    }
}

/// Letters to put in, take out or change, to come from one word to the other.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let changed = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

/// How a name was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// The name to keep.
    pub name: String,
    /// The form in the article where it differs from the name and is damaged.
    pub as_written: Option<String>,
    /// The firm of which the name is a part.
    pub owner: Option<String>,
    /// Every place that names it, under any form.
    pub places: Vec<Span>,
}

/// What proposals' names are looked up in.
pub struct Register<'a> {
    pub document: &'a Document,
    pub survey: &'a Survey,
    pub words: Words,
    pub aliases: &'a Aliases,
}

impl Register<'_> {
    /// Where and as what a name stands; `None`: the article does not have it.
    pub fn find(&self, name: &str, person: bool) -> Option<Standing> {
        let wanted = words(name);
        if wanted.is_empty() {
            return None;
        }
        let mut places = self.words.runs(&wanted);
        // What the reader found under this name, or under its short or full form.
        let fits = |named: &&Named| {
            let sort = if person { named.sort == Sort::Person } else { named.sort != Sort::Person };
            sort && (words(&named.name) == wanted || places.iter().any(|p| named.span == *p))
        };
        let mut entity = self.survey.names.iter().find(fits);
        if entity.is_none() && person {
            entity = self.survey.names.iter().find(|n| n.sort == Sort::Person && part_of(&words(&n.name), &wanted));
        }
        if let Some(entity) = entity {
            places.extend(self.survey.names.iter().filter(|n| n.name == entity.name).map(|n| n.span));
        }
        for alias in self.aliases.0.get(&wanted.join(" ")).into_iter().flatten() {
            places.extend(self.words.runs(alias));
        }
        let mut as_written = None;
        if places.is_empty() && person {
            places = self.by_surname(&wanted);
        }
        if places.is_empty()
            && let Some(span) = self.words.damaged(&wanted)
        {
            as_written = span.slice(&self.document.text).map(str::to_owned);
            places.push(span);
        }
        if places.is_empty() {
            return None;
        }
        places.sort();
        places.dedup();
        let mut standing = Standing { name: name.to_owned(), as_written, owner: None, places };
        if let Some(entity) = entity {
            let full = words(&entity.name);
            // The fullest form that the article or the knowledge base gives.
            if entity.known || person && part_of(&wanted, &full) {
                standing.name.clone_from(&entity.name);
            }
            if entity.as_written && full != wanted {
                standing.as_written = entity.span.slice(&self.document.text).map(str::to_owned);
            }
            standing.owner.clone_from(&entity.owner);
        }
        Some(standing)
    }

    /// A person whose forename the article leaves out or shortens: the surname stands there as the name of a person.
    fn by_surname(&self, wanted: &[String]) -> Vec<Span> {
        let Some((surname, forenames)) = wanted.split_last().filter(|(s, f)| s.len() > 2 && !f.is_empty()) else {
            return Vec::new();
        };
        let surnames = self.words.runs(std::slice::from_ref(surname));
        // Another forename before it is another person.
        let own = |span: &Span| {
            let at = self.words.spans.partition_point(|s| s.start < span.start);
            let before = at.checked_sub(1).map(|b| (&self.words.words[b], self.words.spans[b]));
            before.is_none_or(|(word, place)| {
                let gap = self.document.text.get(place.end..span.start).unwrap_or_default();
                let capital = place.slice(&self.document.text).is_some_and(|w| w.starts_with(char::is_uppercase));
                !capital || !gap.chars().all(|c| c.is_whitespace() || c == '.') || forenames.iter().any(|f| f[..1.min(f.len())] == word[..1.min(word.len())])
                    || !self.survey.names.iter().any(|n| n.sort == Sort::Person && n.span.start == place.start)
            })
        };
        surnames.into_iter().filter(own).collect()
    }
}

/// Whether all words of the one stand in the other.
pub fn part_of(short: &[String], long: &[String]) -> bool {
    !short.is_empty() && short.len() <= long.len() && short.iter().all(|w| long.contains(w))
}

/// Whether two names may be of the same.
pub fn same(a: &str, b: &str) -> bool {
    let (a, b) = (words(a), words(b));
    part_of(&a, &b) || part_of(&b, &a) || a.concat() == b.concat()
}
