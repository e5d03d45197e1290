use std::io::{self, Write};

use platform::transport::Connection;
use proto::scoring::v1::result_service_client::ResultServiceClient;
use proto::scoring::v1::*;

use super::words::{self, Classes};
use super::{Results, origin};
use crate::app::AnyError;
use crate::client::pages;
use crate::show::{Column, Language, Table};

/// Units a page.
const PAGE: u32 = 1000;

/// The counts of the federation and of its blocs, and its standings.
pub(super) async fn text(results: &Results, connection: &Connection) -> Result<Vec<u8>, AnyError> {
    let source = results.source(connection).await?;
    let client = ResultServiceClient::new(connection.clone());
    let request = GetFederationSummaryRequest { season: results.season.clone(), source: source.clone() };
    let summary = client.clone().get_federation_summary(request).await?.into_inner();
    let standings = pages(async |page_token| {
        let request = ListFederationStandingsRequest {
            season: results.season.clone(),
            source: source.clone(),
            page_size: PAGE,
            page_token,
            ..ListFederationStandingsRequest::default()
        };
        let page = client.clone().list_federation_standings(request).await?.into_inner();
        Ok((page.standings, page.next_page_token))
    });
    let standings = standings.await?;
    let federation = results.federation(connection).await?;

    let (mut out, language) = (Vec::new(), results.lang);
    let told = summary.origin.unwrap_or_default();
    origin::head(&mut out, &federation, &results.season, &told, language)?;
    counts(&mut out, summary.federation.as_ref(), language)?;
    blocs(&mut out, &summary.blocs, language)?;
    writeln!(out)?;
    let classes = Classes::of(summary.federation.as_ref());
    table(&standings, &classes, true, language).write(&mut out)?;
    origin::hashes(&mut out, &told, language)?;
    Ok(out)
}

/// How many units are in each class.
pub(super) fn counts(out: &mut impl Write, summary: Option<&Summary>, language: Language) -> io::Result<()> {
    let Some(summary) = summary else { return Ok(()) };
    let (units, ranked) = (language.number(summary.units), language.number(summary.ranked));
    let (of, in_class) = (language.of("Đơn vị:", "Units:"), language.of("được xếp loại:", "ranked:"));
    writeln!(out, "{of} {units}, {in_class} {ranked}\n")?;
    let mut table = Table::new([
        Column::text(language.of("Xếp loại", "Class")),
        Column::number(language.of("Đơn vị", "Units")),
        Column::number(language.of("Tỷ lệ", "Share")),
    ]);
    let classes = Classes::of(Some(summary));
    for count in &summary.classes {
        let share = count.percent.as_deref().map(|percent| language.percent(percent)).unwrap_or_default();
        table.row([classes.name(&count.class, language), language.number(count.units), share]);
    }
    table.write(out)?;
    for quota in summary.quotas.iter().filter(|quota| !quota.ties_at_cut.is_empty()) {
        let text = language.of("Bằng nhau ở điểm cắt của", "Equal at the cut for");
        let class = classes.name(&quota.class, language);
        writeln!(out, "{text} {class}: {}", quota.ties_at_cut.join(", "))?;
    }
    Ok(())
}

/// The units of each class, bloc by bloc; nothing where there is but one.
fn blocs(out: &mut impl Write, blocs: &[BlocSummary], language: Language) -> io::Result<()> {
    let Some(first) = blocs.first().filter(|_| blocs.len() > 1) else { return Ok(()) };
    let classes = first.summary.as_ref().map(|summary| summary.classes.as_slice()).unwrap_or_default();
    let names = Classes::of(first.summary.as_ref());
    let mut columns = vec![
        Column::text(language.of("Khối", "Bloc")),
        Column::text(language.of("Tên", "Name")),
        Column::number(language.of("Đơn vị", "Units")),
    ];
    columns.extend(classes.iter().map(|count| Column::number(names.name(&count.class, language))));
    let mut table = Table::new(columns);
    for bloc in blocs {
        let summary = bloc.summary.clone().unwrap_or_default();
        let mut cells = vec![bloc.bloc.clone(), bloc.name.clone(), language.number(summary.units)];
        cells.extend(summary.classes.iter().map(|count| language.number(count.units)));
        table.row(cells);
    }
    writeln!(out)?;
    table.write(out)
}

/// Units by rank: over the federation, or within their bloc.
pub(super) fn table(
    standings: &[Standing],
    classes: &Classes,
    federation: bool,
    language: Language,
) -> Table {
    let mut columns = vec![
        Column::number(language.of("Hạng", "Rank")),
        Column::text(language.of("Mã", "Code")),
        Column::text(language.of("Đơn vị", "Unit")),
    ];
    columns.extend(federation.then(|| Column::text(language.of("Khối", "Bloc"))));
    columns.extend([
        Column::number(language.of("Điểm", "Points")),
        Column::number(language.of("Chỉ tiêu", "Targets")),
        Column::text(language.of("Xếp loại", "Class")),
        Column::text(""),
    ]);
    let mut table = Table::new(columns);
    for unit in standings {
        let rank = if federation { unit.federation_rank } else { unit.rank };
        let mut cells = vec![language.optional(rank), unit.unit.clone(), unit.unit_name.clone()];
        cells.extend(federation.then(|| unit.bloc.clone()));
        let remark = match unit.unranked.as_slice() {
            [] if unit.class != unit.computed_class => {
                let text = language.of("theo quyết định, trước đó", "by decision, before that");
                format!("{text} {}", classes.name(&unit.computed_class, language))
            }
            reasons => words::unranked(reasons, language),
        };
        cells.extend([
            language.optional(unit.total.as_deref()),
            targets(unit.targets.as_ref()),
            classes.name(&unit.class, language),
            remark,
        ]);
        table.row(cells);
    }
    table
}

/// Met targets out of all, as `9/9`; nothing when there are none.
pub(super) fn targets(tally: Option<&TargetTally>) -> String {
    let tally = tally.filter(|tally| tally.total > 0);
    tally.map(|tally| format!("{}/{}", tally.met, tally.total)).unwrap_or_default()
}
