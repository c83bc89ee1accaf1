//! Contradictions: pairs of voices that do not agree, sorted by the kind of disagreement before anything is counted.
//!
//! Only `hard` ones enter an index; the others are what a fact-checker wants to see: they tell why two articles differ.

use mercato_model::{Amount, Bounds, Claim, Kind, PartialDate, Slot, Status, Value};
use serde::{Deserialize, Serialize};

use crate::atom::{Atom, FirmId, Subject};
use crate::event::{bounds_meet, figure};
use crate::fold::words;
use crate::time::{Days, When};
use crate::world::World;

/// What kind of disagreement it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Both cannot hold.
    Hard,
    /// They measure or name different things by one word: base and total, a year and in all, cohort and stock.
    Definition,
    /// They speak of different times: overtaken, the day of the report taken for the event's, one clock for another.
    Time,
    /// One is coarser: a firm and its part, a rounded figure, a way with a stop left out.
    Granularity,
    /// Some and all.
    Scope,
    /// The same figure a thousand times too large or small, or in another currency.
    ScaleSlip,
    /// One repeats the other, and differs.
    RelayDistortion,
}

impl Class {
    pub const ALL: [Self; 7] = [
        Self::Hard,
        Self::Definition,
        Self::Time,
        Self::Granularity,
        Self::Scope,
        Self::ScaleSlip,
        Self::RelayDistortion,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hard => "hard",
            Self::Definition => "definition",
            Self::Time => "time",
            Self::Granularity => "granularity",
            Self::Scope => "scope",
            Self::ScaleSlip => "scale_slip",
            Self::RelayDistortion => "relay_distortion",
        }
    }
}

/// What the voices disagree about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Aspect {
    Happened,
    Who,
    From,
    To,
    Manner,
    Figure,
    Date,
    State,
}

impl Aspect {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Happened => "happened",
            Self::Who => "who",
            Self::From => "from",
            Self::To => "to",
            Self::Manner => "manner",
            Self::Figure => "figure",
            Self::Date => "date",
            Self::State => "state",
        }
    }
}

/// A disagreement between two claims.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dispute {
    pub aspect: Aspect,
    pub class: Class,
    /// Ids of the claims, the earlier article's first.
    pub one: String,
    pub other: String,
    /// What would settle it, a stable code; [`settled_by`] tells it.
    #[serde(skip_deserializing)]
    pub settled_by: &'static str,
}

/// One side of a pair.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    pub claim: &'a Claim,
    pub atom: &'a Atom<'a>,
    /// Number of its root within the event.
    pub root: usize,
    /// Its article says so on its own or quotes the speaker itself: it is where its root enters the record.
    pub original: bool,
    /// Ids of articles and names of outlets that it refers to.
    pub cites: &'a [String],
    pub publisher: &'a str,
    pub day: i64,
}

/// Largest difference that rounding explains.
const ROUNDING: f64 = 0.08;

/// Days that clocks, announcements and effective dates explain.
const CLOCKS: i64 = 62;

/// Every disagreement between two voices of one event.
pub fn between(a: Side<'_>, b: Side<'_>, world: &World) -> Vec<(Aspect, Class)> {
    let mut out = Vec::new();
    out.extend(happened(a, b).map(|class| (Aspect::Happened, class)));
    let opposed = !out.is_empty();
    // A denial holds the content that is denied: its slots are no second opinion.
    if !opposed {
        out.extend(ends(a, b));
        out.extend(manner(a, b).map(|class| (Aspect::Manner, class)));
        out.extend(state(a, b).map(|class| (Aspect::State, class)));
        out.extend(figures(a, b, world).map(|class| (Aspect::Figure, class)));
        out.extend(dates(a, b).map(|class| (Aspect::Date, class)));
    }
    out
}

/// One repeats the other: the same root, or one refers to the other's article or outlet.
fn relays(a: Side<'_>, b: Side<'_>) -> bool {
    let refers = |x: Side<'_>, y: Side<'_>| x.cites.iter().any(|c| *c == y.atom.told.article.id || c == y.publisher);
    a.root == b.root || refers(a, b) || refers(b, a)
}

fn real(status: Status) -> bool {
    matches!(status, Status::Asserted | Status::Reported | Status::Planned)
}

fn against(status: Status) -> bool {
    matches!(status, Status::Negated | Status::Denied)
}

