//! Words in articles: a full-text index beside the documents, derived from them and completed with every entry.

use std::collections::BTreeSet;

use mercato_facts::fold;
use mercato_model::{Lang, PartialDate};
use rusqlite::{Connection, OptionalExtension, params};

use crate::ask::{IS_NEWEST, SUMMARY, SUMMARY_COLUMNS, summary};
use crate::{DocumentSummary, Ledger, LedgerError};

/// Row of `meta` that says up to which document the index goes. A ledger from before the index has none.
const MARK: &str = "search-complete-to";

/// Without columnsize there is no ranking by frequency: hits come newest first, which needs no look at all of them.
const CREATE: &str = "CREATE VIRTUAL TABLE IF NOT EXISTS search USING fts5 (title, text, content = 'documents',
     content_rowid = 'seq', tokenize = 'unicode61 remove_diacritics 2', columnsize = 0)";

/// Words of a passage, and how many of them stand before the first one that was asked for.
const AROUND: usize = 24;
const BEFORE: usize = 6;

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

/// A word that is looked for, folded; of some only the beginning.
struct Asked {
    word: String,
    begins: bool,
}

/// The words of what was typed.
fn asked(typed: &str) -> Vec<Asked> {
    let mut out: Vec<Asked> = Vec::new();
    for piece in typed.split_whitespace() {
        let begins = piece.trim_end_matches(['"', '”', '»']).ends_with('*');
        let found = words(piece).map(|(start, end)| folded(&piece[start..end]));
        out.extend(found.map(|word| Asked { word, begins: false }));
        if let Some(last) = out.last_mut() {
            last.begins |= begins;
        }
    }
    out
}

/// Where the words of a text begin and end, as the index cuts them.
fn words(text: &str) -> impl Iterator<Item = (usize, usize)> + '_ {
    let mut letters = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let (start, _) = letters.by_ref().find(|(_, c)| c.is_alphanumeric())?;
        let mut end = text.len();
        while let Some(&(at, c)) = letters.peek() {
            if !c.is_alphanumeric() && !is_mark(c) {
                end = at;
                break;
            }
            letters.next();
        }
        Some((start, end))
    })
}

/// An accent that stands as a character of its own.
fn is_mark(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

fn folded(word: &str) -> String {
    if word.is_ascii() { word.to_ascii_lowercase() } else { fold::words(word).concat() }
}

impl Asked {
    fn is(&self, word: &str) -> bool {
        if word.is_ascii() {
            let (own, its) = (self.word.as_bytes(), word.as_bytes());
            let long = if self.begins { its.len() >= own.len() } else { its.len() == own.len() };
            return long && its[..own.len()].eq_ignore_ascii_case(own);
        }
        let word = folded(word);
        if self.begins { word.starts_with(&self.word) } else { word == self.word }
    }
}

/// The words around the first place with most of the words asked for, those marked. The index could cut passages, too,
/// and folds every word of a text for it; here only words with accents are.
fn passage(text: &str, asked: &[Asked]) -> String {
    let all: Vec<(usize, usize)> = words(text).collect();
    let which = |&(start, end): &(usize, usize)| asked.iter().position(|asked| asked.is(&text[start..end]));
    let hits: Vec<(usize, usize)> = all.iter().enumerate().filter_map(|(at, word)| Some((at, which(word)?))).collect();
    let (mut best, mut most) = (0, 0);
    for (n, &(at, _)) in hits.iter().enumerate() {
        let within = hits[n..].iter().take_while(|(other, _)| other - at < AROUND - BEFORE);
        let different = within.map(|(_, which)| which).collect::<BTreeSet<_>>().len();
        if different > most {
            (best, most) = (at, different);
        }
        if most == asked.len() {
            break;
        }
    }
    let first = best.saturating_sub(BEFORE);
    let last = (first + AROUND).min(all.len());
    let (Some(&(start, _)), Some(&(_, end))) = (all.get(first), all[first..last].last()) else {
        return String::new();
    };
    // From the first letter of the text on, and to its last sign.
    let (start, end) = (if first == 0 { 0 } else { start }, if last == all.len() { text.len() } else { end });
    let mut out = String::new();
    if first > 0 {
        out.push('…');
    }
    let mut done = start;
    for &(at, _) in hits.iter().filter(|(at, _)| (first..last).contains(at)) {
        let (from, to) = all[at];
        out.push_str(&text[done..from]);
        out.push(Hit::OPEN);
        out.push_str(&text[from..to]);
        out.push(Hit::CLOSE);
        done = to;
    }
    out.push_str(&text[done..end]);
    if last < all.len() {
        out.push('…');
    }
    out
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
                "SELECT {SUMMARY}, TRUE, search.rowid, d.text
                 FROM search CROSS JOIN documents d ON d.seq = search.rowid
                 WHERE search MATCH ?1 AND search.rowid < ?2 AND (?3 IS NULL OR d.lang = ?3)
                   AND (?4 IS NULL OR d.published >= ?4) AND (?5 IS NULL OR substr(d.published, 1, length(?5)) <= ?5)
                   AND {IS_NEWEST}
                 ORDER BY search.rowid DESC LIMIT ?6"
            );
            let asked = asked(typed);
            let mut query = self.connection.prepare_cached(&sql)?;
            let hits = query.query_map(
                params![
                    question,
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
                        passage: passage(row.get_ref(SUMMARY_COLUMNS + 1)?.as_str()?, &asked),
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

    #[test]
    fn passages_show_the_words_asked_for() {
        let filler = "one two three four five six seven eight nine ten ".repeat(5);
        let marked =
            |text: &str, typed: &str| passage(text, &asked(typed)).replace(Hit::OPEN, "[").replace(Hit::CLOSE, "]");
        for (text, typed, shown) in [
            ("Ada Neri joins Helvion.", "neri", "Ada [Neri] joins Helvion."),
            ("Le salarié a démissionné.", "DEMISSIONNE", "Le salarié a [démissionné]."),
            ("De\u{301}mission d’Ada.", "démission ada", "[De\u{301}mission] d’[Ada]."),
            ("«Trasferimenti» a Roma", "\"a trasfer*\"", "«[Trasferimenti]» [a] Roma"),
            ("Nothing of it.", "absent", "Nothing of it."),
            ("", "absent", ""),
            ("?!", "absent", ""),
        ] {
            assert_eq!(marked(text, typed), shown, "{typed}");
        }
        // Where both stand is better than where one does.
        let text = format!("Helvion grows. {filler}Ada left Helvion. {filler}");
        let shown = marked(&text, "ada helvion");
        assert!(shown.starts_with('…') && shown.ends_with('…'), "{shown}");
        assert!(shown.contains("ten [Ada] left [Helvion]. one"), "{shown}");
        assert_eq!(shown.split_whitespace().count(), AROUND, "{shown}");
    }
}
