//! `mercato tour`: reads the example articles and tells what they say, each thing with its source and its words.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

use include_dir::{Dir, include_dir};
use mercato_ledger::{Filter, Ledger, Store as _, StoredClaim};
use mercato_model::{Document, Kind, Slot, Status};
use mercato_source::{Format, Options, read_bytes};

use super::eval::PUBLISH;
use super::ledger::{self, Kept};
use crate::Done;
use crate::cli::{Global, Overrides, Tour};
use crate::engine::Engine;
use crate::error::{Exit, Failure, Result};
use crate::intake::Intake;
use crate::render::phrase::{chain, date, money, status, what};
use crate::render::term::{Look, Style, cut, safe, wrap};

static EXAMPLES: Dir = include_dir!("$CARGO_MANIFEST_DIR/../../examples");

/// Without a terminal the tour is this wide.
const WIDTH: usize = 100;

pub fn run(global: &Global, args: &Tour, out: &mut dyn Write) -> Done {
    let engine = Engine::load(global)?;
    let folder = args.dir.clone().or_else(|| Some(PathBuf::from("examples")).filter(|dir| dir.is_dir()));
    let (documents, failed) = match folder {
        Some(folder) => from_folder(folder),
        None => embedded(),
    };
    let temporary = tempfile::tempdir().map_err(|e| Failure::new(Exit::Ledger, format!("no temporary folder: {e}")))?;
    let path = if args.keep { global.ledger.clone() } else { temporary.path().join("tour.db") };
    let mut ledger = ledger::writer(&path)?;
    let readings = engine.read_all(&documents);
    Kept::default().store(&mut ledger, &documents, &readings)?;
    let look = Look::of_stdout(global.color);
    let mut page = Page { out, look, width: look.width.unwrap_or(WIDTH).min(WIDTH) };
    page.print(&ledger, &documents, args.keep)?;
    Ok(if failed > 0 { Exit::Partial } else { Exit::Done })
}

fn from_folder(folder: PathBuf) -> (Vec<Document>, usize) {
    let mut intake = Intake::of(&[folder], &Overrides::default());
    let mut documents = Vec::new();
    while let Some(batch) = intake.batch() {
        documents.extend(batch);
    }
    (documents, intake.failures.len())
}

fn embedded() -> (Vec<Document>, usize) {
    let mut files: Vec<_> = EXAMPLES.files().collect();
    files.sort_by_key(|file| file.path());
    let mut documents = Vec::new();
    for file in files {
        let Some(format) = Format::of_path(file.path()) else { continue };
        let name = file.path().file_stem().unwrap_or_default().to_string_lossy().into_owned();
        documents.extend(read_bytes(&name, Some(format), file.contents().to_vec(), &Options::default()).flatten());
    }
    (documents, 0)
}

struct Page<'a> {
    out: &'a mut dyn Write,
    look: Look,
    width: usize,
}

/// Claims below this score are left out of the tour.
const SHOWN: f64 = 0.6;

/// Claims that say the same of the same.
type Group<'a> = Vec<&'a StoredClaim>;

