//! Writes the Rust tables, the JSON Schema and the docs page of claims from `schema/claims.toml`.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Map, json};
use toml::{Table, Value};

/// Writes every generated file.
pub fn write(root: &Path) -> Result<String, String> {
    let files = render(root)?;
    for (path, text) in &files {
        std::fs::write(root.join(path), text).map_err(|e| format!("{}: {e}", path.display()))?;
    }
    Ok(format!("{} files written", files.len()))
}

/// Fails when a generated file differs from what the schema says.
pub fn check(root: &Path) -> Result<String, String> {
    let files = render(root)?;
    for (path, text) in &files {
        if std::fs::read_to_string(root.join(path)).ok().as_deref() != Some(text) {
            return Err(format!("{} is out of date: run `cargo run -p xtask -- generate`", path.display()));
        }
    }
    Ok(format!("{} generated files agree with schema/claims.toml", files.len()))
}

fn render(root: &Path) -> Result<Vec<(PathBuf, String)>, String> {
    let path = root.join("schema/claims.toml");
    let text = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let schema: Table = text.parse().map_err(|e| format!("{}: {e}", path.display()))?;
    let schema = Schema::read(&schema).ok_or("schema/claims.toml: a kind, status or code table is malformed")?;
    Ok(vec![
        ("crates/mercato-model/src/schema.rs".into(), formatted(root, &schema.rust())?),
        ("schema/claim.schema.json".into(), schema.json()),
        ("docs/claims.md".into(), schema.page()),
    ])
}

/// The code as `cargo fmt` would leave it, so that the two never disagree.
fn formatted(root: &Path, code: &str) -> Result<String, String> {
    let failed = |e: std::io::Error| format!("rustfmt: {e}");
    let mut child = Command::new("rustfmt")
        .args(["--edition", "2024", "--emit", "stdout", "--config-path"])
        .arg(root)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    child.stdin.take().ok_or("rustfmt: no standard input")?.write_all(code.as_bytes()).map_err(failed)?;
    let output = child.wait_with_output().map_err(failed)?;
    if output.status.success() {
        String::from_utf8(output.stdout).map_err(|e| e.to_string())
    } else {
        Err("rustfmt failed".into())
    }
}

struct Schema {
    statuses: Vec<(String, String)>,
    codes: Vec<(String, Vec<String>)>,
    kinds: Vec<KindSpec>,
}

struct KindSpec {
    name: String,
    headline: bool,
    doc: String,
    key: Vec<String>,
    slots: Vec<(String, String)>,
}

fn strings(value: &Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|v| v.as_str().map(str::to_owned)).collect()
}

fn camel(name: &str) -> String {
    name.split('_').map(|w| w[..1].to_uppercase() + &w[1..]).collect()
}

impl Schema {
    fn read(table: &Table) -> Option<Self> {
        let text = |t: &Value, k: &str| t.get(k).and_then(Value::as_str).map(str::to_owned);
        Some(Self {
            statuses: table
                .get("status")?
                .as_array()?
                .iter()
                .map(|s| Some((text(s, "code")?, text(s, "doc")?)))
                .collect::<Option<_>>()?,
            codes: table
                .get("codes")?
                .as_table()?
                .iter()
                .map(|(k, v)| Some((k.clone(), strings(v)?)))
                .collect::<Option<_>>()?,
            kinds: table
                .get("kind")?
                .as_array()?
                .iter()
                .map(|k| {
                    Some(KindSpec {
                        name: text(k, "name")?,
                        headline: k.get("headline")?.as_bool()?,
                        doc: text(k, "doc")?,
                        key: strings(k.get("key")?)?,
                        slots: k
                            .get("slots")?
                            .as_table()?
                            .iter()
                            .map(|(s, t)| Some((s.clone(), t.as_str()?.to_owned())))
                            .collect::<Option<_>>()?,
                    })
                })
                .collect::<Option<_>>()?,
        })
    }

    /// Every slot name once, in order of first use.
    fn slots(&self) -> Vec<&str> {
        let mut all: Vec<&str> = Vec::new();
        for (slot, _) in self.kinds.iter().flat_map(|k| &k.slots) {
            if !all.contains(&slot.as_str()) {
                all.push(slot);
            }
        }
        all
    }

