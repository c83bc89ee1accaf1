//! How surely something is said: mood, modals, governing verbs, cues, negation.

use mercato_model::{Kind, Status};
use mercato_pack::cues::Scope;
use mercato_pack::pattern::Types;
use mercato_pack::verbs::Mood;

use crate::clause::{Clauses, VerbGroup};

/// The status that a verb group gives its content. `inherent`: what the rule says of itself; a rule that is `asserted`
/// counts the negation as part of its words ("non fa più parte di").
pub(crate) fn of_group(clauses: &Clauses, group: usize, inherent: Option<Status>) -> Status {
    let g = &clauses.groups[group];
    let status = affirmed(clauses, group, inherent);
    if g.negated && inherent != Some(Status::Asserted) && !of_adjunct(clauses, group) {
        return status.max(Status::Negated);
    }
    status
}

/// The same without the group's own negation.
pub(crate) fn affirmed(clauses: &Clauses, group: usize, inherent: Option<Status>) -> Status {
    let g = &clauses.groups[group];
    let mut status = mood(clauses, g).max(inherent.unwrap_or(Status::Asserted));
    // A headline's infinitive is a plan: "X to join Y".
    let marked = g.start > 0 && clauses.pack.infinitive.contains(&clauses.sentence.words[g.start - 1]);
    if marked
        && clauses.governor(group).is_none()
        && !clauses.groups.iter().any(|o| {
            let told = o.end + 1 == g.start || o.start < g.start && clauses.subject_ends_at(o.start);
            o.plainly_finite() || o.is_finite() && told
        })
    {
        status = status.max(Status::Planned);
    }
    if let Some(noun) = clauses.noun_governor(group)
        && clauses.holder(&noun, Types::PER.or(Types::ORG).or(Types::GROUP)).is_some()
    {
        status = status.max(clauses.pack.cues.governors[noun.governor].status.unwrap_or(Status::Asserted));
    }
    // Governing verbs, outwards: "ha deciso di provare a lasciare".
    let mut inner = group;
    for _ in 0..3 {
        let Some((outer, governor)) = clauses.governor(inner) else { break };
        let governor = &clauses.pack.cues.governors[governor];
        // "Announced having left": what is done is no plan.
        let done = clauses.groups[inner].have && governor.status == Some(Status::Planned);
        status = status.max(governor.status.filter(|_| !done).unwrap_or(Status::Asserted));
        let o = &clauses.groups[outer];
        status = status.max(mood(clauses, o));
        if o.negated {
            status = status.max(Status::Negated);
        }
        inner = outer;
    }
    status.max(cues(clauses, Some(group), g.start, g.end))
}

/// What a status means for a kind: a denial is told as a fact, and so are the means by which a firm tries to keep somebody,
/// whether or not it works.
pub(crate) fn of_kind(clauses: &Clauses, kind: Option<Kind>, group: Option<usize>, status: Status) -> Status {
    let negated = group.is_some_and(|g| clauses.groups[g].negated);
    match kind {
        // "Denies ever having made an offer": the offer is denied, not the denial.
        Some(Kind::Stance) if status >= Status::Negated && !negated => Status::Asserted,
        // "Can earn up to 2 million" is how much, not whether.
        Some(Kind::Pay) if status == Status::Possible => {
            let can =
                |g: &VerbGroup| g.modal == Some(Status::Possible) && g.head.iter().any(|f| f.mood == Mood::Present);
            if group.is_some_and(|g| can(&clauses.groups[g])) { Status::Asserted } else { status }
        }
        Some(Kind::Retention) => {
            let Some(g) = group.filter(|_| !negated) else { return status };
            match clauses.governor(g) {
                // "Tried to keep her with a bonus".
                Some((outer, governor)) if status == Status::Possible => {
                    let attempt = clauses.pack.cues.governors[governor].status == Some(Status::Possible);
                    if attempt { of_group(clauses, outer, None) } else { status }
                }
                // "Offered her a bonus, in vain".
                None if status == Status::Negated => mood(clauses, &clauses.groups[g]),
                _ => status,
            }
        }
        _ => status,
    }
}

/// "did not leave for the money but for the chips": the negation is that of a cause or aim, the rest took place. Where a
/// name is denied and another put in its place ("not to F but to T") it is the verb's.
pub(crate) fn of_adjunct(clauses: &Clauses, group: usize) -> bool {
    contrast(clauses, clauses.groups[group].end).is_some_and(|(denied, _)| {
        !clauses
            .mentions
            .iter()
            .any(|m| m.phrase_start == denied && m.types.meets(Types::ORG.or(Types::PER).or(Types::UNIT)))
    })
}

