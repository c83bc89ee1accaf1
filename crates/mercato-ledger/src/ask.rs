//! Reading: filters become SQL, rows become claims and documents.

use std::ops::ControlFlow;

use mercato_facts::fold::{firm_key, same_words, words};
use mercato_model::schema::SlotType;
use mercato_model::{Claim, Document, Kind, Lang, Note, PartialDate, Span, Status, Value};
use rusqlite::types::{FromSqlError, Value as Sql};
use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};

use crate::append::{first_day, last_day};
use crate::names::Role;
use crate::{AsOf, DocumentSummary, Filter, Order, Stats, StoredClaim, StoredDocument, dictionary};

/// A revision is superseded when a newer one exists; nothing stored says so.
pub const IS_NEWEST: &str = "d.revision = (SELECT max(n.revision) FROM documents n WHERE n.id = d.id)";

/// The same among the revisions known by a day; the second condition is that this one was.
pub fn newest_by(as_of: Option<AsOf>) -> String {
    let Some(AsOf { day, by }) = as_of else { return IS_NEWEST.to_owned() };
    let column = by.column();
    format!(
        "d.revision = (SELECT max(n.revision) FROM documents n JOIN arrivals na ON na.document = n.seq
         WHERE n.id = d.id AND na.{column} <= {day})"
    )
}

/// Known by a day.
fn known_by(as_of: AsOf) -> String {
    format!(
        "EXISTS (SELECT 1 FROM arrivals ka WHERE ka.document = d.seq AND ka.{} <= {})",
        as_of.by.column(),
        as_of.day
    )
}

/// The columns that [`summary`] reads, from its first.
pub const SUMMARY: &str = "d.id, d.revision, d.sha256, d.title, d.lang, d.published, d.outlet, d.url, d.added_at";
pub const SUMMARY_COLUMNS: usize = 10;

/// The condition of a query and its parameters, in order.
#[derive(Default)]
struct Condition {
    terms: Vec<String>,
    values: Vec<Sql>,
}

/// Claims from which a name is a common one.
const COMMON: usize = 2000;

/// Whether so many claims hold one of the names that the newest of them are among the newest of all.
fn is_common(connection: &Connection, names: &[i64], filter: &Filter) -> rusqlite::Result<bool> {
    if filter.order != Order::Newest || filter.limit.is_none_or(|limit| limit > COMMON / 10) {
        return Ok(false);
    }
    let sql =
        format!("SELECT count(*) FROM (SELECT 1 FROM claim_names WHERE name IN ({}) LIMIT {COMMON})", listed(names));
    let count: i64 = connection.query_row(&sql, [], |row| row.get(0))?;
    Ok(count >= COMMON as i64)
}

/// Numbers in a list of SQL.
pub fn listed(numbers: &[i64]) -> String {
    let numbers: Vec<String> = numbers.iter().map(i64::to_string).collect();
    numbers.join(", ")
}

impl Condition {
    fn any_of(&mut self, column: &str, values: impl IntoIterator<Item = Sql>) {
        let before = self.values.len();
        self.values.extend(values);
        let marks = vec!["?"; self.values.len() - before].join(", ");
        self.terms.push(format!("{column} IN ({marks})"));
    }

    fn names(&mut self, names: &[i64], slot: Option<&str>, common: bool) {
        let slot = slot.map(|slot| format!(" AND slot = '{slot}'")).unwrap_or_default();
        let found = format!("claim_names WHERE name IN ({}){slot}", listed(names));
        // A common name is found soon among the newest claims; claims of a rare one are looked up and sorted.
        self.terms.push(match common {
            true => format!("EXISTS (SELECT 1 FROM {found} AND claim = c.seq)"),
            false => format!("c.seq IN (SELECT claim FROM {found})"),
        });
    }

    fn value(&mut self, term: &str, value: impl Into<Sql>) {
        self.terms.push(term.to_owned());
        self.values.push(value.into());
    }

