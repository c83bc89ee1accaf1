//! Articles that try to act on the page: nothing of them may be more than text.

mod shelf;

use mercato_model::{Kind, Slot, Status};
use shelf::{Says, Shelf, people, piece, says, text};

/// What is tried in every place that takes words: markup, scripts, attributes, directions, formulas, addresses.
fn payloads() -> Vec<String> {
    let marks = [
        "<script>alert(1)</script>",
        "</script><script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)>",
        "\"><script>alert(1)</script>",
        "' onmouseover='alert(1)",
        "\" autofocus onfocus=\"alert(1)",
        "</title><script>alert(1)</script>",
        "</style><style>body{display:none}",
        "</textarea><b>",
        "<!-- ",
        "-->",
        "<![CDATA[",
        "]]>",
        "&lt;script&gt;",
        "&#60;script&#62;",
        "&#x3c;script&#x3e;",
        "<iframe src=javascript:alert(1)>",
        "<a href=javascript:alert(1)>x</a>",
        "javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "<base href=//evil.example>",
        "<meta http-equiv=refresh content=0>",
        "<link rel=stylesheet href=//evil.example/x.css>",
        "<form action=//evil.example><input name=q>",
        "<math><mi xlink:href=x>",
        "<object data=x>",
        "<embed src=x>",
        "<details open ontoggle=alert(1)>",
        "<body onload=alert(1)>",
        "<template><script>1</script>",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        "{{7*7}}",
        "${7*7}",
        "<%= 7*7 %>",
        "#{7*7}",
        "{people}",
        "{x}",
        "=1+1",
        "+1+1",
        "-1+1",
        "@SUM(A1)",
        "=HYPERLINK(\"http://evil.example\")",
        "=cmd|' /C calc'!A0",
        "\t=1+1",
        "\r=1+1",
        "a,b",
        "a\"b",
        "a\nb",
        "a;b",
        "\u{202E}txt.exe",
        "\u{202D}x",
        "\u{2066}x\u{2069}",
        "\u{2067}x",
        "\u{200F}x",
        "\u{61C}x",
        "\u{200B}x",
        "\u{FEFF}x",
        "\u{2028}x",
        "\u{2029}x",
        "\u{1B}[31mred",
        "\u{7}bell",
        "\u{8}back",
        "\u{9B}31m",
        "\u{E0041}tag",
        "\u{FFF9}a\u{FFFA}b",
        "x\u{300}\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}\u{307}",
        "../../etc/passwd",
        "..\\..\\x",
        "%2e%2e%2f",
        "%00",
        "a%0d%0aset-cookie: x=1",
        "//evil.example",
        "/\\evil.example",
        "?asof=1",
        "#c-1",
        "&asof=1",
        "con",
        "NUL",
        ".",
        "..",
        "/",
        "\\",
        "'",
        "\"",
        "`",
        "<",
        ">",
        "&",
        "<b",
        "<!doctype html>",
        "<?xml version=\"1.0\"?>",
        "]]><x/>",
        "\u{e000}\u{e001}",
        "\u{e001}",
        "[[label]]",
        "' OR 1=1 --",
        "\"; DROP TABLE claims; --",
        "NEAR(a b)",
        "a* OR b",
        "title:x",
        "(((((",
        "𝔘𝔫𝔦",
        "日本語",
        "مرحبا",
        "שלום",
        "🏳️‍🌈",
        "ﷺ",
        "ZALG̴͓O",
        "\u{ff1c}script\u{ff1e}",
    ];
    marks.iter().map(|&m| m.to_owned()).chain([" x".repeat(3_000), "<b>".repeat(500)]).collect()
}

/// Parts of surnames so different that nobody is taken for another.
const HEADS: [&str; 11] = ["Mont", "Castel", "Ferr", "Gual", "Pell", "Zan", "Bork", "Quist", "Vand", "Thorn", "Haj"];
const TAILS: [&str; 12] =
    ["anari", "opoulos", "witz", "escu", "ssen", "ington", "ura", "kov", "eira", "dottir", "ajan", "ulainen"];

