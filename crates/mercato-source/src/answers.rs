//! Raw answers of models, kept: one compressed file an answer, named by text, prompt and model, so that a run can be
//! repeated without the model, byte for byte.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use flate2::{Compression, GzBuilder};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// One answer of a model to one text under one prompt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// The document that was read first with this text; for people, not for finding.
    pub doc: String,
    pub model: String,
    /// Version of the prompt.
    pub prompt: String,
    /// SHA-256 of the text.
    pub text: String,
    /// Exactly what the model said.
    pub answer: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_tokens: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_tokens: Option<u64>,
    /// The answer broke off.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cut_off: bool,
}

/// The largest answer; what is longer is none.
const LARGEST: u64 = 16 << 20;

/// What an answer is found by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key(String);

impl Key {
    pub fn of(text: &str, prompt: &str, model: &str) -> Self {
        let mut hash = Sha256::new();
        // Lengths first: no two triples run together.
        for part in [text, prompt, model] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        }
        Self(hex(&hash.finalize()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// SHA-256 of a text.
pub fn digest(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// What went wrong with a file of the store.
#[derive(Debug, thiserror::Error)]
#[error("{}: {what}", path.display())]
pub struct StoreError {
    pub path: PathBuf,
    pub what: String,
}

/// A folder of answers.
#[derive(Clone, Debug)]
pub struct Answers {
    root: PathBuf,
}

impl Answers {
    /// A folder that may not be there yet; it is made with the first answer.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    fn path(&self, key: &Key) -> PathBuf {
        self.root.join(&key.0[..2]).join(format!("{}.json.gz", &key.0[2..]))
    }

    /// The answer kept under a key.
    pub fn get(&self, key: &Key) -> Result<Option<Recorded>, StoreError> {
        let path = self.path(key);
        let fail = |what: &str| StoreError { path: path.clone(), what: what.to_owned() };
        let file = match fs::File::open(&path) {
            Ok(file) => file,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(fail(&e.to_string())),
        };
        let mut json = String::new();
        let read = GzDecoder::new(file).take(LARGEST).read_to_string(&mut json);
        read.map_err(|_| fail("a recorded answer that cannot be unpacked"))?;
        serde_json::from_str(&json).map(Some).map_err(|_| fail("a recorded answer that cannot be read"))
    }

    /// Keeps an answer; a killed run leaves a whole file or none.
    pub fn put(&self, key: &Key, recorded: &Recorded) -> Result<(), StoreError> {
        let path = self.path(key);
        let fail = |what: &dyn std::fmt::Display| StoreError { path: path.clone(), what: what.to_string() };
        let folder = path.parent().unwrap_or(&self.root);
        fs::create_dir_all(folder).map_err(|e| fail(&e))?;
        let json = serde_json::to_vec(recorded).map_err(|e| fail(&e))?;
        // No name and no time in the header: the same answer is the same file.
        let mut packed = GzBuilder::new().mtime(0).write(Vec::new(), Compression::new(6));
        packed.write_all(&json).map_err(|e| fail(&e))?;
        let bytes = packed.finish().map_err(|e| fail(&e))?;
        let beside = path.with_extension(format!("{}.new", std::process::id()));
        fs::write(&beside, bytes).and_then(|()| fs::rename(&beside, &path)).map_err(|e| fail(&e))
    }

    /// The models that answered, with how many answers each prompt has.
    pub fn models(&self) -> Result<Vec<(String, String, usize)>, StoreError> {
        let mut out: std::collections::BTreeMap<(String, String), usize> = std::collections::BTreeMap::new();
        let Ok(folders) = fs::read_dir(&self.root) else { return Ok(Vec::new()) };
        for folder in folders.flatten().filter(|f| f.path().is_dir()) {
            let Ok(files) = fs::read_dir(folder.path()) else { continue };
            let start = folder.file_name().to_string_lossy().into_owned();
            for file in files.flatten() {
                let name = file.file_name().to_string_lossy().into_owned();
                let Some(rest) = name.strip_suffix(".json.gz") else { continue };
                if let Some(recorded) = self.get(&Key(format!("{start}{rest}")))? {
                    *out.entry((recorded.model, recorded.prompt)).or_default() += 1;
                }
            }
        }
        Ok(out.into_iter().map(|((model, prompt), n)| (model, prompt, n)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recorded(answer: &str) -> Recorded {
        Recorded {
            doc: "a".into(),
            model: "m".into(),
            prompt: "1".into(),
            text: digest("t"),
            answer: answer.into(),
            input_tokens: Some(3),
            output_tokens: None,
            cut_off: false,
        }
    }

    #[test]
    fn what_is_kept_comes_back_and_is_the_same_file() {
        let folder = tempfile::tempdir().unwrap();
        let store = Answers::at(folder.path().join("answers"));
        let key = Key::of("t", "1", "m");
        assert_eq!(store.get(&key).unwrap(), None);
        store.put(&key, &recorded("{\"claims\": []}")).unwrap();
        let bytes = fs::read(store.path(&key)).unwrap();
        assert_eq!(store.get(&key).unwrap(), Some(recorded("{\"claims\": []}")));
        store.put(&key, &recorded("{\"claims\": []}")).unwrap();
        assert_eq!(fs::read(store.path(&key)).unwrap(), bytes);
        assert_eq!(store.models().unwrap(), [("m".to_owned(), "1".to_owned(), 1)]);
    }

    #[test]
    fn no_two_triples_share_a_key() {
        assert_ne!(Key::of("ab", "c", "d"), Key::of("a", "bc", "d"));
        assert_ne!(Key::of("a", "b", "c"), Key::of("a", "b", "d"));
    }

    #[test]
    fn a_damaged_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let store = Answers::at(folder.path());
        let key = Key::of("t", "1", "m");
        store.put(&key, &recorded("x")).unwrap();
        fs::write(store.path(&key), b"no gzip").unwrap();
        assert!(store.get(&key).unwrap_err().to_string().contains("cannot be unpacked"));
    }
}
