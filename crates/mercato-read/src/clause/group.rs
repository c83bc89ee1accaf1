//! Verb groups: a verb with its auxiliaries, its voice, mood and negation.

use mercato_model::Status;
use mercato_pack::Pack;
use mercato_pack::verbs::{Mood, VerbForm};

use super::Clauses;
use crate::mention::{Classes, Mention, What};
use crate::sentence::Sentence;

/// A verb with its auxiliaries.
#[derive(Clone, Debug)]
pub(crate) struct VerbGroup {
    pub start: usize,
    pub end: usize,
    /// The token of the meaning verb.
    pub main: usize,
    pub forms: Vec<VerbForm>,
    /// The finite form that carries tense, mood and person: the first auxiliary, else the verb itself.
    pub head: Vec<VerbForm>,
    /// Auxiliary of the passive before a participle.
    pub be: bool,
    pub have: bool,
    pub future: bool,
    pub modal: Option<Status>,
    pub negated: bool,
    pub reflexive: bool,
    /// Introduced by a relative pronoun at this token.
    pub relative: Option<usize>,
}

impl VerbGroup {
    pub fn bare(&self) -> bool {
        !self.be && !self.have && !self.future && self.modal.is_none()
    }

    /// Whether this reading of the verb stands as a passive.
    pub fn passive(&self, form: &VerbForm, pack: &Pack) -> bool {
        form.mood == Mood::Participle
            && !self.reflexive
            && !pack.cues.be_perfect.contains(&form.lemma)
            && (self.be || self.bare())
    }

    pub fn is_finite(&self) -> bool {
        self.head.iter().any(|f| f.mood.is_finite())
    }

    /// Finite whatever way it is read: an auxiliary, or a form that is nothing but finite.
    pub fn plainly_finite(&self) -> bool {
        self.have || self.be || self.future || !self.head.is_empty() && self.head.iter().all(|f| f.mood.is_finite())
    }

    /// A plain or progressive present ("leaves", "is leaving"), no perfect and no passive.
    pub fn present(&self) -> bool {
        !self.have && !self.be && self.head.iter().any(|f| f.mood == Mood::Present)
    }

    /// First person ("I left", "abbiamo lasciato"): the speaker.
    pub fn first_person(&self) -> bool {
        !self.head.is_empty() && self.head.iter().all(|f| f.person == 1)
    }
}

