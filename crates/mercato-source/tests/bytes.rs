//! Bytes in, documents or errors out: every format, every encoding, every bad input.

use mercato_model::{Document, Lang, PartialDate};
use mercato_source::Format::{Html, JsonLines, Markdown, Text};
use mercato_source::{Format, Options, read_bytes};
use proptest::prelude::*;

/// What a run gives, in a notation that a case can be written in: a document is its text and the metadata that it
/// has, an error its code, line and message.
fn read(format: impl Into<Option<Format>>, bytes: &[u8], options: &Options) -> Vec<String> {
    let shown = |document: Document| {
        let mut shown = format!("{}: {:?}", document.id, document.text);
        let fields = [
            ("title", document.title),
            ("lang", document.lang.map(|lang| lang.to_string())),
            ("published", document.published.map(|date| date.to_string())),
            ("outlet", document.outlet),
            ("url", document.url),
        ];
        for (name, value) in fields {
            if let Some(value) = value {
                shown.push_str(&format!(" {name}={value}"));
            }
        }
        shown
    };
    read_bytes("in", format.into(), bytes.to_vec(), options)
        .map(|item| item.map_or_else(|error| format!("{} {error}", error.code()), shown))
        .collect()
}

#[track_caller]
fn check(format: impl Into<Option<Format>>, input: impl AsRef<[u8]>, expected: &[&str]) {
    assert_eq!(read(format, input.as_ref(), &Options::default()), expected);
}

#[track_caller]
fn check_utf16(format: Format, text: &str, expected: &[&str]) {
    let little = text.encode_utf16().flat_map(u16::to_le_bytes);
    check(format, [0xFF, 0xFE].into_iter().chain(little).collect::<Vec<u8>>(), expected);
    let big = text.encode_utf16().flat_map(u16::to_be_bytes);
    check(format, [0xFE, 0xFF].into_iter().chain(big).collect::<Vec<u8>>(), expected);
}

