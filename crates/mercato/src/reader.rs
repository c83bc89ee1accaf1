//! Who reads the articles of a run: the rules, a model held to the text, or both.
//!
//! The model's answers come from a record or from an endpoint; either way they are an input of the same pure reading.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use mercato_leash::answer::{self, Answer};
use mercato_leash::{Calibration, Leash, MODEL, prompt};
use mercato_model::{Document, Note, Span};
use mercato_read::{Reading, Survey, survey};
use mercato_source::answers::{Answers, Key, Recorded, digest};
use mercato_source::endpoint::{Endpoint, EndpointError, Question};
use serde_json::Value;

use crate::cli::{Global, Limits, Model, Readers};
use crate::engine::Engine;
use crate::error::{Exit, Failure, Result, complain};
use crate::models::{self, Asked};
use crate::scoring::record;

/// Whoever reads.
pub struct Reader {
    pub engine: &'static Engine,
    second: Option<Second>,
}

/// What became of one document.
enum Outcome {
    Read(Box<Reading>),
    /// The reader gave up on it.
    Broken,
    /// No answer could be had; the document stays unread.
    Unanswered(String, &'static str),
    /// Left for another run: the budget or the number of documents is used up.
    Left,
}

impl Reader {
    pub fn of(global: &Global, model: &Model) -> Result<Self> {
        let engine = Engine::load(global)?;
        let second = match model.reader {
            Readers::Rules => None,
            _ => Some(Second::of(global, engine, model, Calibration::built_in())?),
        };
        Ok(Self { engine, second })
    }

    /// As [`of`](Self::of), with the scores as the readers give them.
    pub fn uncalibrated(global: &Global, model: &Model) -> Result<Self> {
        match model.reader {
            Readers::Rules => Ok(Self { engine: Engine::uncalibrated(global)?, second: None }),
            // The table of both counts the rules' scores as they come.
            _ => {
                let engine = Engine::load(global)?;
                Ok(Self { engine, second: Some(Second::of(global, engine, model, Calibration::default())?) })
            }
        }
    }

    pub fn calibrate(&mut self, calibration: Calibration) {
        if let Some(second) = &mut self.second {
            second.leash = Leash::new(&self.engine.knowledge, calibration);
        }
    }

    /// The documents that were read, with their readings in the same order; `None`: the reader gave up on this one.
    /// Documents that no model answered for are named on standard error and left out.
    pub fn read_all(&self, documents: Vec<Document>) -> (Vec<Document>, Vec<Option<Reading>>) {
        let Some(second) = &self.second else {
            let readings = self.engine.read_all(&documents);
            return (documents, readings);
        };
        let outcomes = self.engine.each(&documents, second.threads, |document| second.read(self.engine, document));
        let (mut read, mut readings) = (Vec::new(), Vec::new());
        for (document, outcome) in documents.into_iter().zip(outcomes) {
            match outcome.unwrap_or(Outcome::Broken) {
                Outcome::Read(reading) => readings.push(Some(*reading)),
                Outcome::Broken => readings.push(None),
                Outcome::Unanswered(what, hint) => {
                    complain(&format_args!("{}: {what}", document.id), hint);
                    second.tally.unanswered.fetch_add(1, Ordering::Relaxed);
                    continue;
                }
                Outcome::Left => {
                    second.tally.left.fetch_add(1, Ordering::Relaxed);
                    continue;
                }
            }
            read.push(document);
        }
        (read, readings)
    }

    /// How many documents stay unread for want of an answer or of money.
    pub fn unread(&self) -> usize {
        let count = |n: &AtomicUsize| n.load(Ordering::Relaxed);
        self.second.as_ref().map_or(0, |s| count(&s.tally.unanswered) + count(&s.tally.left))
    }

    /// What asking has come to so far; empty when nobody was asked.
    pub fn spent(&self) -> String {
        self.second.as_ref().map_or_else(String::new, Second::spent)
    }

