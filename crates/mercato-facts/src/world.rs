//! What is known besides the claims: firms with their families, outlets, legal forms, words for "everybody".
//!
//! Filled from the knowledge base by whoever calls; nothing here is read from a file.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::fold::{firm_key, words};

/// A firm of the knowledge base.
#[derive(Clone, Debug, Default)]
pub struct Firm {
    pub name: String,
    /// Canonical name of the firm above it.
    pub parent: Option<String>,
    pub wikidata: Option<String>,
    /// Other names, without those that are ordinary words.
    pub aliases: Vec<String>,
}

/// A firm as facts refer to it: its own key and the one of the head of its family.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FirmKey {
    pub own: String,
    pub head: String,
}

impl FirmKey {
    /// The same firm, or one above or beside the other in one family.
    pub fn kin(&self, other: &Self) -> bool {
        self.head == other.head
    }
}

/// Everything known besides the claims.
#[derive(Clone, Debug, Default)]
pub struct World {
    /// Folded name to folded canonical name.
    firms: FxHashMap<String, String>,
    /// Folded canonical name to its parent's.
    parents: FxHashMap<String, String>,
    /// Folded canonical name to the name as written and its Wikidata id.
    written: FxHashMap<String, (String, Option<String>)>,
    outlets: FxHashMap<String, String>,
    /// Folded name of a person to canonical name and Wikidata id.
    people: FxHashMap<String, (String, Option<String>)>,
    /// Folded name of a person to the firms for which they speak.
    offices: FxHashMap<String, Vec<String>>,
    executive_roles: FxHashSet<String>,
    legal_forms: FxHashSet<String>,
    everybody: FxHashSet<String>,
}

/// Words that stand for a whole staff, in every language.
const EVERYBODY: &str = include_str!("../data/everybody.tsv");

/// Titles of those who lead, in every language.
const EXECUTIVES: &str = include_str!("../data/executives.tsv");

impl World {
    pub fn new(
        firms: &[Firm],
        outlets: &[(String, Vec<String>)],
        legal_forms: impl IntoIterator<Item = String>,
    ) -> Self {
        let mut world = Self {
            legal_forms: legal_forms.into_iter().collect(),
            everybody: second_column(EVERYBODY).map(str::to_owned).collect(),
            executive_roles: second_column(EXECUTIVES).map(|role| words(role).join(" ")).collect(),
            ..Self::default()
        };
        for firm in firms {
            let key = world.bare(&firm.name);
            world.written.entry(key.clone()).or_insert((firm.name.clone(), firm.wikidata.clone()));
            if let Some(parent) = &firm.parent {
                let parent = world.bare(parent);
                world.parents.entry(key.clone()).or_insert(parent);
            }
            for name in std::iter::once(&firm.name).chain(&firm.aliases) {
                let alias = world.bare(name);
                world.firms.entry(alias).or_insert_with(|| key.clone());
            }
        }
        for (name, aliases) in outlets {
            for alias in std::iter::once(name).chain(aliases) {
                world.outlets.entry(firm_key(alias)).or_insert_with(|| name.clone());
            }
        }
        world
    }

    /// Adds people: canonical name, Wikidata id, other names.
    pub fn with_people(mut self, people: impl IntoIterator<Item = (String, Option<String>, Vec<String>)>) -> Self {
        for (name, wikidata, aliases) in people {
            for alias in std::iter::once(&name).chain(&aliases) {
                self.people.entry(words(alias).join(" ")).or_insert_with(|| (name.clone(), wikidata.clone()));
            }
        }
        self
    }

    /// Adds who holds a high office: person, firm.
    pub fn with_offices(mut self, offices: impl IntoIterator<Item = (String, String)>) -> Self {
        for (person, firm) in offices {
            self.offices.entry(words(&person).join(" ")).or_default().push(firm);
        }
        self
    }

    /// The firms for which a person speaks.
    pub fn speaks_for(&self, name: &str) -> &[String] {
        self.offices.get(&words(name).join(" ")).map(Vec::as_slice).unwrap_or_default()
    }

    pub fn is_executive(&self, name: &str) -> bool {
        !self.speaks_for(name).is_empty()
    }

