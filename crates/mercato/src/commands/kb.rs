//! `mercato kb check`: what is wrong in the knowledge base.

use std::io::Write;

use crate::Done;
use crate::cli::{Global, Kb};
use crate::engine::Engine;
use crate::error::Exit;

pub fn run(global: &Global, command: &Kb, out: &mut dyn Write) -> Done {
    let Kb::Check = command;
    let engine = Engine::unchecked(global, None)?;
    let errors: Vec<_> = engine.knowledge.kb_errors().collect();
    for error in &errors {
        // The lists of names that all languages share belong to the packs.
        let folder = if error.file.starts_with("_common/") { "packs/" } else { "kb/" };
        writeln!(out, "{folder}{error}")?;
    }
    let kb = &engine.knowledge.kb;
    let (firms, people, posts, names) = (kb.organisations.len(), kb.people.len(), kb.posts.len(), kb.names.len());
    writeln!(out, "{firms} organisations, {people} people, {posts} posts, {names} names: {} mistakes", errors.len())?;
    Ok(if errors.is_empty() { Exit::Done } else { Exit::Partial })
}
