//! The nouns that every part of Mercato shares: documents, spans, quantities, dates, claims.
//!
//! This crate knows no language, no file and no clock; with the feature `serde` its types can be
//! written to and read from any format.

pub mod span;

pub mod document;

pub mod quantity;

pub mod date;

pub mod schema;

pub mod claim;

pub mod note;

pub mod shown;

pub use claim::{Claim, ClaimDate, DateBasis, Evidence, Slots, Value};
pub use date::PartialDate;
pub use document::{Document, Lang};
pub use note::Note;
pub use quantity::{Amount, Bounds};
pub use schema::{Kind, Slot, Status};
pub use span::Span;
