//! Unknown names that are known ones, damaged by translation or hearing: told by their sound, believed in the company of a firm of theirs.

use super::*;

impl Finder<'_> {
    /// The person of the knowledge base whose name a run of words spoils.
    pub(super) fn damaged(&mut self, run: &Run, evidence: &Evidence) -> Option<EntityId> {
        let sentence = &self.sentences[run.sentence];
        let len = run.end - run.start;
        let first = (len > 1).then(|| sentence.word(self.text, run.start));
        let last = sentence.word(self.text, run.end - 1);
        if len > 3 || evidence.org > evidence.person + 2 {
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
            let plain = !self.kb.forenames.contains_key(&key(forename)) && forename.chars().count() > 2;
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
        if first.is_some() && !self.kb.forenames.contains_key(&short) {
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
}
