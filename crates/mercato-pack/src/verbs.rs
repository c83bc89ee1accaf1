//! Verb inflection: paradigms and irregular forms become a table from form to lemma, mood and person.

use rustc_hash::FxHashMap;
use toml::{Table, Value};

use crate::error::PackError;
use crate::table;
use crate::token;
use crate::words::{Interner, WordId};

/// A verb of the pack, by its place in [`Verbs::lemmas`].
pub type LemmaId = u16;

/// Mood and tense of a verb form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mood {
    Infinitive,
    Gerund,
    /// Past participle.
    Participle,
    /// Present participle used as such.
    PresentParticiple,
    Present,
    Imperfect,
    /// Simple past.
    Past,
    Future,
    Conditional,
    Subjunctive,
    Imperative,
}

impl Mood {
    /// Reads the codes of `docs/packs.md` (`inf`, `part`, `pres`, ...).
    pub fn parse(code: &str) -> Option<Self> {
        Some(match code {
            "inf" => Self::Infinitive,
            "ger" => Self::Gerund,
            "part" => Self::Participle,
            "ppart" => Self::PresentParticiple,
            "pres" => Self::Present,
            "impf" => Self::Imperfect,
            "past" => Self::Past,
            "fut" => Self::Future,
            "cond" => Self::Conditional,
            "subj" => Self::Subjunctive,
            "imp" => Self::Imperative,
            _ => return None,
        })
    }

    pub fn is_finite(self) -> bool {
        !matches!(self, Self::Infinitive | Self::Gerund | Self::Participle | Self::PresentParticiple)
    }
}

/// One reading of a verb form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerbForm {
    pub lemma: LemmaId,
    pub mood: Mood,
    /// 1, 2 or 3; 0 when the form does not say.
    pub person: u8,
    /// `None` when the form does not say.
    pub plural: Option<bool>,
}

/// The verbs of a language.
#[derive(Clone, Debug, Default)]
pub struct Verbs {
    pub lemmas: Vec<String>,
    ids: FxHashMap<String, LemmaId>,
    /// Readings of all forms, those of one word together.
    forms: Vec<VerbForm>,
    /// Where the readings of a word begin; those of word `w` are `forms[starts[w]..starts[w + 1]]`.
    starts: Vec<u32>,
}

impl Verbs {
    pub fn lemma(&self, lemma: &str) -> Option<LemmaId> {
        self.ids.get(lemma).copied()
    }

    /// Every reading of a word as a verb form.
    pub fn forms(&self, word: WordId) -> &[VerbForm] {
        let at = word as usize;
        match (self.starts.get(at), self.starts.get(at + 1)) {
            (Some(&from), Some(&to)) => &self.forms[from as usize..to as usize],
            _ => &[],
        }
    }

    /// Reads `paradigms.toml` and `verbs.tsv`.
    pub(crate) fn compile(
        paradigms: (&str, &str),
        verbs: (&str, &str),
        interner: &mut Interner,
        errors: &mut Vec<PackError>,
    ) -> Self {
        let mut this = Self::default();
        let mut all: Vec<(WordId, VerbForm)> = Vec::with_capacity(64 * 1024);
        let paradigms_table: Table = match paradigms.1.parse() {
            Ok(table) => table,
            Err(error) => {
                errors.push(toml_error(paradigms.0, paradigms.1, &error));
                Table::new()
            }
        };
        // Read once, used by hundreds of verbs each.
        let tables: FxHashMap<&str, Vec<Endings>> = paradigms_table
            .iter()
            .filter_map(|(name, value)| Some((name.as_str(), value.as_table()?.iter().map(Endings::of).collect())))
            .collect();
        let mut form = String::new();
        for row in table::rows(verbs.0, verbs.1, &["lemma", "paradigm", "stem", "forms"], errors) {
            let (lemma, paradigm) = (row.cell(0), row.cell(1));
            let mut fail =
                |message: String, hint: &str| errors.push(PackError::new(verbs.0, row.line, message).hint(hint));
            if this.ids.contains_key(lemma) {
                fail(format!("the verb `{lemma}` stands twice"), "keep one row and put all forms there");
                continue;
            }
            let id = this.lemmas.len() as LemmaId;
            this.lemmas.push(lemma.to_owned());
            this.ids.insert(lemma.to_owned(), id);
            let mut irregular: Vec<(&str, &str)> = Vec::new();
            for part in row.cell(3).split(';').map(str::trim).filter(|p| !p.is_empty()) {
                match part.split_once('=') {
                    Some((code, forms)) if feature(code.trim()).is_some() => irregular.push((code.trim(), forms)),
                    _ => fail(
                        format!("`{part}` is not `code=form,form`"),
                        "codes: inf ger part pres3s impf fut cond ...",
                    ),
                }
            }
            if paradigm != "-" {
                let Some(table) = tables.get(paradigm) else {
                    fail(format!("no paradigm `{paradigm}`"), "paradigms are tables of paradigms.toml; `-` for none");
                    continue;
                };
                let ending = table.iter().find(|e| e.code == "inf").and_then(|e| e.suffixes.first());
                let stem = match row.cell(2) {
                    "" | "-" => lemma.strip_suffix(ending.copied().unwrap_or_default()).unwrap_or(lemma),
                    stem => stem,
                };
                for Endings { code, features, suffixes } in table {
                    if irregular.iter().any(|(c, _)| c == code) {
                        continue;
                    }
                    let Some(features) = *features else {
                        fail(
                            format!("paradigm `{paradigm}` has the unknown code `{code}`"),
                            "see docs/packs.md, Verbs",
                        );
                        continue;
                    };
                    for suffix in suffixes {
                        form.clear();
                        form.push_str(stem);
                        form.push_str(suffix);
                        add_form(&mut all, interner, &form, id, features);
                    }
                }
                add_form(&mut all, interner, lemma, id, (Mood::Infinitive, 0, None));
            }
            for (code, forms) in irregular {
                let Some(features) = feature(code) else { continue };
                for form in forms.split(',').map(str::trim).filter(|f| !f.is_empty()) {
                    add_form(&mut all, interner, form, id, features);
                }
            }
        }
        this.lay_out(&all);
        this
    }

