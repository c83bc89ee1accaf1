//! What facts are made of: claims with their articles and the operations, all of them or those that can touch one
//! question.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use mercato_facts::compare::{Prepared, Sort, likeness};
use mercato_facts::fold::{firm_key, same_words, words};
use mercato_facts::print::Print;
use mercato_facts::record::{Article, Operation, Record, Told};
use mercato_facts::who::{DAMAGED_TWO_FIRMS, keys};
use mercato_model::{Claim, Kind, PartialDate};
use rusqlite::{Connection, Row, params_from_iter};

use crate::ask::{newest_by, parsed, restore_types, unreadable};
use crate::{AsOf, Known};

/// Which part of the record a question needs. Facts of a part are those of the whole: whatever could join them is in it.
#[derive(Clone, Debug, PartialEq)]
pub enum Scope {
    All,
    /// Everybody who may be this person, and all that the same articles say.
    Person(String),
    /// Claims of these kinds in which one of these firms has a part.
    Firms {
        names: Vec<String>,
        kinds: Vec<Kind>,
    },
    /// The claims of the articles that hold claims of these kinds.
    Kinds(Vec<Kind>),
    /// The claims of these articles and of all that tell of the same people.
    Documents(Vec<String>),
}

/// Values in one SQL list.
const CHUNK: usize = 500;

pub fn record(connection: &Connection, scope: &Scope, as_of: Option<AsOf>) -> rusqlite::Result<Record> {
    let operations = operations(connection, as_of)?;
    let mut articles = Articles::default();
    let mut record = Record::default();
    let mut take = |condition: &str, values: &[String]| -> rusqlite::Result<()> {
        load(connection, as_of, condition, values, &mut articles, &mut record)
    };
    match scope {
        Scope::All => take("TRUE", &[])?,
        Scope::Person(name) => {
            let forms = forms_of(connection, [words(name).join(" ")])?;
            of_people(&forms, &mut take)?;
        }
        Scope::Kinds(kinds) => {
            let kinds: Vec<String> = kinds.iter().map(|k| k.as_str().to_owned()).collect();
            let marks = marks(kinds.len());
            take(&format!("c.document IN (SELECT document FROM claims WHERE kind IN ({marks}))"), &kinds)?;
        }
        Scope::Firms { names, kinds } => {
            let mut keys: Vec<String> = names.iter().map(|name| firm_key(name)).collect();
            keys.sort();
            keys.dedup();
            let any_kind = kinds.is_empty();
            let kinds: Vec<String> = kinds.iter().map(|k| format!("'{}'", k.as_str())).collect();
            let kinds = if kinds.is_empty() { String::new() } else { format!(" AND k.kind IN ({})", kinds.join(", ")) };
            for keys in keys.chunks(CHUNK) {
                let marks = marks(keys.len());
                take(
                    &format!(
                        "c.document IN (SELECT k.document FROM claims k WHERE k.seq IN
                         (SELECT claim FROM claim_names WHERE role = 'firm' AND name IN ({marks})){kinds})"
                    ),
                    keys,
                )?;
            }
            if any_kind {
                widen(connection, as_of, &mut articles, &mut record)?;
            }
        }
        Scope::Documents(ids) => {
            for ids in ids.chunks(CHUNK) {
                take(&format!("d.id IN ({})", marks(ids.len())), ids)?;
            }
            widen(connection, as_of, &mut articles, &mut record)?;
        }
    }
    // What a person decided about an earlier reading still counts.
    let named: BTreeSet<&str> = operations.iter().flat_map(|o| o.action.objects()).collect();
    let missing: Vec<String> = named.into_iter().filter(|id| record.get(id).is_none()).map(str::to_owned).collect();
    for ids in missing.chunks(CHUNK) {
        let condition = format!("c.id IN ({})", marks(ids.len()));
        load_any(connection, as_of, &condition, ids, &mut articles, &mut record)?;
    }
    operations.into_iter().for_each(|operation| record.judge(operation));
    Ok(record)
}

/// Asks for the articles that tell of people, by folded forms of their names.
fn of_people(forms: &[String], take: &mut impl FnMut(&str, &[String]) -> rusqlite::Result<()>) -> rusqlite::Result<()> {
    forms.chunks(CHUNK).try_for_each(|forms| {
        let marks = marks(forms.len());
        let condition = format!(
            "c.document IN (SELECT k.document FROM claims k WHERE k.seq IN
             (SELECT claim FROM claim_names WHERE role = 'person' AND name IN ({marks})))"
        );
        take(&condition, forms)
    })
}

/// Adds what other articles tell of the people of the record.
fn widen(
    connection: &Connection,
    as_of: Option<AsOf>,
    articles: &mut Articles,
    record: &mut Record,
) -> rusqlite::Result<()> {
    let people: BTreeSet<String> = record
        .told()
        .flat_map(|told| told.claim.texts(mercato_model::Slot::Person))
        .map(|name| words(name).join(" "))
        .collect();
    let forms = forms_of(connection, people)?;
    of_people(&forms, &mut |condition, values| load(connection, as_of, condition, values, articles, record))
}

fn marks(count: usize) -> String {
    vec!["?"; count].join(", ")
}

/// Articles by the row of their document, shared by their claims.
#[derive(Default)]
struct Articles(HashMap<i64, Arc<Article>>);

