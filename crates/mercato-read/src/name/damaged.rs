//! Unknown names that are known ones, damaged by translation or hearing: told by their sound, believed in the company of a firm of theirs.

use mercato_pack::sound::{differ, sound};

use super::*;

impl Finder<'_> {
    /// A firm of one word that damage cut in two ("Wind Surf").
    pub(super) fn parted(&mut self, id: &str) -> Option<EntityId> {
        if !id.contains([' ', '-']) {
            return None;
        }
        let name = *self.kb.whole_words.get(&id.replace([' ', '-'], ""))?;
        Some(self.entity_of(&self.kb.names[name].referent.clone()))
    }

    /// The person of the knowledge base whose name a run of words spoils.
    pub(super) fn damaged(&mut self, run: &Run, evidence: &Evidence) -> Option<EntityId> {
        let sentence = &self.sentences[run.sentence];
        let len = run.end - run.start;
        let first = (len > 1).then(|| sentence.word(self.text, run.start));
        let last = sentence.word(self.text, run.end - 1);
        if len > 5 || evidence.org > evidence.person + 2 {
            return None;
        }
        let mut hits = self.kb.sounding(first, last);
        hits.sort_by_key(|&(person, n)| (n, person));
        let best = match hits[..] {
            [] => None,
            [(person, n)] => Some((person, n)),
            [(person, n), (_, other), ..] => (n < other).then_some((person, n)),
        };
        // The surname is right, the forename was translated away ("Look" for "Luc").
        let surname_only = || {
            let forename = first?;
            let plain = !self.kb.forenames.contains(&key(forename)) && forename.chars().count() > 2;
            self.famous_surname(&key(last)).filter(|_| len == 2 && plain && evidence.org == 0).map(|person| (person, 1))
        };
        let (person, n) = best.or_else(surname_only)?;
        let sure = n == 0 && first.is_some() && last.chars().count() >= 7;
        if !sure && !self.firm_stands_here(person) {
            return None;
        }
        let short = key(last);
        let entity = self.entity_of(&Referent::Person(person));
        // What follows calls the person by the same damaged surname.
        if first.is_some() && !self.kb.forenames.contains(&short) {
            self.by_key.entry(short).or_insert(entity);
        }
        Some(entity)
    }

    /// A firm where the person holds or held a post is named in the document.
    fn firm_stands_here(&self, person: usize) -> bool {
        self.kb
            .posts
            .iter()
            .filter(|p| p.person == person)
            .any(|p| self.by_referent.contains_key(&referent_key(&Referent::Org(p.org))))
    }

    /// The words of a name are not all words of the name that is shown for it.
    pub(super) fn spoilt(&self, id: &str, entity: EntityId) -> bool {
        let entity = &self.names.entities[entity];
        let full = key(&entity.name);
        entity.referent.is_some() && !id.split(' ').all(|word| full.split(' ').any(|w| w == word))
    }

    /// A surname spelt otherwise than where the document gives the full name.
    pub(super) fn misspelt(&self, id: &str) -> Option<EntityId> {
        let heard = |word: &str| {
            let near = word.chars().next() == id.chars().next() && word.len().abs_diff(id.len()) <= 2 && word != id;
            near && sound(word) == sound(id)
        };
        if id.chars().count() < 4 {
            return None;
        }
        let mut hits = self.names.entities.iter().enumerate().filter(|(_, e)| {
            e.types == Types::PER && e.name.contains(' ') && heard(&key(e.name.rsplit(' ').next().unwrap_or_default()))
        });
        match (hits.next(), hits.next()) {
            (Some((at, _)), None) => Some(at),
            _ => None,
        }
    }

    /// People are called as the article calls them, where that is another name and no damage ("Alex" for "Alexandre").
    pub(super) fn as_told(&mut self) {
        let mut told: FxHashMap<EntityId, Option<String>> = FxHashMap::default();
        for f in &self.names.found {
            let entity = &self.names.entities[f.entity];
            let Some(Referent::Person(_)) = entity.referent else { continue };
            let surface = self.sentences[f.sentence].slice(self.text, f.start, f.end);
            let plain: String = surface.chars().filter(|c| c.is_alphanumeric() || " -'’.".contains(*c)).collect();
            let id = key(&plain);
            let (Some(first), Some(last)) = (id.split(' ').next(), id.rsplit(' ').next()) else { continue };
            let full = key(&entity.name);
            // A description ("il patron di Corvanta") is no name.
            if first.len() == id.len() || !surface.starts_with(char::is_uppercase) {
                continue;
            }
            if !self.spoilt(&id, f.entity) {
                told.insert(f.entity, None);
                continue;
            }
            let like = |a: &str, b: Option<&str>| b.is_some_and(|b| differ(&sound(a), &sound(b)).is_some());
            let sentence = &self.sentences[f.sentence];
            let mangled = self
                .pack
                .names
                .at(&sentence.words[f.start..])
                .any(|(len, &n)| len == f.end - f.start && self.kb.names[n].mangled);
            let other = like(last, full.rsplit(' ').next()) && !like(first, full.split(' ').next());
            if other && !mangled {
                let longest = told.entry(f.entity).or_insert_with(|| Some(String::new()));
                if let Some(name) = longest.as_mut().filter(|name| name.len() < plain.len()) {
                    *name = plain;
                }
            }
        }
        for (entity, name) in told {
            if let Some(name) = name.filter(|n| !n.is_empty()) {
                self.names.entities[entity].name = name;
            }
        }
    }
}
