//! `mercato report`: one self-contained file about a period.

use std::io::Write;

use mercato_web::{Config, Report, Site, Standing, Ui};

use super::serve::{new_token, today};
use crate::Done;
use crate::cli::{self, Global};
use crate::engine::Engine;
use crate::error::{Exit, Failure, plain};
use crate::known;

pub fn run(global: &Global, args: &cli::Report, out: &mut dyn Write) -> Done {
    if let (Some(since), Some(until)) = (args.since, args.until)
        && since > until
    {
        return Err(Failure::usage(format!("{since} is after {until}")));
    }
    // Asked before the knowledge is loaded: a ledger that is not there is told at once.
    drop(super::ledger::reader(&global.ledger)?);
    let site = Site::open(Config {
        ledger: global.ledger.clone(),
        world: known::world(&Engine::load(global)?.knowledge.kb),
        today,
        now: super::ledger::now,
        token: new_token()?,
        closed: false,
        version: env!("CARGO_PKG_VERSION"),
    })?;
    let page = mercato_web::report(
        &site,
        &Report {
            since: args.since,
            until: args.until,
            as_of: global.as_of,
            ui: Ui::parse(&args.lang).unwrap_or_default(),
            least: Standing::parse(&args.level).unwrap_or(Standing::Reported),
            most: args.most,
        },
    )?;
    match &args.out {
        None => out.write_all(page.as_bytes())?,
        Some(path) => std::fs::write(path, page)
            .map_err(|e| Failure::new(Exit::Output, format!("{}: {}", path.display(), plain(&e))))?,
    }
    Ok(Exit::Done)
}
