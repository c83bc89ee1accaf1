//! Every endpoint: its path, its parameters, the shape of its answer, and what makes it.

use std::sync::Arc;

use mercato_facts::Fact;
use mercato_ledger::{Filter, Store as _, Within};
use mercato_market::{Standing, ladders};
use mercato_model::{Kind, Lang, PartialDate, Status};
use serde_json::{Value, json};

use super::{PROBLEMS, Refusal, openapi};
use crate::Site;
use crate::api::shape::{ArticleShape, ClaimShape, FactShape, HitShape, NameShape, Shape};
use crate::find::find;
use crate::page::{Wanted, firm_key_of};
use crate::request::Fields;
use crate::view::{Named, Names, View};

type Made = Result<Value, Refusal>;

/// A question to one endpoint.
pub struct Call<'a> {
    pub site: &'a Site,
    pub view: Arc<View>,
    /// What stands in the places of the path.
    pub names: Vec<&'a str>,
    pub fields: &'a Fields,
}

/// One endpoint.
pub struct Endpoint {
    /// Below `/api/v1`.
    pub path: &'static str,
    pub name: &'static str,
    pub about: &'static str,
    pub params: &'static [Param],
    pub answer: Shape,
    pub run: fn(&Call<'_>) -> Made,
}

/// A field of the query.
#[derive(Clone, Copy)]
pub struct Param {
    pub name: &'static str,
    pub about: &'static str,
    pub takes: Takes,
}

/// What a field takes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    Text,
    Date,
    Level,
    Kinds,
    Statuses,
    Lang,
    Score,
    Amount,
    Limit,
    Place,
}

/// Rows of one page at most, and without being asked.
pub const MOST: usize = 500;
const USUAL: usize = 50;

impl Takes {
    pub fn takes(self, value: &str) -> bool {
        let each = |ok: fn(&str) -> bool| value.split(',').all(ok);
        match self {
            Self::Text => !value.chars().any(char::is_control),
            Self::Date => PartialDate::parse(value).is_some_and(|d| d.to_string() == value),
            Self::Level => Standing::parse(value).is_some(),
            Self::Kinds => each(|k| Kind::parse(k).is_some()),
            Self::Statuses => each(|s| Status::parse(s).is_some()),
            Self::Lang => Lang::parse(value).is_some_and(|l| l.as_str() == value),
            Self::Score => value.parse::<f64>().is_ok_and(|v| (0.0..=1.0).contains(&v)),
            Self::Amount => value.parse::<f64>().is_ok_and(f64::is_finite),
            Self::Limit => value.parse::<usize>().is_ok_and(|n| (1..=MOST).contains(&n)) && !value.starts_with('+'),
            Self::Place => value.parse::<i64>().is_ok_and(|n| n >= 0) && !value.starts_with('+'),
        }
    }
}

const fn param(name: &'static str, takes: Takes, about: &'static str) -> Param {
    Param { name, about, takes }
}

const AS_OF: Param = param("asof", Takes::Date, "The ledger as it stood on this day: YYYY-MM-DD, YYYY-MM or YYYY");
const LIMIT: Param = param("limit", Takes::Limit, "At most this many, 1 to 500");
const LEVEL: Param = param("level", Takes::Level, "Only what stands at least so well");
const KIND: Param = param("kind", Takes::Kinds, "Kinds of claims, comma-separated");
const PERSON: Param = param("person", Takes::Text, "Name of a person");
const FIRM: Param = param("firm", Takes::Text, "Name of a firm in any part");
const FROM: Param = param("from", Takes::Text, "Away from this firm");
const TO: Param = param("to", Takes::Text, "Towards this firm");
const SINCE: Param = param("since", Takes::Date, "May have happened on or after");
const UNTIL: Param = param("until", Takes::Date, "May have happened on or before");
const AMOUNT: Param = param("amount", Takes::Amount, "A sum that may be at least so much");
const CURRENCY: Param = param("currency", Takes::Text, "Currency of the sum, ISO 4217");
const LANG: Param = param("lang", Takes::Lang, "Language of the article, two letters");
const AFTER: Param = param("after", Takes::Text, "Where the page before ended: its `next`");
const PLACE: Param = param("after", Takes::Place, "Where the page before ended: its `next`");
const QUERY: Param =
    param("q", Takes::Text, "Words; between quotation marks beside each other; a star ends a beginning");

