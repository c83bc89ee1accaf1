//! `mercato forget`: erases a person; a salted digest keeps later articles from bringing the person back.

use std::hash::{BuildHasher as _, RandomState};
use std::io::Write;

use mercato_ledger::{Filter, Store as _};

use super::ledger::{now, reader, writer};
use super::record::refuse_as_of;
use crate::Done;
use crate::cli::{Global, record};
use crate::error::{Exit, Failure};

pub fn run(global: &Global, args: &record::Forget, out: &mut dyn Write) -> Done {
    refuse_as_of(global)?;
    if args.person.split_whitespace().count() < 2 {
        return Err(Failure::usage("give the full name: a surname alone may be somebody else's"));
    }
    let filter = Filter { person: vec![args.person.clone()], include_superseded: true, ..Filter::default() };
    let claims = reader(&global.ledger)?.claims(&filter)?;
    if !args.yes {
        let mut articles: Vec<&str> = claims.iter().map(|c| c.document.id.as_str()).collect();
        articles.sort_unstable();
        articles.dedup();
        let (claims, articles) = (claims.len(), articles.len());
        writeln!(out, "{claims} claims in {articles} articles name {}; nothing was erased", args.person)?;
        writeln!(out, "--yes erases them; there is no undo")?;
        return Ok(Exit::Done);
    }
    let mut ledger = writer(&global.ledger)?;
    let done = ledger.forget(&args.person, &salt(), &now())?;
    writeln!(
        out,
        "{} claims, words in {} articles and {} judgements erased; later articles do not bring them back",
        done.claims, done.documents, done.operations
    )?;
    Ok(Exit::Done)
}

/// Random digits; the standard library seeds its hashers from the system.
fn salt() -> String {
    (0..4).map(|n: u8| format!("{:016x}", RandomState::new().hash_one(n))).collect()
}
