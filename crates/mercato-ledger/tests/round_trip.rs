//! Whatever a reader can give comes back as it was.

mod invented;

use mercato_ledger::{Filter, Ledger, Store, same_person};
use mercato_model::schema::SlotType;
use mercato_model::{
    Amount, Bounds, Claim, ClaimDate, DateBasis, Document, Evidence, Kind, Lang, Note, PartialDate, Slot, Span, Status,
    Value,
};
use proptest::prelude::*;

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![any::<f64>().prop_filter("finite", |n| n.is_finite()), (0..1_000_000i32).prop_map(f64::from)]
}

fn bounds() -> impl Strategy<Value = Bounds> {
    (prop::option::of(number()), prop::option::of(number()), any::<bool>()).prop_map(|(min, max, approx)| Bounds {
        min,
        max,
        approx,
    })
}

fn value(holds: SlotType) -> BoxedStrategy<Value> {
    let code = |codes: &'static [&'static str]| prop::sample::select(codes).prop_map(str::to_owned);
    match holds {
        SlotType::Name | SlotType::Text => any::<String>().prop_map(Value::Text).boxed(),
        SlotType::People => prop::collection::vec(any::<String>(), 0..3).prop_map(Value::List).boxed(),
        SlotType::Code(codes) => code(codes).prop_map(Value::Text).boxed(),
        SlotType::Codes(codes) => prop::collection::vec(code(codes), 1..3).prop_map(Value::List).boxed(),
        SlotType::Amount => (bounds(), prop::option::of("[A-Z]{3}"), prop::option::of("year|4 years"))
            .prop_map(|(bounds, currency, period)| Value::Amount(Amount { bounds, currency, period, stat: None }))
            .boxed(),
        SlotType::Bounds => bounds().prop_map(Value::Bounds).boxed(),
        SlotType::Number | SlotType::Year => number().prop_map(Value::Number).boxed(),
        SlotType::Flag => any::<bool>().prop_map(Value::Flag).boxed(),
    }
}

fn date() -> impl Strategy<Value = PartialDate> {
    (1900..2100i32, prop::option::of(1..=12u8), prop::option::of(1..=28u8)).prop_map(|(year, month, day)| PartialDate {
        year,
        month,
        day: month.and(day),
    })
}

/// What does not hang on the document: kind, slots, status, source, date, score, and where in the text it stands.
type Loose = (
    Kind,
    Vec<(Slot, Value)>,
    Status,
    Vec<String>,
    Option<PartialDate>,
    f64,
    (prop::sample::Index, prop::sample::Index),
);

fn claim() -> impl Strategy<Value = Loose> {
    let slots = |kind: Kind| {
        let slots: Vec<_> = kind
            .slots()
            .iter()
            .map(|&(slot, holds)| prop::option::of(value(holds).prop_map(move |v| (slot, v))))
            .collect();
        (Just(kind), slots.prop_map(|slots| slots.into_iter().flatten().collect()))
    };
    (
        prop::sample::select(Kind::ALL).prop_flat_map(slots),
        prop::sample::select(Status::ALL),
        prop::collection::vec(any::<String>(), 0..3),
        prop::option::of(date()),
        0.0..=1.0f64,
        any::<(prop::sample::Index, prop::sample::Index)>(),
    )
        .prop_map(|((kind, slots), status, source, date, score, place)| {
            (kind, slots, status, source, date, score, place)
        })
}

fn span(text: &str, (one, other): (prop::sample::Index, prop::sample::Index)) -> Span {
    let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let (one, other) = (one.index(ends.len() - 1), other.index(ends.len() - 1));
    Span::new(ends[one.min(other)], ends[one.max(other) + 1])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn entries_come_back(
        id in any::<String>(),
        text in "\\PC{1,40}|.{1,40}",
        meta in any::<(Option<String>, Option<String>, Option<String>)>(),
        published in prop::option::of(date()),
        loose in prop::collection::vec(claim(), 0..6),
    ) {
        let (title, outlet, url) = meta;
        let document = Document { id, text, lang: None, title, published, outlet, url };
        let claims: Vec<Claim> = loose
            .into_iter()
            .map(|(kind, slots, status, source, date, score, place)| Claim {
                doc: document.id.clone(),
                lang: Lang::parse("fr").unwrap(),
                kind,
                slots: slots.into_iter().collect(),
                status,
                source,
                date: date.map(|value| ClaimDate { value, basis: DateBasis::Relative }),
                evidence: Evidence::cut(&document.text, &[span(&document.text, place)]).unwrap(),
                rule: "r".into(),
                as_written: Default::default(),
                score,
            })
            .collect();
        let note = Note { code: "c".into(), span: None, rule: None, detail: document.text.clone() };
        let folder = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::open(folder.path().join("m.db")).unwrap();
        ledger.add(&document, &claims, std::slice::from_ref(&note), "now").unwrap();
        let stored = ledger.document(&document.id, None).unwrap().unwrap();
        prop_assert_eq!(stored.document, document);
        prop_assert_eq!(stored.notes, vec![note]);
        let found = ledger.claims(&Filter::default()).unwrap();
        for one in &found {
            prop_assert_eq!(&ledger.claim(&one.id).unwrap(), one);
        }
        prop_assert_eq!(found.into_iter().map(|c| c.claim).collect::<Vec<_>>(), claims);
    }

    #[test]
    fn a_name_is_its_own_whatever_the_case(name in "[\\p{L}]{1,6}( [\\p{L}]{1,6}){0,2}") {
        prop_assert!(same_person(&name, &name));
        prop_assert!(same_person(&name, &name.to_lowercase()), "{}", name);
    }
}

#[test]
fn invented_entries_are_sound() {
    let (document, claims, notes) = invented::entry(14);
    assert_eq!((document.id.as_str(), claims.len(), notes.len()), ("d14", 2, 2));
}
