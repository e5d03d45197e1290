//! What checks look up, and the references that found nothing so far.

use std::collections::HashSet;

use super::dangling::Dangling;
use crate::domain::campaign::Campaign;
use crate::domain::document::{Faults, Place, Quoted, ROOT};
use crate::domain::index::{Codes, SetIndex};

/// A campaign with its codes indexed.
pub(super) struct Scope<'c, 'a> {
    pub(super) campaign: &'c Campaign<'a>,
    pub(super) units: Codes<'a>,
    pub(super) sets: Vec<SetIndex<'c, 'a>>,
    pub(super) set_codes: Codes<'a>,
    pub(super) layers: Codes<'a>,
    pub(super) classes: Codes<'a>,
    /// For each unit, the bloc that has it.
    pub(super) homes: Vec<Home>,
    /// Unit and criterion (positions) of every target that names a criterion.
    pub(super) goals: HashSet<(usize, usize)>,
    pub(super) missing: Missing<'a>,
}

/// Where a unit belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Home {
    Nowhere,
    Bloc(usize),
    /// In several blocs, which is a fault of its own. Their criteria set, where they agree on it (a position).
    Contested {
        set: Option<usize>,
    },
}

/// References that found nothing.
#[derive(Default)]
pub(super) struct Missing<'a> {
    pub(super) units: Dangling<&'a str>,
    pub(super) sets: Dangling<&'a str>,
    pub(super) layers: Dangling<&'a str>,
    pub(super) classes: Dangling<&'a str>,
    /// Units that are in no bloc.
    pub(super) homes: Dangling<&'a str>,
    /// By position of the set.
    pub(super) criteria: Vec<Dangling<&'a str>>,
    pub(super) any_criterion: Dangling<&'a str>,
    pub(super) any_group: Dangling<&'a str>,
    /// Unit and criterion (positions) of lines that need a target.
    pub(super) goals: Dangling<(usize, usize)>,
}

impl<'c, 'a> Scope<'c, 'a> {
    pub(super) fn new(campaign: &'c Campaign<'a>, faults: &Faults) -> Scope<'c, 'a> {
        let sets: Vec<_> = campaign.criteria_sets.iter().map(SetIndex::new).collect();
        Scope {
            campaign,
            units: Codes::new(campaign.units.iter().map(|unit| unit.code)),
            set_codes: Codes::new(campaign.criteria_sets.iter().map(|set| set.code)),
            layers: Codes::new(campaign.policy.layers.iter().copied()),
            classes: Codes::new(campaign.policy.classes.iter().map(|class| class.code)),
            homes: vec![Home::Nowhere; campaign.units.len()],
            goals: HashSet::new(),
            missing: Missing::new(campaign, &sets, faults),
            sets,
        }
    }

    /// Looks a unit up; one that is not there is told at `place`.
    pub(super) fn unit(&mut self, code: &'a str, place: &Place<'_>) -> Option<usize> {
        if code.is_empty() {
            return None;
        }
        let found = self.units.find(code);
        if found.is_none() {
            self.missing.units.add(code, place, format_args!("{} is the code of no unit", Quoted(code)));
        }
        found
    }

    /// Looks a layer up; one that is not there is told at `place`.
    pub(super) fn layer(&mut self, layer: &'a str, place: &Place<'_>) -> Option<usize> {
        if layer.is_empty() {
            return None;
        }
        let found = self.layers.find(layer);
        if found.is_none() {
            self.missing.layers.add(
                layer,
                place,
                format_args!("{} is no layer of the policy", Quoted(layer)),
            );
        }
        found
    }

    /// The position of the set that a unit is scored by.
    pub(super) fn set_of(&self, unit: usize) -> Option<usize> {
        match self.homes.get(unit)? {
            Home::Bloc(bloc) => self.set_of_bloc(*bloc),
            Home::Contested { set } => *set,
            Home::Nowhere => None,
        }
    }

    pub(super) fn set_of_bloc(&self, bloc: usize) -> Option<usize> {
        self.set_codes.find(self.campaign.blocs.get(bloc)?.criteria_set)
    }

    /// Tells what is missing beyond what spoilt entries explain.
    pub(super) fn report(self, faults: &mut Faults) {
        let missing = self.missing;
        missing.layers.report(faults);
        missing.sets.report(faults);
        missing.units.report(faults);
        missing.homes.report(faults);
        missing.criteria.into_iter().for_each(|criteria| criteria.report(faults));
        missing.goals.report(faults);
        missing.any_criterion.report(faults);
        missing.any_group.report(faults);
        missing.classes.report(faults);
    }
}

impl<'a> Missing<'a> {
    /// Counts the entries that could not be read: each may be what a reference looks for.
    fn new(campaign: &Campaign<'a>, sets: &[SetIndex<'_, 'a>], faults: &Faults) -> Missing<'a> {
        let policy = ROOT.name("policy");
        let mut missing = Missing {
            units: Dangling::excused_by(campaign.units.iter().map(|unit| unit.code)),
            sets: Dangling::excused_by(campaign.criteria_sets.iter().map(|set| set.code)),
            layers: Dangling::excused_by(campaign.policy.layers.iter().copied()),
            classes: Dangling::excused_by(campaign.policy.classes.iter().map(|class| class.code)),
            any_criterion: Dangling::excused_by(
                sets.iter().flat_map(|set| &set.criteria).map(|at| at.criterion.code),
            ),
            any_group: Dangling::excused_by(
                campaign.criteria_sets.iter().flat_map(|set| &set.groups).map(|group| group.code),
            ),
            ..Missing::default()
        };
        if campaign.units.is_empty() && faults.spoil(&ROOT, "units") {
            missing.units.excuse_all();
        }
        if campaign.policy.layers.is_empty() && faults.spoil(&policy, "layers") {
            missing.layers.excuse_all();
        }
        if campaign.policy.classes.is_empty() && faults.spoil(&policy, "classes") {
            missing.classes.excuse_all();
        }
        if campaign.blocs.is_empty() && faults.spoil(&ROOT, "blocs") {
            missing.homes.excuse_all();
        }
        if campaign.targets.is_empty() && faults.spoil(&ROOT, "targets") {
            missing.goals.excuse_all();
        }
        if campaign.criteria_sets.is_empty() && faults.spoil(&ROOT, "criteria_sets") {
            missing.sets.excuse_all();
            missing.any_criterion.excuse_all();
            missing.any_group.excuse_all();
        }
        missing.criteria = missing.criteria_of(campaign, faults);
        missing
    }

    fn criteria_of(&mut self, campaign: &Campaign<'a>, faults: &Faults) -> Vec<Dangling<&'a str>> {
        let place = ROOT.name("criteria_sets");
        let mut all = Vec::with_capacity(campaign.criteria_sets.len());
        for (i, set) in campaign.criteria_sets.iter().enumerate() {
            let place = place.index(i);
            let criteria = set.groups.iter().flat_map(|group| &group.criteria);
            let mut dangling = Dangling::excused_by(criteria.map(|criterion| criterion.code));
            if set.groups.is_empty() && faults.spoil(&place, "groups") {
                dangling.excuse_all();
                self.any_criterion.excuse_all();
                self.any_group.excuse_all();
            }
            for (g, group) in set.groups.iter().enumerate() {
                if group.criteria.is_empty() && faults.spoil(&place.name("groups").index(g), "criteria") {
                    dangling.excuse_all();
                    self.any_criterion.excuse_all();
                }
            }
            all.push(dangling);
        }
        all
    }
}
