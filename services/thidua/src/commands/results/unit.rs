use std::io::{self, Write};

use platform::transport::Connection;
use proto::scoring::v1::explanation_service_client::ExplanationServiceClient;
use proto::scoring::v1::line::Value;
use proto::scoring::v1::result_service_client::ResultServiceClient;
use proto::scoring::v1::*;

use super::words::{self, Classes, Names};
use super::{Results, federation, origin};
use crate::app::AnyError;
use crate::show::{Column, Language, Table};

/// Why a unit has its points and its class, line by line.
pub(super) async fn text(
    results: &Results,
    connection: &Connection,
    unit: &str,
) -> Result<Vec<u8>, AnyError> {
    let source = results.source(connection).await?;
    let request = GetUnitResultRequest {
        season: results.season.clone(),
        unit: unit.to_owned(),
        source: source.clone(),
    };
    let mut client = ExplanationServiceClient::new(connection.clone());
    let told = client.get_unit_result(request).await?.into_inner();
    let bloc = told.standing.as_ref().map(|standing| standing.bloc.clone()).unwrap_or_default();
    let mut classes = Classes::of(None);
    if !bloc.is_empty() {
        // The same results say what the policy calls its classes.
        let request = GetBlocStandingsRequest { season: results.season.clone(), bloc, source };
        let mut client = ResultServiceClient::new(connection.clone());
        let standings = client.get_bloc_standings(request).await?.into_inner();
        classes = Classes::of(standings.summary.as_ref());
    }
    let federation = results.federation(connection).await?;

    let mut out = Vec::new();
    let from = told.origin.clone().unwrap_or_default();
    origin::head(&mut out, &federation, &results.season, &from, results.lang)?;
    explain(&mut out, &told, &classes, results.lang)?;
    origin::hashes(&mut out, &from, results.lang)?;
    Ok(out)
}

fn explain(
    out: &mut impl Write,
    told: &GetUnitResultResponse,
    classes: &Classes,
    language: Language,
) -> io::Result<()> {
    let standing = told.standing.clone().unwrap_or_default();
    writeln!(out, "{} ({})", standing.unit_name, standing.unit)?;
    let mut facts = Vec::new();
    if !standing.bloc.is_empty() {
        facts.push(format!("{} {}", language.of("khối", "bloc"), standing.bloc));
    }
    if let Some(rank) = standing.rank {
        facts.push(format!(
            "{} {}",
            language.of("hạng trong khối", "rank in the bloc"),
            language.number(rank)
        ));
    }
    if let Some(rank) = standing.federation_rank {
        let text = language.of("hạng toàn liên đoàn", "rank in the federation");
        facts.push(format!("{text} {}", language.number(rank)));
    }
    let tally = standing.targets.filter(|tally| tally.total > 0);
    if let Some(tally) = tally {
        let (met, exceeded) = (language.of("chỉ tiêu đạt", "targets met"), language.of("vượt", "exceeded"));
        facts.push(format!("{met} {}, {exceeded} {}", federation::targets(Some(&tally)), tally.exceeded));
    }
    if !facts.is_empty() {
        writeln!(out, "{}", facts.join("; "))?;
    }
    writeln!(out)?;
    lines(&told.groups, language).write(out)?;
    writeln!(out)?;
    sum(out, told, &standing, language)?;
    class(out, told, &standing, classes, language)
}

/// Each group and its lines.
fn lines(groups: &[GroupExplanation], language: Language) -> Table {
    let mut table = Table::new([
        Column::text(language.of("Mã", "Code")),
        Column::text(language.of("Nhóm, tiêu chí", "Group, criterion")),
        Column::number(language.of("Tối đa", "Maximum")),
        Column::number(language.of("Điểm", "Points")),
        Column::text(language.of("Cách tính", "How")),
        Column::text(language.of("Qua các lớp chấm", "By layer")),
    ]);
    for group in groups {
        let capped = group.sum != group.points;
        let cut = language.of("nhiều hơn tối đa:", "more than the maximum:");
        let how = if capped { format!("{cut} {}", language.number(&group.sum)) } else { String::new() };
        table.row([
            group.group.clone(),
            group.name.clone(),
            language.number(&group.max_points),
            language.number(&group.points),
            how,
            String::new(),
        ]);
        for line in &group.lines {
            let said: Vec<_> = line.layers.iter().map(|layer| said(layer, language)).collect();
            table.row([
                format!("  {}", line.criterion),
                format!("  {}", line.name),
                language.number(&line.max_points),
                language.number(&line.points),
                how_found(line, language),
                said.join(" → "),
            ]);
        }
    }
    table
}