    /// Says on standard error what asking has come to, and what is left.
    pub fn report(&self) {
        let Some(second) = &self.second else { return };
        let spent = second.spent();
        if !spent.is_empty() {
            eprintln!("mercato: {spent}");
        }
        let left = second.tally.left.load(Ordering::Relaxed);
        if left > 0 {
            let s = if left == 1 { "" } else { "s" };
            eprintln!("mercato: {left} document{s} left: the limit of --budget or --max-documents is reached");
        }
    }
}

#[derive(Default)]
struct Tally {
    documents: AtomicUsize,
    questions: AtomicUsize,
    recorded: AtomicUsize,
    input: AtomicU64,
    output: AtomicU64,
    unanswered: AtomicUsize,
    left: AtomicUsize,
}

struct Second {
    readers: mercato_leash::Readers,
    leash: Leash<'static>,
    supply: Supply,
    limits: Limits,
    threads: usize,
    tally: Tally,
    /// Dollars spent and promised to questions under way.
    money: Mutex<f64>,
    stop: AtomicBool,
}

/// Where answers come from.
enum Supply {
    /// Claims as JSON Lines, by document.
    Claims(BTreeMap<String, Answer>),
    /// A folder of answers, and the model that is asked for those that are not there.
    Store { answers: Answers, model: String, prompt: String, asked: Option<Box<(Asked, Box<dyn Endpoint>)>> },
}

/// What claims of a record without names of model and prompt say they were found by.
const UNNAMED: &str = "recorded";

impl Second {
    fn of(global: &Global, engine: &'static Engine, model: &Model, calibration: Calibration) -> Result<Self> {
        let readers = match model.reader {
            Readers::Both => mercato_leash::Readers::Both,
            _ => mercato_leash::Readers::Model,
        };
        let mut threads = engine.threads;
        let supply = match &model.replay {
            Some(path) => recorded(path, model)?,
            None => {
                let asked = models::asked(&model.place)?;
                let root = model.answers.clone().unwrap_or_else(|| kept_beside(&global.ledger));
                if model.limits.budget.is_some() && asked.price.is_none() {
                    return Err(no_price(&asked));
                }
                let endpoint = asked.open()?;
                eprintln!("mercato: the text of articles goes to {} (model {})", asked.host(), asked.id());
                threads = asked.parallel;
                let (model, prompt) = (asked.id().to_owned(), prompt::VERSION.to_owned());
                Supply::Store { answers: Answers::at(root), model, prompt, asked: Some(Box::new((asked, endpoint))) }
            }
        };
        Ok(Self {
            readers,
            leash: Leash::new(&engine.knowledge, calibration),
            supply,
            limits: model.limits.clone(),
            threads,
            tally: Tally::default(),
            money: Mutex::new(0.0),
            stop: AtomicBool::new(false),
        })
    }

    fn read(&self, engine: &Engine, document: &Document) -> Outcome {
        let survey = match survey(document, &engine.knowledge) {
            Ok(survey) => survey,
            Err(reading) => return Outcome::Read(Box::new(reading)),
        };
        if !(self.limits.all_documents || self.supply.is_replay() || survey.on_topic()) {
            let mut reading = survey.reading;
            if self.readers == mercato_leash::Readers::Model {
                reading.claims.clear();
            }
            reading.notes.push(note("off-topic", ""));
            return Outcome::Read(Box::new(reading));
        }
        let (answer, rule) = match &self.supply {
            Supply::Claims(claims) => match claims.get(&document.id) {
                Some(answer) => (answer.clone(), format!("{MODEL}{UNNAMED}")),
                None => (Answer::default(), format!("{MODEL}{UNNAMED}")),
            },
            Supply::Store { answers, model, prompt, asked } => {
                if self.tally.documents.fetch_add(1, Ordering::Relaxed)
                    >= self.limits.max_documents.unwrap_or(usize::MAX)
                {
                    return Outcome::Left;
                }
                let lang = Document { lang: Some(survey.lang), ..document.clone() };
                match self.answer(&lang, answers, model, prompt, asked.as_deref()) {
                    Ok(answer) => (answer, format!("{MODEL}{model}@{prompt}")),
                    Err(outcome) => return outcome,
                }
            }
        };
        Outcome::Read(Box::new(self.leash.read(document, &survey, &answer, &rule, self.readers)))
    }

