//! One HTTP exchange: what is sent, what comes back whole, as a stream or broken off.

use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::time::Duration;

use serde_json::Value;

use super::{EndpointError, Form, Reply, Settings};

/// The largest body that is read.
const LARGEST: usize = 32 << 20;

/// A line to one host.
pub struct Line {
    agent: ureq::Agent,
    pub host: String,
    url: String,
    headers: Vec<(&'static str, String)>,
    timeout: Duration,
    form: AtomicU8,
}

/// What a protocol makes of the JSON that comes back: all at once, or piece by piece.
pub trait Protocol {
    fn whole(&self, body: &Value, reply: &mut Reply) -> Result<(), EndpointError>;
    /// One event of a stream; `true` at its end.
    fn event(&self, event: &Value, reply: &mut Reply) -> Result<bool, EndpointError>;
}

impl Line {
    pub fn new(settings: &Settings, path: &str, headers: Vec<(&'static str, String)>) -> Self {
        let base = settings.url.trim_end_matches('/');
        let base = base.strip_suffix("/v1").unwrap_or(base);
        let url = format!("{base}{path}");
        let host = url.split("://").nth(1).unwrap_or(&url).split('/').next().unwrap_or_default().to_owned();
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(settings.timeout))
            .http_status_as_error(false)
            .max_redirects(0);
        // What runs on this machine is not reached over a proxy.
        let local = ["localhost", "127.", "[::1]", "0.0.0.0"].iter().any(|l| host.starts_with(l));
        let config = if local { config.proxy(None) } else { config };
        Self {
            agent: config.build().into(),
            host,
            url,
            headers,
            timeout: settings.timeout,
            form: AtomicU8::new(settings.form as u8),
        }
    }

    pub fn form(&self) -> Form {
        Form::ALL[usize::from(self.form.load(Ordering::Relaxed)).min(2)]
    }

    /// Sends the question in the strictest form that the endpoint takes.
    pub fn exchange(
        &self,
        body: &dyn Fn(Form) -> Value,
        protocol: &dyn Protocol,
        stop: &AtomicBool,
    ) -> Result<Reply, EndpointError> {
        loop {
            let form = self.form();
            match self.once(&body(form), protocol, stop) {
                // A server that does not know the form says so in its own words: the next one is tried, and kept.
                Err(EndpointError::NotTaken { status: 400 | 422 | 501, .. }) if form != Form::Plain => {
                    self.form.store(form as u8 + 1, Ordering::Relaxed);
                }
                other => return other,
            }
        }
    }

    fn once(&self, body: &Value, protocol: &dyn Protocol, stop: &AtomicBool) -> Result<Reply, EndpointError> {
        if stop.load(Ordering::Relaxed) {
            return Err(EndpointError::Stopped);
        }
        let mut request = self.agent.post(&self.url).header("content-type", "application/json");
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let mut response = request.send(body.to_string().as_bytes()).map_err(|e| self.failed(&e))?;
        let status = response.status().as_u16();
        let header = |name: &str| response.headers().get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
        let wait = header("retry-after").and_then(|v| v.trim().parse::<f64>().ok());
        let stream = header("content-type").is_some_and(|t| t.starts_with("text/event-stream"));
        let mut reply = Reply::default();
        let (bytes, broken) = match (status, stream) {
            (200..=299, true) => {
                return self.stream(response.body_mut().as_reader(), protocol, reply, stop);
            }
            _ => self.body(response.body_mut().as_reader(), stop)?,
        };
        let text = String::from_utf8_lossy(&bytes);
        let host = self.host.clone();
        match status {
            200..=299 => {}
            401 | 403 => return Err(EndpointError::KeyRefused { host, status }),
            429 => {
                let wait = wait.filter(|s| (0.0..=3600.0).contains(s)).map(Duration::from_secs_f64);
                return Err(EndpointError::TooOften { host, wait });
            }
            408 | 500 | 502..=599 => return Err(EndpointError::Broken { host, status, what: told(&text) }),
            _ => return Err(EndpointError::NotTaken { host, status, what: told(&text) }),
        }
        if let Ok(json) = serde_json::from_str::<Value>(&text) {
            protocol.whole(&json, &mut reply)?;
            return Ok(reply);
        }
        if broken {
            return Err(EndpointError::Broken { host, status, what: "the answer broke off".to_owned() });
        }
        Err(EndpointError::Unintelligible { host, what: clip(&text) })
    }

    /// The body as far as it came, and whether it broke off.
    fn body(&self, mut reader: impl std::io::Read, stop: &AtomicBool) -> Result<(Vec<u8>, bool), EndpointError> {
        let (mut bytes, mut block) = (Vec::new(), [0; 16 << 10]);
        loop {
            if stop.load(Ordering::Relaxed) {
                return Err(EndpointError::Stopped);
            }
            match reader.read(&mut block) {
                Ok(0) => return Ok((bytes, false)),
                Ok(n) if bytes.len() + n <= LARGEST => bytes.extend_from_slice(&block[..n]),
                Ok(_) => return Ok((bytes, true)),
                Err(e) if e.kind() == std::io::ErrorKind::TimedOut => return Err(self.timed_out()),
                Err(_) => return Ok((bytes, true)),
            }
        }
    }

    /// Server-sent events; what came before a break is kept.
    fn stream(
        &self,
        mut reader: impl std::io::Read,
        protocol: &dyn Protocol,
        mut reply: Reply,
        stop: &AtomicBool,
    ) -> Result<Reply, EndpointError> {
        let (mut pending, mut block) = (Vec::new(), [0; 16 << 10]);
        let mut read = 0;
        'stream: loop {
            if stop.load(Ordering::Relaxed) {
                return Err(EndpointError::Stopped);
            }
            let n = reader.read(&mut block).unwrap_or(0);
            read += n;
            pending.extend_from_slice(&block[..n]);
            while let Some(end) = pending.iter().position(|b| *b == b'\n') {
                let line: Vec<u8> = pending.drain(..=end).collect();
                let line = String::from_utf8_lossy(&line);
                let Some(data) = line.trim().strip_prefix("data:").map(str::trim) else { continue };
                if data == "[DONE]" {
                    break 'stream;
                }
                let Ok(event) = serde_json::from_str::<Value>(data) else { continue };
                if protocol.event(&event, &mut reply)? {
                    break 'stream;
                }
            }
            if n == 0 || read > LARGEST {
                reply.cut_off = true;
                break;
            }
        }
        if reply.text.is_empty() && reply.cut_off {
            let what = "the answer broke off before its first word".to_owned();
            return Err(EndpointError::Broken { host: self.host.clone(), status: 200, what });
        }
        Ok(reply)
    }

    fn failed(&self, error: &ureq::Error) -> EndpointError {
        match error {
            ureq::Error::Timeout(_) => self.timed_out(),
            other => EndpointError::Unreachable { host: self.host.clone(), what: other.to_string() },
        }
    }

    fn timed_out(&self) -> EndpointError {
        EndpointError::TimedOut { host: self.host.clone(), seconds: self.timeout.as_secs() }
    }
}

/// What a server says went wrong, in its own words.
fn told(body: &str) -> String {
    let json: Value = serde_json::from_str(body).unwrap_or_default();
    let message = json.pointer("/error/message").or_else(|| json.get("message")).or_else(|| json.get("error"));
    clip(message.and_then(Value::as_str).unwrap_or(body))
}

pub fn clip(text: &str) -> String {
    const MOST: usize = 200;
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MOST).collect();
    line.trim().to_owned()
}
