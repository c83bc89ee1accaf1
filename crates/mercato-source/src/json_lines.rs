//! JSON Lines: one record a line, read as a stream; a bad line is an error of its own and the rest goes on.

use std::io::{self, BufRead};

use mercato_model::{Document, PartialDate};
use serde::Deserialize;
use serde_json::Value;

use crate::charset::{Refusal, refuse_binary};
use crate::text::parse_lang;
use crate::{ErrorKind, Options, SourceError};

/// The records of one stream.
pub struct JsonLines {
    name: String,
    input: Box<dyn BufRead>,
    line: u64,
    /// Bytes taken from the stream.
    pub taken: u64,
    buffer: Vec<u8>,
    /// Whether any line held something.
    any: bool,
    done: bool,
}

/// The fields of a record; others are ignored.
#[derive(Deserialize)]
struct Record {
    id: Option<Value>,
    text: Option<Value>,
    title: Option<Value>,
    lang: Option<Value>,
    published: Option<Value>,
    outlet: Option<Value>,
    url: Option<Value>,
}

enum Line {
    Whole,
    TooLong(u64),
    End,
}

impl JsonLines {
    pub fn new(name: String, input: Box<dyn BufRead>) -> Self {
        Self { name, input, line: 0, taken: 0, buffer: Vec::new(), any: false, done: false }
    }

    /// The next record or bad line; `None` at the end. Blank lines are passed over.
    pub fn next(&mut self, options: &Options) -> Option<Result<Document, SourceError>> {
        while !self.done {
            match self.read_line(options.max_line) {
                Err(error) => {
                    self.done = true;
                    return Some(Err(SourceError::io(&self.name, &error).at(self.line + 1)));
                }
                Ok(Line::End) => {
                    self.done = true;
                    if !self.any {
                        return Some(Err(SourceError::new(ErrorKind::Empty, &self.name, "the file is empty")));
                    }
                }
                Ok(Line::TooLong(bytes)) => {
                    self.any = true;
                    let what = format!("a line of {bytes} bytes is longer than the limit of {}", options.max_line);
                    return Some(Err(SourceError::new(ErrorKind::TooLarge, &self.name, what).at(self.line)));
                }
                Ok(Line::Whole) => {
                    if self.line == 1
                        && let Some(error) = self.foreign()
                    {
                        self.done = true;
                        return Some(Err(error));
                    }
                    if !self.buffer.trim_ascii().is_empty() {
                        self.any = true;
                        let record = parse(&self.buffer, options);
                        return Some(
                            record.map_err(|(kind, what)| SourceError::new(kind, &self.name, what).at(self.line)),
                        );
                    }
                }
            }
        }
        None
    }

    /// A whole file that is not UTF-8 text gives one error, not one a line.
    fn foreign(&mut self) -> Option<SourceError> {
        if self.buffer.starts_with(b"\xEF\xBB\xBF") {
            self.buffer.drain(..3);
        }
        if self.buffer.starts_with(b"\xFF\xFE") || self.buffer.starts_with(b"\xFE\xFF") {
            let what = "JSON Lines are UTF-8, this file is UTF-16";
            return Some(SourceError::new(ErrorKind::BadEncoding, &self.name, what));
        }
        refuse_binary(&self.buffer).err().map(|(kind, what)| SourceError::new(kind, &self.name, what))
    }

    /// Fills the buffer with the next line; of one that is too long only the length is kept.
    fn read_line(&mut self, limit: u64) -> io::Result<Line> {
        self.buffer.clear();
        let mut length = 0u64;
        loop {
            let available = match self.input.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                other => other?,
            };
            let end = available.iter().position(|&b| b == b'\n');
            let part = &available[..end.unwrap_or(available.len())];
            let (last, used) = (end.is_some() || available.is_empty(), part.len() + usize::from(end.is_some()));
            length += part.len() as u64;
            if length <= limit {
                self.buffer.extend_from_slice(part);
            } else {
                self.buffer = Vec::new();
            }
            self.input.consume(used);
            self.taken += used as u64;
            if last {
                if length == 0 && used == 0 {
                    return Ok(Line::End);
                }
                self.line += 1;
                return Ok(if length > limit { Line::TooLong(length) } else { Line::Whole });
            }
        }
    }
}

fn parse(line: &[u8], options: &Options) -> Result<Document, Refusal> {
    let line = std::str::from_utf8(line)
        .map_err(|e| (ErrorKind::BadEncoding, format!("broken UTF-8 at byte {} of the line", e.valid_up_to() + 1)))?;
    // Derived code would take an array for the fields in their order.
    if !line.trim_start().starts_with('{') {
        return Err(bad("not a JSON object".to_owned()));
    }
    let record: Record = serde_json::from_str(line).map_err(|error| {
        let words = error.to_string();
        // Each line is parsed on its own, so the line that the parser counts is always the first.
        let words = words.rsplit_once(" at line ").map_or(words.as_str(), |(words, _)| words);
        bad(format!("{words} (column {})", error.column()))
    })?;
    let url = string("url", record.url)?;
    let id = match record.id {
        Some(Value::Number(id)) => Some(id.to_string()),
        other => string("id", other)?,
    };
    let id = id.or_else(|| url.clone()).ok_or_else(|| bad("the record has no `id`".to_owned()))?;
    let text = match record.text {
        Some(Value::String(text)) => text,
        Some(Value::Null) | None => return Err(bad("the record has no `text`".to_owned())),
        Some(_) => return Err(bad("`text` is no string".to_owned())),
    };
    if text.trim().is_empty() {
        return Err((ErrorKind::Empty, format!("the text of `{id}` is empty")));
    }
    if text.len() as u64 > options.max_bytes {
        let what = format!("the text of `{id}` is {} bytes, more than the limit of {}", text.len(), options.max_bytes);
        return Err((ErrorKind::TooLarge, what));
    }
    let lang = string("lang", record.lang)?
        .map(|tag| parse_lang(&tag).ok_or_else(|| bad(format!("`lang`: `{tag}` is no language code"))))
        .transpose()?;
    let published = string("published", record.published)?
        .map(|date| PartialDate::parse(&date).ok_or_else(|| bad(format!("`published`: `{date}` is no date"))))
        .transpose()?;
    let (title, outlet) = (string("title", record.title)?, string("outlet", record.outlet)?);
    Ok(Document { id, text, lang, title, published, outlet, url })
}

/// A string field; blank, null and absent are the same.
fn string(field: &str, value: Option<Value>) -> Result<Option<String>, Refusal> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text).filter(|t| !t.trim().is_empty())),
        Some(_) => Err(bad(format!("`{field}` is no string"))),
    }
}

fn bad(what: String) -> Refusal {
    (ErrorKind::BadJson, what)
}
