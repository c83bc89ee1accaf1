//! How the mentions of a sentence hang together: prepositions, lists, whose people and parts of firms they are.

use super::*;

/// Which preposition governs a mention, and where its phrase begins; `heads` are the nouns that open the phrases of names.
pub(super) fn phrases(
    text: &str,
    sentence: &Sentence,
    pack: &Pack,
    classes: &Classes,
    heads: &[(usize, usize)],
    mentions: &mut [Mention],
) {
    let inside: Vec<Option<usize>> = {
        let mut inside = vec![None; sentence.len()];
        for (number, m) in mentions.iter().enumerate() {
            if !matches!(m.what, What::Role | What::Unit | What::Code(..)) {
                inside[m.start..m.end].fill(Some(number));
            }
        }
        inside
    };
    for number in 0..mentions.len() {
        let start = mentions[number].start;
        let head = heads.iter().find(|h| h.0 == start).map_or(start, |h| h.1);
        let mut at = head;
        let (mut plain, mut article) = (0, false);
        let (mut prep, mut start) = (None, at);
        while at > 0 {
            let before = at - 1;
            // "plusieurs de ses | ingénieurs": the preposition inside belongs to the quantity.
            let quantity = (before.saturating_sub(4)..before)
                .find(|&s| sentence.classes_at(s).any(|(len, class)| s + len == at && Some(class) == classes.det));
            if let Some(from) = quantity {
                at = from;
                start = at;
                article = true;
                continue;
            }
            // A preposition of one or more words that ends right here.
            if let Some((from, id)) = (before.saturating_sub(3)..=before)
                .find_map(|s| sentence.preps[s].filter(|(len, _)| s + len == at).map(|(_, id)| (s, id)))
            {
                // "since A was hired", "after A and B left": before a clause the word is a conjunction.
                let opens = classes.opens_clause.is_some() && sentence.in_class(from, classes.opens_clause);
                if !(opens && subject_of_clause(text, sentence, pack, classes, mentions, number)) {
                    prep = Some(id);
                    start = from;
                }
                break;
            }
            if sentence.class_at(before, classes.det).is_some() || sentence.in_class(before, classes.det) {
                at = before;
                start = at;
                article = true;
                continue;
            }
            // "l'ex direttore di Apple X": the title and its firm belong to the phrase of the person.
            if mentions[number].types.meets(Types::PER) {
                let title = mentions.iter().find(|r| {
                    r.what == What::Role
                        && r.start < at
                        && r.end <= at
                        && (r.end..at).all(|i| {
                            sentence.preps[i].is_some()
                                || sentence.in_class(i, classes.det)
                                || sentence.class_at(i, classes.former).is_some()
                                || inside[i].is_some_and(|k| mentions[k].types.meets(Types::ORG.or(Types::UNIT)))
                                || sentence.word(text, i).ends_with(['s']) && !sentence.tokens[i].spaced
                        })
                });
                if let Some(title) = title {
                    at = title.start;
                    start = at;
                    continue;
                }
            }
            let joins = matches!(sentence.punct(text, before), Some('«' | '“' | '"' | '-'));
            let word = sentence.tokens[before].shape != Shape::Punct
                && inside[before].is_none()
                && sentence.class_at(before, classes.and).is_none()
                && sentence.class_at(before, classes.relative).is_none()
                && sentence.class_at(before, classes.subordinator).is_none()
                && sentence.class_at(before, classes.relative_object).is_none()
                && sentence.class_at(before, classes.neg).is_none()
                && !verb_like(sentence, pack, before)
                // Behind an article another noun stands ("da mesi | i ricercatori"); before a person's name only words for persons do.
                && !article
                && (!mentions[number].types.meets(Types::PER) || !matches!(mentions[number].what, What::Entity { .. }) || sentence.classes.iter().any(|&(s, l, _)| s <= before && before < s + l) || sentence.tokens[before].shape != Shape::Lower)
                && plain < 4;
            if !(joins || word) {
                break;
            }
            plain += usize::from(word);
            at = before;
            start = at;
        }
        // "des chercheurs désertent", "dei ricercatori": an article, not a genitive, where no noun stands before.
        let people = mentions[number].types.meets(Types::GROUP.or(Types::COUNT));
        if people && prep.is_some_and(|p| pack.genitive.contains(&p)) {
            let opens = start == 0
                || sentence.punct(text, start - 1).is_some()
                || verb_like(sentence, pack, start - 1)
                || !pack.verbs.forms(sentence.words[start - 1]).is_empty();
            if opens {
                prep = None;
            }
        }
        mentions[number].head = head;
        mentions[number].prep = prep;
        mentions[number].phrase_start = start;
    }
}

