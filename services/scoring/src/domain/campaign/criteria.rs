//! Criteria sets: groups of criteria, each with a method that turns a line into points.

use super::words::words;
use crate::domain::number::{Measure, Points};

/// What units of one sort are scored by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CriteriaSet<'a> {
    pub code: &'a str,
    pub name: &'a str,
    pub max_points: Points,
    pub groups: Vec<Group<'a>>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group<'a> {
    pub code: &'a str,
    pub name: &'a str,
    pub kind: GroupKind,
    pub max_points: Points,
    pub criteria: Vec<Criterion<'a>>,
}

words! {
    /// What a group's points are for.
    pub enum GroupKind {
        #[default]
        Base = "base",
        Bonus = "bonus",
        Penalty = "penalty",
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Criterion<'a> {
    pub code: &'a str,
    pub name: &'a str,
    pub max_points: Points,
    /// The lowest layer that may score it; the policy's first layer when not given.
    pub from_layer: Option<&'a str>,
    pub method: Method<'a>,
}

/// How a line becomes points; M is the criterion's maximum.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Method<'a> {
    /// Points as given.
    #[default]
    Judged,
    /// M or nothing.
    AllOrNothing,
    /// The sum of the checked items, at most M.
    Checklist(Vec<ChecklistItem<'a>>),
    /// M × actual / target, at most M.
    Proportional,
    /// The points of the highest step reached.
    Steps { on: StepsOn, steps: Vec<Step> },
    /// M less `each` per case, at least zero.
    Deduct { each: Points },
    /// `each` per item, at most M.
    PerItem { each: Points },
    /// In comparison with the other members of the bloc.
    Relative,
}

impl Method<'_> {
    pub const fn as_str(&self) -> &'static str {
        match self {
            Method::Judged => "judged",
            Method::AllOrNothing => "all_or_nothing",
            Method::Checklist(_) => "checklist",
            Method::Proportional => "proportional",
            Method::Steps { .. } => "steps",
            Method::Deduct { .. } => "deduct",
            Method::PerItem { .. } => "per_item",
            Method::Relative => "relative",
        }
    }

    /// Whether a line's `actual` means nothing without the unit's target.
    pub const fn needs_target(&self) -> bool {
        matches!(self, Method::Proportional | Method::Steps { on: StepsOn::Ratio, .. })
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChecklistItem<'a> {
    pub code: &'a str,
    pub points: Points,
}

words! {
    /// What the steps of a table are measured on.
    pub enum StepsOn {
        #[default]
        Actual = "actual",
        /// Actual / target.
        Ratio = "ratio",
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Step {
    pub at_least: Measure,
    pub points: Points,
}
