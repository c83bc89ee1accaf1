//! Writing: an entry is checked, then stored with its claims, names and notes inside the caller's transaction.

use mercato_facts::print::Print;
use mercato_model::{Claim, Document, Note, PartialDate, Value};
use rusqlite::{Connection, OptionalExtension, Params, params};
use sha2::{Digest, Sha256};

use crate::forget::{Tombstone, cleaned};
use crate::names::{Role, indexed};
use crate::{Added, Entry, ask, dictionary};

/// Digits of a claim's id; more only where an id is taken.
const ID_DIGITS: usize = 12;

/// Why an entry contradicts itself; such an entry is refused as a whole.
pub fn flaw(entry: &Entry<'_>) -> Option<String> {
    let Entry { document, claims, notes, .. } = entry;
    for claim in *claims {
        if claim.doc != document.id {
            return Some(format!("a claim of the document {} among its claims", claim.doc));
        }
        if !claim.score.is_finite() {
            return Some(format!("a score that is no number (rule {})", claim.rule));
        }
        if let Some(slot) = claim.slots.iter().find_map(|(slot, value)| (!is_finite(value)).then_some(slot)) {
            return Some(format!("a value that is no number in {} (rule {})", slot.as_str(), claim.rule));
        }
        if let Some(quote) = claim.evidence.quotes().iter().find(|q| q.span.slice(&document.text) != Some(&q.quote)) {
            let (start, end) = (quote.span.start, quote.span.end);
            return Some(format!("the text at {start}..{end} is not the quote (rule {})", claim.rule));
        }
    }
    let astray = notes.iter().filter_map(|note| note.span).find(|span| span.slice(&document.text).is_none())?;
    Some(format!("a note at {}..{}, outside the text", astray.start, astray.end))
}

/// JSON has no infinity and no NaN: they would not come back.
fn is_finite(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.is_finite(),
        Value::Amount(_) | Value::Bounds(_) => {
            let bounds = value.bounds().unwrap_or_default();
            bounds.min.is_none_or(f64::is_finite) && bounds.max.is_none_or(f64::is_finite)
        }
        _ => true,
    }
}

/// Stores one entry; the caller's transaction makes it whole. People who are forgotten do not come back: their words
/// are covered and their claims left out, while the digest stays the one of the article as it came.
pub fn append(connection: &Connection, entry: &Entry<'_>, tombstones: &[Tombstone]) -> rusqlite::Result<Added> {
    append_as(connection, entry, tombstones, sha256(&entry.document.text))
}

/// The same of an article whose digest is known: words may have been covered since.
pub fn append_as(
    connection: &Connection,
    entry: &Entry<'_>,
    tombstones: &[Tombstone],
    sha256: String,
) -> rusqlite::Result<Added> {
    let cleaned = cleaned(entry.document, entry.claims, entry.notes, tombstones);
    let entry = match &cleaned {
        Some((document, claims, notes)) => Entry { document, claims, notes, added_at: entry.added_at },
        None => *entry,
    };
    let added = match newest(connection, entry.document, &sha256)? {
        None => Added::New,
        Some((_, true)) => return Ok(Added::Unchanged),
        Some((revision, false)) => Added::Revised { from: revision, to: revision + 1 },
    };
    store(connection, &entry, &sha256, added)?;
    Ok(added)
}

/// Stores the reading of an article that is held, as a new revision, where it differs from the newest one.
pub fn reread(connection: &Connection, entry: &Entry<'_>, tombstones: &[Tombstone]) -> rusqlite::Result<bool> {
    let document = entry.document;
    let held: Option<(u32, String)> = connection
        .prepare_cached("SELECT revision, sha256 FROM documents WHERE id = ?1 ORDER BY revision DESC LIMIT 1")?
        .query_row([&document.id], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((revision, sha256)) = held else { return Ok(false) };
    let cleaned = cleaned(document, entry.claims, entry.notes, tombstones);
    let entry = match &cleaned {
        Some((document, claims, notes)) => Entry { document, claims, notes, added_at: entry.added_at },
        None => *entry,
    };
    if ask::claims_of(connection, &document.id, revision)? == entry.claims {
        return Ok(false);
    }
    store(connection, &entry, &sha256, Added::Revised { from: revision, to: revision + 1 })?;
    Ok(true)
}

/// Whether some revision of a document has this text and metadata.
pub fn holds_revision(connection: &Connection, document: &Document, sha256: &str) -> rusqlite::Result<bool> {
    connection
        .prepare_cached(
            "SELECT 1 FROM documents WHERE id = ?1 AND sha256 = ?2 AND title IS ?3 AND lang IS ?4 AND published IS ?5
                 AND outlet IS ?6 AND url IS ?7",
        )?
        .exists(face(document, sha256))
}

/// What tells one revision of a document from another: id, digest of the text, metadata.
fn face<'a>(document: &'a Document, sha256: &'a str) -> impl Params + 'a {
    (
        &document.id,
        sha256,
        &document.title,
        document.lang.map(|lang| lang.to_string()),
        document.published.map(|date| date.to_string()),
        &document.outlet,
        &document.url,
    )
}

fn store(connection: &Connection, entry: &Entry<'_>, sha256: &str, added: Added) -> rusqlite::Result<()> {
    let Entry { document, claims, notes, added_at } = entry;
    let revision = if let Added::Revised { to, .. } = added { to } else { 1 };
    connection
        .prepare_cached(
            "INSERT INTO documents (id, revision, sha256, text, title, lang, published, outlet, url, added_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            document.id,
            revision,
            sha256,
            document.text,
            document.title,
            document.lang.map(|lang| lang.to_string()),
            document.published.map(|date| date.to_string()),
            document.outlet,
            document.url,
            added_at,
        ])?;
    let seq = connection.last_insert_rowid();
    arrive(connection, seq, revision, document.published, added_at, &document.text)?;
    for claim in *claims {
        append_claim(connection, seq, document, sha256, claim)?;
    }
    for (ordinal, note) in notes.iter().enumerate() {
        append_note(connection, seq, ordinal, note)?;
    }
    Ok(())
}

