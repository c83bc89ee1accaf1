//! A report on a period: one file that needs nothing else, with charts, facts, and a footnote for every fact shown.

use std::cell::RefCell;

use maud::{DOCTYPE, Markup, PreEscaped, html};
use mercato_facts::Fact;
use mercato_facts::time::Days;
use mercato_ledger::{LedgerError, Store as _};
use mercato_market::{Standing, ladders};
use mercato_model::shown::safe;
use mercato_model::{Kind, PartialDate};

use crate::chart::{board, ladder};
use crate::page::{self, Page, disputes, list};
use crate::request::Fields;
use crate::words::Ui;
use crate::{Request, Site, phrase, shell};

/// What a report is about.
pub struct Report {
    pub since: Option<PartialDate>,
    pub until: Option<PartialDate>,
    /// The record as it stood on this day; `None`: today.
    pub as_of: Option<PartialDate>,
    pub ui: Ui,
    pub least: Standing,
    /// Facts listed at most; how many more there are is said.
    pub most: usize,
}

/// What stands in the file besides the sheet of the pages.
const SHEET: &str = include_str!("../assets/report.css");

/// Nothing is loaded and nothing runs.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// Kinds in the order in which they are told.
const KINDS: &[Kind] = &[
    Kind::Move,
    Kind::Appointment,
    Kind::Offer,
    Kind::Pay,
    Kind::Retention,
    Kind::Recruiting,
    Kind::Count,
    Kind::Rate,
    Kind::Reason,
    Kind::Layoff,
    Kind::Deal,
    Kind::Legal,
    Kind::Condition,
];

const FIRMS: usize = 15;
const RUNGS: usize = 12;
const DISPUTES: usize = 20;

/// Voices of a footnote.
const VOICES: usize = 4;

/// The report as one HTML file.
pub fn report(site: &Site, ask: &Report) -> Result<String, LedgerError> {
    let days = (ask.since.map(|d| Days::of(d).first), ask.until.map(|d| Days::of(d).last));
    let view = site.view_of(ask.as_of, days)?;
    let (request, fields) = (Request::get("/"), Fields::default());
    let cited = Some(RefCell::default());
    let w = ask.ui.words();
    let p = Page { site, request: &request, fields: &fields, w, view: view.into(), as_of: ask.as_of, cited };
    let body = body(&p, ask);
    // Everything is shown by now: what was pointed at has its number.
    let notes = notes(&p)?;
    let title = format!("{} · Mercato", w.t("report.title"));
    let page = html! {
        (DOCTYPE)
        html lang=(ask.ui.code()) {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="generator" content={ "Mercato " (site.config.version) };
                title { (title) }
                style { (PreEscaped(shell::STYLE)) (PreEscaped(SHEET)) }
            }
            body.report { main { (body) (notes) } footer { p { (shell::coverage(&p)) } p { "Mercato " (site.config.version) } } }
        }
    };
    Ok(page.into_string())
}

fn body(p: &Page<'_>, ask: &Report) -> Markup {
    let (w, view) = (p.w, &p.view);
    let balances = &view.market(ask.least).balances;
    let open: Vec<u32> = disputes::open(view).collect();
    let pay = ladders(view.pay.iter().cloned(), Standing::Rumour);
    html! {
        h1 { (w.t("report.title")) }
        p.lead { (period(p, ask)) }
        p.lead {
            (w.fill("report.lead", &[
                ("facts", &view.rows.len()), ("people", &view.people.list.len()),
                ("firms", &view.firms.list.len()), ("articles", &view.articles.list.len()),
            ]))
        }
        @if view.rows.is_empty() { p { (w.t("report.nothing")) } }
        @if !balances.is_empty() {
            section {
                h2 { (w.t("front.board")) }
                p.note { (w.t("board.level")) ": " (w.code(ask.least.as_str())) ". " (w.t("board.note")) }
                (board::board(p, &balances[..balances.len().min(FIRMS)], ask.least))
            }
            section { h2 { (w.t("firms.matrix")) } p.note { (w.t("firms.matrix_note")) } (page::matrix(p, ask.least)) }
        }
        @if !pay.is_empty() {
            section {
                h2 { (w.t("pay.title")) }
                p.note { (w.t("pay.lead")) }
                @for l in &pay { section { h3 { (page::ladder_heading(p, l)) } (ladder::ladder(p, l, RUNGS)) } }
            }
        }
        @if !open.is_empty() {
            section {
                h2 { (w.t("front.disputes")) " " span.n { (open.len()) } }
                ul.facts { @for fact in view.facts(open.iter().copied().take(DISPUTES)) { (disputes::item(p, &fact)) } }
            }
        }
        (facts(p, ask.most))
        section {
            h2 { (w.t("report.levels")) }
            dl { @for level in mercato_facts::level::Level::ALL {
                dt { svg.mark width="14" height="14" viewBox="0 0 14 14" aria-hidden="true" { (phrase::level_shape(level)) } " " (w.code(level.as_str())) }
                dd { (w.t(&format!("level.{}", level.as_str()))) }
            } }
        }
    }
}