    /// Lays the readings out word by word, each once (a counting sort: there are a hundred thousand).
    fn lay_out(&mut self, all: &[(WordId, VerbForm)]) {
        let words = all.iter().map(|(word, _)| *word as usize + 1).max().unwrap_or(0);
        let mut ends = vec![0_u32; words + 1];
        for (word, _) in all {
            ends[*word as usize + 1] += 1;
        }
        for at in 1..ends.len() {
            ends[at] += ends[at - 1];
        }
        let mut next = ends.clone();
        let mut sorted: Vec<Option<VerbForm>> = vec![None; all.len()];
        for (word, form) in all {
            let at = *word as usize;
            let known = &sorted[ends[at] as usize..next[at] as usize];
            if !known.contains(&Some(*form)) {
                sorted[next[at] as usize] = Some(*form);
                next[at] += 1;
            }
        }
        self.starts = Vec::with_capacity(words + 1);
        self.forms = Vec::with_capacity(all.len());
        for at in 0..words {
            self.starts.push(self.forms.len() as u32);
            self.forms.extend(sorted[ends[at] as usize..next[at] as usize].iter().flatten());
        }
        self.starts.push(self.forms.len() as u32);
    }
}

fn add_form(
    all: &mut Vec<(WordId, VerbForm)>,
    interner: &mut Interner,
    form: &str,
    lemma: LemmaId,
    (mood, person, plural): Features,
) {
    let word = if form.chars().any(char::is_uppercase) { interner.add(&token::key(form)) } else { interner.add(form) };
    all.push((word, VerbForm { lemma, mood, person, plural }));
}

type Features = (Mood, u8, Option<bool>);

/// Reads `pres3s`, `impf`, `part`.
fn feature(code: &str) -> Option<Features> {
    // `pres` and `ppart` themselves end in or hold s and p: try the whole code first.
    if let Some(mood) = Mood::parse(code) {
        return Some((mood, 0, None));
    }
    let digit = code.find(|c: char| c.is_ascii_digit())?;
    let (mood, rest) = code.split_at(digit);
    let mood = Mood::parse(mood)?;
    let person = rest.as_bytes().first()? - b'0';
    let plural = match rest.get(1..) {
        Some("s") => Some(false),
        Some("p") => Some(true),
        Some("") | None => None,
        _ => return None,
    };
    Some((mood, person, plural))
}

/// The endings of a paradigm for one code.
struct Endings<'a> {
    code: &'a str,
    /// `None`: there is no such code.
    features: Option<Features>,
    suffixes: Vec<&'a str>,
}

impl<'a> Endings<'a> {
    fn of((code, value): (&'a String, &'a Value)) -> Self {
        let suffixes = match value {
            Value::String(suffix) => vec![suffix.as_str()],
            Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        Self { code, features: feature(code), suffixes }
    }
}

/// A parse error of TOML with its place.
pub(crate) fn toml_error(file: &str, text: &str, error: &toml::de::Error) -> PackError {
    let offset = error.span().map_or(0, |s| s.start);
    PackError::at(file, text, offset, error.message())
}
