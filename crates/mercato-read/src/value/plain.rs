//! A number in digits or words with its scale and currency, before bounds are looked at.

use mercato_pack::pack::Currency;
use mercato_pack::token::{Shape, key};
use mercato_pack::words::WordId;

use super::Finder;

/// A plain number at a place, before bounds are looked at.
pub(super) struct Plain<'a> {
    pub min: f64,
    pub max: f64,
    pub approx: bool,
    pub end: usize,
    /// Currency seen before, between or behind.
    pub currency: Option<&'a Currency>,
    pub percent: bool,
    pub digits: bool,
    /// Multiplied by a word or letter: a million, a thousand.
    pub scale: f64,
}

impl Plain<'_> {
    /// Digits of money or of nothing do not join a share.
    pub fn same_sort(&self, other: &Self) -> bool {
        !(self.percent && other.currency.is_some() || other.percent && self.currency.is_some())
    }
}

impl<'a> Finder<'a> {
    /// Reads the digits of a number token by the separators of the language.
    pub(super) fn digits(&self, at: usize) -> Option<f64> {
        let token = self.sentence.tokens.get(at).filter(|t| t.shape == Shape::Number)?;
        let raw = &self.text[token.span.start..token.span.end];
        if !raw.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        parse_number(raw, self.pack.orthography.decimal_comma)
    }

