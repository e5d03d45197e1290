//! What competition asks scoring for.

use std::collections::BTreeSet;

use platform::ids::TenantId;
use platform::transport::Peer;
use platform::{Error, Result};
use proto::common::v1::Reason;
use proto::scoring::v1::ListFederationStandingsRequest;
use proto::scoring::v1::result_service_client::ResultServiceClient;
use tonic::Code;

/// Units of one answer: the most that there may be.
const PAGE: u32 = 1000;

/// The service that classifies. It asks competition while it answers, so it is never asked at start, nor inside of a
/// transaction.
#[derive(Clone)]
pub(crate) struct Scoring(Peer);

impl Scoring {
    pub(crate) fn new(peer: Peer) -> Self {
        Self(peer)
    }

    /// The units that have this class in the season's published run; none when no run is published.
    pub(crate) async fn units_of_class(
        &self,
        tenant: TenantId,
        season: &str,
        class: &str,
    ) -> Result<Option<BTreeSet<String>>> {
        let mut results = ResultServiceClient::new(self.0.as_service(tenant));
        let mut request = ListFederationStandingsRequest {
            season: season.to_owned(),
            source: None,
            class: class.to_owned(),
            page_size: PAGE,
            page_token: String::new(),
        };
        let mut units = BTreeSet::new();
        loop {
            let answer = match results.list_federation_standings(request.clone()).await {
                Ok(answer) => answer.into_inner(),
                // The policy has been changed since that run, which knows no such class: no unit has it.
                Err(status) if status.code() == Code::InvalidArgument && request.page_token.is_empty() => {
                    return Ok(Some(units));
                }
                // Pages of one list are of one run.
                Err(status) if status.code() == Code::InvalidArgument => {
                    let message = "another run was published meanwhile: try again";
                    return Err(Error::aborted(Reason::Conflict.code(), message).because(status));
                }
                Err(status) => return unpublished(Error::of_peer(status)),
            };
            units.extend(answer.standings.into_iter().map(|standing| standing.unit));
            if answer.next_page_token.is_empty() {
                return Ok(Some(units));
            }
            request.page_token = answer.next_page_token;
        }
    }
}

/// None where the error says so much.
fn unpublished<T>(error: Error) -> Result<Option<T>> {
    if error.reason() == Reason::RunUnknown.code() { Ok(None) } else { Err(error) }
}
