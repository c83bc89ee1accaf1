//! The files of packs and knowledge base as name and bytes, embedded or handed in.

use std::borrow::Cow;
use std::collections::BTreeMap;

use include_dir::{Dir, include_dir};

static PACKS: Dir = include_dir!("$CARGO_MANIFEST_DIR/../../packs");
static KB: Dir = include_dir!("$CARGO_MANIFEST_DIR/../../kb");

/// Files by path relative to the pack or knowledge-base folder (`it/words.toml`), with `/` between parts.
#[derive(Clone, Debug, Default)]
pub struct Files(pub BTreeMap<String, Cow<'static, [u8]>>);

impl Files {
    /// The packs that the program was built with.
    pub fn embedded_packs() -> Self {
        let mut files = Self::default();
        files.collect(&PACKS);
        files
    }

    /// The knowledge base that the program was built with.
    pub fn embedded_kb() -> Self {
        let mut files = Self::default();
        files.collect(&KB);
        files
    }

    fn collect(&mut self, dir: &'static Dir) {
        for file in dir.files() {
            self.0.insert(file.path().to_string_lossy().replace('\\', "/"), Cow::Borrowed(file.contents()));
        }
        for sub in dir.dirs() {
            self.collect(sub);
        }
    }

    /// The text of a file; `None` when it is absent; invalid UTF-8 is replaced (and then fails to parse where it matters).
    pub fn text(&self, path: &str) -> Option<String> {
        self.0.get(path).map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    }

    /// Paths that start with `prefix` and end with `suffix`, sorted.
    pub fn paths<'a>(&'a self, prefix: &'a str, suffix: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.keys().map(String::as_str).filter(move |p| p.starts_with(prefix) && p.ends_with(suffix))
    }
}
