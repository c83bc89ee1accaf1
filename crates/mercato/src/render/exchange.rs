//! Facts and evidence in the formats of others: FollowTheMoney, W3C Web Annotations, Wikidata QuickStatements.

use std::collections::BTreeMap;
use std::io::{self, Write};

use mercato_facts::level::{Level, Mark};
use mercato_facts::{Fact, Snapshot, World};
use mercato_ledger::{StoredClaim, digest};
use mercato_model::{Kind, PartialDate, Slot, Status};
use serde_json::{Value, json};

/// Digits of the ids of entities.
const DIGITS: usize = 20;

/// The id of an entity: the same name has the same id in every export.
fn id(sort: &str, name: &str) -> String {
    format!("mercato-{sort}-{}", &digest(&format!("{sort}\u{0}{}", mercato_facts::fold::firm_key(name)))[..DIGITS])
}

fn line(out: &mut dyn Write, value: &Value) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}

/// People, companies, employments and the articles that prove them, one entity a line.
pub fn follow_the_money(out: &mut dyn Write, snapshot: &Snapshot, world: &World) -> io::Result<()> {
    let mut entities: BTreeMap<String, Value> = BTreeMap::new();
    for fact in snapshot.facts.iter().filter(|f| speaks_of_employment(f)) {
        let Some(person) = fact.person.as_deref() else { continue };
        let person_id = id("person", person);
        let plain = person.split('#').next().unwrap_or(person);
        let mut names = vec![plain.to_owned()];
        names.extend(
            fact.voices
                .iter()
                .flat_map(|v| {
                    v.slots.get(&Slot::Person).map(|p| p.texts()).unwrap_or_default().into_iter().map(str::to_owned)
                })
                .filter(|n| mercato_facts::fold::same_person(n, plain)),
        );
        names.sort();
        names.dedup();
        let entry = entities
            .entry(person_id.clone())
            .or_insert_with(|| json!({"id": person_id, "schema": "Person", "properties": {"name": [plain]}}));
        let properties = &mut entry["properties"];
        let mut aliases: Vec<String> =
            properties["alias"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
        aliases.extend(names.into_iter().filter(|n| n != plain));
        aliases.sort();
        aliases.dedup();
        if !aliases.is_empty() {
            properties["alias"] = json!(aliases);
        }
        if let Some(wikidata) = world.person_wikidata(plain) {
            properties["wikidataId"] = json!([wikidata]);
        }
        let proof: Vec<String> =
            fact.voices.iter().filter(|v| !v.retracted).map(|v| id("article", &v.document)).collect();
        for voice in &fact.voices {
            let article = id("article", &voice.document);
            let mut properties = json!({"title": [&voice.document], "fileName": [&voice.document]});
            for (name, value) in [("publisher", voice.outlet.clone()), ("date", voice.published.map(|d| d.to_string()))]
            {
                if let Some(value) = value {
                    properties[name] = json!([value]);
                }
            }
            properties["language"] = json!([voice.lang.to_string()]);
            entities
                .entry(article.clone())
                .or_insert_with(|| json!({"id": article, "schema": "Document", "properties": properties}));
        }
        for (firm, begins) in ends(fact) {
            let name = world.firm_name(firm);
            let company = id("company", name);
            entities.entry(company.clone()).or_insert_with(|| {
                let mut properties = json!({"name": [name]});
                if let Some(wikidata) = world.firm_wikidata(name) {
                    properties["wikidataId"] = json!([wikidata]);
                }
                json!({"id": company, "schema": "Company", "properties": properties})
            });
            let employment = id("employment", &format!("{} {person_id} {company} {begins}", fact.id));
            let mut properties = json!({"employee": [person_id], "employer": [company], "status": [fact.level.as_str()], "proof": proof});
            // Only a date that is said; a day of publication is no date of the event.
            if let Some(date) = fact.date.as_ref().filter(|d| d.said) {
                let shown = if date.first == date.last { date.first.clone() } else { common(&date.first, &date.last) };
                if !shown.is_empty() {
                    properties[if begins { "startDate" } else { "endDate" }] = json!([shown]);
                }
            }
            let role =
                if begins { fact.text(Slot::RoleTo).or(fact.text(Slot::Role)) } else { fact.text(Slot::RoleFrom) };
            if let Some(role) = role {
                properties["role"] = json!([role]);
            }
            entities.insert(
                employment.clone(),
                json!({"id": employment, "schema": "Employment", "properties": properties}),
            );
        }
    }
    entities.values().try_for_each(|entity| line(out, entity))
}

/// The part of a date that both bounds share: a month or a year; empty: none.
fn common(first: &str, last: &str) -> String {
    for length in [7, 4] {
        if first.get(..length) == last.get(..length) {
            return first.get(..length).unwrap_or_default().to_owned();
        }
    }
    String::new()
}

fn speaks_of_employment(fact: &Fact) -> bool {
    matches!(fact.kind, Kind::Move | Kind::Appointment | Kind::Tenure)
        && fact.level >= Level::Reported
        && !fact.has(Mark::Denied)
}

/// The firms of a fact, and whether the employment begins there.
fn ends(fact: &Fact) -> Vec<(&str, bool)> {
    match fact.kind {
        Kind::Move => {
            let from = fact.text(Slot::From).map(|f| (f, false));
            from.into_iter().chain(fact.text(Slot::To).map(|f| (f, true))).collect()
        }
        _ => fact.text(Slot::Org).map(|f| (f, true)).into_iter().collect(),
    }
}

/// The words of a claim as a Web Annotation: body the claim, target the place in the article.
pub fn annotation(out: &mut dyn Write, stored: &StoredClaim) -> io::Result<()> {
    let claim = &stored.claim;
    let source = stored.document.url.clone().unwrap_or_else(|| format!("urn:mercato:document:{}", stored.document.id));
    let targets: Vec<Value> = claim
        .evidence
        .quotes()
        .iter()
        .map(|q| {
            json!({
                "source": source,
                "selector": [
                    {"type": "TextQuoteSelector", "exact": q.quote},
                    {"type": "DataPositionSelector", "start": q.span.start, "end": q.span.end},
                ],
            })
        })
        .collect();
    let annotation = json!({
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": format!("urn:mercato:claim:{}", stored.id),
        "type": "Annotation",
        "motivation": "identifying",
        "generator": {"id": "urn:mercato", "type": "Software", "name": "Mercato"},
        "created": stored.document.added_at,
        "body": {"type": "Dataset", "format": "application/json", "value": claim},
        "target": targets,
    });
    line(out, &annotation)
}

/// Employers of people, of facts that a party confirms, where person and firm have Wikidata ids; with references.
pub fn quickstatements(out: &mut dyn Write, snapshot: &Snapshot, world: &World) -> io::Result<()> {
    for fact in
        snapshot.facts.iter().filter(|f| speaks_of_employment(f) && f.level >= Level::Confirmed && !f.has(Mark::Plan))
    {
        let Some(person) = fact.person.as_deref().and_then(|p| world.person_wikidata(p)) else { continue };
        let Some(voice) = fact.voices.iter().find(|v| v.status == Status::Asserted && !v.retracted) else { continue };
        for (firm, begins) in ends(fact) {
            let Some(firm) = world.firm_wikidata(firm) else { continue };
            // P108 employer, P580 start, P582 end; S813 retrieved, S577 published, S1476 title, S854 address.
            let mut cells = vec![person.to_owned(), "P108".to_owned(), firm.to_owned()];
            if let Some(time) = fact.date.as_ref().filter(|d| d.said).and_then(|d| time(&d.first, &d.last)) {
                cells.extend([if begins { "P580" } else { "P582" }.to_owned(), time]);
            }
            if let Some(published) = voice.published.and_then(|d| time(&d.to_string(), &d.to_string())) {
                cells.extend(["S577".to_owned(), published]);
            }
            let title = voice.outlet.as_deref().unwrap_or(&voice.document).replace(['\t', '\n', '"'], " ");
            cells.extend(["S1476".to_owned(), format!("{}:\"{title}\"", voice.lang)]);
            writeln!(out, "{}", cells.join("\t"))?;
        }
    }
    Ok(())
}

/// A time of QuickStatements at the precision that both bounds share.
fn time(first: &str, last: &str) -> Option<String> {
    let shown = if first == last { first.to_owned() } else { common(first, last) };
    let date = PartialDate::parse(&shown)?;
    let precision = match (date.month, date.day) {
        (_, Some(_)) => 11,
        (Some(_), None) => 10,
        (None, None) => 9,
    };
    Some(format!("+{:04}-{:02}-{:02}T00:00:00Z/{precision}", date.year, date.month.unwrap_or(0), date.day.unwrap_or(0)))
}
