//! Ledgers for the tests of pages: invented people at invented firms.
#![allow(dead_code, reason = "each test file uses its part")]

use mercato_facts::World;
use mercato_facts::time::Days;
use mercato_facts::world::Firm;
use mercato_ledger::{Ledger, Store as _};
use mercato_model::{
    Amount, Bounds, Claim, ClaimDate, DateBasis, Document, Evidence, Kind, Lang, Note, PartialDate, Slot, Slots, Span,
    Status, Value,
};
use mercato_web::{Answer, Config, Method, Report, Request, Site, Standing, Ui};

/// A site over a ledger that goes when this does.
pub struct Shelf {
    pub site: Site,
    _folder: tempfile::TempDir,
}

pub struct Piece {
    pub id: String,
    pub title: String,
    pub outlet: String,
    pub published: &'static str,
    pub text: String,
    pub says: Vec<Says>,
}

pub struct Says {
    pub quote: String,
    pub kind: Kind,
    pub slots: Vec<(Slot, Value)>,
    pub status: Status,
    pub source: Vec<String>,
}

pub fn says(quote: &str, kind: Kind, slots: Vec<(Slot, Value)>) -> Says {
    Says { quote: quote.to_owned(), kind, slots, status: Status::Asserted, source: Vec::new() }
}

pub fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

pub fn people(names: &[&str]) -> Value {
    Value::List(names.iter().map(|&n| n.to_owned()).collect())
}

pub fn dollars(min: Option<f64>, max: Option<f64>) -> Value {
    let bounds = Bounds { min, max, approx: false };
    Value::Amount(Amount { bounds, currency: Some("USD".into()), period: Some("year".into()), stat: None })
}

pub fn piece(id: &str, outlet: &str, published: &'static str, text: &str, says: Vec<Says>) -> Piece {
    Piece { id: id.into(), title: format!("Title of {id}"), outlet: outlet.into(), published, text: text.into(), says }
}

/// What lets write on these shelves.
pub const TOKEN: &str = "token of the tests";

fn world() -> World {
    let firm = |name: &str| Firm { name: name.into(), ..Firm::default() };
    World::new(&[firm("Helvion"), firm("Corvanta")], &[], Vec::new())
}

/// A reader that knows one sentence: "NAME joins Helvion."
fn read(document: &Document) -> Option<(Vec<Claim>, Vec<Note>)> {
    let Some(at) = document.text.find(" joins Helvion.") else {
        return (!document.text.contains("unreadable")).then(Default::default);
    };
    let says = says(
        &document.text[..at + 14],
        Kind::Move,
        vec![(Slot::Person, people(&[&document.text[..at]])), (Slot::To, text("Helvion"))],
    );
    Some((vec![claim(&document.id, &document.text, document.published, &says)], Vec::new()))
}

fn today() -> i64 {
    PartialDate::parse("2026-01-31").map_or(0, |date| Days::of(date).last)
}

fn site(ledger: std::path::PathBuf, closed: bool, at_once: usize) -> Site {
    Site::open_soon(Config {
        ledger,
        world: world(),
        today,
        now: || "2026-01-31T12:00:00Z".to_owned(),
        token: TOKEN.to_owned(),
        closed,
        read: Box::new(read),
        at_once,
        version: "test",
    })
    .unwrap()
}

impl Shelf {
    pub fn of(pieces: &[Piece]) -> Self {
        Self::made(pieces, false, 1000)
    }

    fn made(pieces: &[Piece], closed: bool, at_once: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.db");
        let mut ledger = Ledger::open(&path).unwrap();
        pieces.iter().for_each(|piece| add(&mut ledger, piece));
        drop(ledger);
        Self { site: site(path, closed, at_once), _folder: folder }
    }

    /// Another site over the same ledger, which counts all of it.
    pub fn counted_whole(&self) -> Site {
        site(self.site.config.ledger.clone(), false, usize::MAX)
    }

    /// The same, for those alone who have the token.
    pub fn closed() -> Self {
        Self::made(&market(), true, 1000)
    }

    /// The same market, as if it were large and nobody had counted it yet.
    pub fn large() -> Self {
        Self::made(&market(), false, 0)
    }

    /// A small market: a move told by two outlets, a denial, offers, a count, a rumour.
    pub fn market() -> Self {
        Self::of(&market())
    }

    pub fn add(&self, piece: &Piece) {
        let mut ledger = Ledger::open(&self.site.config.ledger).unwrap();
        add(&mut ledger, piece);
    }

    pub fn get(&self, target: &str) -> (u16, String) {
        self.ask(&Request::get(target))
    }

    pub fn ask(&self, request: &Request) -> (u16, String) {
        let answer = self.site.answer(request);
        (answer.status, String::from_utf8(answer.body.clone()).unwrap())
    }

    /// Sends a form as a browser with these cookies does.
    pub fn post(&self, target: &str, cookie: &str, form: &[(&str, &str)]) -> std::sync::Arc<Answer> {
        let pairs: Vec<String> = form.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        self.site.answer(&Request {
            method: Method::Post,
            cookie: cookie.to_owned(),
            content_type: "application/x-www-form-urlencoded".into(),
            body: pairs.join("&").into_bytes(),
            ..Request::get(target)
        })
    }

    /// Sends JSON with a token.
    pub fn send(&self, target: &str, token: Option<&str>, body: &str) -> (u16, String) {
        self.ask(&Request {
            method: Method::Post,
            token: token.map(str::to_owned),
            content_type: "application/json".into(),
            body: body.as_bytes().to_vec(),
            ..Request::get(target)
        })
    }

