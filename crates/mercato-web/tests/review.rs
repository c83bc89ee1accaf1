//! Decisions of persons, by form and by API: only with the token, in the log with who made them, taken back whole.

mod shelf;

use mercato_web::{Method, Request};
use serde_json::{Value, json};
use shelf::{Shelf, TOKEN, header};

fn log(shelf: &Shelf) -> Vec<Value> {
    let (_, body) = shelf.get("/api/v1/operations");
    serde_json::from_str::<Value>(&body).unwrap()["items"].as_array().unwrap().clone()
}

/// The id of the claim with these words.
fn claim(shelf: &Shelf, words: &str) -> String {
    let (_, body) = shelf.get("/api/v1/claims?limit=500");
    let page: Value = serde_json::from_str(&body).unwrap();
    let found = page["items"].as_array().unwrap().iter().find(|c| c["claim"].to_string().contains(words));
    found.expect("the claim")["id"].as_str().unwrap().to_owned()
}

#[test]
fn nothing_is_written_without_the_token() {
    let shelf = Shelf::market();
    let id = claim(&shelf, "Ada Neri leaves");
    let accept = json!({ "do": "accept", "claim": id, "author": "Ada" }).to_string();
    for token in [None, Some(""), Some("token of the test"), Some("token of the tests ")] {
        assert_eq!(shelf.send("/api/v1/operations", token, &accept).0, 401, "{token:?}");
    }
    let form = [("do", "accept"), ("claim", id.as_str()), ("key", "0")];
    for cookie in ["", "session=", "session=20484.Ada.00", "session=a", "session=20484.Ada."] {
        assert_eq!(shelf.post("/judge", cookie, &form).status, 403, "{cookie:?}");
    }
    for token in ["", "wrong", "token of the tests\0"] {
        let answer = shelf.post("/sign-in", "", &[("author", "Ada"), ("token", token)]);
        assert!(answer.status == 403 && header(&answer, "set-cookie").is_none(), "{token:?}");
    }
    for author in ["", " ", "a\nb", &"x".repeat(61)] {
        assert_eq!(shelf.post("/sign-in", "", &[("author", author), ("token", TOKEN)]).status, 403, "{author:?}");
    }
    assert!(log(&shelf).is_empty());
    assert!(!shelf.get("/review").1.contains("name=\"key\""), "who is not signed in has no forms");
}

#[test]
fn another_site_cannot_make_a_browser_decide() {
    let shelf = Shelf::market();
    let id = claim(&shelf, "Ada Neri leaves");
    let (cookie, key) = shelf.enter("Ada");
    let (_, other) = shelf.enter("Bea");
    for key in ["", "00", &other, &key[1..]] {
        let form = [("do", "accept"), ("claim", id.as_str()), ("key", key)];
        assert_eq!(shelf.post("/judge", &cookie, &form).status, 403, "{key}");
    }
    let body = format!("do=accept&claim={id}&key={key}").into_bytes();
    let good = Request {
        method: Method::Post,
        cookie: cookie.clone(),
        content_type: "application/x-www-form-urlencoded".into(),
        body,
        ..Request::get("/judge")
    };
    for (site, kind) in
        [("cross-site", &*good.content_type), ("same-site", &good.content_type), ("same-origin", "text/plain")]
    {
        let asked = Request { fetch_site: Some(site.into()), content_type: kind.into(), ..good.clone() };
        assert_eq!(shelf.ask(&asked).0, 403, "{site} {kind}");
    }
    assert!(log(&shelf).is_empty());
    assert_eq!(shelf.ask(&Request { fetch_site: Some("same-origin".into()), ..good }).0, 303);
    assert_eq!(log(&shelf).len(), 1);
}

