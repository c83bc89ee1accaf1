//! What facts are made of: claims with their articles and the operations, all of them or those that can touch one
//! question.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use mercato_facts::fold::{firm_key, words};
use mercato_facts::print::Print;
use mercato_facts::record::{Article, Operation, Record, Told};
use mercato_facts::{Action, World};
use mercato_model::{Claim, Kind, PartialDate, Slot, Value};
use rusqlite::{CachedStatement, Connection, OptionalExtension, Row};

use crate::ask::{known_persons, newest_by, parsed, parsed_claim, unreadable};
use crate::names::Role;
use crate::people::People;
use crate::{AsOf, Known, dictionary};

/// Which part of the record a question needs. Facts of a part are those of the whole: whatever could join them is in it.
#[derive(Clone, Debug, PartialEq)]
pub enum Scope {
    All,
    /// All that is said of everybody who may be this person.
    Person(String),
    /// Claims of these kinds in which one of these firms has a part; without kinds, with all that is said of the
    /// people in them.
    Firms {
        names: Vec<String>,
        kinds: Vec<Kind>,
    },
    /// The claims of this kind in which one of these firms stands in this slot.
    Slot {
        slot: Slot,
        names: Vec<String>,
        kind: Kind,
    },
    /// The claims of these kinds.
    Kinds(Vec<Kind>),
    /// These articles, with all that is said of the people in them, and of their firms where no person is named.
    Documents(Vec<String>),
}

pub fn record(connection: &Connection, scope: &Scope, world: &World, as_of: Option<AsOf>) -> rusqlite::Result<Record> {
    let (operations, decided) = decisions(connection, as_of)?;
    let mut part = Part::new(connection, as_of)?;
    let people = || people(connection, world, as_of, &operations, &decided);
    match scope {
        Scope::All => part.all()?,
        Scope::Person(name) => {
            let start = known_persons(connection, std::slice::from_ref(name))?;
            part.of_people(&people()?.alike(start)?)?;
        }
        Scope::Kinds(kinds) => {
            for kind in kinds {
                part.found(OF_KIND, [kind.as_str()])?;
            }
        }
        Scope::Firms { names, kinds } => {
            let keys: BTreeSet<String> = names.iter().map(|name| firm_key(name)).collect();
            for number in dictionary::numbers(connection, Role::Firm, keys.iter().map(String::as_str))? {
                for kind in kinds {
                    part.found(OF_NAME_AND_KIND, (number, kind.as_str()))?;
                }
                if kinds.is_empty() {
                    part.found(OF_NAME, [number])?;
                }
            }
            if kinds.is_empty() {
                part.of_firms(world)?;
                part.widen(&mut people()?)?;
            }
        }
        Scope::Slot { slot, names, kind } => {
            let keys: BTreeSet<String> = names.iter().map(|name| firm_key(name)).collect();
            for number in dictionary::numbers(connection, Role::Firm, keys.iter().map(String::as_str))? {
                part.found(OF_SLOT_AND_KIND, (number, slot.as_str(), kind.as_str()))?;
            }
        }
        Scope::Documents(ids) => {
            for id in ids {
                part.found("SELECT c.seq FROM claims c JOIN documents d ON d.seq = c.document WHERE d.id = ?1", [id])?;
            }
            part.of_firms(world)?;
            part.widen(&mut people()?)?;
        }
    }
    part.finished(operations, &decided)
}

/// What persons decided by a day, and the numbers of the claims of which they did.
pub fn decisions(connection: &Connection, as_of: Option<AsOf>) -> rusqlite::Result<(Vec<Operation>, BTreeSet<i64>)> {
    let operations = operations(connection, as_of)?;
    // What a person decided about an earlier reading still counts.
    let named: BTreeSet<&str> = operations.iter().flat_map(|o| o.action.objects()).collect();
    let mut decided: BTreeSet<i64> = BTreeSet::new();
    for id in named {
        let mut query = connection.prepare_cached("SELECT seq FROM claims WHERE id = ?1")?;
        decided.extend(query.query_map([id], |row| row.get::<_, i64>(0))?.collect::<rusqlite::Result<Vec<_>>>()?);
    }
    Ok((operations, decided))
}

