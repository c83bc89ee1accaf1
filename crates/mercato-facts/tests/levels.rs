//! The levels of corroboration: what raises one, what never does.

mod telling;

use mercato_facts::level::{Level, Mark};
use mercato_facts::{Action, Fact, Operation, Record, snapshot};
use mercato_model::{Kind, Slot, Status, Value};
use telling::{Piece, Says, day, world};

/// An article about Ada Neri's move from Corvanta to Helvion.
fn article(id: &str, outlet: &str, published: &str, says: Vec<Says>) -> Piece {
    Piece {
        id: id.into(),
        outlet: Some(outlet.into()),
        published: mercato_model::PartialDate::parse(published).unwrap(),
        lang: mercato_model::Lang::parse("en").unwrap(),
        text: String::new(),
        says,
    }
}

fn says(status: Status, source: &[&str]) -> Says {
    let text = |t: &str| Value::Text(t.into());
    Says {
        quote: format!("Ada Neri, Corvanta, Helvion: {} {}.", status.as_str(), source.join(" ")),
        kind: Kind::Move,
        slots: [
            (Slot::Person, Value::List(vec!["Ada Neri".into()])),
            (Slot::From, text("Corvanta")),
            (Slot::To, text("Helvion")),
        ]
        .into(),
        status,
        source: source.iter().map(|s| (*s).to_owned()).collect(),
        date: None,
        fact: String::new(),
    }
}

fn dated(mut says: Says, date: &str) -> Says {
    let value = mercato_model::PartialDate::parse(date).unwrap();
    says.date = Some(mercato_model::ClaimDate { value, basis: mercato_model::DateBasis::Stated });
    says
}

fn stance(actor: &str, stance: &str, about: Kind) -> Says {
    let text = |t: &str| Value::Text(t.into());
    Says {
        quote: format!("{actor} {stance}"),
        kind: Kind::Stance,
        slots: [(Slot::Actor, text(actor)), (Slot::Stance, text(stance)), (Slot::About, text(about.as_str()))].into(),
        status: Status::Asserted,
        source: Vec::new(),
        date: None,
        fact: String::new(),
    }
}

fn moves(record: &Record, today: &str) -> Fact {
    let snapshot = snapshot(record, &world(), day(today));
    let mut moves: Vec<Fact> = snapshot.facts.into_iter().filter(|f| f.kind == Kind::Move).collect();
    assert_eq!(moves.len(), 1, "{moves:#?}");
    moves.remove(0)
}

#[track_caller]
fn check(pieces: &[Piece], today: &str, level: Level, marks: &[Mark]) {
    let fact = moves(&telling::record(pieces), today);
    assert_eq!((fact.level, fact.marks.as_slice()), (level, marks), "{fact:#?}");
}

use Status::{Asserted, Denied, Planned, Possible, Reported};

#[test]
fn each_level() {
    let a = |status, source: &[&str]| article("a", "Il Faro", "2025-06-10", vec![says(status, source)]);
    check(&[a(Possible, &[])], "2025-06-11", Level::Mention, &[]);
    check(&[a(Reported, &[])], "2025-06-11", Level::Rumour, &[]);
    check(&[a(Planned, &["Otto Kranz"])], "2025-06-11", Level::Rumour, &[]);
    check(&[a(Asserted, &[])], "2025-06-11", Level::Reported, &[]);
    let b = article("b", "Le Relais", "2025-06-12", vec![says(Reported, &["Lena Vogt"])]);
    check(&[a(Asserted, &[]), b.clone()], "2025-06-13", Level::Corroborated, &[]);
    // Two rumours are no report.
    check(&[a(Planned, &["Otto Kranz"]), b], "2025-06-13", Level::Rumour, &[]);
    let confirmed =
        article("c", "Le Relais", "2025-06-12", vec![says(Planned, &[]), stance("Helvion", "confirms", Kind::Move)]);
    check(&[a(Asserted, &[]), confirmed], "2025-06-13", Level::Confirmed, &[]);
    let done = article("d", "Le Relais", "2025-06-12", vec![dated(says(Asserted, &["Ada Neri"]), "2025-06-01")]);
    check(std::slice::from_ref(&done), "2025-06-13", Level::Completed, &[]);
    let later = article("d", "Le Relais", "2025-06-12", vec![dated(says(Asserted, &["Ada Neri"]), "2025-12-01")]);
    check(&[later], "2025-07-01", Level::Confirmed, &[]);
}

