//! Who someone is and what they may call: signing keys, tokens, the rules of RPCs.
//!
//! ```text
//! async fn submit_sheet(&self, request: Request<SubmitSheetRequest>) -> Result<…> {
//!     let member = auth::member(&request)?;
//!     if !member.is_for_unit(Role::UnitOfficer, &request.get_ref().unit) { return Err(…) }
//! ```

mod caller;
mod keys;
mod local;
mod roles;
mod rules;
mod token;

pub use caller::{member, operator, principal, service};
pub use keys::{KeyError, SigningKeys};
pub use local::{LOCAL_OPERATOR_ACCOUNT, LocalOperator, OPERATOR_FILE};
pub use roles::role_name;
pub use rules::{Rule, Rules};
pub use token::{ACCESS_LIFE, LONGEST_LIFE, SERVICE_LIFE, Tokens, key_directory};
pub(crate) use token::{Issued, expired};

#[cfg(test)]
#[path = "auth/auth_test.rs"]
mod tests;
