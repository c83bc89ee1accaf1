//! Which firm the article lends to an end that a transfer leaves out: a log-linear choice among the firms that it names,
//! and none. The weights are data (`packs/_common/lending.tsv`), fitted on stories whose claims are known.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use mercato_model::{Kind, PartialDate, Slot, Span, Status};
use mercato_pack::kb::{Kb, Referent};
use mercato_pack::lending::{Sign, Site};
use mercato_pack::pattern::Types;

use super::Topic;
use crate::draft::{Draft, Post};
use crate::name::{EntityId, Names};

/// A choice as it was put, for whoever fits the weights.
#[derive(Clone, Debug)]
pub struct Choice {
    pub site: Site,
    /// Whose it is; none for groups.
    pub person: Option<String>,
    pub spans: Vec<Span>,
    /// The other end, when it was read.
    pub other: Option<String>,
    /// What may be chosen, none first, with what speaks for each.
    pub candidates: Vec<(Option<String>, Vec<Sign>)>,
}

/// An end of somebody's transfer, as read.
struct Told {
    who: Option<EntityId>,
    end: Slot,
    firm: EntityId,
    sentence: usize,
    /// Where its words end in the text.
    place: usize,
}

/// What lacks its firm.
#[derive(Default)]
pub(super) struct Gap {
    pub person: Option<EntityId>,
    pub sentence: usize,
    pub spans: Vec<Span>,
    /// The firm at the other end.
    pub other: Option<EntityId>,
    pub head: Option<EntityId>,
    pub paragraph: Option<EntityId>,
    pub context: Option<EntityId>,
    pub guess: Option<EntityId>,
    /// Firms at the ends of the person's transfers.
    pub own: Vec<EntityId>,
    /// Firms of those who are replaced, or reported to.
    pub replaced: Vec<EntityId>,
    /// What speaks for no firm.
    pub none: Vec<Sign>,
}

impl Gap {
    /// The end that a draft leaves out.
    pub fn of(d: &Draft, other: Option<Slot>, published: Option<PartialDate>) -> Self {
        let past = |published: PartialDate| d.date.is_some_and(|date| date.value.year + 1 < published.year);
        let signs = [
            (d.manner() == Some("founded"), Sign::NoneFounded),
            (d.unreal(), Sign::NoneUnreal),
            (d.status == Status::Planned, Sign::NonePlanned),
            (matches!(d.manner(), Some("fired" | "retired" | "laid_off" | "leave")), Sign::NoneEnded),
            (d.manner() == Some("returned"), Sign::NoneReturned),
            (published.is_some_and(past), Sign::NonePast),
        ];
        Self {
            person: d.persons.first().copied(),
            sentence: d.sentence,
            spans: d.spans.clone(),
            other: other.and_then(|slot| d.orgs.get(&slot).copied()),
            head: d.head_org,
            paragraph: d.paragraph_org,
            context: d.context_org,
            none: signs.into_iter().filter(|(holds, _)| *holds).map(|(_, sign)| sign).collect(),
            ..Self::default()
        }
    }
}

/// What an article says on which firms have a part in it.
pub(super) struct Lender<'a> {
    names: &'a Names,
    kb: &'a Kb,
    posts: Vec<Post>,
    topic: &'a Topic,
    told: Vec<Told>,
    appointed: Vec<(EntityId, EntityId)>,
    /// Sentences in which each firm stands, in order.
    places: BTreeMap<EntityId, Vec<usize>>,
    /// Firms by how often they are named.
    ranked: Vec<EntityId>,
    watch: Option<&'a RefCell<Vec<Choice>>>,
}

impl<'a> Lender<'a> {
    pub fn new(
        names: &'a Names,
        kb: &'a Kb,
        drafts: &[Draft],
        posts: Vec<Post>,
        topic: &'a Topic,
        watch: Option<&'a RefCell<Vec<Choice>>>,
    ) -> Self {
        let mut told = Vec::new();
        for d in drafts.iter().filter(|d| !d.unreal()) {
            let ends = match d.kind {
                Kind::Move => [(Slot::From, Slot::From), (Slot::To, Slot::To)],
                Kind::Count if d.counted_end() == Some(Slot::From) => [(Slot::Org, Slot::From), (Slot::To, Slot::To)],
                Kind::Count if d.counted_end() == Some(Slot::To) => [(Slot::From, Slot::From), (Slot::Org, Slot::To)],
                _ => continue,
            };
            for (slot, end) in ends {
                if let Some(&firm) = d.orgs.get(&slot).filter(|_| !d.lent.contains(&slot)) {
                    told.push(Told {
                        who: d.persons.first().copied(),
                        end,
                        firm,
                        sentence: d.sentence,
                        place: d.spans[0].end,
                    });
                }
            }
        }
        let appointed = drafts
            .iter()
            .filter(|d| d.kind == Kind::Appointment)
            .filter_map(|d| Some((*d.persons.first()?, *d.orgs.get(&Slot::Org)?)))
            .collect();
        let mut places: BTreeMap<EntityId, Vec<usize>> = BTreeMap::new();
        for found in names.found.iter().filter(|f| !f.channel) {
            let entity = &names.entities[found.entity];
            let firm = match entity.types {
                Types::ORG => Some(found.entity),
                Types::UNIT => entity.owner,
                _ => None,
            };
            if let Some(firm) = firm {
                places.entry(firm).or_default().push(found.sentence);
            }
        }
        let mut ranked: Vec<EntityId> = places.keys().copied().collect();
        ranked.sort_by_key(|firm| (std::cmp::Reverse(places[firm].len()), *firm));
        Self { names, kb, posts, topic, told, appointed, places, ranked, watch }
    }

