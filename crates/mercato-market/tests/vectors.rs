//! The views against figures computed elsewhere at full precision, and against what must hold for any events.

use mercato_market::balance::rate;
use mercato_market::coverage::chapman;
use mercato_market::event::People;
use mercato_market::interval::jeffreys;
use mercato_market::pay::{implied_median, median_interval};
use mercato_market::{Coverage, End, Event, Shape, Standing, TooFew, balances, by_year, coverage, flow, ladders};
use mercato_model::{Amount, Bounds, PartialDate};
use proptest::prelude::*;

const FIRMS: [&str; 4] = ["Aurora", "Borea", "Calix", "Dorado"];
/// Rows from, columns to.
const FLOW: [[usize; 4]; 4] = [[0, 2, 6, 8], [3, 0, 5, 11], [4, 2, 0, 5], [1, 1, 1, 0]];

fn event(id: usize, from: End, to: End) -> Event {
    Event {
        id: format!("e{id}"),
        people: vec![format!("Person {id}")],
        n: None,
        of: None,
        from,
        to,
        standing: Standing::Reported,
        probability: 0.8,
        days: None,
        dated: false,
        decision: format!("d{id}"),
        roots: 1,
    }
}

fn firm(name: &str) -> End {
    End::Firm(name.to_owned())
}

fn market() -> Vec<Event> {
    let mut events = Vec::new();
    for (a, row) in FLOW.iter().enumerate() {
        for (b, &n) in row.iter().enumerate() {
            for _ in 0..n {
                events.push(event(events.len(), firm(FIRMS[a]), firm(FIRMS[b])));
            }
        }
    }
    events
}

fn near(one: f64, other: f64, within: f64) {
    assert!((one - other).abs() <= within, "{one} is not {other}");
}

#[test]
fn t1_balance() {
    let rows = balances(&market(), Standing::Reported);
    for (name, joined, left, share, low, high) in [
        ("Aurora", 8, 16, -0.3333333333333333, -0.6560716673957905, 0.06453879198605783),
        ("Borea", 5, 19, -0.5833333333333334, -0.8314986669463609, -0.20407785664310774),
        ("Calix", 12, 11, 0.043478260869565216, -0.34952278907003964, 0.42627273440492086),
        ("Dorado", 24, 3, 0.7777777777777778, 0.46463670890602815, 0.9353856124303463),
    ] {
        let row = rows.iter().find(|b| b.firm == name).unwrap();
        assert_eq!((row.joined.decisions, row.left.decisions), (joined, left));
        let net = joined as f64 - left as f64;
        assert_eq!((row.net_min, row.net_max), (Some(net), Some(net)));
        let interval = row.rate95.unwrap();
        near(row.rate.unwrap(), share, 1e-12);
        near(interval.low, low, 1e-9);
        near(interval.high, high, 1e-9);
        assert_eq!(row.joined.events.len(), joined, "every number lists what stands behind it");
    }
    assert_eq!(rate(0.0, 0.0), None, "nothing is no balance");
}

#[test]
fn t3_share_of_a_group() {
    for (k, n, low, high) in
        [(7.0, 14.0, 0.2589269915498338, 0.7410730084501662), (10.0, 68.0, 0.07819539739055219, 0.24518355196711814)]
    {
        let interval = jeffreys(k, n);
        near(interval.low, low, 1e-9);
        near(interval.high, high, 1e-9);
    }
}

#[test]
fn t3_bounds_of_the_union() {
    let group = |id: usize, n: f64| Event {
        people: Vec::new(),
        n: Some(Bounds::exactly(n)),
        ..event(id, firm("Aurora"), firm("Borea"))
    };
    let two = [group(0, 7.0), group(1, 10.0)];
    let named: Vec<Event> = (2..5).map(|id| event(id, firm("Aurora"), firm("Borea"))).collect();
    let people = |events: &[Event]| flow(events, Standing::Reported).cells[0].people;
    assert_eq!(people(&two), People { min: 10.0, max: Some(17.0) });
    assert_eq!(people(&[&two[..], &named].concat()), People { min: 10.0, max: Some(20.0) });
    let open = Event { n: Some(Bounds::at_least(10.0)), ..group(9, 0.0) };
    assert_eq!(people(std::slice::from_ref(&open)), People { min: 10.0, max: None }, "at least ten stays open");
    let closed = Event { of: Some(68.0), ..open };
    assert_eq!(people(&[closed]), People { min: 10.0, max: Some(68.0) });
}

