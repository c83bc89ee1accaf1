//! Reading: one pure function from a document and knowledge to claims and notes.
//!
//! The stages, in order: language ([`detect`]), sentences and tokens, names, values and mentions, verb groups,
//! frames and patterns, references, status and source, assembly. Nothing here touches a file, a clock or a socket.

pub mod check;
pub mod detect;
pub mod survey;
pub mod trace;

mod assemble;
mod clause;
mod draft;
mod extract;
mod matching;
mod mention;
mod name;
mod reading;
mod sentence;
mod source;
mod status;
mod value;

pub use assemble::Choice;
pub use check::{CheckReport, check};
pub use reading::{Reading, choices, read};
pub use survey::{Survey, survey};
pub use trace::{Trace, TraceStep, trace};
