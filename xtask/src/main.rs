//! Developer tasks: `cargo run -p xtask -- generate | check`.

mod generate;

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let task = std::env::args().nth(1).unwrap_or_default();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the workspace");
    let result = match task.as_str() {
        "generate" => generate::write(root),
        "check" => generate::check(root),
        _ => Err("usage: cargo run -p xtask -- generate | check".to_owned()),
    };
    match result {
        Ok(message) => {
            println!("{message}");
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}
