//! HTML pages: the main text by a readability library, and the metadata that the page states about itself.
//!
//! Dates are taken only where the page declares them as its day of publication; none is guessed from the text.

use std::collections::HashMap;

use dom_smoothie::{Config, Readability, TextMode};
use mercato_model::{Document, Lang, PartialDate};
use serde_json::Value;

use crate::ErrorKind;
use crate::charset::{Refusal, decode_page};
use crate::text::parse_lang;

/// Parts of a page that say themselves that they are not its article. Left in, they slip into short articles, where
/// the library takes whatever there is.
const ASIDES: &str = "nav, aside, footer";

/// What else is no text; used only where the library finds no article.
const FURNITURE: &str =
    "nav, aside, footer, header, script, style, noscript, template, svg, iframe, button, select, textarea";

/// The library's time grows with the square of the depth; pages nest a few dozen deep, browsers stop at 512.
const DEEPEST: usize = 512;

/// Parsing, too, takes time with the square of the depth: what nests deeper than this by its tags is not even parsed.
const TOO_DEEP: usize = 4096;

/// Elements that have no end tag, or may go without.
const OPEN_ENDED: [&str; 26] = [
    "area", "base", "body", "br", "col", "dd", "dt", "embed", "head", "hr", "html", "img", "input", "li", "link",
    "meta", "option", "p", "param", "source", "tbody", "td", "th", "thead", "tr", "wbr",
];

/// How many paragraphs from the top the headline may stand among to count as already there.
const HEADLINE_WITHIN: usize = 3;

pub fn read(id: String, bytes: &[u8]) -> Result<Document, Refusal> {
    if bytes.trim_ascii().is_empty() {
        return Err((ErrorKind::Empty, "the file is empty".to_owned()));
    }
    let page = decode_page(bytes)?;
    if nests_too_deep(&page) {
        return Err((ErrorKind::TooLarge, format!("its elements nest more than {TOO_DEEP} deep")));
    }
    let mut readability = open(&page)?;
    let stated = Stated::of(&readability);
    readability.doc.select(ASIDES).remove();
    let main = match depth(&readability) {
        ..=DEEPEST => readability.parse().map(|article| paragraphs(&article.text_content)).unwrap_or_default(),
        _ => Vec::new(),
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

/// Whether more than [`TOO_DEEP`] tags are open at once, by a count that needs no parser.
fn nests_too_deep(page: &str) -> bool {
    let mut open: HashMap<String, usize> = HashMap::new();
    let mut depth = 0;
    let mut verbatim: Option<String> = None;
    for tag in page.split('<').skip(1) {
        let (tag, closes) = tag.strip_prefix('/').map_or((tag, false), |tag| (tag, true));
        let name: String = tag.chars().take_while(char::is_ascii_alphanumeric).collect();
        let name = name.to_ascii_lowercase();
        if let Some(element) = &verbatim {
            // What looks like a tag in a script is none.
            if closes && *element == name {
                verbatim = None;
            }
            continue;
        }
        if name == "script" || name == "style" {
            verbatim = Some(name);
            continue;
        }
        if name.is_empty() || OPEN_ENDED.contains(&name.as_str()) {
            continue;
        }
        // Only drawings have elements that end with their start tag.
        if open.get("svg").is_some_and(|&count| count > 0)
            && tag.split('>').next().is_some_and(|tag| tag.ends_with('/'))
        {
            continue;
        }
        let count = open.entry(name).or_default();
        if !closes {
            *count += 1;
            depth += 1;
        } else if *count > 0 {
            *count -= 1;
            depth -= 1;
        }
        if depth > TOO_DEEP {
            return true;
        }
    }
    false
}

/// How deep the elements of a page nest.
fn depth(readability: &Readability) -> usize {
    let mut node = readability.doc.root();
    let (mut depth, mut deepest) = (0, 0);
    loop {
        if let Some(child) = node.first_child() {
            node = child;
            depth += 1;
            deepest = deepest.max(depth);
            continue;
        }
        loop {
            if let Some(sibling) = node.next_sibling() {
                node = sibling;
                break;
            }
            let Some(parent) = node.parent() else { return deepest };
            node = parent;
            depth -= 1;
        }
    }
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
