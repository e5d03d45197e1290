//! A criteria set. Its code is the name of its file.

use crate::demo::data::value::{Measure, Points};
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CriteriaSet {
    pub name: String,
    pub max_points: Points,
    pub groups: Vec<Group>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    pub code: String,
    pub name: String,
    pub kind: GroupKind,
    pub max_points: Points,
    pub criteria: Vec<Criterion>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupKind {
    Base,
    Bonus,
    Penalty,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    pub code: String,
    pub name: String,
    pub max_points: Points,
    pub from_layer: Option<String>,
    pub method: Method,
}

/// How a line becomes points.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Method {
    Judged {},
    AllOrNothing {},
    Checklist { items: Vec<ChecklistItem> },
    Proportional {},
    Steps { on: StepsOn, steps: Vec<Step> },
    Deduct { each: Points },
    PerItem { each: Points },
    Relative {},
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChecklistItem {
    pub code: String,
    pub points: Points,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepsOn {
    Actual,
    Ratio,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    pub at_least: Measure,
    pub points: Points,
}

impl CriteriaSet {
    pub fn criteria(&self) -> impl Iterator<Item = &Criterion> {
        self.groups.iter().flat_map(|group| &group.criteria)
    }

    pub fn criterion(&self, code: &str) -> Option<&Criterion> {
        self.criteria().find(|criterion| criterion.code == code)
    }
}
