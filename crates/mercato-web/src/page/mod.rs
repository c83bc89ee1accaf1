//! One module a page; this one finds which.

mod front;

mod fact;

mod article;

mod firm;

mod person;

pub mod list;

mod money;

mod search;

pub mod disputes;

mod tables;

mod method;

mod review;

mod slider;

mod files;

use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::Arc;

use maud::{Markup, html};
use mercato_ledger::LedgerError;
use mercato_model::PartialDate;
use mercato_model::shown::safe;

use crate::answer::Answer;
use crate::request::Fields;
use crate::site::About;
use crate::view::View;
use crate::words::{Ui, Words};
use crate::{Request, Site, address, feed, shell};

/// What a page is made from.
pub struct Page<'a> {
    pub site: &'a Site,
    pub request: &'a Request,
    pub fields: &'a Fields,
    pub w: Words,
    pub view: Arc<View>,
    /// The day as of which the ledger is shown; `None`: today.
    pub as_of: Option<PartialDate>,
    /// In a report: the facts that were pointed at, in the order of their footnotes. There are no other pages then.
    pub cited: Option<RefCell<Vec<String>>>,
}

impl Page<'_> {
    /// An address that keeps to the day shown.
    pub fn at(&self, address: &str) -> String {
        if let Some(cited) = &self.cited {
            let id = address.strip_prefix("/fact/").unwrap_or_default();
            let mut cited = cited.borrow_mut();
            let n = cited.iter().position(|held| held == id).unwrap_or_else(|| {
                cited.push(id.to_owned());
                cited.len() - 1
            });
            return format!("#f-{}", n + 1);
        }
        let Some(day) = self.as_of else { return address.to_owned() };
        let (path, place) = address.split_once('#').map_or((address, String::new()), |(a, b)| (a, format!("#{b}")));
        let mark = if path.contains('?') { '&' } else { '?' };
        format!("{path}{mark}asof={day}{place}")
    }

    /// A link to a page; in a report, where there is none, only what it says.
    pub fn link(&self, class: Option<&str>, address: &str, says: &Markup) -> Markup {
        match self.cited {
            Some(_) => html! { span class=[class] { (says) } },
            None => html! { a class=[class] href=(self.at(address)) { (says) } },
        }
    }

    /// What was typed into a field, as it may be shown again.
    pub fn typed(&self, name: &str) -> Option<Cow<'_, str>> {
        self.fields.get(name).map(safe)
    }

    /// The same page with a field set otherwise.
    pub fn with(&self, name: &str, value: Option<&str>) -> String {
        address::with(&self.request.path, self.fields, name, value)
    }
}

pub use article::is_web;
pub use fact::{chain, plain};
pub use list::{Wanted, firm_key_of};
pub use money::heading as ladder_heading;
pub use tables::matrix;

