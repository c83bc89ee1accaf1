//! Events: which atoms speak of one move, one offer, one count. Keys admit, ends and time decide.

use mercato_model::{Bounds, Kind, Slot, Status};
use rustc_hash::FxHashMap;

use crate::atom::{Atom, FirmId, Subject, common_words, ends};
use crate::judged::{Decisions, Judged};
use crate::time::Days;
use crate::who::People;

/// Days in which two reports of one thing lie when an end differs.
const NEAR: i64 = 62;

/// Days in which the same thing with the same ends does not happen twice.
const SAME_ENDS: i64 = 550;

/// Days in which one end alone, told twice, is one event.
const SAME_END: i64 = 400;

/// Days beyond which two reports of no kind but where somebody works are one.
const FARTHEST: i64 = 900;

/// Members of a group that an atom is compared with.
const LOOKED_AT: usize = 24;

/// Of atoms that speak of one event, their places; each atom is in exactly one group.
pub fn events(atoms: &[Atom<'_>], people: &People, judged: &[Judged<'_>], decisions: &Decisions<'_>) -> Vec<Vec<u32>> {
    let mut order: Vec<u32> = (0..atoms.len() as u32).collect();
    // The most telling first; the order does not depend on how the articles came.
    order.sort_by_cached_key(|&at| {
        let atom = &atoms[at as usize];
        let ends = atom.from.iter().count() + atom.to.iter().count();
        let unreal = matches!(atom.status, Status::Counterfactual | Status::Possible);
        let first = atom.when.days.map_or(i64::MAX, |d| d.first);
        (unreal, std::cmp::Reverse(ends), !atom.when.said, first, atom.told.id.as_str(), atom.index)
    });
    let never = Pairs::new(decisions.events.iter().filter(|p| !p.same).map(|p| (p.one, p.other)));
    let mut groups: Vec<Vec<u32>> = Vec::new();
    let mut blocks: FxHashMap<Block, Vec<u32>> = FxHashMap::default();
    let outlines: Vec<Outline> = atoms.iter().map(Outline::of).collect();
    // By group, the atom that was compared with it last: several blocks may lead to one group.
    let mut met: Vec<u32> = Vec::new();
    for at in order {
        let atom = &atoms[at as usize];
        let keys = blocks_of(atom, people.of[at as usize]);
        let mut best: Option<(f64, u32)> = None;
        let alone = decisions.split.contains(atom.told.id.as_str());
        for &group in keys.iter().filter(|_| !alone).filter_map(|k| blocks.get(k)).flatten() {
            if std::mem::replace(&mut met[group as usize], at) == at {
                continue;
            }
            let members = &groups[group as usize];
            if never.forbids(atom, members, atoms) {
                continue;
            }
            // The most telling come first; a famous event has thousands.
            let fit = members
                .iter()
                .take(LOOKED_AT)
                .filter(|&&m| outlines[at as usize].admits(&outlines[m as usize]))
                .map(|&m| affinity(atom, &atoms[m as usize], judged))
                .fold(0.0, f64::max);
            if fit > 0.0 && best.is_none_or(|(held, first)| fit > held || fit == held && group < first) {
                best = Some((fit, group));
            }
        }
        let group = best.map_or_else(
            || {
                groups.push(Vec::new());
                met.push(at);
                groups.len() as u32 - 1
            },
            |(_, group)| group,
        );
        groups[group as usize].push(at);
        for key in keys {
            let block = blocks.entry(key).or_default();
            if best.is_none() || !block.contains(&group) {
                block.push(group);
            }
        }
    }
    merged(groups, atoms, decisions, &never)
}

/// Where an atom looks for others of its event: kind, sort of key, person, firm.
type Block = (Kind, u8, u32, u32);

