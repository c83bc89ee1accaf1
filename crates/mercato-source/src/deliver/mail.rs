//! Letters by SMTP.

use std::time::Duration;

use lettre::message::{Mailbox, header::ContentType};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{Message, SmtpTransport, Transport as _};

use super::DeliveryError;

/// How the line to the server is kept secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// From the first byte.
    Tls,
    /// From the command that asks for it; without it nothing is sent.
    StartTls,
    /// Not at all.
    None,
}

/// Where letters go.
#[derive(Clone)]
pub struct Mail {
    pub server: String,
    pub port: u16,
    pub security: Security,
    /// Name and password, if the server wants them.
    pub login: Option<(String, String)>,
    pub from: String,
    pub to: Vec<String>,
    pub timeout: Duration,
}

impl Mail {
    /// Whether letters can be written at all.
    pub fn check(&self) -> Result<(), DeliveryError> {
        self.letter("", String::new())?;
        match &self.login {
            Some(_) if self.security == Security::None => Err(self.unusable("a password is not sent in the open")),
            _ => self.transport().map(drop),
        }
    }

    pub fn send(&self, subject: &str, text: String) -> Result<(), DeliveryError> {
        let letter = self.letter(subject, text)?;
        let sent = self.transport()?.send(&letter);
        sent.map(drop).map_err(|error| DeliveryError::Undelivered {
            place: self.server.clone(),
            what: error.to_string(),
            tries: 1,
        })
    }

    fn unusable(&self, what: impl ToString) -> DeliveryError {
        DeliveryError::Unusable { place: self.server.clone(), what: what.to_string() }
    }

    fn letter(&self, subject: &str, text: String) -> Result<Message, DeliveryError> {
        let address = |text: &String| text.parse::<Mailbox>().map_err(|e| self.unusable(format!("{text}: {e}")));
        let mut letter = Message::builder().from(address(&self.from)?).subject(subject);
        for to in &self.to {
            letter = letter.to(address(to)?);
        }
        letter.header(ContentType::TEXT_PLAIN).body(text).map_err(|e| self.unusable(e))
    }

    fn transport(&self) -> Result<SmtpTransport, DeliveryError> {
        let secret = || TlsParameters::new(self.server.clone()).map_err(|e| self.unusable(e));
        let tls = match self.security {
            Security::Tls => Tls::Wrapper(secret()?),
            Security::StartTls => Tls::Required(secret()?),
            Security::None => Tls::None,
        };
        let line = SmtpTransport::builder_dangerous(&self.server).port(self.port).tls(tls).timeout(Some(self.timeout));
        let line = match &self.login {
            Some((name, password)) => line.credentials(Credentials::new(name.clone(), password.clone())),
            None => line,
        };
        Ok(line.build())
    }
}
