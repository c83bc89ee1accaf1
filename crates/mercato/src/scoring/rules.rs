//! The comparison rules of `eval/scoring.toml`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use mercato_model::Kind;
use serde::Deserialize;

const FILE: &str = include_str!("../../../../eval/scoring.toml");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    key: BTreeMap<Kind, Vec<String>>,
    pub compare: Compare,
    pub words: Words,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Compare {
    pub per_person: Vec<Kind>,
    pub quantity: BTreeSet<String>,
    pub presence: BTreeSet<String>,
    pub text: BTreeSet<String>,
    pub may_be_added: BTreeSet<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    pub legal_forms: BTreeSet<String>,
    pub stop: BTreeSet<String>,
}

impl Rules {
    pub fn built_in() -> &'static Self {
        static RULES: OnceLock<Rules> = OnceLock::new();
        RULES.get_or_init(|| toml::from_str(FILE).expect("eval/scoring.toml is checked by a test"))
    }

    /// Groups of slots that say what a claim of this kind is about.
    pub fn key(&self, kind: Kind) -> &[String] {
        self.key.get(&kind).map(Vec::as_slice).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_key() {
        for &kind in Kind::ALL {
            assert!(!Rules::built_in().key(kind).is_empty(), "{kind:?}");
        }
    }
}
