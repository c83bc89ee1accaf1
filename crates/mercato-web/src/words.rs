//! The words of the interface: one table of labels a language, in `labels/`.

use std::collections::HashMap;
use std::sync::LazyLock;

use maud::{Markup, PreEscaped, Render, html};

/// A language of the interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Ui {
    #[default]
    En,
    It,
    Fr,
}

impl Ui {
    pub const ALL: [Self; 3] = [Self::It, Self::Fr, Self::En];

    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::It => "it",
            Self::Fr => "fr",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ui| ui.code().eq_ignore_ascii_case(code))
    }

    pub fn words(self) -> Words {
        Words { ui: self, labels: &TABLES[self as usize] }
    }
}

type Labels = HashMap<String, String>;

static TABLES: LazyLock<[Labels; 3]> = LazyLock::new(|| {
    [include_str!("../labels/en.toml"), include_str!("../labels/it.toml"), include_str!("../labels/fr.toml")].map(table)
});

/// A broken table would be a broken build: the tests read all of them.
fn table(text: &str) -> Labels {
    let mut out = Labels::new();
    for (group, labels) in text.parse::<toml::Table>().unwrap_or_default() {
        for (name, label) in labels.as_table().into_iter().flatten() {
            if let Some(label) = label.as_str() {
                out.insert(format!("{group}.{name}"), label.to_owned());
            }
        }
    }
    out
}

/// The labels of one language.
#[derive(Clone, Copy)]
pub struct Words {
    pub ui: Ui,
    labels: &'static Labels,
}

impl Words {
    /// A label; one that is missing shows its own name, which a test looks for.
    pub fn t(self, name: &str) -> &'static str {
        self.labels.get(name).map_or_else(|| missing(name), String::as_str)
    }

    /// A code of the schema in words; one without a label in its own letters.
    pub fn code(self, code: &str) -> String {
        self.labels.get(&format!("code.{code}")).cloned().unwrap_or_else(|| code.replace('_', " "))
    }

    /// A label with `{name}` replaced by what stands for it.
    pub fn fill(self, name: &str, parts: &[(&str, &dyn Render)]) -> Markup {
        let mut rest = self.t(name);
        let mut out = String::new();
        while let Some((before, after)) = rest.split_once('{') {
            let Some((slot, behind)) = after.split_once('}') else { break };
            out += &html! { (before) }.into_string();
            if let Some((_, part)) = parts.iter().find(|(name, _)| *name == slot) {
                part.render_to(&mut out);
            }
            rest = behind;
        }
        out += &html! { (rest) }.into_string();
        PreEscaped(out)
    }
}

/// Labels are few: what is missing is kept for the life of the program.
fn missing(name: &str) -> &'static str {
    Box::leak(format!("[[{name}]]").into_boxed_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_the_same_labels() {
        let keys = |ui: Ui| {
            let mut keys: Vec<&String> = TABLES[ui as usize].keys().collect();
            keys.sort();
            keys
        };
        assert!(keys(Ui::En).len() > 100);
        for ui in [Ui::It, Ui::Fr] {
            let missing: Vec<_> = keys(Ui::En).into_iter().filter(|k| !keys(ui).contains(k)).collect();
            let extra: Vec<_> = keys(ui).into_iter().filter(|k| !keys(Ui::En).contains(k)).collect();
            assert!(missing.is_empty() && extra.is_empty(), "{ui:?}: missing {missing:?}, extra {extra:?}");
        }
    }

    #[test]
    fn labels_take_the_same_parts_in_every_language() {
        let parts = |text: &str| {
            let mut parts: Vec<String> =
                text.split('{').skip(1).filter_map(|p| p.split_once('}')).map(|(name, _)| name.to_owned()).collect();
            parts.sort();
            parts
        };
        for (name, label) in &TABLES[Ui::En as usize] {
            for ui in [Ui::It, Ui::Fr] {
                assert_eq!(parts(label), parts(&TABLES[ui as usize][name]), "{name} in {ui:?}");
            }
        }
    }
}
