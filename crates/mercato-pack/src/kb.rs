//! The knowledge base: organisations, units, products, places, outlets, people, as rows with their source.

use mercato_model::{Kind, Slot};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::beside::Beside;
use crate::error::PackError;
use crate::files::Files;
use crate::forenames::Forenames;
use crate::lending::{LENDING, Lending};
use crate::sound::{differ, sound};
use crate::table::{self, Row};
use crate::token;

/// A firm, laboratory, university: `kb/organisations.tsv`.
#[derive(Clone, Debug)]
pub struct Organisation {
    pub id: String,
    pub name: String,
    pub kind: String,
    pub parent: Option<usize>,
    pub wikidata: Option<String>,
    pub line: usize,
}

/// A person of the field: `kb/people.tsv`.
#[derive(Clone, Debug)]
pub struct Person {
    pub id: String,
    pub name: String,
    pub wikidata: Option<String>,
    pub line: usize,
}

/// A post somebody holds or held: `kb/posts.tsv`.
#[derive(Clone, Debug)]
pub struct Post {
    pub person: usize,
    pub org: usize,
    pub role: String,
    pub start: String,
    pub end: String,
}

/// What a name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Referent {
    Org(usize),
    Person(usize),
    /// Canonical name.
    Outlet(String),
    /// A part of a firm: canonical name, firm.
    Unit(String, usize),
    /// A product, model or cluster: canonical name, kind, firm.
    Product(String, String, Option<usize>),
}

/// One way to write a name, and what stands behind it.
#[derive(Clone, Debug)]
pub struct Name {
    /// As written in the knowledge base.
    pub text: String,
    pub referent: Referent,
    /// Also an ordinary word: counts only exactly as written and where the context speaks for it.
    pub in_context: bool,
    /// Lower-case phrase that stands for a firm ("iphone maker"), or a city that does.
    pub epithet: bool,
    /// A damaged form: the canonical name is shown, this one kept in `as_written`.
    pub mangled: bool,
    /// Language to which it belongs; `None`: all.
    pub lang: Option<String>,
    pub file: &'static str,
    pub line: usize,
}

/// Where the packs tell how often claims are right.
pub const CALIBRATION: &str = "_common/calibration.tsv";

/// A row of [`CALIBRATION`].
#[derive(Clone, Debug, PartialEq)]
pub struct Calibration {
    pub kind: String,
    pub shape: String,
    pub from: f64,
    pub score: f64,
}

impl Calibration {
    /// The shapes that a claim may have.
    pub const SHAPES: [&str; 4] = ["both", "one", "group", ANY];

    /// What the kind alone does not tell of a claim that has some slots: a move with both ends is right far more often
    /// than one with one.
    pub fn shape(kind: Kind, has: impl Fn(Slot) -> bool) -> &'static str {
        match kind {
            Kind::Move if has(Slot::Group) => "group",
            Kind::Move if has(Slot::From) && has(Slot::To) => "both",
            Kind::Move => "one",
            _ => ANY,
        }
    }
}

/// The shape of claims of which the kind tells enough.
pub const ANY: &str = "any";

/// Everything that `kb/` and the name lists of `packs/_common` hold.
#[derive(Debug, Default)]
pub struct Kb {
    pub organisations: Vec<Organisation>,
    pub people: Vec<Person>,
    pub posts: Vec<Post>,
    pub names: Vec<Name>,
    /// Compared forms of legal forms (`s.p.a.`, `inc`).
    pub legal_forms: FxHashSet<String>,
    pub forenames: Beside<Forenames>,
    pub surnames: FxHashSet<String>,
    /// Words inside persons' names (`van`); true: only between a forename and one more word (`de`).
    pub particles: FxHashMap<String, bool>,
    /// Cities, regions, countries, demonyms: capitalised, and no firm.
    pub places: FxHashSet<String>,
    /// Capitalised words that name nobody (`AI`, `IPO`).
    pub not_names: FxHashSet<String>,
    /// How often claims are right: kind, shape, raw score from which it holds, share.
    pub calibration: Vec<Calibration>,
    /// Which firm an article lends to what leaves one out.
    pub lending: Lending,
    /// Nouns that open the names of institutions (`banque`, `institute`).
    pub org_heads: FxHashSet<String>,
    /// Those of them that with a place make a name even in lower case (`université de Lille`).
    pub org_seats: FxHashSet<String>,
    /// Words that firms' names hold (`labs`).
    pub org_words: FxHashSet<String>,
    /// People by the compared form of the last word of their name.
    surnamed: FxHashMap<String, Vec<usize>>,
    /// People by the first sound of their surname: sound of the surname, sound of the forename, person.
    sounds: FxHashMap<char, Vec<(String, String, usize)>>,
    /// Firms and outlets of one long word, which damage may cut in two: compared form to name.
    pub whole_words: FxHashMap<String, usize>,
    /// Names that hold a full stop before a word ("Levels. Pour info"): up to the stop, and behind it.
    pub stopped: Vec<(String, String)>,
    org_ids: FxHashMap<String, usize>,
}

