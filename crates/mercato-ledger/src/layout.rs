//! The layout of the file: what makes it a ledger, which version it is, and how a new one comes to be.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use crate::LedgerError;

/// The version of the layout that this program writes.
pub const VERSION: i64 = 1;

/// Marks a SQLite file as a ledger: `MRCT` in ASCII.
const APPLICATION_ID: i64 = 0x4D52_4354;

const LAYOUT: &str = include_str!("layout.sql");

/// What a file that SQLite can read is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// A ledger of a layout that we know.
    Ledger,
    /// Nothing yet; also what is left of a creation that was interrupted.
    Blank,
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
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()
}
