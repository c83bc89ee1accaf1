//! The ledger in a file: SQLite in WAL mode, so that readers never wait for the writer nor it for them.

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use mercato_facts::{Operation, Record, World};
use mercato_model::Document;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, MAIN_DB, OpenFlags, Rows, TransactionBehavior};

use crate::layout::State;
use crate::lock::WriterLock;
use crate::{
    Added, AsOf, DocumentSummary, Entry, Filter, Forgotten, LedgerError, Scope, Stats, Store, StoredClaim,
    StoredDocument, append, ask, facts, forget, layout, search,
};

/// How long to wait for another program that holds SQLite's own lock for a moment (a backup, a shell).
const PATIENCE: Duration = Duration::from_secs(5);

/// Prepared statements kept: every one that this crate has.
const STATEMENTS: usize = 48;

/// Pages that the writer keeps in memory: ids and names come in no order, and their indexes are read all over.
const WRITER_CACHE_KB: i64 = 96 << 10;

/// Pages that a reader keeps in memory: the claims of a famous name lie all over the file.
const READER_CACHE_KB: i64 = 192 << 10;

/// Pages in the journal from which it goes into the file. Pages written often in between are written there once.
const WRITER_JOURNAL_PAGES: i64 = 8 << 10;

/// How many claims an ambiguous beginning of an id names.
const CANDIDATES: usize = 5;

/// A ledger in a file, open for writing ([`open`](Self::open)) or for reading ([`open_reader`](Self::open_reader)).
#[derive(Debug)]
pub struct Ledger {
    // Declared before the lock, so that the file is closed when the lock is freed.
    pub(crate) connection: Connection,
    path: PathBuf,
    _lock: Option<WriterLock>,
    writable: bool,
}

impl Ledger {
    /// Opens a ledger for writing, and makes one where there is no file. Only one process can write at a time.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, LedgerError> {
        let path = path.as_ref().to_owned();
        let fail = |error| LedgerError::sqlite(&path, error);
        refuse_folder(&path)?;
        let lock = WriterLock::take(&path)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(&path, flags).map_err(fail)?;
        connection.busy_timeout(PATIENCE).map_err(fail)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        keep_plans(&connection).map_err(fail)?;
        // Before anything is set: the file of another program stays as it is.
        let state = layout::examine(&connection, &path)?;
        // SQLite quietly opens a file that cannot be written for reading.
        if connection.is_readonly(MAIN_DB).map_err(fail)? {
            return Err(LedgerError::ReadOnly { path });
        }
        connection.pragma_update(None, "journal_mode", "wal").map_err(fail)?;
        // Whatever add() has reported as stored survives a power cut, too.
        connection.pragma_update(None, "synchronous", "full").map_err(fail)?;
        connection.pragma_update(None, "cache_size", -WRITER_CACHE_KB).map_err(fail)?;
        connection.pragma_update(None, "wal_autocheckpoint", WRITER_JOURNAL_PAGES).map_err(fail)?;
        if state == State::Blank {
            layout::create(&mut connection).map_err(fail)?;
        } else if layout::is_older(&connection).map_err(fail)? {
            layout::migrate(&mut connection).map_err(fail)?;
        }
        let ledger = Self { connection, path, _lock: Some(lock), writable: true };
        if forget::is_scrub_due(&ledger.connection).map_err(ledger.fail())? {
            // An erasure that was interrupted. Where there is still no room the ledger works as before.
            let _ = ledger.scrub();
        }
        Ok(ledger)
    }

    /// Opens a ledger for reading only; any number of processes can, whether or not one is writing.
    pub fn open_reader(path: impl AsRef<Path>) -> Result<Self, LedgerError> {
        let path = path.as_ref().to_owned();
        refuse_folder(&path)?;
        if !path.exists() {
            return Err(LedgerError::NotFound { path });
        }
        let (mut connection, state) = match examined_reader(&path, false) {
            // Readers keep a file beside the ledger. Where they cannot (a folder or medium that is read-only) and no
            // writer has left anything to recover, the ledger can be read as a file that does not change.
            Err(LedgerError::Unreadable { .. } | LedgerError::ReadOnly { .. }) if !has_journal(&path) => {
                examined_reader(&path, true)?
            }
            other => other?,
        };
        if state == State::Blank {
            return Err(LedgerError::NotALedger { path, what: "it is empty".to_owned() });
        }
        if layout::is_older(&connection).map_err(|error| LedgerError::sqlite(&path, error))? {
            // Whoever may write brings it up to date once.
            drop(connection);
            drop(Self::open(&path)?);
            connection = examined_reader(&path, false)?.0;
        }
        Ok(Self { connection, path, _lock: None, writable: false })
    }

    /// The file, as it was named.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Keeps the file from growing beyond this size; an entry that needs more fails with `disk-full`.
    pub fn limit_bytes(&mut self, bytes: u64) -> Result<(), LedgerError> {
        let page: u32 = self.connection.pragma_query_value(None, "page_size", |row| row.get(0)).map_err(self.fail())?;
        let pages = (bytes / u64::from(page)).max(1) as i64;
        // The pragma answers with the limit in force, which is never below the present size.
        self.connection.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(())).map_err(self.fail())
    }

    pub(crate) fn fail(&self) -> impl Fn(rusqlite::Error) -> LedgerError + use<> {
        let path = self.path.clone();
        move |error| LedgerError::sqlite(&path, error)
    }
}

