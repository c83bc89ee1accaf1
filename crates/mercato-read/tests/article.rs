//! What one sentence alone does not tell: who holds an office, whom a line credits, which plan was overtaken, where the
//! subject of an infinitive stands.

use mercato_model::{Claim, Document, Lang, PartialDate, Slot};
use mercato_pack::Knowledge;

/// A claim in short: kind, person, from, to, status, sources.
fn short(claim: &Claim) -> String {
    let slot = |slot: Slot| claim.slots.get(&slot).map(|v| v.texts().join("+")).unwrap_or_default();
    let org = if claim.slots.contains_key(&Slot::Org) { slot(Slot::Org) } else { slot(Slot::From) };
    format!(
        "{} {}: {org} > {} [{}] {}",
        claim.kind.as_str(),
        slot(Slot::Person),
        slot(Slot::To),
        claim.status.as_str(),
        claim.source.join("/")
    )
}

/// Language, article, claims that it must give, and (behind `!`) must not give.
const CASES: &[(&str, &str, &[&str])] = &[
    // The article itself puts a person into the office; a speaker may then be called by it.
    (
        "it",
        "Ada Neri, amministratore delegato di Corvanta, è prudente. Il numero uno di Corvanta ha detto che Wei Tan lascia Helvion per Nubira.",
        &["move Wei Tan: Helvion > Nubira [asserted] Ada Neri"],
    ),
    (
        "en",
        "Ada Neri, chief executive of Corvanta, is careful. The Corvanta boss said that Wei Tan is leaving Helvion for Nubira.",
        &["move Wei Tan: Helvion > Nubira [asserted] Ada Neri"],
    ),
    // A heading in capitals: its verbs and common nouns are no names.
    (
        "en",
        "Nubira Poaches Top Helvion Engineer Wei Tan As Exodus Continues\n\nNubira said so on Monday. Helvion has lost an engineer.",
        &["move Wei Tan: Helvion > Nubira [asserted] ", "!tenure Nubira Poaches: Helvion >  [asserted] "],
    ),
    (
        "en",
        "Helvion Chief Scientist Ada Neri Is Leaving Company For Rival Nubira\n\nAda Neri wrote it to the staff of Helvion. Nubira did not say when she starts.",
        &["move Ada Neri: Helvion > Nubira [asserted] "],
    ),
    // What looks like a preposition opens a clause.
    (
        "en",
        "Helvion has had no chief executive since Ada Neri was ousted in April.",
        &["move Ada Neri: Helvion >  [asserted] "],
    ),
    ("en", "Ada Neri starts at Nubira Thursday.", &["move Ada Neri:  > Nubira [asserted] "]),
    // Two people in one office: the description stands for neither.
    (
        "en",
        "Ada Neri, chief executive of Corvanta, leaves. Wei Tan, chief executive of Corvanta, stays. The Corvanta boss said that Omar Haddad is leaving Helvion for Nubira.",
        &[
            "!move Omar Haddad: Helvion > Nubira [asserted] Ada Neri",
            "!move Omar Haddad: Helvion > Nubira [asserted] Wei Tan",
        ],
    ),
    // A line of its own credits the article.
    ("it", "Wei Tan lascia Helvion.\n\nFonte: Bloomberg", &["move Wei Tan: Helvion >  [asserted] Bloomberg"]),
    ("en", "Wei Tan is leaving Helvion.\n\nSource: Ada Neri", &["move Wei Tan: Helvion >  [asserted] "]),
    // Who does what an infinitive says: whoever the relative clause speaks of.
    (
        "en",
        "Ada Neri praised Jonas Brandt, who decided to leave Helvion.",
        &["move Jonas Brandt: Helvion >  [planned] ", "!move Ada Neri: Helvion >  [planned] "],
    ),
    (
        "fr",
        "Ada Neri a salué Jonas Brandt, qui est parti rejoindre Helvion.",
        &["move Jonas Brandt:  > Helvion [asserted] ", "!move Ada Neri:  > Helvion [asserted] "],
    ),
    // The verb that opens a sentence without a subject speaks of the person before, and of nobody else.
    (
        "it",
        "Ada Neri e Wei Tan hanno lasciato Corvanta. Tan ha scelto di avviare la sua startup.",
        &["move Wei Tan: Corvanta >  [planned] ", "move Ada Neri+Wei Tan: Corvanta >  [asserted] "],
    ),
    // What was going to happen and came otherwise.
    (
        "fr",
        "Wei Tan quitte Corvanta pour Helvion. Tan allait partir pour Nubira.",
        &["move Wei Tan: Corvanta > Helvion [asserted] ", "move Wei Tan: Corvanta > Nubira [counterfactual] "],
    ),
    // A firm whose name closes a longer phrase, with its owner or without.
    (
        "it",
        "Ada Neri lascia Corvanta per l'azienda di intelligenza artificiale di Elon Musk, xAI.",
        &["move Ada Neri: Corvanta > xAI [asserted] "],
    ),
    // A full stop that a translation left inside a name ends no sentence.
    (
        "fr",
        "Ada Neri, cofondatrice de la plateforme de données sur les salaires Levels. Pour info, se tait.",
        &["tenure Ada Neri: Levels.fyi >  [asserted] "],
    ),
];

#[test]
fn an_article_tells_more_than_its_sentences() {
    let knowledge = Knowledge::embedded();
    for (lang, text, expected) in CASES {
        let document = Document {
            id: "article".to_owned(),
            text: (*text).to_owned(),
            lang: Lang::parse(lang),
            published: PartialDate::day(2025, 7, 16),
            ..Document::default()
        };
        let claims: Vec<String> = mercato_read::read(&document, &knowledge).claims.iter().map(short).collect();
        for claim in *expected {
            let (wanted, claim) = match claim.strip_prefix('!') {
                Some(claim) => (false, claim),
                None => (true, *claim),
            };
            assert_eq!(claims.iter().any(|c| c == claim), wanted, "{lang} {text}: {claim} among {claims:#?}");
        }
    }
}
