//! Endpoints: where a model is asked. HTTP with the two usual protocols, or a command of the user's own.
//!
//! Nothing is sent unless the caller asks, and then to the one host that [`Endpoint::host`] names.

mod http;

mod openai;

mod anthropic;

mod command;

mod pace;

use std::sync::atomic::AtomicBool;
use std::time::Duration;

pub use pace::{Clock, Pace, Paced};

/// How an endpoint is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Api {
    /// `POST /v1/chat/completions` and whatever speaks it.
    OpenAi,
    /// `POST /v1/messages`.
    Anthropic,
    /// A program: the question on its standard input, the answer on its standard output.
    Command,
}

impl Api {
    pub const ALL: [Self; 3] = [Self::OpenAi, Self::Anthropic, Self::Command];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::OpenAi => "openai",
            Self::Anthropic => "anthropic",
            Self::Command => "command",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|a| a.as_str() == name)
    }
}

/// How the answer's form is asked for, strictest first; an endpoint that refuses one is asked the next way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// A JSON Schema that the endpoint enforces.
    Schema,
    /// The call of a tool whose arguments are the answer.
    Tool,
    /// Words in the prompt alone.
    Plain,
}

impl Form {
    pub const ALL: [Self; 3] = [Self::Schema, Self::Tool, Self::Plain];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Schema => "schema",
            Self::Tool => "tool",
            Self::Plain => "plain",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.as_str() == name)
    }
}

/// Where a model is, and how it is asked.
#[derive(Clone)]
pub struct Settings {
    pub api: Api,
    /// Base address, without the path of the protocol.
    pub url: String,
    pub model: String,
    /// Never written anywhere.
    pub key: Option<String>,
    /// The program and its arguments, for [`Api::Command`].
    pub command: Vec<String>,
    pub form: Form,
    pub stream: bool,
    pub timeout: Duration,
    /// Most tokens of an answer.
    pub max_output: u32,
    pub temperature: Option<f64>,
}

/// One question.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    pub system: &'a str,
    pub user: &'a str,
    /// JSON Schema of the answer.
    pub schema: &'a serde_json::Value,
}

/// One answer, as it came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    pub text: String,
    pub input_tokens: Option<u64>,
    pub output_tokens: Option<u64>,
    /// It ended before its end: at the limit of tokens, or when the line broke.
    pub cut_off: bool,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    #[error("{host} cannot be reached: {what}")]
    Unreachable { host: String, what: String },
    #[error("{host} gave no answer within {seconds} seconds")]
    TimedOut { host: String, seconds: u64 },
    #[error("{host} refuses the key ({status})")]
    KeyRefused { host: String, status: u16 },
    #[error("{host} asks to be asked less often")]
    TooOften { host: String, wait: Option<Duration> },
    #[error("{host} fails ({status}): {what}")]
    Broken { host: String, status: u16, what: String },
    #[error("{host} does not take the question ({status}): {what}")]
    NotTaken { host: String, status: u16, what: String },
    #[error("{host} answers in no form that is known: {what}")]
    Unintelligible { host: String, what: String },
    #[error("the model refuses to read this text: {what}")]
    Refused { what: String },
    #[error("the command failed: {what}")]
    Command { what: String },
    #[error("stopped")]
    Stopped,
}

impl EndpointError {
    /// Whether the same question may find an answer later.
    pub fn passes(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::TimedOut { .. } | Self::TooOften { .. } | Self::Broken { .. })
    }

    /// Whether no other question will fare better.
    pub fn hopeless(&self) -> bool {
        matches!(self, Self::KeyRefused { .. } | Self::Stopped)
    }

    pub fn hint(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => "check the address and that the server runs: mercato model check",
            Self::TimedOut { .. } => "raise `timeout` in the file of models, or ask for fewer documents at a time",
            Self::KeyRefused { .. } => "the key is taken from the environment variable that `key_env` names",
            Self::TooOften { .. } => "lower `requests_per_minute` or `tokens_per_minute` in the file of models",
            Self::Broken { .. } => "try again later; what was answered is kept",
            Self::NotTaken { .. } => "check the name of the model: mercato model check",
            Self::Unintelligible { .. } => "check `api` in the file of models: openai, anthropic or command",
            Self::Refused { .. } => "another model may read it; the rules have read it",
            Self::Command { .. } => "run the command by hand: it reads the question on standard input",
            Self::Stopped => "what was answered is kept",
        }
    }
}

/// Somebody who can be asked.
pub trait Endpoint: Send + Sync {
    /// Who receives the text, as the user is told.
    fn host(&self) -> &str;

    fn ask(&self, question: &Question<'_>, stop: &AtomicBool) -> Result<Reply, EndpointError>;
}

/// The endpoint that settings describe.
pub fn open(settings: &Settings) -> Box<dyn Endpoint> {
    match settings.api {
        Api::OpenAi => Box::new(openai::OpenAi::new(settings)),
        Api::Anthropic => Box::new(anthropic::Anthropic::new(settings)),
        Api::Command => Box::new(command::Program::new(settings)),
    }
}
