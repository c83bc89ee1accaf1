//! The frame of every page: head, navigation, foot.

use maud::{DOCTYPE, Markup, html};
use mercato_model::shown::safe;
use sha2::{Digest as _, Sha256};
use std::sync::LazyLock;

use crate::address;
use crate::answer::Answer;
use crate::page::Page;
use crate::words::Ui;

pub const STYLE: &str = include_str!("../assets/style.css");
pub const SCRIPT: &str = include_str!("../assets/page.js");
pub const ICON: &str = include_str!("../assets/icon.svg");

/// Addresses that change with what is behind them.
static STYLE_AT: LazyLock<String> = LazyLock::new(|| format!("/assets/style.{}.css", short(STYLE)));
static SCRIPT_AT: LazyLock<String> = LazyLock::new(|| format!("/assets/page.{}.js", short(SCRIPT)));

fn short(text: &str) -> String {
    Sha256::digest(text.as_bytes())[..5].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A file of the site.
pub fn asset(name: &str) -> Option<Answer> {
    let path = format!("/assets/{name}");
    match () {
        () if path == *STYLE_AT => Some(Answer::asset("text/css; charset=utf-8", STYLE)),
        () if path == *SCRIPT_AT => Some(Answer::asset("text/javascript; charset=utf-8", SCRIPT)),
        () if name == "icon.svg" => Some(Answer::asset("image/svg+xml", ICON)),
        () => None,
    }
}

/// The pages of the navigation: label, address.
const NAVIGATION: &[(&str, &str)] = &[
    ("nav.facts", "/facts"),
    ("nav.firms", "/firms"),
    ("nav.pay", "/pay"),
    ("nav.reasons", "/reasons"),
    ("nav.disputes", "/disputes"),
    ("nav.sources", "/sources"),
    ("nav.review", "/review"),
    ("nav.method", "/method"),
];

/// A whole page.
pub fn page(p: &Page<'_>, title: &str, feed: Option<&str>, main: &Markup) -> Answer {
    let w = p.w;
    let here = if p.request.query.is_empty() {
        p.request.path.clone()
    } else {
        format!("{}?{}", p.request.path, p.request.query)
    };
    let markup = html! {
        (DOCTYPE)
        html lang=(w.ui.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) @if title != "Mercato" { " · Mercato" } }
                link rel="icon" href="/assets/icon.svg" type="image/svg+xml";
                link rel="stylesheet" href=(*STYLE_AT);
                @if let Some(feed) = feed {
                    link rel="alternate" type="application/atom+xml" href=(feed) title=(w.t("feed.title"));
                }
                script src=(*SCRIPT_AT) defer {}
            }
            body {
                a.skip href="#main" { (w.t("nav.skip")) }
                header.top {
                    a.brand href=(p.at("/")) { "Mercato" }
                    nav aria-label=(w.t("nav.label")) {
                        ul {
                            @for (label, address) in NAVIGATION {
                                li { a href=(p.at(address)) aria-current=[(p.request.path == *address).then_some("page")] { (w.t(label)) } }
                            }
                        }
                    }
                    form.find action="/search" role="search" {
                        label.vh for="q" { (w.t("search.label")) }
                        input #q name="q" type="search" placeholder=(w.t("search.label")) value=[p.typed("q")] autocomplete="off";
                        @if let Some(day) = p.as_of { input type="hidden" name="asof" value=(day); }
                        button { (w.t("search.go")) }
                    }
                }
                @if let Some(day) = p.as_of {
                    p.asof role="status" { (w.fill("shell.as_of", &[("day", &day.to_string())])) " " a href=(p.request.path) { (w.t("shell.today")) } }
                }
                main #main tabindex="-1" { (main) }
                footer {
                    p { (coverage(p)) }
                    form.day method="get" action=(p.request.path) {
                        @for (name, value) in p.fields.0.iter().filter(|(name, _)| name != "asof" && name != "after") {
                            input type="hidden" name=(safe(name)) value=(safe(value));
                        }
                        label { (w.t("shell.asof_label")) " " input type="date" name="asof" value=[p.as_of.map(|d| d.to_string())]; }
                        " " button { (w.t("shell.asof_go")) }
                    }
                    p.languages {
                        @for ui in Ui::ALL {
                            a href={ "/language/" (ui.code()) "?back=" (address::part(&here)) } hreflang=(ui.code()) lang=(ui.code())
                                aria-current=[(ui == w.ui).then_some("true")] { (ui.words().t("shell.language")) } " "
                        }
                        " · " a href="/api/v1/openapi.json" { "API" }
                        " · " a href="/feed.atom" { "Atom" }
                        " · Mercato " (p.site.config.version)
                    }
                }
            }
        }
    };
    Answer::html(200, markup.into_string())
}

/// The line that every page carries: what the press tells is part of what happens.
pub fn coverage(p: &Page<'_>) -> Markup {
    let w = p.w;
    html! {
        (w.t("coverage.always")) " "
        @match &p.view.coverage {
            Ok(c) => (w.fill("coverage.at_most", &[
                ("seen", &p.link(None, "/facts?kind=move&level=rumour", &html! { (c.seen) })),
                ("unseen", &format!("{:.0}", c.unseen.floor())),
                ("share", &format!("{:.0} %", (c.share * 100.0).ceil())),
            ])),
            Err(few) => (w.fill("coverage.too_few", &[
                ("has", &p.link(None, "/facts?kind=move&level=rumour", &html! { (few.has) })),
                ("needs", &few.needs),
            ])),
        }
    }
}
