//! Bytes to characters: byte order mark, UTF-8, what a page declares, and detection last.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8};

use crate::ErrorKind;

/// Why bytes are no text: the kind and what happened.
pub type Refusal = (ErrorKind, String);

/// How far into a page its declaration of a character set is looked for; browsers read as much.
const DECLARATION_WINDOW: usize = 1024;

/// Decodes a text file without losing a character: broken UTF-8 is refused, never patched.
pub fn decode_text(bytes: Vec<u8>) -> Result<String, Refusal> {
    if let Some((encoding, mark)) = Encoding::for_bom(&bytes) {
        if encoding == UTF_8 {
            let rest = &bytes[mark..];
            refuse_binary(rest)?;
            return std::str::from_utf8(rest).map(str::to_owned).map_err(|e| broken_utf8(rest, e.valid_up_to()));
        }
        let text = strict(encoding, &bytes[mark..])?;
        return if text.contains('\0') { Err(binary("it holds NUL characters")) } else { Ok(text) };
    }
    refuse_binary(&bytes)?;
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return Ok(text),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let bytes = error.into_bytes();
            if is_damaged_utf8(&bytes) {
                return Err(broken_utf8(&bytes, at));
            }
            bytes
        }
    };
    strict(detect(&bytes), &bytes)
}

/// Decodes a page the way a browser does: what cannot be decoded becomes U+FFFD, for its words are extracted anyway.
pub fn decode_page(bytes: &[u8]) -> Result<Cow<'_, str>, Refusal> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return Ok(encoding.decode_without_bom_handling(&bytes[mark..]).0);
    }
    refuse_binary(bytes)?;
    match std::str::from_utf8(bytes) {
        // Pages saved by a browser are often converted to UTF-8 and keep their old declaration.
        Ok(text) if !bytes.is_ascii() => return Ok(Cow::Borrowed(text)),
        Err(_) if is_damaged_utf8(bytes) => return Ok(String::from_utf8_lossy(bytes)),
        _ => {}
    }
    let encoding = declared(&bytes[..bytes.len().min(DECLARATION_WINDOW)]).unwrap_or_else(|| detect(bytes));
    Ok(encoding.decode_without_bom_handling(bytes).0)
}

/// Refuses bytes that cannot be text in any encoding without a byte order mark.
pub fn refuse_binary(bytes: &[u8]) -> Result<(), Refusal> {
    const SIGNATURES: [(&[u8], &str); 4] = [
        (b"%PDF-", "it is a PDF"),
        (b"PK\x03\x04", "it is a ZIP archive or an office document"),
        (b"\x1F\x8B", "it is compressed with gzip"),
        (b"\x28\xB5\x2F\xFD", "it is compressed with zstd"),
    ];
    if let Some((_, what)) = SIGNATURES.iter().find(|(signature, _)| bytes.starts_with(signature)) {
        return Err(binary(what));
    }
    if let Some(at) = bytes.iter().position(|&b| b == 0) {
        return Err(binary(&format!("byte {} is NUL", at + 1)));
    }
    let head = &bytes[..bytes.len().min(1 << 16)];
    // Escape and form feed occur in old text files.
    let controls = head.iter().filter(|&&b| b < 0x20 && !b"\t\n\r\x0C\x1B".contains(&b)).count();
    if controls * 50 > head.len() {
        return Err(binary(&format!("{controls} of its first {} bytes are control characters", head.len())));
    }
    Ok(())
}

fn binary(why: &str) -> Refusal {
    (ErrorKind::Binary, format!("not text: {why}"))
}

fn broken_utf8(bytes: &[u8], at: usize) -> Refusal {
    let line = bytes[..at].iter().filter(|&&b| b == b'\n').count() + 1;
    (ErrorKind::BadEncoding, format!("broken UTF-8 at byte {} (line {line})", at + 1))
}

/// Whether the bytes were UTF-8 before something broke them: in other encodings hardly any pair of bytes is a sound
/// multi-byte character.
fn is_damaged_utf8(bytes: &[u8]) -> bool {
    let (mut sound, mut broken) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        sound += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    broken > 0 && sound >= broken
}

fn detect(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Allow)
}

fn strict(encoding: &'static Encoding, bytes: &[u8]) -> Result<String, Refusal> {
    encoding
        .decode_without_bom_handling_and_without_replacement(bytes)
        .map(Cow::into_owned)
        .ok_or_else(|| (ErrorKind::BadEncoding, format!("the bytes are no valid {}", encoding.name())))
}

/// The label after `charset=` in a page's head.
fn declared(head: &[u8]) -> Option<&'static Encoding> {
    let head = head.to_ascii_lowercase();
    let mut rest = head.as_slice();
    while let Some(at) = rest.windows(7).position(|w| w == b"charset") {
        rest = rest[at + 7..].trim_ascii_start();
        if let Some(value) = rest.strip_prefix(b"=") {
            let value = value.trim_ascii_start();
            let value = value.strip_prefix(b"\"").or_else(|| value.strip_prefix(b"'")).unwrap_or(value);
            let end = value.iter().position(|b| b"\"' \t\r\n;/>".contains(b)).unwrap_or(value.len());
            if let Some(encoding) = Encoding::for_label(&value[..end]) {
                // A page whose declaration can be read byte by byte is not UTF-16, whatever it says.
                return Some(if encoding.is_ascii_compatible() { encoding } else { UTF_8 });
            }
        }
    }
    None
}
