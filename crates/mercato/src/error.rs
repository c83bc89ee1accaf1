//! What the user is told when something goes wrong, and with which exit code.

use std::fmt;
use std::io;

use crate::render::term;

pub type Result<T> = std::result::Result<T, Failure>;

/// How the program ends. Declared once; `mercato --help` and README.md list the same codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    Done = 0,
    /// An input failed or a check found something; the rest is done.
    Partial = 1,
    Usage = 2,
    Ledger = 3,
    Knowledge = 4,
    Output = 5,
}

/// The end of a command that could not do what it was asked: what, where, what to do.
#[derive(Debug)]
pub struct Failure {
    pub exit: Exit,
    /// `None`: nothing is said, because nobody listens any more.
    pub message: Option<String>,
    pub hint: Option<String>,
}

impl Failure {
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: Some(message.into()), hint: None }
    }

    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// A file that the command itself needs and the system refuses.
    pub fn file(path: &std::path::Path, error: &io::Error) -> Self {
        Self::new(Exit::Partial, format!("{}: {}", path.display(), plain(error)))
            .hint("check the path and its permissions")
    }

    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }
}

/// Only writing the output gives a bare `io::Error`: every input error carries its file.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self { exit: Exit::Done, message: None, hint: None };
        }
        Self::new(Exit::Output, format!("the output cannot be written: {}", plain(&error)))
    }
}

/// The system's words without the number that the standard library appends.
pub fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_lowercase()
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(message) = &self.message {
            write!(f, "mercato: {}", term::safe(message))?;
        }
        if let Some(hint) = &self.hint {
            write!(f, "\n  {}", term::safe(hint))?;
        }
        Ok(())
    }
}

/// One input that failed while the others go on.
pub fn complain(what: &dyn fmt::Display, hint: &str) {
    let text = what.to_string();
    eprintln!("mercato: {}\n  {}", term::safe(&text), term::safe(hint));
}
