//! Erasure: a person's claims and words go, a tombstone stays that recognises the name without holding it.
//!
//! The one thing for which the ledger changes what it holds. Text is covered byte for byte, so that what others
//! claim in the same article keeps its place; the article keeps its digest, so that it is not taken for a new one.

use std::collections::BTreeSet;

use mercato_facts::fold::{same_words, words};
use mercato_model::{Claim, Document, Note, Slot, Value};
use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};

use crate::ask::parsed_claim;
use crate::dictionary;
use crate::layout::without_guards;

/// What stands for a covered byte.
const COVER: &str = "_";

/// What an erasure did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forgotten {
    pub claims: usize,
    pub documents: usize,
    pub operations: usize,
}

/// A name that must not come back.
#[derive(Clone, Debug)]
pub struct Tombstone {
    salt: String,
    hash: String,
}

impl Tombstone {
    fn knows(&self, form: &str) -> bool {
        digest(&self.salt, form) == self.hash
    }
}

fn digest(salt: &str, form: &str) -> String {
    let hash = Sha256::new().chain_update(salt).chain_update([0]).chain_update(form).finalize();
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The folded ways in which articles may write a name of several words.
fn forms(name: &str) -> BTreeSet<String> {
    let words = words(name);
    let mut out = BTreeSet::from([words.join(" ")]);
    if let ([first, .., last], true) = (words.as_slice(), words.len() > 1) {
        out.insert(format!("{first} {last}"));
        out.insert(format!("{last} {first}"));
        out.insert(format!("{} {last}", first.chars().next().unwrap_or(' ')));
    }
    out
}

pub fn tombstones(connection: &Connection) -> rusqlite::Result<Vec<Tombstone>> {
    connection
        .prepare_cached("SELECT salt, hash FROM tombstones")?
        .query_map([], |row| Ok(Tombstone { salt: row.get(0)?, hash: row.get(1)? }))?
        .collect()
}

fn is_forgotten(name: &str, tombstones: &[Tombstone]) -> bool {
    let mut mine = forms(name);
    // A middle name more or less is the same person.
    let all = words(name);
    if all.len() > 2 {
        mine.insert(format!("{} {}", all[0], all[all.len() - 1]));
    }
    mine.iter().any(|form| tombstones.iter().any(|t| t.knows(form)))
}

/// What of an article may be kept: without the claims, names and words of people who are forgotten.
pub fn cleaned(
    document: &Document,
    claims: &[Claim],
    notes: &[Note],
    tombstones: &[Tombstone],
) -> Option<(Document, Vec<Claim>, Vec<Note>)> {
    let text_words = names_in(&document.text, tombstones);
    let named = claims.iter().any(|c| names(c).iter().any(|n| is_forgotten(n, tombstones)));
    if text_words.is_empty() && !named {
        return None;
    }
    let forgotten: BTreeSet<String> = claims
        .iter()
        .flat_map(names)
        .filter(|name| is_forgotten(name, tombstones))
        .map(str::to_owned)
        .chain(text_words)
        .collect();
    let text = covered(&document.text, &forgotten);
    let claims: Vec<Claim> = claims.iter().filter_map(|c| without(c, &text, &forgotten)).collect();
    let notes = notes.iter().map(|n| Note { detail: covered(&n.detail, &forgotten), ..n.clone() }).collect();
    let title = document.title.as_ref().map(|t| covered(t, &forgotten));
    Some((Document { text, title, ..document.clone() }, claims, notes))
}

/// Names of two words and more in a text that tombstones know.
fn names_in(text: &str, tombstones: &[Tombstone]) -> Vec<String> {
    if tombstones.is_empty() {
        return Vec::new();
    }
    let capital = |w: &str| w.chars().next().is_some_and(char::is_uppercase);
    let tokens: Vec<&str> = text
        .split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '’' | '-' | '.')))
        .filter(|w| !w.is_empty())
        .collect();
    let mut out = Vec::new();
    for size in 2..=4 {
        for window in tokens.windows(size) {
            if capital(window[0]) && capital(window[size - 1]) {
                let name = window.join(" ");
                let name = name.trim_end_matches(['.', '-', '\'', '’']);
                if is_forgotten(name, tombstones) {
                    out.push(name.to_owned());
                }
            }
        }
    }
    out
}

