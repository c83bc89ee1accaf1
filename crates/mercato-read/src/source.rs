//! Who is made responsible: outlets, cited outlets, speakers, unnamed sources; over clause, sentence or quotation.

use mercato_pack::cues::Attribution;
use mercato_pack::pattern::Types;

use crate::clause::{Clauses, VerbGroup};
use crate::mention::{Mention, What};
use crate::name::Names;
use crate::sentence::Sentence;
use mercato_pack::Pack;

/// An attribution found in a sentence.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    /// Outermost first: entities of mentions, or descriptions of unnamed sources.
    pub chain: Vec<Voice>,
    /// Tokens of the words that attribute.
    pub start: usize,
    pub end: usize,
    /// The whole sentence is attributed (at its start or end); otherwise from `end` on.
    pub whole: bool,
    pub unnamed: bool,
    /// It stands behind what it covers ("..., scrive X"): what comes after it is somebody else's.
    pub back: bool,
    /// "Lo riferisce X": the sentence before is covered, not this one.
    pub sentence_before: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Voice {
    Mention(usize),
    Unnamed(String),
}

/// How long a line that credits a source may be, in tokens, and how near to an end of the article it stands, in sentences.
const CREDIT: (usize, usize) = (8, 6);

/// The outlet that a line of its own near an end of the article gives as its source ("Fonte: X").
pub(crate) fn credit(text: &str, sentences: &[Sentence], names: &Names, pack: &Pack) -> Option<String> {
    let class = pack.classes.id("source_line")?;
    let ends = |at: usize| at < 3 || at + CREDIT.1 >= sentences.len();
    sentences.iter().enumerate().filter(|(at, s)| ends(*at) && s.len() <= CREDIT.0).find_map(|(at, s)| {
        let len = s.class_at(0, Some(class))?;
        let name = len + 1;
        let outlet = names.found.iter().find(|f| f.sentence == at && f.start >= name && f.start <= name + 1)?;
        let entity = &names.entities[outlet.entity];
        let alone = (outlet.end..s.len()).all(|i| s.punct(text, i).is_some());
        (s.punct(text, len) == Some(':') && alone && entity.types.meets(Types::OUTLET.or(Types::ORG)))
            .then(|| entity.name.clone())
    })
}

/// The attributions of one sentence.
pub(crate) fn find(clauses: &Clauses) -> Vec<Said> {
    let s = clauses.sentence;
    let mut out: Vec<Said> = Vec::new();
    let mut cited: Vec<(usize, Voice)> = Vec::new();
    let mut at = 0;
    while at < s.len() {
        let Some((len, meaning)) = clauses.pack.cues.attribution.longest(&s.words[at..]) else {
            at += 1;
            continue;
        };
        let end = at + len;
        match meaning {
            // "il primo per F, il secondo per T": one of two, no source.
            Attribution::Before if at > 0 && s.in_class(at - 1, clauses.classes.det) => {}
            Attribution::Before => {
                // "secondo X", "according to two people close to X".
                if let Some((voice, to)) = voice_after(clauses, end) {
                    let unnamed = matches!(voice, Voice::Unnamed(_));
                    let whole =
                        at <= 2 || closes(clauses, to) || s.punct(clauses.text, at.saturating_sub(1)) == Some(',');
                    out.push(Said {
                        chain: vec![voice],
                        start: at,
                        end: to,
                        whole,
                        unnamed,
                        back: false,
                        sentence_before: false,
                    });
                }
            }
            Attribution::After => {
                if let Some(number) = voice_before(clauses, at) {
                    let outlet = told(clauses, end).filter(|&o| o != number);
                    out.push(Said {
                        chain: outlet.into_iter().chain([number]).map(Voice::Mention).collect(),
                        start: clauses.mentions[number].start,
                        end,
                        whole: true,
                        unnamed: false,
                        back: false,
                        sentence_before: false,
                    });
                }
            }
            Attribution::Cite => {
                if let Some((voice, _)) = voice_after(clauses, end) {
                    cited.push((at, voice));
                }
            }
            // "An engineer has left" tells of one; "an engineer says" is a source.
            Attribution::Unnamed { speaks: true, .. } if !speaks(clauses, at, end) => {}
            Attribution::Unnamed { name, .. } => {
                out.push(Said {
                    chain: vec![Voice::Unnamed(name.clone())],
                    start: at,
                    end,
                    whole: true,
                    unnamed: true,
                    back: false,
                    sentence_before: false,
                });
            }
        }
        at = end;
    }
    for (number, group) in clauses.groups.iter().enumerate() {
        if !says(clauses, group) {
            continue;
        }
        let speakers = Types::PER.or(Types::OUTLET).or(Types::ORG);
        // «...», ha detto X / said X: the subject behind, directly.
        let behind = clauses.mentions.iter().position(|m| {
            m.start >= group.end
                && m.start <= group.end + 6
                && m.types.meets(speakers)
                && m.prep.is_none()
                && (group.end..m.phrase_start).all(|i| !s.is_punct(clauses.text, i))
                // "says he got nothing", "a confirmé avoir rejoint X": what is said, not who says it.
                && !clauses.groups.iter().any(|g| g.start >= group.end && g.start <= m.end + 1 && g.relative.is_none())
        });
        let after_comma = group.start > 0 && s.is_punct(clauses.text, group.start - 1);
        let subject = if after_comma && behind.is_some() {
            behind
        } else {
            clauses.subject(number, speakers).map(|a| a.mention).or(behind.filter(|_| after_comma))
        };
        let Some(subject) = subject else { continue };
        let m = &clauses.mentions[subject];
        if !m.types.meets(speakers) || matches!(m.what, What::Count { .. }) {
            continue;
        }
        let (start, end) = (group.start.min(m.start), group.end.max(if m.start >= group.end { m.end } else { 0 }));
        let whole = closes(clauses, end) || after_comma || start <= 3 && followed_by_that(clauses, end);
        let outlet = told(clauses, group.end).filter(|&o| o != subject);
        let chain = outlet.into_iter().chain([subject]).map(Voice::Mention).collect();
        let back = after_comma && m.start >= group.end && !introduces(clauses, end);
        // A clitic at the head of the sentence stands for the sentence before.
        let sentence_before =
            group.start == 0 && m.start >= group.end && clauses.pack.verbs.forms(s.words[0]).is_empty();
        out.push(Said { chain, start, end, whole, unnamed: false, back, sentence_before });
    }
    // A source inside the source hangs on the attribution nearest before it.
    for (at, voice) in cited {
        if let Some(said) = out.iter_mut().filter(|s| s.start <= at).max_by_key(|s| s.start) {
            said.unnamed |= matches!(voice, Voice::Unnamed(_));
            said.chain.push(voice);
        }
    }
    merge_unnamed(clauses, &mut out);
    out
}

