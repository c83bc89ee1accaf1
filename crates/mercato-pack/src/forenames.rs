//! The forenames of the world, read beside everything else: the longest table by far, and none that a pack needs.

use crate::beside::{Beside, Read};
use crate::error::PackError;
use crate::files::Files;
use crate::words::{Interner, UNKNOWN};
use crate::{table, token};

const FILE: &str = "_common/forenames.tsv";

/// Who bears a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gender {
    Feminine,
    Masculine,
}

#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    /// Also an ordinary word.
    word: bool,
    /// None where both bear it.
    gender: Option<Gender>,
}

/// Names in their compared form: whether each is also an ordinary word, and who bears it.
#[derive(Debug, Default)]
pub struct Forenames {
    names: Interner,
    /// By number of the name.
    entries: Vec<Entry>,
}

impl Forenames {
    /// Begins to read the table.
    pub(crate) fn begin(packs: &Files) -> Beside<Self> {
        let text = packs.text(FILE);
        Beside::begin(move || Self::compile(text.as_deref()))
    }

    /// Whether a name is also an ordinary word; `None`: it is no forename.
    pub fn get(&self, key: &str) -> Option<bool> {
        self.entry(key).map(|entry| entry.word)
    }

    /// Who bears a name; `None` where both do or nobody is known to.
    pub fn gender(&self, key: &str) -> Option<Gender> {
        self.entry(key)?.gender
    }

    fn entry(&self, key: &str) -> Option<Entry> {
        match self.names.get(key) {
            UNKNOWN => None,
            id => self.entries.get(id as usize).copied(),
        }
    }

    pub fn contains(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    fn compile(text: Option<&str>) -> Read<Self> {
        let mut errors = Vec::new();
        let Some(text) = text else {
            errors.push(PackError::new(FILE, 0, "the file is missing"));
            return (Self::default(), errors);
        };
        const NAMES: usize = 60 * 1024;
        let mut this = Self { names: Interner::with_capacity(NAMES, 8 * NAMES), entries: Vec::with_capacity(NAMES) };
        let mut key = String::new();
        for row in table::rows(FILE, text, &["name", "gender", "word"], &mut errors) {
            token::key_into(row.cell(0), &mut key);
            let id = this.names.add(&key) as usize;
            this.entries.resize(this.entries.len().max(id + 1), Entry::default());
            let gender = match row.cell(1) {
                "f" => Some(Gender::Feminine),
                "m" => Some(Gender::Masculine),
                _ => None,
            };
            this.entries[id] = Entry { word: row.cell(2) == "w", gender };
        }
        (this, errors)
    }
}
