//! A table read on a thread of its own, so that the start of the program waits for the longest and not for the sum.

use std::ops::Deref;
use std::panic::{AssertUnwindSafe, UnwindSafe, resume_unwind};
use std::sync::LazyLock;

use crate::error::PackError;

/// What a table says, with what is wrong in it.
pub(crate) type Read<T> = (T, Vec<PackError>);

/// A table that is being read. Whoever asks first waits until it is.
#[derive(Debug)]
pub struct Beside<T>(LazyLock<Read<T>, Box<dyn FnOnce() -> Read<T> + Send + UnwindSafe>>);

impl<T: Send + 'static> Beside<T> {
    /// Begins to read.
    pub(crate) fn begin(read: impl FnOnce() -> Read<T> + Send + 'static) -> Self {
        let reader = std::thread::spawn(read);
        let wait = move || reader.join().unwrap_or_else(|panic| resume_unwind(panic));
        // A reader that panicked is not asked again.
        Self(LazyLock::new(Box::new(AssertUnwindSafe(wait))))
    }
}

impl<T> Beside<T> {
    /// What is wrong in the table.
    pub fn errors(&self) -> &[PackError] {
        &self.0.1
    }
}

impl<T> Deref for Beside<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0.0
    }
}

impl<T: Default + Send + 'static> Default for Beside<T> {
    fn default() -> Self {
        Self(LazyLock::new(Box::new(Read::default)))
    }
}
