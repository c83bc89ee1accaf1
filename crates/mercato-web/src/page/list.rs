//! Facts with filters in the address, as a page, as CSV and as JSON.

use maud::{Markup, html};
use mercato_facts::Fact;
use mercato_facts::fold::firm_key;
use mercato_facts::time::Days;
use mercato_market::Standing;
use mercato_model::{Kind, PartialDate, Slot, Value};

use super::Page;
use crate::answer::Answer;
use crate::request::Fields;
use crate::view::{View, standing};
use crate::{address, phrase, shell, table};

/// Facts on one page.
const PAGE: usize = 50;

/// Rows of one file.
const ROWS: usize = 100_000;

/// Which facts.
#[derive(Default)]
pub struct Wanted {
    kinds: Vec<Kind>,
    person: Option<String>,
    firm: Option<String>,
    from: Option<String>,
    to: Option<String>,
    least: Option<Standing>,
    since: Option<i64>,
    until: Option<i64>,
    disputed: bool,
    /// May be at least so much, in this currency if one is named.
    amount: Option<f64>,
    currency: Option<String>,
    after: Option<String>,
}

impl Wanted {
    /// Reads the fields of an address; the name of one that has no sense is the error.
    pub fn of(fields: &Fields, view_firm: impl Fn(&str) -> String) -> Result<Self, &'static str> {
        let date = |name: &'static str| match fields.get(name) {
            None => Ok(None),
            Some(text) => PartialDate::parse(text).map(|d| Some(Days::of(d))).ok_or(name),
        };
        let kinds = fields.get("kind").map(|kinds| kinds.split(',').map(|k| Kind::parse(k).ok_or("kind")).collect());
        let firm = |name: &str| fields.get(name).map(&view_firm);
        Ok(Self {
            kinds: kinds.transpose()?.unwrap_or_default(),
            person: fields.get("person").map(str::to_owned),
            firm: firm("firm"),
            from: firm("from"),
            to: firm("to"),
            least: fields.get("level").map(|l| Standing::parse(l).ok_or("level")).transpose()?,
            since: date("since")?.map(|d| d.first),
            until: date("until")?.map(|d| d.last),
            disputed: fields.get("disputed").is_some(),
            amount: fields
                .get("amount")
                .map(|v| v.parse().ok().filter(|v: &f64| v.is_finite()).ok_or("amount"))
                .transpose()?,
            currency: fields.get("currency").map(str::to_owned),
            after: fields.get("after").map(str::to_owned),
        })
    }

    /// The facts that fit, those last spoken of first, beginning behind the one named in `after`.
    pub fn facts<'a>(&'a self, view: &'a View) -> Box<dyn Iterator<Item = &'a Fact> + 'a> {
        let base: &[u32] = match (&self.person, self.firm.as_ref().or(self.from.as_ref()).or(self.to.as_ref())) {
            (Some(name), _) => view.people.person(name).map(|n| n.facts.as_slice()).unwrap_or_default(),
            (None, Some(key)) => view.firms.get(key).map(|n| n.facts.as_slice()).unwrap_or_default(),
            (None, None) => &view.newest,
        };
        let start = match &self.after {
            Some(id) => base.iter().position(|&at| view.fact(at).id == *id).map_or(base.len(), |at| at + 1),
            None => 0,
        };
        Box::new(base[start..].iter().map(|&at| view.fact(at)).filter(|fact| self.takes(fact)))
    }

    fn takes(&self, fact: &Fact) -> bool {
        let end = |slot: Slot, key: &Option<String>| {
            key.as_ref().is_none_or(|key| fact.text(slot).is_some_and(|name| firm_key(name) == *key))
        };
        (self.kinds.is_empty() || self.kinds.contains(&fact.kind))
            && end(Slot::From, &self.from)
            && end(Slot::To, &self.to)
            && self.firm.as_ref().is_none_or(|key| {
                fact.slots.values().flat_map(mercato_model::Value::texts).any(|name| firm_key(name) == *key)
            })
            && self.least.is_none_or(|least| standing(fact) >= Some(least))
            && self.since.is_none_or(|day| fact.date.as_ref().is_some_and(|d| d.days.last >= day))
            && self.until.is_none_or(|day| fact.date.as_ref().is_some_and(|d| d.days.first <= day))
            && (self.amount.is_none() && self.currency.is_none() || self.pays(fact))
            && (!self.disputed || !fact.disputes.is_empty())
    }
}

