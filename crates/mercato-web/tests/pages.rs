//! Every page, in every language: there, whole, without a missing word, and from number to words in two clicks.

mod shelf;

use std::collections::BTreeSet;

use mercato_model::{Kind, PartialDate, Slot, Value};
use mercato_web::{Method, Request};
use shelf::{Shelf, header, piece, says, text};

const PAGES: &[&str] = &[
    "/",
    "/facts",
    "/articles",
    "/article/one",
    "/article/two%2Fseconda",
    "/firms",
    "/firm/Helvion",
    "/people",
    "/person/Ada%20Neri",
    "/pay",
    "/reasons",
    "/disputes",
    "/sources",
    "/search",
    "/search?q=Helvion",
    "/method",
    "/review",
    "/log",
    "/sign-in",
];

fn in_language(target: &str, ui: &str) -> Request {
    Request { cookie: format!("ui={ui}"), ..Request::get(target) }
}

/// The addresses of this site to which a page leads.
fn links(page: &str) -> BTreeSet<String> {
    let found = page.split("href=\"").skip(1).filter_map(|rest| rest.split_once('"'));
    found.map(|(address, _)| address.replace("&amp;", "&")).filter(|a| a.starts_with('/')).collect()
}

#[test]
fn every_page_is_whole_in_every_language() {
    let shelf = Shelf::market();
    for page in PAGES {
        for ui in ["en", "it", "fr"] {
            let (status, body) = shelf.ask(&in_language(page, ui));
            assert_eq!(status, 200, "{page}");
            assert!(body.contains(&format!("<html lang=\"{ui}\">")), "{page} in {ui}");
            assert!(
                !body.contains("[["),
                "{page} in {ui}: a label is missing: {}",
                &body[body.find("[[").unwrap_or(0)..][..40]
            );
            assert_eq!(body.matches("<h1").count(), 1, "{page}: one heading");
            assert!(body.ends_with("</html>"), "{page}");
        }
    }
}

#[test]
fn every_link_leads_somewhere() {
    let shelf = Shelf::market();
    let mut open: Vec<String> = vec!["/".to_owned()];
    let mut seen = BTreeSet::new();
    while let Some(address) = open.pop() {
        let target = address.split('#').next().unwrap_or_default().to_owned();
        if target.starts_with("/language/") || seen.len() > 600 || !seen.insert(target.clone()) {
            continue;
        }
        let answer = shelf.answer(&target);
        let body = String::from_utf8_lossy(&answer.body).into_owned();
        assert_eq!(answer.status, 200, "{target}");
        if answer.headers.iter().any(|(_, value)| value.starts_with("text/html")) {
            open.extend(links(&body));
        }
    }
    assert!(seen.len() > 40, "{}", seen.len());
}

/// The name of an element, and where it begins and ends.
type Element = (String, usize, usize);

/// The elements of a page, and where its text is.
fn elements(page: &str) -> (Vec<Element>, Vec<(usize, String)>) {
    const EMPTY: [&str; 5] = ["!doctype", "meta", "link", "input", "br"];
    let (mut open, mut done, mut texts) = (Vec::<(String, usize)>::new(), Vec::new(), Vec::new());
    let mut at = 0;
    while let Some(start) = page[at..].find('<').map(|n| at + n) {
        texts.push((at, page[at..start].to_owned()));
        let end = start + page[start..].find('>').unwrap() + 1;
        let tag = &page[start + 1..end - 1];
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap().to_lowercase();
        if tag.starts_with('/') {
            let (opened, begin) = open.pop().expect("a tag to close");
            assert_eq!(opened, name, "tags are nested: {}", &page[start.saturating_sub(80)..end]);
            done.push((name, begin, end));
        } else if !EMPTY.contains(&name.as_str()) {
            open.push((name, start));
        }
        at = end;
    }
    (done, texts)
}

/// Where the words of an article stand.
fn has_words(page: &str) -> bool {
    page.contains("<blockquote") || page.contains("<div class=\"text\"")
}

