//! A ledger of a million generated claims: how fast it fills, how large it gets, how long questions take. See
//! `benches/README.md`.

mod random;

use std::path::{Path, PathBuf};
use std::time::Instant;

use mercato_facts::world::Firm;
use mercato_facts::{Fact, World, snapshot};
use mercato_ledger::{Answers, Discreet, Entry, Filter, Ledger, Order, Scope, Sought, Store as _, firms as firms_of};
use mercato_model::{
    Claim, ClaimDate, DateBasis, Document, Evidence, Kind, Lang, PartialDate, Slot, Slots, Span, Status, Value,
};
use random::Random;

/// Below `n`, leaning to small numbers: the most named person is in four of a thousand claims.
fn leaning(random: &mut Random, n: usize) -> usize {
    let u = random.below(1 << 30) as f64 / (1u64 << 30) as f64;
    (u * u * n as f64) as usize
}

const FIRMS: usize = 2_000;
const CLAIMS: usize = 5;

/// A name of syllables: many people, some surnames shared.
fn person(n: usize) -> String {
    let syllables = ["ba", "lo", "ri", "ne", "ta", "vu", "ko", "se", "mi", "da"];
    let word = |mut n: usize, length: usize| {
        let mut out = String::new();
        for _ in 0..length {
            out += syllables[n % 10];
            n /= 10;
        }
        out[..1].to_uppercase() + &out[1..]
    };
    format!("{} {}", word(n % 997, 3), word(n / 7, 4))
}

fn firm(n: usize) -> String {
    format!("Firm{n}ia")
}

fn document(n: usize, random: &mut Random) -> (Document, Vec<Claim>) {
    let mut text = String::new();
    let mut drafts = Vec::new();
    for _ in 0..CLAIMS {
        let start = text.len();
        let who = person(leaning(random, 60_000));
        let (from, to) = (firm(random.skewed(FIRMS)), firm(random.skewed(FIRMS)));
        text += &format!("{who} leaves {from} for {to}, it was said on Monday.");
        drafts.push((Span::new(start, text.len()), who, from, to));
        text += " Nothing else was told by anybody about it at that time. ";
    }
    let published = PartialDate::from_day_number(19_000 + random.below(1_500) as i64);
    let document = Document {
        id: format!("d{n}"),
        text,
        lang: Lang::parse("en"),
        published: Some(published),
        outlet: Some(format!("Outlet {}", random.below(300))),
        ..Document::default()
    };
    let claims = drafts
        .into_iter()
        .map(|(span, who, from, to)| {
            let text = |t: &str| Value::Text(t.to_owned());
            let kind = [Kind::Move, Kind::Move, Kind::Move, Kind::Count, Kind::Offer][random.below(5)];
            let slots: Slots = match kind {
                Kind::Count => [
                    (Slot::Org, text(&from)),
                    (Slot::To, text(&to)),
                    (Slot::Direction, text("left")),
                    (Slot::Group, text("engineers")),
                    (Slot::N, Value::Bounds(mercato_model::Bounds::exactly(random.below(90) as f64 + 2.0))),
                ]
                .into(),
                Kind::Offer => {
                    [(Slot::By, text(&to)), (Slot::From, text(&from)), (Slot::Person, Value::List(vec![who]))].into()
                }
                _ => [(Slot::Person, Value::List(vec![who])), (Slot::From, text(&from)), (Slot::To, text(&to))].into(),
            };
            let status = [Status::Asserted, Status::Asserted, Status::Reported, Status::Planned][random.below(4)];
            Claim {
                doc: document.id.clone(),
                lang: document.lang.expect("set above"),
                kind,
                slots,
                status,
                source: Vec::new(),
                date: Some(ClaimDate { value: published, basis: DateBasis::Published }),
                evidence: Evidence::cut(&document.text, &[span]).expect("a span of the text"),
                rule: "en.move.leave".into(),
                as_written: Default::default(),
                score: 0.8,
            }
        })
        .collect();
    (document, claims)
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let documents: usize = arguments.iter().find_map(|a| a.parse().ok()).unwrap_or(200_000);
    let kept = arguments.iter().position(|a| a == "in").and_then(|at| arguments.get(at + 1)).map(PathBuf::from);
    let folder = tempfile::tempdir().expect("a folder");
    let path = kept.unwrap_or_else(|| folder.path().join("bench.db"));
    if !path.exists() {
        fill(&path, documents);
    }
    ask(&path, arguments.iter().any(|a| a == "all"));
}

/// Adds the articles, and says how fast.
fn fill(path: &Path, documents: usize) {
    let mut ledger = Ledger::open(path).expect("a ledger");
    let mut random = Random(0x2545_F491_4F6C_DD1D);
    let (mut adding, mut working, mut n) = (0.0, 0.0, 0);
    while n < documents {
        let batch: Vec<_> = (n..(n + 64).min(documents)).map(|n| document(n, &mut random)).collect();
        n += batch.len();
        let (begin, worked) = (Instant::now(), processor_seconds());
        let entries: Vec<Entry<'_>> = batch
            .iter()
            .map(|(document, claims)| Entry { document, claims, notes: &[], added_at: "2026-11-22T12:00:00Z" })
            .collect();
        ledger.add_all(&entries).expect("stored");
        adding += begin.elapsed().as_secs_f64();
        working += processor_seconds() - worked;
    }
    drop(ledger);
    let claims = documents * CLAIMS;
    let size = std::fs::metadata(path).map_or(0, |m| m.len());
    println!("ledger  {claims} claims of {documents} articles, {:.2} GB", size as f64 / 1e9);
    println!("        {:.0} claims/s added; {:.0} by processor time", claims as f64 / adding, claims as f64 / working);
    println!("        {} MB at most while adding", resident());
}

