//! Kinds, statuses, slots and codes of claims. Generated from `schema/claims.toml` by `cargo run -p xtask -- generate`.

/// How surely a claim is said; of several that apply, the later wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Status {
    /// As a fact, in the article's own voice or a named source's plain statement.
    Asserted,
    /// Announced, expected, decided, considered, in talks, candidate.
    Planned,
    /// As hearsay: journalistic conditional, reportedly, rumours, allegations.
    Reported,
    /// Might, could, questions, attempts whose outcome is not told.
    Possible,
    /// Would have happened otherwise.
    Counterfactual,
    /// The article says it did not happen, failed, or is not so.
    Negated,
    /// A party denies it; the claim holds the denied content and who denies stands in the source.
    Denied,
}

impl Status {
    pub const ALL: &'static [Self] = &[
        Self::Asserted,
        Self::Planned,
        Self::Reported,
        Self::Possible,
        Self::Counterfactual,
        Self::Negated,
        Self::Denied,
    ];

    /// The name used in every format.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Asserted => "asserted",
            Self::Planned => "planned",
            Self::Reported => "reported",
            Self::Possible => "possible",
            Self::Counterfactual => "counterfactual",
            Self::Negated => "negated",
            Self::Denied => "denied",
        }
    }

    /// The inverse of [`as_str`](Self::as_str).
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|v| v.as_str() == name)
    }
}

/// What a claim is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Kind {
    /// Somebody changes employer. One end may be unknown.
    Move,
    /// A post is filled or changes hands inside an organisation.
    Appointment,
    /// Background: where somebody works or worked; no move is claimed.
    Tenure,
    /// Money or terms put to somebody.
    Offer,
    /// What is paid (not offered).
    Pay,
    /// What a firm does to keep people.
    Retention,
    /// An approach or a campaign, outcome unsaid.
    Recruiting,
    /// How many left, joined, remain, are.
    Count,
    /// A published statistic of flows or retention.
    Rate,
    /// Why somebody leaves, stays or joins.
    Reason,
    /// A firm dismisses a number of people.
    Layoff,
    /// A firm buys, licenses, takes a stake in or invests in another.
    Deal,
    /// A suit, a ruling or the threat of one.
    Legal,
    /// What a workplace gives or imposes.
    Condition,
    /// A party confirms, denies or declines to comment.
    Stance,
    /// Market sizes and forecasts that an article uses as context.
    Figure,
}

impl Kind {
    pub const ALL: &'static [Self] = &[
        Self::Move,
        Self::Appointment,
        Self::Tenure,
        Self::Offer,
        Self::Pay,
        Self::Retention,
        Self::Recruiting,
        Self::Count,
        Self::Rate,
        Self::Reason,
        Self::Layoff,
        Self::Deal,
        Self::Legal,
        Self::Condition,
        Self::Stance,
        Self::Figure,
    ];

    /// The name used in every format.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Move => "move",
            Self::Appointment => "appointment",
            Self::Tenure => "tenure",
            Self::Offer => "offer",
            Self::Pay => "pay",
            Self::Retention => "retention",
            Self::Recruiting => "recruiting",
            Self::Count => "count",
            Self::Rate => "rate",
            Self::Reason => "reason",
            Self::Layoff => "layoff",
            Self::Deal => "deal",
            Self::Legal => "legal",
            Self::Condition => "condition",
            Self::Stance => "stance",
            Self::Figure => "figure",
        }
    }

    /// The inverse of [`as_str`](Self::as_str).
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|v| v.as_str() == name)
    }
}

/// A named part of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Slot {
    From,
    Group,
    Manner,
    Person,
    RoleFrom,
    RoleTo,
    To,
    TogetherWith,
    UnitFrom,
    UnitTo,
    Interim,
    Org,
    Replaces,
    ReportsTo,
    Role,
    Unit,
    End,
    Start,
    Amount,
    By,
    Component,
    Response,
    Terms,
    Measure,
    Versus,
    Means,
    Target,
    Direction,
    N,
    Of,
    Share,
    Since,
    Cohort,
    Stat,
    Value,
    Factor,
    Polarity,
    Subject,
    Acquirer,
    Form,
    Defendant,
    Matter,
    Plaintiff,
    State,
    What,
    About,
    Actor,
    Stance,
    Growth,
    Year,
}

