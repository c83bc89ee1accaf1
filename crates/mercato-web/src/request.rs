//! What is asked, as the listener hands it over.

use percent_encoding::percent_decode_str;

use crate::words::Ui;

/// How something is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    Get,
    Head,
    Post,
    Other,
}

/// A request without its connection.
#[derive(Clone, Debug)]
pub struct Request {
    pub method: Method,
    /// As sent, percent-encoded.
    pub path: String,
    /// As sent, without the question mark.
    pub query: String,
    pub accept_language: String,
    pub accept_gzip: bool,
    pub if_none_match: Option<String>,
    pub cookie: String,
    /// What follows `Bearer` in the header of authorisation.
    pub token: Option<String>,
    /// What the browser says about where the request comes from.
    pub fetch_site: Option<String>,
    pub content_type: String,
    pub body: Vec<u8>,
    /// Who asks, for limits on writing.
    pub peer: String,
}

impl Request {
    /// A plain question.
    pub fn get(target: &str) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Self {
            method: Method::Get,
            path: path.to_owned(),
            query: query.to_owned(),
            accept_language: String::new(),
            accept_gzip: false,
            if_none_match: None,
            cookie: String::new(),
            token: None,
            fetch_site: None,
            content_type: String::new(),
            body: Vec::new(),
            peer: String::new(),
        }
    }

    /// The parts of the path, decoded; a part that is no text matches nothing.
    pub fn segments(&self) -> Vec<String> {
        let parts = self.path.split('/').filter(|part| !part.is_empty());
        parts.map(|part| percent_decode_str(part).decode_utf8_lossy().into_owned()).collect()
    }

    /// The language of the interface: the one chosen, else the first of the browser's that there is.
    pub fn ui(&self) -> Ui {
        let chosen = self.cookie_value("ui").and_then(Ui::parse);
        let accepted = || {
            let codes = self.accept_language.split(',').filter_map(|part| part.trim().get(..2));
            codes.filter_map(Ui::parse).next()
        };
        chosen.or_else(accepted).unwrap_or_default()
    }

    pub fn cookie_value(&self, name: &str) -> Option<&str> {
        self.cookie.split(';').find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
    }
}

/// The fields of a query or a form, decoded, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields(pub Vec<(String, String)>);

impl Fields {
    pub fn of(encoded: &str) -> Self {
        let decode = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
        let pair = |pair: &str| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        };
        Self(encoded.split('&').filter(|pair| !pair.is_empty()).map(pair).collect())
    }

    /// A field that is there and not blank.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, value)| key == name && !value.trim().is_empty()).map(|(_, value)| value.trim())
    }
}
