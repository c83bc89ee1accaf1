//! A table for people: fitted to the terminal, stacked where it is narrow, one line a claim where there is none.

use std::io::{self, Write};

use super::Row;
use super::phrase::{chain, date, status, what};
use super::term::{Look, Style, columns, cut, safe, wrap};

/// Terminals narrower than this get two lines a claim instead of columns.
const NARROW: usize = 110;

/// Digits of an id that are shown; the ledger takes any beginning that is unique.
pub const ID_DIGITS: usize = 10;

struct Cell {
    text: String,
    style: Style,
}

const HEADINGS: [&str; 7] = ["KIND", "WHAT", "STATUS", "SOURCE", "DATE", "DOCUMENT", "CLAIM"];
const WHAT: usize = 1;
const SOURCE: usize = 3;
const DOCUMENT: usize = 5;

pub fn print(out: &mut dyn Write, look: Look, rows: &[Row<'_>]) -> io::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    match look.width {
        Some(width) if width < NARROW => rows.iter().try_for_each(|row| stacked(out, look, row, width)),
        width => columned(out, look, rows, width),
    }
}

/// What of an id is shown.
pub fn short(id: &str) -> &str {
    id.get(..ID_DIGITS).unwrap_or(id)
}

fn cells(row: &Row<'_>) -> [Cell; 7] {
    let (status, colour) = status(row.claim.status);
    let status = if row.superseded { format!("{status} (superseded)") } else { status };
    let plain = |text: String| Cell { text, style: Style::Plain };
    let dim = |text: String| Cell { text, style: Style::Dim };
    [
        dim(row.claim.kind.as_str().to_owned()),
        Cell { text: what(row.claim), style: Style::Bold },
        Cell { text: status, style: colour },
        plain(chain(row.claim, row.outlet)),
        plain(date(row.claim)),
        dim(safe(&row.claim.doc).into_owned()),
        dim(row.id.map(short).unwrap_or_default().to_owned()),
    ]
}

fn columned(out: &mut dyn Write, look: Look, rows: &[Row<'_>], width: Option<usize>) -> io::Result<()> {
    let table: Vec<[Cell; 7]> = rows.iter().map(cells).collect();
    let mut widths: [usize; 7] =
        std::array::from_fn(|c| table.iter().map(|row| columns(&row[c].text)).max().unwrap_or(0));
    for (width, heading) in widths.iter_mut().zip(HEADINGS) {
        // A column without content is left out.
        *width = if *width > 0 { (*width).max(heading.len()) } else { 0 };
    }
    if let Some(width) = width {
        fit(&mut widths, width);
    }
    let heading = HEADINGS.map(|text| Cell { text: text.to_owned(), style: Style::Dim });
    for row in std::iter::once(&heading).chain(&table) {
        let wrapped: Vec<Vec<String>> = row.iter().zip(widths).map(|(cell, w)| lines_of(cell, w)).collect();
        let height = wrapped.iter().map(Vec::len).max().unwrap_or(1);
        for line in 0..height {
            let mut text = String::new();
            let mut gap = 0;
            for ((cell, lines), width) in row.iter().zip(&wrapped).zip(widths).filter(|(_, w)| *w > 0) {
                let part = lines.get(line).map(String::as_str).unwrap_or_default();
                if !part.is_empty() {
                    text += &" ".repeat(gap);
                    text += &look.paint(cell.style, part);
                    gap = 0;
                }
                gap += width - columns(part) + 2;
            }
            writeln!(out, "{text}")?;
        }
    }
    Ok(())
}

fn lines_of(cell: &Cell, width: usize) -> Vec<String> {
    match columns(&cell.text) {
        _ if width == 0 => Vec::new(),
        wide if wide <= width => vec![cell.text.clone()],
        _ => wrap(&cell.text, width),
    }
}

/// Narrows document, source and text, in that order, until the table fits.
fn fit(widths: &mut [usize; 7], width: usize) {
    let total = |widths: &[usize; 7]| widths.iter().filter(|w| **w > 0).map(|w| w + 2).sum::<usize>().saturating_sub(2);
    for (column, least) in [(DOCUMENT, 14), (SOURCE, 18), (WHAT, 30)] {
        let over = total(widths).saturating_sub(width);
        widths[column] = widths[column].saturating_sub(over).max(widths[column].min(least));
    }
}

fn stacked(out: &mut dyn Write, look: Look, row: &Row<'_>, width: usize) -> io::Result<()> {
    let [kind, what, status, source, date, document, id] = cells(row);
    for (n, line) in wrap(&what.text, width.saturating_sub(2)).iter().enumerate() {
        writeln!(out, "{}{}", if n > 0 { "  " } else { "" }, look.paint(what.style, line))?;
    }
    let rest: Vec<&str> =
        [&kind, &source, &date, &document, &id].iter().map(|c| c.text.as_str()).filter(|t| !t.is_empty()).collect();
    let left = width.saturating_sub(columns(&status.text) + 5);
    writeln!(
        out,
        "  {}   {}",
        look.paint(status.style, &status.text),
        look.paint(Style::Dim, &cut(&rest.join(" · "), left))
    )
}
