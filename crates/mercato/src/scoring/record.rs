//! Claims and stories as they stand in JSON Lines files.

use std::io::BufRead as _;
use std::path::Path;

use mercato_model::Kind;
use serde_json::{Map, Value};

use super::rules::Rules;
use crate::error::{Exit, Failure, Result};

/// One article with known claims.
#[derive(Clone, Debug)]
pub struct Story {
    pub id: String,
    pub lang: String,
    pub text: String,
}

/// One claim, of the known ones or of a reader.
#[derive(Clone, Debug)]
pub struct Record {
    pub doc: String,
    pub kind: Kind,
    pub slots: Map<String, Value>,
    pub status: Option<String>,
    pub source: Vec<String>,
    pub evidence: Vec<Place>,
    pub rule: Option<String>,
    pub score: f64,
}

/// Where a claim is said. Known claims may give the words alone.
#[derive(Clone, Debug)]
pub struct Place {
    pub range: Option<(usize, usize)>,
    pub quote: Option<String>,
}

impl Record {
    /// `None` when it is not a claim of a known kind.
    pub fn of(value: &Value) -> Option<Self> {
        let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
        let list = |key: &str| value.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let offset = |e: &Value, key: &str| e.get(key).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
        Some(Self {
            doc: text("doc")?,
            kind: Kind::parse(value.get("kind")?.as_str()?)?,
            slots: value.get("slots")?.as_object()?.clone(),
            status: text("status"),
            source: list("source").iter().filter_map(|s| s.as_str().map(str::to_owned)).collect(),
            evidence: list("evidence")
                .iter()
                .map(|e| Place {
                    range: offset(e, "start").zip(offset(e, "end")),
                    quote: e.get("quote").and_then(Value::as_str).map(str::to_owned),
                })
                .collect(),
            rule: text("rule"),
            score: value.get("score").and_then(Value::as_f64).unwrap_or(1.0),
        })
    }

    /// Byte ranges of the evidence; where only the words are given, every place they stand at.
    pub fn spans(&self, text: &str) -> Vec<(usize, usize)> {
        let mut out = Vec::new();
        for place in &self.evidence {
            match (place.range, &place.quote) {
                (Some(range), _) => out.push(range),
                (None, Some(quote)) => out.extend(text.match_indices(quote.as_str()).map(|(at, q)| (at, at + q.len()))),
                (None, None) => {}
            }
        }
        out
    }

    /// How many places do not hold exactly their quote, and how many there are; a claim without any counts as a bad one.
    pub fn bad_spans(&self, text: &str) -> (usize, usize) {
        let good = |place: &&Place| {
            let range = place.range.and_then(|(start, end)| text.get(start..end));
            place.quote.as_ref().is_some_and(|quote| !quote.is_empty() && range == Some(quote.as_str()))
        };
        let all = self.evidence.len().max(1);
        (all - self.evidence.iter().filter(good).count(), all)
    }
}

/// A claim about several persons, one person at a time, for the kinds that are counted so.
pub fn atoms(rules: &Rules, claim: Record) -> Vec<Record> {
    let people = claim.slots.get("person").and_then(Value::as_array).cloned().unwrap_or_default();
    if people.len() < 2 || !rules.compare.per_person.contains(&claim.kind) {
        return vec![claim];
    }
    let alone = |person| {
        let mut one = claim.clone();
        one.slots.insert("person".to_owned(), Value::Array(vec![person]));
        one
    };
    people.into_iter().map(alone).collect()
}

/// The objects of a JSON Lines file.
pub fn lines(path: &Path) -> Result<Vec<Value>> {
    let file = std::fs::File::open(path).map_err(|e| Failure::file(path, &e))?;
    let mut out = Vec::new();
    for (number, line) in std::io::BufReader::new(file).lines().enumerate() {
        let line = line.map_err(|e| Failure::file(path, &e))?;
        if line.trim().is_empty() {
            continue;
        }
        let value = serde_json::from_str(&line).map_err(|_| malformed(path, number + 1, "not a JSON object"))?;
        out.push(value);
    }
    Ok(out)
}

/// The claims of a JSON Lines file.
pub fn claims(path: &Path) -> Result<Vec<Record>> {
    let values = lines(path)?;
    let record = |(n, value): (usize, &Value)| {
        let what = "not a claim: `doc`, `kind` and `slots` are needed, and the kind must be a known one";
        Record::of(value).ok_or_else(|| malformed(path, n + 1, what))
    };
    values.iter().enumerate().map(record).collect()
}

/// The articles of a JSON Lines file; of two with the same id the later one counts.
pub fn stories(path: &Path) -> Result<Vec<Story>> {
    let mut out: Vec<Story> = Vec::new();
    for (n, value) in lines(path)?.iter().enumerate() {
        let field = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
        let (Some(id), Some(lang), Some(text)) = (field("id"), field("lang"), field("text")) else {
            return Err(malformed(path, n + 1, "an article to be scored needs `id`, `lang` and `text`"));
        };
        let story = Story { id, lang, text };
        match out.iter_mut().find(|s| s.id == story.id) {
            Some(earlier) => *earlier = story,
            None => out.push(story),
        }
    }
    Ok(out)
}

fn malformed(path: &Path, line: usize, what: &str) -> Failure {
    Failure::new(Exit::Partial, format!("{}:{line}: {what}", path.display())).hint("see docs/claims.md for the format")
}
