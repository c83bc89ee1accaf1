//! Watchlists: what somebody wants to be told of, and what of it is new.

use std::collections::{BTreeMap, BTreeSet};

use mercato_facts::Fact;
use mercato_ledger::LedgerError;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::page::{Page, Wanted, firm_key_of};
use crate::request::Fields;
use crate::words::Ui;
use crate::{Request, Site, address, cite};

/// Facts of one message; how many more there are is said.
const FACTS: usize = 100;

/// What somebody wants to be told of. All that is named must hold.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Watch {
    pub name: String,
    pub person: Option<String>,
    pub firm: Option<String>,
    pub from: Option<String>,
    pub to: Option<String>,
    #[serde(default)]
    pub kind: Vec<String>,
    pub level: Option<String>,
    /// May be at least so much.
    pub amount: Option<f64>,
    pub currency: Option<String>,
}

/// What each fact of a watchlist was like when it was last told.
pub type Seen = BTreeMap<String, String>;

/// What a watchlist has to tell.
#[derive(Clone, Debug, Default)]
pub struct News {
    /// New and changed facts with their words.
    pub facts: Vec<Value>,
    /// Further ones, beyond what a message holds.
    pub more: usize,
    /// What is told when this has gone out.
    pub seen: Seen,
}

impl Watch {
    /// The watchlist as the fields of an address: its facts are a list of the site.
    pub fn fields(&self) -> Fields {
        let one = |name: &str, value: &Option<String>| value.clone().map(|v| (name.to_owned(), v));
        let mut fields: Vec<(String, String)> = [
            one("person", &self.person),
            one("firm", &self.firm),
            one("from", &self.from),
            one("to", &self.to),
            one("level", &self.level),
            one("amount", &self.amount.map(|a| a.to_string())),
            one("currency", &self.currency),
        ]
        .into_iter()
        .flatten()
        .collect();
        if !self.kind.is_empty() {
            fields.push(("kind".to_owned(), self.kind.join(",")));
        }
        Fields(fields)
    }

    /// What is wrong with it.
    pub fn flaw(&self) -> Option<String> {
        let named = crate::gate::author(&self.name).is_some_and(|name| name == self.name);
        let fields = self.fields();
        match Wanted::of(&fields, str::to_owned) {
            _ if !named => Some("a watchlist needs a name of one line".to_owned()),
            _ if fields.0.is_empty() => Some(format!("{}: names nothing to watch", self.name)),
            Err(field) => Some(format!("{}: {field} cannot be understood", self.name)),
            Ok(_) => None,
        }
    }

    /// Where its feed is.
    pub fn feed(&self) -> String {
        address::with("/feed.atom", &self.fields(), "", None)
    }

    /// What is new since it was last told.
    pub fn news(&self, site: &Site, seen: &Seen) -> Result<News, LedgerError> {
        let view = site.view(None)?;
        let (request, fields, asked) = (Request::get("/"), Fields::default(), self.fields());
        let w = Ui::En.words();
        let p = Page { site, request: &request, fields: &fields, w, view: view.clone(), as_of: None, cited: None };
        // A flaw was told when the file was read.
        let Ok(wanted) = Wanted::of(&asked, |name| firm_key_of(site, name)) else { return Ok(News::default()) };
        let mut news = News::default();
        for fact in wanted.facts(&view).filter(|f| f.kind.is_headline() || !self.kind.is_empty()) {
            let state = state(&fact);
            let change = match seen.get(&fact.id) {
                Some(told) if *told == state => None,
                Some(_) => Some("changed"),
                None => Some("new"),
            };
            news.seen.insert(fact.id.clone(), state);
            let Some(change) = change else { continue };
            if news.facts.len() == FACTS {
                news.more += 1;
                continue;
            }
            let mut told = cite::citation(&p, &fact)?;
            told["change"] = json!(change);
            told["address"] = json!(address::fact(&fact.id));
            news.facts.push(told);
        }
        Ok(news)
    }
}

/// What of a fact is worth telling again when it changes.
fn state(fact: &Fact) -> String {
    let marks: Vec<&str> = fact.marks.iter().map(|m| m.as_str()).collect();
    format!("{} {} {}", fact.level.as_str(), fact.roots.len(), marks.join(" "))
}

/// Outlets of which nothing has come for more than so many days, with the day of the last article.
pub fn silent(site: &Site, outlet: &str, days: i64) -> Result<Option<String>, LedgerError> {
    let view = site.view(None)?;
    let published = |row: &crate::view::Article| row.published.and_then(mercato_model::PartialDate::day_number);
    let last =
        view.articles.list.iter().filter(|row| row.outlet.as_deref() == Some(outlet)).filter_map(published).max();
    let today = (site.config.today)();
    Ok(match last {
        Some(day) if today - day <= days => None,
        Some(day) => Some(format!("no article since {}", mercato_facts::time::day(day))),
        None => Some("no article at all".to_owned()),
    })
}

/// Names that stand for two watchlists.
pub fn doubles(watches: &[Watch]) -> Option<&str> {
    let mut names = BTreeSet::new();
    watches.iter().map(|w| w.name.as_str()).find(|name| !names.insert(*name))
}

/// A message as a letter: subject and text, with every fact's words and its address.
pub fn letter(ui: Ui, watch: &str, news: &News, site: Option<&str>) -> (String, String) {
    let w = ui.words();
    let one = |name: &str, parts: &[(&str, String)]| {
        parts.iter().fold(w.t(name).to_owned(), |text, (part, value)| text.replace(&format!("{{{part}}}"), value))
    };
    let subject =
        one("alert.subject", &[("n", (news.facts.len() + news.more).to_string()), ("watch", watch.to_owned())]);
    let mut text = String::new();
    for fact in &news.facts {
        let get = |name: &str| fact[name].as_str().unwrap_or_default();
        let level = w.code(get("level"));
        text += &format!("{}\n  {} · {}\n", get("says"), w.t(&format!("alert.{}", get("change"))), level);
        for words in fact["words"].as_array().into_iter().flatten() {
            let get = |name: &str| words[name].as_str().unwrap_or_default();
            let from: Vec<&str> = [get("outlet"), get("published")].into_iter().filter(|t| !t.is_empty()).collect();
            text += &format!("  “{}”\n  — {} {}\n", get("quote"), from.join(", "), get("url"));
        }
        if let Some(site) = site {
            text += &format!("  {}{}\n", site.trim_end_matches('/'), get("address"));
        }
        text.push('\n');
    }
    if news.more > 0 {
        text += &one("alert.more", &[("n", news.more.to_string())]);
        text.push('\n');
    }
    (subject, text)
}

/// The letter about sources that failed.
pub fn failure_letter(ui: Ui, failed: &[(String, String)]) -> (String, String) {
    let w = ui.words();
    let rows: Vec<String> = failed.iter().map(|(source, what)| format!("{source}\n  {what}\n")).collect();
    (w.t("alert.failed").to_owned(), format!("{}\n\n{}", w.t("alert.failed_lead"), rows.join("\n")))
}
