//! How a unit's class was found: by its points, by conditions, by choices, by a decision.

use crate::domain::campaign::{Decision, Standing};
use crate::domain::engine::classes::{Choice, Classes};
use crate::domain::engine::plan::Plan;
use crate::domain::number::Points;
use crate::domain::results::{UNRANKED, Unmet};

/// The way of a ranked unit to its class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassExplanation<'a> {
    /// The best class whose points were reached, before any condition.
    pub by_points: &'a str,
    /// By points and conditions, before any choice.
    pub band: &'a str,
    /// Classes from best to worst, with the conditions that the unit fails.
    pub unmet: Vec<(&'a str, Vec<Unmet<'a>>)>,
    /// The choices that the unit stood in, from worst to best class.
    pub choices: Vec<ChoiceExplanation<'a>>,
    /// After the choices.
    pub computed: &'a str,
    /// What the standing committee decided.
    pub decision: Option<Decision<'a>>,
}

/// How a unit fared in the choice for a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChoiceExplanation<'a> {
    pub class: &'a str,
    /// It met the conditions.
    pub candidate: bool,
    /// It came into the class.
    pub selected: bool,
    /// The quota (by position) that left it out.
    pub left_out_by: Option<usize>,
    /// It was equal to another where a quota cut.
    pub tied_at_cut: bool,
}

/// For the entrant at `position`, which is ranked.
pub(super) fn explain<'a>(
    plan: &Plan<'_, 'a>,
    classes: &Classes<'a>,
    position: usize,
    total: Points,
    decision: Option<Decision<'a>>,
) -> ClassExplanation<'a> {
    let rules = &plan.campaign.policy.classes;
    let code = |class: Option<usize>| class.and_then(|at| rules.get(at)).map_or(UNRANKED, |class| class.code);
    let by_points = rules
        .iter()
        .position(|class| matches!(class.standing, Standing::Band { min_points } if min_points <= total));
    let of = |list: &[Option<usize>]| code(list.get(position).copied().flatten());
    let mut unmet = classes.unmet.get(position).cloned().unwrap_or_default();
    unmet.sort_by_key(|(class, _)| *class);
    let choice = |choice: &Choice| ChoiceExplanation {
        class: code(Some(choice.class)),
        candidate: choice.candidate,
        selected: choice.candidate && choice.left_out_by.is_none(),
        left_out_by: choice.left_out_by,
        tied_at_cut: choice.tied_at_cut,
    };
    ClassExplanation {
        by_points: code(by_points),
        band: of(&classes.bands),
        unmet: unmet.into_iter().map(|(class, failed)| (code(Some(class)), failed)).collect(),
        choices: classes.choices.get(position).into_iter().flatten().map(choice).collect(),
        computed: of(&classes.computed),
        decision,
    }
}
