//! Cutting text into tokens: words, numbers, punctuation; elisions and hyphenated prefixes as the language writes them.

use mercato_model::Span;
use rustc_hash::FxHashSet;

/// What a token is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Lower,
    /// First letter upper case, at least one lower-case letter after it.
    Capital,
    /// Two or more letters, all upper case; or one upper-case letter.
    Upper,
    /// Lower first, upper later (`xAI`).
    Mixed,
    Number,
    Punct,
}

impl Shape {
    /// Whether the word may be (part of) a name.
    pub fn is_name_like(self) -> bool {
        matches!(self, Self::Capital | Self::Upper | Self::Mixed)
    }
}

/// One token: a byte span of the text and its shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    pub span: Span,
    pub shape: Shape,
    /// White space stands before it.
    pub spaced: bool,
}

/// How a language writes words.
#[derive(Clone, Debug, Default)]
pub struct Orthography {
    /// Word beginnings that are tokens of their own (`dell'`), lower case, straight apostrophe.
    pub elisions: FxHashSet<String>,
    /// Word ends that are tokens of their own (`'s`, `n't`).
    pub suffixes: Vec<String>,
    /// Words before a hyphen that are tokens of their own (`ex`).
    pub hyphen_prefixes: FxHashSet<String>,
    /// Words behind a hyphen that are tokens of their own (`t-il`).
    pub hyphen_suffixes: Vec<String>,
    /// Abbreviations with their full stop, lower case.
    pub abbreviations: FxHashSet<String>,
    pub decimal_comma: bool,
}

/// The form under which words are compared: lower case, straight apostrophes and hyphens.
pub fn key(word: &str) -> String {
    let mut key = String::with_capacity(word.len());
    key_into(word, &mut key);
    key
}

/// As [`key`], written over what `key` held.
pub fn key_into(word: &str, key: &mut String) {
    key.clear();
    if word.is_ascii() {
        key.push_str(word);
        key.make_ascii_lowercase();
        return;
    }
    key.extend(word.chars().flat_map(|c| match c {
        '\u{2019}' | '\u{2018}' | '\u{02BC}' | '\u{FF07}' => '\''.to_lowercase(),
        '\u{2010}' | '\u{2011}' => '-'.to_lowercase(),
        c => c.to_lowercase(),
    }));
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}' | '\u{2018}' | '\u{02BC}')
}

fn is_group_space(c: char) -> bool {
    matches!(c, ' ' | '\u{00A0}' | '\u{202F}' | '\u{2009}')
}

/// Cuts `text[range]` into tokens; spans are offsets into the whole `text`. Tokens and the white space between them
/// make up the text.
pub fn tokenize(text: &str, range: Span, orthography: &Orthography) -> Vec<Token> {
    let mut cutter = Cutter { text, at: range.start, end: range.end, orthography, tokens: Vec::new() };
    cutter.run();
    cutter.tokens
}

struct Cutter<'a> {
    text: &'a str,
    at: usize,
    end: usize,
    orthography: &'a Orthography,
    tokens: Vec<Token>,
}

