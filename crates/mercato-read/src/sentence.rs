//! Paragraphs, sentences, tokens, and the tables of the pack laid over them.

use icu_segmenter::SentenceSegmenter;
use icu_segmenter::options::SentenceBreakInvariantOptions;
use mercato_model::Span;
use mercato_pack::Pack;
use mercato_pack::kb::Kb;
use mercato_pack::pattern::{ClassId, PrepId};
use mercato_pack::token::{self, Shape, Token};
use mercato_pack::words::WordId;

/// One sentence (or heading, or bullet) with its tokens and what the pack knows of its words.
#[derive(Clone, Debug)]
pub(crate) struct Sentence {
    pub span: Span,
    /// Which line of the document it stands in.
    pub paragraph: usize,
    pub tokens: Vec<Token>,
    pub words: Vec<WordId>,
    /// Class phrases as (first token, length, class), by first token.
    pub classes: Vec<(usize, usize, ClassId)>,
    /// Where the classes of each token begin in `classes`; one more entry at the end.
    class_starts: Vec<u32>,
    /// Preposition that begins at a token, with its length in tokens.
    pub preps: Vec<Option<(usize, PrepId)>>,
    /// Depth inside quotation marks at each token: true inside.
    pub quoted: Vec<bool>,
}

impl Sentence {
    /// The length of a phrase of `class` that begins at token `at`.
    pub fn class_at(&self, at: usize, class: Option<ClassId>) -> Option<usize> {
        let class = class?;
        let (from, to) = (*self.class_starts.get(at)? as usize, *self.class_starts.get(at + 1)? as usize);
        self.classes[from..to].iter().filter(|c| c.2 == class).map(|c| c.1).max()
    }

    /// The class phrases that begin at token `at`, with their lengths.
    pub fn classes_at(&self, at: usize) -> impl Iterator<Item = (usize, ClassId)> {
        let starts = |at: usize| self.class_starts.get(at).map_or(self.classes.len(), |&s| s as usize);
        self.classes[starts(at)..starts(at + 1)].iter().map(|c| (c.1, c.2))
    }

    /// Whether token `at` lies inside a phrase of `class`.
    pub fn in_class(&self, at: usize, class: Option<ClassId>) -> bool {
        // A phrase is rarely longer than five words: only those that begin shortly before can reach here.
        let Some(class) = class else { return false };
        let from = self.class_starts.get(at.saturating_sub(6)).map_or(0, |&s| s as usize);
        let to = self.class_starts.get(at + 1).map_or(self.classes.len(), |&s| s as usize);
        self.classes[from.min(to)..to].iter().any(|&(start, len, c)| c == class && start <= at && at < start + len)
    }

    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    pub fn word<'t>(&self, text: &'t str, at: usize) -> &'t str {
        &text[self.tokens[at].span.start..self.tokens[at].span.end]
    }

    /// The text from token `start` to before token `end`.
    pub fn slice<'t>(&self, text: &'t str, start: usize, end: usize) -> &'t str {
        let span = self.span_of(start, end);
        &text[span.start..span.end]
    }

    pub fn span_of(&self, start: usize, end: usize) -> Span {
        if start >= end {
            let at = self.tokens.get(start).map_or(self.span.end, |t| t.span.start);
            return Span::new(at, at);
        }
        Span::new(self.tokens[start].span.start, self.tokens[end - 1].span.end)
    }

    pub fn is_punct(&self, text: &str, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|t| t.shape == Shape::Punct) && !self.word(text, at).is_empty()
    }

    /// A possessive mark ("'s").
    pub fn possessive(&self, text: &str, at: usize) -> bool {
        matches!(self.word(text, at), "'s" | "’s" | "'" | "’")
    }

    /// The first character of a punctuation token.
    pub fn punct(&self, text: &str, at: usize) -> Option<char> {
        let token = self.tokens.get(at)?;
        (token.shape == Shape::Punct).then(|| text[token.span.start..].chars().next()).flatten()
    }
}

/// Cuts the text of a document into sentences.
pub(crate) fn cut(text: &str, pack: &Pack, kb: &Kb) -> Vec<Sentence> {
    let segmenter = SentenceSegmenter::new(SentenceBreakInvariantOptions::default());
    let mut out = Vec::new();
    let mut start = 0;
    for (paragraph, line) in text.split_inclusive('\n').enumerate() {
        let trimmed = line.trim();
        let offset = start + (line.len() - line.trim_start().len());
        start += line.len();
        if trimmed.is_empty() {
            continue;
        }
        let mut from = 0;
        let breaks: Vec<usize> = segmenter.segment_str(trimmed).skip(1).collect();
        for (at, &end) in breaks.iter().enumerate() {
            let last = at + 1 == breaks.len();
            if !last && !ends_here(&trimmed[from..end], &trimmed[end..], pack, kb) {
                continue;
            }
            let piece = Span::new(offset + from, offset + end);
            from = end;
            if let Some(sentence) = tag(text, piece, paragraph, pack) {
                out.push(sentence);
            }
        }
    }
    out
}