/// Whether a finite verb follows a name, or the list that it opens.
fn subject_of_clause(
    text: &str,
    sentence: &Sentence,
    pack: &Pack,
    classes: &Classes,
    mentions: &[Mention],
    number: usize,
) -> bool {
    let named = |m: &Mention| matches!(m.what, What::Entity { .. }) && m.types.meets(Types::PER.or(Types::ORG));
    if !named(&mentions[number]) {
        return false;
    }
    let mut at = mentions[number].end;
    loop {
        let next = match sentence.class_at(at, classes.and) {
            Some(len) => at + len,
            None if sentence.punct(text, at) == Some(',') => at + 1,
            None => break,
        };
        let Some(member) = mentions.iter().find(|m| m.start == next && named(m)) else { break };
        at = member.end;
    }
    let finite = |at: usize| {
        sentence.words.get(at).is_some_and(|&word| pack.verbs.forms(word).iter().any(|f| f.mood.is_finite()))
    };
    finite(at + sentence.class_at(at, classes.adverb).unwrap_or(0))
}

/// A word that is a verb form and not an adjective before a noun.
fn verb_like(sentence: &Sentence, pack: &Pack, at: usize) -> bool {
    pack.verbs.forms(sentence.words[at]).iter().any(|f| {
        f.mood.is_finite()
            || matches!(f.mood, mercato_pack::verbs::Mood::Infinitive | mercato_pack::verbs::Mood::Gerund)
    }) || !pack.verbs.forms(sentence.words[at]).is_empty()
        && at > 0
        && !pack.verbs.forms(sentence.words[at - 1]).is_empty()
}

/// Links coordinated mentions of the same type: "A, B e C", appositions between them allowed.
pub(super) fn lists(text: &str, sentence: &Sentence, classes: &Classes, mentions: &mut [Mention]) {
    let named = Types::PER.or(Types::ORG).or(Types::PRODUCT);
    let order: Vec<usize> = (0..mentions.len())
        .filter(|&i| mentions[i].types.meets(named) && matches!(mentions[i].what, What::Entity { .. }))
        .collect();
    let mut chain: Vec<usize> = Vec::new();
    let flush = |chain: &mut Vec<usize>, mentions: &mut [Mention]| {
        // "Together with A, | B leaves": the phrase that opens the sentence is no member of a list that nothing closes.
        if let [first, second] = chain[..] {
            let (a, b) = (&mentions[first], &mentions[second]);
            let and = (a.end..b.start).any(|i| sentence.class_at(i, classes.and).is_some());
            if a.phrase_start == 0 && a.prep.is_some() && b.prep.is_none() && !and {
                chain.clear();
            }
        }
        if chain.len() > 1 {
            for &i in chain.iter() {
                mentions[i].list = chain.clone();
            }
        }
        chain.clear();
    };
    for types in [Types::PER, Types::ORG, Types::PRODUCT] {
        chain.clear();
        for &i in &order {
            if mentions[i].types != types {
                continue;
            }
            if let Some(&last) = chain.last()
                && !joined(text, sentence, classes, mentions, last, i)
            {
                flush(&mut chain, mentions);
            }
            chain.push(i);
        }
        flush(&mut chain, mentions);
    }
}