#[test]
fn plain_text_is_kept_as_it_is() {
    check(Text, "Pang è in Meta.", &[r#"in: "Pang è in Meta.""#]);
    check(Text, "\n a\r\n\r\nb \n\n", &[r#"in: "\n a\r\n\r\nb \n\n""#]);
    check(Text, "---\ntitle: A\n---\nb", &[r#"in: "---\ntitle: A\n---\nb""#]);
    check(Text, "\u{FEFF}a\u{FEFF}b", &[r#"in: "a\u{feff}b""#]);
    check(Text, "« l\u{2019}IA »\u{00A0}!", &["in: \"« l\u{2019}IA »\\u{a0}!\""]);
}

#[test]
fn old_encodings_are_detected() {
    check(
        Text,
        b"La societ\xE0 ha assunto pi\xF9 ricercatori perch\xE9 pu\xF2.",
        &[r#"in: "La società ha assunto più ricercatori perché può.""#],
    );
    check(
        Text,
        b"L\x92ing\xE9nieur a re\xE7u 10\xA0000 \x80 apr\xE8s son d\xE9part.",
        &["in: \"L\u{2019}ingénieur a reçu 10\\u{a0}000 € après son départ.\""],
    );
    check_utf16(Text, "Già in Meta, «forse».", &[r#"in: "Già in Meta, «forse».""#]);
    check_utf16(Text, "a\0b", &["binary in: not text: it holds NUL characters"]);
}

#[test]
fn what_is_no_text_is_refused() {
    check(Text, "", &["empty in: the file is empty"]);
    check(Text, " \r\n\u{00A0}\n", &["empty in: the file is empty"]);
    check(Text, "\u{FEFF}", &["empty in: the file is empty"]);
    check(Text, b"abc\0def", &["binary in: not text: byte 4 is NUL"]);
    check(Text, b"%PDF-1.7 ...", &["binary in: not text: it is a PDF"]);
    check(Html, b"PK\x03\x04...", &["binary in: not text: it is a ZIP archive or an office document"]);
    check(Text, b"\x01\x02\x03\x04 text", &["binary in: not text: 4 of its first 9 bytes are control characters"]);
    check(None, b"\x89PNG\r\n\x1A\n\0\0\0", &["binary in: not text: byte 9 is NUL"]);
    check(
        Text,
        "prima riga\nè così, perché s\u{EC}".as_bytes().split_last().unwrap().1,
        &["bad-encoding in: broken UTF-8 at byte 31 (line 2)"],
    );
    check(Text, b"\xEF\xBB\xBFa\xFF", &["bad-encoding in: broken UTF-8 at byte 2 (line 1)"]);
    check(Text, b"\xFF\xFE\x00\xD8a\x00", &["bad-encoding in: the bytes are no valid UTF-16LE"]);
}

#[test]
fn limits() {
    let options = Options { max_bytes: 10, max_line: 40, ..Options::default() };
    assert_eq!(read(Text, b"0123456789", &options), [r#"in: "0123456789""#]);
    assert_eq!(read(Text, b"0123456789a", &options), ["too-large in: larger than the limit of 10 bytes"]);
    assert_eq!(read(Html, b"<p>0123456789", &options), ["too-large in: larger than the limit of 10 bytes"]);
    let lines = format!(
        "{}\n{}\n{}",
        r#"{"id":"a","text":"0123456789"}"#,
        r#"{"id":"b","text":"0123456789a"}"#,
        r#"{"id":"c","text":"0123456789", "x": "0123456789"}"#
    );
    assert_eq!(
        read(JsonLines, lines.as_bytes(), &options),
        [
            r#"a: "0123456789""#,
            "too-large in:2: the text of `b` is 11 bytes, more than the limit of 10",
            "too-large in:3: a line of 49 bytes is longer than the limit of 40",
        ]
    );
    let long = "x".repeat(5 << 20);
    assert_eq!(read(Text, long.as_bytes(), &Options::default()), [format!("in: {long:?}")]);
    let line = format!("{{\"id\":1,\"text\":{long:?}}}\n{{\"id\":2,\"text\":\"b\"}}");
    assert_eq!(
        read(JsonLines, line.as_bytes(), &Options { max_line: 4 << 20, ..Options::default() }),
        [
            format!("too-large in:1: a line of {} bytes is longer than the limit of 4194304", line.len() - 20),
            r#"2: "b""#.to_owned(),
        ]
    );
}

#[test]
fn front_matter() {
    check(
        Markdown,
        "---\ntitle: \"Pang: a Meta\"\ndate: 2025-07-08 10:00\nlang: it-IT\ntags: [a]\n---\n\n# Pang\n",
        &[r##"in: "\n# Pang\n" title=Pang: a Meta lang=it published=2025-07-08"##],
    );
    check(
        Markdown,
        "---\r\nOutlet: 'Gazzetta'\r\nurl: https://a.b/c\r\ndate: 2024\r\npublished: 2025-07\r\n---\r\nx",
        &[r#"in: "x" published=2025-07 outlet=Gazzetta url=https://a.b/c"#],
    );
    check(Markdown, "---\nauthors:\n  - A\n# c\n\n---\nx", &[r#"in: "x""#]);
    check(Markdown, "---\nA rule: not metadata.\n---\nx", &[r#"in: "---\nA rule: not metadata.\n---\nx""#]);
    check(Markdown, "---\nx\n", &[r#"in: "---\nx\n""#]);
    check(Markdown, "---\ntitle: x\n", &[r#"in: "---\ntitle: x\n""#]);
    check(Markdown, "---\n---\nx", &[r#"in: "---\n---\nx""#]);
    check(Markdown, "---\ntitle: x\n---\n \n", &["empty in: the file is empty"]);
    check(Markdown, "---\ndate: ieri\n---\nx", &["bad-metadata in: front matter: `ieri` is no date"]);
    check(Markdown, "---\nlang: italiano\n---\nx", &["bad-metadata in: front matter: `italiano` is no language code"]);
}

#[test]
fn json_lines() {
    check(
        JsonLines,
        r#"{"id":"a","text":" t\n","title":"T","lang":"fr-CA","published":"2025-07-03T10:00:00Z","outlet":"O","url":"u","genre":1}"#,
        &[r#"a: " t\n" title=T lang=fr published=2025-07-03 outlet=O url=u"#],
    );
    check(
        JsonLines,
        r#"{"id":"a","text":"t","title":null,"lang":"","published":null,"outlet":null,"url":null}"#,
        &[r#"a: "t""#],
    );
    check(JsonLines, r#"{"id":7,"text":"t"}"#, &[r#"7: "t""#]);
    check(JsonLines, r#"{"url":"https://a.b","text":"t"}"#, &[r#"https://a.b: "t" url=https://a.b"#]);
    check(
        JsonLines,
        "\u{FEFF}{\"id\":\"a\",\"text\":\"t\"}\r\n\r\n \n{\"id\":\"b\",\"text\":\"\\u00e8 \\ud83d\\ude00\"}\n",
        &[r#"a: "t""#, r#"b: "è 😀""#],
    );
    check(None, " \n{\"id\":\"a\",\"text\":\"t\"}", &[r#"a: "t""#]);
    check(JsonLines, "", &["empty in: the file is empty"]);
    check(JsonLines, "\n\n", &["empty in: the file is empty"]);
    check(JsonLines, "\0\0\n{}\n", &["binary in: not text: byte 1 is NUL"]);
    check_utf16(JsonLines, "{}\n{}", &["bad-encoding in: JSON Lines are UTF-8, this file is UTF-16"]);
}

#[test]
fn a_bad_line_is_named_and_the_rest_goes_on() {
    let lines: &[(&[u8], &str)] = &[
        (br#"{"id":"a","text":"t"}"#, r#"a: "t""#),
        (br#"{"id":"b","text":"t""#, "bad-json in:2: EOF while parsing an object (column 20)"),
        (br#"not json"#, "bad-json in:3: not a JSON object"),
        (br#"{"id":"c"}"#, "bad-json in:4: the record has no `text`"),
        (br#"{"text":"t"}"#, "bad-json in:5: the record has no `id`"),
        (br#"{"id":" ","text":"t"}"#, "bad-json in:6: the record has no `id`"),
        (br#"{"id":"d","text":["t"]}"#, "bad-json in:7: `text` is no string"),
        (br#"{"id":"e","text":" \n"}"#, "empty in:8: the text of `e` is empty"),
        (b"{\"id\":\"f\",\"text\":\"\xE8\"}", "bad-encoding in:9: broken UTF-8 at byte 19 of the line"),
        (br#"{"id":"g","text":"\ud800"}"#, "bad-json in:10: unexpected end of hex escape (column 25)"),
        (br#"{"id":"h","text":"t","published":"3 luglio"}"#, "bad-json in:11: `published`: `3 luglio` is no date"),
        (br#"{"id":"i","text":"t","lang":"ita"}"#, "bad-json in:12: `lang`: `ita` is no language code"),
        (br#"{"id":"j","text":"t","outlet":{"name":"O"}}"#, "bad-json in:13: `outlet` is no string"),
        (br#"["id","text"]"#, "bad-json in:14: not a JSON object"),
        (br#"{"id":"k","text":"t"} {}"#, "bad-json in:15: trailing characters (column 23)"),
        (br#"{"id":"z","text":"t"}"#, r#"z: "t""#),
    ];
    let input = lines.iter().map(|(line, _)| *line).collect::<Vec<_>>().join(&b'\n');
    check(JsonLines, input, &lines.iter().map(|(_, expected)| *expected).collect::<Vec<_>>());
}

#[test]
fn overrides_outweigh_the_source() {
    let options = Options {
        lang: Lang::parse("en"),
        published: PartialDate::parse("2025-01"),
        outlet: Some("Mine".into()),
        ..Options::default()
    };
    let line = br#"{"id":"a","text":"t","lang":"it","published":"2024","outlet":"O","title":"T"}"#;
    assert_eq!(read(JsonLines, line, &options), [r#"a: "t" title=T lang=en published=2025-01 outlet=Mine"#]);
    assert_eq!(read(Text, b"t", &options), [r#"in: "t" lang=en published=2025-01 outlet=Mine"#]);
}

#[test]
fn formats_are_guessed_by_the_first_byte() {
    for (head, expected) in [
        ("{", JsonLines),
        (" \n\t{", JsonLines),
        ("\u{FEFF}{", JsonLines),
        ("<!DOCTYPE html>", Html),
        ("\n<p>", Html),
        ("a < b", Text),
        ("---\n", Text),
        ("", Text),
    ] {
        assert_eq!(Format::of_bytes(head.as_bytes()), expected, "{head:?}");
    }
    let late = format!("{}<p>ciao</p>", " ".repeat(10_000));
    check(None, late, &[r#"in: "ciao""#]);
}

proptest! {
    #[test]
    fn text_never_changes(text in any::<String>()) {
        let bare = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
        match read_bytes("in", Some(Text), text.clone().into_bytes(), &Options::default()).next() {
            Some(Ok(document)) => prop_assert_eq!(document.text, bare),
            Some(Err(error)) => prop_assert!(matches!(error.code(), "empty" | "binary"), "{}", error),
            None => prop_assert!(false),
        }
    }

    #[test]
    fn any_bytes_give_documents_or_errors(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        for format in [None, Some(Text), Some(Markdown), Some(Html), Some(JsonLines)] {
            let read: Vec<_> = read_bytes("in", format, bytes.clone(), &Options::default()).collect();
            prop_assert!(!read.is_empty());
        }
    }

    #[test]
    fn any_page_gives_documents_or_errors(parts in prop::collection::vec(
        prop::sample::select(vec!["<p>", "</p>", "<div", ">", "<script>", "<table><td>", "&", "&#0;", "<title>", "a b",
            "<!--", "-->", "<meta charset=", "\"", "utf-16", "<svg><p>", "</", "<h1>", "è", "<script type='application/ld+json'>",
            "{\"@type\":\"NewsArticle\",\"headline\":\"x\"}", "</script>"]), 0..40))
    {
        let read: Vec<_> = read_bytes("in", Some(Html), parts.concat().into_bytes(), &Options::default()).collect();
        prop_assert_eq!(read.len(), 1);
    }
}
