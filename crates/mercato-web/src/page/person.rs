//! A person: the line of a career with its evidence, offers, disagreements; only what is public about their work.

use std::collections::HashMap;

use maud::{Markup, html};
use mercato_facts::Fact;
use mercato_ledger::{LedgerError, Store as _, StoredClaim};
use mercato_model::Kind;
use mercato_model::shown::safe;

use super::fact::quote;
use super::{Page, disputes, list};
use crate::answer::Answer;
use crate::{address, phrase, shell};

/// Facts of the page; a name of more is no single person's, and all of them are a list.
const FACTS: usize = 100;

pub fn page(p: &Page<'_>, name: &str) -> Result<Option<Answer>, LedgerError> {
    let (w, view) = (p.w, &p.view);
    let Some(named) = view.people.person(name) else { return Ok(None) };
    let all: Vec<Fact> = view.facts(named.facts.iter().copied().take(FACTS)).collect();
    let facts: Vec<&Fact> = all.iter().collect();
    let words = words(p, &all)?;
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
            @let all = phrase::counted(p, named.facts.len(), "fact");
            (p.link(None, &format!("/facts?person={part}"), &all))
            @if let Some(id) = p.site.config.world.person_wikidata(&named.name) { " · Wikidata " (id) }
        }
        @if !career.is_empty() {
            h2 { (w.t("person.career")) }
            ol.career { @for fact in &career { (told(p, fact, &words)) } }
        }
        (section(p, &words, "person.offers", &of(&[Kind::Offer, Kind::Pay, Kind::Retention, Kind::Recruiting])))
        (section(p, &words, "person.reasons", &of(&[Kind::Reason])))
        (section(p, &words, "person.else", &of(&[Kind::Count, Kind::Legal, Kind::Deal, Kind::Condition])))
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
    Ok(Some(shell::page(p, &safe(&named.name), Some(&feed), &main)))
}

/// By fact: a claim that says it.
type Words = HashMap<String, StoredClaim>;

/// Of every fact the first voice that stands.
fn words(p: &Page<'_>, facts: &[Fact]) -> Result<Words, LedgerError> {
    p.site.with_ledger(|ledger| {
        let mut words = Words::new();
        for fact in facts {
            let Some(voice) = fact.voices.iter().find(|voice| !voice.retracted) else { continue };
            match ledger.claim(&voice.claim) {
                // A claim that a later reading replaced is not a failure of the page.
                Err(LedgerError::NoSuchClaim { .. }) => {}
                found => drop(words.insert(fact.id.clone(), found?)),
            }
        }
        Ok(words)
    })
}

/// A fact with the words of one voice, leading to their place in the article.
fn told(p: &Page<'_>, fact: &Fact, words: &Words) -> Markup {
    let quoted = words.get(&fact.id).map(|claim| quote(p, Some(claim), &claim.document.id, &claim.id));
    list::item_and(p, fact, &quoted.unwrap_or_default())
}

fn section(p: &Page<'_>, words: &Words, title: &str, facts: &[&Fact]) -> Markup {
    html! {
        @if !facts.is_empty() {
            section { h2 { (p.w.t(title)) } ul.facts { @for fact in facts { (told(p, fact, words)) } } }
        }
    }
}
