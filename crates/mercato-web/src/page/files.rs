//! Lists of articles, people, firms and sources as files: the same rows as CSV and as JSON.

use maud::{Markup, html};
use mercato_model::shown::cell;
use serde_json::{Map, Value, json};

use super::{Page, front};
use crate::answer::Answer;
use crate::view::{Article, Names};

/// Rows of one file.
const ROWS: usize = 100_000;

/// A list: its columns, and a value for each in every row.
struct Table {
    columns: &'static [&'static str],
    rows: Vec<Vec<Value>>,
}

/// The file of this name; `None`: there is no such list.
pub fn answer(p: &Page<'_>, name: &str) -> Option<Answer> {
    let (list, ending) = name.split_once('.')?;
    let table = match list {
        "articles" => articles(p),
        "people" => names(&p.view.people),
        "firms" => firms(p),
        "sources" => sources(p),
        _ => return None,
    };
    match ending {
        "csv" => Some(
            Answer::text("text/csv; charset=utf-8; header=present", table.csv())
                .with("content-disposition", format!("attachment; filename=\"{list}.csv\"")),
        ),
        "json" => Some(Answer::json(table.json())),
        _ => None,
    }
}

/// Links to a list as files.
pub fn links(p: &Page<'_>, list: &str) -> Markup {
    let at = |ending: &str| p.at(&crate::address::with(&format!("/{list}.{ending}"), p.fields, "asof", None));
    html! { p.files { (p.w.t("list.files")) " " a href=(at("csv")) { "CSV" } " · " a href=(at("json")) { "JSON" } } }
}

impl Table {
    fn csv(&self) -> String {
        let shown = |value: &Value| match value {
            Value::Null => String::new(),
            Value::String(text) => cell(text),
            other => other.to_string(),
        };
        let lines = self.rows.iter().map(|row| row.iter().map(shown).collect::<Vec<_>>().join(",") + "\n");
        self.columns.join(",") + "\n" + &lines.collect::<String>()
    }

    fn json(&self) -> String {
        let object = |row: &Vec<Value>| {
            let pairs = self.columns.iter().zip(row).map(|(name, value)| ((*name).to_owned(), value.clone()));
            Value::Object(pairs.collect::<Map<_, _>>())
        };
        Value::Array(self.rows.iter().map(object).collect()).to_string()
    }
}

fn articles(p: &Page<'_>) -> Table {
    let row = |article: &Article| {
        vec![
            json!(article.id),
            json!(article.title),
            json!(article.outlet.as_deref()),
            json!(article.published.map(|day| day.to_string())),
            json!(article.lang.map(|lang| lang.to_string())),
            json!(*article.added_at),
        ]
    };
    let wanted = super::tables::wanted_articles(p);
    Table {
        columns: &["id", "title", "outlet", "published", "lang", "added_at"],
        rows: p.view.articles.list.iter().rev().filter(|article| wanted(article)).take(ROWS).map(row).collect(),
    }
}

fn names(names: &Names) -> Table {
    let all = names.by_facts.iter().take(ROWS).map(|&at| &names.list[at as usize]);
    Table { columns: &["name", "facts"], rows: all.map(|n| vec![json!(n.name), json!(n.facts.len())]).collect() }
}

fn firms(p: &Page<'_>) -> Table {
    let market = p.view.market(front::least(p));
    let all = p.view.firms.by_facts.iter().take(ROWS).map(|&at| &p.view.firms.list[at as usize]);
    let rows = all.map(|named| {
        let b = market.balance(&named.name);
        vec![
            json!(named.name),
            json!(named.facts.len()),
            json!(b.map(|b| b.joined.people.min)),
            json!(b.and_then(|b| b.joined.people.max)),
            json!(b.map(|b| b.left.people.min)),
            json!(b.and_then(|b| b.left.people.max)),
            json!(b.and_then(|b| b.net_min)),
            json!(b.and_then(|b| b.net_max)),
        ]
    });
    Table {
        columns: &["name", "facts", "joined_min", "joined_max", "left_min", "left_max", "net_min", "net_max"],
        rows: rows.collect(),
    }
}

fn sources(p: &Page<'_>) -> Table {
    let row = |o: &crate::view::Outlet| {
        vec![json!(o.name), json!(o.articles), json!(o.first), json!(o.settled), json!(o.denied)]
    };
    Table {
        columns: &["outlet", "articles", "first", "settled", "denied"],
        rows: p.view.outlets.iter().take(ROWS).map(row).collect(),
    }
}
