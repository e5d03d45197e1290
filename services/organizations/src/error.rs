//! What organizations refuses, each with its stable reason.

use std::fmt::Display;

use platform::Error;
use proto::common::v1::Reason;
use tonic::Code;

use crate::domain::officials::OfficialId;

pub(crate) fn tenant_unknown(code: &str) -> Error {
    Error::not_found(Reason::TenantUnknown.code(), format!("there is no federation {code:?}"))
}

pub(crate) fn tenant_exists(code: &str) -> Error {
    Error::already_exists(Reason::TenantExists.code(), format!("there is a federation {code:?} already"))
}

pub(crate) fn unit_unknown(code: &str) -> Error {
    Error::not_found(Reason::UnitUnknown.code(), format!("there is no unit {code:?}")).with("unit", code)
}

pub(crate) fn unit_exists(code: &str) -> Error {
    Error::already_exists(Reason::UnitExists.code(), format!("there is a unit {code:?} already"))
        .with("unit", code)
}

/// `day` is the first on which it would be so.
pub(crate) fn unit_cycle(unit: &str, parent: &str, day: impl Display) -> Error {
    let message = format!("under {parent:?} the unit {unit:?} would be above itself on {day}");
    Error::precondition(Reason::UnitCycle.code(), message).with("unit", unit)
}

pub(crate) fn official_unknown(id: OfficialId) -> Error {
    Error::not_found(Reason::OfficialUnknown.code(), format!("there is no official {id}"))
}

/// `key` is the id or the login name.
pub(crate) fn account_unknown(key: &str) -> Error {
    Error::not_found(Reason::AccountUnknown.code(), format!("there is no account {key:?}"))
}

pub(crate) fn login_taken(login: &str) -> Error {
    Error::already_exists(Reason::AccountExists.code(), format!("the login name {login:?} is taken"))
}

pub(crate) fn official_has_account(id: OfficialId) -> Error {
    Error::already_exists(Reason::AccountExists.code(), format!("the official {id} has an account already"))
}

pub(crate) fn account_disabled(login: &str) -> Error {
    let message = format!("the account {login:?} is disabled; enable it first");
    Error::precondition(Reason::AccountDisabled.code(), message)
}

pub(crate) fn last_admin() -> Error {
    let message = "the federation would be left without an administrator who can sign in";
    Error::precondition(Reason::LastAdmin.code(), message)
}

/// `quota` as in `Quotas`, `limit` its value.
pub(crate) fn quota_exceeded(quota: &str, limit: u32) -> Error {
    let message = format!("the federation's quota of {limit} {quota} is used up");
    Error::new(Code::ResourceExhausted, Reason::QuotaExceeded.code(), message).with("quota", quota)
}

/// Two changes of one thing met.
pub(crate) fn conflict(what: &str) -> Error {
    Error::aborted(Reason::Conflict.code(), format!("{what:?} was changed by another call: try again"))
}