/// What a share of the record is made around.
pub enum Share<'a> {
    /// Names that belong together: no other name may be one of theirs.
    People(&'a BTreeSet<i64>),
    Claims(&'a [i64]),
}

/// A share of the record, with what can join its facts.
pub fn share(
    connection: &Connection,
    share: &Share<'_>,
    as_of: Option<AsOf>,
    (operations, decided): &(Vec<Operation>, BTreeSet<i64>),
) -> rusqlite::Result<Record> {
    let mut part = Part::new(connection, as_of)?;
    match share {
        Share::People(numbers) => part.of_people(numbers)?,
        Share::Claims(numbers) => numbers.iter().try_for_each(|&seq| part.take(seq, false))?,
    }
    part.finished(operations.clone(), decided)
}

const OF_KIND: &str = "SELECT seq FROM claims WHERE kind = ?1";
const OF_NAME: &str = "SELECT DISTINCT claim FROM claim_names WHERE name = ?1";
const OF_SLOT_AND_KIND: &str = "SELECT n.claim FROM claim_names n CROSS JOIN claims c ON c.seq = n.claim
     WHERE n.name = ?1 AND n.slot = ?2 AND c.kind = ?3";
const OF_NAME_AND_KIND: &str = "SELECT DISTINCT n.claim FROM claim_names n CROSS JOIN claims c ON c.seq = n.claim
     WHERE n.name = ?1 AND c.kind = ?2";

/// Who may be whom, with what persons decided about it.
pub fn people<'c>(
    connection: &'c Connection,
    world: &'c World,
    as_of: Option<AsOf>,
    operations: &[Operation],
    decided: &BTreeSet<i64>,
) -> rusqlite::Result<People<'c>> {
    let mut people = People::new(connection, world, as_of, decided.clone());
    for operation in operations {
        match &operation.action {
            Action::SamePerson { one, other } => people.join(one, other)?,
            // What a claim says of its firms and people is no longer what its names say.
            Action::Correct { claim, value, .. } => people.correct(claim, value.as_ref().map_or(&[], texts))?,
            _ => {}
        }
    }
    Ok(people)
}

fn texts(value: &Value) -> &[String] {
    match value {
        Value::Text(text) => std::slice::from_ref(text),
        Value::List(items) => items,
        _ => &[],
    }
}

/// A part of the record while it is read.
struct Part<'c> {
    connection: &'c Connection,
    as_of: Option<AsOf>,
    /// The two questions that are asked thousands of times.
    claim: CachedStatement<'c>,
    article: CachedStatement<'c>,
    articles: HashMap<i64, Read>,
    held: HashSet<i64>,
    /// Document and place of the moves that are held.
    moves: BTreeSet<(i64, i64)>,
    record: Record,
}

/// An article, and whether it counts on the day.
struct Read {
    article: Arc<Article>,
    known: bool,
    newest: bool,
}

impl<'c> Part<'c> {
    fn new(connection: &'c Connection, as_of: Option<AsOf>) -> rusqlite::Result<Self> {
        Ok(Self {
            connection,
            as_of,
            claim: connection.prepare_cached(&format!("{CLAIM} WHERE seq = ?1"))?,
            article: connection.prepare_cached(&article_query(as_of))?,
            articles: HashMap::new(),
            held: HashSet::new(),
            moves: BTreeSet::new(),
            record: Record::default(),
        })
    }

    /// The record, with the claims of which persons decided something, and what they decided.
    fn finished(mut self, operations: Vec<Operation>, decided: &BTreeSet<i64>) -> rusqlite::Result<Record> {
        self.stances()?;
        decided.iter().try_for_each(|&seq| self.take(seq, true))?;
        let mut record = self.record;
        operations.into_iter().for_each(|operation| record.judge(operation));
        Ok(record)
    }

