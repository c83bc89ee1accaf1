//! `mercato serve`: listens, and hands what is asked to the site.

use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use mercato_ledger::Ledger;
use mercato_web::{Answer, Config, Method, Read, Request, Site, site};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::ledger::{self, now};
use crate::Done;
use crate::cli::{Global, Serve};
use crate::engine::Engine;
use crate::error::{Exit, Failure, Result, plain};
use crate::known;
use crate::limits::Limits;

/// How often the ledger is looked at for changes.
const LOOK: Duration = Duration::from_millis(250);

/// Who has not sent a whole request by then is not waited for.
const PATIENCE: Duration = Duration::from_secs(15);

/// Connections at the same time.
const CONNECTIONS: usize = 1024;

/// Bytes of the body of a request.
const BODY: usize = 1 << 20;

/// Bytes of the head of a request.
const HEAD: usize = 32 << 10;

/// Characters of a token at least.
const SHORTEST: usize = 16;

/// Pages that are made at the same time where the machine does not tell its processors. No more than it has: pages
/// are made of work, not of waiting, and the first who asked should be the first served.
const AT_ONCE: usize = 2;

pub fn run(global: &Global, args: &Serve, out: &mut dyn Write) -> Done {
    let closed = !args.listen.ip().is_loopback();
    let (token, shown) = token(closed, args)?;
    let site = Site::open_soon(config(global, token, closed)?)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|e| Failure::new(Exit::Partial, format!("no threads to serve with: {}", plain(&e))))?;
    let done = runtime.block_on(listen(Arc::new(site), args, shown.as_deref(), out));
    // Nobody waits for a count that nobody will see.
    runtime.shutdown_background();
    done
}

/// The token that lets write, and whether it must be shown: one of our own is shown once.
fn token(closed: bool, args: &Serve) -> Result<(String, Option<String>)> {
    match std::env::var("MERCATO_TOKEN").ok().filter(|token| !token.is_empty()) {
        Some(token) if token.chars().count() < SHORTEST => {
            Err(Failure::usage(format!("MERCATO_TOKEN is shorter than {SHORTEST} characters"))
                .hint("a long one cannot be guessed; unset it and one is made for you"))
        }
        Some(token) => Ok((token, None)),
        None if closed => Err(Failure::usage(format!(
            "{} is open to other machines and there is no token",
            args.listen.ip()
        ))
        .hint(
            "set MERCATO_TOKEN: reading needs it, too, then; nothing is encrypted, so put a server with TLS in front",
        )),
        None => new_token().map(|token| (token.clone(), Some(token))),
    }
}

/// A token that nobody knows yet.
fn new_token() -> Result<String> {
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes)
        .map_err(|e| Failure::new(Exit::Partial, format!("no random numbers for a token: {e}")))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// A site for those who read on this machine: nobody can sign in.
pub fn site(global: &Global) -> Result<Site> {
    Ok(Site::open(config(global, new_token()?, false)?)?)
}

/// The same; a large ledger is counted when the first question comes.
pub fn site_soon(global: &Global) -> Result<Site> {
    Ok(Site::open_soon(config(global, new_token()?, false)?)?)
}

fn config(global: &Global, token: String, closed: bool) -> Result<Config> {
    // Asked before the knowledge is loaded: a ledger that is not there is told at once.
    let indexed = ledger::reader(&global.ledger)?.is_indexed()?;
    // A ledger from before there was an index of words gets one here, unless somebody else is writing, who makes it.
    if !indexed && let Ok(mut ledger) = Ledger::open(&global.ledger) {
        ledger.index()?;
    }
    let engine = Engine::load(global)?;
    let read: Read = Box::new(|document| {
        let reading = engine.read_all(std::slice::from_ref(document)).pop()??;
        Some((reading.claims, reading.notes))
    });
    Ok(Config {
        ledger: global.ledger.clone(),
        world: known::world(&engine.knowledge.kb),
        read,
        today,
        now,
        token,
        closed,
        at_once: site::AT_ONCE,
        version: env!("CARGO_PKG_VERSION"),
    })
}

