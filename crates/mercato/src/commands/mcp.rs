//! `mercato mcp`: the read-only questions as tools for an assistant, over standard input and output.

use std::io::{BufRead as _, Read as _, Write};

use mercato_web::mcp;

use super::serve::site_soon;
use crate::Done;
use crate::cli::Global;
use crate::error::{Exit, Failure};

/// Bytes of one message.
const LONGEST: u64 = 4 << 20;

pub fn run(global: &Global, out: &mut dyn Write) -> Done {
    super::record::refuse_as_of(global).map_err(|_| {
        Failure::usage("--as-of is a parameter of every tool").hint("the assistant names the day: asof")
    })?;
    let site = site_soon(global)?;
    let mut input = std::io::stdin().lock();
    let mut line = Vec::new();
    loop {
        line.clear();
        if input.by_ref().take(LONGEST).read_until(b'\n', &mut line)? == 0 {
            return Ok(Exit::Done);
        }
        if line.len() as u64 == LONGEST && line.last() != Some(&b'\n') {
            return Err(Failure::usage(format!("a message of more than {LONGEST} bytes")));
        }
        let message = String::from_utf8_lossy(&line);
        if message.trim().is_empty() {
            continue;
        }
        if let Some(answer) = mcp::answer(&site, message.trim()) {
            writeln!(out, "{answer}")?;
            out.flush()?;
        }
    }
}
