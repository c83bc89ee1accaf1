//! What forms send: signing in and out, and decisions of persons, which go into the ledger's log.

use maud::html;
use mercato_facts::{Action, correction};
use mercato_ledger::{LedgerError, Store as _};
use mercato_model::schema::SlotType;
use mercato_model::{Amount, Bounds, Kind, Slot, Value};

use crate::answer::Answer;
use crate::gate::{self, Session};
use crate::request::Fields;
use crate::{Request, Site, address, page};

/// What a form may hold.
const FORM: &str = "application/x-www-form-urlencoded";

/// Longest reason for a decision, in characters.
pub const REASON: usize = 500;

/// Answers a form; `None`: no form goes there.
pub fn answer(site: &Site, request: &Request, parts: &[&str]) -> Option<Answer> {
    if !matches!(parts, ["sign-in" | "sign-out" | "judge"]) {
        return None;
    }
    let text = std::str::from_utf8(&request.body).ok().filter(|_| request.content_type.starts_with(FORM));
    let fields = Fields::of(text.unwrap_or_default());
    Some(match parts {
        ["sign-in"] => sign_in(site, request, &fields),
        ["sign-out"] => sign_out(site, request, &fields),
        _ => judge(site, request, &fields),
    })
}

fn cookie(value: &str, more: &str) -> String {
    format!("session={value}; Path=/; SameSite=Strict; HttpOnly{more}")
}

fn back(fields: &Fields) -> &str {
    fields.get("back").and_then(address::local).unwrap_or("/review")
}

fn sign_in(site: &Site, request: &Request, fields: &Fields) -> Answer {
    let author = fields.get("author").and_then(gate::author);
    let right = gate::is_same_site(request) && site.gate.opens(fields.get("token").unwrap_or_default());
    match author.filter(|_| right) {
        Some(author) => Answer::redirect(back(fields))
            .with("set-cookie", cookie(&site.gate.session(author, (site.config.today)()), ""))
            .with("cache-control", "no-store"),
        None => page::sign_in_again(site, request, fields),
    }
}

fn sign_out(site: &Site, request: &Request, fields: &Fields) -> Answer {
    match entered(site, request, fields) {
        Ok(_) => Answer::redirect(back(fields)).with("set-cookie", cookie("", "; Max-Age=0")),
        Err(refused) => refused,
    }
}

/// The session, when the form comes from one of its own pages.
fn entered(site: &Site, request: &Request, fields: &Fields) -> Result<Session, Answer> {
    let session = site.session(request).filter(|_| site.gate.is_own_form(request, fields));
    session.ok_or_else(|| {
        let w = request.ui().words();
        page::refused(
            site,
            request,
            403,
            &html! { p { (w.t("sign.lost")) } p { a href="/sign-in" { (w.t("sign.title")) } } },
        )
    })
}

fn judge(site: &Site, request: &Request, fields: &Fields) -> Answer {
    let session = match entered(site, request, fields) {
        Ok(session) => session,
        Err(refused) => return refused,
    };
    let reason: String = fields.get("because").unwrap_or_default().chars().take(REASON).collect();
    match action(site, fields).and_then(|action| site.judge(&session.author, &reason, action)) {
        Ok(operation) => Answer::redirect(&address::done(back(fields), &operation.id)),
        Err(error) => {
            let w = request.ui().words();
            page::refused(
                site,
                request,
                status(&error),
                &html! {
                    p.warn role="alert" { (error.to_string()) }
                    p { a href=(back(fields)) { (w.t("review.back")) } }
                },
            )
        }
    }
}

/// The status of an answer that a ledger refuses.
pub fn status(error: &LedgerError) -> u16 {
    match error {
        LedgerError::NoSuchClaim { .. }
        | LedgerError::AmbiguousClaim { .. }
        | LedgerError::NoSuchDocument { .. }
        | LedgerError::NoSuchOperation { .. } => 404,
        LedgerError::Unfit { .. } => 422,
        _ => 503,
    }
}

/// The decision that a form asks for.
fn action(site: &Site, fields: &Fields) -> Result<Action, LedgerError> {
    let field = |name: &str| fields.get(name).unwrap_or_default().to_owned();
    Ok(match fields.get("do").unwrap_or_default() {
        "accept" => Action::Accept { claim: field("claim") },
        "reject" => Action::Reject { claim: field("claim") },
        "same_person" => Action::SamePerson { one: field("one"), other: field("other") },
        "other_person" => Action::OtherPerson { one: field("one"), other: field("other") },
        "undo" => Action::Undo { operation: field("operation") },
        what @ ("correct" | "unsaid") => {
            let claim = site.with_ledger(|ledger| ledger.claim(&field("claim")))?;
            let slot = Slot::parse(&field("slot")).ok_or_else(|| unfit("slot"))?;
            let value = (what == "correct").then(|| value(claim.claim.kind, slot, fields)).transpose()?;
            Action::Correct { claim: claim.id, slot, value }
        }
        _ => return Err(unfit("do")),
    })
}

fn unfit(field: &str) -> LedgerError {
    LedgerError::Unfit { what: format!("the field {field} has no sense") }
}

/// The value that the fields of a form make: amounts and bounds have a field for each end.
fn value(kind: Kind, slot: Slot, fields: &Fields) -> Result<Value, LedgerError> {
    let end = |name: &str| match fields.get(name).map(|v| v.replace([' ', '\u{a0}', '\u{202f}'], "")) {
        None => Ok(None),
        Some(text) => text.parse::<f64>().map(Some).map_err(|_| unfit(name)),
    };
    let bounds =
        || Ok::<_, LedgerError>(Bounds { min: end("min")?, max: end("max")?, approx: fields.get("approx").is_some() });
    let made = match kind.slot_type(slot) {
        Some(SlotType::Amount) => {
            let text = |name: &str| fields.get(name).map(str::to_owned);
            let (currency, period, stat) = (text("currency"), text("period"), text("stat"));
            correction::fitting(kind, slot, Value::Amount(Amount { bounds: bounds()?, currency, period, stat }))
        }
        Some(SlotType::Bounds) => correction::fitting(kind, slot, Value::Bounds(bounds()?)),
        _ => correction::written(kind, slot, fields.get("value").unwrap_or_default()),
    };
    made.map_err(|misfit| LedgerError::Unfit { what: misfit.to_string() })
}