impl Store for Ledger {
    fn add_all(&mut self, entries: &[Entry<'_>]) -> Result<Vec<Added>, LedgerError> {
        if !self.writable {
            return Err(LedgerError::ReadOnly { path: self.path.clone() });
        }
        for entry in entries {
            if let Some(what) = append::flaw(entry) {
                return Err(LedgerError::BadEntry { document: entry.document.id.clone(), what });
            }
        }
        let fail = self.fail();
        let mut store = || {
            // Dropped without a commit, a transaction takes everything back.
            let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let tombstones = forget::tombstones(&transaction)?;
            let added = entries
                .iter()
                .map(|entry| append::append(&transaction, entry, &tombstones))
                .collect::<Result<Vec<_>, _>>()?;
            search::complete(&transaction)?;
            transaction.commit()?;
            Ok(added)
        };
        store().map_err(fail)
    }

    fn holds(&self, document: &Document) -> Result<bool, LedgerError> {
        let sha256 = append::sha256(&document.text);
        let newest = append::newest(&self.connection, document, &sha256).map_err(self.fail())?;
        Ok(newest.is_some_and(|(_, same)| same))
    }

    fn each_claim(
        &self,
        filter: &Filter,
        take: &mut dyn FnMut(StoredClaim) -> ControlFlow<()>,
    ) -> Result<(), LedgerError> {
        ask::each_claim(&self.connection, filter, take).map_err(self.fail())
    }

    fn claim(&self, id_or_prefix: &str) -> Result<StoredClaim, LedgerError> {
        self.claim_known(id_or_prefix, None)
    }

    fn document(&self, id: &str, revision: Option<u32>) -> Result<Option<StoredDocument>, LedgerError> {
        ask::document(&self.connection, id, revision).map_err(self.fail())
    }

    fn documents(&self) -> Result<Vec<DocumentSummary>, LedgerError> {
        ask::documents(&self.connection).map_err(self.fail())
    }

    fn revisions(&self, id: &str) -> Result<Vec<DocumentSummary>, LedgerError> {
        ask::revisions(&self.connection, id).map_err(self.fail())
    }

    fn stats(&self) -> Result<Stats, LedgerError> {
        let count = || {
            // One view of the ledger for all the counts, even while a writer goes on.
            let view = self.connection.unchecked_transaction()?;
            let stats = ask::stats(&view)?;
            view.commit()?;
            Ok(stats)
        };
        count().map_err(self.fail())
    }
}

/// Facts and judgements.
impl Ledger {
    /// The claim with this id, or the only one whose id begins so, among those known by a day; superseded if it was then.
    pub fn claim_known(&self, id_or_prefix: &str, as_of: Option<AsOf>) -> Result<StoredClaim, LedgerError> {
        let prefix = id_or_prefix.trim().to_ascii_lowercase();
        let missing = || LedgerError::NoSuchClaim { id: id_or_prefix.to_owned() };
        if prefix.is_empty() || !prefix.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(missing());
        }
        let mut claims =
            ask::claims_by_prefix(&self.connection, &prefix, as_of, CANDIDATES + 1).map_err(self.fail())?;
        match claims.len() {
            0 => Err(missing()),
            1 => Ok(claims.remove(0)),
            found => {
                let candidates = claims.into_iter().take(CANDIDATES).map(|claim| claim.id).collect();
                Err(LedgerError::AmbiguousClaim { prefix, candidates, more: found > CANDIDATES })
            }
        }
    }

