//! Bytes by number, more of them than fit into memory: beyond a few megabytes they go into a file without a name beside
//! the ledger, which is gone when the program is, however it ends.

use std::fs::File;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

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
    file: Option<Arc<File>>,
    written: u64,
}

/// A drawer that is full: whoever holds a place gets what lies there.
#[derive(Debug)]
pub enum Drawer {
    Memory(Vec<u8>),
    File(Arc<File>, u64),
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
        let mut file: &File = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(Arc::new(tempfile::tempfile_in(&self.folder)?)),
        };
        file.seek(SeekFrom::Start(self.written))?;
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
            Some(file) => Drawer::File(file, self.written),
            None => Drawer::Memory(self.held),
        })
    }
}

impl Drawer {
    /// Another one that holds the same and is filled further; one at a time.
    pub fn more(&self, ledger: &Path) -> Filling {
        let filling = Filling::beside(ledger);
        match self {
            Self::Memory(bytes) => Filling { held: bytes.clone(), ..filling },
            Self::File(file, written) => Filling { file: Some(file.clone()), written: *written, ..filling },
        }
    }

    /// What lies at a place; `None`: the file cannot be read.
    pub fn get(&self, place: Place) -> Option<Vec<u8>> {
        match self {
            Self::Memory(bytes) => {
                let start = usize::try_from(place.at).ok()?;
                bytes.get(start..start + place.length as usize).map(<[u8]>::to_vec)
            }
            Self::File(file, _) => {
                let mut bytes = vec![0; place.length as usize];
                read_at(file, &mut bytes, place.at).ok()?;
                Some(bytes)
            }
        }
    }
}

/// Reads without moving a place that all readers share, so that nobody waits for another.
#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], at: u64) -> std::io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, at)
}

#[cfg(windows)]
fn read_at(file: &File, bytes: &mut [u8], at: u64) -> std::io::Result<()> {
    let mut done = 0;
    while done < bytes.len() {
        match std::os::windows::fs::FileExt::seek_read(file, &mut bytes[done..], at + done as u64)? {
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            read => done += read,
        }
    }
    Ok(())
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
            assert_eq!(matches!(drawer, Drawer::File(..)), rounds > 1);
            for (place, bytes) in places.iter().rev() {
                assert!(drawer.get(*place).unwrap() == *bytes);
            }
            assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0, "the file has no name");
        }
    }
}
