//! What a firm does to hold and to win people, on a time line beside who came and who went.

use std::borrow::Cow;
use std::collections::BTreeMap;

use maud::{Markup, html};
use mercato_facts::Fact;
use mercato_model::shown::safe;
use mercato_model::{Kind, PartialDate, Slot};

use crate::page::Page;
use crate::view::Named;
use crate::{address, phrase};

/// Months that are shown, the last ones.
const MONTHS: usize = 24;

/// Dots in one cell; what is more is a number.
const DOTS: usize = 12;

/// What happened in one month: ranks of facts.
#[derive(Default)]
struct Month {
    levers: Vec<u32>,
    joined: Vec<u32>,
    left: Vec<u32>,
}

/// Whether facts of a kind are what a firm does to hold or to win people.
pub fn is_lever(kind: Kind) -> bool {
    matches!(kind, Kind::Retention | Kind::Recruiting)
}

/// The time line of a firm; nothing without a lever that has a date.
pub fn levers(p: &Page<'_>, firm: &Named) -> Markup {
    let me = p.view.firms.number(&firm.key);
    let dated = |&&rank: &&u32| is_lever(p.view.row(rank).kind) && p.view.row(rank).days().is_some();
    if !firm.facts.iter().any(|rank| dated(&rank)) {
        return html! {};
    }
    let mut months = BTreeMap::<(i32, Option<u8>), Month>::new();
    for &rank in &firm.facts {
        let row = p.view.row(rank);
        let moves = row.kind == Kind::Move && (row.to() == me || row.from() == me);
        let Some((_, last)) = row.days().filter(|_| moves || is_lever(row.kind)) else { continue };
        let day = PartialDate::from_day_number(last);
        let held = months.entry((day.year, day.month)).or_default();
        match row.kind {
            Kind::Move if row.to() == me => held.joined.push(rank),
            Kind::Move => held.left.push(rank),
            _ => held.levers.push(rank),
        }
    }
    let w = p.w;
    html! {
        table.timeline {
            caption.vh { (w.t("timeline.title")) }
            thead { tr {
                @for name in ["timeline.month", "timeline.levers", "board.joined", "board.left"] { th scope="col" { (w.t(name)) } }
            } }
            tbody {
                @for (month, held) in months.iter().rev().take(MONTHS) {
                    tr {
                        th scope="row" { time { (PartialDate { year: month.0, month: month.1, day: None }) } }
                        td { @if !held.levers.is_empty() { ul.plain { @for fact in p.view.facts(held.levers.iter().copied()) { (lever(p, &fact)) } } } }
                        td.in { (dots(p, &held.joined)) }
                        td.out { (dots(p, &held.left)) }
                    }
                }
            }
        }
    }
}

fn lever(p: &Page<'_>, fact: &Fact) -> Markup {
    html! {
        li {
            (phrase::level(p, fact)) " " (phrase::headline(p, fact)) " "
            a.meta href=(p.at(&address::fact(&fact.id))) { (phrase::when(p, fact)) }
        }
    }
}

fn dots(p: &Page<'_>, facts: &[u32]) -> Markup {
    html! {
        @if !facts.is_empty() {
            span.dots {
                @for &rank in facts.iter().take(DOTS) { (dot(p, rank)) }
                @if facts.len() > DOTS { span.total { "+" (facts.len() - DOTS) } }
            }
        }
    }
}

/// A fact as a dot of its level that leads to it.
pub fn dot(p: &Page<'_>, rank: u32) -> Markup {
    let row = p.view.row(rank);
    let name: Cow<'_, str> = match row.person() {
        Some(number) => Cow::Borrowed(&p.view.people.list[number].name),
        None => {
            let group = p.view.fact(rank).and_then(|fact| fact.text(Slot::Group).map(str::to_owned));
            Cow::Owned(group.unwrap_or_default())
        }
    };
    html! {
        a.dot href=(p.at(&address::fact(&p.view.id(rank)))) title=(safe(&name)) aria-label={ (safe(&name)) ", " (p.w.code(row.level.as_str())) } {
            svg.mark width="14" height="14" viewBox="0 0 14 14" aria-hidden="true" { (phrase::level_shape(row.level)) }
        }
    }
}
