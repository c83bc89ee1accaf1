//! Tab-separated tables: a header line, `#` comments, one fact a row.

use crate::error::PackError;

/// A row with its line number (from 1).
pub(crate) struct Row<'a> {
    pub line: usize,
    text: &'a str,
}

impl<'a> Row<'a> {
    /// The trimmed cell of a column; empty when the row is shorter.
    pub fn cell(&self, column: usize) -> &'a str {
        // Over bytes: tables of tens of thousands of short rows are read at each start.
        let bytes = self.text.as_bytes();
        let mut tabs = bytes.iter().enumerate().filter(|(_, b)| **b == b'\t').map(|(at, _)| at);
        let start = match column {
            0 => 0,
            n => match tabs.nth(n - 1) {
                Some(tab) => tab + 1,
                None => return "",
            },
        };
        let end = tabs.next().unwrap_or(bytes.len());
        self.text[start..end].trim()
    }

    /// The parts of a `|` list.
    pub fn list(&self, column: usize) -> impl Iterator<Item = &'a str> + use<'a> {
        self.cell(column).split('|').map(str::trim).filter(|p| !p.is_empty())
    }
}

/// Reads a table whose header must begin with the given columns.
pub(crate) fn rows<'a>(file: &str, text: &'a str, columns: &[&str], errors: &mut Vec<PackError>) -> Vec<Row<'a>> {
    let mut lines = text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty() && !l.starts_with('#'));
    let Some((at, header)) = lines.next() else { return Vec::new() };
    let found: Vec<&str> = header.split('\t').map(str::trim).collect();
    if found.len() < columns.len() || found[..columns.len()] != *columns {
        errors.push(
            PackError::new(file, at + 1, format!("the header is `{}`", found.join(" ")))
                .hint(format!("expected the columns {}, with tabs between them", columns.join(" "))),
        );
        return Vec::new();
    }
    lines.map(|(line, text)| Row { line: line + 1, text }).collect()
}
