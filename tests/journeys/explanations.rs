//! A unit's result, explained so that anyone can add it up.

use platform::tenancy::Grant;
use platform::transport::Connection;
use proto::common::v1::Role;
use proto::scoring::v1::explanation_service_client::ExplanationServiceClient;
use proto::scoring::v1::line::Value;
use proto::scoring::v1::*;
use tonic::{Code, Status};

use super::results::{Ranking, of_run, ranking};
use super::season::{Campaign, Person, SEASON};
use super::sheets::{actual, checked, key, line, points, put, submit};
use crate::support::refusal::refusal;
use crate::support::wait::eventually;
use crate::support::world::{World, journeys};

journeys!(
    the_lines_add_up_to_the_total_and_the_total_leads_to_the_class,
    every_layer_is_shown_with_what_cross_sheets_were_made_into,
    lines_are_for_the_unit_and_those_who_read_drafts,
    a_unit_without_a_bloc_has_a_standing_alone,
);

type Explanations = ExplanationServiceClient<Connection>;

impl Ranking<'_> {
    async fn explained(
        &self,
        person: &Person,
        unit: &str,
        source: Option<ResultSource>,
    ) -> Result<GetUnitResultResponse, Status> {
        let request = GetUnitResultRequest { season: SEASON.to_owned(), unit: unit.to_owned(), source };
        let mut explanations = Explanations::new(self.connection(person));
        Ok(explanations.get_unit_result(request).await?.into_inner())
    }

    /// vl-01 gets 27 points: all methods of the set have a line.
    async fn with_all_methods(&self) {
        let lines = [
            points("1.1", "7"),
            checked("1.3", &["a", "b"]),
            actual("2.1", "33"),
            line("2.6", Value::Count(2)),
            points("T.1", "2"),
        ];
        self.correct("vl-01", &lines).await;
    }

    /// vl-02 and vl-03 score vl-01.
    async fn cross_scored(&self) {
        for (number, given) in [(3, "8"), (2, "5.5")] {
            let sheet = key("vl-01", "cross", &format!("vl-0{number}"));
            let mut officer = self.scene.as_officer(number);
            put(&mut officer, sheet.clone(), &[points("1.1", given)], 0).await.expect("a draft");
            submit(&mut officer, sheet).await.expect("handed in");
        }
    }
}

/// Points in hundredths.
fn hundredths(points: &str) -> i64 {
    let (whole, fraction) = points.split_once('.').expect("two decimals");
    format!("{whole}{fraction}").parse().expect("points")
}

fn sum<'p>(points: impl Iterator<Item = &'p String>) -> i64 {
    points.map(|points| hundredths(points)).sum()
}

