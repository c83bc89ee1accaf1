//! `mercato firm`: everything known about a firm, newest first, whatever part it plays.

use std::io::Write;

use mercato_ledger::{Filter, Order};

use super::{list, record};
use crate::Done;
use crate::cli::{Global, Named};
use crate::engine::Engine;
use crate::error::Exit;

pub fn run(global: &Global, args: &Named, out: &mut dyn Write) -> Done {
    // Claims hold the knowledge base's name of a firm; a question may use another.
    let firm = canonical(Engine::load(global)?, &args.name).unwrap_or_else(|| args.name.clone());
    let filter = Filter {
        firm: vec![firm],
        order: Order::Newest,
        limit: args.rows.limit,
        as_of: record::as_of(global),
        ..Filter::default()
    };
    if list::print(global, &filter, args.private, args.rows.format, out)? == 0 {
        eprintln!("mercato: nothing is known about {}\n  `mercato list all` shows every firm", args.name);
    }
    Ok(Exit::Done)
}

/// The name under which the knowledge base knows a firm.
fn canonical(engine: &Engine, name: &str) -> Option<String> {
    let kb = &engine.knowledge.kb;
    let mut firms = kb.names.iter().filter_map(|known| match known.referent {
        mercato_pack::kb::Referent::Org(at) if known.text == name => Some(kb.organisations[at].name.clone()),
        _ => None,
    });
    firms.next()
}