impl Cutter<'_> {
    fn peek(&self, at: usize) -> Option<char> {
        self.text[at..self.end].chars().next()
    }

    fn run(&mut self) {
        let mut spaced = true;
        while let Some(c) = self.peek(self.at) {
            if c.is_whitespace() || is_ignorable(c) {
                self.at += c.len_utf8();
                spaced = true;
                continue;
            }
            let start = self.at;
            if c.is_ascii_digit() {
                self.number(start, spaced);
            } else if c.is_alphanumeric() {
                self.word(start, spaced);
            } else if let Some(end) = self.lone_suffix(start) {
                self.at = end;
                self.push(start, end, Shape::Lower, spaced);
            } else {
                self.at += c.len_utf8();
                self.push(start, self.at, Shape::Punct, spaced);
            }
            spaced = false;
        }
    }

    /// `'s` standing alone, as behind a closing quotation mark or in a pattern.
    fn lone_suffix(&self, start: usize) -> Option<usize> {
        if !self.peek(start).is_some_and(is_apostrophe) {
            return None;
        }
        let end = self.text[start..self.end]
            .char_indices()
            .skip(1)
            .find(|(_, c)| !c.is_alphanumeric())
            .map_or(self.end, |(i, _)| start + i);
        self.orthography.suffixes.contains(&key(&self.text[start..end])).then_some(end)
    }

    fn push(&mut self, start: usize, end: usize, shape: Shape, spaced: bool) {
        self.tokens.push(Token { span: Span::new(start, end), shape, spaced });
    }

    /// `14.3`, `925 000`, `1.234,5`: separators only between digits, spaces only before groups of three.
    fn number(&mut self, start: usize, spaced: bool) {
        let mut at = start;
        loop {
            while self.peek(at).is_some_and(|c| c.is_ascii_digit()) {
                at += 1;
            }
            let Some(separator) = self.peek(at) else { break };
            let next = at + separator.len_utf8();
            let digits = self.text[next..self.end].bytes().take_while(u8::is_ascii_digit).count();
            let joins = match separator {
                '.' | ',' | '\'' | '\u{2019}' => digits > 0,
                c if is_group_space(c) => {
                    let before = self.text[start..at].bytes().rev().take_while(u8::is_ascii_digit).count();
                    digits == 3 && before <= 3
                }
                _ => false,
            };
            if !joins {
                break;
            }
            at = next;
        }
        self.at = at;
        self.push(start, at, Shape::Number, spaced);
        // "14.3bn", "200M", "10B": the unit is a word of its own; so is an ordinal ending.
        if self.peek(at).is_some_and(char::is_alphabetic) {
            self.word(at, false);
        }
    }

    fn word(&mut self, start: usize, spaced: bool) {
        let mut at = start;
        while let Some(c) = self.peek(at) {
            let next = at + c.len_utf8();
            let after = self.peek(next);
            let joins = if c.is_alphanumeric() || is_mark(c) {
                true
            } else if is_apostrophe(c) {
                after.is_some_and(char::is_alphanumeric)
                    || self.orthography.elisions.contains(&key(&self.text[start..next]))
            } else if matches!(c, '-' | '\u{2010}' | '\u{2011}') {
                after.is_some_and(char::is_alphanumeric)
            } else if c == '.' {
                self.dot_joins(start, at, next)
            } else if c == '&' {
                after.is_some_and(char::is_alphanumeric)
            } else {
                false
            };
            if !joins {
                break;
            }
            at = next;
            // "d'1,5 milliard": a number begins behind the elision.
            let number = is_apostrophe(c) && after.is_some_and(|a| a.is_ascii_digit());
            if number && self.orthography.elisions.contains(&key(&self.text[start..next])) {
                break;
            }
        }
        // An abbreviation keeps its full stop.
        if self.peek(at) == Some('.') && self.orthography.abbreviations.contains(&key(&self.text[start..at + 1])) {
            at += 1;
        }
        self.at = at.max(start + self.peek(start).map_or(1, char::len_utf8));
        self.split(start, self.at, spaced);
    }

    /// `Levels.fyi`, `Character.AI`, `U.S.`: no stop of a sentence.
    fn dot_joins(&self, start: usize, dot: usize, next: usize) -> bool {
        let Some(after) = self.peek(next) else { return false };
        if !after.is_alphanumeric() {
            return false;
        }
        let piece_len = self.text[next..self.end].chars().take_while(|c| c.is_alphanumeric()).count();
        let before = self.text[start..dot].rsplit(['.', '-']).next().unwrap_or("");
        let single = before.chars().count() == 1;
        after.is_lowercase() && piece_len <= 4
            || single && piece_len == 1
            || after.is_uppercase()
                && piece_len <= 3
                && self.text[next..self.end].chars().take(piece_len).all(char::is_uppercase)
    }

    /// Splits elisions, English endings and hyphenated parts off a word.
    fn split(&mut self, start: usize, end: usize, spaced: bool) {
        let (mut start, mut spaced) = (start, spaced);
        // Elisions: l', dell', qu'.
        while let Some(offset) = self.text[start..end].find(is_apostrophe) {
            let cut = start + offset + self.peek(start + offset).map_or(1, char::len_utf8);
            if cut > end
                || !self.orthography.elisions.contains(&key(&self.text[start..cut]))
                || cut == end && offset == 0
            {
                break;
            }
            self.push(start, cut, shape(&self.text[start..cut]), spaced);
            (start, spaced) = (cut, false);
            if start == end {
                return;
            }
        }
        // ex-Apple
        if let Some(offset) = self.text[start..end].find(['-', '\u{2010}', '\u{2011}']) {
            let hyphen = start + offset;
            let next = hyphen + self.peek(hyphen).map_or(1, char::len_utf8);
            if next < end && self.orthography.hyphen_prefixes.contains(&key(&self.text[start..hyphen])) {
                self.push(start, hyphen, shape(&self.text[start..hyphen]), spaced);
                self.push(hyphen, next, Shape::Punct, false);
                self.split(next, end, false);
                return;
            }
        }
        let word = key(&self.text[start..end]);
        for suffix in &self.orthography.hyphen_suffixes {
            if let Some(stem) = word.strip_suffix(suffix.as_str()).and_then(|s| s.strip_suffix('-'))
                && !stem.is_empty()
                && let Some(cut) = end.checked_sub(suffix.len() + 1)
                && self.text.is_char_boundary(cut)
                && cut > start
            {
                self.push(start, cut, shape(&self.text[start..cut]), spaced);
                self.push(cut, end, Shape::Lower, false);
                return;
            }
        }
        for suffix in &self.orthography.suffixes {
            if word.len() > suffix.len() && word.ends_with(suffix.as_str()) {
                // Apostrophes may be one or three bytes long: find the cut from the end by characters.
                let cut =
                    self.text[start..end].char_indices().rev().nth(suffix.chars().count() - 1).map(|(i, _)| start + i);
                if let Some(cut) = cut.filter(|&c| c > start) {
                    self.push(start, cut, shape(&self.text[start..cut]), spaced);
                    self.push(cut, end, Shape::Lower, false);
                    return;
                }
            }
        }
        self.push(start, end, shape(&self.text[start..end]), spaced);
    }
}

