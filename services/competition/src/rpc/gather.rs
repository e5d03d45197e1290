//! GatherService: everything of a season that a classification run needs, read in one transaction.

use std::collections::BTreeMap;
use std::pin::Pin;

use futures::{Stream, stream};
use platform::db::TenantTx;
use platform::input::Faults;
use platform::{Result, auth};
use proto::competition::v1::gather_season_response::Part;
use proto::competition::v1::gather_service_server::GatherService;
use proto::competition::v1::{
    CandidateVotes, GatherHead, GatherSeasonRequest, GatherSeasonResponse, GatherTail,
};
use tonic::{Request, Response, Status};

use super::Ground;
use crate::domain::blocs::Bloc;
use crate::domain::seasons::Season;
use crate::domain::votes::{Vote, VoteResult};
use crate::store::{blocs, criteria_sets, decisions, policies, seasons, targets, votes};

pub(crate) struct Gather(pub(crate) Ground);

#[tonic::async_trait]
impl GatherService for Gather {
    type GatherSeasonStream = Pin<Box<dyn Stream<Item = Result<GatherSeasonResponse, Status>> + Send>>;

    async fn gather_season(
        &self,
        request: Request<GatherSeasonRequest>,
    ) -> Result<Response<Self::GatherSeasonStream>, Status> {
        let parts = gather(&self.0, request).await?;
        let answers = parts.into_iter().map(|part| Ok(GatherSeasonResponse { part: Some(part) }));
        Ok(Response::new(Box::pin(stream::iter(answers))))
    }
}

async fn gather(ground: &Ground, request: Request<GatherSeasonRequest>) -> Result<Vec<Part>> {
    let asked = request.get_ref();
    let mut faults = Faults::new();
    let season = faults.code("season", &asked.season);
    let bloc = faults.optional_code("bloc", &asked.bloc);
    let (season, bloc) = faults.finish(season.zip(bloc))?;

    let tx = ground.db.read(auth::principal(&request)?).await?;
    let season = seasons::get(&tx, &season).await?;
    let mut parts = vec![Part::Head(GatherHead { season: Some(season.to_proto()) })];
    if asked.known_revision != Some(season.revision) {
        content(&tx, &season, bloc.as_deref(), &mut parts).await?;
    }
    let between = u32::try_from(parts.len() - 1).unwrap_or(u32::MAX);
    parts.push(Part::Tail(GatherTail { parts: between }));
    Ok(parts)
}

/// What lies between head and tail. `bloc`: only this one with what belongs to it.
async fn content(tx: &TenantTx, season: &Season, bloc: Option<&str>, parts: &mut Vec<Part>) -> Result<()> {
    let code = season.code();
    parts.extend(policies::find(tx, code).await?.map(|(policy, _)| Part::Policy(policy)));
    for (set, version) in &season.sets {
        let set = criteria_sets::get(tx, set, *version).await?;
        parts.push(Part::CriteriaSet(set.to_proto()));
    }
    let (blocs, targets) = match bloc {
        Some(bloc) => {
            let bloc = blocs::get(tx, code, bloc).await?;
            let targets = targets::of_units(tx, code, &bloc.members).await?;
            (vec![bloc], targets)
        }
        None => (blocs::all(tx, code).await?, targets::all(tx, code).await?),
    };
    parts.extend(blocs.iter().map(|bloc: &Bloc| Part::Bloc(bloc.to_proto())));
    parts.extend(targets.iter().map(|target| Part::Target(target.to_proto())));
    let rounds = match bloc {
        Some(bloc) => votes::rounds(tx, code, bloc).await?,
        None => votes::all(tx, code).await?,
    };
    parts.extend(counted(&blocs, &rounds).into_values().map(Part::Votes));
    let of_blocs = |unit: &String| blocs.iter().any(|bloc| bloc.members.contains(unit));
    let mut decisions = decisions::all(tx, code, None).await?;
    decisions.retain(|decision| decision.holds() && (bloc.is_none() || of_blocs(&decision.unit)));
    parts.extend(decisions.iter().map(|decision| Part::Decision(decision.to_proto(code))));
    Ok(())
}

/// The votes of each member of the blocs in the first round of its bloc that reached its quorum, by unit. `rounds` are by
/// bloc and in their order. A unit that has changed its bloc since has none, so no unit has two.
fn counted(blocs: &[Bloc], rounds: &[Vote]) -> BTreeMap<String, CandidateVotes> {
    let mut counted = BTreeMap::new();
    for bloc in blocs {
        let first = rounds.iter().find(|vote| vote.bloc == bloc.code && vote.reached_quorum());
        let votes = first.and_then(|vote| vote.result.as_ref()).into_iter().flat_map(VoteResult::votes);
        let members = votes.filter(|votes| bloc.members.contains(&votes.unit));
        counted.extend(members.map(|votes| (votes.unit.clone(), votes)));
    }
    counted
}
