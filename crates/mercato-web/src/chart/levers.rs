//! What a firm does to hold and to win people, on a time line beside who came and who went.

use std::collections::BTreeMap;

use maud::{Markup, html};
use mercato_facts::Fact;
use mercato_model::shown::safe;
use mercato_model::{Kind, Slot};

use crate::page::Page;
use crate::{address, phrase};

/// Months that are shown, the last ones.
const MONTHS: usize = 24;

/// Dots in one cell; what is more is a number.
const DOTS: usize = 12;

/// What happened in one month.
#[derive(Default)]
struct Month<'a> {
    levers: Vec<&'a Fact>,
    joined: Vec<&'a Fact>,
    left: Vec<&'a Fact>,
}

/// Whether a fact is something that a firm does to hold or to win people.
pub fn is_lever(fact: &Fact) -> bool {
    matches!(fact.kind, Kind::Retention | Kind::Recruiting)
}

/// The time line; nothing without a lever that has a date. `side` says which end of a move the firm is.
pub fn levers<'a>(p: &Page<'_>, facts: &[&'a Fact], side: impl Fn(&Fact, Slot) -> bool) -> Markup {
    let mut months = BTreeMap::<&str, Month<'a>>::new();
    for &fact in facts {
        let Some(month) = fact.date.as_ref().and_then(|d| d.last.get(..7)) else { continue };
        match fact.kind {
            _ if is_lever(fact) => months.entry(month).or_default().levers.push(fact),
            Kind::Move if side(fact, Slot::To) => months.entry(month).or_default().joined.push(fact),
            Kind::Move if side(fact, Slot::From) => months.entry(month).or_default().left.push(fact),
            _ => {}
        }
    }
    if months.values().all(|m| m.levers.is_empty()) {
        return html! {};
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
                        th scope="row" { time { (month) } }
                        td { @if !held.levers.is_empty() { ul.plain { @for fact in &held.levers { (lever(p, fact)) } } } }
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

fn dots(p: &Page<'_>, facts: &[&Fact]) -> Markup {
    html! {
        @if !facts.is_empty() {
            span.dots {
                @for fact in facts.iter().take(DOTS) { (dot(p, fact)) }
                @if facts.len() > DOTS { span.total { "+" (facts.len() - DOTS) } }
            }
        }
    }
}

/// A fact as a dot of its level that leads to it.
pub fn dot(p: &Page<'_>, fact: &Fact) -> Markup {
    let name = fact.person.clone().or_else(|| fact.text(Slot::Group).map(str::to_owned)).unwrap_or_default();
    html! {
        a.dot href=(p.at(&address::fact(&fact.id))) title=(safe(&name)) aria-label={ (safe(&name)) ", " (p.w.code(fact.level.as_str())) } {
            svg.mark width="14" height="14" viewBox="0 0 14 14" aria-hidden="true" { (phrase::level_shape(fact.level)) }
        }
    }
}
