//! Sums of money against the currency cases of Recognizers-Text, where a copy of them lies. See `benches/README.md`.
//!
//! `money FOLDER [LANG]`: the folder that holds `NumberWithUnit/`. Prints the share of cases read right per language;
//! with a language, also the cases that are not. Nothing of the cases is kept in the tree.

use std::collections::HashMap;
use std::path::Path;

use mercato_model::{Amount, Document, Lang};
use mercato_pack::Knowledge;
use mercato_read::survey::{Quantity, survey};
use serde_json::Value;

const LANGUAGES: &[(&str, &str)] = &[("it", "Italian"), ("fr", "French"), ("en", "English")];

/// The currency of a unit of the cases (`-` where the unit leaves it open) and how many of it one unit is.
type Units = HashMap<String, (Option<String>, f64)>;

/// What a case wants at one place.
struct Wanted {
    value: f64,
    currency: Option<String>,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    let Some(folder) = arguments.first() else {
        println!("money   needs the folder with the cases: cargo bench -p mercato-read --bench money -- FOLDER [LANG]");
        return;
    };
    let shown = arguments.get(1).map(String::as_str);
    let units = units();
    let knowledge = Knowledge::embedded();
    for &(code, name) in LANGUAGES {
        let file = Path::new(folder).join(format!("NumberWithUnit/{name}/CurrencyModel.json"));
        let text = match std::fs::read_to_string(&file) {
            Ok(text) => text,
            Err(e) => {
                println!("money   {code}: {}: {e}", file.display());
                continue;
            }
        };
        let cases: Vec<Value> = serde_json::from_str(text.trim_start_matches('\u{FEFF}')).expect("a list of cases");
        let mut right = 0;
        for (number, case) in cases.iter().enumerate() {
            let input = case["Input"].as_str().expect("an input");
            let wanted = wanted(case, &units);
            let found = sums(&knowledge, code, input);
            if wanted.len() == found.len() && wanted.iter().zip(&found).all(|(w, f)| agrees(w, f)) {
                right += 1;
            } else if shown == Some(code) {
                println!("{code} {number}: {input}");
                for w in &wanted {
                    println!("      wanted {} {}", w.value, w.currency.as_deref().unwrap_or("of no one currency"));
                }
                for f in &found {
                    println!("      found  {f:?}");
                }
            }
        }
        println!("money   {code}: {right} of {} cases, {:.3}", cases.len(), right as f64 / cases.len() as f64);
    }
}

/// Currencies of the units, from the table beside this file.
fn units() -> Units {
    include_str!("money-units.tsv")
        .lines()
        .skip(1)
        .map(|line| {
            let mut cells = line.split('\t');
            let mut cell = || cells.next().expect("three cells");
            let (unit, currency, factor) = (cell(), cell(), cell());
            (unit.to_owned(), ((currency != "-").then(|| currency.to_owned()), factor.parse().expect("a factor")))
        })
        .collect()
}

/// The sums a case wants. A currency named without a number is no sum.
fn wanted(case: &Value, units: &Units) -> Vec<Wanted> {
    let results = case["Results"].as_array().map_or(&[][..], Vec::as_slice);
    let sum = |result: &Value| {
        let resolution = &result["Resolution"];
        let value: f64 = resolution["value"].as_str()?.replace(',', ".").parse().expect("a number");
        let unit = resolution["unit"].as_str().expect("a unit");
        let (currency, factor) = units.get(unit).unwrap_or_else(|| panic!("no currency for `{unit}`"));
        Some(Wanted { value: value * factor, currency: currency.clone() })
    };
    results.iter().filter_map(sum).collect()
}

/// The sums that the reader sees in a text.
fn sums(knowledge: &Knowledge, lang: &str, text: &str) -> Vec<Amount> {
    let document = Document { text: text.to_owned(), lang: Lang::parse(lang), ..Document::default() };
    let Ok(survey) = survey(&document, knowledge) else { return Vec::new() };
    let money = survey.values.into_iter().filter_map(|v| match v.quantity {
        Quantity::Money(amount) => Some(amount),
        _ => None,
    });
    money.collect()
}

/// The bounds hold the number wanted (the cases know no bounds) and the currency is the same, where the case says which.
fn agrees(wanted: &Wanted, found: &Amount) -> bool {
    let same = |v: f64| (v - wanted.value).abs() <= 1e-6 * wanted.value.abs().max(1.0);
    let bounds = found.bounds.min.into_iter().chain(found.bounds.max).collect::<Vec<_>>();
    !bounds.is_empty()
        && bounds.into_iter().all(same)
        && (wanted.currency.is_none() || wanted.currency == found.currency)
}
