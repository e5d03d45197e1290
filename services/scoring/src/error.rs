//! What scoring refuses, each with its stable reason.

use platform::Error;
use proto::common::v1::Reason;

use crate::domain::live::LiveBloc;
use crate::domain::runs::{Run, RunId};
use crate::domain::sheets::SheetKey;

pub(crate) fn policy_unknown(season: &str) -> Error {
    Error::not_found(Reason::PolicyUnknown.code(), format!("season {season:?} has no policy yet"))
}

pub(crate) fn set_not_pinned(season: &str, set: &str) -> Error {
    let message = format!("season {season:?} pins no version of the criteria set {set:?}");
    Error::precondition(Reason::CriteriaSetNotPinned.code(), message).with("criteria_set", set)
}

/// No open phase of the season has the layer of these sheets.
pub(crate) fn phase_closed(season: &str, layers: &[&str]) -> Error {
    let layers = layers.join(", ");
    let message = format!("no phase of season {season:?} in which layer {layers} is scored is open");
    Error::precondition(Reason::PhaseClosed.code(), message).with("season", season)
}

/// `what` as in "sheets of layer bloc in bloc \"cum-1\"".
pub(crate) fn out_of_scope(what: &str) -> Error {
    Error::denied(Reason::OutOfScope.code(), format!("the caller's roles are not for {what}"))
}

pub(crate) fn sheet_unknown(key: &SheetKey) -> Error {
    Error::not_found(Reason::SheetUnknown.code(), format!("there is no sheet of {key}"))
}

pub(crate) fn sheet_exists(key: &SheetKey, revision: u64) -> Error {
    let message =
        format!("there is a sheet of {key} already, in revision {revision}; give that one to change it");
    Error::already_exists(Reason::SheetExists.code(), message).with("revision", revision.to_string())
}

pub(crate) fn sheet_submitted(key: &SheetKey) -> Error {
    let message = format!("the sheet of {key} is submitted; reopen it first");
    Error::precondition(Reason::SheetSubmitted.code(), message)
}

pub(crate) fn sheet_empty(key: &SheetKey) -> Error {
    Error::precondition(Reason::SheetEmpty.code(), format!("the sheet of {key} has no line"))
}

pub(crate) fn stale_revision(key: &SheetKey, revision: u64, expected: u64) -> Error {
    let message = format!("the sheet of {key} is in revision {revision}, not in {expected}; read it again");
    Error::aborted(Reason::StaleRevision.code(), message).with("revision", revision.to_string())
}

/// Two calls wrote the first lines of one sheet.
pub(crate) fn conflict(key: &SheetKey) -> Error {
    let message = format!("the sheet of {key} was written by another call at the same time: try again");
    Error::aborted(Reason::Conflict.code(), message)
}

pub(crate) fn run_unknown(id: RunId) -> Error {
    Error::not_found(Reason::RunUnknown.code(), format!("there is no run {id}"))
}

pub(crate) fn nothing_published(season: &str) -> Error {
    Error::not_found(Reason::RunUnknown.code(), format!("no run of season {season:?} is published"))
}

/// The season's published run, which replaced none.
pub(crate) fn first_published(run: &Run) -> Error {
    let message = format!("no run of season {:?} was published before run {}", run.season, run.number);
    Error::not_found(Reason::RunUnknown.code(), message)
}

/// A run that a request looks for in this season.
pub(crate) fn run_of_another_season(run: &Run, season: &str) -> Error {
    let message = format!("run {} is none of season {season:?}", run.id);
    Error::not_found(Reason::RunUnknown.code(), message).with("season", run.season.as_str())
}

/// `what` as in "bloc \"cum-1\"".
pub(crate) fn not_in_run(run: &Run, what: &str) -> Error {
    let message = format!("run {} of season {:?} has no {what}", run.number, run.season);
    Error::not_found(Reason::UnitNotInRun.code(), message)
}

/// `run` where it is known.
pub(crate) fn run_in_progress(season: &str, run: Option<&Run>) -> Error {
    let refused = |message| Error::already_exists(Reason::RunInProgress.code(), message);
    match run {
        Some(run) => {
            let (number, since) = (run.number, run.started.at);
            let message = format!("run {number} of season {season:?} waits or is at work since {since}");
            refused(message).with("run_id", run.id.to_string())
        }
        None => refused(format!("a run of season {season:?} waits or is at work")),
    }
}

/// `wanted` as in "approved".
pub(crate) fn run_state(run: &Run, wanted: &str) -> Error {
    let state = run.state.as_str();
    let message = format!("run {} of season {:?} is {state} and cannot be {wanted}", run.number, run.season);
    Error::precondition(Reason::RunState.code(), message).with("state", state)
}

pub(crate) fn run_superseded(run: &Run, newer: &Run) -> Error {
    let message = format!(
        "run {} of season {:?} is older than the published run {}",
        run.number, run.season, newer.number
    );
    Error::precondition(Reason::RunSuperseded.code(), message).with("run_id", newer.id.to_string())
}

pub(crate) fn same_approver(run: &Run) -> Error {
    let message = format!(
        "the same person has approved run {} of season {:?}; the second approval is another's",
        run.number, run.season
    );
    Error::precondition(Reason::SameApprover.code(), message)
}

/// The campaign of a bloc has faults, so that it has no live standings.
pub(crate) fn live_invalid(of: &LiveBloc, fault: &str) -> Error {
    let message = format!("{of} has no live standings; the first fault of its campaign: {fault}");
    Error::precondition(Reason::CampaignInvalid.code(), message).with("bloc", of.bloc.as_str())
}

/// The campaign of a run has faults, so that it has no results.
pub(crate) fn campaign_invalid(run: &Run) -> Error {
    let message = format!("run {} of season {:?} has failed and has no results", run.number, run.season);
    Error::precondition(Reason::CampaignInvalid.code(), message).with("run_id", run.id.to_string())
}
