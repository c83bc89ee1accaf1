//! Verb groups and what stands around them: voice, mood, negation, subject, object, prepositional phrases, government.

use std::collections::BTreeMap;

use mercato_model::{Slot, Status};
use mercato_pack::Pack;
use mercato_pack::pattern::{PrepId, Types};
use mercato_pack::verbs::{LemmaId, Mood, VerbForm};

use crate::extract::Filler;
use crate::mention::{Classes, Mention, Refer, What};
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
                negated |= sentence.class_at(next, classes.neg).is_some();
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
                || [classes.him, classes.her, classes.them].iter().any(|&c| sentence.in_class(b, c))
                    && pack.orthography.decimal_comma)
            {
                break;
            }
            before = b;
        }
        negated |= (end..(end + 2).min(sentence.len())).any(|i| sentence.class_at(i, classes.neg).is_some())
            && pack.orthography.decimal_comma
            && start < end;
        reflexive |= (start..end).any(|i| {
            !pack.reflexive_endings.is_empty()
                && pack.verbs.forms(sentence.words[i]).iter().all(|f| !f.mood.is_finite())
                && pack.reflexive_endings.iter().any(|e| sentence.word(text, i).to_lowercase().ends_with(e.as_str()))
        });
        reflexive |= (start..end).any(|i| sentence.class_at(i, reflexive_class).is_some());
        let relative = (before > 0 && sentence.in_class(before - 1, classes.relative)).then(|| before - 1);
        let forms = pack.verbs.forms(sentence.words[main]).to_vec();
        let head = pack.verbs.forms(sentence.words[start]).to_vec();
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
    if article && genitive && !infinitive && at > 0 {
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

/// How an argument was found: the further from plain, the less sure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Via {
    Direct,
    Relative,
    Inverted,
    /// The subject of the verb group before it.
    Shared,
    Pronoun,
    /// No subject in the sentence.
    Zero,
}

impl Via {
    /// Factor on the score of a claim.
    pub fn trust(self) -> f64 {
        match self {
            Self::Direct => 1.0,
            Self::Relative => 0.98,
            Self::Inverted => 0.93,
            Self::Shared => 0.92,
            Self::Pronoun => 0.85,
            Self::Zero => 0.78,
        }
    }
}

/// A found argument.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arg {
    pub mention: usize,
    pub via: Via,
}

/// Looks for arguments in one sentence.
pub(crate) struct Clauses<'a> {
    pub text: &'a str,
    pub sentence: &'a Sentence,
    pub pack: &'a Pack,
    pub classes: &'a Classes,
    pub mentions: &'a [Mention],
    pub groups: &'a [VerbGroup],
}

