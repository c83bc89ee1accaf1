//! Names of a document: who and what is mentioned where, typed by the knowledge base, name lists, context and the document's own memory.

mod damaged;
mod evidence;
mod holder;
mod runs;

use mercato_model::Document;
use mercato_pack::kb::{Kb, Referent};
use mercato_pack::pattern::Types;
use mercato_pack::token::{Shape, key};
use mercato_pack::words::WordId;
use mercato_pack::{Gender, Knowledge, Pack};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::sentence::Sentence;

pub(crate) use holder::Holder;

/// An entity of the document, by its place in [`Names::entities`].
pub(crate) type EntityId = usize;

/// Somebody or something that the document names.
#[derive(Clone, Debug)]
pub(crate) struct Entity {
    /// Canonical name, as fully as the document or the knowledge base gives it.
    pub name: String,
    pub types: Types,
    /// The firm of a unit or product.
    pub owner: Option<EntityId>,
    pub referent: Option<Referent>,
    /// 0 to 1: how sure the type is.
    pub sure: f64,
    /// Taken for a firm though it stands once and nothing speaks for it: good where it stands, never lent elsewhere.
    pub faint: bool,
    /// Of persons, as far as the forename tells.
    pub gender: Option<Gender>,
}

/// A place where a name stands.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub sentence: usize,
    pub start: usize,
    pub end: usize,
    pub entity: EntityId,
    /// The surface is a damaged or translated form.
    pub as_written: bool,
    /// It only carries what is said ("on LinkedIn").
    pub channel: bool,
}

/// All names of a document.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    pub entities: Vec<Entity>,
    pub found: Vec<Found>,
    /// Descriptions by an office ("the boss of F") that stand for a person.
    pub holders: Vec<Holder>,
    /// Persons of the knowledge base who hold a post without an end in one firm of the document.
    firms_of_people: Vec<(EntityId, EntityId)>,
    /// Persons of the knowledge base with their only post without an end, whether the document names the firm or not.
    houses: Vec<(EntityId, EntityId)>,
}

impl Names {
    /// The firm in which the knowledge base has a person now, when it is one only.
    pub fn firm_in_kb(&self, person: EntityId) -> Option<EntityId> {
        self.firms_of_people.iter().find(|(p, _)| *p == person).map(|(_, firm)| *firm)
    }

    /// The firm that somebody's "company" can only be.
    pub fn house_of(&self, person: EntityId) -> Option<EntityId> {
        self.houses.iter().find(|(p, _)| *p == person).map(|(_, firm)| *firm)
    }

    /// Whether a mention may stand for what later words leave out.
    pub fn lends(&self, mention: &crate::mention::Mention) -> bool {
        match mention.what {
            crate::mention::What::Entity { id, .. } => !self.entities[id].faint,
            _ => true,
        }
    }

    /// The firm that the document names most often; the heading counts three times.
    pub fn topic(&self) -> Option<EntityId> {
        self.ranked().first().map(|(org, _)| *org)
    }

    /// The firm that the document is about: named far more often than any other.
    pub fn dominant(&self) -> Option<EntityId> {
        let ranked = self.ranked();
        let all: usize = ranked.iter().map(|(_, n)| n).sum();
        let (org, n) = *ranked.first()?;
        let second = ranked.get(1).map_or(0, |(_, n)| *n);
        if n >= 3 && 10 * n >= 35 * all / 10 && 2 * n >= 3 * second {
            return Some(org);
        }
        None
    }

    fn ranked(&self) -> Vec<(EntityId, usize)> {
        let mut named: std::collections::BTreeMap<EntityId, usize> = std::collections::BTreeMap::new();
        for f in self.found.iter().filter(|f| !f.channel) {
            let entity = &self.entities[f.entity];
            if entity.types == Types::ORG && !entity.faint {
                *named.entry(f.entity).or_default() += if f.sentence == 0 { 3 } else { 1 };
            }
        }
        let mut ranked: Vec<(EntityId, usize)> = named.into_iter().collect();
        ranked.sort_by_key(|(org, n)| (std::cmp::Reverse(*n), *org));
        ranked
    }
}