impl Kb {
    pub fn organisation(&self, id: &str) -> Option<usize> {
        self.org_ids.get(id).copied()
    }

    /// People whose name ends in this word, in its compared form.
    pub fn surnamed(&self, key: &str) -> &[usize] {
        self.surnamed.get(key).map_or(&[], Vec::as_slice)
    }

    /// People whose name sounds like this one, with how many sounds differ. Without a forename, surnames that are long enough to tell.
    pub fn sounding(&self, forename: Option<&str>, surname: &str) -> Vec<(usize, usize)> {
        let (forename, surname) = (forename.map(sound), sound(surname));
        let first = surname.chars().next().unwrap_or_default();
        let mut out: Vec<(usize, usize)> = Vec::new();
        for (last, given, person) in self.sounds.get(&first).into_iter().flatten() {
            let Some(mut n) = differ(last, &surname) else { continue };
            match &forename {
                Some(forename) => match differ(given, forename) {
                    Some(more) => n += more,
                    None => continue,
                },
                None if surname.chars().count() < 6 => continue,
                None => {}
            }
            if n <= 2 && !out.iter().any(|(p, _)| p == person) {
                out.push((*person, n));
            }
        }
        out
    }

    /// Begins to read the tables of `kb` and the name lists of `packs/_common`.
    pub(crate) fn begin(kb: Files, packs: Files) -> Beside<Self> {
        Beside::begin(move || Self::compile(&kb, &packs))
    }

    fn compile(kb: &Files, packs: &Files) -> (Self, Vec<PackError>) {
        let (mut this, mut errors) = (Self::default(), Vec::new());
        this.forenames = Forenames::begin(packs);
        this.read_organisations(kb, &mut errors);
        this.read_people(kb, &mut errors);
        this.read_other_names(kb, &mut errors);
        each(kb, "legal_forms.tsv", &["form"], &mut errors, |row, _| {
            this.legal_forms.insert(token::key(row.cell(0)));
        });
        each(packs, "_common/surnames.tsv", &["name"], &mut errors, |row, _| {
            this.surnames.insert(token::key(row.cell(0)));
        });
        each(packs, "_common/places.tsv", &["name"], &mut errors, |row, _| {
            this.places.insert(token::key(row.cell(0)));
        });
        each(packs, "_common/not_names.tsv", &["name"], &mut errors, |row, _| {
            this.not_names.insert(token::key(row.cell(0)));
        });
        each(packs, CALIBRATION, &["kind", "shape", "from", "score"], &mut errors, |row, errors| {
            match (row.cell(2).parse(), row.cell(3).parse()) {
                (Ok(from), Ok(score)) => this.calibration.push(Calibration {
                    kind: row.cell(0).to_owned(),
                    shape: row.cell(1).to_owned(),
                    from,
                    score,
                }),
                _ => errors.push(PackError::new(CALIBRATION, row.line, "a number cannot be read")),
            }
        });
        each(packs, LENDING, &["site", "sign", "weight"], &mut errors, |row, errors| this.lending.add(row, errors));
        each(packs, "_common/name_words.tsv", &["word", "kind"], &mut errors, |row, errors| match row.cell(1) {
            "particle" | "weak" => {
                this.particles.insert(token::key(row.cell(0)), row.cell(1) == "weak");
            }
            "org" => {
                this.org_words.insert(token::key(row.cell(0)));
            }
            kind @ ("head" | "seat") => {
                this.org_heads.insert(token::key(row.cell(0)));
                if kind == "seat" {
                    this.org_seats.insert(token::key(row.cell(0)));
                }
            }
            other => errors.push(
                PackError::new("_common/name_words.tsv", row.line, format!("no kind `{other}`"))
                    .hint("particle, weak, org, head or seat"),
            ),
        });
        for (at, name) in this.names.iter().enumerate() {
            if let Some((before, behind)) = name.text.split_once(". ") {
                this.stopped.push((format!("{before}."), behind.to_owned()));
            }
            let one = name.text.len() >= 7 && name.text.chars().all(char::is_alphanumeric);
            if one && !name.epithet && matches!(name.referent, Referent::Org(_) | Referent::Outlet(_)) {
                this.whole_words.insert(token::key(&name.text), at);
            }
        }
        this.check(&mut errors);
        (this, errors)
    }

