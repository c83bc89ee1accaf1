//! What changed between two snapshots, and which articles changed it.

use std::collections::{BTreeMap, BTreeSet};

use mercato_model::{Kind, Slots};
use serde::Serialize;

use crate::fact::Fact;
use crate::snapshot::Snapshot;

/// One change of one fact.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    pub fact: String,
    pub kind: Kind,
    /// Stable code: `new`, `gone`, `level`, `value`, `date`, `dispute`, `origins`.
    pub change: &'static str,
    pub before: String,
    pub after: String,
    /// The articles that are in the later snapshot's fact and not in the earlier one's.
    pub articles: Vec<String>,
    pub slots: Slots,
}

/// The changes from one snapshot to a later one, in the order of the facts' ids.
pub fn diff(before: &Snapshot, after: &Snapshot) -> Vec<Change> {
    // A fact is known again by its claims: its id may have changed with an earlier telling.
    let mut fact_of: BTreeMap<(&str, Option<&str>), &Fact> = BTreeMap::new();
    for fact in &before.facts {
        for voice in &fact.voices {
            fact_of.insert((voice.claim.as_str(), fact.person.as_deref()), fact);
        }
    }
    let mut out = Vec::new();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for fact in &after.facts {
        let held = fact.voices.iter().find_map(|v| fact_of.get(&(v.claim.as_str(), fact.person.as_deref())).copied());
        let articles = |held: Option<&Fact>| {
            let old: BTreeSet<&str> = held.iter().flat_map(|f| &f.voices).map(|v| v.document.as_str()).collect();
            let old_words: BTreeSet<&str> = held.iter().flat_map(|f| &f.words).map(|w| w.document.as_str()).collect();
            let voices = fact.voices.iter().map(|v| v.document.as_str()).filter(|d| !old.contains(d));
            let words = fact.words.iter().map(|w| w.document.as_str()).filter(|d| !old_words.contains(d));
            voices.chain(words).map(str::to_owned).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>()
        };
        let mut push = |change, before: String, after: String| {
            out.push(Change {
                fact: fact.id.clone(),
                kind: fact.kind,
                change,
                before,
                after,
                articles: articles(held),
                slots: fact.slots.clone(),
            });
        };
        let Some(held) = held else {
            push("new", String::new(), standing(fact));
            continue;
        };
        seen.insert(&held.id);
        if standing(held) != standing(fact) {
            push("level", standing(held), standing(fact));
        }
        if held.roots.len() != fact.roots.len() {
            push("origins", held.roots.len().to_string(), fact.roots.len().to_string());
        }
        let text = |slots: &Slots| serde_json::to_string(slots).unwrap_or_default();
        if held.slots != fact.slots {
            push("value", text(&held.slots), text(&fact.slots));
        }
        let date = |f: &Fact| f.date.as_ref().map(|d| format!("{}/{}", d.first, d.last)).unwrap_or_default();
        if date(held) != date(fact) {
            push("date", date(held), date(fact));
        }
        let disputes = |f: &Fact| {
            f.disputes
                .iter()
                .map(|d| format!("{}:{}", d.aspect.as_str(), d.class.as_str()))
                .collect::<Vec<_>>()
                .join(" ")
        };
        if disputes(held) != disputes(fact) {
            push("dispute", disputes(held), disputes(fact));
        }
    }
    for fact in before.facts.iter().filter(|f| !seen.contains(f.id.as_str())) {
        out.push(Change {
            fact: fact.id.clone(),
            kind: fact.kind,
            change: "gone",
            before: standing(fact),
            after: String::new(),
            articles: Vec::new(),
            slots: fact.slots.clone(),
        });
    }
    out.sort_by(|a, b| (&a.fact, a.change).cmp(&(&b.fact, b.change)));
    out
}

fn standing(fact: &Fact) -> String {
    let marks: Vec<&str> = fact.marks.iter().map(|m| m.as_str()).collect();
    if marks.is_empty() {
        fact.level.as_str().to_owned()
    } else {
        format!("{} ({})", fact.level.as_str(), marks.join(", "))
    }
}
