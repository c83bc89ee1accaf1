//! The pattern language: a sequence of elements over tokens and mentions, compiled from the text of a rule.

use mercato_model::Slot;
use rustc_hash::FxHashMap;

use crate::pack::Names;
use crate::verbs::{LemmaId, Mood};
use crate::words::WordId;

/// A word class of the pack.
pub type ClassId = u16;

/// A canonical preposition of the pack.
pub type PrepId = u16;

/// What kinds of mention may stand at a place, as a set of bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Types(pub u16);

impl Types {
    pub const PER: Self = Self(1);
    pub const ORG: Self = Self(1 << 1);
    pub const UNIT: Self = Self(1 << 2);
    pub const GROUP: Self = Self(1 << 3);
    pub const COUNT: Self = Self(1 << 4);
    pub const MONEY: Self = Self(1 << 5);
    pub const SHARE: Self = Self(1 << 6);
    pub const NUM: Self = Self(1 << 7);
    pub const ROLE: Self = Self(1 << 8);
    pub const DATE: Self = Self(1 << 9);
    pub const PRODUCT: Self = Self(1 << 10);
    pub const OUTLET: Self = Self(1 << 11);
    pub const CODE: Self = Self(1 << 12);
    pub const TEXT: Self = Self(1 << 13);

    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The types named in a pattern (`PER`, `ORG|UNIT`).
    fn parse(names: &str) -> Option<Self> {
        names.split('|').try_fold(Self(0), |all, name| {
            Some(all.or(match name.trim() {
                "PER" => Self::PER,
                "ORG" => Self::ORG,
                "UNIT" => Self::UNIT,
                "GROUP" => Self::GROUP,
                "COUNT" => Self::COUNT,
                "MONEY" => Self::MONEY,
                "SHARE" => Self::SHARE,
                "NUM" => Self::NUM,
                "ROLE" => Self::ROLE,
                "DATE" => Self::DATE,
                "PRODUCT" => Self::PRODUCT,
                "OUTLET" => Self::OUTLET,
                "CODE" => Self::CODE,
                "text" | "TEXT" => Self::TEXT,
                _ => return None,
            }))
        })
    }

    /// What may fill a slot when the rule does not say.
    pub fn of_slot(slot: Slot) -> Self {
        match slot {
            Slot::Person => Self::PER.or(Self::GROUP).or(Self::COUNT),
            Slot::TogetherWith => Self::PER,
            Slot::Group | Slot::Cohort => Self::GROUP.or(Self::COUNT).or(Self::UNIT),
            Slot::From | Slot::To => Self::ORG.or(Self::UNIT),
            Slot::Org => Self::ORG.or(Self::UNIT),
            // A person who offers or calls does it for a firm, which the post tells.
            Slot::By => Self::ORG.or(Self::PER),
            Slot::Acquirer | Slot::Versus => Self::ORG,
            Slot::Target => Self::PER.or(Self::GROUP).or(Self::ORG).or(Self::COUNT),
            Slot::Plaintiff | Slot::Defendant | Slot::Actor => Self::ORG.or(Self::PER),
            Slot::Subject => Self::PER.or(Self::GROUP).or(Self::ORG).or(Self::COUNT),
            Slot::Role | Slot::RoleFrom | Slot::RoleTo => Self::ROLE,
            Slot::Replaces | Slot::ReportsTo => Self::PER.or(Self::ROLE),
            Slot::Unit | Slot::UnitFrom | Slot::UnitTo => Self::UNIT,
            Slot::Amount => Self::MONEY,
            Slot::N => Self::COUNT,
            Slot::Of => Self::COUNT.or(Self::NUM),
            Slot::Share => Self::SHARE,
            Slot::Value => Self::SHARE.or(Self::NUM).or(Self::TEXT),
            Slot::Start | Slot::End | Slot::Since | Slot::Year => Self::DATE,
            Slot::Matter | Slot::What | Slot::About => Self::TEXT,
            Slot::Factor
            | Slot::Measure
            | Slot::Component
            | Slot::Terms
            | Slot::Means
            | Slot::Form
            | Slot::State
            | Slot::Response
            | Slot::Manner
            | Slot::Direction
            | Slot::Stat
            | Slot::Stance
            | Slot::Polarity => Self::CODE,
            Slot::Growth => Self::SHARE,
            Slot::Interim => Self(0),
        }
    }
}