pub const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        path: "/openapi.json",
        name: "openapi",
        about: "This description",
        params: &[],
        answer: Shape::Any,
        run: |_| Ok(openapi::page()),
    },
    Endpoint {
        path: "/problems",
        name: "problems",
        about: "The codes of problems",
        params: &[],
        answer: Shape::Problems,
        run: problems,
    },
    Endpoint {
        path: "/stats",
        name: "stats",
        about: "How much the ledger holds",
        params: &[AS_OF],
        answer: Shape::Stats,
        run: stats,
    },
    Endpoint {
        path: "/facts",
        name: "facts",
        about: "Facts, those last spoken of first",
        params: &[KIND, PERSON, FIRM, FROM, TO, LEVEL, SINCE, UNTIL, AMOUNT, CURRENCY, AFTER, LIMIT, AS_OF],
        answer: Shape::Facts,
        run: facts,
    },
    Endpoint {
        path: "/facts/{id}",
        name: "fact",
        about: "The fact of this id, or in which this claim is a voice",
        params: &[AS_OF],
        answer: Shape::Fact,
        run: fact,
    },
    Endpoint {
        path: "/claims",
        name: "claims",
        about: "Claims in the order of the ledger",
        params: &[
            KIND,
            PERSON,
            FIRM,
            FROM,
            TO,
            SINCE,
            UNTIL,
            LANG,
            PLACE,
            LIMIT,
            param("status", Takes::Statuses, "Statuses, comma-separated"),
            param("min_score", Takes::Score, "At least this score, 0 to 1"),
            param("article", Takes::Text, "Id of an article"),
        ],
        answer: Shape::Claims,
        run: claims,
    },
    Endpoint {
        path: "/claims/{id}",
        name: "claim",
        about: "One claim, by its id or the beginning of it",
        params: &[],
        answer: Shape::Claim,
        run: claim,
    },
    Endpoint {
        path: "/articles",
        name: "articles",
        about: "Articles, the last to come first",
        params: &[PLACE, LIMIT, AS_OF],
        answer: Shape::Articles,
        run: articles,
    },
    Endpoint {
        path: "/articles/{id}",
        name: "article",
        about: "An article with its text, claims and notes",
        params: &[],
        answer: Shape::Article,
        run: article,
    },
    Endpoint {
        path: "/people",
        name: "people",
        about: "People, found by what is typed",
        params: &[QUERY, LIMIT, AS_OF],
        answer: Shape::Names,
        run: |c| names(c, &c.view.people),
    },
    Endpoint {
        path: "/people/{name}",
        name: "person",
        about: "A person with the ids of their facts",
        params: &[AS_OF],
        answer: Shape::Name,
        run: person,
    },
    Endpoint {
        path: "/firms",
        name: "firms",
        about: "Firms, found by what is typed",
        params: &[QUERY, LIMIT, AS_OF],
        answer: Shape::Names,
        run: |c| names(c, &c.view.firms),
    },
    Endpoint {
        path: "/firms/{name}",
        name: "firm",
        about: "A firm with the ids of its facts",
        params: &[AS_OF],
        answer: Shape::Name,
        run: firm,
    },
    Endpoint {
        path: "/market/balance",
        name: "balance",
        about: "Who gains and who loses people",
        params: &[LEVEL, AS_OF],
        answer: Shape::Balances,
        run: |c| Ok(json!({ "items": c.view.market(level(c)).balances })),
    },
    Endpoint {
        path: "/market/flow",
        name: "flow",
        about: "Who goes where; a cell in which nothing happened is absent",
        params: &[LEVEL, AS_OF],
        answer: Shape::Flow,
        run: |c| Ok(json!({ "items": c.view.market(level(c)).flow.cells })),
    },
    Endpoint {
        path: "/market/pay",
        name: "pay",
        about: "Ladders of what is offered and paid",
        params: &[LEVEL, AS_OF],
        answer: Shape::Pay,
        run: |c| Ok(json!({ "items": ladders(c.view.pay.iter().cloned(), level(c)) })),
    },
    Endpoint {
        path: "/market/coverage",
        name: "coverage",
        about: "How much of the market the press tells, at most",
        params: &[AS_OF],
        answer: Shape::Coverage,
        run: coverage,
    },
    Endpoint {
        path: super::write::DECISIONS_AT,
        name: "operations",
        about: "Decisions of persons, the last first",
        params: &[AFTER, LIMIT],
        answer: Shape::Operations,
        run: operations,
    },
    Endpoint {
        path: "/search",
        name: "search",
        about: "People, firms and articles",
        params: &[QUERY, LANG, SINCE, UNTIL, PLACE, LIMIT],
        answer: Shape::Search,
        run: search,
    },
];

