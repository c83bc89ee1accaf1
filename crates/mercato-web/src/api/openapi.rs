//! The OpenAPI page: made from the endpoints, the shapes and the schema of claims.

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::endpoint::{ENDPOINTS, Endpoint, MOST, Param, Takes};
use super::shape::{ArticleShape, ClaimShape, FactShape, HitShape, NameShape, Shape};
use super::write;
use mercato_market::Standing;
use mercato_model::{Kind, Status};

/// The schema of a claim's record, generated from the same table as its type.
const CLAIM: &str = include_str!("../../../../schema/claim.schema.json");

pub fn page() -> Value {
    let mut settings = SchemaSettings::draft2020_12();
    settings.definitions_path = "/components/schemas".into();
    settings.meta_schema = None;
    let mut generator = settings.into_generator();
    for schema in [
        generator.subschema_for::<FactShape>(),
        generator.subschema_for::<ClaimShape>(),
        generator.subschema_for::<ArticleShape>(),
        generator.subschema_for::<NameShape>(),
        generator.subschema_for::<HitShape>(),
    ] {
        drop(schema);
    }
    let mut schemas: Map<String, Value> = generator.take_definitions(true);
    let mut record: Value = serde_json::from_str(CLAIM).unwrap_or_default();
    if let Some(record) = record.as_object_mut() {
        record.remove("$schema");
        record.remove("$id");
    }
    schemas.insert("Claim".to_owned(), record);
    if let Some(claim) = schemas.get_mut("ClaimShape") {
        claim["properties"]["claim"] = reference("Claim");
    }
    schemas.insert(
        "Problem".to_owned(),
        json!({
            "type": "object", "required": ["type", "title", "status", "detail"],
            "properties": {
                "type": { "type": "string" }, "title": { "type": "string" },
                "status": { "type": "integer" }, "detail": { "type": "string" },
            },
        }),
    );
    schemas.insert(
        "Operation".to_owned(),
        json!({
            "type": "object", "required": ["id", "at", "author", "action", "reason"],
            "properties": {
                "id": { "type": "string" }, "at": { "type": "string" }, "author": { "type": "string" },
                "action": { "type": "object", "required": ["do"], "properties": { "do": { "type": "string" } } },
                "reason": { "type": "string" },
            },
        }),
    );
    let mut paths: Map<String, Value> =
        ENDPOINTS.iter().map(|e| (format!("/api/v1{}", e.path), json!({ "get": operation(e) }))).collect();
    let added = object_of(
        json!({ "id": { "type": "string" }, "added": { "enum": ["new", "unchanged", "revised"] }, "claims": { "type": "integer", "minimum": 0 } }),
    );
    for (path, operation) in [
        (
            write::DECISIONS_AT,
            writing("decide", "Keeps a decision of a person in the log", write::body(), reference("Operation")),
        ),
        (
            write::ARTICLES_AT,
            writing("add", "Reads an article and keeps it with its claims", write::article_body(), added),
        ),
    ] {
        paths[&format!("/api/v1{path}")]["post"] = operation;
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Mercato",
            "version": "1",
            "description": "Claims of news articles about the market for AI talent, the facts that they make, and market views. Every number leads to the words behind it.",
            "license": { "name": "Apache-2.0 OR MIT", "identifier": "Apache-2.0 OR MIT" },
        },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": { "schemas": schemas, "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } } },
    })
}

/// An operation that writes.
fn writing(name: &str, about: &str, body: Value, told: Value) -> Value {
    let problem = |about: &str| json!({ "description": about, "content": { "application/problem+json": { "schema": reference("Problem") } } });
    json!({
        "operationId": name,
        "summary": about,
        "security": [{ "token": [] }],
        "requestBody": { "required": true, "content": { "application/json": { "schema": body } } },
        "responses": {
            "201": { "description": "What was kept", "content": { "application/json": { "schema": told } } },
            "400": problem("The body cannot be understood"),
            "401": problem("The token is missing or wrong"),
            "404": problem("Nothing has this id"),
            "413": problem("The body is too large"),
            "415": problem("The body is not JSON"),
            "422": problem("It does not fit what it is about"),
            "429": problem("Too many writes in a short time"),
            "503": problem("The ledger cannot be written at the moment"),
        },
    })
}

