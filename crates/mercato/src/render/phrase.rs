//! What a claim says, in one line: names, arrows, quantities with their bounds.

use mercato_model::shown::{UNSAID, bounded, number, per_cent, safe, sum};
use mercato_model::{Amount, Claim, ClaimDate, DateBasis, Kind, Slot, Status, Value};

use super::term::Style;

/// One line without line breaks or control characters.
pub fn what(claim: &Claim) -> String {
    said(claim.kind, &claim.slots)
}

/// The same of slots that stand for several claims.
pub fn said(kind: Kind, slots: &mercato_model::Slots) -> String {
    let c = Slots(slots);
    let line = match kind {
        Kind::Move => c.movement(),
        Kind::Appointment => c.post("→"),
        Kind::Tenure => c.post(":"),
        Kind::Offer => {
            let origin = c.get(Slot::From).map(|from| format!(" ({from})")).unwrap_or_default();
            c.details(
                format!("{} offers {}{origin}", c.or_unsaid(Slot::By), c.people()),
                &[Slot::Amount, Slot::Component, Slot::Terms, Slot::Response, Slot::Role],
            )
        }
        Kind::Pay => {
            c.details(format!("{} pays {}", c.or_unsaid(Slot::Org), c.people()), &[Slot::Amount, Slot::Component])
        }
        Kind::Retention => {
            let against = c.get(Slot::Versus).map(|v| format!(" against {v}")).unwrap_or_default();
            let whom = if c.people() == UNSAID { "its people".to_owned() } else { c.people() };
            c.details(format!("{} holds {whom}{against}", c.or_unsaid(Slot::Org)), &[Slot::Measure, Slot::Amount])
        }
        Kind::Recruiting => {
            let by = match (c.get(Slot::By), c.get(Slot::Person)) {
                (Some(by), Some(person)) => format!("{by} ({person})"),
                (by, person) => by.or(person).unwrap_or_else(|| UNSAID.to_owned()),
            };
            c.details(format!("{by} approaches {}", c.or_unsaid(Slot::Target)), &[Slot::Means])
        }
        Kind::Count => c.count(),
        Kind::Rate => c.rate(),
        Kind::Reason => {
            let negation = if c.get(Slot::Polarity).as_deref() == Some("is_not") { "not " } else { "" };
            let subject = c.get(Slot::Subject).or_else(|| c.get(Slot::Org)).unwrap_or_else(|| UNSAID.to_owned());
            let org = c.get(Slot::Org).filter(|org| *org != subject).map(|o| format!(" ({o})")).unwrap_or_default();
            format!("{subject}{org}: {negation}because of {}", c.or_unsaid(Slot::Factor))
        }
        Kind::Layoff => {
            let how_many = c.quantity(Slot::N).or_else(|| c.share(Slot::Share));
            let unit = c.get(Slot::Unit).map(|u| format!(" in {u}")).unwrap_or_default();
            format!("{} lays off {}{unit}", c.or_unsaid(Slot::Org), how_many.unwrap_or_else(|| "people".to_owned()))
        }
        Kind::Deal => {
            let form = c.get(Slot::Form).unwrap_or_else(|| "deal".to_owned());
            let people = c.quantity(Slot::N).map(|n| format!(", {n} people")).unwrap_or_default();
            let line = format!("{} → {}: {form}{people}", c.or_unsaid(Slot::Acquirer), c.or_unsaid(Slot::Target));
            c.details(line, &[Slot::Amount])
        }
        Kind::Legal => {
            let sides = format!("{} v. {}", c.or_unsaid(Slot::Plaintiff), c.or_unsaid(Slot::Defendant));
            c.details(sides, &[Slot::State, Slot::Matter])
        }
        Kind::Condition => {
            let unit = c.get(Slot::Unit).map(|u| format!(" ({u})")).unwrap_or_default();
            c.details(format!("{}{unit}: {}", c.or_unsaid(Slot::Org), c.or_unsaid(Slot::What)), &[Slot::Value])
        }
        Kind::Stance => {
            let about = c.get(Slot::About).map(|a| format!(" ({a})")).unwrap_or_default();
            format!("{} {}{about}", c.or_unsaid(Slot::Actor), c.or_unsaid(Slot::Stance))
        }
        Kind::Figure => {
            let growth = c.share(Slot::Growth).map(|g| format!(", growth {g}")).unwrap_or_default();
            let year = c.value(Slot::Year).map(|y| format!(" ({y})")).unwrap_or_default();
            let amount = c.value(Slot::Amount).unwrap_or_else(|| UNSAID.to_owned());
            format!("{}: {amount}{year}{growth}", c.or_unsaid(Slot::What))
        }
    };
    safe(&line).into_owned()
}