    fn all(&mut self) -> rusqlite::Result<()> {
        let mut query = self.connection.prepare(&format!("{CLAIM} ORDER BY seq"))?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            self.add(ClaimRow::of(row)?, false)?;
        }
        Ok(())
    }

    /// Takes the claims whose numbers a query finds.
    fn found(&mut self, sql: &str, values: impl rusqlite::Params) -> rusqlite::Result<()> {
        let mut query = self.connection.prepare_cached(sql)?;
        let numbers: Vec<i64> = query.query_map(values, |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        numbers.into_iter().try_for_each(|seq| self.take(seq, false))
    }

    /// Takes a claim of a newest revision, or of any.
    fn take(&mut self, seq: i64, any: bool) -> rusqlite::Result<()> {
        if self.held.contains(&seq) {
            return Ok(());
        }
        self.claim.query_row([seq], ClaimRow::of).optional()?.map_or(Ok(()), |row| self.add(row, any))
    }

    fn add(&mut self, row: ClaimRow, any: bool) -> rusqlite::Result<()> {
        let Read { article, known, newest } = match self.articles.entry(row.document) {
            Entry::Occupied(held) => held.into_mut(),
            Entry::Vacant(place) => place.insert(read(&mut self.article, row.document, self.as_of)?),
        };
        if !*known || !(*newest || any) {
            return Ok(());
        }
        if row.claim.kind == Kind::Move {
            self.moves.insert((row.document, row.start));
        }
        self.held.insert(row.seq);
        self.record.add(Told { id: row.id, claim: row.claim, article: article.clone(), superseded: !*newest });
        Ok(())
    }

    fn of_people(&mut self, numbers: &BTreeSet<i64>) -> rusqlite::Result<()> {
        numbers.iter().try_for_each(|number| self.found(OF_NAME, [number]))?;
        self.companions(numbers)
    }

    /// Adds what is said of the same kind and of the same firms as claims of the record that name no person.
    fn of_firms(&mut self, world: &World) -> rusqlite::Result<()> {
        let impersonal =
            |told: &&Told| told.claim.kind == Kind::Recruiting || told.claim.texts(Slot::Person).is_empty();
        let mut wanted: BTreeSet<(Kind, Option<String>)> = BTreeSet::new();
        for told in self.record.told().filter(impersonal).filter(|t| t.claim.kind != Kind::Stance) {
            let (a, b) = mercato_facts::atom::ends(told.claim.kind);
            let firms: Vec<&str> = a.into_iter().chain(b).filter_map(|slot| told.claim.text(slot)).collect();
            let families = firms.iter().flat_map(|firm| world.family(firm)).map(|name| Some(firm_key(&name)));
            wanted.extend(families.map(|firm| (told.claim.kind, firm)));
            if firms.is_empty() {
                wanted.insert((told.claim.kind, None));
            }
        }
        for (kind, firm) in wanted {
            match firm {
                None => self.found(OF_KIND, [kind.as_str()])?,
                Some(firm) => {
                    let number = dictionary::number(self.connection, Role::Firm, &firm)?;
                    number.map_or(Ok(()), |number| self.found(OF_NAME_AND_KIND, (number, kind.as_str())))?;
                }
            }
        }
        Ok(())
    }

    /// Adds what is said of the people of the record.
    fn widen(&mut self, people: &mut People<'_>) -> rusqlite::Result<()> {
        let start = self.people()?;
        self.of_people(&people.alike(start)?)
    }

    /// The people of the record by number.
    fn people(&self) -> rusqlite::Result<Vec<i64>> {
        let names: BTreeSet<&str> = self
            .record
            .told()
            .flat_map(|told| [Slot::Person, Slot::Subject].into_iter().flat_map(|slot| told.claim.texts(slot)))
            .collect();
        let folded: BTreeSet<String> = names.into_iter().map(|name| words(name).join(" ")).collect();
        dictionary::numbers(self.connection, Role::Person, folded.iter().map(String::as_str))
    }

    /// Adds the moves of those who are named in one sentence with somebody of the record: they may be one decision.
    fn companions(&mut self, held: &BTreeSet<i64>) -> rusqlite::Result<()> {
        for (document, start) in self.moves.clone() {
            self.found(
                "SELECT seq FROM claims WHERE document = ?1 AND kind = 'move' AND start = ?2",
                (document, start),
            )?;
        }
        for number in self.people()?.into_iter().filter(|number| !held.contains(number)) {
            self.found(OF_NAME_AND_KIND, (number, Kind::Move.as_str()))?;
        }
        Ok(())
    }

    /// Adds all of the articles in which a party speaks: it may speak of any fact in them.
    fn stances(&mut self) -> rusqlite::Result<()> {
        let mut spoken =
            self.connection.prepare_cached("SELECT 1 FROM claims WHERE document = ?1 AND kind = 'stance'")?;
        let documents: Vec<i64> = self.articles.keys().copied().collect();
        for document in documents {
            if spoken.exists([document])? {
                self.found("SELECT seq FROM claims WHERE document = ?1", [document])?;
            }
        }
        Ok(())
    }
}

/// A claim with its place.
struct ClaimRow {
    seq: i64,
    /// Place of its article.
    document: i64,
    id: String,
    claim: Claim,
    /// Where its first quote begins.
    start: i64,
}

/// The columns that [`ClaimRow::of`] reads.
const CLAIM: &str = "SELECT seq, document, id, json, start FROM claims";

impl ClaimRow {
    fn of(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            seq: row.get(0)?,
            document: row.get(1)?,
            id: row.get(2)?,
            claim: parsed_claim(row, 3)?,
            start: row.get(4)?,
        })
    }
}

fn article_query(as_of: Option<AsOf>) -> String {
    let by = as_of.map_or(Known::Public, |a| a.by).column();
    let newest = newest_by(as_of);
    format!(
        "SELECT d.id, d.revision, d.outlet, d.url, d.title, d.published, a.{by}, a.print, {newest}
         FROM documents d JOIN arrivals a ON a.document = d.seq WHERE d.seq = ?1"
    )
}

fn read(query: &mut CachedStatement<'_>, document: i64, as_of: Option<AsOf>) -> rusqlite::Result<Read> {
    query.query_row([document], |row| {
        let known: i64 = row.get(6)?;
        let article = Article {
            id: row.get(0)?,
            revision: row.get(1)?,
            outlet: row.get(2)?,
            url: row.get(3)?,
            title: row.get(4)?,
            published: parsed(row, 5, PartialDate::parse)?,
            known,
            print: Print::from_bytes(row.get_ref(7)?.as_blob()?),
        };
        let known = as_of.is_none_or(|as_of| known <= as_of.day);
        // No revision was known by the day: then there is no newest.
        let newest = row.get::<_, Option<bool>>(8)?.unwrap_or(false);
        Ok(Read { article: Arc::new(article), known, newest })
    })
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
