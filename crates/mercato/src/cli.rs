//! The command line, declared once: help, completions and `docs/cli.md` all come from here.

mod model;
pub mod record;

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser as _};
use clap::{Args, Parser, Subcommand, ValueEnum};
use mercato_model::{Kind, Lang, PartialDate, Status};

pub use model::{Estimate, Limits, Model, ModelCommand, Place, Readers, Record};

const EXAMPLES: &str = "\
First steps:
  mercato tour                          read the example articles and see what comes out
  mercato read article.txt              the claims of one article
  mercato add articles/ news.jsonl      read and keep
  mercato list moves --to Meta          ask the ledger
  mercato facts --firm Meta             what all articles say together, origins counted
  mercato why 3f9a2c                    the words, the source, the rule behind one claim
  mercato serve --open                  the same as pages in a browser

Exit codes:
  0  done                               3  the ledger cannot be used
  1  an input failed, or a check found  4  the packs or the knowledge base
     something; the rest is done           cannot be used
  2  the command line is wrong          5  the output cannot be written";

/// Reads news articles about the market for AI talent into claims and keeps a ledger of evidence.
#[derive(Debug, Parser)]
#[command(name = "mercato", version, after_help = EXAMPLES, arg_required_else_help = true, subcommand_required = true)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// What every command understands.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Everywhere")]
pub struct Global {
    /// The ledger, one file; made by `add` when it is not there
    #[arg(long, global = true, env = "MERCATO_LEDGER", hide_env_values = true, default_value = "mercato.db")]
    pub ledger: PathBuf,
    /// Language packs from this folder instead of the built-in ones
    #[arg(long, global = true, value_name = "DIR", env = "MERCATO_PACKS", hide_env_values = true)]
    pub packs: Option<PathBuf>,
    /// Knowledge base from this folder instead of the built-in one
    #[arg(long, global = true, value_name = "DIR", env = "MERCATO_KB", hide_env_values = true)]
    pub kb: Option<PathBuf>,
    /// Threads that read at the same time; the output is the same for any number [default: one per core]
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub threads: Option<u16>,
    /// When to colour; `auto` colours a terminal unless NO_COLOR is set
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: When,
    /// The record as it stood at the end of this day: YYYY-MM-DD, YYYY-MM or YYYY
    #[arg(long, global = true, value_name = "DATE", value_parser = date)]
    pub as_of: Option<PartialDate>,
    /// What `--as-of` goes by
    #[arg(long, global = true, value_name = "DAY", value_enum, default_value = "published")]
    pub known_by: record::KnownBy,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum When {
    Auto,
    Always,
    Never,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Table,
    /// One JSON object a line, see docs/claims.md
    Jsonl,
    /// For spreadsheets; cells that would run as formulas are disarmed
    Csv,
    /// The columns of CSV as a Parquet file, numbers as numbers
    Parquet,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Print the claims of articles and keep nothing
    Read(Read),
    /// Read articles and keep their claims in the ledger
    Add(Add),
    /// List claims of the ledger, newest first
    List(List),
    /// Everything known about a person
    Who(Named),
    /// Everything known about a firm
    Firm(Named),
    /// What all articles say together: events with their origins and how well they stand
    Facts(record::Facts),
    /// The dossier of one fact
    Fact(record::FactById),
    /// Where sources disagree, and of what kind the disagreement is
    Disputes(record::Disputes),
    /// How sources have done: first, confirmed, denied
    Sources(record::Sources),
    /// What is worth a person's time, most important first
    Review(record::Review),
    /// Decide about claims, people, articles
    Judge(record::Judge),
    /// Two facts are one
    Merge(record::Two),
    /// A claim does not belong to its fact
    Split(record::Split),
    /// Two facts are never one, whatever rules find
    Never(record::Two),
    /// Take a decision back
    Undo(record::Undo),
    /// Every decision, oldest first
    Log(Rows),
    /// What changed between two days, and which articles changed it
    Diff(record::Diff),
    /// Erase a person
    Forget(record::Forget),
    /// Read the kept texts again with these packs
    Reread(record::Reread),
    /// Take in another ledger, or people and companies
    Import(record::Import),
    /// Show why a claim was read, or trace the reading of a passage
    Why(Why),
    /// Check the language packs, explain their rules
    #[command(subcommand)]
    Pack(Pack),
    /// Check the knowledge base
    #[command(subcommand)]
    Kb(Kb),
    /// Models as second readers: which there are, what they cost, their answers kept
    #[command(subcommand)]
    Model(ModelCommand),
    /// Score the reader against articles with known claims
    Eval(Eval),
    /// Write the whole ledger in an open format
    Export(Export),
    /// Read the example articles and show what they say
    Tour(Tour),
    /// Show the ledger as pages in a browser
    Serve(Serve),
    /// Tell what is new on your watchlists, by webhook and mail
    Alert(Alert),
    /// One file about a period, to send or to print
    Report(Report),
    /// Answer an assistant's questions over standard input (Model Context Protocol)
    #[command(after_help = "\
Every question of the API is a tool that only reads; answers carry the words of the articles. Give your
assistant this command, with the ledger:

Examples:
  {\"mcpServers\": {\"mercato\": {\"command\": \"mercato\", \"args\": [\"--ledger\", \"news.db\", \"mcp\"]}}}")]
    Mcp,
    /// Print shell completions
    Completions(Completions),
}

