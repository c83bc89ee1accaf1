//! The articles of a ledger in brief: hundreds of thousands are held, so that outlets and days of adding are shared.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use mercato_ledger::ArticleRow;
use mercato_model::{Lang, PartialDate};

#[derive(Clone, Default)]
pub struct Articles {
    /// In the order in which they came.
    pub list: Vec<Article>,
    by_id: Vec<u32>,
    shared: HashSet<Arc<str>>,
    /// The day of the first one.
    pub first_day: Option<i64>,
}

/// The newest revision of an article.
#[derive(Clone)]
pub struct Article {
    /// Place in the ledger; later entries have higher ones.
    pub seq: i64,
    pub id: Box<str>,
    pub title: Option<Box<str>>,
    pub outlet: Option<Arc<str>>,
    pub published: Option<PartialDate>,
    pub lang: Option<Lang>,
    pub added_at: Arc<str>,
}

impl Articles {
    pub fn add(&mut self, row: ArticleRow) {
        let day = row.published.and_then(PartialDate::day_number);
        self.first_day = [self.first_day, day].into_iter().flatten().min();
        let outlet = row.outlet.map(|name| self.share(&name));
        let added_at = self.share(&row.added_at);
        self.list.push(Article {
            seq: row.seq,
            id: row.id.into(),
            title: row.title.map(Into::into),
            outlet,
            published: row.published,
            lang: row.lang,
            added_at,
        });
    }

    /// The same with articles that came since; of one that was there, only the new revision.
    pub fn with(&self, more: Vec<ArticleRow>) -> Self {
        let revised: HashSet<u32> = more.iter().filter_map(|row| self.place(&row.id)).collect();
        let stays = (0u32..).zip(&self.list).filter(|(at, _)| !revised.contains(at));
        let list = stays.map(|(_, article)| article.clone()).collect();
        let shared = self.list.iter().filter_map(|article| article.outlet.clone()).collect();
        let mut all = Self { list, shared, ..Self::default() };
        more.into_iter().for_each(|row| all.add(row));
        all.first_day = all.list.iter().filter_map(|a| a.published.and_then(PartialDate::day_number)).min();
        all.ready();
        all
    }

    fn share(&mut self, text: &str) -> Arc<str> {
        if let Some(held) = self.shared.get(text) {
            return held.clone();
        }
        let new: Arc<str> = text.into();
        self.shared.insert(new.clone());
        new
    }

    /// All have come.
    pub fn ready(&mut self) {
        self.shared = HashSet::new();
        self.list.shrink_to_fit();
        self.by_id = (0..self.list.len() as u32).collect();
        let list = &self.list;
        self.by_id.sort_by(|&a, &b| list[a as usize].id.cmp(&list[b as usize].id));
    }

    pub fn get(&self, id: &str) -> Option<&Article> {
        Some(&self.list[self.place(id)? as usize])
    }

    fn place(&self, id: &str) -> Option<u32> {
        let found = self.by_id.binary_search_by(|&at| (*self.list[at as usize].id).cmp(id)).ok()?;
        Some(self.by_id[found])
    }

    /// Place of the last entry.
    pub fn last(&self) -> i64 {
        self.list.last().map_or(0, |article| article.seq)
    }

    /// The outlets with the number of their articles.
    pub fn outlets(&self) -> BTreeMap<&str, usize> {
        let mut out = BTreeMap::new();
        for name in self.list.iter().filter_map(|article| article.outlet.as_deref()) {
            *out.entry(name).or_default() += 1;
        }
        out
    }
}
