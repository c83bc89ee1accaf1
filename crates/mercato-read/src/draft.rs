//! Drafts: raw claims with references resolved, names normalised, status and source settled.

mod among;
mod attribute;
pub(crate) mod count;
mod refer;

use std::collections::{BTreeMap, BTreeSet};

use mercato_model::schema::SlotType;
use mercato_model::{Bounds, ClaimDate, Kind, PartialDate, Slot, Span, Status, Value};
use mercato_pack::pattern::{PrepId, Types};
use mercato_pack::verbs::Mood;
use mercato_pack::{Gender, Pack};

use crate::clause::Clauses;
use crate::extract::{Filler, Raw};
use crate::mention::{Mention, Refer, What};
use crate::name::{EntityId, Names};
use crate::source::{Said, Voice};

/// A claim in the making.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub kind: Kind,
    pub persons: Vec<EntityId>,
    /// Organisations by slot.
    pub orgs: BTreeMap<Slot, EntityId>,
    /// Everything else, final.
    pub slots: BTreeMap<Slot, Value>,
    pub status: Status,
    pub source: Vec<String>,
    pub date: Option<ClaimDate>,
    pub spans: Vec<Span>,
    /// Index of the rule in the pack.
    pub rule: usize,
    pub as_written: BTreeMap<Slot, String>,
    pub score: f64,
    pub sentence: usize,
    /// Key slots that the context must fill, or the draft is dropped.
    pub open: Vec<Slot>,
    /// With whom the people move.
    pub companion: Option<EntityId>,
    /// Told as what was going to happen ("allait partir"): overtaken where the article tells another outcome.
    pub meant: bool,
    /// The firm last spoken of.
    pub context_org: Option<EntityId>,
    /// The firm that the paragraph begins with.
    pub paragraph_org: Option<EntityId>,
    /// The firm that heads its line ("Corvanta — X leaves").
    pub head_org: Option<EntityId>,
    /// Slots of organisations that the context lent.
    pub lent: BTreeSet<Slot>,
}

/// Whether a manner of moving can only be a departure.
pub(crate) fn leaving(manner: &str) -> bool {
    matches!(manner, "left" | "resigned" | "fired" | "retired" | "laid_off" | "leave")
}

impl Draft {
    pub fn manner(&self) -> Option<&str> {
        self.slots.get(&Slot::Manner).and_then(|v| v.texts().first().copied())
    }

    /// The end of a transfer at which a count counts people.
    pub fn counted_end(&self) -> Option<Slot> {
        match self.slots.get(&Slot::Direction)?.texts()[..] {
            ["left"] if self.kind == Kind::Count => Some(Slot::From),
            ["joined"] if self.kind == Kind::Count => Some(Slot::To),
            _ => None,
        }
    }

    /// Told as something that did not happen.
    pub fn unreal(&self) -> bool {
        self.status >= Status::Counterfactual
    }
}

/// Codes of measures that stand together where a rise hangs on milestones.
const PAY_RISE: &str = "pay_rise";
const MILESTONES: &str = "milestone_pay";

/// Who holds or held which post, as an apposition says.
#[derive(Clone, Debug)]
pub(crate) struct Post {
    pub person: EntityId,
    pub org: Option<EntityId>,
    /// The context lent the firm: no transfer takes an end from it.
    pub lent: bool,
    pub role: Option<String>,
    pub former: bool,
    pub sentence: usize,
    pub span: Span,
    pub rule: usize,
    pub score: f64,
}

/// What earlier sentences left to refer to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Discourse {
    /// Persons of the last subject, with the sentence.
    subject: Option<(Vec<EntityId>, usize)>,
    /// Who was last spoken of, woman and man, with the sentence.
    last: [Option<(EntityId, usize)>; 2],
    /// Last list of two or more persons.
    several: Option<(Vec<EntityId>, usize)>,
    /// Firms, latest last.
    orgs: Vec<(EntityId, usize)>,
    /// Prepositions before a channel.
    pub channel: Vec<PrepId>,
    /// First firm of a paragraph, with the paragraph.
    opening: Option<(EntityId, usize)>,
    /// Speaker of the last quotation.
    speaker: Option<(EntityId, usize)>,
}