#[test]
fn from_a_number_to_the_words_in_two_clicks() {
    let shelf = Shelf::market();
    let (_, front) = shelf.get("/?level=rumour");
    let (elements, texts) = elements(&front);
    let main = elements.iter().find(|(name, ..)| name == "main").expect("what the page is about");
    let coverage = elements.iter().find(|(name, begin, _)| name == "p" && *begin > main.2).expect("the coverage line");
    let inside = |(_, begin, end): &Element, at: usize| *begin <= at && at < *end;
    let mut numbers = 0;
    for (at, text) in texts.iter().filter(|(_, text)| text.contains(|c: char| c.is_ascii_digit())) {
        let around = |name: &str| elements.iter().any(|e| e.0 == name && inside(e, *at));
        // Days are said of numbers; the slider has a day of its own.
        if !(inside(main, *at) || inside(coverage, *at)) || around("time") || around("output") {
            continue;
        }
        numbers += 1;
        // The link that it is, or the one beside it in its line.
        let line = ["a", "li", "p"].iter().find_map(|name| {
            let found = elements.iter().filter(|e| e.0 == *name && inside(e, *at));
            found.min_by_key(|(_, begin, end)| end - begin)
        });
        let rung = || elements.iter().filter(|e| e.0 == "div" && inside(e, *at)).min_by_key(|(_, b, e)| e - b);
        let (_, begin, end) = line.or_else(rung).expect("a line around it");
        // A scale is no number of the ledger.
        if front[*begin..*end].starts_with("<div class=\"rung scale\"") {
            continue;
        }
        let first: Vec<String> = links(&front[*begin..*end]).into_iter().collect();
        let reaches = first.iter().any(|target| {
            let (status, page) = shelf.get(target.split('#').next().unwrap());
            let (_, page) = page.split_once("<main").unwrap_or(("", &page));
            let (page, _) = page.split_once("<footer").unwrap_or((page, ""));
            assert_eq!(status, 200, "{target}");
            has_words(page)
                || links(page).iter().any(|next| {
                    (next.starts_with("/fact/") || next.starts_with("/article/") || next.starts_with("/person/"))
                        && has_words(&shelf.get(next.split('#').next().unwrap()).1)
                })
        });
        assert!(reaches, "{text}: {first:?}");
    }
    assert!(numbers > 15, "{numbers}");
    // Every fact leads to its words, and from there to their place.
    for fact in links(&front).into_iter().filter(|a| a.starts_with("/fact/")) {
        let (_, dossier) = shelf.get(&fact);
        assert!(dossier.contains("<blockquote"), "{fact}");
        let place = links(&dossier).into_iter().find(|a| a.contains("#c-")).expect("a place in an article");
        let (article, anchor) = place.split_once('#').unwrap();
        assert!(shelf.get(article).1.contains(&format!("id=\"{anchor}\"")), "{place}");
    }
    let (_, firm) = shelf.get("/firm/Corvanta?level=rumour");
    assert!(firm.contains("id=\"counted\""), "the number of the board leads here");
    assert!(firm.contains("≥ 10") || firm.contains("10 – 68"), "a bound stays one");
}

#[test]
fn bounds_and_silence_are_kept() {
    let shelf = Shelf::market();
    let (_, pay) = shelf.get("/pay");
    assert!(pay.contains("≤ $2m"), "up to is never a point");
    let (_, firm) = shelf.get("/firm/Helvion?level=confirmed");
    assert!(firm.contains("which is not zero"), "nothing told is no balance");
    // Rumours about people who lead nothing are not shown.
    for page in ["/", "/facts", "/people", "/search?q=Rossi", "/facts.json", "/api/v1/facts", "/feed.atom"] {
        assert!(!shelf.get(page).1.contains("/person/Bea"), "{page}");
    }
    for data in ["/api/v1/claims", "/api/v1/facts", "/facts.csv", "/feed.atom"] {
        assert!(!shelf.get(data).1.contains("Bea Rossi"), "{data}");
    }
    let (_, article) = shelf.get("/api/v1/articles/two%2Fseconda");
    let article: serde_json::Value = serde_json::from_str(&article).unwrap();
    assert_eq!(article["claims"].as_array().unwrap().len(), 3, "its text is there, the rumour is no claim");
    let (_, page) = shelf.get("/article/two%2Fseconda");
    assert!(!page.contains("bdi>Bea Rossi"), "{page}");
    assert!(page.contains("statement is not marked here"), "that something is left out is said: {page}");
    assert!(!shelf.get("/article/one").1.contains("not marked here"));
}

