//! Running the examples of a pack: every `yes` must be found as marked, every `no` must find nothing.

use mercato_model::{Claim, Document, Lang, Slot};
use mercato_pack::Knowledge;
use mercato_pack::rule::{Example, Rule};
use mercato_pack::token;

use crate::reading::read;

/// One example that did not come out as the pack says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub file: String,
    pub line: usize,
    pub rule: String,
    pub example: String,
    pub why: String,
}

/// The outcome of all examples.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckReport {
    pub failures: Vec<Failure>,
    pub rules: usize,
    pub yes: usize,
    pub no: usize,
}

/// Runs the examples of one language, or of all.
pub fn check(knowledge: &Knowledge, lang: Option<Lang>) -> CheckReport {
    let mut report = CheckReport::default();
    for lang in knowledge.langs().filter(|l| lang.is_none_or(|only| only == *l)) {
        let Some(pack) = knowledge.pack(lang) else { continue };
        report.rules += pack.rules.len();
        for rule in &pack.rules {
            for example in &rule.yes {
                report.yes += 1;
                let claims = read_example(&example.text, lang, knowledge);
                if let Some(why) = missing(example, rule, &claims) {
                    report.fail(rule, example, why);
                }
            }
            for example in &rule.no {
                report.no += 1;
                let claims = read_example(&example.text, lang, knowledge);
                if let Some(claim) = claims.iter().find(|c| forbidden(example, c)) {
                    report.fail(rule, example, format!("found {}", show(claim)));
                }
            }
        }
        for governor in &pack.cues.governors {
            for text in &governor.yes {
                report.yes += 1;
                check_governor(knowledge, lang, text, &governor.file, governor.line, &mut report);
            }
        }
    }
    report
}

fn check_governor(knowledge: &Knowledge, lang: Lang, text: &str, file: &str, line: usize, report: &mut CheckReport) {
    let mut fail = |why: String| {
        report.failures.push(Failure {
            file: file.to_owned(),
            line,
            rule: format!("{lang}.governor"),
            example: text.to_owned(),
            why,
        });
    };
    let Ok(example) = mercato_pack::rule::example(text, line) else {
        fail("the marks cannot be read".to_owned());
        return;
    };
    let claims = read_example(&example.text, lang, knowledge);
    let closest =
        claims.iter().map(|c| mismatch(&example, "move", c)).min_by_key(|why| why.as_ref().map_or(0, String::len));
    match closest {
        Some(None) => {}
        Some(Some(why)) => fail(why),
        None => fail("no claim found".to_owned()),
    }
}

fn read_example(text: &str, lang: Lang, knowledge: &Knowledge) -> Vec<Claim> {
    // A fixed day of publication, so that relative dates in examples mean something.
    let document = Document {
        id: "example".to_owned(),
        text: text.to_owned(),
        lang: Some(lang),
        published: mercato_model::PartialDate::day(2025, 7, 16),
        ..Document::default()
    };
    read(&document, knowledge).claims
}

fn missing(example: &Example, rule: &Rule, claims: &[Claim]) -> Option<String> {
    let kind = rule.kind.map_or("tenure", |k| k.as_str());
    let mut closest: Option<String> = None;
    for claim in claims {
        match mismatch(example, kind, claim) {
            None => return None,
            Some(why) => {
                if closest.as_ref().is_none_or(|c| why.len() < c.len()) {
                    closest = Some(why);
                }
            }
        }
    }
    Some(closest.unwrap_or_else(|| "no claim found".to_owned()))
}

