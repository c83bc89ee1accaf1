//! Pages and API: one function from a request to an answer, over a ledger.
//!
//! No socket, no clock and no environment: the binary listens, tells the time and hands requests over. Pages need no
//! script; every word of the interface lives in `labels/`.

pub mod request;

pub mod answer;

pub mod site;

mod view;

mod words;

mod address;

mod phrase;

mod shell;

mod page;

mod chart;

mod table;

mod feed;

mod api;

mod find;

mod report;

mod cite;

pub mod watch;

pub mod mcp;

mod gate;

mod desk;

pub use answer::Answer;
pub use mercato_market::Standing;
pub use report::{Report, report};
pub use request::{Method, Request};
pub use site::{Config, Read, Site};
pub use words::Ui;
