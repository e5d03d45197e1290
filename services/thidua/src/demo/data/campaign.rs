//! A campaign that was read and checked: every name in it leads somewhere, every table is taken apart.

use super::shape::{
    ClassDecision, Commendation, Conference, CriteriaSet, Federation, Pact, Policy, Season, TargetGroup,
    Unit, Vote,
};
use super::value::{Code, Day, Measure, Points};
use std::collections::BTreeMap;

/// One federation's season, as its persons enter it.
#[derive(Clone, Debug)]
pub struct Campaign {
    /// The file that it comes from.
    pub file: String,
    pub federation: Federation,
    pub season: Season,
    pub policy: Policy,
    /// Those that the blocs use, by code.
    pub criteria_sets: BTreeMap<Code, CriteriaSet>,
    pub units: BTreeMap<Code, Unit>,
    pub blocs: Vec<Bloc>,
    /// By unit; a unit's in the order in which it puts them.
    pub targets: Vec<Target>,
    /// In the order in which the layers of each bloc are entered.
    pub sheets: Vec<Sheet>,
    pub decisions: Vec<ClassDecision>,
    pub commendations: Vec<Commendation>,
}

#[derive(Clone, Debug)]
pub struct Bloc {
    pub code: Code,
    pub name: String,
    pub criteria_set: Code,
    pub leader: Code,
    pub deputy: Option<Code>,
    pub members: Vec<Code>,
    pub pact: Pact,
    pub conferences: Vec<Conference>,
    pub vote: Option<Vote>,
}

/// What a unit undertakes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    pub unit: Code,
    pub code: Code,
    pub name: String,
    pub group: TargetGroup,
    /// The criterion that the first figure counts for.
    pub criterion: Option<String>,
    /// At least one.
    pub figures: Vec<Figure>,
    /// The day for which the actuals hold.
    pub recorded_on: Day,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    pub code: Code,
    /// Empty where it is the only one.
    pub name: String,
    /// What is counted; may be empty.
    pub measure: String,
    pub planned: Measure,
    pub actual: Option<Measure>,
}

/// What one scorer says of one unit in one layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    pub bloc: Code,
    pub unit: Code,
    pub layer: String,
    /// The unit itself in `self`, the other unit in `cross`, else where the sheet comes from.
    pub scorer: String,
    /// The account that writes it.
    pub scored_by: Code,
    /// In the order of the table's columns; at least one.
    pub lines: Vec<Line>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub criterion: String,
    pub content: Content,
    pub reason: Option<String>,
    /// Titles of papers.
    pub evidence: Vec<String>,
}

/// What a line carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// The points of a judged criterion, or an override.
    Points(Points),
    Checked(Vec<String>),
    Achieved(bool),
    Actual(Measure),
    Count(u32),
    NotApplicable,
}

impl Campaign {
    /// The targets of one unit, in the order in which it puts them.
    pub fn targets_of(&self, unit: &Code) -> impl Iterator<Item = &Target> {
        self.targets.iter().filter(move |target| target.unit == *unit)
    }

    /// The sheets of one layer, in the order in which they are entered.
    pub fn sheets_of<'a>(&'a self, layer: &'a str) -> impl Iterator<Item = &'a Sheet> {
        self.sheets.iter().filter(move |sheet| sheet.layer == layer)
    }
}