    fn of(connection: &Connection, filter: &Filter) -> rusqlite::Result<Self> {
        let mut condition = Self::default();
        let text = |text: &str| Sql::from(text.to_owned());
        if !filter.include_superseded {
            condition.terms.push(newest_by(filter.as_of));
        }
        condition.terms.extend(filter.as_of.map(known_by));
        if !filter.kinds.is_empty() {
            condition.any_of("c.kind", filter.kinds.iter().map(|kind| text(kind.as_str())));
        }
        if !filter.status.is_empty() {
            condition.any_of("c.status", filter.status.iter().map(|status| text(status.as_str())));
        }
        if !filter.lang.is_empty() {
            condition.any_of("c.lang", filter.lang.iter().map(|lang| text(lang.as_str())));
        }
        if !filter.doc.is_empty() {
            let mut inner = Self::default();
            inner.any_of("id", filter.doc.iter().map(|id| text(id)));
            condition.terms.push(format!("c.document IN (SELECT seq FROM documents WHERE {})", inner.terms[0]));
            condition.values.append(&mut inner.values);
        }
        if !filter.person.is_empty() {
            let names = known_persons(connection, &filter.person)?;
            let common = is_common(connection, &names, filter)?;
            condition.names(&names, None, common);
        }
        for (firms, slot) in [(&filter.firm, None), (&filter.from, Some("from")), (&filter.to, Some("to"))] {
            if !firms.is_empty() {
                let keys: Vec<String> = firms.iter().map(|name| firm_key(name)).collect();
                let names = dictionary::numbers(connection, Role::Firm, keys.iter().map(String::as_str))?;
                let common = is_common(connection, &names, filter)?;
                condition.names(&names, slot, common);
            }
        }
        if let Some(since) = filter.since {
            condition.value("c.day_last >= ?", first_day(since));
        }
        if let Some(until) = filter.until {
            condition.value("c.day_first <= ?", last_day(until));
        }
        if let Some(score) = filter.min_score {
            condition.value("c.score >= ?", score);
        }
        Ok(condition)
    }
}

/// The names of the ledger that can be one of these persons; surnames narrow the search.
pub fn known_persons(connection: &Connection, asked: &[String]) -> rusqlite::Result<Vec<i64>> {
    let mut known = Vec::new();
    for asked in asked.iter().map(|name| words(name)) {
        for tail in &asked {
            for (number, name) in dictionary::ending_in(connection, tail)? {
                let parts: Vec<String> = name.split(' ').map(str::to_owned).collect();
                if same_words(&asked, &parts) {
                    known.push(number);
                }
            }
        }
    }
    known.sort_unstable();
    known.dedup();
    Ok(known)
}

pub fn each_claim(
    connection: &Connection,
    filter: &Filter,
    take: &mut dyn FnMut(StoredClaim) -> ControlFlow<()>,
) -> rusqlite::Result<()> {
    let condition = Condition::of(connection, filter)?;
    let terms = if condition.terms.is_empty() { "TRUE".to_owned() } else { condition.terms.join(" AND ") };
    let order = match filter.order {
        Order::Ledger => "c.seq",
        // Undated ones come last by themselves.
        Order::Newest => "c.day_first DESC, c.seq",
    };
    let limit = filter.limit.map(|limit| format!(" LIMIT {limit}")).unwrap_or_default();
    let sql = format!("{} WHERE {terms} ORDER BY {order}{limit}", select_claims(filter.as_of));
    let mut query = connection.prepare(&sql)?;
    let mut rows = query.query(params_from_iter(condition.values))?;
    while let Some(row) = rows.next()? {
        if take(claim(row)?).is_break() {
            break;
        }
    }
    Ok(())
}

/// Claims in the order of the ledger, beginning after a place, with their places.
pub fn each_claim_after(
    connection: &Connection,
    filter: &Filter,
    after: i64,
    limit: usize,
    take: &mut dyn FnMut(i64, StoredClaim) -> ControlFlow<()>,
) -> rusqlite::Result<()> {
    let mut condition = Condition::of(connection, filter)?;
    condition.value("c.seq > ?", after);
    let terms = condition.terms.join(" AND ");
    let sql = format!("{} WHERE {terms} ORDER BY c.seq LIMIT {limit}", select_claims(filter.as_of));
    let mut query = connection.prepare(&sql)?;
    let mut rows = query.query(params_from_iter(condition.values))?;
    while let Some(row) = rows.next()? {
        if take(row.get(SUMMARY_COLUMNS + 2)?, claim(row)?).is_break() {
            break;
        }
    }
    Ok(())
}

