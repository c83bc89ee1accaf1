//! Keeps the tree as ARCHITECTURE.md and CONTRIBUTING.md describe it: paths, edges between crates, invariants and
//! their tests, module documentation, file sizes and names, no words of natural languages in code.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// Lines that no source file may exceed; generated tables apart.
const CAP: usize = 800;

/// Names that say nothing about what a file holds.
const EMPTY_NAMES: &[&str] = &["util", "utils", "helper", "helpers", "misc", "common", "manager"];

/// Codes of languages that happen to be words.
const CODES: &[&str] = &["fra"];

/// Pages whose paths must exist.
const PAGES: &[&str] = &["ARCHITECTURE.md", "CONTRIBUTING.md", "README.md", "NOTICE", "benches/README.md"];

/// One source file of the project.
struct Source {
    /// Relative to the root, with `/` between parts.
    path: String,
    text: String,
}

pub fn check(root: &Path) -> Result<String, String> {
    let sources = sources(root)?;
    let mut mess = Vec::new();
    each_source(&sources, &mut mess);
    walls(&sources, &mut mess);
    foreign_words(root, &sources, &mut mess);
    paths(root, &mut mess);
    let architecture = read(root, "ARCHITECTURE.md", &mut mess);
    edges(root, &architecture, &mut mess);
    let invariants = invariants(&architecture, &sources, &mut mess);
    if mess.is_empty() {
        Ok(format!("{} source files are tidy, {invariants} invariants have their tests", sources.len()))
    } else {
        Err(mess.join("\n"))
    }
}

fn sources(root: &Path) -> Result<Vec<Source>, String> {
    let mut out = Vec::new();
    for top in ["crates", "xtask", "benches", "fuzz"] {
        walk(root, &root.join(top), &mut out)?;
    }
    out.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(out)
}

fn walk(root: &Path, folder: &Path, out: &mut Vec<Source>) -> Result<(), String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(()) };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            if path.file_name().is_some_and(|name| name != "target") {
                walk(root, &path, out)?;
            }
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
            let relative = path.strip_prefix(root).unwrap_or(&path);
            out.push(Source { path: relative.to_string_lossy().replace('\\', "/"), text });
        }
    }
    Ok(())
}

fn read(root: &Path, name: &str, mess: &mut Vec<String>) -> String {
    std::fs::read_to_string(root.join(name)).unwrap_or_else(|e| {
        mess.push(format!("{name}: {e}"));
        String::new()
    })
}

fn each_source(sources: &[Source], mess: &mut Vec<String>) {
    for Source { path, text } in sources {
        let first = text.lines().next().unwrap_or_default();
        if !first.starts_with("//! ") {
            mess.push(format!("{path}:1: the first line says what the file is for (`//! ...`)"));
        }
        let lines = text.lines().count();
        if lines > CAP && !first.contains("Generated from") {
            mess.push(format!("{path}: {lines} lines; no file has more than {CAP}"));
        }
        for part in path.split('/') {
            let stem = part.strip_suffix(".rs").unwrap_or(part);
            if EMPTY_NAMES.contains(&stem) {
                mess.push(format!("{path}: `{stem}` says nothing: name the file after what it holds"));
            }
        }
    }
}

/// Only the binary prints, asks the environment and the clock; only those that must touch files or sockets.
fn walls(sources: &[Source], mess: &mut Vec<String>) {
    let everywhere = ["println!(", "eprintln!(", "print!(", "dbg!(", "std::env", "SystemTime", "Instant::now"];
    for Source { path, text } in sources.iter().filter(|s| s.path.starts_with("crates/") && s.path.contains("/src/")) {
        let within = |names: &[&str]| names.iter().any(|name| path.starts_with(&format!("crates/{name}/")));
        if within(&["mercato"]) {
            continue;
        }
        let files =
            if within(&["mercato-source", "mercato-ledger"]) { &[][..] } else { &["std::fs", "std::net", "std::io"] };
        let code = text.lines().take_while(|line| !line.starts_with("#[cfg(test)]")).enumerate();
        for (n, line) in code.filter(|(_, line)| !line.trim_start().starts_with("//")) {
            for word in everywhere.iter().chain(files).filter(|word| line.contains(**word)) {
                mess.push(format!("{path}:{}: `{word}` has no place in this crate", n + 1));
            }
        }
    }
}

/// String literals in code that are words of a language: frequent words of a pack, or letters with accents.
fn foreign_words(root: &Path, sources: &[Source], mess: &mut Vec<String>) {
    let frequent = frequent_words(root, mess);
    for Source { path, text } in sources.iter().filter(|s| !s.path.contains("/tests/") && !s.path.starts_with("xtask/"))
    {
        for (n, line) in text.lines().enumerate() {
            // Unit tests stand at the end of a file.
            if line.starts_with("#[cfg(test)]") {
                break;
            }
            if line.trim_start().starts_with("//") {
                continue;
            }
            for literal in literals(line) {
                if frequent.contains(literal) && !CODES.contains(&literal)
                    || literal.chars().any(|c| c.is_alphabetic() && !c.is_ascii())
                {
                    let place = format!("{path}:{}", n + 1);
                    mess.push(format!("{place}: “{literal}” is a word of a natural language: those live in packs/"));
                }
            }
        }
    }
}

