//! The dossier of a fact: who says it in which words, which origins it has, how it came to stand where it stands.

use std::collections::HashMap;

use maud::{Markup, html};
use mercato_facts::Fact;
use mercato_ledger::{LedgerError, Store as _, StoredClaim};
use mercato_model::shown::safe;

use super::{Page, disputes, review};
use crate::answer::Answer;
use crate::{address, phrase, shell};

/// Voices whose words are shown; the rest are counted.
const VOICES: usize = 200;

pub fn page(p: &Page<'_>, id: &str) -> Result<Option<Answer>, LedgerError> {
    // Any claim of a fact leads to it.
    let found = p.view.fact_by_id(id).or_else(|| p.view.facts(p.view.ranks_of_claim(id)).next());
    let Some(fact) = &found else { return Ok(None) };
    let ids = fact.voices.iter().map(|v| &v.claim).chain(fact.words.iter().map(|w| &w.claim)).take(VOICES);
    let claims: HashMap<String, StoredClaim> = p.site.with_ledger(|ledger| {
        let found = ids.map(|id| ledger.claim(id).map(|claim| (id.clone(), claim)));
        // A claim that a later reading replaced is not a failure of the page.
        found.filter(|c| !matches!(c, Err(LedgerError::NoSuchClaim { .. }))).collect()
    })?;
    let w = p.w;
    let title = plain(&phrase::headline(p, fact));
    let main = html! {
        article.dossier {
            p.kind { (w.code(fact.kind.as_str())) }
            h1 { (phrase::headline(p, fact)) }
            p.standing {
                (phrase::level(p, fact)) " " b { (w.code(fact.level.as_str())) }
                @for mark in &fact.marks { " · " (w.code(mark.as_str())) }
                " · " (phrase::when(p, fact)) " · " (phrase::voices(p, fact))
                " · " abbr title=(w.t("fact.credibility_title")) { (w.t("fact.credibility")) " " (fact.credibility) }
                @if let Some(chance) = fact.probability {
                    " · " abbr title=(w.t(if fact.prior { "fact.chance_prior" } else { "fact.chance_learned" })) {
                        (w.t("fact.chance")) " " (format!("{chance:.2}"))
                    }
                }
            }
            h2 { (w.t("fact.voices")) }
            (origins(p, fact, &claims))
            @if !fact.words.is_empty() {
                h2 { (w.t("fact.parties")) }
                ul.plain {
                    @for word in &fact.words {
                        li {
                            time { (word.day) } " " bdi { (safe(&word.actor)) } " " b { (w.code(&word.stance)) }
                            @if word.principal { " · " (w.t("fact.principal")) }
                            (quote(p, claims.get(&word.claim), &word.document, &word.claim))
                        }
                    }
                }
            }
            @if !fact.disputes.is_empty() {
                h2 { (w.t("fact.disputes")) }
                (disputes::table(p, fact, &claims))
            }
            h2 { (w.t("fact.history")) }
            ol.history {
                @for change in &fact.history {
                    li {
                        time { (change.day) } " "
                        svg.mark width="14" height="14" viewBox="0 0 14 14" aria-hidden="true" { (phrase::level_shape(change.level)) }
                        " " (w.code(change.level.as_str()))
                        @for mark in &change.marks { " · " (w.code(mark.as_str())) }
                        @for document in &change.documents { " · " a href=(p.at(&address::article(document))) { (article_name(p, document)) } }
                    }
                }
            }
            p.files { a href={ "/api/v1/facts/" (address::part(&fact.id)) } { "JSON" } " · " (w.t("fact.permanent")) " " code { (address::fact(&fact.id)) } }
        }
    };
    Ok(Some(shell::page(p, &title, None, &main)))
}

/// The origins in the order of time, each with the voices that hang on it.
fn origins(p: &Page<'_>, fact: &Fact, claims: &HashMap<String, StoredClaim>) -> Markup {
    let w = p.w;
    let mut order: Vec<usize> = (0..fact.roots.len()).collect();
    order.sort_by_key(|&at| (fact.roots[at].first_day, at));
    html! {
        ol.origins {
            @for at in order {
                @let root = &fact.roots[at];
                li {
                    p.origin {
                        @if !fact.voices.iter().any(|v| v.root == at && v.published.is_some()) { "≤ " } time { (root.first) } " " b { bdi { (safe(&root.name)) } }
                        " · " (w.t(&format!("fact.origin_{}", origin(root.origin))))
                        @if !root.seen { " · " (w.t("fact.unseen")) }
                    }
                    ul.voices {
                        @for voice in fact.voices.iter().filter(|v| v.root == at) {
                            li.voice.retracted[voice.retracted] {
                                @if let Some(day) = voice.published { time { (day) } " " }
                                (chain(voice.outlet.as_deref().unwrap_or(&voice.document), &voice.source))
                                " · " span.status title=(w.t(&format!("status.{}", voice.status.as_str()))) { (w.code(voice.status.as_str())) }
                                @if voice.decided { " · " (w.t("fact.decided")) }
                                @if voice.retracted { " · " (w.t("fact.retracted")) }
                                (quote(p, claims.get(&voice.claim), &voice.document, &voice.claim))
                                a.meta href=(review::judged(&voice.claim)) { (w.t("fact.judge")) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn origin(origin: mercato_facts::root::Origin) -> &'static str {
    use mercato_facts::root::Origin;
    match origin {
        Origin::Statement => "statement",
        Origin::Reporting => "reporting",
        Origin::Unknown => "unknown",
    }
}

/// Who says it, from the outlet inwards.
pub fn chain(outlet: &str, source: &[String]) -> Markup {
    html! {
        span.chain {
            bdi { (safe(outlet)) }
            @for link in source { " › " bdi { (safe(link)) } }
        }
    }
}

/// The words, leading to their place in the article.
pub fn quote(p: &Page<'_>, claim: Option<&StoredClaim>, document: &str, id: &str) -> Markup {
    html! {
        @if let Some(claim) = claim {
            @let quotes = claim.claim.evidence.quotes();
            blockquote dir="auto" lang=(claim.claim.lang) {
                a href=(p.at(&address::claim(document, id))) {
                    @for (n, quote) in quotes.iter().take(3).enumerate() { @if n > 0 { " […] " } "“" (safe(&quote.quote)) "”" }
                }
            }
        }
    }
}

/// How an article is called in a list.
pub fn article_name(p: &Page<'_>, id: &str) -> Markup {
    let row = p.view.article(id);
    let title = row.and_then(|r| r.title.as_deref()).unwrap_or(id);
    html! {
        bdi { (safe(title)) }
        @if let Some(outlet) = row.and_then(|r| r.outlet.as_deref()) { ", " bdi { (safe(outlet)) } }
    }
}

/// The text of a piece of markup, for the title of a page.
pub fn plain(markup: &Markup) -> String {
    let mut out = String::new();
    let mut inside = false;
    for c in markup.0.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            c if !inside => out.push(c),
            _ => {}
        }
    }
    let out = out.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}
