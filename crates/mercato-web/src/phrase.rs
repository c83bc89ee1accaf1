//! What a fact or a claim says, in the words of the interface: names lead to their pages, figures keep their bounds.

use maud::{Markup, html};
use mercato_facts::Fact;
use mercato_facts::level::{Level, Mark};
use mercato_model::shown::{UNSAID, bounded, number, per_cent, safe};
use mercato_model::{Amount, Claim, Kind, Slot, Slots, Value};

use crate::address;
use crate::page::Page;

/// A fact or a claim.
#[derive(Clone, Copy)]
pub struct Said<'a> {
    pub kind: Kind,
    pub slots: &'a Slots,
    /// The person it is about, where that is settled; else the slot says.
    pub person: Option<&'a str>,
}

impl<'a> From<&'a Fact> for Said<'a> {
    fn from(fact: &'a Fact) -> Self {
        Self { kind: fact.kind, slots: &fact.slots, person: fact.person.as_deref() }
    }
}

impl<'a> From<&'a Claim> for Said<'a> {
    fn from(claim: &'a Claim) -> Self {
        Self { kind: claim.kind, slots: &claim.slots, person: None }
    }
}

/// One line with links.
pub fn headline<'a>(p: &Page<'_>, said: impl Into<Said<'a>>) -> Markup {
    let s = Line { p, said: said.into() };
    let w = p.w;
    let (main, details): (Markup, &[Slot]) = match s.said.kind {
        Kind::Move => (s.movement(), &[]),
        Kind::Appointment | Kind::Tenure => {
            (s.filled("post"), &[Slot::Start, Slot::End, Slot::Replaces, Slot::ReportsTo, Slot::Interim])
        }
        Kind::Offer => (s.filled("offer"), &[Slot::Amount, Slot::Component, Slot::Terms, Slot::Response, Slot::Role]),
        Kind::Pay => (s.filled("pay"), &[Slot::Amount, Slot::Component]),
        Kind::Retention => (s.filled("retention"), &[Slot::Measure, Slot::Amount, Slot::Versus]),
        Kind::Recruiting => (s.filled("recruiting"), &[Slot::Means]),
        Kind::Count => (s.filled("count"), &[Slot::To, Slot::Since, Slot::Unit]),
        Kind::Rate => (s.filled("rate"), &[Slot::To, Slot::Cohort]),
        Kind::Reason => {
            (s.filled(if s.text(Slot::Polarity) == Some("is_not") { "not_because" } else { "because" }), &[])
        }
        Kind::Layoff => (s.filled("layoff"), &[Slot::Unit]),
        Kind::Deal => (s.filled("deal"), &[Slot::Amount, Slot::N]),
        Kind::Legal => (s.filled("legal"), &[Slot::State, Slot::Matter]),
        Kind::Condition => (s.filled("condition"), &[Slot::Value, Slot::Unit]),
        Kind::Stance => (s.filled("stance"), &[Slot::About]),
        Kind::Figure => (s.filled("figure"), &[Slot::Amount, Slot::Year, Slot::Growth]),
    };
    let details: Vec<Markup> = details
        .iter()
        .filter_map(|&slot| {
            let shown = s.slot(slot)?;
            let label = format!("detail.{}", slot.as_str());
            let labelled = matches!(
                slot,
                Slot::Replaces | Slot::ReportsTo | Slot::Versus | Slot::Since | Slot::Start | Slot::End | Slot::To
            );
            Some(if labelled { w.fill(&label, &[("x", &shown)]) } else { shown })
        })
        .collect();
    html! { (main) @for (n, detail) in details.iter().enumerate() { (if n == 0 { ": " } else { ", " }) (detail) } }
}

struct Line<'a> {
    p: &'a Page<'a>,
    said: Said<'a>,
}

