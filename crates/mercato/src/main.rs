//! The command line of Mercato: reads articles, keeps a ledger of claims, answers questions about it.
//!
//! This crate alone prints, reads the environment and asks the clock.

mod cli;

mod commands;

mod engine;

mod intake;

mod models;

mod reader;

mod known;

mod limits;

mod watchfile;

mod render;

mod scoring;

mod error;

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;

use error::Exit;

/// Reading allocates by the sentence; this allocator does it in two thirds of the time of the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    let mut out = std::io::BufWriter::with_capacity(1 << 16, std::io::stdout());
    let result = commands::run(&cli, &mut out).and_then(|exit| {
        out.flush()?;
        Ok(exit)
    });
    // What is left in the buffer has nowhere to go after a failure to write.
    let (_, _) = out.into_parts();
    let exit = result.unwrap_or_else(|failure| {
        if failure.message.is_some() {
            eprintln!("{failure}");
        }
        failure.exit
    });
    ExitCode::from(exit as u8)
}

/// What a command returns: how it ended, when it did what it could.
type Done = error::Result<Exit>;