/// Every name of a person in a claim.
fn names(claim: &Claim) -> Vec<&str> {
    let slots = [
        Slot::Person,
        Slot::Subject,
        Slot::Target,
        Slot::Actor,
        Slot::Plaintiff,
        Slot::Defendant,
        Slot::Replaces,
        Slot::ReportsTo,
        Slot::TogetherWith,
    ];
    let in_slots = slots.into_iter().flat_map(|slot| claim.texts(slot));
    in_slots.chain(claim.source.iter().map(String::as_str)).collect()
}

/// The claim without the forgotten; `None` when it was about nobody else.
fn without(claim: &Claim, text: &str, forgotten: &BTreeSet<String>) -> Option<Claim> {
    let gone = |name: &str| forgotten.iter().any(|f| same_words(&words(f), &words(name)));
    let people = claim.texts(Slot::Person);
    let others: Vec<String> = people.iter().filter(|p| !gone(p)).map(|p| (*p).to_owned()).collect();
    if !people.is_empty() && others.is_empty() {
        return None;
    }
    let rest = names(claim).into_iter().filter(|n| !people.contains(n));
    if rest.into_iter().any(gone) {
        return None;
    }
    let mut claim = claim.clone();
    if others.len() < people.len() {
        claim.slots.insert(Slot::Person, Value::List(others));
        claim.as_written.remove(&Slot::Person);
    }
    let spans: Vec<mercato_model::Span> = claim.evidence.quotes().iter().map(|q| q.span).collect();
    claim.evidence = mercato_model::Evidence::cut(text, &spans)?;
    Some(claim)
}

/// The text with every mention covered, byte for byte: the full name, and its last word wherever it stands alone.
fn covered(text: &str, forgotten: &BTreeSet<String>) -> String {
    let hidden: BTreeSet<String> =
        forgotten.iter().flat_map(|name| words(name)).filter(|w| w.chars().count() > 1).collect();
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let capital = word.chars().next().is_some_and(char::is_uppercase);
        if capital && words(word).iter().any(|w| hidden.contains(w)) {
            out.push_str(&COVER.repeat(word.len()));
        } else {
            out.push_str(word);
        }
        let next = after.chars().next().map_or(0, char::len_utf8);
        out.push_str(&after[..next]);
        rest = &after[next..];
    }
    out
}

