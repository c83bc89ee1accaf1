//! Decisions of persons: their ids completed, checked against what is stored, kept in the log of operations.

use mercato_facts::{Action, Operation, correction};

use crate::append::sha256;
use crate::{Ledger, LedgerError, Store as _};

impl Ledger {
    /// Keeps decisions in the log, all of them or none, and hands back the operations with their ids.
    pub fn judge(
        &mut self,
        author: &str,
        because: &str,
        at: &str,
        actions: Vec<Action>,
    ) -> Result<Vec<Operation>, LedgerError> {
        let log = self.operations(None)?;
        let held = log.len();
        let mut last = log.into_iter().map(|o| o.at).max().unwrap_or_default();
        let mut operations = Vec::with_capacity(actions.len());
        for (n, action) in actions.into_iter().enumerate() {
            let action = self.settled(action)?;
            let at = after(&last, at);
            // The same decision twice is two operations: the place in the log is part of the id.
            let content = serde_json::to_string(&(&at, author, because, &action, held + n)).unwrap_or_default();
            let id = sha256(&content)[..12].to_owned();
            last.clone_from(&at);
            operations.push(Operation {
                id,
                at: at.clone(),
                author: author.to_owned(),
                action,
                reason: because.to_owned(),
            });
        }
        self.operate(&operations)?;
        Ok(operations)
    }

    /// The action with whole ids for the beginnings of ids, when all that it names is here and fits.
    pub fn settled(&self, action: Action) -> Result<Action, LedgerError> {
        let claim = |id: &str| self.judged_claim(id);
        Ok(match action {
            Action::Accept { claim: id } => Action::Accept { claim: claim(&id)? },
            Action::Reject { claim: id } => Action::Reject { claim: claim(&id)? },
            Action::Split { claim: id } => Action::Split { claim: claim(&id)? },
            Action::Correct { claim: id, slot, value } => {
                let stored = self.claim(bare(&id))?;
                let kind = stored.claim.kind;
                let unfit = |what: correction::Misfit| LedgerError::Unfit { what: what.to_string() };
                if kind.slot_type(slot).is_none() {
                    let what = format!("a {} has no slot {}", kind.as_str(), slot.as_str());
                    return Err(LedgerError::Unfit { what });
                }
                let value = value.map(|v| correction::fitting(kind, slot, v)).transpose().map_err(unfit)?;
                Action::Correct { claim: stored.id, slot, value }
            }
            Action::SamePerson { one, other } => Action::SamePerson { one: claim(&one)?, other: claim(&other)? },
            Action::OtherPerson { one, other } => Action::OtherPerson { one: claim(&one)?, other: claim(&other)? },
            Action::Merge { one, other } => Action::Merge { one: claim(&one)?, other: claim(&other)? },
            Action::Never { one, other } => Action::Never { one: claim(&one)?, other: claim(&other)? },
            Action::Superseded { claim: id, by } => Action::Superseded { claim: claim(&id)?, by: claim(&by)? },
            Action::Retract { document } => Action::Retract { document: self.judged_document(&document)? },
            Action::OwnRoot { document } => Action::OwnRoot { document: self.judged_document(&document)? },
            Action::SameRoot { one, other } => {
                Action::SameRoot { one: self.judged_document(&one)?, other: self.judged_document(&other)? }
            }
            Action::Undo { operation } => Action::Undo { operation: self.judged_operation(&operation)? },
            learn @ Action::Learn { .. } => learn,
        })
    }

    /// The full id of a claim; an id of a fact is one of its claims'.
    fn judged_claim(&self, id: &str) -> Result<String, LedgerError> {
        Ok(self.claim(bare(id))?.id)
    }

    fn judged_document(&self, id: &str) -> Result<String, LedgerError> {
        match self.document(id, None)? {
            Some(document) => Ok(document.document.id),
            None => Err(LedgerError::NoSuchDocument { id: id.to_owned() }),
        }
    }

    fn judged_operation(&self, id: &str) -> Result<String, LedgerError> {
        let held = self.operations(None)?;
        let mut found = held.into_iter().filter(|o| !id.is_empty() && o.id.starts_with(id));
        match (found.next(), found.next()) {
            (Some(one), None) => Ok(one.id),
            (None, _) => Err(LedgerError::NoSuchOperation { id: id.to_owned() }),
            (Some(_), Some(_)) => Err(LedgerError::Unfit { what: format!("several operations begin with {id}") }),
        }
    }
}

/// The time of a decision, later than that of the one before: the order of the log is the order of time, also within
/// one second and when the clock was set back.
fn after(last: &str, now: &str) -> String {
    let fraction = |second: &str, n: u32| format!("{second}.{n:06}Z");
    let first = fraction(now.trim_end_matches('Z'), 0);
    if first.as_str() > last {
        return first;
    }
    match last.trim_end_matches('Z').split_once('.') {
        Some((second, n)) => fraction(second, n.parse::<u32>().unwrap_or_default() + 1),
        // Of a ledger that kept whole seconds.
        None => first,
    }
}

/// The id of a fact without the number of the person.
fn bare(id: &str) -> &str {
    id.rsplit_once('-').filter(|(_, n)| n.parse::<usize>().is_ok()).map_or(id, |(prefix, _)| prefix)
}

#[cfg(test)]
mod tests {
    use super::after;

    #[test]
    fn times_only_grow() {
        for (last, now, expected) in [
            ("", "2026-01-31T12:00:00Z", "2026-01-31T12:00:00.000000Z"),
            ("2026-01-31T11:59:59.000007Z", "2026-01-31T12:00:00Z", "2026-01-31T12:00:00.000000Z"),
            ("2026-01-31T12:00:00.000000Z", "2026-01-31T12:00:00Z", "2026-01-31T12:00:00.000001Z"),
            ("2026-01-31T12:00:00.000099Z", "2025-01-01T00:00:00Z", "2026-01-31T12:00:00.000100Z"),
            ("2026-01-31T12:00:00Z", "2026-01-31T12:00:01Z", "2026-01-31T12:00:01.000000Z"),
        ] {
            let at = after(last, now);
            assert_eq!(at, expected);
            assert!(at.as_str() > last);
        }
    }
}