/// One element of a compiled pattern.
#[derive(Clone, Debug, PartialEq)]
pub enum Elem {
    Word(WordId),
    Punct(char),
    Prep(PrepId),
    /// A verb group of one of these verbs; with a mood, one form alone.
    Verb(LemmaId, Option<Mood>),
    Class(ClassId),
    Capture {
        slot: Option<Slot>,
        types: Types,
    },
    /// Free words up to the next element or the end of the clause.
    Text(Option<Slot>),
    Any,
    Gap {
        min: usize,
        max: usize,
        commas: bool,
    },
    Start,
    End,
    /// One of several sequences; `optional`: or nothing.
    Choice {
        branches: Vec<Vec<Elem>>,
        optional: bool,
    },
}

/// What stands in a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Feature {
    Word(WordId),
    Class(ClassId),
    Verb(LemmaId),
    Prep(PrepId),
    Punct(char),
}

/// Dashes and quotation marks are one each.
pub fn fold(c: char) -> char {
    match c {
        '–' | '—' | '―' | '‒' | '-' => '-',
        '«' | '»' | '“' | '”' | '„' | '"' => '"',
        '’' | '‘' | '\'' => '\'',
        '•' | '·' | '*' | '▪' | '●' => '•',
        c => c,
    }
}

/// What a sentence must hold for a pattern to be worth trying.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Needs {
    Feature(Feature),
    /// A mention of one of these types.
    Mention(Types),
    /// All that one of the branches needs.
    OneOf(Vec<Vec<Needs>>),
}

/// The elements that must match whatever way the pattern is taken.
pub fn needs(elems: &[Elem]) -> Vec<Needs> {
    let need = |e: &Elem| match e {
        Elem::Word(w) => Some(Needs::Feature(Feature::Word(*w))),
        Elem::Class(c) => Some(Needs::Feature(Feature::Class(*c))),
        Elem::Verb(l, _) => Some(Needs::Feature(Feature::Verb(*l))),
        Elem::Prep(p) => Some(Needs::Feature(Feature::Prep(*p))),
        Elem::Punct(c) => Some(Needs::Feature(Feature::Punct(fold(*c)))),
        Elem::Capture { types, .. } => Some(Needs::Mention(*types)),
        Elem::Choice { branches, optional: false } => {
            let branches: Vec<Vec<Needs>> = branches.iter().map(|b| needs(b)).collect();
            // A branch that needs nothing makes the others idle.
            branches.iter().all(|b| !b.is_empty()).then_some(Needs::OneOf(branches))
        }
        _ => None,
    };
    let mut needs: Vec<Needs> = elems.iter().filter_map(need).collect();
    // What is soonest looked up first.
    needs.sort_by_key(|n| match n {
        Needs::Mention(_) => 0,
        Needs::Feature(_) => 1,
        Needs::OneOf(_) => 2,
    });
    needs.dedup();
    needs
}

/// How rare a feature is in a sentence, from the rarest up.
fn rank(feature: &Feature) -> usize {
    match feature {
        Feature::Word(_) => 1,
        Feature::Verb(_) => 2,
        Feature::Class(_) => 3,
        Feature::Prep(_) => 20,
        Feature::Punct(_) => 30,
    }
}

/// Features one of which stands wherever a pattern matches: those that are rarest together. `None`: mentions alone will do.
fn signs(needs: &[Needs]) -> Option<Vec<Feature>> {
    let of = |n: &Needs| match n {
        Needs::Feature(feature) => Some(vec![*feature]),
        Needs::Mention(_) => None,
        Needs::OneOf(branches) => {
            let each: Option<Vec<Vec<Feature>>> = branches.iter().map(|b| signs(b)).collect();
            Some(each?.concat())
        }
    };
    needs.iter().filter_map(of).min_by_key(|signs| signs.iter().map(rank).sum::<usize>())
}

/// Patterns by what stands in every sentence that they match.
#[derive(Clone, Debug, Default)]
pub struct Index {
    by_feature: FxHashMap<Feature, Vec<usize>>,
    /// Those that no feature tells.
    others: Vec<usize>,
}

impl Index {
    /// Enters the pattern of a rule.
    pub fn add(&mut self, rule: usize, needs: &[Needs]) {
        match signs(needs) {
            Some(signs) => signs.into_iter().for_each(|sign| self.by_feature.entry(sign).or_default().push(rule)),
            None => self.others.push(rule),
        }
    }