async fn listen(site: Arc<Site>, args: &Serve, token: Option<&str>, out: &mut dyn Write) -> Done {
    let refused = |e: std::io::Error| {
        Failure::new(Exit::Partial, format!("cannot listen on {}: {}", args.listen, plain(&e)))
            .hint("another program may use this port: --listen 127.0.0.1:0 takes a free one")
    };
    let listener = TcpListener::bind(args.listen).await.map_err(refused)?;
    let address = listener.local_addr().map_err(refused)?;
    writeln!(out, "http://{address}/")?;
    if let Some(token) = token {
        writeln!(out, "token {token}")?;
    }
    out.flush()?;
    if args.open {
        open(&format!("http://{address}/"))?;
    }
    let watched = site.clone();
    let watcher = tokio::spawn(async move {
        loop {
            let site = watched.clone();
            // A ledger that cannot be read for a moment is read the next time; pages show the last one until then.
            let _ = tokio::task::spawn_blocking(move || site.refresh()).await;
            tokio::time::sleep(LOOK).await;
        }
    });
    let server = Arc::new(Server {
        site,
        at_once: Semaphore::new(std::thread::available_parallelism().map_or(AT_ONCE, |n| n.get().max(AT_ONCE))),
        host: address,
        writes: Limits::default(),
        guesses: Limits::default(),
    });
    let connections = Arc::new(Semaphore::new(CONNECTIONS));
    let mut end = std::pin::pin!(tokio::signal::ctrl_c());
    loop {
        let (stream, peer) = tokio::select! {
            _ = &mut end => break,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                // Too many files are open, or the other side has gone: the next one may do better.
                Err(_) => { tokio::time::sleep(Duration::from_millis(20)).await; continue }
            },
        };
        let Ok(permit) = connections.clone().try_acquire_owned() else { continue };
        let _ = stream.set_nodelay(true);
        let server = server.clone();
        tokio::spawn(async move {
            let service = service_fn(|asked| server.clone().serve(asked, peer));
            let connection = hyper::server::conn::http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(PATIENCE)
                .max_buf_size(HEAD)
                .serve_connection(TokioIo::new(stream), service);
            // Whoever goes away before the end has what they wanted.
            let _ = connection.await;
            drop(permit);
        });
    }
    watcher.abort();
    Ok(Exit::Done)
}

struct Server {
    site: Arc<Site>,
    at_once: Semaphore,
    host: SocketAddr,
    writes: Limits,
    guesses: Limits,
}

type Reply = hyper::Response<Full<Bytes>>;

impl Server {
    async fn serve(
        self: Arc<Self>,
        asked: hyper::Request<Incoming>,
        peer: SocketAddr,
    ) -> std::result::Result<Reply, std::convert::Infallible> {
        if !self.is_for_us(asked.headers()) {
            let what = "this server answers only to its own address";
            return Ok(reply(&Answer::problem(421, "host", "Misdirected request", what), None, false));
        }
        if asked.method() == hyper::Method::POST && !self.takes(&asked, peer) {
            let answer =
                Answer::problem(429, "too-often", "Too often", "wait a second between writes").with("retry-after", "1");
            return Ok(reply(&answer, None, false));
        }
        let (request, bodyless) = match request(asked, peer).await {
            Ok(found) => found,
            Err(answer) => return Ok(reply(&answer, None, false)),
        };
        let answer = match self.site.kept(&request) {
            Some(kept) => kept,
            None => self.make(request.clone()).await,
        };
        Ok(reply(&answer, Some(&request), bodyless))
    }

    async fn make(&self, request: Request) -> Arc<Answer> {
        let _permit = self.at_once.acquire().await;
        let site = self.site.clone();
        let made = tokio::task::spawn_blocking(move || site.answer(&request)).await;
        made.unwrap_or_else(|_| {
            Arc::new(Answer::problem(500, "mistake", "Mistake", "this is a mistake in Mercato; other pages work"))
        })
    }

    /// Whether a write may be looked at. Tokens are guessed no faster than decisions are made, and who guesses does
    /// not take the time of who knows; who sends none gets no further anyway.
    fn takes(&self, asked: &hyper::Request<Incoming>, peer: SocketAddr) -> bool {
        let limits = match bearer(asked.headers()) {
            None if asked.uri().path().starts_with("/api/") => return true,
            Some(token) if !self.site.lets_write(token) => &self.guesses,
            _ => &self.writes,
        };
        limits.takes(peer.ip(), Instant::now())
    }