#[test]
fn a_decision_is_logged_counts_and_is_taken_back() {
    let shelf = Shelf::market();
    let before = shelf.get("/facts.json");
    let id = claim(&shelf, "Helvion offered her");
    let (cookie, key) = shelf.enter("Ada Neri");
    let form = [
        ("do", "reject"),
        ("claim", id.as_str()),
        ("key", &key),
        ("because", "she was not"),
        ("back", "/review?start=0#q3"),
    ];
    let answer = shelf.post("/judge", &cookie, &form);
    assert_eq!(answer.status, 303);
    let row = &log(&shelf)[0];
    let operation = row["id"].as_str().unwrap();
    assert_eq!(header(&answer, "location"), Some(format!("/review?start=0&done={operation}#q3").as_str()));
    assert_eq!(
        (&row["author"], &row["reason"], &row["action"]["do"]),
        (&json!("Ada Neri"), &json!("she was not"), &json!("reject"))
    );
    assert!(!shelf.get("/facts").1.contains("up to") && !shelf.get("/facts").1.contains("$2m"), "counts at once");
    let (_, page) =
        shelf.ask(&Request { cookie: cookie.clone(), ..Request::get(&format!("/review?done={operation}")) });
    assert!(page.contains("id=\"undo\"") && page.contains("rejected"));
    let answer = shelf.post("/judge", &cookie, &[("do", "undo"), ("operation", operation), ("key", &key)]);
    assert_eq!(answer.status, 303);
    assert_eq!(shelf.get("/facts.json"), before, "as if it had never been");
    assert_eq!(log(&shelf).len(), 2, "and the log keeps both");
}

#[test]
fn a_slot_is_set_right() {
    let shelf = Shelf::market();
    let id = claim(&shelf, "Helvion offered her");
    let (cookie, key) = shelf.enter("Ada");
    let set = |fields: &[(&str, &str)]| {
        let mut form = vec![("do", "correct"), ("claim", id.as_str()), ("key", key.as_str())];
        form.extend(fields);
        shelf.post("/judge", &cookie, &form).status
    };
    let (_, page) = shelf.ask(&Request { cookie: cookie.clone(), ..Request::get(&format!("/judge/{id}")) });
    assert!(
        page.contains("name=\"currency\" size=\"4\" maxlength=\"3\" value=\"USD\"")
            && page.contains("value=\"2000000\""),
        "{page}"
    );
    assert_eq!(
        set(&[("slot", "amount"), ("min", "3 000 000"), ("max", "4e6"), ("currency", "USD"), ("period", "year")]),
        303
    );
    let (_, pay) = shelf.get("/pay");
    assert!(pay.contains("$3m – $4m"), "{pay}");
    for wrong in [
        &[("slot", "amount"), ("min", "4"), ("max", "3")][..],
        &[("slot", "amount"), ("min", "much")],
        &[("slot", "amount")],
        &[("slot", "acquirer"), ("value", "Corvanta")],
        &[("slot", "nonsense"), ("value", "x")],
        &[("slot", "response"), ("value", "nonsense")],
        &[("slot", "by"), ("value", "")],
    ] {
        assert_eq!(set(wrong), 422, "{wrong:?}");
    }
    assert_eq!(log(&shelf).len(), 1);
    let form = [("do", "unsaid"), ("claim", id.as_str()), ("slot", "amount"), ("key", key.as_str())];
    assert_eq!(shelf.post("/judge", &cookie, &form).status, 303);
    assert!(!shelf.get("/pay").1.contains("$4m"));
    let (_, log) = shelf.get("/log");
    assert!(log.contains("corrected") && log.contains("not said"), "{log}");
}

#[test]
fn what_a_form_holds_is_only_text() {
    let shelf = Shelf::market();
    let id = claim(&shelf, "Ada Neri leaves");
    let payload = "\"><script>alert(1)</script><b \u{202e}'";
    let (cookie, key) = shelf.enter("<img src=x onerror=alert(1)>");
    for (slot, value) in [("to", payload), ("person", payload), ("role_to", "=cmd|' /C calc'!A1")] {
        let form = [
            ("do", "correct"),
            ("claim", id.as_str()),
            ("slot", slot),
            ("value", value),
            ("key", &key),
            ("because", payload),
        ];
        assert_eq!(shelf.post("/judge", &cookie, &form).status, 303);
    }
    let (_, page) = shelf.ask(&Request { cookie: cookie.clone(), ..Request::get("/log") });
    for page in
        [page, shelf.get("/facts").1, shelf.get("/log").1, shelf.get(&format!("/judge/{id}")).1, shelf.get("/").1]
    {
        assert!(!page.contains("<script>") && !page.contains("<img") && !page.contains('\u{202e}'), "{page}");
    }
    assert!(!shelf.get("/facts.csv").1.contains(",=cmd"));
    for back in ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"] {
        let answer = shelf.post("/judge", &cookie, &[("do", "accept"), ("claim", &id), ("key", &key), ("back", back)]);
        assert!(header(&answer, "location").unwrap().starts_with("/review?done="), "{back}");
        let answer = shelf.post("/sign-in", "", &[("author", "a"), ("token", TOKEN), ("back", back)]);
        assert_eq!(header(&answer, "location"), Some("/review"), "{back}");
    }
}

