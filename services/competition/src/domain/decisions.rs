//! Decisions of the standing committee on the classes of units. Each ends the one before; all stay readable.

use platform::Result;
use platform::input::{Faults, path};
use proto::common::v1::Reason;
use proto::competition::v1 as wire;

use super::signature::Signature;
use crate::error;

/// A decision of a request.
#[derive(Debug)]
pub(crate) struct NewDecision {
    /// The season's code.
    pub(crate) season: String,
    /// The unit's code.
    pub(crate) unit: String,
    pub(crate) class: String,
    pub(crate) reason: String,
    /// Of its document; may be empty.
    pub(crate) number: String,
}

/// An act on the class of one unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DecisionAct {
    /// None: the decision before was withdrawn.
    pub(crate) class: Option<String>,
    pub(crate) reason: String,
    pub(crate) number: String,
    pub(crate) by: Signature,
}

/// A decision as it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Decision {
    pub(crate) unit: String,
    /// Its place among the acts on the unit, from 0.
    pub(crate) position: usize,
    pub(crate) class: String,
    reason: String,
    number: String,
    decided: Signature,
    /// None while it holds.
    ended: Option<Signature>,
    ended_reason: String,
}

impl NewDecision {
    pub(crate) fn parse(at: &str, decision: &wire::Decision, faults: &mut Faults) -> Option<Self> {
        let season = faults.code(path(at, "season"), &decision.season);
        let unit = faults.code(path(at, "unit"), &decision.unit);
        let class = faults.word(path(at, "class"), &decision.class);
        let reason = faults.text(path(at, "reason"), &decision.reason);
        let number = faults.optional_name(path(at, "number"), &decision.number);
        Some(Self { season: season?, unit: unit?, class: class?, reason: reason?, number: number? })
    }

    /// Notes a class that the policy does not have.
    pub(crate) fn check_class(&self, at: &str, policy: &wire::Policy, faults: &mut Faults) {
        if !policy.classes.iter().any(|class| class.code == self.class) {
            let sentence = format!("the season's policy has no class {:?}", self.class);
            faults.add(path(at, "class"), Reason::ClassUnknown, sentence);
        }
    }

    pub(crate) fn act(self, by: Signature) -> DecisionAct {
        DecisionAct { class: Some(self.class), reason: self.reason, number: self.number, by }
    }
}

/// The decisions that the acts on a unit make, the first one first.
pub(crate) fn decisions(unit: &str, acts: &[DecisionAct]) -> Vec<Decision> {
    let mut decisions = Vec::new();
    for (position, act) in acts.iter().enumerate() {
        let Some(class) = &act.class else { continue };
        let next = acts.get(position + 1);
        let withdrawn = next.filter(|next| next.class.is_none());
        decisions.push(Decision {
            unit: unit.to_owned(),
            position,
            class: class.clone(),
            reason: act.reason.clone(),
            number: act.number.clone(),
            decided: act.by.clone(),
            ended: next.map(|next| next.by.clone()),
            ended_reason: withdrawn.map(|next| next.reason.clone()).unwrap_or_default(),
        });
    }
    decisions
}

/// `DECISION_UNKNOWN` unless the last act on the unit is a decision.
pub(crate) fn require_holding(season: &str, unit: &str, acts: &[DecisionAct]) -> Result<()> {
    let holds = acts.last().is_some_and(|act| act.class.is_some());
    if holds { Ok(()) } else { Err(error::decision_unknown(season, unit)) }
}

impl Decision {
    pub(crate) fn holds(&self) -> bool {
        self.ended.is_none()
    }

    pub(crate) fn to_proto(&self, season: &str) -> wire::Decision {
        wire::Decision {
            season: season.to_owned(),
            unit: self.unit.clone(),
            class: self.class.clone(),
            reason: self.reason.clone(),
            number: self.number.clone(),
            decided: Some(self.decided.to_proto()),
            ended: self.ended.as_ref().map(Signature::to_proto),
            ended_reason: self.ended_reason.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn act(class: Option<&str>, reason: &str) -> DecisionAct {
        let by = Signature { name: reason.to_owned(), ..Signature::default() };
        DecisionAct { class: class.map(str::to_owned), reason: reason.to_owned(), number: String::new(), by }
    }

    #[test]
    fn each_act_ends_the_decision_before_it() {
        let acts =
            [act(Some("good"), "1"), act(Some("completed"), "2"), act(None, "3"), act(Some("good"), "4")];
        let found = decisions("vl-01", &acts);
        let ended: Vec<_> = found
            .iter()
            .map(|decision| {
                let by = decision.ended.as_ref().map(|ended| ended.name.as_str());
                (decision.class.as_str(), by, decision.ended_reason.as_str())
            })
            .collect();
        let expected = [("good", Some("2"), ""), ("completed", Some("3"), "3"), ("good", None, "")];
        assert_eq!(ended, expected);
        assert_eq!(found.iter().map(Decision::holds).collect::<Vec<_>>(), [false, false, true]);
        assert!(require_holding("2023", "vl-01", &acts).is_ok());
        for none in [&acts[..0], &acts[..3]] {
            let refused = require_holding("2023", "vl-01", none);
            assert_eq!(refused.map_err(|error| error.reason()), Err("DECISION_UNKNOWN"));
        }
    }

    #[test]
    fn a_decision_says_a_class_of_the_policy_and_why() {
        let faults = |class: &str, reason: &str| {
            let wanted = wire::Decision {
                season: "2023".to_owned(),
                unit: "vl-01".to_owned(),
                class: class.to_owned(),
                reason: reason.to_owned(),
                ..wire::Decision::default()
            };
            let policy = wire::Policy {
                classes: vec![wire::Class { code: "good".to_owned(), ..wire::Class::default() }],
                ..wire::Policy::default()
            };
            let mut faults = Faults::new();
            if let Some(new) = NewDecision::parse("decision", &wanted, &mut faults) {
                new.check_class("decision", &policy, &mut faults);
            }
            let error = faults.none().err();
            let found = error.map(|error| error.violations().to_vec()).unwrap_or_default();
            found.into_iter().map(|v| format!("{} {}", v.field, v.reason)).collect::<Vec<_>>()
        };
        assert_eq!(faults("good", "Có đơn thư"), [""; 0]);
        assert_eq!(faults("", ""), ["decision.class FIELD_REQUIRED", "decision.reason FIELD_REQUIRED"]);
        assert_eq!(faults("best", "Có đơn thư"), ["decision.class CLASS_UNKNOWN"]);
    }
}
