//! After a change only what it touched is counted anew, and the pages are those of a whole count.

mod shelf;

use mercato_facts::Action;
use mercato_ledger::{Filter, Ledger, Store as _};
use mercato_model::{Bounds, Kind, Slot, Value};
use mercato_web::{Request, Site};
use shelf::{Piece, Says, Shelf, dollars, people, piece, says, text};

const FIRST: &[&str] = &["Ada", "Bea", "Ciro", "Dora", "Elio"];
const LAST: &[&str] = &["Neri", "Rossi", "Nerri", "Bruno"];
const FIRMS: &[&str] = &["Helvion", "Corvanta", "Meridia", "Nordkap"];
const DAYS: &[&str] = &["2025-07-01", "2025-07-02", "2025-08-09", "2025-11-30"];

/// Numbers in an order that is the same every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.roll(of.len())]
    }

    fn person(&mut self) -> String {
        format!("{} {}", self.one(FIRST), self.one(LAST))
    }

    /// An article of a few sentences about anybody and any firm.
    fn article(&mut self, id: usize) -> Piece {
        let mut sentences = String::new();
        let mut said: Vec<Says> = Vec::new();
        for n in 0..1 + self.roll(4) {
            let (one, other, from, to) = (self.person(), self.person(), self.one(FIRMS), self.one(FIRMS));
            let (sentence, kind, slots) = match self.roll(8) {
                0..3 => {
                    let slots = vec![(Slot::Person, people(&[&one])), (Slot::From, text(from)), (Slot::To, text(to))];
                    (format!("{n}: {one} leaves {from} for {to}."), Kind::Move, slots)
                }
                3 => {
                    let both = people(&[&one, &other]);
                    let slots = vec![(Slot::Person, both), (Slot::From, text(from)), (Slot::To, text(to))];
                    (format!("{n}: {one} and {other} leave {from} for {to}."), Kind::Move, slots)
                }
                4 => {
                    let amount = dollars(None, Some(1e6 * (1 + self.roll(5)) as f64));
                    let slots = vec![(Slot::By, text(to)), (Slot::Person, people(&[&one])), (Slot::Amount, amount)];
                    (format!("{n}: {to} offered {one} millions."), Kind::Offer, slots)
                }
                5 => {
                    let least = Value::Bounds(Bounds::at_least((2 + self.roll(9)) as f64));
                    let slots = vec![(Slot::N, least), (Slot::Org, text(from)), (Slot::Direction, text("left"))];
                    (format!("{n}: several left {from}."), Kind::Count, slots)
                }
                6 => {
                    let factors = Value::List(vec!["compute".into(), "pay".into(), "mission".into()]);
                    let slots =
                        vec![(Slot::Subject, text(&one)), (Slot::Factor, factors), (Slot::Polarity, text("is"))];
                    (format!("{n}: {one} wanted compute, pay and a mission."), Kind::Reason, slots)
                }
                _ => {
                    let slots =
                        vec![(Slot::Actor, text(from)), (Slot::Stance, text("denies")), (Slot::About, text("move"))];
                    (format!("{n}: {from} denies it."), Kind::Stance, slots)
                }
            };
            said.push(says(&sentence, kind, slots));
            sentences.push_str(&sentence);
            sentences.push(' ');
        }
        let outlet = self.one(&["The Example", "L’Esempio", "L’Exemple"]);
        piece(&format!("a{id}"), outlet, self.one(DAYS), &sentences, said)
    }

    /// What somebody decides about claims that the ledger holds.
    fn decision(&mut self, ledger: &Ledger) -> Option<Action> {
        let claims = ledger.claims(&Filter::default()).unwrap();
        let one = &claims[self.roll(claims.len())];
        let (id, document) = (one.id.clone(), one.document.id.clone());
        let other = claims[self.roll(claims.len())].id.clone();
        Some(match self.roll(9) {
            0 => Action::Accept { claim: id },
            1 => Action::Reject { claim: id },
            2 => Action::SamePerson { one: id, other },
            3 => Action::OtherPerson { one: id, other },
            4 => Action::Retract { document },
            5 => Action::Split { claim: id },
            6 => {
                let slot = one.claim.slots.keys().copied().find(|slot| matches!(slot, Slot::To | Slot::Org))?;
                Action::Correct { claim: id, slot, value: Some(text(self.one(FIRMS))) }
            }
            7 => {
                let value = people(&[&self.person()]);
                one.claim.slots.get(&Slot::Person)?;
                Action::Correct { claim: id, slot: Slot::Person, value: Some(value) }
            }
            _ => Action::Undo { operation: ledger.operations(None).unwrap().last()?.id.clone() },
        })
    }
}

/// Pages and answers that between them show all that is counted.
const SHOWN: &[&str] = &[
    "/facts.csv",
    "/",
    "/facts",
    "/facts?kind=count",
    "/facts?disputed=1",
    "/firms",
    "/firm/Helvion",
    "/firm/Corvanta",
    "/firm/Meridia",
    "/people",
    "/articles",
    "/pay",
    "/reasons",
    "/disputes",
    "/sources",
    "/review",
    "/search?q=Nerri",
    "/api/v1/facts?limit=100",
    "/api/v1/people?limit=100",
    "/api/v1/firms?limit=100",
];

fn is_the_same(changed: &Site, whole: &Site, after: &str) {
    let body = |site: &Site, target: &str| {
        let answer = site.answer(&Request::get(target));
        (answer.status, String::from_utf8(answer.body.clone()).unwrap())
    };
    let people = FIRST.iter().flat_map(|first| LAST.iter().map(move |last| format!("/person/{first}%20{last}")));
    for target in SHOWN.iter().map(|&target| target.to_owned()).chain(people) {
        let (one, other) = (body(changed, &target), body(whole, &target));
        if one != other {
            let at = one.1.bytes().zip(other.1.bytes()).take_while(|(a, b)| a == b).count();
            let near = |text: &str| {
                let around = &text.as_bytes()[at.saturating_sub(80)..(at + 300).min(text.len())];
                String::from_utf8_lossy(around).into_owned()
            };
            panic!("{target} after {after}: {} {}\n{}\n{}", one.0, other.0, near(&one.1), near(&other.1));
        }
    }
}

#[test]
fn a_change_counts_as_the_whole_does() {
    for seed in 1..=4 {
        let mut dice = Dice(seed);
        let start: Vec<Piece> = (0..12).map(|n| dice.article(n)).collect();
        let shelf = Shelf::of(&start);
        let mut id = start.len();
        for step in 0..30 {
            let path = &shelf.site.config.ledger;
            let what = match dice.roll(10) {
                // One that was there before is revised.
                0..4 => {
                    let which = if dice.roll(3) == 0 { dice.roll(id) } else { id };
                    id = id.max(which + 1);
                    shelf.add(&dice.article(which));
                    format!("article {which}")
                }
                9 if step % 3 == 0 => {
                    let name = dice.person();
                    Ledger::open(path).unwrap().forget(&name, "salt of the tests", "2026-01-31T00:00:00Z").unwrap();
                    format!("forgetting {name}")
                }
                _ => {
                    let mut ledger = Ledger::open(path).unwrap();
                    let Some(action) = dice.decision(&ledger) else { continue };
                    let what = format!("{action:?}");
                    // What does not fit is refused, and nothing changes.
                    let _ = ledger.judge("tester", "", "2026-01-31T00:00:00Z", vec![action]);
                    what
                }
            };
            shelf.site.refresh().unwrap();
            is_the_same(&shelf.site, &shelf.counted_whole(), &format!("seed {seed}, step {step}, {what}"));
        }
    }
}
