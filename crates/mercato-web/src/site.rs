//! A site over one ledger: holds the view of it, hands out readers, keeps answers until the ledger changes.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use mercato_facts::time::Days;
use mercato_facts::{Action, Operation, World};
use mercato_ledger::{Added, Ledger, LedgerError, Store as _};
use mercato_model::{Claim, Document, Note, PartialDate};

use crate::gate::{Gate, Session};
use crate::request::Fields;
use crate::view::{Period, View};
use crate::{Answer, Method, Request, address, api, desk, page};

/// From an article to what it says and what was not understood.
pub type Read = Box<dyn Fn(&Document) -> Option<(Vec<Claim>, Vec<Note>)> + Send + Sync>;

/// What a site is made with.
pub struct Config {
    pub ledger: PathBuf,
    pub world: World,
    /// The present day, as days since 1970-01-01.
    pub today: fn() -> i64,
    /// The present second, ISO 8601.
    pub now: fn() -> String,
    /// What lets write. Never empty.
    pub token: String,
    /// Reading needs the token, too: others than the owner can reach the site.
    pub closed: bool,
    /// Reads an article; `None`: the reader gave up on it. The site itself knows no language.
    pub read: Read,
    /// Version of the program.
    pub version: &'static str,
}

/// A site over one ledger.
pub struct Site {
    pub config: Config,
    pub(crate) gate: Gate,
    /// One decision at a time.
    writing: Mutex<()>,
    watcher: Mutex<(Ledger, i64)>,
    readers: Mutex<Vec<Ledger>>,
    view: RwLock<Arc<View>>,
    /// Views of earlier days that were asked for last.
    past: Mutex<Vec<(i64, Arc<View>)>>,
    kept: RwLock<Kept>,
}

/// Answers since the ledger last changed.
#[derive(Default)]
struct Kept {
    answers: HashMap<String, Arc<Answer>>,
    bytes: usize,
}

/// Kept answers take no more than this.
const KEPT_BYTES: usize = 96 << 20;

