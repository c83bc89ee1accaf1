//! What is offered and what is paid: one ladder for each component, period and currency, never averaged.

use maud::{Markup, html};
use mercato_market::{Ladder, ladders};

use super::{Page, front};
use crate::answer::Answer;
use crate::chart::{board, ladder};
use crate::shell;

/// Rungs of one ladder.
const RUNGS: usize = 60;

pub fn page(p: &Page<'_>) -> Answer {
    let w = p.w;
    let least = if p.fields.get("level").is_some() { front::least(p) } else { mercato_market::Standing::Rumour };
    let all = ladders(p.view.pay.iter().cloned(), least);
    let main = html! {
        h1 { (w.t("pay.title")) }
        p.lead { (w.t("pay.lead")) }
        (board::levels(p, least))
        @if all.is_empty() { p { (w.t("list.none")) } }
        @for l in &all { h2 { (heading(p, l)) } (ladder::ladder(p, l, RUNGS)) (warnings(p, l)) }
        p.files { a href=(p.at("/facts.csv?kind=offer,pay")) { "CSV" } " · " a href=(p.at("/facts.json?kind=offer,pay")) { "JSON" } }
    };
    shell::page(p, w.t("pay.title"), None, &main)
}

/// What a ladder compares.
pub fn heading(p: &Page<'_>, l: &Ladder) -> Markup {
    let w = p.w;
    let or =
        |code: &Option<String>, missing: &str| code.as_deref().map_or_else(|| w.t(missing).to_owned(), |c| w.code(c));
    html! {
        (w.t(if l.offered { "pay.offered" } else { "pay.paid" })) " · "
        (or(&l.component, "pay.no_component")) " · " (or(&l.period, "pay.no_period"))
        @if let Some(currency) = &l.currency { " · " (currency) }
    }
}

fn warnings(p: &Page<'_>, l: &Ladder) -> Markup {
    html! {
        @if l.currency.is_none() { p.note { (p.w.t("pay.warn_currency")) } }
        @if l.period.is_none() { p.note { (p.w.t("pay.warn_period")) } }
    }
}
