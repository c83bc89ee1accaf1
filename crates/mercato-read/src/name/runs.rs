//! Runs of capitalised words that may be names: where they begin and end.

use super::*;

impl Finder<'_> {
    /// Runs of capitalised words outside known names.
    pub(super) fn runs(&self, covered: &[Vec<bool>]) -> Vec<Run> {
        let mut out = Vec::new();
        let (lower, names) = self.beside_headings();
        for (number, sentence) in self.sentences.iter().enumerate() {
            let titled = self.is_heading(sentence);
            let free = |at: usize| {
                at < sentence.len()
                    && !(titled && self.plain(sentence, at, &lower))
                    && !covered[number][at]
                    && sentence.tokens[at].shape.is_name_like()
                    && self.pack.roles.longest(&sentence.words[at..]).is_none()
                    && !sentence.in_class(at, self.class.title)
            };
            let mut at = 0;
            while at < sentence.len() {
                let start = at;
                match self.seat(sentence, at).filter(|&next| free(next)) {
                    Some(next) => at = next + 1,
                    None => {
                        at += 1;
                        if !free(start) {
                            continue;
                        }
                    }
                }
                loop {
                    if free(at) {
                        // "starts at Corvanta Thursday": the day is no part of the name.
                        if at > start && self.pack.weekdays.longest(&sentence.words[at..]).is_some() {
                            break;
                        }
                        at += 1;
                    } else if let Some(next) = self.nicknamed(sentence, start, at).filter(|&next| free(next)) {
                        at = next + 1;
                    } else if let Some(next) = self.headed(sentence, start, at).filter(|&next| free(next)) {
                        at = next + 1;
                    } else if at + 1 < sentence.len()
                        && self.joins(sentence, start, at)
                        && free(at + 1)
                        && sentence.tokens[at + 1].shape != Shape::Mixed
                    {
                        at += 2;
                    } else {
                        break;
                    }
                }
                let before = out.len();
                self.trim(sentence, number, start, at, &mut out);
                if titled {
                    let told = |run: &Run| self.told_beside(sentence, run, &names);
                    let kept: Vec<Run> = out.drain(before..).filter(told).collect();
                    out.extend(kept);
                }
            }
        }
        out
    }

    /// "Corvanta Poaches Top Engineer From Lumera": a heading in which every word bears a capital, verbs and all.
    fn is_heading(&self, sentence: &Sentence) -> bool {
        let long = |&at: &usize| sentence.tokens[at].span.end - sentence.tokens[at].span.start >= 4;
        let words =
            |shape: Shape| (1..sentence.len()).filter(long).filter(move |&at| sentence.tokens[at].shape == shape);
        let verb = |at: usize| !self.pack.verbs.forms(sentence.words[at]).is_empty() && !self.is_name(sentence, at);
        let (capital, lower) = (words(Shape::Capital).count(), words(Shape::Lower).count());
        capital >= 3 && capital >= 4 * lower && words(Shape::Capital).any(verb)
    }

    /// Whether a word is one that names are made of.
    fn is_name(&self, sentence: &Sentence, at: usize) -> bool {
        let spelt = key(sentence.word(self.text, at));
        self.seen.contains(&sentence.words[at])
            || [&self.kb.org_words, &self.kb.surnames].iter().any(|words| words.contains(&spelt))
            || self.kb.forenames.contains(&spelt)
    }

    /// The words that the text writes small, and those that it writes large in other lines than headings.
    fn beside_headings(&self) -> (FxHashSet<String>, FxHashSet<String>) {
        let (mut lower, mut names) = (FxHashSet::default(), FxHashSet::default());
        if !self.sentences.iter().any(|sentence| self.is_heading(sentence)) {
            return (lower, names);
        }
        for sentence in self.sentences.iter().filter(|sentence| !self.is_heading(sentence)) {
            for (at, token) in sentence.tokens.iter().enumerate() {
                let word = || key(sentence.word(self.text, at));
                if token.shape == Shape::Lower {
                    lower.insert(word());
                } else if token.shape.is_name_like() {
                    names.insert(word());
                }
            }
        }
        (lower, names)
    }

    /// Of a heading only what the text names elsewhere is a name, and what forenames and forms of firms tell; where there
    /// is no other line, what no list of words has.
    fn told_beside(&self, sentence: &Sentence, run: &Run, names: &FxHashSet<String>) -> bool {
        let several = run.end - run.start > 1;
        (run.start..run.end).any(|at| {
            let word = key(sentence.word(self.text, at));
            let firm = self.kb.org_words.contains(&word);
            names.contains(&word)
                || several && (self.kb.forenames.contains(&word) || at > run.start && firm)
                || names.is_empty() && !firm && sentence.words[at] == 0
        })
    }

    /// A word that is no name for all its capital: the language knows it, or the text writes it small elsewhere.
    fn plain(&self, sentence: &Sentence, at: usize, lower: &FxHashSet<String>) -> bool {
        let word = sentence.words[at];
        let spelt = key(sentence.word(self.text, at));
        let known = word != 0
            && (!self.pack.verbs.forms(word).is_empty()
                || self.pack.stopwords.contains(&word)
                || sentence.preps[at].is_some()
                || self.pack.noun_rules.at(&sentence.words[at..]).next().is_some()
                || sentence.classes_at(at).any(|(len, _)| len == 1));
        (known || lower.contains(&spelt)) && !self.is_name(sentence, at)
    }

    /// "P. Morel", "Wei «Will» Zhang": an initial's full stop, a nickname in quotation marks; where the name goes on.
    fn nicknamed(&self, sentence: &Sentence, start: usize, at: usize) -> Option<usize> {
        if at > start + 4 {
            return None;
        }
        match sentence.punct(self.text, at)? {
            '.' => {
                let initial = sentence.tokens[at - 1].span;
                let letter = initial.end - initial.start == 1 && !sentence.tokens[at].spaced;
                let marker = start == 0 && self.markers.contains(&self.text[initial.start..initial.end]);
                let next = sentence.words.get(at + 1).is_some_and(|&w| {
                    let another = sentence.punct(self.text, at + 2) == Some('.');
                    w == 0 || another || self.surname(sentence, at + 1)
                });
                (letter && !marker && next).then_some(at + 1)
            }
            '«' | '“' | '"' | '‘' | '\'' | '(' => {
                let name = sentence.tokens.get(at + 1)?.shape == Shape::Capital;
                let closed = matches!(sentence.punct(self.text, at + 2), Some('»' | '”' | '"' | '’' | '\'' | ')'));
                // Brackets also hold other things: behind a forename they hold a nickname.
                let person =
                    sentence.punct(self.text, at) != Some('(') || self.forename(sentence.word(self.text, start));
                (name && closed && person && at == start + 1).then_some(at + 3)
            }
            _ => None,
        }
    }

    fn surname(&self, sentence: &Sentence, at: usize) -> bool {
        let word = key(sentence.word(self.text, at));
        self.kb.surnames.contains(&word) || self.kb.forenames.contains(&word)
    }

    pub(super) fn markers(&self) -> FxHashSet<String> {
        let mut times: FxHashMap<&str, usize> = FxHashMap::default();
        for sentence in self.sentences {
            let letter = sentence.word(self.text, 0);
            if letter.len() == 1 && sentence.punct(self.text, 1) == Some('.') {
                *times.entry(letter).or_default() += 1;
            }
        }
        times.into_iter().filter(|(_, n)| *n > 1).map(|(letter, _)| letter.to_owned()).collect()
    }

    /// "Banque de l'Estuaire", "Institute of Sound": a head noun of institutions takes its genitive along.
    fn headed(&self, sentence: &Sentence, start: usize, at: usize) -> Option<usize> {
        if at != start + 1 || !self.kb.org_heads.contains(&key(sentence.word(self.text, start))) {
            return None;
        }
        let (len, prep) = sentence.preps.get(at).copied().flatten()?;
        let next = at + len;
        let article = usize::from(sentence.class_at(next, self.class.det).is_some());
        (self.pack.genitive.contains(&prep) && next + article < sentence.len()).then_some(next + article)
    }

    /// "l'università tecnica di Novi Sad": an institution in lower case has its name from its place.
    fn seat(&self, sentence: &Sentence, at: usize) -> Option<usize> {
        if sentence.tokens[at].shape != Shape::Lower || !self.kb.org_seats.contains(&key(sentence.word(self.text, at)))
        {
            return None;
        }
        let behind = |at: usize| sentence.preps.get(at).copied().flatten().map(|(len, prep)| (at + len, prep));
        let (next, prep) = behind(at + 1).or_else(|| {
            let adjective = sentence.tokens.get(at + 1).is_some_and(|t| t.shape == Shape::Lower);
            behind(at + 2).filter(|_| adjective)
        })?;
        let next = next + usize::from(sentence.class_at(next, self.class.det).is_some());
        let place = sentence.tokens.get(next).is_some_and(|t| t.shape == Shape::Capital)
            && self.kb.forenames.get(&key(sentence.word(self.text, next))) != Some(false);
        (self.pack.genitive.contains(&prep) && place).then_some(next)
    }

    /// Words that are also verbs, but that the text writes with a capital inside its sentences: names.
    pub(super) fn seen(&self) -> FxHashSet<WordId> {
        let mut out = FxHashSet::default();
        for sentence in self.sentences.iter().skip(1) {
            for at in 1..sentence.len() {
                let word = sentence.words[at];
                if word != 0
                    && sentence.tokens[at].shape == Shape::Capital
                    && sentence.tokens[at - 1].shape == Shape::Lower
                    && !self.pack.stopwords.contains(&word)
                    && sentence.preps[at].is_none()
                    && !sentence.classes.iter().any(|&(start, ..)| start == at)
                    && self.pack.roles.longest(&sentence.words[at..]).is_none()
                {
                    let id = key(sentence.word(self.text, at));
                    if !self.kb.places.contains(&id) && !self.kb.not_names.contains(&id) {
                        out.insert(word);
                    }
                }
            }
        }
        out
    }

    /// Particles inside a name: `van`, `&`, a hyphen without spaces; `de` only behind a lone forename.
    fn joins(&self, sentence: &Sentence, start: usize, at: usize) -> bool {
        let word = sentence.word(self.text, at);
        if word == "&" || (word == "-" && !sentence.tokens[at].spaced && !sentence.tokens[at + 1].spaced) {
            return true;
        }
        match self.kb.particles.get(&key(word)) {
            Some(false) => true,
            // Where the particle is no preposition of the language, it can only belong to a name.
            // "alla Sibilla di Bologna": before a place it is one.
            Some(true) => {
                at == start + 1
                    && !(sentence.preps[at].is_some()
                        && self.kb.places.contains(&key(sentence.word(self.text, at + 1))))
                    && (sentence.preps[at].is_none()
                        || self.kb.forenames.contains(&key(sentence.word(self.text, start))))
            }
            None => false,
        }
    }

    /// Cuts words that are no name off the start of a run, above all at the start of a sentence.
    fn trim(&self, sentence: &Sentence, number: usize, mut start: usize, end: usize, out: &mut Vec<Run>) {
        let abbreviated = sentence.punct(self.text, start + 1) == Some('.') && start + 1 < end;
        let begins = start;
        while start < end && !abbreviated {
            // "Ex-Corvanta": what joined a word that was cut off goes with it.
            if start > begins && sentence.punct(self.text, start) == Some('-') {
                start += 1;
                continue;
            }
            let word = sentence.words[start];
            let initial = start == 0 || sentence.is_punct(self.text, start - 1);
            let known_word = word != 0
                && (sentence.in_class(start, self.class.not_name)
                    || self.pack.stopwords.contains(&word)
                    || sentence.preps[start].is_some()
                    || sentence.in_class(start, self.class.det));
            let forename = self.kb.forenames.contains(&key(sentence.word(self.text, start)));
            let ordinary = initial
                && !forename
                && word != 0
                && (sentence.classes.iter().any(|c| c.0 == start) || !self.pack.verbs.forms(word).is_empty());
            let ordinary = ordinary && !self.seen.contains(&word);
            let org_word = |at: usize| self.kb.org_words.contains(&key(sentence.word(self.text, at)));
            let firm = end - start > 1 && (start + 1..end).any(org_word);
            let date = (self.pack.months.longest(&sentence.words[start..]).is_some()
                || self.pack.weekdays.longest(&sentence.words[start..]).is_some())
                && !firm;
            // "fonder à Turin Nocta", "du Néerlandais Vaart": the place is no part of the name.
            let behind = start > 0
                && (sentence.in_class(start - 1, self.class.det)
                    || (start.saturating_sub(3)..start)
                        .any(|i| sentence.preps[i].is_some_and(|(len, _)| i + len == start)));
            let place = end - start > 1
                && behind
                && !firm
                && !forename
                && self.kb.places.contains(&key(sentence.word(self.text, start)))
                && self
                    .kb
                    .sounding(Some(sentence.word(self.text, start)), sentence.word(self.text, end - 1))
                    .is_empty();
            if place {
                start += 1;
                continue;
            }
            if known_word && !(forename && end - start > 1 && !initial) || ordinary || date {
                start += 1;
            } else {
                break;
            }
        }
        // "In Vantara Aiko Tanaka": a firm and a person side by side part where the forename begins.
        let forename = |at: usize| self.kb.forenames.get(&key(sentence.word(self.text, at))) == Some(false);
        let whole = (start..end).any(|at| sentence.is_punct(self.text, at));
        if let Some(cut) = (start + 1..end.saturating_sub(1)).filter(|_| !whole).find(|&at| {
            forename(at) && !forename(at - 1) && !self.kb.particles.contains_key(&key(sentence.word(self.text, at - 1)))
        }) && !forename(start)
        {
            out.push(Run { sentence: number, start, end: cut });
            out.push(Run { sentence: number, start: cut, end });
        } else if start < end {
            out.push(Run { sentence: number, start, end });
        }
    }
}
