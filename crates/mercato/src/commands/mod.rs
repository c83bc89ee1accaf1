//! One module a command.

mod read;

mod add;

mod list;

mod who;

mod firm;

mod why;

mod pack;

mod kb;

mod eval;

mod model;

mod export;

mod tour;

mod completions;

mod ledger;

use std::io::Write;

use crate::Done;
use crate::cli::{Cli, Command};

pub fn run(cli: &Cli, out: &mut dyn Write) -> Done {
    let global = &cli.global;
    match &cli.command {
        Command::Read(args) => read::run(global, args, out),
        Command::Add(args) => add::run(global, args, out),
        Command::List(args) => list::run(global, args, out),
        Command::Who(args) => who::run(global, args, out),
        Command::Firm(args) => firm::run(global, args, out),
        Command::Why(args) => why::run(global, args, out),
        Command::Pack(args) => pack::run(global, args, out),
        Command::Kb(args) => kb::run(global, args, out),
        Command::Model(args) => model::run(global, args, out),
        Command::Eval(args) => eval::run(global, args, out),
        Command::Export(args) => export::run(global, args, out),
        Command::Tour(args) => tour::run(global, args, out),
        Command::Completions(args) => completions::run(args, out),
    }
}
