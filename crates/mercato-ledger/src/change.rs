//! What of a ledger must be counted anew after a change: the people and firms that new articles and decisions speak of,
//! and all that is told of them. The rest stays as it was.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use mercato_facts::who::Edge;
use mercato_facts::{Action, Fact, Operation, World, snapshot};
use mercato_model::schema::SlotType;
use mercato_model::{Kind, Slot, Value};
use rusqlite::{Connection, OptionalExtension};

use crate::facts::{self, Share};
use crate::names::Role;
use crate::parts::{BY_FIRM, folded, is_of_people, whole_names};
use crate::people::People;
use crate::{Answers, ArticleRow, LedgerError, answers::plain, browse};

/// Up to where a ledger was counted, and for which day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    documents: i64,
    operations: i64,
    tombstones: i64,
    today: i64,
}

/// What a change did.
#[derive(Debug)]
pub enum Change {
    /// Only these facts.
    Some(Box<Recount>),
    /// So much, or of such a sort, that everything is to be counted.
    All,
}

/// Facts counted anew.
#[derive(Debug)]
pub struct Recount {
    pub mark: Mark,
    /// Of what the facts counted before are gone.
    pub touched: Touched,
    pub facts: Vec<Fact>,
    /// Decisions about who is who among the people touched.
    pub people: Vec<Edge>,
    /// Articles that are new or have a new revision, in the order in which they came.
    pub articles: Vec<ArticleRow>,
    /// How many claims of newest revisions came, less those that no longer are.
    pub claims: i64,
}

/// People and firms of which something may stand otherwise than before.
#[derive(Debug, Default)]
pub struct Touched {
    numbers: BTreeSet<i64>,
    /// Their folded names.
    names: HashSet<String>,
    /// By kind: of which firms the facts that are about nobody.
    firms: BTreeMap<Kind, Firms>,
}

#[derive(Debug, Default)]
struct Firms {
    /// All of the kind.
    all: bool,
    heads: HashSet<String>,
    /// Those of no firm.
    none: bool,
}

impl Touched {
    /// Whether a fact is told of them.
    pub fn holds(&self, fact: &Fact, world: &World) -> bool {
        if let Some(person) = fact.person.as_deref().map(|person| folded(plain(person))).filter(|name| !name.is_empty())
        {
            return is_of_people(&person, world, &self.names);
        }
        let Some(firms) = self.firms.get(&fact.kind) else { return false };
        firms.all
            || match fact.text(Slot::Org) {
                Some(name) => firms.heads.contains(&world.firm(name).head),
                None => firms.none,
            }
    }

    /// Whether facts of a kind that are about nobody are touched for what is said of a firm.
    pub fn has_firm(&self, kind: Kind, firm: &str, world: &World) -> bool {
        self.firms.get(&kind).is_some_and(|firms| firms.heads.contains(&world.firm(firm).head))
    }

    /// Whether firms do not tell which facts of a kind are touched.
    pub fn needs_all(&self, kind: Kind) -> bool {
        self.firms.get(&kind).is_some_and(|firms| firms.all || firms.none)
    }

    /// Whether a person of this name is among them.
    pub fn has_person(&self, name: &str, world: &World) -> bool {
        is_of_people(&folded(plain(name)), world, &self.names)
    }

    /// Kinds of which facts about nobody are among them.
    pub fn kinds(&self) -> impl Iterator<Item = Kind> + '_ {
        self.firms.keys().copied()
    }
}