impl Wanted {
    /// Whether the sum of a fact may reach the one asked for.
    fn pays(&self, fact: &Fact) -> bool {
        let Some(Value::Amount(amount)) = fact.slots.get(&Slot::Amount) else { return false };
        let reaches = |least: f64| amount.bounds.max.is_none_or(|max| max >= least);
        let same = |currency: &String| amount.currency.as_ref().is_some_and(|its| its.eq_ignore_ascii_case(currency));
        self.amount.is_none_or(reaches) && self.currency.as_ref().is_none_or(same)
    }
}

/// Folded canonical name of a firm.
pub fn firm_of(p: &Page<'_>, name: &str) -> String {
    firm_key_of(p.site, name)
}

/// The same without a page.
pub fn firm_key_of(site: &crate::Site, name: &str) -> String {
    firm_key(site.config.world.firm_name(name))
}

pub fn facts(p: &Page<'_>) -> Answer {
    let w = p.w;
    let wanted = super::wanted(p);
    let mut wrong = None;
    let wanted = wanted.unwrap_or_else(|field| {
        wrong = Some(field);
        Wanted::default()
    });
    let mut found: Vec<&Fact> = match wrong {
        Some(_) => Vec::new(),
        None => wanted.facts(&p.view).take(PAGE + 1).collect(),
    };
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let main = html! {
        h1 { (w.t("list.title")) }
        (form(p))
        @if let Some(field) = wrong { p.warn role="alert" { (w.fill("list.wrong", &[("field", &field)])) } }
        @else if found.is_empty() { p { (w.t("list.none")) } }
        ul.facts { @for fact in &found { (item(p, fact)) } }
        @if let Some(last) = found.last().filter(|_| more) {
            p.more { a rel="next" href=(p.with("after", Some(&last.id))) { (w.t("list.more")) } }
        }
        (downloads(p, "/facts"))
    };
    shell::page(p, w.t("list.title"), Some("/feed.atom"), &main)
}

/// Links to the same rows as files.
pub fn downloads(p: &Page<'_>, path: &str) -> Markup {
    let as_file = |ending: &str| {
        let fields = Fields(p.fields.0.iter().filter(|(name, _)| name != "after").cloned().collect());
        address::with(&format!("{path}.{ending}"), &fields, "after", None)
    };
    html! { p.files { (p.w.t("list.files")) " " a href=(as_file("csv")) { "CSV" } " · " a href=(as_file("json")) { "JSON" } } }
}

fn form(p: &Page<'_>) -> Markup {
    let w = p.w;
    let chosen = |name: &str, value: &str| p.fields.get(name) == Some(value);
    html! {
        form.filters method="get" action="/facts" {
            label { (w.t("list.kind")) " " select name="kind" {
                option value="" { (w.t("list.all")) }
                @for kind in Kind::ALL.iter().filter(|k| **k != Kind::Stance) {
                    option value=(kind.as_str()) selected[chosen("kind", kind.as_str())] { (w.code(kind.as_str())) }
                }
            } }
            label { (w.t("list.level")) " " select name="level" {
                option value="" { (w.t("list.all")) }
                @for standing in Standing::ALL {
                    option value=(standing.as_str()) selected[chosen("level", standing.as_str())] { (w.code(standing.as_str())) }
                }
            } }
            @for name in ["person", "firm", "from", "to"] {
                label { (w.t(&format!("list.{name}"))) " " input name=(name) value=[p.typed(name)] size="12"; }
            }
            @for name in ["since", "until"] {
                label { (w.t(&format!("list.{name}"))) " " input name=(name) value=[p.typed(name)] size="9" placeholder="2025-07" inputmode="numeric"; }
            }
            @if let Some(day) = p.as_of { input type="hidden" name="asof" value=(day); }
            button { (w.t("list.apply")) }
        }
    }
}

/// One line of a list.
pub fn item(p: &Page<'_>, fact: &Fact) -> Markup {
    html! {
        li.fact {
            (phrase::level(p, fact)) " "
            span.said { (phrase::headline(p, fact)) }
            span.meta {
                (phrase::when(p, fact)) " · "
                @let at = p.at(&address::fact(&fact.id));
                a href=(at) { (phrase::voices(p, fact)) @if p.cited.is_some() { span.noted { " " (at.trim_start_matches("#f-")) } } }
            }
        }
    }
}

/// The rows of a list as a file.
pub fn rows(p: &Page<'_>, name: &str) -> Answer {
    match super::wanted(p) {
        Err(field) => Answer::problem(400, "bad-parameter", "Bad parameter", field),
        Ok(wanted) if name.ends_with(".csv") => {
            let body = table::csv(wanted.facts(&p.view).take(ROWS));
            Answer::text("text/csv; charset=utf-8; header=present", body)
                .with("content-disposition", "attachment; filename=\"facts.csv\"")
        }
        Ok(wanted) => Answer::json(table::json(wanted.facts(&p.view).take(ROWS))),
    }
}
