//! Mentions: everything in a sentence that may fill a slot, with its type, its preposition and its list.

mod links;

use mercato_model::{Amount, Bounds, PartialDate, Slot};
use mercato_pack::Pack;
use mercato_pack::pattern::{PrepId, Types};
use mercato_pack::token::Shape;

use crate::name::{EntityId, Names};
use crate::sentence::Sentence;
use crate::value::{self, What as ValueWhat};

/// Something that may fill a slot.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Mention {
    /// Tokens `start..end`.
    pub start: usize,
    pub end: usize,
    pub types: Types,
    pub what: What,
    /// Canonical preposition that governs it, if one does.
    pub prep: Option<PrepId>,
    /// First token of its phrase: preposition, article, epithets included.
    pub phrase_start: usize,
    /// Its first token, or the noun that opens a longer phrase which the name closes.
    pub head: usize,
    /// Members of the same coordination, this one included, in order; empty when it stands alone.
    pub list: Vec<usize>,
    /// Of people and parts of a firm: the mention of their firm, or of the person who runs the part.
    pub owner: Option<usize>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum What {
    Entity {
        id: EntityId,
        as_written: bool,
    },
    /// People described, not named; the text is the phrase.
    Group,
    Count {
        bounds: Bounds,
        of: Option<f64>,
        share: bool,
    },
    Money(Amount),
    Share(Bounds),
    Number(Bounds),
    Date {
        value: PartialDate,
        relative: bool,
    },
    Role,
    /// Firms as a kind, named by none: "le big tech", "other leading firms".
    Firms,
    /// A part of a firm, described: "divisione robotica".
    Unit,
    Code(Slot, String),
    Refer(Refer),
}

/// A mention that stands for something named elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refer {
    /// "l'azienda", "the company".
    Firm,
    /// "la società di X", "X's company": the firm of the person named beside it.
    FirmOf,
    /// "il rivale", "the competitor".
    Rival,
    /// "il ricercatore", "the executive".
    Worker,
    He,
    She,
    They,
    /// "entrambi", "the pair".
    Both,
}

/// Word classes that mentions are made from.
pub(crate) struct Classes {
    pub det: Option<u16>,
    pub and: Option<u16>,
    pub group: Option<u16>,
    pub person_noun: Option<u16>,
    pub org_noun: Option<u16>,
    /// Titles borne in many houses.
    pub anywhere: Option<u16>,
    pub unit_noun: Option<u16>,
    pub rival: Option<u16>,
    pub title: Option<u16>,
    pub he: Option<u16>,
    pub she: Option<u16>,
    pub they: Option<u16>,
    pub both: Option<u16>,
    pub neg: Option<u16>,
    /// Words that end a state behind `neg_mark` ("ne ... plus").
    pub no_longer: Option<u16>,
    /// "I", "we", where the verb does not tell.
    pub first_person: Option<u16>,
    pub neg_mark: Option<u16>,
    /// Between what is denied and what is so ("ma", "mais").
    pub but: Option<u16>,
    pub relative: Option<u16>,
    pub subordinator: Option<u16>,
    /// Prepositions that also open a clause ("since", "after").
    pub opens_clause: Option<u16>,
    pub adverb: Option<u16>,
    pub him: Option<u16>,
    pub her: Option<u16>,
    pub them: Option<u16>,
    pub poss: Option<u16>,
    pub former: Option<u16>,
    pub current: Option<u16>,
    pub no_one: Option<u16>,
    /// Nouns for fairs, conferences and the like.
    pub event: Option<u16>,
    pub condition: Option<u16>,
    pub indefinite: Option<u16>,
    pub interim: Option<u16>,
    /// Plural nouns for firms as a kind.
    pub firms: Option<u16>,
    /// Nouns for posts that are cut or opened ("postes", "jobs").
    pub job: Option<u16>,
    /// Whoever does something: nobody named.
    pub free_relative: Option<u16>,
    /// Nouns for stretches of time ("mois", "years").
    pub duration: Option<u16>,
    /// Before the date from which something is counted ("dall'inizio del", "depuis").
    pub since: Option<u16>,
    /// Words that pair two lists member by member.
    pub respectively: Option<u16>,
    /// "Among them": before some of those just counted.
    pub among_them: Option<u16>,
    /// Behind a list: what follows is said of everybody in it.
    pub all_of_them: Option<u16>,
    pub the_first: Option<u16>,
    pub the_second: Option<u16>,
    /// Before an infinitive that says what for ("to", "per", "pour").
    pub purpose: Option<u16>,
    /// Before companions ("with", "insieme a").
    pub with: Option<u16>,
    /// Pronouns of object relatives and "that" before a clause ("que").
    pub relative_object: Option<u16>,
    pub ahead: Option<u16>,
    pub speaker_clitic: Option<u16>,
}

