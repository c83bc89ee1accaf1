//! Quantities that keep their shape: a bound is never turned into a point.

/// What is known of a number: at least `min`, at most `max`; exact when both are equal.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Bounds {
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub min: Option<f64>,
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub max: Option<f64>,
    /// The source rounds ("about", "dozens").
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "std::ops::Not::not"))]
    pub approx: bool,
}

impl Bounds {
    pub fn exactly(value: f64) -> Self {
        Self { min: Some(value), max: Some(value), approx: false }
    }

    pub fn at_least(value: f64) -> Self {
        Self { min: Some(value), max: None, approx: false }
    }

    pub fn at_most(value: f64) -> Self {
        Self { min: None, max: Some(value), approx: false }
    }

    pub fn between(min: f64, max: f64) -> Self {
        Self { min: Some(min), max: Some(max), approx: false }
    }

    pub fn about(self) -> Self {
        Self { approx: true, ..self }
    }

    pub fn scaled(self, factor: f64) -> Self {
        Self { min: self.min.map(|v| v * factor), max: self.max.map(|v| v * factor), ..self }
    }
}

/// An amount of money with its bounds, currency, period and statistic.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Amount {
    #[cfg_attr(feature = "serde", serde(flatten))]
    pub bounds: Bounds,
    /// ISO 4217 code; `None` when the article does not say.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub currency: Option<String>,
    /// `year`, `month`, `total`, `4 years`; `None` when not said (never defaulted to a year).
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub period: Option<String>,
    /// `max`, `median`, `mean`, `range`; `None` when plain.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub stat: Option<String>,
}
