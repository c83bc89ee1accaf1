//! What goes back: a body, its type, and headers that keep a browser from running or leaking anything.

use std::sync::OnceLock;

use flate2::{Compress, Compression, Crc, FlushCompress, Status};
use sha2::{Digest as _, Sha256};

/// Scripts, styles and forms only from here; nothing inline; no frame around it; no address told to others.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Bodies below this size are not worth compressing.
const WORTH_COMPRESSING: usize = 1_000;

/// A whole answer.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
    /// The body compressed, once somebody takes it so; nothing where that is not worth it.
    pub(crate) gzip: OnceLock<Option<Vec<u8>>>,
    pub etag: Option<String>,
    /// May be kept and given to the next who asks the same.
    pub keeps: bool,
}

impl Answer {
    fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![
            ("content-type", content_type.to_owned()),
            ("content-security-policy", POLICY.to_owned()),
            ("x-content-type-options", "nosniff".to_owned()),
            ("referrer-policy", "no-referrer".to_owned()),
            ("cross-origin-opener-policy", "same-origin".to_owned()),
            ("cross-origin-resource-policy", "same-origin".to_owned()),
        ];
        Self { status, headers, body: body.into(), ..Self::default() }
    }

    pub fn html(status: u16, body: String) -> Self {
        Self { keeps: status == 200, ..Self::new(status, "text/html; charset=utf-8", body) }
    }

    pub fn json(body: String) -> Self {
        Self { keeps: true, ..Self::new(200, "application/json", body) }
    }

    pub fn text(content_type: &str, body: String) -> Self {
        Self { keeps: true, ..Self::new(200, content_type, body) }
    }

    /// A file to keep for ever: its address changes with its content.
    pub fn asset(content_type: &str, body: &'static str) -> Self {
        let answer = Self { keeps: true, ..Self::new(200, content_type, body) };
        answer.with("cache-control", "public, max-age=31536000, immutable")
    }

    pub fn redirect(to: &str) -> Self {
        Self::new(303, "text/plain", "").with("location", to)
    }

    /// A failure as RFC 9457 describes it.
    pub fn problem(status: u16, code: &str, title: &str, detail: &str) -> Self {
        let body = serde_json::json!({ "type": format!("/api/v1/problems#{code}"), "title": title, "status": status, "detail": detail });
        Self::new(status, "application/problem+json", body.to_string())
    }

    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The body compressed, where that is worth it.
    pub fn gzipped(&self) -> Option<&[u8]> {
        let worth = self.keeps && self.body.len() >= WORTH_COMPRESSING;
        self.gzip.get_or_init(|| if worth { gzip(&self.body) } else { None }).as_deref()
    }

    /// Settles what depends on the body alone: its tag.
    pub fn finished(mut self) -> Self {
        if self.keeps {
            let digest = Sha256::digest(&self.body);
            let tag: String = digest[..12].iter().map(|byte| format!("{byte:02x}")).collect();
            self.etag = Some(format!("\"{tag}\""));
        }
        self
    }
}

/// The head of a gzip file without a name and a time, so that the same body gives the same bytes.
const GZIP_HEAD: [u8; 10] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF];

fn gzip(body: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(GZIP_HEAD.len() + body.len() + 64);
    out.extend(GZIP_HEAD);
    let mut compress = Compress::new(Compression::fast(), false);
    let done = compress.compress_vec(body, &mut out, FlushCompress::Finish).ok()?;
    // What does not get smaller goes as it is.
    if done != Status::StreamEnd {
        return None;
    }
    let mut check = Crc::new();
    check.update(body);
    out.extend(check.sum().to_le_bytes());
    out.extend(check.amount().to_le_bytes());
    Some(out)
}
