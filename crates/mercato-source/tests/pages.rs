//! HTML pages: main text, headline, metadata, character sets, damage.

use mercato_model::Document;
use mercato_source::{Format, Options, read_bytes};

const FIRST: &str = "Ruoming Pang lascia Apple per Meta, che gli avrebbe offerto oltre 200 milioni di dollari in più anni, \
    secondo persone vicine alla trattativa citate da un'agenzia di stampa americana.";
const SECOND: &str = "A Cupertino guidava la squadra dei modelli fondamentali, circa cento persone, e la sua partenza è la più \
    importante da quando l’azienda ha cominciato a lavorare alla propria intelligenza artificiale.";

fn page(head: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=\"it-IT\"><head>{head}</head><body>\
         <header><nav><ul><li><a href=/>Home</a></li><li><a href=/eco>Economia</a></li></ul></nav></header>\
         <main><article><h1>Pang va da Meta</h1><p>{FIRST}</p><p>{SECOND} <a href=x>Link</a> &amp; altro.</p></article></main>\
         <aside><p>Leggi anche: <a href=y>Nvidia assume mille ingegneri</a></p></aside>\
         <footer><p>Informativa sui cookie</p></footer><script>var a = 'no';</script></body></html>"
    )
}

fn read(bytes: impl Into<Vec<u8>>) -> Result<Document, String> {
    let mut documents = read_bytes("p", Some(Format::Html), bytes.into(), &Options::default());
    let document =
        documents.next().expect("a page gives one item").map_err(|error| format!("{} {error}", error.code()));
    assert!(documents.next().is_none());
    document
}

#[test]
fn main_text_without_furniture() {
    let document =
        read(page("<title>Pang va da Meta - Gazzetta</title><meta property='og:site_name' content='Gazzetta'>"));
    let document = document.unwrap();
    assert_eq!(document.text, format!("Pang va da Meta\n\n{FIRST}\n\n{SECOND} Link & altro."));
    assert_eq!(document.title.as_deref(), Some("Pang va da Meta"));
    assert_eq!(document.outlet.as_deref(), Some("Gazzetta"));
    assert_eq!(document.lang.unwrap().as_str(), "it");
    assert_eq!(document.published, None);
}

#[test]
fn metadata() {
    // head -> title, published, outlet, url
    let cases = [
        ("<title>Pang va da Meta</title>", "Pang va da Meta", None, None, None),
        (
            "<meta property='article:published_time' content='2025-07-08T09:30:00+02:00'>\
             <meta property='og:title' content='Pang &quot;va&quot; da Meta | Il Foglio'>\
             <meta property='og:site_name' content='Il Foglio'><link rel=canonical href='https://a.b/c'>",
            "Pang \"va\" da Meta",
            Some("2025-07-08"),
            Some("Il Foglio"),
            Some("https://a.b/c"),
        ),
        (
            r#"<script type="application/ld+json">{"@context":"https://schema.org","@type":"NewsArticle",
              "headline":"Pang da Meta","datePublished":"2025-07-08","publisher":{"@type":"Organization","name":"Gazzetta"}}</script>"#,
            "Pang da Meta",
            Some("2025-07-08"),
            Some("Gazzetta"),
            None,
        ),
        (
            r#"<script type="application/ld+json">not json</script>
              <script type="application/ld+json">{"@context":"https://schema.org","@graph":[{"@type":"WebSite","name":"G"},
              {"@type":["Article","Thing"],"headline":"Pang da Meta","datePublished":"2025-07-08T10:00:00Z","url":"https://a.b/d"}]}</script>"#,
            "Pang da Meta",
            Some("2025-07-08"),
            None,
            Some("https://a.b/d"),
        ),
        // A date that the page does not state in a standard form is left out, not guessed.
        (
            "<title>Pang va da Meta</title><meta property='article:published_time' content='ieri'>",
            "Pang va da Meta",
            None,
            None,
            None,
        ),
    ];
    for (head, title, published, outlet, url) in cases {
        let document = read(page(head)).unwrap();
        assert_eq!(document.title.as_deref(), Some(title), "{head}");
        assert_eq!(document.published.map(|d| d.to_string()).as_deref(), published, "{head}");
        assert_eq!(document.outlet.as_deref(), outlet, "{head}");
        assert_eq!(document.url.as_deref(), url, "{head}");
        assert!(document.text.contains(FIRST) && document.text.contains(SECOND), "{head}: {}", document.text);
        assert!(!document.text.contains("cookie"), "{head}: {}", document.text);
    }
}