impl Endpoint {
    /// What is wrong with the fields of a question.
    pub fn flaw(&self, fields: &Fields) -> Option<String> {
        fields.0.iter().find_map(|(name, value)| match self.params.iter().find(|p| p.name == name) {
            None => Some(format!("there is no parameter {name}")),
            Some(param) if param.takes.takes(value) => None,
            Some(param) => Some(format!("{name}: {}", param.about)),
        })
    }
}

fn level(c: &Call<'_>) -> Standing {
    c.fields.get("level").and_then(Standing::parse).unwrap_or(Standing::Reported)
}

fn limit(c: &Call<'_>) -> usize {
    c.fields.get("limit").and_then(|n| n.parse().ok()).unwrap_or(USUAL)
}

fn place(c: &Call<'_>) -> Option<i64> {
    c.fields.get("after").and_then(|n| n.parse().ok())
}

/// A page of rows and where the next one begins; `null`: this is the last.
fn paged<T: serde::Serialize>(items: Vec<T>, next: Option<String>) -> Made {
    Ok(json!({ "items": items, "next": next }))
}

fn problems(_: &Call<'_>) -> Made {
    let rows = PROBLEMS.iter().map(|(code, status, about)| json!({ "code": code, "status": status, "about": about }));
    Ok(json!({ "items": rows.collect::<Vec<_>>() }))
}

fn stats(c: &Call<'_>) -> Made {
    let view = &c.view;
    Ok(json!({
        "articles": view.articles.list.len(), "claims": view.claims, "facts": view.rows.len(),
        "people": view.people.by_facts.len(), "firms": view.firms.by_facts.len(), "day": view.day,
    }))
}

fn facts(c: &Call<'_>) -> Made {
    let wanted = Wanted::of(c.fields, |name| firm_key_of(c.site, name)).map_err(|f| Refusal::Bad(f.to_owned()))?;
    let limit = limit(c);
    let mut found: Vec<Fact> = wanted.facts(&c.view).take(limit + 1).collect();
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|fact| fact.id.clone());
    paged(found.iter().map(FactShape::from).collect(), next)
}

fn fact(c: &Call<'_>) -> Made {
    let id = c.names[0];
    let found = c.view.fact_by_id(id).or_else(|| c.view.facts(c.view.ranks_of_claim(id)).next());
    found.map(|fact| json!(FactShape::from(&fact))).ok_or_else(|| Refusal::Missing(format!("no fact {id}")))
}

fn claims(c: &Call<'_>) -> Made {
    let list = |name: &str| c.fields.get(name).map(str::to_owned).into_iter().collect::<Vec<_>>();
    fn codes<T>(c: &Call<'_>, name: &str, parse: fn(&str) -> Option<T>) -> Vec<T> {
        c.fields.get(name).into_iter().flat_map(|all| all.split(',')).filter_map(parse).collect()
    }
    let date = |name: &str| c.fields.get(name).and_then(PartialDate::parse);
    let filter = Filter {
        kinds: codes(c, "kind", Kind::parse),
        status: codes(c, "status", Status::parse),
        lang: codes(c, "lang", Lang::parse),
        person: list("person"),
        firm: list("firm"),
        from: list("from"),
        to: list("to"),
        doc: list("article"),
        since: date("since"),
        until: date("until"),
        min_score: c.fields.get("min_score").and_then(|v| v.parse().ok()),
        ..Filter::default()
    };
    let limit = limit(c);
    let mut found = c.site.with_ledger(|ledger| ledger.claims_after(&filter, place(c).unwrap_or(0), limit + 1))?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|(place, _)| place.to_string());
    let shown = c.site.discreet(None, found.into_iter().map(|(_, stored)| stored).collect())?;
    paged(shown.into_iter().map(ClaimShape::from).collect(), next)
}

fn claim(c: &Call<'_>) -> Made {
    let stored = c.site.with_ledger(|ledger| ledger.claim(c.names[0]))?;
    // Rumours about private persons and intimate reasons are not handed out.
    let shown = c.site.discreet(None, vec![stored])?.pop();
    let stored = shown.ok_or_else(|| Refusal::Missing(format!("no claim {}", c.names[0])))?;
    Ok(json!(ClaimShape::from(stored)))
}

