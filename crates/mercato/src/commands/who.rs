//! `mercato who`: everything known about a person, newest first.

use std::io::Write;

use mercato_ledger::{Filter, Order};

use super::{list, record};
use crate::Done;
use crate::cli::{Global, Named};
use crate::error::Exit;

pub fn run(global: &Global, args: &Named, out: &mut dyn Write) -> Done {
    let filter = Filter {
        person: vec![args.name.clone()],
        order: Order::Newest,
        limit: args.rows.limit,
        as_of: record::as_of(global),
        ..Filter::default()
    };
    if list::print(global, &filter, args.private, args.rows.format, out)? == 0 {
        eprintln!(
            "mercato: nothing is known about {}\n  a surname is enough; `mercato list all` shows everybody",
            args.name
        );
    }
    Ok(Exit::Done)
}
