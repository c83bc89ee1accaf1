//! The append-only store of documents, claims and notes: one file, one writer, any number of readers.
//!
//! A document with all its claims and notes is one entry: it is stored whole or not at all, whatever interrupts the
//! writer. Nothing stored is ever changed or removed; a document whose text or metadata changes becomes a new
//! revision, and the claims of the revision before stay, superseded. The ledger asks no clock and no environment:
//! times come with the entries.

mod store;

mod filter;

mod ledger;

mod layout;

mod lock;

mod append;

mod ask;

mod browse;

mod search;

mod names;

mod dictionary;

mod facts;

mod people;

mod answers;

mod parts;

mod change;

pub mod drawer;
mod newest;

mod forget;

mod judge;

mod error;

pub use answers::{Answers, Discreet, firms};
pub use append::sha256 as digest;
pub use browse::ArticleRow;
pub use change::{Change, Mark, Recount, Touched};
pub use error::LedgerError;
pub use facts::Scope;
pub use filter::{AsOf, Filter, Known, Order};
pub use forget::Forgotten;
pub use ledger::Ledger;
pub use mercato_facts::fold::{same_firm, same_person};
pub use newest::Sought;
pub use parts::Part;
pub use search::{Hit, Within};
pub use store::{Added, DocumentSummary, Entry, Stats, Store, StoredClaim, StoredDocument};