    /// The firm that is left out, with how sure it is.
    pub fn choose(&self, gap: &Gap, site: Site) -> Option<(EntityId, f64)> {
        let end = match site {
            Site::OpenFrom | Site::From | Site::Post => Slot::From,
            Site::OpenTo | Site::To | Site::Appointment => Slot::To,
        };
        // Who leaves a parent does not join its subsidiary, and what is perhaps no firm is lent to nobody; but those who
        // hold a post there come from there.
        let kin = |firm: EntityId| gap.other.is_some_and(|other| self.kin(firm, other));
        let held = |firm: EntityId| self.posts.iter().any(|p| Some(p.person) == gap.person && p.org == Some(firm));
        // "A (F), B (G) and C (H)": who is told with a firm of one's own does not come from that of another in the list.
        let here = |own: bool| {
            let (person, sentence) = (gap.person, gap.sentence);
            let told = self.posts.iter().filter(move |p| p.sentence == sentence && (Some(p.person) == person) == own);
            told.filter_map(|p| p.org).collect::<BTreeSet<_>>()
        };
        let (own, others) = (here(true), here(false));
        let only_here = |firm: EntityId| self.places[&firm].iter().all(|&at| at == gap.sentence);
        let another = |firm: EntityId| {
            let told = !own.is_empty() || only_here(firm);
            site != Site::Appointment && others.contains(&firm) && !own.contains(&firm) && told
        };
        // "Entered F in 2015, P now joins T": nobody came long ago from where they are now.
        let later = |firm: EntityId| {
            let now = |p: &Post| Some(p.person) == gap.person && p.org == Some(firm) && !p.former;
            let place = gap.spans.first().map_or(0, |span| span.end);
            let joins = |t: &Told| {
                let theirs = t.who.is_some() && t.who == gap.person && t.firm == firm && t.end == Slot::To;
                theirs && t.sentence == gap.sentence && t.place > place
            };
            end == Slot::From
                && gap.none.contains(&Sign::NonePast)
                && (self.posts.iter().any(now) || self.told.iter().any(joins))
        };
        // "A, who comes from F, and B, who comes from G": nobody told beside A goes to F, unless somebody does.
        let opposite = |firm: EntityId| {
            let ends = |t: &&Told| t.firm == firm && t.who.is_some();
            let others = |t: &Told| t.who != gap.person && t.end != end && t.sentence == gap.sentence;
            Some(firm) != self.topic.firm
                && site != Site::Post
                && site != Site::Appointment
                && self.told.iter().filter(ends).any(others)
                && !self.told.iter().filter(ends).any(|t| t.end == end)
        };
        // Who came from F to G is not told to have gone from G to F before, but by who returns.
        let inverse = |firm: EntityId| {
            let other = |t: &&Told| t.who.is_some() && t.who == gap.person && Some(t.firm) == gap.other && t.end == end;
            let theirs = |t: &Told| t.who == gap.person && t.firm == firm && t.end != end;
            !gap.none.contains(&Sign::NoneReturned)
                && self
                    .told
                    .iter()
                    .filter(other)
                    .any(|o| self.told.iter().any(|t| theirs(t) && t.sentence == o.sentence))
        };
        let firms: Vec<EntityId> = self
            .places
            .keys()
            .copied()
            .filter(|&f| !another(f) && !later(f) && !opposite(f) && !inverse(f))
            .filter(|&f| {
                Some(f) != gap.other && (end == Slot::From && held(f) || !kin(f) && !self.names.entities[f].faint)
            })
            .collect();
        let mut none = vec![Sign::None];
        none.extend(&gap.none);
        none.extend(self.topic.firm.is_none().then_some(Sign::NoneTopic));
        let signs: Vec<Vec<Sign>> = firms.iter().map(|&f| self.for_firm(gap, end, f)).collect();
        if let Some(watch) = self.watch {
            let name = |id: EntityId| self.names.entities[id].name.clone();
            let mut candidates = vec![(None, none.clone())];
            candidates.extend(firms.iter().zip(&signs).map(|(&f, s)| (Some(name(f)), s.clone())));
            watch.borrow_mut().push(Choice {
                site,
                person: gap.person.map(name),
                spans: gap.spans.clone(),
                other: gap.other.map(name),
                candidates,
            });
        }
        let strength = |signs: &[Sign]| signs.iter().map(|&s| self.kb.lending.weight(site, s)).sum::<f64>().exp();
        let (without, each) = (strength(&none), signs.iter().map(|s| strength(s)).collect::<Vec<_>>());
        let all = without + each.iter().sum::<f64>();
        let (at, best) = each.iter().copied().enumerate().max_by(|a, b| a.1.total_cmp(&b.1))?;
        (best > without).then(|| (firms[at], best / all))
    }