fn blocks_of(atom: &Atom<'_>, person: Option<u32>) -> Vec<Block> {
    let heads = || atom.from.iter().chain(&atom.to).map(|f| f.head);
    let mut keys: Vec<Block> = match (person, atom.kind) {
        (Some(person), kind) => {
            let mut keys: Vec<Block> = heads().map(|head| (kind, 0, person, head)).collect();
            // What names one end alone meets others that name the other end alone.
            let two_ends = ends(kind).1.is_some();
            if keys.is_empty() || two_ends && keys.len() == 1 {
                keys.push((kind, 1, person, 0));
            }
            keys
        }
        (None, Kind::Figure) => vec![(Kind::Figure, 4, 0, 0)],
        // Both sides in one list: a report may have taken one for the other.
        (None, kind) => heads().map(|head| (kind, 2, 0, head)).collect(),
    };
    if keys.is_empty() {
        keys.push((atom.kind, 3, 0, 0));
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// How two ends compare.
#[derive(Clone, Copy, PartialEq)]
enum End {
    Same,
    /// One is not said, or neither.
    Open,
    Other,
}

fn end(one: Option<FirmId>, other: Option<FirmId>) -> End {
    match (one, other) {
        (Some(a), Some(b)) if a.kin(b) => End::Same,
        (Some(_), Some(_)) => End::Other,
        _ => End::Open,
    }
}

/// What rules most pairs out: ends and days, close together in memory. The famous are compared millions of times.
struct Outline {
    kind: Kind,
    from: Option<FirmId>,
    to: Option<FirmId>,
    days: Option<Days>,
}

impl Outline {
    fn of(atom: &Atom<'_>) -> Self {
        Self { kind: atom.kind, from: atom.from, to: atom.to, days: atom.when.days }
    }

    /// Whether two atoms of a kind may speak of one event; [`affinity`] says whether they do.
    fn admits(&self, other: &Self) -> bool {
        let (from, to) = (end(self.from, other.from), end(self.to, other.to));
        let gap = self.days.zip(other.days).map_or(0, |(mine, its)| mine.gap(its));
        let reach = match self.kind {
            Kind::Tenure => i64::MAX,
            Kind::Move if from == End::Other || to == End::Other || from == to && from == End::Open => NEAR,
            Kind::Move => SAME_ENDS,
            _ => FARTHEST,
        };
        gap <= reach && ends_admit(self.kind, from, to)
    }
}

/// How surely two atoms speak of one event; 0: they do not.
fn affinity(one: &Atom<'_>, other: &Atom<'_>, judged: &[Judged<'_>]) -> f64 {
    let (a, b) = (&judged[one.judged].claim, &judged[other.judged].claim);
    let (from, to) = (end(one.from, other.from), end(one.to, other.to));
    let gap = one.when.gap(other.when);
    let near = |days: i64, value: f64| if gap <= days { value - 1e-4 * gap as f64 } else { 0.0 };
    let either_unsaid = !one.when.said || !other.when.said;
    let subject = subject_fit(one, other);
    match one.kind {
        Kind::Move
            if matches!(
                (&one.subject, &other.subject),
                (Subject::Group(_), Subject::Group(_)) | (Subject::None, _) | (_, Subject::None)
            ) =>
        {
            match (from, to) {
                (End::Same, End::Same) => near(if subject > 0.0 { 183 } else { NEAR }, 0.7 + 0.2 * subject),
                (End::Same, End::Open) | (End::Open, End::Same) => near(NEAR, 0.3 * subject),
                _ => 0.0,
            }
        }
        Kind::Move => {
            let unreal = |s: Status| s == Status::Counterfactual;
            match (from, to) {
                (End::Same, End::Same) => near(SAME_ENDS, 1.0),
                (End::Same, End::Open) | (End::Open, End::Same) => {
                    // Both leave the other end open, or one of them does.
                    near(if either_unsaid { SAME_ENDS } else { SAME_END }, 0.8)
                }
                _ if unreal(one.status) || unreal(other.status) => 0.0,
                (End::Same, End::Other) | (End::Other, End::Same) => near(NEAR, 0.5),
                // Left here, joined there, within weeks; who comes back has left earlier.
                (End::Open, End::Open) => {
                    let back = end(one.from, other.to) == End::Same || end(one.to, other.from) == End::Same;
                    if back { 0.0 } else { near(NEAR, 0.4) }
                }
                _ if swapped(one, other) => near(NEAR, 0.3),
                _ => 0.0,
            }
        }
        Kind::Appointment => {
            let role = a.text(Slot::Role).zip(b.text(Slot::Role)).map_or(0.5, |(x, y)| common_words(x, y));
            if from == End::Other { 0.0 } else { near(183, 0.6 + 0.3 * role) }
        }
        Kind::Tenure => match from {
            End::Same => 0.9,
            _ => 0.0,
        },
        Kind::Offer => {
            if to == End::Other || from == End::Other || subject <= 0.0 {
                return 0.0;
            }
            near(if either_unsaid { 365 } else { 123 }, 0.5 + 0.2 * subject + 0.2 * amounts_near(a, b))
        }
        Kind::Pay => {
            let stats = |c: &mercato_model::Claim| match c.slots.get(&Slot::Amount) {
                Some(mercato_model::Value::Amount(amount)) => amount.stat.clone(),
                _ => None,
            };
            let figures = amounts_near(a, b);
            // Who is paid is the same, or is told alike and the figure is the same.
            let alike = subject > 0.3 || subject >= 0.0 && figures == 1.0;
            if from == End::Same && alike && (stats(a) == stats(b) || figures == 1.0) {
                near(730, 0.4 + 0.3 * subject)
            } else {
                0.0
            }
        }
        Kind::Retention => {
            let measure = shares_code(one, other);
            if from != End::Same || to == End::Other || !measure || subject < 0.0 {
                0.0
            } else {
                near(if either_unsaid { 365 } else { 183 }, 0.6 + 0.2 * subject)
            }
        }
        Kind::Recruiting => {
            let target = match (one.from, other.from) {
                (Some(x), Some(y)) if x.kin(y) => 1.0,
                _ => a.text(Slot::Target).zip(b.text(Slot::Target)).map_or(0.0, |(x, y)| common_words(x, y)),
            };
            let means = a.texts(Slot::Means);
            let other_means = b.texts(Slot::Means);
            let means = means.is_empty() || other_means.is_empty() || means.iter().any(|m| other_means.contains(m));
            let asker = a
                .texts(Slot::Person)
                .iter()
                .any(|p| b.texts(Slot::Person).iter().any(|q| crate::fold::same_person(p, q)));
            let by = match (to, asker) {
                (End::Same, _) | (_, true) => true,
                // Who asks is told apart: a headline may have taken one for the other.
                (End::Other, false) => target == 1.0 && same_voice(a, b),
                (End::Open, false) => false,
            };
            if by && means && target >= 0.5 {
                near(if either_unsaid { 365 } else { 183 }, 0.5 + 0.3 * target)
            } else {
                0.0
            }
        }
        Kind::Count => {
            let mirrored = from == End::Same && to != End::Other;
            let whole = a.slots.get(&Slot::Of).zip(b.slots.get(&Slot::Of));
            if whole.is_some_and(|(x, y)| x != y) {
                return 0.0;
            }
            let of = whole.is_some();
            let figures = amounts_near(a, b);
            let days = match figures {
                // The same people counted again.
                1.0 if subject > 0.8 => FARTHEST,
                1.0 => SAME_ENDS,
                _ => 92,
            };
            if mirrored && one.codes == other.codes && (of || subject > 0.3 || figures == 1.0) {
                near(days, 0.4 + 0.3 * f64::from(of) + 0.2 * figures)
            } else {
                0.0
            }
        }
        Kind::Rate => {
            let turned = end(one.from, other.to) == End::Same && end(one.to, other.from) == End::Same;
            if one.codes == other.codes && (from == End::Same && to != End::Other || turned) {
                near(365, 0.7)
            } else {
                0.0
            }
        }
        Kind::Reason => {
            let polarity = a.text(Slot::Polarity) == b.text(Slot::Polarity);
            if shares_code(one, other) && from != End::Other && subject > 0.3 {
                near(365, if polarity { 0.8 } else { 0.6 })
            } else {
                0.0
            }
        }
        Kind::Layoff => {
            if from == End::Same && subject >= 0.0 {
                near(45, 0.6 + 0.2 * amounts_near(a, b))
            } else {
                0.0
            }
        }
        Kind::Deal => match (from, to) {
            (End::Same, End::Same) => near(SAME_ENDS, 0.9),
            (End::Same, End::Open) => near(NEAR, 0.3 + 0.4 * amounts_near(a, b)),
            _ => 0.0,
        },
        Kind::Legal => match (from, to) {
            (End::Same, End::Same) => near(730, 0.9),
            (End::Same, End::Open) | (End::Open, End::Same) => {
                let matter = a.text(Slot::Matter).zip(b.text(Slot::Matter)).map_or(0.0, |(x, y)| common_words(x, y));
                near(730, if matter > 0.4 { 0.5 } else { 0.0 })
            }
            _ => 0.0,
        },
        Kind::Condition => {
            if from == End::Same && one.codes == other.codes {
                near(365, 0.6)
            } else {
                0.0
            }
        }
        Kind::Figure => {
            let year = a.slots.get(&Slot::Year) == b.slots.get(&Slot::Year);
            if subject >= 0.5 && year { near(SAME_ENDS, 0.4 + 0.4 * subject) } else { 0.0 }
        }
        Kind::Stance => 0.0,
    }
}

/// The slot of the firm without which no two claims of a kind that name no person speak of one event.
pub fn decides(kind: Kind) -> Option<Slot> {
    match kind {
        Kind::Count | Kind::Retention | Kind::Pay | Kind::Layoff | Kind::Condition | Kind::Tenure => ends(kind).0,
        _ => None,
    }
}

/// Whether the ends alone leave it open that two atoms speak of one event; asked first, because it costs least.
fn ends_admit(kind: Kind, from: End, to: End) -> bool {
    match kind {
        _ if decides(kind).is_some() && from != End::Same => false,
        Kind::Count | Kind::Retention => to != End::Other,
        Kind::Offer => from != End::Other && to != End::Other,
        Kind::Reason | Kind::Appointment => from != End::Other,
        _ => true,
    }
}

/// Who it is about: 1 the same, 0 unknown, below 0 somebody else. Persons meet only in the block of one person.
fn subject_fit(one: &Atom<'_>, other: &Atom<'_>) -> f64 {
    match (&one.subject, &other.subject) {
        (Subject::Person(_), Subject::Person(_)) => 1.0,
        (Subject::Group(x), Subject::Group(y)) => common_words(x, y),
        (Subject::Person(_), Subject::Group(_)) | (Subject::Group(_), Subject::Person(_)) => -1.0,
        _ => 0.0,
    }
}

/// The same firms with their parts exchanged.
fn swapped(one: &Atom<'_>, other: &Atom<'_>) -> bool {
    let across = (end(one.from, other.to), end(one.to, other.from));
    matches!(across, (End::Same, End::Same))
        || matches!(across, (End::Same, End::Open) | (End::Open, End::Same)) && one.to.is_none() != other.from.is_none()
}

fn shares_code(one: &Atom<'_>, other: &Atom<'_>) -> bool {
    one.codes.iter().any(|code| other.codes.contains(code))
}

/// The innermost source is the same and named.
fn same_voice(a: &mercato_model::Claim, b: &mercato_model::Claim) -> bool {
    a.source.last().zip(b.source.last()).is_some_and(|(x, y)| crate::fold::same_person(x, y))
}

/// The figure of a claim: what bounds it, if there is one.
pub fn figure(claim: &mercato_model::Claim) -> Option<Bounds> {
    [Slot::Amount, Slot::N, Slot::Share, Slot::Value, Slot::Growth]
        .iter()
        .find_map(|slot| claim.slots.get(slot)?.bounds())
}

/// 1: the figures meet; 0.5: one is missing; 0: they differ.
fn amounts_near(a: &mercato_model::Claim, b: &mercato_model::Claim) -> f64 {
    match (figure(a), figure(b)) {
        (Some(x), Some(y)) => f64::from(bounds_meet(x, y, 0.01)),
        _ => 0.5,
    }
}

/// Whether both can hold, with this tolerance.
pub fn bounds_meet(a: Bounds, b: Bounds, tolerance: f64) -> bool {
    let low = |v: Bounds| v.min.unwrap_or(0.0) * (1.0 - tolerance);
    let high = |v: Bounds| v.max.unwrap_or(f64::INFINITY) * (1.0 + tolerance);
    low(a) <= high(b) && low(b) <= high(a)
}

/// Pairs of claims that persons keep apart.
struct Pairs<'a>(FxHashMap<&'a str, Vec<&'a str>>);

impl<'a> Pairs<'a> {
    fn new(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut out: FxHashMap<&str, Vec<&str>> = FxHashMap::default();
        for (a, b) in pairs {
            out.entry(a).or_default().push(b);
            out.entry(b).or_default().push(a);
        }
        Self(out)
    }

    fn forbids(&self, atom: &Atom<'_>, group: &[u32], atoms: &[Atom<'_>]) -> bool {
        self.0
            .get(atom.told.id.as_str())
            .is_some_and(|others| group.iter().any(|&m| others.contains(&atoms[m as usize].told.id.as_str())))
    }
}

/// Joins the groups that persons have merged.
fn merged(
    mut groups: Vec<Vec<u32>>,
    atoms: &[Atom<'_>],
    decisions: &Decisions<'_>,
    never: &Pairs<'_>,
) -> Vec<Vec<u32>> {
    for pair in decisions.events.iter().filter(|p| p.same) {
        let holds = |group: &Vec<u32>, id: &str| group.iter().any(|&m| atoms[m as usize].told.id == id);
        let kind = |groups: &[Vec<u32>], at: usize| atoms[groups[at][0] as usize].kind;
        let (Some(a), Some(b)) =
            (groups.iter().position(|g| holds(g, pair.one)), groups.iter().position(|g| holds(g, pair.other)))
        else {
            continue;
        };
        let forbidden = groups[b].iter().any(|&m| never.forbids(&atoms[m as usize], &groups[a], atoms));
        if a != b && !forbidden && kind(&groups, a) == kind(&groups, b) {
            let moved = std::mem::take(&mut groups[b]);
            groups[a].extend(moved);
            groups.remove(b);
        }
    }
    groups
}