fn articles(c: &Call<'_>) -> Made {
    let below = place(c).unwrap_or(i64::MAX);
    let limit = limit(c);
    let rows: Vec<_> = c.view.articles.list.iter().rev().skip_while(|row| row.seq >= below).take(limit + 1).collect();
    let next = (rows.len() > limit).then(|| rows[limit - 1].seq.to_string());
    paged(rows.into_iter().take(limit).map(ArticleShape::from).collect(), next)
}

fn article(c: &Call<'_>) -> Made {
    let id = c.names[0];
    let filter = Filter { doc: vec![id.to_owned()], ..Filter::default() };
    let (stored, claims) = c.site.with_ledger(|ledger| Ok((ledger.document(id, None)?, ledger.claims(&filter)?)))?;
    let stored = stored.ok_or_else(|| Refusal::Missing(format!("no article {id}")))?;
    let claims: Vec<ClaimShape> = c.site.discreet(None, claims)?.into_iter().map(ClaimShape::from).collect();
    Ok(json!({
        "document": stored.document, "revision": stored.revision, "sha256": stored.sha256,
        "added_at": stored.added_at, "claims": claims, "notes": stored.notes,
    }))
}

/// Facts of a name whose ids are given; all of them are at `/facts`.
const NAMED: usize = 200;

fn shape_of(view: &View, named: &Named) -> NameShape {
    NameShape {
        name: named.name.to_string(),
        told: named.facts.len(),
        facts: named.facts.iter().take(NAMED).map(|&rank| view.id(rank)).collect(),
    }
}

fn names(c: &Call<'_>, names: &Names) -> Made {
    let limit = limit(c);
    let found: Vec<&Named> = match c.fields.get("q") {
        Some(typed) => find(names, typed, limit),
        None => names.by_facts.iter().take(limit).map(|&at| &names.list[at as usize]).collect(),
    };
    paged(found.into_iter().map(|named| shape_of(&c.view, named)).collect(), None)
}

fn person(c: &Call<'_>) -> Made {
    let found = c.view.people.person(c.names[0]);
    found.map(|n| json!(shape_of(&c.view, n))).ok_or_else(|| Refusal::Missing(format!("no person {}", c.names[0])))
}

fn firm(c: &Call<'_>) -> Made {
    let found = c.view.firms.get(&firm_key_of(c.site, c.names[0]));
    found.map(|n| json!(shape_of(&c.view, n))).ok_or_else(|| Refusal::Missing(format!("no firm {}", c.names[0])))
}

fn coverage(c: &Call<'_>) -> Made {
    Ok(match &c.view.coverage {
        Ok(coverage) => json!({ "coverage": coverage, "too_few": null }),
        Err(few) => json!({ "coverage": null, "too_few": few }),
    })
}

fn operations(c: &Call<'_>) -> Made {
    let held = c.site.with_ledger(|ledger| ledger.operations(None))?;
    let limit = limit(c);
    let start = match c.fields.get("after") {
        Some(id) => held.iter().rev().position(|o| o.id == id).map_or(held.len(), |at| at + 1),
        None => 0,
    };
    let rows: Vec<_> = held.iter().rev().skip(start).take(limit + 1).collect();
    let next = (rows.len() > limit).then(|| rows[limit - 1].id.clone());
    paged(rows.into_iter().take(limit).map(super::write::shown).collect(), next)
}

fn search(c: &Call<'_>) -> Made {
    let typed = c.fields.get("q").unwrap_or_default();
    let date = |name: &str| c.fields.get(name).and_then(PartialDate::parse);
    let within = Within {
        lang: c.fields.get("lang").and_then(Lang::parse),
        since: date("since"),
        until: date("until"),
        below: place(c),
    };
    let limit = limit(c);
    let mut hits = c.site.with_ledger(|ledger| ledger.search(typed, within, limit + 1))?;
    let next = (hits.len() > limit).then(|| hits[limit - 1].seq.to_string());
    hits.truncate(limit);
    let short = |names: &Names| find(names, typed, 10).into_iter().map(|n| n.name.to_string()).collect::<Vec<_>>();
    Ok(json!({
        "people": short(&c.view.people), "firms": short(&c.view.firms),
        "articles": hits.iter().map(HitShape::from).collect::<Vec<_>>(), "next": next,
    }))
}