    fn rust(&self) -> String {
        let mut out = String::from(
            "//! Kinds, statuses, slots and codes of claims. Generated from `schema/claims.toml` by `cargo run -p xtask -- generate`.\n\n",
        );
        let statuses: Vec<_> = self.statuses.iter().map(|(c, d)| (c.as_str(), d.as_str())).collect();
        let kinds: Vec<_> = self.kinds.iter().map(|k| (k.name.as_str(), k.doc.as_str())).collect();
        let slots: Vec<_> = self.slots().into_iter().map(|s| (s, "")).collect();
        rust_enum(&mut out, "Status", "How surely a claim is said; of several that apply, the later wins.", &statuses);
        rust_enum(&mut out, "Kind", "What a claim is about.", &kinds);
        rust_enum(&mut out, "Slot", "A named part of a claim.", &slots);
        out.push_str("/// What a slot of a kind holds.\n#[derive(Clone, Copy, Debug, PartialEq, Eq)]\npub enum SlotType {\n    /// An organisation.\n    Name,\n    /// A list of persons.\n    People,\n    Text,\n    /// One code of the named list.\n    Code(&'static [&'static str]),\n    /// One or more codes of the named list.\n    Codes(&'static [&'static str]),\n    Amount,\n    Bounds,\n    Number,\n    Flag,\n    Year,\n}\n\n");
        out.push_str("impl Kind {\n    /// Whether the kind counts in the headline figure of the scorer.\n    pub fn is_headline(self) -> bool {\n        match self {\n");
        for k in &self.kinds {
            let _ = writeln!(out, "            Self::{} => {},", camel(&k.name), k.headline);
        }
        out.push_str("        }\n    }\n\n    /// Groups of slots of which at least one must be filled.\n    pub fn key(self) -> &'static [&'static [Slot]] {\n        match self {\n");
        for k in &self.kinds {
            let groups: Vec<String> = k
                .key
                .iter()
                .map(|g| {
                    format!("&[{}]", g.split('|').map(|s| format!("Slot::{}", camel(s))).collect::<Vec<_>>().join(", "))
                })
                .collect();
            let _ = writeln!(out, "            Self::{} => &[{}],", camel(&k.name), groups.join(", "));
        }
        out.push_str("        }\n    }\n\n    /// The slots of this kind with what they hold.\n    pub fn slots(self) -> &'static [(Slot, SlotType)] {\n        match self {\n");
        for k in &self.kinds {
            let slots: Vec<String> = k
                .slots
                .iter()
                .map(|(s, t)| {
                    let ty = match t.split_once(':') {
                        Some((shape, list)) => format!("SlotType::{}(codes::{})", camel(shape), list.to_uppercase()),
                        None => format!("SlotType::{}", camel(t)),
                    };
                    format!("(Slot::{}, {ty})", camel(s))
                })
                .collect();
            let _ = writeln!(out, "            Self::{} => &[{}],", camel(&k.name), slots.join(", "));
        }
        out.push_str("        }\n    }\n\n    /// What `slot` holds in this kind; `None` when the kind has no such slot.\n    pub fn slot_type(self, slot: Slot) -> Option<SlotType> {\n        self.slots().iter().find(|(s, _)| *s == slot).map(|(_, t)| *t)\n    }\n}\n\n");
        out.push_str("/// Lists of codes.\npub mod codes {\n");
        for (name, list) in &self.codes {
            let items: Vec<String> = list.iter().map(|c| format!("{c:?}")).collect();
            let _ = writeln!(out, "    pub const {}: &[&str] = &[{}];", name.to_uppercase(), items.join(", "));
        }
        out.push_str("}\n");
        out
    }

