//! Local identity: who can read the operator key in the data directory (mode 0600) is the local operator.

use crate::clock::Clock;
use crate::data_dir::DataDir;
use crate::ids::AccountId;
use crate::random::Random;

use super::keys::KeyError;
use super::token;

/// The operator key in the data directory. Its tokens are operators' tokens and nothing else.
pub const OPERATOR_FILE: &str = "operator.pem";
/// Key id and issuer of such tokens.
pub(super) const LOCAL_OPERATOR: &str = "local-operator";

/// The account under which the local operator is audited.
pub const LOCAL_OPERATOR_ACCOUNT: AccountId = AccountId(uuid::Uuid::nil());

/// The operator of this machine's data directory: what client commands are without `--server`.
#[derive(Clone, Debug)]
pub struct LocalOperator {
    data_dir: DataDir,
    clock: Clock,
    random: Random,
}

impl LocalOperator {
    pub fn new(data_dir: DataDir, clock: Clock, random: Random) -> Self {
        Self { data_dir, clock, random }
    }

    /// A token of 15 minutes; the key is made when it is missing.
    pub fn token(&self) -> Result<String, KeyError> {
        token::local_operator_token(self.data_dir.path(), &self.clock, &self.random)
    }
}
