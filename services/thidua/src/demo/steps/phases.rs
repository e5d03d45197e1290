//! The administrator opens the phases in turn; in each one the persons do what it is for; then it is closed.
//!
//! A phase that is closed is over: what belongs to it was done.

use proto::competition::v1::season_service_client::SeasonServiceClient;
use proto::competition::v1::{ClosePhaseRequest, OpenPhaseRequest, PhaseState};

use super::{commendations, conferences, decisions, pacts, progress, season, sheets, targets, votes};
use crate::demo::call::{Failure, Result};
use crate::demo::data::shape::{ConferenceKind, Phase, PhaseKind};
use crate::demo::stage::Stage;

pub(super) async fn play(stage: &Stage, phase: &Phase) -> Result<()> {
    stage.step(phase.code.as_str(), open_and_close(stage, phase)).await
}

async fn open_and_close(stage: &Stage, phase: &Phase) -> Result<()> {
    let (admin, code) = (stage.admin()?, phase.code.to_string());
    let season = season::get(stage).await?;
    let there = season.phases.into_iter().find(|there| there.code == code);
    let there = there.ok_or_else(|| Failure::new(format!("the season has no phase {code}")))?;
    match there.state() {
        PhaseState::Closed => return Ok(()),
        PhaseState::Open => {}
        PhaseState::Planned | PhaseState::Unspecified => {
            let request =
                OpenPhaseRequest { season: stage.season(), phase: code.clone(), reason: String::new() };
            let rpc = async |c, r| SeasonServiceClient::new(c).open_phase(r).await;
            stage.act(admin, request, rpc).await?;
        }
    }
    work(stage, phase).await?;
    let request = ClosePhaseRequest { season: stage.season(), phase: code };
    let rpc = async |c, r| SeasonServiceClient::new(c).close_phase(r).await;
    stage.act(admin, request, rpc).await?;
    Ok(())
}

async fn work(stage: &Stage, phase: &Phase) -> Result<()> {
    match phase.kind {
        PhaseKind::Pact => {
            conferences::hold(stage, &[ConferenceKind::Signing]).await?;
            pacts::sign(stage).await?;
            targets::set(stage).await
        }
        PhaseKind::Progress => {
            conferences::hold(stage, &[ConferenceKind::Briefing]).await?;
            progress::record(stage).await
        }
        PhaseKind::Scoring => {
            if phase.layers.iter().any(|layer| layer == "bloc") {
                conferences::hold(stage, &[ConferenceKind::Scoring, ConferenceKind::Summary]).await?;
            }
            sheets::write(stage, &phase.layers).await
        }
        PhaseKind::Vote => votes::hold(stage).await,
        PhaseKind::Decision => decisions::take(stage).await,
        PhaseKind::Commendation => commendations::award(stage).await,
    }
}
