//! How a name sounds, roughly and across languages: what translation machines and stenographers change in a name, they change in its letters.

use unicode_normalization::UnicodeNormalization;

/// Letters that are written one for another, longest first.
const LETTERS: &[(&str, &str)] = &[
    ("tsch", "x"),
    ("tch", "x"),
    ("sch", "x"),
    ("tsh", "x"),
    ("sh", "x"),
    ("ch", "x"),
    ("ck", "k"),
    ("qu", "k"),
    ("ph", "f"),
    ("th", "t"),
    ("dh", "d"),
    ("gh", "g"),
    ("kh", "k"),
    ("zh", "s"),
    ("dj", "i"),
    ("dg", "i"),
    ("ts", "s"),
    ("tz", "s"),
    ("cz", "s"),
    ("sz", "s"),
    ("ce", "se"),
    ("ci", "si"),
    ("cy", "si"),
    ("ks", "ks"),
    ("ou", "u"),
    ("oo", "u"),
    ("oe", "o"),
    ("ae", "e"),
    ("ue", "u"),
    ("ie", "i"),
    ("ee", "i"),
    ("h", ""),
    ("c", "k"),
    ("q", "k"),
    ("x", "ks"),
    ("w", "v"),
    ("z", "s"),
    ("y", "i"),
    ("j", "i"),
    ("\u{df}", "s"),
    ("\u{f8}", "o"),
    ("\u{142}", "l"),
    ("\u{e6}", "e"),
    ("\u{153}", "o"),
    ("\u{111}", "d"),
    ("\u{131}", "i"),
];

/// The sound of a word: equal for "Zoph", "Zof" and "Sof".
pub fn sound(word: &str) -> String {
    let plain: String = word.nfd().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
    let mut out = String::with_capacity(plain.len());
    let mut rest = plain.as_str();
    while let Some(first) = rest.chars().next() {
        let (taken, put) = match LETTERS.iter().find(|(from, _)| rest.starts_with(from)) {
            Some((from, to)) => (from.len(), *to),
            None => (first.len_utf8(), &rest[..first.len_utf8()]),
        };
        for c in put.chars() {
            if !out.ends_with(c) {
                out.push(c);
            }
        }
        rest = &rest[taken..];
    }
    // A vowel at the end comes and goes ("Murat", "Kosique").
    if out.chars().count() > 3 && out.ends_with(['a', 'e', 'i', 'o', 'u']) {
        out.pop();
    }
    out
}

/// How many sounds two words differ in; `None` when too many for words of their length.
pub fn differ(a: &str, b: &str) -> Option<usize> {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let limit = match a.len().min(b.len()) {
        0..=3 => 0,
        4..=6 => 1,
        _ => 2,
    };
    if a.len().abs_diff(b.len()) > limit {
        return None;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let change = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    Some(row[b.len()]).filter(|&n| n <= limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damage_keeps_the_sound() {
        for (a, b) in [
            ("Kowalczyk", "Kovalchik"),
            ("Soumaré", "Sumare"),
            ("Iphigenia", "Ifigenia"),
            ("Brettschneider", "Bretsneider"),
            ("Djibril", "Jibril"),
            ("Ludovic", "Ludovico"),
            ("Schönfeld", "Shoenfeld"),
            ("Quarantini", "Karantini"),
        ] {
            assert!(differ(&sound(a), &sound(b)).is_some(), "{a} {b}: {} {}", sound(a), sound(b));
        }
        for (a, b) in
            [("Neri", "Nardi"), ("Lee", "Lin"), ("Okafor", "Okonkwo"), ("Marchetti", "Marcenaro"), ("Hale", "Holt")]
        {
            assert!(differ(&sound(a), &sound(b)).is_none(), "{a} {b}: {} {}", sound(a), sound(b));
        }
    }
}
