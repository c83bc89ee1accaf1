//! Webhooks: signed as Standard Webhooks describes it, tried again when the other side is busy or away, and never
//! sent to an address inside a network unless the user says that it is meant.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

use super::DeliveryError;

/// Where messages go, and how hard it is tried.
#[derive(Clone)]
pub struct Webhook {
    pub url: String,
    pub secret: Vec<u8>,
    /// Addresses inside a network, and connections that are not encrypted, are meant.
    pub private: bool,
    pub tries: u32,
    /// Before the second try; doubled before each further one.
    pub wait: Duration,
    pub timeout: Duration,
}

/// The longest that is waited because the other side asks for it.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

impl Webhook {
    /// Whether the address can be sent to at all.
    pub fn check(&self) -> Result<(), DeliveryError> {
        let wrong = |what: &str| Err(DeliveryError::Unusable { place: self.place(), what: what.to_owned() });
        let Ok(uri) = self.url.parse::<Uri>() else { return wrong("no address") };
        match (uri.scheme_str(), uri.host()) {
            (Some("https"), Some(_)) => {}
            (Some("http"), Some(_)) if self.private => {}
            (Some("http"), Some(_)) => return wrong("https is needed, or private = true"),
            _ => return wrong("no address of the web"),
        }
        let literal = uri.host().unwrap_or_default().trim_matches(['[', ']']).parse::<IpAddr>();
        match literal {
            Ok(ip) if !self.private && !is_public(ip) => {
                wrong("a private address; private = true says that it is meant")
            }
            _ if self.secret.is_empty() => wrong("a secret is needed to sign with"),
            _ => Ok(()),
        }
    }

    /// Where it goes, without what may be secret in the path.
    pub fn place(&self) -> String {
        let rest = self.url.split("://").nth(1).unwrap_or(&self.url);
        rest.split(['/', '?', '#']).next().unwrap_or_default().rsplit('@').next().unwrap_or_default().to_owned()
    }

    /// Sends a message; how many tries it took. The id stays the same through all tries, so that the other side can
    /// tell a repeat.
    pub fn send(&self, body: &str, now: &dyn Fn() -> i64) -> Result<u32, DeliveryError> {
        self.check()?;
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(self.timeout))
            .http_status_as_error(false)
            .max_redirects(0)
            // A proxy would resolve names itself, out of our sight.
            .proxy(None)
            .build();
        let agent = ureq::Agent::with_parts(config, DefaultConnector::default(), Guarded { private: self.private });
        let digest: String = Sha256::digest(body).iter().take(12).map(|b| format!("{b:02x}")).collect();
        let id = format!("msg_{digest}");
        let mut wait = self.wait;
        for tries in 1.. {
            let failed = match self.once(&agent, &id, body, now()) {
                Ok(()) => return Ok(tries),
                Err(failed) => failed,
            };
            if !failed.again || tries >= self.tries {
                return Err(DeliveryError::Undelivered { place: self.place(), what: failed.what, tries });
            }
            std::thread::sleep(failed.wait.unwrap_or(wait).min(LONGEST_WAIT));
            wait *= 2;
        }
        unreachable!("the last try returns")
    }

    fn once(&self, agent: &ureq::Agent, id: &str, body: &str, now: i64) -> Result<(), Failed> {
        let request = agent
            .post(&self.url)
            .header("content-type", "application/json")
            .header("user-agent", "mercato")
            .header("webhook-id", id)
            .header("webhook-timestamp", now.to_string())
            .header("webhook-signature", signature(&self.secret, id, now, body));
        let response = request.send(body.as_bytes()).map_err(|error| Failed {
            again: !matches!(error, ureq::Error::Other(_)),
            what: error.to_string(),
            wait: None,
        })?;
        let status = response.status().as_u16();
        let asked = response.headers().get("retry-after").and_then(|v| v.to_str().ok()).and_then(|v| v.parse().ok());
        match status {
            200..=299 => Ok(()),
            408 | 425 | 429 | 500..=599 => {
                Err(Failed { again: true, what: format!("answered {status}"), wait: asked.map(Duration::from_secs) })
            }
            _ => Err(Failed { again: false, what: format!("answered {status}"), wait: None }),
        }
    }
}

struct Failed {
    again: bool,
    what: String,
    wait: Option<Duration>,
}

/// The signature of Standard Webhooks: over id, time and body.
pub fn signature(secret: &[u8], id: &str, now: i64, body: &str) -> String {
    let signed = Hmac::<Sha256>::new_from_slice(secret).map(|mut mac| {
        mac.update(format!("{id}.{now}.{body}").as_bytes());
        mac.finalize().into_bytes()
    });
    format!("v1,{}", data_encoding::BASE64.encode(&signed.unwrap_or_default()))
}

