//! Language packs and the knowledge base: files become compiled tables and rules, every error with file, line and column.
//!
//! The crate sees only the bytes handed to it. See `docs/packs.md` for the format of a pack.

pub mod error;

mod beside;
pub mod files;
mod forenames;

mod table;

pub mod sound;

pub mod token;

pub mod words;

pub mod verbs;

pub mod kb;

pub mod lending;

pub mod pattern;

pub mod rule;

pub mod cues;

pub mod values;

pub mod pack;

pub mod knowledge;

pub use error::PackError;
pub use files::Files;
pub use forenames::Gender;
pub use knowledge::Knowledge;
pub use pack::Pack;
