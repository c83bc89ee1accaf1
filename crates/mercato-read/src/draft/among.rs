//! "Among them are A, B and C": a sentence that names some of those whom the sentence before counted or called a group.

use mercato_model::{Kind, Slot, Status, Value};
use mercato_pack::pattern::Types;

use super::{Draft, Resolved, Resolver, members};
use crate::mention::What;

/// How far behind the opening words the first name may stand ("among the newcomers are").
const REACH: usize = 6;

impl Resolver<'_> {
    /// The transfer of those named, as that of the group before: of the drafts of earlier sentences and of this one.
    pub fn of_those(&self, drafts: &[Draft], here: &[Resolved]) -> Option<Draft> {
        let (s, c, mentions) = (self.clauses.sentence, self.clauses.classes, self.clauses.mentions);
        let opens = (0..s.len()).find(|&i| s.punct(self.text, i).is_none())?;
        let behind = opens + s.class_at(opens, c.among_them)?;
        let first = mentions.iter().find(|m| {
            m.start >= behind
                && m.start <= behind + REACH
                && m.types == Types::PER
                && matches!(m.what, What::Entity { .. })
        })?;
        let moves = |d: &&Draft| d.sentence + 1 == self.sentence && d.status < Status::Counterfactual && d.moves_many();
        let group = drafts.iter().rev().find(moves)?;
        // What the sentence itself tells of somebody goes first.
        let told = |person| {
            here.iter().any(|r| matches!(r, Resolved::Draft(d) if d.kind == Kind::Move && d.persons.contains(&person)))
        };
        let mut persons = members(first, mentions);
        persons.retain(|&person| !told(person));
        let too_many = |d: &Draft| match d.slots.get(&Slot::N) {
            Some(Value::Bounds(n)) => n.max.is_some_and(|max| !n.approx && max < persons.len() as f64),
            _ => false,
        };
        if persons.is_empty() || too_many(group) {
            return None;
        }
        let mut draft = group.clone();
        if group.kind == Kind::Count {
            let left = group.slots.get(&Slot::Direction).is_some_and(|v| v.texts() == ["left"]);
            draft.kind = Kind::Move;
            draft.slots.clear();
            let manner = if left && !group.orgs.contains_key(&Slot::To) { "left" } else { "joined" };
            draft.slots.insert(Slot::Manner, Value::Text(manner.to_owned()));
            if let Some(org) = draft.orgs.remove(&Slot::Org) {
                draft.orgs.insert(if left { Slot::From } else { Slot::To }, org);
            }
            draft.open = draft.open.iter().map(|_| if left { Slot::From } else { Slot::To }).collect();
        }
        draft.slots.remove(&Slot::Group);
        let end = first.list.iter().map(|&i| mentions[i].end).max().unwrap_or(first.end);
        draft.spans.push(s.span_of(first.start, end));
        draft.persons = persons;
        draft.sentence = self.sentence;
        draft.companion = None;
        draft.score *= 0.9;
        Some(draft)
    }
}

impl Draft {
    /// People without names who come or go.
    fn moves_many(&self) -> bool {
        match self.kind {
            Kind::Count => {
                self.slots.get(&Slot::Direction).is_some_and(|v| v.texts() == ["left"] || v.texts() == ["joined"])
            }
            Kind::Move => self.persons.is_empty() && self.slots.contains_key(&Slot::Group),
            _ => false,
        }
    }
}