#[test]
fn t6_pay() {
    for (sigma, low, high) in
        [(0.5, 560_244.258428005, 1_527_235.6425406423), (0.3, 684_673.0, 1_249_684.0), (0.8, 414_685.0, 2_063_311.0)]
    {
        let interval = median_interval(925_000.0, 6.0, sigma);
        near(interval.low / low, 1.0, 2e-6);
        near(interval.high / high, 1.0, 2e-6);
    }
    for (q, median) in [(0.90, 1_053_767.0), (0.95, 878_728.0), (0.99, 624_986.0)] {
        near(implied_median(2e6, q, 0.5), median, 1.0);
    }
}

#[test]
fn t12_coverage() {
    let roots = [(40, 1), (14, 2), (6, 3), (3, 4), (1, 5)].into_iter().flat_map(|(n, k)| std::iter::repeat_n(k, n));
    let Coverage { seen, unseen, unseen_corrected, share, all95, .. } = coverage(roots).unwrap();
    assert_eq!(seen, 64);
    near(unseen, 57.142857142857146, 1e-9);
    near(unseen_corrected, 52.0, 1e-9);
    near(share, 0.5283, 5e-5);
    near(all95.low, 89.28, 1e-2);
    near(all95.high, 193.14, 2e-2);
    near(chapman(46, 38, 22), 78.69565217391305, 1e-9);
    assert_eq!(coverage([1, 1, 1, 2, 2]), Err(TooFew { has: 2, needs: 3 }), "too few repeats to bound anything");
}

#[test]
fn t25_bounds() {
    let joined = People { min: 4.0, max: Some(6.0) };
    let left = People { min: 10.0, max: Some(20.0) };
    assert_eq!(joined.minus(left), (Some(-16.0), Some(-4.0)));
    assert_eq!(joined.minus(People { max: None, ..left }), (None, Some(-4.0)));
}

#[test]
fn an_unknown_end_is_never_a_firm() {
    let events = [
        event(0, firm("Aurora"), End::Unknown),
        event(1, End::Unknown, firm("Borea")),
        event(2, firm("Aurora"), firm("Borea")),
    ];
    let flow = flow(&events, Standing::Rumour);
    assert_eq!(flow.cells.len(), 3);
    assert_eq!(flow.unknown_share("Aurora"), Some(0.5));
    let rows = balances(&events, Standing::Rumour);
    assert_eq!(rows.len(), 2);
    assert_eq!(rows.iter().map(|b| b.joined.unknown + b.left.unknown).collect::<Vec<_>>(), [1, 1]);
}

#[test]
fn within_one_firm_nothing_flows() {
    let events = [event(0, firm("Aurora"), firm("Aurora")), event(1, End::Unknown, End::New)];
    assert!(flow(&events, Standing::Rumour).cells.is_empty());
    assert!(balances(&events, Standing::Rumour).is_empty());
}

#[test]
fn a_team_is_one_decision_and_many_people() {
    let together: Vec<Event> =
        (0..5).map(|id| Event { decision: "d".to_owned(), ..event(id, firm("Aurora"), firm("Borea")) }).collect();
    let cell = &flow(&together, Standing::Reported).cells[0];
    assert_eq!((cell.people.min, cell.decisions, cell.events.len()), (5.0, 1, 5));
    let twice = [
        event(0, firm("Aurora"), firm("Borea")),
        Event { id: "again".to_owned(), ..event(0, firm("Aurora"), firm("Borea")) },
    ];
    assert_eq!(flow(&twice, Standing::Reported).cells[0].people, People { min: 1.0, max: Some(1.0) });
}

