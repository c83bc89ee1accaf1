//! Bytes from outside to claims: nothing panics, every span lies in its text. The first byte chooses format and language.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use mercato_pack::Knowledge;
use mercato_source::{Format, Options, read_bytes};

static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(Knowledge::embedded);

fuzz_target!(|data: &[u8]| {
    let Some((&choice, bytes)) = data.split_first() else { return };
    let formats = [None, Some(Format::Text), Some(Format::Markdown), Some(Format::Html), Some(Format::JsonLines)];
    let langs: Vec<_> = KNOWLEDGE.langs().map(Some).chain([None]).collect();
    let lang = langs[usize::from(choice / 8) % langs.len()];
    let format = formats[usize::from(choice) % formats.len()];
    for document in read_bytes("bytes", format, bytes.to_vec(), &Options { lang, ..Options::default() }).flatten() {
        let reading = mercato_read::read(&document, &KNOWLEDGE);
        for quote in reading.claims.iter().flat_map(|claim| claim.evidence.quotes()) {
            assert_eq!(quote.span.slice(&document.text), Some(quote.quote.as_str()));
        }
        for span in reading.notes.iter().filter_map(|note| note.span) {
            assert!(span.slice(&document.text).is_some());
        }
    }
});
