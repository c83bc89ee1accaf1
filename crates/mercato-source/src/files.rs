//! From paths, folders and globs to a list of files, sorted, each with its id.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::{ErrorKind, Format, SourceError};

/// The name of standard input on a command line.
pub const STDIN: &str = "-";

/// One thing to read.
#[derive(Debug)]
pub enum Input {
    Stdin,
    File {
        path: PathBuf,
        /// `None`: the first bytes decide.
        format: Option<Format>,
        id: String,
        bytes: u64,
    },
    /// What could not even be listed.
    Failed(SourceError),
}

/// What the arguments of one run stand for.
#[derive(Debug, Default)]
pub struct Listing {
    pub inputs: Vec<Input>,
    /// Files met in folders and globs whose extension is none of ours.
    pub skipped: Vec<PathBuf>,
    seen: HashSet<PathBuf>,
    /// Articles met so far, those met twice counted twice.
    met: usize,
}

impl Listing {
    /// Lists every argument in its order; the content of folders and globs is sorted, a file is listed once.
    pub fn of<P: AsRef<Path>>(arguments: impl IntoIterator<Item = P>) -> Self {
        let mut listing = Self::default();
        for argument in arguments {
            listing.argument(argument.as_ref());
        }
        name(&mut listing.inputs);
        listing
    }

    fn argument(&mut self, path: &Path) {
        if path.as_os_str() == STDIN {
            return self.inputs.push(Input::Stdin);
        }
        match fs::metadata(path) {
            Ok(meta) if meta.is_dir() => self.folder(path),
            Ok(meta) => self.file(path, meta.len()),
            // Only a path that names nothing is taken for a pattern: a file may well be called `[draft].txt`.
            Err(_) if is_pattern(path) => self.pattern(path),
            Err(error) => self.inputs.push(Input::Failed(SourceError::io(shown(path), &error))),
        }
    }

    fn folder(&mut self, folder: &Path) {
        let (met, skipped) = (self.met, self.skipped.len());
        self.walk(folder);
        if self.met == met {
            let what = match self.skipped.len() - skipped {
                0 => "the folder holds no articles".to_owned(),
                n => format!("the folder holds no articles, only {n} file(s) of other kinds"),
            };
            self.inputs.push(Input::Failed(SourceError::new(ErrorKind::NotFound, shown(folder), what)));
        }
    }

    fn walk(&mut self, folder: &Path) {
        let mut entries = Vec::new();
        match fs::read_dir(folder) {
            Ok(found) => {
                for entry in found {
                    match entry {
                        Ok(entry) => entries.push(entry),
                        Err(error) => self.inputs.push(Input::Failed(SourceError::io(shown(folder), &error))),
                    }
                }
            }
            Err(error) => return self.inputs.push(Input::Failed(SourceError::io(shown(folder), &error))),
        }
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let path = entry.path();
            if entry.file_name().as_encoded_bytes().starts_with(b".") {
                continue;
            }
            // Links to folders are not followed: they can lead in a circle.
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => self.walk(&path),
                Ok(_) => self.found(&path),
                Err(error) => self.inputs.push(Input::Failed(SourceError::io(shown(&path), &error))),
            }
        }
    }

    fn pattern(&mut self, pattern: &Path) {
        let text = shown(pattern);
        let fail = |what: String| Input::Failed(SourceError::new(ErrorKind::NotFound, text.clone(), what));
        let options = glob::MatchOptions { require_literal_leading_dot: true, ..glob::MatchOptions::new() };
        match glob::glob_with(&text, options) {
            Err(error) => self.inputs.push(fail(format!("not a pattern: {}", error.msg))),
            Ok(paths) => {
                let mut any = false;
                for path in paths {
                    any = true;
                    match path {
                        Ok(path) if path.is_dir() => self.walk(&path),
                        Ok(path) => self.found(&path),
                        Err(error) => {
                            let failed = SourceError::io(shown(error.path()), error.error());
                            self.inputs.push(Input::Failed(failed));
                        }
                    }
                }
                if !any {
                    self.inputs.push(fail("no file matches".to_owned()));
                }
            }
        }
    }

    /// A file that nobody named: only our extensions, the rest is counted as skipped.
    fn found(&mut self, path: &Path) {
        if Format::of_path(path).is_none() {
            return self.skipped.push(path.to_owned());
        }
        match fs::metadata(path) {
            Ok(meta) if meta.is_dir() => self.skipped.push(path.to_owned()),
            Ok(meta) => self.file(path, meta.len()),
            Err(error) => self.inputs.push(Input::Failed(SourceError::io(shown(path), &error))),
        }
    }

    fn file(&mut self, path: &Path, bytes: u64) {
        self.met += 1;
        let plain: PathBuf = path.components().filter(|c| *c != Component::CurDir).collect();
        if self.seen.insert(plain.clone()) {
            let format = Format::of_path(path);
            let id = stem(&plain);
            self.inputs.push(Input::File { path: path.to_owned(), format, id, bytes });
        }
    }
}

/// The path as a message shows it.
pub fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn is_pattern(path: &Path) -> bool {
    path.as_os_str().as_encoded_bytes().iter().any(|b| b"*?[".contains(b))
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// Tells files with the same stem apart, see the documentation of the crate.
fn name(inputs: &mut [Input]) {
    let mut groups: HashMap<String, Vec<usize>> = HashMap::new();
    for (index, input) in inputs.iter().enumerate() {
        // The id of a JSON Lines file is never used: its records bring theirs.
        if let Input::File { id, format, .. } = input
            && *format != Some(Format::JsonLines)
        {
            groups.entry(id.clone()).or_default().push(index);
        }
    }
    for group in groups.into_values().filter(|group| group.len() > 1) {
        let paths: Vec<PathBuf> = group
            .iter()
            .filter_map(|&index| match &inputs[index] {
                Input::File { path, .. } => Some(path.clone()),
                _ => None,
            })
            .collect();
        for (index, unique) in group.into_iter().zip(distinct(&paths)) {
            if let Input::File { id, .. } = &mut inputs[index] {
                *id = unique;
            }
        }
    }
}

/// The shortest tail of each path that no other has, first without and then with extensions.
fn distinct(paths: &[PathBuf]) -> Vec<String> {
    let deepest = paths.iter().map(|p| p.components().count()).max().unwrap_or(1);
    let mut names: Vec<Option<String>> = vec![None; paths.len()];
    for (extension, depth) in [false, true].into_iter().flat_map(|e| (1..=deepest).map(move |d| (e, d))) {
        if names.iter().all(Option::is_some) {
            break;
        }
        let tails: Vec<String> = paths.iter().map(|path| tail(path, depth, extension)).collect();
        let mut counts: HashMap<&str, usize> = HashMap::new();
        tails.iter().for_each(|tail| *counts.entry(tail).or_default() += 1);
        for (name, tail) in names.iter_mut().zip(&tails) {
            if name.is_none() && counts[tail.as_str()] == 1 {
                *name = Some(tail.clone());
            }
        }
    }
    names.into_iter().zip(paths).map(|(name, path)| name.unwrap_or_else(|| shown(path))).collect()
}

fn tail(path: &Path, depth: usize, extension: bool) -> String {
    let path = if extension { path.to_owned() } else { path.with_extension("") };
    let mut parts: Vec<_> = path
        .components()
        .rev()
        .filter(|c| matches!(c, Component::Normal(_) | Component::ParentDir))
        .take(depth)
        .map(|c| c.as_os_str().to_string_lossy().into_owned())
        .collect();
    parts.reverse();
    parts.join("/")
}
