//! Which names of the ledger may be one person's, through any number of steps: by likeness and a firm in common, as the
//! rules of who is who ask for both; by what persons decided, whatever the names.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use mercato_facts::World;
use mercato_facts::compare::{Prepared, Sort, likeness};
use mercato_facts::fold::{same_words, words};
use mercato_facts::who::{DAMAGED, DAMAGED_TWO_FIRMS, keys};
use rusqlite::Connection;

use crate::ask::newest_by;
use crate::names::Role;
use crate::{AsOf, Known, dictionary};

/// Names and firms of names that are held before they are looked up again.
const HELD: usize = 15_000;

pub struct People<'c> {
    connection: &'c Connection,
    world: &'c World,
    as_of: Option<AsOf>,
    /// Names that persons took for one.
    joined: BTreeMap<i64, BTreeSet<i64>>,
    /// Claims of which persons decided something: they may count otherwise than they were read.
    decided: BTreeSet<i64>,
    /// Names of claims that persons corrected: their firms are not those of the claims.
    corrected: BTreeSet<i64>,
    names: HashMap<i64, Rc<Name>>,
    blocks: HashMap<String, Rc<Vec<i64>>>,
    firms: HashMap<i64, Rc<BTreeSet<String>>>,
    heads: HashMap<i64, Rc<BTreeSet<String>>>,
    articles: HashMap<i64, Rc<HashSet<i64>>>,
}

/// A name as it is compared.
struct Name {
    number: i64,
    /// As the knowledge base writes it.
    words: Vec<String>,
    prepared: Prepared,
    /// Numbers of other names that the knowledge base has for the person.
    known_as: Vec<i64>,
}

impl<'c> People<'c> {
    pub fn new(connection: &'c Connection, world: &'c World, as_of: Option<AsOf>, decided: BTreeSet<i64>) -> Self {
        Self {
            connection,
            world,
            as_of,
            joined: BTreeMap::new(),
            decided,
            corrected: BTreeSet::new(),
            names: HashMap::new(),
            blocks: HashMap::new(),
            firms: HashMap::new(),
            heads: HashMap::new(),
            articles: HashMap::new(),
        }
    }

    /// Forgets what was looked up once it takes much room.
    pub fn forget(&mut self) {
        if self.names.len() + self.firms.len() > HELD {
            self.names.clear();
            self.blocks.clear();
            self.firms.clear();
            self.articles.clear();
        }
    }

    /// Two claims speak of one person.
    pub fn join(&mut self, one: &str, other: &str) -> rusqlite::Result<()> {
        let (one, other) = (self.of_claim(one)?, self.of_claim(other)?);
        for &a in &one {
            self.joined.entry(a).or_default().extend(&other);
        }
        for &b in &other {
            self.joined.entry(b).or_default().extend(&one);
        }
        Ok(())
    }

    /// A claim says something else of its firms or people.
    pub fn correct(&mut self, claim: &str, value: &[String]) -> rusqlite::Result<()> {
        let mine = self.of_claim(claim)?;
        for text in value {
            let Some(new) = dictionary::number(self.connection, Role::Person, &words(text).join(" "))? else {
                continue;
            };
            for &held in &mine {
                self.joined.entry(held).or_default().insert(new);
                self.joined.entry(new).or_default().insert(held);
            }
            self.corrected.insert(new);
        }
        self.corrected.extend(mine);
        Ok(())
    }

    /// The persons whom a claim names.
    fn of_claim(&self, id: &str) -> rusqlite::Result<Vec<i64>> {
        self.connection
            .prepare_cached(
                "SELECT n.seq FROM claims c CROSS JOIN claim_names m ON m.claim = c.seq JOIN names n ON n.seq = m.name
                 WHERE c.id = ?1 AND n.role = 'person'",
            )?
            .query_map([id], |row| row.get(0))?
            .collect()
    }

    /// Every name that may be one of these people's.
    pub fn alike(&mut self, start: Vec<i64>) -> rusqlite::Result<BTreeSet<i64>> {
        let mut found: BTreeSet<i64> = start.iter().copied().collect();
        let mut open = start;
        while let Some(number) = open.pop() {
            let mine = self.name(number)?;
            let mut near: Vec<i64> = self.joined.get(&number).into_iter().flatten().copied().collect();
            near.extend(&mine.known_as);
            for key in keys(&mine.words) {
                for &other in self.block(&key)?.iter() {
                    if !found.contains(&other) && !near.contains(&other) && self.possible(&mine, other)? {
                        near.push(other);
                    }
                }
            }
            open.extend(near.into_iter().filter(|&other| found.insert(other)));
        }
        Ok(found)
    }

    /// Names about which a person may be asked whether they are one of these people's.
    pub fn near(&mut self, start: &BTreeSet<i64>) -> rusqlite::Result<BTreeSet<i64>> {
        let mut found = start.clone();
        for &number in start {
            let mine = self.name(number)?;
            for key in keys(&mine.words) {
                for &other in self.block(&key)?.iter() {
                    if !found.contains(&other) && self.is_near(&mine, other)? {
                        found.insert(other);
                    }
                }
            }
        }
        Ok(found)
    }

    /// Names that may be those of one who is called so, whatever the firms: of a name that stands in no claim.
    pub fn like(&mut self, text: &str) -> rusqlite::Result<BTreeSet<i64>> {
        let written = words(text);
        let prepared = Prepared::new(&written.join(" "), |_| false);
        let mut found = BTreeSet::new();
        for key in keys(&written) {
            for &other in self.block(&key)?.iter() {
                let its = self.name(other)?;
                if same_words(&written, &its.words)
                    || likeness(Sort::Person, &prepared, &its.prepared) >= DAMAGED_TWO_FIRMS
                {
                    found.insert(other);
                }
            }
        }
        Ok(found)
    }

