//! What can go wrong between bytes and documents: a kind with a stable code, the place, a hint.

use std::fmt;

/// The kind of a [`SourceError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// No such file, or no file that matches.
    NotFound,
    /// The system refuses to read it.
    Unreadable,
    /// No bytes, or nothing but white space.
    Empty,
    /// Not text at all.
    Binary,
    /// Text whose characters cannot be told.
    BadEncoding,
    /// A line of JSON Lines that is no record.
    BadJson,
    /// Front matter with a value that cannot be read.
    BadMetadata,
    /// Larger than the limits of [`Options`](crate::Options).
    TooLarge,
    /// A page without any words of its own.
    NoText,
}

impl ErrorKind {
    pub const ALL: &'static [Self] = &[
        Self::NotFound,
        Self::Unreadable,
        Self::Empty,
        Self::Binary,
        Self::BadEncoding,
        Self::BadJson,
        Self::BadMetadata,
        Self::TooLarge,
        Self::NoText,
    ];

    /// The stable name of the kind.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotFound => "not-found",
            Self::Unreadable => "unreadable",
            Self::Empty => "empty",
            Self::Binary => "binary",
            Self::BadEncoding => "bad-encoding",
            Self::BadJson => "bad-json",
            Self::BadMetadata => "bad-metadata",
            Self::TooLarge => "too-large",
            Self::NoText => "no-text",
        }
    }

    /// What the user can do about it.
    pub fn hint(self) -> &'static str {
        match self {
            Self::NotFound => "check the path; articles are .txt, .md, .html, .htm, .jsonl or .ndjson files, or `-`",
            Self::Unreadable => "check that the file may be read",
            Self::Empty => "an article needs at least one word",
            Self::Binary => "give text, Markdown, HTML or JSON Lines; extract the text of other formats first",
            Self::BadEncoding => "save the file as UTF-8",
            Self::BadJson => "each line is one JSON object with `id` and `text`",
            Self::BadMetadata => "dates are YYYY-MM-DD, YYYY-MM or YYYY; languages are two letters",
            Self::TooLarge => "split the input, or raise the limit",
            Self::NoText => "the page has no article; if it is filled in by scripts, save it from a browser",
        }
    }
}

/// One input that gave no document; the others go on.
#[derive(Debug, thiserror::Error)]
pub struct SourceError {
    pub kind: ErrorKind,
    /// The file as it was named, or `stdin`.
    pub path: String,
    /// Line of the file, counted from 1, where the input has lines that matter.
    pub line: Option<u64>,
    /// What happened, without the place.
    pub what: String,
}

impl SourceError {
    pub(crate) fn new(kind: ErrorKind, path: impl Into<String>, what: impl Into<String>) -> Self {
        Self { kind, path: path.into(), line: None, what: what.into() }
    }

    pub(crate) fn at(self, line: u64) -> Self {
        Self { line: Some(line), ..self }
    }

    /// The system's refusal, as `not-found` or `unreadable`.
    pub(crate) fn io(path: impl Into<String>, error: &std::io::Error) -> Self {
        let kind = match error.kind() {
            std::io::ErrorKind::NotFound => ErrorKind::NotFound,
            _ => ErrorKind::Unreadable,
        };
        let text = error.to_string();
        // The number that the standard library appends says nothing to a reader of the message.
        let words = text.split(" (os error").next().unwrap_or(&text);
        Self::new(kind, path, words.to_lowercase())
    }

    /// The stable code of the kind.
    pub fn code(&self) -> &'static str {
        self.kind.code()
    }

    /// What the user can do about it.
    pub fn hint(&self) -> &'static str {
        self.kind.hint()
    }
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.path, self.what),
            None => write!(f, "{}: {}", self.path, self.what),
        }
    }
}