/// What overrides the metadata of the articles.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "What the articles do not say themselves")]
pub struct Overrides {
    /// Language of the articles (it, fr, en), instead of detecting it
    #[arg(long, value_name = "CODE", value_parser = lang)]
    pub lang: Option<Lang>,
    /// Day of publication: YYYY-MM-DD, YYYY-MM or YYYY
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub published: Option<PartialDate>,
    /// Name of the outlet
    #[arg(long, value_name = "NAME")]
    pub outlet: Option<String>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mercato read article.html
  mercato read --format jsonl articles.jsonl > claims.jsonl
  mercato read article.txt --reader both --model ollama/qwen3
  pbpaste | mercato read - --lang it --published 2025-07-08")]
pub struct Read {
    /// Articles: .txt, .md, .html, .jsonl files, folders, globs, or `-` for standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    #[arg(long, value_enum, default_value = "table")]
    pub format: Format,
    /// Only claims with at least this score, 0 to 1
    #[arg(long, value_name = "SCORE", value_parser = score)]
    pub min_score: Option<f64>,
    /// Print on standard error what was seen and left unread
    #[arg(long)]
    pub notes: bool,
    #[command(flatten)]
    pub overrides: Overrides,
    #[command(flatten)]
    pub model: Model,
}

#[derive(Debug, Args)]
#[command(after_help = "\
The same article twice changes nothing; a changed article is a new revision, and the claims of the
old one stay, marked as superseded. A killed run leaves whole articles only: run it again.

Examples:
  mercato add articles/
  mercato add 'news/2025-*.jsonl' --outlet 'The Example'")]
pub struct Add {
    /// Articles: .txt, .md, .html, .jsonl files, folders, globs, or `-` for standard input
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub overrides: Overrides,
    #[command(flatten)]
    pub model: Model,
}

/// Which claims of the ledger.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Which claims")]
pub struct Filters {
    /// About this person, by full name or surname
    #[arg(long, value_name = "NAME")]
    pub person: Option<String>,
    /// In which this firm plays any part
    #[arg(long, value_name = "NAME")]
    pub firm: Option<String>,
    /// Away from this firm
    #[arg(long, value_name = "FIRM")]
    pub from: Option<String>,
    /// Towards this firm
    #[arg(long, value_name = "FIRM")]
    pub to: Option<String>,
    /// Dated on or after: YYYY-MM-DD, YYYY-MM or YYYY
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub since: Option<PartialDate>,
    /// Dated on or before
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub until: Option<PartialDate>,
    /// Only these statuses, comma-separated
    #[arg(long, value_delimiter = ',', value_parser = status())]
    pub status: Vec<Status>,
    /// From articles in these languages, comma-separated
    #[arg(long, value_name = "CODE", value_delimiter = ',', value_parser = lang)]
    pub lang: Vec<Lang>,
    /// Only claims with at least this score, 0 to 1
    #[arg(long, value_name = "SCORE", value_parser = score)]
    pub min_score: Option<f64>,
    /// Also claims of earlier revisions of an article
    #[arg(long)]
    pub superseded: bool,
    /// Also rumours about people who are no executives
    #[arg(long)]
    pub private: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mercato list moves --from OpenAI --since 2025
  mercato list offers --firm Meta --min-score 0.8
  mercato list all --person Pang --format jsonl")]
pub struct List {
    /// What to list
    #[arg(value_name = "KINDS", value_parser = kinds(), hide_possible_values = false)]
    pub kind: Kinds,
    #[command(flatten)]
    pub filters: Filters,
    #[command(flatten)]
    pub rows: Rows,
}

/// How rows come out.
#[derive(Debug, Args)]
pub struct Rows {
    #[arg(long, value_enum, default_value = "table")]
    pub format: Format,
    /// At most this many
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mercato who \"Ruoming Pang\"
  mercato firm Meta --format jsonl")]
pub struct Named {
    /// The name, as far as you know it
    pub name: String,
    /// Also rumours about people who are no executives
    #[arg(long)]
    pub private: bool,
    #[command(flatten)]
    pub rows: Rows,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mercato why 3f9a2c
  mercato why --text \"Ada Neri ha lasciato Corvanta per Helvion.\" --lang it")]
pub struct Why {
    /// Id of a claim of the ledger, or the beginning of one
    #[arg(value_name = "CLAIM-ID", required_unless_present = "text", conflicts_with = "text")]
    pub id: Option<String>,
    /// Trace the reading of this passage: sentences, names, values, rules tried, where each stopped
    #[arg(long, value_name = "PASSAGE")]
    pub text: Option<String>,
    /// Language of the passage
    #[arg(long, value_name = "CODE", value_parser = lang, requires = "text")]
    pub lang: Option<Lang>,
    /// Day of publication of the passage, for relative dates
    #[arg(long, value_name = "DATE", value_parser = date, requires = "text")]
    pub published: Option<PartialDate>,
}

#[derive(Debug, Subcommand)]
pub enum Pack {
    /// Load every pack and run every example of every rule
    Check {
        /// Folder of packs [default: the built-in packs, or --packs]
        dir: Option<PathBuf>,
        /// Only this language
        #[arg(long, value_name = "CODE", value_parser = lang)]
        lang: Option<Lang>,
    },
    /// Show a rule: its file and line, its text, its examples
    Explain {
        /// Id of the rule, such as it.move.passare
        rule: String,
    },
}

#[derive(Debug, Subcommand)]
pub enum Kb {
    /// Look for duplicates, dangling references and ambiguous aliases
    Check,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mercato eval eval/stories/it/docs.jsonl eval/stories/it/gold.jsonl --show 20
  mercato eval docs.jsonl gold.jsonl --claims other-reader.jsonl
  mercato eval docs.jsonl gold.jsonl --reader both --replay answers/ --folds 5
  mercato eval eval/stories/it/docs.jsonl eval/stories/it/gold.jsonl --gate")]
pub struct Eval {
    /// Articles, JSON Lines with `id`, `lang`, `text`
    pub docs: PathBuf,
    /// Their known claims, JSON Lines
    pub gold: PathBuf,
    /// Score these claims instead of reading the articles
    #[arg(long, value_name = "FILE")]
    pub claims: Option<PathBuf>,
    /// Leave out claims below this score
    #[arg(long, value_name = "SCORE", value_parser = score, default_value = "0")]
    pub min_score: f64,
    /// Print this many misses and inventions
    #[arg(long, value_name = "N", default_value = "0", hide_default_value = true)]
    pub show: usize,
    /// Print the figures as one JSON object
    #[arg(long)]
    pub json: bool,
    /// Write the calibration that these articles give (of the rules: packs/_common/calibration.tsv)
    #[arg(long, value_name = "FILE", conflicts_with = "claims")]
    pub calibrate: Option<PathBuf>,
    /// Write the weights with which an article lends a firm to what leaves one out (packs/_common/lending.tsv)
    #[arg(long, value_name = "FILE", conflicts_with_all = ["claims", "calibrate"])]
    pub fit_lending: Option<PathBuf>,
    /// Fail when a figure is below its floor
    #[arg(long)]
    pub gate: bool,
    /// Raise the floors to today's figures; never lowers one
    #[arg(long, requires = "gate")]
    pub raise: bool,
    /// The floors
    #[arg(long, value_name = "FILE", default_value = "eval/floors.toml")]
    pub floors: PathBuf,
    /// Name of the set in the floors
    #[arg(long, value_name = "NAME", default_value = "stories")]
    pub set: String,
    /// Score each article with a calibration fitted on the others, in this many parts (readers model and both)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(2..=100), conflicts_with_all = ["claims", "calibrate"])]
    pub folds: Option<u16>,
    #[command(flatten)]
    pub model: Model,
}

#[derive(Debug, Args)]
pub struct Export {
    #[arg(long, value_enum, default_value = "jsonl")]
    pub format: ExportFormat,
    /// Write to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Also claims of earlier revisions of an article
    #[arg(long)]
    pub superseded: bool,
    /// Also rumours about people who are no executives; never in ftm and quickstatements, which others publish
    #[arg(long)]
    pub private: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// Claims, one JSON object a line
    Jsonl,
    /// Claims, for spreadsheets
    Csv,
    /// Claims as a Parquet file: the columns of CSV, numbers as numbers
    Parquet,
    /// Facts, one JSON object a line
    Facts,
    /// Facts as FollowTheMoney entities: Person, Company, Employment, with proof
    Ftm,
    /// The words of claims as W3C Web Annotations
    Annotations,
    /// Confirmed moves as Wikidata QuickStatements with references
    Quickstatements,
}

#[derive(Debug, Args)]
pub struct Tour {
    /// Read the articles of this folder [default: examples/, else the built-in ones]
    #[arg(value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// Keep what was read in the ledger instead of forgetting it
    #[arg(long)]
    pub keep: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
The address is printed once pages are served; Ctrl-C ends it. What is added to the ledger meanwhile
shows up within a second. Everything on the pages is also at /api/v1/, described by openapi.json there.

Whoever decides in the browser (review page) or by the API signs in with the token that is shown at the
start; MERCATO_TOKEN sets one of your own, of 16 characters or more. On an address that other machines
reach, reading needs the token, too. Nothing is encrypted: put a server with TLS in front.

Examples:
  mercato serve --open
  mercato --ledger news.db serve --listen 127.0.0.1:8080
  curl -H \"Authorization: Bearer $MERCATO_TOKEN\" -H \"Content-Type: application/json\" \\
    -d '{\"do\": \"accept\", \"claim\": \"3f9a2c\", \"author\": \"Ada\"}' http://127.0.0.1:7878/api/v1/operations")]
pub struct Serve {
    /// Address and port; port 0 takes a free one, an address other than this machine's own needs MERCATO_TOKEN
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:7878")]
    pub listen: std::net::SocketAddr,
    /// Open the first page in the browser
    #[arg(long)]
    pub open: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
The file, in TOML (docs/alerts.md has every field):