/// The facts that the fields of a page ask for; the name of a field without sense is the error.
pub fn wanted(p: &Page<'_>) -> Result<list::Wanted, &'static str> {
    list::Wanted::of(p.fields, |name| list::firm_key_of(p.site, name))
}

/// Whether a page looks otherwise to who is signed in.
pub fn is_own(path: &str) -> bool {
    ["/review", "/judge", "/log", "/sign-in"].iter().any(|own| path.starts_with(own))
}

/// What came of a page: an answer, or the ledger that failed.
pub type Made = Result<Answer, LedgerError>;

pub fn answer(site: &Site, request: &Request, parts: &[&str], fields: &Fields) -> Answer {
    match parts {
        ["assets", name] => return shell::asset(name).unwrap_or_else(|| missing(site, request, fields)),
        ["language", code] => return language(code, fields),
        ["day"] => return slider::go(site, fields),
        ["favicon.ico"] => return Answer::redirect("/assets/icon.svg"),
        _ => {}
    }
    let as_of = match fields.get("asof").map(|day| PartialDate::parse(day).ok_or(day)) {
        None => None,
        Some(Ok(day)) => Some(day),
        Some(Err(_)) => return missing(site, request, fields),
    };
    made(site, request, parts, fields, as_of).unwrap_or_else(|error| failed(site, request, fields, &error))
}

fn made(site: &Site, request: &Request, parts: &[&str], fields: &Fields, as_of: Option<PartialDate>) -> Made {
    let about = match parts {
        ["person", name] => About::Person(name),
        ["fact", id] => About::Fact(id),
        _ => About::Nothing,
    };
    let view = site.view_about(as_of, about)?;
    let p = Page { site, request, fields, w: request.ui().words(), view, as_of, cited: None };
    if !p.view.counted && !needs_no_count(parts) {
        return Ok(counting(&p));
    }
    let found = match parts {
        [] => Some(front::page(&p)),
        ["facts"] => Some(list::facts(&p)),
        [name @ ("facts.csv" | "facts.json")] => Some(list::rows(&p, name)),
        ["fact", id] => fact::page(&p, id)?,
        ["article", id] => article::page(&p, id)?,
        ["articles"] => Some(tables::articles(&p)),
        ["firms"] => Some(tables::firms(&p)),
        ["firm", name] => firm::page(&p, name),
        ["people"] => Some(tables::people(&p)),
        ["person", name] => person::page(&p, name)?,
        ["pay"] => Some(money::page(&p)),
        ["reasons"] => Some(tables::reasons(&p)),
        ["disputes"] => Some(disputes::page(&p)),
        ["sources"] => Some(tables::sources(&p)),
        ["search"] => Some(search::page(&p)?),
        ["method"] => Some(method::page(&p)),
        ["review"] => Some(review::queue(&p)?),
        ["judge", id] => review::claim(&p, id)?,
        ["log"] => Some(review::log(&p)?),
        ["sign-in"] => Some(review::sign_in(&p, false)),
        ["feed.atom"] => Some(feed::atom(&p)),
        [name] => files::answer(&p, name),
        _ => None,
    };
    let answer = found.unwrap_or_else(|| missing(site, request, fields));
    Ok(Answer { keeps: answer.keeps && p.view.counted, ..answer })
}

/// Pages that say the same while the ledger is being counted.
fn needs_no_count(parts: &[&str]) -> bool {
    matches!(parts, ["person" | "fact" | "article" | "judge", _] | ["search" | "method" | "log" | "sign-in"])
}

/// Seconds after which a browser asks again.
const AGAIN: &str = "3";

/// A large ledger is being counted: how far it is, and what can be read meanwhile.
fn counting(p: &Page<'_>) -> Answer {
    let done = p.site.done();
    let main = html! {
        h1 { (p.w.t("counting.title")) }
        p { progress max="100" value=(done) aria-label=(p.w.t("counting.title")) { (done) " %" } " " (done) " %" }
        p { (p.w.t("counting.text")) }
    };
    let page = shell::page(p, p.w.t("counting.title"), None, &main);
    Answer { status: 503, keeps: false, ..page }.with("retry-after", AGAIN).with("refresh", AGAIN)
}

/// Chooses the language of the interface and goes back.
fn language(code: &str, fields: &Fields) -> Answer {
    let back = fields.get("back").and_then(address::local).unwrap_or("/");
    let answer = Answer::redirect(back);
    match Ui::parse(code) {
        Some(ui) => {
            answer.with("set-cookie", format!("ui={}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly", ui.code()))
        }
        None => answer,
    }
}

/// A page that says why there is none.
fn notice(site: &Site, request: &Request, fields: &Fields, status: u16, title: &str, text: &Markup) -> Answer {
    let w = request.ui().words();
    let Ok(view) = site.view(None) else { return Answer::problem(status, "ledger", w.t(title), "") };
    let p = Page { site, request, fields, w, view, as_of: None, cited: None };
    let main = html! { h1 { (w.t(title)) } (text) };
    Answer { status, keeps: false, ..shell::page(&p, w.t(title), None, &main) }
}

/// The page for signing in, after something was wrong.
pub fn sign_in_again(site: &Site, request: &Request, fields: &Fields) -> Answer {
    let Ok(view) = site.view(None) else { return Answer::problem(503, "ledger", "", "") };
    let p = Page { site, request, fields, w: request.ui().words(), view, as_of: None, cited: None };
    Answer { status: 403, ..review::sign_in(&p, true) }
}

/// A page that says why something was not done.
pub fn refused(site: &Site, request: &Request, status: u16, why: &Markup) -> Answer {
    notice(site, request, &Fields::default(), status, "refused.title", why).with("cache-control", "no-store")
}

fn missing(site: &Site, request: &Request, fields: &Fields) -> Answer {
    let w = request.ui().words();
    notice(
        site,
        request,
        fields,
        404,
        "missing.title",
        &html! { p { (w.t("missing.text")) } p { a href="/" { (w.t("missing.front")) } } },
    )
}

fn failed(site: &Site, request: &Request, fields: &Fields, error: &LedgerError) -> Answer {
    notice(site, request, fields, 503, "failed.title", &html! { p { (error.to_string()) } p { (error.hint()) } })
}
