//! The file of watchlists: what is watched, where the news goes, which sources are expected to speak.

use std::path::{Path, PathBuf};
use std::time::Duration;

use mercato_source::deliver::{DeliveryError, Mail, Security, Webhook};
use mercato_web::Ui;
use mercato_web::watch::{Watch, doubles};
use serde::Deserialize;

use crate::error::{Exit, Failure, Result};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WatchFile {
    /// Read before looking, as `mercato add` does.
    #[serde(default)]
    pub sources: Vec<PathBuf>,
    /// Where the pages are, for links in messages.
    pub site: Option<String>,
    /// Language of letters.
    #[serde(default)]
    lang: String,
    pub watch: Vec<Watch>,
    #[serde(default)]
    pub silent: Vec<Silent>,
    #[serde(default)]
    webhook: Vec<Hook>,
    mail: Option<Letters>,
}

/// An outlet that should be heard of.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Silent {
    pub outlet: String,
    pub days: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Hook {
    url: String,
    /// Name of the variable of the environment that holds the secret.
    secret_env: String,
    #[serde(default)]
    private: bool,
    tries: Option<u32>,
    wait_seconds: Option<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Letters {
    server: String,
    port: Option<u16>,
    #[serde(default)]
    security: Safety,
    from: String,
    to: Vec<String>,
    user_env: Option<String>,
    password_env: Option<String>,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Safety {
    Tls,
    #[default]
    StartTls,
    None,
}

/// Somewhere messages go.
pub enum Place {
    Hook(Webhook),
    Mail(Mail),
}

impl Place {
    /// Under which name it is remembered what went there.
    pub fn name(&self) -> String {
        match self {
            Self::Hook(hook) => format!("webhook {}", mercato_ledger::digest(&hook.url)),
            Self::Mail(mail) => format!("mail {}", mail.to.join(", ")),
        }
    }

    /// How it is shown.
    pub fn shown(&self) -> String {
        match self {
            Self::Hook(hook) => hook.place(),
            Self::Mail(mail) => mail.to.join(", "),
        }
    }
}

/// Seconds for one try.
const TIMEOUT: Duration = Duration::from_secs(20);

impl WatchFile {
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|error| Failure::file(path, &error))?;
        let wrong = |what: String| Failure::usage(format!("{}: {what}", path.display()));
        let file: Self = toml::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        match (file.watch.iter().find_map(Watch::flaw), doubles(&file.watch)) {
            (Some(flaw), _) => Err(wrong(flaw)),
            (None, Some(twice)) => Err(wrong(format!("two watchlists are called {twice}"))),
            (None, None) if file.watch.is_empty() => Err(wrong("there is no [[watch]]".to_owned())),
            _ => Ok(file),
        }
    }

    pub fn ui(&self) -> Ui {
        Ui::parse(&self.lang).unwrap_or_default()
    }

    /// The places, each of them ready to be sent to.
    pub fn places(&self) -> Result<Vec<Place>> {
        let unusable = |error: DeliveryError| Failure::usage(error.to_string()).hint(error.hint());
        let mut places = Vec::new();
        for hook in &self.webhook {
            let seconds = hook.wait_seconds.unwrap_or(2.0).clamp(0.0, 60.0);
            let hook = Webhook {
                url: hook.url.clone(),
                secret: secret(&variable(&hook.secret_env)?),
                private: hook.private,
                tries: hook.tries.unwrap_or(4).clamp(1, 10),
                wait: Duration::from_secs_f64(seconds),
                timeout: TIMEOUT,
            };
            hook.check().map_err(unusable)?;
            places.push(Place::Hook(hook));
        }
        if let Some(letters) = &self.mail {
            let login = match (&letters.user_env, &letters.password_env) {
                (Some(user), Some(password)) => Some((variable(user)?, variable(password)?)),
                (None, None) => None,
                _ => return Err(Failure::usage("mail: user_env and password_env go together")),
            };
            let (security, port) = match letters.security {
                Safety::Tls => (Security::Tls, 465),
                Safety::StartTls => (Security::StartTls, 587),
                Safety::None => (Security::None, 25),
            };
            let mail = Mail {
                server: letters.server.clone(),
                port: letters.port.unwrap_or(port),
                security,
                login,
                from: letters.from.clone(),
                to: letters.to.clone(),
                timeout: TIMEOUT,
            };
            mail.check().map_err(unusable)?;
            places.push(Place::Mail(mail));
        }
        Ok(places)
    }
}

/// A secret as it is written: bytes in base 64 behind `whsec_`, else its letters.
fn secret(text: &str) -> Vec<u8> {
    let bytes = text.strip_prefix("whsec_").and_then(|coded| data_encoding::BASE64.decode(coded.as_bytes()).ok());
    bytes.unwrap_or_else(|| text.as_bytes().to_vec())
}

/// A variable of the environment that the file names: secrets never stand in the file.
fn variable(name: &str) -> Result<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty()).ok_or_else(|| {
        Failure::new(Exit::Usage, format!("{name} is not set"))
            .hint("the file of watchlists names it; set it in the environment")
    })
}
