//! The pages in a real browser: from the front page to the words, by mouse and by keyboard, on a phone, without
//! scripts; nothing is asked of any other host, nothing is complained about in the console.
//!
//! Needs chromium and its driver; where they are missing the test says so and passes.

mod run;

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder, Locator, error::CmdError, key::Key};
use serde_json::{Value, json};

/// A program that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a program and reads its standard output until a line holds what `find` looks for.
fn started(command: &mut Command, find: impl Fn(&str) -> Option<String>) -> Option<(Running, String)> {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?;
    let out = child.stdout.take()?;
    let running = Running(child);
    let mut lines = BufReader::new(out).lines();
    let found = lines.by_ref().map_while(Result::ok).find_map(|line| find(&line))?;
    // Whoever writes on must not find the pipe closed.
    std::thread::spawn(move || lines.for_each(drop));
    Some((running, found))
}

/// The log of a browser, `browser` or `performance`; chromium's own addition to the protocol.
#[derive(Debug)]
struct Log(&'static str);

impl WebDriverCompatibleCommand for Log {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/se/log", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(json!({ "type": self.0 }).to_string()))
    }
}

async fn browser(driver: &str, args: &[&str], more: Value) -> Client {
    let mut options = json!({ "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--lang=en", "--force-prefers-reduced-motion"] });
    options["args"].as_array_mut().unwrap().extend(args.iter().map(|a| json!(a)));
    for (name, value) in more.as_object().into_iter().flatten() {
        options[name] = value.clone();
    }
    let mut wanted = Capabilities::new();
    wanted.insert("goog:chromeOptions".to_owned(), options);
    wanted.insert("goog:loggingPrefs".to_owned(), json!({ "browser": "ALL", "performance": "ALL" }));
    ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new())
        .capabilities(wanted)
        .connect(driver)
        .await
        .expect("a session")
}

/// Nothing is complained about, and nobody else is asked.
async fn quiet(client: &Client, site: &str) -> Result<(), CmdError> {
    let log = client.issue_cmd(Log("browser")).await?;
    let loud: Vec<&Value> = log
        .as_array()
        .into_iter()
        .flatten()
        .filter(|entry| entry["level"] == "SEVERE" || entry["level"] == "WARNING")
        .collect();
    assert!(loud.is_empty(), "{loud:?}");
    let log = client.issue_cmd(Log("performance")).await?;
    for entry in log.as_array().into_iter().flatten() {
        let message: Value = serde_json::from_str(entry["message"].as_str().unwrap_or_default()).unwrap_or_default();
        let asked = &message["message"]["params"]["request"]["url"];
        if let (Some("Network.requestWillBeSent"), Some(address)) =
            (message["message"]["method"].as_str(), asked.as_str())
        {
            assert!(
                address.starts_with(site) || address.starts_with("data:") || address.starts_with("chrome"),
                "{address}"
            );
        }
    }
    Ok(())
}

/// What a checker of accessibility looks for: names, labels, headings, ids, contrast, size of targets.
const CHECKS: &str = r#"
const found = [];
const name = (e) => (e.getAttribute("aria-label") || e.textContent || e.title || "").trim();
if (!document.documentElement.lang) found.push("no language");
if (!document.title) found.push("no title");
if (document.querySelectorAll("h1").length !== 1) found.push("not one h1");
if (document.querySelectorAll("main").length !== 1) found.push("not one main");
for (const e of document.querySelectorAll("a[href], button, summary")) if (!name(e) && !e.classList.contains("anchor")) found.push("no name: " + e.outerHTML.slice(0, 90));
for (const e of document.querySelectorAll("input:not([type=hidden]), select")) if (!e.labels.length) found.push("no label: " + e.outerHTML.slice(0, 90));
for (const e of document.querySelectorAll("svg:not([aria-hidden=true])")) if (!e.closest("[aria-hidden=true]") && !e.closest("svg[role=img] svg") && !(e.getAttribute("role") === "img" && e.querySelector("title")) && !e.closest("svg svg")) found.push("picture without a name: " + e.outerHTML.slice(0, 90));
const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) found.push("id twice: " + id);
let last = 0;
for (const h of document.querySelectorAll("h1, h2, h3, h4")) { const n = +h.tagName[1]; if (n > last + 1) found.push("heading skipped: " + h.textContent.slice(0, 40)); last = n; }
for (const t of document.querySelectorAll("table")) if (!t.querySelector("th[scope]")) found.push("table without headings");
const luminance = (c) => { const [r, g, b] = c.map((v) => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; }); return .2126 * r + .7152 * g + .0722 * b; };
const parse = (c) => { const m = c.match(/[\d.]+/g).map(Number); return m.length > 3 && m[3] === 0 ? null : m.slice(0, 3); };
const ground = (e) => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c) return c; } return [255, 255, 255]; };
for (const e of document.querySelectorAll("p, a, span, td, th, li, h1, h2, h3, time, b, dt, dd, label, button, summary, code")) {
  if (![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) || e.closest(".vh, .skip")) continue;
  const a = luminance(parse(getComputedStyle(e).color) || [0, 0, 0]), b = luminance(ground(e));
  const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
  if (ratio < 4.5) found.push("contrast " + ratio.toFixed(2) + ": " + e.outerHTML.slice(0, 90));
}
for (const e of document.querySelectorAll("a.dot")) { const r = e.getBoundingClientRect(); if (r.width < 23.9 || r.height < 23.9) found.push(`small target ${r.width} x ${r.height}`); }
return [...new Set(found)];
"#;

