//! Prints of texts: what of an article is kept to recognise its copies, rewrites and translations.
//!
//! Copies share runs of three words; a fixed number of hashes stands for them all, the smallest of each share of the
//! space (one-permutation MinHash with rotation: P. Li, A. Owen, C.-H. Zhang, 2012). Rewrites and translations share names
//! and numbers.

/// Hashes that stand for the runs of words of a text.
pub const HASHES: usize = 128;

/// Words of a run.
const RUN: usize = 3;

/// Most names and numbers kept of a text.
const MARKS: usize = 64;

/// The share of runs from which two texts count as copies.
pub const COPY: f64 = 0.5;

/// The share of names and numbers from which a text in another language counts as a translation.
pub const TRANSLATION: f64 = 0.6;

/// The print of a text. Equal texts have equal prints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Print {
    /// Smallest hash in each share of the space; empty for a text of fewer than three words.
    runs: Vec<u32>,
    /// Hashes of names and numbers, sorted.
    marks: Vec<u32>,
}

impl Print {
    pub fn of(text: &str) -> Self {
        Self { runs: runs(text), marks: marks(text) }
    }

    /// Estimated share of runs of words that two texts have in common (Jaccard).
    pub fn copy_share(&self, other: &Self) -> f64 {
        if self.runs.len() != HASHES || other.runs.len() != HASHES {
            return 0.0;
        }
        same_places(&self.runs, &other.runs) as f64 / HASHES as f64
    }

    /// Share of names and numbers that two texts have in common, of the text that has fewer.
    pub fn mark_share(&self, other: &Self) -> f64 {
        let common = self.marks.iter().filter(|mark| other.marks.binary_search(mark).is_ok()).count();
        let all = self.marks.len() + other.marks.len() - common;
        // Few marks are shared by chance.
        if common < 5 { 0.0 } else { common as f64 / all as f64 }
    }

    /// For keeping beside the text.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = vec![u8::try_from(self.runs.len()).unwrap_or(0)];
        out.extend(self.runs.iter().chain(&self.marks).flat_map(|h| h.to_le_bytes()));
        out
    }

    /// The inverse of [`to_bytes`](Self::to_bytes).
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (&runs, rest) = bytes.split_first()?;
        let mut hashes = rest.as_chunks::<4>().0.iter().map(|four| u32::from_le_bytes(*four));
        let runs: Vec<u32> = hashes.by_ref().take(usize::from(runs)).collect();
        Some(Self { runs, marks: hashes.collect() })
    }
}

fn same_places(one: &[u32], other: &[u32]) -> usize {
    one.iter().zip(other).map(|(a, b)| usize::from(a == b)).sum()
}

fn runs(text: &str) -> Vec<u32> {
    let mut window = [0u64; RUN];
    let mut least = [u32::MAX; HASHES];
    let mut words = 0;
    each_word(text, |word| {
        window.rotate_left(1);
        window[RUN - 1] = word;
        words += 1;
        if words >= RUN {
            let hash = window.iter().fold(0u64, |h, w| (h.rotate_left(23) ^ w).wrapping_mul(0x9E37_79B9_7F4A_7C15));
            let hash = mixed(hash);
            let place = &mut least[(hash >> 57) as usize];
            *place = (*place).min(hash as u32);
        }
    });
    if words < RUN {
        return Vec::new();
    }
    filled(&least)
}

/// Empty shares take the hash of the next full one, changed by how far it was.
fn filled(least: &[u32; HASHES]) -> Vec<u32> {
    let mut out = least.to_vec();
    let Some(first) = least.iter().position(|h| *h != u32::MAX) else { return Vec::new() };
    let (mut next, mut far) = (least[first], 0u32);
    for at in (0..HASHES).rev().chain((first + 1..HASHES).rev()) {
        if least[at] == u32::MAX {
            far += 1;
            out[at] = next.wrapping_add(far.wrapping_mul(0x9E37_79B9)) | 1;
        } else {
            (next, far) = (least[at], 0);
        }
    }
    out
}

/// Calls `take` with a hash of every word, without case.
fn each_word(text: &str, mut take: impl FnMut(u64)) {
    let mut hash = 0u64;
    let mut inside = false;
    let mut end = |hash: &mut u64, inside: &mut bool| {
        if *inside {
            take(mixed(*hash));
        }
        (*hash, *inside) = (0, false);
    };
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            hash = (hash ^ u64::from(c.to_ascii_lowercase())).wrapping_mul(0x0100_0000_01B3);
            inside = true;
        } else if !c.is_ascii() && c.is_alphanumeric() {
            for lower in c.to_lowercase() {
                hash = (hash ^ u64::from(lower)).wrapping_mul(0x0100_0000_01B3);
            }
            inside = true;
        } else if c != '\'' && c != '’' {
            end(&mut hash, &mut inside);
        }
    }
    end(&mut hash, &mut inside);
}

