//! A firm: balance over time, who comes and goes, what it pays, what it does to hold people, why people say they go.

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};
use mercato_market::{Standing, ladders};
use mercato_model::Kind;
use mercato_model::shown::safe;

use super::{Page, front, list, slider};
use crate::answer::Answer;
use crate::chart::{board, ladder, levers, years};
use crate::view::Named;
use crate::{address, phrase, shell};

/// Facts of a section before it leads to its list.
const SHOWN: usize = 12;

pub fn page(p: &Page<'_>, name: &str) -> Option<Answer> {
    let (w, view) = (p.w, &p.view);
    let named = view.firms.get(&list::firm_of(p, name))?;
    let least = front::least(p);
    let market = view.market(least);
    let balance = market.balance(&named.name);
    let history = market.years(&named.name);
    let pay: Vec<_> = view.pay.iter().filter(|row| row.firm == *named.name).cloned().collect();
    let sections = Sections::of(p, named);
    let of = |title: &str, kinds: &[Kind]| sections.of_kinds(p, named, title, kinds);
    let main = html! {
        h1 { bdi { (safe(&named.name)) } }
        p.lead {
            @let all = phrase::counted(p, named.facts.len(), "fact");
            (p.link(None, &format!("/facts?firm={}", address::part(&named.name)), &all))
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
            (section(p, named, "firm.joined", "to", &[&sections.joined]))
            (section(p, named, "firm.left", "from", &[&sections.left]))
        }
        @if !pay.is_empty() {
            h2 { (w.t("firm.pay")) }
            @for l in ladders(pay, Standing::Rumour) { h3 { (super::money::heading(p, &l)) } (ladder::ladder(p, &l, SHOWN)) }
        }
        (of("firm.posts", &[Kind::Appointment]))
        (section(p, named, "firm.levers", "firm", &[&sections.undated]))
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

/// Ranks of the facts of a firm by what they say, each newest first.
#[derive(Default)]
struct Sections {
    joined: Vec<u32>,
    left: Vec<u32>,
    /// Levers without a date: the others stand on the time line.
    undated: Vec<u32>,
    by_kind: BTreeMap<Kind, Vec<u32>>,
}

impl Sections {
    fn of(p: &Page<'_>, firm: &Named) -> Self {
        let me = p.view.firms.number(&firm.key);
        let mut out = Self::default();
        for &rank in &firm.facts {
            let row = p.view.row(rank);
            match row.kind {
                Kind::Move => {
                    if row.to() == me {
                        out.joined.push(rank);
                    }
                    if row.from() == me {
                        out.left.push(rank);
                    }
                }
                kind if levers::is_lever(kind) && row.days().is_none() => out.undated.push(rank),
                kind => out.by_kind.entry(kind).or_default().push(rank),
            }
        }
        out
    }

    fn of_kinds(&self, p: &Page<'_>, firm: &Named, title: &str, kinds: &[Kind]) -> Markup {
        let lists: Vec<&Vec<u32>> = kinds.iter().filter_map(|kind| self.by_kind.get(kind)).collect();
        section(p, firm, title, "firm", &lists)
    }
}

/// A part of the page that lists facts; nothing when there is none.
fn section(p: &Page<'_>, firm: &Named, title: &str, side: &str, lists: &[&Vec<u32>]) -> Markup {
    let all = || lists.iter().flat_map(|list| list.iter().copied());
    let n = all().count();
    // What is settled before what is rumoured, within that the newest first.
    let mut shown = Vec::new();
    for standing in Standing::ALL.into_iter().rev().map(Some).chain([None]) {
        let mut of_it: Vec<u32> = all().filter(|&rank| p.view.row(rank).standing == standing).collect();
        of_it.sort_unstable();
        shown.extend(of_it.into_iter().take(SHOWN - shown.len()));
    }
    let kinds: BTreeSet<&str> = all().map(|rank| p.view.row(rank).kind.as_str()).collect();
    let kinds: Vec<&str> = kinds.into_iter().collect();
    html! {
        @if n > 0 {
            section {
                h2 { (p.w.t(title)) " " span.n { (n) } }
                ul.facts { @for fact in p.view.facts(shown) { (list::item(p, &fact)) } }
                @if n > SHOWN {
                    p.more { a href=(p.at(&format!("/facts?kind={}&{side}={}", address::part(&kinds.join(",")), address::part(&firm.name)))) { (p.w.t("list.more")) } }
                }
            }
        }
    }
}
