//! What is worth a person's time, most important first.

use serde::Serialize;

use crate::discretion::is_intimate;
use crate::dispute::Class;
use crate::fact::Fact;
use crate::level::{Level, Mark};
use crate::snapshot::Snapshot;
use crate::who::Judgement;

/// One question for a person.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Question {
    /// Stable code: `disagreement`, `contested`, `doubtful-reading`, `same-person`.
    pub about: &'static str,
    pub weight: f64,
    /// The fact; empty for a question about people.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub fact: String,
    /// Claims to look at.
    pub claims: Vec<String>,
    /// Names, values: what is in question.
    pub what: String,
}

/// Score below which a reading is doubtful.
const DOUBTFUL: f64 = 0.6;

/// The questions of a snapshot. What a person has decided is not asked again.
pub fn questions(snapshot: &Snapshot, private: bool) -> Vec<Question> {
    let mut out: Vec<Question> = snapshot
        .facts
        .iter()
        .filter(|f| (private || !f.private) && !is_intimate(f.kind, &f.slots))
        .flat_map(of_fact)
        .collect();
    for edge in snapshot.people.iter().filter(|e| e.judgement == Judgement::Unsure) {
        out.push(Question {
            about: "same-person",
            weight: round(1.0 + 2.0 * edge.score),
            fact: String::new(),
            claims: vec![edge.claims.0.clone(), edge.claims.1.clone()],
            what: format!("{} / {}", edge.one, edge.other),
        });
    }
    out.sort_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| (&a.fact, &a.claims).cmp(&(&b.fact, &b.claims))));
    out
}

fn of_fact(fact: &Fact) -> Vec<Question> {
    let mut out = Vec::new();
    let ask = |about, weight: f64, claims: Vec<String>, what: String| Question {
        about,
        weight: round(weight),
        fact: fact.id.clone(),
        claims,
        what,
    };
    let decided = |claim: &str| fact.voices.iter().any(|v| v.claim == claim && v.decided);
    // The more roots hang on it, the more it matters.
    let reach = (fact.roots.len() as f64).sqrt();
    for dispute in fact.disputes.iter().filter(|d| d.class == Class::Hard && !(decided(&d.one) && decided(&d.other))) {
        let claims = vec![dispute.one.clone(), dispute.other.clone()];
        out.push(ask("disagreement", 5.0 * reach, claims, dispute.aspect.as_str().to_owned()));
    }
    if (fact.has(Mark::Contested) || fact.has(Mark::Denied)) && out.is_empty() {
        let claims = fact.words.iter().map(|w| w.claim.clone()).collect();
        out.push(ask("contested", 4.0 * reach, claims, fact.level.as_str().to_owned()));
    }
    let best = fact.voices.iter().filter(|v| !v.retracted).max_by(|a, b| a.score.total_cmp(&b.score));
    if let Some(voice) =
        best.filter(|v| v.score < DOUBTFUL && !v.decided && fact.kind.is_headline() && fact.level > Level::Mention)
    {
        out.push(ask(
            "doubtful-reading",
            3.0 * (1.0 - voice.score),
            vec![voice.claim.clone()],
            format!("{:.2}", voice.score),
        ));
    }
    out
}

fn round(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}