    fn json(&self) -> String {
        let bounds = json!({"type": "object", "properties": {"min": {"type": "number"}, "max": {"type": "number"}, "approx": {"type": "boolean"}}, "additionalProperties": false, "anyOf": [{"required": ["min"]}, {"required": ["max"]}]});
        let amount = json!({"type": "object", "properties": {"min": {"type": "number"}, "max": {"type": "number"}, "approx": {"type": "boolean"}, "currency": {"type": "string", "pattern": "^[A-Z]{3}$"}, "period": {"type": "string"}, "stat": {"enum": ["max", "median", "mean", "range"]}}, "additionalProperties": false});
        let list_of =
            |item: serde_json::Value| json!({"anyOf": [item.clone(), {"type": "array", "items": item, "minItems": 1}]});
        let kinds: Vec<serde_json::Value> = self
            .kinds
            .iter()
            .map(|k| {
                let mut props = Map::new();
                for (slot, ty) in &k.slots {
                    let codes = |list: &str| json!({"enum": self.codes.iter().find(|(n, _)| n == list).map(|(_, c)| c.clone()).unwrap_or_default()});
                    let spec = match ty.split_once(':') {
                        Some((_, list)) => list_of(codes(list)),
                        None => match ty.as_str() {
                            "people" => json!({"type": "array", "items": {"type": "string"}, "minItems": 1}),
                            "amount" => amount.clone(),
                            "bounds" => bounds.clone(),
                            "number" => json!({"type": "number"}),
                            "year" => json!({"type": ["number", "string"]}),
                            "flag" => json!({"type": "boolean"}),
                            _ => list_of(json!({"type": "string"})),
                        },
                    };
                    props.insert(slot.clone(), spec);
                }
                let need: Vec<serde_json::Value> =
                    k.key.iter().map(|g| json!({"anyOf": g.split('|').map(|s| json!({"required": [s]})).collect::<Vec<_>>()})).collect();
                json!({"properties": {"kind": {"const": k.name}, "slots": {"type": "object", "properties": props, "additionalProperties": false, "allOf": need}}})
            })
            .collect();
        let schema = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "Mercato claim",
            "description": "Generated from schema/claims.toml.",
            "type": "object",
            "required": ["doc", "lang", "kind", "slots", "status", "source", "evidence", "rule", "score"],
            "properties": {
                "doc": {"type": "string"},
                "lang": {"type": "string", "pattern": "^[a-z]{2}$"},
                "kind": {"enum": self.kinds.iter().map(|k| k.name.clone()).collect::<Vec<_>>()},
                "status": {"enum": self.statuses.iter().map(|(c, _)| c.clone()).collect::<Vec<_>>()},
                "source": {"type": "array", "items": {"type": "string"}},
                "date": {"type": "object", "required": ["value", "basis"], "properties": {"value": {"type": "string", "pattern": "^\\d{4}(-\\d{2}(-\\d{2})?)?$"}, "basis": {"enum": ["stated", "relative", "published"]}}},
                "evidence": {"type": "array", "minItems": 1, "items": {"type": "object", "required": ["start", "end", "quote"], "properties": {"start": {"type": "integer", "minimum": 0}, "end": {"type": "integer", "minimum": 1}, "quote": {"type": "string", "minLength": 1}}}},
                "rule": {"type": "string"},
                "as_written": {"type": "object", "additionalProperties": {"type": "string"}},
                "score": {"type": "number", "minimum": 0, "maximum": 1}
            },
            "oneOf": kinds
        });
        serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n"
    }

    fn page(&self) -> String {
        let mut out = String::from(
            "# Claims: kinds, slots, codes, statuses\n\nGenerated from `schema/claims.toml` by `cargo run -p xtask -- generate`. Slots in **bold** are keys.\n\n| kind | headline | slots | meaning |\n|---|---|---|---|\n",
        );
        for k in &self.kinds {
            let keys: Vec<&str> = k.key.iter().flat_map(|g| g.split('|')).collect();
            let slots: Vec<String> = k
                .slots
                .iter()
                .map(|(s, t)| if keys.contains(&s.as_str()) { format!("**{s}** ({t})") } else { format!("{s} ({t})") })
                .collect();
            let _ = writeln!(
                out,
                "| `{}` | {} | {} | {} |",
                k.name,
                if k.headline { "yes" } else { "no" },
                slots.join(", "),
                k.doc
            );
        }
        out.push_str(
            "\n## Statuses\nOf several that apply, the one further down wins.\n\n| status | said how |\n|---|---|\n",
        );
        for (code, doc) in &self.statuses {
            let _ = writeln!(out, "| `{code}` | {doc} |");
        }
        out.push_str("\n## Codes\n\n| list | codes |\n|---|---|\n");
        for (name, list) in &self.codes {
            let _ =
                writeln!(out, "| {name} | {} |", list.iter().map(|c| format!("`{c}`")).collect::<Vec<_>>().join(" "));
        }
        out
    }
}

fn rust_enum(out: &mut String, name: &str, doc: &str, variants: &[(&str, &str)]) {
    let _ = writeln!(out, "/// {doc}\n#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]");
    let _ = writeln!(
        out,
        "#[cfg_attr(feature = \"serde\", derive(serde::Serialize, serde::Deserialize), serde(rename_all = \"snake_case\"))]"
    );
    let _ = writeln!(out, "pub enum {name} {{");
    for (variant, doc) in variants {
        if !doc.is_empty() {
            let _ = writeln!(out, "    /// {doc}");
        }
        let _ = writeln!(out, "    {},", camel(variant));
    }
    let _ = writeln!(out, "}}\n\nimpl {name} {{\n    pub const ALL: &'static [Self] = &[");
    for (variant, _) in variants {
        let _ = writeln!(out, "        Self::{},", camel(variant));
    }
    out.push_str("    ];\n\n    /// The name used in every format.\n    pub fn as_str(self) -> &'static str {\n        match self {\n");
    for (variant, _) in variants {
        let _ = writeln!(out, "            Self::{} => {variant:?},", camel(variant));
    }
    out.push_str("        }\n    }\n\n    /// The inverse of [`as_str`](Self::as_str).\n    pub fn parse(name: &str) -> Option<Self> {\n        Self::ALL.iter().copied().find(|v| v.as_str() == name)\n    }\n}\n\n");
}
