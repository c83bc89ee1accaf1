//! What was told to whom: one small file beside the watchlists, replaced as a whole.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::PathBuf;

/// For every list and place: what was told, by name.
pub struct Told {
    path: PathBuf,
    lists: BTreeMap<String, BTreeMap<String, String>>,
}

impl Told {
    /// Reads the file; one that is not there yet is empty, one that cannot be understood is an error: sending
    /// everything again would be worse.
    pub fn open(path: PathBuf) -> io::Result<Self> {
        let lists = match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => BTreeMap::new(),
            Err(error) => return Err(error),
        };
        Ok(Self { path, lists })
    }

    /// `None`: nothing was ever told.
    pub fn get(&self, list: &str) -> Option<&BTreeMap<String, String>> {
        self.lists.get(list)
    }

    /// Keeps what has been told, at once: what was sent is not sent again when the next message fails.
    pub fn keep(&mut self, list: &str, told: BTreeMap<String, String>) -> io::Result<()> {
        if self.lists.get(list) == Some(&told) {
            return Ok(());
        }
        self.lists.insert(list.to_owned(), told);
        let mut beside = self.path.clone().into_os_string();
        beside.push(".new");
        fs::write(&beside, serde_json::to_vec(&self.lists)?)?;
        fs::rename(&beside, &self.path)
    }
}
