//! The writer's lock: a file beside the ledger that the system holds for one process and frees when it dies.
//!
//! It exists to tell a second writer at once. Should it fail to (a file system without locks, a lock file removed
//! between two writers), nothing is lost: SQLite lets one transaction write at a time.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

use crate::LedgerError;

/// Held as long as the ledger is open for writing.
#[derive(Debug)]
pub struct WriterLock {
    path: PathBuf,
    file: File,
}

impl WriterLock {
    /// Takes the lock, or says who has it.
    pub fn take(ledger: &Path) -> Result<Self, LedgerError> {
        let path = beside(ledger);
        let fail = |error| LedgerError::io(ledger, &error);
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(fail)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // Some systems do not let a locked file be read; then the holder stays unnamed.
                let _ = file.read_to_string(&mut holder);
                return Err(LedgerError::Locked { path: ledger.to_owned(), holder: holder.trim().parse().ok() });
            }
            Err(TryLockError::Error(error)) if error.kind() == std::io::ErrorKind::Unsupported => {}
            Err(TryLockError::Error(error)) => return Err(fail(error)),
        }
        // Who holds it is a courtesy: a full disk must not keep anybody from reading why.
        let _ = file.set_len(0).and_then(|()| file.rewind()).and_then(|()| writeln!(file, "{}", std::process::id()));
        Ok(Self { path, file })
    }
}

impl Drop for WriterLock {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
        let _ = self.file.unlock();
    }
}

/// The lock file of a ledger; links to the ledger lead to the same one.
fn beside(ledger: &Path) -> PathBuf {
    let real = fs::canonicalize(ledger).unwrap_or_else(|_| ledger.to_owned());
    let mut name = real.into_os_string();
    name.push("-lock");
    name.into()
}