/// Why a claim is not what an example shows; `None` when it is.
fn mismatch(example: &Example, kind: &str, claim: &Claim) -> Option<String> {
    let expected_kind = example.expect.iter().find(|(k, _)| k == "kind").map_or(kind, |(_, v)| v.as_str());
    // A post beside a move becomes a part of the move.
    let kind_fits = claim.kind.as_str() == expected_kind || kind == "tenure" && claim.kind.as_str() == "move";
    if !kind_fits {
        return Some(format!("found {} instead of {expected_kind}", show(claim)));
    }
    for (slot, words) in &example.slots {
        let slots: &[Slot] = match slot {
            Slot::Role if claim.kind.as_str() == "move" => &[Slot::RoleFrom, Slot::RoleTo],
            Slot::Org if claim.kind.as_str() == "move" => &[Slot::From, Slot::To],
            Slot::From if claim.kind.as_str() == "count" => &[Slot::Org],
            Slot::To if claim.kind.as_str() == "count" => &[Slot::To, Slot::Org],
            Slot::Person if !claim.slots.contains_key(&Slot::Person) => {
                &[Slot::Group, Slot::N, Slot::Share, Slot::Subject, Slot::Target]
            }
            slot => std::slice::from_ref(slot),
        };
        if !slots.iter().any(|s| holds(claim, *s, words)) {
            return Some(format!("{}=`{words}` is not in {}", slot.as_str(), show(claim)));
        }
    }
    for (name, value) in &example.expect {
        let found = match name.as_str() {
            "kind" => continue,
            "status" => claim.status.as_str() == value,
            "source" => {
                value.split('|').all(|v| claim.source.iter().any(|s| s.contains(v)))
                    || value.is_empty() && claim.source.is_empty()
            }
            "date" => claim.date.is_some_and(|d| d.value.to_string() == *value),
            "n" | "share" | "amount" | "value" => Slot::parse(name)
                .and_then(|s| claim.slots.get(&s))
                .and_then(|v| v.bounds())
                .is_some_and(|b| in_bounds(b, value)),
            "of" => claim.slots.get(&Slot::Of).and_then(|v| v.bounds()).is_some_and(|b| in_bounds(b, value)),
            "interim" => {
                (claim.slots.get(&Slot::Interim) == Some(&mercato_model::Value::Flag(true))) == (value == "true")
            }
            "currency" | "period" | "stat" if claim.slots.contains_key(&Slot::Amount) => {
                match claim.slots.get(&Slot::Amount) {
                    Some(mercato_model::Value::Amount(a)) => match name.as_str() {
                        "currency" => a.currency.as_deref() == Some(value),
                        "period" => a.period.as_deref() == Some(value),
                        _ => a.stat.as_deref() == Some(value),
                    },
                    _ => false,
                }
            }
            slot => match Slot::parse(slot) {
                Some(slot) => holds(claim, slot, value),
                None => return Some(format!("the expectation `{name}` is unknown")),
            },
        };
        if !found {
            return Some(format!("{name}={value} does not hold of {}", show(claim)));
        }
    }
    None
}

/// `10..` at least, `..10` at most, `5..10`, `10`; a tail such as `USD/year` is ignored.
fn in_bounds(bounds: mercato_model::Bounds, expected: &str) -> bool {
    let number = |text: &str| {
        let digits: String = text.chars().take_while(|c| c.is_ascii_digit() || matches!(c, '.' | 'e' | '+')).collect();
        digits.trim_end_matches('.').parse::<f64>().ok()
    };
    let close = |a: Option<f64>, b: Option<f64>| match (a, b) {
        (None, None) => true,
        (Some(a), Some(b)) => (a - b).abs() <= 0.001 * a.abs().max(b.abs()),
        _ => false,
    };
    let expected = expected.trim_start_matches('~');
    match expected.split_once("..") {
        Some((low, high)) => close(bounds.min, number(low)) && close(bounds.max, number(high)),
        None => close(bounds.min, number(expected)) && close(bounds.max, number(expected)),
    }
}

fn holds(claim: &Claim, slot: Slot, words: &str) -> bool {
    let Some(value) = claim.slots.get(&slot) else { return false };
    if value.bounds().is_some() {
        // A quantity that is marked by its words is checked by the expectations behind `=>`.
        return true;
    }
    let wanted = token::key(words);
    value.texts().iter().any(|text| {
        let have = token::key(text);
        have == wanted || have.contains(&wanted) || wanted.contains(&have) && !have.is_empty()
    })
}

fn forbidden(example: &Example, claim: &Claim) -> bool {
    let kinds: Vec<&str> = example.expect.iter().filter(|(k, _)| k == "!").map(|(_, v)| v.as_str()).collect();
    if kinds.is_empty() { claim.kind.is_headline() } else { kinds.contains(&claim.kind.as_str()) }
}

fn show(claim: &Claim) -> String {
    let slots: Vec<String> = claim.slots.iter().map(|(s, v)| format!("{}={}", s.as_str(), plain(v))).collect();
    format!("{} ({}) [{}] by {}", claim.kind.as_str(), slots.join(", "), claim.status.as_str(), claim.rule)
}

fn plain(value: &mercato_model::Value) -> String {
    match value.bounds() {
        Some(b) => format!(
            "{}..{}",
            b.min.map_or(String::new(), |v| v.to_string()),
            b.max.map_or(String::new(), |v| v.to_string())
        ),
        None => value.texts().join("+"),
    }
}

impl CheckReport {
    fn fail(&mut self, rule: &Rule, example: &Example, why: String) {
        self.failures.push(Failure {
            file: rule.file.clone(),
            line: example.line,
            rule: rule.id.clone(),
            example: example.text.clone(),
            why,
        });
    }
}