/// The newest revision of a document, and whether it is the same as this one.
pub fn newest(connection: &Connection, document: &Document, sha256: &str) -> rusqlite::Result<Option<(u32, bool)>> {
    connection
        .prepare_cached(
            "SELECT revision, sha256 = ?2 AND title IS ?3 AND lang IS ?4 AND published IS ?5 AND outlet IS ?6
                 AND url IS ?7
             FROM documents WHERE id = ?1 ORDER BY revision DESC LIMIT 1",
        )?
        .query_row(face(document, sha256), |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
}

/// SHA-256 in hexadecimal.
pub fn sha256(text: &str) -> String {
    hexadecimal(&Sha256::digest(text.as_bytes()))
}

fn append_claim(
    connection: &Connection,
    document_seq: i64,
    document: &Document,
    sha256: &str,
    claim: &Claim,
) -> rusqlite::Result<()> {
    let json = json(claim)?;
    let date = claim.date.map(|date| date.value).or(document.published);
    connection
        .prepare_cached(
            "INSERT INTO claims (id, document, kind, status, lang, score, day_first, day_last, json, start)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            free_id(connection, sha256, claim)?,
            document_seq,
            claim.kind.as_str(),
            claim.status.as_str(),
            claim.lang.as_str(),
            claim.score,
            date.map(first_day),
            date.map(last_day),
            json,
            begins(claim),
        ])?;
    let seq = connection.last_insert_rowid();
    index_names(connection, seq, claim)
}

/// Where the first quote of a claim begins.
pub fn begins(claim: &Claim) -> i64 {
    claim.evidence.quotes().first().map_or(0, |quote| quote.span.start as i64)
}

/// Keeps the names of a claim for looking up.
pub fn index_names(connection: &Connection, seq: i64, claim: &Claim) -> rusqlite::Result<()> {
    let mut insert = connection.prepare_cached("INSERT INTO claim_names (name, claim, slot) VALUES (?1, ?2, ?3)")?;
    let (mut persons, mut firms) = (Vec::new(), Vec::new());
    for name in indexed(claim) {
        let number = dictionary::keep(connection, &name)?;
        insert.execute(params![number, seq, name.slot.as_str()])?;
        match name.role {
            Role::Person => persons.push(number),
            Role::Firm => firms.push(number),
        }
    }
    let mut told = connection.prepare_cached("INSERT OR IGNORE INTO told_with (person, firm) VALUES (?1, ?2)")?;
    for person in &persons {
        for firm in &firms {
            told.execute([person, firm])?;
        }
    }
    Ok(())
}

/// Keeps since when the record has an article, and its print.
pub fn arrive(
    connection: &Connection,
    document: i64,
    revision: u32,
    published: Option<PartialDate>,
    added_at: &str,
    text: &str,
) -> rusqlite::Result<()> {
    let kept = PartialDate::parse(added_at).map_or(0, last_day);
    // A later revision of an article is known since it was seen, whatever day the article bears.
    let public = match published.map(last_day) {
        Some(day) if revision == 1 => day,
        Some(day) => day.max(kept),
        None => kept,
    };
    connection
        .prepare_cached("INSERT INTO arrivals (document, public, kept, print) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![document, public, kept, Print::of(text).to_bytes()])?;
    Ok(())
}

fn append_note(connection: &Connection, document: i64, ordinal: usize, note: &Note) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO notes (document, ordinal, code, start, \"end\", rule, detail)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            document,
            ordinal as i64,
            note.code,
            note.span.map(|span| span.start as i64),
            note.span.map(|span| span.end as i64),
            note.rule,
            note.detail,
        ])?;
    Ok(())
}

/// An id that stands for the content. It is taken already when a document goes back to an earlier text; then, and in
/// the rare case that two contents share their first digits, a counter is part of the content.
fn free_id(connection: &Connection, sha256: &str, claim: &Claim) -> rusqlite::Result<String> {
    let content = (&claim.doc, sha256, claim.kind, &claim.slots, claim.status, &claim.source, &claim.evidence);
    let content = serde_json::to_vec(&content).map_err(to_sql)?;
    let mut taken = connection.prepare_cached("SELECT 1 FROM claims WHERE id = ?1")?;
    for count in 0u64.. {
        let mut hash = Sha256::new().chain_update(&content);
        if count > 0 {
            hash.update(count.to_le_bytes());
        }
        let mut id = hexadecimal(&hash.finalize());
        id.truncate(ID_DIGITS);
        if !taken.exists([&id])? {
            return Ok(id);
        }
    }
    unreachable!("a ledger cannot hold 2^64 claims")
}

fn json(claim: &Claim) -> rusqlite::Result<String> {
    serde_json::to_string(claim).map_err(to_sql)
}

fn to_sql(error: serde_json::Error) -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure(Box::new(error))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The first day that a date may mean, as days since 1970-01-01.
pub fn first_day(date: PartialDate) -> i64 {
    let first = PartialDate { month: Some(date.month.unwrap_or(1)), day: Some(date.day.unwrap_or(1)), ..date };
    first.day_number().unwrap_or_default()
}

/// The last day that a date may mean.
pub fn last_day(date: PartialDate) -> i64 {
    match (date.month, date.day) {
        (Some(_), Some(_)) => first_day(date),
        (Some(_), None) => first_day(date.plus_months(1)) - 1,
        (None, _) => first_day(PartialDate::year(date.year + 1)) - 1,
    }
}
