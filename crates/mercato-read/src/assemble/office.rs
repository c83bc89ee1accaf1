//! A post taken elsewhere by somebody who leaves: one transfer, told as a departure and an appointment.

use std::collections::btree_map::Entry;

use mercato_model::{Kind, PartialDate, Slot, Status};

use super::COMPOSED;
use crate::draft::Draft;

/// How many sentences may lie between the departure and the post.
const REACH: usize = 2;
/// Months between two that are still one transfer.
const APART: i32 = 8;

/// Gives departures without a destination the firm where the same person takes a post nearby.
pub(super) fn taken_up(drafts: &mut [Draft]) {
    for at in 0..drafts.len() {
        let d = &drafts[at];
        let departs = d.kind == Kind::Move
            && d.persons.len() == 1
            && !d.unreal()
            && d.status != Status::Possible
            && matches!(d.manner(), Some("left" | "resigned" | "fired" | "laid_off"))
            && !d.orgs.contains_key(&Slot::To);
        let Some(&from) = d.orgs.get(&Slot::From).filter(|_| departs) else { continue };
        let post = drafts.iter().find(|o| {
            let elsewhere = o.orgs.get(&Slot::Org).is_some_and(|org| *org != from);
            let sure = !o.unreal() && o.status != Status::Possible && o.lent.is_empty() && o.open.is_empty();
            o.kind == Kind::Appointment
                && o.persons == d.persons
                && elsewhere
                && sure
                && o.sentence.abs_diff(d.sentence) <= REACH
                && near(d, o)
        });
        let Some(post) = post else { continue };
        let (to, status, role) = (post.orgs[&Slot::Org], post.status, post.slots.get(&Slot::Role).cloned());
        let spans = post.spans.clone();
        let d = &mut drafts[at];
        d.orgs.insert(Slot::To, to);
        d.status = d.status.max(status);
        d.score = (d.score * 0.9).min(COMPOSED);
        d.spans.extend(spans);
        if let (Some(role), Entry::Vacant(place)) = (role, d.slots.entry(Slot::RoleTo)) {
            place.insert(role);
        }
    }
}

/// Two dates that are known and far apart are two events.
fn near(a: &Draft, b: &Draft) -> bool {
    let months = |d: PartialDate| d.year * 12 + i32::from(d.month.unwrap_or(6));
    match (a.date, b.date) {
        (Some(a), Some(b)) => (months(a.value) - months(b.value)).abs() <= APART,
        _ => true,
    }
}

/// "Will run research at F": whose appointment is told holds no post there yet.
pub(super) fn not_yet(drafts: &mut Vec<Draft>) {
    let named: Vec<_> = drafts
        .iter()
        .filter(|d| d.kind == Kind::Appointment)
        .map(|d| (d.persons.clone(), d.orgs.get(&Slot::Org).copied()))
        .collect();
    drafts.retain(|d| {
        let post = (d.persons.clone(), d.orgs.get(&Slot::Org).copied());
        d.kind != Kind::Tenure || d.status != Status::Planned || !named.contains(&post)
    });
}