impl Classes {
    pub fn of(pack: &Pack) -> Self {
        let id = |name| pack.classes.id(name);
        Self {
            det: id("det"),
            and: id("and"),
            group: id("group"),
            person_noun: id("person_noun"),
            org_noun: id("org_noun"),
            anywhere: id("anywhere"),
            unit_noun: id("unit_noun"),
            rival: id("rival"),
            title: id("title"),
            he: id("he"),
            she: id("she"),
            they: id("they"),
            both: id("both"),
            neg: id("neg"),
            no_longer: id("no_longer"),
            first_person: id("first_person"),
            neg_mark: id("neg_mark"),
            but: id("but"),
            relative: id("relative"),
            subordinator: id("subordinator"),
            opens_clause: id("opens_clause"),
            adverb: id("adverb"),
            him: id("him"),
            her: id("her"),
            them: id("them"),
            poss: id("poss"),
            former: id("former"),
            current: id("current"),
            no_one: id("no_one"),
            event: id("event"),
            condition: id("if"),
            indefinite: id("indefinite"),
            interim: id("interim"),
            firms: id("firms"),
            job: id("job"),
            free_relative: id("free_relative"),
            duration: id("duration"),
            since: id("since"),
            respectively: id("respectively"),
            among_them: id("among_them"),
            all_of_them: id("all_of_them"),
            the_first: id("the_first"),
            the_second: id("the_second"),
            purpose: id("purpose"),
            with: id("with"),
            relative_object: id("relative_object"),
            ahead: id("ahead"),
            speaker_clitic: id("speaker_clitic"),
        }
    }
}

/// Finds the mentions of one sentence, in order of their first token.
pub(crate) fn find(
    text: &str,
    number: usize,
    sentence: &Sentence,
    names: &Names,
    pack: &Pack,
    classes: &Classes,
    published: Option<PartialDate>,
) -> Vec<Mention> {
    let mut finder = Finder {
        text,
        sentence,
        pack,
        classes,
        out: Vec::new(),
        heads: Vec::new(),
        taken: vec![false; sentence.len()],
    };
    let from = names.found.partition_point(|f| f.sentence < number);
    for found in names.found[from..].iter().take_while(|f| f.sentence == number) {
        let entity = &names.entities[found.entity];
        // "Dr", "Mme" belong to the name behind them.
        let mut start = found.start;
        while entity.types == Types::PER && start > 0 && sentence.in_class(start - 1, classes.title) {
            start -= 1;
        }
        finder.add(start, found.end, entity.types, What::Entity { id: found.entity, as_written: found.as_written });
    }
    finder.values(published);
    finder.groups();
    finder.references();
    finder.units();
    finder.roles();
    finder.codes();
    finder.named_workers();
    let (mut mentions, heads) = (finder.out, finder.heads);
    mentions.sort_by_key(|m| (m.start, std::cmp::Reverse(m.end)));
    links::phrases(text, sentence, pack, classes, &heads, &mut mentions);
    links::lists(text, sentence, classes, &mut mentions);
    links::owners(text, sentence, pack, classes, &mut mentions);
    mentions
}

struct Finder<'a> {
    text: &'a str,
    sentence: &'a Sentence,
    pack: &'a Pack,
    classes: &'a Classes,
    out: Vec<Mention>,
    /// Firms whose name closes a longer phrase: where the name begins, and the noun that opens the phrase.
    heads: Vec<(usize, usize)>,
    /// Tokens inside a primary mention (roles and codes may overlap others).
    taken: Vec<bool>,
}