    /// What the model says of every part of a document.
    fn answer(
        &self,
        document: &Document,
        answers: &Answers,
        model: &str,
        prompt: &str,
        asked: Option<&(Asked, Box<dyn Endpoint>)>,
    ) -> std::result::Result<Answer, Outcome> {
        let mut all = Answer::default();
        for part in prompt::parts(&document.text) {
            let user = prompt::user(document, part);
            let key = Key::of(&user, prompt, model);
            let kept = answers
                .get(&key)
                .map_err(|e| Outcome::Unanswered(e.to_string(), "delete the file to have it asked again"))?;
            let recorded = match (kept, asked) {
                (Some(recorded), _) => {
                    self.tally.recorded.fetch_add(1, Ordering::Relaxed);
                    recorded
                }
                (None, Some((asked, endpoint))) => {
                    let recorded = self.ask(document, &user, prompt, asked, endpoint.as_ref())?;
                    answers.put(&key, &recorded).map_err(|e| Outcome::Unanswered(e.to_string(), "check --answers"))?;
                    recorded
                }
                (None, None) => {
                    let what = format!("the record has no answer of {model} to prompt {prompt} for this text");
                    return Err(Outcome::Unanswered(what, "`mercato model record DIR PATH` makes a record"));
                }
            };
            let mut answer = answer::parse(&recorded.answer);
            all.cut_off |= answer.cut_off | recorded.cut_off;
            all.proposals.append(&mut answer.proposals);
            all.faults.append(&mut answer.faults);
        }
        Ok(all)
    }

    fn ask(
        &self,
        document: &Document,
        user: &str,
        prompt: &str,
        asked: &Asked,
        endpoint: &dyn Endpoint,
    ) -> std::result::Result<Recorded, Outcome> {
        let lang = document.lang.ok_or(Outcome::Broken)?;
        let system = prompt::system(lang);
        let promise = self.promise(asked, system.len() + user.len(), user.len())?;
        let question = Question { system, user, schema: prompt::schema() };
        let reply = endpoint.ask(&question, &self.stop);
        self.tally.questions.fetch_add(1, Ordering::Relaxed);
        let reply = match reply {
            Ok(reply) => reply,
            Err(error) => {
                *self.money() -= promise;
                if error.hopeless() {
                    self.stop.store(true, Ordering::Relaxed);
                }
                return Err(match error {
                    EndpointError::Stopped => Outcome::Left,
                    error => Outcome::Unanswered(error.to_string(), error.hint()),
                });
            }
        };
        let input = reply.input_tokens.unwrap_or_else(|| tokens(system.len() + user.len()));
        let output = reply.output_tokens.unwrap_or_else(|| tokens(reply.text.len()));
        self.tally.input.fetch_add(input, Ordering::Relaxed);
        self.tally.output.fetch_add(output, Ordering::Relaxed);
        *self.money() += asked.price.map_or(0.0, |p| p.of(input, output)) - promise;
        Ok(Recorded {
            doc: document.id.clone(),
            model: asked.id().to_owned(),
            prompt: prompt.to_owned(),
            text: digest(user),
            answer: reply.text,
            input_tokens: reply.input_tokens,
            output_tokens: reply.output_tokens,
            cut_off: reply.cut_off,
        })
    }

    /// Sets aside what a question will cost; the budget is never passed, however many ask at once.
    fn promise(&self, asked: &Asked, sent: usize, text: usize) -> std::result::Result<f64, Outcome> {
        let cost = asked.price.map_or(0.0, |p| p.of(tokens(sent), tokens(text * ANSWER)));
        let mut money = self.money();
        if self.limits.budget.is_some_and(|budget| *money + cost > budget) {
            return Err(Outcome::Left);
        }
        *money += cost;
        Ok(cost)
    }

