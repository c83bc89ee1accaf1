//! The layout of the file: what makes it a ledger, which version it is, and how a new one comes to be.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use crate::{LedgerError, append, ask};

/// The version of the layout that this program writes.
pub const VERSION: i64 = 4;

/// Marks a SQLite file as a ledger: `MRCT` in ASCII.
const APPLICATION_ID: i64 = 0x4D52_4354;

const LAYOUT: &str = include_str!("layout.sql");

/// What keeps every program from changing what is stored.
const GUARDS: &str = include_str!("guards.sql");

/// What a file that SQLite can read is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// A ledger of a layout that we know.
    Ledger,
    /// Nothing yet; also what is left of a creation that was interrupted.
    Blank,
}

/// Whether a ledger has the layout of an earlier version.
pub fn is_older(connection: &Connection) -> rusqlite::Result<bool> {
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    Ok(found < VERSION)
}

/// Brings a ledger of an earlier version to this one, at once or not at all.
///
/// Version 2 brought the tables of facts and judgements; version 3 numbers the names and says where claims begin;
/// version 4 says which firms are named with a person.
pub fn migrate(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    without_guards(&transaction, |connection| {
        if found < 2 {
            connection.execute_batch(&between("CREATE TABLE arrivals", "CREATE TABLE meta"))?;
            arrivals(connection)?;
        }
        match found < 3 {
            true => number_names(connection),
            false => tell_with(connection),
        }
    })?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()
}

/// Brings what version 3 brought, and what is derived of names since.
fn number_names(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        "DROP TABLE claim_names; DROP TABLE IF EXISTS forms;
         ALTER TABLE claims ADD COLUMN start INTEGER NOT NULL DEFAULT 0;",
    )?;
    connection.execute_batch(&between("CREATE TABLE names", "CREATE TABLE notes"))?;
    names(connection)?;
    let indexes = ["CREATE INDEX claims_", "CREATE INDEX arrivals_"];
    for index in LAYOUT.lines().filter(|line| indexes.iter().any(|start| line.starts_with(start))) {
        let name = index.split(' ').nth(2).unwrap_or_default();
        connection.execute_batch(&format!("DROP INDEX IF EXISTS {name}; {index}"))?;
    }
    Ok(())
}

/// Brings what version 4 brought.
fn tell_with(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(&between("CREATE TABLE told_with", "CREATE TABLE notes"))?;
    connection.execute_batch(
        "INSERT OR IGNORE INTO told_with (person, firm)
         SELECT p.name, f.name FROM names m CROSS JOIN claim_names p ON p.name = m.seq
           CROSS JOIN claim_names f ON f.claim = p.claim CROSS JOIN names n ON n.seq = f.name
         WHERE m.role = 'person' AND n.role = 'firm'",
    )
}

/// A part of the layout.
fn between(start: &str, end: &str) -> String {
    let start = LAYOUT.find(start).unwrap_or(0);
    let end = LAYOUT.find(end).unwrap_or(LAYOUT.len());
    LAYOUT[start..end].to_owned()
}

/// Does what the ledger otherwise refuses, such as erasing; within the caller's transaction.
pub fn without_guards<T>(
    connection: &Connection,
    act: impl FnOnce(&Connection) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    let names: Vec<String> = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'")?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for name in names {
        connection.execute_batch(&format!("DROP TRIGGER \"{name}\""))?;
    }
    let done = act(connection)?;
    connection.execute_batch(GUARDS)?;
    Ok(done)
}

/// Fills what is derived from documents.
fn arrivals(connection: &Connection) -> rusqlite::Result<()> {
    let mut documents = connection.prepare("SELECT seq, revision, published, added_at, text FROM documents")?;
    let mut rows = documents.query([])?;
    while let Some(row) = rows.next()? {
        let published: Option<String> = row.get(2)?;
        let published = published.as_deref().and_then(mercato_model::PartialDate::parse);
        append::arrive(
            connection,
            row.get(0)?,
            row.get(1)?,
            published,
            &row.get::<_, String>(3)?,
            &row.get::<_, String>(4)?,
        )?;
    }
    Ok(())
}

/// Fills what is derived from claims.
fn names(connection: &Connection) -> rusqlite::Result<()> {
    let last: i64 = connection.query_row("SELECT ifnull(max(seq), 0) FROM claims", [], |row| row.get(0))?;
    let mut claim = connection.prepare("SELECT json FROM claims WHERE seq = ?1")?;
    let mut begin = connection.prepare("UPDATE claims SET start = ?2 WHERE seq = ?1")?;
    for seq in 1..=last {
        let Some(claim) = claim.query_row([seq], |row| ask::parsed_claim(row, 0)).optional()? else { continue };
        begin.execute((seq, append::begins(&claim)))?;
        append::index_names(connection, seq, &claim)?;
    }
    Ok(())
}

/// Tells a ledger from anything else, without changing a byte of it.
pub fn examine(connection: &Connection, path: &Path) -> Result<State, LedgerError> {
    let fail = |error| LedgerError::sqlite(path, error);
    let pragma = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let application = pragma("application_id").map_err(fail)?;
    let found = pragma("user_version").map_err(fail)?;
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(fail)?;
    match application {
        APPLICATION_ID if found > VERSION => {
            Err(LedgerError::NewerVersion { path: path.to_owned(), found, known: VERSION })
        }
        APPLICATION_ID => Ok(State::Ledger),
        0 if found == 0 && tables == 0 => Ok(State::Blank),
        _ => {
            let what = "it is the database of another program".to_owned();
            Err(LedgerError::NotALedger { path: path.to_owned(), what })
        }
    }
}

/// Makes a blank file a ledger, at once or not at all.
pub fn create(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(LAYOUT)?;
    transaction.execute_batch(GUARDS)?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()
}
