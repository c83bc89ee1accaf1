//! A fact with the words behind it, as data: what an assistant or an alert can cite.

use mercato_facts::Fact;
use mercato_ledger::{LedgerError, Store as _};
use mercato_model::shown::safe;
use serde_json::{Value, json};

use crate::page::{Page, plain};
use crate::phrase;

/// Origins of a fact that are cited.
const ORIGINS: usize = 2;

/// What a fact says, how well it stands, and the words of its first origins.
pub fn citation(p: &Page<'_>, fact: &Fact) -> Result<Value, LedgerError> {
    let mut words = Vec::new();
    for root in 0..fact.roots.len() {
        let Some(voice) = fact.voices.iter().find(|v| v.root == root && !v.retracted) else { continue };
        if words.len() == ORIGINS {
            break;
        }
        let stored = match p.site.with_ledger(|ledger| ledger.claim(&voice.claim)) {
            Err(LedgerError::NoSuchClaim { .. }) => continue,
            other => other?,
        };
        let quotes: Vec<&str> = stored.claim.evidence.quotes().iter().take(2).map(|q| q.quote.as_str()).collect();
        words.push(json!({
            "quote": safe(&quotes.join(" […] ")),
            "lang": stored.claim.lang.as_str(),
            "outlet": stored.document.outlet.as_deref().map(safe),
            "published": stored.document.published.map(|d| d.to_string()),
            "url": stored.document.url,
            "article": stored.document.id,
            "claim": stored.id,
            "status": stored.claim.status.as_str(),
            "source": stored.claim.source,
        }));
    }
    Ok(json!({
        "fact": fact.id,
        "says": plain(&phrase::headline(p, fact)),
        "level": fact.level.as_str(),
        "origins": fact.roots.len(),
        "words": words,
    }))
}
