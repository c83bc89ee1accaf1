//! The terminal: its width, whether it takes colour, and what must never reach it unescaped.

use std::io::{self, IsTerminal as _};

pub use mercato_model::shown::safe;
use unicode_width::UnicodeWidthChar as _;

use crate::cli::When;

/// How to print for one output stream.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    pub colour: bool,
    /// Columns; `None`: no terminal, lines may be as long as they like.
    pub width: Option<usize>,
}

impl Look {
    pub fn of_stdout(when: When) -> Self {
        let terminal = io::stdout().is_terminal();
        let set = |name: &str| std::env::var(name).ok();
        let colour = coloured(when, terminal, set("NO_COLOR").as_deref(), set("TERM").as_deref());
        let columns = std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok());
        let size = terminal.then(|| terminal_size::terminal_size().map(|(w, _)| usize::from(w.0)));
        Self { colour, width: size.map(|s| s.or(columns).unwrap_or(100).max(40)) }
    }

    pub fn paint(self, style: Style, text: &str) -> String {
        if self.colour && style != Style::Plain && !text.is_empty() {
            format!("\x1b[{}m{text}\x1b[0m", style.code())
        } else {
            text.to_owned()
        }
    }
}

/// Colour is for terminals that can show it, and for nobody who has set `NO_COLOR` (https://no-color.org).
fn coloured(when: When, terminal: bool, no_color: Option<&str>, term: Option<&str>) -> bool {
    match when {
        When::Always => true,
        When::Never => false,
        When::Auto => terminal && no_color.is_none_or(str::is_empty) && term != Some("dumb"),
    }
}

/// The few styles in use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    #[default]
    Plain,
    Bold,
    Dim,
    /// The words that carry a claim.
    Words,
    Sure,
    Unsure,
    Against,
}

impl Style {
    fn code(self) -> &'static str {
        match self {
            Self::Plain => "0",
            Self::Bold => "1",
            Self::Dim => "2",
            Self::Words => "1;33",
            Self::Sure => "32",
            Self::Unsure => "33",
            Self::Against => "31",
        }
    }
}

/// Columns that a text takes.
pub fn columns(text: &str) -> usize {
    text.chars().map(|c| c.width().unwrap_or(0)).sum()
}

/// Cuts a text to `width` columns, on a character, with an ellipsis where something is missing.
pub fn cut(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used > width {
            break;
        }
        out.push(c);
    }
    out.truncate(out.trim_end().len());
    out.push('…');
    out
}

/// Breaks a text into lines of at most `width` columns, at spaces where there are any.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split(' ').filter(|w| !w.is_empty()) {
        let wide = columns(word);
        if used > 0 && used + 1 + wide <= width {
            used += 1;
            if let Some(line) = lines.last_mut() {
                line.push(' ');
            }
        } else if used > 0 {
            lines.push(String::new());
            used = 0;
        }
        for c in word.chars() {
            let w = c.width().unwrap_or(0);
            if used + w > width && used > 0 {
                lines.push(String::new());
                used = 0;
            }
            if let Some(line) = lines.last_mut() {
                line.push(c);
            }
            used += w;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;

    #[test]
    fn hostile_characters_are_spelled_out() {
        assert_eq!(safe("a\u{1b}[31mb\u{202e}c\nd"), "a\\u{1b}[31mb\\u{202e}c d");
        assert!(matches!(safe("Élan vital, 10 M€"), Cow::Borrowed(_)));
    }

    #[test]
    fn colour_follows_the_terminal_and_no_color() {
        for (when, terminal, no_color, term, colour) in [
            (When::Auto, true, None, Some("xterm"), true),
            (When::Auto, true, Some(""), None, true),
            (When::Auto, true, Some("1"), Some("xterm"), false),
            (When::Auto, true, None, Some("dumb"), false),
            (When::Auto, false, None, Some("xterm"), false),
            (When::Always, false, Some("1"), None, true),
            (When::Never, true, None, Some("xterm"), false),
        ] {
            assert_eq!(coloured(when, terminal, no_color, term), colour, "{when:?} {terminal} {no_color:?} {term:?}");
        }
    }

    #[test]
    fn cutting_never_splits_a_character() {
        let text = "Ruoming Pang → 北京, Sfârșit";
        for width in 1..40 {
            let out = cut(text, width);
            assert!(columns(&out) <= width, "{width}: {out}");
        }
    }

    #[test]
    fn wrapped_lines_keep_every_word_and_the_width() {
        let text = "Meta offre a Ruoming Pang oltre duecentomilionididollari in quattro anni, 北京北京北京北京";
        for width in 1..60 {
            let lines = wrap(text, width);
            assert!(lines.iter().all(|l| columns(l) <= width.max(2)), "{width}: {lines:?}");
            assert_eq!(lines.concat().replace(' ', ""), text.replace(' ', ""));
        }
    }
}
