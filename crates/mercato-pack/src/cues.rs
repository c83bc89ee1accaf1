//! Status, attribution, reasons and verbs that govern other verbs, read from `cues.toml` and `governors.toml`.

use mercato_model::{Slot, Status, Value};
use serde::Deserialize;
use toml::Spanned;

use crate::error::PackError;
use crate::pack::Names;
use crate::verbs::{LemmaId, Mood, toml_error};
use crate::words::{Phrases, WordId};

/// Where a cue must stand to change the status of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Directly before the trigger's verb group.
    Verb,
    Clause,
    Sentence,
}

/// What an attribution phrase does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attribution {
    /// The source follows.
    Before,
    /// The source stands before it.
    After,
    /// A source inside the source follows.
    Cite,
    /// An unnamed source, with its description; `speaks`: only as who says something.
    Unnamed { name: String, speaks: bool },
}

/// Cues of a language, compiled.
#[derive(Clone, Debug, Default)]
pub struct Cues {
    pub have: Vec<LemmaId>,
    pub be: Vec<LemmaId>,
    pub future: Vec<LemmaId>,
    pub be_perfect: Vec<LemmaId>,
    pub conditional: Option<Status>,
    pub future_mood: Option<Status>,
    pub modals: Vec<(LemmaId, Option<Mood>, Status)>,
    pub phrases: Phrases<(Status, Scope)>,
    pub attribution: Phrases<Attribution>,
    pub say: Vec<LemmaId>,
    pub because: Phrases<bool>,
    pub governors: Vec<Governor>,
}