/// Asks the questions, and says how long the answers take.
fn ask(path: &Path, all: bool) {
    let ledger = Ledger::open_reader(path).expect("a ledger");
    let firms: Vec<Firm> = (0..FIRMS).map(|n| Firm { name: firm(n), ..Firm::default() }).collect();
    let world = World::new(&firms, &[], []);
    let today = 20_700;
    let answers = Answers { ledger: &ledger, world: &world, today, as_of: None };
    if std::env::args().any(|argument| argument == "parts") {
        return parts(answers);
    }
    // The most, a middling and a seldom named one.
    for at in [0, FIRMS / 10, FIRMS * 3 / 4] {
        let filter = Filter { firm: vec![firm(at)], order: Order::Newest, limit: Some(50), ..Filter::default() };
        time(&format!("firm  {} (first 50)", firm(at)), || ledger.claims(&filter).expect("claims").len());
        time("      the same without private rumours", || shown(answers, &filter));
    }
    for kinds in [vec![Kind::Move], Vec::new()] {
        let filter = Filter { kinds, order: Order::Newest, limit: Some(50), ..Filter::default() };
        time(&format!("list  {} (first 50)", if filter.kinds.is_empty() { "all" } else { "moves" }), || {
            ledger.claims(&filter).expect("claims").len()
        });
        time("      the same without private rumours", || shown(answers, &filter));
    }
    for at in [0, 100, 10_000, 50_000] {
        let who = person(at);
        let filter = Filter { person: vec![who.clone()], limit: Some(1), ..Filter::default() };
        let Some(told) = ledger.claims(&filter).expect("claims").pop() else { continue };
        time(&format!("fact  of {who}, claim {}", told.id), || answers.fact(&told.id).expect("facts").0.len());
        time(&format!("facts of {who}"), || answers.of_person(&who).expect("facts").len());
    }
    for at in [FIRMS / 10, FIRMS * 3 / 4] {
        time(&format!("facts of counts of {}", firm(at)), || {
            let scope = Scope::Firms { names: vec![firm(at)], kinds: vec![Kind::Count] };
            let record = ledger.record(&scope, &world, None).expect("a record");
            snapshot(&record, &world, today).facts.len()
        });
    }
    time("newest 50 facts", || answers.newest(50, &|fact| !fact.private).expect("facts").len());
    for at in [0, FIRMS / 10, FIRMS * 3 / 4] {
        let name = firm(at);
        let sought = Sought { firm: Some(&name), ..Sought::default() };
        let key = world.firm(&name);
        let of_firm = |fact: &Fact| !fact.private && firms_of(fact).any(|name| world.firm(name).kin(&key));
        time(&format!("newest 50 facts of {name}"), || answers.newest_of(50, sought, &of_firm).expect("facts").len());
    }
    let counts = Sought { kinds: &[Kind::Count], ..Sought::default() };
    time("newest 50 counts", || answers.newest_of(50, counts, &|_| true).expect("facts").len());
    time("counts of everything", || ledger.stats().expect("counts").claims as usize);
    println!("        {} MB at most so far", resident());
    if all {
        time("facts of everybody", || {
            let record = ledger.record(&Scope::All, &world, None).expect("a record");
            snapshot(&record, &world, today).facts.len()
        });
        println!("        {} MB at most", resident());
    }
}

/// Every fact, part by part, as a server counts them.
fn parts(answers: Answers<'_>) {
    time("facts of everything, part by part", || {
        let mut facts = 0;
        let mut take = |part: mercato_ledger::Part| {
            facts += part.facts.len();
            std::ops::ControlFlow::Continue(())
        };
        answers.each_part(20_000, &mut take).expect("facts");
        facts
    });
    println!("        {} MB at most", resident());
}

fn shown(answers: Answers<'_>, filter: &Filter) -> usize {
    Discreet::new(answers).and_then(|mut discreet| discreet.claims(filter)).expect("claims").len()
}

/// The first answer, and the median of five.
fn time(what: &str, act: impl Fn() -> usize) {
    // `only WORDS` asks the questions that hold them.
    let mut arguments = std::env::args().skip_while(|a| a != "only").skip(1);
    if arguments.next().is_some_and(|only| !what.contains(&only)) {
        return;
    }
    let rounds = if ["everybody", "everything"].iter().any(|long| what.contains(long)) { 1 } else { 5 };
    let mut found = 0;
    let mut taken: Vec<f64> = (0..rounds)
        .map(|_| {
            let begin = Instant::now();
            found = act();
            begin.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    let first = taken[0];
    taken.sort_by(f64::total_cmp);
    println!("        {:8.1} ms (first {first:.1})  {what}: {found}", taken[taken.len() / 2]);
}

/// Seconds of processor time that the process has used; 0 where the system does not say.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    stat.split(' ').next().and_then(|ns| ns.parse::<f64>().ok()).unwrap_or(0.0) / 1e9
}

/// The most memory that the process has had, in MB; 0 where the system does not say.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with("VmHWM:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kb| kb.parse::<u64>().ok()).unwrap_or(0) / 1024
}