/// The reflexive pronouns of a language stand in the class `reflexive`.
pub(crate) fn groups(
    text: &str,
    sentence: &Sentence,
    pack: &Pack,
    classes: &Classes,
    mentions: &[Mention],
) -> Vec<VerbGroup> {
    let mut inside = vec![false; sentence.len()];
    for m in mentions.iter().filter(|m| {
        matches!(
            m.what,
            What::Entity { .. } | What::Date { .. } | What::Money(_) | What::Number(_) | What::Count { .. }
        )
    }) {
        inside[m.start..m.end].fill(true);
    }
    // Verb forms inside a title or a fixed phrase ("chief operating officer") are no verbs.
    for m in mentions.iter().filter(|m| matches!(m.what, What::Role | What::Code(..)) && m.end - m.start > 1) {
        inside[m.start..m.end].fill(true);
    }
    let reflexive_class = pack.classes.id("reflexive");
    let is_aux = |f: &VerbForm| {
        pack.cues.have.contains(&f.lemma) || pack.cues.be.contains(&f.lemma) || pack.cues.future.contains(&f.lemma)
    };
    let modal_of = |forms: &[VerbForm]| {
        forms.iter().find_map(|f| {
            let mut hit = None;
            for (lemma, mood, status) in &pack.cues.modals {
                if *lemma == f.lemma && mood.is_none_or(|m| m == f.mood) {
                    hit = Some(*status);
                    if mood.is_some() {
                        break;
                    }
                }
            }
            hit
        })
    };
    let is_modal = |forms: &[VerbForm]| forms.iter().any(|f| pack.cues.modals.iter().any(|(l, ..)| *l == f.lemma));
    // "pas" behind an article is a noun ("emboîter le pas").
    let negates =
        |at: usize| sentence.class_at(at, classes.neg).is_some() && !(at > 0 && sentence.in_class(at - 1, classes.det));
    // Words that may stand between an auxiliary and its verb, as whole phrases ("en effet").
    let skip = |at: usize| {
        [
            classes.adverb,
            classes.neg,
            classes.him,
            classes.her,
            classes.them,
            reflexive_class,
            classes.he,
            classes.she,
            classes.they,
        ]
        .iter()
        .filter_map(|&c| sentence.class_at(at, c))
        .max()
    };
    let participle_here = |at: usize| {
        pack.verbs
            .forms(sentence.words[at])
            .iter()
            .any(|f| matches!(f.mood, Mood::Participle | Mood::Gerund | Mood::Infinitive))
    };
    let mut out: Vec<VerbGroup> = Vec::new();
    let mut at = 0;
    while at < sentence.len() {
        let forms = pack.verbs.forms(sentence.words[at]);
        let preposition = sentence.preps[at].is_some() && forms.iter().all(|f| !is_aux(f));
        if forms.is_empty() || inside[at] || preposition || is_noun(text, sentence, pack, classes, at, &inside) {
            at += 1;
            continue;
        }
        let start = at;
        let (mut main, mut end) = (at, at + 1);
        let (mut be, mut have, mut future, mut modal) = (false, false, false, None);
        let mut negated = false;
        loop {
            let current = pack.verbs.forms(sentence.words[main]);
            let auxiliary = current.iter().any(is_aux);
            let modal_here = is_modal(current);
            if !auxiliary && !modal_here {
                break;
            }
            // The next verb form, over adverbs, negations and clitics.
            let mut next = main + 1;
            while next < sentence.len() && next < main + 6 {
                let Some(len) = skip(next).filter(|len| *len > 1 || !participle_here(next)) else { break };
                negated |= negates(next);
                next += len;
            }
            if next >= sentence.len() || inside[next] {
                break;
            }
            let following = pack.verbs.forms(sentence.words[next]);
            let fits = following.iter().any(|f| match f.mood {
                Mood::Participle | Mood::Gerund => auxiliary,
                Mood::Infinitive => modal_here || current.iter().any(|c| pack.cues.future.contains(&c.lemma)),
                _ => false,
            });
            if !fits {
                break;
            }
            be = current.iter().any(|f| pack.cues.be.contains(&f.lemma));
            have |= current.iter().any(|f| pack.cues.have.contains(&f.lemma)) && !be;
            future |= current.iter().any(|f| pack.cues.future.contains(&f.lemma));
            if modal_here {
                modal = modal.or_else(|| modal_of(current));
            }
            // "is leaving": progressive, no passive.
            if following.iter().all(|f| f.mood != Mood::Participle) {
                be = false;
            }
            main = next;
            end = next + 1;
        }
        // Before the group: negation, clitics, adverbs; a relative pronoun; a link of infinitives.
        let mut before = start;
        let mut reflexive = false;
        while before > 0 {
            let b = before - 1;
            // "Yuanzhi Li lascia": a name is no pronoun.
            if inside[b] {
                break;
            }
            if sentence.in_class(b, classes.neg) {
                negated = true;
            } else if sentence.in_class(b, reflexive_class) {
                reflexive = true;
            } else if !(sentence.in_class(b, classes.adverb)
                || sentence.in_class(b, classes.speaker_clitic)
                || [classes.him, classes.her, classes.them].iter().any(|&c| sentence.in_class(b, c))
                    && pack.orthography.decimal_comma)
            {
                break;
            }
            before = b;
        }
        // "ne quitte pas": only languages that mark the negation before the verb go on with it behind.
        // What stands behind the next verb is that verb's: "dément avoir jamais signé".
        let behind = (end..(end + 2).min(sentence.len()))
            .find(|&i| negates(i) || !pack.verbs.forms(sentence.words[i]).is_empty())
            .is_some_and(negates);
        negated |= classes.neg_mark.is_some() && behind;
        reflexive |= (start..end).any(|i| {
            !pack.reflexive_endings.is_empty()
                && pack.verbs.forms(sentence.words[i]).iter().all(|f| !f.mood.is_finite())
                && pack.reflexive_endings.iter().any(|e| sentence.word(text, i).to_lowercase().ends_with(e.as_str()))
        });
        reflexive |= (start..end).any(|i| sentence.class_at(i, reflexive_class).is_some());
        let floor = out.last().map_or(0, |g: &VerbGroup| g.end);
        let relative = Clauses { text, sentence, pack, classes, mentions, groups: &[] }.relative_before(before, floor);
        let forms = pack.verbs.forms(sentence.words[main]).to_vec();
        let mut head = pack.verbs.forms(sentence.words[start]).to_vec();
        // "to quit": behind its mark it is the infinitive, whatever else it may be.
        if before > 0 && pack.infinitive.contains(&sentence.words[before - 1]) {
            let infinitive: Vec<VerbForm> = head.iter().filter(|f| f.mood == Mood::Infinitive).cloned().collect();
            if !infinitive.is_empty() {
                head = infinitive;
            }
        }
        out.push(VerbGroup {
            start: before,
            end,
            main,
            forms,
            head,
            be,
            have,
            future,
            modal,
            negated,
            reflexive,
            relative,
        });
        at = end;
    }
    out
}