/// What axe-core finds against WCAG 2.2 A and AA and its own good practice.
const AXE: &str = r#"
const done = arguments[arguments.length - 1];
const wanted = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
axe.run(document, { runOnly: { type: "tag", values: wanted }, resultTypes: ["violations"] }).then(
  (r) => done(r.violations.map((v) => `${v.impact} ${v.id}: ${v.nodes.length} x ${v.nodes[0].html.slice(0, 120)}`)),
  (e) => done([String(e)]),
);
"#;

/// The checks of this test, and axe-core's where `MERCATO_AXE` names its file.
async fn flaws(client: &Client, page: &str) -> Result<Option<String>, CmdError> {
    let mut found = client.execute(CHECKS, vec![]).await?.as_array().cloned().unwrap_or_default();
    if let Some(file) = std::env::var_os("MERCATO_AXE") {
        let axe = std::fs::read_to_string(file).expect("the file of axe-core");
        found.extend(client.execute_async(&(axe + AXE), vec![]).await?.as_array().cloned().unwrap_or_default());
    }
    Ok((!found.is_empty()).then(|| format!("/{page}: {}", Value::from(found))))
}

const PAGES: &[&str] = &[
    "",
    "facts",
    "firms",
    "firm/Meta",
    "people",
    "person/Ruoming%20Pang",
    "pay",
    "reasons",
    "disputes",
    "sources",
    "search?q=Meta",
    "method",
    "articles",
    "article/ssi-sutskever-en",
    "facts?asof=2025-07-02",
    "review",
    "log",
    "sign-in",
    "nothing",
];

/// What lets write.
const TOKEN: &str = "token of the browser test";

