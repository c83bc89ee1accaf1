//! The help teaches: every command says what it does, wrong command lines say what is right.

mod run;

use run::Place;

const COMMANDS: [&str; 12] =
    ["read", "add", "list", "who", "firm", "why", "pack", "kb", "eval", "export", "tour", "completions"];

#[test]
fn help_names_every_command_and_exit_code() {
    let help = Place::new().ok(&["--help"]);
    for command in COMMANDS {
        assert!(help.lines().any(|l| l.trim_start().starts_with(command)), "{command} is missing in: {help}");
    }
    for code in
        ["0  done", "1  an input failed", "2  the command line", "3  the ledger", "4  the packs", "5  the output"]
    {
        assert!(help.contains(code), "{code}");
    }
}

#[test]
fn every_command_has_help() {
    let place = Place::new();
    for command in COMMANDS {
        let help = place.ok(&[command, "--help"]);
        assert!(help.starts_with(char::is_uppercase) && help.contains("Usage: mercato"), "{command}: {help}");
    }
}

#[test]
fn no_command_shows_the_help() {
    Place::new().run(&[]).fails(2, &["First steps", "mercato tour"]);
}

#[test]
fn wrong_command_lines_say_what_is_right() {
    let place = Place::new();
    place.run(&["raed", "x"]).fails(2, &["raed", "'read'"]);
    place.run(&["list", "move"]).fails(3, &["no such ledger", "mercato add"]);
    place.run(&["list", "jobs"]).fails(2, &["jobs", "moves"]);
    place.run(&["list", "moves", "--since", "yesterday"]).fails(2, &["YYYY-MM-DD"]);
    place.run(&["list", "moves", "--status", "sure"]).fails(2, &["asserted"]);
    place.run(&["list", "moves", "--min-score", "80"]).fails(2, &["0 to 1"]);
    place.run(&["read", "x", "--lang", "italian"]).fails(2, &["two letters"]);
    place.run(&["why"]).fails(2, &["CLAIM-ID"]);
}

#[test]
fn completions_for_every_shell() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(place.ok(&["completions", shell]).contains("completions"), "{shell}");
    }
}
