//! What scoring refuses, each with its stable reason.

use platform::Error;
use proto::common::v1::Reason;

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