/// How the points of a line were found.
fn how_found(line: &LineExplanation, language: Language) -> String {
    match line.state.as_str() {
        "missing" => language.of("không có điểm", "missing").to_owned(),
        "not_applicable" => language.of("không áp dụng", "does not apply").to_owned(),
        "overridden" => language.of("ấn định", "set by hand").to_owned(),
        _ => language.arithmetic(&line.arithmetic),
    }
}

/// What one sheet said, with its reason.
fn said(layer: &LayerLine, language: Language) -> String {
    let mut text = words::layer(&layer.layer, language).to_owned();
    if layer.layer == "cross" && !layer.scorer.is_empty() {
        text = format!("{text} {}", layer.scorer);
    }
    let line = layer.line.clone().unwrap_or_default();
    let value = match (&layer.points, line.value) {
        (Some(points), _) => language.number(points),
        (None, Some(Value::NotApplicable(_))) => language.of("không áp dụng", "does not apply").to_owned(),
        (None, Some(Value::Actual(actual))) => language.number(actual),
        (None, _) => "–".to_owned(),
    };
    let reason = if line.reason.is_empty() { String::new() } else { format!(" ({})", line.reason) };
    format!("{text} {value}{reason}")
}

/// From groups to the total.
fn sum(
    out: &mut impl Write,
    told: &GetUnitResultResponse,
    standing: &Standing,
    language: Language,
) -> io::Result<()> {
    if let Some(scaling) = &told.scaling {
        let text = language.of("Quy đổi theo tiêu chí áp dụng", "Scaled to what applies");
        let [before, full, applicable, after] =
            [&scaling.before, &scaling.full, &scaling.applicable, &scaling.after]
                .map(|points| language.number(points));
        writeln!(out, "{text}: {before} × {full} / {applicable} = {after}")?;
    }
    let points = |points: &Option<String>| language.optional(points.as_deref());
    let Some(total) = &standing.total else { return Ok(()) };
    let (base, bonus) = (language.of("cơ bản", "base"), language.of("thưởng", "bonus"));
    let (penalty, sum) = (language.of("trừ", "penalty"), language.of("Tổng điểm", "Total"));
    writeln!(
        out,
        "{sum}: {base} {} + {bonus} {} − {penalty} {} = {}",
        points(&standing.base),
        points(&standing.bonus),
        points(&standing.penalty),
        language.number(total),
    )?;
    let most = language.number(&told.max_points);
    if told.capped {
        let text = language.of("Cơ bản và thưởng cộng lại không quá", "Base and bonus together are at most");
        writeln!(out, "{text} {most}")?;
    }
    if told.floored {
        writeln!(out, "{}", language.of("Tổng điểm không dưới 0", "The total is not below 0"))?;
    }
    Ok(())
}

