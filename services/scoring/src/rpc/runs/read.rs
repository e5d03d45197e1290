use platform::input::Faults;
use platform::paging::Page;
use platform::{Result, auth};
use proto::common::v1::Reason;
use proto::scoring::v1::{GetRunRequest, GetRunResponse, ListRunsRequest, ListRunsResponse, RunState};
use tonic::Request;

use super::{Runs, run_id, shown};
use crate::domain::runs::{Run, RunId};
use crate::store::{run_approvals, run_jobs, runs};

pub(super) async fn get_run(service: &Runs, request: Request<GetRunRequest>) -> Result<GetRunResponse> {
    let mut faults = Faults::new();
    let id = run_id(&request.get_ref().run_id, &mut faults);
    let id = faults.finish(id)?;
    let tx = service.db.read(auth::principal(&request)?).await?;
    let run = runs::get(&tx, id).await?;
    Ok(GetRunResponse { run: Some(shown(&tx, &run).await?) })
}

pub(super) async fn list_runs(service: &Runs, request: Request<ListRunsRequest>) -> Result<ListRunsResponse> {
    let asked = request.get_ref();
    let mut faults = Faults::new();
    let season = faults.optional_code("season", &asked.season);
    let state = match RunState::try_from(asked.state) {
        Ok(state) => Some(state),
        Err(_) => {
            let sentence = format!("{} is not one of the values", asked.state);
            faults.refuse("state", Reason::InvalidArgument, sentence)
        }
    };
    let (season, state) = faults.finish(season.zip(state))?;
    let filters = [asked.season.as_str(), state.as_str_name()];
    let page = Page::parse("ListRuns", &filters, asked.page_size, &asked.page_token)?;

    let tx = service.db.read(auth::principal(&request)?).await?;
    let mut all = runs::of(&tx, season.as_deref()).await?;
    let jobs: Vec<_> = all.iter().map(|run| run.job).collect();
    let jobs = run_jobs::states(&tx, &jobs).await?;
    let job = |run: &Run| jobs.get(&run.job).copied();
    all.retain(|run| state == RunState::Unspecified || run.shown_state(job(run)) == state);
    let placed = all.into_iter().map(|run| (newest_first(run.id), run)).collect();
    let (runs, next_page_token) = page.cut(placed, |(place, _): &(String, Run)| place);
    let ids: Vec<_> = runs.iter().map(|(_, run)| run.id).collect();
    let approvals = run_approvals::of(&tx, &ids).await?;
    let runs = runs.iter().map(|(_, run)| {
        run.to_proto(job(run), approvals.get(&run.id).map(Vec::as_slice).unwrap_or_default())
    });
    Ok(ListRunsResponse { runs: runs.collect(), next_page_token })
}

/// Ids rise with time; these texts fall.
fn newest_first(id: RunId) -> String {
    format!("{:032x}", !id.0.as_u128())
}
