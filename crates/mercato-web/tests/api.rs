//! The API keeps to its description.

mod shelf;

use serde_json::Value;
use shelf::Shelf;

fn json(shelf: &Shelf, target: &str) -> Value {
    let (status, body) = shelf.get(target);
    assert_eq!(status, 200, "{target}: {body}");
    serde_json::from_str(&body).unwrap_or_else(|e| panic!("{target}: {e}"))
}

/// Follows a reference within the page.
fn resolved<'a>(page: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(to) => page.pointer(to.trim_start_matches('#')).unwrap_or_else(|| panic!("no {to}")),
        None => schema,
    }
}

/// What in a value is not as the schema says; enough of JSON Schema for the shapes of the API.
fn flaw(page: &Value, schema: &Value, value: &Value, at: &str) -> Option<String> {
    let schema = resolved(page, schema);
    if let Some(any) = schema["anyOf"].as_array().or(schema["oneOf"].as_array()) {
        let fits = any.iter().any(|one| flaw(page, one, value, at).is_none());
        return (!fits).then(|| format!("{at}: none of the alternatives"));
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(many) => many.iter().filter_map(Value::as_str).collect(),
        _ => return None,
    };
    let is = |name: &&str| match *name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        _ => false,
    };
    if !types.iter().any(is) {
        return Some(format!("{at}: {value} is not {types:?}"));
    }
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if value.is_object() && value.get(name).is_none() {
            return Some(format!("{at}: no {name}"));
        }
    }
    let properties = schema["properties"].as_object().into_iter().flatten();
    let inside = properties.filter_map(|(name, schema)| flaw(page, schema, value.get(name)?, &format!("{at}.{name}")));
    let items = value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|item| flaw(page, &schema["items"], item, &format!("{at}[]")));
    inside.chain(items).next()
}

#[test]
fn every_endpoint_answers_as_it_says() {
    let shelf = Shelf::market();
    let page = json(&shelf, "/api/v1/openapi.json");
    assert_eq!(page["openapi"], "3.1.0");
    let claim = json(&shelf, "/api/v1/claims?limit=1")["items"][0]["id"].as_str().unwrap().to_owned();
    let fact = json(&shelf, "/api/v1/facts?limit=1")["items"][0]["id"].as_str().unwrap().to_owned();
    let paths = page["paths"].as_object().unwrap();
    assert!(paths.len() >= 17);
    shelf.send(
        "/api/v1/operations",
        Some(shelf::TOKEN),
        &format!(r#"{{"do":"accept","claim":"{claim}","author":"A"}}"#),
    );
    for (path, item) in paths {
        let target = path
            .replace("/facts/{id}", &format!("/facts/{fact}"))
            .replace("/claims/{id}", &format!("/claims/{claim}"))
            .replace("/articles/{id}", "/articles/two%2Fseconda")
            .replace("/people/{name}", "/people/Ada%20Neri")
            .replace("/firms/{name}", "/firms/Helvion");
        let schema = &item["get"]["responses"]["200"]["content"]["application/json"]["schema"];
        let answer = json(&shelf, &target);
        assert_eq!(flaw(&page, schema, &answer, path), None);
        assert!(
            item["get"]["parameters"].as_array().unwrap().iter().all(|p| p["schema"]["type"].is_string()),
            "{path}"
        );
        // What is not described is refused.
        let (status, body) = shelf.get(&format!("{target}?surprise=1"));
        assert_eq!(status, 400, "{path}");
        let problem: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(flaw(&page, &page["components"]["schemas"]["Problem"], &problem, path), None);
    }
}

#[test]
fn pages_of_rows_join_to_all_of_them() {
    let shelf = Shelf::market();
    for list in ["claims", "facts", "articles"] {
        let all = json(&shelf, &format!("/api/v1/{list}?limit=500"));
        let (mut found, mut after) = (Vec::new(), String::new());
        loop {
            let page = json(&shelf, &format!("/api/v1/{list}?limit=1{after}"));
            found.extend(page["items"].as_array().unwrap().clone());
            let Some(next) = page["next"].as_str() else { break };
            after = format!("&after={next}");
        }
        assert_eq!(&found, all["items"].as_array().unwrap(), "{list}");
        assert!(found.len() > 1, "{list}");
    }
}

#[test]
fn parameters_without_sense_are_refused() {
    let shelf = Shelf::market();
    for target in [
        "facts?kind=nonsense",
        "facts?since=soon",
        "facts?limit=0",
        "facts?limit=501",
        "facts?limit=-1",
        "claims?after=x",
        "claims?min_score=2",
        "claims?status=maybe",
        "claims?lang=eng",
        "market/balance?level=sure",
        "facts?asof=2025-13",
        "facts?since=2025-02-30",
    ] {
        assert_eq!(shelf.get(&format!("/api/v1/{target}")).0, 400, "{target}");
    }
    for target in ["nothing", "facts/zz", "claims/zz", "articles/none", "people/none", "firms/none"] {
        assert_eq!(shelf.get(&format!("/api/v1/{target}")).0, 404, "{target}");
    }
}

#[test]
fn a_number_lists_what_stands_behind_it() {
    let shelf = Shelf::market();
    let balance = json(&shelf, "/api/v1/market/balance?level=rumour");
    let rows = balance["items"].as_array().unwrap();
    assert_eq!(rows.len(), 2);
    for row in rows {
        for side in ["joined", "left"] {
            for id in row[side]["events"].as_array().unwrap() {
                json(&shelf, &format!("/api/v1/facts/{}", id.as_str().unwrap()));
            }
        }
    }
    let coverage = json(&shelf, "/api/v1/market/coverage");
    assert_eq!(coverage["too_few"]["needs"], 3, "a refusal counts what is there and what is needed");
}
