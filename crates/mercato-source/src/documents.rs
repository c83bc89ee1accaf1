//! The stream of documents of one run: every input in order, what fails as an error among the documents.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};

use mercato_model::Document;

use crate::charset::Refusal;
use crate::files::{Input, Listing, shown};
use crate::json_lines::JsonLines;
use crate::{ErrorKind, Format, Options, SourceError, html, text};

/// How many bytes are read before an input of unknown kind is judged; leading white space is passed over.
const HEAD: usize = 4096;

/// Reads one file, folder, glob or `-` (standard input).
pub fn read_path(path: impl AsRef<Path>, options: &Options) -> Documents {
    read_paths([path], options)
}

/// Reads several as one run: a file is read once, and the ids of files are told apart.
pub fn read_paths<P: AsRef<Path>>(paths: impl IntoIterator<Item = P>, options: &Options) -> Documents {
    let Listing { inputs, skipped, .. } = Listing::of(paths);
    let total = inputs
        .iter()
        .map(|input| match input {
            Input::File { bytes, .. } => Some(*bytes),
            Input::Stdin => None,
            Input::Failed(_) => Some(0),
        })
        .sum();
    Documents { inputs: inputs.into(), records: None, options: options.clone(), skipped, bytes: 0, total }
}

/// Reads any stream; `name` stands in errors and is the id of a text or page. Without a format the first bytes decide.
pub fn read_stream(name: &str, format: Option<Format>, input: impl Read + 'static, options: &Options) -> Documents {
    let mut documents = read_paths([""; 0], options);
    documents.total = None;
    if let Some(single) = documents.begin(name.to_owned(), name.to_owned(), format, Box::new(input)) {
        documents.records = Some(Records::Single(single.map(Box::new)));
    }
    documents
}

/// Reads bytes that are already in memory.
pub fn read_bytes(name: &str, format: Option<Format>, bytes: Vec<u8>, options: &Options) -> Documents {
    let total = bytes.len() as u64;
    Documents { total: Some(total), ..read_stream(name, format, Cursor::new(bytes), options) }
}

/// An iterator over the documents of one run; an input that gives none gives an error, and the rest goes on.
pub struct Documents {
    inputs: VecDeque<Input>,
    records: Option<Records>,
    options: Options,
    skipped: Vec<PathBuf>,
    bytes: u64,
    total: Option<u64>,
}

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Bytes read.
    pub bytes: u64,
    /// Bytes to read; `None` when standard input is among the inputs.
    pub total: Option<u64>,
}

enum Records {
    Lines(JsonLines),
    Single(Result<Box<Document>, SourceError>),
}

impl Documents {
    /// Files met in folders and globs and passed over because their extension is none of ours.
    pub fn skipped(&self) -> &[PathBuf] {
        &self.skipped
    }

    pub fn progress(&self) -> Progress {
        let lines = match &self.records {
            Some(Records::Lines(lines)) => lines.taken,
            _ => 0,
        };
        Progress { bytes: self.bytes + lines, total: self.total }
    }

    fn open(&mut self, input: Input) -> Option<Result<Document, SourceError>> {
        match input {
            Input::Failed(error) => Some(Err(error)),
            Input::Stdin => self.begin("stdin".to_owned(), "stdin".to_owned(), None, Box::new(io::stdin())),
            Input::File { path, format, id, .. } => {
                let name = shown(&path);
                match File::open(&path) {
                    Ok(file) => self.begin(name, id, format, Box::new(file)),
                    Err(error) => Some(Err(SourceError::io(name, &error))),
                }
            }
        }
    }

    /// Starts on a stream: a text or page is read at once, JSON Lines become the current records.
    fn begin(
        &mut self,
        name: String,
        id: String,
        format: Option<Format>,
        input: Box<dyn Read>,
    ) -> Option<Result<Document, SourceError>> {
        let mut input: Box<dyn BufRead> = Box::new(BufReader::with_capacity(1 << 16, input));
        let format = match format {
            Some(format) => format,
            None => {
                let mut head = Vec::new();
                if let Err(error) = read_head(&mut input, &mut head) {
                    return Some(Err(SourceError::io(name, &error)));
                }
                let format = Format::of_bytes(&head);
                input = Box::new(Cursor::new(head).chain(input));
                format
            }
        };
        if format == Format::JsonLines {
            self.records = Some(Records::Lines(JsonLines::new(name, input)));
            return None;
        }
        Some(self.whole(&name, id, format, input))
    }

    fn whole(
        &mut self,
        name: &str,
        id: String,
        format: Format,
        input: Box<dyn BufRead>,
    ) -> Result<Document, SourceError> {
        let mut bytes = Vec::new();
        let limit = self.options.max_bytes;
        input.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| SourceError::io(name, &error))?;
        self.bytes += bytes.len() as u64;
        if bytes.len() as u64 > limit {
            let what = format!("larger than the limit of {limit} bytes");
            return Err(SourceError::new(ErrorKind::TooLarge, name, what));
        }
        let document: Result<Document, Refusal> = match format {
            Format::Html => html::read(id, &bytes),
            _ => text::read(format, id, bytes),
        };
        document.map_err(|(kind, what)| SourceError::new(kind, name, what))
    }

    /// What the run was told outweighs what the source says.
    fn overridden(&self, mut document: Document) -> Document {
        let Options { lang, published, outlet, .. } = &self.options;
        document.lang = lang.or(document.lang);
        document.published = published.or(document.published);
        if outlet.is_some() {
            document.outlet.clone_from(outlet);
        }
        document
    }
}

impl Iterator for Documents {
    type Item = Result<Document, SourceError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let item = match self.records.take() {
                Some(Records::Single(single)) => Some(single.map(|document| *document)),
                Some(Records::Lines(mut lines)) => match lines.next(&self.options) {
                    Some(item) => {
                        self.records = Some(Records::Lines(lines));
                        Some(item)
                    }
                    None => {
                        self.bytes += lines.taken;
                        continue;
                    }
                },
                None => {
                    let input = self.inputs.pop_front()?;
                    self.open(input)
                }
            };
            if let Some(item) = item {
                return Some(item.map(|document| self.overridden(document)));
            }
        }
    }
}

/// Reads until something other than white space has been seen, and at least a little of it.
fn read_head(input: &mut impl Read, head: &mut Vec<u8>) -> io::Result<()> {
    loop {
        let read = input.by_ref().take(HEAD as u64).read_to_end(head)?;
        if read < HEAD || !head.trim_ascii().is_empty() {
            return Ok(());
        }
    }
}
