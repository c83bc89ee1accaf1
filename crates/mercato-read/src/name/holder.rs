//! "Il CEO di Corvanta", "the Corvanta boss": the person who holds the one post of its kind in a firm.

use mercato_model::PartialDate;
use mercato_pack::kb::Post;

use super::*;

/// Words of an office that one person at a time holds, by what the knowledge base calls the office.
const OFFICES: [(&str, &str); 2] = [("chief", "chief executive"), (FOUNDER, "founder")];
const FOUNDER: &str = "founder";

/// A description that stands for the person of an office.
#[derive(Clone, Debug)]
pub(crate) struct Holder {
    pub sentence: usize,
    /// Tokens of the whole description, and of the words for the office.
    pub start: usize,
    pub end: usize,
    pub role: (usize, usize),
    pub person: EntityId,
    pub org: EntityId,
    /// The knowledge base tells who it is, and no description before it told the same.
    pub news: bool,
}

/// An office of a firm where the text speaks of it.
struct Place {
    sentence: usize,
    start: usize,
    end: usize,
    role: (usize, usize),
    org: EntityId,
    /// By place in [`OFFICES`].
    office: usize,
}

impl Finder<'_> {
    /// Reads descriptions as the persons whom the article itself puts into the office, else whom the knowledge base has
    /// in it on the day of the article; always persons whom the article also names.
    pub(super) fn holders(&mut self, published: Option<PartialDate>) {
        let classes: Vec<Option<u16>> = OFFICES.iter().map(|(class, _)| self.pack.classes.id(class)).collect();
        let mut places: Vec<Place> = Vec::new();
        let mut told: Vec<(usize, EntityId, EntityId)> = Vec::new();
        for number in 0..self.sentences.len() {
            let sentence = &self.sentences[number];
            let spoken = |&&(_, _, class): &&(usize, usize, u16)| classes.contains(&Some(class));
            for &(at, len, class) in sentence.classes.iter().filter(spoken) {
                let Some(office) = classes.iter().position(|c| *c == Some(class)) else { continue };
                let Some(place) = self.place(number, (at, at + len), office) else { continue };
                match self.beside(&place) {
                    Beside::Person(person) => told.push((office, place.org, person)),
                    Beside::Nobody if self.definite(&place) => places.push(place),
                    _ => {}
                }
            }
        }
        for place in places {
            let mut here: Vec<EntityId> =
                told.iter().filter(|t| (t.0, t.1) == (place.office, place.org)).map(|t| t.2).collect();
            here.sort_unstable();
            here.dedup();
            let person = match here[..] {
                [] => self.in_office(&place, published),
                [person] => Some(person),
                _ => None,
            };
            let Some(person) = person else { continue };
            self.names.found.retain(|f| f.sentence != place.sentence || f.end <= place.start || f.start >= place.end);
            let Place { sentence, start, end, role, org, .. } = place;
            self.names.found.push(Found { sentence, start, end, entity: person, as_written: false, channel: false });
            let news = here.is_empty() && !self.names.holders.iter().any(|h| (h.person, h.org) == (person, org));
            self.names.holders.push(Holder { sentence, start, end, role, person, org, news });
        }
    }

    /// The firm of an office: in the genitive behind it, or right before it ("Corvanta's chief executive").
    fn place(&self, number: usize, role: (usize, usize), office: usize) -> Option<Place> {
        let sentence = &self.sentences[number];
        let firm = |fits: &dyn Fn(&Found) -> bool| {
            let known = |f: &&Found| f.sentence == number && self.names.entities[f.entity].types == Types::ORG;
            self.names.found.iter().filter(known).find(|f| fits(f))
        };
        let genitive = sentence.preps.get(role.1).copied().flatten().filter(|(_, p)| self.pack.genitive.contains(p));
        if let Some((len, _)) = genitive {
            let behind = firm(&|f: &Found| f.start == role.1 + len)?;
            return Some(Place { sentence: number, start: role.0, end: behind.end, role, org: behind.entity, office });
        }
        let mark = usize::from(role.0 > 0 && sentence.possessive(self.text, role.0 - 1));
        let before = firm(&|f: &Found| f.end + mark == role.0)?;
        Some(Place { sentence: number, start: before.start, end: role.1, role, org: before.entity, office })
    }

    /// Who is named beside a description, set off by a comma or not.
    fn beside(&self, place: &Place) -> Beside {
        let sentence = &self.sentences[place.sentence];
        let here = |f: &&Found| f.sentence == place.sentence && self.names.entities[f.entity].types == Types::PER;
        let comma = |at: usize| sentence.punct(self.text, at) == Some(',');
        let next = place.end + usize::from(comma(place.end));
        let article = (place.start.saturating_sub(2)..place.start)
            .find(|&i| sentence.class_at(i, self.class.det).is_some_and(|len| i + len == place.start));
        let start = article.unwrap_or(place.start);
        let before = start.checked_sub(1).filter(|&at| comma(at));
        let found = self
            .names
            .found
            .iter()
            .filter(here)
            .find(|f| f.start == next || before == Some(f.end))
            .map(|f| (f.entity, f.start == next));
        match found {
            // "An ex-boss of F, P" holds the post no more.
            Some(_) if start > 0 && sentence.in_class(start - 1, self.class.former) => Beside::Other,
            Some((person, _)) => Beside::Person(person),
            // Some other name, or the rest of a longer one ("Corvanta France").
            None if sentence.tokens.get(next).is_some_and(|t| t.shape.is_name_like()) => Beside::Other,
            None => Beside::Nobody,
        }
    }

    /// A definite description that is no predicate ("is the boss of F", "as chief executive of F").
    fn definite(&self, place: &Place) -> bool {
        let sentence = &self.sentences[place.sentence];
        let indefinite = self.pack.classes.id("indefinite");
        let article = (place.start.saturating_sub(2)..place.start).find(|&i| {
            sentence.class_at(i, self.class.det).is_some_and(|len| i + len == place.start)
                && sentence.class_at(i, indefinite).is_none()
        });
        let contracted = place.start > 0
            && sentence.preps[place.start - 1].is_some_and(|(len, prep)| {
                len == 1 && key(sentence.word(self.text, place.start - 1)) != self.pack.prep_names[prep as usize]
            });
        let firm_first = place.role.0 > place.start;
        let before = match article {
            Some(at) => at,
            None if contracted => return true,
            None if firm_first => place.start,
            None => return false,
        };
        let Some(before) = before.checked_sub(1) else { return true };
        let forms = self.pack.verbs.forms(sentence.words[before]);
        let prep = sentence.preps[before].is_some();
        // "As F's boss": without an article only a bare name may stand behind a preposition.
        !(prep && article.is_none())
            && (forms.is_empty() || forms.iter().any(|f| self.pack.cues.say.contains(&f.lemma)))
            && !sentence.in_class(before, self.class.former)
    }

    /// Whom the knowledge base has in the office on a day, if the article names that person; of several founders the one
    /// it names.
    fn in_office(&self, place: &Place, day: Option<PartialDate>) -> Option<EntityId> {
        let Some(Referent::Org(org)) = self.names.entities[place.org].referent else { return None };
        let (class, office) = OFFICES[place.office];
        // Who founded a firm remains its founder, and founders are often more than one.
        let lasting = class == FOUNDER;
        let fits = |p: &&Post| {
            p.org == org
                && p.role.split(" and ").any(|part| part == office || lasting && part.ends_with(office))
                && (lasting || held(p, day))
        };
        let mut people: Vec<(usize, Option<EntityId>)> = self
            .kb
            .posts
            .iter()
            .filter(fits)
            .map(|p| (p.person, self.by_referent.get(&referent_key(&Referent::Person(p.person))).copied()))
            .filter(|(_, entity)| !lasting || entity.is_some())
            .collect();
        people.sort_unstable();
        people.dedup();
        let [(_, Some(entity))] = people[..] else { return None };
        self.names.found.iter().any(|f| f.entity == entity).then_some(entity)
    }
}

enum Beside {
    Person(EntityId),
    /// A name that is no person, or somebody who held the office once.
    Other,
    Nobody,
}

/// Whether a post was held on a day; on an unknown day, whether it has no end.
fn held(post: &Post, day: Option<PartialDate>) -> bool {
    let Some(day) = day else { return post.end.is_empty() };
    let day = day.to_string();
    let not_after = |a: &str, b: &str| {
        let n = a.len().min(b.len());
        a[..n] <= b[..n]
    };
    (post.start.is_empty() || not_after(&post.start, &day)) && (post.end.is_empty() || not_after(&day, &post.end))
}
