//! Invented documents and claims: the same number gives the same entry, in every process.

use mercato_model::{Claim, Document, Evidence, Kind, Lang, Note, PartialDate, Slot, Slots, Span, Status, Value};

/// A document with claims and notes, a few of each.
pub fn entry(number: usize) -> (Document, Vec<Claim>, Vec<Note>) {
    let sentences: Vec<String> = (0..=number % 13).map(|i| format!("P{i} Già lascia F{number} per G{i}. ")).collect();
    let document = Document {
        id: format!("d{number}"),
        // Long enough for a document to fill several pages of the file.
        text: format!("{}{}", sentences.concat(), "Nient’altro da dire. ".repeat(number * 7 % 500)),
        lang: Lang::parse("it"),
        published: PartialDate::day(2025, 1 + (number % 12) as u8, 1 + (number % 28) as u8),
        ..Document::default()
    };
    let mut start = 0;
    let claims = sentences
        .iter()
        .enumerate()
        .map(|(i, sentence)| {
            let span = Span::new(start, start + sentence.trim_end().len());
            start += sentence.len();
            movement(&document, span, &format!("P{i} Già"), &format!("F{number}"), &format!("G{i}"))
        })
        .collect();
    let notes = (0..number % 3)
        .map(|i| Note { code: "n".into(), span: Some(Span::new(0, i)), rule: None, detail: format!("{number}") })
        .collect();
    (document, claims, notes)
}

/// A move of one person.
pub fn movement(document: &Document, span: Span, person: &str, from: &str, to: &str) -> Claim {
    Claim {
        doc: document.id.clone(),
        lang: document.lang.unwrap_or_else(|| Lang::parse("it").unwrap()),
        kind: Kind::Move,
        slots: Slots::from([
            (Slot::Person, Value::List(vec![person.into()])),
            (Slot::From, Value::Text(from.into())),
            (Slot::To, Value::Text(to.into())),
        ]),
        status: Status::Asserted,
        source: Vec::new(),
        date: None,
        evidence: Evidence::cut(&document.text, &[span]).expect("a span of the text"),
        rule: "it.move.lasciare".into(),
        as_written: Default::default(),
        score: 0.9,
    }
}
