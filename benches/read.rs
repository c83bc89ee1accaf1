//! Articles a second on one core, and the start of the program. See `benches/README.md`.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use mercato_model::Document;
use mercato_pack::Knowledge;
use mercato_source::{Options, read_paths};

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let own = ["it", "fr", "en"].map(|lang| root.join(format!("eval/stories/{lang}/docs.jsonl")));
    let paths = arguments.first().map_or_else(|| own.to_vec(), |path| vec![PathBuf::from(path)]);
    let wanted: usize = arguments.get(1).and_then(|n| n.parse().ok()).unwrap_or(5000);
    let documents: Vec<Document> = read_paths(paths, &Options::default()).filter_map(Result::ok).collect();
    assert!(!documents.is_empty(), "no articles");

    let knowledge = Knowledge::embedded();
    let loading = Instant::now();
    for document in &documents {
        std::hint::black_box(mercato_read::read(document, &knowledge));
    }
    let first_round = loading.elapsed();
    let (mut bytes, mut claims) = (0, 0);
    let reading = Instant::now();
    for document in documents.iter().cycle().take(wanted) {
        bytes += document.text.len();
        claims += std::hint::black_box(mercato_read::read(document, &knowledge)).claims.len();
    }
    let taken = reading.elapsed().as_secs_f64();
    println!("read    {wanted} articles ({:.1} MB, {claims} claims) in {taken:.2} s, one thread", bytes as f64 / 1e6);
    println!("        {:.0} articles/s, {:.2} MB/s", wanted as f64 / taken, bytes as f64 / 1e6 / taken);
    println!("        first round with loading: {} articles in {:.0} ms", documents.len(), millis(first_round));
    println!("start   {:.0} ms, median of 20 runs of `mercato read -` on one sentence", millis(start()));
}

/// From launching the program to its end, packs and knowledge base loaded.
fn start() -> Duration {
    let mut runs: Vec<Duration> = (0..20)
        .map(|_| {
            let begin = Instant::now();
            let mut child = Command::new(env!("CARGO_BIN_EXE_mercato"))
                .args(["read", "-", "--lang", "it", "--format", "jsonl"])
                .stdin(Stdio::piped())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .expect("the program starts");
            let sentence = b"Ruoming Pang lascia Apple per Meta.\n";
            std::io::Write::write_all(&mut child.stdin.take().expect("piped"), sentence).expect("it listens");
            child.wait().expect("it ends");
            begin.elapsed()
        })
        .collect();
    runs.sort();
    runs[runs.len() / 2]
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
