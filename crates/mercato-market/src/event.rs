//! What the views count: people who change firms, as the ledger's facts tell it.

use mercato_model::Bounds;
use serde::Serialize;

/// How well an event stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    Rumour,
    Reported,
    Corroborated,
    Confirmed,
}

/// The least standing that counts.
pub type Threshold = Standing;

impl Standing {
    pub const ALL: [Self; 4] = [Self::Rumour, Self::Reported, Self::Corroborated, Self::Confirmed];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rumour => "rumour",
            Self::Reported => "reported",
            Self::Corroborated => "corroborated",
            Self::Confirmed => "confirmed",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == name)
    }
}

/// Where somebody comes from or goes to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum End {
    Firm(String),
    /// A venture of one's own whose name is not told.
    New,
    /// Not told; never spread over known firms.
    Unknown,
}

impl End {
    pub fn firm(&self) -> Option<&str> {
        match self {
            Self::Firm(name) => Some(name),
            Self::New | Self::Unknown => None,
        }
    }
}

/// Somebody, or a number of people, went from one place to another.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Event {
    /// What to open to see the words behind it.
    pub id: String,
    /// Names of those who are named.
    pub people: Vec<String>,
    /// How many, where they are counted and not named.
    pub n: Option<Bounds>,
    /// The whole of which `n` is a part: closes an open bound.
    pub of: Option<f64>,
    pub from: End,
    pub to: End,
    pub standing: Standing,
    /// Chance that it is true.
    pub probability: f64,
    /// First and last day on which it may have happened, since 1970-01-01.
    pub days: Option<(i64, i64)>,
    /// Somebody says when; else only publication bounds it.
    pub dated: bool,
    /// People who move together are one decision and share it.
    pub decision: String,
    /// Independent origins.
    pub roots: usize,
}

/// A number of people between a lower and an upper bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct People {
    pub min: f64,
    /// `None`: no upper bound is known.
    pub max: Option<f64>,
}

impl People {
    /// Named people and the counted groups that may hold them: at least the larger, at most all together.
    pub(crate) fn of(named: usize, groups: &[(Bounds, Option<f64>)]) -> Self {
        let named = named as f64;
        let least = groups.iter().filter_map(|(n, _)| n.min).fold(0.0, f64::max);
        let most = groups.iter().try_fold(named, |sum, (n, of)| Some(sum + n.max.or(*of)?));
        Self { min: named.max(least), max: most.map(|most| most.max(least)) }
    }

    pub fn is_exact(self) -> bool {
        self.max == Some(self.min)
    }

    /// What remains when `other` is taken away: interval arithmetic, so that the result bounds every case.
    pub fn minus(self, other: Self) -> (Option<f64>, Option<f64>) {
        (other.max.map(|most| self.min - most), self.max.map(|most| most - other.min))
    }
}
