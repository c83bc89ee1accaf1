//! What every number means, and what is known to go wrong.

use maud::html;
use mercato_facts::level::Level;
use mercato_model::Status;
use mercato_model::shown::number;

use super::Page;
use crate::answer::Answer;
use crate::{phrase, shell};

/// Headings and texts of the page, in order.
const PARTS: &[&str] =
    &["claim", "fact", "origin", "bounds", "balance", "rate", "flow", "pay", "coverage", "private", "errors"];

pub fn page(p: &Page<'_>) -> Answer {
    let w = p.w;
    let main = html! {
        article.method {
            h1 { (w.t("method.title")) }
            @for part in PARTS {
                section #(part) { h2 { (w.t(&format!("method.{part}"))) } p { (w.t(&format!("method.{part}_text"))) } }
            }
            h2 #levels { (w.t("method.levels")) }
            dl.levels {
                @for level in Level::ALL {
                    dt { svg.mark width="14" height="14" viewBox="0 0 14 14" aria-hidden="true" { (phrase::level_shape(level)) } " " (w.code(level.as_str())) }
                    dd { (w.t(&format!("level.{}", level.as_str()))) }
                }
            }
            h2 #statuses { (w.t("method.statuses")) }
            dl {
                @for status in Status::ALL { dt { (w.code(status.as_str())) } dd { (w.t(&format!("status.{}", status.as_str()))) } }
            }
            h2 { (w.t("method.errors_table")) }
            p { (w.t("method.errors_table_text")) }
            (errors(p))
        }
    };
    shell::page(p, w.t("method.title"), None, &main)
}

/// Figures of a language that a gate holds.
const FIGURES: [&str; 2] = ["f1", "publish_precision"];

/// The figures that a gate holds: what the reader reaches on stories with known claims.
fn errors(p: &Page<'_>) -> maud::Markup {
    let table: toml::Table = include_str!("../../../../eval/floors.toml").parse().unwrap_or_default();
    let stories = table.get("stories").and_then(toml::Value::as_table);
    let figure = |of: &toml::Value, name: &str| of.get(name).and_then(toml::Value::as_float).map(number);
    html! {
        table {
            thead { tr {
                th scope="col" { (p.w.t("method.language")) }
                @for name in FIGURES { th.num scope="col" { (p.w.t(&format!("method.{name}"))) } }
            } }
            tbody { @for (lang, of) in stories.into_iter().flatten() {
                tr { th scope="row" { (lang) } @for name in FIGURES { td.num { @if let Some(v) = figure(of, name) { (v) } } } }
            } }
        }
    }
}
