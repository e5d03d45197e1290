//! Gathering one bloc of a season from competition.

use platform::ids::TenantId;
use platform::{Error, Result};
use proto::competition::v1::GatherSeasonRequest;
use proto::competition::v1::gather_season_response::Part;
use proto::competition::v1::gather_service_client::GatherServiceClient;

use super::{KeptBloc, Peers};

impl Peers {
    /// What competition has of the bloc; the season alone where `known_revision` is still the present one.
    pub(super) async fn gather(
        &self,
        tenant: TenantId,
        season: &str,
        bloc: &str,
        known_revision: Option<u64>,
    ) -> Result<KeptBloc> {
        let request =
            GatherSeasonRequest { season: season.to_owned(), known_revision, bloc: bloc.to_owned() };
        let mut competition = GatherServiceClient::new(self.competition.as_service(tenant));
        let mut parts = competition.gather_season(request).await.map_err(Error::of_peer)?.into_inner();
        let mut gathered = KeptBloc::default();
        while let Some(part) = parts.message().await.map_err(Error::of_peer)? {
            match part.part {
                Some(Part::Head(head)) => gathered.season = head.season,
                Some(Part::Policy(policy)) => gathered.policy = Some(policy),
                Some(Part::CriteriaSet(set)) => gathered.sets.push(set),
                Some(Part::Bloc(bloc)) => gathered.bloc = Some(bloc),
                Some(Part::Target(target)) => gathered.targets.push(target),
                Some(Part::Votes(_) | Part::Decision(_)) | None => {}
                Some(Part::Tail(_)) => return Ok(gathered),
            }
        }
        Err(Error::unavailable(
            "competition's answer was cut off: try again",
            "a gathered season without tail",
        ))
    }
}