    /// The rules whose patterns a sentence with these features may match, in order.
    pub fn among<'a>(&self, features: impl IntoIterator<Item = &'a Feature>) -> Vec<usize> {
        let mut out = self.others.clone();
        out.extend(features.into_iter().filter_map(|f| self.by_feature.get(f)).flatten());
        out.sort_unstable();
        out.dedup();
        out
    }
}

/// A mistake in the text of a pattern: where (byte offset) and what.
pub struct PatternError {
    pub offset: usize,
    pub message: String,
}

/// Compiles the text of a pattern.
pub fn parse(text: &str, names: &mut Names) -> Result<Vec<Elem>, PatternError> {
    let pieces = pieces(text)?;
    let mut at = 0;
    let elems = sequence(&pieces, &mut at, names, 0)?;
    if at < pieces.len() {
        return Err(PatternError { offset: pieces[at].0, message: "a `)` or `|` without `(`".into() });
    }
    if elems.is_empty() {
        return Err(PatternError { offset: 0, message: "an empty pattern".into() });
    }
    Ok(elems)
}

/// Cuts at spaces, but not inside quotes, braces or `<>`; parentheses and the bar of a choice are pieces of their own.
fn pieces(text: &str) -> Result<Vec<(usize, String)>, PatternError> {
    let mut out: Vec<(usize, String)> = Vec::new();
    let mut current = String::new();
    let (mut start, mut closing) = (0, None::<char>);
    for (at, c) in text.char_indices() {
        if let Some(close) = closing {
            current.push(c);
            if c == close {
                closing = None;
            }
            continue;
        }
        match c {
            c if c.is_whitespace() => {
                if !current.is_empty() {
                    out.push((start, std::mem::take(&mut current)));
                }
            }
            '(' if current.is_empty() => out.push((at, "(".into())),
            ')' => {
                if !current.is_empty() {
                    out.push((start, std::mem::take(&mut current)));
                }
                out.push((at, ")".into()));
            }
            '?' if current.is_empty() && out.last().is_some_and(|(_, p)| p == ")") => {
                out.last_mut().expect("just seen").1 = ")?".into();
            }
            c => {
                if current.is_empty() {
                    start = at;
                }
                closing = match c {
                    '"' => Some('"'),
                    '{' => Some('}'),
                    '<' => Some('>'),
                    // `'words'` is quoted; `'s` alone is a word.
                    '\'' if current.is_empty() && closes_later(&text[at + 1..]) => Some('\''),
                    _ => None,
                };
                current.push(c);
            }
        }
    }
    if closing.is_some() {
        return Err(PatternError { offset: start, message: "a quote or brace that is never closed".into() });
    }
    if !current.is_empty() {
        out.push((start, current));
    }
    Ok(out)
}

/// Whether the quoted part ends where a word ends.
fn closes_later(rest: &str) -> bool {
    rest.find('\'').is_some_and(|close| {
        close > 0
            && !rest[..close].contains(['(', ')', '{', '"', '@', '~'])
            && rest[close + 1..].chars().next().is_none_or(|c| c.is_whitespace() || matches!(c, '|' | '?' | ')'))
    })
}

fn sequence(
    pieces: &[(usize, String)],
    at: &mut usize,
    names: &mut Names,
    depth: usize,
) -> Result<Vec<Elem>, PatternError> {
    let mut out = Vec::new();
    while let Some((offset, piece)) = pieces.get(*at) {
        match piece.as_str() {
            ")" | ")?" | "|" if depth > 0 => return Ok(out),
            ")" | ")?" | "|" => return Ok(out),
            "(" => {
                *at += 1;
                let mut branches = vec![sequence(pieces, at, names, depth + 1)?];
                while pieces.get(*at).is_some_and(|(_, p)| p == "|") {
                    *at += 1;
                    branches.push(sequence(pieces, at, names, depth + 1)?);
                }
                let Some((_, close)) = pieces.get(*at) else {
                    return Err(PatternError { offset: *offset, message: "a `(` without `)`".into() });
                };
                out.push(Elem::Choice { branches, optional: close == ")?" });
                *at += 1;
            }
            text => {
                out.extend(element(text, *offset, names)?);
                *at += 1;
            }
        }
    }
    Ok(out)
}

/// One element, or alternatives of single elements (`a|b|@c`), with `?` behind it when optional.
fn element(text: &str, offset: usize, names: &mut Names) -> Result<Vec<Elem>, PatternError> {
    let (text, optional) = match text.strip_suffix('?') {
        Some(inner) if !inner.is_empty() => (inner, true),
        _ => (text, false),
    };
    let parts = split_bars(text);
    if parts.len() == 1 && !optional {
        return single(text, offset, names);
    }
    let branches = parts.into_iter().map(|p| single(p, offset, names)).collect::<Result<Vec<_>, _>>()?;
    Ok(vec![Elem::Choice { branches, optional }])
}