/// The outlet to which somebody says something, right behind the verb: "told Reuters", "ha detto al Corriere".
fn told(clauses: &Clauses, at: usize) -> Option<usize> {
    let s = clauses.sentence;
    clauses.mentions.iter().position(|m| {
        let near = m.phrase_start >= at && m.phrase_start <= at + 1 && m.start <= at + 4;
        let adverb = (at..m.phrase_start).all(|i| !s.is_punct(clauses.text, i));
        let genitive = m.prep.is_some_and(|p| clauses.pack.genitive.contains(&p));
        near && adverb && !genitive && m.types.meets(Types::OUTLET) && matches!(m.what, What::Entity { .. })
    })
}

/// Whether a group of verbs says something: a verb of saying, finite and no passive.
fn says(clauses: &Clauses, group: &VerbGroup) -> bool {
    let spoken = group.have || group.is_finite() && !group.be;
    spoken && group.forms.iter().any(|f| clauses.pack.cues.say.contains(&f.lemma))
}

/// Whether a verb of saying has tokens `start..end` as its subject, or the phrase itself begins as an attribution does.
fn speaks(clauses: &Clauses, start: usize, end: usize) -> bool {
    let s = clauses.sentence;
    let cues = &clauses.pack.cues;
    let apart = |from: usize, to: usize| (from..to).any(|i| matches!(s.punct(clauses.text, i), Some(';' | ':' | '.')));
    let behind = clauses.groups.iter().find(|g| g.start >= end && (g.is_finite() || g.have));
    behind.is_some_and(|g| says(clauses, g) && g.start - end <= 8 && !apart(end, g.start))
        || clauses
            .groups
            .iter()
            .any(|g| g.end <= start && start - g.end <= 2 && !apart(g.end, start) && says(clauses, g))
        || cues.attribution.at(&s.words[start..]).any(|(_, meaning)| *meaning == Attribution::Before)
}

/// "X reported, citing people familiar": the unnamed phrase belongs to the named attribution that precedes it.
fn merge_unnamed(clauses: &Clauses, said: &mut Vec<Said>) {
    let Some(lone) = said.iter().position(|s| matches!(s.chain[..], [Voice::Unnamed(_)])) else { return };
    let named = said.iter().position(
        |s| matches!(s.chain.first(), Some(Voice::Mention(m)) if clauses.mentions[*m].types.meets(Types::OUTLET)),
    );
    if let Some(named) = named {
        let voice = said[lone].chain[0].clone();
        said[named].unnamed = true;
        if !said[named].chain.contains(&voice) {
            said[named].chain.push(voice);
        }
        said.remove(lone);
    }
}

