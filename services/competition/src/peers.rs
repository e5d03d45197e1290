//! What competition asks other services for. It is asked before a write transaction is open.

mod scoring;

use std::collections::BTreeSet;

use futures::StreamExt as _;
use futures::stream;
use platform::tenancy::Principal;
use platform::transport::{Connection, Peer};
use platform::{Clock, Error, Result};
use proto::organizations::v1::account_service_client::AccountServiceClient;
use proto::organizations::v1::unit_service_client::UnitServiceClient;
use proto::organizations::v1::{GetOwnAccountRequest, GetUnitRequest};
use tonic::Code;

pub(crate) use scoring::Scoring;

use crate::domain::signature::Signature;
use crate::error;

/// Questions about units that are under way at once.
const AT_ONCE: usize = 16;

/// The service that knows units and accounts.
#[derive(Clone)]
pub(crate) struct Organizations {
    peer: Peer,
    clock: Clock,
}

impl Organizations {
    pub(crate) fn new(peer: Peer, clock: Clock) -> Self {
        Self { peer, clock }
    }

    /// Who signs what the caller does now: the name and title are those of this moment.
    pub(crate) async fn signature(&self, caller: &Principal) -> Result<Signature> {
        let Principal::Member(member) = caller else {
            return Ok(Signature { at: self.clock.now(), ..Signature::default() });
        };
        let mut accounts = AccountServiceClient::new(self.peer.as_caller());
        let answer = accounts.get_own_account(GetOwnAccountRequest {}).await.map_err(Error::of_peer)?;
        let account = answer.into_inner().account.unwrap_or_default();
        Ok(Signature {
            account: Some(member.account()),
            name: account.name,
            title: account.title,
            at: self.clock.now(),
        })
    }

    /// `UNIT_UNKNOWN` unless the federation has the unit.
    pub(crate) async fn require_unit(&self, unit: &str) -> Result<()> {
        if known(self.peer.as_caller(), unit).await? { Ok(()) } else { Err(error::unit_unknown(unit)) }
    }

    /// Those of the codes that are not codes of units.
    pub(crate) async fn unknown_units(&self, units: &BTreeSet<String>) -> Result<BTreeSet<String>> {
        let connection = self.peer.as_caller();
        let asked = units.iter().map(|unit| {
            let connection = connection.clone();
            async move { Ok::<_, Error>((unit, known(connection, unit).await?)) }
        });
        let mut answers = stream::iter(asked.collect::<Vec<_>>()).buffer_unordered(AT_ONCE);
        let mut unknown = BTreeSet::new();
        while let Some(answer) = answers.next().await {
            let (unit, known) = answer?;
            if !known {
                unknown.insert(unit.clone());
            }
        }
        Ok(unknown)
    }
}

async fn known(connection: Connection, unit: &str) -> Result<bool> {
    let request = GetUnitRequest { code: unit.to_owned(), as_of: String::new() };
    match UnitServiceClient::new(connection).get_unit(request).await {
        Ok(_) => Ok(true),
        Err(status) if status.code() == Code::NotFound => Ok(false),
        Err(status) => Err(Error::of_peer(status)),
    }
}
