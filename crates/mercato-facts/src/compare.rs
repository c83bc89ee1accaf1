//! How likely two names are the same person's or the same firm's, from the names alone.
//!
//! Names are written in basic Latin letters, their words aligned, and what fits and what is left over weighed by a
//! logistic formula fitted on labelled pairs (`benches/names.rs`). It finds candidates; context decides
//! ([`who`](crate::who)).

/// What kind of name it is: firms reuse common words, persons drop and abbreviate theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    Person,
    Firm,
}

/// A name ready for comparing. `tokens` index into `letters`.
#[derive(Clone, Debug, Default)]
pub struct Prepared {
    /// Basic Latin letters and digits, words next to each other.
    letters: Vec<u8>,
    /// End of each word in `letters`.
    ends: Vec<u8>,
    /// Written without an alphabet of letters (Chinese, Japanese, Korean): one character is a whole word.
    dense: bool,
}

/// Longest name that is compared, in letters; what follows is left out.
const LONGEST: usize = 120;

/// Most words that are aligned.
const WORDS: usize = 12;

impl Prepared {
    /// Folds a name. Words for which `weightless` is true (legal forms, articles) are left out unless nothing else
    /// remains.
    pub fn new(name: &str, weightless: impl Fn(&str) -> bool) -> Self {
        let mut all = Self::default();
        let mut word = Vec::with_capacity(16);
        for c in name.chars() {
            match c {
                'a'..='z' | '0'..='9' => word.push(c as u8),
                'A'..='Z' => word.push(c.to_ascii_lowercase() as u8),
                // Points and apostrophes stand inside abbreviations and names.
                '.' | '\'' | '’' | '‘' | 'ʼ' | '`' => {}
                _ if c.is_ascii() => all.end_word(&mut word),
                _ if c.is_alphanumeric() || !any_ascii::any_ascii_char(c).is_empty() && !c.is_whitespace() => {
                    all.dense |= is_dense(c);
                    let latin = any_ascii::any_ascii_char(c);
                    word.extend(latin.bytes().filter(u8::is_ascii_alphanumeric).map(|b| b.to_ascii_lowercase()));
                }
                _ => all.end_word(&mut word),
            }
        }
        all.end_word(&mut word);
        all.without(weightless)
    }

    fn end_word(&mut self, word: &mut Vec<u8>) {
        if !word.is_empty() && self.letters.len() + word.len() <= LONGEST && self.ends.len() < WORDS {
            self.letters.extend_from_slice(word);
            self.ends.push(self.letters.len() as u8);
        }
        word.clear();
    }

    fn without(self, weightless: impl Fn(&str) -> bool) -> Self {
        let heavy: Vec<bool> =
            (0..self.ends.len()).map(|at| !std::str::from_utf8(self.word(at)).is_ok_and(&weightless)).collect();
        if heavy.iter().all(|h| *h) || heavy.iter().all(|h| !h) {
            return self;
        }
        let mut kept = Self { dense: self.dense, ..Self::default() };
        for at in (0..self.ends.len()).filter(|&at| heavy[at]) {
            kept.letters.extend_from_slice(self.word(at));
            kept.ends.push(kept.letters.len() as u8);
        }
        kept
    }

    fn word(&self, at: usize) -> &[u8] {
        let start = if at == 0 { 0 } else { usize::from(self.ends[at - 1]) };
        &self.letters[start..usize::from(self.ends[at])]
    }

    fn words(&self) -> usize {
        self.ends.len()
    }
}

/// Scripts in which one character says as much as a word.
fn is_dense(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}' | '\u{F900}'..='\u{FAFF}')
}

/// Number of features that [`features`] measures.
pub const FEATURES: usize = 14;

/// What is measured on a pair of names; all between 0 and 1, the first always 1.
pub fn features(one: &Prepared, other: &Prepared) -> [f64; FEATURES] {
    let (short, long) = if (one.words(), one.letters.len()) <= (other.words(), other.letters.len()) {
        (one, other)
    } else {
        (other, one)
    };
    if short.letters.is_empty() {
        return [1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0];
    }
    let joined_edits = distance(&one.letters, &other.letters);
    let longest = one.letters.len().max(other.letters.len());
    let joined = 1.0 - joined_edits as f64 / longest as f64;

    let fit = align(short, long);
    let covered = fit.covered as f64 / long.letters.len() as f64;
    let worst_edits = (fit.worst_edits as f64 / 4.0).min(1.0);
    let spread = (long.words() - short.words()) as f64 / long.words() as f64;
    let lone = f64::from(short.words() == 1 && long.words() > 1);
    // A joined or split name has its words misaligned and its letters right.
    let best = joined.max(fit.mean);
    [
        1.0,
        joined,
        fit.worst,
        fit.mean,
        covered,
        worst_edits,
        f64::from(fit.crossed) * fit.mean,
        spread,
        fit.tail,
        fit.head,
        best * best * best * best,
        lone,
        f64::from(one.dense || other.dense) * (1.0 - joined),
        ((joined_edits as f64) / 6.0).min(1.0),
    ]
}

