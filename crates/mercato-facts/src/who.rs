//! Who is who: which mentions of a person in different articles are one person, each decision with its reason.
//!
//! Names admit, context decides: a short or damaged form joins a full name only with a firm in common. Two people of
//! one name stay two when they change firms at the same time without a firm in common. What a person decided wins.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;

use crate::atom::{Atom, Subject};
use crate::compare::{Prepared, Sort, likeness};
use crate::fold::{same_words, words};
use crate::judged::Decisions;
use crate::world::World;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Judgement {
    Same,
    Different,
    Unsure,
}

/// A decision about two names.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Edge {
    pub one: String,
    pub other: String,
    pub judgement: Judgement,
    /// Stable code: `short-form`, `fuller-form`, `name-order`, `damaged`, `two-at-once`, `judged`, `conflict`.
    pub reason: &'static str,
    pub score: f64,
    /// `rule`, or the person who judged.
    pub author: String,
    /// A claim that uses the one name, and one that uses the other.
    pub claims: (String, String),
}

/// Who each atom is about.
#[derive(Debug, Default)]
pub struct People {
    /// Person of each atom, an index into `names`.
    pub of: Vec<Option<u32>>,
    /// Best name of each person, with `#2` where another has the same.
    pub names: Vec<String>,
    pub edges: Vec<Edge>,
}

/// Likeness from which a damaged form joins, with one firm in common and with two.
pub const DAMAGED: f64 = 0.80;
pub const DAMAGED_TWO_FIRMS: f64 = 0.55;

/// Likeness from which a person is asked.
const UNSURE: f64 = 0.5;

/// A decision about two forms.
fn edge(one: &Form, other: &Form, judgement: Judgement, reason: &'static str, score: f64, author: &str) -> Edge {
    Edge {
        one: one.name.clone(),
        other: other.name.clone(),
        judgement,
        reason,
        score: (score * 1000.0).round() / 1000.0,
        author: author.to_owned(),
        claims: (one.claim.clone(), other.claim.clone()),
    }
}

/// Who decides where no person has.
const RULE: &str = "rule";

/// Days within which nobody changes firms twice.
const AT_ONCE: i64 = 45;

/// One way to write a name, with everything said around it.
#[derive(Debug, Default)]
struct Form {
    words: Vec<String>,
    name: String,
    /// One of its claims.
    claim: String,
    /// Heads of the firms of its atoms.
    firms: BTreeSet<u32>,
    atoms: Vec<u32>,
    articles: FxHashSet<usize>,
    /// Every article that has the name, whoever is meant in it.
    named_in: Rc<FxHashSet<usize>>,
}

pub fn resolve(atoms: &[Atom<'_>], decisions: &Decisions<'_>, world: &World) -> People {
    let mut forms = forms(atoms, world);
    let mut edges = Vec::new();
    split_judged(&mut forms, atoms, decisions);
    let split = split_namesakes(&mut forms, atoms, &mut edges);
    let mut joined = Joined::new(forms.len());
    judged(&forms, atoms, decisions, &mut joined, &mut edges);
    // After the persons: whoever they took for one stays one.
    for (a, b) in split {
        joined.forbid(a, b);
    }
    // Surest first; equal ones in the order of names, so that the order of articles does not matter.
    let mut found = candidates(&forms, &mut edges);
    found.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| (a.one, a.other).cmp(&(b.one, b.other))));
    for candidate in found {
        let (one, other) = (&forms[candidate.one], &forms[candidate.other]);
        let judgement = if joined.join(candidate.one, candidate.other) { Judgement::Same } else { Judgement::Unsure };
        let reason = if judgement == Judgement::Same { candidate.reason } else { "conflict" };
        edges.push(edge(one, other, judgement, reason, candidate.score, RULE));
    }
    let mut people = named(&forms, atoms.len(), &mut joined);
    edges.sort_by(|a, b| (&a.one, &a.other, a.reason).cmp(&(&b.one, &b.other, b.reason)));
    edges.dedup();
    people.edges = edges;
    people
}