    /// The claims and operations from which facts are made; see [`Scope`].
    pub fn record(&self, scope: &Scope, world: &World, as_of: Option<AsOf>) -> Result<Record, LedgerError> {
        let read = || {
            // One view for claims and operations, even while a writer goes on.
            let view = self.connection.unchecked_transaction()?;
            let record = facts::record(&view, scope, world, as_of)?;
            view.commit()?;
            Ok(record)
        };
        read().map_err(self.fail())
    }

    /// How much of the file a reader keeps in memory, in kilobytes; what is beyond is let go.
    pub fn keep(&self, kilobytes: u32) -> Result<(), LedgerError> {
        self.connection.pragma_update(None, "cache_size", -i64::from(kilobytes)).map_err(self.fail())
    }

    /// The log of operations, oldest first.
    pub fn operations(&self, as_of: Option<AsOf>) -> Result<Vec<Operation>, LedgerError> {
        facts::operations(&self.connection, as_of).map_err(self.fail())
    }

    /// Keeps operations, all of them or none; those held already change nothing. Returns how many are new.
    pub fn operate(&mut self, operations: &[Operation]) -> Result<usize, LedgerError> {
        self.write(|transaction| facts::operate(transaction, operations))
    }

    /// Erases a person: claims, words, judgements. `salt` must not be guessable. What was erased is overwritten in
    /// the file, too, when this returns.
    pub fn forget(&mut self, name: &str, salt: &str, at: &str) -> Result<Forgotten, LedgerError> {
        // Freed pages are filled with zeros.
        self.connection.pragma_update_and_check(None, "secure_delete", "on", |_| Ok(())).map_err(self.fail())?;
        let done = self.write(|transaction| {
            let done = forget::forget(transaction, name, salt, at)?;
            // The index of words held what was erased.
            search::rebuild(transaction)?;
            forget::set_scrub_due(transaction)?;
            Ok(done)
        })?;
        self.scrub().map_err(|error| match error {
            LedgerError::DiskFull { path } => LedgerError::NotRebuilt { path },
            other => other,
        })?;
        Ok(done)
    }

