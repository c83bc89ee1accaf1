//! Market views: pure functions of events, without a clock, a file or a word.
//!
//! Every number lists the events behind it; what cannot be said is a refusal that counts what is there and what is
//! needed. A bound stays a bound, and unknown is never zero.

pub mod event;

pub mod flow;

pub mod balance;

pub mod pay;

pub mod coverage;

pub mod interval;

pub use balance::{Balance, balance_of, balances, by_year};
pub use coverage::{Coverage, coverage};
pub use event::{End, Event, Standing, Threshold};
pub use flow::{Cell, Flow, flow};
pub use interval::Span95;
pub use pay::{Ladder, PayRow, Shape, ladders};

/// Why a view says nothing: how many it has, how many it needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct TooFew {
    pub has: usize,
    pub needs: usize,
}
