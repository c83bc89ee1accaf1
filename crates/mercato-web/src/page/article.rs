//! An article with its claims where they stand, and what was seen and not understood.

use maud::{Markup, html};
use mercato_ledger::{Filter, LedgerError, Store as _, StoredClaim, StoredDocument};
use mercato_model::Span;
use mercato_model::shown::{number, safe};

use super::Page;
use super::fact::chain;
use crate::answer::Answer;
use crate::phrase::{self, Said};
use crate::{address, shell};

pub fn page(p: &Page<'_>, id: &str) -> Result<Option<Answer>, LedgerError> {
    let revision = p.fields.get("revision").and_then(|r| r.parse().ok());
    let (document, claims, revisions) = p.site.with_ledger(|ledger| {
        let filter = Filter { doc: vec![id.to_owned()], include_superseded: revision.is_some(), ..Filter::default() };
        Ok((ledger.document(id, revision)?, ledger.claims(&filter)?, ledger.revisions(id)?))
    })?;
    let Some(stored) = document else { return Ok(None) };
    // An article that came later is not part of the record of an earlier day.
    if p.as_of.is_some() && p.view.article(id).is_none() {
        return Ok(None);
    }
    let mut claims = claims;
    claims.retain(|claim| claim.document.revision == stored.revision);
    let said = claims.len();
    let claims = p.site.discreet(p.as_of, claims)?;
    let hidden = said - claims.len();
    let w = p.w;
    let document = &stored.document;
    let title = document.title.as_deref().unwrap_or(id);
    let main = html! {
        article.source {
            header {
                h1 dir="auto" lang=[document.lang] { (safe(title)) }
                p.meta {
                    @if let Some(outlet) = &document.outlet { bdi { (safe(outlet)) } " · " }
                    @if let Some(day) = document.published { time { (day) } " · " }
                    @if let Some(lang) = document.lang { (lang) " · " }
                    @if let Some(url) = document.url.as_deref().filter(|url| is_web(url)) {
                        a href=(url) rel="noreferrer nofollow" { (w.t("article.original")) } " · "
                    }
                    (phrase::counted(p, claims.len(), "claim"))
                    @if revisions.len() > 1 {
                        " · " (w.t("article.revisions"))
                        @for row in &revisions {
                            " " a href=(p.with("revision", Some(&row.revision.to_string()))) aria-current=[(row.revision == stored.revision).then_some("true")] { (row.revision) }
                        }
                    }
                }
                @if stored.superseded { p.warn { (w.t("article.superseded")) } }
            }
            div.reading {
                div.text dir="auto" lang=[document.lang] { (marked(&stored, &claims)) }
                aside.claims aria-label=(w.t("article.aside")) {
                    h2 { (w.t("article.aside")) }
                    @if claims.is_empty() { p { (w.t("article.none")) } }
                    @for claim in &claims { (card(p, claim)) }
                    @if hidden > 0 { p.note { (phrase::counted(p, hidden, "hidden")) } }
                    (notes(p, &stored))
                }
            }
        }
    };
    Ok(Some(shell::page(p, &safe(title), None, &main)))
}

/// Only these addresses may be opened from an article: what else stands there is not a link.
pub fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// What one claim says, how surely, who says it, what found it.
fn card(p: &Page<'_>, stored: &StoredClaim) -> Markup {
    let (w, claim) = (p.w, &stored.claim);
    html! {
        section.claim #{ "k-" (stored.id) } data-claim=(stored.id) {
            h3 { (phrase::headline(p, claim)) }
            p.meta {
                span.status { (w.code(claim.status.as_str())) }
                @if !claim.source.is_empty() { " · " (chain(&claim.source[0], &claim.source[1..])) }
                @if let Some(date) = claim.date { " · " time { (date.value) } " (" (w.code(&format!("{:?}", date.basis).to_lowercase())) ")" }
            }
            details {
                summary { (w.t("article.slots")) }
                dl {
                    @for (slot, value) in &claim.slots {
                        dt { (w.code(slot.as_str())) }
                        dd {
                            (phrase::value_of(p, Said::from(claim), *slot, value))
                            @if let Some(written) = claim.as_written.get(slot) { " (" (w.t("article.as_written")) " “" bdi { (safe(written)) } "”)" }
                        }
                    }
                    dt { (w.t("article.rule")) } dd { code { (safe(&claim.rule)) } }
                    dt { (w.t("article.score")) } dd { (number(claim.score)) }
                    dt { (w.t("article.id")) } dd { code { (stored.id) } }
                }
            }
            p.meta {
                @for fact in p.view.facts(p.view.ranks_of_claim(&stored.id)) {
                    a href=(p.at(&address::fact(&fact.id))) { (phrase::level(p, &fact)) " " (w.t("article.fact")) } " "
                }
                a.place href={ "#c-" (stored.id) } { (w.t("article.place")) }
                " " a href=(super::review::judged(&stored.id)) { (w.t("fact.judge")) }
            }
        }
    }
}