    /// A page of another site whose name leads to this machine may not read from here.
    fn is_for_us(&self, headers: &HeaderMap) -> bool {
        // Where reading needs the token such a page has none, and the names of this machine are not ours to know.
        if self.site.config.closed {
            return true;
        }
        let Some(host) = headers.get(header::HOST).and_then(|h| h.to_str().ok()) else { return false };
        let name = host.rsplit_once(':').map_or(host, |(name, port)| if port.ends_with(']') { host } else { name });
        name == "localhost" || name.trim_matches(['[', ']']) == self.host.ip().to_string()
    }
}

/// The token that a request carries.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

/// The request with its body; what is too large or too slow is refused.
async fn request(asked: hyper::Request<Incoming>, peer: SocketAddr) -> std::result::Result<(Request, bool), Answer> {
    let (head, body) = asked.into_parts();
    let text = |name: HeaderName| head.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    let method = match head.method {
        hyper::Method::GET => Method::Get,
        hyper::Method::HEAD => Method::Head,
        hyper::Method::POST => Method::Post,
        _ => Method::Other,
    };
    let body = if method == Method::Post {
        let whole = timeout(PATIENCE, Limited::new(body, BODY).collect()).await;
        match whole {
            Ok(Ok(body)) => body.to_bytes().to_vec(),
            Ok(Err(_)) => return Err(Answer::problem(413, "too-large", "Too large", "a body has at most 1 MiB")),
            Err(_) => return Err(Answer::problem(408, "too-slow", "Too slow", "the body did not come")),
        }
    } else {
        Vec::new()
    };
    let request = Request {
        method,
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        accept_language: text(header::ACCEPT_LANGUAGE),
        accept_gzip: text(header::ACCEPT_ENCODING).contains("gzip"),
        if_none_match: Some(text(header::IF_NONE_MATCH)).filter(|tag| !tag.is_empty()),
        cookie: text(header::COOKIE),
        token: bearer(&head.headers).map(str::to_owned),
        fetch_site: Some(text(HeaderName::from_static("sec-fetch-site"))).filter(|site| !site.is_empty()),
        content_type: text(header::CONTENT_TYPE),
        body,
        peer: peer.ip().to_string(),
    };
    Ok((request, method == Method::Head))
}

fn reply(answer: &Answer, request: Option<&Request>, bodyless: bool) -> Reply {
    let fresh = request.and_then(|r| r.if_none_match.as_deref()).zip(answer.etag.as_deref());
    let unchanged = fresh.is_some_and(|(held, tag)| held.split(',').any(|one| one.trim() == tag || one.trim() == "*"));
    let gzip = if request.is_some_and(|r| r.accept_gzip) { answer.gzipped() } else { None };
    let body = gzip.unwrap_or(&answer.body);
    let length = body.len();
    let bytes = if bodyless || unchanged { Bytes::new() } else { Bytes::copy_from_slice(body) };
    let mut reply = hyper::Response::new(Full::new(bytes));
    *reply.status_mut() =
        hyper::StatusCode::from_u16(if unchanged { 304 } else { answer.status }).unwrap_or(hyper::StatusCode::OK);
    let headers = reply.headers_mut();
    for (name, value) in &answer.headers {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.append(HeaderName::from_static(name), value);
        }
    }
    if let Some(tag) = answer.etag.as_deref().and_then(|tag| HeaderValue::from_str(tag).ok()) {
        headers.insert(header::ETAG, tag);
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    }
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding, accept-language, cookie"));
    if gzip.is_some() {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    if bodyless {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    reply
}

fn today() -> i64 {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
    i64::try_from(seconds / 86_400).unwrap_or_default()
}

/// Shows the first page in the browser of whoever asked for it.
fn open(address: &str) -> Result<()> {
    let opener = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    std::process::Command::new(opener).arg(address).spawn().map(drop).map_err(|e| {
        Failure::new(Exit::Partial, format!("no browser could be opened: {}", plain(&e)))
            .hint("open the address above yourself")
    })
}
