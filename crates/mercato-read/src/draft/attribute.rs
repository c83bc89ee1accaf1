//! When a claim holds and who is made responsible for it.

use mercato_model::{ClaimDate, DateBasis, Kind, Status};

use super::{Draft, Resolver, entity};
use crate::extract::{Filler, Raw};
use crate::mention::What;
use crate::source::{self, Said, Voice};

impl Resolver<'_> {
    /// "30 % of its staff since the start of 2023": from when people are counted.
    pub(super) fn since(&self, raw: &Raw) -> Option<String> {
        let (s, class) = (self.clauses.sentence, self.clauses.classes.since);
        self.clauses.mentions.iter().filter(|m| m.end > raw.trigger.0).find_map(|m| {
            let What::Date { value, .. } = m.what else { return None };
            let opens = |i: usize| s.classes_at(i).any(|(len, c)| Some(c) == class && i + len == m.start);
            (m.start.saturating_sub(5)..m.start).any(opens).then(|| value.to_string())
        })
    }

    /// The date nearest to the trigger in its clause.
    pub(super) fn date(&self, raw: &Raw) -> Option<ClaimDate> {
        let (start, end) = raw.trigger;
        let s = self.clauses.sentence;
        let used: Vec<usize> =
            raw.slots.values().filter_map(|f| if let Filler::Mention(n) = f { Some(*n) } else { None }).collect();
        let found = self
            .clauses
            .mentions
            .iter()
            .enumerate()
            .filter(|(n, m)| matches!(m.what, What::Date { .. }) && !used.contains(n))
            .filter(|(_, m)| {
                let (from, to) = if m.start >= end { (end, m.start) } else { (m.end.min(start), start) };
                let other_verb = self
                    .clauses
                    .groups
                    .iter()
                    .enumerate()
                    .any(|(g, v)| Some(g) != raw.group && v.is_finite() && v.start >= from && v.end <= to);
                !other_verb && !(from..to).any(|i| matches!(s.punct(self.text, i), Some(';' | ':')))
            })
            .min_by_key(|(_, m)| if m.start >= end { m.start - end } else { start.saturating_sub(m.end) + 1 })?;
        let What::Date { value, relative } = found.1.what else { return None };
        Some(ClaimDate { value, basis: if relative { DateBasis::Relative } else { DateBasis::Stated } })
    }

    pub(super) fn still_to_come(&self, draft: &Draft) -> bool {
        draft.date.zip(self.published).is_some_and(|(date, published)| date.value.is_after(published))
    }

    pub(super) fn attribute(&self, draft: &mut Draft, low: usize, high: usize, raw: &Raw) {
        let mut chain: Vec<String> = Vec::new();
        let mut unnamed = false;
        // "Says goodbye": the words of the claim name no source.
        let spoken = |said: &&Said| !(said.start..said.end).contains(&raw.trigger.0) || raw.kind == Some(Kind::Stance);
        for said in source::covering(self.clauses, self.said, low, high).into_iter().filter(spoken) {
            for voice in &said.chain {
                if let Some(name) = self.voice(voice, raw)
                    && !chain.contains(&name)
                {
                    chain.push(name);
                }
            }
            unnamed |= said.unnamed;
        }
        // A quotation without its speaker in the sentence: the last speaker goes on.
        if chain.is_empty()
            && self.clauses.sentence.quoted[raw.trigger.0]
            && let Some(person) = self.speaker()
        {
            chain.push(self.names.entities[person].name.clone());
        }
        let own = |name: &String| {
            self.outlet.is_some_and(|o| o.eq_ignore_ascii_case(name))
                // A firm about itself is the article's own voice.
                || draft.orgs.values().any(|&o| self.names.entities[o].name == *name)
        };
        chain.retain(|name| !own(name));
        if unnamed {
            draft.status = draft.status.max(Status::Reported);
        }
        draft.source = chain;
    }

    /// "Lo riferisce X" behind what it tells: the claims of the sentence before that have no source yet.
    pub fn credit(&self, drafts: &mut [Draft]) {
        let Some(said) = self.said.iter().find(|said| said.sentence_before) else { return };
        let named = said.chain.iter().filter_map(|voice| match voice {
            Voice::Unnamed(name) => Some(name.clone()),
            Voice::Mention(number) => entity(self.mention(*number)).map(|id| self.names.entities[id].name.clone()),
        });
        let chain: Vec<String> = named.collect();
        let own = |name: &str| self.outlet.is_some_and(|o| o.eq_ignore_ascii_case(name));
        for draft in drafts.iter_mut().filter(|d| d.sentence + 1 == self.sentence && d.source.is_empty()) {
            draft.source = chain.iter().filter(|name| !own(name)).cloned().collect();
            if said.unnamed {
                draft.status = draft.status.max(Status::Reported);
            }
        }
    }

    fn voice(&self, voice: &Voice, raw: &Raw) -> Option<String> {
        match voice {
            Voice::Unnamed(name) => Some(name.clone()),
            Voice::Mention(number) => {
                let m = self.mention(*number);
                match &m.what {
                    What::Entity { id, .. } => Some(self.names.entities[*id].name.clone()),
                    What::Refer(refer) => {
                        self.refer(*refer, m, raw).map(|ids| self.names.entities[ids[0]].name.clone())
                    }
                    _ => None,
                }
            }
        }
    }
}
