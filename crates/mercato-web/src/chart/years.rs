//! Arrivals above the line, departures below, year by year.

use maud::{Markup, html};
use mercato_market::balance::Year;
use mercato_model::shown::number;

use crate::page::Page;

const BAR: f64 = 22.0;
const GAP: f64 = 14.0;
const HALF: f64 = 56.0;

pub fn years(p: &Page<'_>, years: &[Year]) -> Markup {
    let most = years.iter().flat_map(|y| [y.joined, y.left]).fold(1.0, f64::max);
    let width = 8.0 + years.len() as f64 * (BAR + GAP);
    let axis = HALF + 14.0;
    let height = |v: f64| v / most * HALF;
    let shown = |v: f64| number((v * 10.0).round() / 10.0);
    html! {
        figure.years {
            svg role="img" width=(width) height=(2.0 * axis + 18.0) viewBox={ "0 0 " (width) " " (2.0 * axis + 18.0) } {
                title { (p.w.t("years.title")) }
                @for (n, year) in years.iter().enumerate() {
                    @let x = 8.0 + n as f64 * (BAR + GAP);
                    g {
                        title { (year.year) ": +" (shown(year.joined)) ", −" (shown(year.left)) }
                        rect.in x=(x) y=(axis - height(year.joined)) width=(BAR) height=(height(year.joined)) {}
                        rect.out x=(x) y=(axis) width=(BAR) height=(height(year.left)) {}
                        @if year.joined > 0.0 { text x=(x + BAR / 2.0) y=(axis - height(year.joined) - 3.0) text-anchor="middle" { "+" (shown(year.joined)) } }
                        @if year.left > 0.0 { text x=(x + BAR / 2.0) y=(axis + height(year.left) + 11.0) text-anchor="middle" { "−" (shown(year.left)) } }
                        text.year x=(x + BAR / 2.0) y=(2.0 * axis + 14.0) text-anchor="middle" { (year.year) }
                    }
                }
                line.axis x1="0" x2=(width) y1=(axis) y2=(axis) {}
            }
            figcaption { (p.w.t("years.caption")) }
        }
    }
}
