//! `mercato completions`: what a shell needs to complete commands and flags.

use std::io::Write;

use clap::CommandFactory as _;

use crate::Done;
use crate::cli::{Cli, Completions};
use crate::error::Exit;

pub fn run(args: &Completions, out: &mut dyn Write) -> Done {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "mercato", &mut script);
    out.write_all(&script)?;
    Ok(Exit::Done)
}
