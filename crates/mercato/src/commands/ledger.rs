//! Opening the ledger, keeping readings in it, and the words for what goes wrong with it.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use mercato_ledger::{Added, Entry, Ledger, LedgerError, Store as _};
use mercato_model::{Claim, Document, Note, PartialDate};
use mercato_read::Reading;

use crate::error::{Exit, Failure, Result, complain};

impl From<LedgerError> for Failure {
    fn from(error: LedgerError) -> Self {
        // An id that was not found is the answer to a question, not a broken ledger.
        let exit = match error {
            LedgerError::NoSuchClaim { .. }
            | LedgerError::AmbiguousClaim { .. }
            | LedgerError::NoSuchDocument { .. }
            | LedgerError::NoSuchOperation { .. }
            | LedgerError::Unfit { .. } => Exit::Partial,
            _ => Exit::Ledger,
        };
        let failure = Self::new(exit, error.to_string());
        let missing = matches!(error, LedgerError::NotFound { .. });
        match error.hint() {
            _ if missing => failure.hint("`mercato add PATH...` makes one; --ledger or MERCATO_LEDGER names another"),
            "" => failure,
            hint => failure.hint(hint),
        }
    }
}

pub fn reader(path: &Path) -> Result<Ledger> {
    Ok(Ledger::open_reader(path)?)
}

pub fn writer(path: &Path) -> Result<Ledger> {
    Ok(Ledger::open(path)?)
}

/// What was done with the documents of a run.
#[derive(Debug, Default)]
pub struct Kept {
    pub new: usize,
    pub unchanged: usize,
    pub revised: usize,
    pub failed: usize,
    pub claims: usize,
}

impl Kept {
    /// Stores documents with their readings, all at once; when one is refused, the others are still kept.
    pub fn store(&mut self, ledger: &mut Ledger, documents: &[Document], readings: &[Option<Reading>]) -> Result<()> {
        let now = now();
        let pairs: Vec<(&Document, &[Claim], &[Note])> = documents
            .iter()
            .zip(readings)
            .filter_map(|(document, reading)| match reading {
                Some(reading) => Some((document, reading.claims.as_slice(), reading.notes.as_slice())),
                None => {
                    self.failed += 1;
                    complain(
                        &format_args!("{}: the reader gave up on this article", document.id),
                        "this is a mistake in Mercato",
                    );
                    None
                }
            })
            .collect();
        let entry = |&(document, claims, notes): &(_, _, _)| Entry { document, claims, notes, added_at: &now };
        let entries: Vec<Entry<'_>> = pairs.iter().map(entry).collect();
        match ledger.add_all(&entries) {
            Ok(added) => self.count_all(&entries, &added),
            Err(LedgerError::BadEntry { .. }) => {
                for entry in &entries {
                    match ledger.add_all(&[*entry]) {
                        Ok(added) => self.count_all(&[*entry], &added),
                        Err(error @ LedgerError::BadEntry { .. }) => {
                            self.failed += 1;
                            complain(&error, "this is a mistake in Mercato; the other articles are kept");
                        }
                        Err(error) => return Err(error.into()),
                    }
                }
            }
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    fn count_all(&mut self, entries: &[Entry<'_>], added: &[Added]) {
        for (entry, added) in entries.iter().zip(added) {
            let kept = match added {
                Added::New => &mut self.new,
                Added::Unchanged => &mut self.unchanged,
                Added::Revised { .. } => &mut self.revised,
            };
            *kept += 1;
            self.claims += if *added == Added::Unchanged { 0 } else { entry.claims.len() };
        }
    }
}

/// The present second, ISO 8601, in UTC.
pub fn now() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
    let (day, second) = (seconds / 86_400, seconds % 86_400);
    let date = PartialDate::from_day_number(i64::try_from(day).unwrap_or_default());
    format!("{date}T{:02}:{:02}:{:02}Z", second / 3600, second / 60 % 60, second % 60)
}
