//! Tables with a row of cells for each unit: targets and sheets. The cells are text here; `cells` reads them.

use crate::demo::data::value::{Code, Day};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Targets that the units of a bloc have in common.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::demo::data) struct TargetTable {
    /// The day for which the actuals hold.
    pub(in crate::demo::data) recorded_on: Day,
    pub(in crate::demo::data) columns: Vec<TargetColumn>,
    /// By unit: a cell for each column.
    pub(in crate::demo::data) rows: BTreeMap<Code, String>,
}

/// What a column of targets is about: one figure in `measure`, or several `figures`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TargetColumn {
    pub code: Code,
    pub name: String,
    #[serde(default)]
    pub group: TargetGroup,
    /// The criterion that its first figure counts for.
    pub criterion: Option<String>,
    #[serde(default)]
    pub measure: String,
    #[serde(default)]
    pub figures: Vec<FigureName>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FigureName {
    pub code: Code,
    pub name: String,
    #[serde(default)]
    pub measure: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TargetGroup {
    #[default]
    Target,
    JointTask,
    ProgrammeTask,
}

/// What one unit undertakes beside the targets of its bloc.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::demo::data) struct Undertakings {
    pub(in crate::demo::data) unit: Code,
    pub(in crate::demo::data) group: TargetGroup,
    pub(in crate::demo::data) recorded_on: Day,
    pub(in crate::demo::data) list: Vec<Undertaking>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::demo::data) struct Undertaking {
    pub(in crate::demo::data) code: Code,
    pub(in crate::demo::data) name: String,
    #[serde(default)]
    pub(in crate::demo::data) measure: String,
    /// As a cell of a target table.
    pub(in crate::demo::data) result: String,
}

/// The sheets of one layer for the units of a bloc.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::demo::data) struct SheetTable {
    pub(in crate::demo::data) layer: String,
    /// The account that writes them; self and cross sheets are written by the officers of the scoring units.
    pub(in crate::demo::data) scored_by: Option<Code>,
    /// The origin of sheets that are neither self nor cross.
    pub(in crate::demo::data) scorer: Option<String>,
    /// The criteria, apart by spaces.
    pub(in crate::demo::data) columns: String,
    /// By unit, or by `UNIT/SCORER` for cross sheets: a cell for each column.
    pub(in crate::demo::data) rows: BTreeMap<String, String>,
    /// By `ROW/CRITERION`.
    #[serde(default)]
    pub(in crate::demo::data) reasons: BTreeMap<String, String>,
    /// By `ROW/CRITERION`.
    #[serde(default)]
    pub(in crate::demo::data) evidence: BTreeMap<String, Vec<String>>,
}