#[test]
fn the_api_takes_every_decision_and_nothing_else() {
    let shelf = Shelf::market();
    let (one, other) = (claim(&shelf, "Ada Neri leaves"), claim(&shelf, "Ada Neri è passata"));
    let send = |mut body: Value| {
        body["author"] = json!("Bot");
        shelf.send("/api/v1/operations", Some(TOKEN), &body.to_string())
    };
    for body in [
        json!({ "do": "accept", "claim": one }),
        json!({ "do": "accept", "claim": one[..8] }),
        json!({ "do": "reject", "claim": other, "reason": "misread" }),
        json!({ "do": "correct", "claim": one, "slot": "to", "value": "Corvanta" }),
        json!({ "do": "correct", "claim": one, "slot": "person", "value": ["Ada Neri"] }),
        json!({ "do": "correct", "claim": one, "slot": "role_to" }),
        json!({ "do": "same_person", "one": one, "other": other }),
        json!({ "do": "other_person", "one": one, "other": other }),
        json!({ "do": "merge", "one": one, "other": other }),
        json!({ "do": "never", "one": one, "other": other }),
        json!({ "do": "split", "claim": one }),
        json!({ "do": "superseded", "claim": one, "by": other }),
        json!({ "do": "retract", "document": "one" }),
        json!({ "do": "same_root", "one": "one", "other": "two/seconda" }),
        json!({ "do": "own_root", "document": "one" }),
    ] {
        let (status, answer) = send(body.clone());
        assert_eq!(status, 201, "{body}: {answer}");
        let id = serde_json::from_str::<Value>(&answer).unwrap()["id"].clone();
        assert_eq!(send(json!({ "do": "undo", "operation": id })).0, 201);
    }
    let held = log(&shelf).len();
    assert_eq!(held, 30);
    for (body, expected) in [
        (json!({ "do": "accept" }), 400),
        (json!({ "do": "accept", "claim": "" }), 400),
        (json!({ "do": "accept", "claim": 7 }), 400),
        (json!({ "do": "accept", "claim": one, "slot": "to" }), 400),
        (json!({ "do": "accept", "claim": one, "reason": "x".repeat(501) }), 400),
        (json!({ "do": "learn", "learned": {} }), 400),
        (json!({ "do": "forget", "person": "Ada Neri" }), 400),
        (json!({ "do": "accept", "claim": "zzzz" }), 404),
        (json!({ "do": "retract", "document": "none" }), 404),
        (json!({ "do": "undo", "operation": "zzzz" }), 404),
        (json!({ "do": "correct", "claim": one, "slot": "amount", "value": 5 }), 422),
        (json!({ "do": "correct", "claim": one, "slot": "to", "value": ["a", "b"] }), 422),
        (json!({ "do": "correct", "claim": one, "slot": "color", "value": "a" }), 400),
    ] {
        let (status, answer) = send(body.clone());
        assert_eq!(status, expected, "{body}: {answer}");
        let problem: Value = serde_json::from_str(&answer).unwrap();
        assert_eq!(problem["status"], expected, "{body}");
    }
    for raw in ["", "{", "[]", "null", "\"accept\"", r#"{"do":"accept","claim":"a"}"#, "\u{0}"] {
        assert_eq!(shelf.send("/api/v1/operations", Some(TOKEN), raw).0, 400, "{raw:?}");
    }
    let plain = Request {
        method: Method::Post,
        token: Some(TOKEN.into()),
        content_type: "text/plain".into(),
        ..Request::get("/api/v1/operations")
    };
    assert_eq!(shelf.ask(&plain).0, 415);
    assert_eq!(shelf.send("/api/v1/facts", Some(TOKEN), "{}").0, 405);
    assert_eq!(log(&shelf).len(), held);
}

