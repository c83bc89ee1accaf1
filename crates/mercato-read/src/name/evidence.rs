//! What speaks for an unknown name being a person or a firm: its own words, and what stands around it.

use super::*;

impl Finder<'_> {
    /// What the words of a name say of themselves.
    pub(super) fn intrinsic(&self, sentence: &Sentence, run: &Run) -> Evidence {
        let mut e = Evidence::default();
        let len = run.end - run.start;
        let first = sentence.word(self.text, run.start);
        let last = sentence.word(self.text, run.end - 1);
        match self.kb.forenames.get(&key(first)) {
            Some(false) => e.person += if len > 1 { 4 } else { 2 },
            Some(true) => e.person += if len > 1 { 2 } else { 0 },
            None => {}
        }
        if len > 1 && first.chars().filter(|c| c.is_alphabetic()).count() == 1 {
            e.person += 2;
        }
        if len > 1 && self.kb.surnames.contains(&key(last)) {
            e.person += 2;
        } else if len == 1 && self.kb.surnames.contains(&key(last)) {
            e.person += 1;
        }
        // "Jun-ho": a hyphenated forename.
        if first.split('-').all(|part| self.kb.forenames.contains(&key(part))) && first.contains('-') {
            e.person += 3;
        }
        for at in run.start..run.end {
            let word = key(sentence.word(self.text, at));
            // "Marine Lefort": a first word may also be a forename.
            if self.kb.org_words.contains(&word) && (at > run.start || len == 1 || !self.kb.forenames.contains(&word))
                || at == run.start && len > 1 && self.kb.org_heads.contains(&word)
                || self.kb.legal_forms.contains(&word) && at > run.start
            {
                // "Cartesio Robotica": the last word says what it is, whoever the first one is called after.
                e.org += if at + 1 == run.end && at > run.start { 6 } else { 4 };
            }
            if sentence.word(self.text, at) == "&" {
                e.org += 4;
            }
        }
        let shape = sentence.tokens[run.start].shape;
        if len == 1 && matches!(shape, Shape::Upper | Shape::Mixed) && last.chars().count() > 1 {
            e.org += 1;
        }
        if (2..=6).contains(&len)
            && (run.start..run.end).all(|at| {
                matches!(sentence.tokens[at].shape, Shape::Capital | Shape::Punct)
                    || sentence.tokens[at].span.end - sentence.tokens[at].span.start == 1
                    || self.kb.particles.contains_key(sentence.word(self.text, at))
            })
        {
            e.person += 1;
        }
        e
    }

    /// What stands around one occurrence of a name.
    pub(super) fn evidence(&self, sentence: &Sentence, run: &Run) -> Evidence {
        let mut e = Evidence { times: 1, ..Evidence::default() };
        let len = run.end - run.start;
        let initial = run.start == 0;
        if run.start > 0 && sentence.in_class(run.start - 1, self.class.title) {
            e.person += 4;
        }
        // "Corvanta S.p.A.": a legal form keeps a capital; "as", "se", "sa" are words.
        let form = sentence
            .tokens
            .get(run.end)
            .filter(|t| t.shape != Shape::Lower)
            .map(|t| key(&self.text[t.span.start..t.span.end]));
        if form.is_some_and(|f| self.kb.legal_forms.contains(&f)) {
            e.org += 4;
        }
        // What stands before: "startup X", "chez X", "CEO di X", "X's CEO".
        let before = run.start;
        if before > 0 {
            if self.announces_org(sentence, before) {
                e.org += 4;
            }
            if sentence.classes.iter().any(|&(s, l, c)| s + l == before && Some(c) == self.class.before_person)
                && !initial
            {
                e.person += 2;
            }
            if self.role_before(sentence, before) {
                e.org += 3;
            }
            if len > 1 && self.titled(sentence, before) {
                e.person += 3;
            }
            e.org += self.described(sentence, before, len);
            if sentence.in_class(before - 1, self.class.former)
                || before > 1
                    && sentence.word(self.text, before - 1) == "-"
                    && sentence.in_class(before - 2, self.class.former)
            {
                e.org += 2;
            }
            let (person, org) = self.frame_evidence(sentence, before, len);
            e.person += person;
            e.org += org;
        }
        e.org += self.product(sentence, run) + self.bracketed(sentence, run);
        let (person, org) = self.subject_evidence(sentence, run.end);
        e.person += person;
        e.org += org;
        // "Helvion chief scientist X", "Helvion's head of": a firm before a title.
        let title = |at: usize| {
            at < sentence.len()
                && (at..(at + 3).min(sentence.len())).any(|i| self.pack.roles.longest(&sentence.words[i..]).is_some())
        };
        if !self.pack.infinitive.is_empty() {
            if self.possessive(sentence, run.end) && title(run.end + 1) {
                e.org += 3;
            } else if self.pack.roles.longest(&sentence.words[run.end.min(sentence.len())..]).is_some() && len == 1 {
                e.org += 2;
            }
        }
        // ", 52," and ", who": somebody.
        if let Some(',' | '(') = sentence.punct(self.text, run.end) {
            let next = run.end + 1;
            let age = sentence.tokens.get(next).filter(|t| t.shape == Shape::Number).is_some_and(|t| {
                self.text[t.span.start..t.span.end].parse::<u8>().is_ok_and(|n| (16..100).contains(&n))
            });
            let closed = matches!(sentence.punct(self.text, next + 1), Some(',' | ')'))
                || sentence.class_at(next + 1, self.class.duration).is_some();
            if age && closed || sentence.class_at(next, self.class.who).is_some() {
                e.person += 3;
            }
        }
        // What stands behind: ", la startup", ", capo di", "'s chief".
        if let Some(',' | '(') = sentence.punct(self.text, run.end) {
            let next = run.end + 1 + sentence.class_at(run.end + 1, self.class.det).unwrap_or(0);
            if (next..(next + 2).min(sentence.len())).any(|at| sentence.class_at(at, self.class.org_noun).is_some()) {
                e.org += 3;
            } else if (next..(next + 2).min(sentence.len()))
                .any(|at| self.pack.roles.longest(&sentence.words[at..]).is_some())
                && len > 1
            {
                e.person += 2;
            }
        }
        e
    }

    /// "The Vela model", "il modello Vela": what is made, not who makes it.
    fn product(&self, sentence: &Sentence, run: &Run) -> i32 {
        let noun = if self.pack.infinitive.is_empty() {
            run.start > 0 && sentence.in_class(run.start - 1, self.class.product_noun)
        } else {
            sentence.class_at(run.end, self.class.product_noun).is_some()
        };
        -3 * i32::from(noun)
    }

    /// "Ada Neri (Corvanta), Bruno Sala (Helvion)": brackets behind a name hold where somebody works.
    fn bracketed(&self, sentence: &Sentence, run: &Run) -> i32 {
        let alone = run.start > 1
            && sentence.punct(self.text, run.start - 1) == Some('(')
            && sentence.punct(self.text, run.end) == Some(')');
        let named = |at: usize| sentence.tokens[at].shape == Shape::Capital;
        2 * i32::from(alone && run.start > 2 && named(run.start - 2) && named(run.start - 3))
    }

    /// A title right before a name, an adjective behind it ("directrice technique X").
    fn titled(&self, sentence: &Sentence, before: usize) -> bool {
        (before.saturating_sub(4)..before).any(|i| {
            self.pack.roles.longest(&sentence.words[i..before]).is_some_and(|(len, _)| {
                let rest = before - (i + len);
                rest == 0
                    || rest == 1
                        && self.pack.orthography.decimal_comma
                        && sentence.tokens[before - 1].shape == Shape::Lower
                        && sentence.preps[before - 1].is_none()
                        && !sentence.in_class(before - 1, self.class.det)
                        && !sentence.in_class(before - 1, self.class.and)
            })
        })
    }

    /// "la start-up bordelaise X", "la torinese X": a noun for firms and an adjective before the name, or only where it comes from.
    fn described(&self, sentence: &Sentence, before: usize, len: usize) -> i32 {
        let adjective = sentence.tokens[before - 1].shape == Shape::Lower
            && sentence.preps[before - 1].is_none()
            && self.pack.orthography.decimal_comma
            && !sentence.in_class(before - 1, self.class.det);
        if !adjective || before < 2 {
            return 0;
        }
        let noun =
            sentence.in_class(before - 2, self.class.org_noun) || sentence.in_class(before - 2, self.class.before_org);
        let demonym = self.kb.places.contains(&key(sentence.word(self.text, before - 1)));
        match (noun, demonym && sentence.in_class(before - 2, self.class.det)) {
            (true, _) => 4,
            (_, true) if len == 1 => 2,
            _ => 0,
        }
    }

    /// "CEO di X", "head of research at X": a job title and a preposition directly before the name.
    pub(super) fn role_before(&self, sentence: &Sentence, at: usize) -> bool {
        let from = at.saturating_sub(6);
        let Some(prep) =
            (from..at).rev().find(|&i| sentence.preps[i].is_some_and(|(len, _)| i + len == at || i + len + 1 == at))
        else {
            return false;
        };
        (from..prep).any(|i| {
            self.pack.roles.longest(&sentence.words[i..prep]).is_some()
                && (i..prep).all(|j| {
                    !sentence.is_punct(self.text, j) && !sentence.tokens[j].shape.is_name_like()
                        || self.pack.roles.longest(&sentence.words[j..]).is_some()
                })
        })
    }

    /// The name stands where a frame expects a firm ("lascia", "joined", "assunto da") or a person ("appoints", "remplacé par").
    pub(super) fn frame_evidence(&self, sentence: &Sentence, at: usize, len: usize) -> (i32, i32) {
        use mercato_model::Slot;
        use mercato_pack::rule::Body;
        let is_firm = |slots: &[Slot]| {
            !slots.is_empty()
                && slots.iter().all(|s| {
                    matches!(
                        s,
                        Slot::From
                            | Slot::To
                            | Slot::Org
                            | Slot::By
                            | Slot::UnitFrom
                            | Slot::UnitTo
                            | Slot::Acquirer
                            | Slot::Target
                    )
                })
        };
        let is_person =
            |slots: &[Slot]| slots.iter().any(|s| matches!(s, Slot::Person | Slot::Replaces | Slot::ReportsTo));
        let mut back = at;
        let mut prep = None;
        for step in 0..10 {
            if back == 0 {
                return (0, 0);
            }
            back -= 1;
            if step < 3
                && prep.is_none()
                && let Some((_, p)) = sentence.preps[back]
            {
                prep = Some(p);
            }
            let forms = self.pack.verbs.forms(sentence.words[back]);
            if forms.is_empty() {
                // An object stands right behind its verb; a prepositional phrase may stand further off.
                if matches!(sentence.punct(self.text, back), Some(';' | ':' | '.' | ',')) || prep.is_none() && step >= 3
                {
                    return (0, 0);
                }
                continue;
            }
            let (mut person, mut firm) = (false, false);
            for &rule in forms.iter().filter_map(|f| self.pack.verb_rules.get(&f.lemma)).flatten() {
                let Body::Verb { args, particles, .. } = &self.pack.rules[rule].body else { continue };
                // A frame with a particle speaks only where the particle stands.
                let reach = &sentence.words[back + 1..(at + len + 3).min(sentence.len())];
                if !particles.is_empty()
                    && !particles.iter().any(|p| !p.is_empty() && reach.windows(p.len()).any(|w| w == p.as_slice()))
                {
                    continue;
                }
                let slots: &[Slot] = match prep {
                    None => &args.obj,
                    Some(p) => args.preps.iter().find(|(q, _)| *q == p).map_or(&[], |(_, slots)| slots),
                };
                firm |= is_firm(slots);
                person |= is_person(slots);
            }
            return match (person, firm) {
                (true, false) => (if len > 1 { 2 } else { 1 }, 0),
                (true, true) if len > 1 => (0, 0),
                (_, true) => (0, 2),
                (false, false) => (0, 0),
            };
        }
        (0, 0)
    }

    /// What the verb behind a name expects as its subject: a person ("X left"), a firm ("X has hired"). Verbs of saying take both.
    pub(super) fn subject_evidence(&self, sentence: &Sentence, after: usize) -> (i32, i32) {
        use mercato_model::Slot;
        use mercato_pack::rule::Body;
        for at in after..(after + 4).min(sentence.len()) {
            if sentence.is_punct(self.text, at) || sentence.preps[at].is_some() && at > after {
                return (0, 0);
            }
            let forms = self.pack.verbs.forms(sentence.words[at]);
            let auxiliary = forms.iter().any(|f| {
                let cues = &self.pack.cues;
                cues.have.contains(&f.lemma) || cues.be.contains(&f.lemma) || cues.future.contains(&f.lemma)
            });
            if forms.is_empty() || auxiliary {
                continue;
            }
            let (mut person, mut org) = (false, false);
            for &rule in forms.iter().filter_map(|f| self.pack.verb_rules.get(&f.lemma)).flatten() {
                if let Body::Verb { args, .. } = &self.pack.rules[rule].body {
                    person |= args.subj.contains(&Slot::Person);
                    org |= args
                        .subj
                        .iter()
                        .any(|s| matches!(s, Slot::From | Slot::To | Slot::Org | Slot::By | Slot::Acquirer));
                }
            }
            return match (person, org) {
                (true, false) => (1, 0),
                (false, true) => (0, 1),
                _ => (0, 0),
            };
        }
        (0, 0)
    }

    /// Names in one list are of one kind: "Corvanta, X and Google", "Ada Neri et Y".
    pub(super) fn shared_by_lists(&self, runs: &[Run], evidence: &mut FxHashMap<String, Evidence>) {
        struct Item {
            sentence: usize,
            start: usize,
            end: usize,
            /// Evidence of an unknown name.
            id: Option<String>,
            /// For a person or, below zero, for a firm.
            leans: i32,
        }
        let unknown = runs.iter().map(|r| {
            let id = self.run_key(r);
            let leans = evidence.get(&id).map_or(0, |e| e.person - e.org);
            Item { sentence: r.sentence, start: r.start, end: r.end, id: Some(id), leans }
        });
        let known = self.names.found.iter().map(|f| {
            let types = self.names.entities[f.entity].types;
            let leans = if types == Types::PER { 4 } else { -4 * i32::from(types == Types::ORG) };
            Item { sentence: f.sentence, start: f.start, end: f.end, id: None, leans }
        });
        let mut items: Vec<Item> = unknown.chain(known).collect();
        items.sort_by_key(|i| (i.sentence, i.start));
        // How each item is joined to the next: a comma joins only where an "and" closes the list.
        let mut closes = false;
        let mut links = vec![false; items.len()];
        for n in (0..items.len().saturating_sub(1)).rev() {
            let (a, b) = (&items[n], &items[n + 1]);
            let sentence = &self.sentences[a.sentence];
            let between = a.end..b.start;
            let near = a.sentence == b.sentence && !between.is_empty() && between.len() <= 2;
            let and = near && between.clone().any(|at| sentence.in_class(at, self.class.and));
            let plain = near
                && between
                    .clone()
                    .all(|at| sentence.in_class(at, self.class.and) || sentence.punct(self.text, at) == Some(','));
            links[n] = plain && (and || closes);
            closes = links[n];
        }
        for (n, pair) in items.windows(2).enumerate() {
            let [a, b] = pair else { continue };
            if !links[n] {
                continue;
            }
            for (from, to) in [(a, b), (b, a)] {
                let Some(e) = to.id.as_ref().and_then(|id| evidence.get_mut(id)) else { continue };
                // "Ada Neri e Corvanta": one word beside a full name may be her firm.
                let alike = to.end - to.start > 1 || from.end - from.start == 1;
                if from.leans >= 3 && e.org <= e.person + 1 && alike {
                    e.person += 2;
                } else if from.leans <= -3 && e.person <= e.org + 1 {
                    e.org += 2;
                }
            }
        }
    }
}
