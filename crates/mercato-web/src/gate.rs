//! Who may write: the token opens a session, a session names its author, and every form carries a key of its session.
//!
//! Nothing is kept: a session is its own proof, signed with the token, and ends with it.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::Request;
use crate::address;
use crate::request::Fields;

/// Days after which a session asks for the token again.
const SESSION_DAYS: i64 = 30;

/// Longest name of an author, in characters.
const LONGEST: usize = 60;

/// The secret that lets write.
pub struct Gate {
    token: String,
}

/// A browser that has shown the token.
pub struct Session {
    pub author: String,
    /// What its forms must carry: another site cannot know it.
    pub form_key: String,
}

impl Gate {
    pub fn new(token: String) -> Self {
        Self { token }
    }

    fn mac(&self, purpose: &str, text: &str) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.token.as_bytes()).ok()?;
        mac.update(purpose.as_bytes());
        mac.update(b"\n");
        mac.update(text.as_bytes());
        Some(mac)
    }

    fn sign(&self, purpose: &str, text: &str) -> String {
        let bytes = self.mac(purpose, text).map(|mac| mac.finalize().into_bytes());
        bytes.iter().flatten().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether the signature is ours; takes as long for any wrong one.
    fn signed(&self, purpose: &str, text: &str, signature: &str) -> bool {
        let digits = signature.as_bytes().chunks(2).map(|pair| {
            std::str::from_utf8(pair).ok().filter(|p| p.len() == 2).and_then(|p| u8::from_str_radix(p, 16).ok())
        });
        let bytes: Option<Vec<u8>> = digits.collect();
        bytes.zip(self.mac(purpose, text)).is_some_and(|(bytes, mac)| mac.verify_slice(&bytes).is_ok())
    }

    /// Whether this is the token; takes as long for any wrong one.
    pub fn opens(&self, token: &str) -> bool {
        // Both are signed with our own: as keys, a token and the same with zeros behind it would be one.
        !token.is_empty() && self.signed("token", &self.token, &self.sign("token", token))
    }

    /// The cookie of a new session.
    pub fn session(&self, author: &str, today: i64) -> String {
        let said = format!("{today}.{}", encoded(author));
        let signature = self.sign("session", &said);
        format!("{said}.{signature}")
    }

    /// The session of a request, unless it is none of ours or too old.
    pub fn entered(&self, request: &Request, today: i64) -> Option<Session> {
        let cookie = request.cookie_value("session")?;
        let (said, signature) = cookie.rsplit_once('.')?;
        if !self.signed("session", said, signature) {
            return None;
        }
        let (day, author) = said.split_once('.')?;
        let age = today - day.parse::<i64>().ok()?;
        let author = percent_encoding::percent_decode_str(author).decode_utf8().ok()?.into_owned();
        (0..=SESSION_DAYS).contains(&age).then(|| Session { author, form_key: self.sign("form", cookie) })
    }

    /// Whether a form comes from a page of this session.
    pub fn is_own_form(&self, request: &Request, fields: &Fields) -> bool {
        let cookie = request.cookie_value("session").unwrap_or_default();
        is_same_site(request) && self.signed("form", cookie, fields.get("key").unwrap_or_default())
    }
}

/// A browser that says that another site made it ask is not listened to.
pub fn is_same_site(request: &Request) -> bool {
    request.fetch_site.as_deref().is_none_or(|site| matches!(site, "same-origin" | "none"))
}

/// The name of whoever judges, as the log may keep it.
pub fn author(name: &str) -> Option<&str> {
    let name = name.trim();
    let fits = !name.is_empty() && name.chars().count() <= LONGEST && !name.chars().any(char::is_control);
    fits.then_some(name)
}

/// A name as a cookie may hold it: without the dot that parts a session's words.
fn encoded(name: &str) -> String {
    address::part(name).replace('.', "%2E")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_cookie(cookie: &str) -> Request {
        Request { cookie: format!("ui=it; session={cookie}"), ..Request::get("/") }
    }

    #[test]
    fn only_the_token_opens() {
        let gate = Gate::new("a token of some length".into());
        assert!(gate.opens("a token of some length"));
        for wrong in [
            "",
            "a token of some lengt",
            "A token of some length",
            "a token of some length ",
            "a token of some length\0",
        ] {
            assert!(!gate.opens(wrong), "{wrong:?}");
        }
    }

    #[test]
    fn a_session_names_its_author_until_it_is_old() {
        let gate = Gate::new("one".into());
        for name in ["Ada Neri", "a.b;c=d", "Élodie \"X\"", "名"] {
            let cookie = gate.session(name, 100);
            assert!(cookie.bytes().all(|b| b.is_ascii_graphic() && b != b';' && b != b','), "{cookie}");
            assert_eq!(gate.entered(&with_cookie(&cookie), 130).map(|s| s.author).as_deref(), Some(name));
            assert!(gate.entered(&with_cookie(&cookie), 131).is_none());
            assert!(gate.entered(&with_cookie(&cookie), 99).is_none());
            assert!(Gate::new("two".into()).entered(&with_cookie(&cookie), 100).is_none());
            assert!(gate.entered(&with_cookie(&cookie.replacen("100", "120", 1)), 120).is_none());
        }
    }

    #[test]
    fn a_form_belongs_to_its_session() {
        let gate = Gate::new("one".into());
        let (mine, other) = (gate.session("a", 1), gate.session("b", 1));
        let key = gate.entered(&with_cookie(&mine), 1).unwrap().form_key;
        let fields = Fields(vec![("key".into(), key)]);
        assert!(gate.is_own_form(&with_cookie(&mine), &fields));
        assert!(!gate.is_own_form(&with_cookie(&other), &fields));
        assert!(!gate.is_own_form(&with_cookie(&mine), &Fields::default()));
        let foreign = Request { fetch_site: Some("cross-site".into()), ..with_cookie(&mine) };
        assert!(!gate.is_own_form(&foreign, &fields));
    }
}