    /// A number in digits or words with scale words and currency around it.
    pub(super) fn plain(&self, start: usize) -> Option<Plain<'a>> {
        if let Some(one_word) = self.glued(start).or_else(|| self.worded(start)) {
            return Some(one_word);
        }
        let mut at = start;
        let mut currency = None;
        if let Some((len, found)) = self.currency(at) {
            // "$ 200", "US$200": the sign stands directly before the number.
            if self.digits(at + len).is_some() {
                currency = Some(found);
                at += len;
            }
        }
        let before = currency.is_some();
        let (mut value, approx, digits, after) = self.spelt(at)?;
        at = after;
        let (scale, scaled_to) = self.scale(start, at);
        let multiplied = scale;
        // "1.500 million" with the marks of another language: nobody writes a fraction with noughts behind it.
        let raw = &self.text[self.sentence.tokens[at - 1].span.start..self.sentence.tokens[at - 1].span.end];
        if digits && scale >= 1e6 && value < 1e3 && raw.len() > 4 && raw.ends_with("00") && raw.contains('.') {
            value *= 1e3;
        }
        let mut scaled = scaled_to > at;
        value *= scale;
        at = scaled_to;
        // "di dollari", "de dollars": the language's partitive is listed with the currency or skipped here.
        let partitive =
            usize::from(scaled && self.sentence.preps.get(at).is_some_and(|p| p.is_some_and(|(len, _)| len == 1)));
        let hyphen = usize::from(self.punct(at) == Some('-') && !self.sentence.tokens[at].spaced);
        for skip in [0, partitive, hyphen] {
            if currency.is_none()
                && let Some((len, found)) = self.currency(at + skip)
                && !self.opens_another(at + skip, len)
            {
                currency = Some(found);
                at += skip + len;
                // "75 USD million".
                let (more, to) = if scaled { (1.0, at) } else { self.scale(start, at) };
                (value, at, scaled) = (value * more, to, scaled || to > at);
                break;
            }
        }
        if self.punct(at) == Some('-')
            && let Some((factor, found)) = self.parts(at + 1).map(|parts| self.units(parts))
            && (factor != 1.0 || found.is_some())
        {
            (value, currency, scaled) = (value * factor, currency.or(found), true);
            at += 2;
        }
        if let Some(currency) = currency {
            value *= currency.factor;
            if !before && !scaled && value.fract() == 0.0 {
                let (rest, to) = self.hundredths(at);
                (value, at) = (value + rest, to);
            }
        }
        let in_words = self.sentence.class_at(at, self.percent).filter(|_| currency.is_none());
        let percent = currency.is_none() && self.punct(at) == Some('%') || in_words.is_some();
        if percent {
            at += in_words.unwrap_or(1);
        }
        let value = even(value);
        Some(Plain { min: value, max: value, approx, end: at, currency, percent, digits, scale: multiplied })
    }

    /// A number in digits or words: what it is, whether it is rounded, whether it stands in digits, where it ends.
    fn spelt(&self, start: usize) -> Option<(f64, bool, bool, usize)> {
        if let Some(n) = self.digits(start) {
            // Digits take no further numeral word.
            return Some((n, false, true, start + 1));
        }
        let (len, &(mut value, mut approx)) = self.pack.numerals.longest(self.words(start))?;
        let mut at = start + len;
        // "five hundred": numerals multiply or add.
        loop {
            match self.pack.numerals.longest(self.words(at)) {
                Some((len, &(n, more))) if n > value && n >= 100.0 => {
                    value *= n;
                    approx |= more;
                    at += len;
                }
                Some((len, &(n, _)))
                    if n < value && value >= 20.0 && (1.0..100.0).contains(&n) && value % 10.0 == 0.0 =>
                {
                    value += n;
                    at += len;
                }
                _ => return Some((value, approx, false, at)),
            }
        }
    }

    /// "14.3 bn", "10 thousand million": what multiplies a number, and where it ends; a hyphen may stand between.
    fn scale(&self, start: usize, mut at: usize) -> (f64, usize) {
        let mut scale = 1.0;
        loop {
            let next = if self.punct(at) == Some('-') && at > start { at + 1 } else { at };
            let Some((len, &factor)) = self.pack.scales.longest(self.words(next)) else { return (scale, at) };
            // A scale letter must touch the number ("200M", "5k"): "5 k" stands for nothing.
            let token = &self.sentence.tokens[next];
            if token.span.end - token.span.start == 1 && token.spaced {
                return (scale, at);
            }
            scale *= factor;
            at = next + len;
        }
    }

    /// Words or a sign for money at a place. Before a sign that stands apart, a little word of the language is no part
    /// of it: "a $ 5 million deal" is not paid in Australia.
    fn currency(&self, at: usize) -> Option<(usize, &'a Currency)> {
        let apart = |len: usize| len > 1 && self.sentence.tokens[at + 1].spaced && self.punct(at + 1).is_some();
        self.pack
            .money
            .at(self.words(at))
            .find(|(len, _)| !apart(*len) || !self.pack.stopwords.contains(&self.sentence.words[at]))
    }

    /// "20 $500 vouchers": a sign that touches the number behind it belongs there.
    fn opens_another(&self, at: usize, len: usize) -> bool {
        self.punct(at).is_some()
            && self.sentence.tokens[at].spaced
            && self.digits(at + len).is_some()
            && !self.sentence.tokens[at + len].spaced
    }

    /// "15 dollars and 50 cents", "15 euro e 50": what stands behind whole units, and where it ends.
    fn hundredths(&self, at: usize) -> (f64, usize) {
        let next = at + self.sentence.class_at(at, self.and).unwrap_or(0);
        let Some((value, _, _, end)) = self.spelt(next).filter(|(n, ..)| (1.0..100.0).contains(n) && n.fract() == 0.0)
        else {
            return (0.0, at);
        };
        if let Some((len, part)) = self.currency(end).filter(|(_, c)| c.factor < 1.0) {
            return (value * part.factor, end + len);
        }
        let last = end >= self.sentence.len() || matches!(self.punct(end), Some('.' | ',' | ';' | '!' | '?' | ')'));
        if last { (value / 100.0, end) } else { (0.0, at) }
    }

    /// "EUR50", "USD2.5bn": a code that touches its number is one word with it.
    fn glued(&self, at: usize) -> Option<Plain<'a>> {
        let token = self.sentence.tokens.get(at).filter(|t| !matches!(t.shape, Shape::Number | Shape::Punct))?;
        let raw = &self.text[token.span.start..token.span.end];
        let cut = raw.find(|c: char| c.is_ascii_digit()).filter(|cut| *cut == 3)?;
        let word = self.pack.words.get(&key(&raw[..cut]));
        let (_, currency) = self.pack.money.longest(&[word])?;
        let rest = &self.text[token.span.start + cut..self.sentence.span.end];
        let length = rest.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ',')).unwrap_or(rest.len());
        let number = rest[..length].trim_end_matches(['.', ',']);
        let value = parse_number(number, self.pack.orthography.decimal_comma)?;
        let stop = token.span.start + cut + number.len();
        let mut end = at;
        while self.sentence.tokens.get(end).is_some_and(|t| t.span.start < stop) {
            end += 1;
        }
        // The letters behind, in the same token or the next.
        let tail = &self.text[stop..self.sentence.tokens[end - 1].span.end.max(stop)];
        let (factor, end) = match self.pack.words.get(&key(tail)) {
            _ if tail.is_empty() => self.scale(at, end),
            word => (*self.pack.scales.longest(&[word])?.1, end),
        };
        let value = even(value * factor * currency.factor);
        Some(Plain {
            min: value,
            max: value,
            approx: false,
            end,
            currency: Some(currency),
            percent: false,
            digits: true,
            scale: 1.0,
        })
    }

    /// "decine di milioni di dollari".
    pub(super) fn vague(&self, start: usize) -> Option<Plain<'a>> {
        let (len, &(min, max)) = self.pack.values.vague.longest(self.words(start))?;
        let mut at = start + len;
        let mut currency = None;
        for skip in [0, 1] {
            if let Some((len, found)) = self.currency(at + skip) {
                currency = Some(found);
                at += skip + len;
                break;
            }
        }
        Some(Plain { min, max, approx: true, end: at, currency, percent: false, digits: false, scale: 1.0 })
    }

    /// "a five-million-dollar contract", "a one-yen bid": the number stands in the same word.
    fn worded(&self, at: usize) -> Option<Plain<'a>> {
        let mut parts = self.parts(at)?;
        let &(value, approx) = self.pack.numerals.longest(&[parts.next()?])?.1;
        let (factor, currency) = self.units(parts);
        let value = even(value * factor * currency?.factor);
        Some(Plain { min: value, max: value, approx, end: at + 1, currency, percent: false, digits: false, scale: 1.0 })
    }

    /// Scale and currency within a word: "500-dollar", "$10-million-a-year", "12-cent-a-share".
    fn units(&self, parts: impl Iterator<Item = WordId>) -> (f64, Option<&'a Currency>) {
        let (mut factor, mut currency) = (1.0, None);
        for part in parts {
            if currency.is_some() {
                break;
            }
            if let Some((_, scale)) = self.pack.scales.longest(&[part]) {
                factor *= scale;
                continue;
            }
            let Some((_, found)) = self.pack.money.longest(&[part]) else { break };
            currency = Some(found);
        }
        (factor, currency)
    }

    /// The words between the hyphens of a token that has any.
    fn parts(&self, at: usize) -> Option<impl Iterator<Item = WordId> + use<'_, 'a>> {
        let token = self.sentence.tokens.get(at)?;
        let raw = &self.text[token.span.start..token.span.end];
        raw.contains('-').then(|| raw.split('-').map(|part| self.pack.words.get(&key(part))))
    }
}