impl Finder<'_> {
    fn add(&mut self, start: usize, end: usize, types: Types, what: What) {
        if !matches!(what, What::Role | What::Unit | What::Code(..)) {
            self.taken[start..end].fill(true);
        }
        self.out.push(Mention {
            start,
            end,
            types,
            what,
            prep: None,
            phrase_start: start,
            head: start,
            list: Vec::new(),
            owner: None,
        });
    }

    fn values(&mut self, published: Option<PartialDate>) {
        for found in value::find(self.text, self.sentence, self.pack, published) {
            if self.taken[found.start..found.end].contains(&true) {
                continue;
            }
            let (start, end) = (found.start, found.end);
            match found.what {
                ValueWhat::Money(amount) => self.add(start, end, Types::MONEY, What::Money(amount)),
                ValueWhat::Date { value, relative } => {
                    self.add(start, end, Types::DATE, What::Date { value, relative })
                }
                ValueWhat::Share(bounds) => match self.people_behind(end, true) {
                    Some(to) => self.add(
                        start,
                        to,
                        Types::COUNT.or(Types::SHARE),
                        What::Count { bounds, of: None, share: true },
                    ),
                    None => self.add(start, end, Types::SHARE, What::Share(bounds)),
                },
                ValueWhat::Number { bounds, of } => match self.people_behind(end, false) {
                    Some(to) => self.add(start, to, Types::COUNT, What::Count { bounds, of, share: false }),
                    None if of.is_some() => {
                        self.add(start, end, Types::COUNT, What::Count { bounds, of, share: false })
                    }
                    None => self.add(start, end, Types::NUM, What::Number(bounds)),
                },
            }
        }
    }

    /// Where a phrase for people ends that begins behind a number: "10 | ricercatori", "40 % | of its staff".
    fn people_behind(&self, at: usize, share: bool) -> Option<usize> {
        let mut here = at;
        let mut preps = 0;
        while here < self.sentence.len() && here < at + 6 {
            if let Some(len) = self
                .sentence
                .class_at(here, self.classes.group)
                .or_else(|| self.sentence.class_at(here, self.classes.job))
            {
                // "deux anciens | chercheurs": of two such nouns the second is the noun.
                let end = here + len;
                return Some(end + self.sentence.class_at(end, self.classes.group).unwrap_or(0));
            }
            if self.sentence.preps[here].is_some() || self.sentence.class_at(here, self.classes.det).is_some() {
                if let Some((_, prep)) = self.sentence.preps[here] {
                    // "35 % to retain researchers" is no share of them.
                    if !self.pack.genitive.contains(&prep) {
                        return None;
                    }
                    preps += 1;
                    // "40 million for researchers" is no number of researchers; "half of the staff" is.
                    if preps > usize::from(share) + usize::from(here == at) {
                        return None;
                    }
                }
                here += 1;
                continue;
            }
            if self.taken[here] && !self.sentence.tokens[here].shape.is_name_like()
                || self.sentence.is_punct(self.text, here)
                    && !matches!(self.sentence.punct(self.text, here), Some('«' | '“' | '"' | '-'))
                || self.sentence.tokens[here].shape == Shape::Number
                || self.sentence.class_at(here, self.classes.and).is_some()
                || self.sentence.class_at(here, self.classes.relative).is_some()
                || self.sentence.class_at(here, self.classes.duration).is_some()
            {
                return None;
            }
            here += 1;
        }
        None
    }

    /// "ingegneri", "AI researchers", "the team".
    fn groups(&mut self) {
        let mut at = 0;
        while at < self.sentence.len() {
            let Some(len) =
                self.sentence.class_at(at, self.classes.group).filter(|len| !self.taken[at..at + len].contains(&true))
            else {
                at += 1;
                continue;
            };
            // Premodifiers: "top AI researchers" (up to three plain words behind an article, number or preposition).
            self.add(at, at + len, Types::GROUP, What::Group);
            at += len;
        }
    }

    /// "Leaves with her": a pronoun behind "with" that nothing stands behind, where it could also be a possessive.
    fn companions(&mut self, at: usize) {
        let (s, c) = (self.sentence, self.classes);
        let with = (at.saturating_sub(3)..at).any(|i| s.class_at(i, c.with).is_some_and(|len| i + len == at));
        if !with || self.taken[at] {
            return;
        }
        let ends = s.len() <= at + 1
            || s.is_punct(self.text, at + 1)
            || s.preps[at + 1].is_some()
            || [c.and, c.adverb, c.subordinator].iter().any(|&class| s.class_at(at + 1, class).is_some());
        for (class, refer) in [(c.her, Refer::She), (c.him, Refer::He), (c.them, Refer::They)] {
            if ends && s.class_at(at, class) == Some(1) {
                self.add(at, at + 1, Types::PER, What::Refer(refer));
                return;
            }
        }
    }

    fn references(&mut self) {
        let c = self.classes;
        for at in 0..self.sentence.len() {
            for (class, refer, types) in [
                (c.he, Refer::He, Types::PER),
                (c.she, Refer::She, Types::PER),
                (c.they, Refer::They, Types::PER),
                (c.both, Refer::Both, Types::PER),
            ] {
                if let Some(len) =
                    self.sentence.class_at(at, class).filter(|len| !self.taken[at..at + len].contains(&true))
                {
                    self.add(at, at + len, types, What::Refer(refer));
                    break;
                }
            }
            self.companions(at);
            if let Some(len) =
                self.sentence.class_at(at, c.firms).filter(|len| !self.taken[at..at + len].contains(&true))
            {
                self.add(at, at + len, Types::ORG, What::Firms);
                continue;
            }
            if let Some(len) =
                self.sentence.class_at(at, c.org_noun).filter(|len| !self.taken[at..at + len].contains(&true))
                && let Some(start) = self.with_person_beside(at, at + len)
            {
                if let Some(name) = self.name_at_end(at + len) {
                    self.heads.push((name, start));
                    continue;
                }
                self.add(start, at + len, Types::ORG, What::Refer(Refer::FirmOf));
                continue;
            }
            // Definite nouns: an article that is not indefinite stands right before.
            let definite = at > 0
                && self.sentence.classes.iter().any(|&(s, l, class)| {
                    s + l == at && Some(class) == c.det && self.sentence.class_at(s, c.indefinite).is_none()
                })
                || self.sentence.preps[at.saturating_sub(1)].is_some() && at > 0 && self.contracted(at - 1);
            if !definite {
                continue;
            }
            for (class, refer, types) in [
                (c.org_noun, Refer::Firm, Types::ORG),
                (c.rival, Refer::Rival, Types::ORG),
                (c.person_noun, Refer::Worker, Types::PER),
            ] {
                if let Some(len) =
                    self.sentence.class_at(at, class).filter(|len| !self.taken[at..at + len].contains(&true))
                {
                    // "la startup Corvanta": the name behind says which; "l'azienda di Musk" is another matter.
                    let next = at + len;
                    let followed = next < self.sentence.len() && self.taken[next];
                    let owned = self.genitive_name(next);
                    let named = if refer == Refer::Firm { self.name_at_end(next) } else { None };
                    if let Some(name) = named {
                        self.heads.push((name, at));
                    } else if !followed && !owned {
                        self.add(at, at + len, types, What::Refer(refer));
                    }
                    break;
                }
            }
        }
    }

    /// "la piattaforma di dati sulle retribuzioni | Corvanta", "l'azienda di IA di Ada Neri, | Corvanta": where the firm
    /// stands that closes the phrase which a noun for a firm opens.
    fn name_at_end(&self, next: usize) -> Option<usize> {
        let s = self.sentence;
        let entity = |at: usize, types: Types| {
            self.out.iter().find(|m| m.start == at && m.types == types && matches!(m.what, What::Entity { .. }))
        };
        s.preps.get(next).copied().flatten()?;
        let (mut at, mut behind_person) = (next, false);
        while at < s.len() && at < next + 12 {
            if entity(at, Types::ORG).is_some() {
                // Without its owner: a plain noun right before it, and more than an adjective between the two.
                let plain = at >= next + 3
                    && s.preps[at - 1].is_none()
                    && !s.in_class(at - 1, self.classes.det)
                    && !s.in_class(at - 1, self.classes.and);
                return (behind_person || plain).then_some(at);
            }
            if let Some(person) = entity(at, Types::PER) {
                (at, behind_person) = (person.end, true);
                // Set off by commas, it is an apposition.
                let apposed = s.punct(self.text, at) == Some(',') && entity(at + 1, Types::ORG).is_some();
                if apposed {
                    let end = entity(at + 1, Types::ORG).map_or(at, |m| m.end);
                    return (end >= s.len() || s.punct(self.text, end).is_some()).then_some(at + 1);
                }
                continue;
            }
            let word = matches!(s.tokens[at].shape, Shape::Lower | Shape::Upper) && !self.taken[at];
            let verb = self.pack.verbs.forms(s.words[at]).iter().any(|f| f.mood.is_finite());
            if !word || behind_person || verb || s.class_at(at, self.classes.relative).is_some() {
                return None;
            }
            at += 1;
        }
        None
    }

    /// Where a noun begins that a person owns: in the genitive right behind it, or with a possessive mark up to two
    /// words before it (then the noun begins with that person).
    fn with_person_beside(&self, start: usize, end: usize) -> Option<usize> {
        let people = || self.out.iter().filter(|m| m.types == Types::PER && matches!(m.what, What::Entity { .. }));
        let genitive = self.sentence.preps.get(end).copied().flatten().filter(|(_, p)| self.pack.genitive.contains(p));
        if let Some((len, _)) = genitive {
            return people().any(|m| m.start == end + len).then_some(start);
        }
        (start.saturating_sub(3)..start)
            .rev()
            .take_while(|&at| !self.taken[at])
            .find(|&at| self.sentence.possessive(self.text, at))
            .and_then(|at| people().find(|m| m.end == at).map(|m| m.start))
    }

    /// "la directrice, Ada Neri": a title with the name behind it refers to nobody else.
    fn named_workers(&mut self) {
        let named: Vec<bool> = self
            .out
            .iter()
            .map(|m| {
                if m.what != What::Refer(Refer::Worker) {
                    return false;
                }
                let title = self.out.iter().filter(|r| r.what == What::Role && r.start <= m.start && m.end <= r.end);
                let mut at = title.map(|r| r.end).max().unwrap_or(m.end);
                // The firm of the title.
                if let Some((len, _)) = self.sentence.preps.get(at).copied().flatten()
                    && let Some(firm) =
                        self.out.iter().find(|o| o.start == at + len && o.types.meets(Types::ORG.or(Types::UNIT)))
                {
                    at = firm.end;
                }
                at += usize::from(self.sentence.punct(self.text, at) == Some(','));
                self.out.iter().any(|o| o.start == at && o.types == Types::PER && matches!(o.what, What::Entity { .. }))
            })
            .collect();
        let mut named = named.into_iter();
        self.out.retain(|_| !named.next().unwrap_or(false));
    }

    /// A genitive and a name behind a noun: "il gruppo di Musk" is no reference.
    fn genitive_name(&self, at: usize) -> bool {
        self.sentence.preps.get(at).copied().flatten().is_some_and(|(len, p)| {
            self.pack.genitive.contains(&p)
                && (at + len..(at + len + 4).min(self.sentence.len()))
                    .take_while(|&i| !self.sentence.is_punct(self.text, i))
                    .any(|i| self.taken[i] || self.sentence.tokens[i].shape.is_name_like())
        })
    }

    /// Parts of firms: the noun with the plain words around it.
    fn units(&mut self) {
        let mut at = 0;
        while at < self.sentence.len() {
            let Some(len) = self
                .sentence
                .class_at(at, self.classes.unit_noun)
                .filter(|len| !self.taken[at..at + len].contains(&true))
            else {
                at += 1;
                continue;
            };
            let (start, mut end) = (self.role_start(at), at + len);
            let plain = |i: usize| {
                i < self.sentence.len()
                    && !self.taken[i]
                    && self.sentence.tokens[i].shape != Shape::Punct
                    && self.sentence.preps[i].is_none()
                    && self.pack.verbs.forms(self.sentence.words[i]).is_empty()
                    && !self.sentence.classes.iter().any(|&(s, _, _)| s == i)
            };
            while end < at + len + 3 && plain(end) && self.pack.orthography.decimal_comma {
                end += 1;
            }
            if end == at + len
                && let Some((prep, p)) = self.sentence.preps.get(end).copied().flatten()
                && self.pack.genitive.contains(&p)
                && self.noun(end + prep)
            {
                end += prep + 1;
            }
            self.add(start, end, Types::UNIT, What::Unit);
            at = end;
        }
    }

    /// A lower-case word that stands bare behind a preposition is a noun, whatever else it may be.
    fn noun(&self, at: usize) -> bool {
        self.sentence.tokens.get(at).is_some_and(|t| t.shape == Shape::Lower)
            && !self.taken[at]
            && self.sentence.preps[at].is_none()
            && self.sentence.class_at(at, self.classes.det).is_none()
            && self.sentence.class_at(at, self.classes.poss).is_none()
            && self.sentence.class_at(at, self.classes.unit_noun).is_none()
    }

    /// A preposition that holds an article ("alla", "du"): its surface differs from its canonical form.
    fn contracted(&self, at: usize) -> bool {
        self.sentence.preps[at].is_some_and(|(len, prep)| {
            len == 1
                && mercato_pack::token::key(self.sentence.word(self.text, at)) != self.pack.prep_names[prep as usize]
        })
    }

    /// Job titles: a head with what belongs to it, up to a name or the end of the phrase.
    fn roles(&mut self) {
        let mut at = 0;
        while at < self.sentence.len() {
            let Some((len, ())) = self.pack.roles.longest(&self.sentence.words[at..]) else {
                at += 1;
                continue;
            };
            if !self.is_title(at, len) {
                at += 1;
                continue;
            }
            let mut end = at + len;
            // A title right behind a title ("chief executive officer", "directeur général adjoint").
            while let Some((more, ())) = self.pack.roles.longest(&self.sentence.words[end.min(self.sentence.len())..]) {
                end += more;
            }
            let start = self.role_start(at);
            end = self.role_end(end);
            self.add(start, end, Types::ROLE, What::Role);
            at = end.max(at + len);
        }
    }

    /// A word that is also a preposition ("ad") is a title only behind an article or the like, or before the firm's genitive.
    fn is_title(&self, at: usize, len: usize) -> bool {
        if self.sentence.preps[at].is_none() {
            return true;
        }
        let c = self.classes;
        let before = at > 0
            && ([c.det, c.former, c.poss, c.current, c.interim]
                .iter()
                .any(|&class| self.sentence.in_class(at - 1, class))
                || self.contracted(at - 1));
        let behind = self.sentence.preps.get(at + len).copied().flatten();
        before || behind.is_some_and(|(_, prep)| self.pack.genitive.contains(&prep))
    }

    fn role_start(&self, head: usize) -> usize {
        let mut start = head;
        while start > 0 && head - start < 4 {
            let before = start - 1;
            let same_case = self.sentence.tokens[before].shape != Shape::Capital
                || self.sentence.tokens[head].shape == Shape::Capital;
            let plain = matches!(self.sentence.tokens[before].shape, Shape::Lower | Shape::Upper | Shape::Capital)
                && same_case
                && !self.sentence.word(self.text, before).starts_with(['\'', '’'])
                && !self.taken[before]
                && self.sentence.preps[before].is_none()
                && self.pack.verbs.forms(self.sentence.words[before]).is_empty()
                && !self.pack.stopwords.contains(&self.sentence.words[before])
                && !self.sentence.classes.iter().any(|&(s, l, c)| {
                    s <= before
                        && before < s + l
                        && [
                            self.classes.det,
                            self.classes.and,
                            self.classes.neg,
                            self.classes.former,
                            self.classes.adverb,
                            self.classes.relative,
                            self.classes.subordinator,
                            self.classes.poss,
                            self.classes.current,
                            self.classes.he,
                            self.classes.she,
                            self.classes.they,
                        ]
                        .contains(&Some(c))
                });
            // Only languages that put modifiers first lengthen a title to the left; others keep the head.
            if !plain || self.pack.orthography.decimal_comma {
                break;
            }
            start = before;
        }
        start
    }

    fn role_end(&self, mut end: usize) -> usize {
        let from = end;
        loop {
            // prep + words, not a firm, a person, a date, money.
            let Some((len, _)) = self.sentence.preps.get(end).copied().flatten() else {
                // An adjective right behind the head ("directeur technique").
                let adjective = end == from
                    && end < self.sentence.len()
                    && self.sentence.tokens[end].shape == Shape::Lower
                    && !self.taken[end]
                    && self.pack.orthography.decimal_comma
                    && self.sentence.preps[end].is_none()
                    && self.pack.verbs.forms(self.sentence.words[end]).is_empty()
                    && !self.pack.stopwords.contains(&self.sentence.words[end])
                    && !self.sentence.classes.iter().any(|&(s, _, _)| s == end);
                if adjective {
                    end += 1;
                    continue;
                }
                return end;
            };
            // "the latest researcher to leave".
            if self.pack.infinitive.contains(&self.sentence.words[end])
                && self.sentence.words.get(end + 1).is_some_and(|&w| !self.pack.verbs.forms(w).is_empty())
            {
                return end;
            }
            // "la terza fondatrice a lasciare": a form that is nothing but an infinitive.
            let infinitive = self.sentence.words.get(end + len).is_some_and(|&w| {
                let forms = self.pack.verbs.forms(w);
                !forms.is_empty() && forms.iter().all(|f| f.mood == mercato_pack::verbs::Mood::Infinitive)
            });
            if infinitive {
                return end;
            }
            let mut to = end + len;
            let mut words = 0;
            while to < self.sentence.len() && words < 5 {
                let blocked = self.taken[to] && !self.product_or_unit(to)
                    || self.sentence.is_punct(self.text, to)
                    || self.sentence.preps[to].is_some()
                    || self.sentence.class_at(to, self.classes.and).is_some()
                    || self.sentence.class_at(to, self.classes.relative).is_some()
                    || self.sentence.class_at(to, self.classes.subordinator).is_some();
                if blocked {
                    break;
                }
                let article = self.sentence.class_at(to, self.classes.det).is_some();
                if !article {
                    if !self.pack.verbs.forms(self.sentence.words[to]).is_empty() && words > 0 {
                        break;
                    }
                    words += 1;
                }
                to += 1;
            }
            let names_firm = self.sentence.class_at(end + len, self.classes.org_noun).is_some()
                || self.sentence.class_at(end + len + 1, self.classes.org_noun).is_some();
            if words == 0 || names_firm || to - from > 12 {
                return end;
            }
            end = to;
        }
    }

    fn product_or_unit(&self, at: usize) -> bool {
        self.out.iter().any(|m| m.start <= at && at < m.end && m.types.meets(Types::PRODUCT.or(Types::UNIT)))
    }

    fn codes(&mut self) {
        let mut at = 0;
        while at < self.sentence.len() {
            let words = &self.sentence.words[at..];
            let hits: Vec<(usize, Slot, String)> =
                self.pack.codes.at(words).map(|(len, (slot, code))| (len, *slot, code.clone())).collect();
            for (len, slot, code) in hits {
                // "Tidewater Compute", "vision team": a word of a name says nothing of its own.
                let inside = self.out.iter().any(|m| {
                    m.start <= at
                        && at + len <= m.end
                        && (matches!(m.what, What::Entity { .. }) || m.what == What::Unit && len < m.end - m.start)
                });
                if inside {
                    continue;
                }
                self.add(at, at + len, Types::CODE, What::Code(slot, code));
            }
            at += 1;
        }
    }
}