/// The attributions that cover tokens `start..end`, as one chain, outermost first.
pub(crate) fn covering<'s>(clauses: &Clauses, said: &'s [Said], start: usize, end: usize) -> Vec<&'s Said> {
    let mut out: Vec<&Said> = said
        .iter()
        .filter(|s| {
            let inside = s.start >= start && s.end <= end;
            let semicolon = |a: usize, b: usize| (a..b).any(|i| clauses.sentence.punct(clauses.text, i) == Some(';'));
            let before = s.end <= start
                && !semicolon(s.end, start)
                && (!s.back || clauses.sentence.quoted[start.min(clauses.sentence.len() - 1)]);
            let after = s.start >= end && !semicolon(end, s.start);
            inside || before || after && s.whole
        })
        .collect();
    // Outlets speak outside persons.
    out.sort_by_key(|s| match s.chain.first() {
        Some(Voice::Mention(m)) if clauses.mentions[*m].types.meets(Types::OUTLET) => 0,
        Some(Voice::Mention(_)) => 1,
        _ => 2,
    });
    out
}

/// Whether only closing punctuation stands behind a place: the attribution ends its sentence or is set off by commas.
fn closes(clauses: &Clauses, at: usize) -> bool {
    let s = clauses.sentence;
    at >= s.len()
        || s.punct(clauses.text, at).is_some()
            && (at + 1 >= s.len() || matches!(s.punct(clauses.text, at), Some(',' | '.' | ')')))
}

fn followed_by_that(clauses: &Clauses, at: usize) -> bool {
    at < clauses.sentence.len()
        && (clauses.sentence.in_class(at, clauses.classes.relative)
            || clauses.sentence.in_class(at, clauses.classes.subordinator)
            || matches!(clauses.sentence.punct(clauses.text, at), Some(':' | '«' | '“' | '"' | ','))
            || clauses.sentence.words[at] != 0)
}

/// Whether what is said follows a place.
fn introduces(clauses: &Clauses, at: usize) -> bool {
    let s = clauses.sentence;
    let c = clauses.classes;
    s.punct(clauses.text, at) == Some(':')
        || [c.relative, c.relative_object, c.subordinator].into_iter().any(|class| s.class_at(at, class).is_some())
}

/// The source right behind a place, over articles and a title ("il quotidiano", "the chief executive").
fn voice_after(clauses: &Clauses, at: usize) -> Option<(Voice, usize)> {
    let s = clauses.sentence;
    let limit = (at + 7).min(s.len());
    for here in at..limit {
        if let Some((len, Attribution::Unnamed { name, .. })) = clauses.pack.cues.attribution.longest(&s.words[here..])
        {
            return Some((Voice::Unnamed(name.clone()), here + len));
        }
        let speaker = |m: &Mention| {
            m.start <= here
                && here < m.end
                && m.types.meets(Types::PER.or(Types::OUTLET).or(Types::ORG))
                && matches!(m.what, What::Entity { .. })
        };
        if let Some(number) = clauses.mentions.iter().position(speaker) {
            // "secondo il CEO di Meta, Mark Zuckerberg": the person, if one follows in the same phrase.
            let person = clauses.mentions.iter().position(|m| {
                m.types.meets(Types::PER)
                    && m.start >= here
                    && m.start <= here + 5
                    && (here..m.start).all(|i| !matches!(s.punct(clauses.text, i), Some(c) if c != ',' && c != '\''))
                    && clauses.mentions.iter().any(|r| r.what == What::Role && r.end <= m.start && r.start >= at)
            });
            let number = person.unwrap_or(number);
            return Some((Voice::Mention(number), clauses.mentions[number].end));
        }
        if s.is_punct(clauses.text, here) && !matches!(s.punct(clauses.text, here), Some('«' | '“' | '"')) {
            return None;
        }
        if clauses.groups.iter().any(|g| g.start <= here && here < g.end && g.is_finite()) {
            return None;
        }
    }
    None
}

fn voice_before(clauses: &Clauses, at: usize) -> Option<usize> {
    clauses.mentions.iter().rposition(|m| {
        m.end <= at
            && at - m.end <= 1
            && m.types.meets(Types::PER.or(Types::OUTLET).or(Types::ORG))
            && matches!(m.what, What::Entity { .. })
    })
}
