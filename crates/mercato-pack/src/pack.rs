//! A compiled language pack: the tables and rules of one language over one numbering of words.

use std::panic::resume_unwind;
use std::thread::JoinHandle;

use mercato_model::schema::SlotType;
use mercato_model::{Kind, Lang, Slot};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;

use crate::beside::Beside;
use crate::cues::Cues;
use crate::error::PackError;
use crate::files::Files;
use crate::kb::Kb;
use crate::pattern::{self, ClassId, PrepId};
use crate::rule::{self, Rule};
use crate::table;
use crate::token::{self, Orthography};
use crate::values::Values;
use crate::verbs::{LemmaId, Verbs, toml_error};
use crate::words::{Interner, Phrases, WordId};

/// Signs and codes of currencies that every language writes.
const MONEY: &str = "_common/money.tsv";

/// What a word or sign for money stands for.
#[derive(Clone, Debug, PartialEq)]
pub struct Currency {
    /// ISO code; `None` where the word leaves the currency open ("cents", "francs").
    pub code: Option<String>,
    /// How many units one of it is: a hundredth for a cent, a million for "MEUR".
    pub factor: f64,
}

impl Currency {
    fn read(row: &table::Row) -> Option<Self> {
        let code = row.cell(1);
        let factor = if row.cell(2).is_empty() { 1.0 } else { row.cell(2).parse().ok()? };
        (code.len() == 3 || code == "-").then(|| Self { code: (code != "-").then(|| code.to_owned()), factor })
    }
}

/// Everything known of one language.
#[derive(Clone, Debug)]
pub struct Pack {
    pub lang: Lang,
    pub name: String,
    pub status: String,
    pub orthography: Orthography,
    pub stopwords: FxHashSet<WordId>,
    pub words: Interner,
    pub verbs: Verbs,
    pub classes: Classes,
    pub preps: Phrases<PrepId>,
    pub prep_names: Vec<String>,
    pub roles: Phrases<()>,
    pub numerals: Phrases<(f64, bool)>,
    pub scales: Phrases<f64>,
    pub money: Phrases<Currency>,
    pub months: Phrases<u8>,
    pub weekdays: Phrases<u8>,
    /// Words that stand for a code of a slot.
    pub codes: Phrases<(Slot, String)>,
    pub values: Values,
    pub cues: Cues,
    pub rules: Vec<Rule>,
    /// Names of the knowledge base: index into [`Kb::names`].
    pub names: Phrases<usize>,
    /// Verb rules by lemma, noun rules by phrase.
    pub verb_rules: FxHashMap<LemmaId, Vec<usize>>,
    pub noun_rules: Phrases<usize>,
    pub pattern_rules: pattern::Index,
    /// Prepositions that mark a genitive.
    pub genitive: Vec<PrepId>,
    /// Prepositions before a channel ("su LinkedIn"): what stands behind them is not spoken of.
    pub channel: Vec<PrepId>,
    /// Prepositions that mark the agent of a passive.
    pub agent: Vec<PrepId>,
    /// Words that mark an infinitive ("to"); where there are none, the form itself does.
    pub infinitive: Vec<WordId>,
    /// Endings by which a non-finite verb form is reflexive (`unirsi`).
    pub reflexive_endings: Vec<String>,
    /// A finite verb may stand without a subject.
    pub pro_drop: bool,
}

/// Word classes.
#[derive(Clone, Debug, Default)]
pub struct Classes {
    ids: FxHashMap<String, ClassId>,
    pub phrases: Phrases<ClassId>,
}

impl Classes {
    pub fn id(&self, name: &str) -> Option<ClassId> {
        self.ids.get(name).copied()
    }
}

/// What a rule may name, while a pack is compiled.
pub struct Names<'a> {
    words: &'a mut Interner,
    orthography: &'a Orthography,
    verbs: &'a Verbs,
    classes: &'a Classes,
    prep_names: &'a [String],
}

