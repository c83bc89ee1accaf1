//! Packs and knowledge base together: all that reading needs besides the text.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use mercato_model::Lang;

use crate::beside::Beside;
use crate::error::PackError;
use crate::files::Files;
use crate::kb::Kb;
use crate::pack::Pack;
use crate::rule::Rule;

/// The compiled knowledge. Each language is compiled when it is first asked for.
pub struct Knowledge {
    packs: Files,
    pub kb: Beside<Kb>,
    compiled: BTreeMap<Lang, OnceLock<(Pack, Vec<PackError>)>>,
}

impl Knowledge {
    /// The packs and the knowledge base that the program was built with.
    pub fn embedded() -> Self {
        Self::new(Files::embedded_packs(), Files::embedded_kb())
    }

    pub fn new(packs: Files, kb: Files) -> Self {
        let kb = Kb::begin(kb, packs.clone());
        let compiled = packs
            .paths("", "/pack.toml")
            .filter_map(|p| Lang::parse(p.strip_suffix("/pack.toml")?))
            .map(|lang| (lang, OnceLock::new()))
            .collect();
        Self { packs, kb, compiled }
    }

    /// The languages that have a pack.
    pub fn langs(&self) -> impl Iterator<Item = Lang> {
        self.compiled.keys().copied()
    }

    /// The pack of a language, with what is wrong in it.
    pub fn pack_with_errors(&self, lang: Lang) -> Option<(&Pack, &[PackError])> {
        let cell = self.compiled.get(&lang)?;
        let (pack, errors) = cell.get_or_init(|| Pack::compile(lang, &self.packs, &self.kb));
        Some((pack, errors))
    }

    pub fn pack(&self, lang: Lang) -> Option<&Pack> {
        self.pack_with_errors(lang).map(|(pack, _)| pack)
    }

    /// Everything wrong in every pack and in the knowledge base.
    pub fn errors(&self) -> Vec<PackError> {
        let packs =
            self.langs().filter_map(|lang| self.pack_with_errors(lang)).flat_map(|(_, errors)| errors.iter().cloned());
        self.kb_errors().cloned().chain(packs).collect()
    }

    /// What is wrong in the knowledge base alone.
    pub fn kb_errors(&self) -> impl Iterator<Item = &PackError> {
        self.kb.errors().iter().chain(self.kb.forenames.errors())
    }

    /// The rule with this identifier (`it.move.passare`).
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        let lang = Lang::parse(id.split('.').next()?)?;
        self.pack(lang)?.rules.iter().find(|r| r.id == id)
    }
}
