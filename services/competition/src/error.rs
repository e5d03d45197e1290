//! What competition refuses, each with its stable reason.

use std::collections::BTreeSet;
use std::fmt::Display;

use platform::Error;
use proto::common::v1::Reason;
use proto::competition::v1::{CommendationState, PhaseKind};

use crate::domain::commendations::CommendationId;
use crate::domain::conferences::ConferenceId;

pub(crate) fn season_unknown(code: &str) -> Error {
    Error::not_found(Reason::SeasonUnknown.code(), format!("there is no season {code:?}"))
}

pub(crate) fn season_exists(code: &str) -> Error {
    Error::already_exists(Reason::SeasonExists.code(), format!("there is a season {code:?} already"))
}

/// A version of a criteria set that a season uses cannot be changed any more.
pub(crate) fn set_fixed(season: &str, set: &str) -> Error {
    let message =
        format!("a scoring phase of season {season:?} has closed: its version of set {set:?} stays");
    Error::precondition(Reason::SeasonFixed.code(), message).with("criteria_set", set)
}

/// The criteria set of a bloc cannot be changed any more.
pub(crate) fn bloc_set_fixed(season: &str, bloc: &str) -> Error {
    let message = format!("scoring in season {season:?} has begun: the criteria set of bloc {bloc:?} stays");
    Error::precondition(Reason::SeasonFixed.code(), message).with("bloc", bloc)
}

pub(crate) fn phase_unknown(season: &str, phase: &str) -> Error {
    Error::not_found(Reason::PhaseUnknown.code(), format!("season {season:?} has no phase {phase:?}"))
}

/// No open phase of the season allows it.
pub(crate) fn phase_closed(season: &str, kinds: &[PhaseKind]) -> Error {
    let kinds: Vec<_> =
        kinds.iter().map(|kind| kind.as_str_name().trim_start_matches("PHASE_KIND_")).collect();
    let message = format!("no phase of kind {} is open in season {season:?}", kinds.join(" or "));
    Error::precondition(Reason::PhaseClosed.code(), message).with("season", season)
}

/// `is` as in "is open already".
pub(crate) fn phase_state(phase: &str, is: &str) -> Error {
    Error::precondition(Reason::PhaseState.code(), format!("the phase {phase:?} {is}"))
}

pub(crate) fn phase_out_of_order(phase: &str, earlier: &str) -> Error {
    let message = format!("before the phase {phase:?} the phase {earlier:?} has to be opened");
    Error::precondition(Reason::PhaseOutOfOrder.code(), message).with("phase", earlier)
}

/// `version`: none for the latest.
pub(crate) fn set_unknown(set: &str, version: Option<u32>) -> Error {
    let version = version.map(|version| format!(" in version {version}")).unwrap_or_default();
    let message = format!("there is no criteria set {set:?}{version}");
    Error::not_found(Reason::CriteriaSetUnknown.code(), message)
}

pub(crate) fn set_not_pinned(season: &str, set: &str) -> Error {
    let message = format!("season {season:?} pins no version of the criteria set {set:?}");
    Error::precondition(Reason::CriteriaSetNotPinned.code(), message).with("criteria_set", set)
}

pub(crate) fn policy_unknown(season: &str) -> Error {
    Error::not_found(Reason::PolicyUnknown.code(), format!("season {season:?} has no policy yet"))
}

pub(crate) fn bloc_unknown(season: &str, bloc: &str) -> Error {
    Error::not_found(Reason::BlocUnknown.code(), format!("season {season:?} has no bloc {bloc:?}"))
}

pub(crate) fn bloc_exists(season: &str, bloc: &str) -> Error {
    let message = format!("season {season:?} has a bloc {bloc:?} already");
    Error::already_exists(Reason::BlocExists.code(), message)
}

pub(crate) fn unit_unknown(unit: &str) -> Error {
    Error::not_found(Reason::UnitUnknown.code(), format!("there is no unit {unit:?}")).with("unit", unit)
}

pub(crate) fn not_a_member(bloc: &str, unit: &str) -> Error {
    let message = format!("the unit {unit:?} is no member of the bloc {bloc:?}");
    Error::precondition(Reason::NotAMember.code(), message).with("unit", unit)
}

/// `of` as in "the unit \"vl-01\"".
pub(crate) fn out_of_scope(of: &str) -> Error {
    Error::denied(Reason::OutOfScope.code(), format!("the caller's role is not for {of}"))
}

pub(crate) fn target_unknown(unit: &str, target: &str) -> Error {
    let message = format!("the unit {unit:?} has no target {target:?} in this season");
    Error::not_found(Reason::TargetUnknown.code(), message)
}

