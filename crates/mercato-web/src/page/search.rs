//! Search: people and firms, slips included, and the words of articles.

use maud::{Markup, html};
use mercato_ledger::{Hit, LedgerError, Within};
use mercato_model::shown::safe;
use mercato_model::{Lang, PartialDate};

use super::Page;
use crate::answer::Answer;
use crate::find::find;
use crate::view::Names;
use crate::{address, phrase, shell};

const NAMES: usize = 8;
const HITS: usize = 20;

pub fn page(p: &Page<'_>) -> Result<Answer, LedgerError> {
    let w = p.w;
    let typed = p.fields.get("q").unwrap_or_default();
    let within = Within {
        lang: p.fields.get("lang").and_then(Lang::parse),
        since: p.fields.get("since").and_then(PartialDate::parse),
        until: p.fields.get("until").and_then(PartialDate::parse).or(p.as_of),
        below: p.fields.get("after").and_then(|after| after.parse().ok()),
    };
    let mut hits = p.site.with_ledger(|ledger| ledger.search(typed, within, HITS + 1))?;
    let more = hits.len() > HITS;
    hits.truncate(HITS);
    let people = names(p, &p.view.people, typed, address::person);
    let firms = names(p, &p.view.firms, typed, address::firm);
    let main = html! {
        h1 { (w.t("search.title")) }
        form.filters action="/search" {
            label { (w.t("search.label")) " " input name="q" type="search" value=(safe(typed)) size="28"; }
            label { (w.t("search.lang")) " " select name="lang" {
                option value="" { (w.t("list.all")) }
                @for code in ["it", "fr", "en"] { option value=(code) selected[p.fields.get("lang") == Some(code)] { (code) } }
            } }
            @for name in ["since", "until"] {
                label { (w.t(&format!("list.{name}"))) " " input name=(name) value=[p.typed(name)] size="9" placeholder="2025-07"; }
            }
            @if let Some(day) = p.as_of { input type="hidden" name="asof" value=(day); }
            button { (w.t("search.go")) }
        }
        @if !typed.is_empty() {
            @if within.below.is_none() {
                @if let Some(found) = &people { h2 { (w.t("search.people")) } (found) }
                @if let Some(found) = &firms { h2 { (w.t("search.firms")) } (found) }
            }
            h2 { (w.t("search.articles")) }
            @if hits.is_empty() { p { (w.t("search.none")) } }
            ul.hits { @for hit in &hits { (line(p, hit)) } }
            @if let Some(last) = hits.last().filter(|_| more) {
                p.more { a rel="next" href=(p.with("after", Some(&last.seq.to_string()))) { (w.t("list.more")) } }
            }
        } @else { p { (w.t("search.help")) } }
    };
    Ok(shell::page(p, w.t("search.title"), None, &main))
}

fn names(p: &Page<'_>, names: &Names, typed: &str, at: impl Fn(&str) -> String) -> Option<Markup> {
    let found = find(names, typed, NAMES);
    (!found.is_empty()).then(|| {
        html! {
            ul.plain {
                @for named in found {
                    li { a href=(p.at(&at(&named.name))) { bdi { (safe(&named.name)) } } " " span.meta { (phrase::counted(p, named.facts.len(), "fact")) } }
                }
            }
        }
    })
}

fn line(p: &Page<'_>, hit: &Hit) -> Markup {
    let document = &hit.document;
    html! {
        li {
            a href=(p.at(&address::article(&document.id))) { bdi { (safe(document.title.as_deref().unwrap_or(&document.id))) } }
            p.meta {
                @if let Some(outlet) = &document.outlet { bdi { (safe(outlet)) } " · " }
                @if let Some(day) = document.published { time { (day) } }
            }
            p.passage dir="auto" lang=[document.lang] { (passage(&hit.passage)) }
        }
    }
}

/// A passage with the words that were looked for marked.
fn passage(text: &str) -> Markup {
    let mut pieces = text.split(Hit::OPEN);
    let before = pieces.next().unwrap_or_default();
    html! {
        (safe(before))
        @for piece in pieces {
            @let (word, after) = piece.split_once(Hit::CLOSE).unwrap_or((piece, ""));
            mark { (safe(word)) } (safe(after))
        }
    }
}