fn split_bars(text: &str) -> Vec<&str> {
    let (mut out, mut start, mut closing) = (Vec::new(), 0, None);
    for (at, c) in text.char_indices() {
        match (closing, c) {
            (Some(close), c) if c == close => closing = None,
            (Some(_), _) => {}
            (None, '{') => closing = Some('}'),
            (None, '"') => closing = Some('"'),
            (None, '\'') if at == start && closes_later(&text[at + 1..]) => closing = Some('\''),
            (None, '|') => {
                out.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    out.push(&text[start..]);
    out
}

fn single(text: &str, offset: usize, names: &mut Names) -> Result<Vec<Elem>, PatternError> {
    let fail = |message: String| PatternError { offset, message };
    Ok(vec![match text {
        "^" => Elem::Start,
        "$" => Elem::End,
        "_" => Elem::Any,
        _ => {
            if let Some(inner) = text.strip_prefix('"').and_then(|t| t.strip_suffix('"')) {
                if inner.is_empty() || inner.chars().any(char::is_alphanumeric) {
                    return Err(fail(format!("{text} is no punctuation; words stand in single quotes")));
                }
                return Ok(inner.chars().map(Elem::Punct).collect());
            } else if let Some(name) = text.strip_prefix('<').and_then(|t| t.strip_suffix('>')) {
                Elem::Prep(names.prep(name).ok_or_else(|| fail(format!("no canonical preposition `{name}`")))?)
            } else if let Some(name) = text.strip_prefix('@') {
                Elem::Class(names.class(name).ok_or_else(|| fail(format!("no word class `{name}`")))?)
            } else if let Some(verb) = text.strip_prefix('~') {
                let (lemma, mood) = match verb.split_once(':') {
                    Some((lemma, code)) => {
                        (lemma, Some(Mood::parse(code).ok_or_else(|| fail(format!("no verb form `{code}`")))?))
                    }
                    None => (verb, None),
                };
                Elem::Verb(
                    names.lemma(lemma).ok_or_else(|| fail(format!("the verb `{lemma}` is not in verbs.tsv")))?,
                    mood,
                )
            } else if let Some(inner) = text.strip_prefix('{').and_then(|t| t.strip_suffix('}')) {
                captures(inner).ok_or_else(|| fail(format!("`{text}`: no such slot or type")))?
            } else if let Some(gap) = gap(text) {
                gap
            } else {
                let word = text.strip_prefix('\'').and_then(|t| t.strip_suffix('\'')).unwrap_or(text);
                let words = names.words(word);
                if words.is_empty() {
                    return Err(fail(format!("`{text}` holds no word")));
                }
                return Ok(words.into_iter().map(Elem::Word).collect());
            }
        }
    }])
}

/// `{group|person}`: whichever slot the mention fits.
fn captures(inner: &str) -> Option<Elem> {
    let (names, types) = match inner.split_once(':') {
        Some((names, types)) => (names, format!(":{types}")),
        None => (inner, String::new()),
    };
    if !names.contains('|') {
        return capture(inner);
    }
    let branches = names
        .split('|')
        .map(|name| capture(&format!("{}{types}", name.trim())).map(|e| vec![e]))
        .collect::<Option<_>>()?;
    Some(Elem::Choice { branches, optional: false })
}

fn capture(inner: &str) -> Option<Elem> {
    let (name, types) = match inner.split_once(':') {
        Some((name, types)) => (name, Some(Types::parse(types)?)),
        None => (inner, None),
    };
    let slot = if name == "_" { None } else { Some(Slot::parse(name)?) };
    let types = types.or_else(|| slot.map(Types::of_slot)).filter(|t| t.0 != 0)?;
    Some(if types == Types::TEXT { Elem::Text(slot) } else { Elem::Capture { slot, types } })
}

/// `_{0,4}` and `..{0,6}`.
fn gap(text: &str) -> Option<Elem> {
    let (commas, range) = match text.strip_prefix("..") {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('_')?),
    };
    let (min, max) = range.strip_prefix('{')?.strip_suffix('}')?.split_once(',')?;
    Some(Elem::Gap { min: min.trim().parse().ok()?, max: max.trim().parse().ok()?, commas })
}