#[test]
fn an_earlier_day_shows_what_was_known() {
    let shelf = Shelf::market();
    let (_, then) = shelf.get("/articles?asof=2025-07-02");
    assert!(then.contains("Title of one") && !then.contains("Title of two"));
    assert!(links(&then).iter().filter(|a| a.starts_with("/article/")).all(|a| a.contains("asof=2025-07-02")));
    assert_eq!(shelf.get("/article/two%2Fseconda?asof=2025-07-02").0, 404);
    let before = shelf.get("/facts.csv?asof=2025-07-02");
    shelf.add(&piece("three", "The Example", "2025-08-01", "Nothing new.", Vec::new()));
    assert!(shelf.site.refresh().unwrap());
    assert!(!shelf.site.refresh().unwrap());
    assert_eq!(shelf.get("/facts.csv?asof=2025-07-02"), before, "the past does not change");
    assert!(shelf.get("/articles").1.contains("Title of three"));
}

#[test]
fn the_slider_leads_to_a_day() {
    let shelf = Shelf::market();
    let to = |target: &str| header(&shelf.answer(target), "location").unwrap().to_owned();
    let day = PartialDate::parse("2025-07-02").unwrap().day_number().unwrap();
    assert_eq!(to(&format!("/day?back=%2F&day={day}")), "/?asof=2025-07-02");
    assert_eq!(
        to(&format!("/day?back=%2Ffirm%2FHelvion%3Flevel%3Drumour%26asof%3D2025&day={day}")),
        "/firm/Helvion?level=rumour&asof=2025-07-02"
    );
    for day in ["999999", "-1", "x", ""] {
        assert_eq!(to(&format!("/day?back=%2Ffacts&day={day}")), "/facts", "{day}: today");
    }
    assert_eq!(to("/day?back=%2F%2Fevil.example&day=1"), "/?asof=1970-01-02");
    let (_, page) = shelf.get("/?asof=2025-07-02");
    assert!(page.contains(&format!("value=\"{day}\" aria-valuetext=\"2025-07-02\"")), "{page}");
}

#[test]
fn levers_stand_in_time() {
    let hold = vec![
        (Slot::Org, text("Corvanta")),
        (Slot::Measure, Value::List(vec!["bonus".into()])),
        (Slot::Group, text("researchers")),
    ];
    let mut pieces = shelf::market();
    let words = "Corvanta pays its researchers a bonus to stay";
    pieces.push(piece(
        "four",
        "The Example",
        "2025-07-20",
        &format!("{words}."),
        vec![says(words, Kind::Retention, hold)],
    ));
    let (_, page) = Shelf::of(&pieces).get("/firm/Corvanta");
    let table = page.split("<table class=\"timeline\">").nth(1).expect("a time line").split("</table>").next().unwrap();
    assert!(table.contains("2025-07") && table.contains("researchers"), "{table}");
    assert!(table.contains("aria-label=\"Ada Neri"), "who left stands beside it: {table}");
    assert!(!Shelf::market().get("/firm/Corvanta").1.contains("timeline"), "no lever, no line");
}

#[test]
fn what_is_not_there_says_so() {
    let shelf = Shelf::market();
    for page in [
        "/nothing",
        "/fact/zzz",
        "/article/none",
        "/firm/None",
        "/person/None",
        "/article/..%2F..%2Fetc%2Fpasswd",
        "/?asof=soon",
    ] {
        let (status, body) = shelf.get(page);
        assert_eq!(status, 404, "{page}");
        assert!(body.contains("<html"), "{page}");
    }
    assert_eq!(shelf.ask(&Request { method: Method::Post, ..Request::get("/") }).0, 405);
    assert!(shelf.get("/facts?level=sure").1.contains("role=\"alert\""));
    assert_eq!(shelf.get("/facts.csv?kind=nonsense").0, 400);
}

