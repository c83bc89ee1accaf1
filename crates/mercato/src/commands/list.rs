//! `mercato list`: claims of the ledger by kind and by what they are about, newest first.

use std::io::Write;

use mercato_facts::discretion::is_intimate;
use mercato_ledger::{Discreet, Filter, Order, Store as _};

use super::record::{self, Facts};
use crate::Done;
use crate::cli::{Filters, Format, Global, Kinds, List};
use crate::error::{Exit, Result};
use crate::render::term::Look;
use crate::render::{self, Row};

pub fn run(global: &Global, args: &List, out: &mut dyn Write) -> Done {
    let mut filter = filter(&args.filters);
    filter.limit = args.rows.limit;
    filter.as_of = record::as_of(global);
    if let Kinds::One(kind) = args.kind {
        filter.kinds = vec![kind];
    }
    if print(global, &filter, args.filters.private, args.rows.format, out)? == 0 {
        eprintln!("mercato: no such claims in {}", global.ledger.display());
    }
    Ok(Exit::Done)
}

/// Prints what a filter lets through; returns how many.
pub fn print(global: &Global, filter: &Filter, private: bool, format: Format, out: &mut dyn Write) -> Result<usize> {
    let facts = Facts::open(global)?;
    let claims = if private {
        let mut claims = facts.ledger.claims(filter)?;
        claims.retain(|c| !is_intimate(c.claim.kind, &c.claim.slots));
        claims
    } else {
        Discreet::new(facts.answers())?.claims(filter)?
    };
    let rows: Vec<Row<'_>> = claims.iter().map(Row::stored).collect();
    render::print(out, format, Look::of_stdout(global.color), &rows)?;
    Ok(rows.len())
}

fn filter(args: &Filters) -> Filter {
    let list = |name: &Option<String>| name.iter().cloned().collect();
    Filter {
        person: list(&args.person),
        firm: list(&args.firm),
        from: list(&args.from),
        to: list(&args.to),
        since: args.since,
        until: args.until,
        status: args.status.clone(),
        lang: args.lang.clone(),
        min_score: args.min_score,
        include_superseded: args.superseded,
        order: Order::Newest,
        ..Filter::default()
    }
}
