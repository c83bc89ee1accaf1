//! A site over one ledger: holds the view of it, hands out readers, keeps answers until the ledger changes.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use mercato_facts::time::Days;
use mercato_facts::{Action, Fact, Operation, World};
use mercato_ledger::{Added, Answers, AsOf, Discreet, Known, Ledger, LedgerError, Store as _, StoredClaim};
use mercato_model::{Claim, Document, Note, PartialDate};

use crate::gate::{Gate, Session};
use crate::request::Fields;
use crate::view::{self, Ask, Period, View};
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
    /// A ledger of no more claims is counted while somebody waits; see [`AT_ONCE`].
    pub at_once: usize,
    /// Version of the program.
    pub version: &'static str,
}

/// A site over one ledger.
pub struct Site {
    pub config: Config,
    pub(crate) gate: Gate,
    /// One decision at a time.
    writing: Mutex<()>,
    watcher: Mutex<Watcher>,
    readers: Mutex<Vec<Ledger>>,
    view: RwLock<Arc<View>>,
    /// Views of earlier days that were asked for last.
    past: Mutex<Vec<(i64, Arc<View>)>>,
    /// The earlier day that somebody waits for.
    wanted: Mutex<Option<i64>>,
    /// How far the count is, in hundredths.
    done: AtomicU8,
    kept: RwLock<Kept>,
}

/// The ledger as it was counted last.
struct Watcher {
    ledger: Ledger,
    version: i64,
}

