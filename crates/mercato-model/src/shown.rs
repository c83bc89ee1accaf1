//! Text and figures as they are shown, whichever face shows them.

use std::borrow::Cow;

use crate::{Amount, Bounds};

/// What the article did not say.
pub const UNSAID: &str = "?";

/// Text of a document, harmless wherever it is shown: white space becomes a space, control and direction characters
/// are spelled out.
pub fn safe(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| c.is_control() || hostile(c)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => out.push(' '),
            c if c.is_control() || hostile(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Invisible characters that reorder or hide what stands beside them.
fn hostile(c: char) -> bool {
    matches!(c, '\u{61C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

/// As many digits as are known, without the noise of binary fractions.
pub fn number(v: f64) -> String {
    let text = format!("{v:.6}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    text.to_owned()
}

/// A share as a percentage.
pub fn per_cent(v: f64) -> String {
    format!("{} %", number(v * 100.0))
}

/// A bound is never a point: `≥ 10`, `≤ 2`, `5 – 10`, `≈ 20`.
pub fn bounded(bounds: Bounds, one: impl Fn(f64) -> String) -> String {
    let about = if bounds.approx { "≈ " } else { "" };
    match (bounds.min, bounds.max) {
        (Some(min), Some(max)) if min == max => format!("{about}{}", one(min)),
        (Some(min), Some(max)) => format!("{about}{} – {}", one(min), one(max)),
        (Some(min), None) => format!("≥ {about}{}", one(min)),
        (None, Some(max)) => format!("≤ {about}{}", one(max)),
        (None, None) => UNSAID.to_owned(),
    }
}

/// An amount with its bounds and currency, without period and statistic: `≤ 2 M$`.
pub fn sum(amount: &Amount) -> String {
    bounded(amount.bounds, |v| money(v, amount.currency.as_deref()))
}

/// A figure in a currency: `2 M$`, `1.2 M CHF`.
pub fn money(v: f64, currency: Option<&str>) -> String {
    let unit = match currency {
        Some("USD") => "$".to_owned(),
        Some("EUR") => "€".to_owned(),
        Some("GBP") => "£".to_owned(),
        Some(code) if code.len() == 3 && code.is_ascii() => format!(" {code}"),
        Some(code) => code.to_owned(),
        None => String::new(),
    };
    let (scaled, scale) = match v.abs() {
        x if x >= 1e9 => (v / 1e9, "bn"),
        x if x >= 1e6 => (v / 1e6, "M"),
        x if x >= 1e3 => (v / 1e3, "k"),
        _ => (v, ""),
    };
    format!("{} {scale}{unit}", number(scaled)).trim_end().to_owned()
}

/// A cell of comma-separated values: quoted where needed; one that a spreadsheet would run as a formula gets an
/// apostrophe in front.
pub fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) && text.parse::<f64>().is_err();
    let safe = if formula { format!("'{text}") } else { text.to_owned() };
    if safe.contains([',', '"', '\n', '\r']) { format!("\"{}\"", safe.replace('"', "\"\"")) } else { safe }
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn formulas_are_disarmed_and_numbers_are_not() {
        for (text, shown) in [
            ("=1+1", "'=1+1"),
            ("@cmd", "'@cmd"),
            ("\tx", "'\tx"),
            ("-0.3", "-0.3"),
            ("+SUM(A1)", "'+SUM(A1)"),
            ("-dangerous", "'-dangerous"),
            ("a \"b\", c", "\"a \"\"b\"\", c\""),
            ("=a,\"b\"", "\"'=a,\"\"b\"\"\""),
        ] {
            assert_eq!(cell(text), shown, "{text:?}");
        }
    }
}