impl Clauses<'_> {
    fn usable(&self, m: &Mention, types: Types) -> bool {
        m.types.meets(types)
    }

    /// The subject of a group, of one of the given types.
    pub fn subject(&self, group: usize, types: Types) -> Option<Arg> {
        self.subject_depth(group, types, 0)
    }

    /// The code mention of the wanted slot among those that stand at the same words.
    pub fn same_place(&self, mention: usize, ok: impl Fn(usize) -> bool) -> Option<usize> {
        if ok(mention) {
            return Some(mention);
        }
        let m = &self.mentions[mention];
        self.mentions.iter().enumerate().find(|(n, o)| o.start >= m.start && o.end <= m.end && ok(*n)).map(|(n, _)| n)
    }

    fn subject_depth(&self, group: usize, types: Types, depth: usize) -> Option<Arg> {
        if depth > 6 {
            return None;
        }
        let g = &self.groups[group];
        // "A lasciare Helvion è stata X": a cleft infinitive takes the subject behind the copula.
        if g.start <= 1 && !g.is_finite() && group + 1 < self.groups.len() {
            let copula = &self.groups[group + 1];
            if copula.forms.iter().any(|f| self.pack.cues.be.contains(&f.lemma)) && copula.start <= g.end + 5 {
                return self.inverted(group + 1, types);
            }
        }
        // "Having hired X, T now ...": a participle that opens the sentence takes the subject of the main verb.
        if g.start <= 1 && !g.plainly_finite() && g.forms.iter().all(|f| !f.mood.is_finite())
            || g.start <= 1 && g.head.iter().all(|f| f.mood == Mood::Gerund)
        {
            let main = (group + 1..self.groups.len())
                .find(|&n| self.groups[n].plainly_finite() && self.groups[n].relative.is_none());
            if let Some(main) = main {
                return self.subject_depth(main, types, depth + 1).map(|a| Arg { via: Via::Shared, ..a });
            }
        }
        if let Some(relative) = g.relative {
            return self.antecedent(relative, types).map(|mention| Arg { mention, via: Via::Relative });
        }
        if types.meets(Types::COUNT)
            && let Some(number) = self.mentions.iter().position(|m| {
                m.end == g.start
                    && matches!(m.what, What::Number(b) if b.min.is_some_and(|n| n.fract() == 0.0 && n < 1e5))
                    && m.prep.is_none()
            })
        {
            return Some(Arg { mention: number, via: Via::Direct });
        }
        let mut at = g.start;
        let mut crossed_comma = false;
        while at > 0 {
            let b = at - 1;
            // A mention that ends here.
            if let Some(number) = self.mention_ending(at, types) {
                let m = &self.mentions[number];
                // "un rapport sur X, chef de Y, quitte": set off by commas, the name before an apposition is the subject.
                let set_off = self.sentence.punct(self.text, m.end) == Some(',')
                    && g.start > 0
                    && self.sentence.punct(self.text, g.start - 1) == Some(',');
                let free = m.prep.is_none() || self.partitive(m) || set_off && m.types.meets(Types::PER);
                if free && !self.is_object_of_earlier(group, number) {
                    // "X, Y et Z, trois chercheurs de premier plan, ont quitté": an apposition speaks of the names before it.
                    let number = self.apposed_names(number, types).unwrap_or(number);
                    let m = &self.mentions[number];
                    let via = if matches!(m.what, What::Refer(Refer::He | Refer::She | Refer::They)) {
                        Via::Pronoun
                    } else {
                        Via::Direct
                    };
                    return Some(Arg { mention: number, via });
                }
                at = m.phrase_start.min(m.start);
                if at == 0 {
                    break;
                }
                continue;
            }
            if let Some(earlier) = self.groups.iter().position(|e| e.end == at && e.end <= g.start) {
                let e = &self.groups[earlier];
                // A closed relative clause or a participle is skipped; a finite verb before shares its subject.
                if let Some(relative) = e.relative {
                    at = relative;
                    continue;
                }
                if !e.is_finite() {
                    at = e.start;
                    continue;
                }
                let coordinated = self.coordinated(e.end, g.start);
                if coordinated || !g.is_finite() || crossed_comma {
                    return self.subject_depth(earlier, types, depth + 1).map(|a| Arg {
                        mention: a.mention,
                        via: if a.via == Via::Pronoun { a.via } else { Via::Shared },
                    });
                }
                return None;
            }
            match self.sentence.punct(self.text, b) {
                Some(';' | '–' | '—') => break,
                Some(':') if b > 0 => break,
                Some(',') => crossed_comma = true,
                _ => {}
            }
            if self.sentence.in_class(b, self.classes.subordinator) && g.is_finite() {
                // A subordinate clause without a subject of its own takes that of the main clause before it.
                return self
                    .previous_finite(b)
                    .and_then(|e| self.subject_depth(e, types, depth + 1))
                    .map(|a| Arg { via: Via::Shared, ..a });
            }
            at = b;
        }
        // "entra anche Baek": the subject follows, if no preposition stands before it.
        self.inverted(group, types)
    }

    fn previous_finite(&self, before: usize) -> Option<usize> {
        self.groups.iter().rposition(|e| e.end <= before && e.is_finite())
    }

    /// "10 dei ricercatori", "molti di loro": a partitive phrase may be a subject.
    fn partitive(&self, m: &Mention) -> bool {
        m.types.meets(Types::COUNT) && m.phrase_start == m.start
    }

    fn coordinated(&self, from: usize, to: usize) -> bool {
        (from..to).any(|i| {
            self.sentence.class_at(i, self.classes.and).is_some() || self.sentence.punct(self.text, i) == Some(',')
        })
    }

    /// The people named right before a comma and a description of them.
    fn apposed_names(&self, described: usize, types: Types) -> Option<usize> {
        let m = &self.mentions[described];
        let before = m.phrase_start.checked_sub(1)?;
        let apposed = matches!(m.what, What::Count { .. } | What::Group | What::Refer(Refer::Worker))
            && self.sentence.punct(self.text, before) == Some(',');
        if !apposed || !types.meets(Types::PER) {
            return None;
        }
        self.mentions
            .iter()
            .rposition(|o| o.end == before && o.types == Types::PER && matches!(o.what, What::Entity { .. }))
    }

    /// Whether an earlier verb already has this mention as its object.
    fn is_object_of_earlier(&self, group: usize, mention: usize) -> bool {
        let m = &self.mentions[mention];
        self.groups[..group].iter().any(|e| {
            e.end <= m.start
                && e.is_finite()
                && e.relative.is_none()
                && !e.be
                && m.prep.is_none()
                && (e.end..m.phrase_start).all(|i| {
                    self.sentence.punct(self.text, i).is_none()
                        && self.sentence.class_at(i, self.classes.and).is_none()
                        && self.sentence.class_at(i, self.classes.subordinator).is_none()
                        && !self.sentence.in_class(i, self.classes.relative)
                })
                && self.coordinated(m.end, self.groups[group].start)
        })
    }

    /// The mention that a relative pronoun at `relative` stands for.
    fn antecedent(&self, relative: usize, types: Types) -> Option<usize> {
        let mut best = None;
        for (number, m) in self.mentions.iter().enumerate() {
            if m.end <= relative
                && m.types.meets(types)
                && !matches!(m.what, What::Refer(Refer::He | Refer::She | Refer::They))
            {
                // Nothing finite between them but commas and its own apposition.
                let verb_between = self.groups.iter().any(|g| g.start >= m.end && g.end <= relative && g.is_finite());
                if !verb_between {
                    best = Some(number);
                }
            }
        }
        best
    }

    /// "Corvanta's": a possessor is no subject and no object.
    pub fn possessor(&self, m: &Mention) -> bool {
        m.end < self.sentence.len()
            && !self.sentence.tokens[m.end].spaced
            && matches!(self.sentence.word(self.text, m.end), "'s" | "’s" | "'" | "’")
    }

    fn mention_ending(&self, at: usize, types: Types) -> Option<usize> {
        self.mentions
            .iter()
            .enumerate()
            .filter(|(_, m)| m.end == at && self.usable(m, types) && !self.possessor(m))
            .map(|(n, _)| n)
            .next_back()
    }

    fn inverted(&self, group: usize, types: Types) -> Option<Arg> {
        let g = &self.groups[group];
        let limit = self.right_limit(group);
        for (number, m) in self.mentions.iter().enumerate() {
            if m.start < g.end || m.start >= limit || !m.types.meets(types) {
                continue;
            }
            let comma = (g.end..m.start).any(|i| self.sentence.punct(self.text, i).is_some());
            if m.prep.is_none() && !comma && m.phrase_start <= g.end + 3 {
                return Some(Arg { mention: number, via: Via::Inverted });
            }
            break;
        }
        None
    }

    /// Where the arguments right of a group end: the next verb group, a semicolon, a colon.
    pub fn right_limit(&self, group: usize) -> usize {
        let g = &self.groups[group];
        let next = self
            .groups
            .iter()
            .filter(|n| n.start >= g.end)
            // A participle behind a noun is an adjective of it ("il gruppo guidato da"): it ends the clause as well.
            .map(|n| n.start)
            .min()
            .unwrap_or(self.sentence.len());
        let mut at = g.end;
        while at < next {
            if matches!(self.sentence.punct(self.text, at), Some(';' | ':' | '–' | '—' | '?' | '!'))
                || self.sentence.in_class(at, self.classes.relative) && at > g.end && self.followed_by_verb(at)
                || self.sentence.class_at(at, self.classes.subordinator).is_some() && at > g.end
            {
                return at;
            }
            at += 1;
        }
        next
    }

    fn followed_by_verb(&self, at: usize) -> bool {
        self.groups.iter().any(|g| g.relative == Some(at))
    }

    /// The direct object right of a group, of one of the given types.
    /// `from`: where the verb with its particles ends.
    pub fn object(&self, group: usize, types: Types, from: usize) -> Option<Arg> {
        let limit = self.right_limit(group).max(from);
        let limit = if limit == from && limit < self.sentence.len() { self.limit_from(from) } else { limit };
        let mut first = true;
        for (number, m) in self.mentions.iter().enumerate() {
            if m.start < from || m.start >= limit || matches!(m.what, What::Code(..)) && !types.meets(Types::CODE) {
                continue;
            }
            // A preposition that belongs to the verb ("portare via X", "citare in giudizio X") governs nothing.
            let direct = m.prep.is_none() || m.phrase_start < from;
            // "raided Helvion's office" names no firm as its object; "Helvion's vision team" does.
            let people = |o: &Mention| {
                o.start > m.end
                    && o.start <= m.end + 3
                    && (o.types.meets(Types::UNIT.or(Types::GROUP).or(Types::COUNT)) || o.what == What::Role)
            };
            if self.possessor(m) && !self.mentions.iter().any(people) {
                first = false;
                continue;
            }
            if m.types.meets(types) && direct && !self.comma_apart(from, m.phrase_start.max(from), m) {
                return Some(Arg { mention: number, via: Via::Direct });
            }
            // "ha lasciato il team di ricerca di Apple": the firm in the genitive of the object.
            if m.types.meets(types)
                && first
                && self.genitive(m)
                && m.types.meets(Types::ORG.or(Types::UNIT))
                && self.noun_phrase_between(from, m)
            {
                return Some(Arg { mention: number, via: Via::Direct });
            }
            if !matches!(m.what, What::Role | What::Date { .. } | What::Code(..)) {
                first = false;
            }
        }
        None
    }

    /// The antecedent of an object relative: "P, que T a recruté", "P, whom T hired": a relative pronoun right before the
    /// subject (or before the verb, when the subject follows it).
    pub fn relative_object(&self, group: usize, types: Types) -> Option<Arg> {
        let g = &self.groups[group];
        let subject = self
            .mentions
            .iter()
            .rposition(|m| m.end == g.start && m.prep.is_none() && m.types.meets(Types::ORG.or(Types::PER)))?;
        let start = self.mentions[subject].phrase_start;
        let before = start.checked_sub(1)?;
        let object = self.sentence.in_class(before, self.pack.classes.id("relative_object"))
            || self.sentence.in_class(before, self.classes.relative);
        if !object {
            return None;
        }
        let antecedent = self.antecedent(before, types)?;
        // The antecedent stands right before the pronoun or behind its own apposition.
        let near = before - self.mentions[antecedent].end <= 8;
        near.then_some(Arg { mention: antecedent, via: Via::Relative })
    }

    fn genitive(&self, m: &Mention) -> bool {
        m.prep.is_some_and(|p| self.pack.genitive.contains(&p))
    }

    /// Only an article and plain words, no other preposition, between a verb and a genitive.
    fn noun_phrase_between(&self, from: usize, m: &Mention) -> bool {
        let start = m.phrase_start;
        start > from
            && (from..start).all(|i| {
                self.sentence.preps[i].is_none_or(|(_, p)| self.pack.genitive.contains(&p))
                    && self.sentence.punct(self.text, i).is_none()
            })
            && (from..start).any(|i| {
                self.sentence.class_at(i, self.classes.unit_noun).is_some()
                    || self.mentions.iter().any(|r| r.what == What::Role && r.start <= i && i < r.end)
            })
    }

    /// A comma stands between, and it is not that of a list or of a title before a name ("il nuovo capo, X").
    fn comma_apart(&self, from: usize, to: usize, m: &Mention) -> bool {
        (from..to).any(|i| {
            self.sentence.punct(self.text, i) == Some(',')
                && !(m.types.meets(Types::PER)
                    && self
                        .mentions
                        .iter()
                        .any(|r| r.what == What::Role && r.start >= from && r.end <= i && i - r.end <= 3))
        }) && m.list.is_empty()
    }

    /// Where the arguments end that stand behind a place, whatever verb they belong to.
    fn limit_from(&self, from: usize) -> usize {
        let next = self.groups.iter().filter(|n| n.start >= from).map(|n| n.start).min().unwrap_or(self.sentence.len());
        (from..next)
            .find(|&at| matches!(self.sentence.punct(self.text, at), Some(';' | ':' | '–' | '—' | '?' | '!')))
            .unwrap_or(next)
    }

    /// Mentions behind a preposition, right of a group within its clause or fronted at the start of the sentence.
    /// `used`: slots already filled, whose mentions are not taken twice.
    pub fn prepositional(
        &self,
        group: usize,
        prep: PrepId,
        types: Types,
        from: usize,
        used: &BTreeMap<Slot, Filler>,
    ) -> Option<Arg> {
        // "after five years at X" tells where somebody was, not where somebody goes.
        let stay =
            |m: &Mention| m.phrase_start > 0 && self.sentence.in_class(m.phrase_start - 1, self.classes.duration);
        let free = |n: usize| !used.values().any(|f| *f == Filler::Mention(n)) && !stay(&self.mentions[n]);
        let g = &self.groups[group];
        let limit = if from > g.end { self.limit_from(from) } else { self.right_limit(group) };
        let right = self.mentions.iter().enumerate().find(|(n, m)| {
            m.start >= g.end && m.start < limit && m.prep == Some(prep) && m.types.meets(types) && free(*n)
        });
        if let Some((number, _)) = right {
            return Some(Arg { mention: number, via: Via::Direct });
        }
        let fronted = self.mentions.iter().enumerate().find(|(n, m)| {
            free(*n)
                && m.end <= g.start
                && m.prep == Some(prep)
                && m.types.meets(types)
                && (m.phrase_start == 0 || self.sentence.is_punct(self.text, m.phrase_start - 1))
                && !self.groups.iter().any(|o| o.start >= m.end && o.end <= g.start && o.is_finite())
        });
        // Between subject and verb, or behind an auxiliary: "in Apple era entrato", "da Meta sarebbe passato".
        let close = || {
            self.mentions.iter().enumerate().rev().find(|(n, m)| {
                free(*n)
                    && m.end <= g.start
                    && g.start - m.end <= 1
                    && (m.end..g.start).all(|i| self.sentence.punct(self.text, i).is_none())
                    && m.prep == Some(prep)
                    && m.types.meets(types)
                    && m.phrase_start > 0
            })
        };
        fronted.or_else(close).map(|(number, _)| Arg { mention: number, via: Via::Inverted })
    }

    /// The verb group that governs a non-finite one: directly before it, over a link word and the governor's own object.
    pub fn governor(&self, group: usize) -> Option<(usize, usize)> {
        let g = &self.groups[group];
        let marked = g.start > 0 && self.pack.infinitive.contains(&self.sentence.words[g.start - 1]);
        let non_finite =
            g.forms.iter().any(|f| matches!(f.mood, Mood::Infinitive | Mood::Gerund)) && !g.is_finite_head();
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

impl VerbGroup {
    fn is_finite_head(&self) -> bool {
        self.have || self.be || self.future || self.head.iter().all(|f| f.mood.is_finite())
    }
}