/// Whole where only the multiplication by a scale made it broken: 16.4 times a million.
fn even(value: f64) -> f64 {
    let whole = value.round();
    if whole != 0.0 && ((value - whole) / whole).abs() < 1e-12 { whole } else { value }
}

/// Reads `1.234,5`, `1 234,5`, `1,234.5`: the last separator is decimal when it is the language's, or when one to two digits follow it alone.
pub(crate) fn parse_number(raw: &str, decimal_comma: bool) -> Option<f64> {
    let raw: String = raw
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '\u{00A0}' | '\u{202F}' | '\'' | '\u{2019}'))
        .collect();
    let separators: Vec<(usize, char)> = raw.char_indices().filter(|(_, c)| matches!(c, '.' | ',')).collect();
    let Some(&(last, mark)) = separators.last() else { return raw.parse().ok() };
    let digits_after = raw.len() - last - 1;
    let same = separators.iter().all(|(_, c)| *c == mark);
    let native = if decimal_comma { ',' } else { '.' };
    let decimal = if same && separators.len() > 1 {
        false
    } else if !same {
        true
    } else {
        // One separator: a group of exactly three digits behind the other language's mark is thousands.
        mark == native || digits_after != 3
    };
    let mut clean = String::with_capacity(raw.len());
    for (at, c) in raw.char_indices() {
        match c {
            '.' | ',' if decimal && at == last => clean.push('.'),
            '.' | ',' => {}
            c => clean.push(c),
        }
    }
    clean.parse().ok()
}
