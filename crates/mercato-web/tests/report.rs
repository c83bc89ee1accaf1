//! A report stands alone: nothing is loaded, every number leads to a footnote, every footnote to words.

mod shelf;

use shelf::{Shelf, report};

/// What stands behind `name="` on a page.
fn attributes<'a>(page: &'a str, name: &str) -> Vec<&'a str> {
    let mark = format!("{name}=\"");
    page.split(mark.as_str()).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn a_report_needs_nothing_else() {
    let shelf = Shelf::market();
    for ui in ["en", "it", "fr"] {
        let page = report(&shelf, None, None, ui, 100);
        assert!(page.contains(&format!("<html lang=\"{ui}\">")) && page.ends_with("</html>"));
        assert!(!page.contains("[["), "{ui}: a label is missing");
        assert!(attributes(&page, "src").is_empty() && attributes(&page, "action").is_empty());
        assert!(
            !page.contains("<script") && !page.contains("<link") && !page.contains("url(") && !page.contains("@import")
        );
        let links = attributes(&page, "href");
        assert!(links.len() > 5);
        for link in links {
            let place = link.strip_prefix('#').map(|place| page.contains(&format!("id=\"{place}\"")));
            assert!(place.unwrap_or(link.starts_with("https://example.org/")), "{link}");
        }
    }
}

#[test]
fn every_footnote_has_its_words() {
    let page = report(&Shelf::market(), None, None, "en", 100);
    let notes: Vec<&str> = page.split("<li id=\"f-").skip(1).collect();
    assert!(notes.len() >= 4, "{}", notes.len());
    for note in notes {
        assert!(note.split("</li>").next().unwrap().contains("<q "), "{note}");
    }
    assert!(page.contains("Ada Neri leaves Corvanta for Helvion") && page.contains("≤ $2m"));
    assert!(!page.contains("Bea Rossi"), "rumours about private people are not handed on");
}

#[test]
fn a_period_is_kept_to() {
    let shelf = Shelf::market();
    let count = |since, until| report(&shelf, since, until, "en", 100).matches("<li id=\"f-").count();
    let all = count(None, None);
    assert!(all > 0);
    assert_eq!(count(Some("2025-07"), Some("2025-07")), all);
    assert_eq!(count(Some("2025"), None), all);
    assert_eq!(count(Some("2025-08"), None), 0);
    assert_eq!(count(None, Some("2025-06")), 0);
    assert!(report(&shelf, None, Some("2025-06"), "it", 100).contains("Di questo periodo non si racconta nulla."));
    let one = report(&shelf, None, None, "en", 1);
    assert!(one.contains("more stand in the ledger"), "what is left out is counted");
}
