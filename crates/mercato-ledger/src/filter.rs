//! Which claims a question is about.

use mercato_model::{Kind, Lang, PartialDate, Status};

/// Which claims to hand out. Fields that are empty let everything through; a list lets through any of its items.
///
/// Names are compared folded, see [`same_person`](crate::same_person) and [`same_firm`](crate::same_firm).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    pub kinds: Vec<Kind>,
    /// Persons, by surname, by full name or with initials.
    pub person: Vec<String>,
    /// Organisations, in whichever slot.
    pub firm: Vec<String>,
    /// Organisations in the slot `from`.
    pub from: Vec<String>,
    /// Organisations in the slot `to`.
    pub to: Vec<String>,
    /// The claim may have happened on or after the first day of this date: a claim dated only `2025` passes
    /// `2025-07`. The date is the claim's, else the day of publication; without either it does not pass.
    pub since: Option<PartialDate>,
    /// The claim may have happened on or before the last day of this date.
    pub until: Option<PartialDate>,
    pub status: Vec<Status>,
    pub lang: Vec<Lang>,
    pub min_score: Option<f64>,
    /// Ids of documents.
    pub doc: Vec<String>,
    pub include_superseded: bool,
    /// Only what was known by the end of a day, as it was then.
    pub as_of: Option<AsOf>,
    pub order: Order,
    pub limit: Option<usize>,
}

/// A day on which the record is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AsOf {
    /// Days since 1970-01-01.
    pub day: i64,
    pub by: Known,
}

/// Since when an article counts as known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Known {
    /// Since it was published; since it was added where that day is not known.
    #[default]
    Public,
    /// Since it was added to this ledger.
    Kept,
}

impl Known {
    /// The column of the table of arrivals.
    pub(crate) fn column(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Kept => "kept",
        }
    }
}

/// The order of the claims; both are the same for the same ledger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// As they came: document by document, and as the reader gave them.
    #[default]
    Ledger,
    /// By date, newest first; undated ones last.
    Newest,
}
