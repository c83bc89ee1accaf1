//! The shapes of what the API gives, apart from what the program keeps: they stay when the inside changes.

use mercato_facts::Fact;
use mercato_ledger::{Hit, StoredClaim};
use mercato_model::shown::safe;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::view::Article;

/// Which shape an endpoint answers with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Any,
    Problems,
    Stats,
    Facts,
    Fact,
    Claims,
    Claim,
    Articles,
    Article,
    Names,
    Name,
    Balances,
    Flow,
    Pay,
    Coverage,
    Operations,
    Search,
}

/// A fact: all voices about one event.
#[derive(Serialize, JsonSchema)]
pub struct FactShape {
    /// Permanent; any of its claims' ids leads to it, too.
    id: String,
    kind: String,
    /// mention, rumour, reported, corroborated, confirmed, completed
    level: String,
    /// contested, denied, retracted, superseded, expired, plan, unverified, recycled, namedropping
    marks: Vec<String>,
    person: Option<String>,
    /// By kind; see the schema of claims. A slot that nobody told is absent.
    slots: Value,
    date: Option<DateShape>,
    /// Absent with one origin.
    probability: Option<f64>,
    /// The probability rests on assumed reliabilities.
    prior: bool,
    /// 1 confirmed to 5 denied, 6 cannot be judged.
    credibility: u8,
    /// Facts that are one decision share it.
    decision: String,
    origins: Vec<OriginShape>,
    /// Articles beyond the first of each origin.
    repeats: usize,
    denials: usize,
    voices: Vec<VoiceShape>,
    disputes: Vec<DisputeShape>,
    history: Vec<ChangeShape>,
}

#[derive(Serialize, JsonSchema)]
struct DateShape {
    first: String,
    last: String,
    /// `false`: only publication bounds it from above.
    said: bool,
}

#[derive(Serialize, JsonSchema)]
struct OriginShape {
    name: String,
    first: String,
    /// Its own article is in the ledger.
    seen: bool,
    articles: usize,
}

#[derive(Serialize, JsonSchema)]
struct VoiceShape {
    claim: String,
    article: String,
    outlet: Option<String>,
    published: Option<String>,
    lang: String,
    status: String,
    source: Vec<String>,
    /// Which of the origins, from 0.
    origin: usize,
    score: f64,
}

#[derive(Serialize, JsonSchema)]
struct DisputeShape {
    aspect: String,
    class: String,
    /// Ids of the claims.
    one: String,
    other: String,
    settled_by: String,
}

#[derive(Serialize, JsonSchema)]
struct ChangeShape {
    day: String,
    level: String,
    marks: Vec<String>,
    articles: Vec<String>,
}

impl From<&Fact> for FactShape {
    fn from(fact: &Fact) -> Self {
        let marks = |marks: &[mercato_facts::level::Mark]| marks.iter().map(|m| m.as_str().to_owned()).collect();
        Self {
            id: fact.id.clone(),
            kind: fact.kind.as_str().to_owned(),
            level: fact.level.as_str().to_owned(),
            marks: marks(&fact.marks),
            person: fact.person.clone(),
            slots: serde_json::to_value(&fact.slots).unwrap_or_default(),
            date: fact.date.as_ref().map(|d| DateShape { first: d.first.clone(), last: d.last.clone(), said: d.said }),
            probability: fact.probability,
            prior: fact.prior,
            credibility: fact.credibility,
            decision: fact.decision.clone(),
            origins: fact
                .roots
                .iter()
                .map(|r| OriginShape {
                    name: r.name.clone(),
                    first: r.first.clone(),
                    seen: r.seen,
                    articles: r.articles,
                })
                .collect(),
            repeats: fact.repeats,
            denials: fact.denials(),
            voices: fact
                .voices
                .iter()
                .map(|v| VoiceShape {
                    claim: v.claim.clone(),
                    article: v.document.clone(),
                    outlet: v.outlet.clone(),
                    published: v.published.map(|d| d.to_string()),
                    lang: v.lang.to_string(),
                    status: v.status.as_str().to_owned(),
                    source: v.source.clone(),
                    origin: v.root,
                    score: v.score,
                })
                .collect(),
            disputes: fact
                .disputes
                .iter()
                .map(|d| DisputeShape {
                    aspect: d.aspect.as_str().to_owned(),
                    class: d.class.as_str().to_owned(),
                    one: d.one.clone(),
                    other: d.other.clone(),
                    settled_by: d.settled_by.to_owned(),
                })
                .collect(),
            history: fact
                .history
                .iter()
                .map(|c| ChangeShape {
                    day: c.day.clone(),
                    level: c.level.as_str().to_owned(),
                    marks: marks(&c.marks),
                    articles: c.documents.clone(),
                })
                .collect(),
        }
    }
}

/// A claim as the ledger holds it.
#[derive(Serialize, JsonSchema)]
pub struct ClaimShape {
    id: String,
    /// A newer reading of its article has replaced it.
    superseded: bool,
    /// Its record; see the schema of claims.
    claim: Value,
}

impl From<StoredClaim> for ClaimShape {
    fn from(stored: StoredClaim) -> Self {
        let claim = serde_json::to_value(&stored.claim).unwrap_or_default();
        Self { id: stored.id, superseded: stored.superseded, claim }
    }
}

/// An article without its text.
#[derive(Serialize, JsonSchema)]
pub struct ArticleShape {
    id: String,
    title: Option<String>,
    outlet: Option<String>,
    published: Option<String>,
    lang: Option<String>,
    added_at: String,
}

impl From<&Article> for ArticleShape {
    fn from(row: &Article) -> Self {
        Self {
            id: row.id.to_string(),
            title: row.title.as_deref().map(str::to_owned),
            outlet: row.outlet.as_deref().map(str::to_owned),
            published: row.published.map(|d| d.to_string()),
            lang: row.lang.map(|l| l.to_string()),
            added_at: row.added_at.to_string(),
        }
    }
}

/// A person or a firm.
#[derive(Serialize, JsonSchema)]
pub struct NameShape {
    pub name: String,
    /// Facts in which it stands.
    pub told: usize,
    /// Ids of at most 200 of them, those last spoken of first; all are at `/facts`.
    pub facts: Vec<String>,
}

/// An article in which the words stand.
#[derive(Serialize, JsonSchema)]
pub struct HitShape {
    id: String,
    title: Option<String>,
    outlet: Option<String>,
    published: Option<String>,
    /// The words in what stands around them, in plain text.
    passage: String,
}

impl From<&Hit> for HitShape {
    fn from(hit: &Hit) -> Self {
        Self {
            id: hit.document.id.clone(),
            title: hit.document.title.clone(),
            outlet: hit.document.outlet.clone(),
            published: hit.document.published.map(|d| d.to_string()),
            passage: safe(&hit.passage.replace([Hit::OPEN, Hit::CLOSE], "")).into_owned(),
        }
    }
}
