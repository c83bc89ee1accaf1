//! Quotes are found in the text: exactly, or through typographic folding, to a span that holds exactly what stands there.

use mercato_model::Span;

/// The text with its typography folded away, each byte of it with its place in the text.
pub struct Folded<'t> {
    text: &'t str,
    folded: String,
    /// For each byte of `folded` the range of its character in `text`.
    from: Vec<u32>,
    to: Vec<u32>,
}

/// The shortest stretch that can be found again: below, chance finds it.
const SHORTEST: usize = 4;

/// So long a stretch is found by no chance: it may begin or end inside a word, where damage has glued two together.
const LONG: usize = 24;

impl<'t> Folded<'t> {
    pub fn of(text: &'t str) -> Self {
        let mut this = Self { text, folded: String::with_capacity(text.len()), from: Vec::new(), to: Vec::new() };
        for (at, c) in text.char_indices() {
            let end = (at + c.len_utf8()) as u32;
            let before = this.folded.len();
            fold_into(c, &mut this.folded);
            for _ in before..this.folded.len() {
                this.from.push(at as u32);
                this.to.push(end);
            }
        }
        this
    }

    /// The places of a quote: one span a stretch, where dots stand for words left out.
    pub fn locate(&self, quote: &str) -> Option<Vec<Span>> {
        let quote = quote.trim();
        if let Some(at) = self.text.find(quote).filter(|_| !quote.is_empty())
            && (quote.len() >= LONG || self.on_words(at, at + quote.len()))
        {
            return Some(vec![Span::new(at, at + quote.len())]);
        }
        if let Some(span) = self.stretch(quote, 0) {
            return Some(vec![span]);
        }
        // "A … B", "A [...] B": the stretches in their order.
        let stretches: Vec<&str> = quote
            .split(['…', '[', ']'])
            .flat_map(|s| s.split("..."))
            .filter(|s| s.chars().any(char::is_alphanumeric))
            .collect();
        if stretches.len() < 2 {
            return None;
        }
        let mut behind = 0;
        let mut spans = Vec::new();
        for stretch in stretches {
            let span = self.stretch(stretch, behind)?;
            behind = span.end;
            spans.push(span);
        }
        Some(spans)
    }

    fn stretch(&self, words: &str, behind: usize) -> Option<Span> {
        // Marks at the ends are the quoter's as often as the text's.
        let words = words.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '$' | '€' | '£' | '%' | '¥'));
        let mut wanted = String::with_capacity(words.len());
        words.chars().for_each(|c| fold_into(c, &mut wanted));
        if wanted.chars().count() < SHORTEST {
            return None;
        }
        let mut at = self.from.partition_point(|&b| (b as usize) < behind);
        while let Some(found) = self.folded.get(at..)?.find(&wanted) {
            let (start, end) = (self.from[at + found] as usize, self.to[at + found + wanted.len() - 1] as usize);
            if wanted.len() >= LONG || self.on_words(start, end) {
                return Some(Span::new(start, end));
            }
            at += found + self.folded[at + found..].chars().next().map_or(1, char::len_utf8);
        }
        None
    }

    /// Neither end cuts a word.
    fn on_words(&self, start: usize, end: usize) -> bool {
        let cuts = |a: Option<char>, b: Option<char>| {
            a.is_some_and(char::is_alphanumeric) && b.is_some_and(char::is_alphanumeric)
        };
        let before = |at: usize| self.text[..at].chars().next_back();
        let behind = |at: usize| self.text[at..].chars().next();
        !cuts(before(start), behind(start)) && !cuts(before(end), behind(end))
    }
}

/// Spaces fall away, quotation marks and apostrophes, dashes, dots and ligatures become one of their kind.
fn fold_into(c: char, out: &mut String) {
    match c {
        c if c.is_whitespace() => {}
        '\u{00AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' => {}
        '«' | '»' | '“' | '”' | '„' | '‟' | '"' | '‹' | '›' | '’' | '‘' | '‚' | '‛' | '\'' | '`' | '´' | 'ʼ' | '＂' => {
            out.push('\'')
        }
        '–' | '—' | '―' | '‒' | '‐' | '‑' | '−' | '-' => out.push('-'),
        '…' => out.push_str("..."),
        'œ' => out.push_str("oe"),
        'Œ' => out.push_str("OE"),
        'ﬁ' => out.push_str("fi"),
        'ﬂ' => out.push_str("fl"),
        c => out.push(c),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn quotes_are_found_through_typography() {
        let text = "Ada Neri n’a « rien » dit.\u{a0}Elle quitte Corvanta — sans bruit — pour 12\u{202f}000 euros ; l’œuvre reste.";
        let folded = Folded::of(text);
        for (quote, found) in [
            ("Ada Neri n’a « rien » dit", Some("Ada Neri n’a « rien » dit")),
            ("Ada Neri n'a \"rien\" dit.", Some("Ada Neri n’a « rien » dit")),
            (
                "quitte Corvanta - sans bruit - pour 12 000 euros",
                Some("quitte Corvanta — sans bruit — pour 12\u{202f}000 euros"),
            ),
            ("« rien » dit", Some("« rien » dit")),
            ("l'oeuvre reste", Some("l’œuvre reste")),
            ("quitte Corvan", None),
            ("quitte Corvanta — sans bruit — pour 12 0", Some("quitte Corvanta — sans bruit — pour 12\u{202f}0")),
            ("quitte Helvion", None),
            ("", None),
            ("a", None),
        ] {
            let spans = folded.locate(quote);
            assert_eq!(spans.as_ref().map(|s| s[0].slice(text).unwrap()), found, "{quote}");
        }
    }

    #[test]
    fn words_left_out_make_two_places() {
        let text = "Ada Neri, after nine years and two children, has left Corvanta for good.";
        let spans = Folded::of(text).locate("Ada Neri ... has left Corvanta").unwrap();
        let words: Vec<_> = spans.iter().map(|s| s.slice(text).unwrap()).collect();
        assert_eq!(words, ["Ada Neri", "has left Corvanta"]);
    }

    proptest! {
        #[test]
        fn a_span_is_always_inside_the_text(text in "\\PC{0,80}", quote in "\\PC{0,20}") {
            for span in Folded::of(&text).locate(&quote).into_iter().flatten() {
                prop_assert!(span.slice(&text).is_some_and(|q| !q.is_empty()));
            }
        }

        #[test]
        fn every_stretch_of_words_is_found(words in proptest::collection::vec("[a-zéà]{3,8}", 4..12), from in 0usize..3, len in 2usize..4) {
            let text = words.join("\u{a0}");
            let quote = words[from..(from + len).min(words.len())].join(" ");
            let spans = Folded::of(&text).locate(&quote).unwrap();
            prop_assert_eq!(spans[0].slice(&text).unwrap().replace('\u{a0}', " "), quote);
        }
    }
}
