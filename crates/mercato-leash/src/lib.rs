//! A language model as second reader: what it is asked, and what of its answer the text proves.
//!
//! Everything here is pure. A model's answer is an input like a page: [`answer::parse`] makes proposals of it,
//! [`Leash::hold`] checks each against the text and against what the rules see there, and only what holds becomes a claim.

pub mod answer;

pub mod prompt;

mod shape;

mod quote;

mod names;

mod values;

mod orders;

mod hold;

mod rulings;

pub mod both;

pub mod calibrate;

pub use answer::{Answer, Proposal};
pub use calibrate::Calibration;
pub use hold::{Held, Leash, Readers};

/// What the rule of a claim begins with that a model found; the model and the prompt follow.
pub const MODEL: &str = "model:";

/// US dollars a million tokens, by the beginning of a model's name: TOML.
pub const PRICES: &str = include_str!("../data/prices.toml");
