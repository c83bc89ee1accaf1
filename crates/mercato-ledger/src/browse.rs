//! Going through a whole ledger row by row, for those who keep an index of it in memory or hand it out in pages.

use std::ops::ControlFlow;

use mercato_model::{Lang, PartialDate};
use rusqlite::Row;

use crate::ask::{each_claim_after, parsed};
use crate::{AsOf, Filter, Ledger, LedgerError, StoredClaim};

/// The newest revision of a document, in brief.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArticleRow {
    /// Place in the ledger; later entries have higher ones.
    pub seq: i64,
    pub id: String,
    pub title: Option<String>,
    pub outlet: Option<String>,
    pub published: Option<PartialDate>,
    pub lang: Option<Lang>,
    pub added_at: String,
}

impl Ledger {
    /// A number that another one follows whenever something else has written to the ledger.
    pub fn version(&self) -> Result<i64, LedgerError> {
        self.connection.pragma_query_value(None, "data_version", |row| row.get(0)).map_err(self.fail())
    }

    /// About how many claims the ledger holds, told at once.
    pub fn size(&self) -> Result<usize, LedgerError> {
        let last: i64 = self
            .connection
            .query_row("SELECT ifnull(max(seq), 0) FROM claims", [], |row| row.get(0))
            .map_err(self.fail())?;
        Ok(usize::try_from(last).unwrap_or_default())
    }

    /// How many claims the newest revisions of the articles known by a day hold.
    pub fn claims_of_newest(&self, as_of: Option<AsOf>) -> Result<usize, LedgerError> {
        let sql = format!("SELECT count(*) FROM claims WHERE document IN ({})", newest_documents(as_of));
        let count: i64 = self.connection.query_row(&sql, [], |row| row.get(0)).map_err(self.fail())?;
        Ok(usize::try_from(count).unwrap_or_default())
    }

    /// The newest revision of every document, in the order in which they came; only those known by a day, if one is
    /// named.
    pub fn each_article(&self, as_of: Option<AsOf>, take: &mut dyn FnMut(ArticleRow)) -> Result<(), LedgerError> {
        let mut go = || {
            let mut query = self.connection.prepare(&format!(
                "SELECT {ARTICLE} FROM documents WHERE seq IN ({}) ORDER BY seq",
                newest_documents(as_of)
            ))?;
            let mut rows = query.query([])?;
            while let Some(row) = rows.next()? {
                take(article(row)?);
            }
            Ok(())
        };
        go().map_err(self.fail())
    }

    /// At most `limit` claims that the filter lets through, in the order of the ledger, beginning after a place; with
    /// the place of each, where the next page begins.
    pub fn claims_after(
        &self,
        filter: &Filter,
        after: i64,
        limit: usize,
    ) -> Result<Vec<(i64, StoredClaim)>, LedgerError> {
        let mut out = Vec::with_capacity(limit.min(1024));
        each_claim_after(&self.connection, filter, after, limit, &mut |place, claim| {
            out.push((place, claim));
            ControlFlow::Continue(())
        })
        .map_err(self.fail())?;
        Ok(out)
    }
}

/// The columns that [`article`] reads.
pub const ARTICLE: &str = "seq, id, title, outlet, published, lang, added_at";

pub fn article(row: &Row<'_>) -> rusqlite::Result<ArticleRow> {
    Ok(ArticleRow {
        seq: row.get(0)?,
        id: row.get(1)?,
        title: row.get(2)?,
        outlet: row.get(3)?,
        published: parsed(row, 4, PartialDate::parse)?,
        lang: parsed(row, 5, Lang::parse)?,
        added_at: row.get(6)?,
    })
}

/// The numbers of the newest revisions that were known by a day, as a query.
fn newest_documents(as_of: Option<AsOf>) -> String {
    let known = as_of.map_or_else(String::new, |AsOf { day, by }| {
        format!("WHERE seq IN (SELECT document FROM arrivals WHERE {} <= {day})", by.column())
    });
    format!("SELECT max(seq) FROM documents {known} GROUP BY id")
}
