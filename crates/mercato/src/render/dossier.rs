//! Facts on paper: one line each, or the dossier with origins, voices, levels and disagreements.

use std::io::{self, Write};

use mercato_facts::Fact;
use mercato_facts::dispute::Aspect;
use mercato_facts::fact::Voice;
use mercato_facts::level::{Level, Mark};
use mercato_facts::root::{Because, Origin};
use mercato_model::{Slot, Slots};

use super::grid::Column;
use super::phrase::{said, status};
use super::table::short;
use super::term::{Look, Style, safe};

/// The columns of the table of facts.
pub fn columns() -> [Column; 7] {
    let column = |heading, wide, style| Column { heading, wide, style };
    [
        column("LEVEL", false, Style::Plain),
        column("KIND", false, Style::Dim),
        column("FACT", true, Style::Bold),
        column("ORIGINS", false, Style::Plain),
        column("WHEN", false, Style::Plain),
        column("P", false, Style::Plain),
        column("ID", false, Style::Dim),
    ]
}

/// The names of the columns of [`row`] in CSV.
pub fn row_names() -> Vec<&'static str> {
    vec![
        "level",
        "marks",
        "kind",
        "what",
        "origins",
        "repeats",
        "denials",
        "first",
        "last",
        "date_said",
        "probability",
        "credibility",
        "disputes",
        "decision",
        "id",
    ]
}

/// A fact in one line.
pub fn row(fact: &Fact, brief: bool) -> Vec<String> {
    let marks: Vec<&str> = fact.marks.iter().map(|m| m.as_str()).collect();
    let what = said(fact.kind, &fact.slots);
    let p = fact.probability.map(|p| format!("{p:.2}")).unwrap_or_default();
    if brief {
        return vec![
            format!(
                "{} {}{}",
                symbol(fact),
                fact.level.as_str(),
                if marks.is_empty() { String::new() } else { format!(", {}", marks.join(", ")) }
            ),
            fact.kind.as_str().to_owned(),
            what,
            counts(fact),
            when(fact),
            p,
            short(&fact.id).to_owned(),
        ];
    }
    let date = fact.date.as_ref();
    vec![
        fact.level.as_str().to_owned(),
        marks.join("; "),
        fact.kind.as_str().to_owned(),
        what,
        fact.roots.len().to_string(),
        fact.repeats.to_string(),
        fact.denials().to_string(),
        date.filter(|d| d.said).map(|d| d.first.clone()).unwrap_or_default(),
        date.map(|d| d.last.clone()).unwrap_or_default(),
        date.map(|d| d.said.to_string()).unwrap_or_default(),
        fact.probability.map(|p| p.to_string()).unwrap_or_default(),
        fact.credibility.to_string(),
        fact.disputes
            .iter()
            .map(|d| format!("{}:{}", d.aspect.as_str(), d.class.as_str()))
            .collect::<Vec<_>>()
            .join("; "),
        fact.decision.clone(),
        fact.id.clone(),
    ]
}

/// A mark that says the level without colour.
fn symbol(fact: &Fact) -> &'static str {
    match fact.level {
        _ if fact.has(Mark::Denied) => "✗",
        _ if fact.has(Mark::Contested) => "!",
        Level::Mention => "·",
        Level::Rumour => "~",
        Level::Reported => "○",
        Level::Corroborated => "◐",
        Level::Confirmed | Level::Completed => "●",
    }
}

/// `1 origin, 39 repeats, 1 denial`.
fn counts(fact: &Fact) -> String {
    let count = |n: usize, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
    let mut out = count(fact.roots.len(), "origin", "origins");
    for (n, one, many) in [(fact.repeats, "repeat", "repeats"), (fact.denials(), "denial", "denials")] {
        if n > 0 {
            out += &format!(", {}", count(n, one, many));
        }
    }
    out
}