fn shelf() -> (Shelf, Vec<String>) {
    let payloads = payloads();
    assert!(payloads.len() >= 100);
    let pieces: Vec<_> = payloads
        .iter()
        .enumerate()
        .map(|(n, bad)| {
            let name = format!("Ada {bad} {}{}", HEADS[n % 11], TAILS[n / 11]);
            let firm = format!("{bad} {}{}", TAILS[n / 11], HEADS[n % 11]);
            let body = format!("{bad} {name} leaves {firm} for Helvion {bad}.");
            let slots = vec![
                (Slot::Person, people(&[&name])),
                (Slot::From, text(&firm)),
                (Slot::To, text("Helvion")),
                (Slot::RoleTo, text(bad)),
            ];
            let words = format!("{name} leaves {firm} for Helvion");
            let mut piece = piece(
                &format!("{n} {bad}"),
                bad,
                "2025-07-01",
                &body,
                vec![Says { source: vec![bad.clone()], status: Status::Asserted, ..says(&words, Kind::Move, slots) }],
            );
            piece.title.clone_from(bad);
            piece
        })
        .collect();
    (Shelf::of(&pieces), payloads)
}

/// The tags of a page that this site never writes, and attributes that would run.
fn foreign(page: &str) -> Option<String> {
    const OURS: &[&str] = &[
        "!DOCTYPE",
        "html",
        "head",
        "meta",
        "title",
        "link",
        "script",
        "body",
        "a",
        "header",
        "nav",
        "ul",
        "li",
        "form",
        "label",
        "input",
        "button",
        "main",
        "footer",
        "p",
        "section",
        "div",
        "h1",
        "h2",
        "h3",
        "span",
        "svg",
        "circle",
        "path",
        "time",
        "bdi",
        "b",
        "blockquote",
        "table",
        "caption",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "abbr",
        "ol",
        "article",
        "aside",
        "mark",
        "details",
        "summary",
        "dl",
        "dt",
        "dd",
        "code",
        "select",
        "option",
        "figure",
        "figcaption",
        "g",
        "rect",
        "line",
        "text",
        "q",
        "fieldset",
        "legend",
        "output",
        "caption",
        "style",
    ];
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let end = rest.find('>')?;
        let tag = &rest[..end];
        let name = tag.trim_start_matches('/').split([' ', '>']).next().unwrap_or_default();
        let quotes = tag.matches('"').count();
        if !OURS.contains(&name) || quotes % 2 == 1 {
            return Some(tag.to_owned());
        }
        // Outside of quoted values there may be names of attributes only, none that listens.
        let bare: String = tag.split('"').step_by(2).collect();
        if bare.split(' ').any(|word| word.starts_with("on") || word.starts_with("style"))
            || ["href", "src", "action"].iter().any(|at| tag.to_lowercase().contains(&format!("{at}=\"javascript:")))
        {
            return Some(tag.to_owned());
        }
        rest = &rest[end + 1..];
    }
    None
}

#[test]
fn no_article_reaches_the_page_as_more_than_text() {
    let (shelf, payloads) = shelf();
    let mut pages: Vec<String> = [
        "/",
        "/facts",
        "/articles",
        "/firms",
        "/firm/Helvion",
        "/people",
        "/sources",
        "/disputes",
        "/review",
        "/feed.atom",
    ]
    .iter()
    .map(|&p| p.to_owned())
    .collect();
    // Every article, and every person and firm to which the lists lead.
    let mut open = pages.clone();
    while let Some(page) = open.pop() {
        let (status, body) = shelf.get(&page);
        assert_eq!(status, 200, "{page}");
        for link in
            body.split("href=\"").skip(1).filter_map(|rest| rest.split_once('"')).map(|(a, _)| a.replace("&amp;", "&"))
        {
            let target = link.split('#').next().unwrap_or_default().to_owned();
            let kinds =
                ["/article/", "/fact/", "/person/", "/firm/", "/judge/", "/people?", "/articles?", "/facts?after"];
            if kinds.iter().any(|kind| target.starts_with(kind)) && !pages.contains(&target) && pages.len() < 1_200 {
                pages.push(target.clone());
                open.push(target);
            }
        }
    }
    assert!(pages.len() > 3 * payloads.len(), "{}", pages.len());
    for page in &pages {
        let (_, body) = shelf.get(page);
        if page != "/feed.atom" {
            assert_eq!(foreign(&body), None, "{page}");
            assert_eq!(body.matches("<script").count(), 1, "{page}");
        }
        assert!(
            !body.chars().any(|c| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200F}' | '\u{1B}' | '\u{7}' | '\u{8}' | '\u{0}')),
            "{page}: a control character"
        );
    }
}

