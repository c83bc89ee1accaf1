//! From the paths on the command line to batches of documents; what cannot be read is reported and the rest goes on.

use std::path::PathBuf;

use mercato_model::Document;
use mercato_source::{Documents, ErrorKind, Options, Progress, read_paths};

use crate::cli::Overrides;
use crate::error::complain;

/// Documents read, kept or printed together. One batch is one entry of the ledger's log and one round of the threads.
const DOCUMENTS: usize = 64;
const BYTES: usize = 2 << 20;

/// The largest article, in bytes. A novel is shorter; what is longer is no article, and reading takes some 200 times
/// its size in memory.
const ARTICLE: u64 = 2 << 20;

pub struct Intake {
    documents: Documents,
    /// What could not be read, in words.
    pub failures: Vec<String>,
}

impl Intake {
    pub fn of(paths: &[PathBuf], overrides: &Overrides) -> Self {
        let Overrides { lang, published, outlet } = overrides.clone();
        let options = Options { lang, published, outlet, max_bytes: ARTICLE, ..Options::default() };
        Self { documents: read_paths(paths, &options), failures: Vec::new() }
    }

    pub fn progress(&self) -> Progress {
        self.documents.progress()
    }

    /// Files passed over because their extension is none of ours.
    pub fn skipped(&self) -> usize {
        self.documents.skipped().len()
    }

    /// The next documents; `None` at the end.
    pub fn batch(&mut self) -> Option<Vec<Document>> {
        let mut batch = Vec::new();
        let mut bytes = 0;
        while batch.len() < DOCUMENTS && bytes < BYTES {
            match self.documents.next() {
                None if batch.is_empty() => return None,
                None => break,
                Some(Ok(document)) => {
                    bytes += document.text.len();
                    batch.push(document);
                }
                Some(Err(error)) => {
                    self.failures.push(error.to_string());
                    let too_large = error.kind == ErrorKind::TooLarge;
                    complain(
                        &error,
                        if too_large { "an article has at most 2 MB: split the input" } else { error.hint() },
                    );
                }
            }
        }
        Some(batch)
    }
}
