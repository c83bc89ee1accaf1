//! Who is meant: definite nouns, pronouns, zero subjects, speakers, the firm somebody stands for.

use super::*;

impl Resolver<'_> {
    /// Resolves a reference by type and nearness; `None` leaves it open.
    pub(super) fn refer(&self, refer: Refer, m: &Mention, raw: &Raw) -> Option<Vec<EntityId>> {
        let mut taken: Vec<EntityId> = raw
            .slots
            .values()
            .filter_map(|f| match f {
                Filler::Mention(n) => entity(self.mention(*n)),
                _ => None,
            })
            .collect();
        // "F, whose founder X joins the group": nobody joins the firm where he or she holds a post, but as its founder.
        let founds = matches!(raw.slots.get(&Slot::Manner), Some(Filler::Fixed(v)) if v.texts() == ["founded"]);
        let joins = !founds && matches!(raw.slots.get(&Slot::To), Some(Filler::Mention(n)) if self.mention(*n) == m);
        taken.extend(self.post_of_mover(raw).filter(|_| joins));
        let near = |types: Types| {
            self.clauses
                .mentions
                .iter()
                .rev()
                .filter(|o| o.end <= m.start && o.types == types)
                // The firm of somebody's title, or of whose people somebody was, is not the one spoken of.
                .filter(|o| {
                    let people = |r: &Mention| matches!(r.what, What::Role | What::Group | What::Count { .. });
                    let before = o.start.saturating_sub(3)..o.start;
                    types == Types::PER
                        || !self.clauses.mentions.iter().any(|r| people(r) && r.end <= o.start && o.start - r.end <= 3)
                            && !before
                                .into_iter()
                                .any(|i| self.clauses.sentence.class_at(i, self.clauses.classes.former).is_some())
                })
                .find_map(|o| entity(o).filter(|id| !taken.contains(id)))
        };
        match refer {
            // The firm the article is about, when it is in mind; else the one named last.
            Refer::Firm => self
                .head
                .filter(|h| !taken.contains(h))
                .or_else(|| near(Types::ORG))
                .or_else(|| {
                    let topic = self.topic.filter(|t| !taken.contains(t));
                    topic
                        .filter(|t| self.discourse.orgs.iter().any(|(o, at)| o == t && self.sentence - at <= REACH + 1))
                })
                .or_else(|| {
                    self.discourse
                        .orgs
                        .iter()
                        .rev()
                        .find(|(o, at)| !taken.contains(o) && self.sentence - at <= REACH + 2)
                        .map(|(o, _)| *o)
                })
                // "X, co-founder of F, says she leaves the company": when no other is named, that of the title.
                .or_else(|| {
                    let left = matches!(raw.slots.get(&Slot::From), Some(Filler::Mention(n)) if self.mention(*n) == m);
                    let before =
                        self.clauses.mentions.iter().rev().filter(|o| o.end <= m.start && o.types == Types::ORG);
                    before.filter_map(entity).find(|id| left && !taken.contains(id))
                })
                .map(|o| vec![o]),
            Refer::FirmOf => {
                let beside = |o: &&Mention| o.types == Types::PER && o.start >= m.start && o.start <= m.end + 2;
                let person = self.clauses.mentions.iter().filter(beside).find_map(entity)?;
                self.firm_of(person).or_else(|| self.names.house_of(person)).map(|firm| vec![firm])
            }
            // The rival of whom is not told by nearness alone.
            Refer::Rival => None,
            Refer::Worker => near(Types::PER).map(|p| vec![p]).or_else(|| self.zero()),
            Refer::He | Refer::She => {
                let gender = if refer == Refer::She { Gender::Feminine } else { Gender::Masculine };
                let may = |id: &EntityId| self.names.entities[*id].gender.is_none_or(|g| g == gender);
                let before = self.clauses.mentions.iter().rev().filter(|o| o.end <= m.start && o.types == Types::PER);
                let here = before.filter_map(entity).filter(|id| !taken.contains(id)).find(may);
                here.or_else(|| self.discourse.person(gender, self.sentence, self.names)).map(|p| vec![p])
            }
            Refer::They | Refer::Both => {
                let here = self
                    .clauses
                    .mentions
                    .iter()
                    .rev()
                    .find(|o| o.end <= m.start && o.list.len() > 1 && o.types == Types::PER);
                here.map(|o| members(o, self.clauses.mentions)).or_else(|| {
                    self.discourse.several.clone().filter(|(_, at)| self.sentence - at <= REACH).map(|(p, _)| p)
                })
            }
        }
    }

    /// Whether a claim speaks of somebody as the one who comes.
    pub(super) fn takes_place(&self, raw: &Raw, person: EntityId) -> bool {
        match raw.slots.get(&Slot::Person) {
            Some(Filler::Mention(m)) => members(self.mention(*m), self.clauses.mentions).contains(&person),
            Some(Filler::Zero) => true,
            _ => false,
        }
    }

    /// The subject that the sentences before left.
    pub(super) fn zero(&self) -> Option<Vec<EntityId>> {
        self.discourse.subject.clone().filter(|(p, at)| !p.is_empty() && self.sentence - at <= REACH).map(|(p, _)| p)
    }

    pub(super) fn speaker(&self) -> Option<EntityId> {
        let here = self.said.iter().find_map(|s| match s.chain.last() {
            Some(Voice::Mention(m)) => {
                entity(self.mention(*m)).filter(|&id| self.names.entities[id].types.meets(Types::PER))
            }
            _ => None,
        });
        here.or_else(|| self.discourse.speaker.filter(|(_, at)| self.sentence - at <= REACH).map(|(p, _)| p))
    }

    /// The firm last named before the trigger, in this sentence or those before.
    pub(super) fn last_org(&self, raw: &Raw) -> Option<EntityId> {
        // "On LinkedIn" tells where it was said.
        let channel = |m: &Mention| m.prep.is_some_and(|p| self.discourse.channel.contains(&p));
        let spoken =
            || self.clauses.mentions.iter().filter(|m| m.types == Types::ORG && !channel(m) && self.names.lends(m));
        // A number of people in a sentence that names one firm only: theirs.
        let mut firms: Vec<EntityId> = spoken().filter_map(entity).collect();
        firms.dedup();
        let s = self.clauses.sentence;
        let whole = !(0..s.len()).any(|i| s.punct(self.text, i) == Some(';'));
        if let ([firm], true) = (&firms[..], raw.kind == Some(Kind::Count) || raw.open.contains(&Slot::From) && whole) {
            return Some(*firm);
        }
        let here = spoken().rfind(|m| m.end <= raw.trigger.0).and_then(entity);
        here.or_else(|| self.discourse.orgs.iter().rev().find(|(_, at)| self.sentence - at <= REACH).map(|(o, _)| *o))
    }

    /// The first firm of the paragraph before the trigger: in a digest, what the item is about.
    pub(super) fn paragraph_org(&self, raw: &Raw) -> Option<EntityId> {
        let here = self
            .clauses
            .mentions
            .iter()
            .find(|m| m.end <= raw.trigger.0 && m.types == Types::ORG && self.names.lends(m))
            .and_then(entity);
        self.discourse.opening.filter(|(_, p)| *p == self.clauses.sentence.paragraph).map(|(o, _)| o).or(here)
    }

    /// The firm in which the person of a transfer holds a post that the article has told.
    pub(super) fn post_of_mover(&self, raw: &Raw) -> Option<EntityId> {
        let Some(Filler::Mention(m)) = raw.slots.get(&Slot::Person) else { return None };
        self.told_firm(entity(self.mention(*m))?)
    }

    /// The firm of the post that the article last told of somebody.
    fn told_firm(&self, person: EntityId) -> Option<EntityId> {
        self.told.iter().rev().find(|p| p.person == person && !p.former).and_then(|p| p.org)
    }

    /// The firm that a person stands for: by a post that the article tells, else by one the knowledge base has as lasting.
    pub(super) fn firm_of(&self, person: EntityId) -> Option<EntityId> {
        self.told_firm(person).or_else(|| self.names.firm_in_kb(person))
    }
}
