//! The facts that were told last. Claims are gone through from the newest back, and the fact of each is made from the
//! part of the record that it needs: a short list costs as much as its facts, however large the ledger.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet};

use mercato_facts::Fact;
use mercato_facts::fact::Voice;
use mercato_facts::fold::{firm_key, words};
use mercato_facts::time::Days;
use mercato_model::{Claim, Kind, PartialDate, Slot};
use rusqlite::Connection;

use crate::ask::{listed, newest_by, parsed, parsed_claim};
use crate::names::Role;
use crate::{Answers, Known, LedgerError, Scope, dictionary, facts};

/// What is known beforehand of the facts that are looked for, so that others need not be made.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sought<'a> {
    /// Of these kinds; none: of every kind.
    pub kinds: &'a [Kind],
    /// In which this firm or one of its family has a part.
    pub firm: Option<&'a str>,
}

/// Facts made one by one until all that may match are read at once: what is looked for is rare.
const MOST: usize = 2_000;

/// Claims looked at until then, where only few may match.
const MOST_CLAIMS: usize = 50_000;

/// A claim on its way into the list.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Next {
    /// The day on which it was told, turned so that the last comes first.
    day: Reverse<i64>,
    id: String,
    seq: i64,
    document: String,
}

impl Answers<'_> {
    /// The facts that were told last among those that `keep` lets through, at most `limit`.
    pub fn newest(&self, limit: usize, keep: &dyn Fn(&Fact) -> bool) -> Result<Vec<Fact>, LedgerError> {
        self.newest_of(limit, Sought::default(), keep)
    }

    /// The same, where something is known of the facts that `keep` lets through.
    ///
    /// Of a firm that thousands of claims name, a fact counts as told last when a claim did that names the firm or
    /// somebody who is named with it by the same name elsewhere: a last voice that does neither leaves it out.
    pub fn newest_of(
        &self,
        limit: usize,
        sought: Sought<'_>,
        keep: &dyn Fn(&Fact) -> bool,
    ) -> Result<Vec<Fact>, LedgerError> {
        let walk = Walk::new(self, sought)?;
        if let Some(found) = if walk.is_rare()? { None } else { walk.go(limit, keep)? } {
            return Ok(found);
        }
        let scope = match sought.firm {
            Some(firm) => Scope::Firms { names: self.world.family(firm), kinds: Vec::new() },
            None => Scope::All,
        };
        let mut facts = self.snapshot(&scope)?.facts;
        facts.retain(|fact| keep(fact));
        facts.sort_by(Fact::newest_first);
        facts.truncate(limit);
        Ok(facts)
    }
}

/// The way from the newest claim back.
struct Walk<'a, 'l> {
    answers: &'a Answers<'l>,
    connection: &'l Connection,
    kinds: &'a [Kind],
    /// Numbers of the names of the firm's family; `None`: any firm.
    firm: Option<Vec<i64>>,
    /// Claims of earlier readings that still count.
    decided: BTreeSet<i64>,
}

impl<'a, 'l> Walk<'a, 'l> {
    fn new(answers: &'a Answers<'l>, sought: Sought<'a>) -> Result<Self, LedgerError> {
        let ledger = answers.ledger;
        let connection = &ledger.connection;
        let (_, decided) = facts::decisions(connection, answers.as_of).map_err(ledger.fail())?;
        let numbers = |firm: &str| {
            let keys: BTreeSet<String> = answers.world.family(firm).iter().map(|name| firm_key(name)).collect();
            dictionary::numbers(connection, Role::Firm, keys.iter().map(String::as_str))
        };
        let firm = sought.firm.map(numbers).transpose().map_err(ledger.fail())?;
        Ok(Self { answers, connection, kinds: sought.kinds, firm, decided })
    }

    /// Whether so few claims name the firm that all of them are sooner read than the newest of others.
    fn is_rare(&self) -> Result<bool, LedgerError> {
        let Some(firm) = &self.firm else { return Ok(false) };
        let sql =
            format!("SELECT count(*) FROM (SELECT 1 FROM claim_names WHERE name IN ({}) LIMIT {MOST})", listed(firm));
        let count: i64 = self.connection.query_row(&sql, [], |row| row.get(0)).map_err(self.answers.ledger.fail())?;
        Ok(count < MOST as i64)
    }

