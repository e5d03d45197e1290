//! What the units undertook, and how much of it they reached.

use proto::competition::v1::target_service_client::TargetServiceClient;
use proto::competition::v1::{
    FigureTotal, ListTargetsRequest, SummarizeTargetsRequest, SummarizeTargetsResponse, Target, TargetCounts,
    TargetGroup, list_targets_request, summarize_targets_request,
};

use super::short;
use crate::demo::call::{PAGE, Result, pages};
use crate::demo::stage::Stage;

/// Exceeded targets of a unit that are told one by one.
const ONE_BY_ONE: usize = 2;

/// What the units of a bloc reached together, then each unit with a programme of its own.
pub(super) async fn lines(stage: &Stage, bloc: &str) -> Result<Vec<String>> {
    let targets = list(stage, bloc).await?;
    let all = summary(stage, summarize_targets_request::Of::Bloc(bloc.to_owned())).await?;
    let mut lines = vec![counts(&all.groups)];
    let common: Vec<String> =
        all.figures.iter().filter(|figure| is_common(figure, &targets)).map(total).collect();
    if !common.is_empty() {
        lines.push(format!("together: {}", common.join("; ")));
    }
    for own in targets.chunk_by(|one, next| one.unit == next.unit) {
        if own.iter().any(|target| target.group() == TargetGroup::ProgrammeTask) {
            lines.extend(of_unit(stage, own).await?);
        }
    }
    Ok(lines)
}

async fn list(stage: &Stage, bloc: &str) -> Result<Vec<Target>> {
    let admin = stage.admin()?;
    pages(|page_token| async move {
        let request = ListTargetsRequest {
            season: stage.season(),
            of: Some(list_targets_request::Of::Bloc(bloc.to_owned())),
            page_size: PAGE,
            page_token,
            ..ListTargetsRequest::default()
        };
        let rpc = async |c, r| TargetServiceClient::new(c).list_targets(r).await;
        let answer = stage.ask(admin, request, rpc).await?;
        Ok((answer.targets, answer.next_page_token))
    })
    .await
}

async fn summary(stage: &Stage, of: summarize_targets_request::Of) -> Result<SummarizeTargetsResponse> {
    let request = SummarizeTargetsRequest { season: stage.season(), of: Some(of) };
    let rpc = async |c, r| TargetServiceClient::new(c).summarize_targets(r).await;
    stage.ask(stage.admin()?, request, rpc).await
}

/// Several units have the figure, and it means the same for all of them: programmes are each unit's own.
fn is_common(figure: &FigureTotal, targets: &[Target]) -> bool {
    let own = |target: &&Target| target.group() == TargetGroup::ProgrammeTask && target.code == figure.target;
    figure.units > 1 && !targets.iter().any(|target| own(&target))
}

/// `9 of 9 targets met, 2 exceeded; 4 of 4 joint tasks met`.
fn counts(groups: &[TargetCounts]) -> String {
    let told = |counts: &TargetCounts| {
        let name = match counts.group() {
            TargetGroup::JointTask => "joint tasks",
            TargetGroup::ProgrammeTask => "programme tasks",
            TargetGroup::Target | TargetGroup::Unspecified => "targets",
        };
        let exceeded = match counts.exceeded {
            0 => String::new(),
            exceeded => format!(", {exceeded} exceeded"),
        };
        format!("{} of {} {name} met{exceeded}", counts.met, counts.total)
    };
    groups.iter().map(told).collect::<Vec<_>>().join("; ")
}

fn total(figure: &FigureTotal) -> String {
    let name = if figure.figure_name.is_empty() { &figure.target_name } else { &figure.figure_name };
    format!("{name} {}", amount(&figure.actual, &figure.planned, &figure.unit_of_measure))
}

fn amount(actual: &str, planned: &str, of: &str) -> String {
    format!("{}/{} {of}", short(actual), short(planned)).trim_end().to_owned()
}

/// A unit with all its targets, at least one.
async fn of_unit(stage: &Stage, own: &[Target]) -> Result<Vec<String>> {
    let unit = own.first().map(|target| target.unit.clone()).unwrap_or_default();
    let name = stage.campaign.units.get(unit.as_str()).map_or(unit.as_str(), |found| found.name.as_str());
    let groups = summary(stage, summarize_targets_request::Of::Unit(unit.clone())).await?.groups;
    let mut lines = vec![format!("{name}: {}", counts(&groups))];
    let exceeded: Vec<&Target> = own.iter().filter(|target| target.exceeded).collect();
    if exceeded.len() <= ONE_BY_ONE {
        lines.extend(exceeded.into_iter().map(|target| format!("  exceeded: {}", figures(target))));
    }
    Ok(lines)
}

/// `Quỹ: 193/180 triệu đồng`, `Đảng: Giới thiệu 113/58 đoàn viên, Kết nạp 108/58 đoàn viên`.
fn figures(target: &Target) -> String {
    let figures = target.figures.iter().map(|figure| {
        let amount =
            amount(figure.actual.as_deref().unwrap_or("0"), &figure.planned, &figure.unit_of_measure);
        format!("{} {amount}", figure.name).trim_start().to_owned()
    });
    format!("{}: {}", target.name, figures.collect::<Vec<_>>().join(", "))
}
