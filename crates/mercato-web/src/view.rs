//! The ledger as the pages see it: every fact by what it is chosen by, the names in them and the market views; the
//! facts themselves lie in a drawer and are taken out when they are shown.

mod articles;

mod count;

mod market;

mod names;

mod row;

use std::collections::BTreeMap;

use mercato_facts::Fact;
use mercato_facts::dispute::Class;
use mercato_facts::review::Question;
use mercato_ledger::Mark;
use mercato_ledger::drawer::Drawer;
use mercato_market::coverage::Coverage;
use mercato_market::{PayRow, Standing, TooFew};

pub use articles::{Article, Articles};
pub use count::{Ask, again, view, view_of};
use market::Events;
pub use market::{MATRIX, Market};
pub use names::{Named, Names};
use row::{Id, claim_number};
pub use row::{Row, Sum};

/// Everything that pages are made of; never changed, replaced as a whole when the ledger grows.
pub struct View {
    /// `false`: the ledger is still being counted, and this is only what a page needed.
    pub counted: bool,
    /// The day as of which facts stand as they do.
    pub day: String,
    /// Those last spoken of first; the place is the rank. Rumours about private persons are left out.
    pub rows: Vec<Row>,
    /// Ranks in the order of ids.
    ids: Vec<u32>,
    drawer: Drawer,
    pub people: Names,
    pub firms: Names,
    pub articles: Articles,
    /// Claims by number, with the rank of a fact in which each is a voice.
    claim_facts: Vec<(u64, u32)>,
    pub currencies: Vec<String>,
    pub sums: Vec<Sum>,
    pub pay: Vec<PayRow>,
    markets: [Market; 4],
    pub coverage: Result<Coverage, TooFew>,
    pub reasons: Reasons,
    /// What the market views are made of.
    events: Events,
    /// Up to where the ledger was counted; `None`: only a part of it was.
    mark: Option<Mark>,
    /// Those with most articles first.
    pub outlets: Vec<Outlet>,
    /// What is worth a person's time, most important first, as far as it is kept.
    pub questions: Vec<Question>,
    /// Questions that there are.
    pub asked: usize,
    /// The questions about pairs of names that may be one person's.
    pairs: Vec<Question>,
    pub claims: usize,
}

/// The first and the last day of a period; `None`: open.
pub type Period = (Option<i64>, Option<i64>);

/// Factors, each as what decided or as what did not, with the weight of each sort of voice in [`SHARES`].
pub type Reasons = BTreeMap<(bool, String), [i64; 3]>;

/// Into so many shares a voice is cut that names several factors: whole numbers are taken off again without a rest.
pub const SHARES: i64 = 2520;

/// Who speaks of a reason.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Voice {
    Person,
    Named,
    Outlet,
}

/// What an outlet contributed to the ledger.
#[derive(Clone, Default)]
pub struct Outlet {
    pub name: String,
    pub articles: usize,
    /// Facts of which it was the first to tell an origin.
    pub first: usize,
    pub settled: usize,
    pub denied: usize,
}

impl View {
    /// The fact of a rank.
    pub fn fact(&self, rank: u32) -> Option<Fact> {
        let row = self.rows.get(rank as usize)?;
        Fact::from_bytes(&self.drawer.get(row.place)?)
    }

    /// The facts of ranks, in their order.
    pub fn facts<'a>(&'a self, ranks: impl IntoIterator<Item = u32> + 'a) -> impl Iterator<Item = Fact> + 'a {
        ranks.into_iter().filter_map(|rank| self.fact(rank))
    }

    /// Ranks of the facts of which the row is wanted, newest first.
    pub fn ranks<'a>(&'a self, wanted: impl Fn(&Row) -> bool + 'a) -> impl Iterator<Item = u32> + 'a {
        (0u32..).zip(&self.rows).filter(move |(_, row)| wanted(row)).map(|(rank, _)| rank)
    }

    /// The rank of the fact with this id.
    pub fn rank(&self, id: &str) -> Option<u32> {
        let id = Id::parse(id)?;
        let found = self.ids.binary_search_by_key(&id, |&rank| self.rows[rank as usize].id);
        found.ok().map(|at| self.ids[at])
    }

    pub fn fact_by_id(&self, id: &str) -> Option<Fact> {
        self.fact(self.rank(id)?)
    }

    /// Ranks of the facts in which a claim is a voice.
    pub fn ranks_of_claim(&self, id: &str) -> impl Iterator<Item = u32> + '_ {
        let claim = claim_number(id);
        let start = claim.map_or(self.claim_facts.len(), |n| self.claim_facts.partition_point(|(held, _)| *held < n));
        self.claim_facts[start..].iter().take_while(move |(held, _)| Some(*held) == claim).map(|(_, rank)| *rank)
    }

    /// Ranks of the facts with a disagreement, of one class or of any.
    pub fn disputed(&self, class: Option<Class>) -> impl Iterator<Item = u32> + '_ {
        self.ranks(move |row| row.is_disputed(class))
    }

    pub fn id(&self, rank: u32) -> String {
        self.rows[rank as usize].id.to_string()
    }

    pub fn row(&self, rank: u32) -> &Row {
        &self.rows[rank as usize]
    }

    pub fn article(&self, id: &str) -> Option<&Article> {
        self.articles.get(id)
    }

    pub fn market(&self, least: Standing) -> &Market {
        &self.markets[least as usize]
    }
}
