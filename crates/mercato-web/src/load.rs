//! From a ledger to the record that facts are made of.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use mercato_facts::print::Print;
use mercato_facts::time::Days;
use mercato_facts::{Article, Record, Told};
use mercato_ledger::{ArticleRow, Filter, Ledger, LedgerError, Store as _};
use mercato_model::PartialDate;

/// Every claim that was known on a day, or all of them, with the articles that make them.
pub fn record(ledger: &Ledger, as_of: Option<i64>) -> Result<(Record, Vec<ArticleRow>), LedgerError> {
    let mut rows = Vec::new();
    ledger.each_article(&mut |row| rows.push(row))?;
    rows.retain(|row| as_of.is_none_or(|day| known(row) <= day));
    let mut articles: HashMap<&str, Arc<Article>> = HashMap::with_capacity(rows.len());
    for row in &rows {
        let Some(stored) = ledger.document(&row.id, None)? else { continue };
        let article = Article {
            id: row.id.clone(),
            revision: stored.revision,
            outlet: row.outlet.clone(),
            url: stored.document.url,
            title: row.title.clone(),
            published: row.published,
            known: known(row),
            print: Some(Print::of(&stored.document.text)),
        };
        articles.insert(&row.id, Arc::new(article));
    }
    let mut record = Record::default();
    ledger.each_claim(&Filter::default(), &mut |stored| {
        if let Some(article) = articles.get(stored.document.id.as_str()) {
            record.add(Told { id: stored.id, claim: stored.claim, article: article.clone(), superseded: false });
        }
        ControlFlow::Continue(())
    })?;
    Ok((record, rows))
}

/// The day from which the public record has an article: its publication, else its entry.
pub fn known(row: &ArticleRow) -> i64 {
    let date = row.published.or_else(|| PartialDate::parse(&row.added_at));
    date.map_or(0, |date| Days::of(date).last)
}
