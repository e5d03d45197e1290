//! Seasons: their dates, the order of their phases, the criteria sets that they use.

use std::collections::BTreeMap;

use platform::Result;
use platform::input::{Date, Faults, path};
use proto::common::v1::Reason;
use proto::competition::v1 as wire;
use wire::{PhaseKind, PhaseState, VoteRules};

use super::phases::{Phase, Plan};
use super::vote_rules;
use crate::error;

/// Criteria sets of one season.
const SETS: usize = 100;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Season {
    pub(crate) about: About,
    /// In the order in which they open: those that were opened stand in front.
    pub(crate) phases: Vec<Phase>,
    /// Code → version of the criteria sets that it uses.
    pub(crate) sets: BTreeMap<String, u32>,
    pub(crate) revision: u64,
}

/// What is said about a season.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct About {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) starts_on: Date,
    pub(crate) ends_on: Date,
    /// None: the defaults.
    pub(crate) vote_rules: Option<VoteRules>,
}

impl Eq for About {}

/// A new season.
#[derive(Debug)]
pub(crate) struct NewSeason {
    pub(crate) about: About,
    pub(crate) phases: Vec<Plan>,
}

/// What changes in a season; what is none stays.
#[derive(Debug)]
pub(crate) struct SeasonChange {
    pub(crate) code: String,
    name: Option<String>,
    starts_on: Option<Date>,
    ends_on: Option<Date>,
    phases: Option<Vec<Plan>>,
    vote_rules: Option<VoteRules>,
}

impl NewSeason {
    pub(crate) fn parse(at: &str, season: &wire::Season, faults: &mut Faults) -> Option<Self> {
        let code = faults.code(path(at, "code"), &season.code);
        let name = faults.name(path(at, "name"), &season.name);
        let starts_on = faults.date(path(at, "starts_on"), &season.starts_on);
        let ends_on = faults.date(path(at, "ends_on"), &season.ends_on);
        if let Some((starts_on, ends_on)) = starts_on.zip(ends_on) {
            check_days(&path(at, "ends_on"), starts_on, ends_on, faults);
        }
        let phases = Plan::parse_all(&path(at, "phases"), &season.phases, faults);
        let rules = season.vote_rules.as_ref();
        let rules = rules.map(|rules| vote_rules::parse(&path(at, "vote_rules"), rules, faults));
        let about = About {
            code: code?,
            name: name?,
            starts_on: starts_on?,
            ends_on: ends_on?,
            vote_rules: rules.flatten(),
        };
        Some(Self { about, phases: phases? })
    }
}

impl SeasonChange {
    pub(crate) fn parse(request: &wire::UpdateSeasonRequest, faults: &mut Faults) -> Option<Self> {
        let code = faults.code("code", &request.code);
        let name = request.name.as_ref().and_then(|name| faults.name("name", name));
        let starts_on = request.starts_on.as_ref().and_then(|day| faults.date("starts_on", day));
        let ends_on = request.ends_on.as_ref().and_then(|day| faults.date("ends_on", day));
        let phases = request.phases.as_ref();
        let phases = phases.and_then(|list| Plan::parse_all("phases.phases", &list.phases, faults));
        let rules = request.vote_rules.as_ref();
        let vote_rules = rules.and_then(|rules| vote_rules::parse("vote_rules", rules, faults));
        // What is not in the request is none; what is wrong has been noted, and the change is not made.
        Some(Self { code: code?, name, starts_on, ends_on, phases, vote_rules })
    }

    /// The season after the change. `layers` are those of its policy, where it has one.
    pub(crate) fn apply(
        self,
        season: &Season,
        layers: Option<&[String]>,
        faults: &mut Faults,
    ) -> Option<Season> {
        let mut changed = season.clone();
        changed.about.name = self.name.unwrap_or(changed.about.name);
        changed.about.starts_on = self.starts_on.unwrap_or(changed.about.starts_on);
        changed.about.ends_on = self.ends_on.unwrap_or(changed.about.ends_on);
        changed.about.vote_rules = self.vote_rules.or(changed.about.vote_rules);
        let field = if self.ends_on.is_some() { "ends_on" } else { "starts_on" };
        check_days(field, changed.about.starts_on, changed.about.ends_on, faults);
        if let Some(plans) = self.phases {
            changed.phases = season.replanned(plans, faults)?;
            if let Some(layers) = layers {
                check_layers("phases.phases", &changed.phases, layers, faults);
            }
        }
        faults.is_empty().then_some(changed)
    }
}

fn check_days(field: &str, starts_on: Date, ends_on: Date, faults: &mut Faults) {
    if ends_on < starts_on {
        let sentence = format!("the last day {ends_on} is before the first day {starts_on}");
        faults.add(field, Reason::DateInvalid, sentence);
    }
}

/// The layers of scoring phases are layers of the policy.
fn check_layers(at: &str, phases: &[Phase], layers: &[String], faults: &mut Faults) {
    for (place, phase) in phases.iter().enumerate() {
        for (layer, name) in phase.plan.layers.iter().enumerate() {
            if !layers.contains(name) {
                let sentence = format!("the season's policy has no layer {name:?}");
                faults.add(format!("{at}[{place}].layers[{layer}]"), Reason::LayerUnknown, sentence);
            }
        }
    }
}

impl Season {
    pub(crate) fn new(new: NewSeason) -> Self {
        let phases = new.phases.into_iter().map(Phase::planned).collect();
        Self { about: new.about, phases, sets: BTreeMap::new(), revision: 1 }
    }

    pub(crate) fn code(&self) -> &str {
        &self.about.code
    }