    fn read_organisations(&mut self, kb: &Files, errors: &mut Vec<PackError>) {
        const FILE: &str = "organisations.tsv";
        const COLUMNS: &[&str] =
            &["id", "name", "kind", "parent", "country", "city", "aliases", "context_aliases", "wikidata", "source"];
        let mut parents: Vec<(usize, String, usize)> = Vec::new();
        each(kb, FILE, COLUMNS, errors, |row, errors| {
            let at = self.organisations.len();
            if self.org_ids.insert(row.cell(0).to_owned(), at).is_some() {
                errors.push(PackError::new(FILE, row.line, format!("the id `{}` stands twice", row.cell(0))));
            }
            if !row.cell(3).is_empty() {
                parents.push((at, row.cell(3).to_owned(), row.line));
            }
            let name = row.cell(1);
            self.organisations.push(Organisation {
                id: row.cell(0).to_owned(),
                name: name.to_owned(),
                kind: row.cell(2).to_owned(),
                parent: None,
                wikidata: some(row.cell(8)),
                line: row.line,
            });
            let context: Vec<&str> = row.list(7).collect();
            for alias in std::iter::once(name).chain(row.list(6)).filter(|a| !context.contains(a)) {
                self.name(alias, Referent::Org(at), "kb/organisations.tsv", row.line);
            }
            for alias in context {
                self.name(alias, Referent::Org(at), "kb/organisations.tsv", row.line).in_context = true;
            }
            sourced(FILE, row, 9, errors);
        });
        for (at, parent, line) in parents {
            match self.org_ids.get(&parent) {
                Some(&parent) => self.organisations[at].parent = Some(parent),
                None => errors.push(dangling(FILE, line, &parent)),
            }
        }
    }

    fn read_people(&mut self, kb: &Files, errors: &mut Vec<PackError>) {
        let mut ids: FxHashMap<String, usize> = FxHashMap::default();
        each(kb, "people.tsv", &["id", "name", "aliases", "wikidata", "source"], errors, |row, errors| {
            let at = self.people.len();
            if ids.insert(row.cell(0).to_owned(), at).is_some() {
                errors.push(PackError::new("people.tsv", row.line, format!("the id `{}` stands twice", row.cell(0))));
            }
            self.people.push(Person {
                id: row.cell(0).to_owned(),
                name: row.cell(1).to_owned(),
                wikidata: some(row.cell(3)),
                line: row.line,
            });
            let last = token::key(row.cell(1)).rsplit(' ').next().unwrap_or_default().to_owned();
            self.surnamed.entry(last).or_default().push(at);
            for alias in std::iter::once(row.cell(1)).chain(row.list(2)) {
                if let (Some(given), Some(last)) = (alias.split(' ').next(), alias.rsplit(' ').next())
                    && given.len() < alias.len()
                {
                    let (last, given) = (sound(last), sound(given));
                    if let Some(first) = last.chars().next() {
                        self.sounds.entry(first).or_default().push((last, given, at));
                    }
                }
                self.name(alias, Referent::Person(at), "kb/people.tsv", row.line);
            }
            sourced("people.tsv", row, 4, errors);
        });
        each(kb, "posts.tsv", &["person", "org", "role", "start", "end", "source"], errors, |row, errors| {
            match (ids.get(row.cell(0)), self.org_ids.get(row.cell(1))) {
                (Some(&person), Some(&org)) => self.posts.push(Post {
                    person,
                    org,
                    role: row.cell(2).to_owned(),
                    start: row.cell(3).to_owned(),
                    end: row.cell(4).to_owned(),
                }),
                (None, _) => errors.push(dangling("posts.tsv", row.line, row.cell(0))),
                (_, None) => errors.push(dangling("posts.tsv", row.line, row.cell(1))),
            }
            sourced("posts.tsv", row, 5, errors);
        });
        each(kb, "epithets.tsv", &["lang", "phrase", "refers", "source"], errors, |row, errors| {
            let referent = match row.cell(2).strip_prefix("person:") {
                Some(id) => ids.get(id).copied().map(Referent::Person),
                None => self.org_ids.get(row.cell(2)).copied().map(Referent::Org),
            };
            match referent {
                Some(referent) => {
                    let name = self.name(row.cell(1), referent, "kb/epithets.tsv", row.line);
                    name.epithet = true;
                    name.lang = some(row.cell(0));
                }
                None => errors.push(dangling("epithets.tsv", row.line, row.cell(2))),
            }
        });
    }