/// The frequent words of the packs.
fn frequent_words(root: &Path, mess: &mut Vec<String>) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    // English words are everywhere in the program's own messages.
    for lang in ["it", "fr"] {
        let path = format!("packs/{lang}/orthography.toml");
        let table: toml::Table = read(root, &path, mess).parse().unwrap_or_default();
        let words = table.get("stopwords").and_then(toml::Value::as_array).cloned().unwrap_or_default();
        out.extend(words.iter().filter_map(toml::Value::as_str).filter(|w| w.len() > 2).map(str::to_owned));
    }
    out
}

/// The string literals of a line, escapes left as they are.
fn literals(line: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut start = None;
    let mut escaped = false;
    for (at, c) in line.char_indices() {
        match (c, start) {
            _ if escaped => escaped = false,
            ('\\', _) => escaped = true,
            ('"', None) => start = Some(at + 1),
            ('"', Some(from)) => {
                out.extend(line.get(from..at));
                start = None;
            }
            _ => {}
        }
    }
    out
}

/// Every path that a page names exists.
fn paths(root: &Path, mess: &mut Vec<String>) {
    for page in PAGES {
        let text = read(root, page, mess);
        for (n, line) in text.lines().enumerate() {
            for name in line.split('`').skip(1).step_by(2) {
                let path = name.split("::").next().unwrap_or(name);
                let looks_like_one =
                    path.contains('/') && !path.contains([' ', '*', '<', '(', '{', '|', '…', '$', '\'']);
                if looks_like_one && !path.starts_with("http") && !path.starts_with('/') && !root.join(path).exists() {
                    mess.push(format!("{page}:{}: there is no `{path}`", n + 1));
                }
            }
        }
    }
}

/// The table of crates in ARCHITECTURE.md against what cargo knows.
fn edges(root: &Path, architecture: &str, mess: &mut Vec<String>) {
    let mut written: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in section(architecture, "## Crates").lines().filter(|l| l.starts_with("| `")) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').collect();
        let names = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
        if let (Some(name), Some(uses)) = (names(cells[0]).into_iter().next(), cells.get(2)) {
            written.insert(name, names(uses).into_iter().collect());
        }
    }
    match workspace(root) {
        Err(what) => mess.push(what),
        Ok(real) => {
            for name in written.keys().chain(real.keys()).collect::<BTreeSet<_>>() {
                let (says, is) = (written.get(name), real.get(name));
                if says != is {
                    mess.push(format!("ARCHITECTURE.md, Crates: `{name}` is said to use {says:?}, and uses {is:?}"));
                }
            }
        }
    }
}

/// The crates of the workspace, each with those that it depends on outside its tests.
fn workspace(root: &Path) -> Result<BTreeMap<String, BTreeSet<String>>, String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root)
        .output()
        .map_err(|e| format!("cargo metadata: {e}"))?;
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)
        .map_err(|_| format!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr)))?;
    let mut out = BTreeMap::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let dependencies = package["dependencies"].as_array().into_iter().flatten();
        let uses =
            dependencies.filter(|d| d["path"].is_string() && d["kind"] != "dev").filter_map(|d| d["name"].as_str());
        let uses = uses.map(str::to_owned).collect();
        out.insert(package["name"].as_str().unwrap_or_default().to_owned(), uses);
    }
    Ok(out)
}

/// Every invariant names a test that exists; returns how many there are.
fn invariants(architecture: &str, sources: &[Source], mess: &mut Vec<String>) -> usize {
    let mut count = 0;
    for line in section(architecture, "## Invariants").lines().filter(|l| l.starts_with(|c: char| c.is_ascii_digit())) {
        count += 1;
        let tests: Vec<(&str, &str)> =
            line.split('`').skip(1).step_by(2).filter_map(|name| name.split_once("::")).collect();
        if tests.is_empty() {
            mess.push(format!("ARCHITECTURE.md: this invariant names no test (`path::test`): {line}"));
        }
        for (path, test) in tests {
            let source = sources.iter().find(|s| s.path == path);
            let definition = format!("fn {test}(");
            if !source.is_some_and(|s| s.text.contains(&definition)) {
                mess.push(format!("ARCHITECTURE.md: there is no test `{test}` in `{path}`"));
            }
        }
    }
    if count == 0 {
        mess.push("ARCHITECTURE.md: no numbered list under `## Invariants`".to_owned());
    }
    count
}

/// The text under a heading, up to the next heading of the same level.
fn section<'a>(page: &'a str, heading: &str) -> &'a str {
    let Some(at) = page.find(&format!("{heading}\n")) else { return "" };
    let body = &page[at + heading.len()..];
    body.find("\n## ").map_or(body, |end| &body[..end])
}
