use std::io::{self, Write};

use platform::transport::Connection;
use proto::scoring::v1::result_service_client::ResultServiceClient;
use proto::scoring::v1::run_service_client::RunServiceClient;
use proto::scoring::v1::*;

use super::words::Classes;
use super::{Results, origin, words};
use crate::app::AnyError;
use crate::client::{Said, pages, runs};
use crate::show::{Column, Language, Table};

/// What moved between two runs.
pub(super) async fn text(results: &Results, connection: &Connection) -> Result<Vec<u8>, AnyError> {
    let season = &results.season;
    let to_run_id = match &results.to {
        Some(run) => runs::id(connection, season, run).await?,
        None => published(connection, season).await?,
    };
    let from_run_id = match &results.from {
        Some(run) => runs::id(connection, season, run).await?,
        None => String::new(),
    };
    let client = ResultServiceClient::new(connection.clone());
    let mut between = (ResultOrigin::default(), ResultOrigin::default());
    let moves = pages(async |page_token| {
        let request = CompareRunsRequest {
            from_run_id: from_run_id.clone(),
            to_run_id: to_run_id.clone(),
            page_token,
            ..CompareRunsRequest::default()
        };
        let page = client.clone().compare_runs(request).await?.into_inner();
        between = (page.from.unwrap_or_default(), page.to.unwrap_or_default());
        Ok((page.moves, page.next_page_token))
    });
    let moves = moves.await?;
    let source = ResultSource { source: Some(result_source::Source::RunId(to_run_id.clone())) };
    let request = GetFederationSummaryRequest { season: season.clone(), source: Some(source) };
    let summary = client.clone().get_federation_summary(request).await?.into_inner();
    let federation = results.federation(connection).await?;

    let (mut out, language) = (Vec::new(), results.lang);
    let (from, to) = between;
    origin::head(&mut out, &federation, season, &to, language)?;
    let text = language.of("So với lần xếp loại", "Against run");
    writeln!(out, "{text} {}\n", language.number(from.run_number))?;
    write_moves(&mut out, &moves, &Classes::of(summary.federation.as_ref()), language)?;
    origin::hashes(&mut out, &to, language)?;
    Ok(out)
}

async fn published(connection: &Connection, season: &str) -> Result<String, AnyError> {
    let request = GetPublicationRequest { season: season.to_owned() };
    let told = RunServiceClient::new(connection.clone()).get_publication(request).await?.into_inner();
    let unpublished = || Said {
        vi: format!("năm thi đua {season:?} chưa có lần xếp loại nào được công bố"),
        en: format!("no run of the season {season:?} is published"),
    };
    Ok(told.current.ok_or_else(unpublished)?.run_id)
}

fn write_moves(
    out: &mut impl Write,
    moves: &[UnitMove],
    classes: &Classes,
    language: Language,
) -> io::Result<()> {
    if moves.is_empty() {
        return writeln!(out, "{}", language.of("Không có gì thay đổi", "Nothing moved"));
    }
    let mut table = Table::new([
        Column::text(language.of("Mã", "Code")),
        Column::text(language.of("Đơn vị, tiêu chí", "Unit, criterion")),
        Column::text(language.of("Điểm", "Points")),
        Column::text(language.of("Hạng trong khối", "Rank in the bloc")),
        Column::text(language.of("Xếp loại hoặc lớp chấm", "Class or layer")),
    ]);
    for moved in moves {
        let (before, after) = (moved.before.as_ref(), moved.after.as_ref());
        let name = after.or(before).map(|standing| standing.unit_name.clone()).unwrap_or_default();
        let points = |standing: Option<&Standing>| {
            standing.and_then(|standing| standing.total.as_deref().map(|total| language.number(total)))
        };
        let rank = |standing: Option<&Standing>| {
            standing.and_then(|standing| standing.rank.map(|rank| language.number(rank)))
        };
        let class =
            |standing: Option<&Standing>| standing.map(|standing| classes.name(&standing.class, language));
        table.row([
            moved.unit.clone(),
            name,
            change(points(before), points(after)),
            change(rank(before), rank(after)),
            change(class(before), class(after)),
        ]);
        for line in &moved.lines {
            let points = |points: &Option<String>| points.as_deref().map(|points| language.number(points));
            let layer = |layer: &str| (!layer.is_empty()).then(|| words::layer(layer, language).to_owned());
            table.row([
                String::new(),
                format!("  {}", line.criterion),
                change(points(&line.points_before), points(&line.points_after)),
                String::new(),
                change(layer(&line.layer_before), layer(&line.layer_after)),
            ]);
        }
    }
    table.write(out)
}

/// `80,00 → 92,50`; one alone where nothing changed.
fn change(before: Option<String>, after: Option<String>) -> String {
    match (before, after) {
        (None, None) => String::new(),
        (before, after) if before == after => after.unwrap_or_default(),
        (before, after) => {
            let shown = |value: Option<String>| value.unwrap_or_else(|| "–".to_owned());
            format!("{} → {}", shown(before), shown(after))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_move_shows_what_was_and_what_is() {
        let standing = |total: &str, rank, class: &str| Standing {
            unit_name: "CĐCS Một".to_owned(),
            total: Some(total.to_owned()),
            rank: Some(rank),
            class: class.to_owned(),
            ..Standing::default()
        };
        let moved = UnitMove {
            unit: "vl-01".to_owned(),
            before: Some(standing("80.00", 3, "good")),
            after: Some(standing("92.50", 3, "excellent")),
            lines: vec![LineMove {
                criterion: "2.1".to_owned(),
                points_after: Some("8.00".to_owned()),
                layer_before: "self".to_owned(),
                layer_after: "bloc".to_owned(),
                ..LineMove::default()
            }],
        };
        let written = |moves: &[UnitMove]| {
            let mut out = Vec::new();
            write_moves(&mut out, moves, &Classes::of(None), Language::Vi).expect("written");
            String::from_utf8(out).expect("UTF-8")
        };
        let expected = "\
Mã     Đơn vị, tiêu chí  Điểm           Hạng trong khối  Xếp loại hoặc lớp chấm
vl-01  CĐCS Một          80,00 → 92,50  3                good → excellent
         2.1             – → 8,00                        tự chấm → khối chấm
";
        assert_eq!(written(&[moved]), expected);
        assert_eq!(written(&[]), "Không có gì thay đổi\n");
    }
}
