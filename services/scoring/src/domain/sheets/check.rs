//! The rules of a sheet, all faults at once: its layer and its scorer, its lines against the criteria set, and what a
//! higher layer says against the sheets below.

use std::collections::{BTreeSet, HashMap};

use platform::input::{Faults, path};
use platform::{Error, Result};
use proto::common::v1::Reason;

use super::rules::BlocRules;
use super::{BLOC, Line, Placed, SheetKey, Value};
use crate::domain::campaign::{CROSS, Criterion, Method, SELF, Score};
use crate::domain::check::mismatch;
use crate::domain::gathered::criteria_set;
use crate::domain::index::SetIndex;

/// A sheet as it shall be.
#[derive(Debug)]
pub(crate) struct Proposed<'s> {
    /// The field with its key.
    pub(crate) at: String,
    pub(crate) key: &'s SheetKey,
    pub(crate) lines: &'s [Placed],
    /// What a line that says something else needs a reason for.
    pub(crate) below: Below<'s>,
}

/// What the sheets below say: by criterion, the values of the highest layer that has it; several in `cross`.
#[derive(Debug, Default)]
pub(crate) struct Below<'s>(HashMap<&'s str, Vec<&'s Value>>);

impl<'s> Below<'s> {
    /// For a sheet of `layer`: of these sheets of the unit, each with its layer, those that lie below.
    pub(crate) fn of(
        layers: &[String],
        layer: &str,
        sheets: impl IntoIterator<Item = (&'s str, &'s [Line])>,
    ) -> Self {
        let place = |layer: &str| layers.iter().position(|one| one == layer);
        if matches!(layer, SELF | CROSS | BLOC) {
            return Self::default();
        }
        let Some(own) = place(layer) else { return Self::default() };
        let mut found: HashMap<&str, (usize, Vec<&Value>)> = HashMap::new();
        for (layer, lines) in sheets {
            let Some(place) = place(layer).filter(|place| *place < own) else { continue };
            for line in lines {
                let (highest, values) = found.entry(&line.criterion).or_insert((place, Vec::new()));
                if place > *highest {
                    (*highest, *values) = (place, Vec::new());
                }
                if place == *highest {
                    values.push(&line.value);
                }
            }
        }
        Self(found.into_iter().map(|(criterion, (_, values))| (criterion, values)).collect())
    }

    fn says_otherwise(&self, line: &Line) -> bool {
        let values = self.0.get(line.criterion.as_str());
        values.is_some_and(|values| values.iter().any(|value| !value.same(&line.value)))
    }
}