/// How far back a reference may reach, in sentences.
const REACH: usize = 3;

impl Discourse {
    pub fn leave(&mut self, sentence: usize, paragraph: usize, mentions: &[Mention], names: &Names, said: &[Said]) {
        if self.opening.is_none_or(|(_, p)| p != paragraph)
            && let Some(first) = mentions.iter().filter(|m| m.types == Types::ORG && names.lends(m)).find_map(entity)
        {
            self.opening = Some((first, paragraph));
        }
        let persons = |m: &Mention| members(m, mentions);
        let named: Vec<&Mention> =
            mentions.iter().filter(|m| m.types == Types::PER && matches!(m.what, What::Entity { .. })).collect();
        if let Some(m) = named.iter().find(|m| m.prep.is_none()).or(named.first()) {
            self.subject = Some((persons(m), sentence));
            // Whoever else is named comes to mind before the subject does.
            for one in named.iter().rev().chain([m]).filter_map(|m| entity(m)) {
                if let Some(gender) = names.entities[one].gender {
                    self.last[gender as usize] = Some((one, sentence));
                }
            }
        } else {
            // "She ... She ...": whom pronouns stand for stays in mind.
            for m in mentions {
                let gender = match m.what {
                    What::Refer(Refer::She) => Gender::Feminine,
                    What::Refer(Refer::He) => Gender::Masculine,
                    _ => continue,
                };
                if let Some(person) = self.person(gender, sentence, names) {
                    self.subject = Some((vec![person], sentence));
                    if names.entities[person].gender.is_some() {
                        self.last[gender as usize] = Some((person, sentence));
                    }
                }
            }
        }
        if let Some(m) = named.iter().rev().find(|m| m.list.len() > 1) {
            self.several = Some((persons(m), sentence));
        }
        // The firm that is the subject stays longest in mind.
        let spoken: Vec<&Mention> =
            mentions.iter().filter(|m| !m.prep.is_some_and(|p| self.channel.contains(&p)) && names.lends(m)).collect();
        let subject = spoken.iter().position(|m| m.types == Types::ORG && m.prep.is_none() && entity(m).is_some());
        let order = spoken
            .iter()
            .enumerate()
            .filter(|(n, _)| Some(*n) != subject)
            .map(|(_, m)| m)
            .chain(subject.map(|n| &spoken[n]));
        for m in order {
            if let Some(id) = entity(m) {
                let firm = if names.entities[id].types.meets(Types::ORG) {
                    Some(id)
                } else {
                    names.entities[id].owner.filter(|_| m.types.meets(Types::UNIT))
                };
                if let Some(firm) = firm {
                    self.orgs.retain(|(o, _)| *o != firm);
                    self.orgs.push((firm, sentence));
                }
            }
        }
        for s in said {
            if let Some(Voice::Mention(m)) = s.chain.last()
                && let Some(id) = entity(&mentions[*m]).filter(|&id| names.entities[id].types.meets(Types::PER))
            {
                self.speaker = Some((id, sentence));
            }
        }
    }
}

impl Discourse {
    /// Whom a pronoun stands for.
    fn person(&self, gender: Gender, sentence: usize, names: &Names) -> Option<EntityId> {
        let near = |at: usize| sentence - at <= REACH;
        let subject = match &self.subject {
            Some((people, at)) if near(*at) && people.len() == 1 => {
                Some(people[0]).filter(|&p| names.entities[p].gender.is_none_or(|g| g == gender))
            }
            _ => None,
        };
        subject.or_else(|| self.last[gender as usize].filter(|&(_, at)| near(at)).map(|(person, _)| person))
    }
}