impl Articles {
    fn of(&mut self, row: &Row<'_>) -> rusqlite::Result<Arc<Article>> {
        let seq = row.get(0)?;
        if let Some(article) = self.0.get(&seq) {
            return Ok(article.clone());
        }
        let print: Vec<u8> = row.get(8)?;
        let article = Arc::new(Article {
            id: row.get(1)?,
            revision: row.get(2)?,
            outlet: row.get(3)?,
            url: row.get(4)?,
            title: row.get(5)?,
            published: parsed(row, 6, PartialDate::parse)?,
            known: row.get(7)?,
            print: Print::from_bytes(&print),
        });
        self.0.insert(seq, article.clone());
        Ok(article)
    }
}

/// Adds the claims of the newest revisions known by the day.
fn load(
    connection: &Connection,
    as_of: Option<AsOf>,
    condition: &str,
    values: &[String],
    articles: &mut Articles,
    record: &mut Record,
) -> rusqlite::Result<()> {
    load_any(connection, as_of, &format!("{condition} AND {}", newest_by(as_of)), values, articles, record)
}

/// Adds claims of any revision known by the day.
fn load_any(
    connection: &Connection,
    as_of: Option<AsOf>,
    condition: &str,
    values: &[String],
    articles: &mut Articles,
    record: &mut Record,
) -> rusqlite::Result<()> {
    let by = as_of.map_or(Known::Public, |a| a.by).column();
    let known = as_of.map(|a| format!(" AND a.{by} <= {}", a.day)).unwrap_or_default();
    let newest = newest_by(as_of);
    let sql = format!(
        "SELECT d.seq, d.id, d.revision, d.outlet, d.url, d.title, d.published, a.{by}, a.print, NOT ({newest}), c.id, c.json
         FROM documents d JOIN arrivals a ON a.document = d.seq JOIN claims c ON c.document = d.seq
         WHERE {condition}{known}"
    );
    let mut query = connection.prepare(&sql)?;
    let mut rows = query.query(params_from_iter(values))?;
    while let Some(row) = rows.next()? {
        let article = articles.of(row)?;
        let mut claim: Claim =
            serde_json::from_str(row.get_ref(11)?.as_str()?).map_err(|error| unreadable(11, error))?;
        restore_types(&mut claim);
        record.add(Told { id: row.get(10)?, claim, article, superseded: row.get(9)? });
    }
    Ok(())
}

/// Every folded form of a name that may be one of these people's, through any number of steps.
fn forms_of(connection: &Connection, names: impl IntoIterator<Item = String>) -> rusqlite::Result<Vec<String>> {
    let mut query = connection.prepare_cached("SELECT name FROM forms WHERE key = ?1 ORDER BY name")?;
    let mut found: BTreeSet<String> = BTreeSet::new();
    let mut open: Vec<String> = names.into_iter().collect();
    let mut blocks: HashMap<String, Vec<(String, Vec<String>, Prepared)>> = HashMap::new();
    while let Some(form) = open.pop() {
        if form.is_empty() || !found.insert(form.clone()) {
            continue;
        }
        let mine: Vec<String> = form.split(' ').map(str::to_owned).collect();
        let prepared = Prepared::new(&form, |_| false);
        for key in keys(&mine) {
            if !blocks.contains_key(&key) {
                let block = query
                    .query_map([&key], |row| row.get::<_, String>(0))?
                    .map(|name| {
                        name.map(|name| {
                            let split = name.split(' ').map(str::to_owned).collect();
                            let prepared = Prepared::new(&name, |_| false);
                            (name, split, prepared)
                        })
                    })
                    .collect::<rusqlite::Result<Vec<_>>>()?;
                blocks.insert(key.clone(), block);
            }
            for (other, split, its) in &blocks[&key] {
                let long = mine.len() > 1 && split.len() > 1;
                let possible =
                    same_words(&mine, split) || long && likeness(Sort::Person, &prepared, its) >= DAMAGED_TWO_FIRMS;
                if possible && !found.contains(other) {
                    open.push(other.clone());
                }
            }
        }
    }
    Ok(found.into_iter().collect())
}

/// The operations decided by a day, in their order.
pub fn operations(connection: &Connection, as_of: Option<AsOf>) -> rusqlite::Result<Vec<Operation>> {
    let mut query = connection
        .prepare_cached("SELECT json FROM operations WHERE ?1 IS NULL OR substr(at, 1, 10) <= ?1 ORDER BY seq")?;
    let day = as_of.map(|a| PartialDate::from_day_number(a.day).to_string());
    query
        .query_map([day], |row| serde_json::from_str(row.get_ref(0)?.as_str()?).map_err(|error| unreadable(0, error)))?
        .collect()
}

/// Keeps operations; those held already are passed over. Returns how many are new.
pub fn operate(connection: &Connection, operations: &[Operation]) -> rusqlite::Result<usize> {
    let mut insert =
        connection.prepare_cached("INSERT OR IGNORE INTO operations (id, at, json) VALUES (?1, ?2, ?3)")?;
    let mut new = 0;
    for operation in operations {
        let json =
            serde_json::to_string(operation).map_err(|e| rusqlite::Error::ToSqlConversionFailure(Box::new(e)))?;
        new += insert.execute((&operation.id, &operation.at, json))?;
    }
    Ok(new)
}
