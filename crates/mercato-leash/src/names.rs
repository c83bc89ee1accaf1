//! Names: whoever a claim is about must stand in the article, or be reached from a name that does.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use mercato_model::{Document, Span};
use mercato_pack::kb::{Kb, Referent};
use mercato_pack::sound::{differ, sound};
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
    sounds: OnceCell<Vec<(usize, String)>>,
}

impl Words {
    pub fn of(text: &str) -> Self {
        let mut this = Self { words: Vec::new(), spans: Vec::new(), places: BTreeMap::new(), sounds: OnceCell::new() };
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

    /// Every place where the words stand one behind the other.
    pub fn runs(&self, wanted: &[String]) -> Vec<Span> {
        let Some(first) = wanted.first() else { return Vec::new() };
        let starts = self.places.get(first).map(Vec::as_slice).unwrap_or_default();
        let fits = |&&at: &&u32| self.words[at as usize..].starts_with(wanted);
        let span = |&at: &u32| self.spans[at as usize].cover(self.spans[at as usize + wanted.len() - 1]);
        starts.iter().filter(fits).map(span).collect()
    }

    /// Capitalised words with how they sound.
    fn sounds(&self, text: &str) -> &[(usize, String)] {
        self.sounds.get_or_init(|| {
            let capital = |at: &usize| self.spans[*at].slice(text).is_some_and(|w| w.starts_with(char::is_uppercase));
            (0..self.words.len()).filter(capital).map(|at| (at, sound(&self.words[at]))).collect()
        })
    }

    /// A run of as many words that sound like these: a damaged form of the name.
    fn damaged(&self, text: &str, wanted: &[String]) -> Option<Span> {
        let wanted: Vec<String> = wanted.iter().map(|w| sound(w)).collect();
        let alike = |at: usize, word: &String| differ(&sound(self.words.get(at)?), word);
        let (first, rest) = wanted.split_first()?;
        let starts = self.sounds(text).iter().filter(|(_, s)| differ(s, first).is_some());
        let fits = |&(at, _): &&(usize, String)| rest.iter().enumerate().all(|(n, w)| alike(at + 1 + n, w).is_some());
        let at = starts.into_iter().find(fits)?.0;
        Some(self.spans[at].cover(self.spans[at + rest.len()]))
    }

    /// Two words of the article that are one in the name ("Wind Surf").
    fn parted(&self, wanted: &[String]) -> Vec<Span> {
        let whole = wanted.concat();
        let joined = |&at: &usize| {
            let here = &self.words[at];
            here.len() < whole.len() && whole.starts_with(here.as_str()) && whole[here.len()..] == self.words[at + 1]
        };
        (0..self.words.len().saturating_sub(1))
            .filter(joined)
            .map(|at| self.spans[at].cover(self.spans[at + 1]))
            .collect()
    }

    /// A capitalised stretch that shares half of the name's words or more, in their own form or a translated one.
    fn translated(&self, text: &str, wanted: &[String]) -> Option<Span> {
        let alike = |a: &str, b: &str| {
            a == b || a.len() >= 3 && b.len() >= 3 && shared(a, b) >= 3.max(a.len().min(b.len()) * 2 / 3)
        };
        let starts = self.sounds(text);
        for &(at, _) in starts {
            let hit = |w: &&String| {
                let near = starts.iter().filter(|(n, _)| (at..at + wanted.len() + 2).contains(n));
                near.into_iter().any(|(n, _)| alike(&self.words[*n], w))
            };
            if wanted.iter().any(|w| alike(&self.words[at], w)) && 2 * wanted.iter().filter(hit).count() > wanted.len()
            {
                return Some(self.spans[at]);
            }
        }
        None
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

/// How many letters two words begin with in common.
fn shared(a: &str, b: &str) -> usize {
    a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count()
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
    aliases: &'a Aliases,
    /// The names of the survey, folded once.
    folded: Vec<Vec<String>>,
}

impl<'a> Register<'a> {
    pub fn new(document: &'a Document, survey: &'a Survey, aliases: &'a Aliases) -> Self {
        let folded = survey.names.iter().map(|n| words(&n.name)).collect();
        Self { document, survey, words: Words::of(&document.text), aliases, folded }
    }

    /// The first name of the survey that fits, with its folded form.
    fn entity(&self, fits: impl Fn(&Named, &[String]) -> bool) -> Option<&'a Named> {
        let mut names = self.survey.names.iter().zip(&self.folded);
        names.find(|(named, folded)| fits(named, folded)).map(|(named, _)| named)
    }

    /// Where and as what a name stands; `None`: the article does not have it.
    pub fn find(&self, name: &str, person: bool) -> Option<Standing> {
        let wanted = words(name);
        if wanted.is_empty() {
            return None;
        }
        let mut places = self.words.runs(&wanted);
        // What the reader found under this name, or under its short or full form.
        let mut entity = self.entity(|named, folded| {
            let sort = if person { named.sort == Sort::Person } else { named.sort != Sort::Person };
            sort && (folded == wanted || places.contains(&named.span))
        });
        if entity.is_none() && person {
            entity = self.entity(|named, folded| named.sort == Sort::Person && part_of(folded, &wanted));
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
        if places.is_empty() {
            let known = self.aliases.0.contains_key(&wanted.join(" "));
            let text = &self.document.text;
            let mended = self.words.damaged(text, &wanted);
            let mended = if person {
                mended.or_else(|| self.surname_by_sound(&wanted))
            } else {
                mended
                    .or_else(|| self.words.parted(&wanted).first().copied())
                    .or_else(|| self.words.translated(text, &wanted).filter(|_| known && wanted.len() > 1))
            };
            if let Some(span) = mended {
                as_written = span.slice(text).map(str::to_owned);
                places.push(span);
            }
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
            if if person { part_of(&wanted, &full) || entity.as_written } else { entity.known } {
                standing.name.clone_from(&entity.name);
            }
            if entity.as_written && full != wanted {
                standing.as_written = entity.span.slice(&self.document.text).map(str::to_owned);
            }
            standing.owner.clone_from(&entity.owner);
        }
        Some(standing)
    }

    /// A firm that is described, not named: the words of the description stand close together, and are taken as they stand.
    pub fn described(&self, item: &str, near: &[Span]) -> Option<Standing> {
        const CONTENT: usize = 4;
        let wanted: BTreeSet<String> = words(item).into_iter().filter(|w| w.chars().count() >= CONTENT).collect();
        if wanted.is_empty() || !item.starts_with(char::is_lowercase) {
            return None;
        }
        let quoted = near.iter().filter_map(|s| self.survey.line_at(s.start)).map(|n| self.survey.lines[n].span);
        let all = self.survey.lines.iter().map(|l| l.span);
        let span = quoted.chain(all).find_map(|line| self.words.stretch(&wanted, line))?;
        let name = span.slice(&self.document.text)?.to_owned();
        Some(Standing { name, as_written: None, owner: None, places: vec![span] })
    }

    /// A surname that sounds like this one, behind no other person's forename.
    fn surname_by_sound(&self, wanted: &[String]) -> Option<Span> {
        let (surname, forenames) = wanted.split_last()?;
        let wanted = sound(surname);
        let hits = self.words.sounds(&self.document.text).iter().filter(|(_, s)| differ(s, &wanted).is_some());
        hits.map(|(at, _)| self.words.spans[*at]).find(|span| self.own_forename(*span, forenames))
    }

    /// A person whose forename the article leaves out or shortens: the surname stands there as the name of a person.
    fn by_surname(&self, wanted: &[String]) -> Vec<Span> {
        let Some((surname, forenames)) = wanted.split_last().filter(|(s, f)| s.len() > 2 && !f.is_empty()) else {
            return Vec::new();
        };
        let surnames = self.words.runs(std::slice::from_ref(surname));
        surnames.into_iter().filter(|span| self.own_forename(*span, forenames)).collect()
    }

    /// Before a surname stands a forename of the person, or none.
    fn own_forename(&self, surname: Span, forenames: &[String]) -> bool {
        let at = self.words.spans.partition_point(|s| s.start < surname.start);
        let Some(before) = at.checked_sub(1) else { return true };
        let (word, place) = (&self.words.words[before], self.words.spans[before]);
        let gap = self.document.text.get(place.end..surname.start).unwrap_or_default();
        let initial = |a: &str, b: &str| a.chars().next() == b.chars().next();
        !gap.chars().all(|c| c.is_whitespace() || c == '.')
            || forenames.iter().any(|f| initial(f, word) || differ(&sound(f), &sound(word)).is_some())
            || !self
                .survey
                .names
                .iter()
                .any(|n| n.sort == Sort::Person && n.span.start == place.start && n.span.end >= surname.end)
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
