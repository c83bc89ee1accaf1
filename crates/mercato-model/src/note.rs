//! A note: what the reader saw and did not understand, with the reason.

use crate::Span;

/// Something seen and left unread. Notes make silence visible: nothing is dropped without one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Note {
    /// Stable code such as `language-unsupported` or `frame-incomplete`.
    pub code: String,
    pub span: Option<Span>,
    /// The rule that stopped, if one did.
    pub rule: Option<String>,
    /// What was missing, in codes and words of the text; the faces word it.
    pub detail: String,
}
