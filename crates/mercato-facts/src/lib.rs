//! From claims to facts: who is who, independent roots, levels of corroboration, contradictions, snapshots of a day.
//!
//! Everything here is a pure function of a [`Record`]: the set of claims and judgements that a ledger holds. Records
//! merge like sets, so that any order, any batches and any number of threads give the same snapshot.

pub mod record;

pub mod correction;

pub mod world;

pub mod judged;

pub mod atom;

pub mod fold;

pub mod compare;

pub mod who;

pub mod time;

pub mod event;

pub mod print;

pub mod root;

pub mod level;

pub mod dispute;

pub mod discretion;

pub mod fact;

mod kept;

pub mod snapshot;

pub mod diff;

pub mod sources;

pub mod review;

pub use fact::Fact;
pub use record::{Action, Article, Operation, Record, Told};
pub use snapshot::{Learned, Snapshot, snapshot, snapshot_around};
pub use world::World;
