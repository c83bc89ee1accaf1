//! The record: every claim with its article, and every judgement. Records merge like sets.

use std::collections::BTreeMap;
use std::sync::Arc;

use mercato_model::{Claim, PartialDate, Slot, Value};
use serde::{Deserialize, Serialize};

use crate::print::Print;
use crate::snapshot::Learned;

/// What facts need to know of an article.
#[derive(Clone, Debug, PartialEq)]
pub struct Article {
    pub id: String,
    pub revision: u32,
    pub outlet: Option<String>,
    pub url: Option<String>,
    pub title: Option<String>,
    pub published: Option<PartialDate>,
    /// The day from which the record has it, as days since 1970-01-01.
    pub known: i64,
    pub print: Option<Print>,
}

/// A claim as one article makes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// The claim's id in the ledger.
    pub id: String,
    pub claim: Claim,
    pub article: Arc<Article>,
    /// A later reading of the same article has replaced it; only what a person decided keeps it alive.
    pub superseded: bool,
}

/// A judgement or correction by a person, or by a rule that was told to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Operation {
    /// Hexadecimal digits that stand for the content.
    pub id: String,
    /// ISO 8601.
    pub at: String,
    pub author: String,
    pub action: Action,
    /// Why, in the words of whoever judged.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// What was decided. Claims are named by their ids.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Action {
    /// The reading is right.
    Accept { claim: String },
    /// The reading is wrong: the claim counts nowhere.
    Reject { claim: String },
    /// One slot was read wrongly; `None`: the article does not say it.
    Correct { claim: String, slot: Slot, value: Option<Value> },
    /// The claims speak of the same person.
    SamePerson { one: String, other: String },
    /// The claims speak of two people.
    OtherPerson { one: String, other: String },
    /// The article was corrected or withdrawn by its outlet.
    Retract { document: String },
    /// What the claim says was overtaken by what the other says.
    Superseded { claim: String, by: String },
    /// The claims speak of one event.
    Merge { one: String, other: String },
    /// The claim does not belong to the fact in which it was put.
    Split { claim: String },
    /// The claims speak of two events, whatever rules find later.
    Never { one: String, other: String },
    /// Two articles go back to one origin.
    SameRoot { one: String, other: String },
    /// The article reports on its own.
    OwnRoot { document: String },
    /// What settled facts teach about sources, from now on.
    Learn { learned: Learned },
    /// An earlier operation no longer holds.
    Undo { operation: String },
}

impl Action {
    /// The name of what is done, as `mercato log` shows it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Accept { .. } => "accept",
            Self::Reject { .. } => "reject",
            Self::Correct { .. } => "correct",
            Self::SamePerson { .. } => "same-person",
            Self::OtherPerson { .. } => "other-person",
            Self::Retract { .. } => "retract",
            Self::Superseded { .. } => "superseded",
            Self::Merge { .. } => "merge",
            Self::Split { .. } => "split",
            Self::Never { .. } => "never",
            Self::SameRoot { .. } => "same-root",
            Self::OwnRoot { .. } => "own-root",
            Self::Learn { .. } => "learn",
            Self::Undo { .. } => "undo",
        }
    }

    /// What it is done to: ids of claims, documents or operations.
    pub fn objects(&self) -> Vec<&str> {
        match self {
            Self::Accept { claim } | Self::Reject { claim } | Self::Correct { claim, .. } | Self::Split { claim } => {
                vec![claim]
            }
            Self::SamePerson { one, other }
            | Self::OtherPerson { one, other }
            | Self::Merge { one, other }
            | Self::Never { one, other }
            | Self::SameRoot { one, other } => vec![one, other],
            Self::Superseded { claim, by } => vec![claim, by],
            Self::Retract { document } | Self::OwnRoot { document } => vec![document],
            Self::Learn { .. } => Vec::new(),
            Self::Undo { operation } => vec![operation],
        }
    }
}

/// All that is known. Two records merge into their union.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    told: BTreeMap<String, Told>,
    operations: BTreeMap<(String, String), Operation>,
}

impl Record {
    pub fn add(&mut self, told: Told) {
        // The same claim from two ledgers: known since the earlier day.
        match self.told.get(&told.id) {
            Some(held) if (held.article.known, &held.article.id) <= (told.article.known, &told.article.id) => {}
            _ => {
                self.told.insert(told.id.clone(), told);
            }
        }
    }

    pub fn judge(&mut self, operation: Operation) {
        self.operations.insert((operation.at.clone(), operation.id.clone()), operation);
    }

    /// The union: associative, commutative, and merging twice changes nothing.
    pub fn merge(&mut self, other: Self) {
        other.told.into_values().for_each(|told| self.add(told));
        other.operations.into_values().for_each(|operation| self.judge(operation));
    }

    pub fn told(&self) -> impl Iterator<Item = &Told> {
        self.told.values()
    }

    pub fn get(&self, id: &str) -> Option<&Told> {
        self.told.get(id)
    }

    pub fn len(&self) -> usize {
        self.told.len()
    }

    pub fn is_empty(&self) -> bool {
        self.told.is_empty()
    }

    /// The operations in the order of time.
    pub fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.operations.values()
    }

    /// What sources are known to be worth: learned last, or assumed.
    pub fn learned(&self) -> Learned {
        let last = self.in_force().into_iter().rev().find_map(|operation| match &operation.action {
            Action::Learn { learned } => Some(learned.clone()),
            _ => None,
        });
        last.unwrap_or_default()
    }

    /// The operations that hold: neither undone, nor undoing.
    pub fn in_force(&self) -> Vec<&Operation> {
        let mut undone = std::collections::BTreeSet::new();
        // The last word counts: who undoes an undoing brings the first back.
        for operation in self.operations.values().rev() {
            if let Action::Undo { operation: target } = &operation.action
                && !undone.contains(operation.id.as_str())
            {
                undone.insert(target.as_str());
            }
        }
        self.operations
            .values()
            .filter(|o| !undone.contains(o.id.as_str()) && !matches!(o.action, Action::Undo { .. }))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn undoing_an_undoing_restores() {
        let mut record = Record::default();
        let operation = |id: &str, action| Operation {
            id: id.into(),
            at: format!("2025-01-01T00:00:0{id}Z"),
            author: "a".into(),
            action,
            reason: String::new(),
        };
        record.judge(operation("1", Action::Reject { claim: "c".into() }));
        assert_eq!(record.in_force().len(), 1);
        record.judge(operation("2", Action::Undo { operation: "1".into() }));
        assert_eq!(record.in_force().len(), 0);
        record.judge(operation("3", Action::Undo { operation: "2".into() }));
        assert_eq!(record.in_force().len(), 1);
    }
}
