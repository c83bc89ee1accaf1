//! `mercato alert`: what is new on the watchlists goes to webhooks and by mail; sources that failed are told apart.

use std::collections::BTreeMap;
use std::io::Write;
use std::time::{SystemTime, UNIX_EPOCH};

use mercato_source::deliver::{DeliveryError, Told};
use mercato_web::watch::{News, failure_letter, letter, silent};
use mercato_web::{Site, Ui};
use serde_json::{Value, json};

use super::serve::site;
use super::{add, record};
use crate::Done;
use crate::cli::{Alert, Global, Model, Overrides};
use crate::error::{Exit, Failure, Result, complain, plain};
use crate::reader::Reader;
use crate::watchfile::{Place, WatchFile};

pub fn run(global: &Global, args: &Alert, out: &mut dyn Write) -> Done {
    record::refuse_as_of(global)?;
    let file = WatchFile::read(&args.file)?;
    let places = file.places()?;
    let failed = sources(global, &file)?;
    let site = site(global)?;
    let failed = [failed, silences(&site, &file)?].concat();
    let mut beside = args.file.clone().into_os_string();
    beside.push(".told");
    let refused = |e: std::io::Error| Failure::new(Exit::Partial, format!("{}: {}", args.file.display(), plain(&e)));
    let mut told = Told::open(beside.into()).map_err(refused)?;
    let mut undelivered = 0;
    for watch in &file.watch {
        let places: Vec<Option<&Place>> = match args.dry_run {
            true => vec![places.first()],
            false => places.iter().map(Some).collect(),
        };
        for place in places {
            let list = format!("{}\n{}", watch.name, place.map(Place::name).unwrap_or_default());
            let seen = told.get(&list).cloned();
            let mut news = watch.news(&site, &seen.clone().unwrap_or_default())?;
            if seen.is_none() && !args.from_start {
                (news.facts, news.more) = (Vec::new(), 0);
            }
            let n = news.facts.len() + news.more;
            let message = json!({
                "kind": "news", "watch": watch.name, "feed": watch.feed(), "site": file.site,
                "facts": news.facts, "more": news.more,
            });
            if args.dry_run {
                writeln!(out, "{message}")?;
                continue;
            }
            let Some(place) = place else { continue };
            let wrote = || letter(file.ui(), &watch.name, &news, file.site.as_deref());
            match if n == 0 { Ok(()) } else { send(place, &message, wrote) } {
                Ok(()) => {
                    told.keep(&list, news.seen.clone()).map_err(refused)?;
                    say(out, &watch.name, place, seen.is_none() && !args.from_start, n, &news)?;
                }
                Err(error) => {
                    undelivered += 1;
                    complain(&error, error.hint());
                }
            }
        }
    }
    if args.dry_run && !failed.is_empty() {
        writeln!(out, "{}", failure_message(&failed))?;
    }
    if !args.dry_run {
        undelivered += tell_failures(&places, &failed, file.ui(), &mut told, out, refused)?;
    }
    Ok(if undelivered > 0 || !failed.is_empty() { Exit::Partial } else { Exit::Done })
}

/// One line for each list and place.
fn say(out: &mut dyn Write, watch: &str, place: &Place, first: bool, n: usize, news: &News) -> Result<()> {
    let place = place.shown();
    match (first, n) {
        (true, _) => writeln!(out, "{watch}: watched from now on, facts known: {} ({place})", news.seen.len())?,
        (false, 0) => writeln!(out, "{watch}: nothing new ({place})")?,
        (false, n) => writeln!(out, "{watch}: {n} told ({place})")?,
    }
    Ok(())
}

fn send(
    place: &Place,
    message: &Value,
    letter: impl FnOnce() -> (String, String),
) -> std::result::Result<(), DeliveryError> {
    match place {
        Place::Hook(hook) => hook.send(&message.to_string(), &seconds).map(drop),
        Place::Mail(mail) => {
            let (subject, text) = letter();
            mail.send(&format!("Mercato: {subject}"), text)
        }
    }
}

/// Reads the sources into the ledger; what failed is handed back.
fn sources(global: &Global, file: &WatchFile) -> Result<Vec<(String, String)>> {
    let mut failed = Vec::new();
    if file.sources.is_empty() {
        return Ok(failed);
    }
    let reader = Reader::of(global, &Model::default())?;
    for source in &file.sources {
        let taken = add::take(global, &reader, std::slice::from_ref(source), &Overrides::default())?;
        let name = source.display().to_string();
        failed.extend(taken.failures.into_iter().map(|what| (name.clone(), what)));
        if taken.kept.failed > 0 {
            failed.push((name, format!("{} articles were not kept", taken.kept.failed)));
        }
    }
    Ok(failed)
}

/// The outlets that have not been heard of for too long.
fn silences(site: &Site, file: &WatchFile) -> Result<Vec<(String, String)>> {
    let mut out = Vec::new();
    for expected in &file.silent {
        out.extend(silent(site, &expected.outlet, expected.days)?.map(|what| (expected.outlet.clone(), what)));
    }
    Ok(out)
}

fn failure_message(failed: &[(String, String)]) -> Value {
    let rows: Vec<Value> = failed.iter().map(|(source, what)| json!({ "source": source, "what": what })).collect();
    json!({ "kind": "failed", "sources": rows })
}

/// Tells failures once, until they change or are gone; how many messages did not arrive.
fn tell_failures(
    places: &[Place],
    failed: &[(String, String)],
    ui: Ui,
    told: &mut Told,
    out: &mut dyn Write,
    refused: impl Fn(std::io::Error) -> Failure,
) -> Result<usize> {
    let mut state = BTreeMap::<String, String>::new();
    for (source, what) in failed {
        writeln!(out, "{source}: failed: {what}")?;
        state.entry(source.clone()).and_modify(|all| *all = format!("{all}\n{what}")).or_insert_with(|| what.clone());
    }
    let mut undelivered = 0;
    for place in places {
        // No watchlist can have this name: theirs have no line break.
        let list = format!("\n{}", place.name());
        let same = told.get(&list).map_or(state.is_empty(), |held| *held == state);
        let sent = match same || state.is_empty() {
            true => Ok(()),
            false => send(place, &failure_message(failed), || failure_letter(ui, failed)),
        };
        match sent {
            Ok(()) => told.keep(&list, state.clone()).map_err(&refused)?,
            Err(error) => {
                undelivered += 1;
                complain(&error, error.hint());
            }
        }
    }
    Ok(undelivered)
}

fn seconds() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
    i64::try_from(since).unwrap_or_default()
}
