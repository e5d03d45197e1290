//! The campaign in the order of its results, everything found by its code.

use std::ops::Range;

use crate::domain::campaign::{Bloc, CROSS, Campaign, Line, Target, Unit};
use crate::domain::index::{Codes, SetIndex};

/// Who takes part, with what, in which order.
pub(crate) struct Plan<'c, 'a> {
    pub(crate) campaign: &'c Campaign<'a>,
    /// By code.
    pub(crate) entrants: Vec<Entrant<'c, 'a>>,
    /// By code.
    pub(crate) blocs: Vec<&'c Bloc<'a>>,
    pub(crate) sets: Vec<SetIndex<'c, 'a>>,
    /// Where each unit's code stands in `entrants`.
    pub(crate) codes: Codes<'a>,
    /// Sheets by entrant, then from the highest layer to the lowest.
    sheets: Vec<SheetAt>,
    /// Targets by entrant.
    targets: Vec<(usize, &'c Target<'a>)>,
    /// Position of the layer `cross`.
    pub(crate) cross_layer: Option<usize>,
    /// Position of the layer from which a unit counts as assessed.
    pub(crate) required_layer: usize,
}

/// A unit in its place.
pub(crate) struct Entrant<'c, 'a> {
    pub(crate) unit: &'c Unit<'a>,
    /// Position in the plan's blocs.
    pub(crate) bloc: Option<usize>,
    /// Position in the plan's sets; only with a bloc.
    pub(crate) set: Option<usize>,
    pub(crate) votes: u32,
    sheets: Range<usize>,
    targets: Range<usize>,
}

/// A sheet by positions.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SheetAt {
    entrant: usize,
    /// Reversed, so that sorting puts the highest layer first.
    layer: std::cmp::Reverse<usize>,
    pub(crate) sheet: usize,
}

impl SheetAt {
    pub(crate) fn layer(self) -> usize {
        self.layer.0
    }
}

impl<'c, 'a> Plan<'c, 'a> {
    pub(crate) fn new(campaign: &'c Campaign<'a>) -> Plan<'c, 'a> {
        let mut units: Vec<&Unit<'a>> = campaign.units.iter().collect();
        units.sort_unstable_by_key(|unit| unit.code);
        let codes = Codes::new(units.iter().map(|unit| unit.code));
        let layers = Codes::new(campaign.policy.layers.iter().copied());
        let mut blocs: Vec<&Bloc<'a>> = campaign.blocs.iter().collect();
        blocs.sort_unstable_by_key(|bloc| bloc.code);
        let entrant = |unit| Entrant { unit, bloc: None, set: None, votes: 0, sheets: 0..0, targets: 0..0 };
        let mut plan = Plan {
            campaign,
            entrants: units.into_iter().map(entrant).collect(),
            blocs,
            sets: campaign.criteria_sets.iter().map(SetIndex::new).collect(),
            sheets: Vec::with_capacity(campaign.sheets.len()),
            targets: Vec::with_capacity(campaign.targets.len()),
            codes,
            cross_layer: layers.find(CROSS),
            required_layer: layers.find(campaign.policy.required_layer).unwrap_or_default(),
        };
        plan.place_units();
        plan.place_sheets(&layers);
        plan.place_targets();
        plan
    }

    fn place_units(&mut self) {
        let set_codes = Codes::new(self.sets.iter().map(|set| set.set.code));
        let mut last = 0;
        for (position, bloc) in self.blocs.iter().enumerate() {
            let set = set_codes.find(bloc.criteria_set);
            for member in &bloc.members {
                let Some(at) = self.codes.find_near(member, last) else { continue };
                last = at;
                if let Some(entrant) = self.entrants.get_mut(at) {
                    (entrant.bloc, entrant.set) = (Some(position), set);
                }
            }
        }
        for vote in &self.campaign.votes {
            if let Some(entrant) = self.codes.find(vote.unit).and_then(|at| self.entrants.get_mut(at)) {
                entrant.votes = vote.votes;
            }
        }
    }

    fn place_sheets(&mut self, layers: &Codes<'a>) {
        let (mut last_entrant, mut last_layer) = (0, 0);
        for (position, sheet) in self.campaign.sheets.iter().enumerate() {
            let entrant = self.codes.find_near(sheet.unit, last_entrant);
            let layer = layers.find_near(sheet.layer, last_layer);
            if let (Some(entrant), Some(layer)) = (entrant, layer) {
                (last_entrant, last_layer) = (entrant, layer);
                self.sheets.push(SheetAt { entrant, layer: std::cmp::Reverse(layer), sheet: position });
            }
        }
        self.sheets.sort_unstable();
        let mut end = 0;
        for sheets in self.sheets.chunk_by(|a, b| a.entrant == b.entrant) {
            let start = end;
            end += sheets.len();
            if let Some(entrant) = sheets.first().and_then(|at| self.entrants.get_mut(at.entrant)) {
                entrant.sheets = start..end;
            }
        }
    }

    fn place_targets(&mut self) {
        let mut last = 0;
        for target in &self.campaign.targets {
            if let Some(entrant) = self.codes.find_near(target.unit, last) {
                last = entrant;
                self.targets.push((entrant, target));
            }
        }
        // Stable: an entrant's targets keep their order, in which criteria are quickly found.
        self.targets.sort_by_key(|(entrant, _)| *entrant);
        let mut end = 0;
        for targets in self.targets.chunk_by(|(a, _), (b, _)| a == b) {
            let start = end;
            end += targets.len();
            if let Some(entrant) = targets.first().and_then(|(at, _)| self.entrants.get_mut(*at)) {
                entrant.targets = start..end;
            }
        }
    }

    pub(crate) fn set_of(&self, entrant: &Entrant<'c, 'a>) -> Option<&SetIndex<'c, 'a>> {
        self.sets.get(entrant.set?)
    }

    /// An entrant's sheets from the highest layer to the lowest.
    pub(crate) fn sheets_of(&self, entrant: &Entrant<'c, 'a>) -> &[SheetAt] {
        self.sheets.get(entrant.sheets.clone()).unwrap_or_default()
    }

    pub(crate) fn lines_of(&self, at: SheetAt) -> &'c [Line<'a>] {
        self.campaign.sheets.get(at.sheet).map(|sheet| sheet.lines.as_slice()).unwrap_or_default()
    }

    pub(crate) fn scorer_of(&self, at: SheetAt) -> &'a str {
        self.campaign.sheets.get(at.sheet).map(|sheet| sheet.scorer).unwrap_or_default()
    }

    pub(crate) fn targets_of(&self, entrant: &Entrant<'c, 'a>) -> impl Iterator<Item = &'c Target<'a>> {
        self.targets.get(entrant.targets.clone()).unwrap_or_default().iter().map(|(_, target)| *target)
    }
}
