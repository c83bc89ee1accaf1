//! How well a fact stands: a machine of states over its roots. No article count, no learning.
//!
//! Rules that are never relaxed: more articles never raise a level; who denies an amount does not deny the move;
//! silence changes nothing; a level may go down.

use mercato_model::Status;
use serde::{Deserialize, Serialize};

use crate::time::Days;

/// How far a fact is corroborated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Only possible or imagined: counted nowhere.
    Mention,
    Rumour,
    Reported,
    Corroborated,
    Confirmed,
    Completed,
}

impl Level {
    pub const ALL: [Self; 6] =
        [Self::Mention, Self::Rumour, Self::Reported, Self::Corroborated, Self::Confirmed, Self::Completed];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mention => "mention",
            Self::Rumour => "rumour",
            Self::Reported => "reported",
            Self::Corroborated => "corroborated",
            Self::Confirmed => "confirmed",
            Self::Completed => "completed",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == name)
    }
}

/// What stands beside the level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mark {
    /// A named party denies it, and that is not settled.
    Contested,
    /// A principal denies it, and nobody who knows has said otherwise since.
    Denied,
    /// An outlet took it back.
    Retracted,
    /// Told otherwise before; later events overtook that.
    Superseded,
    /// A rumour that nobody has carried on.
    Expired,
    /// Confirmed as a plan, not as done.
    Plan,
    /// The day of the plan is long past and nobody has said that it came true.
    Unverified,
    /// Told again without anything new.
    Recycled,
    /// One name in a list of more than five.
    NameDropping,
}

impl Mark {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Contested => "contested",
            Self::Denied => "denied",
            Self::Retracted => "retracted",
            Self::Superseded => "superseded",
            Self::Expired => "expired",
            Self::Plan => "plan",
            Self::Unverified => "unverified",
            Self::Recycled => "recycled",
            Self::NameDropping => "namedropping",
        }
    }
}

/// One atom as the machine sees it.
#[derive(Clone, Copy, Debug)]
pub struct Witness {
    /// Number of its root, and of the voice behind it: one voice on two days has two roots.
    pub root: usize,
    pub voice: usize,
    /// When it came out.
    pub day: i64,
    pub status: Status,
    /// Who speaks is the mover, a firm of the fact, or a filing.
    pub principal: bool,
    /// Somebody is named, or an outlet reports on its own.
    pub named: bool,
    /// It agrees with most about the ends and the time.
    pub agrees: bool,
    /// Its outlet took it back.
    pub retracted: bool,
    /// A person said that later events overtook it.
    pub overtaken: bool,
    pub event: Option<Days>,
    /// Persons in its list.
    pub list: usize,
}

impl Witness {
    /// The same on another day.
    pub fn alike(&self, other: &Self) -> bool {
        let sort = |w: &Self| {
            (w.root, w.voice, w.status, w.principal, w.named, w.agrees, w.retracted, w.overtaken, w.event, w.list > 5)
        };
        sort(self) == sort(other)
    }
}

/// A party's word about the fact.
#[derive(Clone, Copy, Debug)]
pub struct Word {
    pub day: i64,
    pub confirms: bool,
    pub principal: bool,
}

/// Where a fact stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Standing {
    pub level: Level,
    pub marks: Vec<Mark>,
}

impl Standing {
    pub fn has(&self, mark: Mark) -> bool {
        self.marks.contains(&mark)
    }
}

/// What the machine needs besides.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    /// The day on which one looks.
    pub today: i64,
    /// Days after which a rumour expires.
    pub patience: i64,
}

/// Days after a planned day within which something should be heard.
const HEARD_WITHIN: i64 = 90;

fn supports(status: Status) -> bool {
    matches!(status, Status::Asserted | Status::Reported | Status::Planned)
}

fn opposes(status: Status) -> bool {
    matches!(status, Status::Negated | Status::Denied)
}

