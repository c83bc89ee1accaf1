//! What is worth a person's time, one claim, and the log: decisions by keyboard or mouse, none without the token.

use std::collections::HashSet;

use maud::{Markup, html};
use mercato_facts::review::Question;
use mercato_facts::{Action, Operation, Record};
use mercato_ledger::{LedgerError, Store as _, StoredClaim};
use mercato_model::schema::SlotType;
use mercato_model::shown::safe;
use mercato_model::{Bounds, Slot, Value};

use super::fact::{chain, quote};
use super::{Made, Page};
use crate::answer::Answer;
use crate::gate::Session;
use crate::phrase::{self, Said};
use crate::{address, desk, shell};

/// Questions of one page.
const PAGE: usize = 20;

/// Claims of one question that are shown.
const CLAIMS: usize = 4;

/// Operations of one page of the log.
const LOG: usize = 100;

/// A page with the forms of a session: given to nobody else, kept nowhere, and not compressed, so that its length
/// does not tell the key of its forms. Without a session it is a page like others.
fn own(p: &Page<'_>, title: &str, main: &Markup) -> Answer {
    let page = shell::page(p, title, None, main);
    match p.site.session(p.request) {
        Some(_) => Answer { keeps: false, ..page }.with("cache-control", "no-store"),
        None => page,
    }
}

pub fn queue(p: &Page<'_>) -> Made {
    let w = p.w;
    let session = p.site.session(p.request);
    let start: usize = p.fields.get("start").and_then(|n| n.parse().ok()).unwrap_or(0);
    let questions = &p.view.questions;
    let shown: Vec<&Question> = questions.iter().skip(start).take(PAGE).collect();
    let held = operations(p)?;
    let claims = p.site.with_ledger(|ledger| {
        // A claim that a later reading replaced is not a failure of the page.
        let gone = |c: &Result<StoredClaim, LedgerError>| matches!(c, Err(LedgerError::NoSuchClaim { .. }));
        let of = |q: &&Question| {
            let found = q.claims.iter().take(CLAIMS).map(|id| ledger.claim(id));
            found.filter(|c| !gone(c)).collect::<Result<Vec<_>, _>>()
        };
        shown.iter().map(of).collect::<Result<Vec<_>, LedgerError>>()
    })?;
    // Who decides must see what is decided; others see no question about private persons.
    let open: HashSet<String> = match session {
        Some(_) => claims.iter().flatten().map(|claim| claim.id.clone()).collect(),
        None => p.site.discreet(None, claims.concat())?.into_iter().map(|claim| claim.id).collect(),
    };
    let open = |claims: &[StoredClaim]| claims.iter().all(|claim| open.contains(&claim.id));
    let mut stop = 0;
    let main = html! {
        h1 { (w.t("review.title")) " " span.n { (p.view.asked) } }
        p.lead { (w.t("review.lead")) }
        (done(p, session.as_ref(), &held))
        (who(p, session.as_ref()))
        p.keys #keys hidden { (w.t("review.keys")) }
        @if shown.is_empty() { p { (w.t("review.none")) } }
        ol.queue start=(start + 1) {
            @for (question, claims) in shown.iter().zip(&claims).filter(|(_, claims)| open(claims)) {
                li.question {
                    h2 { (w.t(&format!("review.{}", question.about.replace('-', "_")))) }
                    @if let Some(fact) = &p.view.fact_by_id(&question.fact) {
                        p.about { (phrase::level(p, fact)) " " (phrase::headline(p, fact)) " " a.meta href=(address::fact(&fact.id)) { (phrase::voices(p, fact)) } }
                    } @else { p.about { bdi { (safe(&question.what)) } } }
                    @for claim in claims {
                        @let () = stop += 1;
                        div.stop #{ "q" (stop) } tabindex="-1" {
                            (told(p, claim))
                            @if let Some(session) = &session {
                                form.verdict method="post" action="/judge" {
                                    (hidden(session, &here(p, stop)))
                                    input type="hidden" name="claim" value=(claim.id);
                                    @if question.about == "same-person" && claims.len() == 2 {
                                        input type="hidden" name="one" value=(claims[0].id);
                                        input type="hidden" name="other" value=(claims[1].id);
                                        (button(p, "same_person", "s")) " " (button(p, "other_person", "d")) " "
                                    }
                                    (button(p, "accept", "a")) " " (button(p, "reject", "r")) " "
                                    a data-key="c" href=(judged(&claim.id)) { (w.t("review.correct")) }
                                }
                            }
                        }
                    }
                }
            }
        }
        @if start + PAGE < questions.len() {
            p.more { a rel="next" href=(p.with("start", Some(&(start + PAGE).to_string()))) { (w.t("list.more")) } }
        }
        p.more { a href="/log" { (w.t("log.title")) } }
    };
    Ok(own(p, w.t("review.title"), &main))
}

