//! The lines of a unit in numbers, and the criteria set that gives them their names.

use prost::Message;
use proto::scoring::v1 as wire;

use super::count;
use crate::domain::campaign::{Campaign, CriteriaSet, Criterion};
use crate::domain::number::Points;
use crate::domain::results::{LineResult, LineState};

/// What the lines of a unit came to, in the order of its set's criteria. Kept as it is: it grows by protobuf's rules, a
/// tag is never used for something else.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct KeptLines {
    /// Hundredths.
    #[prost(int64, repeated, tag = "1")]
    points: Vec<i64>,
    /// Place among the set's layers, from 1; 0: no line.
    #[prost(uint32, repeated, tag = "2")]
    layers: Vec<u32>,
    /// Place in [`STATES`].
    #[prost(uint32, repeated, tag = "3")]
    states: Vec<u32>,
}

/// Never in another order: kept lines count them.
const STATES: [LineState; 4] =
    [LineState::Missing, LineState::Scored, LineState::Overridden, LineState::NotApplicable];

/// A criteria set as a run used it. Kept as it is, like [`KeptLines`].
#[derive(Clone, PartialEq, Message)]
pub(crate) struct KeptSet {
    /// Those of the policy, from the lowest to the highest.
    #[prost(string, repeated, tag = "1")]
    pub(crate) layers: Vec<String>,
    #[prost(string, tag = "2")]
    pub(crate) max_points: String,
    /// Groups with their lines, as explanations have them: all that is the same for each unit.
    #[prost(message, repeated, tag = "3")]
    pub(crate) groups: Vec<wire::GroupExplanation>,
}

/// What became of one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KeptLine<'s> {
    pub(crate) criterion: &'s str,
    pub(crate) points: Points,
    /// Empty: none.
    pub(crate) layer: &'s str,
    pub(crate) state: LineState,
}

impl KeptLines {
    pub(super) fn of(campaign: &Campaign<'_>, lines: &[LineResult<'_>]) -> Self {
        let layers = &campaign.policy.layers;
        let layer = |line: &LineResult<'_>| {
            let place = line.layer.and_then(|name| layers.iter().position(|layer| *layer == name));
            place.map_or(0, |place| count(place.saturating_add(1)))
        };
        let state = |line: &LineResult<'_>| STATES.iter().position(|state| *state == line.state);
        Self {
            points: lines.iter().map(|line| line.points.hundredths()).collect(),
            layers: lines.iter().map(layer).collect(),
            states: lines.iter().map(|line| state(line).map_or(0, count)).collect(),
        }
    }

    /// Scored in no layer, for tests.
    #[cfg(test)]
    pub(super) fn of_points(points: &[i64]) -> Self {
        let none = vec![0; points.len()];
        Self { points: points.to_vec(), layers: none.clone(), states: none }
    }

    /// The lines by name; `set` is the one of the unit's bloc in the same run.
    pub(crate) fn named<'s>(&self, set: &'s KeptSet) -> Vec<KeptLine<'s>> {
        let codes = set.groups.iter().flat_map(|group| &group.lines).map(|line| line.criterion.as_str());
        let values = self.points.iter().zip(&self.layers).zip(&self.states);
        let lines = codes.zip(values).map(|(criterion, ((points, layer), state))| KeptLine {
            criterion,
            points: Points::from_hundredths(*points),
            layer: set.layer(*layer),
            state: place(*state).and_then(|place| STATES.get(place)).copied().unwrap_or(LineState::Missing),
        });
        lines.collect()
    }
}

impl KeptSet {
    pub(super) fn of(campaign: &Campaign<'_>, set: &CriteriaSet<'_>) -> Self {
        let groups = set.groups.iter().map(|group| wire::GroupExplanation {
            group: group.code.to_owned(),
            name: group.name.to_owned(),
            kind: group.kind.as_str().to_owned(),
            max_points: group.max_points.to_string(),
            lines: group.criteria.iter().map(line).collect(),
            ..Default::default()
        });
        Self {
            layers: campaign.policy.layers.iter().map(|layer| (*layer).to_owned()).collect(),
            max_points: set.max_points.to_string(),
            groups: groups.collect(),
        }
    }

    /// The name of the layer at a place from 1; empty for none.
    pub(super) fn layer(&self, layer: u32) -> &str {
        let at = place(layer).and_then(|place| place.checked_sub(1));
        at.and_then(|at| self.layers.get(at)).map(String::as_str).unwrap_or_default()
    }
}

fn line(criterion: &Criterion<'_>) -> wire::LineExplanation {
    wire::LineExplanation {
        criterion: criterion.code.to_owned(),
        name: criterion.name.to_owned(),
        max_points: criterion.max_points.to_string(),
        method: criterion.method.as_str().to_owned(),
        ..Default::default()
    }
}

fn place(number: u32) -> Option<usize> {
    usize::try_from(number).ok()
}