/// How likely two names are one's, 0 to 1.
pub fn likeness(sort: Sort, one: &Prepared, other: &Prepared) -> f64 {
    weigh(weights(sort), &features(one, other))
}

/// The logistic formula.
pub fn weigh(weights: &[f64; FEATURES], features: &[f64; FEATURES]) -> f64 {
    let sum: f64 = weights.iter().zip(features).map(|(w, f)| w * f).sum();
    1.0 / (1.0 + (-sum).exp())
}

/// Fitted by `cargo bench -p mercato-facts --bench names -- fit` on `eval/names/cases.csv`.
fn weights(sort: Sort) -> &'static [f64; FEATURES] {
    match sort {
        Sort::Person => &PERSON,
        Sort::Firm => &FIRM,
    }
}

const PERSON: [f64; FEATURES] =
    [1.610, 0.557, 2.093, -0.105, -0.287, -2.920, -0.732, 0.797, 0.250, -1.052, 1.087, 0.242, 0.225, -2.072];
const FIRM: [f64; FEATURES] =
    [0.881, -0.608, 0.217, 0.647, 0.495, -0.471, 1.665, 2.212, 0.207, -0.912, 2.080, -0.337, 0.000, -3.232];

/// How the words of the shorter name find theirs in the longer.
struct Fit {
    /// Likeness of the word that fits worst.
    worst: f64,
    /// Edits of that word.
    worst_edits: usize,
    /// Mean likeness, by letters.
    mean: f64,
    /// Letters of the longer name that found a partner.
    covered: usize,
    /// The words come in another order.
    crossed: bool,
    head: f64,
    tail: f64,
}

fn align(short: &Prepared, long: &Prepared) -> Fit {
    let (n, m) = (short.words(), long.words());
    let mut edits = [[0u8; WORDS]; WORDS];
    let mut alike = [[0f64; WORDS]; WORDS];
    for (i, (edit_row, alike_row)) in edits.iter_mut().zip(&mut alike).enumerate().take(n) {
        for j in 0..m {
            (alike_row[j], edit_row[j]) = likeness_of_words(short.word(i), long.word(j));
        }
    }
    let (mut taken, mut partner) = ([false; WORDS], [usize::MAX; WORDS]);
    for _ in 0..n {
        let mut best = (-1.0, 0, 0);
        for i in (0..n).filter(|&i| partner[i] == usize::MAX) {
            for j in (0..m).filter(|&j| !taken[j]) {
                // Of equals, the pair that keeps its place.
                let value = alike[i][j] - 1e-6 * (i as f64 / n as f64 - j as f64 / m as f64).abs();
                if value > best.0 {
                    best = (value, i, j);
                }
            }
        }
        partner[best.1] = best.2;
        taken[best.2] = true;
    }
    let mut fit = Fit { worst: 1.0, worst_edits: 0, mean: 0.0, covered: 0, crossed: false, head: 0.0, tail: 0.0 };
    let mut letters = 0;
    for i in 0..n {
        let (j, length) = (partner[i], short.word(i).len());
        let value = alike[i][j];
        if value < fit.worst {
            (fit.worst, fit.worst_edits) = (value, usize::from(edits[i][j]));
        }
        fit.mean += value * length as f64;
        letters += length;
        if value > 0.5 {
            fit.covered += long.word(j).len();
        }
        fit.crossed |= i > 0 && j < partner[i - 1];
    }
    fit.mean /= letters.max(1) as f64;
    fit.head = alike[0][0];
    fit.tail = alike[n - 1][m - 1];
    fit
}

/// Likeness of two words and the edits between them; an initial fits the word it opens.
fn likeness_of_words(one: &[u8], other: &[u8]) -> (f64, u8) {
    if one == other {
        return (1.0, 0);
    }
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    if short.len() == 1 && long.first() == short.first() {
        return (0.9, 0);
    }
    let edits = distance(one, other);
    (1.0 - edits as f64 / long.len() as f64, edits.min(255) as u8)
}