async fn the_lines_add_up_to_the_total_and_the_total_leads_to_the_class(world: &World) {
    let ranking = ranking(world).await;
    ranking.with_all_methods().await;
    let run = ranking.published().await;
    let answer = ranking.explained(&ranking.scene.leader, "vl-01", None).await.expect("a result");
    assert_eq!(answer.origin.as_ref().map(|origin| &origin.results_sha256), Some(&run.results_sha256));
    let standing = answer.standing.expect("a standing");
    assert_eq!((standing.total.as_deref(), standing.class.as_str()), (Some("27.00"), "excellent"));

    let rows: Vec<_> = answer
        .groups
        .iter()
        .flat_map(|group| &group.lines)
        .map(|one| {
            let points = [&one.max_points, &one.points].map(String::as_str);
            let words = [&one.criterion, &one.method, &one.state, &one.layer].map(String::as_str);
            (words, points, one.arithmetic.as_str())
        })
        .collect();
    assert_eq!(
        rows,
        [
            (["1.1", "judged", "scored", "bloc"], ["8.00", "7.00"], ""),
            (["1.3", "checklist", "scored", "bloc"], ["6.00", "6.00"], "min(6, 3 + 3) = 6.00"),
            (["2.1", "proportional", "scored", "bloc"], ["10.00", "10.00"], "10 × min(1, 33 / 30) = 10.00"),
            (["2.6", "deduct", "scored", "bloc"], ["3.00", "2.00"], "max(0, 3 − 2 × 0.5) = 2.00"),
            (["T.1", "judged", "scored", "bloc"], ["5.00", "2.00"], ""),
        ]
    );
    for group in &answer.groups {
        assert_eq!(sum(group.lines.iter().map(|one| &one.points)), hundredths(&group.sum));
        assert_eq!(group.points, group.sum, "no group is full");
    }
    let heads: Vec<_> =
        answer.groups.iter().map(|one| [&one.group, &one.name, &one.kind, &one.max_points]).collect();
    assert_eq!(heads, [["1", "Nhóm 1", "base", "27.00"], ["T", "Nhóm T", "bonus", "5.00"]]);
    let total = standing.total.as_deref().map(hundredths);
    assert_eq!(Some(sum(answer.groups.iter().map(|group| &group.points))), total);
    assert_eq!((answer.scaling, answer.capped, answer.floored), (None, false, false));
    assert_eq!(answer.max_points, "32.00");
    let targets: Vec<_> = answer.groups[0].lines.iter().map(|one| one.target.as_deref()).collect();
    assert_eq!(targets, [None, None, Some("30"), None]);

    let of_bloc = answer.groups[0].lines[2].layers.last().expect("a layer");
    assert_eq!((of_bloc.layer.as_str(), of_bloc.points.as_deref()), ("bloc", Some("10.00")));

    let chosen = |selected, left_out_by| Choice {
        class: "excellent".to_owned(),
        candidate: true,
        selected,
        left_out_by,
        tied_at_cut: false,
    };
    let way = |choices| ClassExplanation {
        by_points: "good".to_owned(),
        band: "good".to_owned(),
        unmet: Vec::new(),
        choices,
        decision: None,
    };
    assert_eq!(answer.class, Some(way(vec![chosen(true, None)])));
    let second = ranking.explained(&ranking.scene.leader, "vl-02", None).await.expect("a result");
    assert_eq!(second.class, Some(way(vec![chosen(false, Some(0))])), "the quota left it out");
    let states: Vec<_> = second.groups[0].lines.iter().map(|one| one.state.as_str()).collect();
    assert_eq!(states, ["scored", "scored", "missing", "missing"]);
    assert_eq!(second.standing.expect("a standing").total.as_deref(), Some("8.00"));
}

/// Layer, scorer and what the line says of each layer of the first criterion.
fn said(answer: &GetUnitResultResponse) -> Vec<(&str, &str, Option<&Value>)> {
    let layers = answer.groups[0].lines[0].layers.iter();
    layers.map(|one| (one.layer.as_str(), one.scorer.as_str(), value(one))).collect()
}

fn value(one: &LayerLine) -> Option<&Value> {
    one.line.as_ref()?.value.as_ref()
}

async fn every_layer_is_shown_with_what_cross_sheets_were_made_into(world: &World) {
    let ranking = ranking(world).await;
    ranking.cross_scored().await;
    let scene = &ranking.scene;
    let draft = scene.classified().await;
    let given = |points: &str| Value::Points(points.to_owned());
    let [own, first, second, made, agreed] = ["7.00", "5.50", "8.00", "6.75", "7.00"].map(given);
    let own = ("self", "vl-01", Some(&own));
    let made = ("cross", "", Some(&made));
    let agreed = ("bloc", "hội nghị", Some(&agreed));
    let (first, second) = (("cross", "vl-02", Some(&first)), ("cross", "vl-03", Some(&second)));
    let all = ranking.explained(&scene.appraiser, "vl-01", of_run(&draft)).await.expect("a result");
    assert_eq!(said(&all), [own, first, second, made, agreed]);

    // While cross scoring goes on, who scored what is not told.
    let officer = ranking.explained(&scene.officers[1], "vl-01", of_run(&draft)).await.expect("a result");
    assert_eq!(said(&officer), [own, first, made, agreed]);
    let leader = ranking.explained(&scene.leader, "vl-01", of_run(&draft)).await.expect("a result");
    assert_eq!(said(&leader), [own, made, agreed]);
    scene.close("cross").await;
    eventually("scoring has heard that the phase is closed", async || {
        let answer = ranking.explained(&scene.leader, "vl-01", of_run(&draft)).await.expect("a result");
        (said(&answer) == [own, first, second, made, agreed]).then_some(())
    })
    .await;
}