/// A run of capitalised words that the knowledge base does not know.
struct Run {
    sentence: usize,
    start: usize,
    end: usize,
}

/// What speaks for a reading of an unknown name, over the whole document.
#[derive(Default)]
struct Evidence {
    person: i32,
    org: i32,
    times: usize,
    /// It stands somewhere where only names have a capital.
    inside: bool,
    /// How often it stands where places stand ("in X") and nothing makes it a firm.
    placed: usize,
}

pub(crate) fn find(
    text: &str,
    sentences: &[Sentence],
    knowledge: &Knowledge,
    pack: &Pack,
    document: &Document,
) -> Names {
    let mut finder = Finder {
        text,
        sentences,
        kb: &knowledge.kb,
        pack,
        names: Names::default(),
        by_referent: FxHashMap::default(),
        by_key: FxHashMap::default(),
        class: Classes::of(pack),
        seen: FxHashSet::default(),
        markers: FxHashSet::default(),
    };
    finder.seen = finder.seen();
    finder.markers = finder.markers();
    let mut covered: Vec<Vec<bool>> = sentences.iter().map(|s| vec![false; s.len()]).collect();
    finder.known(&mut covered);
    let runs = finder.runs(&covered);
    finder.unknown(&runs);
    finder.as_told();
    finder.own_outlet(document.outlet.as_deref());
    finder.holders(document.published);
    // Where no other firm is named, the faint ones are all there is.
    let entities = &mut finder.names.entities;
    if !entities.iter().any(|e| e.types == Types::ORG && !e.faint) {
        entities.iter_mut().for_each(|e| e.faint = false);
    }
    finder.posts_of_people();
    for entity in finder.names.entities.iter_mut().filter(|e| e.types == Types::PER) {
        let forename = entity.name.split([' ', '-']).next().unwrap_or_default();
        entity.gender = finder.kb.forenames.gender(&key(forename));
    }
    finder.names.found.sort_by_key(|f| (f.sentence, f.start));
    finder.names
}

struct Classes {
    det: Option<u16>,
    not_name: Option<u16>,
    title: Option<u16>,
    before_org: Option<u16>,
    before_person: Option<u16>,
    product_noun: Option<u16>,
    org_noun: Option<u16>,
    former: Option<u16>,
    and: Option<u16>,
    duration: Option<u16>,
    /// Relative pronouns that stand for persons only ("who").
    who: Option<u16>,
    /// Prepositions before places.
    locative: Option<u16>,
}

impl Classes {
    fn of(pack: &Pack) -> Self {
        let id = |name| pack.classes.id(name);
        Self {
            det: id("det"),
            not_name: id("not_name"),
            title: id("title"),
            before_org: id("before_org"),
            before_person: id("before_person"),
            product_noun: id("product_noun"),
            org_noun: id("org_noun"),
            former: id("former"),
            and: id("and"),
            duration: id("duration"),
            who: id("who"),
            locative: id("locative"),
        }
    }
}

struct Finder<'a> {
    text: &'a str,
    sentences: &'a [Sentence],
    kb: &'a Kb,
    pack: &'a Pack,
    names: Names,
    by_referent: FxHashMap<String, EntityId>,
    by_key: FxHashMap<String, EntityId>,
    class: Classes,
    /// Words that are names in this document, see [`Finder::seen`].
    seen: FxHashSet<WordId>,
    /// Letters that open several sentences, as "Q." and "A." do in interviews.
    markers: FxHashSet<String>,
}

