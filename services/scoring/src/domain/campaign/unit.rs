//! Season, units, blocs, targets, votes and decisions.

use super::words::words;
use crate::domain::date::Date;
use crate::domain::number::Measure;

/// The span of an emulation year. Eligibility looks at its last day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Season<'a> {
    pub code: &'a str,
    pub starts_on: Date,
    pub ends_on: Date,
}

/// A union that takes part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unit<'a> {
    pub code: &'a str,
    pub name: &'a str,
    pub kind: &'a str,
    pub sector: Option<&'a str>,
    pub status: UnitStatus,
    pub founded_on: Option<Date>,
    pub reorganised_on: Option<Date>,
    pub members: u32,
    pub facts: Vec<&'a str>,
}

words! {
    /// Only active units are ranked.
    pub enum UnitStatus {
        #[default]
        Active = "active",
        Dormant = "dormant",
        Consolidating = "consolidating",
        Dissolved = "dissolved",
    }
}

/// Units that are compared with each other, all by one criteria set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bloc<'a> {
    pub code: &'a str,
    pub name: &'a str,
    pub criteria_set: &'a str,
    pub leader: Option<&'a str>,
    pub deputy: Option<&'a str>,
    pub members: Vec<&'a str>,
}

/// What a unit has set itself, in `measure`'s units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Target<'a> {
    pub unit: &'a str,
    pub code: &'a str,
    pub name: &'a str,
    pub measure: &'a str,
    /// Above zero.
    pub target: Measure,
    pub actual: Option<Measure>,
    /// The criterion of the unit's set that this target is for.
    pub criterion: Option<&'a str>,
}

/// Honour votes that a unit got.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Vote<'a> {
    pub unit: &'a str,
    pub votes: u32,
}

/// A class that the federation gives a unit in place of the computed one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Decision<'a> {
    pub unit: &'a str,
    pub class: &'a str,
    pub reason: &'a str,
}
