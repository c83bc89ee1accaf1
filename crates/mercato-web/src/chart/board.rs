//! The balance board: one row a firm, who leaves to the left, who joins to the right, each dot a fact one can open.

use maud::{Markup, html};
use mercato_market::balance::Side;
use mercato_market::event::People;
use mercato_market::{Balance, Standing};
use mercato_model::shown::number;

use super::levers;
use crate::page::Page;
use crate::{address, phrase};

/// Dots on one side; what is more is a number.
const DOTS: usize = 16;

pub fn board(p: &Page<'_>, balances: &[Balance], least: Standing) -> Markup {
    let w = p.w;
    html! {
        table.board {
            caption.vh { (w.t("board.caption")) }
            thead { tr {
                th scope="col" { (w.t("board.firm")) }
                th.out scope="col" { (w.t("board.left")) " ←" }
                th.net scope="col" { (w.t("board.net")) }
                th.in scope="col" { "→ " (w.t("board.joined")) }
            } }
            tbody {
                @for row in balances {
                    tr {
                        th scope="row" { (phrase::firm(p, &row.firm)) }
                        td.out { (dots(p, &row.left, &row.firm, "from", least)) (total(p, &row.left, &row.firm, "from", least)) }
                        td.net {
                            span title=[rate(p, row)] { (p.link(None, &format!("{}#counted", address::firm(&row.firm)), &html! { b { (net(row)) } })) }
                            @if row.fragile { abbr title=(w.t("board.fragile")) { "*" } }
                        }
                        td.in { (total(p, &row.joined, &row.firm, "to", least)) (dots(p, &row.joined, &row.firm, "to", least)) }
                    }
                }
            }
        }
    }
}

/// How many people, in a column of its own beside the dots; it leads to the facts behind it.
fn total(p: &Page<'_>, told: &Side, firm: &str, side: &str, least: Standing) -> Markup {
    let number = html! { (bounds(told.people)) };
    html! { @if told.people.min > 0.0 { (p.link(Some("total"), &list_of(firm, side, least), &number)) } }
}

/// Where the facts behind a number are.
fn list_of(firm: &str, side: &str, least: Standing) -> String {
    format!("/facts?kind=move,count&{side}={}&level={}", address::part(firm), least.as_str())
}

/// `3`, `10 – 17`, `≥ 10`.
pub fn bounds(people: People) -> String {
    match people.max {
        Some(max) if max == people.min => number(max),
        Some(max) => format!("{} – {}", number(people.min), number(max)),
        None => format!("≥ {}", number(people.min)),
    }
}

/// Net of arrivals and departures, `+3`, `−16 … −4`, open where a bound is not known.
pub fn net(row: &Balance) -> String {
    let signed = |v: f64| match v {
        v if v > 0.0 => format!("+{}", number(v)),
        v if v < 0.0 => format!("−{}", number(-v)),
        _ => "0".to_owned(),
    };
    match (row.net_min, row.net_max) {
        (Some(low), Some(high)) if low == high => signed(low),
        (Some(low), Some(high)) => format!("{} … {}", signed(low), signed(high)),
        (Some(low), None) => format!("≥ {}", signed(low)),
        (None, Some(high)) => format!("≤ {}", signed(high)),
        (None, None) => mercato_model::shown::UNSAID.to_owned(),
    }
}

/// The rate of the balance with its interval.
pub fn rate(p: &Page<'_>, row: &Balance) -> Option<String> {
    let (rate, interval) = row.rate.zip(row.rate95)?;
    let text = p.w.fill(
        "board.rate",
        &[
            ("rate", &format!("{rate:+.2}")),
            ("low", &format!("{:+.2}", interval.low)),
            ("high", &format!("{:+.2}", interval.high)),
        ],
    );
    // A title holds text, not markup: the figures have nothing to escape.
    Some(text.into_string().replace('-', "−"))
}

fn dots(p: &Page<'_>, told: &Side, firm: &str, side: &str, least: Standing) -> Markup {
    let facts = told.events.iter().take(DOTS).filter_map(|id| p.view.rank(id));
    let more = told.told.saturating_sub(DOTS);
    html! {
        span.dots {
            @for rank in facts { (levers::dot(p, rank)) }
            @if more > 0 {
                (p.link(Some("more"), &list_of(firm, side, least), &html! { "+" (more) }))
            }
        }
    }
}

/// The levels to choose from, as links that keep everything else.
pub fn levels(p: &Page<'_>, least: Standing) -> Markup {
    html! {
        p.levels {
            (p.w.t("board.level")) " "
            @for standing in Standing::ALL {
                a href=(p.with("level", Some(standing.as_str()))) aria-current=[(standing == least).then_some("true")] {
                    (p.w.code(standing.as_str()))
                } " "
            }
        }
    }
}
