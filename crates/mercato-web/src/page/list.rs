//! Facts with filters in the address, as a page, as CSV and as JSON.

use maud::{Markup, html};
use mercato_facts::Fact;
use mercato_facts::fold::firm_key;
use mercato_facts::time::Days;
use mercato_market::Standing;
use mercato_model::{Kind, PartialDate};

use super::Page;
use crate::answer::Answer;
use crate::request::Fields;
use crate::view::{Row, View};
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

    /// Ranks of the facts that fit, those last spoken of first, beginning behind the one named in `after`.
    pub fn ranks<'a>(&'a self, view: &'a View) -> Box<dyn Iterator<Item = u32> + 'a> {
        let of_firm = |key: &str| view.firms.get(key).map(|n| n.facts.as_slice()).unwrap_or_default();
        let firm = self.firm.as_deref().map(of_firm);
        let start = match self.after.as_deref().map(|id| view.rank(id)) {
            None => 0,
            Some(Some(rank)) => rank + 1,
            Some(None) => view.rows.len() as u32,
        };
        let end = |key: &Option<String>| key.as_deref().map(|key| view.firms.number(key));
        let ends = (end(&self.from), end(&self.to));
        let base: Option<&[u32]> = match (&self.person, self.firm.as_ref().or(self.from.as_ref()).or(self.to.as_ref()))
        {
            (Some(name), _) => Some(view.people.person(name).map(|n| n.facts.as_slice()).unwrap_or_default()),
            (None, Some(key)) => Some(of_firm(key)),
            (None, None) => None,
        };
        let all: Box<dyn Iterator<Item = u32> + 'a> = match base {
            Some(base) => Box::new(base[base.partition_point(|&rank| rank < start)..].iter().copied()),
            None => Box::new(start..view.rows.len() as u32),
        };
        Box::new(all.filter(move |&rank| {
            firm.is_none_or(|facts| facts.binary_search(&rank).is_ok()) && self.takes(view, view.row(rank), ends)
        }))
    }

    /// The facts of these ranks.
    pub fn facts<'a>(&'a self, view: &'a View) -> impl Iterator<Item = Fact> + 'a {
        view.facts(self.ranks(view))
    }

    fn takes(&self, view: &View, row: &Row, (from, to): (Option<Option<u32>>, Option<Option<u32>>)) -> bool {
        let is =
            |wanted: Option<Option<u32>>, its: Option<u32>| wanted.is_none_or(|firm| firm.is_some() && firm == its);
        (self.kinds.is_empty() || self.kinds.contains(&row.kind))
            && is(from, row.from())
            && is(to, row.to())
            && self.least.is_none_or(|least| row.standing >= Some(least))
            && self.since.is_none_or(|day| row.days().is_some_and(|(_, last)| last >= day))
            && self.until.is_none_or(|day| row.days().is_some_and(|(first, _)| first <= day))
            && (self.amount.is_none() && self.currency.is_none() || self.pays(view, row))
            && (!self.disputed || row.is_disputed(None))
    }

    /// Whether the sum of a fact may reach the one asked for.
    fn pays(&self, view: &View, row: &Row) -> bool {
        let Some(sum) = row.sum().map(|at| view.sums[at]) else { return false };
        let same = |wanted: &String| {
            sum.currency.is_some_and(|its| view.currencies[usize::from(its)].eq_ignore_ascii_case(wanted))
        };
        self.amount.is_none_or(|least| sum.most.is_none_or(|most| most >= least))
            && self.currency.as_ref().is_none_or(same)
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
    let mut found: Vec<Fact> = match wrong {
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
            label { (w.t("list.amount")) " " input name="amount" value=[p.typed("amount")] size="10" placeholder="1000000" inputmode="decimal"; }
            label { (w.t("list.currency")) " " input name="currency" value=[p.typed("currency")] size="4" maxlength="3" placeholder="EUR" autocapitalize="characters"; }
            label.tick { input type="checkbox" name="disputed" value="1" checked[p.fields.get("disputed").is_some()]; " " (w.t("list.disputed")) }
            @if let Some(day) = p.as_of { input type="hidden" name="asof" value=(day); }
            button { (w.t("list.apply")) }
        }
    }
}

/// One line of a list.
pub fn item(p: &Page<'_>, fact: &Fact) -> Markup {
    item_and(p, fact, &html! {})
}

/// The same with something below.
pub fn item_and(p: &Page<'_>, fact: &Fact, below: &Markup) -> Markup {
    html! {
        li.fact {
            (phrase::level(p, fact)) " "
            span.said { (phrase::headline(p, fact)) }
            span.meta {
                (phrase::when(p, fact)) " · "
                @let at = p.at(&address::fact(&fact.id));
                a href=(at) { (phrase::voices(p, fact)) @if p.cited.is_some() { span.noted { " " (at.trim_start_matches("#f-")) } } }
            }
            (below)
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
