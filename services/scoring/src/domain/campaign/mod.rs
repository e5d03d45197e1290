//! The campaign: one federation's season as the engine sees it, its strings borrowed from where it was made.
//!
//! A [`Campaign`] is plain data and may be wrong; only [`read`](crate::domain::read) makes a checked one that can be
//! computed. `Default` gives the blanks that stand in for unreadable values while a document is read.

mod criteria;
mod policy;
mod sheet;
mod unit;
mod words;

pub use criteria::{ChecklistItem, CriteriaSet, Criterion, Group, GroupKind, Method, Step, StepsOn};
pub use policy::{
    AllFacts, Class, Eligibility, MinPoints, NotApplicable, PercentBase, Policy, Quota, QuotaBase,
    RankingKey, Requires, Rounding, Scope, Select, Standing, Ties,
};
pub use sheet::{Aggregate, CROSS, Line, SELF, Score, Sheet};
pub use unit::{Bloc, Decision, Season, Target, Unit, UnitStatus, Vote};
pub use words::Words;

/// The format that this engine reads.
pub const FORMAT: &str = "thidua.campaign/1";

/// Everything that a classification is computed from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Campaign<'a> {
    pub federation: Federation<'a>,
    pub season: Season<'a>,
    pub units: Vec<Unit<'a>>,
    pub criteria_sets: Vec<CriteriaSet<'a>>,
    pub blocs: Vec<Bloc<'a>>,
    pub targets: Vec<Target<'a>>,
    pub sheets: Vec<Sheet<'a>>,
    pub votes: Vec<Vote<'a>>,
    pub decisions: Vec<Decision<'a>>,
    pub policy: Policy<'a>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Federation<'a> {
    pub code: &'a str,
    pub name: &'a str,
}