impl Answers<'_> {
    /// Up to where the ledger goes now.
    pub fn mark(&self) -> Result<Mark, LedgerError> {
        mark(&self.ledger.connection, self.today).map_err(self.ledger.fail())
    }

    /// What came since a mark, at most about so many claims of it. `held` finds the facts counted before that are told
    /// of somebody: what they rest on is counted anew, too.
    pub fn changed(
        &self,
        since: Mark,
        most: usize,
        held: &mut dyn FnMut(&Touched) -> Vec<Fact>,
    ) -> Result<Change, LedgerError> {
        let mut go = || {
            let view = self.ledger.connection.unchecked_transaction()?;
            let change = self.look(&view, since, most, held)?;
            view.commit()?;
            Ok(change)
        };
        go().map_err(self.ledger.fail())
    }

    fn look(
        &self,
        view: &Connection,
        since: Mark,
        most: usize,
        held: &mut dyn FnMut(&Touched) -> Vec<Fact>,
    ) -> rusqlite::Result<Change> {
        let mark = mark(view, self.today)?;
        if (mark.today, mark.tombstones) != (since.today, since.tombstones)
            || mark.documents < since.documents
            || mark.operations < since.operations
        {
            return Ok(Change::All);
        }
        let decisions = facts::decisions(view, None)?;
        let Some(start) = started(view, since)?.filter(|start| start.len() <= most) else { return Ok(Change::All) };
        let mut people = facts::people(view, self.world, None, &decisions.0, &decisions.1)?;
        let mut finding = Finding { view, world: self.world, most, touched: Touched::default(), given: Vec::new() };
        finding.corrections(&decisions.0, &start, &mut people)?;
        for &claim in &start {
            finding.claim(claim)?;
        }
        finding.widen(&mut people)?;
        finding.companions(&mut people)?;
        // What was one person before may be two now: all that the facts rested on is counted anew.
        loop {
            let before = finding.touched.numbers.len();
            for fact in held(&finding.touched) {
                for voice in &fact.voices {
                    finding.people_of(&voice.claim)?;
                }
            }
            if finding.touched.numbers.len() == before {
                break;
            }
            finding.widen(&mut people)?;
        }
        let touched = finding.touched;
        // With those of whom a person may be asked whether they are the same, and those who may be these.
        let near = people.near(&touched.numbers)?;
        let near = people.near(&near)?;
        drop(people);
        let Some((facts, people)) = self.counted(view, &touched, &near, &decisions, most)? else {
            return Ok(Change::All);
        };
        let (articles, claims) = articles(view, since)?;
        Ok(Change::Some(Box::new(Recount { mark, touched, facts, people, articles, claims })))
    }

    /// The facts of what was touched, as they are now; `None`: too many.
    fn counted(
        &self,
        view: &Connection,
        touched: &Touched,
        near: &BTreeSet<i64>,
        decisions: &(Vec<Operation>, BTreeSet<i64>),
        most: usize,
    ) -> rusqlite::Result<Option<(Vec<Fact>, Vec<Edge>)>> {
        let mut facts = Vec::new();
        let mut people = Vec::new();
        if !touched.numbers.is_empty() {
            if told_of(view, near, most)? > most {
                return Ok(None);
            }
            let record = facts::share(view, &Share::People(near), None, decisions)?;
            let found = snapshot(&record, self.world, self.today);
            facts.extend(found.facts.into_iter().filter(|f| f.person.is_some() && touched.holds(f, self.world)));
            let asked =
                |edge: &Edge| [&edge.one, &edge.other].into_iter().any(|one| touched.has_person(one, self.world));
            people.extend(found.people.into_iter().filter(asked));
        }
        for (&kind, firms) in &touched.firms {
            let numbers = of_nobody(view, self.world, kind, firms)?;
            if numbers.len() > most {
                return Ok(None);
            }
            let record = facts::share(view, &Share::Claims(&numbers), None, decisions)?;
            let found = snapshot(&record, self.world, self.today).facts.into_iter();
            let about_nobody = |f: &Fact| f.person.as_deref().is_none_or(|person| folded(plain(person)).is_empty());
            facts.extend(found.filter(|f| f.kind == kind && about_nobody(f) && touched.holds(f, self.world)));
        }
        Ok(Some((facts, people)))
    }
}

/// Finds what is touched.
struct Finding<'a> {
    view: &'a Connection,
    world: &'a World,
    /// A kind of no more claims is counted whole.
    most: usize,
    touched: Touched,
    /// Names that persons put into claims.
    given: Vec<Given>,
}

/// A name that a person put into a claim: no claim of an article need have it.
struct Given {
    name: String,
    /// The persons who may be meant, and whom the claim names by itself.
    people: BTreeSet<i64>,
}

/// The names in a claim.
#[derive(Default)]
struct Said {
    people: Vec<i64>,
    /// It is about a person.
    somebody: bool,
    /// Firms of which it may speak.
    heads: Vec<String>,
}