    /// Empties the journal into the file and builds the file anew, so that nothing erased is left in either.
    fn scrub(&self) -> Result<(), LedgerError> {
        let checkpoint =
            || self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).map_err(self.fail());
        checkpoint()?;
        self.connection.execute_batch("VACUUM").map_err(self.fail())?;
        checkpoint()?;
        forget::set_scrubbed(&self.connection).map_err(self.fail())
    }

    /// Adds everything of another ledger that this one lacks: articles with their claims and notes, operations,
    /// tombstones; article by article, so that the size of the other does not matter. Returns how many articles and
    /// operations came.
    pub fn merge_from(&mut self, other: &Self) -> Result<(usize, usize), LedgerError> {
        let held = other.fail();
        let tombstones = forget::copies(&other.connection).map_err(&held)?;
        let operations = other.operations(None)?;
        // What fails in the other ledger is told of the other file.
        let mut theirs = None;
        let done = self.write(|transaction| {
            forget::keep(transaction, &tombstones)?;
            let tombstones = forget::tombstones(transaction)?;
            let mut came = 0;
            // One view of the other ledger, even while a writer goes on.
            let view = other.connection.unchecked_transaction().map_err(|e| aside(&mut theirs, e))?;
            let mut query =
                view.prepare("SELECT id, revision FROM documents ORDER BY seq").map_err(|e| aside(&mut theirs, e))?;
            let mut rows = query.query([]).map_err(|e| aside(&mut theirs, e))?;
            while let Some(stored) = next_revision(&view, &mut rows).map_err(|e| aside(&mut theirs, e))? {
                if append::holds_revision(transaction, &stored.document, &stored.sha256)? {
                    continue;
                }
                let claims =
                    ask::claims_of(&view, &stored.document.id, stored.revision).map_err(|e| aside(&mut theirs, e))?;
                let StoredDocument { document, notes, added_at, sha256, .. } = stored;
                let entry = Entry { document: &document, claims: &claims, notes: &notes, added_at: &added_at };
                came += usize::from(append::append_as(transaction, &entry, &tombstones, sha256)? != Added::Unchanged);
            }
            Ok((came, facts::operate(transaction, &operations)?))
        });
        theirs.map_or(done, |error| Err(held(error)))
    }

    /// Stores readings of articles that are held already, where they differ from what is held: each becomes a new
    /// revision with the same text. Returns how many changed.
    pub fn reread(&mut self, entries: &[Entry<'_>]) -> Result<usize, LedgerError> {
        self.write(|transaction| {
            let tombstones = forget::tombstones(transaction)?;
            let mut changed = 0;
            for entry in entries {
                changed += usize::from(append::reread(transaction, entry, &tombstones)?);
            }
            Ok(changed)
        })
    }

    /// All of it or nothing.
    fn write<T>(&mut self, act: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, LedgerError> {
        if !self.writable {
            return Err(LedgerError::ReadOnly { path: self.path.clone() });
        }
        let fail = self.fail();
        let run = || {
            let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let done = act(&transaction)?;
            search::complete(&transaction)?;
            transaction.commit()?;
            Ok(done)
        };
        run().map_err(fail)
    }
}

/// Keeps an error for later; what is returned only ends what is under way.
fn aside(kept: &mut Option<rusqlite::Error>, error: rusqlite::Error) -> rusqlite::Error {
    *kept = Some(error);
    rusqlite::Error::QueryReturnedNoRows
}

/// The next revision of a list of ids with their revisions.
fn next_revision(connection: &Connection, rows: &mut Rows<'_>) -> rusqlite::Result<Option<StoredDocument>> {
    let Some(row) = rows.next()? else { return Ok(None) };
    ask::document(connection, &row.get::<_, String>(0)?, row.get(1)?)
}

fn refuse_folder(path: &Path) -> Result<(), LedgerError> {
    match path.is_dir() {
        true => Err(LedgerError::NotALedger { path: path.to_owned(), what: "it is a folder".to_owned() }),
        false => Ok(()),
    }
}

/// Statements keep their plan whatever is asked with them: SQLite would else compile some of them anew for every value.
fn keep_plans(connection: &Connection) -> rusqlite::Result<bool> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
}

fn examined_reader(path: &Path, unchanging: bool) -> Result<(Connection, State), LedgerError> {
    let fail = |error| LedgerError::sqlite(path, error);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = if unchanging {
        let uri = format!("file:{}?immutable=1", percent_encoded(path));
        Connection::open_with_flags(uri, flags | OpenFlags::SQLITE_OPEN_URI).map_err(fail)?
    } else {
        Connection::open_with_flags(path, flags).map_err(fail)?
    };
    connection.busy_timeout(PATIENCE).map_err(fail)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    keep_plans(&connection).map_err(fail)?;
    connection.pragma_update(None, "cache_size", -READER_CACHE_KB).map_err(fail)?;
    let state = layout::examine(&connection, path)?;
    Ok((connection, state))
}

/// Whether a writer works on the ledger or was interrupted: what it wrote last is not in the file itself.
fn has_journal(path: &Path) -> bool {
    let mut journal = path.as_os_str().to_owned();
    journal.push("-wal");
    fs::metadata(journal).is_ok_and(|meta| meta.len() > 0)
}

fn percent_encoded(path: &Path) -> String {
    let mut uri = String::new();
    for &byte in path.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || b"/._-~:\\".contains(&byte) {
            uri.push(byte.into());
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}