async fn walk(driver: &str, site: &str) -> Result<(), CmdError> {
    // By mouse: front page, fact, the words in their article.
    let client = browser(driver, &["--window-size=1280,1000"], json!({})).await;
    client.goto(site).await?;
    client.find(Locator::Css(".facts .meta a")).await?.click().await?;
    client.wait().for_element(Locator::Css(".dossier blockquote a")).await?.click().await?;
    let lit = client.wait().for_element(Locator::Css("mark.here")).await?;
    assert!(!lit.text().await?.is_empty(), "the words are lit");
    // Pointing at words lights their claim.
    let lights = "const m = document.querySelector('mark[data-claims]'); m.dispatchEvent(new Event('pointerenter'));
         return document.querySelectorAll('.claim.lit').length;";
    assert!(client.execute(lights, vec![]).await?.as_u64() > Some(0));
    // A filter, then a level.
    client.goto(&format!("{site}facts")).await?;
    client.find(Locator::Css("select[name=kind]")).await?.select_by_value("move").await?;
    client.find(Locator::Css(".filters button")).await?.click().await?;
    client.wait().for_element(Locator::Css("select[name=kind] option[value=move][selected]")).await?;
    assert!(client.current_url().await?.query().unwrap_or_default().contains("kind=move"));
    client.goto(site).await?;
    client.find(Locator::Css(".levels a[href*=rumour]")).await?.click().await?;
    assert!(client.find(Locator::Css(".levels a[aria-current]")).await?.text().await?.contains("rumour"));
    // Keyboard only: skip link first, search by its key.
    client.goto(site).await?;
    client.find(Locator::Css("body")).await?.send_keys(&Key::Tab.to_string()).await?;
    let focused = "return document.activeElement.className || document.activeElement.id;";
    assert_eq!(client.execute(focused, vec![]).await?, json!("skip"));
    client.find(Locator::Css("body")).await?.send_keys("/").await?;
    assert_eq!(client.execute(focused, vec![]).await?, json!("q"));
    client.active_element().await?.send_keys(&format!("Ruoming Pnag{}", Key::Enter)).await?;
    client.wait().for_element(Locator::Css("a[href*='/person/Ruoming']")).await?;
    // Back in time: the slider says its day while it moves, and leads there.
    client.goto(site).await?;
    let slider = client.find(Locator::Id("day")).await?;
    slider.send_keys(&Key::Left.to_string().repeat(3)).await?;
    let said = client.find(Locator::Css(".slider output")).await?.text().await?;
    client.find(Locator::Css(".slider button")).await?.click().await?;
    client.wait().for_element(Locator::Css(".asof")).await?;
    assert_eq!(client.current_url().await?.query(), Some(format!("asof={said}").as_str()));
    // Another language, kept.
    client.find(Locator::Css(".languages a[hreflang=it]")).await?.click().await?;
    assert_eq!(client.find(Locator::Css("html")).await?.attr("lang").await?.as_deref(), Some("it"));
    client.goto(&format!("{site}language/en?back=/")).await?;
    let mut found = Vec::new();
    for page in PAGES {
        client.goto(&format!("{site}{page}")).await?;
        found.extend(flaws(&client, page).await?);
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    client.goto(site).await?;
    client.issue_cmd(Log("browser")).await?;
    for page in PAGES.iter().filter(|page| **page != "nothing") {
        client.goto(&format!("{site}{page}")).await?;
    }
    quiet(&client, site).await?;
    client.close().await?;

    // The same checks in the dark.
    let dark = browser(driver, &["--force-dark-mode"], json!({})).await;
    for page in PAGES {
        dark.goto(&format!("{site}{page}")).await?;
        found.extend(flaws(&dark, page).await?.map(|flaw| format!("dark {flaw}")));
    }
    dark.close().await?;
    assert!(found.is_empty(), "{}", found.join("\n"));

    // A phone: nothing is wider than the screen.
    let phone = json!({ "mobileEmulation": { "deviceMetrics": { "width": 360, "height": 740, "pixelRatio": 2.0 } } });
    let phone = browser(driver, &[], phone).await;
    for page in PAGES {
        phone.goto(&format!("{site}{page}")).await?;
        let width = phone.execute("return document.documentElement.scrollWidth;", vec![]).await?;
        assert!(width.as_u64() <= Some(360), "/{page} is {width} wide");
        assert_eq!(flaws(&phone, page).await?, None, "on a phone");
    }
    phone.close().await?;

    // Without scripts.
    let plain = json!({ "prefs": { "profile.managed_default_content_settings.javascript": 2 } });
    let plain = browser(driver, &[], plain).await;
    plain.goto(site).await?;
    plain.find(Locator::Css(".facts .meta a")).await?.click().await?;
    plain.find(Locator::Css(".dossier blockquote a")).await?.click().await?;
    plain.find(Locator::Css("mark a")).await?;
    plain.goto(site).await?;
    plain.find(Locator::Id("day")).await?.send_keys(&Key::Left.to_string()).await?;
    plain.find(Locator::Css(".slider button")).await?.click().await?;
    plain.wait().for_element(Locator::Css(".asof")).await?;
    plain.goto(site).await?;
    plain.find(Locator::Css("#q")).await?.send_keys(&format!("Meta{}", Key::Enter)).await?;
    plain.wait().for_element(Locator::Css(".hits a")).await?;
    plain.close().await?;
    Ok(())
}

/// Text of the status line after a decision.
async fn done(client: &Client) -> Result<String, CmdError> {
    client.wait().for_element(Locator::Css(".done p")).await?.text().await
}

/// Signs in with the keyboard alone, from the review page and back to it.
async fn sign_in(client: &Client, site: &str) -> Result<(), CmdError> {
    client.goto(&format!("{site}review")).await?;
    client.find(Locator::Css(".warn a")).await?.send_keys(&Key::Enter.to_string()).await?;
    client.wait().for_element(Locator::Css("input[name=author]")).await?.send_keys("Ada Neri").await?;
    let token = client.find(Locator::Css("input[name=token]")).await?;
    token.send_keys(&format!("{TOKEN}{}", Key::Enter)).await?;
    client.wait().for_element(Locator::Css("form.who")).await?;
    Ok(())
}

/// Review by keyboard, with undo; then the same without scripts.
async fn review(driver: &str, site: &str) -> Result<(), CmdError> {
    let client = browser(driver, &["--window-size=1280,1000"], json!({})).await;
    sign_in(&client, site).await?;
    let questions = "return document.querySelectorAll('.question').length;";
    let before = client.execute(questions, vec![]).await?;
    assert!(before.as_u64() > Some(1), "{before}");
    let focused = "return document.activeElement.id;";
    assert_eq!(client.execute(focused, vec![]).await?, json!("q1"), "the first claim has the focus");
    for (key, at) in [("j", "q2"), ("k", "q1"), ("k", "q1")] {
        client.active_element().await?.send_keys(key).await?;
        assert_eq!(client.execute(focused, vec![]).await?, json!(at), "{key}");
    }
    client.active_element().await?.send_keys("r").await?;
    assert_eq!(done(&client).await?, "Ada Neri: rejected.");
    client.active_element().await?.send_keys("u").await?;
    client.wait().for_element(Locator::XPath("//*[@class='done']/p[contains(., 'undone')]")).await?;
    assert_eq!(client.execute(questions, vec![]).await?, before, "as it was");
    // A correction: to the claim's page and a slot set right.
    client.active_element().await?.send_keys("c").await?;
    client.wait().for_element(Locator::Css("form.slot")).await?;
    assert_eq!(flaws(&client, "judge").await?, None);
    let name = client.find(Locator::Css("form.slot input[name=value]")).await?;
    name.clear().await?;
    name.send_keys(&format!("Helvion{}", Key::Enter)).await?;
    assert_eq!(done(&client).await?, "Ada Neri: corrected.");
    client.find(Locator::Id("undo")).await?.click().await?;
    client.wait().for_element(Locator::XPath("//*[@class='done']/p[contains(., 'undone')]")).await?;
    // Four decisions stand in the log, none of them in force.
    client.goto(&format!("{site}log")).await?;
    assert_eq!(client.find_all(Locator::Css("tbody tr")).await?.len(), 4);
    assert!(client.find_all(Locator::Css("tbody button")).await?.is_empty());
    for page in ["review", "log"] {
        client.goto(&format!("{site}{page}")).await?;
        assert_eq!(flaws(&client, page).await?, None, "signed in");
    }
    quiet(&client, site).await?;
    client.close().await?;

    let plain = json!({ "prefs": { "profile.managed_default_content_settings.javascript": 2 } });
    let plain = browser(driver, &[], plain).await;
    sign_in(&plain, site).await?;
    plain.find(Locator::Css(".stop button[value=accept]")).await?.send_keys(&Key::Enter.to_string()).await?;
    assert_eq!(done(&plain).await?, "Ada Neri: accepted.");
    plain.find(Locator::Id("undo")).await?.send_keys(&Key::Enter.to_string()).await?;
    plain.wait().for_element(Locator::XPath("//*[@class='done']/p[contains(., 'undone')]")).await?;
    plain.close().await?;
    Ok(())
}

#[test]
fn pages_work_in_a_browser() {
    let port = |line: &str| {
        Some(line.strip_suffix('.').unwrap_or(line).split_once("successfully on port ")?.1.trim().to_owned())
    };
    let Some((_driver, port)) = started(Command::new("chromedriver").arg("--port=0"), port) else {
        eprintln!("skipped: there is no chromedriver; on Debian: apt-get install chromium chromium-driver");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let ledger = folder.path().join("ledger.db");
    let examples = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples");
    let mercato = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mercato"));
        command.arg("--ledger").arg(&ledger).env("MERCATO_TOKEN", TOKEN);
        command
    };
    assert!(mercato().args(["add", examples]).stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap().success());
    let address = |line: &str| line.starts_with("http://").then(|| line.to_owned());
    let (_server, site) = started(mercato().args(["serve", "--listen", "127.0.0.1:0"]), address).expect("an address");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let walk = async {
        let driver = format!("http://127.0.0.1:{port}");
        let all = async {
            walk(&driver, &site).await?;
            review(&driver, &site).await
        };
        tokio::time::timeout(Duration::from_secs(240), all).await
    };
    runtime.block_on(walk).expect("in time").expect("no failure of the driver");
}