fn happened(a: Side<'_>, b: Side<'_>) -> Option<Class> {
    let (x, y) = (a.claim.status, b.claim.status);
    // What would have happened, told on as what will: only where one repeats the other.
    if x == Status::Counterfactual && real(y) || y == Status::Counterfactual && real(x) {
        return (relays(a, b) && a.atom.to == b.atom.to).then_some(Class::RelayDistortion);
    }
    let polarity = |c: &Claim| c.text(Slot::Polarity) == Some("is_not");
    let negative = |c: &Claim| against(c.status) != polarity(c);
    if !(real(x) || against(x)) || !(real(y) || against(y)) || negative(a.claim) == negative(b.claim) {
        return None;
    }
    if a.claim.kind == Kind::Reason {
        return Some(if a.root == b.root { Class::RelayDistortion } else { Class::Hard });
    }
    let (no, yes) = if negative(a.claim) { (a, b) } else { (b, a) };
    // What did not happen by one day can happen by a later one.
    let said = no.atom.when.said && yes.atom.when.said;
    let apart = match (no.atom.when.days, yes.atom.when.days) {
        (Some(n), Some(y)) if said => !n.meet(y) || n.first >= y.first && n.last <= y.last && !n.precise_as(y),
        _ => false,
    };
    let overtaken = yes.day - no.day > 14 && yes.atom.when.days.is_some_and(|d| d.last > no.day)
        || apart && no.claim.status != Status::Denied;
    if overtaken {
        return Some(Class::Time);
    }
    let same_speaker = a.root == b.root && no.claim.status == Status::Negated;
    Some(if same_speaker { Class::RelayDistortion } else { Class::Hard })
}

fn ends(a: Side<'_>, b: Side<'_>) -> Vec<(Aspect, Class)> {
    let mut out = Vec::new();
    let other = |x: Option<FirmId>, y: Option<FirmId>| x.zip(y).is_some_and(|(x, y)| x.own != y.own);
    let kin = |x: Option<FirmId>, y: Option<FirmId>| x.zip(y).is_some_and(|(x, y)| x.kin(y));
    let class = |x, y| {
        if kin(x, y) {
            Class::Granularity
        } else if relays(a, b) {
            Class::RelayDistortion
        } else {
            Class::Hard
        }
    };
    let (p, q) = (a.atom, b.atom);
    let crossed = (kin(p.from, q.to) && !kin(p.from, q.from)) || (kin(p.to, q.from) && !kin(p.to, q.to));
    for (aspect, x, y) in [(Aspect::From, p.from, q.from), (Aspect::To, p.to, q.to)] {
        if other(x, y) {
            out.push((aspect, class(x, y)));
        }
    }
    if out.is_empty() && crossed && p.kind == Kind::Move {
        out.push((Aspect::From, if relays(a, b) { Class::RelayDistortion } else { Class::Hard }));
    }
    // A destination that the article from which it is taken does not have.
    if p.kind == Kind::Move && out.is_empty() {
        let adds = |x: Side<'_>, y: Side<'_>| {
            x.original && !y.original && x.root == y.root && x.atom.to.is_none() && y.atom.to.is_some()
        };
        if adds(a, b) || adds(b, a) {
            out.push((Aspect::To, Class::RelayDistortion));
        }
    }
    out
}

/// Leaving of one's own will and against it.
fn manner(a: Side<'_>, b: Side<'_>) -> Option<Class> {
    if a.claim.kind == Kind::Deal {
        let (x, y) = (a.claim.text(Slot::Form)?, b.claim.text(Slot::Form)?);
        return (x != y).then_some(Class::Definition);
    }
    let will = |c: &Claim| match c.text(Slot::Manner)? {
        "fired" | "laid_off" => Some(false),
        "resigned" | "retired" | "poached" | "founded" | "returned" | "leave" => Some(true),
        _ => None,
    };
    if will(a.claim)? == will(b.claim)? {
        return None;
    }
    Some(if a.root == b.root { Class::RelayDistortion } else { Class::Hard })
}

fn state(a: Side<'_>, b: Side<'_>) -> Option<Class> {
    match a.claim.kind {
        Kind::Legal => {
            let (x, y) = (a.claim.text(Slot::State)?, b.claim.text(Slot::State)?);
            (x != y).then_some(Class::Time)
        }
        Kind::Offer => {
            let (x, y) = (a.claim.text(Slot::Response)?, b.claim.text(Slot::Response)?);
            let open = |r: &str| r == "negotiated";
            (x != y).then_some(if open(x) || open(y) { Class::Time } else { Class::Hard })
        }
        _ => None,
    }
}