#[test]
fn a_closed_site_shows_nothing_without_the_token() {
    let shelf = Shelf::closed();
    let (cookie, _) = shelf.enter("Ada");
    let entered = |target: &str| shelf.ask(&Request { cookie: cookie.clone(), ..Request::get(target) });
    for page in ["/", "/facts", "/facts.csv", "/feed.atom", "/article/one", "/search?q=Helvion", "/review", "/nothing"]
    {
        // Those who may read fill the store of answers first.
        let (_, whole) = entered(page);
        let answer = shelf.answer(page);
        assert_eq!(answer.status, 303, "{page}");
        assert!(header(&answer, "location").unwrap().starts_with("/sign-in?back=%2F"), "{page}");
        assert!(answer.body.is_empty() && !whole.is_empty(), "{page}");
    }
    assert_eq!(shelf.get("/api/v1/facts").0, 401);
    let with_token = |token: &str| shelf.ask(&Request { token: Some(token.into()), ..Request::get("/api/v1/facts") }).0;
    assert_eq!((with_token(TOKEN), with_token("wrong")), (200, 401));
    let (status, page) = shelf.get("/sign-in");
    assert!(status == 200 && !page.contains("Neri"));
}

#[test]
fn a_page_of_a_session_is_nobody_elses() {
    let shelf = Shelf::market();
    let id = claim(&shelf, "Ada Neri leaves");
    let (cookie, key) = shelf.enter("Ada");
    for page in ["/review", "/log", &format!("/judge/{id}")] {
        let entered = Request { cookie: cookie.clone(), ..Request::get(page) };
        // Whoever comes first, each sees their own.
        for _ in 0..2 {
            assert!(!shelf.get(page).1.contains(&key), "{page}");
            let answer = shelf.site.answer(&entered);
            assert!(String::from_utf8_lossy(&answer.body).contains(&key), "{page}");
            assert!(answer.gzipped().is_none() && answer.etag.is_none(), "{page}");
            assert_eq!(header(&answer, "cache-control"), Some("no-store"), "{page}");
            assert!(shelf.site.kept(&entered).is_none() && shelf.site.kept(&Request::get(page)).is_some(), "{page}");
        }
    }
}

#[test]
fn an_article_sent_is_read_and_kept() {
    let shelf = Shelf::market();
    let send = |body: Value| shelf.send("/api/v1/articles", Some(TOKEN), &body.to_string());
    let article = json!({ "id": "sent", "text": "Dora Conti joins Helvion.", "published": "2025-08-01", "outlet": "The Example", "lang": "en" });
    assert_eq!(shelf.send("/api/v1/articles", None, &article.to_string()).0, 401);
    let (status, answer) = send(article.clone());
    assert_eq!((status, answer.as_str()), (201, r#"{"added":"new","claims":1,"id":"sent"}"#));
    assert_eq!(shelf.get("/person/Dora%20Conti").0, 200);
    assert!(shelf.get("/article/sent").1.contains("Dora Conti"));
    assert!(send(article.clone()).1.contains("unchanged"));
    let mut changed = article.clone();
    changed["text"] = json!("Dora Conti joins Helvion. More.");
    assert!(send(changed).1.contains("revised"));
    for (field, value, expected) in [
        ("id", json!(""), 400),
        ("id", json!("a\nb"), 400),
        ("text", json!(" "), 400),
        ("text", json!(7), 400),
        ("published", json!("soon"), 400),
        ("lang", json!("english"), 400),
        ("path", json!("/etc/passwd"), 400),
        ("url", json!("x".repeat(501)), 400),
        ("text", json!("unreadable"), 422),
    ] {
        let mut bad = article.clone();
        bad[field] = value.clone();
        bad["id"] = if field == "id" { value } else { json!("bad") };
        assert_eq!(send(bad).0, expected, "{field}");
    }
    assert_eq!(shelf.get("/article/bad").0, 404);
}