fn entity(m: &Mention) -> Option<EntityId> {
    match m.what {
        What::Entity { id, .. } => Some(id),
        _ => None,
    }
}

/// Everybody in the list that a mention stands for, or the one it names.
fn members(m: &Mention, mentions: &[Mention]) -> Vec<EntityId> {
    if m.list.is_empty() {
        entity(m).into_iter().collect()
    } else {
        m.list.iter().filter_map(|&i| entity(&mentions[i])).collect()
    }
}

/// Turns what a rule found into a draft or a post.
pub(crate) struct Resolver<'a> {
    pub text: &'a str,
    pub names: &'a Names,
    pub pack: &'a Pack,
    pub clauses: &'a Clauses<'a>,
    pub said: &'a [Said],
    pub discourse: &'a Discourse,
    pub sentence: usize,
    pub outlet: Option<&'a str>,
    pub published: Option<PartialDate>,
    /// The firm that the article names most.
    pub topic: Option<EntityId>,
    /// The firm that the article is about, when it is one.
    pub dominant: Option<EntityId>,
    /// The firm that heads the line of this sentence.
    pub head: Option<EntityId>,
    /// Posts told so far.
    pub told: &'a [Post],
    /// Those whom an earlier sentence counted last.
    pub counted: Option<count::Counted>,
}

pub(crate) enum Resolved {
    Draft(Box<Draft>),
    Posts(Vec<Post>),
    /// A reference that stayed open: which slot.
    Open(Slot),
}

