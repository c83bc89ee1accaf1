//! Offsets: whatever the text, tokens make it up, and every quote is the slice of its span.

use std::sync::OnceLock;

use mercato_model::{Document, Lang, PartialDate, Span};
use mercato_pack::Knowledge;
use mercato_pack::token::tokenize;
use proptest::prelude::*;

fn knowledge() -> &'static Knowledge {
    static KNOWLEDGE: OnceLock<Knowledge> = OnceLock::new();
    KNOWLEDGE.get_or_init(Knowledge::embedded)
}

fn document(text: String, lang: Option<&str>) -> Document {
    Document {
        id: "any".to_owned(),
        text,
        lang: lang.and_then(Lang::parse),
        published: PartialDate::day(2025, 7, 16),
        ..Document::default()
    }
}

/// Pieces that the reader looks at closely, between pieces of any kind.
fn text() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "Ada Neri",
        "Helvion",
        " ha lasciato ",
        " a quitté ",
        " left ",
        "l’",
        "dell'",
        " 10 dei 68 ricercatori ",
        "$14.3bn",
        " 925 000 € ",
        "«",
        "»",
        "“",
        ".",
        ", ",
        ": ",
        "\n",
        "\n\n",
        " – ",
        "'s ",
        " GPT-4o ",
        "S.p.A.",
        " luglio 2025",
        "\u{00A0}",
        "\u{0301}",
        "\u{202E}",
        "ditKnight",
        "MuscxAI",
        "OpenAI",
        " Meta ",
        " avrebbe offerto ",
        " selon ",
        " according to ",
        "100%",
        " n't ",
        "-t-il",
    ]);
    prop::collection::vec(
        prop_oneof![3 => known.prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from), 1 => ".{0,6}"],
        0..40,
    )
    .prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn tokens_make_up_the_text(text in text(), lang in prop::sample::select(vec!["it", "fr", "en"])) {
        let pack = knowledge().pack(Lang::parse(lang).unwrap()).unwrap();
        let tokens = tokenize(&text, Span::new(0, text.len()), &pack.orthography);
        let mut at = 0;
        for token in &tokens {
            prop_assert!(token.span.start >= at && token.span.end > token.span.start, "{:?} after {at}", token.span);
            prop_assert!(text.is_char_boundary(token.span.start) && text.is_char_boundary(token.span.end));
            // Between tokens stands nothing but white space and marks without a letter.
            prop_assert!(!text[at..token.span.start].chars().any(char::is_alphanumeric), "{:?}", &text[at..token.span.start]);
            at = token.span.end;
        }
        prop_assert!(!text[at..].chars().any(char::is_alphanumeric));
    }

    #[test]
    fn quotes_are_slices_and_reading_is_pure(text in text(), lang in prop::sample::select(vec![None, Some("it"), Some("fr"), Some("en")])) {
        let document = document(text, lang);
        let reading = mercato_read::read(&document, knowledge());
        for claim in &reading.claims {
            prop_assert!(claim.score > 0.0 && claim.score < 1.0);
            for quote in claim.evidence.quotes() {
                prop_assert_eq!(quote.span.slice(&document.text), Some(quote.quote.as_str()));
            }
        }
        for note in &reading.notes {
            prop_assert!(note.span.is_none_or(|s| s.slice(&document.text).is_some()));
        }
        prop_assert_eq!(mercato_read::read(&document, knowledge()), reading);
    }
}

#[test]
fn other_languages_give_a_note_and_no_claim() {
    let text = "Het bedrijf heeft gisteren bekendgemaakt dat de directeur vertrekt en dat er nog geen opvolger is gevonden voor deze functie.";
    let reading = mercato_read::read(&document(text.to_owned(), None), knowledge());
    assert!(reading.claims.is_empty());
    assert_eq!(reading.notes[0].code, "language-unsupported");
}
