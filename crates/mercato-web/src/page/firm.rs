//! A firm: balance over time, who comes and goes, what it pays, what it does to hold people, why people say they go.

use maud::{Markup, html};
use mercato_market::{Standing, ladders};
use mercato_model::Kind;
use mercato_model::shown::safe;

use super::{Page, front, list, slider};
use crate::answer::Answer;
use crate::chart::{board, ladder, levers, years};
use crate::view::{Named, Row};
use crate::{address, shell};

/// Facts of a section before it leads to its list.
const SHOWN: usize = 12;

pub fn page(p: &Page<'_>, name: &str) -> Option<Answer> {
    let (w, view) = (p.w, &p.view);
    let named = view.firms.get(&list::firm_of(p, name))?;
    let least = front::least(p);
    let market = view.market(least);
    let balance = market.balance(&named.name);
    let history = market.years(&named.name);
    let pay: Vec<_> = view.pay.iter().filter(|row| row.firm == named.name).cloned().collect();
    let me = view.firms.number(&named.key);
    let part = |title: &str, side: &str, takes: &dyn Fn(&Row) -> bool| section(p, named, title, side, takes);
    let of = |title: &str, kinds: &[Kind]| part(title, "firm", &|row| kinds.contains(&row.kind));
    let main = html! {
        h1 { bdi { (safe(&named.name)) } }
        p.lead {
            (w.fill("firm.lead", &[("facts", &html! { a href=(p.at(&format!("/facts?firm={}", address::part(&named.name)))) { (named.facts.len()) } })]))
            @if let Some(id) = p.site.config.world.firm_wikidata(&named.name) { " · Wikidata " (id) }
        }
        (slider::slider(p))
        (board::levels(p, least))
        @match balance {
            Some(row) => div #counted {
                h2 { (w.t("firm.balance")) }
                (board::board(p, std::slice::from_ref(row), least))
                @if let Some(rate) = board::rate(p, row) { p.note { (rate) ". " (w.t("board.rate_note")) } }
                @if let Some(share) = market.unknown_share(&named.name).filter(|s| *s > 0.3) {
                    p.note { (w.fill("firm.unknown", &[("share", &format!("{:.0} %", share * 100.0))])) }
                }
            },
            None => p { (w.t("firm.no_balance")) },
        }
        @if history.len() > 1 { (years::years(p, history)) }
        div.columns {
            (part("firm.joined", "to", &|row| row.kind == Kind::Move && row.to == me))
            (part("firm.left", "from", &|row| row.kind == Kind::Move && row.from == me))
        }
        @if !pay.is_empty() {
            h2 { (w.t("firm.pay")) }
            @for l in ladders(pay, Standing::Rumour) { h3 { (super::money::heading(p, &l)) } (ladder::ladder(p, &l, SHOWN)) }
        }
        (of("firm.posts", &[Kind::Appointment]))
        (part("firm.levers", "firm", &|row| levers::is_lever(row.kind) && row.days.is_none()))
        @let timeline = levers::levers(p, named);
        @if !timeline.0.is_empty() { section { h2 { (w.t("timeline.title")) } (timeline) } }
        (of("firm.reasons", &[Kind::Reason]))
        (of("firm.counts", &[Kind::Count, Kind::Layoff, Kind::Rate]))
        (of("firm.conditions", &[Kind::Condition]))
        (of("firm.deals", &[Kind::Deal, Kind::Legal]))
        p.files {
            a href=(p.at(&format!("/facts.csv?firm={}", address::part(&named.name)))) { "CSV" } " · "
            a href=(p.at(&format!("/facts.json?firm={}", address::part(&named.name)))) { "JSON" } " · "
            a href={ "/feed.atom?firm=" (address::part(&named.name)) } { "Atom" }
        }
    };
    let feed = format!("/feed.atom?firm={}", address::part(&named.name));
    Some(shell::page(p, &safe(&named.name), Some(&feed), &main))
}

/// A part of the page that lists facts; nothing when there is none.
fn section(p: &Page<'_>, firm: &Named, title: &str, side: &str, takes: &dyn Fn(&Row) -> bool) -> Markup {
    let mut taken: Vec<u32> = firm.facts.iter().copied().filter(|&rank| takes(p.view.row(rank))).collect();
    // What is settled before what is rumoured, within that the newest first.
    taken.sort_by_key(|&rank| std::cmp::Reverse(p.view.row(rank).standing));
    let kinds: std::collections::BTreeSet<&str> = taken.iter().map(|&rank| p.view.row(rank).kind.as_str()).collect();
    let kinds: Vec<&str> = kinds.into_iter().collect();
    html! {
        @if !taken.is_empty() {
            section {
                h2 { (p.w.t(title)) " " span.n { (taken.len()) } }
                ul.facts { @for fact in p.view.facts(taken.iter().copied().take(SHOWN)) { (list::item(p, &fact)) } }
                @if taken.len() > SHOWN {
                    p.more { a href=(p.at(&format!("/facts?kind={}&{side}={}", address::part(&kinds.join(",")), address::part(&firm.name)))) { (p.w.t("list.more")) } }
                }
            }
        }
    }
}
