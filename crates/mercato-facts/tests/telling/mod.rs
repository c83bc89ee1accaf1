//! Stories as data: articles with their claims, made into records.
#![allow(dead_code, reason = "each test file uses its part")]

use std::sync::Arc;

use mercato_facts::print::Print;
use mercato_facts::time::Days;
use mercato_facts::world::Firm;
use mercato_facts::{Article, Record, Told, World};
use mercato_model::schema::SlotType;
use mercato_model::{Claim, ClaimDate, Evidence, Kind, Lang, PartialDate, Slots, Span, Status, Value};
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize)]
pub struct Story {
    pub story: u32,
    pub title: String,
    pub class: String,
    pub aspect: String,
    pub articles: Vec<Piece>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Piece {
    pub id: String,
    pub outlet: Option<String>,
    pub published: PartialDate,
    pub lang: Lang,
    /// Words besides those of the claims.
    #[serde(default)]
    pub text: String,
    pub says: Vec<Says>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Says {
    pub quote: String,
    pub kind: Kind,
    pub slots: Slots,
    pub status: Status,
    #[serde(default)]
    pub source: Vec<String>,
    #[serde(default)]
    pub date: Option<ClaimDate>,
    /// Fact to which it belongs, where a set says so.
    #[serde(default)]
    pub fact: String,
}

/// The text of an article, and where each claim stands in it.
pub fn text(piece: &Piece) -> (String, Vec<Span>) {
    let mut text = piece.text.clone();
    let mut spans = Vec::new();
    for says in &piece.says {
        if !text.is_empty() {
            text.push(' ');
        }
        let start = text.len();
        text += &says.quote;
        spans.push(Span::new(start, text.len()));
    }
    (text, spans)
}

/// The claims of one article, as a ledger would hold them.
pub fn told(piece: &Piece) -> Vec<Told> {
    let (text, spans) = text(piece);
    let article = Arc::new(Article {
        id: piece.id.clone(),
        revision: 1,
        outlet: piece.outlet.clone(),
        url: None,
        title: None,
        published: Some(piece.published),
        known: Days::of(piece.published).last,
        print: Some(Print::of(&text)),
    });
    let claim = |(n, (says, span)): (usize, (&Says, &Span))| {
        let mut slots = says.slots.clone();
        for (slot, value) in &mut slots {
            if let (Some(SlotType::Bounds), Value::Amount(amount)) = (says.kind.slot_type(*slot), &*value) {
                *value = Value::Bounds(amount.bounds);
            }
        }
        let claim = Claim {
            doc: piece.id.clone(),
            lang: piece.lang,
            kind: says.kind,
            slots,
            status: says.status,
            source: says.source.clone(),
            date: says.date,
            evidence: Evidence::cut(&text, &[*span]).expect("a span of the text"),
            rule: "story".into(),
            as_written: Default::default(),
            score: 0.9,
        };
        Told { id: format!("{}-{n}", piece.id).replace('-', "c"), claim, article: article.clone(), superseded: false }
    };
    piece.says.iter().zip(&spans).enumerate().map(claim).collect()
}

pub fn record<'a>(pieces: impl IntoIterator<Item = &'a Piece>) -> Record {
    let mut record = Record::default();
    pieces.into_iter().flat_map(told).for_each(|t| record.add(t));
    record
}

/// A few invented firms: DeepCore is a part of Alphaton.
pub fn world() -> World {
    let firm = |name: &str, parent: Option<&str>| Firm {
        name: name.into(),
        parent: parent.map(str::to_owned),
        ..Firm::default()
    };
    let firms =
        [firm("Alphaton", None), firm("DeepCore", Some("Alphaton")), firm("Helvion", None), firm("Corvanta", None)];
    World::new(&firms, &[], ["inc".to_owned(), "spa".to_owned()])
}

pub fn day(date: &str) -> i64 {
    Days::of(PartialDate::parse(date).expect("a date")).first
}

pub fn stories(file: &str) -> Vec<Story> {
    lines(file)
}

pub fn lines<T: serde::de::DeserializeOwned>(file: &str) -> Vec<T> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../eval/facts").join(file);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{file}: {e}: {line}"))).collect()
}
