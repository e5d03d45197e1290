//! Runs as people name them.

use platform::transport::Connection;
use proto::scoring::v1::run_service_client::RunServiceClient;
use proto::scoring::v1::{ListRunsRequest, Run};

use super::{Said, pages};
use crate::app::AnyError;

/// The runs of a season, the newest first.
pub(crate) async fn of(connection: &Connection, season: &str) -> Result<Vec<Run>, AnyError> {
    let client = RunServiceClient::new(connection.clone());
    pages(async |page_token| {
        let request = ListRunsRequest { season: season.to_owned(), page_token, ..ListRunsRequest::default() };
        let page = client.clone().list_runs(request).await?.into_inner();
        Ok((page.runs, page.next_page_token))
    })
    .await
}

/// The id of a run that is named by its number within the season, or by its id.
pub(crate) async fn id(connection: &Connection, season: &str, run: &str) -> Result<String, AnyError> {
    let Ok(number) = run.parse::<u32>() else { return Ok(run.to_owned()) };
    let runs = of(connection, season).await?;
    let found = runs.into_iter().find(|run| run.number == number);
    let unknown = || Said {
        vi: format!("năm thi đua {season:?} không có lần xếp loại {number}"),
        en: format!("the season {season:?} has no run {number}"),
    };
    Ok(found.ok_or_else(unknown)?.id)
}