/// Checks sheets of one bloc.
///
/// # Errors
/// When the criteria set is not one: a fault between services.
pub(crate) fn check(rules: &BlocRules, sheets: &[Proposed<'_>], faults: &mut Faults) -> Result<()> {
    let set = criteria_set(&rules.set).map_err(Error::internal)?;
    let scope = Scope { rules, set: SetIndex::new(&set) };
    for sheet in sheets {
        scope.check_sheet(sheet, faults);
    }
    Ok(())
}

struct Scope<'r, 's> {
    rules: &'r BlocRules,
    set: SetIndex<'s, 'r>,
}

impl Scope<'_, '_> {
    fn check_sheet(&self, sheet: &Proposed<'_>, faults: &mut Faults) {
        let key = sheet.key;
        let layer = self.rules.layers.iter().position(|layer| *layer == key.layer);
        if layer.is_none() {
            let layers = self.rules.layers.join(", ");
            let sentence = format!("{:?} is none of the policy's layers {layers}", key.layer);
            faults.add(path(&sheet.at, "layer"), Reason::LayerUnknown, sentence);
        }
        if key.layer == CROSS && (key.peer == key.unit || !self.rules.members.contains(&key.peer)) {
            let sentence = format!("{:?} is no other member of the bloc {:?}", key.peer, self.rules.bloc);
            faults.add(path(&sheet.at, "scorer"), Reason::ScorerInvalid, sentence);
        }
        let mut seen = BTreeSet::new();
        for Placed { at, line } in sheet.lines {
            if !seen.insert(line.criterion.as_str()) {
                let sentence = format!("the sheet has a line for {:?} already", line.criterion);
                faults.add(path(at, "criterion"), Reason::InvalidArgument, sentence);
            }
            let Some(found) = self.set.find(&line.criterion) else {
                let sentence =
                    format!("{:?} is no criterion of the set {:?}", line.criterion, self.rules.set.code);
                faults.add(path(at, "criterion"), Reason::CriterionUnknown, sentence);
                continue;
            };
            let Some(found) = self.set.criteria.get(found) else { continue };
            self.check_layer(layer, found.criterion, at, faults);
            check_value(key, found.criterion, line, at, faults);
            self.check_target(key, found.criterion, line, at, faults);
            if line.reason.is_empty() && sheet.below.says_otherwise(line) {
                let sentence = format!("{:?} says something else than the sheets below", line.criterion);
                let sentence = format!("{sentence}: a reason is needed");
                faults.add(path(at, "reason"), Reason::ReasonMissing, sentence);
            }
        }
    }

    fn check_layer(&self, layer: Option<usize>, criterion: &Criterion<'_>, at: &str, faults: &mut Faults) {
        let from = criterion.from_layer.unwrap_or_default();
        let lowest = self.rules.layers.iter().position(|layer| *layer == from);
        if let (Some(layer), Some(lowest)) = (layer, lowest)
            && layer < lowest
        {
            let sentence = format!("{:?} is scored from layer {from:?} on", criterion.code);
            faults.add(path(at, "criterion"), Reason::LayerTooLow, sentence);
        }
    }

    fn check_target(
        &self,
        key: &SheetKey,
        criterion: &Criterion<'_>,
        line: &Line,
        at: &str,
        faults: &mut Faults,
    ) {
        if matches!(line.value, Value::Actual(_)) && criterion.method.needs_target() {
            let target = (key.unit.clone(), line.criterion.clone());
            if !self.rules.targets.contains(&target) {
                let sentence = format!("{:?} compares with a target, and the unit has none", criterion.code);
                faults.add(path(at, "actual"), Reason::TargetMissing, sentence);
            }
        }
    }
}

/// What the line carries against what the method asks for.
fn check_value(key: &SheetKey, criterion: &Criterion<'_>, line: &Line, at: &str, faults: &mut Faults) {
    let (code, method) = (criterion.code, &criterion.method);
    if key.layer == CROSS && *method == Method::Relative {
        let sentence = format!("{code:?} is relative and is not scored in cross");
        return faults.add(at, Reason::LineMismatch, sentence);
    }
    let score = line.of_campaign().score;
    if let Some(rule) = mismatch(method, &score, &key.layer) {
        return add_mismatch(criterion, &score, &key.layer, rule, at, faults);
    }
    match &line.value {
        Value::Points(points) if *points > criterion.max_points => {
            let (points, most) = (points.plain(), criterion.max_points.plain());
            let sentence = format!("\"{points}\" is over the maximum {most} of {code:?}");
            faults.add(path(at, "points"), Reason::PointsOverMaximum, sentence);
        }
        Value::Checked(items) => {
            let Method::Checklist(known) = method else { return };
            for (i, item) in items.iter().enumerate() {
                if !known.iter().any(|one| one.code == item) {
                    let sentence = format!("{item:?} is no item of {code:?}");
                    faults.add(format!("{at}.checked.items[{i}]"), Reason::LineMismatch, sentence);
                }
            }
        }
        _ => {}
    }
}

/// Tells points that would be right with a reason apart from what is wrong anyway.
fn add_mismatch(
    criterion: &Criterion<'_>,
    score: &Score<'_>,
    layer: &str,
    rule: &str,
    at: &str,
    faults: &mut Faults,
) {
    let (code, method) = (criterion.code, &criterion.method);
    let told = |rule: &str| format!("{code:?} is {}: {rule}", method.as_str());
    let with_reason = match score {
        Score::Points { points, reason: None } => Some(Score::Points { points: *points, reason: Some("-") }),
        _ => None,
    };
    match with_reason.map(|score| mismatch(method, &score, layer)) {
        Some(None) => faults.add(path(at, "reason"), Reason::ReasonMissing, told(rule)),
        Some(Some(rule)) => faults.add(at, Reason::LineMismatch, told(rule)),
        None => faults.add(at, Reason::LineMismatch, told(rule)),
    }
}
