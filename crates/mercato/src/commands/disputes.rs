//! `mercato disputes`: where sources disagree, of what kind it is, and what would settle it.

use std::io::Write;

use mercato_facts::Fact;
use mercato_facts::dispute::{Class, Dispute};
use serde::Serialize;

use super::record::{Facts, nothing};
use crate::Done;
use crate::cli::{Format, Global, record};
use crate::error::Exit;
use crate::render::dossier::{said_by, side};
use crate::render::grid::{self, Column};
use crate::render::phrase::said;
use crate::render::table::short;
use crate::render::term::{Look, Style};

#[derive(Serialize)]
struct Line<'a> {
    fact: &'a str,
    #[serde(flatten)]
    dispute: &'a Dispute,
    what: String,
    one_says: String,
    other_says: String,
}

pub fn run(global: &Global, args: &record::Disputes, out: &mut dyn Write) -> Done {
    let facts = Facts::open(global)?;
    let snapshot = facts.of(&facts.scope(&args.which))?;
    let found = facts.select(&args.which, snapshot);
    let wanted = |d: &&Dispute| args.class.is_empty() || args.class.iter().any(|c| c == d.class.as_str());
    let mut lines: Vec<(&Fact, &Dispute)> =
        found.iter().flat_map(|f| f.disputes.iter().filter(wanted).map(move |d| (f, d))).collect();
    // What cannot both hold comes first.
    lines.sort_by_key(|(_, d)| d.class != Class::Hard);
    lines.truncate(args.rows.limit.unwrap_or(usize::MAX));
    if lines.is_empty() {
        nothing(global, "disagreements");
    }
    let lines = lines.into_iter().map(|(fact, dispute)| Line {
        fact: &fact.id,
        dispute,
        what: said(fact.kind, &fact.slots),
        one_says: side(&found, &dispute.one, dispute.aspect),
        other_says: side(&found, &dispute.other, dispute.aspect),
    });
    let row = |line: &Line<'_>, brief: bool| {
        let id = |id: &str| if brief { short(id).to_owned() } else { id.to_owned() };
        vec![
            line.dispute.class.as_str().to_owned(),
            line.dispute.aspect.as_str().to_owned(),
            line.what.clone(),
            format!("{} ({})", line.one_says, said_by(&found, &line.dispute.one)),
            format!("{} ({})", line.other_says, said_by(&found, &line.dispute.other)),
            line.dispute.settled_by.to_owned(),
            id(line.fact),
            id(&line.dispute.one),
            id(&line.dispute.other),
        ]
    };
    match args.rows.format {
        Format::Jsonl => grid::print_jsonl(out, lines)?,
        format @ (Format::Csv | Format::Parquet) => {
            let rows: Vec<Vec<String>> = lines.map(|l| row(&l, false)).collect();
            let names = ["class", "aspect", "what", "one_says", "other_says", "settled_by", "fact", "one", "other"];
            grid::print_cells(out, format, &names, rows)?;
        }
        Format::Table => {
            let rows: Vec<Vec<String>> = lines.map(|l| row(&l, true)[..7].to_vec()).collect();
            let column = |heading, wide, style| Column { heading, wide, style };
            let columns = [
                column("CLASS", false, Style::Against),
                column("ABOUT", false, Style::Plain),
                column("FACT", true, Style::Bold),
                column("ONE SAYS", true, Style::Plain),
                column("OTHER SAYS", true, Style::Plain),
                column("WOULD SETTLE IT", true, Style::Dim),
                column("ID", false, Style::Dim),
            ];
            grid::print(out, Look::of_stdout(global.color), &columns, &rows)?;
        }
    }
    Ok(Exit::Done)
}
