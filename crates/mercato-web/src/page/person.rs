//! A person: the line of a career with its evidence, offers, disagreements; only what is public about their work.

use maud::{Markup, html};
use mercato_facts::Fact;
use mercato_model::Kind;
use mercato_model::shown::safe;

use super::{Page, disputes, list};
use crate::answer::Answer;
use crate::{address, shell};

/// Facts of the page; a name of more is no single person's, and all of them are a list.
const FACTS: usize = 200;

pub fn page(p: &Page<'_>, name: &str) -> Option<Answer> {
    let (w, view) = (p.w, &p.view);
    let named = view.people.person(name)?;
    let all: Vec<Fact> = view.facts(named.facts.iter().copied().take(FACTS)).collect();
    let facts: Vec<&Fact> = all.iter().collect();
    let mut career: Vec<&Fact> =
        facts.iter().copied().filter(|f| matches!(f.kind, Kind::Move | Kind::Appointment | Kind::Tenure)).collect();
    career.sort_by(|a, b| {
        let day = |fact: &Fact| fact.date.as_ref().map(|d| (d.days.last, d.days.first));
        day(b).cmp(&day(a)).then_with(|| a.id.cmp(&b.id))
    });
    let of = |kinds: &[Kind]| facts.iter().copied().filter(|f| kinds.contains(&f.kind)).collect::<Vec<_>>();
    let disputed: Vec<&Fact> = facts.iter().copied().filter(|f| !f.disputes.is_empty()).collect();
    let part = address::part(&named.name);
    let main = html! {
        h1 { bdi { (safe(&named.name)) } }
        p.lead {
            (w.fill("person.lead", &[("facts", &named.facts.len())]))
            @if let Some(id) = p.site.config.world.person_wikidata(&named.name) { " · Wikidata " (id) }
        }
        @if !career.is_empty() {
            h2 { (w.t("person.career")) }
            ol.career { @for fact in &career { (list::item(p, fact)) } }
        }
        (section(p, "person.offers", &of(&[Kind::Offer, Kind::Pay, Kind::Retention, Kind::Recruiting])))
        (section(p, "person.reasons", &of(&[Kind::Reason])))
        (section(p, "person.else", &of(&[Kind::Count, Kind::Legal, Kind::Deal, Kind::Condition])))
        @if !disputed.is_empty() {
            h2 { (w.t("person.disputes")) }
            ul.facts { @for fact in disputed { (disputes::item(p, fact)) } }
        }
        p.note { (w.t("person.note")) }
        p.files {
            a href=(p.at(&format!("/facts.csv?person={part}"))) { "CSV" } " · " a href=(p.at(&format!("/facts.json?person={part}"))) { "JSON" }
            " · " a href={ "/feed.atom?person=" (part) } { "Atom" }
        }
    };
    let feed = format!("/feed.atom?person={part}");
    Some(shell::page(p, &safe(&named.name), Some(&feed), &main))
}

fn section(p: &Page<'_>, title: &str, facts: &[&Fact]) -> Markup {
    html! {
        @if !facts.is_empty() {
            section { h2 { (p.w.t(title)) } ul.facts { @for fact in facts { (list::item(p, fact)) } } }
        }
    }
}
