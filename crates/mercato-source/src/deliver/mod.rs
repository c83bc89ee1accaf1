//! Messages that leave: signed webhooks and mail. Nothing goes anywhere that the user did not name.

mod webhook;

mod mail;

mod told;

pub use mail::{Mail, Security};
pub use told::Told;
pub use webhook::Webhook;

/// Why a message did not arrive.
#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    #[error("{place}: {what}")]
    Unusable { place: String, what: String },
    #[error("{place}: {what}, after {tries} tries")]
    Undelivered { place: String, what: String, tries: u32 },
}

impl DeliveryError {
    /// What the user can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Unusable { .. } => "mend the file of watchlists",
            Self::Undelivered { .. } => "the message is sent again with the next run",
        }
    }
}
