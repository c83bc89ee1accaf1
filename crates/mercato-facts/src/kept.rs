//! A fact as bytes, for whoever keeps more of them than fit into memory. What comes back is what was put away.

use mercato_model::{Kind, PartialDate, Slots, Value};

use crate::dispute::settled_by;
use crate::fact::Fact;
use crate::time::Days;

/// The fact, and what its record leaves out: the voices behind its roots, and which of its voices are private.
type Kept<F> = (F, Vec<String>, Vec<bool>);

impl Fact {
    /// As bytes; only [`from_bytes`](Self::from_bytes) of the same program reads them.
    pub fn to_bytes(&self) -> Vec<u8> {
        let voices: Vec<String> = self.roots.iter().map(|root| root.voice.clone()).collect();
        let private = self.voices.iter().map(|voice| voice.private).collect();
        let kept: Kept<&Self> = (self, voices, private);
        // Strings, numbers and lists: nothing that could fail.
        serde_json::to_vec(&kept).unwrap_or_default()
    }

    /// `None`: these are not the bytes of a fact.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (mut fact, voices, private): Kept<Self> = serde_json::from_slice(bytes).ok()?;
        let number = |day: &str| PartialDate::parse(day).and_then(PartialDate::day_number);
        for (root, voice) in fact.roots.iter_mut().zip(voices) {
            root.voice = voice;
            root.first_day = number(&root.first)?;
        }
        typed(fact.kind, &mut fact.slots);
        for (voice, private) in fact.voices.iter_mut().zip(private) {
            voice.private = private;
            typed(fact.kind, &mut voice.slots);
            voice.day = match voice.published {
                Some(date) => Days::of(date).first,
                None => number(&voice.known)?,
            };
        }
        if let Some(date) = &mut fact.date {
            date.days = Days { first: number(&date.first)?, last: number(&date.last)? };
        }
        let kind = fact.kind;
        fact.disputes.iter_mut().for_each(|d| d.settled_by = settled_by(kind, d.aspect, d.class));
        Some(fact)
    }
}

fn typed(kind: Kind, slots: &mut Slots) {
    for (&slot, value) in slots {
        *value = std::mem::replace(value, Value::Flag(false)).typed(kind.slot_type(slot));
    }
}