/// Guards the library's boundaries: no sentence ends after an abbreviation, an initial, inside a known name, or before
/// a lower-case word.
fn ends_here(before: &str, after: &str, pack: &Pack, kb: &Kb) -> bool {
    let (before, after) = (before.trim_end(), after.trim_start());
    let next = after.chars().next();
    if kb.stopped.iter().any(|(left, right)| before.ends_with(left.as_str()) && after.starts_with(right.as_str())) {
        return false;
    }
    if next.is_some_and(|c| c.is_lowercase()) {
        return false;
    }
    if let Some(stem) = before.strip_suffix('.') {
        let last = stem.rsplit([' ', '\u{00A0}', '(', '\'', '\u{2019}']).next().unwrap_or("");
        let initial = last.chars().count() == 1 && last.chars().all(char::is_uppercase);
        if initial || pack.orthography.abbreviations.contains(&(token::key(last) + ".")) {
            return false;
        }
        // "1. Oktober", "1. IL DESIGN": a number and a stop begin an item, they end nothing.
        if last == stem.trim_start() && !last.is_empty() && last.bytes().all(|b| b.is_ascii_digit()) {
            return false;
        }
    }
    true
}

fn tag(text: &str, span: Span, paragraph: usize, pack: &Pack) -> Option<Sentence> {
    let tokens = unglue(text, token::tokenize(text, span, &pack.orthography), pack);
    if tokens.is_empty() {
        return None;
    }
    let mut buffer = String::new();
    let words: Vec<WordId> = tokens
        .iter()
        .map(|t| {
            let word = &text[t.span.start..t.span.end];
            if word.is_ascii() {
                buffer.clear();
                buffer.push_str(word);
                buffer.make_ascii_lowercase();
                pack.words.get(&buffer)
            } else {
                pack.words.get(&token::key(word))
            }
        })
        .collect();
    let mut classes = Vec::new();
    let mut class_starts = Vec::with_capacity(tokens.len() + 1);
    let mut preps = vec![None; tokens.len()];
    let shouts = tokens.iter().all(|t| !matches!(t.shape, Shape::Lower | Shape::Capital));
    for at in 0..tokens.len() {
        class_starts.push(classes.len() as u32);
        for (len, &class) in pack.classes.phrases.at(&words[at..]) {
            classes.push((at, len, class));
        }
        // "Generative AI" ends in no preposition ("ai"), unless the whole line shouts.
        let initials = |at: usize| tokens[at].shape == Shape::Upper && tokens[at].span.end - tokens[at].span.start > 1;
        if let Some((len, &prep)) =
            pack.preps.longest(&words[at..]).filter(|(len, _)| *len > 1 || shouts || !initials(at))
        {
            preps[at] = Some((len, prep));
        }
    }
    class_starts.push(classes.len() as u32);
    let quoted = quotes(text, &tokens);
    Some(Sentence { span, paragraph, tokens, words, classes, class_starts, preps, quoted })
}

/// Splits words that a lost space glued together ("ditKnight", "MuscxAI"): a known word and a name, or two names.
fn unglue(text: &str, tokens: Vec<Token>, pack: &Pack) -> Vec<Token> {
    let glued = |t: &Token| t.shape.is_name_like() && t.span.end - t.span.start >= 5;
    if !tokens.iter().any(glued) {
        return tokens;
    }
    let mut out = Vec::with_capacity(tokens.len());
    for t in tokens {
        match glued(&t).then(|| seam(text, &t, pack)).flatten() {
            Some(cut) => {
                let (left, right) = (Span::new(t.span.start, cut), Span::new(cut, t.span.end));
                let whole = Span::new(left.start, right.end);
                debug_assert_eq!(whole, t.span);
                let shape = |s: Span| {
                    if text[s.start..s.end].starts_with(char::is_uppercase) { Shape::Capital } else { Shape::Lower }
                };
                out.push(Token { span: left, shape: shape(left), spaced: t.spaced });
                out.push(Token {
                    span: right,
                    shape: if shape(right) == Shape::Lower { Shape::Mixed } else { Shape::Capital },
                    spaced: false,
                });
            }
            None => out.push(t),
        }
    }
    out
}

/// Where a glued word parts: an inner capital behind a known word, or a known name at its end behind another known name.
fn seam(text: &str, token: &Token, pack: &Pack) -> Option<usize> {
    let word = &text[token.span.start..token.span.end];
    if pack.words.get(&token::key(word)) != 0 || word.contains('-') || word.contains('.') {
        return None;
    }
    let mut before = None;
    for (at, c) in word.char_indices() {
        let inner_capital = c.is_uppercase() && before.is_some_and(char::is_lowercase);
        before = Some(c);
        if at < 3 {
            continue;
        }
        let (left, right) = (token::key(&word[..at]), token::key(&word[at..]));
        let known = |part: &str| pack.words.get(part);
        let is_name = |part: &str| known(part) != 0 && pack.names.longest(&[known(part)]).is_some();
        let fits = inner_capital
            && known(&left) != 0
            && !is_name(&left)
            && word.starts_with(char::is_lowercase)
            && right.len() >= 3
            || is_name(&left) && is_name(&right) && right.len() >= 2 && word[at..].chars().any(char::is_uppercase)
            || inner_capital && known(&left) != 0 && is_name(&right);
        if fits {
            return Some(token.span.start + at);
        }
    }
    None
}

/// Which tokens stand between quotation marks; an opening mark without its closing one quotes to the end.
fn quotes(text: &str, tokens: &[Token]) -> Vec<bool> {
    let mut out = vec![false; tokens.len()];
    let mut inside = false;
    for (at, token) in tokens.iter().enumerate() {
        match text[token.span.start..].chars().next() {
            Some('«' | '“' | '„') => inside = true,
            Some('»' | '”') => {
                if !inside {
                    // The quotation began in an earlier sentence.
                    out[..at].fill(true);
                }
                inside = false;
            }
            Some('"') => inside = !inside,
            _ => out[at] = inside,
        }
    }
    out
}