impl Finding<'_> {
    /// What a claim speaks of.
    fn claim(&mut self, seq: i64) -> rusqlite::Result<()> {
        let Some(kind) = self.kind(seq)? else { return Ok(()) };
        let Said { people, somebody, heads } = self.said(seq, kind)?;
        self.touched.numbers.extend(people);
        if kind != Kind::Stance && !somebody {
            self.nobody(kind, heads)?;
        }
        Ok(())
    }

    fn said(&self, seq: i64, kind: Kind) -> rusqlite::Result<Said> {
        let mut query = self.view.prepare_cached(
            "SELECT n.seq, n.role, n.name, m.slot FROM claim_names m JOIN names n ON n.seq = m.name WHERE m.claim = ?1",
        )?;
        let names: Vec<(i64, String, String, String)> = query
            .query_map([seq], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?
            .collect::<rusqlite::Result<_>>()?;
        let mut said = Said::default();
        for (number, role, name, slot) in names {
            if role == Role::Person.as_str() {
                said.people.push(number);
                said.somebody |= slot == Slot::Person.as_str() && kind != Kind::Recruiting;
            } else if slot == Slot::Org.as_str() {
                said.heads.extend(self.world.heads_of_key(&name));
            }
        }
        Ok(said)
    }

    fn kind(&self, seq: i64) -> rusqlite::Result<Option<Kind>> {
        let kind: Option<String> = self
            .view
            .prepare_cached("SELECT kind FROM claims WHERE seq = ?1")?
            .query_row([seq], |row| row.get(0))
            .optional()?;
        Ok(kind.and_then(|kind| Kind::parse(&kind)))
    }

    /// What is told of firms, or of none, and of nobody.
    fn nobody(&mut self, kind: Kind, heads: Vec<String>) -> rusqlite::Result<()> {
        if !self.touched.firms.contains_key(&kind) {
            let all = !BY_FIRM.contains(&kind) || claims_of(self.view, kind, self.most)? <= self.most;
            self.touched.firms.insert(kind, Firms { all, ..Firms::default() });
        }
        let firms = self.touched.firms.entry(kind).or_default();
        firms.none |= heads.is_empty();
        firms.heads.extend(heads);
        Ok(())
    }

    /// What a corrected claim says instead of its words, and what it said before the correction was undone.
    fn corrections(
        &mut self,
        operations: &[Operation],
        start: &BTreeSet<i64>,
        people: &mut People<'_>,
    ) -> rusqlite::Result<()> {
        let mut corrected = Vec::new();
        for operation in operations {
            let Action::Correct { claim, slot, value } = &operation.action else { continue };
            let Some(seq) = number_of(self.view, claim)? else { continue };
            let Some(kind) = self.kind(seq)? else { continue };
            corrected.push((
                seq,
                *slot,
                value.as_ref().map(Value::texts).unwrap_or_default(),
                self.said(seq, kind)?,
                kind,
            ));
        }
        let of_person: HashSet<i64> =
            corrected.iter().filter(|one| one.1 == Slot::Person).map(|(seq, ..)| *seq).collect();
        for (seq, slot, texts, said, kind) in corrected {
            for text in texts.iter().filter(|_| kind.slot_type(slot) != Some(SlotType::Name)) {
                let mut meant = people.like(text)?;
                if start.contains(&seq) {
                    self.touched.numbers.extend(&meant);
                }
                meant.extend(&said.people);
                self.given.push(Given { name: folded(text), people: meant });
            }
            if !start.contains(&seq) {
                continue;
            }
            if slot == Slot::Person {
                self.nobody(kind, said.heads)?;
            } else if slot == Slot::Org && (!said.somebody || of_person.contains(&seq)) {
                self.nobody(kind, texts.iter().map(|text| self.world.firm(text).head).collect())?;
            }
        }
        Ok(())
    }

    /// The persons whom a claim names.
    fn people_of(&mut self, id: &str) -> rusqlite::Result<()> {
        let mut query = self.view.prepare_cached(
            "SELECT n.seq FROM claims c CROSS JOIN claim_names m ON m.claim = c.seq JOIN names n ON n.seq = m.name
             WHERE c.id = ?1 AND n.role = 'person' AND m.slot IN ('person', 'subject')",
        )?;
        for number in query.query_map([id], |row| row.get(0))? {
            self.touched.numbers.insert(number?);
        }
        Ok(())
    }

    /// Everybody who may be one of them.
    fn widen(&mut self, people: &mut People<'_>) -> rusqlite::Result<()> {
        loop {
            self.touched.numbers = people.alike(self.touched.numbers.iter().copied().collect())?;
            let before = self.touched.numbers.len();
            let meant = self.given.iter().filter(|given| !given.people.is_disjoint(&self.touched.numbers));
            let more: BTreeSet<i64> = meant.flat_map(|given| &given.people).copied().collect();
            self.touched.numbers.extend(more);
            if self.touched.numbers.len() == before {
                break;
            }
        }
        self.touched.names = whole_names(self.view, self.world, &self.touched.numbers)?;
        let meant = self.given.iter().filter(|given| !given.people.is_disjoint(&self.touched.numbers));
        self.touched.names.extend(meant.map(|given| given.name.clone()));
        Ok(())
    }

    /// Those who are named in one sentence with one of them: their moves may be one decision.
    fn companions(&mut self, people: &mut People<'_>) -> rusqlite::Result<()> {
        let mut query = self.view.prepare_cached(
            "SELECT DISTINCT o.name FROM claim_names m
             CROSS JOIN claims c ON c.seq = m.claim AND c.kind = 'move'
             CROSS JOIN claims d ON d.document = c.document AND d.kind = 'move' AND d.start = c.start
             CROSS JOIN claim_names o ON o.claim = d.seq AND o.slot = 'person'
             WHERE m.name = ?1",
        )?;
        for number in self.touched.numbers.clone() {
            for other in query.query_map([number], |row| row.get(0))? {
                self.touched.numbers.insert(other?);
            }
        }
        self.widen(people)
    }
}

