//! The pace at which an endpoint is asked: requests and tokens a minute, retries with growing pauses, stop at once.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::{Endpoint, EndpointError, Question, Reply};

/// Time since some instant; only the program itself asks the clock.
pub type Clock = fn() -> Duration;

#[derive(Clone, Copy, Debug)]
pub struct Pace {
    pub requests_per_minute: Option<u32>,
    pub tokens_per_minute: Option<u64>,
    /// How often a question that may pass is asked again.
    pub retries: u32,
    /// The first pause; each further one is twice as long.
    pub pause: Duration,
}

/// The longest pause between two tries.
const LONGEST: Duration = Duration::from_secs(60);
const MINUTE: Duration = Duration::from_secs(60);

/// An endpoint that is never asked faster than it may be.
pub struct Paced {
    inner: Box<dyn Endpoint>,
    pace: Pace,
    clock: Clock,
    /// When a question was sent in the last minute, with its tokens.
    sent: Mutex<Vec<(Duration, u64)>>,
}

impl Paced {
    pub fn new(inner: Box<dyn Endpoint>, pace: Pace, clock: Clock) -> Self {
        Self { inner, pace, clock, sent: Mutex::new(Vec::new()) }
    }

    /// Waits until the question may be sent. `false`: stopped.
    fn wait(&self, tokens: u64, stop: &AtomicBool) -> bool {
        loop {
            let pause = {
                let mut sent = self.sent.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                let now = (self.clock)();
                sent.retain(|(at, _)| now.saturating_sub(*at) < MINUTE);
                let spent: u64 = sent.iter().map(|(_, tokens)| tokens).sum();
                let full = self.pace.requests_per_minute.is_some_and(|most| sent.len() >= most as usize)
                    || self.pace.tokens_per_minute.is_some_and(|most| !sent.is_empty() && spent + tokens > most);
                if !full {
                    sent.push((now, tokens));
                    return !stop.load(Ordering::Relaxed);
                }
                sent.first().map_or(MINUTE, |(at, _)| MINUTE.saturating_sub(now.saturating_sub(*at)))
            };
            if !sleep(pause, stop) {
                return false;
            }
        }
    }
}

/// Sleeps in short steps, so that a stop is heard. `false`: stopped.
fn sleep(pause: Duration, stop: &AtomicBool) -> bool {
    const STEP: Duration = Duration::from_millis(50);
    let mut left = pause.max(Duration::from_millis(1));
    while !left.is_zero() {
        if stop.load(Ordering::Relaxed) {
            return false;
        }
        let step = left.min(STEP);
        std::thread::sleep(step);
        left -= step;
    }
    true
}

impl Endpoint for Paced {
    fn host(&self) -> &str {
        self.inner.host()
    }

    fn ask(&self, question: &Question<'_>, stop: &AtomicBool) -> Result<Reply, EndpointError> {
        // Four bytes a token, roughly: enough to keep below a limit.
        let tokens = ((question.system.len() + question.user.len()) / 4) as u64;
        let mut pause = self.pace.pause;
        let mut tries = 0;
        loop {
            if !self.wait(tokens, stop) {
                return Err(EndpointError::Stopped);
            }
            let error = match self.inner.ask(question, stop) {
                Err(error) if error.passes() && tries < self.pace.retries => error,
                other => return other,
            };
            tries += 1;
            let asked = match &error {
                EndpointError::TooOften { wait, .. } => *wait,
                _ => None,
            };
            if !sleep(asked.unwrap_or(pause).min(LONGEST), stop) {
                return Err(EndpointError::Stopped);
            }
            pause = (2 * pause).min(LONGEST);
        }
    }
}
