//! One JSON object a line: the record of `docs/claims.md`, and for a kept claim its id and document.

use std::io::{self, Write};

use mercato_model::Claim;
use serde::Serialize;

use super::Row;

#[derive(Serialize)]
struct Line<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(flatten)]
    claim: &'a Claim,
    #[serde(skip_serializing_if = "Option::is_none")]
    outlet: Option<&'a str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    superseded: bool,
}

pub fn print(out: &mut dyn Write, row: &Row<'_>) -> io::Result<()> {
    // A claim that is only read is exactly the record; the outlet belongs to the kept document.
    let outlet = row.id.and(row.outlet);
    let line = Line { id: row.id, claim: row.claim, outlet, superseded: row.superseded };
    serde_json::to_writer(&mut *out, &line)?;
    out.write_all(b"\n")
}