/// A verb whose complement is the trigger ("convinced X to leave").
#[derive(Clone, Debug)]
pub struct Governor {
    pub lemmas: Vec<LemmaId>,
    /// Nouns that govern as well ("decision").
    pub nouns: Vec<Vec<WordId>>,
    pub links: Vec<Vec<WordId>>,
    /// The object of the governor is the subject of the complement.
    pub object_control: bool,
    /// The object stands behind a preposition ("ha chiesto a X di").
    pub dative: bool,
    pub agent: Option<Slot>,
    pub status: Option<Status>,
    /// Of a founding that hangs on it: where "ha deciso di lasciare" tells a departure, "ha deciso di fondare" tells a plan.
    pub founding: Option<Status>,
    pub set: Vec<(Slot, Value)>,
    pub file: String,
    pub line: usize,
    pub yes: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct CueFile {
    auxiliary: Auxiliary,
    mood: MoodTable,
    modal: toml::Table,
    cue: Vec<CueSpec>,
    attribution: AttributionSpec,
    unnamed: Vec<UnnamedSpec>,
    reason: ReasonSpec,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Auxiliary {
    have: Vec<String>,
    be: Vec<String>,
    future: Vec<String>,
    be_perfect: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct MoodTable {
    conditional: Option<String>,
    future: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CueSpec {
    status: Spanned<String>,
    scope: Scope,
    words: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct AttributionSpec {
    phrases: Vec<String>,
    phrases_after: Vec<String>,
    say: Vec<Spanned<String>>,
    cite: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UnnamedSpec {
    words: Vec<String>,
    name: String,
    #[serde(default)]
    speaks: bool,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct ReasonSpec {
    because: Vec<String>,
    because_not: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct GovernorFile {
    governor: Vec<Spanned<GovernorSpec>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GovernorSpec {
    #[serde(default)]
    verbs: Vec<Spanned<String>>,
    #[serde(default)]
    nouns: Vec<String>,
    #[serde(default)]
    link: Vec<String>,
    #[serde(default)]
    control: Option<String>,
    agent: Option<String>,
    status: Option<String>,
    founding: Option<String>,
    #[serde(default)]
    set: toml::Table,
    #[serde(default)]
    yes: Vec<String>,
    #[serde(default)]
    #[allow(dead_code)] // Documentation for the linguist; every `no` is checked through the frames it concerns.
    no: Vec<String>,
}

impl Cues {
    pub(crate) fn compile(
        cues: (&str, &str),
        governors: (&str, &str),
        names: &mut Names,
        errors: &mut Vec<PackError>,
    ) -> Self {
        let mut this = Self::default();
        let file: CueFile = match toml::from_str(cues.1) {
            Ok(file) => file,
            Err(error) => {
                errors.push(toml_error(cues.0, cues.1, &error));
                return this;
            }
        };
        let find = |needle: &str| cues.1.find(needle).unwrap_or(0);
        let mut lemmas = |list: &[String], names: &mut Names| -> Vec<LemmaId> {
            list.iter()
                .filter_map(|l| {
                    let id = names.lemma(l);
                    if id.is_none() {
                        errors.push(PackError::at(
                            cues.0,
                            cues.1,
                            find(l),
                            format!("the verb `{l}` is not in verbs.tsv"),
                        ));
                    }
                    id
                })
                .collect()
        };
        this.have = lemmas(&file.auxiliary.have, names);
        this.be = lemmas(&file.auxiliary.be, names);
        this.future = lemmas(&file.auxiliary.future, names);
        this.be_perfect = lemmas(&file.auxiliary.be_perfect, names);
        let say: Vec<String> = file.attribution.say.iter().map(|s| s.get_ref().clone()).collect();
        this.say = lemmas(&say, names);
        let mut status = |name: &str, at: usize| {
            let status = Status::parse(name);
            if status.is_none() {
                errors.push(PackError::at(cues.0, cues.1, at, format!("no status `{name}`")));
            }
            status
        };
        this.conditional = file.mood.conditional.as_deref().and_then(|s| status(s, find("conditional")));
        this.future_mood = file.mood.future.as_deref().and_then(|s| status(s, find("[mood]")));
        for spec in &file.cue {
            if let Some(status) = status(spec.status.get_ref(), spec.status.span().start) {
                for words in &spec.words {
                    let words = names.words(words);
                    this.phrases.add(words, (status, spec.scope));
                }
            }
        }
        for (lemma, value) in &file.modal {
            let Some(id) = names.lemma(lemma) else {
                errors.push(PackError::at(
                    cues.0,
                    cues.1,
                    find(lemma),
                    format!("the verb `{lemma}` is not in verbs.tsv"),
                ));
                continue;
            };
            let pairs: Vec<(Option<&str>, &str)> = match value {
                toml::Value::String(s) => vec![(None, s.as_str())],
                toml::Value::Table(t) => t.iter().filter_map(|(k, v)| Some((Some(k.as_str()), v.as_str()?))).collect(),
                _ => Vec::new(),
            };
            for (mood, name) in pairs {
                let mood = match mood {
                    None => None,
                    Some(code) => match mood_name(code) {
                        Some(mood) => Some(mood),
                        None => {
                            errors.push(PackError::at(cues.0, cues.1, find(lemma), format!("no mood `{code}`")));
                            continue;
                        }
                    },
                };
                match Status::parse(name) {
                    Some(status) => this.modals.push((id, mood, status)),
                    None => errors.push(PackError::at(cues.0, cues.1, find(lemma), format!("no status `{name}`"))),
                }
            }
        }
        for (list, meaning) in [
            (&file.attribution.phrases, Attribution::Before),
            (&file.attribution.phrases_after, Attribution::After),
            (&file.attribution.cite, Attribution::Cite),
        ] {
            for words in list {
                let words = names.words(words);
                this.attribution.add(words, meaning.clone());
            }
        }
        for spec in &file.unnamed {
            for words in &spec.words {
                let words = names.words(words);
                this.attribution.add(words, Attribution::Unnamed { name: spec.name.clone(), speaks: spec.speaks });
            }
        }
        for (list, polarity) in [(&file.reason.because, true), (&file.reason.because_not, false)] {
            for words in list {
                let words = names.words(words);
                this.because.add(words, polarity);
            }
        }
        this.governors = compile_governors(governors, names, errors);
        this
    }
}

fn mood_name(code: &str) -> Option<Mood> {
    Mood::parse(code).or(match code {
        "conditional" => Some(Mood::Conditional),
        "future" => Some(Mood::Future),
        "present" => Some(Mood::Present),
        "imperfect" => Some(Mood::Imperfect),
        _ => None,
    })
}

fn compile_governors((file, text): (&str, &str), names: &mut Names, errors: &mut Vec<PackError>) -> Vec<Governor> {
    let parsed: GovernorFile = match toml::from_str(text) {
        Ok(parsed) => parsed,
        Err(error) => {
            errors.push(toml_error(file, text, &error));
            return Vec::new();
        }
    };
    let mut out = Vec::new();
    for spec in parsed.governor {
        let at = spec.span().start;
        let spec = spec.into_inner();
        let mut fail = |offset: usize, message: String| errors.push(PackError::at(file, text, offset, message));
        let mut lemmas = Vec::new();
        for verb in &spec.verbs {
            match names.lemma(verb.get_ref()) {
                Some(id) => lemmas.push(id),
                None => fail(verb.span().start, format!("the verb `{}` is not in verbs.tsv", verb.get_ref())),
            }
        }
        let [status, founding] = [&spec.status, &spec.founding].map(|name| {
            let name = name.as_deref()?;
            let status = Status::parse(name);
            if status.is_none() {
                fail(at, format!("no status `{name}`"));
            }
            status
        });
        let agent = spec.agent.as_deref().and_then(|s| {
            let slot = Slot::parse(s);
            if slot.is_none() {
                fail(at, format!("no slot `{s}`"));
            }
            slot
        });
        let set = spec
            .set
            .iter()
            .filter_map(|(name, value)| Some((Slot::parse(name)?, Value::Text(value.as_str()?.to_owned()))))
            .collect();
        out.push(Governor {
            lemmas,
            nouns: spec.nouns.iter().map(|n| names.words(n)).collect(),
            links: spec.link.iter().map(|l| names.words(l)).collect(),
            object_control: matches!(spec.control.as_deref(), Some("object" | "dative")),
            dative: spec.control.as_deref() == Some("dative"),
            agent,
            status,
            founding,
            set,
            file: file.to_owned(),
            line: crate::error::place(text, at).0,
            yes: spec.yes,
        });
    }
    out
}