/// The standing as the day `clock.today` knows it; `seen`: days on which the person was later seen in the post,
/// told by somebody unrelated.
pub fn standing(witnesses: &[Witness], words: &[Word], seen: &[i64], clock: Clock) -> Standing {
    let known: Vec<&Witness> = witnesses.iter().filter(|w| w.day <= clock.today).collect();
    let live: Vec<&Witness> = known.iter().copied().filter(|w| !w.retracted).collect();
    let spoken = |confirms: bool| words.iter().filter(move |w| w.day <= clock.today && w.confirms == confirms);
    let seen = || seen.iter().copied().filter(|day| *day <= clock.today);
    let pro: Vec<&Witness> = live.iter().copied().filter(|w| supports(w.status) && !w.overtaken).collect();
    let mut marks = Vec::new();

    let sure: Vec<&Witness> = pro.iter().copied().filter(|w| w.status == Status::Asserted).collect();
    let mut level = Level::Mention;
    if !pro.is_empty() {
        level = Level::Rumour;
    }
    if sure.iter().any(|w| w.named) {
        level = Level::Reported;
    }
    let mut voices: Vec<usize> = pro.iter().filter(|w| w.agrees && w.named).map(|w| w.voice).collect();
    voices.sort_unstable();
    voices.dedup();
    if level == Level::Reported && voices.len() >= 2 && sure.iter().any(|w| w.agrees) {
        level = Level::Corroborated;
    }
    let done = sure.iter().any(|w| w.principal) || spoken(true).any(|w| w.principal) || seen().next().is_some();
    let planned = pro.iter().any(|w| w.principal && w.status == Status::Planned);
    // A principal who confirms what is only told as a plan confirms the plan.
    let only_plan = sure.is_empty() && seen().next().is_none();
    if !pro.is_empty() && (done || planned) {
        level = Level::Confirmed;
    }
    if level == Level::Confirmed {
        let event = pro
            .iter()
            .filter_map(|w| w.event)
            .reduce(|a, b| Days { first: a.first.max(b.first), last: a.last.min(b.last).max(a.first) });
        let day = event.map(|days| days.last);
        let past = day.is_some_and(|day| day <= clock.today);
        let happened = sure.iter().any(|w| event.is_some_and(|days| w.day >= days.first)) || seen().next().is_some();
        if !only_plan && past && happened {
            level = Level::Completed;
        } else if only_plan {
            marks.push(Mark::Plan);
            if day.is_some_and(|day| clock.today - day > HEARD_WITHIN) {
                marks.push(Mark::Unverified);
            }
        }
    }

    // Who denies: as the content of a claim, or as a stance.
    let mut denials: Vec<(i64, bool)> = spoken(false).map(|w| (w.day, w.principal)).collect();
    denials.extend(
        live.iter().filter(|w| w.status == Status::Denied && w.named && !w.overtaken).map(|w| (w.day, w.principal)),
    );
    let settled_after = |day: i64| {
        sure.iter().any(|w| w.principal && w.day > day)
            || spoken(true).any(|w| w.principal && w.day > day)
            || seen().any(|d| d > day)
            || sure.iter().any(|w| w.named && w.event.is_some_and(|e| e.first > day))
    };
    let open: Vec<&(i64, bool)> = denials.iter().filter(|(day, _)| !settled_after(*day)).collect();
    if open.iter().any(|(_, principal)| *principal) {
        marks.push(Mark::Denied);
    } else if !open.is_empty() && level >= Level::Reported {
        marks.push(Mark::Contested);
    }
    let against: Vec<&Witness> = known.iter().copied().filter(|w| opposes(w.status)).collect();
    let overtaken = known.iter().any(|w| w.overtaken)
        || against
            .iter()
            .any(|a| !a.retracted && sure.iter().any(|s| s.day > a.day && s.event.is_some_and(|e| e.first > a.day)))
        || sure.iter().any(|s| {
            against.iter().any(|a| {
                a.status == Status::Negated
                    && a.named
                    && a.day > s.day
                    && a.event.zip(s.event).is_some_and(|(x, y)| x.first > y.last)
            })
        });
    if overtaken {
        marks.push(Mark::Superseded);
    }
    if known.iter().any(|w| w.retracted) {
        marks.push(Mark::Retracted);
    }
    if level == Level::Rumour {
        rumour(&pro, clock, &mut marks);
    }
    marks.sort();
    Standing { level, marks }
}

