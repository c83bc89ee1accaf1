//! The API: endpoints declared once; routing, checking of parameters and the OpenAPI page all come from there.

mod endpoint;

mod shape;

mod openapi;

mod write;

use std::sync::Arc;

use mercato_ledger::LedgerError;

pub use shape::FactShape;

use crate::answer::Answer;
use crate::request::Fields;
use crate::site::About;
use crate::view::View;
use crate::{Method, Request, Site};
use endpoint::{Call, ENDPOINTS, Endpoint};

/// Why an endpoint gives no answer.
pub enum Refusal {
    /// Nothing of this name.
    Missing(String),
    /// A parameter that cannot be understood.
    Bad(String),
    Ledger(LedgerError),
}

impl From<LedgerError> for Refusal {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::NoSuchClaim { .. } | LedgerError::AmbiguousClaim { .. } => Self::Missing(error.to_string()),
            other => Self::Ledger(other),
        }
    }
}

/// The codes of problems, with what they mean; the addresses of problems lead to this list.
pub const PROBLEMS: &[(&str, u16, &str)] = &[
    ("not-found", 404, "There is nothing at this address."),
    ("bad-parameter", 400, "A parameter is unknown or cannot be understood."),
    ("method", 405, "The address exists and does not take this method."),
    ("token", 401, "Writing needs the token."),
    ("bad-body", 400, "The body cannot be understood."),
    ("media-type", 415, "Bodies are JSON."),
    ("unfit", 422, "The decision does not fit what it is about."),
    ("too-often", 429, "Too many writes in a short time."),
    ("too-large", 413, "The body is too large."),
    ("too-slow", 408, "The body did not come."),
    ("busy", 503, "Another process is writing to the ledger."),
    ("ledger", 503, "The ledger cannot be read at the moment."),
    ("counting", 503, "The ledger is large and is being counted; ask again."),
];

fn problem(code: &str, detail: &str) -> Answer {
    let (_, status, title) = PROBLEMS.iter().find(|(known, ..)| *known == code).unwrap_or(&PROBLEMS[0]);
    Answer::problem(*status, code, title, detail)
}

pub fn answer(site: &Site, request: &Request, parts: &[&str]) -> Answer {
    let Some((endpoint, names)) = ENDPOINTS.iter().find_map(|e| Some((e, matched(e, parts)?))) else {
        return problem("not-found", "see /api/v1/openapi.json for what there is");
    };
    let writes = write::writes(endpoint.path);
    match request.method {
        Method::Get | Method::Head => {}
        Method::Post if writes => return write::answer(site, request, endpoint.path),
        _ => {
            return problem("method", "see the header allow")
                .with("allow", if writes { "GET, HEAD, POST" } else { "GET, HEAD" });
        }
    }
    let fields = Fields::of(&request.query);
    if let Some(wrong) = endpoint.flaw(&fields) {
        return problem("bad-parameter", &wrong);
    }
    let as_of = fields.get("asof").and_then(mercato_model::PartialDate::parse);
    let view = match site.view_about(as_of, about(endpoint, &names)) {
        Ok(view) => view,
        Err(error) => return problem("ledger", &error.to_string()),
    };
    if !view.counted && !NEEDS_NO_COUNT.contains(&endpoint.name) {
        return problem("counting", &format!("{} % is done", site.done())).with("retry-after", "3");
    }
    let keeps = view.counted && endpoint.path != write::DECISIONS_AT;
    match (endpoint.run)(&Call { site, view, names, fields: &fields }) {
        Ok(body) => Answer { keeps, ..Answer::json(body.to_string()) }.with("access-control-allow-origin", "*"),
        Err(Refusal::Missing(what)) => problem("not-found", &what),
        Err(Refusal::Bad(what)) => problem("bad-parameter", &what),
        Err(Refusal::Ledger(error)) => problem("ledger", &error.to_string()),
    }
}

/// Endpoints that answer the same while the ledger is being counted.
const NEEDS_NO_COUNT: &[&str] =
    &["openapi", "problems", "fact", "person", "claims", "claim", "article", "operations", "search"];

fn about<'a>(endpoint: &Endpoint, names: &[&'a str]) -> About<'a> {
    match (endpoint.name, names) {
        ("person", [name]) => About::Person(name),
        ("fact", [id]) => About::Fact(id),
        _ => About::Nothing,
    }
}

/// An endpoint as a tool: what it is called, what it takes.
pub struct Tool {
    pub name: &'static str,
    pub about: &'static str,
    /// What stands in the path, each needed.
    pub places: Vec<&'static str>,
    /// Name, meaning, schema.
    pub params: Vec<(&'static str, &'static str, serde_json::Value)>,
    endpoint: &'static Endpoint,
}

/// The endpoints that answer about the market, as tools.
pub fn tools() -> impl Iterator<Item = Tool> {
    ENDPOINTS.iter().filter(|e| !matches!(e.name, "openapi" | "problems" | "operations")).map(|endpoint| Tool {
        name: endpoint.name,
        about: endpoint.about,
        places: endpoint.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect(),
        params: endpoint.params.iter().map(|p| (p.name, p.about, openapi::takes(p.takes))).collect(),
        endpoint,
    })
}

/// Asks a tool; what went wrong in words.
pub fn ask(
    site: &Site,
    tool: &Tool,
    names: Vec<&str>,
    fields: &Fields,
) -> Result<(Arc<View>, serde_json::Value), String> {
    if let Some(wrong) = tool.endpoint.flaw(fields) {
        return Err(wrong);
    }
    let as_of = fields.get("asof").and_then(mercato_model::PartialDate::parse);
    let view = site.counted(as_of).map_err(|error| error.to_string())?;
    match (tool.endpoint.run)(&Call { site, view: view.clone(), names, fields }) {
        Ok(answer) => Ok((view, answer)),
        Err(Refusal::Missing(what) | Refusal::Bad(what)) => Err(what),
        Err(Refusal::Ledger(error)) => Err(error.to_string()),
    }
}

/// What stands in the places of a path, when it is this endpoint's.
fn matched<'a>(endpoint: &Endpoint, parts: &[&'a str]) -> Option<Vec<&'a str>> {
    let wanted: Vec<&str> = endpoint.path.split('/').filter(|part| !part.is_empty()).collect();
    let fits = |(wanted, part): (&&str, &&str)| wanted.starts_with('{') || wanted == part;
    let same = wanted.len() == parts.len() && wanted.iter().zip(parts).all(fits);
    let places = wanted.iter().zip(parts).filter(|(wanted, _)| wanted.starts_with('{'));
    same.then(|| places.map(|(_, part)| *part).collect())
}
