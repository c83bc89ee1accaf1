//! The words of a claim inside the sentence where they stand.

use mercato_model::Span;

use super::term::{Look, Style, safe};

/// How far a sentence is shown on either side of the words, in bytes.
const REACH: usize = 300;

/// The sentences around `spans`, with the words of the spans highlighted; one string a passage.
pub fn passages(text: &str, spans: &[Span], look: Look) -> Vec<String> {
    let mut groups: Vec<(Span, Vec<Span>)> = Vec::new();
    for &span in spans.iter().filter(|s| s.slice(text).is_some()) {
        let around = sentence(text, span);
        match groups.last_mut() {
            Some((last, inside)) if last.overlaps(around) => {
                *last = last.cover(around);
                inside.push(span);
            }
            _ => groups.push((around, vec![span])),
        }
    }
    groups.into_iter().map(|(around, inside)| highlighted(text, around, &inside, look)).collect()
}

fn highlighted(text: &str, around: Span, spans: &[Span], look: Look) -> String {
    let piece = |start: usize, end: usize| safe(text.get(start..end).unwrap_or_default()).into_owned();
    let mut out = String::new();
    let mut at = around.start;
    for span in spans {
        let start = span.start.max(at);
        if start >= span.end {
            continue;
        }
        out += &piece(at, start);
        let words = piece(start, span.end);
        // Without colour the words stand between marks that no article uses.
        out += &if look.colour { look.paint(Style::Words, &words) } else { format!("⟦{words}⟧") };
        at = span.end;
    }
    out += &piece(at, around.end);
    let (front, back) = (cut_before(text, around.start), cut_after(text, around.end));
    format!("{}{}{}", if front { "… " } else { "" }, out.trim(), if back { " …" } else { "" })
}

fn cut_before(text: &str, start: usize) -> bool {
    !text[..start].trim_end().is_empty() && !ends_sentence(&text[..start])
}

fn cut_after(text: &str, end: usize) -> bool {
    let rest = &text[end..];
    !rest.trim().is_empty() && !rest.starts_with('\n') && !ends_sentence(&text[..end])
}

/// The sentence or line that holds a span, no longer than it must be. For showing, not for reading.
fn sentence(text: &str, span: Span) -> Span {
    let floor = boundary(text, span.start.saturating_sub(REACH));
    let mut start = span.start;
    while start > floor && !(text.is_char_boundary(start) && ends_sentence(&text[..start])) {
        start = boundary(text, start - 1);
    }
    let mut end = span.end;
    let limit = boundary(text, (span.end + REACH).min(text.len()));
    while end < limit
        && !text[end..].starts_with('\n')
        && !(end > span.start && ends_sentence(&text[..end]) && gap(&text[end..]))
    {
        end += text[end..].chars().next().map_or(1, char::len_utf8);
    }
    // A window that cuts a word moves to its end.
    if start > 0 && start == floor {
        start += text[start..span.start].find(' ').map_or(0, |at| at + 1);
    }
    Span::new(start, end)
}

fn gap(rest: &str) -> bool {
    rest.starts_with(char::is_whitespace) || rest.is_empty()
}

/// Whether a sentence or line ends here; a single letter before the stop is an initial.
fn ends_sentence(before: &str) -> bool {
    let trimmed = before.trim_end_matches([' ', '\u{a0}', '"', '»', '”', ')', '\'', '’']);
    if trimmed.ends_with('\n') {
        return true;
    }
    let Some(word) = trimmed.strip_suffix(['.', '!', '?', '…']) else { return false };
    let last: Vec<char> = word.chars().rev().take_while(|c| c.is_alphanumeric()).take(3).collect();
    last.len() > 2 || !trimmed.ends_with('.')
}

fn boundary(text: &str, at: usize) -> usize {
    let mut at = at;
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Look = Look { colour: false, width: None };

    #[test]
    fn words_stand_in_their_sentence() {
        let text = "Titolo\n\nÈ ufficiale. Ada B. Neri lascia Corvanta per Helvion. Nessun commento.\nFine";
        let find = |words: &str| {
            let at = text.find(words).unwrap();
            Span::new(at, at + words.len())
        };
        let shown = passages(text, &[find("Ada B. Neri"), find("per Helvion")], PLAIN);
        assert_eq!(shown, ["⟦Ada B. Neri⟧ lascia Corvanta ⟦per Helvion⟧."]);
        assert_eq!(passages(text, &[find("Titolo"), find("Fine")], PLAIN), ["⟦Titolo⟧", "⟦Fine⟧"]);
    }

    #[test]
    fn any_span_of_any_text_is_shown() {
        let text = "é».\n…«北京» x. ".repeat(60);
        let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        for (n, &start) in places.iter().enumerate().step_by(7) {
            for &end in places.iter().skip(n + 1).step_by(11).take(30) {
                assert_eq!(passages(&text, &[Span::new(start, end)], PLAIN).len(), 1);
            }
        }
    }
}