impl Slot {
    pub const ALL: &'static [Self] = &[
        Self::From,
        Self::Group,
        Self::Manner,
        Self::Person,
        Self::RoleFrom,
        Self::RoleTo,
        Self::To,
        Self::TogetherWith,
        Self::UnitFrom,
        Self::UnitTo,
        Self::Interim,
        Self::Org,
        Self::Replaces,
        Self::ReportsTo,
        Self::Role,
        Self::Unit,
        Self::End,
        Self::Start,
        Self::Amount,
        Self::By,
        Self::Component,
        Self::Response,
        Self::Terms,
        Self::Measure,
        Self::Versus,
        Self::Means,
        Self::Target,
        Self::Direction,
        Self::N,
        Self::Of,
        Self::Share,
        Self::Since,
        Self::Cohort,
        Self::Stat,
        Self::Value,
        Self::Factor,
        Self::Polarity,
        Self::Subject,
        Self::Acquirer,
        Self::Form,
        Self::Defendant,
        Self::Matter,
        Self::Plaintiff,
        Self::State,
        Self::What,
        Self::About,
        Self::Actor,
        Self::Stance,
        Self::Growth,
        Self::Year,
    ];

    /// The name used in every format.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::From => "from",
            Self::Group => "group",
            Self::Manner => "manner",
            Self::Person => "person",
            Self::RoleFrom => "role_from",
            Self::RoleTo => "role_to",
            Self::To => "to",
            Self::TogetherWith => "together_with",
            Self::UnitFrom => "unit_from",
            Self::UnitTo => "unit_to",
            Self::Interim => "interim",
            Self::Org => "org",
            Self::Replaces => "replaces",
            Self::ReportsTo => "reports_to",
            Self::Role => "role",
            Self::Unit => "unit",
            Self::End => "end",
            Self::Start => "start",
            Self::Amount => "amount",
            Self::By => "by",
            Self::Component => "component",
            Self::Response => "response",
            Self::Terms => "terms",
            Self::Measure => "measure",
            Self::Versus => "versus",
            Self::Means => "means",
            Self::Target => "target",
            Self::Direction => "direction",
            Self::N => "n",
            Self::Of => "of",
            Self::Share => "share",
            Self::Since => "since",
            Self::Cohort => "cohort",
            Self::Stat => "stat",
            Self::Value => "value",
            Self::Factor => "factor",
            Self::Polarity => "polarity",
            Self::Subject => "subject",
            Self::Acquirer => "acquirer",
            Self::Form => "form",
            Self::Defendant => "defendant",
            Self::Matter => "matter",
            Self::Plaintiff => "plaintiff",
            Self::State => "state",
            Self::What => "what",
            Self::About => "about",
            Self::Actor => "actor",
            Self::Stance => "stance",
            Self::Growth => "growth",
            Self::Year => "year",
        }
    }

    /// The inverse of [`as_str`](Self::as_str).
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|v| v.as_str() == name)
    }
}

/// What a slot of a kind holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlotType {
    /// An organisation.
    Name,
    /// A list of persons.
    People,
    Text,
    /// One code of the named list.
    Code(&'static [&'static str]),
    /// One or more codes of the named list.
    Codes(&'static [&'static str]),
    Amount,
    Bounds,
    Number,
    Flag,
    Year,
}

impl Kind {
    /// Whether the kind counts in the headline figure of the scorer.
    pub fn is_headline(self) -> bool {
        match self {
            Self::Move => true,
            Self::Appointment => true,
            Self::Tenure => false,
            Self::Offer => true,
            Self::Pay => true,
            Self::Retention => true,
            Self::Recruiting => true,
            Self::Count => true,
            Self::Rate => false,
            Self::Reason => true,
            Self::Layoff => true,
            Self::Deal => true,
            Self::Legal => true,
            Self::Condition => false,
            Self::Stance => false,
            Self::Figure => false,
        }
    }

