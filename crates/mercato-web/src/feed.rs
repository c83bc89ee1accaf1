//! Atom: what is new about a person, a firm, a corridor, a level; each entry with its evidence's address.

use maud::Render as _;
use mercato_facts::Fact;
use mercato_facts::time::day;
use mercato_model::shown::safe;

use crate::answer::Answer;
use crate::page::Page;
use crate::page::wanted;
use crate::{address, phrase};

/// Entries of a feed.
const ENTRIES: usize = 50;

pub fn atom(p: &Page<'_>) -> Answer {
    let wanted = match wanted(p) {
        Ok(wanted) => wanted,
        Err(field) => return Answer::problem(400, "bad-parameter", "Bad parameter", field),
    };
    let headlines = wanted.ranks(&p.view).filter(|&rank| p.view.row(rank).kind.is_headline());
    let facts: Vec<Fact> = p.view.facts(headlines.take(ENTRIES)).collect();
    let updated = facts.iter().map(|f| f.newest_day()).max().map_or_else(|| p.view.day.clone(), day);
    let mut out =
        String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n");
    let text = |text: &str| safe(text).as_ref().render().into_string();
    out += &format!("<title>{}</title>\n", text(p.w.t("feed.title")));
    out += &format!(
        "<id>urn:mercato:feed:{}</id>\n<updated>{updated}T00:00:00Z</updated>\n",
        address::part(&p.request.query)
    );
    out += "<author><name>Mercato</name></author>\n";
    for fact in &facts {
        let title = crate::page::plain(&phrase::headline(p, fact));
        let level = p.w.code(fact.level.as_str());
        let origins = crate::page::plain(&phrase::voices(p, fact));
        out += &format!(
            "<entry><title>{}</title><id>urn:mercato:fact:{}</id><link href=\"{}\"/><updated>{}T00:00:00Z</updated><summary>{}</summary></entry>\n",
            text(&title),
            address::part(&fact.id),
            address::fact(&fact.id),
            day(fact.newest_day()),
            text(&format!("{level}; {origins}")),
        );
    }
    out += "</feed>\n";
    Answer::text("application/atom+xml; charset=utf-8", out)
}