/// A quantity with its bounds, as the slot is measured.
pub fn quantity(slot: Slot, slots: &mercato_model::Slots) -> Option<String> {
    let c = Slots(slots);
    match slot {
        Slot::Share | Slot::Growth => c.share(slot),
        Slot::Value if !matches!(c.code(Slot::Stat), Some("flow_ratio" | "pay_ratio")) => c.share(slot),
        Slot::Amount => c.value(slot),
        _ => c.quantity(slot),
    }
}

/// Who says it: the outlet, then the chain from the outermost to the innermost source.
pub fn chain(claim: &Claim, outlet: Option<&str>) -> String {
    let links: Vec<&str> = outlet.into_iter().chain(claim.source.iter().map(String::as_str)).collect();
    safe(&links.join(" › ")).into_owned()
}

/// When it happened; in parentheses a day of publication, which only bounds it.
pub fn date(claim: &Claim) -> String {
    match claim.date {
        None => String::new(),
        Some(ClaimDate { value, basis: DateBasis::Published }) => format!("({value})"),
        Some(ClaimDate { value, .. }) => value.to_string(),
    }
}

/// A mark and a word; the mark alone is enough where there is no colour.
pub fn status(status: Status) -> (String, Style) {
    let (mark, style) = match status {
        Status::Asserted => ("=", Style::Sure),
        Status::Planned => (">", Style::Unsure),
        Status::Reported => ("~", Style::Unsure),
        Status::Possible => ("?", Style::Unsure),
        Status::Counterfactual => ("≠", Style::Against),
        Status::Negated => ("✗", Style::Against),
        Status::Denied => ("!", Style::Against),
    };
    (format!("{mark} {}", status.as_str()), style)
}

struct Slots<'a>(&'a mercato_model::Slots);

impl Slots<'_> {
    /// The texts of a slot with codes in words.
    fn get(&self, slot: Slot) -> Option<String> {
        let texts = self.0.get(&slot).map(Value::texts).unwrap_or_default();
        (!texts.is_empty()).then(|| texts.iter().map(|t| spoken(t)).collect::<Vec<_>>().join(", "))
    }

    /// The first text of a slot, as it is.
    fn code(&self, slot: Slot) -> Option<&str> {
        self.0.get(&slot)?.texts().into_iter().next()
    }

    fn or_unsaid(&self, slot: Slot) -> String {
        self.get(slot).unwrap_or_else(|| UNSAID.to_owned())
    }

    fn people(&self) -> String {
        self.get(Slot::Person).or_else(|| self.get(Slot::Group)).unwrap_or_else(|| UNSAID.to_owned())
    }

    fn value(&self, slot: Slot) -> Option<String> {
        match self.0.get(&slot)? {
            Value::Flag(yes) => yes.then(|| slot.as_str().to_owned()),
            Value::Number(n) => Some(number(*n)),
            Value::Amount(amount) => Some(money(amount)),
            Value::Bounds(bounds) => Some(bounded(*bounds, number)),
            Value::Text(text) if slot == Slot::Component && text == "total" => Some("all components".to_owned()),
            Value::Text(_) | Value::List(_) => self.get(slot),
        }
    }

    fn quantity(&self, slot: Slot) -> Option<String> {
        self.0.get(&slot)?.bounds().map(|b| bounded(b, number))
    }

    fn share(&self, slot: Slot) -> Option<String> {
        self.0.get(&slot)?.bounds().map(|b| bounded(b, per_cent))
    }

    fn details(&self, line: String, slots: &[Slot]) -> String {
        let details: Vec<String> = slots.iter().filter_map(|&slot| self.value(slot)).collect();
        if details.is_empty() { line } else { format!("{line}: {}", details.join(", ")) }
    }

    fn movement(&self) -> String {
        let end = |firm: Slot, unit: Slot, role: Slot| {
            let inside: Vec<String> = [role, unit].iter().filter_map(|&slot| self.get(slot)).collect();
            let firm = self.or_unsaid(firm);
            if inside.is_empty() { firm } else { format!("{firm} ({})", inside.join(", ")) }
        };
        let from = end(Slot::From, Slot::UnitFrom, Slot::RoleFrom);
        let to = end(Slot::To, Slot::UnitTo, Slot::RoleTo);
        let manner = self.get(Slot::Manner).map(|m| format!(", {m}")).unwrap_or_default();
        format!("{}: {from} → {to}{manner}", self.people())
    }

    fn post(&self, arrow: &str) -> String {
        let place = match (self.get(Slot::Org), self.get(Slot::Unit)) {
            (Some(org), Some(unit)) => format!("{org} ({unit})"),
            (org, unit) => org.or(unit).unwrap_or_else(|| UNSAID.to_owned()),
        };
        let role = self.get(Slot::Role).map(|role| format!("{role}, ")).unwrap_or_default();
        let gap = if arrow == ":" { "" } else { " " };
        let mut line = format!("{}{gap}{arrow} {role}{place}", self.people());
        let years = (self.get(Slot::Start), self.get(Slot::End));
        line += &match years {
            (None, None) => String::new(),
            (start, end) => format!(", {} – {}", start.unwrap_or_default(), end.unwrap_or_default()),
        };
        for (slot, word) in [(Slot::Replaces, "after"), (Slot::ReportsTo, "reports to")] {
            line += &self.get(slot).map(|who| format!(", {word} {who}")).unwrap_or_default();
        }
        line + &self.value(Slot::Interim).map(|i| format!(", {i}")).unwrap_or_default()
    }

    fn count(&self) -> String {
        let number = self.quantity(Slot::N).or_else(|| self.share(Slot::Share)).unwrap_or_else(|| UNSAID.to_owned());
        let whole = self.value(Slot::Of).map(|of| format!(" of {of}")).unwrap_or_default();
        let group = self.get(Slot::Group).unwrap_or_else(|| "people".to_owned());
        let org = match (self.get(Slot::Org), self.get(Slot::Unit)) {
            (Some(org), Some(unit)) => format!("{org} ({unit})"),
            (org, unit) => org.or(unit).unwrap_or_else(|| UNSAID.to_owned()),
        };
        let direction = match self.code(Slot::Direction) {
            Some("size") => "at",
            Some("remaining") => "remain at",
            Some("approached") => "approached at",
            Some(other) => other,
            None => UNSAID,
        };
        let to = self.get(Slot::To).map(|to| format!(" → {to}")).unwrap_or_default();
        let since = self.get(Slot::Since).map(|since| format!(", since {since}")).unwrap_or_default();
        format!("{number}{whole} {group} {direction} {org}{to}{since}")
    }

    fn rate(&self) -> String {
        let per_one = matches!(self.code(Slot::Stat), Some("flow_ratio" | "pay_ratio"));
        let value = if per_one { self.quantity(Slot::Value) } else { self.share(Slot::Value) };
        let to = self.get(Slot::To).map(|to| format!(" → {to}")).unwrap_or_default();
        let cohort = self.get(Slot::Cohort).map(|c| format!(" ({c})")).unwrap_or_default();
        let value = value.unwrap_or_else(|| UNSAID.to_owned());
        format!("{}{to}: {} {value}{cohort}", self.or_unsaid(Slot::Org), self.or_unsaid(Slot::Stat))
    }
}