impl Names<'_> {
    pub fn words(&mut self, phrase: &str) -> Vec<WordId> {
        self.words.phrase(phrase, self.orthography)
    }

    pub fn lemma(&self, lemma: &str) -> Option<LemmaId> {
        self.verbs.lemma(lemma)
    }

    pub fn class(&self, name: &str) -> Option<ClassId> {
        self.classes.id(name)
    }

    pub fn prep(&self, name: &str) -> Option<PrepId> {
        self.prep_names.iter().position(|p| p == name).map(|i| i as PrepId)
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct PackFile {
    code: String,
    name: String,
    status: String,
    genitive: Vec<String>,
    agent: Vec<String>,
    channel: Vec<String>,
    infinitive: Vec<String>,
    reflexive_endings: Vec<String>,
    pro_drop: bool,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct OrthographyFile {
    elisions: Vec<String>,
    suffixes: Vec<String>,
    hyphen_prefixes: Vec<String>,
    hyphen_suffixes: Vec<String>,
    abbreviations: Vec<String>,
    decimal: String,
    #[allow(dead_code)] // All separators between digits are read; which is the decimal one decides.
    thousands: Vec<String>,
    stopwords: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct WordFile {
    class: std::collections::BTreeMap<String, Vec<String>>,
}

/// Classes that the engine asks for; a pack without one has it empty.
const RESERVED: &[&str] = &[
    "because",
    "because_not",
    "det",
    "and",
    "or",
    "neg",
    "no_one",
    "relative",
    "free_relative",
    "subordinator",
    "if",
    "he",
    "she",
    "they",
    "him",
    "her",
    "them",
    "poss",
    "group",
    "person_noun",
    "org_noun",
    "rival",
    "unit_noun",
    "title",
    "former",
    "current",
    "both",
    "adverb",
    "before_org",
    "before_person",
    "not_name",
    "reflexive",
    "indefinite",
    "interim",
    "job",
    "with",
    "percent",
    "including",
    "relative_object",
    "respectively",
    "duration",
    "firms",
];

impl Pack {
    /// Compiles `packs/<lang>/` with the names of the knowledge base, which may still be read until they are needed.
    pub fn compile(lang: Lang, files: &Files, kb: &Beside<Kb>) -> (Self, Vec<PackError>) {
        let mut loader = Loader { lang, files, errors: Vec::new() };
        let mut pack = loader.pack();
        for (at, name) in kb.names.iter().enumerate() {
            if name.lang.as_deref().is_none_or(|l| l == lang.as_str()) {
                pack.names.add(pack.words.phrase(&name.text, &pack.orthography), at);
            }
        }
        (pack, loader.errors)
    }
}

struct Loader<'a> {
    lang: Lang,
    files: &'a Files,
    errors: Vec<PackError>,
}

impl Loader<'_> {
    fn text(&mut self, name: &str) -> (String, String) {
        let path = format!("{}/{name}", self.lang);
        match self.files.text(&path) {
            Some(text) => (path, text),
            None => {
                self.errors.push(PackError::new(&path, 0, "the file is missing"));
                (path, String::new())
            }
        }
    }

    fn frames(&self) -> JoinHandle<Vec<rule::Parsed>> {
        let prefix = format!("{}/frames/", self.lang);
        let paths = self.files.paths(&prefix, ".toml");
        let files: Vec<_> = paths.map(|p| (p.to_owned(), self.files.text(p).unwrap_or_default())).collect();
        std::thread::spawn(move || files.into_iter().map(|(path, text)| rule::Parsed::new(path, text)).collect())
    }

    fn toml<T: for<'de> Deserialize<'de> + Default>(&mut self, name: &str) -> T {
        let (path, text) = self.text(name);
        toml::from_str(&text).unwrap_or_else(|error| {
            self.errors.push(toml_error(&path, &text, &error));
            T::default()
        })
    }

    /// A two-column table as phrases.
    fn phrases<T>(
        &mut self,
        name: &str,
        columns: &[&str],
        words: &mut Interner,
        orthography: &Orthography,
        read: impl Fn(&table::Row) -> Option<T>,
    ) -> Phrases<T> {
        let mut out = Phrases::default();
        let file = self.text(name);
        self.phrases_into(&mut out, file, columns, words, orthography, read);
        out
    }

    fn phrases_into<T>(
        &mut self,
        out: &mut Phrases<T>,
        (path, text): (String, String),
        columns: &[&str],
        words: &mut Interner,
        orthography: &Orthography,
        read: impl Fn(&table::Row) -> Option<T>,
    ) {
        let rows = table::rows(&path, &text, columns, &mut self.errors);
        for row in rows {
            match read(&row) {
                Some(value) => out.add(words.phrase(row.cell(0), orthography), value),
                None => self.errors.push(PackError::new(&path, row.line, format!("`{}` cannot be read", row.cell(1)))),
            }
        }
    }

    fn pack(&mut self) -> Pack {
        // Parsed beside the tables, which take as long.
        let frames = self.frames();
        let meta: PackFile = self.toml("pack.toml");
        if meta.code != self.lang.as_str() {
            let path = format!("{}/pack.toml", self.lang);
            self.errors.push(PackError::new(
                &path,
                0,
                format!("the code is `{}`, the folder `{}`", meta.code, self.lang),
            ));
        }
        let spelling: OrthographyFile = self.toml("orthography.toml");
        let keys = |list: &[String]| list.iter().map(|w| token::key(w)).collect::<FxHashSet<_>>();
        let orthography = Orthography {
            elisions: keys(&spelling.elisions),
            suffixes: spelling.suffixes.iter().map(|s| token::key(s)).filter(|s| s != "'").collect(),
            hyphen_prefixes: keys(&spelling.hyphen_prefixes),
            hyphen_suffixes: {
                let mut list = spelling.hyphen_suffixes.clone();
                list.sort_by_key(|s| std::cmp::Reverse(s.len()));
                list
            },
            abbreviations: keys(&spelling.abbreviations),
            decimal_comma: spelling.decimal == ",",
        };
        const WORDS: usize = 112 * 1024;
        let mut words = Interner::with_capacity(WORDS, 10 * WORDS);
        let stopwords = spelling.stopwords.iter().map(|w| words.add(&token::key(w))).collect();

        let word_file: WordFile = self.toml("words.toml");
        let mut classes = Classes::default();
        for name in RESERVED.iter().copied().chain(word_file.class.keys().map(String::as_str)) {
            let next = classes.ids.len() as ClassId;
            classes.ids.entry(name.to_owned()).or_insert(next);
        }
        for (name, list) in &word_file.class {
            let id = classes.ids[name.as_str()];
            for phrase in list {
                classes.phrases.add(words.phrase(phrase, &orthography), id);
            }
        }

        let (path, text) = self.text("prepositions.tsv");
        let mut prep_names: Vec<String> = Vec::new();
        let mut preps = Phrases::default();
        let rows = table::rows(&path, &text, &["form", "canonical"], &mut self.errors);
        for row in rows {
            let name = row.cell(1);
            let id = prep_names.iter().position(|p| p == name).unwrap_or_else(|| {
                prep_names.push(name.to_owned());
                prep_names.len() - 1
            });
            preps.add(words.phrase(row.cell(0), &orthography), id as PrepId);
        }

        let named = |list: &[String]| -> Vec<PrepId> {
            list.iter().filter_map(|name| prep_names.iter().position(|p| p == name).map(|i| i as PrepId)).collect()
        };
        let (genitive, agent, channel) = (named(&meta.genitive), named(&meta.agent), named(&meta.channel));
        let (paradigm_path, paradigm_text) = self.text("paradigms.toml");
        let (verb_path, verb_text) = self.text("verbs.tsv");
        let verbs =
            Verbs::compile((&paradigm_path, &paradigm_text), (&verb_path, &verb_text), &mut words, &mut self.errors);

        let number = |cell: &str| cell.parse::<f64>().ok();
        let roles = self.phrases("roles.tsv", &["term"], &mut words, &orthography, |_| Some(()));
        let numerals = self.phrases("numerals.tsv", &["word", "value"], &mut words, &orthography, |r| {
            Some((number(r.cell(1))?, r.cell(2) == "~"))
        });
        let scales = self.phrases("scales.tsv", &["word", "factor"], &mut words, &orthography, |r| number(r.cell(1)));
        let mut money = self.phrases("money.tsv", &["form", "currency"], &mut words, &orthography, Currency::read);
        let signs = (MONEY.to_owned(), self.files.text(MONEY).unwrap_or_default());
        self.phrases_into(&mut money, signs, &["form", "currency"], &mut words, &orthography, Currency::read);
        let months =
            self.phrases("months.tsv", &["form", "number"], &mut words, &orthography, |r| r.cell(1).parse().ok());
        let weekdays =
            self.phrases("weekdays.tsv", &["form", "number"], &mut words, &orthography, |r| r.cell(1).parse().ok());

        let (code_path, code_text) = self.text("codes.tsv");
        let mut codes = Phrases::default();
        let rows = table::rows(&code_path, &code_text, &["slot", "code", "phrase"], &mut self.errors);
        for row in rows {
            match code(row.cell(0), row.cell(1)) {
                Some(pair) => codes.add(words.phrase(row.cell(2), &orthography), pair),
                None => self.errors.push(PackError::new(
                    &code_path,
                    row.line,
                    format!("`{}` is no code of `{}`", row.cell(1), row.cell(0)),
                )),
            }
        }

        let (cue_path, cue_text) = self.text("cues.toml");
        let (gov_path, gov_text) = self.text("governors.toml");
        let (value_path, value_text) = self.text("values.toml");
        let (date_path, date_text) = self.text("relative-dates.tsv");
        let mut names = Names {
            words: &mut words,
            orthography: &orthography,
            verbs: &verbs,
            classes: &classes,
            prep_names: &prep_names,
        };
        let mut cues = Cues::compile((&cue_path, &cue_text), (&gov_path, &gov_text), &mut names, &mut self.errors);
        let values =
            Values::compile((&value_path, &value_text), (&date_path, &date_text), &mut names, &mut self.errors);
        let mut rules: Vec<Rule> = Vec::new();
        for file in frames.join().unwrap_or_else(|panic| resume_unwind(panic)) {
            rules.extend(rule::compile(self.lang.as_str(), file, &mut names, &mut self.errors));
        }
        self.check_ids(&rules);
        // "a causa di" stands for "a causa della" as well: the preposition that ends it in all its forms.
        let forms: Vec<(WordId, PrepId)> =
            preps.iter().filter(|(words, _)| words.len() == 1).map(|(words, &id)| (words[0], id)).collect();
        let more: Vec<(Vec<WordId>, bool)> = cues
            .because
            .iter()
            .filter_map(|(phrase, &because)| {
                let (last, front) = phrase.split_last()?;
                let id = forms.iter().find(|(word, _)| word == last)?.1;
                let all = forms.iter().filter(move |f| f.1 == id && f.0 != *last);
                Some(all.map(move |f| ([front, &[f.0]].concat(), because)).collect::<Vec<_>>())
            })
            .flatten()
            .collect();
        for (phrase, because) in more {
            cues.because.add(phrase, because);
        }
        // What stands before a cause is a class of its own in patterns.
        for (phrase, &because) in cues.because.iter() {
            let id = classes.ids[if because { "because" } else { "because_not" }];
            classes.phrases.add(phrase.to_vec(), id);
        }

        let infinitive = meta.infinitive.iter().map(|w| words.add(&token::key(w))).collect();
        let mut pack = Pack {
            lang: self.lang,
            name: meta.name,
            status: meta.status,
            orthography,
            stopwords,
            words,
            verbs,
            classes,
            preps,
            prep_names,
            roles,
            numerals,
            scales,
            money,
            months,
            weekdays,
            codes,
            values,
            cues,
            rules,
            names: Phrases::default(),
            verb_rules: FxHashMap::default(),
            noun_rules: Phrases::default(),
            pattern_rules: pattern::Index::default(),
            genitive,
            agent,
            channel,
            infinitive,
            reflexive_endings: meta.reflexive_endings,
            pro_drop: meta.pro_drop,
        };
        for (at, rule) in pack.rules.iter().enumerate() {
            match &rule.body {
                rule::Body::Verb { lemmas, .. } => {
                    for lemma in lemmas {
                        pack.verb_rules.entry(*lemma).or_default().push(at);
                    }
                }
                rule::Body::Noun { phrases, .. } => {
                    for phrase in phrases {
                        pack.noun_rules.add(phrase.clone(), at);
                    }
                }
                rule::Body::Pattern { needs, .. } => pack.pattern_rules.add(at, needs),
            }
        }
        pack
    }

    fn check_ids(&mut self, rules: &[Rule]) {
        let mut seen: FxHashMap<&str, &Rule> = FxHashMap::default();
        for rule in rules {
            if let Some(first) = seen.insert(&rule.id, rule) {
                self.errors.push(
                    PackError::new(&rule.file, rule.line, format!("the rule `{}` stands twice", rule.id))
                        .hint(format!("the other is at {}:{}", first.file, first.line)),
                );
            }
        }
    }
}

/// Checks that a code belongs to a slot. `condition` stands for the slot `what` of conditions.
fn code(slot: &str, code: &str) -> Option<(Slot, String)> {
    if slot == "condition" {
        return mercato_model::schema::codes::CONDITION.contains(&code).then(|| (Slot::What, code.to_owned()));
    }
    let slot = Slot::parse(slot)?;
    let known = Kind::ALL.iter().any(|k| match k.slot_type(slot) {
        Some(SlotType::Code(list) | SlotType::Codes(list)) => list.contains(&code),
        _ => false,
    });
    known.then(|| (slot, code.to_owned()))
}