    /// Whether one of two firms is the parent of the other.
    fn kin(&self, a: EntityId, b: EntityId) -> bool {
        let row = |id: EntityId| match self.names.entities[id].referent {
            Some(Referent::Org(row)) => Some(row),
            _ => None,
        };
        let parent = |row: usize| self.kb.organisations[row].parent;
        row(a).zip(row(b)).is_some_and(|(a, b)| parent(a) == Some(b) || parent(b) == Some(a))
    }

    fn for_firm(&self, d: &Gap, end: Slot, firm: EntityId) -> Vec<Sign> {
        let mut out = Vec::new();
        let mut sign = |holds: bool, sign: Sign| {
            if holds {
                out.push(sign);
            }
        };
        let person = d.person;
        let own = |p: &&Post| Some(p.person) == person && p.org == Some(firm);
        let here = |p: &Post| p.sentence == d.sentence;
        let held: Vec<&Post> = self.posts.iter().filter(own).collect();
        let present = || held.iter().filter(|p| !p.former && !p.lent);
        sign(present().any(|p| here(p)), Sign::PostHere);
        sign(present().any(|p| !here(p)), Sign::Post);
        sign(held.iter().any(|p| p.lent), Sign::PostLent);
        sign(held.iter().any(|p| p.former && here(p)), Sign::FormerHere);
        sign(held.iter().any(|p| p.former && !here(p)), Sign::Former);
        sign(person.and_then(|p| self.names.firm_in_kb(p)) == Some(firm), Sign::Known);
        sign(self.posts.iter().any(|p| Some(p.person) != person && p.org == Some(firm) && !p.former), Sign::Others);
        sign(d.own.contains(&firm), Sign::Own);
        sign(d.guess == Some(firm), Sign::Guess);
        sign(d.replaced.contains(&firm), Sign::Replaced);
        sign(d.head == Some(firm), Sign::Head);
        sign(d.paragraph == Some(firm), Sign::Paragraph);
        sign(d.context == Some(firm), Sign::Context);
        sign(self.topic.firm == Some(firm), Sign::Topic);
        sign(self.topic.loser == Some(firm), Sign::Loser);
        sign(self.topic.gainer == Some(firm), Sign::Gainer);
        let ends = |same: bool| {
            self.told
                .iter()
                .filter(move |t| t.firm == firm && (t.end == end) == same && (t.who.is_none() || t.who != person))
        };
        let far = |t: &Told| d.sentence.abs_diff(t.sentence);
        for (same, signs) in [
            (true, [Sign::SameHere, Sign::SameNear, Sign::SameFar, Sign::SameMany]),
            (false, [Sign::OtherHere, Sign::OtherNear, Sign::OtherFar, Sign::OtherMany]),
        ] {
            sign(ends(same).any(|t| far(t) == 0), signs[0]);
            sign(ends(same).any(|t| t.sentence < d.sentence && far(t) <= 2), signs[1]);
            sign(ends(same).any(|t| far(t) > 2 || t.sentence > d.sentence), signs[2]);
            sign(ends(same).map(|t| t.who).collect::<BTreeSet<_>>().len() > 1, signs[3]);
        }
        let mine =
            |same: bool| self.told.iter().filter(move |t| t.firm == firm && (t.end == end) == same && t.who == person);
        if person.is_some() {
            sign(mine(true).next().is_some(), Sign::OwnSame);
            sign(mine(false).any(|t| t.sentence <= d.sentence), Sign::OwnBefore);
            sign(mine(false).any(|t| t.sentence > d.sentence), Sign::OwnBehind);
        }
        sign(person.is_some_and(|p| self.appointed.contains(&(p, firm))), Sign::Appointed);
        let places = &self.places[&firm];
        let last = places.iter().copied().rfind(|&at| at <= d.sentence);
        match last.map(|at| d.sentence - at) {
            Some(0) => sign(true, Sign::Here),
            Some(1) => sign(true, Sign::Before),
            Some(2 | 3) => sign(true, Sign::Near),
            Some(_) => {}
            None => sign(true, Sign::Behind),
        }
        sign(places[0] == 0, Sign::Heading);
        sign(self.ranked.first() == Some(&firm), Sign::Most);
        sign(self.ranked.get(1) == Some(&firm), Sign::Second);
        sign(places.len() == 1, Sign::Once);
        out
    }
}
