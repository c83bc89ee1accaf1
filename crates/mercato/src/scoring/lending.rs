//! The weights with which an article lends a firm to what leaves one out, fitted on articles with known claims: a
//! multinomial choice among firms (McFadden 1974), each weight shared by all sites with an offset of the site's own,
//! both drawn to nothing.

use std::fmt::Write as _;

use mercato_model::{Document, Kind};
use mercato_pack::Knowledge;
use mercato_pack::lending::{Sign, Site};
use mercato_pack::rule::{Example, Rule};
use mercato_read::Choice;

use super::agree::same_name;
use super::record::{Place, Record, Story};
use super::rules::Rules;

/// A choice whose right answer is known.
pub struct Known {
    site: Site,
    /// What speaks for each candidate.
    candidates: Vec<Vec<Sign>>,
    right: usize,
}

impl Known {
    /// `None`: the known claims do not tell, or what is right is not among the candidates.
    pub fn new(choice: &Choice, story: &Story, gold: &[Record]) -> Option<Self> {
        let rules = Rules::built_in();
        let (kind, end, opposite) = match choice.site {
            Site::OpenFrom | Site::From => (Kind::Move, "from", "to"),
            Site::OpenTo | Site::To => (Kind::Move, "to", "from"),
            Site::Post => (Kind::Tenure, "org", ""),
            Site::Appointment => (Kind::Appointment, "org", ""),
        };
        let name = |claim: &Record, slot: &str| claim.slots.get(slot).and_then(|v| v.as_str().map(str::to_owned));
        let people = |claim: &Record| -> Vec<String> {
            let list = claim.slots.get("person").and_then(|v| v.as_array().cloned()).unwrap_or_default();
            list.iter().filter_map(|v| v.as_str().map(str::to_owned)).collect()
        };
        let near = |claim: &Record| {
            let at = claim.spans(&story.text);
            choice.spans.iter().any(|s| at.iter().any(|&(start, end)| start < s.end && s.start < end))
        };
        let fits = |claim: &&Record| {
            let who = match (&choice.person, people(claim)) {
                (Some(person), people) => people.iter().any(|p| same_name(rules, p, person)),
                (None, people) => people.is_empty() && near(claim),
            };
            let other = choice
                .other
                .as_ref()
                .is_none_or(|o| name(claim, opposite).is_some_and(|firm| same_name(rules, &firm, o)));
            // A post that somebody leaves is told as a part of the move.
            let kinds = claim.kind == kind || choice.site == Site::Post && claim.kind == Kind::Move;
            claim.doc == story.id && kinds && who && other
        };
        // The claim in the same place tells best.
        let rank = |claim: &Record, at: usize| (claim.kind == kind, near(claim), std::cmp::Reverse(at));
        let told = gold.iter().filter(fits).enumerate().max_by_key(|(at, claim)| rank(claim, *at))?.1;
        let right = match name(told, if told.kind == kind { end } else { "from" }) {
            None => 0,
            Some(firm) => {
                let is = |candidate: &Option<String>| candidate.as_ref().is_some_and(|c| same_name(rules, &firm, c));
                choice.candidates.iter().position(|(candidate, _)| is(candidate))?
            }
        };
        Some(Self { site: choice.site, candidates: choice.candidates.iter().map(|c| c.1.clone()).collect(), right })
    }
}

/// The choices that the examples of the packs come to, where they show which firm is right.
pub fn of_examples(knowledge: &Knowledge) -> Vec<Known> {
    let mut out = Vec::new();
    for pack in knowledge.langs().filter_map(|lang| knowledge.pack(lang)) {
        for rule in &pack.rules {
            for example in &rule.yes {
                let document = Document {
                    id: rule.id.clone(),
                    text: example.text.clone(),
                    lang: Some(pack.lang),
                    ..Document::default()
                };
                let choices = mercato_read::choices(&document, knowledge);
                let claim = shown(rule, example);
                let story = Story { id: rule.id.clone(), lang: pack.lang.to_string(), text: example.text.clone() };
                let known = choices.iter().filter_map(|c| Known::new(c, &story, std::slice::from_ref(&claim)));
                // What an example does not mark it leaves open.
                out.extend(known.filter(|k| k.right > 0));
            }
        }
    }
    out
}

/// The claim that an example marks.
fn shown(rule: &Rule, example: &Example) -> Record {
    let mut slots = serde_json::Map::new();
    let said = example.slots.iter().map(|(slot, words)| (slot.as_str(), words));
    for (slot, words) in said.chain(example.expect.iter().map(|(slot, words)| (slot.as_str(), words))) {
        let list = slot == "person";
        match slots.get_mut(slot).and_then(|v| v.as_array_mut()) {
            Some(people) => people.push(words.as_str().into()),
            None if list => drop(slots.insert(slot.to_owned(), vec![words.as_str()].into())),
            None => drop(slots.insert(slot.to_owned(), words.as_str().into())),
        }
    }
    let kind = example.expect.iter().find(|(name, _)| name == "kind").and_then(|(_, kind)| Kind::parse(kind));
    Record {
        doc: rule.id.clone(),
        kind: kind.or(rule.kind).unwrap_or(Kind::Tenure),
        slots,
        status: None,
        source: Vec::new(),
        evidence: vec![Place { range: Some((0, example.text.len())), quote: None }],
        rule: None,
        score: 1.0,
    }
}