#[test]
fn a_plan_is_confirmed_as_a_plan_and_goes_stale() {
    let plan = article("a", "Il Faro", "2025-06-10", vec![dated(says(Planned, &["Helvion"]), "2025-07-01")]);
    check(std::slice::from_ref(&plan), "2025-06-11", Level::Confirmed, &[Mark::Plan]);
    check(std::slice::from_ref(&plan), "2025-10-15", Level::Confirmed, &[Mark::Plan, Mark::Unverified]);
    let done = article("b", "Le Relais", "2025-07-03", vec![dated(says(Asserted, &[]), "2025-07-01")]);
    check(&[plan, done], "2025-10-15", Level::Completed, &[]);
}

/// Never relaxed: the number of articles.
#[test]
fn articles_never_raise_a_level() {
    let mut pieces = vec![article("a00", "Il Faro", "2025-06-10", vec![says(Asserted, &["Otto Kranz"])])];
    for n in 1..40 {
        let source: &[&str] = if n % 2 == 0 { &["Otto Kranz"] } else { &["Il Faro"] };
        pieces.push(article(&format!("a{n:02}"), &format!("Outlet {n}"), "2025-06-11", vec![says(Asserted, source)]));
    }
    let fact = moves(&telling::record(&pieces), "2025-06-12");
    assert_eq!((fact.level, fact.roots.len(), fact.repeats), (Level::Reported, 1, 39), "{:#?}", fact.roots);
    assert_eq!(fact.probability, None, "one root has a level and no decimals");
}

/// Never relaxed: praise and silence are no confirmation.
#[test]
fn praise_and_silence_change_nothing() {
    for word in ["no_comment", "unverified"] {
        let piece =
            article("a", "Il Faro", "2025-06-10", vec![says(Reported, &[]), stance("Helvion", word, Kind::Move)]);
        check(&[piece], "2025-06-11", Level::Rumour, &[]);
    }
    // A confirmation by somebody who is no party is a voice at most.
    let piece =
        article("a", "Il Faro", "2025-06-10", vec![says(Reported, &[]), stance("Otto Kranz", "confirms", Kind::Move)]);
    check(&[piece], "2025-06-11", Level::Rumour, &[]);
}

/// Never relaxed: yes to the move, no to the money.
#[test]
fn who_denies_the_amount_does_not_deny_the_move() {
    let mut offer = says(Asserted, &["Otto Kranz"]);
    offer.kind = Kind::Offer;
    offer.slots = [
        (Slot::By, Value::Text("Helvion".into())),
        (Slot::Person, Value::List(vec!["Ada Neri".into()])),
        (
            Slot::Amount,
            Value::Amount(mercato_model::Amount { bounds: mercato_model::Bounds::exactly(1e8), ..Default::default() }),
        ),
    ]
    .into();
    offer.quote = "Helvion offered her 100 million.".into();
    let pieces = [
        article("a", "Il Faro", "2025-06-10", vec![says(Asserted, &[]), offer]),
        article(
            "b",
            "Le Relais",
            "2025-06-11",
            vec![says(Asserted, &["Ada Neri"]), stance("Ada Neri", "denies", Kind::Offer)],
        ),
    ];
    let fact = moves(&telling::record(&pieces), "2025-06-12");
    assert!(fact.level >= Level::Confirmed && !fact.has(Mark::Denied) && !fact.has(Mark::Contested), "{fact:#?}");
}

#[test]
fn denials() {
    let a = article("a", "Il Faro", "2025-06-10", vec![says(Asserted, &[])]);
    let by = |name: &str, day: &str| {
        article("b", "Le Relais", day, vec![says(Denied, &[name]), stance(name, "denies", Kind::Move)])
    };
    check(&[a.clone(), by("Otto Kranz", "2025-06-11")], "2025-06-12", Level::Reported, &[Mark::Contested]);
    check(&[a.clone(), by("Helvion", "2025-06-11")], "2025-06-12", Level::Reported, &[Mark::Denied]);
    // What a principal says later settles it.
    let yes = article("c", "Wionia", "2025-06-20", vec![says(Asserted, &["Ada Neri"])]);
    let fact = moves(&telling::record(&[a, by("Helvion", "2025-06-11"), yes]), "2025-06-21");
    assert!(fact.level >= Level::Confirmed && !fact.has(Mark::Denied), "{fact:#?}");
    let levels: Vec<&str> = fact.history.iter().map(|c| c.day.as_str()).collect();
    assert_eq!(levels, ["2025-06-10", "2025-06-11", "2025-06-20"], "{:#?}", fact.history);
}