/// Views of earlier days that are kept.
const PAST_VIEWS: usize = 3;

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Site {
    pub fn open(config: Config) -> Result<Self, LedgerError> {
        let ledger = Ledger::open_reader(&config.ledger)?;
        let version = ledger.version()?;
        let view = View::of(&ledger, &config.world, (config.today)(), None)?;
        Ok(Self {
            watcher: Mutex::new((ledger, version)),
            readers: Mutex::default(),
            view: RwLock::new(Arc::new(view)),
            past: Mutex::default(),
            kept: RwLock::default(),
            gate: Gate::new(config.token.clone()),
            writing: Mutex::default(),
            config,
        })
    }

    /// Looks whether the ledger has changed and takes the change in; the listener calls this now and then.
    pub fn refresh(&self) -> Result<bool, LedgerError> {
        let mut watcher = lock(&self.watcher);
        let version = watcher.0.version()?;
        if version == watcher.1 {
            return Ok(false);
        }
        let view = View::of(&watcher.0, &self.config.world, (self.config.today)(), None)?;
        watcher.1 = version;
        *self.view.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(view);
        lock(&self.past).clear();
        *self.kept.write().unwrap_or_else(PoisonError::into_inner) = Kept::default();
        Ok(true)
    }

    /// The ledger as it stands, or as it stood on a day.
    pub(crate) fn view(&self, as_of: Option<PartialDate>) -> Result<Arc<View>, LedgerError> {
        let now = || self.view.read().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(day) = as_of.map(|date| Days::of(date).last).filter(|&day| day < (self.config.today)()) else {
            return Ok(now());
        };
        // Held while the view is made: the same day is never made twice.
        let mut past = lock(&self.past);
        if let Some(at) = past.iter().position(|(held, _)| *held == day) {
            let found = past.remove(at);
            past.push(found.clone());
            return Ok(found.1);
        }
        let view = Arc::new(self.with_ledger(|ledger| View::of(ledger, &self.config.world, day, Some(day)))?);
        if past.len() == PAST_VIEWS {
            past.remove(0);
        }
        past.push((day, view.clone()));
        Ok(view)
    }

    /// The facts of a period, as they are known today or were on a day.
    pub(crate) fn view_of(&self, as_of: Option<PartialDate>, days: Period) -> Result<View, LedgerError> {
        let (today, day) = ((self.config.today)(), as_of.map(|date| Days::of(date).last));
        self.with_ledger(|ledger| View::within(ledger, &self.config.world, day.unwrap_or(today), day, days))
    }

    /// Lends a reader of the ledger.
    pub(crate) fn with_ledger<T>(&self, ask: impl FnOnce(&Ledger) -> Result<T, LedgerError>) -> Result<T, LedgerError> {
        let free = lock(&self.readers).pop();
        let ledger = free.map_or_else(|| Ledger::open_reader(&self.config.ledger), Ok)?;
        let answer = ask(&ledger);
        lock(&self.readers).push(ledger);
        answer
    }

    /// An answer that was given before to the same question.
    pub fn kept(&self, request: &Request) -> Option<Arc<Answer>> {
        let key = key(request).filter(|_| self.lets_read(request))?;
        self.kept.read().unwrap_or_else(PoisonError::into_inner).answers.get(&key).cloned()
    }

    pub fn answer(&self, request: &Request) -> Arc<Answer> {
        if let Some(kept) = self.kept(request) {
            return kept;
        }
        let before = self.view.read().unwrap_or_else(PoisonError::into_inner).clone();
        let answer = Arc::new(self.make(request).finished());
        if let Some(key) = key(request).filter(|_| answer.keeps) {
            let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
            // What was made from a view that is gone by now is given once and not kept.
            if Arc::ptr_eq(&before, &self.view.read().unwrap_or_else(PoisonError::into_inner)) {
                let bytes = answer.body.len() + answer.gzip.as_ref().map_or(0, Vec::len) + key.len();
                if kept.bytes + bytes > KEPT_BYTES {
                    *kept = Kept::default();
                }
                kept.bytes += bytes;
                kept.answers.insert(key, answer.clone());
            }
        }
        answer
    }

    /// Who is signed in.
    pub(crate) fn session(&self, request: &Request) -> Option<Session> {
        self.gate.entered(request, (self.config.today)())
    }

    /// Keeps a decision; pages show it as soon as this is back.
    pub(crate) fn judge(&self, author: &str, reason: &str, action: Action) -> Result<Operation, LedgerError> {
        let _one = lock(&self.writing);
        let operations =
            Ledger::open(&self.config.ledger)?.judge(author, reason, &(self.config.now)(), vec![action])?;
        self.refresh()?;
        operations.into_iter().next().ok_or_else(|| LedgerError::Unfit { what: "nothing was decided".to_owned() })
    }

    /// Reads an article and keeps it with its claims.
    pub(crate) fn add(&self, document: &Document) -> Result<serde_json::Value, LedgerError> {
        let unread = || LedgerError::Unfit { what: "the reader gave up on this article".to_owned() };
        let (claims, notes) = (self.config.read)(document).ok_or_else(unread)?;
        let _one = lock(&self.writing);
        let added = Ledger::open(&self.config.ledger)?.add(document, &claims, &notes, &(self.config.now)())?;
        self.refresh()?;
        let added = match added {
            Added::New => "new",
            Added::Unchanged => "unchanged",
            Added::Revised { .. } => "revised",
        };
        Ok(serde_json::json!({ "id": document.id, "added": added, "claims": claims.len() }))
    }

    fn lets_read(&self, request: &Request) -> bool {
        !self.config.closed
            || request.token.as_deref().is_some_and(|token| self.gate.opens(token))
            || self.session(request).is_some()
    }

    /// What somebody gets who may not read: the way in, and what it is dressed with.
    fn shut(&self, request: &Request, parts: &[&str]) -> Option<Answer> {
        if self.lets_read(request) || matches!(parts, ["sign-in" | "favicon.ico"] | ["assets" | "language", _]) {
            return None;
        }
        let here = format!("{}?{}", request.path, request.query);
        Some(match parts {
            ["api", ..] => Answer::problem(401, "token", "Token needed", "send the header Authorization: Bearer TOKEN")
                .with("www-authenticate", "Bearer"),
            _ => Answer::redirect(&format!("/sign-in?back={}", address::part(here.trim_end_matches('?')))),
        })
    }

    fn make(&self, request: &Request) -> Answer {
        let segments = request.segments();
        let parts: Vec<&str> = segments.iter().map(String::as_str).collect();
        if let Some(shut) = self.shut(request, &parts) {
            return shut;
        }
        match parts.as_slice() {
            ["api", "v1", rest @ ..] => api::answer(self, request, rest),
            parts
                if request.method == Method::Post
                    && let Some(answer) = desk::answer(self, request, parts) =>
            {
                answer
            }
            _ if !matches!(request.method, Method::Get | Method::Head) => {
                Answer::problem(405, "method", "Method not allowed", "pages are read with GET")
                    .with("allow", "GET, HEAD")
            }
            parts => page::answer(self, request, parts, &Fields::of(&request.query)),
        }
    }
}

/// Under which an answer is kept: what it depends on besides the ledger.
fn key(request: &Request) -> Option<String> {
    if !matches!(request.method, Method::Get | Method::Head) || request.path.starts_with("/language/") {
        return None;
    }
    // A session has pages of its own.
    if request.cookie_value("session").is_some_and(|held| !held.is_empty()) && page::is_own(&request.path) {
        return None;
    }
    let seen = if request.path == "/" { request.cookie_value("seen").unwrap_or_default() } else { "" };
    Some(format!("{}\n{}?{}\n{seen}", request.ui().code(), request.path, request.query))
}