async fn lines_are_for_the_unit_and_those_who_read_drafts(world: &World) {
    let ranking = ranking(world).await;
    let scene = &ranking.scene;
    let draft = scene.classified().await;
    let outside = (Code::PermissionDenied, "OUT_OF_SCOPE".to_owned());
    let role = |role, unit| vec![Grant::of_unit(role, unit)];
    let member = scene.federation.person("member", role(Role::Member, "vl-01")).await;
    let delegate = scene.federation.person("delegate", role(Role::Delegate, "vl-01")).await;
    for person in [&scene.officers[0], &scene.officers[1], &scene.leader, &scene.federation.admin] {
        let answer = ranking.explained(person, "vl-01", of_run(&draft)).await.expect("a result");
        assert_eq!(answer.groups[0].lines.len(), 4);
    }
    for person in [&scene.officers[3], &member, &delegate, &ranking.reader] {
        assert_eq!(refusal(ranking.explained(person, "vl-01", of_run(&draft)).await), outside);
    }
    let unpublished = ranking.explained(&member, "vl-01", None).await;
    assert_eq!(refusal(unpublished), (Code::NotFound, "RUN_UNKNOWN".to_owned()));

    ranking.published().await;
    for person in [&member, &delegate, &scene.officers[0], &scene.officers[2], &scene.leader] {
        let answer = ranking.explained(person, "vl-01", None).await.expect("a result");
        assert_eq!(answer.groups[0].lines.len(), 4);
    }
    for person in [&ranking.reader, &scene.officers[3]] {
        let answer = ranking.explained(person, "vl-01", None).await.expect("a result");
        assert!(answer.groups.iter().all(|group| group.lines.is_empty()));
        let points: Vec<_> = answer.groups.iter().map(|group| group.points.as_str()).collect();
        assert_eq!(points, ["10.00", "0.00"]);
        assert_eq!(answer.standing.expect("a standing").class, "excellent");
        assert!(answer.class.is_some());
    }
    let other = ranking.explained(&member, "vl-02", None).await.expect("a result");
    assert!(other.groups[0].lines.is_empty(), "another unit's lines are not theirs");

    let unknown = (Code::NotFound, "UNIT_NOT_IN_RUN".to_owned());
    assert_eq!(refusal(ranking.explained(&member, "vl-99", None).await), unknown);
    let strange = Campaign::of(world, "khanh-hoa").await;
    let request =
        GetUnitResultRequest { season: SEASON.to_owned(), unit: "vl-01".to_owned(), source: of_run(&draft) };
    let asked = Explanations::new(strange.competition(&strange.admin)).get_unit_result(request).await;
    assert_eq!(refusal(asked), (Code::NotFound, "RUN_UNKNOWN".to_owned()));
}

async fn a_unit_without_a_bloc_has_a_standing_alone(world: &World) {
    let ranking = ranking(world).await;
    ranking.published().await;
    let answer = ranking.explained(&ranking.scene.officers[3], "vl-04", None).await.expect("a result");
    let standing = answer.standing.expect("a standing");
    assert_eq!(
        (standing.unit.as_str(), standing.total, standing.class.as_str()),
        ("vl-04", None, "unranked")
    );
    assert!(answer.groups.is_empty() && answer.class.is_none() && answer.max_points.is_empty());
}