/// Where a decision goes back to.
fn here(p: &Page<'_>, stop: usize) -> String {
    format!("{}#q{stop}", address::with(&p.request.path, p.fields, "done", None))
}

pub fn judged(id: &str) -> String {
    format!("/judge/{}", address::part(id))
}

/// The fields that every form of a session carries.
fn hidden(session: &Session, back: &str) -> Markup {
    html! {
        input type="hidden" name="key" value=(session.form_key);
        input type="hidden" name="back" value=(back);
    }
}

fn button(p: &Page<'_>, does: &str, key: &str) -> Markup {
    html! { button name="do" value=(does) data-key=(key) { (p.w.t(&format!("review.{does}"))) } }
}

/// What a claim says, who says it, and in which words.
fn told(p: &Page<'_>, stored: &StoredClaim) -> Markup {
    let claim = &stored.claim;
    let outlet = stored.document.outlet.as_deref().unwrap_or(&stored.document.id);
    html! {
        p.said { (phrase::headline(p, claim)) }
        p.meta {
            @if let Some(day) = stored.document.published { time { (day) } " · " }
            (chain(outlet, &claim.source)) " · " (p.w.code(claim.status.as_str()))
        }
        (quote(p, Some(stored), &stored.document.id, &stored.id))
    }
}

/// Who is signed in, or where to.
fn who(p: &Page<'_>, session: Option<&Session>) -> Markup {
    let w = p.w;
    let back = address::with(&p.request.path, p.fields, "done", None);
    html! {
        @match session {
            Some(session) => form.who method="post" action="/sign-out" {
                (hidden(session, &back))
                (w.fill("sign.as", &[("author", &html! { bdi { (safe(&session.author)) } })])) " "
                button { (w.t("sign.out")) }
            },
            None => p.warn { (w.t("sign.needed")) " " a href={ "/sign-in?back=" (address::part(&back)) } { (w.t("sign.title")) } },
        }
    }
}

fn operations(p: &Page<'_>) -> Result<Vec<Operation>, LedgerError> {
    p.site.with_ledger(|ledger| ledger.operations(None))
}

/// What was just done, to take back.
fn done(p: &Page<'_>, session: Option<&Session>, held: &[Operation]) -> Markup {
    let last = p.fields.get("done").and_then(|id| held.iter().find(|o| o.id == id));
    html! {
        @if let Some(operation) = last {
            div.done role="status" {
                p { (done_words(p, operation)) }
                @if let (Some(session), false) = (session, matches!(operation.action, Action::Undo { .. })) {
                    (undo(p, session, &operation.id, &address::with(&p.request.path, p.fields, "done", None), Some("undo")))
                }
            }
        }
    }
}

fn done_words(p: &Page<'_>, operation: &Operation) -> Markup {
    let name = html! { b { (p.w.t(&label(&operation.action))) } };
    p.w.fill("review.done", &[("author", &html! { bdi { (safe(&operation.author)) } }), ("what", &name)])
}

fn label(action: &Action) -> String {
    format!("did.{}", action.name().replace('-', "_"))
}

fn undo(p: &Page<'_>, session: &Session, id: &str, back: &str, anchor: Option<&str>) -> Markup {
    html! {
        form.verdict method="post" action="/judge" {
            (hidden(session, back))
            input type="hidden" name="operation" value=(id);
            button id=[anchor] name="do" value="undo" { (p.w.t("review.undo")) }
        }
    }
}

