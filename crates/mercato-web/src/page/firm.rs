//! A firm: balance over time, who comes and goes, what it pays, what it does to hold people, why people say they go.

use maud::{Markup, html};
use mercato_facts::Fact;
use mercato_market::{Standing, by_year, ladders};
use mercato_model::shown::safe;
use mercato_model::{Kind, Slot};

use super::{Page, front, list, slider};
use crate::answer::Answer;
use crate::chart::{board, ladder, levers, years};
use crate::view::{Named, standing};
use crate::{address, shell};

/// Facts of a section before it leads to its list.
const SHOWN: usize = 12;

pub fn page(p: &Page<'_>, name: &str) -> Option<Answer> {
    let (w, view) = (p.w, &p.view);
    let named = view.firms.get(&list::firm_of(p, name))?;
    let least = front::least(p);
    let balance = view.balances(least).iter().find(|b| b.firm == named.name);
    let history = by_year(&view.events, &named.name, least);
    let facts: Vec<&Fact> = named.facts.iter().map(|&at| view.fact(at)).collect();
    let pay: Vec<_> = view.pay.iter().filter(|row| row.firm == named.name).cloned().collect();
    let main = html! {
        h1 { bdi { (safe(&named.name)) } }
        p.lead {
            (w.fill("firm.lead", &[("facts", &html! { a href=(p.at(&format!("/facts?firm={}", address::part(&named.name)))) { (facts.len()) } })]))
            @if let Some(id) = p.site.config.world.firm_wikidata(&named.name) { " · Wikidata " (id) }
        }
        (slider::slider(p))
        (board::levels(p, least))
        @match balance {
            Some(row) => div #counted {
                h2 { (w.t("firm.balance")) }
                (board::board(p, std::slice::from_ref(row), least))
                @if let Some(rate) = board::rate(p, row) { p.note { (rate) ". " (w.t("board.rate_note")) } }
                @if let Some(share) = view.flow(least).unknown_share(&named.name).filter(|s| *s > 0.3) {
                    p.note { (w.fill("firm.unknown", &[("share", &format!("{:.0} %", share * 100.0))])) }
                }
            },
            None => p { (w.t("firm.no_balance")) },
        }
        @if history.len() > 1 { (years::years(p, &history)) }
        div.columns {
            (section(p, named, "firm.joined", "to", &facts, |f| f.kind == Kind::Move && is(p, f, Slot::To, named)))
            (section(p, named, "firm.left", "from", &facts, |f| f.kind == Kind::Move && is(p, f, Slot::From, named)))
        }
        @if !pay.is_empty() {
            h2 { (w.t("firm.pay")) }
            @for l in ladders(pay, Standing::Rumour) { h3 { (super::money::heading(p, &l)) } (ladder::ladder(p, &l, SHOWN)) }
        }
        (section(p, named, "firm.posts", "firm", &facts, |f| f.kind == Kind::Appointment))
        (section(p, named, "firm.levers", "firm", &facts, |f| levers::is_lever(f) && f.date.is_none()))
        @let timeline = levers::levers(p, &facts, |f, slot| is(p, f, slot, named));
        @if !timeline.0.is_empty() { section { h2 { (w.t("timeline.title")) } (timeline) } }
        (section(p, named, "firm.reasons", "firm", &facts, |f| f.kind == Kind::Reason))
        (section(p, named, "firm.counts", "firm", &facts, |f| matches!(f.kind, Kind::Count | Kind::Layoff | Kind::Rate)))
        (section(p, named, "firm.conditions", "firm", &facts, |f| f.kind == Kind::Condition))
        (section(p, named, "firm.deals", "firm", &facts, |f| matches!(f.kind, Kind::Deal | Kind::Legal)))
        p.files {
            a href=(p.at(&format!("/facts.csv?firm={}", address::part(&named.name)))) { "CSV" } " · "
            a href=(p.at(&format!("/facts.json?firm={}", address::part(&named.name)))) { "JSON" } " · "
            a href={ "/feed.atom?firm=" (address::part(&named.name)) } { "Atom" }
        }
    };
    let feed = format!("/feed.atom?firm={}", address::part(&named.name));
    Some(shell::page(p, &safe(&named.name), Some(&feed), &main))
}

fn is(p: &Page<'_>, fact: &Fact, slot: Slot, firm: &Named) -> bool {
    fact.text(slot).is_some_and(|name| list::firm_of(p, name) == firm.key)
}

/// A part of the page that lists facts; nothing when there is none.
fn section(
    p: &Page<'_>,
    firm: &Named,
    title: &str,
    side: &str,
    facts: &[&Fact],
    takes: impl Fn(&Fact) -> bool,
) -> Markup {
    let mut taken: Vec<&Fact> = facts.iter().copied().filter(|fact| takes(fact)).collect();
    // What is settled before what is rumoured, within that the newest first.
    taken.sort_by_key(|fact| std::cmp::Reverse(standing(fact)));
    let kinds: std::collections::BTreeSet<&str> = taken.iter().map(|fact| fact.kind.as_str()).collect();
    let kinds: Vec<&str> = kinds.into_iter().collect();
    html! {
        @if !taken.is_empty() {
            section {
                h2 { (p.w.t(title)) " " span.n { (taken.len()) } }
                ul.facts { @for fact in taken.iter().take(SHOWN) { (list::item(p, fact)) } }
                @if taken.len() > SHOWN {
                    p.more { a href=(p.at(&format!("/facts?kind={}&{side}={}", address::part(&kinds.join(",")), address::part(&firm.name)))) { (p.w.t("list.more")) } }
                }
            }
        }
    }
}
