//! A season's policy: layers, eligibility, classes, quotas, ranking.

use super::words::words;
use crate::domain::campaign::Aggregate;
use crate::domain::number::{Measure, Points};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy<'a> {
    /// From lowest to highest.
    pub layers: Vec<&'a str>,
    /// A unit without a line in this layer or a higher one is not assessed.
    pub required_layer: &'a str,
    /// Given exactly when `layers` has `cross`.
    pub cross: Option<Aggregate>,
    pub not_applicable: NotApplicable,
    pub eligibility: Eligibility,
    /// From best to worst.
    pub classes: Vec<Class<'a>>,
    pub ranking: Vec<RankingKey<'a>>,
    pub percent_base: PercentBase,
}

words! {
    /// What becomes of the base points when criteria are not applicable.
    pub enum NotApplicable {
        /// They are lost.
        #[default]
        Zero = "zero",
        /// The base is scaled up from the applicable criteria.
        Scale = "scale",
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Eligibility {
    pub min_months_active: u32,
    pub min_months_since_reorganised: u32,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Class<'a> {
    pub code: &'a str,
    pub name: &'a str,
    pub standing: Standing<'a>,
    pub requires: Option<Requires<'a>>,
}

/// How units come into a class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing<'a> {
    /// By their total.
    Band { min_points: Points },
    /// By selection from the class right below.
    Selected(Select<'a>),
}

impl Default for Standing<'_> {
    fn default() -> Self {
        Standing::Band { min_points: Points::ZERO }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Select<'a> {
    pub from: &'a str,
    pub quotas: Vec<Quota>,
    pub ties: Ties,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quota {
    pub scope: Scope,
    /// At most 100.
    pub percent: Measure,
    pub base: QuotaBase,
    pub rounding: Rounding,
}

words! {
    /// The parts that a quota is applied to.
    pub enum Scope {
        #[default]
        Bloc = "bloc",
        Federation = "federation",
    }
}

words! {
    /// The units of a part that a percentage is of.
    pub enum QuotaBase {
        #[default]
        Pool = "pool",
        Ranked = "ranked",
        All = "all",
    }
}

words! {
    pub enum Rounding {
        #[default]
        Floor = "floor",
        HalfUp = "half_up",
        Ceil = "ceil",
    }
}

words! {
    /// What becomes of candidates that are equal where a quota cuts.
    pub enum Ties {
        #[default]
        Exclude = "exclude",
        Include = "include",
    }
}

/// Conditions beyond points.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Requires<'a> {
    pub no_facts: Option<Vec<&'a str>>,
    pub all_facts: Option<Vec<AllFacts<'a>>>,
    /// At most 1: the share of its reachable maximum that every base group must have.
    pub min_group_share: Option<Measure>,
    pub min_points: Option<Vec<MinPoints<'a>>>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AllFacts<'a> {
    pub fact: &'a str,
    /// Where given, only units of these sectors need the fact.
    pub sectors: Option<Vec<&'a str>>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MinPoints<'a> {
    pub criterion: &'a str,
    pub points: Points,
}

/// What units are ordered by, each descending.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RankingKey<'a> {
    #[default]
    Total,
    Group(&'a str),
    Votes,
}

words! {
    /// The units that published percentages are of.
    pub enum PercentBase {
        #[default]
        All = "all",
        Ranked = "ranked",
    }
}