/// Claims whose id begins with `prefix`, at most `limit`; the exact one alone, if there is one.
pub fn claims_by_prefix(
    connection: &Connection,
    prefix: &str,
    as_of: Option<AsOf>,
    limit: usize,
) -> rusqlite::Result<Vec<StoredClaim>> {
    let known = as_of.map_or_else(|| "TRUE".to_owned(), known_by);
    // 'g' follows every hexadecimal digit.
    let sql = format!(
        "{} WHERE c.id >= ?1 AND c.id < ?1 || 'g' AND {known} ORDER BY c.id LIMIT {limit}",
        select_claims(as_of)
    );
    let mut query = connection.prepare_cached(&sql)?;
    let mut claims = query.query_map([prefix], claim)?.collect::<rusqlite::Result<Vec<_>>>()?;
    if claims.first().is_some_and(|claim| claim.id == prefix) {
        claims.truncate(1);
    }
    Ok(claims)
}

/// The claims of one revision, as the reader gave them.
pub fn claims_of(connection: &Connection, document: &str, revision: u32) -> rusqlite::Result<Vec<Claim>> {
    connection
        .prepare_cached(
            "SELECT c.json FROM claims c JOIN documents d ON d.seq = c.document
             WHERE d.id = ?1 AND d.revision = ?2 ORDER BY c.seq",
        )?
        .query_map(params![document, revision], |row| parsed_claim(row, 0))?
        .collect()
}

/// CROSS keeps SQLite from going through all the documents for the claims of one name.
fn select_claims(as_of: Option<AsOf>) -> String {
    let newest = newest_by(as_of);
    format!(
        "SELECT {SUMMARY}, {newest}, c.id, c.json, c.seq FROM claims c CROSS JOIN documents d ON d.seq = c.document"
    )
}

fn claim(row: &Row<'_>) -> rusqlite::Result<StoredClaim> {
    let document = summary(row)?;
    let claim = parsed_claim(row, SUMMARY_COLUMNS + 1)?;
    Ok(StoredClaim { id: row.get(SUMMARY_COLUMNS)?, claim, superseded: document.superseded, document })
}

/// A claim as its column holds it.
pub fn parsed_claim(row: &Row<'_>, column: usize) -> rusqlite::Result<Claim> {
    let json = row.get_ref(column)?.as_str()?;
    let mut claim: Claim = serde_json::from_str(json).map_err(|error| unreadable(column, error))?;
    restore_types(&mut claim);
    Ok(claim)
}

/// In JSON plain bounds look like an amount without a currency; the schema says which one a slot holds.
fn restore_types(claim: &mut Claim) {
    for (slot, value) in &mut claim.slots {
        if let (Some(SlotType::Bounds), Value::Amount(amount)) = (claim.kind.slot_type(*slot), &*value) {
            *value = Value::Bounds(amount.bounds);
        }
    }
}

pub fn summary(row: &Row<'_>) -> rusqlite::Result<DocumentSummary> {
    Ok(DocumentSummary {
        id: row.get(0)?,
        revision: row.get(1)?,
        sha256: row.get(2)?,
        title: row.get(3)?,
        lang: parsed(row, 4, Lang::parse)?,
        published: parsed(row, 5, PartialDate::parse)?,
        outlet: row.get(6)?,
        url: row.get(7)?,
        added_at: row.get(8)?,
        superseded: !row.get::<_, bool>(9)?,
    })
}

pub fn parsed<T>(row: &Row<'_>, column: usize, parse: fn(&str) -> Option<T>) -> rusqlite::Result<Option<T>> {
    let Some(text) = row.get::<_, Option<String>>(column)? else { return Ok(None) };
    parse(&text).map(Some).ok_or_else(|| unreadable(column, FromSqlError::InvalidType))
}

pub fn unreadable(column: usize, error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(error))
}

pub fn documents(connection: &Connection) -> rusqlite::Result<Vec<DocumentSummary>> {
    let sql = format!("SELECT {SUMMARY}, TRUE FROM documents d WHERE {IS_NEWEST} ORDER BY d.seq");
    connection.prepare_cached(&sql)?.query_map([], summary)?.collect()
}