    /// `None`: what is looked for is too rare.
    fn go(&self, limit: usize, keep: &dyn Fn(&Fact) -> bool) -> Result<Option<Vec<Fact>>, LedgerError> {
        let fail = self.answers.ledger.fail();
        let mut found: Vec<Fact> = Vec::new();
        let mut waiting: BTreeSet<Next> = BTreeSet::new();
        // Claims whose facts are known to stand elsewhere in the list.
        let mut told: HashSet<String> = HashSet::new();
        let mut with_firm: HashMap<String, bool> = HashMap::new();
        let (mut made, mut looked_at) = (0, 0);
        let mut day = self.day_before(i64::MAX).map_err(&fail)?;
        while found.len() < limit {
            // An article of a month counts as of its first day and is known since its last.
            if let Some(arrived) = day
                && waiting.first().is_none_or(|next| next.day.0 <= arrived)
            {
                self.arrived(arrived, &mut waiting).map_err(&fail)?;
                day = self.day_before(arrived).map_err(&fail)?;
                continue;
            }
            let Some(next) = waiting.pop_first() else { break };
            looked_at += 1;
            if told.remove(&next.id) {
                continue;
            }
            if made > MOST || looked_at > MOST_CLAIMS {
                return Ok(None);
            }
            let claim = self.claim(next.seq).map_err(&fail)?;
            if !self.may_match(next.seq, &claim, &mut with_firm).map_err(&fail)? {
                continue;
            }
            made += 1;
            for fact in self.facts(&next, &claim)? {
                if fact.newest_voice() == (next.day.0, next.id.as_str()) && keep(&fact) {
                    found.push(fact.clone());
                }
                // A claim about several people has other facts, too.
                let people = |v: &Voice| v.slots.get(&Slot::Person).map_or(0, |people| people.texts().len());
                told.extend(fact.voices.iter().filter(|v| people(v) < 2).map(|v| v.claim.clone()));
            }
        }
        found.truncate(limit);
        Ok(Some(found))
    }

    /// The last day before another on which an article became known.
    fn day_before(&self, day: i64) -> rusqlite::Result<Option<i64>> {
        let mut query = self.connection.prepare_cached("SELECT max(public) FROM arrivals WHERE public < ?1")?;
        query.query_row([day], |row| row.get(0))
    }

    /// Takes the claims of the articles that became known on a day.
    fn arrived(&self, day: i64, waiting: &mut BTreeSet<Next>) -> rusqlite::Result<()> {
        let as_of = self.answers.as_of;
        let known = as_of.map(|a| format!("AND a.{} <= {}", a.by.column(), a.day)).unwrap_or_default();
        let kinds: Vec<String> = self.kinds.iter().map(|kind| format!("'{}'", kind.as_str())).collect();
        let kinds = if kinds.is_empty() { String::new() } else { format!("AND c.kind IN ({})", kinds.join(", ")) };
        let by = as_of.map_or(Known::Public, |a| a.by).column();
        let mut query = self.connection.prepare_cached(&format!(
            "SELECT c.id, c.seq, d.id, d.published, a.{by}, {}
             FROM arrivals a CROSS JOIN documents d ON d.seq = a.document CROSS JOIN claims c ON c.document = d.seq
             WHERE a.public = ?1 AND c.kind <> 'stance' {known} {kinds}",
            newest_by(as_of)
        ))?;
        let mut rows = query.query([day])?;
        while let Some(row) = rows.next()? {
            let seq = row.get(1)?;
            if row.get::<_, Option<bool>>(5)?.unwrap_or(false) || self.decided.contains(&seq) {
                let published = parsed(row, 3, PartialDate::parse)?;
                let day = published.map_or(row.get(4)?, |date| Days::of(date).first);
                waiting.insert(Next { day: Reverse(day), id: row.get(0)?, seq, document: row.get(2)? });
            }
        }
        Ok(())
    }

    fn claim(&self, seq: i64) -> rusqlite::Result<Claim> {
        let mut query = self.connection.prepare_cached("SELECT json FROM claims WHERE seq = ?1")?;
        query.query_row([seq], |row| parsed_claim(row, 0))
    }

    /// Whether a fact of a claim may have the firm in it.
    fn may_match(&self, seq: i64, claim: &Claim, with_firm: &mut HashMap<String, bool>) -> rusqlite::Result<bool> {
        let Some(firm) = &self.firm else { return Ok(true) };
        let firm = listed(firm);
        let mut names = self
            .connection
            .prepare_cached(&format!("SELECT 1 FROM claim_names WHERE claim = ?1 AND name IN ({firm})"))?;
        if self.decided.contains(&seq) || names.exists([seq])? {
            return Ok(true);
        }
        let mut told_with = self
            .connection
            .prepare_cached(&format!("SELECT 1 FROM told_with WHERE person = ?1 AND firm IN ({firm})"))?;
        for name in [claim.texts(Slot::Person), claim.texts(Slot::Subject)].concat() {
            if !with_firm.contains_key(name) {
                let number = dictionary::number(self.connection, Role::Person, &words(name).join(" "))?;
                let with = number.map_or(Ok(false), |number| told_with.exists([number]))?;
                with_firm.insert(name.to_owned(), with);
            }
            if with_firm[name] {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The facts in which a claim has a voice.
    fn facts(&self, next: &Next, claim: &Claim) -> Result<Vec<Fact>, LedgerError> {
        let mut facts = self.answers.around(&next.id, claim, &next.document, None)?.facts;
        facts.retain(|fact| fact.voices.iter().any(|voice| voice.claim == next.id));
        Ok(facts)
    }
}
