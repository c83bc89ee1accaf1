//! `mercato report`: one self-contained file about a period.

use std::io::Write;

use mercato_web::{Report, Standing, Ui};

use super::serve::site;
use crate::Done;
use crate::cli::{self, Global};
use crate::error::{Exit, Failure, plain};

pub fn run(global: &Global, args: &cli::Report, out: &mut dyn Write) -> Done {
    if let (Some(since), Some(until)) = (args.since, args.until)
        && since > until
    {
        return Err(Failure::usage(format!("{since} is after {until}")));
    }
    let site = site(global)?;
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
