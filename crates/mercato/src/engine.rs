//! The knowledge that reading needs, loaded once, and reading itself: one document, or many on several threads.

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use mercato_model::Document;
use mercato_pack::kb::CALIBRATION;
use mercato_pack::lending::LENDING;
use mercato_pack::{Files, Knowledge, PackError};
use mercato_read::Reading;

use crate::cli::Global;
use crate::error::{Exit, Failure, Result, plain};

/// What reading needs besides the text.
pub struct Engine {
    pub knowledge: Knowledge,
    pub threads: usize,
}

impl Engine {
    /// The packs and the knowledge base that the program was built with, or those of the folders asked for.
    /// They live as long as the program: taking them apart at its end would take a fifth of a short run.
    pub fn load(global: &Global) -> Result<&'static Self> {
        let own = global.packs.is_some() || global.kb.is_some();
        let knowledge =
            if own { with_folders(global.packs.as_deref(), global.kb.as_deref())? } else { Knowledge::embedded() };
        // What is built in was checked before the program was released.
        let errors = if own { knowledge.errors() } else { Vec::new() };
        if !errors.is_empty() {
            let hint = "`mercato pack check` and `mercato kb check` list the same; without --packs and --kb the built-in ones are used";
            return Err(Failure::new(Exit::Knowledge, listed(&errors)).hint(hint));
        }
        Ok(Box::leak(Box::new(Self { knowledge, threads: threads(global) })))
    }

    /// As [`load`](Self::load), with the scores of the rules as they are.
    pub fn uncalibrated(global: &Global) -> Result<&'static Self> {
        Self::bare(global, None)
    }

    /// The same, with other weights of lending (the text of their table).
    pub fn lending(global: &Global, table: String) -> Result<&'static Self> {
        Self::bare(global, Some(table))
    }

    fn bare(global: &Global, lending: Option<String>) -> Result<&'static Self> {
        let mut packs = packs_of(global.packs.as_deref())?;
        packs.0.extend(lending.map(|table| (LENDING.to_owned(), Cow::Owned(table.into_bytes()))));
        packs.0.insert(CALIBRATION.to_owned(), Cow::Borrowed(b"kind\tshape\tfrom\tscore\n"));
        let knowledge = Knowledge::new(packs, kb_of(global.kb.as_deref())?);
        Ok(Box::leak(Box::new(Self { knowledge, threads: threads(global) })))
    }

    /// Knowledge with whatever is wrong in it, for the commands that report it.
    pub fn unchecked(global: &Global, packs: Option<&Path>) -> Result<Self> {
        let knowledge = with_folders(packs.or(global.packs.as_deref()), global.kb.as_deref())?;
        Ok(Self { knowledge, threads: threads(global) })
    }

    /// The text of a file of the packs.
    pub fn pack_file(&self, global: &Global, file: &str) -> Result<Option<String>> {
        let packs = global.packs.as_deref().map_or_else(|| Ok(Files::embedded_packs()), folder)?;
        Ok(packs.text(file))
    }

    /// Reads many documents; the readings come in the order of the documents, however many threads there are.
    /// `None`: the reader gave up on this one.
    pub fn read_all(&self, documents: &[Document]) -> Vec<Option<Reading>> {
        self.each(documents, self.threads, |document| mercato_read::read(document, &self.knowledge))
    }

    /// Does something with each document on several threads; what comes of it stands in the order of the documents.
    /// `None`: it gave up on this one.
    pub fn each<T: Send>(
        &self,
        documents: &[Document],
        threads: usize,
        work: impl Fn(&Document) -> T + Sync,
    ) -> Vec<Option<T>> {
        let work = |document: &Document| catch_unwind(AssertUnwindSafe(|| work(document))).ok();
        let threads = threads.min(documents.len());
        if threads <= 1 {
            return documents.iter().map(work).collect();
        }
        let mut out: Vec<Option<T>> = Vec::new();
        out.resize_with(documents.len(), || None);
        let next = AtomicUsize::new(0);
        let (sender, receiver) = mpsc::channel();
        std::thread::scope(|scope| {
            for _ in 0..threads {
                let (sender, next, work) = (sender.clone(), &next, &work);
                scope.spawn(move || {
                    while let Some((at, document)) = {
                        let at = next.fetch_add(1, Ordering::Relaxed);
                        documents.get(at).map(|document| (at, document))
                    } {
                        if sender.send((at, work(document))).is_err() {
                            break;
                        }
                    }
                });
            }
            drop(sender);
            for (at, done) in receiver {
                out[at] = done;
            }
        });
        out
    }
}

fn threads(global: &Global) -> usize {
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    global.threads.map_or_else(cores, usize::from)
}

fn with_folders(packs: Option<&Path>, kb: Option<&Path>) -> Result<Knowledge> {
    Ok(Knowledge::new(packs_of(packs)?, kb_of(kb)?))
}

fn packs_of(packs: Option<&Path>) -> Result<Files> {
    let packs = packs.map_or_else(|| Ok(Files::embedded_packs()), folder)?;
    if packs.paths("", "/pack.toml").next().is_none() {
        let message = "no language pack: a folder of packs holds one folder a language, each with a pack.toml";
        return Err(Failure::new(Exit::Knowledge, message).hint("see docs/packs.md"));
    }
    Ok(packs)
}

fn kb_of(kb: Option<&Path>) -> Result<Files> {
    kb.map_or_else(|| Ok(Files::embedded_kb()), folder)
}

/// Every file below a folder, by its path relative to it.
fn folder(root: &Path) -> Result<Files> {
    let mut files = Files::default();
    let mut open = vec![root.to_owned()];
    while let Some(dir) = open.pop() {
        let refused = |path: &Path, error: &std::io::Error| {
            Failure::new(Exit::Knowledge, format!("{}: {}", path.display(), plain(error)))
                .hint("check --packs and --kb")
        };
        for entry in std::fs::read_dir(&dir).map_err(|e| refused(&dir, &e))? {
            let path = entry.map_err(|e| refused(&dir, &e))?.path();
            if path.is_dir() {
                open.push(path);
            } else if let Ok(name) = path.strip_prefix(root) {
                let name = name.components().map(|c| c.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
                files.0.insert(name, std::fs::read(&path).map_err(|e| refused(&path, &e))?.into());
            }
        }
    }
    Ok(files)
}

/// The first few mistakes, and how many more there are.
fn listed(errors: &[PackError]) -> String {
    const SHOWN: usize = 5;
    let mut lines: Vec<String> = errors.iter().take(SHOWN).map(ToString::to_string).collect();
    if errors.len() > SHOWN {
        lines.push(format!("and {} more", errors.len() - SHOWN));
    }
    lines.join("; ")
}