/// Erases a person, within the caller's transaction. `salt` must not be guessable.
pub fn forget(connection: &Connection, name: &str, salt: &str, at: &str) -> rusqlite::Result<Forgotten> {
    let asked = words(name);
    let mut insert = connection.prepare("INSERT INTO tombstones (at, salt, hash) VALUES (?1, ?2, ?3)")?;
    for form in forms(name) {
        insert.execute(params![at, salt, digest(salt, &form)])?;
    }
    let mut forgotten = BTreeSet::from([name.to_owned()]);
    let mut known: Vec<String> = Vec::new();
    for tail in asked.last().into_iter().chain(asked.first()) {
        known.extend(dictionary::ending_in(connection, tail)?.into_iter().map(|(_, name)| name));
    }
    // A surname alone may be somebody else's.
    forgotten.extend(known.into_iter().filter(|form| {
        let split: Vec<String> = form.split(' ').map(str::to_owned).collect();
        split.len() > 1 && same_words(&asked, &split)
    }));
    let documents: Vec<(i64, String)> = connection
        .prepare("SELECT seq, text FROM documents")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .filter(|row: &rusqlite::Result<(i64, String)>| {
            row.as_ref().map_or(true, |(_, text)| mentions(text, &forgotten))
        })
        .collect::<rusqlite::Result<_>>()?;
    without_guards(connection, |connection| {
        let mut done = Forgotten::default();
        let mut gone_ids: Vec<String> = Vec::new();
        for (seq, text) in documents {
            done.documents += 1;
            let text = covered(&text, &forgotten);
            connection.execute(
                "UPDATE documents SET text = ?2, title = CASE WHEN title IS NULL THEN NULL ELSE ?3 END WHERE seq = ?1",
                params![seq, text, title(connection, seq, &forgotten)?],
            )?;
            erase_claims(connection, seq, &text, &forgotten, &mut gone_ids)?;
            let details: Vec<(i64, String)> = connection
                .prepare_cached("SELECT ordinal, detail FROM notes WHERE document = ?1")?
                .query_map([seq], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect::<rusqlite::Result<_>>()?;
            for (ordinal, detail) in details {
                connection.execute(
                    "UPDATE notes SET detail = ?3 WHERE document = ?1 AND ordinal = ?2",
                    params![seq, ordinal, covered(&detail, &forgotten)],
                )?;
            }
        }
        done.claims = gone_ids.len();
        dictionary::prune(connection)?;
        done.operations = erase_operations(connection, &gone_ids, &forgotten)?;
        Ok(done)
    })
}

fn title(connection: &Connection, seq: i64, forgotten: &BTreeSet<String>) -> rusqlite::Result<Option<String>> {
    let title: Option<String> =
        connection.query_row("SELECT title FROM documents WHERE seq = ?1", [seq], |row| row.get(0))?;
    Ok(title.map(|t| covered(&t, forgotten)))
}

/// Whether a text holds one of the names, word after word.
fn mentions(text: &str, forgotten: &BTreeSet<String>) -> bool {
    let text = words(text);
    forgotten.iter().any(|name| {
        let name = words(name);
        text.windows(name.len()).any(|window| window == name)
    })
}

fn erase_claims(
    connection: &Connection,
    document: i64,
    text: &str,
    forgotten: &BTreeSet<String>,
    gone: &mut Vec<String>,
) -> rusqlite::Result<()> {
    let held: Vec<(i64, String, Claim)> = connection
        .prepare_cached("SELECT seq, id, json FROM claims WHERE document = ?1")?
        .query_map([document], |row| Ok((row.get(0)?, row.get(1)?, parsed_claim(row, 2)?)))?
        .collect::<rusqlite::Result<_>>()?;
    for (seq, id, claim) in held {
        let kept = without(&claim, text, forgotten);
        if kept.as_ref() == Some(&claim) {
            continue;
        }
        connection.execute("DELETE FROM claim_names WHERE claim = ?1", [seq])?;
        match kept {
            Some(claim) => {
                let json =
                    serde_json::to_string(&claim).map_err(|e| rusqlite::Error::ToSqlConversionFailure(Box::new(e)))?;
                connection.execute("UPDATE claims SET json = ?2 WHERE seq = ?1", params![seq, json])?;
                crate::append::index_names(connection, seq, &claim)?;
            }
            None => {
                connection.execute("DELETE FROM claims WHERE seq = ?1", [seq])?;
                gone.push(id);
            }
        }
    }
    Ok(())
}

/// Operations about claims that are gone, or that hold the name.
fn erase_operations(connection: &Connection, gone: &[String], forgotten: &BTreeSet<String>) -> rusqlite::Result<usize> {
    let held: Vec<(i64, String)> = connection
        .prepare("SELECT seq, json FROM operations")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let mut count = 0;
    for (seq, json) in held {
        if mentions(&json, forgotten) || gone.iter().any(|id| json.contains(id.as_str())) {
            count += connection.execute("DELETE FROM operations WHERE seq = ?1", [seq])?;
        }
    }
    Ok(count)
}

/// The tombstones as they are kept, for another ledger.
pub fn copies(connection: &Connection) -> rusqlite::Result<Vec<(String, String, String)>> {
    connection
        .prepare("SELECT at, salt, hash FROM tombstones ORDER BY seq")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect()
}

/// Keeps tombstones of another ledger that this one lacks.
pub fn keep(connection: &Connection, tombstones: &[(String, String, String)]) -> rusqlite::Result<()> {
    let mut insert = connection.prepare(
        "INSERT INTO tombstones (at, salt, hash) SELECT ?1, ?2, ?3
         WHERE NOT EXISTS (SELECT 1 FROM tombstones WHERE salt = ?2 AND hash = ?3)",
    )?;
    tombstones.iter().try_for_each(|(at, salt, hash)| insert.execute([at, salt, hash]).map(|_| ()))
}

/// Row of `meta` that is there from an erasure until the file is built anew.
const SCRUB: &str = "scrub-due";

pub fn is_scrub_due(connection: &Connection) -> rusqlite::Result<bool> {
    connection.prepare("SELECT 1 FROM meta WHERE key = ?1")?.exists([SCRUB])
}

pub fn set_scrub_due(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute("INSERT OR IGNORE INTO meta (key, value) VALUES (?1, '')", [SCRUB]).map(|_| ())
}

pub fn set_scrubbed(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute("DELETE FROM meta WHERE key = ?1", [SCRUB]).map(|_| ())
}