pub(crate) fn progress_recorded(target: &str) -> Error {
    let message = format!("progress was recorded for the target {target:?}: it stays");
    Error::precondition(Reason::ProgressRecorded.code(), message)
}

pub(crate) fn pact_unknown(season: &str, bloc: &str) -> Error {
    let message = format!("the bloc {bloc:?} has no pact in season {season:?}");
    Error::not_found(Reason::PactUnknown.code(), message)
}

/// `is` as in "is no draft any more".
pub(crate) fn pact_state(bloc: &str, is: &str) -> Error {
    Error::precondition(Reason::PactState.code(), format!("the pact of bloc {bloc:?} {is}"))
}

/// `party` as in "the unit \"vl-01\"".
pub(crate) fn already_signed(party: &str) -> Error {
    Error::precondition(Reason::AlreadySigned.code(), format!("{party} has signed already"))
}

pub(crate) fn no_party(party: &str) -> Error {
    Error::precondition(Reason::NotAMember.code(), format!("{party} is no party to the pact"))
}

pub(crate) fn conference_unknown(id: ConferenceId) -> Error {
    Error::not_found(Reason::ConferenceUnknown.code(), format!("there is no conference {id}"))
}

/// All of them at once.
pub(crate) fn commendations_unknown(ids: &[CommendationId]) -> Error {
    let message = format!("there is no commendation {}", listed(ids));
    Error::not_found(Reason::CommendationUnknown.code(), message)
}

/// The commendations whose states do not allow the step, all of them at once; `step` as in "awarded".
pub(crate) fn commendation_state(wrong: &[(CommendationId, CommendationState)], step: &str) -> Error {
    let each = wrong.iter().map(|(id, state)| {
        let state = state.as_str_name().trim_start_matches("COMMENDATION_STATE_").to_ascii_lowercase();
        format!("{id} (it is {state})")
    });
    let message = format!("these commendations cannot be {step}: {}", listed(each));
    Error::precondition(Reason::CommendationState.code(), message)
}

/// Approved, each of these would be one of two ways in which a level commends the same one in a year.
pub(crate) fn commended_twice(ids: &[CommendationId]) -> Error {
    let message = format!(
        "a level does not commend the same one in a year both generally and topically, as it would with {}",
        listed(ids)
    );
    Error::precondition(Reason::CommendedTwice.code(), message)
}

/// Flags were proposed for units that are not in the best class of the published run.
pub(crate) fn class_required(class: &str, units: &BTreeSet<String>) -> Error {
    let message = format!(
        "a flag needs the class {class:?} in the season's published run, in which {} do not have it",
        listed(units)
    );
    Error::precondition(Reason::ClassRequired.code(), message).with("class", class)
}

/// Flags rest on a published run.
pub(crate) fn nothing_published(season: &str) -> Error {
    let message = format!("no run of season {season:?} is published, and a flag needs the best class in it");
    Error::precondition(Reason::ClassRequired.code(), message).with("season", season)
}

fn listed(entries: impl IntoIterator<Item = impl ToString>) -> String {
    entries.into_iter().map(|entry| entry.to_string()).collect::<Vec<_>>().join(", ")
}

pub(crate) fn vote_unknown(vote: impl Display) -> Error {
    Error::not_found(Reason::VoteUnknown.code(), format!("there is no honour vote {vote}"))
}

/// `has` as in "has an honour vote that is open".
pub(crate) fn vote_exists(bloc: &str, has: &str) -> Error {
    Error::already_exists(Reason::VoteExists.code(), format!("the bloc {bloc:?} {has}"))
}

pub(crate) fn already_voted(unit: &str) -> Error {
    let message = format!("the ballot of the unit {unit:?} has been cast");
    Error::already_exists(Reason::AlreadyVoted.code(), message).with("unit", unit)
}

pub(crate) fn ballot_closed() -> Error {
    Error::precondition(Reason::BallotClosed.code(), "the honour vote is closed")
}

pub(crate) fn ballot_open() -> Error {
    Error::precondition(Reason::BallotOpen.code(), "the honour vote is still open: close it first")
}

pub(crate) fn no_run_off_due() -> Error {
    let message = "the honour vote has its leading unit: no round is to follow";
    Error::precondition(Reason::NoRunOffDue.code(), message)
}

/// The ballots do not fit the roll: nothing is counted. The sentence, for the log, has no choice in it.
pub(crate) fn box_damaged(sentence: &'static str) -> Error {
    Error::internal(sentence)
}

pub(crate) fn decision_unknown(season: &str, unit: &str) -> Error {
    let message = format!("no decision on the class of the unit {unit:?} holds in season {season:?}");
    Error::not_found(Reason::DecisionUnknown.code(), message)
}
