//! A classification policy, in the words of the campaign document.

use crate::demo::data::value::{Measure, Points};
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    pub name: String,
    pub layers: Vec<String>,
    pub required_layer: String,
    pub cross: Option<Cross>,
    pub not_applicable: NotApplicable,
    pub eligibility: Eligibility,
    pub ranking: Vec<String>,
    pub percent_base: PercentBase,
    /// From best to worst.
    pub classes: Vec<Class>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cross {
    pub aggregate: Aggregate,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aggregate {
    Mean,
    Median,
    TrimmedMean,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotApplicable {
    Zero,
    Scale,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Eligibility {
    pub min_months_active: u32,
    pub min_months_since_reorganised: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PercentBase {
    All,
    Ranked,
}

/// A class: a band with `min_points`, or chosen by `select`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Class {
    pub code: String,
    pub name: String,
    pub min_points: Option<Points>,
    pub select: Option<Select>,
    pub requires: Option<Requires>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Select {
    pub from: String,
    pub quotas: Vec<Quota>,
    pub ties: Ties,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quota {
    pub scope: QuotaScope,
    pub percent: Measure,
    pub base: QuotaBase,
    pub rounding: Rounding,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuotaScope {
    Bloc,
    Federation,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuotaBase {
    Pool,
    Ranked,
    All,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    Floor,
    HalfUp,
    Ceil,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ties {
    Exclude,
    Include,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requires {
    #[serde(default)]
    pub no_facts: Vec<String>,
    #[serde(default)]
    pub all_facts: Vec<RequiredFact>,
    pub min_group_share: Option<Measure>,
    #[serde(default)]
    pub min_points: Vec<RequiredPoints>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequiredFact {
    pub fact: String,
    #[serde(default)]
    pub sectors: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequiredPoints {
    pub criterion: String,
    pub points: Points,
}