    /// Groups of slots of which at least one must be filled.
    pub fn key(self) -> &'static [&'static [Slot]] {
        match self {
            Self::Move => &[&[Slot::Person, Slot::Group], &[Slot::From, Slot::To]],
            Self::Appointment => &[&[Slot::Person], &[Slot::Org, Slot::Unit]],
            Self::Tenure => &[&[Slot::Person], &[Slot::Org, Slot::Unit]],
            Self::Offer => &[&[Slot::By]],
            Self::Pay => &[&[Slot::Org, Slot::Group, Slot::Person], &[Slot::Amount]],
            Self::Retention => &[&[Slot::Org], &[Slot::Measure]],
            Self::Recruiting => &[&[Slot::By, Slot::Person], &[Slot::Target, Slot::Means]],
            Self::Count => &[&[Slot::N, Slot::Share], &[Slot::Direction]],
            Self::Rate => &[&[Slot::Stat], &[Slot::Value]],
            Self::Reason => &[&[Slot::Factor], &[Slot::Polarity]],
            Self::Layoff => &[&[Slot::Org]],
            Self::Deal => &[&[Slot::Acquirer], &[Slot::Target]],
            Self::Legal => &[&[Slot::Plaintiff, Slot::Defendant]],
            Self::Condition => &[&[Slot::Org], &[Slot::What]],
            Self::Stance => &[&[Slot::Actor], &[Slot::Stance]],
            Self::Figure => &[&[Slot::What], &[Slot::Amount]],
        }
    }

    /// The slots of this kind with what they hold.
    pub fn slots(self) -> &'static [(Slot, SlotType)] {
        match self {
            Self::Move => &[
                (Slot::From, SlotType::Name),
                (Slot::Group, SlotType::Text),
                (Slot::Manner, SlotType::Code(codes::MANNER)),
                (Slot::Person, SlotType::People),
                (Slot::RoleFrom, SlotType::Text),
                (Slot::RoleTo, SlotType::Text),
                (Slot::To, SlotType::Name),
                (Slot::TogetherWith, SlotType::Text),
                (Slot::UnitFrom, SlotType::Text),
                (Slot::UnitTo, SlotType::Text),
            ],
            Self::Appointment => &[
                (Slot::Interim, SlotType::Flag),
                (Slot::Org, SlotType::Name),
                (Slot::Person, SlotType::People),
                (Slot::Replaces, SlotType::Text),
                (Slot::ReportsTo, SlotType::Text),
                (Slot::Role, SlotType::Text),
                (Slot::Unit, SlotType::Text),
            ],
            Self::Tenure => &[
                (Slot::End, SlotType::Text),
                (Slot::Org, SlotType::Name),
                (Slot::Person, SlotType::People),
                (Slot::Role, SlotType::Text),
                (Slot::Start, SlotType::Text),
                (Slot::Unit, SlotType::Text),
            ],
            Self::Offer => &[
                (Slot::Amount, SlotType::Amount),
                (Slot::By, SlotType::Name),
                (Slot::Component, SlotType::Code(codes::COMPONENT)),
                (Slot::From, SlotType::Name),
                (Slot::Group, SlotType::Text),
                (Slot::Person, SlotType::People),
                (Slot::Response, SlotType::Code(codes::RESPONSE)),
                (Slot::Role, SlotType::Text),
                (Slot::Terms, SlotType::Codes(codes::TERMS)),
            ],
            Self::Pay => &[
                (Slot::Amount, SlotType::Amount),
                (Slot::Component, SlotType::Code(codes::COMPONENT)),
                (Slot::Group, SlotType::Text),
                (Slot::Org, SlotType::Name),
                (Slot::Person, SlotType::People),
            ],
            Self::Retention => &[
                (Slot::Amount, SlotType::Amount),
                (Slot::Group, SlotType::Text),
                (Slot::Measure, SlotType::Codes(codes::MEASURE)),
                (Slot::Org, SlotType::Name),
                (Slot::Person, SlotType::People),
                (Slot::Versus, SlotType::Name),
            ],
            Self::Recruiting => &[
                (Slot::By, SlotType::Name),
                (Slot::Means, SlotType::Codes(codes::MEANS)),
                (Slot::Person, SlotType::People),
                (Slot::Target, SlotType::Text),
            ],
            Self::Count => &[
                (Slot::Direction, SlotType::Code(codes::DIRECTION)),
                (Slot::Group, SlotType::Text),
                (Slot::N, SlotType::Bounds),
                (Slot::Of, SlotType::Number),
                (Slot::Org, SlotType::Name),
                (Slot::Share, SlotType::Bounds),
                (Slot::Since, SlotType::Text),
                (Slot::To, SlotType::Name),
                (Slot::Unit, SlotType::Text),
            ],
            Self::Rate => &[
                (Slot::Cohort, SlotType::Text),
                (Slot::Org, SlotType::Name),
                (Slot::Stat, SlotType::Code(codes::STAT)),
                (Slot::To, SlotType::Name),
                (Slot::Value, SlotType::Bounds),
            ],
            Self::Reason => &[
                (Slot::Factor, SlotType::Codes(codes::FACTOR)),
                (Slot::Org, SlotType::Name),
                (Slot::Polarity, SlotType::Code(codes::POLARITY)),
                (Slot::Subject, SlotType::Text),
            ],
            Self::Layoff => &[
                (Slot::N, SlotType::Bounds),
                (Slot::Org, SlotType::Name),
                (Slot::Share, SlotType::Bounds),
                (Slot::Unit, SlotType::Text),
            ],
            Self::Deal => &[
                (Slot::Acquirer, SlotType::Name),
                (Slot::Amount, SlotType::Amount),
                (Slot::Form, SlotType::Code(codes::FORM)),
                (Slot::N, SlotType::Bounds),
                (Slot::Target, SlotType::Name),
            ],
            Self::Legal => &[
                (Slot::Defendant, SlotType::Name),
                (Slot::Matter, SlotType::Text),
                (Slot::Plaintiff, SlotType::Name),
                (Slot::State, SlotType::Code(codes::STATE)),
            ],
            Self::Condition => &[
                (Slot::Org, SlotType::Name),
                (Slot::Unit, SlotType::Text),
                (Slot::Value, SlotType::Text),
                (Slot::What, SlotType::Code(codes::CONDITION)),
            ],
            Self::Stance => &[
                (Slot::About, SlotType::Text),
                (Slot::Actor, SlotType::Name),
                (Slot::Stance, SlotType::Code(codes::STANCE)),
            ],
            Self::Figure => &[
                (Slot::Amount, SlotType::Amount),
                (Slot::Growth, SlotType::Bounds),
                (Slot::What, SlotType::Text),
                (Slot::Year, SlotType::Year),
            ],
        }
    }

    /// What `slot` holds in this kind; `None` when the kind has no such slot.
    pub fn slot_type(self, slot: Slot) -> Option<SlotType> {
        self.slots().iter().find(|(s, _)| *s == slot).map(|(_, t)| *t)
    }
}

