//! What the sheets of a bloc are checked against, as competition has it.

use std::collections::{BTreeSet, HashMap};

use proto::competition::v1 as wire;

use crate::domain::campaign::CROSS;

use super::Line;

/// A bloc with its criteria set, its targets and the layers of the season's policy.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct BlocRules {
    /// From lowest to highest.
    pub(crate) layers: Vec<String>,
    pub(crate) bloc: String,
    pub(crate) members: BTreeSet<String>,
    pub(crate) set: wire::CriteriaSet,
    /// Unit and criterion of the targets that name one.
    pub(crate) targets: BTreeSet<(String, String)>,
}

impl BlocRules {
    pub(crate) fn new(
        policy: wire::Policy,
        bloc: wire::Bloc,
        set: wire::CriteriaSet,
        targets: Vec<wire::Target>,
    ) -> Self {
        let targets = targets.into_iter().filter(|target| !target.criterion.is_empty());
        Self {
            layers: policy.layers,
            bloc: bloc.code,
            members: bloc.members.into_iter().collect(),
            set,
            targets: targets.map(|target| (target.unit, target.criterion)).collect(),
        }
    }

    /// The lines in the order of the criteria set; what it does not have comes last.
    pub(crate) fn in_order(&self, mut lines: Vec<Line>) -> Vec<Line> {
        let criteria = self.set.groups.iter().flat_map(|group| &group.criteria);
        let places: HashMap<&str, usize> =
            criteria.enumerate().map(|(place, criterion)| (criterion.code.as_str(), place)).collect();
        lines.sort_by_key(|line| places.get(line.criterion.as_str()).copied().unwrap_or(usize::MAX));
        lines
    }
}

/// The layers whose sheets may be written now.
pub(crate) fn open_layers(season: &wire::Season) -> BTreeSet<&str> {
    let open = season
        .phases
        .iter()
        .filter(|phase| phase.kind() == wire::PhaseKind::Scoring && phase.state() == wire::PhaseState::Open);
    open.flat_map(|phase| &phase.layers).map(String::as_str).collect()
}

/// Whether cross-scoring has been: a phase of it has closed and none is open.
pub(crate) fn cross_has_closed(season: &wire::Season) -> bool {
    let mut closed = false;
    for phase in &season.phases {
        if phase.kind() == wire::PhaseKind::Scoring && phase.layers.iter().any(|layer| layer == CROSS) {
            match phase.state() {
                wire::PhaseState::Open => return false,
                wire::PhaseState::Closed => closed = true,
                wire::PhaseState::Planned | wire::PhaseState::Unspecified => {}
            }
        }
    }
    closed
}