/// One claim with all that can be decided about it.
pub fn claim(p: &Page<'_>, id: &str) -> Result<Option<Answer>, LedgerError> {
    let stored = match p.site.with_ledger(|ledger| ledger.claim(id)) {
        Err(LedgerError::NoSuchClaim { .. } | LedgerError::AmbiguousClaim { .. }) => return Ok(None),
        other => other?,
    };
    let (w, session) = (p.w, p.site.session(p.request));
    // Who decides must see what is decided; nobody else does.
    if session.is_none() && p.site.discreet(None, vec![stored.clone()])?.is_empty() {
        return Ok(None);
    }
    let held = operations(p)?;
    let mine: Vec<&Operation> = held.iter().filter(|o| o.action.objects().contains(&stored.id.as_str())).collect();
    let back = judged(&stored.id);
    let main = html! {
        h1 { (w.t("review.claim")) }
        (done(p, session.as_ref(), &held))
        (who(p, session.as_ref()))
        (told(p, &stored))
        p.files {
            @for rank in p.view.ranks_of_claim(&stored.id) { a href=(address::fact(&p.view.id(rank))) { (w.t("article.fact")) } " · " }
            (w.t("article.rule")) " " code { (safe(&stored.claim.rule)) }
        }
        @if let Some(session) = &session {
            form.verdict method="post" action="/judge" {
                (hidden(session, &back))
                input type="hidden" name="claim" value=(stored.id);
                (because(p)) " " (button(p, "accept", "a")) " " (button(p, "reject", "r"))
            }
            h2 { (w.t("review.slots")) }
            p.note { (w.t("review.slots_note")) }
            @for (slot, holds) in stored.claim.kind.slots() { (slot_form(p, session, &stored, *slot, *holds)) }
            @if !stored.claim.texts(Slot::Person).is_empty() {
                h2 { (w.t("review.person")) }
                form.verdict method="post" action="/judge" {
                    (hidden(session, &back))
                    input type="hidden" name="one" value=(stored.id);
                    label { (w.t("review.other")) " " input name="other" required size="18" value=[p.typed("other")]; }
                    " " (button(p, "same_person", "s")) " " (button(p, "other_person", "d"))
                }
            }
        }
        @if !mine.is_empty() { h2 { (w.t("log.title")) } (rows(p, session.as_ref(), &held, &mine, &back)) }
    };
    Ok(Some(own(p, w.t("review.claim"), &main)))
}

fn because(p: &Page<'_>) -> Markup {
    html! { label { (p.w.t("review.because")) " " input name="because" size="24" maxlength=(desk::REASON); } }
}

/// The fields in which a slot is set right.
fn slot_form(p: &Page<'_>, session: &Session, stored: &StoredClaim, slot: Slot, holds: SlotType) -> Markup {
    let (w, value) = (p.w, stored.claim.slots.get(&slot));
    html! {
        form.slot method="post" action="/judge" {
            (hidden(session, &judged(&stored.id)))
            input type="hidden" name="claim" value=(stored.id);
            input type="hidden" name="slot" value=(slot.as_str());
            fieldset {
                legend { (w.code(slot.as_str())) @if let Some(value) = value { ": " (phrase::value_of(p, Said::from(&stored.claim), slot, value)) } }
                (inputs(p, holds, value))
                button name="do" value="correct" { (w.t("review.set")) } " "
                @if value.is_some() { button name="do" value="unsaid" { (w.t("review.unsaid")) } }
            }
        }
    }
}

fn inputs(p: &Page<'_>, holds: SlotType, value: Option<&Value>) -> Markup {
    let w = p.w;
    let text = value.map(|v| v.texts().join("; ")).unwrap_or_default();
    let end = |name: &str, v: Option<f64>| {
        html! {
            label { (w.t(&format!("review.{name}"))) " " input name=(name) inputmode="decimal" size="11" value=[v]; }
        }
    };
    let bounds = value.and_then(Value::bounds).unwrap_or_default();
    let both = |b: Bounds| {
        html! {
            (end("min", b.min)) " " (end("max", b.max)) " "
            label.tick { input type="checkbox" name="approx" checked[b.approx]; " " (w.t("review.approx")) } " "
        }
    };
    html! {
        @match holds {
            SlotType::Code(codes) => label { span.vh { (w.t("review.value")) } select name="value" {
                @for code in codes { option value=(code) selected[text == *code] { (w.code(code)) } }
            } },
            SlotType::Codes(codes) => label { span.vh { (w.t("review.value")) } input name="value" size="34" value=(text) title=(codes.join("; ")); },
            SlotType::Amount => {
                @let amount = match value { Some(Value::Amount(a)) => a.clone(), _ => Default::default() };
                (both(amount.bounds))
                label { (w.t("review.currency")) " " input name="currency" size="4" maxlength="3" value=[amount.currency]; } " "
                label { (w.t("review.period")) " " input name="period" size="8" value=[amount.period]; }
                @if let Some(stat) = amount.stat { input type="hidden" name="stat" value=(stat); }
            },
            SlotType::Bounds => (both(bounds)),
            SlotType::Flag => label { span.vh { (w.t("review.value")) } select name="value" {
                @for flag in ["true", "false"] { option value=(flag) { (w.t(&format!("review.{flag}"))) } }
            } },
            SlotType::Number | SlotType::Year => label { span.vh { (w.t("review.value")) } input name="value" inputmode="decimal" size="11" value=[bounds.min]; },
            SlotType::Name | SlotType::People | SlotType::Text => label { span.vh { (w.t("review.value")) } input name="value" size="34" value=(safe(&text)); },
        }
        " "
    }
}

