//! Bands and selected classes.

use super::plan::Plan;
use super::quotas::{Census, Quotas};
use super::ranking::Ranking;
use super::requires::{Candidate, unmet};
use super::scores::Scored;
use crate::domain::campaign::{Requires, Standing};
use crate::domain::results::{QuotaResult, Unmet};

/// Where each unit ends before decisions, and what kept it from more.
pub(crate) struct Classes<'a> {
    /// By entrant: position of the class; none for unranked units.
    pub(crate) computed: Vec<Option<usize>>,
    /// By entrant: position of the class that points and requirements give, before any selection.
    pub(crate) bands: Vec<Option<usize>>,
    /// By entrant: the selections whose pool it was in, from worst to best class.
    pub(crate) choices: Vec<Vec<Choice>>,
    /// By entrant: class (position) and failed requirements.
    pub(crate) unmet: Vec<Vec<(usize, Vec<Unmet<'a>>)>>,
    /// By bloc, then what quotas of scope `bloc` did.
    pub(crate) bloc_quotas: Vec<Vec<QuotaResult<'a>>>,
    pub(crate) federation_quotas: Vec<QuotaResult<'a>>,
}

/// How one unit fared in the selection for a class.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Choice {
    /// Position.
    pub(crate) class: usize,
    /// It meets what the class requires.
    pub(crate) candidate: bool,
    /// The quota (by position) that left it out.
    pub(crate) left_out_by: Option<usize>,
    /// It was equal to another where a quota cut.
    pub(crate) tied_at_cut: bool,
}

impl<'a> Classes<'a> {
    pub(crate) fn new(plan: &Plan<'_, 'a>, scored: &[Scored<'a>], ranking: &Ranking) -> Classes<'a> {
        let mut classes = Classes {
            computed: vec![None; scored.len()],
            bands: Vec::new(),
            choices: vec![Vec::new(); scored.len()],
            unmet: vec![Vec::new(); scored.len()],
            bloc_quotas: vec![Vec::new(); plan.blocs.len()],
            federation_quotas: Vec::new(),
        };
        for (position, unit) in scored.iter().enumerate() {
            if unit.is_ranked() {
                classes.computed[position] = classes.band(plan, unit, position);
            }
        }
        classes.bands.clone_from(&classes.computed);
        classes.select(plan, scored, ranking);
        classes
    }

    /// The best band that the unit reaches. Notes what it fails in any band that its total reaches.
    fn band(&mut self, plan: &Plan<'_, 'a>, unit: &Scored<'a>, position: usize) -> Option<usize> {
        let mut band = None;
        for (class, rules) in plan.campaign.policy.classes.iter().enumerate() {
            let Standing::Band { min_points } = rules.standing else { continue };
            if min_points <= unit.totals.unit.total
                && self.meets(plan, unit, position, class, rules.requires.as_ref())
                && band.is_none()
            {
                band = Some(class);
            }
        }
        band
    }

    /// Whether the unit meets what a class requires; notes what it fails.
    fn meets(
        &mut self,
        plan: &Plan<'_, 'a>,
        unit: &Scored<'a>,
        position: usize,
        class: usize,
        requires: Option<&Requires<'a>>,
    ) -> bool {
        let Some(requires) = requires else { return true };
        let (Some(entrant), Some(set)) =
            (plan.entrants.get(position), unit.set.and_then(|set| plan.sets.get(set)))
        else {
            return false;
        };
        let candidate = Candidate { unit: entrant.unit, set, lines: &unit.lines, totals: &unit.totals };
        let failed = unmet(requires, &candidate);
        let meets = failed.is_empty();
        if !meets && let Some(notes) = self.unmet.get_mut(position) {
            notes.push((class, failed));
        }
        meets
    }

    /// Fills the selected classes from worst to best, each from the class right below it.
    fn select(&mut self, plan: &Plan<'_, 'a>, scored: &[Scored<'a>], ranking: &Ranking) {
        let census = Census::new(plan, scored);
        for (class, rules) in plan.campaign.policy.classes.iter().enumerate().rev() {
            let Standing::Selected(select) = &rules.standing else { continue };
            let pool: Vec<usize> =
                (0..scored.len()).filter(|unit| self.computed[*unit] == Some(class + 1)).collect();
            let mut candidates = Vec::with_capacity(pool.len());
            for position in &pool {
                let candidate =
                    self.meets(plan, &scored[*position], *position, class, rules.requires.as_ref());
                if candidate {
                    candidates.push(*position);
                }
                let choice = Choice { class, candidate, left_out_by: None, tied_at_cut: false };
                self.choices[*position].push(choice);
            }
            let mut quotas = Quotas::new(plan, scored, ranking, &census, &pool);
            for (index, quota) in select.quotas.iter().enumerate() {
                quotas.run(*quota, select.ties, &mut candidates, |part, outcome, out| {
                    for unit in out {
                        if let Some(choice) = self.choices[*unit].last_mut() {
                            choice.left_out_by = Some(index);
                        }
                    }
                    for unit in &outcome.ties {
                        if let Some(choice) = self.choices[*unit].last_mut() {
                            choice.tied_at_cut = true;
                        }
                    }
                    let result = QuotaResult {
                        class: rules.code,
                        quota: index,
                        base: outcome.base,
                        allowed: outcome.allowed,
                        selected: outcome.selected,
                        ties_at_cut: outcome.ties.iter().map(|tie| plan.entrants[*tie].unit.code).collect(),
                    };
                    match part.and_then(|bloc| self.bloc_quotas.get_mut(bloc)) {
                        Some(of_bloc) => of_bloc.push(result),
                        None => self.federation_quotas.push(result),
                    }
                });
            }
            for chosen in candidates {
                self.computed[chosen] = Some(class);
            }
        }
    }
}