impl Line<'_> {
    fn text(&self, slot: Slot) -> Option<&str> {
        self.said.slots.get(&slot)?.texts().into_iter().next()
    }

    /// A phrase of the interface with the slots that it asks for.
    fn filled(&self, phrase: &str) -> Markup {
        let or_unsaid = |shown: Option<Markup>| shown.unwrap_or_else(|| html! { span.unsaid { (UNSAID) } });
        let post = [Slot::Role, Slot::Unit, Slot::Org].into_iter().filter_map(|slot| self.slot(slot));
        let number = self.slot(Slot::N).or_else(|| self.slot(Slot::Share));
        let number = match (number, self.slot(Slot::Of)) {
            (Some(number), Some(of)) => Some(self.p.w.fill("phrase.of", &[("n", &number), ("of", &of)])),
            (number, _) => number,
        };
        self.p.w.fill(
            &format!("phrase.{phrase}"),
            &[
                ("people", &self.people()),
                ("post", &joined(post.collect())),
                ("by", &or_unsaid(self.slot(Slot::By).or_else(|| self.slot(Slot::Person)))),
                ("org", &or_unsaid(self.slot(Slot::Org).or_else(|| self.slot(Slot::Unit)))),
                ("target", &or_unsaid(self.slot(Slot::Target))),
                ("n", &or_unsaid(number)),
                ("group", &self.group()),
                ("direction", &or_unsaid(self.slot(Slot::Direction))),
                ("stat", &or_unsaid(self.slot(Slot::Stat))),
                ("value", &or_unsaid(self.slot(Slot::Value))),
                ("subject", &or_unsaid(self.slot(Slot::Subject).or_else(|| self.slot(Slot::Org)))),
                ("factor", &or_unsaid(self.slot(Slot::Factor))),
                ("acquirer", &or_unsaid(self.slot(Slot::Acquirer))),
                ("form", &or_unsaid(self.slot(Slot::Form))),
                ("plaintiff", &or_unsaid(self.slot(Slot::Plaintiff))),
                ("defendant", &or_unsaid(self.slot(Slot::Defendant))),
                ("what", &or_unsaid(self.slot(Slot::What))),
                ("actor", &or_unsaid(self.slot(Slot::Actor))),
                ("stance", &or_unsaid(self.slot(Slot::Stance))),
            ],
        )
    }

    /// Who is counted, in the words of the article, which may hold the number once more.
    fn group(&self) -> Markup {
        match self.slot(Slot::Group) {
            Some(group) => html! { "“" (group) "”" },
            None => html! { (self.p.w.t("phrase.somebody")) },
        }
    }

    fn people(&self) -> Markup {
        match self.said.person {
            Some(name) => person(self.p, name),
            None => self
                .slot(Slot::Person)
                .or_else(|| self.slot(Slot::Group))
                .unwrap_or_else(|| html! { span.unsaid { (self.p.w.t("phrase.somebody")) } }),
        }
    }

    fn movement(&self) -> Markup {
        let end = |org: Slot, unit: Slot, role: Slot| {
            let inside: Vec<Markup> = [role, unit].into_iter().filter_map(|slot| self.slot(slot)).collect();
            html! {
                @match self.slot(org) {
                    Some(firm) => (firm),
                    None => span.unsaid title=(self.p.w.t("phrase.untold")) { (UNSAID) },
                }
                @if !inside.is_empty() { " " span.inside { "(" (joined(inside)) ")" } }
            }
        };
        html! {
            span.who { (self.people()) ":" } " "
            (end(Slot::From, Slot::UnitFrom, Slot::RoleFrom)) " "
            span.arrow aria-hidden="true" { "→" } span.vh { (self.p.w.t("phrase.to")) } " "
            (end(Slot::To, Slot::UnitTo, Slot::RoleTo))
            @if let Some(manner) = self.slot(Slot::Manner) { " " span.manner { (manner) } }
        }
    }

    /// A slot's value with links and in words; `None`: not told.
    fn slot(&self, slot: Slot) -> Option<Markup> {
        let value = self.said.slots.get(&slot)?;
        Some(value_of(self.p, self.said, slot, value))
    }
}

/// The value of a slot.
pub fn value_of(p: &Page<'_>, said: Said<'_>, slot: Slot, value: &Value) -> Markup {
    use mercato_model::schema::SlotType;
    let kind = said.kind.slot_type(slot);
    let texts = || value.texts();
    match (kind, value) {
        (Some(SlotType::People), _) => joined(texts().into_iter().map(|name| person(p, name)).collect()),
        (Some(SlotType::Name), _) => joined(texts().into_iter().map(|name| firm(p, name)).collect()),
        (Some(SlotType::Code(_) | SlotType::Codes(_)), _) => {
            joined(texts().into_iter().map(|code| html! { (p.w.code(code)) }).collect())
        }
        (_, Value::Amount(amount)) => html! { (figure(p, amount)) },
        (_, Value::Bounds(bounds)) => {
            let ratio = matches!(said.slots.get(&Slot::Stat), Some(Value::Text(t)) if t.ends_with("_ratio"));
            let share = matches!(slot, Slot::Share | Slot::Growth) || (slot == Slot::Value && !ratio);
            html! { span.figure { (bounded(*bounds, if share { per_cent } else { number })) } }
        }
        (_, Value::Number(n)) => html! { span.figure { (number(*n)) } },
        (_, Value::Flag(_)) => html! { (p.w.code(slot.as_str())) },
        _ => html! { bdi { (safe(&texts().join(", "))) } },
    }
}

fn joined(parts: Vec<Markup>) -> Markup {
    html! { @for (n, part) in parts.iter().enumerate() { @if n > 0 { ", " } (part) } }
}

/// An amount in words: `up to` stays a bound, a median stays a median.
pub fn figure(p: &Page<'_>, amount: &Amount) -> Markup {
    html! {
        span.figure { @if let Some(stat) = stat(amount) { (p.w.code(stat)) " " } (bounded(amount.bounds, |v| money(p, v, amount.currency.as_deref()))) }
        @if let Some(period) = amount.period.as_deref() { " " span.period { (p.w.code(period)) } }
    }
}

