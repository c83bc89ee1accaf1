//! Sums of money as the three languages write them.

use mercato_model::{Document, Lang};
use mercato_pack::Knowledge;
use mercato_read::survey::{Quantity, survey};

/// Least, most, currency (`-` where the words leave it open).
type Sum<'a> = (f64, f64, &'a str);

/// Each text with the sums in it.
const CASES: &[(&str, &str, &[Sum])] = &[
    // An article or a preposition before a sign is no part of it.
    ("en", "Corvanta made a $300 million bid.", &[(3e8, 3e8, "USD")]),
    ("en", "Corvanta made an A$300 million bid.", &[(3e8, 3e8, "AUD")]),
    ("it", "I ricavi salgono a $ 12 milioni.", &[(1.2e7, 1.2e7, "USD")]),
    // A share and a sum make no range; two sums do.
    ("en", "Sales rose 15 % to $42 million.", &[(4.2e7, 4.2e7, "USD")]),
    ("fr", "Les ventes passent de 3 à 5 millions d'euros.", &[(3e6, 5e6, "EUR")]),
    // The code before, behind, glued, with the scale inside it.
    ("en", "Corvanta raised EUR50m and later USD 2.5bn.", &[(5e7, 5e7, "EUR"), (2.5e9, 2.5e9, "USD")]),
    ("en", "Corvanta lost 75 USD million.", &[(7.5e7, 7.5e7, "USD")]),
    ("fr", "Corvanta lève 12 M€.", &[(1.2e7, 1.2e7, "EUR")]),
    ("fr", "Un chèque de 16,4 millions de $ CA.", &[(1.64e7, 1.64e7, "CAD")]),
    // One word with hyphens.
    ("en", "She signed a five-million-dollar contract.", &[(5e6, 5e6, "USD")]),
    ("en", "She signed a $10-million-a-year contract.", &[(1e7, 1e7, "USD")]),
    // Hundredths, with the whole and without.
    ("it", "Il caffè costa 1 euro e 50 centesimi.", &[(1.5, 1.5, "EUR")]),
    ("it", "Il caffè costa 2 euro e 50.", &[(2.5, 2.5, "EUR")]),
    ("en", "Two dollars and 50 engineers.", &[(2.0, 2.0, "USD")]),
    ("fr", "Le cours perd 50 centimes.", &[(0.5, 0.5, "-")]),
    // A sign that touches the next number belongs to it.
    ("en", "Corvanta gave 20 $500 vouchers.", &[(500.0, 500.0, "USD")]),
];

#[test]
fn sums_are_read() {
    let knowledge = Knowledge::embedded();
    for (lang, text, wanted) in CASES {
        let document = Document { text: (*text).to_owned(), lang: Lang::parse(lang), ..Document::default() };
        let survey = survey(&document, &knowledge).expect("a language of the packs");
        let found: Vec<(f64, f64, String)> = survey
            .values
            .iter()
            .filter_map(|v| match &v.quantity {
                Quantity::Money(amount) => Some((
                    amount.bounds.min.expect("a least"),
                    amount.bounds.max.expect("a most"),
                    amount.currency.clone().unwrap_or("-".to_owned()),
                )),
                _ => None,
            })
            .collect();
        let wanted: Vec<(f64, f64, String)> = wanted.iter().map(|(a, b, c)| (*a, *b, (*c).to_owned())).collect();
        assert_eq!(found, wanted, "{text}");
    }
}
