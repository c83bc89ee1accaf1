//! Where voices disagree, about what, in which way, and what would settle it.

use std::collections::HashMap;

use maud::{Markup, html};
use mercato_facts::Fact;
use mercato_facts::dispute::Class;
use mercato_ledger::StoredClaim;

use super::Page;
use super::fact::{chain, quote};
use crate::answer::Answer;
use crate::phrase::{self, Said};
use crate::view::View;
use crate::{address, shell};

/// Facts on one page.
const PAGE: usize = 50;

/// Ranks of the facts with a disagreement in which both sides cannot hold, those that matter most first.
pub fn open(view: &View) -> impl Iterator<Item = u32> + '_ {
    view.disputed(Some(Class::Hard))
}

pub fn page(p: &Page<'_>) -> Answer {
    let w = p.w;
    let class = p.fields.get("class").and_then(|name| Class::ALL.into_iter().find(|c| c.as_str() == name));
    let after = p.fields.get("after").map_or(0, |id| p.view.rank(id).map_or(u32::MAX, |rank| rank + 1));
    let mut found: Vec<u32> = p.view.disputed(class).filter(|&rank| rank >= after).take(PAGE + 1).collect();
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let main = html! {
        h1 { (w.t("disputes.title")) }
        p.lead { (w.t("disputes.lead")) }
        p.levels {
            a href=(p.with("class", None)) aria-current=[class.is_none().then_some("true")] { (w.t("list.all")) } " "
            @for one in Class::ALL {
                a href=(p.with("class", Some(one.as_str()))) aria-current=[(class == Some(one)).then_some("true")] { (w.code(one.as_str())) } " "
            }
        }
        @if found.is_empty() { p { (w.t("disputes.none")) } }
        ul.facts { @for fact in p.view.facts(found.iter().copied()) { (item(p, &fact)) } }
        @if let Some(&last) = found.last().filter(|_| more) {
            p.more { a rel="next" href=(p.with("after", Some(&p.view.id(last)))) { (w.t("list.more")) } }
        }
        p.files {
            a href=(p.at("/facts.csv?disputed=1")) { "CSV" } " · " a href=(p.at("/facts.json?disputed=1")) { "JSON" }
        }
    };
    shell::page(p, w.t("disputes.title"), None, &main)
}

/// A fact with what its voices disagree about.
pub fn item(p: &Page<'_>, fact: &Fact) -> Markup {
    let w = p.w;
    html! {
        li.fact {
            (phrase::level(p, fact)) " " span.said { (phrase::headline(p, fact)) }
            span.meta {
                @for dispute in &fact.disputes {
                    span.dispute { (w.code(dispute.class.as_str())) ": " (w.t(&format!("aspect.{}", dispute.aspect.as_str()))) } " · "
                }
                a href=(p.at(&address::fact(&fact.id))) { (phrase::voices(p, fact)) }
            }
        }
    }
}

/// The disagreements of one fact, side by side.
pub fn table(p: &Page<'_>, fact: &Fact, claims: &HashMap<String, StoredClaim>) -> Markup {
    let w = p.w;
    html! {
        @for dispute in &fact.disputes {
            section.against {
                h3 { (w.t(&format!("aspect.{}", dispute.aspect.as_str()))) " · " (w.code(dispute.class.as_str())) }
                p.note { (w.t(&format!("class.{}", dispute.class.as_str()))) " " (w.t("disputes.settled_by")) " " (w.code(dispute.settled_by)) "." }
                div.sides {
                    @for id in [&dispute.one, &dispute.other] {
                        @if let Some(stored) = claims.get(id) {
                            div {
                                p { (phrase::headline(p, Said::from(&stored.claim))) }
                                p.meta {
                                    @if let Some(day) = stored.document.published { time { (day) } " " }
                                    (chain(stored.document.outlet.as_deref().unwrap_or(&stored.document.id), &stored.claim.source))
                                    " · " (w.code(stored.claim.status.as_str()))
                                }
                                (quote(p, Some(stored), &stored.document.id, id))
                            }
                        }
                    }
                }
            }
        }
    }
}