    fn read_other_names(&mut self, kb: &Files, errors: &mut Vec<PackError>) {
        each(kb, "units.tsv", &["name", "org", "aliases", "source"], errors, |row, errors| {
            let Some(&org) = self.org_ids.get(row.cell(1)) else {
                errors.push(dangling("units.tsv", row.line, row.cell(1)));
                return;
            };
            for alias in std::iter::once(row.cell(0)).chain(row.list(2)) {
                self.name(alias, Referent::Unit(row.cell(0).to_owned(), org), "kb/units.tsv", row.line);
            }
        });
        each(kb, "products.tsv", &["name", "kind", "org", "aliases", "source"], errors, |row, errors| {
            let org = self.org_ids.get(row.cell(2)).copied();
            if org.is_none() && !row.cell(2).is_empty() {
                errors.push(dangling("products.tsv", row.line, row.cell(2)));
            }
            for alias in std::iter::once(row.cell(0)).chain(row.list(3)) {
                let referent = Referent::Product(row.cell(0).to_owned(), row.cell(1).to_owned(), org);
                self.name(alias, referent, "kb/products.tsv", row.line);
            }
        });
        each(kb, "places.tsv", &["name", "org", "lang", "source"], errors, |row, errors| {
            match self.org_ids.get(row.cell(1)) {
                Some(&org) => {
                    let name = self.name(row.cell(0), Referent::Org(org), "kb/places.tsv", row.line);
                    name.epithet = true;
                    name.lang = some(row.cell(2));
                }
                None => errors.push(dangling("places.tsv", row.line, row.cell(1))),
            }
        });
        each(
            kb,
            "outlets.tsv",
            &["id", "name", "country", "url", "aliases", "context_aliases", "source"],
            errors,
            |row, _| {
                let referent = Referent::Outlet(row.cell(1).to_owned());
                let context: Vec<&str> = row.list(5).collect();
                for alias in std::iter::once(row.cell(1)).chain(row.list(4)).filter(|a| !context.contains(a)) {
                    self.name(alias, referent.clone(), "kb/outlets.tsv", row.line);
                }
                for alias in context {
                    self.name(alias, referent.clone(), "kb/outlets.tsv", row.line).in_context = true;
                }
            },
        );
        each(kb, "manglings.tsv", &["as_written", "canonical", "type"], errors, |row, errors| {
            let canonical = row.cell(1);
            let known = self.names.iter().find(|n| !n.epithet && n.text == canonical).map(|n| n.referent.clone());
            let referent = known.or_else(|| match row.cell(2) {
                "outlet" => Some(Referent::Outlet(canonical.to_owned())),
                "product" => Some(Referent::Product(canonical.to_owned(), String::new(), None)),
                _ => None,
            });
            match referent {
                Some(referent) => {
                    let name = self.name(row.cell(0), referent, "kb/manglings.tsv", row.line);
                    name.mangled = true;
                    // A damage that is also a word counts like a firm named by one.
                    name.in_context = row.cell(3).starts_with("context:");
                }
                None => errors.push(dangling("manglings.tsv", row.line, canonical)),
            }
        });
    }

    fn name(&mut self, text: &str, referent: Referent, file: &'static str, line: usize) -> &mut Name {
        self.names.push(Name {
            text: text.to_owned(),
            referent,
            in_context: false,
            epithet: false,
            mangled: false,
            lang: None,
            file,
            line,
        });
        let last = self.names.len() - 1;
        &mut self.names[last]
    }

    /// One name must not stand for two organisations, two people or two outlets.
    fn check(&self, errors: &mut Vec<PackError>) {
        let mut seen: FxHashMap<(&str, Option<&str>), &Name> = FxHashMap::default();
        for name in &self.names {
            if name.text.is_empty() {
                errors.push(PackError::new(name.file, name.line, "an empty name"));
                continue;
            }
            let Some(first) = seen.insert((&name.text, name.lang.as_deref()), name) else { continue };
            let clash = match (&first.referent, &name.referent) {
                (Referent::Org(a), Referent::Org(b)) => a != b,
                (Referent::Person(a), Referent::Person(b)) => a != b,
                (Referent::Outlet(a), Referent::Outlet(b)) => a != b,
                _ => false,
            };
            if clash {
                errors.push(
                    PackError::new(name.file, name.line, format!("`{}` stands for two things", name.text))
                        .hint(format!("the other is at {}:{}", first.file, first.line)),
                );
            }
        }
    }
}

fn each(
    files: &Files,
    path: &str,
    columns: &[&str],
    errors: &mut Vec<PackError>,
    mut visit: impl FnMut(&Row, &mut Vec<PackError>),
) {
    let Some(text) = files.text(path) else {
        errors.push(PackError::new(path, 0, "the file is missing"));
        return;
    };
    for row in table::rows(path, &text, columns, errors) {
        visit(&row, errors);
    }
}

fn some(cell: &str) -> Option<String> {
    (!cell.is_empty()).then(|| cell.to_owned())
}

fn dangling(file: &str, line: usize, id: &str) -> PackError {
    PackError::new(file, line, format!("`{id}` is not in the knowledge base")).hint("add its row first, or mend the id")
}

fn sourced(file: &str, row: &Row, column: usize, errors: &mut Vec<PackError>) {
    if row.cell(column).is_empty() {
        errors.push(PackError::new(file, row.line, "a row without a source").hint("name a public address"));
    }
}