fn mixed(mut hash: u64) -> u64 {
    hash ^= hash >> 32;
    hash = hash.wrapping_mul(0xD6E8_FEB8_6659_FD93);
    hash ^= hash >> 29;
    hash = hash.wrapping_mul(0xD6E8_FEB8_6659_FD93);
    hash ^ (hash >> 32)
}

/// Hashes of what translations keep: capitalised words inside sentences, and the digits of numbers.
fn marks(text: &str) -> Vec<u32> {
    let mut out = Vec::new();
    let mut opens = true;
    for word in text.split(|c: char| c.is_whitespace() || matches!(c, '\'' | '’' | '-' | '(' | '"' | '«' | '“')) {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let capital = bare.chars().next().is_some_and(char::is_uppercase);
        let digits: String = bare.chars().filter(char::is_ascii_digit).collect();
        if !digits.is_empty() || capital && !opens && bare.chars().count() > 2 {
            let kept = if digits.is_empty() { crate::fold::words(bare).concat() } else { digits };
            let mut hash = 0;
            each_word(&kept, |word| hash = word as u32);
            out.push(hash);
        }
        if !word.is_empty() {
            opens = word.ends_with(['.', '!', '?', ':', '»', '”']) || bare.is_empty() && opens;
        }
    }
    out.sort_unstable();
    out.dedup();
    out.truncate(MARKS);
    out
}

/// Pairs of texts that are copies of each other, by their places, smaller first. Nearly linear in the number of texts.
///
/// Hashes are compared in bands of three; candidates are told by all their hashes.
pub fn copies<T: std::borrow::Borrow<Print>>(prints: &[T], share: f64) -> Vec<(u32, u32)> {
    const BAND: usize = 3;
    let wanted = (share * HASHES as f64).ceil() as usize;
    let mut candidates: Vec<(u32, u32)> = Vec::new();
    let mut keys: Vec<(u64, u32)> = Vec::with_capacity(prints.len());
    for band in 0..HASHES / BAND {
        keys.clear();
        for (at, print) in prints.iter().enumerate() {
            if let Some(hashes) = print.borrow().runs.get(band * BAND..(band + 1) * BAND) {
                keys.push((hashes.iter().fold(band as u64, |k, h| mixed(k ^ u64::from(*h))), at as u32));
            }
        }
        keys.sort_unstable();
        for same in keys.chunk_by(|a, b| a.0 == b.0).filter(|same| same.len() > 1) {
            for (i, &(_, b)) in same.iter().enumerate() {
                candidates.extend(same[..i].iter().map(|&(_, a)| (a, b)));
            }
        }
        // Copies meet in many bands.
        if candidates.len() > 4 * prints.len().max(1 << 16) {
            candidates.sort_unstable();
            candidates.dedup();
        }
    }
    candidates.sort_unstable();
    candidates.dedup();
    let alike = |&(a, b): &(u32, u32)| {
        same_places(&prints[a as usize].borrow().runs, &prints[b as usize].borrow().runs) >= wanted
    };
    candidates.retain(alike);
    candidates
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_translations_and_strangers() {
        let one = "Ada Neri leaves Corvanta for Helvion after 7 years. She led 42 engineers in Turin, says Lena Vogt of Brevia, and Helvion pays her 3 million a year.";
        let copy = one.replace("leaves", "quits");
        let italian = "Ada Neri lascia Corvanta per Helvion dopo 7 anni. Guidava 42 ingegneri a Turin, dice Lena Vogt di Brevia, e la Helvion le dà 3 milioni.";
        let other = "Otto Kranz joins Meridia as head of chips. His team of 18 in Basel works on Nordkap, with Irma Sund and 25 others from Talvio.";
        let print = Print::of(one);
        assert!(print.copy_share(&Print::of(&copy)) > COPY);
        assert!(print.copy_share(&Print::of(italian)) < 0.2);
        assert!(print.mark_share(&Print::of(italian)) > TRANSLATION);
        assert!(print.mark_share(&Print::of(other)) < 0.1 && print.copy_share(&Print::of(other)) < 0.1);
        assert_eq!(Print::from_bytes(&print.to_bytes()), Some(print.clone()));
        let short = Print::of("No.");
        assert_eq!(short.copy_share(&short), 0.0);
        assert_eq!(copies(&[print.clone(), Print::of(other), Print::of(&copy)], COPY), [(0, 2)]);
    }
}