/// A sum as the newspapers of the language write it.
pub fn money(p: &Page<'_>, v: f64, currency: Option<&str>) -> String {
    let (form, unit) = match currency {
        Some("USD") => ("money.sign", "$"),
        Some("EUR") => ("money.sign", "€"),
        Some("GBP") => ("money.sign", "£"),
        Some(code) => ("money.code", code),
        None => ("money.code", ""),
    };
    let (scaled, scale) = match v.abs() {
        x if x >= 1e9 => (v / 1e9, p.w.t("money.billions")),
        x if x >= 1e6 => (v / 1e6, p.w.t("money.millions")),
        x if x >= 1e3 => (v / 1e3, p.w.t("money.thousands")),
        _ => (v, ""),
    };
    let n = number(scaled).replace('.', p.w.t("money.point"));
    let text = p.w.t(form).replace("{n}", &n).replace("{scale}", scale).replace("{unit}", unit);
    // What is absent leaves no gap, and a figure is not torn from its unit.
    text.split_whitespace().collect::<Vec<_>>().join("\u{a0}")
}

fn stat(amount: &Amount) -> Option<&str> {
    amount.stat.as_deref().filter(|stat| !matches!(*stat, "max" | "range"))
}

/// A person's name; it leads to a page when there is one.
pub fn person(p: &Page<'_>, name: &str) -> Markup {
    match p.view.people.person(name) {
        Some(named) => p.link(Some("person"), &address::person(&named.name), &html! { bdi { (safe(name)) } }),
        None => html! { bdi { (safe(name)) } },
    }
}

pub fn firm(p: &Page<'_>, name: &str) -> Markup {
    let key = mercato_facts::fold::firm_key(p.site.config.world.firm_name(name));
    match p.view.firms.get(&key) {
        Some(named) => p.link(Some("firm"), &address::firm(&named.name), &html! { bdi { (safe(name)) } }),
        None => html! { bdi { (safe(name)) } },
    }
}

/// The mark of how well a fact stands: a shape that needs no colour, with its name for those who hear the page.
pub fn level(p: &Page<'_>, fact: &Fact) -> Markup {
    let shape = fact.level.as_str();
    let mut name = p.w.code(shape);
    for mark in &fact.marks {
        name += ", ";
        name += &p.w.code(mark.as_str());
    }
    let struck = fact.has(Mark::Denied) || fact.has(Mark::Retracted);
    let contested = fact.has(Mark::Contested);
    html! {
        span.level title=(name) {
            svg.mark width="14" height="14" viewBox="0 0 14 14" aria-hidden="true" {
                @if contested { circle.contest cx="7" cy="7" r="6.4" {} }
                (level_shape(fact.level))
                @if struck { path.strike d="M1 13 13 1" {} }
            }
            span.vh { (name) }
        }
    }
}

/// The shape of a level, in a field of 14 by 14.
pub fn level_shape(level: Level) -> Markup {
    html! {
        @match level {
            Level::Mention => circle.dot cx="7" cy="7" r="1.5" {},
            Level::Rumour => circle.hollow.dashed cx="7" cy="7" r="4.5" {},
            Level::Reported => circle.hollow cx="7" cy="7" r="4.5" {},
            Level::Corroborated => { circle.hollow cx="7" cy="7" r="4.5" {} path.full d="M7 2.5a4.5 4.5 0 0 1 0 9z" {} },
            Level::Confirmed => circle.full cx="7" cy="7" r="4.5" {},
            Level::Completed => { circle.full cx="7" cy="7" r="4.5" {} path.tick d="M4.8 7.2l1.6 1.6 3-3.4" {} },
        }
    }
}

/// `1 origin · 5 repeats · 1 denial`.
pub fn voices(p: &Page<'_>, fact: &Fact) -> Markup {
    let mut parts = vec![counted(p, fact.roots.len(), "origin")];
    if fact.repeats > 0 {
        parts.push(counted(p, fact.repeats, "repeat"));
    }
    if fact.denials() > 0 {
        parts.push(counted(p, fact.denials(), "denial"));
    }
    html! { @for (n, part) in parts.iter().enumerate() { @if n > 0 { " · " } (part) } }
}

/// Date and time of day of an entry, to the second.
pub fn second(at: &str) -> String {
    at.chars().take(19).map(|c| if c == 'T' { ' ' } else { c }).filter(|c| *c != 'Z').collect()
}

/// A number with its noun.
pub fn counted(p: &Page<'_>, n: usize, noun: &str) -> Markup {
    let form = if n == 1 { "one" } else { "many" };
    p.w.fill(&format!("count.{noun}_{form}"), &[("n", &n)])
}

/// When it happened; a day that only publication bounds says so.
pub fn when(p: &Page<'_>, fact: &Fact) -> Markup {
    let Some(date) = &fact.date else { return html! { span.unsaid { (p.w.t("phrase.undated")) } } };
    let shown = match (&date.first, &date.last) {
        (first, last) if first == last => first.clone(),
        (first, last) if first.ends_with("-01-01") && last.ends_with("-12-31") && first[..4] == last[..4] => {
            first[..4].to_owned()
        }
        (first, last) if first[..7] == last[..7] && first.ends_with("-01") => first[..7].to_owned(),
        (first, last) => format!("{first} – {last}"),
    };
    html! {
        @if date.said { time { (shown) } } @else { time.bound title=(p.w.t("phrase.by")) { "≤ " (date.last) } }
    }
}
