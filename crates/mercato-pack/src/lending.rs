//! What tells which firm an article lends to an end that a transfer leaves out, and how much each sign weighs.

use crate::error::PackError;
use crate::table::Row;

/// Where the packs tell the weights.
pub const LENDING: &str = "_common/lending.tsv";

macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$what:meta])* $variant:ident $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name { $($(#[$what])* $variant,)* }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            pub fn parse(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|x| x.as_str() == name)
            }
        }
    };
}

named! {
    /// The end that is left out.
    Site {
        /// Of a departure that names no firm, its origin.
        OpenFrom "open-from",
        /// Of an arrival that names no firm, its destination.
        OpenTo "open-to",
        /// Where somebody who arrives came from.
        From "from",
        /// Where somebody who leaves goes.
        To "to",
        /// Where a post is held.
        Post "post",
        /// Where somebody is appointed.
        Appointment "appointment",
    }
}

named! {
    /// A sign that speaks for or against a firm, or for none.
    Sign {
        /// None of the firms.
        None "none",
        /// None, and the person founds a firm.
        NoneFounded "none.founded",
        /// None, and it is told as something that did not happen.
        NoneUnreal "none.unreal",
        /// None, and it is yet to come.
        NonePlanned "none.planned",
        /// None, and the manner is that of a departure that ends there (dismissed, retired).
        NoneEnded "none.ended",
        /// None, and the person comes back.
        NoneReturned "none.returned",
        /// None, and the article is about no firm.
        NoneTopic "none.no-topic",
        /// None, and it is dated years before the article.
        NonePast "none.past",
        /// The person holds a post there, told in the same sentence.
        PostHere "post.here",
        /// Told elsewhere.
        Post "post",
        /// The article lent the firm of the post.
        PostLent "post.lent",
        /// A past post, told in the same sentence.
        FormerHere "former.here",
        Former "former",
        /// The knowledge base has the person there.
        Known "known",
        /// Another person holds a post there.
        Others "others.post",
        /// A transfer of the same person has the firm at one of its ends, read or lent.
        Own "own",
        /// Where the resolver of references put a post that names no firm.
        Guess "guess",
        /// The firm of who is replaced, or reported to.
        Replaced "replaced",
        /// Heads the line.
        Head "head",
        /// Opens the paragraph.
        Paragraph "paragraph",
        /// Last spoken of.
        Context "context",
        /// The article is about it.
        Topic "topic",
        /// Most of those who move leave it.
        Loser "loser",
        /// Most of them join it.
        Gainer "gainer",
        /// Somebody else has this end there, told in the same sentence.
        SameHere "same.here",
        /// In one of the two sentences before.
        SameNear "same.near",
        /// Elsewhere.
        SameFar "same.far",
        /// Two and more people have.
        SameMany "same.many",
        /// Somebody else has the other end there, told in the same sentence.
        OtherHere "other.here",
        OtherNear "other.near",
        OtherFar "other.far",
        OtherMany "other.many",
        /// Another transfer of the same person has this end there.
        OwnSame "own.same",
        /// It has the other end there, told before.
        OwnBefore "own.before",
        /// Told behind.
        OwnBehind "own.behind",
        /// The person is appointed there.
        Appointed "appointed",
        /// Stands in the same sentence.
        Here "here",
        /// Stands in the sentence before and not in this one.
        Before "before",
        /// Stands two or three sentences before.
        Near "near",
        /// Stands only behind.
        Behind "behind",
        /// Stands in the heading.
        Heading "heading",
        /// Named most often.
        Most "most",
        /// Second to it.
        Second "second",
        /// Named once.
        Once "once",
    }
}

/// Weights by site and sign; what no table tells weighs nothing.
#[derive(Clone, Debug)]
pub struct Lending(Vec<[f64; Sign::ALL.len()]>);

impl Default for Lending {
    fn default() -> Self {
        Self(vec![[0.0; Sign::ALL.len()]; Site::ALL.len()])
    }
}

impl Lending {
    pub fn weight(&self, site: Site, sign: Sign) -> f64 {
        self.0[site as usize][sign as usize]
    }

    pub(crate) fn add(&mut self, row: &Row, errors: &mut Vec<PackError>) {
        match (Site::parse(row.cell(0)), Sign::parse(row.cell(1)), row.cell(2).parse()) {
            (Some(site), Some(sign), Ok(weight)) => self.0[site as usize][sign as usize] = weight,
            _ => errors.push(
                PackError::new(LENDING, row.line, "no such site or sign, or a number that cannot be read")
                    .hint("`mercato eval DOCS GOLD --fit-lending` writes this table"),
            ),
        }
    }
}
