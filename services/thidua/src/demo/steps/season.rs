//! The administrator enters the season with its phases.

use proto::competition::v1::season_service_client::SeasonServiceClient;
use proto::competition::v1::{
    CreateSeasonRequest, GetSeasonRequest, Phase, PhaseKind as Kind, Season, Share, VoteRules,
};

use crate::demo::call::{Failure, Result};
use crate::demo::data::shape::{self, PhaseKind};
use crate::demo::stage::Stage;

/// The season as it is; nothing when it was not entered.
pub(super) async fn find(stage: &Stage) -> Result<Option<Season>> {
    let rpc = async |c, r| SeasonServiceClient::new(c).get_season(r).await;
    match stage.ask(stage.admin()?, GetSeasonRequest { code: stage.season() }, rpc).await {
        Ok(answer) => Ok(answer.season),
        Err(failure) if failure.is_not_found() => Ok(None),
        Err(failure) => Err(failure),
    }
}

pub(super) async fn get(stage: &Stage) -> Result<Season> {
    find(stage).await?.ok_or_else(|| Failure::new(format!("there is no season {}", stage.season())))
}

pub(super) async fn enter(stage: &Stage) -> Result<()> {
    if find(stage).await?.is_none() {
        let request = CreateSeasonRequest { season: Some(message(&stage.campaign.season)) };
        let rpc = async |c, r| SeasonServiceClient::new(c).create_season(r).await;
        stage.act(stage.admin()?, request, rpc).await?;
    }
    Ok(())
}

fn message(season: &shape::Season) -> Season {
    Season {
        code: season.code.to_string(),
        name: season.name.clone(),
        starts_on: season.starts_on.to_string(),
        ends_on: season.ends_on.to_string(),
        phases: season.phases.iter().map(phase).collect(),
        vote_rules: Some(vote_rules(&season.vote_rules)),
        ..Season::default()
    }
}

fn phase(phase: &shape::Phase) -> Phase {
    let kind = match phase.kind {
        PhaseKind::Pact => Kind::Pact,
        PhaseKind::Progress => Kind::Progress,
        PhaseKind::Scoring => Kind::Scoring,
        PhaseKind::Vote => Kind::Vote,
        PhaseKind::Decision => Kind::Decision,
        PhaseKind::Commendation => Kind::Commendation,
    };
    Phase {
        code: phase.code.to_string(),
        name: phase.name.clone(),
        kind: kind.into(),
        layers: phase.layers.clone(),
        planned_from: phase.planned_from.to_string(),
        planned_to: phase.planned_to.to_string(),
        ..Phase::default()
    }
}

fn vote_rules(rules: &shape::VoteRules) -> VoteRules {
    let share = |share: &crate::demo::data::Share| {
        let (numerator, denominator) = share.parts();
        Share { numerator, denominator }
    };
    VoteRules {
        quorum: rules.quorum.as_ref().map(share),
        majority: rules.majority.as_ref().map(share),
        run_off_candidates: rules.run_off_candidates.unwrap_or_default(),
        own_unit_excluded: rules.own_unit_excluded,
    }
}