fn notes(p: &Page<'_>, stored: &StoredDocument) -> Markup {
    html! {
        @if !stored.notes.is_empty() {
            details.notes {
                summary { (phrase::counted(p, stored.notes.len(), "note")) }
                ul.plain {
                    @for note in &stored.notes {
                        li {
                            code { (safe(&note.code)) } " " bdi { (safe(&note.detail)) }
                            @if let Some(words) = note.span.and_then(|s| s.slice(&stored.document.text)) {
                                blockquote dir="auto" { (safe(&words.chars().take(160).collect::<String>())) }
                            }
                            @if let Some(rule) = &note.rule { " " code { (safe(rule)) } }
                        }
                    }
                }
            }
        }
    }
}

/// The text with every claim's words marked; the first place of a claim is where links to it lead.
fn marked(stored: &StoredDocument, claims: &[StoredClaim]) -> Markup {
    let text = stored.document.text.as_str();
    let mut spans: Vec<(Span, usize)> = Vec::new();
    for (at, claim) in claims.iter().enumerate() {
        spans.extend(claim.claim.evidence.quotes().iter().map(|q| (q.span, at)));
    }
    let unread: Vec<Span> = stored.notes.iter().filter_map(|n| n.span).filter(|s| s.slice(text).is_some()).collect();
    let mut cuts: Vec<usize> =
        spans.iter().map(|(s, _)| *s).chain(unread.iter().copied()).flat_map(|s| [s.start, s.end]).collect();
    cuts.extend([0, text.len()]);
    cuts.retain(|&at| text.is_char_boundary(at));
    cuts.sort_unstable();
    cuts.dedup();
    spans.sort_by_key(|(s, at)| (s.start, *at));
    let mut placed = vec![false; claims.len()];
    let mut open: Vec<(Span, usize)> = Vec::new();
    let mut next = 0;
    html! {
        @for pair in cuts.windows(2) {
            @let (start, end) = (pair[0], pair[1]);
            @let () = {
                open.retain(|(s, _)| s.end > start);
                while next < spans.len() && spans[next].0.start <= start {
                    open.push(spans[next]);
                    next += 1;
                }
            };
            @let piece = lines(&text[start..end]);
            @if open.is_empty() {
                @if unread.iter().any(|s| s.start <= start && s.end >= end) { span.unread { (piece) } } @else { (piece) }
            } @else {
                @let first: Vec<usize> = open.iter().map(|(_, at)| *at).filter(|&at| !std::mem::replace(&mut placed[at], true)).collect();
                @for at in first { a.anchor #{ "c-" (claims[at].id) } {} }
                @let ids: Vec<&str> = open.iter().map(|(_, at)| claims[*at].id.as_str()).collect();
                @let status = claims[open[0].1].claim.status.as_str();
                mark class=(status) data-claims=(ids.join(" ")) {
                    a href={ "#k-" (ids[0]) } { (piece) }
                }
            }
        }
    }
}

/// Text with its line breaks, harmless.
fn lines(text: &str) -> String {
    text.split('\n').map(|line| safe(line.trim_end_matches('\r')).into_owned()).collect::<Vec<_>>().join("\n")
}
