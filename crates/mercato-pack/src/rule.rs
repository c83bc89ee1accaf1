//! Frames and patterns as rules: the specification read from TOML and its compiled form.

use mercato_model::schema::SlotType;
use mercato_model::{Kind, Slot, Status, Value};
use serde::Deserialize;
use toml::Spanned;

use crate::error::PackError;
use crate::pack::Names;
use crate::pattern::{self, Elem, Needs, PrepId};
use crate::verbs::{LemmaId, Mood};
use crate::words::WordId;

/// One compiled rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// `it.move.passare`.
    pub id: String,
    pub file: String,
    pub line: usize,
    /// `None`: a post (who holds or held which post).
    pub kind: Option<Kind>,
    pub set: Vec<(Slot, Value)>,
    /// Of a post: a past one.
    pub former: bool,
    pub status: Option<Status>,
    /// Groups of slots of which one must be filled.
    pub need: Vec<Vec<Slot>>,
    /// The author named them: what is missing is not taken from the context.
    pub strict: bool,
    /// Needed slots that the sentences before may fill.
    pub context: Vec<Slot>,
    /// Slots filled by the nearest value or code of the clause.
    pub attach: Vec<Slot>,
    /// Author's belief, 0 to 1.
    pub score: f64,
    pub body: Body,
    pub yes: Vec<Example>,
    pub no: Vec<Example>,
}

/// How a rule finds its claim.
#[derive(Clone, Debug)]
pub enum Body {
    Verb {
        lemmas: Vec<LemmaId>,
        moods: Option<Vec<Mood>>,
        particles: Vec<Vec<WordId>>,
        reflexive: Option<bool>,
        /// Compound forms only with this auxiliary.
        auxiliary: Option<Auxiliary>,
        args: Args,
    },
    Noun {
        phrases: Vec<Vec<WordId>>,
        args: Args,
    },
    Pattern {
        elems: Vec<Elem>,
        needs: Vec<Needs>,
    },
}

/// "È passata a Helvion" is a move, "ha passato un anno" is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Auxiliary {
    Be,
    Have,
}

/// Which slots the grammatical places of a frame carry; several slots are told apart by type.
#[derive(Clone, Debug, Default)]
pub struct Args {
    pub subj: Vec<Slot>,
    pub obj: Vec<Slot>,
    pub preps: Vec<(PrepId, Vec<Slot>)>,
    pub poss: Vec<Slot>,
    pub support: Vec<Slot>,
    pub compound: Vec<Slot>,
}