/// Lists of codes.
pub mod codes {
    pub const COMPONENT: &[&str] = &["salary", "total", "signing_bonus", "bonus", "equity", "retention", "severance"];
    pub const CONDITION: &[&str] =
        &["compute", "team_size", "freedom", "hiring_freeze", "hiring_plan", "noncompete", "reorganisation", "office"];
    pub const DIRECTION: &[&str] = &["left", "joined", "remaining", "size", "approached"];
    pub const FACTOR: &[&str] = &[
        "pay",
        "equity",
        "compute",
        "freedom",
        "mission",
        "safety",
        "culture",
        "bureaucracy",
        "strategy",
        "leadership",
        "product_focus",
        "office",
        "family",
        "own_company",
        "prestige",
        "team",
        "growth",
        "other",
    ];
    pub const FORM: &[&str] = &["acquisition", "acquihire", "licence", "stake", "investment"];
    pub const MANNER: &[&str] = &[
        "joined", "left", "hired", "poached", "resigned", "fired", "laid_off", "retired", "founded", "returned",
        "leave", "acquired",
    ];
    pub const MEANS: &[&str] = &["email", "call", "meeting", "no_interview", "money", "list", "acquisition", "other"];
    pub const MEASURE: &[&str] = &[
        "pay_rise",
        "bonus",
        "equity",
        "vesting",
        "milestone_pay",
        "counter_offer",
        "promotion",
        "perks",
        "freedom",
        "compute",
        "noncompete",
        "lawsuit",
        "personal_call",
        "other",
    ];
    pub const POLARITY: &[&str] = &["is", "is_not"];
    pub const RESPONSE: &[&str] = &["accepted", "declined", "negotiated", "matched"];
    pub const STANCE: &[&str] = &["confirms", "denies", "no_comment", "unverified"];
    pub const STAT: &[&str] = &["retention", "attrition", "flow_ratio", "return_share", "pay_ratio", "growth"];
    pub const STATE: &[&str] = &["threatened", "filed", "ruled", "settled", "dismissed"];
    pub const TERMS: &[&str] = &["no_interview", "early_vesting", "exploding", "milestones", "compute", "team"];
}
