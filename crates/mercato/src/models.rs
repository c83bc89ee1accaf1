//! The file of models, the usual places, prices: from a name on the command line to an endpoint that can be asked.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use mercato_source::endpoint::{Api, Endpoint, Form, Pace, Paced, Settings, open};
use serde::Deserialize;

use crate::cli::Place;
use crate::error::{Exit, Failure, Result};

const PLACES: &str = include_str!("../data/endpoints.toml");

/// `mercato-models.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// The model that is meant when none is named.
    default: Option<String>,
    #[serde(default)]
    models: BTreeMap<String, Entry>,
}

/// One model of the file, or one of the usual places.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// One of the usual places, from which the rest is taken.
    place: Option<String>,
    api: Option<String>,
    url: Option<String>,
    model: Option<String>,
    /// Environment variable that holds the key.
    key_env: Option<String>,
    command: Option<Vec<String>>,
    form: Option<String>,
    stream: Option<bool>,
    timeout: Option<u64>,
    max_output: Option<u32>,
    temperature: Option<f64>,
    parallel: Option<u16>,
    requests_per_minute: Option<u32>,
    tokens_per_minute: Option<u64>,
    retries: Option<u32>,
    price: Option<Price>,
}

/// US dollars a million tokens.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub struct Price {
    pub input: f64,
    pub output: f64,
}

impl Price {
    pub fn of(self, input: u64, output: u64) -> f64 {
        (self.input * input as f64 + self.output * output as f64) / 1e6
    }
}

/// A model that can be asked.
pub struct Asked {
    pub name: String,
    pub settings: Settings,
    pub pace: Pace,
    pub parallel: usize,
    pub price: Option<Price>,
    /// The variable that should hold the key and does not.
    pub key_missing: Option<String>,
}

impl Asked {
    /// What names the model in records and claims: the same model at another address gives the same answers.
    pub fn id(&self) -> &str {
        &self.settings.model
    }

    pub fn host(&self) -> String {
        match self.settings.api {
            Api::Command => self.settings.command.first().cloned().unwrap_or_default(),
            _ => self.settings.url.split("://").nth(1).unwrap_or(&self.settings.url).to_owned(),
        }
    }

    /// The endpoint, asked no faster than it may be. Without its key it is not opened.
    pub fn open(&self) -> Result<Box<dyn Endpoint>> {
        if let Some(variable) = &self.key_missing {
            let message = format!("the key of {} is not in the environment: {variable} is not set", self.name);
            return Err(Failure::usage(message).hint("keys are read from the environment only, and kept nowhere"));
        }
        Ok(Box::new(Paced::new(open(&self.settings), self.pace, clock)))
    }
}

/// Time since the program first asked.
fn clock() -> Duration {
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    START.get_or_init(Instant::now).elapsed()
}

/// The model that the flags name.
pub fn asked(place: &Place) -> Result<Asked> {
    let file = file(&place.models)?;
    let name = place.model.clone().or_else(|| file.default.clone()).ok_or_else(|| {
        Failure::usage("no model is named").hint(
            "--model NAME, MERCATO_MODEL or `default` in the file of models; `mercato model list` shows what there is",
        )
    })?;
    let mut entry = match file.models.get(&name) {
        Some(entry) => entry.clone(),
        None => match name.split_once('/') {
            Some((usual, model)) if places().contains_key(usual) => {
                Entry { place: Some(usual.to_owned()), model: Some(model.to_owned()), ..Entry::default() }
            }
            _ if place.endpoint.is_some() => {
                Entry { api: Some(Api::OpenAi.as_str().to_owned()), model: Some(name.clone()), ..Entry::default() }
            }
            _ => {
                let message = format!("there is no model {name}");
                return Err(Failure::usage(message).hint(
                    "`mercato model list` shows what can be asked; PLACE/MODEL names any model of a usual place",
                ));
            }
        },
    };
    if place.endpoint.is_some() {
        entry.url.clone_from(&place.endpoint);
    }
    resolve(&name, entry)
}

/// Every model of the file, then the usual places.
pub fn all(place: &Place) -> Result<Vec<Asked>> {
    let file = file(&place.models)?;
    let mut out = Vec::new();
    for (name, entry) in file.models {
        out.push(resolve(&name, entry)?);
    }
    for name in places().keys() {
        let entry = Entry { place: Some(name.clone()), model: Some("MODEL".to_owned()), ..Entry::default() };
        out.push(resolve(&format!("{name}/MODEL"), entry)?);
    }
    Ok(out)
}