    fn money(&self) -> std::sync::MutexGuard<'_, f64> {
        self.money.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn spent(&self) -> String {
        let Supply::Store { asked: Some(asked), .. } = &self.supply else { return String::new() };
        let count = |n: &AtomicUsize| n.load(Ordering::Relaxed);
        let (questions, recorded) = (count(&self.tally.questions), count(&self.tally.recorded));
        let (input, output) = (self.tally.input.load(Ordering::Relaxed), self.tally.output.load(Ordering::Relaxed));
        let money = match asked.0.price {
            Some(_) => format!(", ${:.4}", *self.money()),
            None => String::new(),
        };
        format!("{questions} asked, {recorded} from the record, {input} + {output} tokens{money}")
    }
}

impl Supply {
    fn is_replay(&self) -> bool {
        !matches!(self, Self::Store { asked: Some(_), .. })
    }
}

/// How many times as long as its article an answer is: measured on 60 recorded answers, 2.7 times in bytes.
pub const ANSWER: usize = 3;

/// About how many tokens some bytes are.
pub fn tokens(bytes: usize) -> u64 {
    (bytes as u64).div_ceil(4)
}

pub fn no_price(asked: &Asked) -> Failure {
    Failure::usage(format!("the price of {} is not known, so no budget can be kept", asked.id()))
        .hint("say it in the file of models: [models.NAME.price] with input and output, US dollars a million tokens")
}

/// The folder of answers beside a ledger.
fn kept_beside(ledger: &Path) -> PathBuf {
    ledger.with_extension("answers")
}

/// A record: a file of claims, a folder with one, or a folder of answers.
fn recorded(path: &Path, model: &Model) -> Result<Supply> {
    let inside = path.join("claims.jsonl");
    let file = if inside.is_file() { &inside } else { path };
    if file.is_file() {
        let mut claims: BTreeMap<String, Answer> = BTreeMap::new();
        for value in record::lines(file)? {
            let Some(doc) = value.get("doc").and_then(Value::as_str) else {
                let message = format!("{}: a recorded claim needs `doc`, the id of its article", file.display());
                return Err(Failure::new(Exit::Partial, message));
            };
            let answer = claims.entry(doc.to_owned()).or_default();
            match value.as_object().and_then(answer::proposal) {
                Some(proposal) => answer.proposals.push(proposal),
                None => answer.faults.push(value.to_string()),
            }
        }
        return Ok(Supply::Claims(claims));
    }
    let answers = Answers::at(path);
    let there = answers.models().map_err(|e| Failure::new(Exit::Partial, e.to_string()))?;
    let named = model.place.model.as_ref().and_then(|_| models::asked(&model.place).ok()).map(|a| a.id().to_owned());
    let wanted: Vec<_> = there.iter().filter(|(m, ..)| named.as_ref().is_none_or(|n| n == m)).collect();
    match wanted[..] {
        [(model, prompt, _)] => {
            Ok(Supply::Store { answers, model: model.clone(), prompt: prompt.clone(), asked: None })
        }
        [] => {
            let message = format!("{} holds no recorded answers", path.display());
            Err(Failure::new(Exit::Partial, message).hint("`mercato model record DIR PATH` makes a record"))
        }
        _ => {
            let list: Vec<String> = there.iter().map(|(m, p, n)| format!("{m} (prompt {p}, {n} answers)")).collect();
            let message = format!("{} holds answers of several models: {}", path.display(), list.join(", "));
            Err(Failure::usage(message).hint("name one with --model"))
        }
    }
}

fn note(code: &str, detail: &str) -> Note {
    Note { code: code.to_owned(), span: None::<Span>, rule: None, detail: detail.to_owned() }
}

/// Whether the rules see anything of the trade in a document.
pub fn on_topic(document: &Document, engine: &Engine) -> Option<bool> {
    survey(document, &engine.knowledge).ok().map(|s: Survey| s.on_topic())
}
