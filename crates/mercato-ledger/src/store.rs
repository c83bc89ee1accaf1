//! What a store of claims does, whichever way it keeps them, and what it hands out.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use mercato_model::{Claim, Document, Kind, Lang, Note, PartialDate, Status};

use crate::{Filter, LedgerError};

/// A store of claims. [`Ledger`](crate::Ledger) keeps them in a file.
pub trait Store {
    /// Stores a document with all its claims and notes, or nothing. `added_at` is the time of the entry, ISO 8601.
    fn add(
        &mut self,
        document: &Document,
        claims: &[Claim],
        notes: &[Note],
        added_at: &str,
    ) -> Result<Added, LedgerError> {
        let added = self.add_all(&[Entry { document, claims, notes, added_at }])?;
        Ok(added[0])
    }

    /// Stores several entries at once: all of them or none. Faster than one by one.
    fn add_all(&mut self, entries: &[Entry<'_>]) -> Result<Vec<Added>, LedgerError>;

    /// Whether the newest revision of this document has the same text and metadata: [`add`](Self::add) would change
    /// nothing, and the document need not be read again.
    fn holds(&self, document: &Document) -> Result<bool, LedgerError>;

    /// Calls `take` with every claim that the filter lets through, in the filter's order, without holding them all.
    fn each_claim(
        &self,
        filter: &Filter,
        take: &mut dyn FnMut(StoredClaim) -> ControlFlow<()>,
    ) -> Result<(), LedgerError>;

    /// Every claim that the filter lets through.
    fn claims(&self, filter: &Filter) -> Result<Vec<StoredClaim>, LedgerError> {
        let mut claims = Vec::new();
        self.each_claim(filter, &mut |claim| {
            claims.push(claim);
            ControlFlow::Continue(())
        })?;
        Ok(claims)
    }

    /// The claim with this id, or the only one whose id begins so.
    fn claim(&self, id_or_prefix: &str) -> Result<StoredClaim, LedgerError>;

    /// A revision of a document, the newest if none is named; `None` when there is no such document.
    fn document(&self, id: &str, revision: Option<u32>) -> Result<Option<StoredDocument>, LedgerError>;

    /// The newest revision of every document, in the order in which they came.
    fn documents(&self) -> Result<Vec<DocumentSummary>, LedgerError>;

    /// Every revision of one document, oldest first.
    fn revisions(&self, id: &str) -> Result<Vec<DocumentSummary>, LedgerError>;

    fn stats(&self) -> Result<Stats, LedgerError>;
}

/// A document and what was read in it.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    pub document: &'a Document,
    pub claims: &'a [Claim],
    pub notes: &'a [Note],
    /// ISO 8601.
    pub added_at: &'a str,
}

/// What adding a document did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// A document not seen before.
    New,
    /// The newest revision is the same: nothing was stored.
    Unchanged,
    /// The text or the metadata changed.
    Revised { from: u32, to: u32 },
}

/// A claim as the ledger holds it.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredClaim {
    /// Hexadecimal digits that stand for the content: the same entry has the same id in every ledger.
    pub id: String,
    pub claim: Claim,
    pub document: DocumentSummary,
    /// The document has a newer revision.
    pub superseded: bool,
}

/// A revision of a document without its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentSummary {
    pub id: String,
    /// Counted from 1.
    pub revision: u32,
    /// SHA-256 of the canonical text, in hexadecimal.
    pub sha256: String,
    pub title: Option<String>,
    pub lang: Option<Lang>,
    pub published: Option<PartialDate>,
    pub outlet: Option<String>,
    pub url: Option<String>,
    pub added_at: String,
    pub superseded: bool,
}

/// A revision of a document with its text and notes.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredDocument {
    pub document: Document,
    pub revision: u32,
    /// SHA-256 of the canonical text, in hexadecimal.
    pub sha256: String,
    pub added_at: String,
    pub superseded: bool,
    pub notes: Vec<Note>,
}

/// How much the ledger holds. Counts leave out superseded revisions except where they say so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    pub documents: u64,
    pub claims: u64,
    pub notes: u64,
    pub superseded_documents: u64,
    pub superseded_claims: u64,
    pub claims_by_kind: BTreeMap<Kind, u64>,
    pub claims_by_status: BTreeMap<Status, u64>,
    pub claims_by_lang: BTreeMap<Lang, u64>,
    /// Day of the oldest and of the newest article that states one.
    pub published: Option<(PartialDate, PartialDate)>,
}
