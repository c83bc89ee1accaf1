//! Addresses: every page's, made in one place and permanent.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::request::Fields;

/// What stays as it is in a part of a path or in a value of a query.
const PART: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// One part of a path, or a value of a query.
pub fn part(text: &str) -> String {
    // A path of dots would be taken for a step up.
    match text {
        "." => "%2E".to_owned(),
        ".." => "%2E%2E".to_owned(),
        _ => utf8_percent_encode(text, PART).to_string(),
    }
}

pub fn person(name: &str) -> String {
    format!("/person/{}", part(name))
}

pub fn firm(name: &str) -> String {
    format!("/firm/{}", part(name))
}

pub fn fact(id: &str) -> String {
    format!("/fact/{}", part(id))
}

pub fn article(id: &str) -> String {
    format!("/article/{}", part(id))
}

/// The place in an article where a claim stands.
pub fn claim(document: &str, id: &str) -> String {
    format!("{}#c-{}", article(document), part(id))
}

/// The same page with one field set otherwise; the place in a list begins anew.
pub fn with(path: &str, fields: &Fields, name: &str, value: Option<&str>) -> String {
    let kept = fields.0.iter().filter(|(key, v)| key != name && key != "after" && !v.is_empty());
    let mut pairs: Vec<String> = kept.map(|(key, v)| format!("{}={}", part(key), part(v))).collect();
    pairs.extend(value.map(|value| format!("{}={}", part(name), part(value))));
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
}

/// The page to go back to, told which operation was done.
pub fn done(back: &str, operation: &str) -> String {
    let (page, place) = back.split_once('#').map_or((back, None), |(page, place)| (page, Some(place)));
    let (path, query) = page.split_once('?').unwrap_or((page, ""));
    let address = with(path, &Fields::of(query), "done", Some(operation));
    place.map_or(address.clone(), |place| format!("{address}#{place}"))
}

/// Where an address leads on this site, if it does: what a form may go back to.
pub fn local(target: &str) -> Option<&str> {
    let plain = target.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    (target.starts_with('/') && !target.starts_with("//") && plain).then_some(target)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_site_is_local() {
        for (target, ok) in [
            ("/fact/a?x=1#y", true),
            ("//evil.example", false),
            ("/\\evil.example", false),
            ("https://evil.example/", false),
            ("javascript:alert(1)", false),
            ("/a\r\nset-cookie: x", false),
        ] {
            assert_eq!(local(target).is_some(), ok, "{target}");
        }
    }

    #[test]
    fn names_survive_the_way_through_an_address() {
        for name in ["Ada Neri", "../x", "..", "a/b?c#d", "50 % à l’aise", "<b>", "a&b=c+d", ""] {
            let request = crate::Request::get(&person(name));
            let expected: Vec<&str> = ["person", name].into_iter().filter(|s| !s.is_empty()).collect();
            assert_eq!(request.segments(), expected, "{name}");
            let query = Fields::of(with("/", &Fields::default(), "q", Some(name)).trim_start_matches("/?"));
            assert_eq!(query.get("q").unwrap_or_default(), name);
        }
    }
}