#[test]
fn no_article_reaches_a_report_as_more_than_text() {
    let (shelf, payloads) = shelf();
    let page = shelf::report(&shelf, None, None, "en", 10_000);
    let (head, body) = page.split_once("</style>").unwrap();
    assert_eq!(foreign(&head.split("<style>").next().unwrap().replace("<!DOCTYPE html>", "")), None);
    assert_eq!(foreign(body), None);
    assert!(!page.contains("<script") && page.matches("</style").count() == 1);
    let notes = body.matches("id=\"f-").count();
    assert!(notes >= payloads.len(), "{notes} notes of {}", payloads.len());
    assert!(
        !page.chars().any(|c| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200F}' | '\u{1B}'))
    );
}

#[test]
fn no_question_reaches_the_page_as_more_than_text() {
    let (shelf, payloads) = (Shelf::market(), payloads());
    for bad in payloads.iter().filter(|bad| bad.len() < 2_000) {
        let encoded: String = bad.bytes().map(|b| format!("%{b:02X}")).collect();
        for target in [
            format!("/search?q={encoded}"),
            format!("/search?q={encoded}&lang={encoded}&since={encoded}&after={encoded}"),
            format!("/facts?person={encoded}&firm={encoded}&from={encoded}&after={encoded}&{encoded}=1"),
            format!("/facts?kind={encoded}"),
            format!("/?level={encoded}"),
            format!("/person/{encoded}"),
            format!("/firm/{encoded}"),
            format!("/article/{encoded}"),
            format!("/fact/{encoded}"),
            format!("/{encoded}"),
            format!("/?asof={encoded}"),
            format!("/articles?after={encoded}&outlet={encoded}"),
            format!("/assets/{encoded}"),
            format!("/judge/{encoded}?done={encoded}&other={encoded}"),
            format!("/review?start={encoded}&done={encoded}"),
            format!("/log?start={encoded}&done={encoded}"),
            format!("/sign-in?back={encoded}&author={encoded}"),
        ] {
            let (status, body) = shelf.get(&target);
            assert!(matches!(status, 200 | 404 | 303), "{status} {target}");
            assert_eq!(foreign(&body), None, "{target}");
        }
        for target in [
            format!("/api/v1/search?q={encoded}"),
            format!("/api/v1/claims/{encoded}"),
            format!("/api/v1/people/{encoded}"),
            format!("/api/v1/facts?{encoded}={encoded}"),
        ] {
            let answer = shelf.answer(&target);
            assert!(
                answer.headers.iter().any(|(name, value)| *name == "content-type" && value.contains("json")),
                "{target}"
            );
            assert!(matches!(answer.status, 200 | 400 | 404), "{} {target}", answer.status);
        }
        let back = shelf.answer(&format!("/language/it?back={encoded}"));
        let to =
            back.headers.iter().find(|(name, _)| *name == "location").map(|(_, to)| to.as_str()).unwrap_or_default();
        assert!(
            to.starts_with('/') && !to.starts_with("//") && !to.starts_with("/\\") && !to.contains(['\r', '\n']),
            "{to:?}"
        );
    }
}

#[test]
fn no_cell_of_a_file_runs() {
    let (shelf, payloads) = shelf();
    let (status, csv) = shelf.get("/facts.csv");
    assert_eq!(status, 200);
    let mut cells = 0;
    let mut cell = String::new();
    let mut quoted = false;
    for c in csv.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' | '\n' if !quoted => {
                let runs = cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err();
                assert!(!runs, "{cell:?}");
                cells += 1;
                cell.clear();
            }
            c => cell.push(c),
        }
    }
    assert!(!quoted && cells >= 25 * payloads.len(), "{cells}");
}

#[test]
fn every_answer_forbids_what_it_does_not_need() {
    let shelf = Shelf::market();
    for target in ["/", "/nothing", "/facts.csv", "/api/v1/facts", "/api/v1/nothing", "/feed.atom", "/assets/icon.svg"]
    {
        let answer = shelf.answer(target);
        let header =
            |name: &str| answer.headers.iter().find(|(n, _)| *n == name).map(|(_, v)| v.as_str()).unwrap_or_default();
        assert!(header("content-security-policy").starts_with("default-src 'none'"), "{target}");
        assert!(!header("content-security-policy").contains("unsafe"), "{target}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{target}");
        assert_eq!(header("referrer-policy"), "no-referrer", "{target}");
    }
}