#[test]
fn character_sets() {
    let text = page("<meta charset=\"iso-8859-1\"><title>Pang va da Meta</title>").replace('’', "'");
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let declared_elsewhere: Vec<u8> = page("<title>x</title>").replace('’', "'").chars().map(|c| c as u8).collect();
    let old = page("<meta http-equiv='Content-Type' content='text/html; charset=windows-1252'>").replace('’', "\u{92}");
    let old: Vec<u8> = old.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let wide: Vec<u8> = [0xFF, 0xFE].into_iter().chain(page("").encode_utf16().flat_map(u16::to_le_bytes)).collect();
    for (what, bytes) in [
        ("UTF-8 that declares Latin-1", page("<meta charset=latin1>").into_bytes()),
        ("Latin-1, declared", latin),
        ("Latin-1, detected", declared_elsewhere),
        ("windows-1252, declared", old),
        ("UTF-16", wide),
    ] {
        let text = read(bytes).unwrap().text.replace('’', "'");
        assert!(text.contains(&SECOND.replace('’', "'")), "{what}: {text}");
    }
}

#[test]
fn truncated_pages_keep_what_is_there() {
    let whole = page("<title>Pang va da Meta</title>");
    for end in ["<p>A Cupertino", " altro.</p>", "</article>", "Leggi anche", "Informativa"] {
        let cut = &whole[..whole.find(end).unwrap() + end.len()];
        let document = read(cut).unwrap();
        assert!(document.text.contains(FIRST), "{end}: {}", document.text);
    }
    let inside_a_character = whole.find('è').unwrap() + 1;
    assert!(read(&whole.as_bytes()[..inside_a_character]).unwrap().text.contains(FIRST));
}

#[test]
fn short_and_odd_pages() {
    for (page, expected) in [
        ("<p>Pang è in Meta.", Ok("Pang è in Meta.")),
        ("<title>Pang in Meta</title><body><nav>Home</nav>Firmato ieri.</body>", Ok("Pang in Meta\n\nFirmato ieri.")),
        ("<p>Uno</p><p>due<br>tre</p><ul><li>quattro<li>cinque</ul>", Ok("Uno\n\ndue\n\ntre\n\nquattro\n\ncinque")),
        ("Solo <b>testo</b>,\n su   due righe", Ok("Solo testo, su due righe")),
        ("", Err("empty p: the file is empty")),
        (" \n", Err("empty p: the file is empty")),
        ("<html><head></head><body></body></html>", Err("no-text p: the page has no text")),
        ("<html><body><div id=root></div><script src=app.js></script></body>", Err("no-text p: the page has no text")),
    ] {
        assert_eq!(read(page).map(|d| d.text), expected.map(str::to_owned).map_err(str::to_owned), "{page}");
    }
}

#[test]
fn nesting_does_no_harm() {
    let nested = |tag: &str, depth: usize| read(format!("{}<p>{FIRST}</p>", tag.repeat(depth)));
    for (tag, depth) in
        [("<div>", 100), ("<div>", 1000), ("<b>", 1000), ("<b><p>", 1000), ("<p>", 10_000), ("<br>", 10_000)]
    {
        assert!(nested(tag, depth).unwrap().text.contains(FIRST), "{depth} times {tag}");
    }
    for tag in ["<div>", "<div></x>", "<DIV class=a>"] {
        assert_eq!(nested(tag, 1_000_000).unwrap_err(), "too-large p: its elements nest more than 4096 deep");
    }
    let drawing =
        format!("<svg>{}</svg><script>{}</script><p>{FIRST}", "<path d=''/>".repeat(5000), "i<n;".repeat(5000));
    assert!(read(drawing).unwrap().text.contains(FIRST));
}