/// Never relaxed: a level may go down.
#[test]
fn a_level_goes_down_when_an_article_is_withdrawn() {
    let pieces = [
        article("a", "Il Faro", "2025-06-10", vec![says(Asserted, &[])]),
        article("b", "Le Relais", "2025-06-11", vec![says(Asserted, &["Lena Vogt"])]),
    ];
    let mut record = telling::record(&pieces);
    assert_eq!(moves(&record, "2025-06-12").level, Level::Corroborated);
    let operation = |id: &str, action| Operation {
        id: id.into(),
        at: format!("2025-06-13T00:00:0{id}Z"),
        author: "a checker".into(),
        action,
        reason: "the outlet took it back".into(),
    };
    record.judge(operation("1", Action::Retract { document: "a".into() }));
    record.judge(operation("2", Action::Reject { claim: "bc0".into() }));
    let fact = moves(&record, "2025-06-14");
    assert_eq!((fact.level, fact.marks.as_slice()), (Level::Mention, &[Mark::Retracted][..]));
    record.judge(operation("3", Action::Undo { operation: "1".into() }));
    assert_eq!(moves(&record, "2025-06-14").level, Level::Reported);
}

#[test]
fn rumours_expire_and_are_recycled() {
    let rumour = |id: &str, day: &str| article(id, "Il Faro", day, vec![says(Reported, &[])]);
    check(&[rumour("a", "2025-06-10")], "2025-08-01", Level::Rumour, &[]);
    check(&[rumour("a", "2025-06-10")], "2025-09-01", Level::Rumour, &[Mark::Expired]);
    check(&[rumour("a", "2025-06-10"), rumour("b", "2025-07-10")], "2025-07-11", Level::Rumour, &[Mark::Recycled]);
}

#[test]
fn later_seen_in_the_post() {
    let mut post = says(Asserted, &[]);
    post.kind = Kind::Tenure;
    post.slots =
        [(Slot::Person, Value::List(vec!["Ada Neri".into()])), (Slot::Org, Value::Text("Helvion".into()))].into();
    post.quote = "Ada Neri of Helvion spoke.".into();
    let a = article("a", "Il Faro", "2025-06-10", vec![says(Asserted, &[])]);
    let elsewhere = article("b", "Le Relais", "2025-09-10", vec![post.clone()]);
    assert!(moves(&telling::record(&[a.clone(), elsewhere]), "2025-09-11").level >= Level::Confirmed);
    // The same outlet only repeats itself.
    let itself = article("b", "Il Faro", "2025-09-10", vec![post]);
    assert_eq!(moves(&telling::record(&[a, itself]), "2025-09-11").level, Level::Reported);
}

/// A quotation through two outlets in two languages is one origin.
#[test]
fn one_statement_by_two_ways_is_one_root() {
    let pieces = [
        article("a", "Il Faro", "2025-06-10", vec![says(Asserted, &["The Ledger Post", "Elio Mosca"])]),
        article("b", "Le Relais", "2025-06-12", vec![says(Asserted, &["Mosca"])]),
    ];
    let fact = moves(&telling::record(&pieces), "2025-06-13");
    assert_eq!(fact.roots.len(), 1, "{:#?}", fact.roots);
    // Articles that cite each other in a circle have one origin, too.
    let circle = [
        article("a", "Il Faro", "2025-06-10", vec![says(Asserted, &["Le Relais"])]),
        article("b", "Le Relais", "2025-06-10", vec![says(Asserted, &["Wionia"])]),
        article("c", "Wionia", "2025-06-10", vec![says(Asserted, &["Il Faro"])]),
    ];
    assert_eq!(moves(&telling::record(&circle), "2025-06-13").roots.len(), 1);
}

/// Asserted through one outlet and told as hearsay by another: one fact, both statuses kept.
#[test]
fn one_fact_keeps_two_certainties() {
    let approach = |status, source: &[&str]| {
        let mut says = says(status, source);
        says.kind = Kind::Recruiting;
        let text = |t: &str| Value::Text(t.into());
        says.slots = [
            (Slot::By, text("Helvion")),
            (Slot::Person, Value::List(vec!["Otto Kranz".into()])),
            (Slot::Target, text("DeepCore")),
            (Slot::Means, Value::List(vec!["email".into()])),
        ]
        .into();
        says
    };
    let pieces = [
        article("a", "Il Faro", "2024-04-05", vec![approach(Asserted, &["The Brief"])]),
        article("b", "Le Relais", "2024-04-06", vec![approach(Reported, &[])]),
    ];
    let snapshot = snapshot(&telling::record(&pieces), &world(), day("2024-05-01"));
    assert_eq!(snapshot.facts.len(), 1, "{:#?}", snapshot.facts);
    let statuses: Vec<Status> = snapshot.facts[0].voices.iter().map(|v| v.status).collect();
    assert_eq!((statuses, snapshot.facts[0].roots.len()), (vec![Asserted, Reported], 2));
}
