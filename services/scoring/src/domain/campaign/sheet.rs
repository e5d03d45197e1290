//! Score sheets: what one scorer says of one unit in one layer.

use super::words::words;
use crate::domain::number::{Measure, Points};

/// The layer in which units score themselves.
pub const SELF: &str = "self";
/// The layer in which the members of a bloc score each other.
pub const CROSS: &str = "cross";

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet<'a> {
    pub unit: &'a str,
    pub layer: &'a str,
    /// Another member's code in `cross`, the unit's own in `self`, otherwise any text.
    pub scorer: &'a str,
    pub lines: Vec<Line<'a>>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line<'a> {
    pub criterion: &'a str,
    pub score: Score<'a>,
}

/// What a line carries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Score<'a> {
    #[default]
    NotApplicable,
    /// The points of a judged criterion, or an override of another with its reason.
    Points {
        points: Points,
        reason: Option<&'a str>,
    },
    Achieved(bool),
    Checked(Vec<&'a str>),
    Actual(Measure),
    Count(u32),
}

words! {
    /// How the points of several cross sheets become one.
    pub enum Aggregate {
        #[default]
        Mean = "mean",
        Median = "median",
        /// Without the lowest and the highest where there are three or more.
        TrimmedMean = "trimmed_mean",
    }
}
