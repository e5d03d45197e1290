//! The sheets of a layer, each written and submitted by its scorer.

use std::collections::BTreeMap;

use proto::scoring::v1::line::Value;
use proto::scoring::v1::sheet_service_client::SheetServiceClient;
use proto::scoring::v1::{
    CheckedItems, Evidence, Line, ListSheetsRequest, PutSheetRequest, Sheet, SheetKey, SheetState,
};

use crate::demo::call::{PAGE, Result, pages};
use crate::demo::data::{self, Content};
use crate::demo::stage::Stage;

pub(super) async fn write(stage: &Stage, layers: &[String]) -> Result<()> {
    for layer in layers {
        let there = list(stage, layer).await?;
        let there: BTreeMap<_, _> = there.iter().filter_map(|sheet| Some((name(sheet)?, sheet))).collect();
        for sheet in stage.campaign.sheets_of(layer) {
            let scorer = if layer == "cross" { sheet.scorer.as_str() } else { "" };
            let there = there.get(&(sheet.unit.as_str(), scorer));
            if there.is_none_or(|there| there.state() != SheetState::Submitted) {
                let request = message(stage, sheet, there.map_or(0, |there| there.revision));
                let rpc = async |c, r| SheetServiceClient::new(c).put_sheet(r).await;
                stage.act(sheet.scored_by.as_str(), request, rpc).await?;
            }
        }
    }
    Ok(())
}

/// What tells a layer's sheets apart: the unit and, among cross sheets, the scorer.
fn name(sheet: &Sheet) -> Option<(&str, &str)> {
    let key = sheet.key.as_ref()?;
    Some((&key.unit, if key.layer == "cross" { &key.scorer } else { "" }))
}

async fn list(stage: &Stage, layer: &str) -> Result<Vec<Sheet>> {
    let admin = stage.admin()?;
    pages(|page_token| async move {
        let request = ListSheetsRequest {
            season: stage.season(),
            layer: layer.to_owned(),
            page_size: PAGE,
            page_token,
            ..ListSheetsRequest::default()
        };
        let rpc = async |c, r| SheetServiceClient::new(c).list_sheets(r).await;
        let answer = stage.ask(admin, request, rpc).await?;
        Ok((answer.sheets, answer.next_page_token))
    })
    .await
}

fn message(stage: &Stage, sheet: &data::Sheet, expected_revision: u64) -> PutSheetRequest {
    let key = SheetKey {
        season: stage.season(),
        unit: sheet.unit.to_string(),
        layer: sheet.layer.clone(),
        scorer: sheet.scorer.clone(),
    };
    let lines = sheet.lines.iter().map(line).collect();
    PutSheetRequest { key: Some(key), lines, expected_revision, submit: true }
}

fn line(line: &data::Line) -> Line {
    let value = match &line.content {
        Content::Points(points) => Value::Points(points.to_string()),
        Content::Checked(items) => Value::Checked(CheckedItems { items: items.clone() }),
        Content::Achieved(achieved) => Value::Achieved(*achieved),
        Content::Actual(actual) => Value::Actual(actual.to_string()),
        Content::Count(count) => Value::Count(*count),
        Content::NotApplicable => Value::NotApplicable(true),
    };
    let evidence = |title: &String| Evidence { title: title.clone(), ..Evidence::default() };
    Line {
        criterion: line.criterion.clone(),
        value: Some(value),
        reason: line.reason.clone().unwrap_or_default(),
        evidence: line.evidence.iter().map(evidence).collect(),
    }
}