pub fn log(p: &Page<'_>) -> Made {
    let w = p.w;
    let session = p.site.session(p.request);
    let held = operations(p)?;
    let start: usize = p.fields.get("start").and_then(|n| n.parse().ok()).unwrap_or(0);
    let shown: Vec<&Operation> = held.iter().rev().skip(start).take(LOG).collect();
    let main = html! {
        h1 { (w.t("log.title")) " " span.n { (held.len()) } }
        p.lead { (w.t("log.lead")) }
        (done(p, session.as_ref(), &held))
        (who(p, session.as_ref()))
        @if shown.is_empty() { p { (w.t("log.none")) } } @else { (rows(p, session.as_ref(), &held, &shown, "/log")) }
        @if start + LOG < held.len() {
            p.more { a rel="next" href=(p.with("start", Some(&(start + LOG).to_string()))) { (w.t("list.more")) } }
        }
        p.files { a href="/api/v1/operations" { "JSON" } }
    };
    Ok(own(p, w.t("log.title"), &main))
}

fn rows(p: &Page<'_>, session: Option<&Session>, held: &[Operation], shown: &[&Operation], back: &str) -> Markup {
    let w = p.w;
    let mut record = Record::default();
    held.iter().cloned().for_each(|o| record.judge(o));
    let in_force: std::collections::BTreeSet<&str> = record.in_force().into_iter().map(|o| o.id.as_str()).collect();
    html! {
        div.wide { table {
            caption.vh { (w.t("log.title")) }
            thead { tr {
                @for name in ["at", "author", "did", "about", "state"] { th scope="col" { (w.t(&format!("log.{name}"))) } }
            } }
            tbody {
                @for o in shown {
                    @let undoing = matches!(o.action, Action::Undo { .. });
                    tr {
                        td { time datetime=(o.at) { (phrase::second(&o.at)) } }
                        td { bdi { (safe(&o.author)) } }
                        td { (w.t(&label(&o.action))) (corrected(p, o)) @if !o.reason.is_empty() { " “" bdi { (safe(&o.reason)) } "”" } }
                        td { @for (n, object) in o.action.objects().iter().enumerate() { @if n > 0 { ", " } (object_link(p, &o.action, object)) } }
                        td {
                            @if undoing { } @else if in_force.contains(o.id.as_str()) {
                                (w.t("log.holds")) " "
                                @if let Some(session) = session { (undo(p, session, &o.id, back, None)) }
                            } @else { (w.t("log.undone")) }
                        }
                    }
                }
            }
        } }
    }
}

/// Which slot was set to what.
fn corrected(p: &Page<'_>, operation: &Operation) -> Markup {
    let Action::Correct { slot, value, .. } = &operation.action else { return html! {} };
    let shown = |value: &Value| match value {
        Value::Amount(amount) => html! { (phrase::figure(p, amount)) },
        Value::Flag(flag) => html! { (p.w.t(if *flag { "review.true" } else { "review.false" })) },
        other => match other.bounds() {
            Some(bounds) => html! { (mercato_model::shown::bounded(bounds, mercato_model::shown::number)) },
            None => html! { bdi { (safe(&other.texts().join("; "))) } },
        },
    };
    html! {
        ": " (p.w.code(slot.as_str())) " → "
        @match value { Some(value) => (shown(value)), None => (p.w.t("review.unsaid")) }
    }
}

fn object_link(p: &Page<'_>, action: &Action, object: &str) -> Markup {
    let short: String = object.chars().take(10).collect();
    match action {
        Action::Retract { .. } | Action::OwnRoot { .. } | Action::SameRoot { .. } => {
            html! { a href=(address::article(object)) { (super::fact::article_name(p, object)) } }
        }
        Action::Undo { .. } | Action::Learn { .. } => html! { code { (safe(&short)) } },
        _ => html! { a href=(judged(object)) { code { (safe(&short)) } } },
    }
}

pub fn sign_in(p: &Page<'_>, failed: bool) -> Answer {
    let w = p.w;
    let back = p.fields.get("back").and_then(address::local).unwrap_or("/review");
    let main = html! {
        h1 { (w.t("sign.title")) }
        p.lead { (w.t("sign.lead")) }
        @if failed { p.warn role="alert" { (w.t("sign.wrong")) } }
        form.sign method="post" action="/sign-in" {
            input type="hidden" name="back" value=(back);
            label { (w.t("sign.author")) " " input name="author" required maxlength="60" autocomplete="nickname" value=[p.typed("author")]; }
            label { (w.t("sign.token")) " " input name="token" type="password" required autocomplete="current-password"; }
            button { (w.t("sign.go")) }
        }
    };
    own(p, w.t("sign.title"), &main)
}