    /// Signs in: the cookie and the key that forms carry.
    pub fn enter(&self, author: &str) -> (String, String) {
        let answer = self.post("/sign-in", "", &[("author", author), ("token", TOKEN)]);
        assert_eq!(answer.status, 303);
        let cookie = header(&answer, "set-cookie").expect("a session").split(';').next().unwrap().to_owned();
        let (_, page) = self.ask(&Request { cookie: cookie.clone(), ..Request::get("/log") });
        let key = page.split("name=\"key\" value=\"").nth(1).expect("a key").split('"').next().unwrap().to_owned();
        (cookie, key)
    }

    pub fn answer(&self, target: &str) -> std::sync::Arc<Answer> {
        self.site.answer(&Request::get(target))
    }
}

/// A report on a period.
pub fn report(shelf: &Shelf, since: Option<&str>, until: Option<&str>, ui: &str, most: usize) -> String {
    let date = |text: Option<&str>| text.map(|t| PartialDate::parse(t).unwrap());
    let ask = Report {
        since: date(since),
        until: date(until),
        as_of: None,
        ui: Ui::parse(ui).unwrap(),
        least: Standing::Rumour,
        most,
    };
    mercato_web::report(&shelf.site, &ask).unwrap()
}

pub fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    answer.headers.iter().find(|(n, _)| *n == name).map(|(_, value)| value.as_str())
}

fn encoded(text: &str) -> String {
    text.bytes().map(|b| format!("%{b:02X}")).collect()
}

pub fn market() -> Vec<Piece> {
    let moves = |person: &str| {
        vec![(Slot::Person, people(&[person])), (Slot::From, text("Corvanta")), (Slot::To, text("Helvion"))]
    };
    let count = vec![
        (Slot::N, Value::Bounds(Bounds::at_least(10.0))),
        (Slot::Of, Value::Number(68.0)),
        (Slot::Org, text("Corvanta")),
        (Slot::Direction, text("left")),
        (Slot::Group, text("researchers")),
    ];
    let offer = vec![
        (Slot::By, text("Helvion")),
        (Slot::Person, people(&["Ada Neri"])),
        (Slot::Amount, dollars(None, Some(2e6))),
    ];
    let reason = vec![
        (Slot::Subject, text("Ada Neri")),
        (Slot::Factor, Value::List(vec!["compute".into()])),
        (Slot::Polarity, text("is")),
    ];
    let stance = vec![(Slot::Actor, text("Corvanta")), (Slot::Stance, text("denies")), (Slot::About, text("move"))];
    vec![
        piece(
            "one",
            "The Example",
            "2025-07-01",
            "Ada Neri leaves Corvanta for Helvion. Helvion offered her up to $2m a year. At least 10 of the 68 researchers have left Corvanta.",
            vec![
                says("Ada Neri leaves Corvanta for Helvion", Kind::Move, moves("Ada Neri")),
                says("Helvion offered her up to $2m a year", Kind::Offer, offer),
                says("At least 10 of the 68 researchers have left Corvanta", Kind::Count, count),
            ],
        ),
        piece(
            "two/seconda",
            "L’Esempio",
            "2025-07-03",
            "Ada Neri è passata da Corvanta a Helvion per la potenza di calcolo. Corvanta smentisce.\n\nBea Rossi avrebbe lasciato Corvanta per Helvion.",
            vec![
                says("Ada Neri è passata da Corvanta a Helvion", Kind::Move, moves("Ada Neri")),
                says("per la potenza di calcolo", Kind::Reason, reason),
                says("Corvanta smentisce", Kind::Stance, stance),
                Says {
                    status: Status::Reported,
                    ..says("Bea Rossi avrebbe lasciato Corvanta per Helvion", Kind::Move, moves("Bea Rossi"))
                },
            ],
        ),
    ]
}

fn add(ledger: &mut Ledger, piece: &Piece) {
    let lang = Lang::parse("en").unwrap();
    let published = PartialDate::parse(piece.published);
    let document = Document {
        id: piece.id.clone(),
        text: piece.text.clone(),
        lang: Some(lang),
        title: Some(piece.title.clone()),
        published,
        outlet: Some(piece.outlet.clone()),
        url: Some("https://example.org/".into()),
    };
    let claims: Vec<Claim> = piece.says.iter().map(|says| claim(&piece.id, &piece.text, published, says)).collect();
    let note = Note { code: "frame-incomplete".into(), span: None, rule: None, detail: piece.title.clone() };
    ledger.add(&document, &claims, &[note], "2025-07-09T00:00:00Z").unwrap();
}

fn claim(doc: &str, text: &str, published: Option<PartialDate>, says: &Says) -> Claim {
    let at = text.find(&says.quote).expect("the quote stands in the text");
    Claim {
        doc: doc.to_owned(),
        lang: Lang::parse("en").unwrap(),
        kind: says.kind,
        slots: says.slots.iter().cloned().collect::<Slots>(),
        status: says.status,
        source: says.source.clone(),
        date: published.map(|value| ClaimDate { value, basis: DateBasis::Published }),
        evidence: Evidence::cut(text, &[Span::new(at, at + says.quote.len())]).unwrap(),
        rule: "test.rule".into(),
        as_written: Default::default(),
        score: 0.9,
    }
}
