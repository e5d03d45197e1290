//! Targets: what units have undertaken, and whether they are met.

use std::collections::{BTreeMap, BTreeSet};

use platform::input::{Faults, measure_text, path};
use proto::common::v1::Reason;
use proto::competition::v1 as wire;
use wire::TargetGroup;

use super::criteria::CriteriaSet;

/// Targets of one call.
const MOST: usize = 500;
/// Figures of one target.
const FIGURES: usize = 50;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) unit: String,
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) group: TargetGroup,
    /// At least one.
    pub(crate) figures: Vec<Figure>,
    /// The criterion that its first figure counts for.
    pub(crate) criterion: Option<String>,
    /// Its place in the order in which the unit's targets were first put, from 0.
    pub(crate) position: u32,
}

/// A planned and an actual amount, in ten-thousandths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Figure {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) unit_of_measure: String,
    /// Above zero.
    pub(crate) planned: i64,
    /// None before something was recorded.
    pub(crate) actual: Option<i64>,
}

impl Target {
    /// Every figure is.
    pub(crate) fn met(&self) -> bool {
        self.figures.iter().all(|figure| figure.actual.is_some_and(|actual| actual >= figure.planned))
    }

    /// It is met, and one figure is above its plan.
    pub(crate) fn exceeded(&self) -> bool {
        let above = |figure: &Figure| figure.actual.is_some_and(|actual| actual > figure.planned);
        self.met() && self.figures.iter().any(above)
    }

    pub(crate) fn has_progress(&self) -> bool {
        self.figures.iter().any(|figure| figure.actual.is_some())
    }

    fn parse(at: &str, unit: &str, target: &wire::Target, faults: &mut Faults) -> Option<Self> {
        if !target.unit.is_empty() && target.unit != unit {
            let sentence = format!("{:?} is another unit than that of the call, {unit:?}", target.unit);
            faults.add(path(at, "unit"), Reason::InvalidArgument, sentence);
        }
        let code = faults.code(path(at, "code"), &target.code);
        let name = faults.name(path(at, "name"), &target.name);
        let group = match target.group {
            0 => Some(TargetGroup::Target),
            group => faults.choice(path(at, "group"), group),
        };
        let figures = figures(&path(at, "figures"), &target.figures, faults);
        let criterion = faults.optional_word(path(at, "criterion"), &target.criterion);
        Some(Self {
            unit: unit.to_owned(),
            code: code?,
            name: name?,
            group: group?,
            figures: figures?,
            criterion: criterion?,
            position: 0,
        })
    }

    /// The targets of a request for `unit`, each once.
    pub(crate) fn parse_all(unit: &str, targets: &[wire::Target], faults: &mut Faults) -> Option<Vec<Self>> {
        if targets.is_empty() {
            return faults.refuse("targets", Reason::FieldRequired, "at least one target is required");
        }
        let read = faults
            .each("targets", MOST, targets, |at, target, faults| Self::parse(at, unit, target, faults))?;
        let codes = read.iter().map(|target| target.code.as_str());
        once("targets", codes, faults).then_some(read)
    }

    pub(crate) fn to_proto(&self) -> wire::Target {
        wire::Target {
            unit: self.unit.clone(),
            code: self.code.clone(),
            name: self.name.clone(),
            group: self.group.into(),
            figures: self.figures.iter().map(Figure::to_proto).collect(),
            criterion: self.criterion.clone().unwrap_or_default(),
            position: self.position,
            met: self.met(),
            exceeded: self.exceeded(),
        }
    }
}

impl Figure {
    fn parse(at: &str, figure: &wire::Figure, faults: &mut Faults) -> Option<Self> {
        let code = faults.code(path(at, "code"), &figure.code);
        let name = faults.optional_name(path(at, "name"), &figure.name);
        let counted = faults.optional_name(path(at, "unit_of_measure"), &figure.unit_of_measure);
        let planned = faults.measure(path(at, "planned"), &figure.planned);
        if planned == Some(0) {
            faults.add(path(at, "planned"), Reason::NumberInvalid, "a plan is above zero");
        }
        let (name, unit_of_measure) = name.zip(counted)?;
        Some(Self { code: code?, name, unit_of_measure, planned: planned?, actual: None })
    }