/// Looks names up, and keeps to public addresses: the connection goes to what was looked at, not to a later answer.
#[derive(Debug)]
struct Guarded {
    private: bool,
}

#[derive(Debug, thiserror::Error)]
#[error("leads to a private address; private = true says that it is meant")]
struct Private;

impl Resolver for Guarded {
    fn resolve(
        &self,
        uri: &Uri,
        config: &ureq::config::Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = DefaultResolver::default().resolve(uri, config, timeout)?;
        let private = |at: &SocketAddr| !is_public(at.ip());
        match found.iter().any(private) && !self.private {
            true => Err(ureq::Error::Other(Box::new(Private))),
            false => Ok(found),
        }
    }
}

/// Whether an address is one of the open net.
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => {
            let parts = ip.segments();
            let inner = |high: u16, low: u16| {
                let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
                is_public_v4(Ipv4Addr::new(a, b, c, d))
            };
            match parts {
                // Mapped, translated and 6to4 addresses lead to the one inside.
                [0, 0, 0, 0, 0, 0xFFFF | 0, high, low] | [0x64, 0xFF9B, _, _, _, _, high, low] => inner(high, low),
                [0x2002, high, low, ..] => inner(high, low),
                // Teredo, documentation; and of the rest only global unicast.
                [0x2001, 0 | 0xDB8, ..] => false,
                [first, ..] => first & 0xE000 == 0x2000,
            }
        }
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special = matches!(
        (a, b, c),
        (0, ..) | (100, 64..=127, _) | (192, 0, 0) | (192, 88, 99) | (198, 18..=19, _) | (224..=255, ..)
    );
    !(special || ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_documentation())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_open_net_is_public() {
        for (ip, public) in [
            ("93.184.215.14", true),
            ("8.8.8.8", true),
            ("127.0.0.1", false),
            ("127.8.9.1", false),
            ("0.0.0.0", false),
            ("10.0.0.1", false),
            ("172.16.0.1", false),
            ("172.32.0.1", true),
            ("192.168.1.1", false),
            ("169.254.169.254", false),
            ("100.64.0.1", false),
            ("100.128.0.1", true),
            ("192.0.0.8", false),
            ("198.18.0.1", false),
            ("224.0.0.1", false),
            ("255.255.255.255", false),
            ("::1", false),
            ("::", false),
            ("fe80::1", false),
            ("fc00::1", false),
            ("fd12:3456::1", false),
            ("ff02::1", false),
            ("2606:4700:4700::1111", true),
            ("2001:db8::1", false),
            ("::ffff:127.0.0.1", false),
            ("::ffff:8.8.8.8", true),
            ("::127.0.0.1", false),
            ("64:ff9b::a00:1", false),
            ("2002:7f00:1::", false),
            ("2001::1", false),
        ] {
            assert_eq!(is_public(ip.parse().unwrap()), public, "{ip}");
        }
    }

    #[test]
    fn the_signature_is_the_one_of_the_standard() {
        // Id, time, body, secret and signature of the example in the standard's own libraries.
        let secret = data_encoding::BASE64.decode(b"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signed = signature(&secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn what_cannot_be_sent_to_is_told() {
        let hook = |url: &str, private: bool| Webhook {
            url: url.to_owned(),
            secret: b"x".to_vec(),
            private,
            tries: 1,
            wait: Duration::ZERO,
            timeout: Duration::from_secs(1),
        };
        for (url, private, ok) in [
            ("https://hooks.example.org/a", false, true),
            ("http://hooks.example.org/a", false, false),
            ("http://hooks.example.org/a", true, true),
            ("https://127.0.0.1/", false, false),
            ("https://[::1]:8443/", false, false),
            ("https://169.254.169.254/latest", false, false),
            ("https://127.0.0.1/", true, true),
            ("ftp://example.org/", true, false),
            ("file:///etc/passwd", true, false),
            ("nothing", true, false),
        ] {
            assert_eq!(hook(url, private).check().is_ok(), ok, "{url}");
        }
        assert_eq!(hook("https://user:pass@hooks.example.org/secret?x", false).place(), "hooks.example.org");
        assert!(Webhook { secret: Vec::new(), ..hook("https://example.org/", false) }.check().is_err());
        // A name of this machine is found out when it is looked up.
        let refused = hook("https://localhost:1/", false).send("{}", &|| 0).unwrap_err().to_string();
        assert!(refused.contains("private address"), "{refused}");
    }
}