/// A sentence that shows what a rule finds, or must not find.
#[derive(Clone, Debug)]
pub struct Example {
    pub line: usize,
    /// The sentence without marks.
    pub text: String,
    pub slots: Vec<(Slot, String)>,
    /// `key=value` expectations behind `=>`; for a `no`, the forbidden kinds (empty: every headline kind).
    pub expect: Vec<(String, String)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleFile {
    #[serde(default)]
    frame: Vec<Spanned<RuleSpec>>,
    #[serde(default)]
    pattern: Vec<Spanned<RuleSpec>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleSpec {
    id: Spanned<String>,
    kind: Spanned<String>,
    #[serde(default)]
    verbs: Vec<Spanned<String>>,
    #[serde(default)]
    nouns: Vec<Spanned<String>>,
    #[serde(rename = "match")]
    pattern: Option<Spanned<String>>,
    #[serde(default)]
    set: toml::Table,
    subj: Option<Spanned<String>>,
    obj: Option<Spanned<String>>,
    #[serde(default)]
    prep: std::collections::BTreeMap<Spanned<String>, Spanned<String>>,
    poss: Option<Spanned<String>>,
    support: Option<Spanned<String>>,
    compound: Option<Spanned<String>>,
    #[serde(default)]
    particle: Vec<String>,
    reflexive: Option<bool>,
    auxiliary: Option<Auxiliary>,
    #[serde(default)]
    attach: Vec<Spanned<String>>,
    need: Option<Vec<Spanned<String>>>,
    #[serde(default)]
    context: Vec<Spanned<String>>,
    status: Option<Spanned<String>>,
    tense: Option<Vec<Spanned<String>>>,
    score: Option<f64>,
    #[serde(default)]
    yes: Vec<Spanned<String>>,
    #[serde(default)]
    no: Vec<Spanned<String>>,
}

/// A file of frames and patterns, parsed and not yet compiled.
pub(crate) struct Parsed {
    path: String,
    text: String,
    rules: Result<RuleFile, toml::de::Error>,
}

impl Parsed {
    pub fn new(path: String, text: String) -> Self {
        let rules = toml::from_str(&text);
        Self { path, text, rules }
    }
}

/// Compiles one file of frames and patterns.
pub(crate) fn compile(lang: &str, file: Parsed, names: &mut Names, errors: &mut Vec<PackError>) -> Vec<Rule> {
    let Parsed { path: file, text, rules } = file;
    let (file, text) = (file.as_str(), text.as_str());
    let parsed = match rules {
        Ok(parsed) => parsed,
        Err(error) => {
            errors.push(crate::verbs::toml_error(file, text, &error));
            return Vec::new();
        }
    };
    let lines: Vec<usize> = text.match_indices('\n').map(|(at, _)| at).collect();
    let mut out = Vec::new();
    for spec in parsed.frame.into_iter().chain(parsed.pattern) {
        let mut compiler = Compiler { file, text, lines: &lines, names, errors };
        if let Some(rule) = compiler.rule(lang, spec.into_inner()) {
            out.push(rule);
        }
    }
    out
}

struct Compiler<'a, 'n> {
    file: &'a str,
    text: &'a str,
    /// Where the lines end.
    lines: &'a [usize],
    names: &'a mut Names<'n>,
    errors: &'a mut Vec<PackError>,
}

impl Compiler<'_, '_> {
    fn line(&self, offset: usize) -> usize {
        self.lines.partition_point(|&end| end < offset) + 1
    }

    fn fail(&mut self, offset: usize, message: String, hint: &str) {
        let error = PackError::at(self.file, self.text, offset, message);
        self.errors.push(if hint.is_empty() { error } else { error.hint(hint) });
    }

    fn rule(&mut self, lang: &str, spec: RuleSpec) -> Option<Rule> {
        let at = spec.id.span().start;
        let kind_name = spec.kind.get_ref().as_str();
        let kind = match (kind_name, Kind::parse(kind_name)) {
            ("post", _) => None,
            (_, Some(kind)) => Some(kind),
            _ => {
                self.fail(
                    spec.kind.span().start,
                    format!("no claim kind `{kind_name}`"),
                    "kinds stand in docs/claims.md; `post` is one too",
                );
                return None;
            }
        };
        let args = Args {
            subj: self.slots(kind, &spec.subj),
            obj: self.slots(kind, &spec.obj),
            preps: spec
                .prep
                .iter()
                .flat_map(|(prep, slots)| {
                    let slots = self.slot_list(kind, slots);
                    // "to|in" as a key names two prepositions.
                    prep.get_ref()
                        .split('|')
                        .filter_map(|name| match self.names.prep(name.trim()) {
                            Some(id) => Some((id, slots.clone())),
                            None => {
                                self.fail(
                                    prep.span().start,
                                    format!("no canonical preposition `{name}`"),
                                    "second column of prepositions.tsv",
                                );
                                None
                            }
                        })
                        .collect::<Vec<_>>()
                })
                .collect(),
            poss: self.slots(kind, &spec.poss),
            support: self.slots(kind, &spec.support),
            compound: self.slots(kind, &spec.compound),
        };
        let body = if let Some(pattern) = &spec.pattern {
            match pattern::parse(pattern.get_ref(), self.names) {
                Ok(elems) => Body::Pattern { needs: pattern::needs(&elems), elems },
                Err(error) => {
                    self.fail(pattern.span().start + 1 + error.offset, error.message, "docs/packs.md, Patterns");
                    return None;
                }
            }
        } else if !spec.verbs.is_empty() {
            let mut lemmas = Vec::new();
            for verb in &spec.verbs {
                match self.names.lemma(verb.get_ref()) {
                    Some(id) => lemmas.push(id),
                    None => self.fail(
                        verb.span().start,
                        format!("the verb `{}` is not in verbs.tsv", verb.get_ref()),
                        "add a row with its paradigm",
                    ),
                }
            }
            let moods = spec.tense.as_ref().map(|list| {
                list.iter()
                    .filter_map(|code| {
                        let mood = Mood::parse(code.get_ref());
                        if mood.is_none() {
                            self.fail(
                                code.span().start,
                                format!("no verb form `{}`", code.get_ref()),
                                "inf ger part pres impf past fut cond subj imp",
                            );
                        }
                        mood
                    })
                    .collect()
            });
            Body::Verb {
                lemmas,
                moods,
                particles: spec.particle.iter().map(|p| self.names.words(p)).collect(),
                reflexive: spec.reflexive,
                auxiliary: spec.auxiliary,
                args,
            }
        } else if !spec.nouns.is_empty() {
            Body::Noun { phrases: spec.nouns.iter().map(|n| self.names.words(n.get_ref())).collect(), args }
        } else {
            self.fail(at, "a rule needs `verbs`, `nouns` or `match`".into(), "");
            return None;
        };
        let (mut set, mut former) = (Vec::new(), false);
        for (name, value) in &spec.set {
            match (name.as_str(), kind) {
                ("former", None) => former = value.as_bool().unwrap_or(false),
                _ => match self.set_value(kind, name, value) {
                    Ok(pair) => set.push(pair),
                    Err(message) => self.fail(at, message, "docs/claims.md lists slots and codes"),
                },
            }
        }
        let status = spec.status.as_ref().and_then(|s| {
            let status = Status::parse(s.get_ref());
            if status.is_none() {
                self.fail(s.span().start, format!("no status `{}`", s.get_ref()), "");
            }
            status
        });
        let need = match &spec.need {
            Some(groups) => groups.iter().map(|g| self.slot_list(kind, g)).collect(),
            None => kind.map_or(vec![vec![Slot::Person]], |k| k.key().iter().map(|g| g.to_vec()).collect()),
        };
        let attach = spec.attach.iter().flat_map(|s| self.slot_list(kind, s)).collect();
        let yes = spec.yes.iter().filter_map(|e| self.example(e)).collect::<Vec<_>>();
        let no = spec.no.iter().filter_map(|e| self.example(e)).collect();
        if yes.is_empty() {
            self.fail(
                at,
                format!("the rule `{}` has no `yes` sentence", spec.id.get_ref()),
                "every rule shows what it finds",
            );
        }
        Some(Rule {
            id: format!("{lang}.{kind_name}.{}", spec.id.get_ref()),
            file: self.file.to_owned(),
            line: self.line(at),
            kind,
            set,
            former,
            status,
            need,
            strict: spec.need.is_some(),
            context: spec.context.iter().flat_map(|s| self.slot_list(kind, s)).collect(),
            attach,
            score: spec.score.unwrap_or(0.8),
            body,
            yes,
            no,
        })
    }

    fn slots(&mut self, kind: Option<Kind>, list: &Option<Spanned<String>>) -> Vec<Slot> {
        list.as_ref().map(|l| self.slot_list(kind, l)).unwrap_or_default()
    }

    fn slot_list(&mut self, kind: Option<Kind>, list: &Spanned<String>) -> Vec<Slot> {
        let mut out = Vec::new();
        for name in list.get_ref().split('|').map(str::trim) {
            match Slot::parse(name) {
                Some(slot) if fits(kind, slot) => out.push(slot),
                Some(_) => self.fail(
                    list.span().start,
                    format!("the slot `{name}` does not belong to this kind"),
                    "docs/claims.md lists the slots of each kind",
                ),
                None => self.fail(list.span().start, format!("no slot `{name}`"), "docs/claims.md lists the slots"),
            }
        }
        out
    }

    fn set_value(&self, kind: Option<Kind>, name: &str, value: &toml::Value) -> Result<(Slot, Value), String> {
        let slot = Slot::parse(name).ok_or_else(|| format!("no slot `{name}`"))?;
        let list: Vec<String> = match value {
            toml::Value::String(s) => vec![s.clone()],
            toml::Value::Array(items) => items.iter().filter_map(|v| v.as_str().map(str::to_owned)).collect(),
            toml::Value::Boolean(flag) => return Ok((slot, Value::Flag(*flag))),
            _ => return Err(format!("`{name}` takes a text, a list of texts or true")),
        };
        match kind.and_then(|k| k.slot_type(slot)) {
            None if kind.is_some() => return Err(format!("the slot `{name}` does not belong to this kind")),
            Some(SlotType::Code(codes) | SlotType::Codes(codes)) => {
                if let Some(bad) = list.iter().find(|c| !codes.contains(&c.as_str())) {
                    return Err(format!("`{bad}` is no code of `{name}`"));
                }
            }
            _ => {}
        }
        Ok((
            slot,
            if list.len() == 1 { Value::Text(list.into_iter().next().unwrap_or_default()) } else { Value::List(list) },
        ))
    }

    fn example(&mut self, source: &Spanned<String>) -> Option<Example> {
        let line = self.line(source.span().start);
        match parse_example(source.get_ref()) {
            Ok((text, slots, expect)) => Some(Example { line, text, slots, expect }),
            Err(message) => {
                self.fail(source.span().start, message, "`[slot:words]`, and `=> key=value` at the end");
                None
            }
        }
    }
}

/// A frame of moves may name the slots of the claims that a count filler turns it into.
fn fits(kind: Option<Kind>, slot: Slot) -> bool {
    match kind {
        None => matches!(slot, Slot::Person | Slot::Role | Slot::Org | Slot::Unit | Slot::Start | Slot::End),
        Some(kind) => {
            kind.slot_type(slot).is_some()
                || (kind == Kind::Move && matches!(slot, Slot::N | Slot::Share | Slot::Amount))
        }
    }
}

/// Reads one marked sentence.
pub fn example(source: &str, line: usize) -> Result<Example, String> {
    parse_example(source).map(|(text, slots, expect)| Example { line, text, slots, expect })
}

type ParsedExample = (String, Vec<(Slot, String)>, Vec<(String, String)>);

fn parse_example(source: &str) -> Result<ParsedExample, String> {
    let (marked, tail) = match source.rsplit_once("=>") {
        Some((marked, tail)) => (marked.trim_end(), tail.trim()),
        None => (source, ""),
    };
    let (mut text, mut slots) = (String::new(), Vec::new());
    let mut rest = marked;
    while let Some(open) = rest.find('[') {
        text.push_str(&rest[..open]);
        let inner = &rest[open + 1..];
        let close = inner.find(']').ok_or("a `[` without `]`")?;
        let mark = &inner[..close];
        match mark.split_once(':') {
            Some((name, words)) if Slot::parse(name).is_some() => {
                let (words, value) = words.split_once('=').unwrap_or((words, words));
                text.push_str(words);
                slots.push((Slot::parse(name).ok_or("unknown slot")?, value.to_owned()));
            }
            Some((name, _)) => return Err(format!("`{name}` is no slot")),
            None => return Err("a mark without `slot:`".into()),
        }
        rest = &inner[close + 1..];
    }
    text.push_str(rest);
    let mut expect = Vec::new();
    let mut words = tail;
    while !words.is_empty() {
        if let Some(kind) = words.strip_prefix('!') {
            let (kind, more) = kind.split_once(' ').unwrap_or((kind, ""));
            expect.push(("!".to_owned(), kind.trim().to_owned()));
            words = more.trim();
            continue;
        }
        let (name, value) = words.split_once('=').ok_or_else(|| format!("`{words}` is not key=value"))?;
        // A value may hold spaces, quoted.
        let (value, more) = match value.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').ok_or("a quote that is never closed")?,
            None => value.split_once(' ').unwrap_or((value, "")),
        };
        expect.push((name.trim().to_owned(), value.to_owned()));
        words = more.trim();
    }
    Ok((text, slots, expect))
}