/// From the total to the class.
fn class(
    out: &mut impl Write,
    unit: &GetUnitResultResponse,
    standing: &Standing,
    classes: &Classes,
    language: Language,
) -> io::Result<()> {
    let criteria = Names::of(&unit.groups);
    let name = |code: &str| classes.name(code, language);
    let (class, points) = (language.of("Xếp loại", "Class"), language.of("theo điểm", "by points"));
    let Some(told) = &unit.class else {
        let reasons = words::unranked(&standing.unranked, language);
        return writeln!(out, "{class}: {}; {reasons}", name(&standing.class));
    };
    writeln!(out, "{class}: {}; {points}: {}", name(&standing.class), name(&told.by_points))?;
    for unmet in &told.unmet {
        let conditions =
            unmet.conditions.iter().map(|condition| words::condition(condition, &criteria, language));
        let conditions: Vec<_> = conditions.collect();
        let text = language.of("không đủ điều kiện", "conditions not met");
        writeln!(out, "  {}: {text}: {}", name(&unmet.class), conditions.join(", "))?;
    }
    for choice in &told.choices {
        let mut fate = match (choice.selected, choice.candidate) {
            (true, _) => language.of("được chọn", "chosen").to_owned(),
            (false, true) => language.of("không được chọn theo tỷ lệ", "left out by the quota").to_owned(),
            (false, false) => language.of("không đủ điều kiện để chọn", "no candidate").to_owned(),
        };
        if choice.tied_at_cut {
            fate.push_str(language.of(", bằng nhau ở điểm cắt", ", equal at the cut"));
        }
        writeln!(out, "  {}: {fate}", name(&choice.class))?;
    }
    if let Some(decision) = &told.decision {
        let text = language.of("Quyết định của Ban Thường vụ", "Decision of the standing committee");
        writeln!(out, "  {text}: {} → {}; {}", name(&decision.from), name(&decision.to), decision.reason)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told() -> GetUnitResultResponse {
        let layer = |layer: &str, points: &str, reason: &str| LayerLine {
            layer: layer.to_owned(),
            points: Some(points.to_owned()),
            line: Some(Line { reason: reason.to_owned(), ..Line::default() }),
            ..LayerLine::default()
        };
        let line = LineExplanation {
            criterion: "2.1".to_owned(),
            name: "Phát triển đoàn viên".to_owned(),
            max_points: "10.00".to_owned(),
            state: "scored".to_owned(),
            points: "8.25".to_owned(),
            arithmetic: "10 × min(1, 1237.5 / 1500) = 8.25".to_owned(),
            layers: vec![layer("self", "10.00", ""), layer("appraisal", "8.25", "thiếu hồ sơ")],
            ..LineExplanation::default()
        };
        GetUnitResultResponse {
            standing: Some(Standing {
                unit: "vl-01".to_owned(),
                unit_name: "CĐCS Xí nghiệp".to_owned(),
                bloc: "cum-1".to_owned(),
                total: Some("8.25".to_owned()),
                base: Some("8.25".to_owned()),
                bonus: Some("0.00".to_owned()),
                penalty: Some("0.00".to_owned()),
                class: "good".to_owned(),
                rank: Some(1),
                targets: Some(TargetTally { total: 9, met: 9, exceeded: 2 }),
                ..Standing::default()
            }),
            groups: vec![GroupExplanation {
                group: "2".to_owned(),
                name: "Xây dựng tổ chức".to_owned(),
                max_points: "40.00".to_owned(),
                sum: "8.25".to_owned(),
                points: "8.25".to_owned(),
                lines: vec![line],
                ..GroupExplanation::default()
            }],
            class: Some(ClassExplanation {
                by_points: "good".to_owned(),
                choices: vec![Choice { class: "excellent".to_owned(), candidate: true, ..Choice::default() }],
                ..ClassExplanation::default()
            }),
            ..GetUnitResultResponse::default()
        }
    }

    fn explained(language: Language) -> String {
        let summary = Summary {
            classes: [("excellent", "Hoàn thành xuất sắc"), ("good", "Hoàn thành tốt")]
                .map(|(class, name)| ClassCount {
                    class: class.to_owned(),
                    name: name.to_owned(),
                    ..ClassCount::default()
                })
                .into(),
            ..Summary::default()
        };
        let mut out = Vec::new();
        explain(&mut out, &told(), &Classes::of(Some(&summary)), language).expect("written");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn an_explanation_in_vietnamese_has_every_number_as_it_is_written_there() {
        let expected = "\
CĐCS Xí nghiệp (vl-01)
khối cum-1; hạng trong khối 1; chỉ tiêu đạt 9/9, vượt 2

Mã     Nhóm, tiêu chí          Tối đa  Điểm  Cách tính                            Qua các lớp chấm
2      Xây dựng tổ chức         40,00  8,25
  2.1    Phát triển đoàn viên   10,00  8,25  10 × min(1; 1.237,5 / 1.500) = 8,25  tự chấm 10,00 → thẩm định 8,25 (thiếu hồ sơ)

Tổng điểm: cơ bản 8,25 + thưởng 0,00 − trừ 0,00 = 8,25
Xếp loại: Hoàn thành tốt; theo điểm: Hoàn thành tốt
  Hoàn thành xuất sắc: không được chọn theo tỷ lệ
";
        assert_eq!(explained(Language::Vi), expected);
    }

    #[test]
    fn and_in_english() {
        let text = explained(Language::En);
        for told in [
            "targets met 9/9, exceeded 2",
            "10 × min(1, 1,237.5 / 1,500) = 8.25",
            "self 10.00 → appraisal 8.25",
            "Total: base 8.25 + bonus 0.00 − penalty 0.00 = 8.25",
            "Hoàn thành xuất sắc: left out by the quota",
        ] {
            assert!(text.contains(told), "{told:?} is not in {text}");
        }
    }
}