/// Parts in which articles are set apart from those that weights are fitted on.
pub const PARTS: usize = 5;

/// How strongly a shared weight is drawn to nothing, and an offset.
const DRAWN: (f64, f64) = (0.5, 1.5);

const ROUNDS: usize = 400;

/// Weights by sign: the shared ones first, then a site's offsets.
type Weights = Vec<[f64; Sign::ALL.len()]>;

fn weights() -> Weights {
    vec![[0.0; Sign::ALL.len()]; 1 + Site::ALL.len()]
}

/// The share of each candidate.
fn shares(weights: &Weights, known: &Known) -> Vec<f64> {
    let strength = |signs: &Vec<Sign>| -> f64 {
        signs.iter().map(|&s| weights[0][s as usize] + weights[1 + known.site as usize][s as usize]).sum::<f64>().exp()
    };
    let each: Vec<f64> = known.candidates.iter().map(strength).collect();
    let all: f64 = each.iter().sum();
    each.into_iter().map(|e| e / all).collect()
}

fn fit(known: &[&Known]) -> Weights {
    let mut out = weights();
    for round in 0..ROUNDS {
        let mut slope = weights();
        for k in known {
            for (at, (share, signs)) in shares(&out, k).into_iter().zip(&k.candidates).enumerate() {
                let miss = f64::from(u8::from(at == k.right)) - share;
                for &sign in signs {
                    slope[0][sign as usize] += miss;
                    slope[1 + k.site as usize][sign as usize] += miss;
                }
            }
        }
        let step = 0.5 / (10.0 + 0.3 * round as f64);
        for (at, (row, slope)) in out.iter_mut().zip(&slope).enumerate() {
            let drawn = if at == 0 { DRAWN.0 } else { DRAWN.1 };
            for (weight, slope) in row.iter_mut().zip(slope) {
                *weight += step * (slope - drawn * *weight);
            }
        }
    }
    out
}

fn hits(weights: &Weights, known: &[&Known]) -> usize {
    let best = |k: &&&Known| {
        let shares = shares(weights, k);
        shares.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).is_some_and(|(at, _)| at == k.right)
    };
    known.iter().filter(best).count()
}

/// The table `packs/_common/lending.tsv`.
pub fn table(known: &[&Known]) -> String {
    let fitted = fit(known);
    let mut out =
        "# What speaks for which firm where an article leaves one out, fitted on stories with known claims by `mercato eval DOCS GOLD --fit-lending`.\nsite\tsign\tweight\n"
            .to_owned();
    for &site in Site::ALL {
        for &sign in Sign::ALL {
            let weight = fitted[0][sign as usize] + fitted[1 + site as usize][sign as usize];
            if weight.abs() >= 0.005 {
                let _ = writeln!(out, "{}\t{}\t{weight:.2}", site.as_str(), sign.as_str());
            }
        }
    }
    out
}

/// How often the choice is right among these articles: fitted on all of them, and on the others in five parts.
/// `known` is by article.
pub fn accuracy(known: &[Vec<Known>]) -> String {
    let all: Vec<&Known> = known.iter().flatten().collect();
    let mut apart = 0;
    for part in 0..PARTS {
        let of = |own: bool| -> Vec<&Known> {
            let articles = known.iter().enumerate().filter(|(at, _)| (at % PARTS == part) == own);
            articles.flat_map(|(_, k)| k).collect()
        };
        apart += hits(&fit(&of(false)), &of(true));
    }
    let share = |n: usize| 100.0 * n as f64 / all.len().max(1) as f64;
    let own = hits(&fit(&all), &all);
    format!(
        "{} choices of a firm: {:.0} % right, {:.0} % when fitted on the other articles ({PARTS} parts)",
        all.len(),
        share(own),
        share(apart)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(right: usize, candidates: &[&[Sign]]) -> Known {
        Known { site: Site::From, candidates: candidates.iter().map(|c| c.to_vec()).collect(), right }
    }

    #[test]
    fn what_is_always_right_weighs_most() {
        let sample: Vec<Known> =
            (0..20).map(|_| known(1, &[&[Sign::None], &[Sign::Post, Sign::Here], &[Sign::Here]])).collect();
        let sample: Vec<&Known> = sample.iter().collect();
        let fitted = fit(&sample);
        assert!(fitted[0][Sign::Post as usize] > fitted[0][Sign::Here as usize]);
        assert!(fitted[0][Sign::None as usize] < 0.0);
        assert_eq!(hits(&fitted, &sample), 20);
    }
}
