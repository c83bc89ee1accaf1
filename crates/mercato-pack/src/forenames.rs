//! The forenames of the world, read beside everything else: the longest table by far, and none that a pack needs.

use std::ops::Deref;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread::JoinHandle;

use rustc_hash::FxHashMap;

use crate::error::PackError;
use crate::files::Files;
use crate::{table, token};

const FILE: &str = "_common/forenames.tsv";

type Read = (FxHashMap<String, bool>, Vec<PackError>);

/// Forename to whether it is also an ordinary word. Whoever asks first waits until the table is read.
#[derive(Debug, Default)]
pub struct Forenames {
    read: OnceLock<Read>,
    reader: Mutex<Option<JoinHandle<Read>>>,
}

impl Forenames {
    /// Begins to read the table.
    pub(crate) fn read(packs: &Files) -> Self {
        let text = packs.text(FILE);
        let reader = std::thread::spawn(move || compile(text.as_deref()));
        Self { read: OnceLock::new(), reader: Mutex::new(Some(reader)) }
    }

    /// What is wrong in the table.
    pub fn errors(&self) -> &[PackError] {
        &self.whole().1
    }

    fn whole(&self) -> &Read {
        self.read.get_or_init(|| {
            let reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner).take();
            reader.and_then(|reader| reader.join().ok()).unwrap_or_default()
        })
    }
}

impl Deref for Forenames {
    type Target = FxHashMap<String, bool>;

    fn deref(&self) -> &Self::Target {
        &self.whole().0
    }
}

fn compile(text: Option<&str>) -> Read {
    let (mut names, mut errors) = (FxHashMap::default(), Vec::new());
    let Some(text) = text else {
        errors.push(PackError::new(FILE, 0, "the file is missing"));
        return (names, errors);
    };
    names.reserve(64 * 1024);
    for row in table::rows(FILE, text, &["name", "gender", "word"], &mut errors) {
        names.insert(token::key(row.cell(0)), row.cell(2) == "w");
    }
    (names, errors)
}
