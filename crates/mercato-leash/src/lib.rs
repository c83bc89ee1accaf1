//! A language model as second reader: what it is asked, and what of its answer the text proves.
//!
//! Everything here is pure. A model's answer is an input like a page: [`answer::parse`] makes proposals of it,
//! [`Leash::hold`] checks each against the text and against what the rules see there, and only what holds becomes a claim.

pub mod answer;

mod shape;

mod quote;

mod names;

mod values;

mod hold;

mod rulings;

pub use answer::{Answer, Proposal};
pub use hold::{Held, Leash};
