//! The flags of the model as second reader, and the commands about models.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{Overrides, Rows};

/// Who reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Readers {
    /// The built-in rules: offline, at once
    #[default]
    Rules,
    /// A language model, held to the text
    Model,
    /// Both, put together
    Both,
}

/// Which model reads, where it is asked, what it may cost.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "A model as second reader (off unless --reader asks for it)")]
pub struct Model {
    /// Who reads
    #[arg(long, value_enum, default_value = "rules")]
    pub reader: Readers,
    #[command(flatten)]
    pub place: Place,
    /// Take the answers from this record (a folder of kept answers, or claims as JSON Lines) and ask nobody
    #[arg(long, value_name = "DIR|FILE")]
    pub replay: Option<PathBuf>,
    /// Where raw answers are kept and looked up [default: the ledger's name, ending in `.answers`]
    #[arg(long, value_name = "DIR", env = "MERCATO_ANSWERS", hide_env_values = true)]
    pub answers: Option<PathBuf>,
    #[command(flatten)]
    pub limits: Limits,
}

/// Which model, and where.
#[derive(Clone, Debug, Default, Args)]
pub struct Place {
    /// A model of the file of models, or PLACE/MODEL such as ollama/qwen3 (`mercato model list` shows both)
    #[arg(long, value_name = "NAME", env = "MERCATO_MODEL", hide_env_values = true)]
    pub model: Option<String>,
    /// The file of models, see docs/models.md
    #[arg(
        long,
        value_name = "FILE",
        env = "MERCATO_MODELS",
        hide_env_values = true,
        default_value = "mercato-models.toml"
    )]
    pub models: PathBuf,
    /// Base address of the endpoint, instead of the one that the model's place has
    #[arg(long, value_name = "URL", env = "MERCATO_ENDPOINT", hide_env_values = true)]
    pub endpoint: Option<String>,
}

/// How far a run may go.
#[derive(Clone, Debug, Default, Args)]
pub struct Limits {
    /// Stop asking before this is spent, such as 5usd
    #[arg(long, value_name = "SUM", value_parser = money)]
    pub budget: Option<f64>,
    /// Ask about at most this many documents
    #[arg(long, value_name = "N")]
    pub max_documents: Option<usize>,
    /// Ask about every document, also those in which the rules see nothing of the trade
    #[arg(long)]
    pub all_documents: bool,
}

#[derive(Debug, Subcommand)]
pub enum ModelCommand {
    /// List the models that can be asked
    List {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        rows: Rows,
    },
    /// Ask a model one question and say how it answered
    Check {
        #[command(flatten)]
        place: Place,
    },
    /// Say what asking a model about articles would cost; asks nobody
    Estimate(Estimate),
    /// Ask a model about articles and keep its raw answers in a folder, for --replay
    Record(Record),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mercato model estimate articles/ --model openai/gpt-4o-mini
  mercato model estimate news.jsonl --model ollama/qwen3 --format jsonl")]
pub struct Estimate {
    /// Articles, as for `read`
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub place: Place,
    /// Also documents in which the rules see nothing of the trade
    #[arg(long)]
    pub all_documents: bool,
    #[command(flatten)]
    pub overrides: Overrides,
    #[arg(long, value_enum, default_value = "table")]
    pub format: super::Format,
}

#[derive(Debug, Args)]
#[command(after_help = "\
What is in the folder already is not asked again: a run that was stopped goes on where it was.

Examples:
  mercato model record answers/ articles/ --model anthropic/claude-sonnet-4-0 --budget 5usd
  mercato read articles/ --reader both --replay answers/")]
pub struct Record {
    /// The folder of answers
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// Articles, as for `read`
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub place: Place,
    #[command(flatten)]
    pub limits: Limits,
    #[command(flatten)]
    pub overrides: Overrides,
}

/// `5usd`, `$5`, `0.50`; in US dollars, as the tables of prices are.
fn money(text: &str) -> Result<f64, String> {
    let text = text.trim().to_ascii_lowercase();
    let number = text.trim_start_matches('$').trim_end_matches("usd").trim();
    let sum = number.parse().ok().filter(|n: &f64| n.is_finite() && *n > 0.0);
    sum.ok_or_else(|| "a budget is a sum in US dollars: 5usd, 0.50usd".to_owned())
}

#[cfg(test)]
mod tests {
    #[test]
    fn sums() {
        for (text, sum) in
            [("5usd", Some(5.0)), ("$0.50", Some(0.5)), ("5 USD", Some(5.0)), ("5eur", None), ("-1", None)]
        {
            assert_eq!(super::money(text).ok(), sum, "{text}");
        }
    }
}