    /// Whether a title, as written, is one of those who lead.
    pub fn is_executive_role(&self, role: &str) -> bool {
        let role = words(role).join(" ");
        self.executive_roles
            .iter()
            .any(|known| role.strip_prefix(known.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(' ')))
    }

    /// A folded name of a firm without its legal form.
    fn bare(&self, name: &str) -> String {
        let words = words(name);
        let end = words.iter().rposition(|w| !self.legal_forms.contains(w)).map_or(words.len(), |at| at + 1);
        words[..end].concat()
    }

    pub fn firm(&self, name: &str) -> FirmKey {
        let bare = self.bare(name);
        let own = self.firms.get(&bare).cloned().unwrap_or(bare);
        let mut head = &own;
        // A table of parents may be circular by mistake.
        for _ in 0..8 {
            match self.parents.get(head) {
                Some(parent) if parent != head => head = parent,
                _ => break,
            }
        }
        FirmKey { head: head.clone(), own }
    }

    /// The heads of which a name folded to one word may be a firm, whether or not its end is a legal form.
    pub fn heads_of_key(&self, key: &str) -> BTreeSet<String> {
        let mut open = vec![key];
        let mut heads = BTreeSet::new();
        while let Some(key) = open.pop() {
            heads.insert(self.firm(key).head);
            let bare = self.legal_forms.iter().filter_map(|form| key.strip_suffix(form.as_str()));
            open.extend(bare.filter(|bare| !bare.is_empty()));
        }
        heads
    }

    /// Canonical name of a firm, or the name itself.
    pub fn firm_name<'a>(&'a self, name: &'a str) -> &'a str {
        self.written.get(&self.firm(name).own).map_or(name, |(written, _)| written)
    }

    /// Every name under which the family of a firm is known, as written.
    pub fn family(&self, name: &str) -> Vec<String> {
        let head = self.firm(name).head;
        let mut names: Vec<String> =
            self.written.values().map(|(name, _)| name.clone()).filter(|name| self.firm(name).head == head).collect();
        names.push(name.to_owned());
        names.sort();
        names.dedup();
        names
    }

    pub fn is_firm(&self, name: &str) -> bool {
        self.firms.contains_key(&self.bare(name))
    }

    /// Folded canonical name of an outlet; `None`: not known to be one.
    pub fn outlet(&self, name: &str) -> Option<String> {
        self.outlets.get(&firm_key(name)).map(|name| firm_key(name))
    }

    /// The key of whoever publishes under this name.
    pub fn publisher(&self, name: &str) -> String {
        self.outlet(name).unwrap_or_else(|| firm_key(name))
    }

    pub fn person_wikidata(&self, name: &str) -> Option<&str> {
        self.people.get(&words(name).join(" ")).and_then(|(_, id)| id.as_deref())
    }

    /// The canonical name of a person whom the knowledge base knows by this name.
    pub fn person(&self, folded: &str) -> Option<&str> {
        self.people.get(folded).map(|(name, _)| name.as_str())
    }

    /// Other folded names of a person whom the knowledge base knows by this one.
    pub fn also_called<'a>(&'a self, folded: &'a str) -> Vec<&'a str> {
        let Some(name) = self.person(folded) else { return Vec::new() };
        let same = self.people.iter().filter(|(alias, (canonical, _))| canonical == name && *alias != folded);
        same.map(|(alias, _)| alias.as_str()).collect()
    }

    pub fn firm_wikidata(&self, name: &str) -> Option<&str> {
        self.written.get(&self.firm(name).own).and_then(|(_, id)| id.as_deref())
    }

    pub fn is_legal_form(&self, word: &str) -> bool {
        self.legal_forms.contains(word)
    }

    /// Whether a description of a group means everybody.
    pub fn means_everybody(&self, group: &str) -> bool {
        words(group).iter().any(|word| self.everybody.contains(word))
    }
}

/// The second column of a table with a heading.
fn second_column(table: &'static str) -> impl Iterator<Item = &'static str> {
    table.lines().skip(1).filter_map(|line| line.split('\t').nth(1))
}
