//! Developer tasks: `cargo run -p xtask -- generate | check`.

mod generate;

mod tidy;

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let task = std::env::args().nth(1).unwrap_or_default();
    let root = root();
    let result = match task.as_str() {
        "generate" => generate::write(root),
        "check" => generate::check(root).and_then(|said| Ok(format!("{said}\n{}", tidy::check(root)?))),
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

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the workspace")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_files_are_up_to_date() {
        generate::check(root()).unwrap();
    }

    #[test]
    fn the_tree_is_tidy() {
        if let Err(mess) = tidy::check(root()) {
            panic!("{mess}");
        }
    }
}
