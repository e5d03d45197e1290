//! The phases of a season: what may be done when.

use std::collections::BTreeSet;

use platform::input::{Date, Faults, path};
use proto::common::v1::Reason;
use proto::competition::v1 as wire;
use wire::{PhaseKind, PhaseState};

use super::signature::Signature;

/// Phases of one season.
const MOST: usize = 50;
/// Layers of one phase.
const LAYERS: usize = 20;

/// A phase as it was planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) kind: PhaseKind,
    /// Of a scoring phase: whose sheets may be written.
    pub(crate) layers: Vec<String>,
    pub(crate) planned_from: Option<Date>,
    pub(crate) planned_to: Option<Date>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Phase {
    pub(crate) plan: Plan,
    /// Its openings and closings, the first one first: its state is that of the last.
    pub(crate) acts: Vec<Act>,
}

/// An opening or closing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Act {
    pub(crate) state: PhaseState,
    pub(crate) by: Signature,
    /// May be empty where the phase was not opened again.
    pub(crate) reason: String,
}

impl Plan {
    fn parse(at: &str, phase: &wire::Phase, faults: &mut Faults) -> Option<Self> {
        let code = faults.code(path(at, "code"), &phase.code);
        let name = faults.name(path(at, "name"), &phase.name);
        let kind = faults.choice(path(at, "kind"), phase.kind);
        let layers = layers(at, kind, &phase.layers, faults);
        let planned_from = faults.optional_date(path(at, "planned_from"), &phase.planned_from);
        let planned_to = faults.optional_date(path(at, "planned_to"), &phase.planned_to);
        if let (Some(Some(from)), Some(Some(to))) = (planned_from, planned_to)
            && to < from
        {
            let sentence = format!("{to} is before {from}, its first day");
            faults.add(path(at, "planned_to"), Reason::DateInvalid, sentence);
        }
        let (planned_from, planned_to) = planned_from.zip(planned_to)?;
        Some(Self { code: code?, name: name?, kind: kind?, layers: layers?, planned_from, planned_to })
    }

    /// The phases of a request, each code once.
    pub(crate) fn parse_all(at: &str, phases: &[wire::Phase], faults: &mut Faults) -> Option<Vec<Self>> {
        let plans = faults.each(at, MOST, phases, Self::parse);
        let mut codes = BTreeSet::new();
        for (place, phase) in phases.iter().enumerate().take(MOST) {
            if !phase.code.is_empty() && !codes.insert(&phase.code) {
                let sentence = format!("there are two phases {:?}", phase.code);
                faults.add(format!("{at}[{place}].code"), Reason::InvalidArgument, sentence);
            }
        }
        plans.filter(|_| codes.len() == phases.len())
    }
}

fn layers(at: &str, kind: Option<PhaseKind>, layers: &[String], faults: &mut Faults) -> Option<Vec<String>> {
    let field = path(at, "layers");
    let read = faults.each(&field, LAYERS, layers, |at, layer, faults| faults.word(at, layer));
    match kind {
        Some(PhaseKind::Scoring) if layers.is_empty() => {
            return faults.refuse(field, Reason::FieldRequired, "a scoring phase has at least one layer");
        }
        Some(kind) if kind != PhaseKind::Scoring && !layers.is_empty() => {
            return faults.refuse(field, Reason::InvalidArgument, "only a scoring phase has layers");
        }
        _ => {}
    }
    let read = read?;
    for (place, layer) in read.iter().enumerate() {
        if read.iter().take(place).any(|earlier| earlier == layer) {
            let sentence = format!("the layer {layer:?} stands there twice");
            faults.add(format!("{field}[{place}]"), Reason::InvalidArgument, sentence);
        }
    }
    Some(read)
}

impl Phase {
    pub(crate) fn planned(plan: Plan) -> Self {
        Self { plan, acts: Vec::new() }
    }

    pub(crate) fn state(&self) -> PhaseState {
        self.acts.last().map_or(PhaseState::Planned, |act| act.state)
    }

    pub(crate) fn is_open(&self) -> bool {
        self.state() == PhaseState::Open
    }

    pub(crate) fn to_proto(&self) -> wire::Phase {
        let Plan { code, name, kind, layers, planned_from, planned_to } = self.plan.clone();
        let text = |date: Option<Date>| date.map(|date| date.to_string()).unwrap_or_default();
        wire::Phase {
            code,
            name,
            kind: kind.into(),
            layers,
            planned_from: text(planned_from),
            planned_to: text(planned_to),
            state: self.state().into(),
            acts: self.acts.iter().map(Act::to_proto).collect(),
        }
    }
}

impl Act {
    fn to_proto(&self) -> wire::PhaseAct {
        wire::PhaseAct {
            state: self.state.into(),
            act: Some(self.by.to_proto()),
            reason: self.reason.clone(),
        }
    }
}
