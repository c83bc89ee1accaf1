//! The language of a document, with a check that it is one.

use mercato_model::Lang;
use mercato_model::Span;
use mercato_pack::Knowledge;
use mercato_pack::token;
use whichlang::detect_language;

/// How much of a text is looked at, in bytes.
const SAMPLE: usize = 6000;
/// Share of the words that must be among the language's most frequent.
const FLOOR: f64 = 0.12;

/// What a text is written in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Detected {
    /// A language that has a pack.
    Known(Lang),
    /// Another one: the code that the detector gives.
    Other(&'static str),
    /// Too little text, or no language at all.
    None,
}

/// Detects the language of a text.
pub fn detect(text: &str, knowledge: &Knowledge) -> Detected {
    let sample = &text[..floor(text, SAMPLE)];
    if sample.chars().filter(|c| c.is_alphabetic()).count() < 12 {
        return Detected::None;
    }
    let code = detect_language(sample).three_letter_code();
    let two = match code {
        "ita" => "it",
        "fra" => "fr",
        "eng" => "en",
        "spa" => "es",
        "deu" => "de",
        "por" => "pt",
        other => return Detected::Other(other),
    };
    let Some(lang) = Lang::parse(two) else { return Detected::None };
    let Some(pack) = knowledge.pack(lang) else { return Detected::Other(code) };
    let words: Vec<u32> = token::tokenize(sample, Span::new(0, sample.len()), &pack.orthography)
        .iter()
        .filter(|t| t.shape != token::Shape::Punct && t.shape != token::Shape::Number)
        .map(|t| pack.words.get(&token::key(&sample[t.span.start..t.span.end])))
        .collect();
    let frequent = words.iter().filter(|w| pack.stopwords.contains(w)).count();
    if words.len() >= 25 && (frequent as f64) < FLOOR * words.len() as f64 {
        return Detected::Other("und");
    }
    Detected::Known(lang)
}

fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
