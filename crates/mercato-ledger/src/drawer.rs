//! Bytes by number, more of them than fit into memory: beyond a few megabytes they go into a file without a name beside
//! the ledger, which is gone when the program is, however it ends.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::LedgerError;

/// Bytes that stay in memory.
const IN_MEMORY: usize = 32 << 20;

/// Bytes that are written at once.
const AT_ONCE: usize = 1 << 20;

/// Where something lies in a [`Drawer`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    at: u64,
    length: u32,
}

/// A drawer that is being filled.
#[derive(Debug)]
pub struct Filling {
    folder: PathBuf,
    held: Vec<u8>,
    file: Option<File>,
    written: u64,
}

/// A drawer that is full: whoever holds a place gets what lies there.
#[derive(Debug)]
pub enum Drawer {
    Memory(Vec<u8>),
    File(Mutex<File>),
}

impl Filling {
    /// `ledger`: the file beside which the drawer may put one of its own.
    pub fn beside(ledger: &Path) -> Self {
        let folder = ledger.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Self { folder: folder.to_owned(), held: Vec::new(), file: None, written: 0 }
    }

    pub fn put(&mut self, bytes: &[u8]) -> Result<Place, LedgerError> {
        let place = Place { at: self.written + self.held.len() as u64, length: bytes.len() as u32 };
        self.held.extend_from_slice(bytes);
        let room = if self.file.is_some() { AT_ONCE } else { IN_MEMORY };
        if self.held.len() >= room {
            self.write().map_err(|error| self.failed(&error))?;
        }
        Ok(place)
    }

    fn write(&mut self) -> std::io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(tempfile::tempfile_in(&self.folder)?),
        };
        file.write_all(&self.held)?;
        self.written += self.held.len() as u64;
        self.held = Vec::new();
        Ok(())
    }

    fn failed(&self, error: &std::io::Error) -> LedgerError {
        let path = self.folder.clone();
        match error.kind() {
            std::io::ErrorKind::StorageFull => LedgerError::DiskFull { path },
            _ => LedgerError::Other { path, what: format!("no file for facts beside the ledger: {error}") },
        }
    }

    pub fn full(mut self) -> Result<Drawer, LedgerError> {
        if self.file.is_some() {
            self.write().map_err(|error| self.failed(&error))?;
        }
        Ok(match self.file {
            Some(file) => Drawer::File(Mutex::new(file)),
            None => Drawer::Memory(self.held),
        })
    }
}

impl Drawer {
    /// What lies at a place; `None`: the file cannot be read.
    pub fn get(&self, place: Place) -> Option<Vec<u8>> {
        match self {
            Self::Memory(bytes) => {
                let start = usize::try_from(place.at).ok()?;
                bytes.get(start..start + place.length as usize).map(<[u8]>::to_vec)
            }
            Self::File(file) => {
                let mut bytes = vec![0; place.length as usize];
                let mut file = file.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                file.seek(SeekFrom::Start(place.at)).ok()?;
                file.read_exact(&mut bytes).ok()?;
                Some(bytes)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_away_is_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let big = vec![7; IN_MEMORY / 2];
        for rounds in [1, 5] {
            let mut filling = Filling::beside(&folder.path().join("m.db"));
            let mut places = Vec::new();
            for n in 0..rounds {
                places.push((filling.put(&big).unwrap(), big.clone()));
                let small = format!("piece {n}").into_bytes();
                places.push((filling.put(&small).unwrap(), small));
            }
            let drawer = filling.full().unwrap();
            assert_eq!(matches!(drawer, Drawer::File(_)), rounds > 1);
            for (place, bytes) in places.iter().rev() {
                assert!(drawer.get(*place).unwrap() == *bytes);
            }
            assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0, "the file has no name");
        }
    }
}