/// A code in words: `signing_bonus` is "signing bonus"; other text stays.
fn spoken(text: &str) -> String {
    let code = text.contains('_') && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    if code { text.replace('_', " ") } else { text.to_owned() }
}

/// An amount with its bounds, currency, period and statistic: `≤ 2 M$/year`.
pub fn money(amount: &Amount) -> String {
    let period = match amount.period.as_deref() {
        None => String::new(),
        Some("total") => " in total".to_owned(),
        Some(one @ ("year" | "month")) => format!("/{one}"),
        Some(other) => format!(" over {other}"),
    };
    let stat = match amount.stat.as_deref() {
        None | Some("max" | "range") => String::new(),
        Some(stat) => format!("{stat} "),
    };
    format!("{stat}{}{period}", sum(amount))
}

#[cfg(test)]
mod tests {
    use mercato_model::Bounds;

    use super::*;

    fn amount(min: Option<f64>, max: Option<f64>, currency: &str, period: &str, stat: &str, approx: bool) -> Amount {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Amount { bounds: Bounds { min, max, approx }, currency: some(currency), period: some(period), stat: some(stat) }
    }

    /// Invariant: a bound is never printed as a point.
    #[test]
    fn bounds_are_never_printed_as_points() {
        for (amount, text) in [
            (amount(None, Some(2e6), "USD", "year", "", false), "≤ 2 M$/year"),
            (amount(Some(2e8), None, "USD", "total", "", false), "≥ 200 M$ in total"),
            (amount(Some(5e6), Some(1e7), "USD", "year", "", false), "5 M$ – 10 M$/year"),
            (amount(Some(925_000.0), Some(925_000.0), "USD", "", "median", false), "median 925 k$"),
            (amount(Some(1e7), Some(9.9e7), "EUR", "", "", true), "≈ 10 M€ – 99 M€"),
            (amount(Some(14.3e9), Some(14.3e9), "USD", "", "", true), "≈ 14.3 bn$"),
            (amount(Some(1.2e6), Some(1.2e6), "CHF", "4 years", "", false), "1.2 M CHF over 4 years"),
            (amount(None, Some(300.0), "", "month", "max", false), "≤ 300/month"),
            (amount(None, None, "USD", "", "", false), "?"),
        ] {
            assert_eq!(money(&amount), text);
        }
        for bounds in [Bounds::at_least(10.0), Bounds::at_most(10.0), Bounds::between(9.0, 10.0)] {
            assert_ne!(bounded(bounds, number), "10");
        }
    }
}
