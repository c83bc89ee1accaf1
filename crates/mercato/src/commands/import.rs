//! `mercato import`: another ledger into this one, or people and companies as a knowledge base.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use serde_json::Value;

use super::ledger::{reader, writer};
use super::record::refuse_as_of;
use crate::Done;
use crate::cli::{Global, record};
use crate::error::{Exit, Failure, Result};

pub fn run(global: &Global, args: &record::Import, out: &mut dyn Write) -> Done {
    refuse_as_of(global)?;
    let entities = matches!(args.file.extension().and_then(|e| e.to_str()), Some("json" | "jsonl" | "ijson"));
    match (&args.into, entities) {
        (Some(into), true) => knowledge(&args.file, into, out),
        (None, true) => Err(Failure::usage("entities become a knowledge base: name its folder with --into")),
        (Some(_), false) => Err(Failure::usage("--into is for FollowTheMoney entities (.json, .jsonl, .ijson)")),
        (None, false) => {
            let other = reader(&args.file)?;
            let mut ledger = writer(&global.ledger)?;
            let (articles, operations) = ledger.merge_from(&other)?;
            writeln!(out, "{articles} articles and {operations} judgements came")?;
            Ok(Exit::Done)
        }
    }
}

/// A person or company of FollowTheMoney.
#[derive(Default)]
struct Entity {
    name: String,
    aliases: Vec<String>,
    wikidata: String,
    country: String,
    parent: String,
}

/// Writes `organisations.tsv` and `people.tsv` as `kb/` has them.
fn knowledge(file: &Path, into: &Path, out: &mut dyn Write) -> Done {
    let text = std::fs::read_to_string(file).map_err(|e| Failure::file(file, &e))?;
    let (mut firms, mut people): (BTreeMap<String, Entity>, BTreeMap<String, Entity>) = Default::default();
    let mut parents: Vec<(String, String)> = Vec::new();
    let mut passed = 0;
    for (n, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let entity: Value = serde_json::from_str(line).map_err(|e| {
            Failure::new(Exit::Partial, format!("{}:{}: {e}", file.display(), n + 1)).hint("one entity a line")
        })?;
        let texts = |property: &str| -> Vec<String> {
            let values = entity["properties"][property].as_array().into_iter().flatten();
            values.filter_map(Value::as_str).map(cell).filter(|t| !t.is_empty()).collect()
        };
        let id = entity["id"].as_str().map(cell).unwrap_or_default();
        let first = |property: &str| texts(property).into_iter().next().unwrap_or_default();
        let schema = entity["schema"].as_str().unwrap_or_default();
        match schema {
            "Person" | "Company" | "Organization" | "LegalEntity" => {
                let names = texts("name");
                let Some(name) = names.first().cloned() else {
                    passed += 1;
                    continue;
                };
                let mut aliases: Vec<String> =
                    names.into_iter().skip(1).chain(texts("alias")).chain(texts("weakAlias")).collect();
                aliases.sort();
                aliases.dedup();
                let country = first("country").to_uppercase();
                let entity = Entity { name, aliases, wikidata: first("wikidataId"), country, parent: first("parent") };
                if schema == "Person" {
                    people.insert(id, entity)
                } else {
                    firms.insert(id, entity)
                };
            }
            "Ownership" => parents.push((first("asset"), first("owner"))),
            _ => passed += 1,
        }
    }
    for (asset, owner) in parents {
        if let (true, Some(firm)) = (firms.contains_key(&owner), firms.get_mut(&asset)) {
            firm.parent = owner;
        }
    }
    std::fs::create_dir_all(into).map_err(|e| Failure::file(into, &e))?;
    let source = cell(&file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default());
    let mut table = String::from("id\tname\tkind\tparent\tcountry\tcity\taliases\tcontext_aliases\twikidata\tsource\n");
    for (id, e) in &firms {
        let parent = if firms.contains_key(&e.parent) { e.parent.as_str() } else { "" };
        table += &format!(
            "{id}\t{}\tcompany\t{parent}\t{}\t\t{}\t\t{}\t{source}\n",
            e.name,
            e.country,
            e.aliases.join("|"),
            e.wikidata
        );
    }
    write(into, "organisations.tsv", &table)?;
    let mut table = String::from("id\tname\taliases\twikidata\tsource\n");
    for (id, e) in &people {
        table += &format!("{id}\t{}\t{}\t{}\t{source}\n", e.name, e.aliases.join("|"), e.wikidata);
    }
    write(into, "people.tsv", &table)?;
    writeln!(
        out,
        "{} organisations and {} people; {passed} entities of other kinds passed over",
        firms.len(),
        people.len()
    )?;
    Ok(Exit::Done)
}

/// Text that stays in its cell.
fn cell(text: &str) -> String {
    text.replace(['\t', '\n', '\r', '|'], " ").trim().to_owned()
}

fn write(folder: &Path, name: &str, text: &str) -> Result<()> {
    let path = folder.join(name);
    if path.exists() {
        return Err(Failure::new(Exit::Partial, format!("{}: it is there already", path.display()))
            .hint("name an empty folder, and join the tables by hand"));
    }
    std::fs::write(&path, text).map_err(|e| Failure::file(&path, &e))
}
