//! How names are found and typed: the evidence of the words around them, of lists, of the rest of the document.

use mercato_model::{Document, Lang, PartialDate};
use mercato_pack::Knowledge;

/// Each text with names as the trace must tell them: type and name.
const CASES: &[(&str, &str, &[&str])] = &[
    // What the verb asks for.
    (
        "en",
        "Brackenridge Systems appoints Tunde Olawale-Brandt as chief engineer.",
        &["organisation Brackenridge Systems", "person Tunde Olawale-Brandt"],
    ),
    ("fr", "Corvanta nomme Ghislaine Okou-Terrasse directrice scientifique.", &["person Ghislaine Okou-Terrasse"]),
    ("it", "Corvanta ha nominato Ji-ho Seo-Lindgren direttrice scientifica.", &["person Ji-ho Seo-Lindgren"]),
    // An age, a relative pronoun, a title.
    ("en", "Sigrún Halldórsdóttir, 52, joins Corvanta from Helvion.", &["person Sigrún Halldórsdóttir"]),
    ("it", "La direttrice tecnica Ngaire Whitcombe passa a Helvion.", &["person Ngaire Whitcombe"]),
    // A forename beside a product's name; the last word of a firm beside a forename.
    ("it", "Gemma Tolomei lascia Corvanta.", &["person Gemma Tolomei"]),
    ("it", "Cartesio Robotica ha assunto Ada Neri.", &["organisation Cartesio Robotica"]),
    ("en", "Ada Neri has left Pine & Marsh for Helvion.", &["organisation Pine & Marsh"]),
    // Initials and nicknames.
    ("en", "John F. Keller and J. P. Marsh have left Corvanta.", &["person John F. Keller", "person J. P. Marsh"]),
    ("it", "Wei «Will» Zhang lascia Corvanta per Helvion.", &["person Wei «Will» Zhang"]),
    // Where people and firms are from.
    ("it", "La pisana Nubira ha assunto Ada Neri.", &["organisation Nubira"]),
    (
        "fr",
        "Kofi Diallo-Meyer, 34 ans, de Kaolack, quitte Corvanta.",
        &["person Kofi Diallo-Meyer", "!organisation Kaolack"],
    ),
    ("fr", "Ada Neri quitte l'université de Pécs pour Corvanta.", &["organisation université de Pécs"]),
    // The memory of the document: a word that is also a verb, a surname spelt in two ways.
    (
        "fr",
        "Ada Neri a quitté la jeune pousse Murmure. Elle y dirigeait la recherche. Murmure conteste.",
        &["organisation Murmure"],
    ),
    (
        "it",
        "Marek Holmberg lascia Corvanta. Holmbergh va a Helvion.",
        &["person Marek Holmberg", "!organisation Holmbergh", "!person Holmbergh"],
    ),
    // Damaged names of known people, in the company of a firm of theirs; and none without it.
    ("fr", "Sumith Tchintala quitte Méta.", &["person Soumith Chintala"]),
    ("it", "Tony Wou lascia l'orchestra di Corvanta.", &["!person Tony Wu"]),
    // Letters that mark questions and answers are no initials.
    ("it", "D. Perché Corvanta? \n R. Mi piaceva. \n D. E ora?", &["!person D. Perché"]),
];

#[test]
fn names_are_typed_by_what_surrounds_them() {
    let knowledge = Knowledge::embedded();
    for (lang, text, expected) in CASES {
        let document = Document {
            id: "names".to_owned(),
            text: (*text).to_owned(),
            lang: Lang::parse(lang),
            published: PartialDate::day(2025, 7, 16),
            ..Document::default()
        };
        let trace = mercato_read::trace(&document, &knowledge);
        let mentions: Vec<&str> =
            trace.steps.iter().filter(|s| s.stage == "mention").map(|s| s.detail.as_str()).collect();
        for name in *expected {
            let (wanted, name) = match name.strip_prefix('!') {
                Some(name) => (false, name),
                None => (true, *name),
            };
            let found = mentions.iter().any(|m| m.starts_with(&format!("{name} (")));
            assert_eq!(found, wanted, "{lang} {text}: {name} among {mentions:?}");
        }
    }
}