fn mark(view: &Connection, today: i64) -> rusqlite::Result<Mark> {
    let last = |table: &str| {
        view.query_row(&format!("SELECT ifnull(max(seq), 0) FROM {table}"), [], |row| row.get::<_, i64>(0))
    };
    Ok(Mark { documents: last("documents")?, operations: last("operations")?, tombstones: last("tombstones")?, today })
}

/// The claims with which a change begins: those of new articles, with what earlier revisions of them said, and those of
/// which something was decided. `None`: what was decided is about everything.
fn started(view: &Connection, since: Mark) -> rusqlite::Result<Option<BTreeSet<i64>>> {
    let mut start = BTreeSet::new();
    let mut of_document =
        view.prepare_cached("SELECT c.seq FROM documents d CROSS JOIN claims c ON c.document = d.seq WHERE d.id = ?1")?;
    let mut new = view.prepare("SELECT DISTINCT id FROM documents WHERE seq > ?1")?;
    let documents: Vec<String> =
        new.query_map([since.documents], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    let mut objects: Vec<String> = Vec::new();
    let all = facts::operations(view, None)?;
    let mut query = view.prepare("SELECT id FROM operations WHERE seq > ?1")?;
    let ids: HashSet<String> =
        query.query_map([since.operations], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    let mut open: Vec<&Operation> = all.iter().filter(|o| ids.contains(&o.id)).collect();
    let mut seen: HashSet<&str> = HashSet::new();
    while let Some(operation) = open.pop() {
        if !seen.insert(&operation.id) {
            continue;
        }
        match &operation.action {
            Action::Learn { .. } => return Ok(None),
            Action::Undo { operation } => open.extend(all.iter().filter(|o| o.id == *operation)),
            action => objects.extend(action.objects().into_iter().map(str::to_owned)),
        }
    }
    for object in &objects {
        start.extend(number_of(view, object)?);
    }
    // A party that speaks in an article may speak of any fact in it: of which depends on all that it says.
    let mut spoken = view.prepare_cached(
        "SELECT o.seq FROM claims c CROSS JOIN claims s ON s.document = c.document AND s.kind = 'stance'
         CROSS JOIN claims o ON o.document = c.document WHERE c.seq = ?1",
    )?;
    for claim in start.clone() {
        for seq in spoken.query_map([claim], |row| row.get::<_, i64>(0))? {
            start.insert(seq?);
        }
    }
    for id in documents.iter().chain(&objects) {
        for seq in of_document.query_map([id], |row| row.get::<_, i64>(0))? {
            start.insert(seq?);
        }
    }
    Ok(Some(start))
}

fn number_of(view: &Connection, claim: &str) -> rusqlite::Result<Option<i64>> {
    view.prepare_cached("SELECT seq FROM claims WHERE id = ?1")?.query_row([claim], |row| row.get(0)).optional()
}

/// How many claims there are of a kind, counted no further than past a number.
fn claims_of(view: &Connection, kind: Kind, most: usize) -> rusqlite::Result<usize> {
    let sql = "SELECT count(*) FROM (SELECT 1 FROM claims WHERE kind = ?1 LIMIT ?2)";
    let count: i64 = view.prepare_cached(sql)?.query_row((kind.as_str(), most as i64 + 1), |row| row.get(0))?;
    Ok(count as usize)
}

/// How many claims name one of these people.
fn told_of(view: &Connection, numbers: &BTreeSet<i64>, most: usize) -> rusqlite::Result<usize> {
    let mut query = view.prepare_cached("SELECT count(*) FROM (SELECT 1 FROM claim_names WHERE name = ?1 LIMIT ?2)")?;
    let mut sum = 0;
    for number in numbers {
        sum += query.query_row((number, most as i64 + 1), |row| row.get::<_, i64>(0))? as usize;
        if sum > most {
            break;
        }
    }
    Ok(sum)
}

/// The claims of a kind that name no person, of these firms.
fn of_nobody(view: &Connection, world: &World, kind: Kind, firms: &Firms) -> rusqlite::Result<Vec<i64>> {
    // The person of an approach is who asks.
    let person = if kind == Kind::Recruiting { "" } else { Slot::Person.as_str() };
    const NOBODY: &str = "NOT EXISTS (SELECT 1 FROM claim_names p WHERE p.claim = c.seq AND p.slot = ?2)";
    let mut found = BTreeSet::new();
    let mut take = |sql: &str, values: &[&dyn rusqlite::ToSql]| -> rusqlite::Result<()> {
        for seq in view.prepare_cached(sql)?.query_map(values, |row| row.get::<_, i64>(0))? {
            found.insert(seq?);
        }
        Ok(())
    };
    let kind = kind.as_str();
    if firms.all {
        take(&format!("SELECT c.seq FROM claims c WHERE c.kind = ?1 AND {NOBODY}"), &[&kind, &person])?;
        return Ok(found.into_iter().collect());
    }
    if firms.none {
        let sql = format!(
            "SELECT c.seq FROM claims c WHERE c.kind = ?1 AND {NOBODY}
             AND NOT EXISTS (SELECT 1 FROM claim_names o WHERE o.claim = c.seq AND o.slot = 'org')"
        );
        take(&sql, &[&kind, &person])?;
    }
    let mut query = view.prepare("SELECT seq, name FROM names WHERE role = 'firm'")?;
    let names: Vec<(i64, String)> =
        query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
    let sql = format!(
        "SELECT c.seq FROM claim_names o CROSS JOIN claims c ON c.seq = o.claim
         WHERE o.name = ?3 AND o.slot = 'org' AND c.kind = ?1 AND {NOBODY}"
    );
    for (number, name) in names {
        if world.heads_of_key(&name).iter().any(|head| firms.heads.contains(head)) {
            take(&sql, &[&kind, &person, &number])?;
        }
    }
    Ok(found.into_iter().collect())
}

/// The newest revisions of articles that came since a mark, and by how many the claims that count are more.
fn articles(view: &Connection, since: Mark) -> rusqlite::Result<(Vec<ArticleRow>, i64)> {
    let sql = format!(
        "SELECT {} FROM documents d WHERE seq > ?1
         AND seq = (SELECT max(n.seq) FROM documents n WHERE n.id = d.id) ORDER BY seq",
        browse::ARTICLE
    );
    let rows: Vec<ArticleRow> =
        view.prepare(&sql)?.query_map([since.documents], browse::article)?.collect::<rusqlite::Result<_>>()?;
    let count = |seq: i64| -> rusqlite::Result<i64> {
        view.prepare_cached("SELECT count(*) FROM claims WHERE document = ?1")?.query_row([seq], |row| row.get(0))
    };
    let mut more = 0;
    for row in &rows {
        let before: Option<i64> = view
            .prepare_cached("SELECT max(seq) FROM documents WHERE id = ?1 AND seq <= ?2")?
            .query_row((&row.id, since.documents), |row| row.get(0))?;
        more += count(row.seq)? - before.map_or(Ok(0), count)?;
    }
    Ok((rows, more))
}