fn resolve(name: &str, entry: Entry) -> Result<Asked> {
    let wrong = |what: String| Failure::usage(format!("model {name}: {what}")).hint("see docs/models.md");
    let usual = match &entry.place {
        Some(place) => places().get(place).cloned().ok_or_else(|| wrong(format!("there is no place {place}")))?,
        None => Entry::default(),
    };
    let api = entry.api.or(usual.api).unwrap_or_else(|| Api::OpenAi.as_str().to_owned());
    let api = Api::parse(&api).ok_or_else(|| wrong(format!("api {api} is none of openai, anthropic, command")))?;
    let form = entry.form.or(usual.form).unwrap_or_else(|| Form::Schema.as_str().to_owned());
    let form = Form::parse(&form).ok_or_else(|| wrong(format!("form {form} is none of schema, tool, plain")))?;
    let url = entry.url.or(usual.url).unwrap_or_default();
    let command = entry.command.unwrap_or_default();
    if api == Api::Command && command.is_empty() {
        return Err(wrong("a command is needed, such as command = [\"my-model\", \"--quiet\"]".to_owned()));
    }
    if api != Api::Command && !url.starts_with("http://") && !url.starts_with("https://") {
        return Err(wrong("a url is needed, such as http://localhost:8080".to_owned()));
    }
    let key_env = entry.key_env.or(usual.key_env);
    let key = key_env.as_ref().and_then(|variable| std::env::var(variable).ok()).filter(|key| !key.is_empty());
    let model = entry.model.unwrap_or_else(|| name.to_owned());
    Ok(Asked {
        name: name.to_owned(),
        key_missing: key_env.filter(|_| key.is_none()),
        price: entry.price.or_else(|| price(&model)),
        parallel: entry.parallel.map_or(4, usize::from).max(1),
        pace: Pace {
            requests_per_minute: entry.requests_per_minute,
            tokens_per_minute: entry.tokens_per_minute,
            retries: entry.retries.unwrap_or(4),
            pause: Duration::from_secs(1),
        },
        settings: Settings {
            api,
            url,
            model,
            key,
            command,
            form,
            stream: entry.stream.unwrap_or(false),
            timeout: Duration::from_secs(entry.timeout.unwrap_or(180)),
            max_output: entry.max_output.unwrap_or(16_000),
            temperature: entry.temperature,
        },
    })
}

/// The list price of a model whose name begins as one of the table does.
fn price(model: &str) -> Option<Price> {
    let table: BTreeMap<String, Price> = toml::from_str(mercato_leash::PRICES).unwrap_or_default();
    table
        .into_iter()
        .filter(|(start, _)| model.starts_with(start.as_str()))
        .max_by_key(|(start, _)| start.len())
        .map(|(_, p)| p)
}

fn places() -> &'static BTreeMap<String, Entry> {
    static MADE: std::sync::OnceLock<BTreeMap<String, Entry>> = std::sync::OnceLock::new();
    MADE.get_or_init(|| toml::from_str(PLACES).expect("data/endpoints.toml is checked by a test"))
}

/// A file that is not there holds no models.
fn file(path: &Path) -> Result<File> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(File::default()),
        Err(e) => return Err(Failure::file(path, &e)),
    };
    toml::from_str(&text).map_err(|e| {
        let line = e.span().map_or(1, |span| text[..span.start.min(text.len())].lines().count().max(1));
        let message = format!("{}:{line}: {}", path.display(), e.message());
        Failure::new(Exit::Usage, message).hint("see docs/models.md")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_places_can_be_resolved() {
        for name in places().keys() {
            let entry = Entry { place: Some(name.clone()), model: Some("m".into()), ..Entry::default() };
            assert!(resolve(name, entry).is_ok(), "{name}");
        }
    }

    #[test]
    fn the_longest_beginning_gives_the_price() {
        let mini = price("gpt-4o-mini-2024-07-18").unwrap();
        assert!(mini.input < price("gpt-4o-2024-08-06").unwrap().input);
        assert_eq!(price("nobody-knows"), None);
        assert!((mini.of(1_000_000, 1_000_000) - mini.input - mini.output).abs() < 1e-9);
    }
}
