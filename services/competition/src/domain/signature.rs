//! Who did something, and when.

use platform::Timestamp;
use platform::ids::AccountId;
use proto::common::v1::Act;

/// An account with the name and office that its official had at that moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Signature {
    /// None when the platform itself acted.
    pub(crate) account: Option<AccountId>,
    pub(crate) name: String,
    /// May be empty.
    pub(crate) title: String,
    pub(crate) at: Timestamp,
}

impl Signature {
    pub(crate) fn to_proto(&self) -> Act {
        Act {
            account_id: self.account.map(|account| account.to_string()).unwrap_or_default(),
            name: self.name.clone(),
            title: self.title.clone(),
            at: Some(self.at.into()),
        }
    }
}