/// What a question is about that needs little of the ledger.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum About<'a> {
    Nothing,
    Person(&'a str),
    Fact(&'a str),
}

/// Answers since the ledger last changed.
#[derive(Default)]
struct Kept {
    answers: HashMap<String, Arc<Answer>>,
    bytes: usize,
}

/// Kept answers take no more than this.
const KEPT_BYTES: usize = 32 << 20;

/// Kilobytes of the ledger that are kept in memory while all of it is counted, and for a page: the system keeps the file
/// at hand anyway, once for all who read.
const OF_A_COUNT: u32 = 96 << 10;
const OF_A_PAGE: u32 = 8 << 10;

/// Views of earlier days that are kept, and of a large ledger.
const PAST_VIEWS: usize = 3;
const PAST_VIEWS_LARGE: usize = 1;

/// Claims that are counted in less than a second or two: so many are counted while somebody waits.
pub const AT_ONCE: usize = 20_000;

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Site {
    /// Opens and counts the ledger.
    pub fn open(config: Config) -> Result<Self, LedgerError> {
        let site = Self::open_soon(config)?;
        site.refresh()?;
        Ok(site)
    }

    /// Opens the ledger; a large one is counted by [`refresh`](Self::refresh), and until then pages that need all of
    /// it say so.
    pub fn open_soon(config: Config) -> Result<Self, LedgerError> {
        let ledger = Ledger::open_reader(&config.ledger)?;
        let version = ledger.version()?;
        let small = ledger.size()? <= config.at_once;
        let ask = Ask { world: &config.world, today: (config.today)(), as_of: None, days: (None, None) };
        let view = if small { view::view(&ledger, &ask, &|_| {})? } else { view::view_of(Vec::new(), &ledger, &ask)? };
        Ok(Self {
            watcher: Mutex::new(Watcher { ledger, version }),
            readers: Mutex::default(),
            view: RwLock::new(Arc::new(view)),
            past: Mutex::default(),
            wanted: Mutex::default(),
            done: AtomicU8::default(),
            kept: RwLock::default(),
            gate: Gate::new(config.token.clone()),
            writing: Mutex::default(),
            config,
        })
    }

    /// Looks whether the ledger has changed and takes the change in; the listener calls this now and then.
    pub fn refresh(&self) -> Result<bool, LedgerError> {
        let mut watcher = lock(&self.watcher);
        let version = watcher.ledger.version()?;
        if version == watcher.version && self.now().counted {
            return self.count_wanted(&watcher.ledger);
        }
        let before = self.now();
        let again = match before.counted {
            true => view::again(&watcher.ledger, &self.ask(None, (None, None)), &before)?,
            false => None,
        };
        drop(before);
        let view = again.map_or_else(|| self.count(&watcher.ledger, None), Ok)?;
        watcher.version = version;
        *self.view.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(view);
        lock(&self.past).clear();
        *self.kept.write().unwrap_or_else(PoisonError::into_inner) = Kept::default();
        Ok(true)
    }

    /// Counts the earlier day that somebody waits for.
    fn count_wanted(&self, ledger: &Ledger) -> Result<bool, LedgerError> {
        let Some(day) = lock(&self.wanted).take() else { return Ok(false) };
        let view = Arc::new(self.count(ledger, Some(day))?);
        self.keep_past(&mut lock(&self.past), day, view);
        Ok(true)
    }

    fn count(&self, ledger: &Ledger, as_of: Option<i64>) -> Result<View, LedgerError> {
        let told = |done: f64| self.done.store((done * 100.0) as u8, Ordering::Relaxed);
        told(0.0);
        ledger.keep(OF_A_COUNT)?;
        let view = view::view(ledger, &self.ask(as_of, (None, None)), &told);
        ledger.keep(OF_A_PAGE)?;
        view
    }

    fn ask(&self, as_of: Option<i64>, days: Period) -> Ask<'_> {
        Ask { world: &self.config.world, today: (self.config.today)(), as_of, days }
    }

    /// How far the count is, in hundredths.
    pub(crate) fn done(&self) -> u8 {
        self.done.load(Ordering::Relaxed)
    }

    fn now(&self) -> Arc<View> {
        self.view.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The ledger as it stands, or as it stood on a day. One that is not counted yet is empty and says so.
    pub(crate) fn view(&self, as_of: Option<PartialDate>) -> Result<Arc<View>, LedgerError> {
        let now = self.now();
        let Some(day) = as_of.map(|date| Days::of(date).last).filter(|&day| day < (self.config.today)()) else {
            return Ok(now);
        };
        // Held while the view is made: the same day is never made twice.
        let mut past = lock(&self.past);
        if let Some(at) = past.iter().position(|(held, _)| *held == day) {
            let found = past.remove(at);
            past.push(found.clone());
            return Ok(found.1);
        }
        if self.is_large(&now) {
            *lock(&self.wanted) = Some(day);
            return self.view_of_facts(Vec::new(), Some(day)).map(Arc::new);
        }
        let view = self.with_ledger(|ledger| view::view(ledger, &self.ask(Some(day), (None, None)), &|_| {}))?;
        let view = Arc::new(view);
        self.keep_past(&mut past, day, view.clone());
        Ok(view)
    }

    /// The same for who waits until it is counted. What was added since the last question belongs to the answer.
    pub(crate) fn counted(&self, as_of: Option<PartialDate>) -> Result<Arc<View>, LedgerError> {
        self.refresh()?;
        let view = self.view(as_of)?;
        if view.counted {
            return Ok(view);
        }
        self.refresh()?;
        self.view(as_of)
    }

    fn keep_past(&self, past: &mut Vec<(i64, Arc<View>)>, day: i64, view: Arc<View>) {
        let most = if self.is_large(&self.now()) { PAST_VIEWS_LARGE } else { PAST_VIEWS };
        while past.len() >= most {
            past.remove(0);
        }
        past.push((day, view));
    }

    /// Whether nobody should wait while the ledger is counted.
    fn is_large(&self, view: &View) -> bool {
        !view.counted || view.claims > self.config.at_once
    }

    /// The same for a question about one thing, which can be answered before the ledger is counted.
    pub(crate) fn view_about(&self, as_of: Option<PartialDate>, about: About<'_>) -> Result<Arc<View>, LedgerError> {
        let view = self.view(as_of)?;
        if view.counted || about == About::Nothing {
            return Ok(view);
        }
        let found = self.asked(as_of, |answers| match about {
            About::Person(name) => answers.of_person(name),
            About::Fact(id) => answers.fact(id).map(|(facts, _)| facts),
            About::Nothing => Ok(Vec::new()),
        });
        match found {
            Err(LedgerError::NoSuchClaim { .. } | LedgerError::AmbiguousClaim { .. }) => Ok(view),
            found => self.view_of_facts(found?, as_of.map(|date| Days::of(date).last)).map(Arc::new),
        }
    }

    /// Some facts as a view of their own.
    fn view_of_facts(&self, facts: Vec<Fact>, as_of: Option<i64>) -> Result<View, LedgerError> {
        self.with_ledger(|ledger| view::view_of(facts, ledger, &self.ask(as_of, (None, None))))
    }

    /// What a part of the ledger says, read for this question alone.
    pub(crate) fn asked<T>(
        &self,
        as_of: Option<PartialDate>,
        ask: impl FnOnce(Answers<'_>) -> Result<T, LedgerError>,
    ) -> Result<T, LedgerError> {
        let today = (self.config.today)();
        let day = as_of.map(|date| Days::of(date).last).filter(|&day| day < today);
        let as_of = day.map(|day| AsOf { day, by: Known::Public });
        let world = &self.config.world;
        self.with_ledger(|ledger| ask(Answers { ledger, world, today: day.unwrap_or(today), as_of }))
    }

    /// The facts of a period, as they are known today or were on a day.
    pub(crate) fn view_of(&self, as_of: Option<PartialDate>, days: Period) -> Result<View, LedgerError> {
        let day = as_of.map(|date| Days::of(date).last);
        self.with_ledger(|ledger| view::view(ledger, &self.ask(day, days), &|_| {}))
    }

    /// Lends a reader of the ledger.
    pub(crate) fn with_ledger<T>(&self, ask: impl FnOnce(&Ledger) -> Result<T, LedgerError>) -> Result<T, LedgerError> {
        let free = lock(&self.readers).pop();
        let ledger = match free {
            Some(ledger) => ledger,
            None => {
                let ledger = Ledger::open_reader(&self.config.ledger)?;
                ledger.keep(OF_A_PAGE)?;
                ledger
            }
        };
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
        let before = self.now();
        let answer = Arc::new(self.make(request).finished());
        // Here, where there is time for it: not by whoever hands the answer out.
        let compressed = if request.accept_gzip { answer.gzipped().map_or(0, <[u8]>::len) } else { 0 };
        if let Some(key) = key(request).filter(|_| answer.keeps) {
            let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
            // What was made from a view that is gone by now is given once and not kept.
            if Arc::ptr_eq(&before, &self.view.read().unwrap_or_else(PoisonError::into_inner)) {
                let bytes = answer.body.len() + compressed + key.len();
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
        self.take_in()?;
        operations.into_iter().next().ok_or_else(|| LedgerError::Unfit { what: "nothing was decided".to_owned() })
    }

    /// Reads an article and keeps it with its claims.
    pub(crate) fn add(&self, document: &Document) -> Result<serde_json::Value, LedgerError> {
        let unread = || LedgerError::Unfit { what: "the reader gave up on this article".to_owned() };
        let (claims, notes) = (self.config.read)(document).ok_or_else(unread)?;
        let _one = lock(&self.writing);
        let added = Ledger::open(&self.config.ledger)?.add(document, &claims, &notes, &(self.config.now)())?;
        self.take_in()?;
        let added = match added {
            Added::New => "new",
            Added::Unchanged => "unchanged",
            Added::Revised { .. } => "revised",
        };
        Ok(serde_json::json!({ "id": document.id, "added": added, "claims": claims.len() }))
    }

    /// Takes in what was just written; a large ledger is counted again by whoever calls [`refresh`](Self::refresh).
    fn take_in(&self) -> Result<(), LedgerError> {
        if self.is_large(&self.now()) {
            return Ok(());
        }
        self.refresh().map(drop)
    }

    /// Those of some claims that may be shown to everybody: no hearsay about private people, no intimate reasons.
    pub(crate) fn discreet(
        &self,
        as_of: Option<PartialDate>,
        claims: Vec<StoredClaim>,
    ) -> Result<Vec<StoredClaim>, LedgerError> {
        self.asked(as_of, |answers| {
            let mut discreet = Discreet::new(answers)?;
            let shows = |claim: StoredClaim| match discreet.shows(&claim) {
                Ok(true) => Some(Ok(claim)),
                Ok(false) => None,
                Err(error) => Some(Err(error)),
            };
            claims.into_iter().filter_map(shows).collect()
        })
    }

    /// Whether a token lets write.
    pub fn lets_write(&self, token: &str) -> bool {
        self.gate.opens(token)
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
