//! Files, folders, globs: what is read, in which order, under which id, and what fails.

use std::fs;
use std::path::Path;

use mercato_source::{Options, Progress, read_path, read_paths};
use tempfile::TempDir;

/// A folder with these files; each holds its own path as its text, unless content is given.
fn folder(files: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in files {
        let (name, content) = file.split_once('=').unwrap_or((file, file));
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    folder
}

/// Reads the arguments (relative to the folder) and shows each document as `id` and each error as `code path`.
fn read(folder: &Path, arguments: &[&str]) -> Vec<String> {
    let paths = arguments.iter().map(|argument| match *argument {
        "." => folder.to_owned(),
        other => folder.join(other),
    });
    let root = format!("{}/", folder.display());
    read_paths(paths, &Options::default())
        .map(|item| match item {
            Ok(document) => document.id,
            Err(error) => format!("{} {}", error.code(), error.to_string().replace(&root, "")),
        })
        .collect()
}

#[track_caller]
fn check(files: &[&str], arguments: &[&str], expected: &[&str]) {
    let folder = folder(files);
    assert_eq!(read(folder.path(), arguments), expected);
}

#[test]
fn folders_are_read_in_order() {
    let files =
        ["r/b.txt", "r/a.md", "r/c/d.html", "r/c/a.txt=x", "r/A.TXT", "r/c.jsonl={\"id\":\"j\",\"text\":\"t\"}"];
    check(&files, &["r"], &["A", "r/a", "b", "c/a", "d", "j"]);
}

#[test]
fn hidden_and_foreign_files_are_passed_over() {
    let folder = folder(&["a.txt", ".b.txt", ".git/c.txt", "d.pdf", "e", "f/.g/h.txt", "f/i.text"]);
    assert_eq!(read(folder.path(), &["."]), ["a"]);
    let mut documents = read_path(folder.path(), &Options::default());
    assert_eq!(documents.by_ref().count(), 1);
    let skipped: Vec<_> = documents.skipped().iter().map(|p| p.strip_prefix(folder.path()).unwrap()).collect();
    assert_eq!(skipped, ["d.pdf", "e", "f/i.text"].map(Path::new));
}

#[test]
fn named_files_are_read_whatever_their_extension() {
    check(
        &["e=ciao", "f.data={\"id\":\"j\",\"text\":\"t\"}", "g.php=<p>ciao", ".h=ciao"],
        &["e", "f.data", "g.php", ".h"],
        &["e", "j", "g", ".h"],
    );
}

#[test]
fn globs() {
    let files = ["a1.txt", "a2.txt", "b.txt", "[c].txt", "d/a3.txt", ".a4.txt", "a5.pdf"];
    check(&files, &["a*.txt"], &["a1", "a2"]);
    check(&files, &["**/a*.txt"], &["a1", "a2", "a3"]);
    check(&files, &["a?.txt", "a1.txt", "b.txt"], &["a1", "a2", "b"]);
    check(&files, &["[c].txt"], &["[c]"]);
    check(&files, &["d*"], &["a3"]);
    check(&files, &["z*.txt"], &["not-found z*.txt: no file matches"]);
}

#[test]
fn ids_tell_files_apart_in_any_order() {
    check(&["a/x.txt", "b/x.txt", "y.txt"], &["."], &["a/x", "b/x", "y"]);
    check(&["a/x.txt", "b/x.txt", "y.txt"], &["y.txt", "b/x.txt", "a/x.txt"], &["y", "b/x", "a/x"]);
    check(&["a/x.txt", "b/x.txt"], &["b/x.txt"], &["x"]);
    check(&["a/c/x.txt", "b/c/x.txt", "d/x.txt"], &["."], &["a/c/x", "b/c/x", "d/x"]);
    check(&["x.txt", "x.md"], &["."], &["x.md", "x.txt"]);
    check(&["x.txt", "x.txt.md"], &["."], &["x", "x.txt"]);
    check(&["x.txt"], &["x.txt", "./x.txt", "."], &["x"]);
    check(&["a/x.txt", "x.jsonl={\"id\":\"x\",\"text\":\"t\"}"], &["."], &["x", "x"]);
}

#[test]
fn what_fails_is_named_and_the_rest_goes_on() {
    check(
        &["a.txt", "b.txt=", "c.txt"],
        &["a.txt", "b.txt", "z.txt", "c.txt"],
        &["a", "empty b.txt: the file is empty", "not-found z.txt: no such file or directory", "c"],
    );
    check(
        &["d/x.pdf", "e/f/.g"],
        &["d", "e"],
        &[
            "not-found d: the folder holds no articles, only 1 file(s) of other kinds",
            "not-found e: the folder holds no articles",
        ],
    );
    check(&["a.txt"], &["a.txt/b.txt"], &["unreadable a.txt/b.txt: not a directory"]);
}

#[cfg(unix)]
#[test]
fn links_and_forbidden_places() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let folder = folder(&["a/x.txt", "b/y.txt", "b/z.txt", "c.txt"]);
    let root = folder.path();
    symlink(root, root.join("a/circle")).unwrap();
    symlink(root.join("c.txt"), root.join("a/link.txt")).unwrap();
    symlink(root.join("gone"), root.join("a/broken.txt")).unwrap();
    assert_eq!(read(root, &["a"]), ["not-found a/broken.txt: no such file or directory", "link", "x"]);

    let forbid = |path: &str| fs::set_permissions(root.join(path), fs::Permissions::from_mode(0o000)).unwrap();
    forbid("c.txt");
    forbid("b");
    // The superuser may read everything.
    if fs::read(root.join("c.txt")).is_err() {
        assert_eq!(
            read(root, &["b", "c.txt"]),
            [
                "unreadable b: permission denied",
                "not-found b: the folder holds no articles",
                "unreadable c.txt: permission denied",
            ]
        );
    }
    fs::set_permissions(root.join("b"), fs::Permissions::from_mode(0o700)).unwrap();
}

#[test]
fn progress_ends_at_the_total() {
    let folder = folder(&["a.txt=12345", "b.jsonl={\"id\":\"j\",\"text\":\"t\"}\n", "c.html=<p>x"]);
    let mut documents = read_path(folder.path(), &Options::default());
    let total = Some(5 + 22 + 4);
    assert_eq!(documents.progress(), Progress { bytes: 0, total });
    assert_eq!(documents.by_ref().filter(Result::is_ok).count(), 3);
    assert_eq!(documents.progress(), Progress { bytes: 31, total });
}
