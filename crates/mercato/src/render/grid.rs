//! Rows of any kind: as columns fitted to the terminal, as CSV.

use std::io::{self, Write};

use super::term::{Look, Style, columns, cut, wrap};
use super::{csv, parquet};
use crate::cli::Format;

/// A column: its heading, whether its text may be broken, and how it looks.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    pub heading: &'static str,
    pub wide: bool,
    pub style: Style,
}

/// Narrowest that a breakable column gets.
const NARROW: usize = 24;

/// Prints columns; those without content are left out.
pub fn print(out: &mut dyn Write, look: Look, heads: &[Column], rows: &[Vec<String>]) -> io::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut widths: Vec<usize> = (0..heads.len())
        .map(|c| match rows.iter().map(|row| columns(&row[c])).max().unwrap_or(0) {
            0 => 0,
            wide => wide.max(heads[c].heading.len()),
        })
        .collect();
    if let Some(width) = look.width {
        for at in (0..heads.len()).filter(|&at| heads[at].wide) {
            let total: usize = widths.iter().filter(|w| **w > 0).map(|w| w + 2).sum::<usize>().saturating_sub(2);
            widths[at] = widths[at].saturating_sub(total.saturating_sub(width)).max(widths[at].min(NARROW));
        }
    }
    let heading: Vec<String> = heads.iter().map(|h| h.heading.to_owned()).collect();
    for (n, row) in std::iter::once(&heading).chain(rows).enumerate() {
        let cells: Vec<Vec<String>> = row
            .iter()
            .zip(&widths)
            .zip(heads)
            .map(|((text, &width), head)| match columns(text) {
                _ if width == 0 => Vec::new(),
                wide if wide <= width => vec![text.clone()],
                _ if head.wide => wrap(text, width),
                _ => vec![cut(text, width)],
            })
            .collect();
        for line in 0..cells.iter().map(Vec::len).max().unwrap_or(0) {
            let (mut text, mut gap) = (String::new(), 0);
            for ((cell, &width), head) in cells.iter().zip(&widths).zip(heads).filter(|((_, w), _)| **w > 0) {
                let part = cell.get(line).map(String::as_str).unwrap_or_default();
                if !part.is_empty() {
                    text += &" ".repeat(gap);
                    text += &look.paint(if n == 0 { Style::Dim } else { head.style }, part);
                    gap = 0;
                }
                gap += width - columns(part) + 2;
            }
            writeln!(out, "{text}")?;
        }
    }
    Ok(())
}

/// The same rows as CSV, with these names of columns.
pub fn print_cells(out: &mut dyn Write, format: Format, names: &[&str], rows: Vec<Vec<String>>) -> io::Result<()> {
    if format == Format::Parquet {
        let mut table = parquet::Table::new(out, names)?;
        rows.into_iter().try_for_each(|row| table.push(row))?;
        return table.finish();
    }
    csv::line(out, names)?;
    rows.iter().try_for_each(|row| csv::line(out, row))
}

/// One JSON object a line.
pub fn print_jsonl<T: serde::Serialize>(out: &mut dyn Write, rows: impl IntoIterator<Item = T>) -> io::Result<()> {
    rows.into_iter().try_for_each(|row| {
        serde_json::to_writer(&mut *out, &row)?;
        out.write_all(b"\n")
    })
}