impl Page<'_> {
    fn print(&mut self, ledger: &Ledger, documents: &[Document], kept: bool) -> Result<()> {
        let stats = ledger.stats()?;
        let langs: Vec<String> = stats.claims_by_lang.keys().map(ToString::to_string).collect();
        let title = format!("{} articles, {} claims, in {}", documents.len(), stats.claims, langs.join(", "));
        writeln!(self.out, "{}", self.look.paint(Style::Bold, &title))?;
        let all = ledger.claims(&Filter { min_score: Some(SHOWN), ..Filter::default() })?;
        self.line(&format!(
            "Shown are the {} that are likelier right than not (score {SHOWN} and more); {PUBLISH} is the mark for publishing.",
            all.len()
        ))?;

        let sure = |claim: &StoredClaim| !against(claim);
        let of = |kinds: &[Kind]| all.iter().filter(|c| kinds.contains(&c.claim.kind) && sure(c)).collect::<Vec<_>>();
        let mut moves = grouped(of(&[Kind::Move]), |c| key(c, &[Slot::Person, Slot::Group, Slot::From, Slot::To]));
        // Those with both ends first.
        moves.sort_by_key(|group| [Slot::From, Slot::To].iter().any(|end| !group[0].claim.slots.contains_key(end)));
        self.section("Who moves", moves)?;
        self.section(
            "Who takes which post",
            grouped(of(&[Kind::Appointment]), |c| key(c, &[Slot::Person, Slot::Org, Slot::Role])),
        )?;
        self.section("What is offered and paid", grouped(of(&[Kind::Offer, Kind::Pay]), what_of))?;
        self.section("How many", grouped(of(&[Kind::Count, Kind::Layoff, Kind::Rate]), what_of))?;
        self.section(
            "What firms do to win and to hold people",
            grouped(of(&[Kind::Retention, Kind::Recruiting, Kind::Deal]), what_of),
        )?;
        self.section("Why people go or stay", grouped(of(&[Kind::Reason]), what_of))?;
        let denials = all.iter().filter(|c| against(c)).collect::<Vec<_>>();
        self.section("What is denied, or did not happen", grouped(denials, what_of))?;
        self.disagreements(&all)?;

        writeln!(self.out)?;
        self.heading("Ask on")?;
        if !kept {
            self.line("  mercato tour --keep          keeps all this in mercato.db; then")?;
        }
        for (command, answer) in [
            ("mercato list moves --to Meta", "claims by kind, firm, person, date, status"),
            ("mercato firm Apple", "everything about a firm"),
            ("mercato why CLAIM", "the words, the source and the rule behind a claim"),
        ] {
            self.line(&format!("  {command:28} {answer}"))?;
        }
        Ok(())
    }

    fn heading(&mut self, text: &str) -> Result<()> {
        writeln!(self.out, "{}", self.look.paint(Style::Bold, text))?;
        Ok(())
    }

    fn line(&mut self, text: &str) -> Result<()> {
        writeln!(self.out, "{text}")?;
        Ok(())
    }

    fn section(&mut self, heading: &str, groups: Vec<Group<'_>>) -> Result<()> {
        if groups.is_empty() {
            return Ok(());
        }
        writeln!(self.out)?;
        self.heading(heading)?;
        for group in groups {
            self.group(&group)?;
        }
        Ok(())
    }

    /// The fullest of several claims that say the same, then who says it and in which words.
    fn group(&mut self, group: &[&StoredClaim]) -> Result<()> {
        let Some(fullest) = group.iter().max_by_key(|c| (c.claim.slots.len(), std::cmp::Reverse(&c.id))) else {
            return Ok(());
        };
        for (n, line) in wrap(&what(&fullest.claim), self.width.saturating_sub(4)).iter().enumerate() {
            writeln!(self.out, "  {}{line}", if n > 0 { "  " } else { "" })?;
        }
        for claim in group {
            let quote = claim.claim.evidence.quotes().first().map(|q| safe(&q.quote).into_owned()).unwrap_or_default();
            let by = chain(&claim.claim, claim.document.outlet.as_deref());
            let by = if by.is_empty() { safe(&claim.document.id).into_owned() } else { by };
            let date = Some(date(&claim.claim)).filter(|d| !d.is_empty()).map(|d| format!(", {d}")).unwrap_or_default();
            let (said, colour) = status(claim.claim.status);
            let rest = format!("{by}{date}  [{}]", short(&claim.id));
            let room = self.width.saturating_sub(said.chars().count() + 8);
            writeln!(self.out, "    {} · {}", self.look.paint(colour, &said), cut(&rest, room))?;
            let room = self.width.saturating_sub(8);
            writeln!(self.out, "      {}", self.look.paint(Style::Dim, &format!("“{}”", cut(&quote, room))))?;
        }
        Ok(())
    }

    /// Offers by the same firm to the same person with amounts that cannot all be right.
    fn disagreements(&mut self, all: &[StoredClaim]) -> Result<()> {
        let offers = all.iter().filter(|c| c.claim.kind == Kind::Offer && c.claim.slots.contains_key(&Slot::Amount));
        let by_whom = grouped(offers.collect(), |c| key(c, &[Slot::By, Slot::Person, Slot::Group]));
        let mut shown = false;
        for group in by_whom {
            let mut amounts: Vec<String> = group.iter().filter_map(|c| amount(c)).collect();
            amounts.sort();
            amounts.dedup();
            let documents: std::collections::BTreeSet<&str> = group.iter().map(|c| c.claim.doc.as_str()).collect();
            if amounts.len() < 2 || documents.len() < 2 {
                continue;
            }
            if !shown {
                writeln!(self.out)?;
                self.heading("Where articles differ")?;
                shown = true;
            }
            let first = group[0];
            let whom = first
                .claim
                .texts(Slot::Person)
                .first()
                .or(first.claim.texts(Slot::Group).first())
                .copied()
                .unwrap_or("?")
                .to_owned();
            let head =
                format!("  {} offers {whom}: {}", first.claim.text(Slot::By).unwrap_or("?"), amounts.join("  or  "));
            writeln!(self.out, "{}", safe(&head))?;
            for claim in &group {
                let by = chain(&claim.claim, claim.document.outlet.as_deref());
                let line = format!("    {}: {by}  [{}]", amount(claim).unwrap_or_default(), short(&claim.id));
                writeln!(self.out, "{}", cut(&line, self.width))?;
            }
        }
        Ok(())
    }
}

fn short(id: &str) -> &str {
    crate::render::table::short(id)
}

fn amount(claim: &StoredClaim) -> Option<String> {
    match claim.claim.slots.get(&Slot::Amount)? {
        mercato_model::Value::Amount(amount) => Some(money(amount)),
        _ => None,
    }
}

/// A claim whose content is said not to be so.
fn against(claim: &StoredClaim) -> bool {
    let denies = claim.claim.kind == Kind::Stance && claim.claim.text(Slot::Stance) == Some("denies");
    denies || matches!(claim.claim.status, Status::Denied | Status::Negated | Status::Counterfactual)
}

fn what_of(claim: &StoredClaim) -> String {
    what(&claim.claim)
}

fn key(claim: &StoredClaim, slots: &[Slot]) -> String {
    slots.iter().map(|&slot| claim.claim.texts(slot).join(",").to_lowercase()).collect::<Vec<_>>().join("|")
}

/// Claims with the same key together; groups and claims in the order in which they came.
fn grouped<'a>(claims: Vec<&'a StoredClaim>, key: impl Fn(&StoredClaim) -> String) -> Vec<Group<'a>> {
    let mut place: BTreeMap<String, usize> = BTreeMap::new();
    let mut groups: Vec<Group<'a>> = Vec::new();
    for claim in claims {
        let at = *place.entry(key(claim)).or_insert(groups.len());
        if at == groups.len() {
            groups.push(Vec::new());
        }
        groups[at].push(claim);
    }
    groups
}