/// Whose part of a firm, whose people they are: "Corvanta's research unit", "trois chercheurs du bureau de Zurich de Corvanta".
pub(super) fn owners(text: &str, sentence: &Sentence, pack: &Pack, classes: &Classes, mentions: &mut [Mention]) {
    for number in 0..mentions.len() {
        let m = &mentions[number];
        let unit = m.what == What::Unit;
        if !unit && !matches!(m.what, What::Group | What::Count { .. }) {
            continue;
        }
        // A part may also be called after the person who runs it.
        let types = if unit { Types::ORG.or(Types::PER) } else { Types::ORG };
        let named = |o: &Mention| matches!(o.what, What::Entity { .. }) && o.types.meets(types);
        let plain = |i: usize| sentence.preps[i].is_none() && sentence.punct(text, i).is_none();
        let before = mentions.iter().position(|o| {
            let possessive = sentence.word(text, o.end.min(m.start)).starts_with(['\'', '\u{2019}']);
            named(o)
                && o.end <= m.start
                && m.start - o.end <= if possessive { 3 } else { 2 }
                && (possessive && o.end < m.start || !unit && !pack.infinitive.is_empty())
                && (o.end..m.start).all(|i| plain(i) && !verb_like(sentence, pack, i))
        });
        mentions[number].owner = before.or_else(|| {
            // Right behind, or at the end of a chain of genitives with places and plain words in it.
            if !unit && pack.infinitive.is_empty() && mentions.iter().any(|o| named(o) && o.start == m.end) {
                return mentions.iter().position(|o| named(o) && o.start == m.end);
            }
            let genitive =
                |i: usize| sentence.preps.get(i).copied().flatten().filter(|(_, p)| pack.genitive.contains(p));
            let mut at = m.end;
            genitive(at)?;
            let mut linked = false;
            while at < (m.end + 9).min(sentence.len()) {
                if let Some((len, _)) = genitive(at) {
                    (linked, at) = (true, at + len);
                    continue;
                }
                if let Some(o) = mentions.iter().position(|o| named(o) && o.start == at) {
                    return linked.then_some(o);
                }
                let other = mentions.iter().find(|o| o.start == at && matches!(o.what, What::Entity { .. }));
                let article = sentence.class_at(at, classes.det).is_some();
                let stops = sentence.preps[at].is_some()
                    || sentence.punct(text, at).is_some()
                    || sentence.class_at(at, classes.and).is_some()
                    || sentence.class_at(at, classes.relative).is_some()
                    || verb_like(sentence, pack, at);
                match other {
                    Some(o) => at = o.end,
                    None if stops && !article => return None,
                    None => at += 1,
                }
                linked &= article;
            }
            None
        });
    }
}

fn joined(text: &str, sentence: &Sentence, classes: &Classes, mentions: &[Mention], a: usize, b: usize) -> bool {
    let (from, to) = (mentions[a].end, mentions[b].start);
    if from > to {
        return false;
    }
    let mut links = 0;
    let mut at = from;
    let mut depth = 0;
    while at < to {
        if let Some(len) = sentence.class_at(at, classes.and) {
            links += 1;
            at += len;
            continue;
        }
        match sentence.punct(text, at) {
            Some(',') => links += usize::from(depth == 0),
            Some('(') => depth += 1,
            Some(')') => depth -= 1,
            // "ex-F"
            Some('-') if sentence.in_class(at - 1, classes.former) => {}
            Some(_) if depth == 0 => return false,
            _ if depth > 0 => {}
            _ => {
                // A title or an apposition between them, a preposition repeated; no verb.
                let inside_role = mentions.iter().any(|m| m.what == What::Role && m.start <= at && at < m.end);
                let own = mentions[b].prep.is_some()
                    && mentions[b].prep == mentions[a].prep
                    && at >= mentions[b].phrase_start;
                let plain = sentence.class_at(at, classes.det).is_some()
                    || sentence.in_class(at, classes.former)
                    || sentence.class_at(at, classes.adverb).is_some();
                let of_role =
                    sentence.preps[at].is_some() && mentions.iter().any(|m| m.what == What::Role && m.end == at);
                let firm = mentions.iter().any(|m| m.types.meets(Types::ORG) && m.start <= at && at < m.end)
                    && mentions[a].types == Types::PER;
                if !(inside_role || own || plain || of_role || firm) {
                    return false;
                }
            }
        }
        at += 1;
    }
    links > 0
}
