//! HTML pages: the main text by a readability library, and the metadata that the page states about itself.
//!
//! Dates are taken only where the page declares them as its day of publication; none is guessed from the text.

use dom_smoothie::{Config, Readability, TextMode};
use mercato_model::{Document, Lang, PartialDate};
use serde_json::Value;

use crate::ErrorKind;
use crate::charset::{Refusal, decode_page};
use crate::text::parse_lang;

/// Parts of a page that are never its article; used only where the library finds no article.
const FURNITURE: &str = "script, style, noscript, template, nav, header, footer, aside, form, svg, iframe";

/// How many paragraphs from the top the headline may stand among to count as already there.
const HEADLINE_WITHIN: usize = 3;

pub fn read(id: String, bytes: &[u8]) -> Result<Document, Refusal> {
    if bytes.trim_ascii().is_empty() {
        return Err((ErrorKind::Empty, "the file is empty".to_owned()));
    }
    let page = decode_page(bytes)?;
    let mut readability = open(&page)?;
    let stated = Stated::of(&readability);
    let main = match readability.parse() {
        Ok(article) => paragraphs(&article.text_content),
        Err(_) => Vec::new(),
    };
    let main = if main.is_empty() { whole_page(&page)? } else { main };
    if main.is_empty() {
        return Err((ErrorKind::NoText, "the page has no text".to_owned()));
    }
    let Stated { title, lang, published, outlet, url } = stated;
    let mut text = String::new();
    // The headline is part of what the article says, and libraries leave it out more often than not.
    if let Some(title) = &title
        && !main.iter().take(HEADLINE_WITHIN).any(|paragraph| paragraph == title)
    {
        text.push_str(title);
        text.push_str("\n\n");
    }
    text.push_str(&main.join("\n\n"));
    Ok(Document { id, text, lang, title, published, outlet, url })
}

fn open(page: &str) -> Result<Readability, Refusal> {
    let config = Config { text_mode: TextMode::Formatted, ..Config::default() };
    Readability::new(page, None, Some(config)).map_err(|error| (ErrorKind::NoText, error.to_string()))
}

/// All the words of a page in which no article was found: short notes, truncated pages.
fn whole_page(page: &str) -> Result<Vec<String>, Refusal> {
    let readability = open(page)?;
    readability.doc.select(FURNITURE).remove();
    Ok(readability.doc.body().map(|body| paragraphs(&body.formatted_text())).unwrap_or_default())
}

/// One paragraph a line of the library's text: it breaks lines only at the borders of blocks.
fn paragraphs(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// What a page states about itself.
struct Stated {
    title: Option<String>,
    lang: Option<Lang>,
    published: Option<PartialDate>,
    outlet: Option<String>,
    url: Option<String>,
}

impl Stated {
    fn of(readability: &Readability) -> Self {
        let article = linked_data(readability);
        let field = |path: &[&str]| {
            let value = path.iter().try_fold(article.as_ref()?, |value, key| value.get(key))?;
            clean(value.as_str()?)
        };
        let attribute = |selector: &str, names: &[&str]| {
            let found = readability.doc.select_single(selector);
            names.iter().find_map(|name| clean(&found.attr(name)?))
        };
        let meta = readability.get_article_metadata(readability.parse_json_ld());
        let outlet = meta.site_name.as_deref().and_then(clean).or_else(|| field(&["publisher", "name"]));
        let title = field(&["headline"]).or_else(|| clean(&meta.title));
        let published = [
            field(&["datePublished"]),
            meta.published_time,
            attribute("[itemprop=datePublished]", &["datetime", "content"]),
            attribute("time[pubdate]", &["datetime"]),
        ];
        Self {
            title: title.map(|title| without_outlet(title, outlet.as_deref())),
            lang: meta.lang.or_else(|| field(&["inLanguage"])).and_then(|tag| parse_lang(&tag)),
            published: published.into_iter().flatten().find_map(|date| PartialDate::parse(&date)),
            outlet,
            url: [
                attribute("link[rel=canonical]", &["href"]),
                attribute("meta[property='og:url']", &["content"]),
                field(&["url"]),
            ]
            .into_iter()
            .flatten()
            .find(|url| url.starts_with("https://") || url.starts_with("http://")),
        }
    }
}

/// The first article among the page's JSON-LD blocks, which may stand in a list or under `@graph`.
fn linked_data(readability: &Readability) -> Option<Value> {
    let blocks = readability.doc.select("script[type='application/ld+json']");
    blocks.iter().find_map(|block| article_in(serde_json::from_str(&block.text()).ok()?))
}

fn article_in(value: Value) -> Option<Value> {
    match value {
        Value::Array(items) => items.into_iter().find_map(article_in),
        Value::Object(mut object) => {
            let is_article = match object.get("@type") {
                Some(Value::String(name)) => is_article(name),
                Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).any(is_article),
                _ => false,
            };
            if is_article { Some(Value::Object(object)) } else { article_in(object.remove("@graph")?) }
        }
        _ => None,
    }
}

/// Types of schema.org that are articles: `NewsArticle`, `BlogPosting`, `Report` and their like.
fn is_article(name: &str) -> bool {
    name.ends_with("Article") || name.ends_with("Posting") || name == "Report"
}

/// The text with its white space tidied; `None` when nothing is left.
fn clean(text: &str) -> Option<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}

/// `Headline | Outlet` without the outlet.
fn without_outlet(title: String, outlet: Option<&str>) -> String {
    let bare = outlet
        .and_then(|outlet| title.strip_suffix(outlet))
        .and_then(|rest| rest.trim_end().strip_suffix(['|', '-', '–', '—', '·', '•']))
        .map(str::trim_end)
        .filter(|rest| !rest.is_empty());
    bare.map(str::to_owned).unwrap_or(title)
}