fn amount(claim: &Claim) -> Option<&Amount> {
    match claim.slots.get(&Slot::Amount)? {
        Value::Amount(amount) => Some(amount),
        _ => None,
    }
}

fn figures(a: Side<'_>, b: Side<'_>, world: &World) -> Option<Class> {
    [Slot::Amount, Slot::N, Slot::Share, Slot::Value, Slot::Growth].iter().find_map(|&slot| {
        let bounds = |c: &Claim| c.slots.get(&slot)?.bounds();
        quantities(a, b, slot, bounds(a.claim)?, bounds(b.claim)?, world)
    })
}

fn quantities(a: Side<'_>, b: Side<'_>, slot: Slot, x: Bounds, y: Bounds, world: &World) -> Option<Class> {
    let group = |c: &'_ Claim| c.text(Slot::Group).map(str::to_owned);
    let everybody = |c: &Claim| group(c).is_some_and(|g| world.means_everybody(&g));
    let scope = everybody(a.claim) != everybody(b.claim) && group(a.claim).is_some() && group(b.claim).is_some();
    if slipped(x, y) {
        return Some(Class::ScaleSlip);
    }
    if let (Slot::Amount, Some(p), Some(q)) = (slot, amount(a.claim), amount(b.claim)) {
        let differ = |s: &Option<String>, t: &Option<String>| s.is_some() && t.is_some() && s != t;
        let yearly = |m: &Amount| matches!(m.period.as_deref(), Some("year" | "month"));
        if differ(&p.currency, &q.currency) {
            return Some(if bounds_close(x, y, 0.02) { Class::ScaleSlip } else { Class::Definition });
        }
        let component = a.claim.text(Slot::Component).zip(b.claim.text(Slot::Component)).is_some_and(|(s, t)| s != t);
        // A sum that is paid once has no period; the same sum a year is another thing.
        let once =
            |m: &Amount, c: &Claim| m.period.is_none() && matches!(c.text(Slot::Component), Some("signing_bonus"));
        let once_or_yearly = once(p, a.claim) && yearly(q) || once(q, b.claim) && yearly(p);
        if differ(&p.period, &q.period) || once_or_yearly || component {
            return Some(Class::Definition);
        }
        let plain = |m: &Amount| m.stat.as_deref().is_none_or(|s| s == "range");
        if p.stat != q.stat && !(plain(p) && plain(q)) && !bounds_meet(x, y, 0.01) {
            return Some(Class::Definition);
        }
    }
    if bounds_meet(x, y, 0.01) {
        return scope.then_some(Class::Scope);
    }
    // "Grew by" and "grew to" differ by the whole.
    let growth = slot == Slot::Growth || slot == Slot::Value && a.claim.text(Slot::Stat) == Some("growth");
    if growth && point(x).zip(point(y)).is_some_and(|(s, t)| ((s - t).abs() - 1.0).abs() < 0.011) {
        return Some(Class::Definition);
    }
    if rounded(x, y) {
        return Some(Class::Granularity);
    }
    if scope {
        return Some(Class::Scope);
    }
    let whole = |c: &Claim| c.slots.get(&Slot::Of).cloned();
    if a.claim.kind == Kind::Count && whole(a.claim).zip(whole(b.claim)).is_some_and(|(s, t)| s != t) {
        return Some(Class::Definition);
    }
    // Counts grow: a later, larger one overtakes.
    if a.claim.kind == Kind::Count && a.atom.when.gap(b.atom.when) > 0 {
        return Some(Class::Time);
    }
    Some(if a.root == b.root { Class::RelayDistortion } else { Class::Hard })
}

fn point(bounds: Bounds) -> Option<f64> {
    match (bounds.min, bounds.max) {
        (Some(min), Some(max)) => Some((min + max) / 2.0),
        (one, other) => one.or(other),
    }
}

fn bounds_close(x: Bounds, y: Bounds, tolerance: f64) -> bool {
    point(x).zip(point(y)).is_some_and(|(s, t)| (s - t).abs() <= tolerance * s.abs().max(t.abs()))
}

/// The figure a thousand or a million times the other.
fn slipped(x: Bounds, y: Bounds) -> bool {
    point(x).zip(point(y)).is_some_and(|(s, t)| {
        let ratio = s.max(t) / s.min(t).max(f64::MIN_POSITIVE);
        [1e3, 1e6, 1e9].iter().any(|factor| (ratio / factor - 1.0).abs() < 0.01)
    })
}

