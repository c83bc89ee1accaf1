//! One module a command.

mod read;

mod add;

mod list;

mod who;

mod firm;

mod facts;

mod fact;

mod disputes;

mod sources;

mod review;

mod judge;

mod diff;

mod forget;

mod reread;

mod import;

mod record;

mod why;

mod pack;

mod kb;

mod eval;

mod model;

mod export;

mod tour;

mod serve;

mod report;

mod alert;

mod mcp;

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
        Command::Facts(args) => facts::run(global, args, out),
        Command::Fact(args) => fact::run(global, args, out),
        Command::Disputes(args) => disputes::run(global, args, out),
        Command::Sources(args) => sources::run(global, args, out),
        Command::Review(args) => review::run(global, args, out),
        Command::Judge(args) => judge::judge(global, args, out),
        Command::Merge(args) => judge::merge(global, args, out),
        Command::Split(args) => judge::split(global, args, out),
        Command::Never(args) => judge::never(global, args, out),
        Command::Undo(args) => judge::undo(global, args, out),
        Command::Log(rows) => judge::log(global, rows, out),
        Command::Diff(args) => diff::run(global, args, out),
        Command::Forget(args) => forget::run(global, args, out),
        Command::Reread(args) => reread::run(global, args, out),
        Command::Import(args) => import::run(global, args, out),
        Command::Why(args) => why::run(global, args, out),
        Command::Pack(args) => pack::run(global, args, out),
        Command::Kb(args) => kb::run(global, args, out),
        Command::Model(args) => model::run(global, args, out),
        Command::Eval(args) => eval::run(global, args, out),
        Command::Export(args) => export::run(global, args, out),
        Command::Tour(args) => tour::run(global, args, out),
        Command::Serve(args) => serve::run(global, args, out),
        Command::Report(args) => report::run(global, args, out),
        Command::Mcp => mcp::run(global, out),
        Command::Alert(args) => alert::run(global, args, out),
        Command::Completions(args) => completions::run(args, out),
    }
}
