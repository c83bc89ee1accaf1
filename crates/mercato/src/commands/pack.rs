//! `mercato pack check` and `mercato pack explain`: what the language packs say and whether their examples hold.

use std::io::Write;
use std::path::Path;

use mercato_model::Lang;
use mercato_read::check::Failure as Failed;

use crate::Done;
use crate::cli::{Global, Pack};
use crate::engine::Engine;
use crate::error::{Exit, Failure};
use crate::render::term::{Look, Style};

pub fn run(global: &Global, command: &Pack, out: &mut dyn Write) -> Done {
    match command {
        Pack::Check { dir, lang } => check(global, dir.as_deref(), *lang, out),
        Pack::Explain { rule } => explain(global, rule, out),
    }
}

fn check(global: &Global, dir: Option<&Path>, lang: Option<Lang>, out: &mut dyn Write) -> Done {
    let engine = Engine::unchecked(global, dir)?;
    let knowledge = &engine.knowledge;
    let langs: Vec<Lang> = knowledge.langs().filter(|l| lang.is_none_or(|lang| lang == *l)).collect();
    if let (Some(lang), true) = (lang, langs.is_empty()) {
        let known = knowledge.langs().map(|l| l.to_string()).collect::<Vec<_>>().join(", ");
        return Err(
            Failure::new(Exit::Knowledge, format!("there is no pack for {lang}")).hint(format!("there are {known}"))
        );
    }
    // As one would open it from where the program was started.
    let folder = dir.or(global.packs.as_deref()).map_or_else(|| "packs".to_owned(), |dir| dir.display().to_string());
    let folder = folder.trim_end_matches('/');
    let shared = knowledge.kb_errors().filter(|error| error.file.starts_with("_common/"));
    let mut mistakes = 0;
    for error in shared {
        writeln!(out, "{folder}/{error}")?;
        mistakes += 1;
    }
    for lang in langs {
        let errors = knowledge.pack_with_errors(lang).map(|(_, errors)| errors).unwrap_or_default();
        for error in errors {
            writeln!(out, "{folder}/{error}")?;
        }
        mistakes += errors.len();
        let report = mercato_read::check(knowledge, Some(lang));
        for failure in &report.failures {
            let Failed { file, line, rule, example, why } = failure;
            let failed = format!("{folder}/{file}:{line}: {rule}: {why}\n    {example}");
            writeln!(out, "{failed}")?;
        }
        mistakes += report.failures.len();
        let found = errors.len() + report.failures.len();
        writeln!(out, "{lang}: {} rules, {} yes, {} no: {found} mistakes", report.rules, report.yes, report.no)?;
        out.flush()?;
    }
    Ok(if mistakes == 0 { Exit::Done } else { Exit::Partial })
}

fn explain(global: &Global, id: &str, out: &mut dyn Write) -> Done {
    let engine = Engine::load(global)?;
    let look = Look::of_stdout(global.color);
    let Some(rule) = engine.knowledge.rule(id) else {
        let mut failure = Failure::new(Exit::Partial, format!("no rule has the id {id}"));
        let near = near(engine, id);
        if !near.is_empty() {
            failure = failure.hint(format!("there are {}", near.join(", ")));
        }
        return Err(failure);
    };
    let kind = rule.kind.map_or("post", |kind| kind.as_str());
    writeln!(out, "{}   {kind}", look.paint(Style::Bold, id))?;
    writeln!(out, "{}\n", look.paint(Style::Dim, &format!("packs/{}:{}", rule.file, rule.line)))?;
    let text = engine.pack_file(global, &rule.file)?.unwrap_or_default();
    for line in block(&text, rule.line) {
        writeln!(out, "{line}")?;
    }
    Ok(Exit::Done)
}

/// The table of a TOML file in which a line stands.
fn block(text: &str, line: usize) -> Vec<&str> {
    let lines: Vec<&str> = text.lines().collect();
    let at = line.saturating_sub(1).min(lines.len().saturating_sub(1));
    let start = (0..=at).rev().find(|&n| lines.get(n).is_some_and(|l| l.starts_with("[["))).unwrap_or(at);
    let end = (start + 1..lines.len()).find(|&n| lines[n].starts_with('[')).unwrap_or(lines.len());
    let mut block: Vec<&str> = lines.get(start..end).unwrap_or_default().to_vec();
    while block.last().is_some_and(|l| l.trim().is_empty() || l.starts_with('#')) {
        block.pop();
    }
    block
}

/// Rules whose id ends or begins alike.
fn near(engine: &Engine, id: &str) -> Vec<String> {
    let tail = id.rsplit('.').next().unwrap_or(id);
    let packs = engine.knowledge.langs().filter_map(|lang| engine.knowledge.pack(lang));
    let rules = packs.flat_map(|pack| pack.rules.iter());
    rules.filter(|rule| rule.id.contains(tail)).map(|rule| rule.id.clone()).take(8).collect()
}
