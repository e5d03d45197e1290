//! The results of a campaign.

mod write;

use std::fmt;

use crate::domain::campaign::{PercentBase, UnitStatus};
use crate::domain::number::Points;

/// The class of units that are in none.
pub const UNRANKED: &str = "unranked";

/// What a classification gives, in the order of its document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Results<'a> {
    /// Codes of the policy's classes, from best to worst.
    pub classes: Vec<&'a str>,
    pub percent_base: PercentBase,
    /// By code.
    pub units: Vec<UnitResult<'a>>,
    /// By code.
    pub blocs: Vec<BlocResult<'a>>,
    pub federation: Tally<'a>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitResult<'a> {
    pub unit: &'a str,
    pub bloc: Option<&'a str>,
    /// Absent without a bloc.
    pub totals: Option<UnitTotals>,
    /// In the order of the criteria set.
    pub groups: Vec<GroupResult<'a>>,
    /// In the order of the criteria set.
    pub lines: Vec<LineResult<'a>>,
    /// Before decisions; [`UNRANKED`] for unranked units.
    pub computed_class: &'a str,
    /// After decisions.
    pub class: &'a str,
    /// Place in the bloc.
    pub rank: Option<usize>,
    pub federation_rank: Option<usize>,
    /// Why the unit is not ranked, if it is not.
    pub unranked: Vec<UnrankedReason>,
    /// By class (from best to worst): the requirements that kept the unit out.
    pub unmet: Vec<(&'a str, Vec<Unmet<'a>>)>,
    pub targets: TargetCount,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UnitTotals {
    pub total: Points,
    /// After scaling.
    pub base: Points,
    pub bonus: Points,
    pub penalty: Points,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupResult<'a> {
    pub code: &'a str,
    pub points: Points,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineResult<'a> {
    pub criterion: &'a str,
    pub points: Points,
    /// The layer of the line that counts; none when missing.
    pub layer: Option<&'a str>,
    pub state: LineState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineState {
    Scored,
    Overridden,
    NotApplicable,
    Missing,
}

impl LineState {
    pub const fn as_str(self) -> &'static str {
        match self {
            LineState::Scored => "scored",
            LineState::Overridden => "overridden",
            LineState::NotApplicable => "not_applicable",
            LineState::Missing => "missing",
        }
    }
}

/// Why a unit is not ranked, in the order in which reasons are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnrankedReason {
    Status(UnitStatus),
    NoBloc,
    TooNew,
    RecentlyReorganised,
    NotAssessed,
    NothingApplicable,
}

impl UnrankedReason {
    pub const fn as_str(self) -> &'static str {
        match self {
            UnrankedReason::Status(status) => status.as_str(),
            UnrankedReason::NoBloc => "no_bloc",
            UnrankedReason::TooNew => "too_new",
            UnrankedReason::RecentlyReorganised => "recently_reorganised",
            UnrankedReason::NotAssessed => "not_assessed",
            UnrankedReason::NothingApplicable => "nothing_applicable",
        }
    }
}

/// A requirement that a unit does not meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unmet<'a> {
    NoFacts(&'a str),
    AllFacts(&'a str),
    MinGroupShare(&'a str),
    MinPoints(&'a str),
}

impl fmt::Display for Unmet<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unmet::NoFacts(fact) => write!(f, "no_facts:{fact}"),
            Unmet::AllFacts(fact) => write!(f, "all_facts:{fact}"),
            Unmet::MinGroupShare(group) => write!(f, "min_group_share:{group}"),
            Unmet::MinPoints(criterion) => write!(f, "min_points:{criterion}"),
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TargetCount {
    pub total: usize,
    pub met: usize,
    pub exceeded: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlocResult<'a> {
    pub bloc: &'a str,
    pub tally: Tally<'a>,
}

/// Figures of a bloc, or of the federation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally<'a> {
    pub units: usize,
    pub ranked: usize,
    /// After decisions: for each class of [`Results::classes`], then for the unranked.
    pub counts: Vec<usize>,
    /// In the order of `counts`, without the unranked where the base is the ranked units.
    pub percent: Vec<Percent>,
    /// By class from worst to best, then by index.
    pub quotas: Vec<QuotaResult<'a>>,
}

/// Hundredths of a percent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Percent(pub i64);

/// What one quota did in one part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotaResult<'a> {
    pub class: &'a str,
    /// Index in the class's quotas.
    pub quota: usize,
    pub base: usize,
    pub allowed: usize,
    /// Candidates that stay after this quota.
    pub selected: usize,
    /// Units equal at the cut, by code.
    pub ties_at_cut: Vec<&'a str>,
}