/// The rounder of the two is the other with fewer digits.
fn rounded(x: Bounds, y: Bounds) -> bool {
    let Some((s, t)) = point(x).zip(point(y)) else { return false };
    let digits = |v: f64| {
        format!("{:.6e}", v.abs()).split('e').next().map_or(0, |m| m.trim_end_matches('0').replace('.', "").len())
    };
    let close = (s - t).abs() <= ROUNDING * s.abs().max(t.abs());
    close && (digits(s) <= 2 || digits(t) <= 2 || x.approx || y.approx)
}

/// Kinds that happen on a day.
fn happens(kind: Kind) -> bool {
    matches!(kind, Kind::Move | Kind::Appointment | Kind::Deal | Kind::Legal | Kind::Layoff | Kind::Offer | Kind::Count)
}

fn dates(a: Side<'_>, b: Side<'_>) -> Option<Class> {
    // Two states of one suit have two dates.
    if state(a, b).is_some() || !happens(a.claim.kind) || !real(a.claim.status) || !real(b.claim.status) {
        return None;
    }
    let (When { days: Some(x), said: true }, When { days: Some(y), said: true }) = (a.atom.when, b.atom.when) else {
        return None;
    };
    if x.meet(y) {
        return None;
    }
    let year = |d: Days| PartialDate::from_day_number(d.first).year;
    let shifted = (year(x) - year(y)).abs() == 1 && ((x.first - y.first).abs() - 365).abs() <= 16;
    let same_figure = figure(a.claim).zip(figure(b.claim)).is_some_and(|(s, t)| bounds_meet(s, t, 0.01));
    if shifted && same_figure || x.gap(y) <= CLOCKS {
        return Some(Class::Time);
    }
    // The day of the report taken for the day of the event.
    let report = |s: Side<'_>, d: Days| s.atom.told.article.published.is_some_and(|p| Days::of(p).gap(d) <= 31);
    if same_figure && (report(a, x) != report(b, y)) {
        return Some(Class::Time);
    }
    Some(if a.root == b.root { Class::RelayDistortion } else { Class::Hard })
}

/// Two people of whom one was taken for the other: the same forename, the same companions, the same ends.
pub fn mistaken(a: &Atom<'_>, b: &Atom<'_>) -> bool {
    let (Subject::Person(x), Subject::Person(y)) = (&a.subject, &b.subject) else { return false };
    let (p, q) = (words(x), words(y));
    let same_ends = a.to.is_some()
        && a.to.map(|f| f.head) == b.to.map(|f| f.head)
        && a.from.map(|f| f.head) == b.from.map(|f| f.head);
    let forename = p.len() > 1 && q.len() > 1 && p[0] == q[0] && p.last() != q.last();
    forename && same_ends && a.when.gap(b.when) <= CLOCKS && a.told.article.id != b.told.article.id
}

/// What would settle a disagreement.
pub fn settled_by(kind: Kind, aspect: Aspect, class: Class) -> &'static str {
    match (class, aspect) {
        (Class::RelayDistortion, _) => "the article that is repeated",
        (Class::ScaleSlip, _) => "the figure at its first source",
        (Class::Definition, _) => "what the figure counts: period, currency, part or whole",
        (Class::Scope, _) => "for whom it holds",
        (Class::Granularity, Aspect::Figure) => "the figure before rounding",
        (Class::Granularity, _) => "the posts in their order",
        (Class::Time, _) => "a dated source",
        (Class::Hard, Aspect::Figure) => "a contract or filing",
        (Class::Hard, Aspect::Date) => "a dated announcement",
        (Class::Hard, Aspect::Happened) if kind == Kind::Legal => "the court's record",
        (Class::Hard, Aspect::Who | Aspect::From | Aspect::To) => "the person's own profile or word",
        (Class::Hard, _) => "a word of the party that has not spoken, or a document",
    }
}

/// How far the voices of a fact are from agreeing, 0 to 1: shares of root weight by value, over the values.
pub fn disagreement(weights: &[f64]) -> f64 {
    let total: f64 = weights.iter().sum();
    let values = weights.len() as f64;
    if weights.len() < 2 || total <= 0.0 {
        return 0.0;
    }
    let agreed: f64 = weights.iter().map(|w| (w / total) * (w / total)).sum();
    (1.0 - agreed) / (1.0 - 1.0 / values)
}
