//! What cannot be read is named, with what to do, and the rest goes on.

mod run;

use run::{Ended, Place};

const ARTICLE: &str = "Ruoming Pang lascia Apple per Meta.\n";

fn refused(name: &str, bytes: impl AsRef<[u8]>, words: &[&str]) {
    let place = Place::new().with(name, bytes).with("good.txt", ARTICLE);
    let ended = place.run(&["read", name, "good.txt", "--format", "jsonl"]);
    ended.fails(1, words);
    assert!(ended.err.contains(name), "the file is not named: {}", ended.err);
    assert!(ended.out.contains("Ruoming Pang"), "the rest did not go on: {} {}", ended.out, ended.err);
}

#[test]
fn empty_file() {
    refused("empty.txt", "", &["at least one word"]);
    refused("blank.txt", " \n\n", &["at least one word"]);
}

#[test]
fn binary_file() {
    refused("photo.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0", &["extract the text"]);
}

#[test]
fn page_without_an_article() {
    refused("page.html", "<html><head><title>x</title></head><body><script>1</script></body></html>", &["article"]);
}

#[test]
fn invalid_line_is_named_and_the_rest_goes_on() {
    let lines = "{\"id\": \"a\", \"text\": \"Ruoming Pang lascia Apple per Meta.\"}\n{\"id\": \"b\", \"text\n{\"id\": \"c\", \"lang\": \"it\", \"text\": \"Alexandr Wang lascia Scale AI per Meta.\"}\n";
    let place = Place::new().with("news.jsonl", lines);
    let ended = place.run(&["read", "news.jsonl", "--format", "jsonl"]);
    ended.fails(1, &["news.jsonl:2:", "`id` and `text`"]);
    assert!(ended.out.contains("\"doc\":\"a\"") && ended.out.contains("\"doc\":\"c\""), "{}", ended.out);
}

#[test]
fn missing_file_and_pattern() {
    let place = Place::new();
    place.run(&["read", "nothing.txt"]).fails(1, &["nothing.txt", "check the path"]);
    place.run(&["add", "no-*.txt"]).fails(1, &["no-*.txt", "no file matches"]);
}

/// A file whose bytes the system refuses even to an administrator.
#[cfg(target_os = "linux")]
#[test]
fn unreadable_file() {
    let place = Place::new().with("good.txt", ARTICLE);
    let ended = place.run(&["read", "/proc/self/mem", "good.txt", "--format", "jsonl"]);
    ended.fails(1, &["/proc/self/mem", "check that the file may be read"]);
    assert!(ended.out.contains("Ruoming Pang"), "{}", ended.out);
}

#[test]
fn broken_utf8_is_read_all_the_same() {
    // The accented letters are Latin-1.
    let place = Place::new().with("old.txt", b"Ruoming Pang lascia Apple per Meta. \xc8 una novit\xe0 di luned\xec.\n");
    let ended = place.run(&["read", "old.txt", "--format", "jsonl", "--lang", "it"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert!(ended.out.contains("Ruoming Pang"), "{}", ended.out);
}

#[test]
fn other_languages_give_a_note_and_no_claims() {
    let text =
        "Rząd ogłosił wczoraj nowe przepisy dotyczące podatków, które wejdą w życie na początku przyszłego roku.";
    let ended = Place::new().with("pl.txt", text).run(&["read", "pl.txt", "--format", "jsonl"]);
    assert_eq!((ended.code, ended.out.as_str()), (0, ""));
    assert!(ended.err.contains("pl: language-"), "{}", ended.err);
}

/// 50 MB in one line, as a file, as a record, and as a record that never ends: refused by name, the rest goes on.
#[test]
fn fifty_megabytes_in_one_line() {
    let text = ARTICLE.trim_end().repeat(50_000_000 / ARTICLE.len());
    refused("line.txt", &text, &["larger than the limit", "split the input"]);
    let good = "{\"id\": \"good\", \"lang\": \"it\", \"text\": \"Ruoming Pang lascia Apple per Meta.\"}";
    for long in [format!("{{\"id\": \"long\", \"text\": \"{text}\"}}"), format!("{{\"id\": \"{text}")] {
        let place = Place::new().with("news.jsonl", format!("{good}\n{long}\n{good}\n"));
        let ended = place.run(&["read", "news.jsonl", "--format", "jsonl"]);
        ended.fails(1, &["news.jsonl:2:"]);
        assert_eq!(ended.out.lines().count(), 2, "{}", ended.err);
    }
}

#[test]
fn folders_of_packs_and_knowledge_are_checked() {
    let place = Place::new().with("good.txt", ARTICLE);
    place.run(&["read", "good.txt", "--packs", "nowhere"]).fails(4, &["nowhere", "--packs"]);
    place.run(&["read", "good.txt", "--packs", "."]).fails(4, &["no language pack", "docs/packs.md"]);
    std::fs::create_dir(place.path("kb")).unwrap();
    place.write("kb/organisations.tsv", "id\tname\nx\n");
    place.run(&["read", "good.txt", "--kb", "kb"]).fails(4, &["organisations.tsv:"]);
    place.run(&["kb", "check", "--kb", "kb"]).fails(1, &[]);
}

#[test]
fn output_that_cannot_be_written() {
    if !std::path::Path::new("/dev/full").exists() {
        return;
    }
    let place = Place::new().with("good.txt", ARTICLE);
    let mut command = place.command(&["read", "good.txt", "--format", "jsonl"]);
    command.stdout(std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap());
    Ended::of(command).fails(5, &["the output cannot be written", "no space left"]);
    place.ok(&["add", "good.txt"]);
    place.run(&["export", "--out", "no/such/folder.jsonl"]).fails(5, &["no/such/folder.jsonl"]);
}

/// Nobody listens any more: the program ends without a word.
#[test]
fn broken_pipe() {
    let line = format!("{{\"id\": \"ID\", \"text\": \"{}\"}}\n", "Ruoming Pang lascia Apple per Meta. ".repeat(3));
    let lines: String = (0..400).map(|n| line.replace("ID", &n.to_string())).collect();
    let place = Place::new().with("news.jsonl", lines);
    let mut child = place.command(&["read", "news.jsonl", "--format", "jsonl"]).spawn().unwrap();
    drop(child.stdout.take());
    let ended = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&ended.stderr), "");
    assert_eq!(ended.status.code(), Some(0));
}