#[test]
fn years_share_what_spans_them() {
    let day = |text: &str| PartialDate::parse(text).unwrap().day_number().unwrap();
    let events = [
        Event { days: Some((day("2024-12-22"), day("2025-01-10"))), ..event(0, firm("Aurora"), firm("Borea")) },
        Event { days: Some((day("2022-05-01"), day("2022-05-31"))), ..event(1, firm("Borea"), firm("Aurora")) },
    ];
    let years = by_year(&events, "Aurora", Standing::Reported);
    assert_eq!(
        years.iter().map(|y| (y.year, y.joined, y.left)).collect::<Vec<_>>(),
        [(2022, 1.0, 0.0), (2023, 0.0, 0.0), (2024, 0.0, 0.5), (2025, 0.0, 0.5),]
    );
}

#[test]
fn rungs_keep_their_shape_and_their_ladder() {
    let amount = |min, max, stat: &str, period: &str| Amount {
        bounds: Bounds { min, max, approx: false },
        currency: Some("USD".to_owned()),
        period: (!period.is_empty()).then(|| period.to_owned()),
        stat: (!stat.is_empty()).then(|| stat.to_owned()),
    };
    let row = |id: &str, amount| mercato_market::PayRow {
        id: id.to_owned(),
        firm: "Aurora".to_owned(),
        whom: None,
        offered: true,
        component: None,
        amount,
        year: None,
        standing: Standing::Reported,
    };
    let rows = vec![
        row("a", amount(None, Some(2e6), "", "year")),
        row("b", amount(Some(5e6), Some(1e7), "", "year")),
        row("c", amount(Some(925e3), Some(925e3), "median", "year")),
        row("d", amount(Some(1e8), None, "", "")),
        row("e", amount(None, None, "", "year")),
    ];
    let ladders = ladders(rows, Standing::Rumour);
    let shapes: Vec<Vec<Shape>> = ladders.iter().map(|l| l.rungs.iter().map(|r| r.shape).collect()).collect();
    assert_eq!(shapes, [vec![Shape::Bracket, Shape::UpTo, Shape::Median], vec![Shape::AtLeast]]);
    assert_eq!(ladders[1].period, None, "a period that is not told is never a year");
}

proptest! {
    /// Whatever the events: bounds stay bounds, net lies between them, and raising the threshold never adds people.
    #[test]
    fn bounds_hold(seeds in proptest::collection::vec((0usize..5, 0usize..5, 0usize..4, 0u8..3, 1u32..40), 1..40)) {
        let end = |at: usize| FIRMS.get(at).map_or(End::Unknown, |name| firm(name));
        let events: Vec<Event> = seeds.iter().enumerate().map(|(id, &(from, to, standing, shape, n))| {
            let n = match shape {
                0 => None,
                1 => Some(Bounds::exactly(f64::from(n))),
                _ => Some(Bounds::at_least(f64::from(n))),
            };
            let people = if n.is_some() { Vec::new() } else { vec![format!("Person {}", id % 7)] };
            Event { people, n, standing: Standing::ALL[standing], ..event(id, end(from), end(to)) }
        }).collect();
        for least in Standing::ALL {
            for cell in flow(&events, least).cells {
                prop_assert!(cell.people.min >= 1.0);
                prop_assert!(cell.people.max.is_none_or(|max| max >= cell.people.min));
                prop_assert!(!cell.events.is_empty());
            }
            for row in balances(&events, least) {
                prop_assert!(row.net_min.zip(row.net_max).is_none_or(|(low, high)| low <= high));
                let Some((rate, interval)) = row.rate.zip(row.rate95) else { return Err(TestCaseError::fail("no rate")) };
                prop_assert!(interval.low <= rate && rate <= interval.high);
            }
        }
        let total = |least| flow(&events, least).cells.iter().map(|c| c.events.len()).sum::<usize>();
        prop_assert!(total(Standing::Rumour) >= total(Standing::Reported));
        prop_assert!(total(Standing::Corroborated) >= total(Standing::Confirmed));
    }
}
