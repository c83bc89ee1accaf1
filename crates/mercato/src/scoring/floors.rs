//! The floors of `eval/floors.toml`: figures that only rise.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::report::Report;
use crate::error::{Exit, Failure, Result};

/// Floors by set and language.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Floors(BTreeMap<String, BTreeMap<String, Floor>>);

/// In per cent, headline kinds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Floor {
    /// Claim F1 over all scores.
    pub f1: f64,
    /// Precision of the claims at the publish setting.
    pub publish_precision: f64,
}

const HEADER: &str = "# Floors of `mercato eval --gate`, by set and language, in per cent over the headline kinds: claim F1 at all scores,\n# and precision at the publish setting (score >= 0.8). A change may raise them (`--gate --raise`), never lower them.\n\n";

impl Floor {
    /// Today's figures of one language, rounded down to a tenth.
    fn of(all: &Report, publish: &Report, lang: &str) -> Self {
        let tenth = |v: f64| (v * 1000.0 + 1e-6).floor() / 10.0;
        Self {
            f1: tenth(all.headline(Some(lang)).f1()),
            publish_precision: tenth(publish.headline(Some(lang)).precision()),
        }
    }
}

impl Floors {
    pub fn load(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|e| Failure::file(path, &e))?;
        toml::from_str(&text).map_err(|e| Failure::new(Exit::Partial, format!("{}: {}", path.display(), e.message())))
    }

    pub fn save(&self, path: &Path) -> Result<()> {
        let text = toml::to_string(&self.0).unwrap_or_default();
        std::fs::write(path, format!("{HEADER}{text}")).map_err(|e| Failure::file(path, &e))
    }

    /// What is below its floor, in words; a set without floors is an error, not a pass.
    pub fn breaches(&self, set: &str, all: &Report, publish: &Report) -> Vec<String> {
        let mut out = Vec::new();
        for lang in all.languages() {
            let Some(floor) = self.0.get(set).and_then(|langs| langs.get(lang)) else {
                out.push(format!("{set}/{lang} has no floor yet"));
                continue;
            };
            let now = Floor::of(all, publish, lang);
            let pairs =
                [("F1", now.f1, floor.f1), ("publish precision", now.publish_precision, floor.publish_precision)];
            for (what, now, floor) in pairs {
                if now < floor {
                    out.push(format!("{set}/{lang}: {what} is {now:.1}, the floor is {floor:.1}"));
                }
            }
        }
        out
    }

    /// Takes today's figures where they are higher.
    pub fn raise(&mut self, set: &str, all: &Report, publish: &Report) {
        let langs = self.0.entry(set.to_owned()).or_default();
        for lang in all.languages() {
            let now = Floor::of(all, publish, lang);
            let floor = langs.entry(lang.to_owned()).or_default();
            floor.f1 = floor.f1.max(now.f1);
            floor.publish_precision = floor.publish_precision.max(now.publish_precision);
        }
    }
}
