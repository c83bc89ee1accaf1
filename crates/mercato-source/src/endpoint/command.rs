//! A program of the user's own: the question on its standard input, the answer on its standard output.

use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use super::http::clip;
use super::{Endpoint, EndpointError, Question, Reply, Settings};

pub struct Program {
    command: Vec<String>,
    timeout: Duration,
}

/// How often a running program is looked at.
const GLANCE: Duration = Duration::from_millis(20);

impl Program {
    pub fn new(settings: &Settings) -> Self {
        Self { command: settings.command.clone(), timeout: settings.timeout }
    }

    fn failed(&self, what: impl std::fmt::Display) -> EndpointError {
        EndpointError::Command { what: format!("{}: {}", self.host(), clip(&what.to_string())) }
    }
}

impl Endpoint for Program {
    fn host(&self) -> &str {
        self.command.first().map_or("", String::as_str)
    }

    fn ask(&self, question: &Question<'_>, stop: &AtomicBool) -> Result<Reply, EndpointError> {
        let (program, arguments) = self.command.split_first().ok_or_else(|| self.failed("no command is given"))?;
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|e| self.failed(e))?;
        let (Some(mut input), Some(mut output), Some(mut errors)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(self.failed("no pipes"));
        };
        let text = format!("{}\n\n{}\n", question.system, question.user);
        // A program that reads nothing and closes its input has its reasons; its answer says which.
        std::thread::spawn(move || input.write_all(text.as_bytes()));
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            // Both pipes at once: a program that fills the one waits for ever on the other.
            let complaint = std::thread::spawn(move || {
                let mut complaint = Vec::new();
                errors.read_to_end(&mut complaint).map(|_| complaint)
            });
            let mut answer = Vec::new();
            let read = output.read_to_end(&mut answer);
            let complaint = complaint.join().ok().and_then(Result::ok).unwrap_or_default();
            let _ = sender.send(read.map(|_| (answer, complaint)));
        });
        let mut waited = Duration::ZERO;
        let outcome = loop {
            match receiver.recv_timeout(GLANCE) {
                Ok(outcome) => break outcome,
                Err(_) if waited >= self.timeout || stop.load(Ordering::Relaxed) => {
                    let _ = child.kill();
                    let _ = child.wait();
                    return Err(if waited >= self.timeout {
                        EndpointError::TimedOut { host: self.host().to_owned(), seconds: self.timeout.as_secs() }
                    } else {
                        EndpointError::Stopped
                    });
                }
                Err(_) => waited += GLANCE,
            }
        };
        let (answer, complaint) = outcome.map_err(|e| self.failed(e))?;
        let status = child.wait().map_err(|e| self.failed(e))?;
        if !status.success() {
            let what = String::from_utf8_lossy(&complaint);
            return Err(self.failed(if what.trim().is_empty() { status.to_string() } else { what.into_owned() }));
        }
        Ok(Reply { text: String::from_utf8_lossy(&answer).into_owned(), ..Reply::default() })
    }
}