/// The days that are open; a day of publication is only a bound.
fn when(fact: &Fact) -> String {
    match &fact.date {
        None => String::new(),
        Some(d) if !d.said => format!("(≤ {})", d.last),
        Some(d) if d.first == d.last => d.first.clone(),
        Some(d) => format!("{} – {}", d.first, d.last),
    }
}

/// Everything about one fact; `together`: facts of the same decision.
pub fn dossier(out: &mut dyn Write, look: Look, fact: &Fact, together: usize) -> io::Result<()> {
    writeln!(out, "{}", look.paint(Style::Bold, &said(fact.kind, &fact.slots)))?;
    let marks: Vec<&str> = fact.marks.iter().map(|m| m.as_str()).collect();
    let mut line = format!("{} {}", symbol(fact), fact.level.as_str());
    if !marks.is_empty() {
        line += &format!(" ({})", marks.join(", "));
    }
    line += &format!(" · {} · {}", fact.kind.as_str(), counts(fact));
    if fact.date.is_some() {
        line += &format!(" · {}", when(fact));
    }
    if let Some(p) = fact.probability {
        line += &format!(" · P {p:.2}{}", if fact.prior { " (assumed reliabilities)" } else { "" });
    }
    line += &format!(" · credibility {}", fact.credibility);
    writeln!(out, "{line}")?;
    if together > 1 {
        writeln!(out, "One decision of {together} people ({})", short(&fact.decision))?;
    }
    if fact.private {
        writeln!(out, "Private: not listed unless asked for")?;
    }
    writeln!(out, "\n{}", look.paint(Style::Dim, "ORIGINS"))?;
    for (n, root) in fact.roots.iter().enumerate() {
        let name = if root.name.is_empty() { "nobody named" } else { &root.name };
        let origin = match root.origin {
            Origin::Statement => "says so",
            Origin::Reporting if root.seen => "reports",
            Origin::Reporting => "credited, not seen",
            Origin::Unknown => "hearsay, half weight",
        };
        let articles = if root.articles == 1 { "1 article".to_owned() } else { format!("{} articles", root.articles) };
        writeln!(out, "  {:<3}{}  {}, {articles}, since {}", n + 1, safe(name), origin, root.first)?;
        for voice in fact.voices.iter().filter(|v| v.root == n) {
            voice_line(out, look, voice)?;
        }
    }
    if !fact.words.is_empty() {
        writeln!(out, "\n{}", look.paint(Style::Dim, "PARTIES"))?;
        for word in &fact.words {
            let party = if word.principal { "a party" } else { "no party" };
            writeln!(
                out,
                "  {}  {} {} ({party})  {}  {}",
                word.day,
                safe(&word.actor),
                word.stance,
                safe(&word.document),
                short(&word.claim)
            )?;
        }
    }
    writeln!(out, "\n{}", look.paint(Style::Dim, "LEVEL"))?;
    for change in &fact.history {
        let marks: Vec<&str> = change.marks.iter().map(|m| m.as_str()).collect();
        let marks = if marks.is_empty() { String::new() } else { format!(" ({})", marks.join(", ")) };
        writeln!(out, "  {}  {}{marks}  {}", change.day, change.level.as_str(), safe(&change.documents.join(" ")))?;
    }
    if !fact.disputes.is_empty() {
        writeln!(out, "\n{}", look.paint(Style::Dim, "DISAGREEMENTS"))?;
        for dispute in &fact.disputes {
            let facts = std::slice::from_ref(fact);
            writeln!(
                out,
                "  {} about {}: {} ({}) / {} ({}); would settle it: {}",
                look.paint(Style::Against, dispute.class.as_str()),
                dispute.aspect.as_str(),
                side(facts, &dispute.one, dispute.aspect),
                said_by(facts, &dispute.one),
                side(facts, &dispute.other, dispute.aspect),
                said_by(facts, &dispute.other),
                dispute.settled_by
            )?;
        }
    }
    Ok(())
}