fn period(p: &Page<'_>, ask: &Report) -> Markup {
    let label = match (ask.since, ask.until) {
        (Some(_), Some(_)) => "report.between",
        (Some(_), None) => "report.since",
        (None, Some(_)) => "report.until",
        (None, None) => "report.always",
    };
    let shown = |day: Option<PartialDate>| day.map(|d| d.to_string()).unwrap_or_default();
    let known = p.view.day.as_str();
    p.w.fill(label, &[("since", &shown(ask.since)), ("until", &shown(ask.until)), ("day", &known)])
}

/// The facts by kind, what stands best first, as many as there is room for.
fn facts(p: &Page<'_>, most: usize) -> Markup {
    let mut room = most;
    let parts: Vec<(Kind, usize, Vec<Fact>)> = KINDS
        .iter()
        .filter_map(|&kind| {
            let mut all: Vec<u32> = p.view.ranks(|row| row.kind == kind).collect();
            all.sort_by_key(|&rank| {
                let row = p.view.row(rank);
                std::cmp::Reverse((row.standing, row.days().map(|(_, last)| last)))
            });
            let n = all.len();
            all.truncate(room);
            room -= all.len();
            (n > 0).then(|| (kind, n, p.view.facts(all).collect()))
        })
        .collect();
    html! {
        @for (kind, n, shown) in &parts {
            section {
                h2 { (p.w.t(&format!("kinds.{}", kind.as_str()))) " " span.n { (n) } }
                ul.facts { @for fact in shown { (list::item(p, fact)) } }
                @if shown.len() < *n { p.note { (p.w.fill("report.more", &[("n", &(n - shown.len()))])) } }
            }
        }
    }
}

/// For every fact shown: who says it, when, in which words, and where that can be read.
fn notes(p: &Page<'_>) -> Result<Markup, LedgerError> {
    let cited = p.cited.as_ref().map(|c| c.borrow().clone()).unwrap_or_default();
    let notes = cited.iter().enumerate().filter_map(|(n, id)| Some((n + 1, p.view.fact_by_id(id)?)));
    let notes = notes.map(|(n, fact)| note(p, n, &fact)).collect::<Result<Vec<_>, _>>()?;
    Ok(html! {
        @if !notes.is_empty() {
            section.notes { h2 { (p.w.t("report.notes")) } p.note { (p.w.t("report.notes_lead")) } ol { @for note in &notes { (note) } } }
        }
    })
}

fn note(p: &Page<'_>, n: usize, fact: &Fact) -> Result<Markup, LedgerError> {
    // One voice of each origin first: repeats of a scoop add nothing.
    let mut seen = vec![false; fact.roots.len()];
    let (firsts, repeats): (Vec<_>, Vec<_>) =
        fact.voices.iter().partition(|v| !v.retracted && !std::mem::replace(&mut seen[v.root], true));
    let shown: Vec<_> = firsts.into_iter().chain(repeats).take(VOICES).collect();
    let claims = p.site.with_ledger(|ledger| {
        let found = shown.iter().map(|v| ledger.claim(&v.claim));
        found.filter(|c| !matches!(c, Err(LedgerError::NoSuchClaim { .. }))).collect::<Result<Vec<_>, _>>()
    })?;
    let left = fact.voices.len() - shown.len();
    Ok(html! {
        li #{ "f-" (n) } {
            (phrase::level(p, fact)) " " b { (p.w.code(fact.level.as_str())) } ": " (phrase::headline(p, fact))
            " · " (phrase::when(p, fact)) " · " (phrase::voices(p, fact)) " · " code { (fact.id) }
            @for stored in &claims {
                @let quotes = stored.claim.evidence.quotes();
                p.evidence {
                    @if let Some(day) = stored.document.published { time { (day) } ", " }
                    (page::chain(stored.document.outlet.as_deref().unwrap_or(&stored.document.id), &stored.claim.source))
                    ": " q lang=(stored.claim.lang) { (safe(&quotes.iter().take(2).map(|q| q.quote.as_str()).collect::<Vec<_>>().join(" […] "))) }
                    @if let Some(url) = stored.document.url.as_deref().filter(|url| page::is_web(url)) { " " a href=(url) rel="noreferrer nofollow" { (safe(url)) } }
                }
            }
            @if left > 0 { p.evidence { (p.w.fill("report.voices", &[("n", &left)])) } }
        }
    })
}
