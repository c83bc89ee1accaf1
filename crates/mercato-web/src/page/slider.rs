//! A slider through time: a form that works without scripts; a script only shows the day while it moves.

use maud::{Markup, html};
use mercato_facts::time::{Days, day};

use super::Page;
use crate::answer::Answer;
use crate::request::Fields;
use crate::{Site, address};

/// From the first article to today, as a page is looked at.
pub fn slider(p: &Page<'_>) -> Markup {
    let Ok(now) = p.site.view(None) else { return html! {} };
    let today = (p.site.config.today)();
    let Some(first) = now.articles.first_day.filter(|first| *first < today) else { return html! {} };
    let shown = p.as_of.map_or(today, |date| Days::of(date).last.clamp(first, today));
    html! {
        form.slider action="/day" {
            input type="hidden" name="back" value=(address::with(&p.request.path, p.fields, "asof", None));
            label for="day" { (p.w.t("slider.label")) }
            input #day type="range" name="day" min=(first) max=(today) value=(shown) aria-valuetext=(day(shown));
            output for="day" { (day(shown)) }
            button { (p.w.t("shell.asof_go")) }
        }
    }
}

/// Where the slider leads: the same page as of a day, or of today at its end.
pub fn go(site: &Site, fields: &Fields) -> Answer {
    let back = fields.get("back").and_then(address::local).unwrap_or("/");
    let today = (site.config.today)();
    let asked = fields.get("day").and_then(|d| d.parse::<i64>().ok()).filter(|d| (0..today).contains(d));
    let (path, query) = back.split('#').next().unwrap_or("/").split_once('?').unwrap_or((back, ""));
    Answer::redirect(&address::with(path, &Fields::of(query), "asof", asked.map(day).as_deref()))
}