#[test]
fn slips_in_names_are_forgiven() {
    let shelf = Shelf::market();
    for (typed, finds) in [
        ("neri", "/person/Ada%20Neri"),
        ("ada nery", "/person/Ada%20Neri"),
        ("ada nrei", "/person/Ada%20Neri"),
        ("helvoin", "/firm/Helvion"),
        ("CORV", "/firm/Corvanta"),
    ] {
        let (_, page) = shelf.get(&format!("/search?q={}", typed.replace(' ', "+")));
        assert!(page.contains(&format!("href=\"{finds}\"")), "{typed}");
    }
    let (_, page) = shelf.get("/search?q=%22potenza+di+calcolo%22");
    assert!(page.contains("<mark>potenza") && page.contains("two%2Fseconda"), "{page}");
}

#[test]
fn the_same_question_has_the_same_tag() {
    let shelf = Shelf::market();
    let tag = |target: &str| shelf.answer(target).etag.clone();
    assert!(tag("/").is_some());
    assert_eq!(tag("/"), tag("/"));
    assert_ne!(tag("/"), tag("/pay"));
    let again = Shelf::market();
    assert_eq!(tag("/facts.json"), again.answer("/facts.json").etag, "same ledger, same bytes");
}

#[test]
fn every_list_is_a_file_too() {
    let shelf = Shelf::market();
    for list in ["articles", "people", "firms", "sources", "facts"] {
        let (_, page) = shelf.get(&format!("/{list}?asof=2025-12-31"));
        for ending in ["csv", "json"] {
            let link = links(&page).into_iter().find(|a| a.starts_with(&format!("/{list}.{ending}"))).expect(list);
            assert!(link.contains("asof=2025-12-31"), "{link}");
            let (status, file) = shelf.get(&link);
            assert_eq!(status, 200, "{link}");
            let rows = match ending {
                "csv" => file.lines().count() - 1,
                _ => serde_json::from_str::<Vec<serde_json::Value>>(&file).unwrap().len(),
            };
            assert!(rows > 0, "{link}: {file}");
        }
    }
    assert!(!shelf.get("/people.csv").1.contains("Bea Rossi"));
    assert_eq!(shelf.get("/articles.csv?outlet=Nobody").1.lines().count(), 1);
}

#[test]
fn a_large_ledger_is_read_before_it_is_counted() {
    let (large, small) = (Shelf::large(), Shelf::market());
    // What needs all of it says that it is being counted, and nothing of it is kept.
    for page in ["/", "/facts", "/firms", "/firm/Helvion", "/disputes", "/people.csv", "/api/v1/facts", "/api/v1/stats"]
    {
        let answer = large.answer(page);
        assert_eq!(answer.status, 503, "{page}");
        assert_eq!(header(&answer, "retry-after"), Some("3"), "{page}");
    }
    // What is about one thing is there at once.
    let (_, front) = small.get("/");
    let fact = links(&front).into_iter().find(|a| a.starts_with("/fact/")).unwrap();
    for (page, has) in [
        (fact.as_str(), "<blockquote"),
        ("/person/Ada%20Neri", "<blockquote"),
        ("/article/one", "id=\"c-"),
        ("/search?q=Helvion", "<mark>"),
        ("/method", "Jeffreys"),
        ("/api/v1/people/Ada%20Neri", "\"facts\":[\""),
    ] {
        let (status, body) = large.get(page);
        assert!(status == 200 && body.contains(has), "{page}: {status}");
    }
    assert_eq!(large.get("/fact/000000000000").0, 404);
    assert!(large.site.refresh().unwrap());
    for page in ["/", "/facts", &fact, "/person/Ada%20Neri", "/firm/Helvion", "/people.csv", "/api/v1/market/flow"] {
        assert!(large.get(page) == small.get(page), "{page}");
    }
    // An earlier day is counted when somebody asks for it.
    assert_eq!(large.get("/facts?asof=2025-07-02").0, 503);
    assert!(large.site.refresh().unwrap());
    assert!(large.get("/facts?asof=2025-07-02") == small.get("/facts?asof=2025-07-02"));
    assert!(!large.site.refresh().unwrap());
}