    /// Of one name a short form, or somewhat alike with a firm in common.
    fn is_near(&mut self, mine: &Name, other: i64) -> rusqlite::Result<bool> {
        let its = self.name(other)?;
        if same_words(&mine.words, &its.words) {
            return Ok(true);
        }
        if likeness(Sort::Person, &mine.prepared, &its.prepared) < DAMAGED_TWO_FIRMS {
            return Ok(false);
        }
        let (a, b) = (self.firms(mine.number)?, self.firms(other)?);
        Ok(!a.is_disjoint(&b))
    }

    /// Whether names and firms allow two names to be one person's.
    fn possible(&mut self, mine: &Name, other: i64) -> rusqlite::Result<bool> {
        let its = self.name(other)?;
        let same = same_words(&mine.words, &its.words);
        let needed = if same {
            1
        } else if mine.words.len() > 1 && its.words.len() > 1 {
            match likeness(Sort::Person, &mine.prepared, &its.prepared) {
                likeness if likeness >= DAMAGED => 1,
                likeness if likeness >= DAMAGED_TWO_FIRMS => 2,
                _ => return Ok(false),
            }
        } else {
            return Ok(false);
        };
        if self.corrected.contains(&mine.number) || self.corrected.contains(&other) {
            return Ok(true);
        }
        let (a, b) = (self.firms(mine.number)?, self.firms(other)?);
        Ok(a.intersection(&b).take(needed).count() == needed && (same || !self.in_one_article(mine.number, other)?))
    }

    /// Whether an article that counts on the day has both names.
    fn in_one_article(&mut self, one: i64, other: i64) -> rusqlite::Result<bool> {
        let (a, b) = (self.articles(one)?, self.articles(other)?);
        let (few, many) = if a.len() < b.len() { (a, b) } else { (b, a) };
        let by = self.as_of.map_or(Known::Public, |a| a.by).column();
        let day = self.as_of.map_or(i64::MAX, |a| a.day);
        let mut counts = self.connection.prepare_cached(&format!(
            "SELECT 1 FROM documents d JOIN arrivals a ON a.document = d.seq WHERE d.seq = ?1 AND a.{by} <= ?2 AND {}",
            newest_by(self.as_of)
        ))?;
        for document in few.iter().filter(|document| many.contains(document)) {
            if counts.exists((document, day))? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The articles in which a claim about a person bears a name, but for claims of which persons decided something.
    fn articles(&mut self, number: i64) -> rusqlite::Result<Rc<HashSet<i64>>> {
        if let Some(held) = self.articles.get(&number) {
            return Ok(held.clone());
        }
        let mut query = self.connection.prepare_cached(
            "SELECT p.claim, c.document FROM claim_names p CROSS JOIN claims c ON c.seq = p.claim
             WHERE p.name = ?1 AND p.slot = 'person' AND c.kind NOT IN ('stance', 'recruiting')",
        )?;
        let mut rows = query.query([number])?;
        let mut articles = HashSet::new();
        while let Some(row) = rows.next()? {
            if !self.decided.contains(&row.get(0)?) {
                articles.insert(row.get(1)?);
            }
        }
        let articles = Rc::new(articles);
        self.articles.insert(number, articles.clone());
        Ok(articles)
    }

    fn name(&mut self, number: i64) -> rusqlite::Result<Rc<Name>> {
        if let Some(held) = self.names.get(&number) {
            return Ok(held.clone());
        }
        let folded = dictionary::name(self.connection, number)?;
        let written = self.world.person(&folded);
        let words = written.map_or_else(|| folded.split(' ').map(str::to_owned).collect(), words);
        let others = written.map(|_| self.world.also_called(&folded)).unwrap_or_default();
        let known_as = dictionary::numbers(self.connection, Role::Person, others)?;
        let prepared = Prepared::new(&words.join(" "), |_| false);
        let name = Rc::new(Name { number, words, prepared, known_as });
        self.names.insert(number, name.clone());
        Ok(name)
    }

    fn block(&mut self, key: &str) -> rusqlite::Result<Rc<Vec<i64>>> {
        if let Some(held) = self.blocks.get(key) {
            return Ok(held.clone());
        }
        let mut query = self.connection.prepare_cached("SELECT name FROM forms WHERE key = ?1")?;
        let block: Vec<i64> = query.query_map([key], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        let block = Rc::new(block);
        self.blocks.insert(key.to_owned(), block.clone());
        Ok(block)
    }

    /// The heads of the firms that are named with a person.
    fn firms(&mut self, number: i64) -> rusqlite::Result<Rc<BTreeSet<String>>> {
        if let Some(held) = self.firms.get(&number) {
            return Ok(held.clone());
        }
        let mut firms = BTreeSet::new();
        for firm in self.numbers("SELECT firm FROM told_with WHERE person = ?1", number)? {
            firms.extend(self.heads(firm)?.iter().cloned());
        }
        let firms = Rc::new(firms);
        self.firms.insert(number, firms.clone());
        Ok(firms)
    }

    /// The heads of which a firm may be one.
    fn heads(&mut self, number: i64) -> rusqlite::Result<Rc<BTreeSet<String>>> {
        if let Some(held) = self.heads.get(&number) {
            return Ok(held.clone());
        }
        let heads = Rc::new(self.world.heads_of_key(&dictionary::name(self.connection, number)?));
        self.heads.insert(number, heads.clone());
        Ok(heads)
    }

    /// The numbers that a query finds for one.
    fn numbers(&self, sql: &str, number: i64) -> rusqlite::Result<Vec<i64>> {
        self.connection.prepare_cached(sql)?.query_map([number], |row| row.get(0))?.collect()
    }
}