/// An object with these fields, each of them there.
fn object_of(properties: Value) -> Value {
    let required: Vec<String> = properties.as_object().into_iter().flat_map(Map::keys).cloned().collect();
    json!({ "type": "object", "required": required, "properties": properties })
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn operation(endpoint: &Endpoint) -> Value {
    let places = endpoint.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let mut parameters: Vec<Value> = places
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string", "minLength": 1 } }))
        .collect();
    let named = !parameters.is_empty();
    parameters.extend(endpoint.params.iter().map(parameter));
    let problem = |about: &str| json!({ "description": about, "content": { "application/problem+json": { "schema": reference("Problem") } } });
    let mut responses = json!({
        "200": { "description": endpoint.about, "content": { "application/json": { "schema": schema(endpoint.answer) } } },
        "400": problem("A parameter cannot be understood"),
        "503": problem("The ledger cannot be read"),
    });
    if named {
        responses["404"] = problem("Nothing of this name");
    }
    json!({ "operationId": endpoint.name, "summary": endpoint.about, "parameters": parameters, "responses": responses })
}

/// The schema of what a field takes.
pub fn takes(takes: Takes) -> Value {
    let list =
        |codes: Vec<&str>| json!({ "type": "array", "items": { "type": "string", "enum": codes }, "minItems": 1 });
    let date = r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|1\d|2[0-8]))?)?$";
    match takes {
        Takes::Text => json!({ "type": "string", "pattern": r"^[^\u0000-\u001f\u007f-\u009f]*$" }),
        Takes::Date => json!({ "type": "string", "pattern": date }),
        Takes::Level => json!({ "type": "string", "enum": Standing::ALL.map(Standing::as_str) }),
        Takes::Kinds => list(Kind::ALL.iter().map(|k| k.as_str()).collect()),
        Takes::Statuses => list(Status::ALL.iter().map(|s| s.as_str()).collect()),
        Takes::Lang => json!({ "type": "string", "pattern": "^[a-z]{2}$" }),
        Takes::Score => json!({ "type": "number", "minimum": 0, "maximum": 1 }),
        Takes::Amount => json!({ "type": "number" }),
        Takes::Limit => json!({ "type": "integer", "minimum": 1, "maximum": MOST }),
        Takes::Place => json!({ "type": "integer", "minimum": 0, "maximum": i64::MAX }),
    }
}

fn parameter(param: &Param) -> Value {
    let schema = takes(param.takes);
    let mut out = json!({ "name": param.name, "in": "query", "description": param.about, "schema": schema });
    if matches!(param.takes, Takes::Kinds | Takes::Statuses) {
        out["style"] = json!("form");
        out["explode"] = json!(false);
    }
    out
}

fn schema(shape: Shape) -> Value {
    let array = |items: Value| json!({ "type": "array", "items": items });
    let object = object_of;
    let text = || json!({ "type": "string" });
    let maybe_text = || json!({ "type": ["string", "null"] });
    let count = || json!({ "type": "integer", "minimum": 0 });
    let page = |items: Value| object(json!({ "items": array(items), "next": maybe_text() }));
    let rows = |items: Value| object(json!({ "items": array(items) }));
    let people = || json!({ "type": "object", "required": ["min", "max"], "properties": { "min": { "type": "number" }, "max": { "type": ["number", "null"] } } });
    let side =
        || object(json!({ "people": people(), "decisions": count(), "unknown": count(), "events": array(text()) }));
    let maybe_number = || json!({ "type": ["number", "null"] });
    match shape {
        Shape::Any => json!({ "type": "object" }),
        Shape::Problems => rows(object(json!({ "code": text(), "status": count(), "about": text() }))),
        Shape::Stats => object(
            json!({ "articles": count(), "claims": count(), "facts": count(), "people": count(), "firms": count(), "day": text() }),
        ),
        Shape::Facts => page(reference("FactShape")),
        Shape::Fact => reference("FactShape"),
        Shape::Claims => page(reference("ClaimShape")),
        Shape::Claim => reference("ClaimShape"),
        Shape::Articles => page(reference("ArticleShape")),
        Shape::Article => object(json!({
            "document": { "type": "object" }, "revision": count(), "sha256": text(), "added_at": text(),
            "claims": array(reference("ClaimShape")), "notes": array(json!({ "type": "object" })),
        })),
        Shape::Names => page(reference("NameShape")),
        Shape::Name => reference("NameShape"),
        Shape::Balances => rows(object(json!({
            "firm": text(), "joined": side(), "left": side(), "net_min": maybe_number(), "net_max": maybe_number(),
            "rate": maybe_number(), "rate95": { "type": ["object", "null"] }, "fragile": { "type": "boolean" },
        }))),
        Shape::Flow => rows(object(json!({
            "from": {}, "to": {}, "named": array(text()), "people": people(), "expected": { "type": "number" },
            "decisions": count(), "told": count(), "events": array(text()), "one_root": { "type": "boolean" }, "only_rumours": { "type": "boolean" },
        }))),
        Shape::Pay => rows(object(json!({
            "offered": { "type": "boolean" }, "component": maybe_text(), "period": maybe_text(), "currency": maybe_text(),
            "rungs": array(json!({ "type": "object" })),
        }))),
        Shape::Coverage => {
            object(json!({ "coverage": { "type": ["object", "null"] }, "too_few": { "type": ["object", "null"] } }))
        }
        Shape::Operations => page(reference("Operation")),
        Shape::Search => object(
            json!({ "people": array(text()), "firms": array(text()), "articles": array(reference("HitShape")), "next": maybe_text() }),
        ),
    }
}
