//! A claim: one thing that one article says about the market for talent, with the words that say it.

use std::collections::BTreeMap;

use crate::schema::SlotType;
use crate::{Amount, Bounds, Kind, Lang, PartialDate, Slot, Span, Status};

/// The filled slots of a claim; an unknown slot is absent, never guessed.
pub type Slots = BTreeMap<Slot, Value>;

/// What a slot holds. Which variant a slot takes is declared in `schema/claims.toml`.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(untagged))]
pub enum Value {
    Flag(bool),
    Number(f64),
    /// A name, a description, a code.
    Text(String),
    /// Several names or codes.
    List(Vec<String>),
    Amount(Amount),
    Bounds(Bounds),
}

impl Value {
    /// The texts of a name, text, code or list value; empty for numbers.
    pub fn texts(&self) -> Vec<&str> {
        match self {
            Self::Text(text) => vec![text],
            Self::List(items) => items.iter().map(String::as_str).collect(),
            _ => Vec::new(),
        }
    }

    /// As the variant that a slot of this type takes: in JSON an amount without a currency looks like plain bounds.
    pub fn typed(self, ty: Option<SlotType>) -> Self {
        match (self, ty) {
            (Self::Amount(amount), Some(SlotType::Bounds)) => Self::Bounds(amount.bounds),
            (value, _) => value,
        }
    }

    pub fn bounds(&self) -> Option<Bounds> {
        match self {
            Self::Amount(amount) => Some(amount.bounds),
            Self::Bounds(bounds) => Some(*bounds),
            Self::Number(n) => Some(Bounds::exactly(*n)),
            _ => None,
        }
    }
}

/// How a claim's date is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum DateBasis {
    /// The article gives the date.
    Stated,
    /// Resolved from "last week" and the day of publication.
    Relative,
    /// Nothing said: the day of publication bounds it.
    Published,
}

/// When what is claimed happened or takes effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ClaimDate {
    pub value: PartialDate,
    pub basis: DateBasis,
}

/// The places that say a claim; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence(Vec<Quote>);

/// One place that says it: the span and exactly the words that stand there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Quote {
    #[cfg_attr(feature = "serde", serde(flatten))]
    pub span: Span,
    pub quote: String,
}

impl Evidence {
    /// Cuts the quotes out of `text`; `None` when there is no span or one does not lie in `text`.
    pub fn cut(text: &str, spans: &[Span]) -> Option<Self> {
        let mut quotes = spans
            .iter()
            .map(|&span| Some(Quote { span, quote: span.slice(text).filter(|q| !q.is_empty())?.to_owned() }))
            .collect::<Option<Vec<_>>>()?;
        quotes.sort();
        quotes.dedup();
        (!quotes.is_empty()).then_some(Self(quotes))
    }

    pub fn quotes(&self) -> &[Quote] {
        &self.0
    }

    /// Adds the places of another claim that says the same.
    pub fn join(&mut self, other: &Self) {
        self.0.extend(other.0.iter().cloned());
        self.0.sort();
        self.0.dedup();
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Evidence {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(s)
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Evidence {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let quotes = Vec::<Quote>::deserialize(d)?;
        if quotes.is_empty() {
            return Err(serde::de::Error::custom("a claim without evidence"));
        }
        Ok(Self(quotes))
    }
}

/// One claim of one document. See `docs/claims.md` for kinds and slots.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Claim {
    pub doc: String,
    pub lang: Lang,
    pub kind: Kind,
    pub slots: Slots,
    pub status: Status,
    /// Who is made responsible, outermost first, the outlet itself left out; empty: the article's own voice.
    pub source: Vec<String>,
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub date: Option<ClaimDate>,
    pub evidence: Evidence,
    /// Identifier of the rule that found it, such as `it.move.passare`.
    pub rule: String,
    /// Slot to surface form, where the normalised value differs.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "BTreeMap::is_empty"))]
    pub as_written: BTreeMap<Slot, String>,
    /// The reader's own confidence, 0 to 1, calibrated.
    pub score: f64,
}

impl Claim {
    /// The texts of a slot; empty when it is absent.
    pub fn texts(&self, slot: Slot) -> Vec<&str> {
        self.slots.get(&slot).map(Value::texts).unwrap_or_default()
    }

    /// The first text of a slot.
    pub fn text(&self, slot: Slot) -> Option<&str> {
        self.texts(slot).into_iter().next()
    }
}