impl Finder<'_> {
    /// Names of the knowledge base, longest first.
    fn known(&mut self, covered: &mut [Vec<bool>]) {
        let mut held_back: Vec<(usize, usize, usize, usize)> = Vec::new();
        for (number, sentence) in self.sentences.iter().enumerate() {
            let mut at = 0;
            while at < sentence.len() {
                // A stop that damage left inside a name ("fabricant. de ChatGPT") is read over.
                if let Some((len, name)) = self.over_stop(sentence, at) {
                    self.add_known(number, at, len, name);
                    covered[number][at..at + len].fill(true);
                    at += len;
                    continue;
                }
                let hit = self
                    .pack
                    .names
                    .at(&sentence.words[at..])
                    .filter(|&(len, &name)| self.stands(sentence, at, len, name))
                    .map(|(len, &name)| (len, name))
                    .next();
                let Some((len, name)) = hit else {
                    at += 1;
                    continue;
                };
                if self.kb.names[name].in_context && !self.in_context(sentence, at, len) {
                    held_back.push((number, at, len, name));
                    at += 1;
                    continue;
                }
                self.add_known(number, at, len, name);
                covered[number][at..at + len].fill(true);
                at += len;
            }
        }
        // A name that is also a word, at the start of a sentence: believed when the document has it elsewhere.
        for (number, at, len, name) in held_back {
            let id = referent_key(&self.kb.names[name].referent);
            if self.by_referent.contains_key(&id) && !covered[number][at..at + len].contains(&true) {
                self.add_known(number, at, len, name);
                covered[number][at..at + len].fill(true);
            }
        }
    }

    /// A known name with a stray full stop inside, before a lower-case word.
    fn over_stop(&self, sentence: &Sentence, at: usize) -> Option<(usize, usize)> {
        let stop = (at + 1..(at + 4).min(sentence.len())).find(|&i| {
            sentence.punct(self.text, i) == Some('.')
                && sentence.tokens.get(i + 1).is_some_and(|t| t.shape == Shape::Lower)
        })?;
        let mut words: Vec<u32> = sentence.words[at..].to_vec();
        words.remove(stop - at);
        let (len, &name) = self.pack.names.longest(&words)?;
        (len > stop - at && self.kb.names[name].epithet).then_some((len + 1, name))
    }

    /// Whether the words at a place are written as the name may be.
    fn stands(&self, sentence: &Sentence, at: usize, len: usize, name: usize) -> bool {
        let name = &self.kb.names[name];
        let surface = sentence.slice(self.text, at, at + len);
        if name.in_context || name.text.chars().count() <= 2 {
            return surface == name.text;
        }
        if name.epithet {
            // "Tesla chief" is no part of "Tesla chief scientist".
            let longer =
                |i: usize| self.pack.roles.longest(&sentence.words[i..]).is_some_and(|(l, _)| i + l > at + len);
            // Cities and epithets with a capital keep it.
            return !(at + 1..at + len).any(longer) && !name.text.starts_with(char::is_uppercase)
                || surface.starts_with(char::is_uppercase);
        }
        if len == 1 && (self.part_of_person(sentence, at, name) || self.part_of_title(sentence, at, name)) {
            return false;
        }
        let first = &sentence.tokens[at];
        let capital = surface.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit());
        if name.text.starts_with(char::is_lowercase) {
            return surface == name.text || capital;
        }
        capital && (len > 1 || first.shape.is_name_like() || first.shape == Shape::Number)
    }

    /// A paper whose name only heads its article is no party in it; who prints a release of its own goes on to speak of
    /// itself.
    fn own_outlet(&mut self, outlet: Option<&str>) {
        let words = |name: &str| name.split_whitespace().map(key).collect::<Vec<_>>();
        let Some(outlet) = outlet.map(words) else { return };
        let told: FxHashSet<EntityId> = self.names.found.iter().filter(|f| f.sentence > 0).map(|f| f.entity).collect();
        let unknown = |e: &Entity| e.types == Types::ORG && e.referent.is_none();
        let heads = self.names.entities.iter_mut().enumerate().filter(|(id, e)| unknown(e) && !told.contains(id));
        for (_, entity) in heads {
            let name = words(&entity.name);
            // With its article or without.
            if name == outlet || outlet.len() > 1 && name == outlet[1..] && outlet[0].len() <= 3 {
                entity.types = Types::OUTLET;
            }
        }
    }

    /// "the Bremen Robotics Fair": the last word of a longer name happens to be that of a part of a firm.
    fn part_of_title(&self, sentence: &Sentence, at: usize, name: &mercato_pack::kb::Name) -> bool {
        let unknown = |at: usize| {
            sentence.tokens[at].shape == Shape::Capital
                && self.pack.names.longest(&sentence.words[at..]).is_none()
                && self.pack.roles.longest(&sentence.words[at..]).is_none()
        };
        matches!(name.referent, Referent::Unit(..)) && at > 1 && unknown(at - 1)
    }

    /// "Gemma Tolomei", "Ji-yeon Bae": one word of a person's name happens to be that of a product or firm.
    fn part_of_person(&self, sentence: &Sentence, at: usize, name: &mercato_pack::kb::Name) -> bool {
        if matches!(name.referent, Referent::Person(_)) {
            return false;
        }
        let capital = |at: usize| sentence.tokens.get(at).is_some_and(|t| t.shape == Shape::Capital);
        let unknown = |at: usize| self.pack.names.longest(&sentence.words[at..]).is_none();
        let org_word = |at: usize| {
            let word = key(sentence.word(self.text, at));
            self.kb.org_words.contains(&word) || self.kb.legal_forms.contains(&word)
        };
        let surface = sentence.word(self.text, at);
        let product = matches!(name.referent, Referent::Product(..));
        let given = self.forename(surface) || product && self.kb.forenames.contains(&key(surface));
        let surname = |at: usize| {
            let word = sentence.word(self.text, at);
            capital(at)
                && unknown(at)
                && !org_word(at)
                && sentence.words[at] == 0
                && (self.kb.surnames.contains(&key(word)) || word.contains('-') || given && product)
        };
        if capital(at) && sentence.tokens.get(at + 1).is_some_and(|t| t.spaced) && surname(at + 1) && (product || given)
        {
            return true;
        }
        // Written otherwise than the firm writes itself, behind a forename.
        surface != name.text
            && at > 0
            && capital(at - 1)
            && unknown(at - 1)
            && self.forename(sentence.word(self.text, at - 1))
    }

    /// A forename that is no other word; of a hyphenated one every part.
    fn forename(&self, word: &str) -> bool {
        let known = |word: &str| self.kb.forenames.contains(word);
        let word = key(word);
        self.kb.forenames.get(&word) == Some(false) || word.contains('-') && word.split('-').all(known)
    }

    /// A firm named by an ordinary word: not at the start of a sentence, where every word has a capital.
    fn in_context(&self, sentence: &Sentence, at: usize, len: usize) -> bool {
        if len > 1 {
            return true;
        }
        let single = sentence.tokens[at].span.end - sentence.tokens[at].span.start == 1;
        if single {
            // One letter: only behind a word that announces a firm.
            return at > 0 && self.announces_org(sentence, at);
        }
        // "Mila Novak": a forename with a name behind it is a person.
        let next_name = sentence.tokens.get(at + 1).is_some_and(|t| t.shape == Shape::Capital);
        if next_name && self.kb.forenames.contains(&key(sentence.word(self.text, at))) {
            return false;
        }
        let initial = at == 0
            || sentence.is_punct(self.text, at - 1)
                && !matches!(sentence.punct(self.text, at - 1), Some(',' | '(' | '-'));
        if !initial {
            return true;
        }
        // At the start: followed by a verb, a colon, a comma or 's it is a name.
        match sentence.tokens.get(at + 1) {
            None => false,
            Some(next) if next.shape == Shape::Punct => true,
            Some(_) => {
                !self.pack.verbs.forms(sentence.words[at + 1]).is_empty()
                    || sentence.word(self.text, at + 1).ends_with(['s'])
                        && sentence.word(self.text, at + 1).len() <= 4
                        && !sentence.tokens[at + 1].spaced
            }
        }
    }

    fn announces_org(&self, sentence: &Sentence, at: usize) -> bool {
        (at.saturating_sub(3)..at).any(|i| {
            sentence.classes.iter().any(|&(s, l, c)| {
                s == i && s + l == at && (Some(c) == self.class.before_org || Some(c) == self.class.org_noun)
            })
        })
    }

    fn add_known(&mut self, sentence: usize, at: usize, len: usize, name: usize) {
        let name = &self.kb.names[name];
        let entity = self.entity_of(&name.referent.clone());
        let before = at.checked_sub(1).and_then(|b| self.sentences[sentence].preps[b]);
        let channel = before.is_some_and(|(_, prep)| self.pack.channel.contains(&prep));
        self.names.found.push(Found { sentence, start: at, end: at + len, entity, as_written: name.mangled, channel });
    }

    fn entity_of(&mut self, referent: &Referent) -> EntityId {
        let id = referent_key(referent);
        if let Some(&entity) = self.by_referent.get(&id) {
            return entity;
        }
        let (name, types, owner) = match referent {
            Referent::Org(at) => (self.kb.organisations[*at].name.clone(), Types::ORG, None),
            Referent::Person(at) => (self.kb.people[*at].name.clone(), Types::PER, None),
            Referent::Outlet(name) => (name.clone(), Types::OUTLET, None),
            Referent::Unit(name, org) => (name.clone(), Types::UNIT, Some(self.entity_of(&Referent::Org(*org)))),
            Referent::Product(name, _, org) => {
                (name.clone(), Types::PRODUCT, org.map(|org| self.entity_of(&Referent::Org(org))))
            }
        };
        let entity = self.names.entities.len();
        self.by_key.insert(key(&name), entity);
        self.names.entities.push(Entity {
            name,
            types,
            owner,
            referent: Some(referent.clone()),
            sure: 1.0,
            faint: false,
            gender: None,
        });
        self.by_referent.insert(id, entity);
        entity
    }

    fn posts_of_people(&mut self) {
        let people: Vec<(EntityId, usize)> = self
            .names
            .entities
            .iter()
            .enumerate()
            .filter_map(|(id, e)| match e.referent {
                Some(Referent::Person(at)) => Some((id, at)),
                _ => None,
            })
            .collect();
        for (entity, person) in people {
            let mut firms: Vec<usize> =
                self.kb.posts.iter().filter(|p| p.person == person && p.end.is_empty()).map(|p| p.org).collect();
            firms.dedup();
            if let [firm] = firms[..] {
                let firm = self.entity_of(&Referent::Org(firm));
                self.names.houses.push((entity, firm));
            }
            let named = |firm: &usize| self.by_referent.get(&referent_key(&Referent::Org(*firm))).copied();
            let here: Vec<EntityId> =
                firms.iter().filter_map(named).filter(|id| self.names.found.iter().any(|f| f.entity == *id)).collect();
            if let [firm] = here[..] {
                self.names.firms_of_people.push((entity, firm));
            }
        }
    }

    /// Types the unknown names by all that the document shows of them.
    fn unknown(&mut self, runs: &[Run]) {
        let mut evidence: FxHashMap<String, Evidence> = FxHashMap::default();
        for run in runs {
            let sentence = &self.sentences[run.sentence];
            let found = self.evidence(sentence, run);
            let entry = evidence.entry(self.run_key(run)).or_insert_with(|| self.intrinsic(sentence, run));
            entry.person += found.person;
            entry.org += found.org;
            entry.times += found.times;
            entry.inside |= self.stands_inside(run);
            entry.placed += usize::from(found.org == 0 && found.person == 0 && self.placed(sentence, run));
        }
        self.shared_by_lists(runs, &mut evidence);
        // What is seen of a short form speaks for the full one: "Larkspur" for "Larkspur Aero", "Achebe" for "Rosalind Achebe".
        let shared: Vec<(String, i32, i32)> = evidence
            .iter()
            .filter(|(id, _)| id.contains(' '))
            .map(|(id, _)| {
                let org = id.split(' ').next().and_then(|first| evidence.get(first)).map_or(0, |e| e.org);
                let person = id.rsplit(' ').next().and_then(|last| evidence.get(last)).map_or(0, |e| e.person);
                (id.clone(), person, org)
            })
            .collect();
        for (id, person, org) in shared {
            if let Some(e) = evidence.get_mut(&id) {
                e.person += person;
                e.org += org;
            }
        }
        // Longer names first, so that short forms find their full form.
        let mut order: Vec<&Run> = runs.iter().collect();
        order.sort_by_key(|r| (std::cmp::Reverse(r.end - r.start), r.sentence, r.start));
        let mut decided: FxHashMap<String, Option<EntityId>> = FxHashMap::default();
        for run in order {
            let id = self.run_key(run);
            let entity = match decided.get(&id) {
                Some(&entity) => entity,
                None => {
                    let entity = self.decide(run, &id, &evidence[&id]);
                    decided.insert(id.clone(), entity);
                    entity
                }
            };
            if let Some(entity) = entity {
                let as_written = self.spoilt(&id, entity);
                self.names.found.push(Found {
                    sentence: run.sentence,
                    start: run.start,
                    end: run.end,
                    entity,
                    as_written,
                    channel: false,
                });
            }
        }
    }

    fn run_key(&self, run: &Run) -> String {
        key(self.sentences[run.sentence].slice(self.text, run.start, run.end))
    }

    fn decide(&mut self, run: &Run, id: &str, evidence: &Evidence) -> Option<EntityId> {
        let sentence = &self.sentences[run.sentence];
        let surface = sentence.slice(self.text, run.start, run.end).to_owned();
        let len = run.end - run.start;
        if let Some(&entity) = self.by_key.get(id) {
            return Some(entity);
        }
        // A short form of a name that the document gives in full.
        if let Some(entity) = self.full_form(id, len, evidence) {
            return Some(entity);
        }
        if let Some(entity) = self.parted(id).or_else(|| self.damaged(run, evidence)) {
            return Some(entity);
        }
        let strong_person = evidence.person > evidence.org && evidence.person >= 2 * evidence.times.min(2) as i32;
        // A word in capitals throughout is a heading more often than a firm.
        let first = sentence.tokens[run.start];
        let shouted = first.shape == Shape::Upper
            && first.span.end - first.span.start > 1
            && surface.chars().filter(|c| c.is_alphabetic()).count() >= 6;
        if shouted && evidence.org < 3 {
            return None;
        }
        let place = self.kb.places.contains(id) || self.kb.not_names.contains(id);
        let bar = if len > 1 { 7 } else { 4 };
        if place && evidence.org < bar && evidence.person < bar {
            return None;
        }
        if len <= 2 && evidence.placed == evidence.times && evidence.org == 0 && evidence.person < 4 {
            return None;
        }
        let (types, weak) = if len > 1 && evidence.person >= evidence.org && evidence.person >= 2 {
            (Types::PER, false)
        } else if evidence.org > evidence.person && evidence.org >= 2 {
            (Types::ORG, false)
        } else if len == 1 && strong_person && evidence.org == 0 && evidence.person >= 2 {
            (Types::PER, false)
        } else if len > 1 && len <= 3 && evidence.person >= 1 && evidence.person >= evidence.org {
            (Types::PER, true)
        } else if evidence.person <= evidence.org + 1 && len <= 3 && evidence.inside {
            // Nothing speaks for either: a lone capitalised word inside a sentence is more often a firm than a person.
            (Types::ORG, true)
        } else {
            return None;
        };
        if len == 1
            && types == Types::PER
            && let Some(person) = self.famous_surname(id)
        {
            return Some(self.entity_of(&Referent::Person(person)));
        }
        let margin = f64::from((evidence.person - evidence.org).abs()) / (evidence.times as f64);
        let sure = if weak { 0.7 } else { (0.75 + 0.07 * margin).min(0.97) };
        // The first word of a sentence is what it speaks of.
        let faint = types == Types::ORG && evidence.org == 0 && evidence.times == 1 && !self.first_word(run);
        let entity = self.names.entities.len();
        self.by_key.insert(id.to_owned(), entity);
        self.names.entities.push(Entity {
            name: surface,
            types,
            owner: None,
            referent: None,
            sure,
            faint,
            gender: None,
        });
        Some(entity)
    }

    /// Not only at the start of its sentence, where any word has a capital; or at a start that a verb follows, or as a head.
    fn stands_inside(&self, run: &Run) -> bool {
        let sentence = &self.sentences[run.sentence];
        self.no_word(sentence, run)
            && (run.start > 0 && !sentence.is_punct(self.text, run.start - 1)
                || (run.end..(run.end + 2).min(sentence.len()))
                    .any(|at| !self.pack.verbs.forms(sentence.words[at]).is_empty())
                || self.possessive(sentence, run.end)
                || matches!(sentence.punct(self.text, run.end), Some(':' | ',' | '–' | '—'))
                // The head of an item: "• Corvanta."
                || run.start > 0 && run.end + 1 == sentence.len() && sentence.is_punct(self.text, run.end)
                || sentence.tokens[run.start].shape != Shape::Capital)
    }

    /// Nothing but punctuation of its own, a dash or brackets before it.
    fn first_word(&self, run: &Run) -> bool {
        let sentence = &self.sentences[run.sentence];
        run.start == 0
            || matches!(sentence.punct(self.text, run.start - 1), Some('-' | '–' | '—' | '•' | ':' | ')' | '.'))
    }

    fn no_word(&self, sentence: &Sentence, run: &Run) -> bool {
        let word = sentence.words[run.start];
        word == 0 || self.seen.contains(&word)
    }

    /// "in X", "à X", ", di X,": where things happen and where people are from.
    fn placed(&self, sentence: &Sentence, run: &Run) -> bool {
        let start = run.start;
        let Some(prep) =
            (start.saturating_sub(3)..start).find(|&i| sentence.preps[i].is_some_and(|(len, _)| i + len == start))
        else {
            return false;
        };
        let origin = prep > 0
            && sentence.punct(self.text, prep - 1) == Some(',')
            && (run.end >= sentence.len() || sentence.is_punct(self.text, run.end))
            && sentence.preps[prep].is_some_and(|(_, p)| self.pack.genitive.contains(&p));
        origin || sentence.class_at(prep, self.class.locative).is_some_and(|len| prep + len == start)
    }

    fn possessive(&self, sentence: &Sentence, at: usize) -> bool {
        at < sentence.len() && !sentence.tokens[at].spaced && matches!(sentence.word(self.text, at), "'s" | "’s")
    }

    /// Links "Pang" to "Ruoming Pang", "Noctua" to "Noctua Silicio".
    fn full_form(&mut self, id: &str, len: usize, evidence: &Evidence) -> Option<EntityId> {
        let mut best: Option<(usize, EntityId)> = None;
        for (at, entity) in self.names.entities.iter().enumerate() {
            let full = key(&entity.name);
            let words: Vec<&str> = full.split_whitespace().collect();
            if words.len() <= len {
                continue;
            }
            let fits = if entity.types == Types::PER {
                let joined = words[words.len() - len..].join(" ");
                joined == id
                    || len == 1 && (words[0] == id && evidence.org <= 2 || words.len() > 2 && words[1..].contains(&id))
            } else if entity.types == Types::ORG && entity.referent.is_none() {
                words[..len].join(" ") == id && evidence.person < 4
            } else {
                false
            };
            if fits {
                let rank = usize::from(entity.types == Types::PER && words.last() == Some(&id)) + 1;
                if best.is_none_or(|(r, _)| rank > r) {
                    best = Some((rank, at));
                }
            }
        }
        if best.is_none()
            && len == 1
            && evidence.org <= 1
            && let Some(person) = self.famous_surname(id)
        {
            return Some(self.entity_of(&Referent::Person(person)));
        }
        if best.is_none() && len == 1 && evidence.org <= 1 {
            return self.misspelt(id);
        }
        best.map(|(_, at)| at)
    }

    /// The only person of the knowledge base with this surname, if the surname is not a common one.
    fn famous_surname(&self, id: &str) -> Option<usize> {
        if self.kb.surnames.contains(id) || self.kb.forenames.contains(id) || id.chars().count() < 4 {
            return None;
        }
        match self.kb.surnamed(id) {
            [person] => Some(*person),
            _ => None,
        }
    }
}

fn referent_key(referent: &Referent) -> String {
    match referent {
        Referent::Org(at) => format!("o{at}"),
        Referent::Person(at) => format!("p{at}"),
        Referent::Outlet(name) => format!("n{name}"),
        Referent::Unit(name, _) => format!("u{name}"),
        Referent::Product(name, ..) => format!("m{name}"),
    }
}