fn voice_line(out: &mut dyn Write, look: Look, voice: &Voice) -> io::Result<()> {
    let (status, style) = status(voice.status);
    let because = because(&voice.because);
    let mut chain: Vec<&str> = voice.outlet.iter().map(String::as_str).collect();
    chain.extend(voice.source.iter().map(String::as_str));
    let mut notes = Vec::new();
    if voice.decided {
        notes.push("judged".to_owned());
    }
    if voice.retracted {
        notes.push("withdrawn".to_owned());
    }
    if !because.is_empty() {
        notes.push(because);
    }
    let notes = if notes.is_empty() { String::new() } else { format!("  [{}]", notes.join("; ")) };
    let day = voice.published.map_or_else(|| voice.known.clone(), |d| d.to_string());
    writeln!(
        out,
        "       {day}  {}  {}  {}{notes}  {}",
        look.paint(style, &status),
        safe(&chain.join(" › ")),
        figure(&voice.slots),
        look.paint(Style::Dim, short(&voice.claim))
    )
}

/// Why it hangs on its origin, where that is not plain.
fn because(because: &Because) -> String {
    let share = because.share.map(|s| format!(", {:.0} % in common", s * 100.0)).unwrap_or_default();
    match because.code {
        "copy" => format!("copy of {}{share}", safe(&because.of)),
        "translation" => format!("translation of {}{share}", safe(&because.of)),
        "cites" => format!("cites {}", safe(&because.of)),
        "credited" => format!("credits {}", safe(&because.of)),
        "judged" => "origin judged".to_owned(),
        _ => String::new(),
    }
}

/// The figure of a voice with its shape, so that a bound is not taken for a point.
fn figure(slots: &Slots) -> String {
    [Slot::Amount, Slot::N, Slot::Share, Slot::Value]
        .iter()
        .find_map(|slot| super::phrase::quantity(*slot, slots))
        .unwrap_or_default()
}

/// What one side of a disagreement says about its aspect.
pub fn side(facts: &[Fact], claim: &str, aspect: Aspect) -> String {
    let Some(voice) = voice_of(facts, claim) else { return "?".to_owned() };
    let text = |slot: Slot| voice.slots.get(&slot).map(|v| v.texts().join(", ")).unwrap_or_default();
    let text = match aspect {
        Aspect::Who => text(Slot::Person),
        Aspect::From => [text(Slot::From), text(Slot::Org), text(Slot::Target)]
            .into_iter()
            .find(|t| !t.is_empty())
            .unwrap_or_default(),
        Aspect::To => [text(Slot::To), text(Slot::By), text(Slot::Acquirer)]
            .into_iter()
            .find(|t| !t.is_empty())
            .unwrap_or_default(),
        Aspect::Manner => format!("{}{}", text(Slot::Manner), text(Slot::Form)),
        Aspect::State => format!("{}{}", text(Slot::State), text(Slot::Response)),
        Aspect::Figure => figure(&voice.slots),
        Aspect::Date => voice.date.map(|d| d.to_string()).unwrap_or_default(),
        Aspect::Happened => voice.status.as_str().to_owned(),
    };
    if text.is_empty() { "unsaid".to_owned() } else { safe(&text).into_owned() }
}

/// Who says so: outlet, else the article.
pub fn said_by(facts: &[Fact], claim: &str) -> String {
    voice_of(facts, claim).map_or_else(
        || short(claim).to_owned(),
        |v| {
            let outlet = v.outlet.as_deref().unwrap_or(&v.document);
            match v.source.last() {
                Some(source) => safe(&format!("{outlet} › {source}")).into_owned(),
                None => safe(outlet).into_owned(),
            }
        },
    )
}

fn voice_of<'a>(facts: &'a [Fact], claim: &str) -> Option<&'a Voice> {
    facts.iter().flat_map(|f| &f.voices).find(|v| v.claim == claim)
}