/// The distinct names, in the order of the alphabet.
fn forms(atoms: &[Atom<'_>], world: &World) -> Vec<Form> {
    let mut by_name: BTreeMap<Vec<String>, Form> = BTreeMap::new();
    let mut folded: FxHashMap<&str, Vec<String>> = FxHashMap::default();
    for (at, atom) in atoms.iter().enumerate() {
        let Subject::Person(name) = &atom.subject else { continue };
        let key = folded.entry(name).or_insert_with(|| {
            let plain = words(name);
            world.person(&plain.join(" ")).map_or(plain, words)
        });
        let form = by_name.entry(key.clone()).or_default();
        if form.name.is_empty() || (form.name.len(), &form.name) < (name.len(), name) {
            form.name.clone_from(name);
        }
        if form.claim.is_empty() {
            form.claim.clone_from(&atom.told.id);
        }
        form.firms.extend(atom.from.iter().chain(&atom.to).map(|f| f.head));
        form.articles.insert(std::sync::Arc::as_ptr(&atom.told.article) as usize);
        form.atoms.push(at as u32);
    }
    let whole = |(words, form): (Vec<String>, Form)| Form { words, named_in: Rc::new(form.articles.clone()), ..form };
    by_name.into_iter().map(whole).collect()
}

/// Divides forms of whose claims a person has said that they speak of two people: what the second article says of
/// the name is the other's.
fn split_judged(forms: &mut Vec<Form>, atoms: &[Atom<'_>], decisions: &Decisions<'_>) {
    let mut last: BTreeMap<(&str, &str), bool> = BTreeMap::new();
    for pair in &decisions.people {
        last.insert((pair.one.min(pair.other), pair.one.max(pair.other)), pair.same);
    }
    for pair in decisions.people.iter().filter(|p| !last[&(p.one.min(p.other), p.one.max(p.other))]) {
        let atom_of = |form: &Form, id: &str| form.atoms.iter().copied().find(|&a| atoms[a as usize].told.id == id);
        let Some(at) = forms.iter().position(|f| atom_of(f, pair.one).is_some() && atom_of(f, pair.other).is_some())
        else {
            continue;
        };
        let article = |a: u32| &atoms[a as usize].told.article.id;
        let Some(theirs) = atom_of(&forms[at], pair.other).map(article) else { continue };
        let (gone, kept): (Vec<u32>, Vec<u32>) = forms[at].atoms.iter().partition(|&&a| article(a) == theirs);
        if !kept.is_empty() {
            let (kept, gone) = (part_of(&forms[at], kept, atoms), part_of(&forms[at], gone, atoms));
            forms[at] = kept;
            forms.push(gone);
        }
    }
}

/// A form with some of its atoms.
fn part_of(form: &Form, of: Vec<u32>, atoms: &[Atom<'_>]) -> Form {
    let atom = |&a: &u32| &atoms[a as usize];
    Form {
        words: form.words.clone(),
        name: form.name.clone(),
        named_in: form.named_in.clone(),
        claim: atom(&of[0]).told.id.clone(),
        firms: of.iter().map(atom).flat_map(|a| a.from.iter().chain(&a.to)).map(|f| f.head).collect(),
        articles: of.iter().map(|a| std::sync::Arc::as_ptr(&atom(a).told.article) as usize).collect(),
        atoms: of,
    }
}

/// Divides forms of which two people with one name make use; returns the pairs that must stay apart.
fn split_namesakes(forms: &mut Vec<Form>, atoms: &[Atom<'_>], edges: &mut Vec<Edge>) -> Vec<(usize, usize)> {
    let mut apart = Vec::new();
    for at in 0..forms.len() {
        let form = &forms[at];
        if form.words.len() < 2 || !two_at_once(form, atoms) {
            continue;
        }
        let parts = by_common_firm(&form.atoms, atoms);
        if parts.len() < 2 {
            continue;
        }
        let whole = Form {
            words: form.words.clone(),
            name: form.name.clone(),
            named_in: form.named_in.clone(),
            ..Form::default()
        };
        let mut places = Vec::new();
        for (n, part) in parts.into_iter().enumerate() {
            let new = part_of(&whole, part, atoms);
            if n == 0 {
                forms[at] = new;
                places.push(at);
            } else {
                places.push(forms.len());
                forms.push(new);
            }
        }
        for &place in &places[1..] {
            let mut split = edge(&forms[at], &forms[place], Judgement::Different, "two-at-once", 1.0, RULE);
            split.other.push_str("#2");
            edges.push(split);
        }
        for (i, &a) in places.iter().enumerate() {
            apart.extend(places[..i].iter().map(|&b| (b, a)));
        }
    }
    apart
}

/// Moves of one name that are compared; nobody makes more.
const MOVES: usize = 64;

/// Whether a name makes two moves at the same time that have no firm in common, told by different articles.
fn two_at_once(form: &Form, atoms: &[Atom<'_>]) -> bool {
    use mercato_model::{Kind, Status};
    let moves: Vec<&Atom<'_>> = form
        .atoms
        .iter()
        .map(|&a| &atoms[a as usize])
        .filter(|a| a.kind == Kind::Move && matches!(a.status, Status::Asserted | Status::Reported | Status::Planned))
        .filter(|a| a.from.is_some() && a.to.is_some() && a.when.days.is_some())
        .collect();
    // A famous name has many atoms, and its moves share firms: few pairs are looked at twice.
    let distinct: BTreeMap<_, _> =
        moves.iter().map(|a| ((a.from, a.to, a.when.days.map(|d| d.first / 16)), *a)).collect();
    let distinct: Vec<&Atom<'_>> = distinct.into_values().take(MOVES).collect();
    distinct.iter().enumerate().any(|(i, a)| {
        distinct[..i].iter().any(|b| {
            let apart =
                |x: Option<crate::atom::FirmId>| x.is_some_and(|x| [b.from, b.to].iter().flatten().all(|y| !x.kin(*y)));
            a.when.gap(b.when) <= AT_ONCE && a.told.article.id != b.told.article.id && apart(a.from) && apart(a.to)
        })
    })
}

/// Atoms grouped so that those of one article or with a firm in common are together; the largest group first.
fn by_common_firm(of: &[u32], atoms: &[Atom<'_>]) -> Vec<Vec<u32>> {
    let mut joined = Joined::new(of.len());
    let mut seen: FxHashMap<(u8, usize), usize> = FxHashMap::default();
    for (at, &a) in of.iter().enumerate() {
        let atom = &atoms[a as usize];
        let firms = atom.from.iter().chain(&atom.to).map(|f| (0u8, f.head as usize));
        for key in firms.chain([(1, std::sync::Arc::as_ptr(&atom.told.article) as usize)]) {
            let first = *seen.entry(key).or_insert(at);
            joined.join(first, at);
        }
    }
    let mut groups: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
    for (at, &a) in of.iter().enumerate() {
        groups.entry(joined.root(at)).or_default().push(a);
    }
    let mut groups: Vec<Vec<u32>> = groups.into_values().collect();
    groups.sort_by_key(|g| (std::cmp::Reverse(g.len()), atoms[g[0] as usize].key()));
    groups
}

/// What persons decided about the people of two claims.
fn judged(forms: &[Form], atoms: &[Atom<'_>], decisions: &Decisions<'_>, joined: &mut Joined, edges: &mut Vec<Edge>) {
    if decisions.people.is_empty() {
        return;
    }
    let form_of: FxHashMap<&str, usize> = forms
        .iter()
        .enumerate()
        .flat_map(|(at, form)| form.atoms.iter().map(move |&a| (atoms[a as usize].told.id.as_str(), at)))
        .collect();
    // The latest word about a pair counts; what must stay apart is set before anything is joined.
    let mut last: BTreeMap<(usize, usize), &crate::judged::Pair<'_>> = BTreeMap::new();
    for pair in &decisions.people {
        if let (Some(&a), Some(&b)) = (form_of.get(pair.one), form_of.get(pair.other)) {
            last.insert((a.min(b), a.max(b)), pair);
        }
    }
    for (&(a, b), pair) in last.iter().filter(|(_, pair)| !pair.same).chain(last.iter().filter(|(_, pair)| pair.same)) {
        let judgement = match pair.same {
            false => {
                joined.forbid(a, b);
                Judgement::Different
            }
            true if joined.join(a, b) => Judgement::Same,
            true => Judgement::Unsure,
        };
        let reason = if judgement == Judgement::Unsure { "conflict" } else { "judged" };
        edges.push(edge(&forms[a], &forms[b], judgement, reason, 1.0, pair.author));
    }
}

struct Candidate {
    one: usize,
    other: usize,
    score: f64,
    reason: &'static str,
}

/// How two names compare, whoever bears them.
enum Names {
    Same,
    Like(f64),
    Other,
}

/// Pairs of forms that names and context allow to be one person.
fn candidates(forms: &[Form], edges: &mut Vec<Edge>) -> Vec<Candidate> {
    let mut blocks: FxHashMap<String, Vec<usize>> = FxHashMap::default();
    for (at, form) in forms.iter().enumerate() {
        for key in keys(&form.words) {
            blocks.entry(key).or_default().push(at);
        }
    }
    let mut seen: FxHashSet<(usize, usize)> = FxHashSet::default();
    let mut found = Vec::new();
    let mut short: BTreeMap<usize, Vec<(usize, usize)>> = BTreeMap::new();
    let prepared: Vec<Prepared> = forms.iter().map(|f| Prepared::new(&f.words.join(" "), |_| false)).collect();
    // Namesakes are many forms of few names, and names are compared once.
    let name = |form: &Form| Rc::as_ptr(&form.named_in);
    let mut compared: FxHashMap<_, Names> = FxHashMap::default();
    for block in blocks.values() {
        for (i, &a) in block.iter().enumerate() {
            for &b in &block[..i] {
                let (one, other) = (a.min(b), a.max(b));
                if one == other || !seen.insert((one, other)) {
                    continue;
                }
                let (f, g) = (&forms[one], &forms[other]);
                // Asked last: the famous have many firms.
                let common = || f.firms.intersection(&g.firms).count();
                let names = compared.entry((name(f), name(g))).or_insert_with(|| {
                    if same_words(&f.words, &g.words) {
                        return Names::Same;
                    }
                    let long = f.words.len() > 1 && g.words.len() > 1;
                    let score = if long { likeness(Sort::Person, &prepared[one], &prepared[other]) } else { 0.0 };
                    // One article does not write a name in two ways: two in it are two.
                    if score >= UNSURE && f.named_in.is_disjoint(&g.named_in) {
                        Names::Like(score)
                    } else {
                        Names::Other
                    }
                });
                if matches!(names, Names::Same) {
                    let common = common();
                    let brief =
                        |form: &Form| form.words.len() == 1 || form.words.iter().any(|w| w.chars().count() == 1);
                    if brief(f) != brief(g) {
                        let (brief, full) = if brief(f) { (one, other) } else { (other, one) };
                        short.entry(brief).or_default().push((full, common));
                    } else if common > 0 {
                        let swapped = f.words.len() == g.words.len();
                        let reason = if swapped { "name-order" } else { "fuller-form" };
                        found.push(Candidate { one, other, score: 0.95, reason });
                    }
                    continue;
                }
                let &mut Names::Like(score) = names else { continue };
                let common = common();
                if common == 0 {
                    continue;
                }
                if score >= DAMAGED || score >= DAMAGED_TWO_FIRMS && common >= 2 {
                    found.push(Candidate { one, other, score, reason: "damaged" });
                } else {
                    edges.push(edge(f, g, Judgement::Unsure, "damaged", score, RULE));
                }
            }
        }
    }
    for (brief, fulls) in short {
        // Those with most firms in common.
        let most = fulls.iter().map(|(_, common)| *common).max().unwrap_or(0);
        let with_firm: Vec<_> = fulls.iter().filter(|(_, common)| *common > 0 && *common == most).collect();
        match with_firm.as_slice() {
            [(full, common)] => {
                let score = if *common > 1 { 0.93 } else { 0.9 };
                found.push(Candidate { one: brief.min(*full), other: brief.max(*full), score, reason: "short-form" });
            }
            many => {
                // Nobody with a firm in common, or several: the short form stays alone.
                let open: Vec<usize> = if many.is_empty() {
                    fulls.iter().map(|f| f.0).collect()
                } else {
                    many.iter().map(|f| f.0).collect()
                };
                edges.extend(
                    open.into_iter()
                        .map(|full| edge(&forms[brief], &forms[full], Judgement::Unsure, "short-form", 0.5, RULE)),
                );
            }
        }
    }
    found
}

/// Under which keys a folded name is looked for: what is left of its last word, and for two words both in the order
/// of the alphabet (family name first).
pub fn keys(words: &[String]) -> Vec<String> {
    let last = words.last().map(|word| skeleton(word));
    let both = match words {
        [a, b] => Some(format!("{} {}", a.min(b), a.max(b))),
        _ => None,
    };
    last.into_iter().chain(both).collect()
}

/// What is left of a word when letters that hearing and translation confuse are one.
fn skeleton(word: &str) -> String {
    let mut out = String::with_capacity(6);
    for c in
        word.chars().map(|c| if c.is_ascii() { c } else { any_ascii::any_ascii_char(c).chars().next().unwrap_or('-') })
    {
        let class = match c.to_ascii_lowercase() {
            'b' | 'p' | 'v' | 'f' | 'w' => 'p',
            'c' | 'k' | 'q' | 'g' | 'x' => 'k',
            'd' | 't' => 't',
            'l' | 'r' => 'l',
            'm' | 'n' => 'm',
            's' | 'z' | 'j' => 's',
            _ => continue,
        };
        if !out.ends_with(class) {
            out.push(class);
        }
        if out.len() == 5 {
            break;
        }
    }
    out
}

/// Names each group of forms and tells each atom its person.
fn named(forms: &[Form], atoms: usize, joined: &mut Joined) -> People {
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for at in 0..forms.len() {
        groups.entry(joined.root(at)).or_default().push(at);
    }
    let mut people = People { of: vec![None; atoms], ..People::default() };
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    for group in groups.into_values() {
        // The form that most articles use among the fullest.
        let best = group.iter().max_by_key(|&&at| {
            let form = &forms[at];
            let full = form.words.len() > 1 && form.words.iter().all(|w| w.chars().count() > 1);
            (full, form.articles.len(), form.words.len(), std::cmp::Reverse(at))
        });
        let Some(&best) = best else { continue };
        let name = forms[best].name.clone();
        let count = taken.entry(name.clone()).or_insert(0);
        *count += 1;
        let id = people.names.len() as u32;
        people.names.push(if *count > 1 { format!("{name}#{count}") } else { name });
        for &at in &group {
            for &atom in &forms[at].atoms {
                people.of[atom as usize] = Some(id);
            }
        }
    }
    people
}

/// Sets that grow by joining, with pairs that must not meet.
#[derive(Debug)]
struct Joined {
    parent: Vec<usize>,
    apart: BTreeMap<usize, BTreeSet<usize>>,
}

impl Joined {
    fn new(size: usize) -> Self {
        Self { parent: (0..size).collect(), apart: BTreeMap::new() }
    }

    fn root(&mut self, mut at: usize) -> usize {
        while self.parent[at] != at {
            self.parent[at] = self.parent[self.parent[at]];
            at = self.parent[at];
        }
        at
    }

    fn forbid(&mut self, one: usize, other: usize) {
        let (a, b) = (self.root(one), self.root(other));
        if a != b {
            self.apart.entry(a).or_default().insert(b);
            self.apart.entry(b).or_default().insert(a);
        }
    }

    /// Joins, unless the two must stay apart.
    fn join(&mut self, one: usize, other: usize) -> bool {
        let (a, b) = (self.root(one), self.root(other));
        if a == b {
            return true;
        }
        if self.apart.get(&a).is_some_and(|apart| apart.contains(&b)) {
            return false;
        }
        self.unite(a, b);
        true
    }

    fn unite(&mut self, a: usize, b: usize) {
        // The smaller number stands for both: the result does not depend on the order of joining.
        let (root, leaf) = (a.min(b), a.max(b));
        self.parent[leaf] = root;
        for other in self.apart.remove(&leaf).unwrap_or_default() {
            if let Some(apart) = self.apart.get_mut(&other) {
                apart.remove(&leaf);
                apart.insert(root);
            }
            self.apart.entry(root).or_default().insert(other);
        }
    }
}
