//! What is not shown to everybody. One rule, for claims and for the facts that they tell: hearsay about somebody who is
//! no executive is hidden unless asked for; an intimate reason is never shown. A fact is hidden when each of its voices
//! is, and none of its parties has confirmed it.

use mercato_model::{Claim, Kind, Slot, Slots, Status, Value};

use crate::atom::{FIRMS, looks_like_person};
use crate::fold::same_person;
use crate::root::{innermost, is_anonymous};
use crate::world::World;

/// Factors that are nobody's business.
const INTIMATE: &[&str] = &["family"];

/// Whether a claim or fact gives a reason that is nobody's business.
pub fn is_intimate(kind: Kind, slots: &Slots) -> bool {
    kind == Kind::Reason && texts(slots, Slot::Factor).iter().any(|factor| INTIMATE.contains(factor))
}

/// Whether a claim is hidden: an intimate reason, or hearsay about somebody who is no executive, alone or among others.
pub fn hides(claim: &Claim, world: &World) -> bool {
    let slots = &claim.slots;
    is_intimate(claim.kind, slots)
        || is_hearsay(claim.status, &claim.source)
            && !a_party_speaks(slots, &claim.source, world)
            && people(claim.kind, slots).iter().any(|person| !is_leader(person, slots, world))
}

/// What an article neither says in its own name nor by a source that has one.
fn is_hearsay(status: Status, source: &[String]) -> bool {
    status != Status::Asserted || source.iter().any(|name| is_anonymous(name))
}

/// Whether the source is one of those whom the claim is about.
fn a_party_speaks(slots: &Slots, source: &[String], world: &World) -> bool {
    let Some(source) = innermost(source) else { return false };
    let firm = world.firm(source);
    texts(slots, Slot::Person).iter().any(|person| same_person(person, source))
        || FIRMS.iter().flat_map(|slot| texts(slots, *slot)).any(|name| world.firm(name).kin(&firm))
}

/// The people whom a claim is about.
fn people(kind: Kind, slots: &Slots) -> Vec<&str> {
    match kind {
        Kind::Stance | Kind::Recruiting => Vec::new(),
        Kind::Reason => {
            let subjects = texts(slots, Slot::Subject).into_iter().filter(|subject| looks_like_person(subject));
            texts(slots, Slot::Person).into_iter().chain(subjects).collect()
        }
        _ => texts(slots, Slot::Person),
    }
}

/// Whether a person is known as an executive, or a claim says so.
fn is_leader(person: &str, slots: &Slots, world: &World) -> bool {
    let roles = [Slot::RoleFrom, Slot::RoleTo, Slot::Role].into_iter().flat_map(|slot| texts(slots, slot));
    world.is_executive(person) || roles.into_iter().any(|role| world.is_executive_role(role))
}

fn texts(slots: &Slots, slot: Slot) -> Vec<&str> {
    slots.get(&slot).map(Value::texts).unwrap_or_default()
}