  sources = [\"inbox\"]                  read first, as `mercato add` does
  [[watch]]
  name = \"Away from Corvanta\"
  from = \"Corvanta\"
  level = \"reported\"
  [[webhook]]
  url = \"https://hooks.example.org/mercato\"
  secret_env = \"HOOK_SECRET\"
  [mail]
  server = \"smtp.example.org\"
  from = \"mercato@example.org\"
  to = [\"you@example.org\"]

The first run only remembers what is there. What was told stands in the file's name ending in `.told`;
a message that did not arrive is sent again with the next run. Sources that failed are told apart from
no news. Run it as often as you like, from cron for instance.

Examples:
  mercato alert watch.toml --dry-run
  mercato alert watch.toml")]
pub struct Alert {
    /// The file of watchlists
    pub file: PathBuf,
    /// Say what would be sent, as JSON Lines; send and remember nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Tell also what was there before the first run
    #[arg(long)]
    pub from_start: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
The file needs nothing else: balance board, flows, pay, disputes, facts by kind, and a footnote for every
fact with the words that say it. A browser prints it as PDF.

Examples:
  mercato report --since 2025-07 --until 2025-09 --out report.html
  mercato --as-of 2025-08-01 report --lang it > agosto.html")]
pub struct Report {
    /// Facts that may have happened on or after: YYYY-MM-DD, YYYY-MM or YYYY
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub since: Option<PartialDate>,
    /// Facts that may have happened on or before
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub until: Option<PartialDate>,
    /// Language of the report
    #[arg(long, value_name = "CODE", default_value = "en", value_parser = ["it", "fr", "en"])]
    pub lang: String,
    /// Count from this level on the board and in the flows
    #[arg(long, value_name = "LEVEL", default_value = "reported", value_parser = ["rumour", "reported", "corroborated", "confirmed"])]
    pub level: String,
    /// List at most this many facts
    #[arg(long, value_name = "N", default_value_t = 300)]
    pub most: usize,
    /// Write to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mercato completions bash > ~/.local/share/bash-completion/completions/mercato
  mercato completions fish > ~/.config/fish/completions/mercato.fish")]
pub struct Completions {
    pub shell: clap_complete::Shell,
}

/// What `list` lists: one kind, or all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kinds {
    One(Kind),
    All,
}

/// The name of many claims of a kind: `moves`, `pay`.
pub fn plural(kind: Kind) -> &'static str {
    match kind {
        Kind::Move => "moves",
        Kind::Appointment => "appointments",
        Kind::Tenure => "tenures",
        Kind::Offer => "offers",
        Kind::Count => "counts",
        Kind::Rate => "rates",
        Kind::Reason => "reasons",
        Kind::Layoff => "layoffs",
        Kind::Deal => "deals",
        Kind::Condition => "conditions",
        Kind::Stance => "stances",
        Kind::Figure => "figures",
        Kind::Pay | Kind::Retention | Kind::Recruiting | Kind::Legal => kind.as_str(),
    }
}

fn kinds() -> impl clap::builder::TypedValueParser<Value = Kinds> {
    let names = Kind::ALL.iter().map(|&kind| {
        let (one, many) = (kind.as_str(), plural(kind));
        PossibleValue::new(many).aliases((one != many).then_some(one))
    });
    PossibleValuesParser::new(names.chain([PossibleValue::new("all").alias("claims")])).map(|name| {
        let one = Kind::ALL.iter().copied().find(|&kind| plural(kind) == name || kind.as_str() == name);
        one.map_or(Kinds::All, Kinds::One)
    })
}

fn status() -> impl clap::builder::TypedValueParser<Value = Status> {
    PossibleValuesParser::new(Status::ALL.iter().map(|s| s.as_str()))
        .map(|name| Status::parse(&name).unwrap_or(Status::Asserted))
}

fn lang(code: &str) -> Result<Lang, String> {
    Lang::parse(code).ok_or_else(|| "a language is two letters: it, fr, en".to_owned())
}

fn date(text: &str) -> Result<PartialDate, String> {
    PartialDate::parse(text).ok_or_else(|| "a date is YYYY-MM-DD, YYYY-MM or YYYY".to_owned())
}

fn score(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|s| (0.0..=1.0).contains(s)).ok_or_else(|| "a score is a number from 0 to 1".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn declaration_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_kind_has_a_plural_that_list_takes() {
        for &kind in Kind::ALL {
            for name in [plural(kind), kind.as_str()] {
                let cli = Cli::try_parse_from(["mercato", "list", name]).unwrap();
                assert!(matches!(cli.command, Command::List(List { kind: Kinds::One(k), .. }) if k == kind), "{name}");
            }
        }
    }

    /// `docs/cli.md` is the help of every command; `MERCATO_WRITE_DOCS=1 cargo test -p mercato` writes it.
    #[test]
    fn reference_page_is_up_to_date() {
        let mut page = String::from(
            "# Commands\n\nGenerated from `crates/mercato/src/cli.rs` by `MERCATO_WRITE_DOCS=1 cargo test -p mercato`.\n",
        );
        let mut root = Cli::command().term_width(100);
        root.build();
        section(&mut page, &mut root, "mercato");
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/cli.md");
        if std::env::var_os("MERCATO_WRITE_DOCS").is_some() {
            std::fs::write(path, &page).unwrap();
        }
        let written = std::fs::read_to_string(path).unwrap_or_default();
        assert!(written == page, "docs/cli.md is out of date: MERCATO_WRITE_DOCS=1 cargo test -p mercato");
    }

    fn section(page: &mut String, command: &mut clap::Command, name: &str) {
        let help = command.render_long_help().to_string();
        let lines: Vec<&str> = help.lines().map(str::trim_end).collect();
        *page += &format!("\n## {name}\n```text\n{}\n```\n", lines.join("\n").trim_end());
        for sub in command.get_subcommands_mut() {
            if sub.get_name() != "help" {
                let name = format!("{name} {}", sub.get_name());
                section(page, sub, &name);
            }
        }
    }
}
