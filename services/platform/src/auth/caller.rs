//! Who called, as a handler asks: `let member = auth::member(&request)?;`. The transport put it there.

use tonic::Request;

use crate::error::{Error, Result};
use crate::tenancy::{Member, Operator, Principal, ServiceIdentity};

/// The caller, of whatever kind.
pub fn principal<T>(request: &Request<T>) -> Result<&Principal> {
    request.extensions().get::<Principal>().ok_or_else(|| Error::unauthenticated("sign in first"))
}

/// The caller as a member of a tenant; `PERMISSION_DENIED` for others.
pub fn member<T>(request: &Request<T>) -> Result<&Member> {
    match principal(request)? {
        Principal::Member(member) => Ok(member),
        other => Err(wrong_kind("members of a federation", other)),
    }
}

/// The caller as an operator of the platform; `PERMISSION_DENIED` for others.
pub fn operator<T>(request: &Request<T>) -> Result<&Operator> {
    match principal(request)? {
        Principal::Operator(operator) => Ok(operator),
        other => Err(wrong_kind("operators", other)),
    }
}

/// The caller as another service; `PERMISSION_DENIED` for others.
pub fn service<T>(request: &Request<T>) -> Result<&ServiceIdentity> {
    match principal(request)? {
        Principal::Service(service) => Ok(service),
        other => Err(wrong_kind("services", other)),
    }
}

fn wrong_kind(wanted: &str, caller: &Principal) -> Error {
    let is = match caller {
        Principal::Member(_) => "a member",
        Principal::Operator(_) => "an operator",
        Principal::Service(_) => "a service",
    };
    Error::denied("WRONG_KIND_OF_CALLER", format!("this is for {wanted}, the caller is {is}"))
}

impl Member {
    /// `PERMISSION_DENIED` unless the account holds `role` for the whole tenant.
    pub fn require(&self, role: &str) -> Result<()> {
        if self.holds(role) { Ok(()) } else { Err(lacks(role)) }
    }

    /// `PERMISSION_DENIED` unless the account holds `role` for `kind`/`code` (`unit` / `vl-01`) or the whole tenant.
    pub fn require_for(&self, role: &str, kind: &str, code: &str) -> Result<()> {
        if self.holds_for(role, kind, code) {
            Ok(())
        } else {
            Err(lacks(&format!("{role} for {kind} {code}")).with(kind, code))
        }
    }
}

fn lacks(what: &str) -> Error {
    Error::denied("ROLE_REQUIRED", format!("this needs the role {what}"))
}
