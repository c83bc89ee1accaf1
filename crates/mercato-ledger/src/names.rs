//! The names of a claim as the ledger indexes them.

use mercato_facts::fold::words;
use mercato_model::schema::SlotType;
use mercato_model::{Claim, Slot};

/// How a name is folded and compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    Person,
    Firm,
}

impl Role {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Firm => "firm",
        }
    }
}

/// A name of a claim, ready for looking up.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct IndexedName {
    pub role: Role,
    pub name: String,
    pub slot: Slot,
    /// The last word of a person's name; of a firm nothing.
    pub tail: String,
}

/// The names in the slots of a claim, sorted, each once.
pub fn indexed(claim: &Claim) -> Vec<IndexedName> {
    let mut names = Vec::new();
    for &slot in claim.slots.keys() {
        for text in claim.texts(slot) {
            for role in roles(claim.kind.slot_type(slot), slot) {
                let words = words(text);
                let Some(last) = words.last() else { continue };
                names.push(match role {
                    Role::Person => IndexedName { role, name: words.join(" "), slot, tail: last.clone() },
                    Role::Firm => IndexedName { role, name: words.concat(), slot, tail: String::new() },
                });
            }
        }
    }
    names.sort();
    names.dedup();
    names
}

/// Some slots hold a person or a firm, and the claim does not say which.
fn roles(holds: Option<SlotType>, slot: Slot) -> Vec<Role> {
    match (holds, slot) {
        (Some(SlotType::People), _) => vec![Role::Person],
        (Some(SlotType::Name), Slot::Actor | Slot::Plaintiff | Slot::Defendant) => vec![Role::Person, Role::Firm],
        (Some(SlotType::Name), _) => vec![Role::Firm],
        (Some(SlotType::Text), Slot::Subject | Slot::Target) => vec![Role::Person, Role::Firm],
        (Some(SlotType::Text), Slot::Replaces | Slot::ReportsTo | Slot::TogetherWith) => vec![Role::Person],
        _ => Vec::new(),
    }
}
