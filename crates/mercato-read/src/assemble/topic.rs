//! What the article as a whole is about.

use std::collections::{BTreeMap, BTreeSet};

use mercato_model::{Kind, Slot};

use crate::draft::Draft;
use crate::name::{EntityId, Names};

pub(super) struct Topic {
    /// The firm that most of the people who move leave, when they are several.
    pub loser: Option<EntityId>,
    /// The firm that most of them join.
    pub gainer: Option<EntityId>,
    /// The firm that it is about.
    pub firm: Option<EntityId>,
}

impl Topic {
    pub fn of(drafts: &[Draft], names: &Names) -> Self {
        let tally = |slot: Slot| {
            let mut people: BTreeMap<EntityId, BTreeSet<EntityId>> = BTreeMap::new();
            let mut all = 0;
            for d in
                drafts.iter().filter(|d| matches!(d.kind, Kind::Move | Kind::Count) && d.open.is_empty() && !d.unreal())
            {
                let slot = match d.kind {
                    Kind::Move => slot,
                    _ if d.counted_end() == Some(slot) => Slot::Org,
                    _ => continue,
                };
                if let Some(&org) = d.orgs.get(&slot) {
                    // A group counts as somebody of its own.
                    let who = d.persons.first().copied().unwrap_or(usize::MAX - d.sentence);
                    all += usize::from(people.entry(org).or_default().insert(who));
                }
            }
            let best = people.into_iter().max_by_key(|(org, p)| (p.len(), std::cmp::Reverse(*org)))?;
            (best.1.len() >= 2 && 2 * best.1.len() > all).then_some(best.0)
        };
        Self { loser: tally(Slot::From), gainer: tally(Slot::To), firm: names.dominant() }
    }
}
