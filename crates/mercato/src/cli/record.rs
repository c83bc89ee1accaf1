//! Flags of the commands about facts and judgements.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use mercato_facts::level::Level;
use mercato_model::{Kind, PartialDate, Slot};

use super::{Format, Rows, date};

/// Since when an article counts as known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum KnownBy {
    /// Since its day of publication
    Published,
    /// Since it was added to this ledger
    Added,
}

/// Which facts.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Which facts")]
pub struct WhichFacts {
    /// About this person, by full name or surname
    #[arg(long, value_name = "NAME")]
    pub person: Option<String>,
    /// In which this firm or one of its family plays any part
    #[arg(long, value_name = "NAME")]
    pub firm: Option<String>,
    /// The firm alone, without parents and parts
    #[arg(long, requires = "firm")]
    pub exact: bool,
    /// Of these kinds, comma-separated: move, offer, count ...
    #[arg(long, value_delimiter = ',', value_name = "KIND", value_parser = kind())]
    pub kind: Vec<Kind>,
    /// At least this well corroborated
    #[arg(long, value_name = "LEVEL", value_parser = level())]
    pub level: Option<Level>,
    /// That may have happened on or after: YYYY-MM-DD, YYYY-MM or YYYY
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub since: Option<PartialDate>,
    /// That may have happened on or before
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub until: Option<PartialDate>,
    /// Also rumours about people who are no executives, and private reasons
    #[arg(long)]
    pub private: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
A fact is what all articles say about one event. Forty articles that repeat one scoop are one origin.
Levels: mention, rumour, reported (one origin says so), corroborated (two independent ones), confirmed
(a party to it says so), completed (and it has happened).

Examples:
  mercato facts --firm Meta --level corroborated
  mercato facts --person Pang --as-of 2025-08-01
  mercato facts --kind move --format jsonl > moves.jsonl")]
pub struct Facts {
    #[command(flatten)]
    pub which: WhichFacts,
    #[command(flatten)]
    pub rows: Rows,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mercato fact 3f9a2c                    origins, copies, denials, levels, disagreements
  mercato fact 3f9a2c --as-of 2025-08-01")]
pub struct FactById {
    /// Id of a fact, or of any claim in it, or the beginning of one
    pub id: String,
    #[arg(long, value_enum, default_value = "table")]
    pub format: Format,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Classes: hard (both cannot hold), definition, time, granularity, scope, scale_slip, relay_distortion.

Examples:
  mercato disputes --class hard
  mercato disputes --firm OpenAI --format csv")]
pub struct Disputes {
    #[command(flatten)]
    pub which: WhichFacts,
    /// Only these classes, comma-separated
    #[arg(long, value_delimiter = ',', value_name = "CLASS", value_parser = class())]
    pub class: Vec<String>,
    #[command(flatten)]
    pub rows: Rows,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Speed and truth stand apart: FIRST counts confirmed facts that a source was first with, FALSE-FIRST
denied ones. The letter (A to E) rests on settled facts; F means fewer than three.

Examples:
  mercato sources
  mercato sources --learn                from now on, probabilities use what is settled")]
pub struct Sources {
    /// Keep what settled facts teach, for the probabilities of all facts
    #[arg(long)]
    pub learn: bool,
    #[command(flatten)]
    pub rows: Rows,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Each question comes with the claims to look at (`mercato why CLAIM`); answer with `mercato judge`.

Examples:
  mercato review --limit 10
  mercato review --format jsonl")]
pub struct Review {
    /// Also rumours about people who are no executives
    #[arg(long)]
    pub private: bool,
    #[command(flatten)]
    pub rows: Rows,
}

/// Who decides, and why.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "For the log")]
pub struct Judging {
    /// Who decides
    #[arg(long, value_name = "NAME", env = "MERCATO_AUTHOR", hide_env_values = true, default_value = "local")]
    pub author: String,
    /// Why
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub because: String,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Nothing is changed in the claims: a judgement stands in the log, wins over rules and later readings,
and `mercato undo` takes it back.

Examples:
  mercato judge accept 3f9a2c
  mercato judge correct 3f9a2c to OpenAI --because \"see the last paragraph\"
  mercato judge other-person 3f9a2c 77d01e
  mercato judge retract daily-2025-07-08")]
pub struct Judge {
    #[command(subcommand)]
    pub what: Verdict,
}

#[derive(Debug, Subcommand)]
pub enum Verdict {
    /// The reading is right
    Accept {
        #[arg(required = true, value_name = "CLAIM")]
        claims: Vec<String>,
        #[command(flatten)]
        judging: Judging,
    },
    /// The reading is wrong: the claim counts nowhere
    Reject {
        #[arg(required = true, value_name = "CLAIM")]
        claims: Vec<String>,
        #[command(flatten)]
        judging: Judging,
    },
    /// One slot was read wrongly
    Correct {
        claim: String,
        /// Name of the slot: from, to, person, role_to, amount ...
        #[arg(value_parser = slot())]
        slot: Slot,
        /// What the article says: text, a list with `;` between, or JSON for amounts; nothing: it does not say
        value: Option<String>,
        #[command(flatten)]
        judging: Judging,
    },
    /// Two claims speak of the same person
    SamePerson {
        one: String,
        other: String,
        #[command(flatten)]
        judging: Judging,
    },
    /// Two claims speak of two people
    OtherPerson {
        one: String,
        other: String,
        #[command(flatten)]
        judging: Judging,
    },
    /// The outlet corrected or withdrew an article
    Retract {
        document: String,
        #[command(flatten)]
        judging: Judging,
    },
    /// What a claim says was overtaken by what another says
    Superseded {
        claim: String,
        #[arg(long, value_name = "CLAIM")]
        by: String,
        #[command(flatten)]
        judging: Judging,
    },
    /// Two articles go back to one origin
    SameRoot {
        one: String,
        other: String,
        #[command(flatten)]
        judging: Judging,
    },
    /// An article reports on its own
    OwnRoot {
        document: String,
        #[command(flatten)]
        judging: Judging,
    },
}

#[derive(Debug, Args)]
pub struct Two {
    /// Id of a fact or of a claim in it
    pub one: String,
    /// Id of the other
    pub other: String,
    #[command(flatten)]
    pub judging: Judging,
}

#[derive(Debug, Args)]
pub struct Split {
    /// The claim that does not belong to its fact
    pub claim: String,
    #[command(flatten)]
    pub judging: Judging,
}

#[derive(Debug, Args)]
pub struct Undo {
    /// Id of an operation, or the beginning of one, as `mercato log` shows it [default: the last that holds]
    pub operation: Option<String>,
    #[command(flatten)]
    pub judging: Judging,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mercato diff --between 2025-07-01 2025-08-01
  mercato diff --between 2025-07 2025-08 --firm Meta --format jsonl")]
pub struct Diff {
    /// Two days: what the later one knows and the earlier did not
    #[arg(long, num_args = 2, value_names = ["A", "B"], value_parser = date, required = true)]
    pub between: Vec<PartialDate>,
    #[command(flatten)]
    pub which: WhichFacts,
    #[command(flatten)]
    pub rows: Rows,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Claims about the person go, the name and surname are covered in the kept texts, judgements about them
go, and the file is built anew so that nothing is left in it. What stays is a salted digest that keeps
later articles from bringing the person back. There is no undo. Copies of the file are yours to remove.

Examples:
  mercato forget \"Ada Neri\" --yes")]
pub struct Forget {
    /// Full name
    pub person: String,
    /// Do it; without this, only say what would go
    #[arg(long)]
    pub yes: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Reads the kept texts again with the packs and knowledge of this program. A reading that differs becomes
a new revision; the earlier one stays. What a person decided stands.

Examples:
  mercato reread
  mercato reread --dry-run --format jsonl")]
pub struct Reread {
    /// Only report what would change
    #[arg(long)]
    pub dry_run: bool,
    #[arg(long, value_enum, default_value = "table")]
    pub format: Format,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mercato import other.db                articles, claims and judgements of another ledger
  mercato import people.ftm.json --into mykb    a folder of knowledge for --kb")]
pub struct Import {
    /// A ledger, or FollowTheMoney entities (.json, .jsonl, .ijson)
    pub file: PathBuf,
    /// Write people and companies of FollowTheMoney entities into this folder, as tables of a knowledge base
    #[arg(long, value_name = "DIR")]
    pub into: Option<PathBuf>,
}

fn kind() -> impl clap::builder::TypedValueParser<Value = Kind> {
    use clap::builder::{PossibleValuesParser, TypedValueParser as _};
    PossibleValuesParser::new(Kind::ALL.iter().map(|k| k.as_str())).map(|name| Kind::parse(&name).unwrap_or(Kind::Move))
}

fn slot() -> impl clap::builder::TypedValueParser<Value = Slot> {
    use clap::builder::{PossibleValuesParser, TypedValueParser as _};
    PossibleValuesParser::new(Slot::ALL.iter().map(|s| s.as_str())).map(|name| Slot::parse(&name).unwrap_or(Slot::To))
}

fn level() -> impl clap::builder::TypedValueParser<Value = Level> {
    use clap::builder::{PossibleValuesParser, TypedValueParser as _};
    PossibleValuesParser::new(Level::ALL.map(Level::as_str)).map(|name| Level::parse(&name).unwrap_or(Level::Mention))
}

fn class() -> impl clap::builder::TypedValueParser<Value = String> {
    clap::builder::PossibleValuesParser::new(mercato_facts::dispute::Class::ALL.iter().map(|c| c.as_str()))
}
