//! The forenames of the world, read beside everything else: the longest table by far, and none that a pack needs.

use crate::beside::{Beside, Read};
use crate::error::PackError;
use crate::files::Files;
use crate::words::{Interner, UNKNOWN};
use crate::{table, token};

const FILE: &str = "_common/forenames.tsv";

/// Names in their compared form, and whether each is also an ordinary word.
#[derive(Debug, Default)]
pub struct Forenames {
    names: Interner,
    /// By number of the name.
    words: Vec<bool>,
}

impl Forenames {
    /// Begins to read the table.
    pub(crate) fn begin(packs: &Files) -> Beside<Self> {
        let text = packs.text(FILE);
        Beside::begin(move || Self::compile(text.as_deref()))
    }

    /// Whether a name is also an ordinary word; `None`: it is no forename.
    pub fn get(&self, key: &str) -> Option<bool> {
        match self.names.get(key) {
            UNKNOWN => None,
            id => self.words.get(id as usize).copied(),
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
        let mut this = Self { names: Interner::with_capacity(NAMES, 8 * NAMES), words: Vec::with_capacity(NAMES) };
        let mut key = String::new();
        for row in table::rows(FILE, text, &["name", "gender", "word"], &mut errors) {
            token::key_into(row.cell(0), &mut key);
            let id = this.names.add(&key) as usize;
            this.words.resize(this.words.len().max(id + 1), false);
            this.words[id] = row.cell(2) == "w";
        }
        (this, errors)
    }
}
