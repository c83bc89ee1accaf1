//! A document: canonical text and what is known about its publication.

use crate::PartialDate;

/// ISO 639-1 code of a language, in lower case.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Lang([u8; 2]);

impl Lang {
    /// Reads a code such as `it` or `IT`; `None` unless it is two ASCII letters.
    pub fn parse(code: &str) -> Option<Self> {
        match code.as_bytes() {
            [a, b] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() => {
                Some(Self([a.to_ascii_lowercase(), b.to_ascii_lowercase()]))
            }
            _ => None,
        }
    }

    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("??")
    }
}

impl std::fmt::Debug for Lang {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::fmt::Display for Lang {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Lang {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.as_str())
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Lang {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let code = <std::borrow::Cow<'de, str>>::deserialize(d)?;
        Self::parse(&code).ok_or_else(|| serde::de::Error::custom("not a two-letter language code"))
    }
}

/// One article as the reader takes it. `text` is canonical: spans of claims point into it and
/// nothing ever changes it.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Document {
    /// The `id` of a JSON Lines input, else the file stem or the address.
    pub id: String,
    pub text: String,
    /// `None`: the reader detects it.
    pub lang: Option<Lang>,
    pub title: Option<String>,
    /// Day (or month, or year) of publication, where the source says it.
    pub published: Option<PartialDate>,
    /// Name of the outlet, where the source says it.
    pub outlet: Option<String>,
    pub url: Option<String>,
}
