use proto::scoring::v1::*;

use super::{Case, gone, own};
use crate::journeys::everything::Everything;
use crate::journeys::season::{BLOC, SEASON};

pub(super) fn cases(a: &Everything) -> Vec<Case> {
    let season = || SEASON.to_owned();
    let reason = || "Thử".to_owned();
    let run = || a.run.clone();
    let sheet = || {
        Some(SheetKey {
            season: season(),
            unit: a.unit.clone(),
            layer: "bloc".to_owned(),
            ..Default::default()
        })
    };
    let lines = || {
        let value = Some(line::Value::Points("1".to_owned()));
        vec![Line { criterion: "1.1".to_owned(), value, ..Default::default() }]
    };
    // Those of the other's run; absent, those of the run that the season has published.
    let of_run = || Some(ResultSource { source: Some(result_source::Source::RunId(run())) });
    vec![
        gone(GetRunRequest { run_id: run() }),
        gone(ListRunFaultsRequest { run_id: run(), ..Default::default() }),
        own(ListRunsRequest { season: season(), ..Default::default() }),
        gone(StartRunRequest { season: a.other_season.clone() }),
        gone(ApproveRunRequest {
            run_id: run(),
            results_sha256: a.results_sha256.clone(),
            note: String::new(),
        }),
        gone(RejectRunRequest { run_id: run(), reason: reason() }),
        own(GetPublicationRequest { season: season() }),
        gone(CompareRunsRequest { from_run_id: run(), to_run_id: run(), ..Default::default() }),
        gone(GetBlocStandingsRequest { season: season(), bloc: BLOC.to_owned(), source: None }),
        gone(GetBlocStandingsRequest { season: season(), bloc: BLOC.to_owned(), source: of_run() }),
        gone(ListFederationStandingsRequest { season: season(), ..Default::default() }),
        gone(ListFederationStandingsRequest { season: season(), source: of_run(), ..Default::default() }),
        gone(GetFederationSummaryRequest { season: season(), source: None }),
        gone(GetFederationSummaryRequest { season: season(), source: of_run() }),
        gone(GetUnitResultRequest { season: season(), unit: a.unit.clone(), source: None }),
        gone(GetUnitResultRequest { season: season(), unit: a.unit.clone(), source: of_run() }),
        gone(ExportCampaignRequest { which: Some(export_campaign_request::Which::RunId(run())) }),
        gone(ExportResultsRequest { which: Some(export_results_request::Which::RunId(run())) }),
        // Sheets: the unit is not there.
        gone(GetSheetRequest { key: sheet() }),
        own(ListSheetsRequest { season: season(), ..Default::default() }),
        gone(ListSheetHistoryRequest { key: sheet(), ..Default::default() }),
        gone(PutSheetRequest { key: sheet(), lines: lines(), expected_revision: 0, submit: false }),
        gone(PutLinesRequest { key: sheet(), lines: lines(), ..Default::default() }),
        gone(SubmitSheetRequest { key: sheet(), expected_revision: None }),
        gone(ReopenSheetRequest { key: sheet(), reason: reason() }),
        gone(EnterSheetsRequest {
            sheets: vec![SheetEntry { key: sheet(), lines: lines(), expected_revision: 0 }],
        }),
    ]
}