/// Edits between two words, neighbours exchanged counting once (optimal string alignment).
///
/// Bits stand for the rows of the table: H. Hyyrö, "A bit-vector algorithm for computing Levenshtein and Damerau edit
/// distances", 2003.
fn distance(one: &[u8], other: &[u8]) -> usize {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    if short.is_empty() {
        return long.len();
    }
    if short.len() > 64 {
        return distance_of_long(short, long);
    }
    let mut places = [0u64; 36];
    for (at, &letter) in short.iter().enumerate() {
        places[index(letter)] |= 1 << at;
    }
    let (mut up, mut down, mut diagonal, mut before) = (!0u64, 0u64, 0u64, 0u64);
    let last = 1u64 << (short.len() - 1);
    let mut edits = short.len();
    for &letter in long {
        let here = places[index(letter)];
        let exchanged = ((!diagonal & here) << 1) & before;
        diagonal = (((here & up).wrapping_add(up)) ^ up) | here | down | exchanged;
        let right = down | !(diagonal | up);
        let left = diagonal & up;
        edits += usize::from(right & last != 0);
        edits -= usize::from(left & last != 0);
        let right = (right << 1) | 1;
        up = (left << 1) | !(diagonal | right);
        down = right & diagonal;
        before = here;
    }
    edits
}

/// The same without exchanges, for names of more than 64 letters.
fn distance_of_long(one: &[u8], other: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut corner = std::mem::replace(&mut row[0], i + 1);
        for (j, b) in other.iter().enumerate() {
            let change = corner + usize::from(a != b);
            corner = row[j + 1];
            row[j + 1] = change.min(corner + 1).min(row[j] + 1);
        }
    }
    row[other.len()]
}

fn index(letter: u8) -> usize {
    match letter {
        b'0'..=b'9' => usize::from(letter - b'0'),
        _ => usize::from(letter.saturating_sub(b'a')).min(25) + 10,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(sort: Sort, one: &str, other: &str) -> f64 {
        let prepared = |name| Prepared::new(name, |word| sort == Sort::Firm && matches!(word, "inc" | "gmbh"));
        likeness(sort, &prepared(one), &prepared(other))
    }

    /// Damage by translation and speech is likelier one person than another person of the same firm is.
    #[test]
    fn damage_is_told_from_difference() {
        for (one, other) in [
            ("Michal Valko", "Michal Balko"),
            ("Elon Musk", "Elon Musc"),
            ("Mark Zuckerberg", "Mark Zuckerburg"),
            ("Владимир Серов", "Vladimir Serov"),
            ("Ada Neri", "A. Neri"),
            ("AdaNeri", "Ada Neri"),
        ] {
            assert!(pair(Sort::Person, one, other) > 0.5, "{one} / {other}");
            assert_eq!(pair(Sort::Person, one, other), pair(Sort::Person, other, one), "{one} / {other}");
        }
        for (one, other) in
            [("Noam Shazeer", "Noam Brown"), ("Ada Neri", "Bruno Falk"), ("Luke Metz", "Luke Zettlemoyer")]
        {
            assert!(pair(Sort::Person, one, other) < 0.5, "{one} / {other}");
        }
        assert!(pair(Sort::Firm, "Corvanta Inc", "Corvanta GmbH") > 0.9);
        assert!(pair(Sort::Firm, "Corvanta", "Helvion") < 0.2);
        assert!(pair(Sort::Person, "", "Ada Neri") < 0.5);
    }

    /// The bit vectors against the textbook table.
    #[test]
    fn distances_are_those_of_the_table() {
        let table = |a: &[u8], b: &[u8]| {
            let mut d = vec![vec![0usize; b.len() + 1]; a.len() + 1];
            for i in 0..=a.len() {
                for j in 0..=b.len() {
                    d[i][j] = if i == 0 || j == 0 {
                        i + j
                    } else {
                        let change = d[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                        let mut best = change.min(d[i - 1][j] + 1).min(d[i][j - 1] + 1);
                        if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                            best = best.min(d[i - 2][j - 2] + 1);
                        }
                        best
                    };
                }
            }
            d[a.len()][b.len()]
        };
        let mut random = 7u64;
        for _ in 0..20_000 {
            let mut word = || -> Vec<u8> {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let length = (random >> 33) % 9;
                (0..length).map(|i| b'a' + ((random >> (35 + 2 * i)) % 3) as u8).collect()
            };
            let (one, other) = (word(), word());
            assert_eq!(distance(&one, &other), table(&one, &other), "{one:?} {other:?}");
        }
    }
}
