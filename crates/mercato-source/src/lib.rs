//! Bytes with provenance become documents: files, folders, globs, standard input; text, Markdown, HTML, JSON Lines.
//!
//! This is the only crate that touches input files. It decides nothing about meaning: the language of a text, when
//! the source does not say it, is left to the reader.
//!
//! # Canonical text
//! | input | canonical text |
//! |---|---|
//! | plain text | the decoded file, unchanged; a byte order mark is not part of it |
//! | Markdown | the same; a leading front matter block (`---` ... `---`) is metadata and not part of it |
//! | JSON Lines | the `text` field, unchanged |
//! | HTML | the headline and the main text, paragraphs separated by a blank line |
//!
//! # Ids
//! A JSON Lines record brings its own `id` (else its `url`). A file's id is its stem; where two files of one run have
//! the same stem, every one of them takes as many parent folders as it needs to be told apart (`a/x`, `b/x`), and
//! its extension where folders do not help (`x.txt`, `x.html`). The id thus depends on which files are read
//! together, never on their order. Standard input is `stdin`.

mod format;

mod files;

mod documents;

mod charset;

mod text;

mod json_lines;

mod html;

mod error;

pub mod answers;

pub mod endpoint;

pub mod deliver;

use mercato_model::{Lang, PartialDate};

pub use documents::{Documents, Progress, read_bytes, read_path, read_paths, read_stream};
pub use error::{ErrorKind, SourceError};
pub use format::Format;

/// Limits, and metadata that overrides what the source says.
#[derive(Clone, Debug)]
pub struct Options {
    /// Largest text file or page, and largest `text` of a JSON Lines record, in bytes.
    pub max_bytes: u64,
    /// Longest line of a JSON Lines file, in bytes; a longer one is skipped with an error.
    pub max_line: u64,
    pub lang: Option<Lang>,
    pub published: Option<PartialDate>,
    pub outlet: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self { max_bytes: 50 << 20, max_line: 64 << 20, lang: None, published: None, outlet: None }
    }
}
