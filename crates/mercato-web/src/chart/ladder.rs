//! A pay ladder: rungs in their true shape on a logarithmic scale; a bound is an arrow, never a point.

use maud::{Markup, html};
use mercato_market::pay::Rung;
use mercato_market::{Ladder, Shape};
use mercato_model::shown::safe;

use crate::page::Page;
use crate::{address, phrase};

/// Room on either side of the scale, per cent.
const MARGIN: f64 = 6.0;

pub fn ladder(p: &Page<'_>, ladder: &Ladder, limit: usize) -> Markup {
    let ends = ladder.rungs.iter().flat_map(|r| [r.low, r.high]).flatten().filter(|v| *v > 0.0);
    let (low, high) = ends.fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(v), h.max(v)));
    let (low, high) = (low.log10().floor(), high.log10().ceil());
    let span = (high - low).max(1.0);
    let at = move |v: f64| MARGIN + (v.max(1.0).log10() - low) / span * (100.0 - 2.0 * MARGIN);
    let currency = ladder.currency.as_deref();
    html! {
        div.ladder {
            div.rung.scale aria-hidden="true" {
                span {}
                svg width="100%" height="18" {
                    @for power in low as i32..=high as i32 {
                        @let v = 10f64.powi(power);
                        text x=(pc(at(v))) y="12" text-anchor="middle" { (phrase::money(p, v, currency)) }
                    }
                }
            }
            @for rung in ladder.rungs.iter().take(limit) {
                @let fact = p.view.fact_by_id(&rung.row.id);
                div.rung {
                    span.who {
                        @if let Some(fact) = &fact { (phrase::level(p, fact)) " " }
                        (phrase::firm(p, &rung.row.firm))
                        @if let Some(whom) = &rung.row.whom { " · " bdi { (safe(whom)) } }
                        @if let Some(year) = rung.row.year { " · " (year) }
                    }
                    a.bar href=(p.at(&address::fact(&rung.row.id))) {
                        (shape(rung, at))
                        span.figure { (phrase::figure(p, &rung.row.amount)) }
                    }
                }
            }
        }
    }
}

fn pc(v: f64) -> String {
    format!("{v:.1}%")
}

fn shape(rung: &Rung, at: impl Fn(f64) -> f64) -> Markup {
    let (low, high) = (rung.low.map(&at), rung.high.map(&at));
    // A sign at a place given in per cent: a picture inside the picture.
    let sign = |x: f64, d: &'static str| html! { svg x=(pc(x)) y="10" overflow="visible" { path d=(d) {} } };
    html! {
        svg.shape width="100%" height="20" aria-hidden="true" {
            @match (rung.shape, low, high) {
                (Shape::UpTo, _, Some(high)) => {
                    line.open x1="0" x2=(pc(high)) y1="10" y2="10" {}
                    (sign(high, "M0-6V6M-7-4L0 0L-7 4"))
                }
                (Shape::AtLeast, Some(low), _) => {
                    line.open x1=(pc(low)) x2="100%" y1="10" y2="10" {}
                    (sign(low, "M0-6V6"))
                    (sign(99.0, "M-6-4L0 0L-6 4"))
                }
                (Shape::Bracket | Shape::Median | Shape::Mean, Some(low), Some(high)) if low != high => {
                    line.range x1=(pc(low)) x2=(pc(high)) y1="10" y2="10" {}
                    (sign(low, "M4-6H0V6H4")) (sign(high, "M-4-6H0V6H-4"))
                }
                (Shape::Median, Some(x), _) | (Shape::Median, None, Some(x)) => (sign(x, "M0-7L5 0L0 7L-5 0Z")),
                (Shape::Mean, Some(x), _) | (Shape::Mean, None, Some(x)) => (sign(x, "M-5-5H5V5H-5Z")),
                (_, Some(x), _) | (_, None, Some(x)) => { svg x=(pc(x)) y="10" overflow="visible" { circle r="4.5" {} } },
                _ => {}
            }
        }
    }
}
