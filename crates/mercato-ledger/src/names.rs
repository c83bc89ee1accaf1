//! Names as they are compared: without case, accents and punctuation, persons word by word.

use mercato_model::schema::SlotType;
use mercato_model::{Claim, Slot};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// How a name is folded and compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    Person,
    Firm,
}

impl Role {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Firm => "firm",
        }
    }
}

/// A name of a claim, ready for looking up.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct IndexedName {
    pub role: Role,
    pub name: String,
    pub slot: Slot,
    /// The last word of a person's name; of a firm nothing.
    pub tail: String,
}

/// The names in the slots of a claim, sorted, each once.
pub fn indexed(claim: &Claim) -> Vec<IndexedName> {
    let mut names = Vec::new();
    for &slot in claim.slots.keys() {
        for text in claim.texts(slot) {
            for role in roles(claim.kind.slot_type(slot), slot) {
                let words = words(text);
                let Some(last) = words.last() else { continue };
                names.push(match role {
                    Role::Person => IndexedName { role, name: words.join(" "), slot, tail: last.clone() },
                    Role::Firm => IndexedName { role, name: words.concat(), slot, tail: String::new() },
                });
            }
        }
    }
    names.sort();
    names.dedup();
    names
}

/// Some slots hold a person or a firm, and the claim does not say which.
fn roles(holds: Option<SlotType>, slot: Slot) -> Vec<Role> {
    match (holds, slot) {
        (Some(SlotType::People), _) => vec![Role::Person],
        (Some(SlotType::Name), Slot::Actor | Slot::Plaintiff | Slot::Defendant) => vec![Role::Person, Role::Firm],
        (Some(SlotType::Name), _) => vec![Role::Firm],
        (Some(SlotType::Text), Slot::Subject | Slot::Target) => vec![Role::Person, Role::Firm],
        (Some(SlotType::Text), Slot::Replaces | Slot::ReportsTo | Slot::TogetherWith) => vec![Role::Person],
        _ => Vec::new(),
    }
}

/// Whether two names can be the same person's: equal once folded, or one a shorter form of the other, which keeps
/// the surname and drops or abbreviates the rest (`Musk`, `E. Musk`, `Elon Musk`, `Elon Reeve Musk`).
pub fn same_person(one: &str, other: &str) -> bool {
    same_words(&words(one), &words(other))
}

/// Whether two names are the same organisation's once case, accents, punctuation and spaces are folded.
pub fn same_firm(one: &str, other: &str) -> bool {
    firm_key(one) == firm_key(other)
}

/// A firm's name as the index holds it.
pub fn firm_key(name: &str) -> String {
    words(name).concat()
}

/// [`same_person`] of names that are folded and split already.
pub fn same_words(one: &[String], other: &[String]) -> bool {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    let (Some((short_last, short_rest)), Some((long_last, long_rest))) = (short.split_last(), long.split_last()) else {
        return false;
    };
    if short_last == long_last {
        let mut rest = long_rest.iter();
        return short_rest.iter().all(|word| rest.any(|other| word == other || is_initial(word, other)));
    }
    // Family name first, as in Chinese, Korean or Hungarian.
    let sorted = |words: &[String]| {
        let mut words = words.to_vec();
        words.sort();
        words
    };
    short.len() > 1 && short.len() == long.len() && sorted(short) == sorted(long)
}

fn is_initial(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    short.chars().count() == 1 && long.starts_with(short)
}

/// The words of a name in lower case, without accents and punctuation.
pub fn words(name: &str) -> Vec<String> {
    let mut folded = String::with_capacity(name.len());
    for c in name.chars().flat_map(char::to_lowercase).nfkd().filter(|c| !is_combining_mark(*c)) {
        match c {
            // Letters that Unicode does not decompose.
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'þ' => folded.push_str("th"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'ħ' => folded.push('h'),
            'ı' => folded.push('i'),
            '\'' | '’' | '‘' | 'ʼ' | '`' | '´' => {}
            c if c.is_alphanumeric() => folded.push(c),
            _ => folded.push(' '),
        }
    }
    folded.split_whitespace().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn persons() {
        for (one, other, same) in [
            ("Elon Musk", "elon musk", true),
            ("Musk", "Elon Musk", true),
            ("E. Musk", "Elon Musk", true),
            ("Elon Musk", "Elon Reeve Musk", true),
            ("E. R. Musk", "Elon Reeve Musk", true),
            ("Errol Musk", "Elon Musk", false),
            ("Elon", "Elon Musk", false),
            ("Yann LeCun", "YANN LECUN", true),
            ("Joëlle Pineau", "Joelle Pineau", true),
            ("Łukasz Kaiser", "Lukasz Kaiser", true),
            ("Jean-Baptiste Alayrac", "Jean Baptiste Alayrac", true),
            ("Conor O’Brien", "Conor O'Brien", true),
            ("Pang Ruoming", "Ruoming Pang", true),
            ("Sean Parker", "Parker Sean", true),
            ("Li", "Fei-Fei Li", true),
            ("van den Oord", "Aäron van den Oord", true),
            ("", "", false),
            ("…", "Musk", false),
            ("小龙", "小龙", true),
        ] {
            assert_eq!(same_person(one, other), same, "{one} / {other}");
            assert_eq!(same_person(other, one), same, "{other} / {one}");
        }
    }

    #[test]
    fn firms() {
        for (one, other, same) in [
            ("OpenAI", "Open AI", true),
            ("xAI", "x.ai", true),
            ("Nestlé", "NESTLE", true),
            ("Hugging Face", "HuggingFace", true),
            ("Google", "Google DeepMind", false),
            ("Apple", "Appel", false),
        ] {
            assert_eq!(same_firm(one, other), same, "{one} / {other}");
        }
    }
}
