//! Words in articles: a full-text index beside the documents, derived from them and completed with every entry.

use mercato_model::{Lang, PartialDate};
use rusqlite::{Connection, OptionalExtension, params};

use crate::ask::{IS_NEWEST, SUMMARY, SUMMARY_COLUMNS, summary};
use crate::{DocumentSummary, Ledger, LedgerError};

/// Row of `meta` that says up to which document the index goes. A ledger from before the index has none.
const MARK: &str = "search-complete-to";

/// Without columnsize there is no ranking by frequency: hits come newest first, which needs no look at all of them.
const CREATE: &str = "CREATE VIRTUAL TABLE IF NOT EXISTS search USING fts5 (title, text, content = 'documents',
     content_rowid = 'seq', tokenize = 'unicode61 remove_diacritics 2', columnsize = 0)";

/// Words shown around a hit.
const AROUND: u32 = 24;

/// A document that has the words, and a passage with them between [`Hit::OPEN`] and [`Hit::CLOSE`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    pub document: DocumentSummary,
    /// Place among the documents of the ledger; the next page of hits begins below it.
    pub seq: i64,
    pub passage: String,
}

impl Hit {
    /// Private-use characters, which no article uses; whoever shows a passage replaces them.
    pub const OPEN: char = '\u{e000}';
    pub const CLOSE: char = '\u{e001}';
}

/// Which articles to look through.
#[derive(Clone, Copy, Debug, Default)]
pub struct Within {
    pub lang: Option<Lang>,
    pub since: Option<PartialDate>,
    pub until: Option<PartialDate>,
    /// Only those that came before this one.
    pub below: Option<i64>,
}

/// Brings the index up to the last document, inside the caller's transaction.
pub fn complete(connection: &Connection) -> rusqlite::Result<()> {
    let last: i64 = connection.query_row("SELECT ifnull(max(seq), 0) FROM documents", [], |row| row.get(0))?;
    let done = mark(connection)?;
    if done == Some(last) {
        return Ok(());
    }
    if done.is_none() {
        connection.execute_batch(CREATE)?;
    }
    connection
        .prepare_cached(
            "INSERT INTO search (rowid, title, text) SELECT seq, title, text FROM documents WHERE seq > ?1",
        )?
        .execute([done.unwrap_or(0)])?;
    connection
        .prepare_cached("INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2")?
        .execute(params![MARK, last.to_string()])?;
    Ok(())
}

/// Makes the index anew from what the documents hold now.
pub fn rebuild(connection: &Connection) -> rusqlite::Result<()> {
    if mark(connection)?.is_some() {
        connection.execute_batch("DROP TABLE search")?;
        connection.execute("DELETE FROM meta WHERE key = ?1", [MARK])?;
    }
    complete(connection)
}

fn mark(connection: &Connection) -> rusqlite::Result<Option<i64>> {
    let text: Option<String> = connection
        .prepare_cached("SELECT value FROM meta WHERE key = ?1")?
        .query_row([MARK], |row| row.get(0))
        .optional()?;
    Ok(text.and_then(|text| text.parse().ok()))
}

/// What a person types as a question to the index: every word must be there, words between quotation marks beside
/// each other, a word that ends in `*` begins so. `None` when there is no word in it.
fn question(typed: &str) -> Option<String> {
    let mut parts = Vec::new();
    for (n, piece) in typed.split(['"', '“', '”', '«', '»']).enumerate() {
        let words: Vec<&str> = piece.split_whitespace().filter(|w| w.contains(char::is_alphanumeric)).collect();
        if n % 2 == 1 && !words.is_empty() {
            parts.push(format!("\"{}\"", words.join(" ")));
        } else {
            let one = |word: &&str| {
                let star = if word.ends_with('*') { "*" } else { "" };
                format!("\"{}\"{star}", word.trim_end_matches('*'))
            };
            parts.extend(words.iter().map(one));
        }
    }
    (!parts.is_empty()).then(|| parts.join(" "))
}

impl Ledger {
    /// Whether every document can be found by its words; a ledger written by an earlier program cannot be until the
    /// next entry, or [`index`](Self::index).
    pub fn is_indexed(&self) -> Result<bool, LedgerError> {
        let same = || {
            let last: i64 =
                self.connection.query_row("SELECT ifnull(max(seq), 0) FROM documents", [], |row| row.get(0))?;
            Ok(mark(&self.connection)? == Some(last))
        };
        same().map_err(self.fail())
    }

    /// Completes the index of words; needs a ledger that is open for writing.
    pub fn index(&mut self) -> Result<(), LedgerError> {
        let fail = self.fail();
        let mut work = || {
            let transaction = self.connection.transaction()?;
            complete(&transaction)?;
            transaction.commit()
        };
        work().map_err(fail)
    }

    /// Articles with these words, the last to come first; superseded revisions are left out.
    pub fn search(&self, typed: &str, within: Within, limit: usize) -> Result<Vec<Hit>, LedgerError> {
        let Some(question) = question(typed) else { return Ok(Vec::new()) };
        let ask = || {
            if mark(&self.connection)?.is_none() {
                return Ok(Vec::new());
            }
            let sql = format!(
                "SELECT {SUMMARY}, TRUE, search.rowid, snippet(search, 1, ?2, ?3, '…', {AROUND})
                 FROM search CROSS JOIN documents d ON d.seq = search.rowid
                 WHERE search MATCH ?1 AND search.rowid < ?4 AND (?5 IS NULL OR d.lang = ?5)
                   AND (?6 IS NULL OR d.published >= ?6) AND (?7 IS NULL OR substr(d.published, 1, length(?7)) <= ?7)
                   AND {IS_NEWEST}
                 ORDER BY search.rowid DESC LIMIT ?8"
            );
            let mut query = self.connection.prepare_cached(&sql)?;
            let hits = query.query_map(
                params![
                    question,
                    Hit::OPEN.to_string(),
                    Hit::CLOSE.to_string(),
                    within.below.unwrap_or(i64::MAX),
                    within.lang.map(|lang| lang.to_string()),
                    within.since.map(|date| date.to_string()),
                    within.until.map(|date| date.to_string()),
                    i64::try_from(limit).unwrap_or(i64::MAX),
                ],
                |row| {
                    Ok(Hit {
                        document: summary(row)?,
                        seq: row.get(SUMMARY_COLUMNS)?,
                        passage: row.get(SUMMARY_COLUMNS + 1)?,
                    })
                },
            )?;
            hits.collect()
        };
        ask().map_err(self.fail())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_never_syntax() {
        for (typed, asked) in [
            ("Ada Neri", Some("\"Ada\" \"Neri\"")),
            ("l'azienda «ha assunto»", Some("\"l'azienda\" \"ha assunto\"")),
            ("trasfer*", Some("\"trasfer\"*")),
            ("a OR NOT (b", Some("\"a\" \"OR\" \"NOT\" \"(b\"")),
            ("\"unbalanced quote", Some("\"unbalanced quote\"")),
            ("* - ()", None),
            ("", None),
        ] {
            assert_eq!(question(typed).as_deref(), asked, "{typed}");
        }
    }
}
