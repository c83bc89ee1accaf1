//! Plain text and Markdown: the decoded file as it is, and a front matter block read as metadata.

use mercato_model::{Document, Lang, PartialDate};

use crate::charset::{Refusal, decode_text};
use crate::{ErrorKind, Format};

/// A front matter block that goes on for longer than this is no front matter.
const LONGEST_FRONT_MATTER: usize = 200;

/// A text file; front matter is looked for in Markdown only.
pub fn read(format: Format, id: String, bytes: Vec<u8>) -> Result<Document, Refusal> {
    let mut text = decode_text(bytes)?;
    let mut document = Document { id, ..Document::default() };
    if format == Format::Markdown
        && let Some((rows, end)) = front_matter(&text)
    {
        fill(&mut document, &rows)?;
        text.drain(..end);
    }
    if text.trim().is_empty() {
        return Err((ErrorKind::Empty, "the file is empty".to_owned()));
    }
    document.text = text;
    Ok(document)
}

/// The language of a tag such as `it`, `fr-CA` or `en_US`.
pub fn parse_lang(tag: &str) -> Option<Lang> {
    Lang::parse(tag.trim().split(['-', '_']).next()?)
}

/// The `key: value` rows of a leading `---` block and the offset after it; `None` when the dashes are only a rule.
fn front_matter(text: &str) -> Option<(Vec<(String, String)>, usize)> {
    let mut lines = text.split_inclusive('\n');
    let first = lines.next()?;
    if first.trim_end() != "---" {
        return None;
    }
    let mut end = first.len();
    let mut rows = Vec::new();
    for line in lines.take(LONGEST_FRONT_MATTER) {
        end += line.len();
        let row = line.trim_end();
        if row == "---" || row == "..." {
            return (!rows.is_empty()).then_some((rows, end));
        }
        // Nested values and comments are YAML that says nothing to us.
        if row.is_empty() || row.starts_with([' ', '\t', '-', '#']) {
            continue;
        }
        let (key, value) = row.split_once(':')?;
        if key.contains(char::is_whitespace) {
            return None;
        }
        rows.push((key.to_ascii_lowercase(), unquoted(value.trim()).to_owned()));
    }
    None
}

fn unquoted(value: &str) -> &str {
    ['"', '\''].iter().find_map(|&quote| value.strip_prefix(quote)?.strip_suffix(quote)).unwrap_or(value)
}

fn fill(document: &mut Document, rows: &[(String, String)]) -> Result<(), Refusal> {
    let value = |names: &[&str]| {
        names.iter().find_map(|name| rows.iter().find(|(key, value)| key == name && !value.is_empty()).map(|r| &r.1))
    };
    let bad = |value: &String, what: &str| (ErrorKind::BadMetadata, format!("front matter: `{value}` is no {what}"));
    document.title = value(&["title"]).cloned();
    document.outlet = value(&["outlet"]).cloned();
    document.url = value(&["url"]).cloned();
    if let Some(date) = value(&["published", "date"]) {
        document.published = Some(PartialDate::parse(date).ok_or_else(|| bad(date, "date"))?);
    }
    if let Some(tag) = value(&["lang", "language"]) {
        document.lang = Some(parse_lang(tag).ok_or_else(|| bad(tag, "language code"))?);
    }
    Ok(())
}