/// Soft hyphens, zero-width and direction marks carry no letter.
fn is_ignorable(c: char) -> bool {
    matches!(c, '\u{00AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{FEFF}')
}

/// Combining marks belong to the letter before them.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036F}')
}

fn shape(word: &str) -> Shape {
    let mut letters = word.chars().filter(|c| c.is_alphabetic());
    let Some(first) = letters.next() else {
        return if word.chars().any(|c| c.is_ascii_digit()) { Shape::Number } else { Shape::Punct };
    };
    let rest: Vec<char> = letters.collect();
    match (first.is_uppercase(), rest.iter().any(|c| c.is_uppercase()), rest.iter().any(|c| c.is_lowercase())) {
        (true, _, true) => Shape::Capital,
        (true, _, false) => Shape::Upper,
        (false, true, _) => Shape::Mixed,
        (false, false, _) => Shape::Lower,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let set = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect();
        let orthography = Orthography {
            elisions: set(&["l'", "dell'", "qu'", "d'"]),
            suffixes: ["'s", "n't"].map(str::to_owned).to_vec(),
            hyphen_prefixes: set(&["ex"]),
            hyphen_suffixes: ["t-il", "il"].map(str::to_owned).to_vec(),
            abbreviations: set(&["dott.", "s.p.a."]),
            decimal_comma: true,
        };
        let tokens = tokenize(text, Span::new(0, text.len()), &orthography);
        let words: Vec<&str> = tokens.iter().map(|t| t.span.slice(text).unwrap()).collect();
        assert_eq!(words.join("|"), expected);
    }

    #[test]
    fn cuts_words_as_they_are_written() {
        check("dell’IA di l'azienda", "dell’|IA|di|l'|azienda");
        check("Meta's exit; she didn't", "Meta|'s|exit|;|she|did|n't");
        check("l’ex-Apple a-t-il", "l’|ex|-|Apple|a|-t-il");
        check("Il dott. Rossi di Corvanta S.p.A. va.", "Il|dott.|Rossi|di|Corvanta|S.p.A.|va|.");
        check("Levels.fyi, Character.AI. Poi", "Levels.fyi|,|Character.AI|.|Poi");
        check("$14.3bn, 925 000 $ e 5-10 o 1.234,5", "$|14.3|bn|,|925 000|$|e|5|-|10|o|1.234,5");
        check("xAI GPT-4o R&D", "xAI|GPT-4o|R&D");
    }
}