/// Behind a place, without another verb between: two phrases with the same preposition around the language's "but". Where
/// each of the two begins.
pub(crate) fn contrast(clauses: &Clauses, from: usize) -> Option<(usize, usize)> {
    let s = clauses.sentence;
    let to = clauses.groups.iter().map(|g| g.start).filter(|&start| start >= from).min().unwrap_or(s.len());
    let (but, len) = (from..to).find_map(|i| Some((i, s.class_at(i, clauses.classes.but)?)))?;
    let (_, prep) = s.preps.get(but + len).copied().flatten()?;
    let denied = (from..but).rev().find(|&i| s.preps[i].is_some_and(|(_, p)| p == prep))?;
    Some((denied, but + len))
}

fn mood(clauses: &Clauses, g: &VerbGroup) -> Status {
    let cues = &clauses.pack.cues;
    let mut status = g.modal.unwrap_or(Status::Asserted);
    if g.future {
        status = status.max(cues.future_mood.unwrap_or(Status::Planned));
    }
    if g.modal.is_none() && !g.head.is_empty() {
        if g.head.iter().all(|f| f.mood == Mood::Conditional) && !in_condition(clauses, g) {
            status = status.max(cues.conditional.unwrap_or(Status::Asserted));
        }
        if g.head.iter().all(|f| f.mood == Mood::Future) {
            status = status.max(cues.future_mood.unwrap_or(Status::Asserted));
        }
    }
    status
}

/// The conditional of an if-clause, or behind a past verb of saying ("had said that he would"), is no hearsay.
fn in_condition(clauses: &Clauses, g: &VerbGroup) -> bool {
    (0..g.start).any(|i| clauses.sentence.class_at(i, clauses.classes.condition).is_some())
}

/// Cues in words: directly before the group, in its clause, in its sentence.
pub(crate) fn cues(clauses: &Clauses, group: Option<usize>, start: usize, end: usize) -> Status {
    let s = clauses.sentence;
    let mut status = Status::Asserted;
    for at in 0..s.len() {
        for (len, &(cue, scope)) in clauses.pack.cues.phrases.at(&s.words[at..]) {
            // "To prevent that", "amid fears that" speak of what stands behind them.
            let ahead = at >= end && opens_clause(clauses, at + len - 1);
            let hit = match scope {
                Scope::Clause if ahead => false,
                Scope::Verb => {
                    at + len <= start && (at + len..start).all(|i| small(clauses, i)) && start - (at + len) <= 3
                }
                Scope::Clause => same_clause(clauses, group, at, start, end),
                Scope::Sentence => true,
            };
            if hit {
                status = status.max(cue);
            }
        }
    }
    // A question asserts nothing.
    if s.punct(clauses.text, s.len() - 1) == Some('?') && !s.quoted[start.min(s.len() - 1)] {
        status = status.max(Status::Possible);
    }
    status
}

/// Whether a word begins what somebody says, fears or prevents ("che", "que", "that").
fn opens_clause(clauses: &Clauses, at: usize) -> bool {
    let c = clauses.classes;
    [c.relative, c.relative_object].into_iter().any(|class| clauses.sentence.class_at(at, class).is_some())
}

fn small(clauses: &Clauses, at: usize) -> bool {
    let s = clauses.sentence;
    s.preps[at].is_some()
        || s.class_at(at, clauses.classes.adverb).is_some()
        || s.class_at(at, clauses.classes.det).is_some()
        || s.class_at(at, clauses.classes.relative).is_some()
        || s.words[at] != 0 && s.tokens[at].span.end - s.tokens[at].span.start <= 3
}

fn same_clause(clauses: &Clauses, group: Option<usize>, at: usize, start: usize, end: usize) -> bool {
    let s = clauses.sentence;
    let (from, to) = if at < start { (at, start) } else { (end, at) };
    if (from..to).any(|i| matches!(s.punct(clauses.text, i), Some(';' | ':'))) {
        return false;
    }
    // Another finite verb with its own subject between them makes another clause.
    let verbs = clauses
        .groups
        .iter()
        .enumerate()
        .filter(|(n, g)| Some(*n) != group && g.is_finite() && g.start >= from && g.end <= to)
        .count();
    verbs <= usize::from(at < start)
}
