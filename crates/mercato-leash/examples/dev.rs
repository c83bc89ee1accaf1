//! dev
use mercato_leash::*;
use mercato_model::*;
use mercato_pack::Knowledge;
use std::collections::BTreeMap;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let k = Knowledge::embedded();
    let docs = std::fs::read_to_string(&a[1]).unwrap();
    let cl = std::fs::read_to_string(&a[2]).unwrap();
    let mut by: BTreeMap<String, Answer> = BTreeMap::new();
    for l in cl.lines() {
        let v: serde_json::Value = serde_json::from_str(l).unwrap();
        by.entry(v["doc"].as_str().unwrap().into())
            .or_default()
            .proposals
            .extend(answer::proposal(v.as_object().unwrap()));
    }
    let leash = Leash::new(
        &k,
        if let Some(f) = std::env::var_os("CAL") {
            Calibration::parse(&std::fs::read_to_string(f).unwrap()).unwrap()
        } else {
            Calibration::default()
        },
    );
    let t = std::time::Instant::now();
    let mut n = 0;
    let mut out = vec![];
    let reps: usize = a.get(3).map_or(1, |r| r.parse().unwrap());
    for _ in 0..reps {
        for l in docs.lines() {
            let v: serde_json::Value = serde_json::from_str(l).unwrap();
            let s = |k: &str| v[k].as_str().map(str::to_owned);
            let d = Document {
                id: s("id").unwrap(),
                text: s("text").unwrap(),
                lang: s("lang").and_then(|l| Lang::parse(&l)),
                published: s("published").or(s("date")).and_then(|p| PartialDate::parse(&p)),
                outlet: s("outlet"),
                ..Default::default()
            };
            let sv = mercato_read::survey(&d, &k).unwrap();
            if std::env::var_os("STAT").is_some() {
                let h = leash.hold(&d, &sv, &by[&d.id], "m");
                for c in &h.claims {
                    let q: Vec<_> = c.evidence.quotes().iter().map(|q| q.span).collect();
                    let vs: Vec<String> = sv
                        .verbs
                        .iter()
                        .filter(|v| q.iter().any(|s| s.overlaps(v.span)))
                        .map(|v| format!("{}{}", v.status.as_str(), if v.finite { "+" } else { "" }))
                        .collect();
                    let ls: std::collections::BTreeSet<usize> = q.iter().filter_map(|s| sv.line_at(s.start)).collect();
                    let vo: Vec<String> = sv
                        .voices
                        .iter()
                        .filter(|v| ls.contains(&v.sentence))
                        .map(|v| {
                            format!(
                                "{}{:?}{}",
                                if v.whole { "W" } else { "" },
                                v.chain,
                                if q.iter().any(|s| s.overlaps(v.span)) {
                                    "in"
                                } else if q.iter().any(|s| s.start >= v.span.end) {
                                    "before"
                                } else {
                                    "after"
                                }
                            )
                        })
                        .collect();
                    println!("{}", serde_json::json!({"c":c,"vs":vs,"vo":vo}));
                }
                continue;
            }
            let h = leash.read(
                &d,
                &sv,
                &by[&d.id],
                "model:x",
                if std::env::var_os("BOTH").is_some() { Readers::Both } else { Readers::Model },
            );
            n += 1;
            if reps == 1 {
                out.push((h, d));
            }
        }
    }
    eprintln!("{} docs/s", n as f64 / t.elapsed().as_secs_f64());
    for (h, d) in out {
        for c in h.claims {
            println!("{}", serde_json::to_string(&c).unwrap());
        }
        for n in h.notes {
            eprintln!("{} {} {} | {:?}", d.id, n.code, n.detail, n.span.map(|s| s.slice(&d.text).unwrap()));
        }
    }
}
