//! Plain tables: articles, firms, people, reasons, sources.

use std::collections::BTreeMap;

use maud::{Markup, html};
use mercato_facts::Fact;
use mercato_model::Kind;
use mercato_model::shown::safe;

use super::fact::article_name;
use super::{Page, files, front, list};
use crate::answer::Answer;
use crate::chart::board;
use crate::view::{Article, MATRIX, Named, Names, SHARES};
use crate::{address, phrase, shell};

const PAGE: usize = 100;

/// Firms of the balance board: each brings its dots.
const BOARD: usize = 25;

/// From which number on a list goes.
fn start(p: &Page<'_>) -> usize {
    p.fields.get("after").and_then(|n| n.parse().ok()).unwrap_or(0)
}

fn further(p: &Page<'_>, start: usize, all: usize) -> Markup {
    html! {
        @if start + PAGE < all { p.more { a rel="next" href=(p.with("after", Some(&(start + PAGE).to_string()))) { (p.w.t("list.more")) } } }
    }
}

/// Which articles the fields of the page ask for.
pub fn wanted_articles<'a>(p: &'a Page<'_>) -> impl Fn(&Article) -> bool + 'a {
    let since: Option<i64> = p.fields.get("since").and_then(|v| v.parse().ok());
    let outlet = p.fields.get("outlet");
    move |article| {
        since.is_none_or(|seq| article.seq > seq) && outlet.is_none_or(|name| article.outlet.as_deref() == Some(name))
    }
}

pub fn articles(p: &Page<'_>) -> Answer {
    let w = p.w;
    let wanted = wanted_articles(p);
    let start = start(p);
    let found: Vec<&Article> =
        p.view.articles.list.iter().rev().filter(|article| wanted(article)).skip(start).take(PAGE + 1).collect();
    let main = html! {
        h1 { (w.t("articles.title")) }
        p.lead { (w.t("articles.lead")) }
        ul.plain {
            @for row in found.iter().take(PAGE) {
                li {
                    a href=(p.at(&address::article(&row.id))) { (article_name(p, &row.id)) }
                    " " span.meta { @if let Some(day) = row.published { time { (day) } " · " } @if let Some(lang) = row.lang { (lang) } }
                }
            }
        }
        (further(p, start, start + found.len()))
        (files::links(p, "articles"))
    };
    shell::page(p, w.t("articles.title"), None, &main)
}

pub fn firms(p: &Page<'_>) -> Answer {
    let w = p.w;
    let least = front::least(p);
    let all = &p.view.market(least).balances;
    let start = start(p).min(all.len());
    let main = html! {
        h1 { (w.t("firms.title")) }
        p.lead { (w.t("board.note")) }
        (board::levels(p, least))
        (board::board(p, &all[start..all.len().min(start + BOARD)], least))
        @if start + BOARD < all.len() {
            p.more { a rel="next" href=(p.with("after", Some(&(start + BOARD).to_string()))) { (w.t("list.more")) } }
        }
        h2 { (w.t("firms.matrix")) }
        p.note { (w.t("firms.matrix_note")) }
        (matrix(p, least))
        h2 { (w.t("firms.every")) }
        (names(p, &p.view.firms, address::firm))
        (files::links(p, "firms"))
    };
    shell::page(p, w.t("firms.title"), None, &main)
}

