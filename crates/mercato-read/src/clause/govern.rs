//! Government: the verb that an infinitive or gerund depends on.

use mercato_pack::verbs::{LemmaId, Mood};

use super::Clauses;

impl Clauses<'_> {
    /// The verb group that governs a non-finite one: directly before it, over a link word and the governor's own object.
    pub fn governor(&self, group: usize) -> Option<(usize, usize)> {
        let g = &self.groups[group];
        let marked = g.start > 0 && self.pack.infinitive.contains(&self.sentence.words[g.start - 1]);
        let non_finite =
            g.forms.iter().any(|f| matches!(f.mood, Mood::Infinitive | Mood::Gerund)) && !g.plainly_finite();
        // "is said to have left": a perfect infinitive.
        let perfect = g.have && (marked || g.head.iter().all(|f| f.mood == Mood::Infinitive));
        if !non_finite && !perfect {
            return None;
        }
        let before = self.groups[..group].iter().rposition(|e| e.end <= g.start)?;
        let e = &self.groups[before];
        let between = e.end..g.start;
        let barrier = between.clone().any(|i| {
            matches!(self.sentence.punct(self.text, i), Some(';' | ':' | '('))
                || self.sentence.in_class(i, self.classes.subordinator)
        });
        if barrier {
            return None;
        }
        let lemmas: Vec<LemmaId> = e.forms.iter().map(|f| f.lemma).collect();
        self.pack
            .cues
            .governors
            .iter()
            .position(|gov| gov.lemmas.iter().any(|l| lemmas.contains(l)) && self.link_fits(&gov.links, e.end, g.start))
            .map(|gov| (before, gov))
    }

    fn link_fits(&self, links: &[Vec<u32>], from: usize, to: usize) -> bool {
        links.is_empty()
            || links.iter().any(|link| link.is_empty())
            || links.iter().any(|link| to >= link.len() && to - link.len() >= from && self.sentence.words[to - link.len()..to] == link[..])
            // A contracted link ("d'", "to") may stand inside the group's own clitics.
            || links.iter().any(|link| (from..to).any(|i| self.sentence.words[i..].starts_with(link)))
    }
}