impl Resolver<'_> {
    fn mention(&self, number: usize) -> &Mention {
        &self.clauses.mentions[number]
    }

    fn slice(&self, start: usize, end: usize) -> String {
        self.clauses.sentence.slice(self.text, start, end).trim_matches(['«', '»', '“', '”', '"', ' ']).to_owned()
    }

    /// A word that is no preposition, article, verb or punctuation.
    fn plain(&self, at: usize) -> bool {
        let s = self.clauses.sentence;
        s.punct(self.text, at).is_none()
            && !(at.saturating_sub(3)..=at).any(|i| s.preps[i].is_some_and(|(len, _)| i + len > at))
            && !s.in_class(at, self.clauses.classes.det)
            && !self.clauses.groups.iter().any(|g| g.start <= at && at < g.end)
    }

    pub fn resolve(&self, raw: &Raw) -> Resolved {
        let Some(kind) = raw.kind else { return self.posts(raw) };
        let mut draft = Draft {
            kind,
            persons: Vec::new(),
            orgs: BTreeMap::new(),
            slots: BTreeMap::new(),
            status: raw.status,
            source: Vec::new(),
            date: None,
            spans: Vec::new(),
            rule: raw.rule,
            as_written: BTreeMap::new(),
            score: raw.score,
            sentence: self.sentence,
            open: raw.open.clone(),
            companion: raw.companion.and_then(|m| match &self.mention(m).what {
                What::Entity { id, .. } => Some(*id),
                What::Refer(refer) => self.refer(*refer, self.mention(m), raw).and_then(|ids| ids.first().copied()),
                _ => None,
            }),
            meant: raw.group.is_some_and(|g| {
                let g = &self.clauses.groups[g];
                let intent = g.future || g.modal == Some(Status::Planned);
                intent && !g.head.is_empty() && g.head.iter().all(|f| f.mood == Mood::Imperfect)
            }),
            context_org: self.last_org(raw),
            paragraph_org: self.paragraph_org(raw),
            head_org: self.head,
            lent: BTreeSet::new(),
        };
        let mut count: Option<(Bounds, Option<f64>, bool, String)> = None;
        let mut bare = false;
        let (mut low, mut high) = raw.trigger;
        for (&slot, filler) in &raw.slots {
            match filler {
                Filler::Fixed(value) => {
                    draft.slots.insert(slot, value.clone());
                }
                Filler::Text(start, end) => {
                    // "Mercato | globale dei chip": what a figure is of begins with the noun that the pattern names.
                    let noun = kind == Kind::Figure && *start > 0 && self.plain(*start - 1);
                    let start = *start - usize::from(noun);
                    low = low.min(start);
                    high = high.max(*end);
                    draft.slots.insert(slot, Value::Text(self.slice(start, *end)));
                }
                Filler::Zero | Filler::Speaker if raw.kind == Some(Kind::Reason) => {
                    let who = if *filler == Filler::Zero { self.zero() } else { self.speaker().map(|p| vec![p]) };
                    let Some(persons) = who else { return Resolved::Open(slot) };
                    draft.persons = persons;
                }
                Filler::Zero if slot == Slot::Replaces => match self.zero() {
                    Some(persons) if !self.takes_place(raw, persons[0]) => {
                        draft.slots.insert(slot, Value::Text(self.names.entities[persons[0]].name.clone()));
                    }
                    _ => return Resolved::Open(slot),
                },
                Filler::Zero => match self.zero() {
                    Some(persons) => draft.persons = persons,
                    None => return Resolved::Open(slot),
                },
                Filler::Speaker => match (self.speaker(), kind.slot_type(slot)) {
                    (Some(person), Some(SlotType::People)) => draft.persons = vec![person],
                    // "We have hired": the firm of who speaks.
                    (Some(person), _) => match self.firm_of(person) {
                        Some(firm) => {
                            draft.orgs.insert(slot, firm);
                        }
                        None => return Resolved::Open(slot),
                    },
                    (None, _) => return Resolved::Open(slot),
                },
                Filler::Pair(a, _) if raw.kind == Some(Kind::Reason) => {
                    if !self.fill(&mut draft, slot, *a, raw) {
                        return Resolved::Open(slot);
                    }
                }
                Filler::Pair(a, b) => {
                    let mut people = Vec::new();
                    for &number in [a, b] {
                        let m = self.mention(number);
                        low = low.min(m.start);
                        high = high.max(m.end);
                        if !self.fill(&mut draft, slot, number, raw) {
                            return Resolved::Open(slot);
                        }
                        people.append(&mut draft.persons);
                    }
                    draft.persons = people;
                }
                Filler::Mention(number) => {
                    let m = self.mention(*number);
                    // "Quatre ont rejoint X": a bare number of people.
                    if let (What::Number(bounds), Slot::Person) = (&m.what, slot) {
                        count = Some((*bounds, None, false, self.slice(m.start, m.end)));
                        bare = true;
                        low = low.min(m.start);
                        high = high.max(m.end);
                        continue;
                    }
                    let listed = raw.people.as_ref().filter(|p| p.contains(number)).unwrap_or(&m.list);
                    low = listed.iter().map(|&i| self.mention(i).start).fold(low.min(m.start), usize::min);
                    high = high.max(m.end);
                    if let What::Count { bounds, of, share } = &m.what
                        && (matches!(
                            slot,
                            Slot::Person | Slot::N | Slot::Share | Slot::Target | Slot::Subject | Slot::Group
                        ))
                    {
                        count = Some((*bounds, *of, *share, self.group_text(m)));
                        continue;
                    }
                    if !self.fill(&mut draft, slot, *number, raw) {
                        return Resolved::Open(slot);
                    }
                }
            }
        }
        // "I wanted more freedom": the subject of a reason in a quotation is who speaks.
        if raw.open.contains(&Slot::Subject)
            && self.clauses.sentence.quoted[raw.trigger.0]
            && let Some(person) = self.speaker()
        {
            draft.persons = vec![person];
            draft.open.retain(|s| *s != Slot::Subject);
        }
        // "It was never about the money," he said: who speaks, when nobody is told to have moved before.
        if draft.open.contains(&Slot::Subject) && self.clauses.sentence.quoted[raw.trigger.0] {
            let voice = self.said.iter().rev().flat_map(|said| said.chain.iter().rev()).find_map(|voice| match voice {
                Voice::Mention(number) => Some(*number),
                Voice::Unnamed(_) => None,
            });
            draft.persons = match voice.map(|number| self.mention(number)) {
                Some(m) if m.types.meets(Types::PER) => match &m.what {
                    What::Entity { id, .. } => vec![*id],
                    What::Refer(refer) => self.refer(*refer, m, raw).unwrap_or_default(),
                    _ => Vec::new(),
                },
                _ => Vec::new(),
            };
        }
        // "Raises pay as they progress": a rise that hangs on milestones is both.
        if draft.kind == Kind::Retention
            && draft.slots.get(&Slot::Measure).is_some_and(|v| v.texts() == [PAY_RISE])
            && self.clauses.mentions.iter().any(|m| {
                m.start >= raw.trigger.1
                    && m.start - raw.trigger.1 <= 12
                    && matches!(&m.what, What::Code(Slot::Measure, code) if code == MILESTONES)
            })
        {
            draft.slots.insert(Slot::Measure, Value::List(vec![PAY_RISE.to_owned(), MILESTONES.to_owned()]));
        }
        // Somebody approaches people: for the firm of his or her post.
        if draft.kind == Kind::Recruiting
            && !draft.orgs.contains_key(&Slot::By)
            && let [person] = draft.persons[..]
            && let Some(firm) = self.firm_of(person)
        {
            draft.orgs.insert(Slot::By, firm);
        }
        if let Some(count) = count
            && !count::apply(&mut draft, count)
        {
            return Resolved::Open(Slot::N);
        }
        if bare {
            count::part_of(&mut draft, self.counted);
        }
        // The same firm at both ends is no move.
        if let (Some(from), Some(to)) = (draft.orgs.get(&Slot::From), draft.orgs.get(&Slot::To))
            && from == to
        {
            return Resolved::Open(Slot::To);
        }
        // Who is meant by a pronoun, or by none, is never as sure as a name.
        if raw.slots.values().any(|f| matches!(f, Filler::Zero | Filler::Speaker)) {
            draft.score = draft.score.min(0.66);
        }
        draft.spans.push(self.clauses.sentence.span_of(low, high));
        draft.date = self.date(raw);
        if draft.kind == Kind::Count
            && let Some(since) = self.since(raw)
        {
            draft.slots.entry(Slot::Since).or_insert(Value::Text(since));
        }
        // "Leaves at the end of next month": a present of what is still to come.
        if draft.status == Status::Asserted
            && raw.group.is_some_and(|g| self.clauses.groups[g].present())
            && (self.still_to_come(&draft) || self.clauses.says_ahead(raw.trigger.1))
        {
            draft.status = Status::Planned;
        }
        self.attribute(&mut draft, low, high, raw);
        Resolved::Draft(Box::new(draft))
    }

    fn fill(&self, draft: &mut Draft, slot: Slot, number: usize, raw: &Raw) -> bool {
        let m = self.mention(number);
        let ty = draft.kind.slot_type(slot);
        // "Founds a company of her own": it has no name, and is none of those spoken of; "the company" he founded is.
        let hers =
            (m.phrase_start..m.start).any(|i| self.clauses.sentence.class_at(i, self.clauses.classes.poss).is_some());
        let founded =
            raw.slots.get(&Slot::Manner).is_some_and(|f| matches!(f, Filler::Fixed(v) if v.texts() == ["founded"]));
        let unnamed = matches!(m.what, What::Code(..)) || hers && m.what == What::Refer(Refer::Firm);
        if founded && slot == Slot::To && unnamed {
            if !raw.slots.contains_key(&Slot::From) && !draft.open.contains(&Slot::From) {
                draft.open.push(Slot::From);
            }
            return true;
        }
        match (&m.what, ty) {
            (What::Entity { as_written, .. }, Some(SlotType::People)) => {
                let members: Vec<EntityId> = match &raw.people {
                    Some(people) if raw.slots.get(&slot) == Some(&Filler::Mention(number)) => {
                        people.iter().filter_map(|&i| entity(self.mention(i))).collect()
                    }
                    _ => members(m, self.clauses.mentions),
                };
                for &member in &members {
                    draft.score *= self.names.entities[member].sure.powf(1.0 / members.len() as f64);
                }
                if *as_written {
                    draft.as_written.insert(slot, self.slice(m.start, m.end));
                }
                draft.persons = members;
            }
            (What::Entity { id, .. }, Some(SlotType::Name))
                if self.names.entities[*id].types == Types::PER
                    && matches!(slot, Slot::Plaintiff | Slot::Defendant | Slot::Actor) =>
            {
                let e = &self.names.entities[*id];
                draft.score *= e.sure;
                draft.slots.insert(slot, Value::Text(e.name.clone()));
            }
            (What::Entity { id, .. }, Some(SlotType::Name)) if self.names.entities[*id].types == Types::PER => {
                // Who acts for a firm: the firm stands in the slot, the person beside it where the kind has a place.
                let Some(firm) = self.firm_of(*id) else { return false };
                draft.score *= 0.9;
                draft.orgs.insert(slot, firm);
                if draft.kind == Kind::Recruiting && !raw.slots.contains_key(&Slot::Person) {
                    draft.persons = vec![*id];
                }
            }
            (What::Entity { id, as_written }, Some(SlotType::Name)) => {
                let e = &self.names.entities[*id];
                draft.score *= e.sure;
                if *as_written {
                    draft.as_written.insert(slot, self.slice(m.start, m.end));
                }
                let unit = match slot {
                    Slot::From => Slot::UnitFrom,
                    Slot::To => Slot::UnitTo,
                    _ => Slot::Unit,
                };
                if e.types.meets(Types::UNIT) {
                    let Some(owner) = e.owner else { return false };
                    draft.orgs.insert(slot, owner);
                    if draft.kind.slot_type(unit).is_some() {
                        draft.slots.insert(unit, Value::Text(e.name.clone()));
                    }
                } else {
                    draft.orgs.insert(slot, *id);
                    // "la divisione robotica di Helvion": the part is told with its firm.
                    if m.prep.is_some_and(|p| self.pack.genitive.contains(&p))
                        && draft.kind.slot_type(unit).is_some()
                        && let Some(part) = self
                            .clauses
                            .mentions
                            .iter()
                            .find(|o| o.what == What::Unit && o.end <= m.start && m.start - o.end <= 2)
                    {
                        draft.slots.insert(unit, Value::Text(self.slice(part.start, part.end)));
                    }
                }
            }
            (What::Entity { id, .. }, _) => {
                let e = &self.names.entities[*id];
                draft.score *= e.sure;
                // "Clusters such as P": what a firm owns is a condition of that firm.
                if let (Kind::Condition, Some(owner)) = (draft.kind, e.owner)
                    && !raw.slots.contains_key(&Slot::Org)
                {
                    draft.orgs.insert(Slot::Org, owner);
                }
                // Several names in a text slot stay a list ("target", "subject").
                draft.slots.insert(slot, self.names_of(&members(m, self.clauses.mentions)));
            }
            (What::Firms, _) => {
                draft.score *= 0.9;
                draft.slots.insert(slot, Value::Text(self.slice(m.start, m.end)));
            }
            (What::Group, _) => {
                let target = if slot == Slot::Person { Slot::Group } else { slot };
                if draft.kind.slot_type(target).is_some() {
                    draft.slots.insert(target, Value::Text(self.group_text(m)));
                }
            }
            (What::Money(amount), _) => {
                draft.slots.insert(slot, Value::Amount(amount.clone()));
            }
            (What::Share(bounds) | What::Number(bounds), Some(SlotType::Number)) => {
                let Some(n) = bounds.min.or(bounds.max) else { return false };
                draft.slots.insert(slot, Value::Number(n));
            }
            (What::Share(bounds) | What::Number(bounds), _) => {
                draft.slots.insert(slot, Value::Bounds(*bounds));
            }
            (What::Count { bounds, .. }, Some(SlotType::Number)) => {
                let Some(n) = bounds.min.or(bounds.max) else { return false };
                draft.slots.insert(slot, Value::Number(n));
            }
            (What::Count { bounds, .. }, _) => {
                draft.slots.insert(slot, Value::Bounds(*bounds));
            }
            (What::Date { value, .. }, _) => {
                draft.slots.insert(slot, Value::Text(value.to_string()));
            }
            (What::Unit, Some(SlotType::Name)) => {
                // "il laboratorio di Velmora", "Ada Neri's unit": its firm, or the firm of its head.
                let owner = m.owner.and_then(|o| {
                    let o = self.mention(o);
                    if o.types == Types::PER { entity(o).and_then(|p| self.firm_of(p)) } else { entity(o) }
                });
                let Some(owner) = owner else { return false };
                draft.orgs.insert(slot, owner);
            }
            (What::Unit, Some(SlotType::People)) => {
                draft.slots.insert(Slot::Group, Value::Text(self.group_text(m)));
            }
            (What::Unit, _) => {
                draft.slots.insert(slot, Value::Text(self.slice(m.start, m.end)));
            }
            (What::Role, _) => {
                let interim = (m.start.saturating_sub(1)..(m.end + 2).min(self.clauses.sentence.len()))
                    .any(|i| self.clauses.sentence.class_at(i, self.clauses.classes.interim).is_some());
                if interim && draft.kind == Kind::Appointment {
                    draft.slots.insert(Slot::Interim, Value::Flag(true));
                }
                draft.slots.insert(slot, Value::Text(self.slice(m.start, m.end)));
            }
            (What::Code(_, code), _) => {
                draft.slots.insert(slot, Value::Text(code.clone()));
            }
            (What::Refer(refer), ty) => {
                // "P, chef de F, quitte l'entreprise": the firm of the one who leaves; never the firm that is joined.
                let post = self.post_of_mover(raw);
                let ids = match (refer, slot, post) {
                    (Refer::Firm, Slot::From, Some(firm)) => Some(vec![firm]),
                    (Refer::Firm, Slot::To, Some(firm)) => self.refer(*refer, m, raw).filter(|ids| ids[0] != firm),
                    _ => self.refer(*refer, m, raw),
                };
                let Some(ids) = ids else { return false };
                draft.score *= 0.85;
                match ty {
                    Some(SlotType::People) => draft.persons = ids,
                    Some(SlotType::Name)
                        if self.names.entities[ids[0]].types == Types::PER
                            && !matches!(slot, Slot::Plaintiff | Slot::Defendant | Slot::Actor) =>
                    {
                        // "The chief executive courts them": for the firm of his or her post.
                        let Some(firm) = self.firm_of(ids[0]) else { return false };
                        draft.orgs.insert(slot, firm);
                        if draft.kind == Kind::Recruiting && !raw.slots.contains_key(&Slot::Person) {
                            draft.persons = ids;
                        }
                    }
                    Some(SlotType::Name) => {
                        draft.orgs.insert(slot, ids[0]);
                    }
                    _ => {
                        draft.slots.insert(slot, self.names_of(&ids));
                    }
                }
            }
        }
        true
    }

    /// One name, or the list of several.
    fn names_of(&self, ids: &[EntityId]) -> Value {
        let name = |id: EntityId| self.names.entities[id].name.clone();
        if let [id] = ids { Value::Text(name(*id)) } else { Value::List(ids.iter().map(|&i| name(i)).collect()) }
    }

    /// The words for a group: the noun with its modifiers and a genitive behind it.
    fn group_text(&self, m: &Mention) -> String {
        let s = self.clauses.sentence;
        let mut end = m.end;
        if let Some((len, prep)) = s.preps.get(end).copied().flatten()
            && self.pack.genitive.contains(&prep)
        {
            let mut to = end + len;
            while to < s.len()
                && to < end + 6
                && !s.is_punct(self.text, to)
                && s.preps[to].is_none()
                && self.pack.verbs.forms(s.words[to]).is_empty()
                && s.class_at(to, self.clauses.classes.and).is_none()
            {
                to += 1;
            }
            if to > end + len {
                end = to;
            }
        }
        self.slice(m.start, end)
    }

    fn posts(&self, raw: &Raw) -> Resolved {
        let Some(Filler::Mention(person)) = raw.slots.get(&Slot::Person) else { return Resolved::Open(Slot::Person) };
        let m = self.mention(*person);
        let named = match m.what {
            What::Refer(refer) => self.refer(refer, m, raw).unwrap_or_default(),
            _ => entity(m).into_iter().collect(),
        };
        let Some(&id) = named.first() else { return Resolved::Open(Slot::Person) };
        let (mut low, mut high) = (m.start, m.end);
        let mut touch = |f: &Filler| match f {
            Filler::Mention(n) => {
                low = low.min(self.mention(*n).start);
                high = high.max(self.mention(*n).end);
            }
            Filler::Text(start, end) => {
                low = low.min(*start);
                high = high.max(*end);
            }
            _ => {}
        };
        raw.slots.values().for_each(&mut touch);
        let role = match raw.slots.get(&Slot::Role) {
            Some(Filler::Mention(n)) => Some(self.slice(self.mention(*n).start, self.mention(*n).end)),
            Some(Filler::Text(start, end)) => Some(self.slice(*start, *end)),
            _ => None,
        };
        let (mut org, mut lent, mut sure) = (None, false, self.names.entities[id].sure);
        if matches!(m.what, What::Refer(_)) {
            sure *= 0.85;
        }
        if let Some(Filler::Mention(n)) = raw.slots.get(&Slot::Org) {
            org = match &self.mention(*n).what {
                What::Entity { id, .. } if self.names.entities[*id].types.meets(Types::UNIT) => {
                    self.names.entities[*id].owner
                }
                What::Entity { id, .. } => Some(*id),
                What::Refer(refer) => self.refer(*refer, self.mention(*n), raw).map(|ids| ids[0]),
                _ => None,
            };
            if let Some(org) = org {
                sure *= self.names.entities[org].sure;
            }
        }
        // "sa présidente, P": an office without a firm is one of the firm spoken of.
        if let (None, Some(Filler::Mention(n)), false, false) =
            (org, raw.slots.get(&Slot::Role), raw.former, raw.slots.contains_key(&Slot::Org))
        {
            let role = self.mention(*n);
            if (role.start..role.end)
                .any(|i| self.clauses.sentence.class_at(i, self.clauses.classes.anywhere).is_some())
            {
                return Resolved::Open(Slot::Org);
            }
            org = self.firm_of(id).or_else(|| self.refer(Refer::Firm, role, raw).map(|ids| ids[0])).or(self.dominant);
            (lent, sure) = (true, sure * 0.8);
        }
        let span = self.clauses.sentence.span_of(low, high);
        // "X and Y, both formerly of Helvion": what stands behind the list is said of all in it.
        let s = self.clauses.sentence;
        let c = self.clauses.classes;
        let verb = self.clauses.groups.iter().map(|g| g.start).filter(|&at| at >= m.end).min().unwrap_or(s.len());
        let described = raw.slots.contains_key(&Slot::Group);
        let both = described
            || (m.end..(m.end + 4).min(verb)).any(|i| s.class_at(i, c.both).is_some())
            || m.end + 1 < verb && s.class_at(m.end + 1, c.all_of_them).is_some();
        let people = if both { members(m, self.clauses.mentions) } else { named };
        let post = |person: EntityId| Post {
            person,
            org,
            lent,
            role: role.clone(),
            former: raw.former,
            sentence: self.sentence,
            span,
            rule: raw.rule,
            score: raw.score * sure,
        };
        Resolved::Posts(people.into_iter().map(post).collect())
    }
}