fn rumour(pro: &[&Witness], clock: Clock, marks: &mut Vec<Mark>) {
    let mut first_of: std::collections::BTreeMap<usize, i64> = std::collections::BTreeMap::new();
    for w in pro {
        let first = first_of.entry(w.root).or_insert(w.day);
        *first = (*first).min(w.day);
    }
    let newest_root = first_of.values().copied().max().unwrap_or(clock.today);
    if clock.today - newest_root > clock.patience {
        marks.push(Mark::Expired);
    }
    if pro.iter().any(|w| w.day > newest_root) {
        marks.push(Mark::Recycled);
    }
    if pro.iter().all(|w| w.list > 5) {
        marks.push(Mark::NameDropping);
    }
}

/// What a voice adds to the odds of a fact.
#[derive(Clone, Copy, Debug)]
pub struct Support {
    pub root: usize,
    pub status: Status,
    /// How often its origin is right about this kind.
    pub reliability: f64,
    /// The reader's own confidence.
    pub score: f64,
    pub weight: f64,
}

/// Reliability of who is part of the fact.
pub const PRINCIPAL: f64 = 0.95;

/// Reliability of an interested firm's denial.
pub const INTERESTED: f64 = 0.60;

/// The chance that a fact is true given its voices; copies of one root add nothing.
pub fn probability(prior: f64, voices: &[Support]) -> f64 {
    let mut strongest: std::collections::BTreeMap<usize, f64> = std::collections::BTreeMap::new();
    for voice in voices {
        let hold = match voice.status {
            Status::Asserted | Status::Negated | Status::Denied => 1.0,
            Status::Reported => 0.6,
            Status::Planned => 0.3,
            Status::Possible | Status::Counterfactual => 0.0,
        };
        let sign = if opposes(voice.status) { -1.0 } else { 1.0 };
        let right = voice.reliability * voice.score + (1.0 - voice.reliability) * (1.0 - voice.score);
        // A reading that is likelier wrong than right says nothing; it does not say the contrary.
        let says = sign * hold * voice.weight * logit(right).max(0.0);
        let held = strongest.entry(voice.root).or_insert(0.0);
        if says.abs() > held.abs() {
            *held = says;
        }
    }
    let sum: f64 = logit(prior) + strongest.values().sum::<f64>();
    1.0 / (1.0 + (-sum).exp())
}

fn logit(p: f64) -> f64 {
    let p = p.clamp(0.001, 0.999);
    (p / (1.0 - p)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn voice(root: usize, status: Status, reliability: f64) -> Support {
        Support { root, status, reliability, score: 1.0, weight: 1.0 }
    }

    /// A rumour, a report of another origin, then a denial: by an interested firm, or by the mover.
    #[test]
    fn origins_add_and_denials_take_away() {
        let rumour = voice(0, Status::Reported, 0.85);
        let report = voice(1, Status::Asserted, 0.75);
        let firm = voice(2, Status::Denied, INTERESTED);
        let mover = voice(2, Status::Denied, PRINCIPAL);
        for (voices, expected) in [
            (vec![rumour], 0.738_997),
            (vec![rumour, report], 0.894_672),
            (vec![rumour, report, firm], 0.849_912),
            (vec![rumour, report, mover], 0.308_943),
            // Copies of one root add nothing.
            (vec![rumour, rumour, rumour, report, report], 0.894_672),
            // A reading that is likelier wrong than right adds nothing.
            (vec![rumour, Support { score: 0.1, ..report }], 0.738_997),
        ] {
            let found = probability(0.5, &voices);
            assert!((found - expected).abs() < 1e-5, "{found} is not {expected}: {voices:?}");
        }
    }
}