/// A verb form that stands as a noun: behind an article, a possessive or a preposition (unless an infinitive).
fn is_noun(text: &str, sentence: &Sentence, pack: &Pack, classes: &Classes, at: usize, inside: &[bool]) -> bool {
    let forms = pack.verbs.forms(sentence.words[at]);
    // What stands inside a name is no article and no preposition ("Solenne AI ha").
    if at == 0 || inside[at - 1] {
        return false;
    }
    let b = at - 1;
    let clitic = [classes.him, classes.her, classes.them].iter().any(|&c| sentence.in_class(b, c));
    let article = sentence.in_class(b, classes.det) || sentence.in_class(b, classes.poss) && !clitic;
    let only_nominal = forms.iter().all(|f| f.mood == Mood::Participle);
    let marked = pack.infinitive.is_empty()
        || pack.infinitive.contains(&sentence.words[b])
        || sentence.in_class(b, classes.adverb) && b > 0 && pack.infinitive.contains(&sentence.words[b - 1]);
    let infinitive = forms.iter().any(|f| f.mood == Mood::Infinitive && marked || f.mood == Mood::Gerund);
    // Nouns for people, parts and posts ("team", "head", "leave") that are verbs as well: verbs only behind a marker or an auxiliary.
    let nominal = [classes.group, classes.unit_noun, classes.org_noun, classes.person_noun]
        .iter()
        .any(|&c| sentence.class_at(at, c).is_some())
        || pack.roles.longest(&sentence.words[at..]).is_some();
    if nominal && !pack.infinitive.is_empty() && !infinitive {
        return true;
    }
    if article && (!clitic || only_nominal) {
        return true;
    }
    // A noun that a frame knows ("le départ imminent", "la nomina").
    if article && pack.noun_rules.longest(&sentence.words[at..]).is_some() && !infinitive {
        return true;
    }
    // "la guida di", "le recrutement de": an article that may be a pronoun, and a genitive behind.
    let genitive = sentence.preps.get(at + 1).copied().flatten().is_some_and(|(_, p)| pack.genitive.contains(&p));
    if article && genitive && !infinitive {
        return true;
    }
    if sentence.preps[b].is_some() && !infinitive {
        return true;
    }
    // "'s exit": a possessive makes a noun of what follows.
    sentence.word(text, b).ends_with(['s'])
        && sentence.word(text, b).starts_with(['\'', '\u{2019}'])
        && !forms.iter().any(|f| f.mood == Mood::Gerund)
}