pub fn revisions(connection: &Connection, id: &str) -> rusqlite::Result<Vec<DocumentSummary>> {
    let sql = format!("SELECT {SUMMARY}, {IS_NEWEST} FROM documents d WHERE d.id = ?1 ORDER BY d.revision");
    connection.prepare_cached(&sql)?.query_map([id], summary)?.collect()
}

pub fn document(connection: &Connection, id: &str, revision: Option<u32>) -> rusqlite::Result<Option<StoredDocument>> {
    let sql = format!(
        "SELECT {SUMMARY}, {IS_NEWEST}, d.text, d.seq FROM documents d
         WHERE d.id = ?1 AND d.revision = ifnull(?2, (SELECT max(n.revision) FROM documents n WHERE n.id = d.id))"
    );
    let found = connection
        .prepare_cached(&sql)?
        .query_row(params![id, revision], |row| {
            Ok((summary(row)?, row.get::<_, String>(SUMMARY_COLUMNS)?, row.get::<_, i64>(SUMMARY_COLUMNS + 1)?))
        })
        .optional()?;
    let Some((summary, text, seq)) = found else { return Ok(None) };
    let notes = notes(connection, seq)?;
    let DocumentSummary { id, revision, sha256, title, lang, published, outlet, url, added_at, superseded } = summary;
    let document = Document { id, text, lang, title, published, outlet, url };
    Ok(Some(StoredDocument { document, revision, sha256, added_at, superseded, notes }))
}

fn notes(connection: &Connection, document: i64) -> rusqlite::Result<Vec<Note>> {
    connection
        .prepare_cached("SELECT code, start, \"end\", rule, detail FROM notes WHERE document = ?1 ORDER BY ordinal")?
        .query_map([document], |row| {
            let ends: (Option<i64>, Option<i64>) = (row.get(1)?, row.get(2)?);
            let span = match ends {
                (Some(start), Some(end)) => Some(Span { start: start as usize, end: end as usize }),
                _ => None,
            };
            Ok(Note { code: row.get(0)?, span, rule: row.get(3)?, detail: row.get(4)? })
        })?
        .collect()
}

/// A count, or a sum over no rows.
fn count(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    Ok(row.get::<_, Option<i64>>(column)?.unwrap_or(0).unsigned_abs())
}

/// Counts everything; the caller's transaction makes the counts agree with each other.
pub fn stats(connection: &Connection) -> rusqlite::Result<Stats> {
    let mut stats = Stats::default();
    let two = |sql: &str| connection.query_row(sql, [], |row| Ok((count(row, 0)?, count(row, 1)?)));
    let (revisions, documents) = two(&format!("SELECT count(*), sum({IS_NEWEST}) FROM documents d"))?;
    (stats.documents, stats.superseded_documents) = (documents, revisions - documents);
    (_, stats.notes) =
        two(&format!("SELECT count(*), sum({IS_NEWEST}) FROM notes n JOIN documents d ON d.seq = n.document"))?;
    let sql = format!(
        "SELECT c.kind, c.status, c.lang, {IS_NEWEST}, count(*)
         FROM claims c JOIN documents d ON d.seq = c.document GROUP BY 1, 2, 3, 4"
    );
    let mut query = connection.prepare(&sql)?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let count = count(row, 4)?;
        if !row.get::<_, bool>(3)? {
            stats.superseded_claims += count;
            continue;
        }
        stats.claims += count;
        if let Some(kind) = parsed(row, 0, Kind::parse)? {
            *stats.claims_by_kind.entry(kind).or_default() += count;
        }
        if let Some(status) = parsed(row, 1, Status::parse)? {
            *stats.claims_by_status.entry(status).or_default() += count;
        }
        if let Some(lang) = parsed(row, 2, Lang::parse)? {
            *stats.claims_by_lang.entry(lang).or_default() += count;
        }
    }
    let sql = format!("SELECT min(d.published), max(d.published) FROM documents d WHERE {IS_NEWEST}");
    stats.published = connection
        .query_row(&sql, [], |row| Ok(parsed(row, 0, PartialDate::parse)?.zip(parsed(row, 1, PartialDate::parse)?)))?;
    Ok(stats)
}