/// Who goes where between the firms with most flow; each cell leads to its facts.
pub fn matrix(p: &Page<'_>, least: mercato_market::Standing) -> Markup {
    let firms: Vec<&str> = p.view.market(least).balances.iter().take(MATRIX).map(|b| b.firm.as_str()).collect();
    let cells: BTreeMap<(&str, &str), &mercato_market::Cell> = p
        .view
        .market(least)
        .flow
        .cells
        .iter()
        .filter_map(|cell| Some(((cell.from.firm()?, cell.to.firm()?), cell)))
        .collect();
    html! {
        div.wide tabindex="0" role="region" aria-label=(p.w.t("firms.matrix")) {
            table.matrix {
                thead { tr { th scope="col" { (p.w.t("firms.from_to")) } @for to in &firms { th scope="col" { (phrase::firm(p, to)) } } } }
                tbody {
                    @for from in &firms {
                        tr {
                            th scope="row" { (phrase::firm(p, from)) }
                            @for to in &firms {
                                @match cells.get(&(*from, *to)) {
                                    Some(cell) => td.rumoured[cell.only_rumours] {
                                        @let list = format!("/facts?kind=move,count&from={}&to={}", address::part(from), address::part(to));
                                        span title=(safe(&cell.named.join(", "))) { (p.link(None, &list, &html! { (board::bounds(cell.people)) })) }
                                        @if cell.one_root { abbr title=(p.w.t("firms.one_root")) { "¹" } }
                                    },
                                    None => td {},
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

pub fn people(p: &Page<'_>) -> Answer {
    let w = p.w;
    let main =
        html! { h1 { (w.t("people.title")) } (names(p, &p.view.people, address::person)) (files::links(p, "people")) };
    shell::page(p, w.t("people.title"), None, &main)
}

/// Names with the number of their facts, those spoken of most first.
fn names(p: &Page<'_>, names: &Names, at: impl Fn(&str) -> String) -> Markup {
    let all = &names.by_facts;
    let start = start(p);
    let shown = all.iter().skip(start).take(PAGE).map(|&at| &names.list[at as usize]).collect::<Vec<&Named>>();
    html! {
        ul.names {
            @for named in &shown {
                li { a href=(p.at(&at(&named.name))) { bdi { (safe(&named.name)) } } " " span.n { (named.facts.len()) } }
            }
        }
        (further(p, start, all.len()))
    }
}

pub fn reasons(p: &Page<'_>) -> Answer {
    let w = p.w;
    let facts: Vec<Fact> = p.view.facts(p.view.ranks(|row| row.kind == Kind::Reason).take(PAGE)).collect();
    let mut rows: Vec<_> = p.view.reasons.iter().collect();
    rows.sort_by_key(|(what, shares)| std::cmp::Reverse((what.0, shares.iter().sum::<i64>())));
    let shown = |shares: i64| match shares {
        0 => String::new(),
        _ => mercato_model::shown::number((shares as f64 / SHARES as f64 * 10.0).round() / 10.0),
    };
    let main = html! {
        h1 { (w.t("reasons.title")) }
        p.lead { (w.t("reasons.lead")) }
        @if !rows.is_empty() {
            table {
                thead { tr {
                    th scope="col" { (w.t("reasons.factor")) }
                    @for voice in ["reasons.mover", "reasons.named", "reasons.press"] { th.num scope="col" { (w.t(voice)) } }
                } }
                tbody {
                    @for ((is, factor), counts) in &rows {
                        tr {
                            th scope="row" { @if !is { (w.t("reasons.not")) " " } (w.code(factor)) }
                            @for v in *counts { td.num { (shown(*v)) } }
                        }
                    }
                }
            }
        } @else { p { (w.t("list.none")) } }
        ul.facts { @for fact in &facts { (list::item(p, fact)) } }
        p.files { a href=(p.at("/facts.csv?kind=reason")) { "CSV" } " · " a href=(p.at("/facts.json?kind=reason")) { "JSON" } }
    };
    shell::page(p, w.t("reasons.title"), None, &main)
}

pub fn sources(p: &Page<'_>) -> Answer {
    let w = p.w;
    let outlets = &p.view.outlets;
    let main = html! {
        h1 { (w.t("sources.title")) }
        p.lead { (w.t("sources.lead")) }
        div.wide tabindex="0" role="region" aria-label=(w.t("sources.title")) { table {
            thead { tr {
                th scope="col" { (w.t("sources.outlet")) }
                @for column in ["sources.articles", "sources.first", "sources.settled", "sources.denied"] { th.num scope="col" { (w.t(column)) } }
            } }
            tbody {
                @for outlet in outlets.iter().take(PAGE * 3) {
                    tr {
                        th scope="row" { bdi { (safe(&outlet.name)) } }
                        td.num { a href=(p.at(&format!("/articles?outlet={}", address::part(&outlet.name)))) { (outlet.articles) } }
                        td.num { (outlet.first) }
                        td.num { (outlet.settled) }
                        td.num { (outlet.denied) }
                    }
                }
            }
        } }
        (files::links(p, "sources"))
    };
    shell::page(p, w.t("sources.title"), None, &main)
}