    fn to_proto(&self) -> wire::Figure {
        wire::Figure {
            code: self.code.clone(),
            name: self.name.clone(),
            unit_of_measure: self.unit_of_measure.clone(),
            planned: measure_text(self.planned),
            actual: self.actual.map(measure_text),
        }
    }
}

fn figures(field: &str, figures: &[wire::Figure], faults: &mut Faults) -> Option<Vec<Figure>> {
    if figures.is_empty() {
        return faults.refuse(field, Reason::FieldRequired, "at least one figure is required");
    }
    let read = faults.each(field, FIGURES, figures, Figure::parse)?;
    once(field, read.iter().map(|figure| figure.code.as_str()), faults).then_some(read)
}

/// Whether each code stands once; notes those that do not.
fn once<'a>(field: &str, codes: impl Iterator<Item = &'a str>, faults: &mut Faults) -> bool {
    let mut seen = BTreeSet::new();
    let mut fine = true;
    for (place, code) in codes.enumerate() {
        if !seen.insert(code) {
            fine = false;
            let sentence = format!("{code:?} stands there twice");
            faults.add(format!("{field}[{place}].code"), Reason::InvalidArgument, sentence);
        }
    }
    fine
}

/// The targets to write so that a unit which has `present` ones has those of the request too. `set` is the criteria set of
/// the unit's bloc; none: it is in no bloc.
pub(crate) fn merge(
    present: &[Target],
    put: Vec<Target>,
    set: Option<&CriteriaSet>,
    faults: &mut Faults,
) -> Option<Vec<Target>> {
    let known: BTreeMap<&str, &Target> =
        present.iter().map(|target| (target.code.as_str(), target)).collect();
    let replaced: BTreeSet<String> = put.iter().map(|target| target.code.clone()).collect();
    let kept = present.iter().filter(|target| !replaced.contains(&target.code));
    let mut criteria: BTreeMap<String, String> =
        kept.filter_map(|target| Some((target.criterion.clone()?, target.code.clone()))).collect();
    let mut next = present.iter().map(|target| target.position + 1).max().unwrap_or(0);
    let mut merged = Vec::with_capacity(put.len());
    for (place, mut target) in put.into_iter().enumerate() {
        let at = format!("targets[{place}]");
        if let Some(criterion) = &target.criterion {
            check_criterion(&at, criterion, set, faults);
            if let Some(other) = criteria.insert(criterion.clone(), target.code.clone()) {
                let sentence = format!("the target {other:?} counts for criterion {criterion:?} already");
                faults.add(path(&at, "criterion"), Reason::InvalidArgument, sentence);
            }
        }
        match known.get(target.code.as_str()) {
            Some(present) => {
                target.position = present.position;
                keep_actuals(&at, present, &mut target, faults);
            }
            None => {
                target.position = next;
                next += 1;
            }
        }
        merged.push(target);
    }
    faults.is_empty().then_some(merged)
}

fn check_criterion(at: &str, criterion: &str, set: Option<&CriteriaSet>, faults: &mut Faults) {
    let sentence = match set {
        Some(set) if set.has_criterion(criterion) => return,
        Some(set) => format!("the set {:?} of the unit's bloc has no criterion {criterion:?}", set.code),
        None => "the unit is in no bloc of the season, so no criteria count for it".to_owned(),
    };
    faults.add(path(at, "criterion"), Reason::CriterionUnknown, sentence);
}

/// What was recorded stays, and so do the figures for which something was.
fn keep_actuals(at: &str, present: &Target, target: &mut Target, faults: &mut Faults) {
    for old in present.figures.iter().filter(|figure| figure.actual.is_some()) {
        match target.figures.iter_mut().find(|figure| figure.code == old.code) {
            Some(figure) => figure.actual = old.actual,
            None => {
                let sentence = format!("progress was recorded for the figure {:?}: it stays", old.code);
                faults.add(path(at, "figures"), Reason::ProgressRecorded, sentence);
            }
        }
    }
}

#[cfg(test)]
#[path = "targets_test.rs"]
mod tests;
