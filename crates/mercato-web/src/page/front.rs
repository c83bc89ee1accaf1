//! The front page: the market at a glance, every number one click from the facts behind it.

use maud::{Markup, html};
use mercato_market::{Ladder, Standing, ladders};

use super::{Page, disputes, list, slider};
use crate::answer::Answer;
use crate::chart::{board, ladder};
use crate::{phrase, shell};

const FIRMS: usize = 10;
const LATEST: usize = 16;
const OFFERS: usize = 6;
const DISPUTES: usize = 5;

pub fn page(p: &Page<'_>) -> Answer {
    let (w, view) = (p.w, &p.view);
    let least = least(p);
    let balances = &view.market(least).balances;
    let main = html! {
        h1.vh { "Mercato" }
        p.lead {
            (w.fill("front.lead", &[
                ("articles", &link(p, "/articles", view.articles.list.len())),
                ("facts", &link(p, "/facts", view.rows.len())),
                ("people", &link(p, "/people", view.people.by_facts.len())),
                ("firms", &link(p, "/firms", view.firms.by_facts.len())),
            ]))
            (since(p))
        }
        (slider::slider(p))
        @if view.rows.is_empty() { p { (w.t("front.empty")) } }
        div.columns {
            section {
                h2 { (w.t("front.latest")) }
                ul.facts { @for fact in view.facts(view.ranks(|row| row.kind.is_headline()).take(LATEST)) { (list::item(p, &fact)) } }
                p.more { a href=(p.at("/facts")) { (w.t("front.all_facts")) } }
            }
            div {
                @if !balances.is_empty() {
                    section {
                        h2 { (w.t("front.board")) }
                        (board::levels(p, least))
                        (board::board(p, &balances[..balances.len().min(FIRMS)], least))
                        p.note { (w.t("board.note")) " " a href=(p.at("/firms")) { (w.t("front.all_firms")) } }
                    }
                }
                @if let Some(offers) = biggest(p) {
                    section {
                        h2 { (w.t("front.offers")) }
                        (ladder::ladder(p, &offers, OFFERS))
                        p.more { a href=(p.at("/pay")) { (w.t("front.all_pay")) } }
                    }
                }
                @let open: Vec<_> = view.facts(disputes::open(view).take(DISPUTES)).collect();
                @if !open.is_empty() {
                    section {
                        h2 { (w.t("front.disputes")) }
                        ul.facts { @for fact in &open { (disputes::item(p, fact)) } }
                        p.more { a href=(p.at("/disputes")) { (w.t("front.all_disputes")) } }
                    }
                }
            }
        }
    };
    let answer = shell::page(p, "Mercato", Some("/feed.atom"), &main);
    if p.as_of.is_some() {
        return answer;
    }
    answer
        .with("set-cookie", format!("seen={}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly", view.articles.last()))
}

/// The least standing that the page counts.
pub fn least(p: &Page<'_>) -> Standing {
    p.fields.get("level").and_then(Standing::parse).unwrap_or(Standing::Reported)
}

fn link(p: &Page<'_>, address: &str, n: usize) -> Markup {
    html! { a href=(p.at(address)) { b { (n) } } }
}

/// What came since the last visit.
fn since(p: &Page<'_>) -> Markup {
    let seen: Option<i64> = p.request.cookie_value("seen").and_then(|v| v.parse().ok());
    let new = seen.map_or(0, |seen| p.view.articles.list.iter().rev().take_while(|row| row.seq > seen).count());
    html! {
        @if let Some(seen) = seen.filter(|_| new > 0 && p.as_of.is_none()) {
            " " a href={ "/articles?since=" (seen) } { (phrase::counted(p, new, "new_article")) }
        }
    }
}

/// The largest sums put to anybody in one currency, whatever their period, each with its own shape.
fn biggest(p: &Page<'_>) -> Option<Ladder> {
    let offered = || p.view.pay.iter().filter(|row| row.offered && row.amount.currency.is_some());
    let mut by_currency = std::collections::BTreeMap::<&str, usize>::new();
    for row in offered() {
        *by_currency.entry(row.amount.currency.as_deref().unwrap_or_default()).or_default() += 1;
    }
    let (currency, _) = by_currency.into_iter().max_by_key(|(_, n)| *n)?;
    let all = ladders(offered().filter(|r| r.amount.currency.as_deref() == Some(currency)).cloned(), Standing::Rumour);
    let mut rungs: Vec<_> = all.into_iter().flat_map(|l| l.rungs).collect();
    let top = |r: &mercato_market::pay::Rung| r.high.or(r.low).unwrap_or_default();
    rungs.sort_by(|a, b| top(b).total_cmp(&top(a)).then_with(|| a.row.id.cmp(&b.row.id)));
    rungs.truncate(OFFERS);
    Some(Ladder { offered: true, component: None, period: None, currency: Some(currency.to_owned()), rungs })
}