    /// The phases as they shall be: those that were opened stay in front, as they are.
    fn replanned(&self, plans: Vec<Plan>, faults: &mut Faults) -> Option<Vec<Phase>> {
        let opened: Vec<&Phase> =
            self.phases.iter().filter(|phase| phase.state() != PhaseState::Planned).collect();
        for (place, phase) in opened.iter().enumerate() {
            if plans.get(place) != Some(&phase.plan) {
                let code = &phase.plan.code;
                let sentence = format!("the phase {code:?} was opened: it stays here as it is");
                faults.add(format!("phases.phases[{place}]"), Reason::SeasonFixed, sentence);
            }
        }
        let later = plans.into_iter().skip(opened.len()).map(Phase::planned);
        let phases = opened.into_iter().cloned().chain(later).collect();
        faults.is_empty().then_some(phases)
    }

    fn place(&self, phase: &str) -> Result<usize> {
        let place = self.phases.iter().position(|candidate| candidate.plan.code == phase);
        place.ok_or_else(|| error::phase_unknown(self.code(), phase))
    }

    pub(crate) fn phase(&self, code: &str) -> Result<&Phase> {
        let place = self.place(code)?;
        self.phases.get(place).ok_or_else(|| error::phase_unknown(self.code(), code))
    }

    /// Whether the phase can be opened, with or without a reason.
    pub(crate) fn check_open(&self, code: &str, reason: &str) -> Result<()> {
        let phase = self.phase(code)?;
        match phase.state() {
            PhaseState::Open => Err(error::phase_state(code, "is open already")),
            PhaseState::Closed if reason.is_empty() => {
                let mut faults = Faults::new();
                let sentence = format!("the phase {code:?} was closed: opening it again needs a reason");
                faults.add("reason", Reason::FieldRequired, sentence);
                faults.none()
            }
            PhaseState::Closed => Ok(()),
            PhaseState::Planned | PhaseState::Unspecified => {
                let earlier = self.phases.iter().take(self.place(code)?);
                match earlier.into_iter().find(|phase| phase.state() == PhaseState::Planned) {
                    Some(earlier) => Err(error::phase_out_of_order(code, &earlier.plan.code)),
                    None => Ok(()),
                }
            }
        }
    }

    pub(crate) fn check_close(&self, code: &str) -> Result<()> {
        if self.phase(code)?.is_open() { Ok(()) } else { Err(error::phase_state(code, "is not open")) }
    }

    /// `PHASE_CLOSED` unless a phase of one of these kinds is open.
    pub(crate) fn require_open(&self, kinds: &[PhaseKind]) -> Result<()> {
        let open = self.phases.iter().any(|phase| phase.is_open() && kinds.contains(&phase.plan.kind));
        if open { Ok(()) } else { Err(error::phase_closed(self.code(), kinds)) }
    }

    /// Whether sheets may have been written.
    pub(crate) fn scoring_began(&self) -> bool {
        self.scoring().any(|phase| phase.state() != PhaseState::Planned)
    }

    /// Whether a scoring phase has been closed.
    fn scoring_closed(&self) -> bool {
        self.scoring().any(|phase| phase.acts.iter().any(|act| act.state == PhaseState::Closed))
    }

    fn scoring(&self) -> impl Iterator<Item = &Phase> {
        self.phases.iter().filter(|phase| phase.plan.kind == PhaseKind::Scoring)
    }

    /// The season's sets with those of the request in place.
    pub(crate) fn pinned(&self, sets: BTreeMap<String, u32>) -> Result<BTreeMap<String, u32>> {
        for (code, version) in &sets {
            let present = self.sets.get(code);
            if self.scoring_closed() && present.is_some_and(|present| present != version) {
                return Err(error::set_fixed(self.code(), code));
            }
        }
        let mut all = self.sets.clone();
        all.extend(sets);
        Ok(all)
    }

    /// The version of a set; `CRITERIA_SET_NOT_PINNED`.
    pub(crate) fn set_version(&self, set: &str) -> Result<u32> {
        self.sets.get(set).copied().ok_or_else(|| error::set_not_pinned(self.code(), set))
    }

    pub(crate) fn to_proto(&self) -> wire::Season {
        let About { code, name, starts_on, ends_on, vote_rules } = self.about.clone();
        let sets = self.sets.iter();
        wire::Season {
            code,
            name,
            starts_on: starts_on.to_string(),
            ends_on: ends_on.to_string(),
            phases: self.phases.iter().map(Phase::to_proto).collect(),
            criteria_sets: sets
                .map(|(code, version)| wire::PinnedSet { code: code.clone(), version: *version })
                .collect(),
            revision: self.revision,
            vote_rules,
        }
    }
}

/// The sets of a PinCriteriaSets request, each once.
pub(crate) fn parse_pins(pins: &[wire::PinnedSet], faults: &mut Faults) -> Option<BTreeMap<String, u32>> {
    if pins.is_empty() {
        return faults.refuse("criteria_sets", Reason::FieldRequired, "at least one set is required");
    }
    let read = faults.each("criteria_sets", SETS, pins, |at, pin, faults| {
        let code = faults.code(path(at, "code"), &pin.code);
        let version = faults.between(path(at, "version"), pin.version, 1, u32::MAX);
        code.zip(version)
    })?;
    let mut sets = BTreeMap::new();
    for (place, (code, version)) in read.into_iter().enumerate() {
        if sets.contains_key(&code) {
            let sentence = format!("the set {code:?} is named twice");
            faults.add(format!("criteria_sets[{place}].code"), Reason::InvalidArgument, sentence);
        }
        sets.insert(code, version);
    }
    Some(sets)
}

#[cfg(test)]
#[path = "seasons_test.rs"]
mod tests;
