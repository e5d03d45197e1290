//! A season in which the units of one bloc are scored in four layers, as journeys about sheets begin. Phases to vote and
//! to decide come last.

use platform::tenancy::Grant;
use platform::transport::Connection;
use proto::common::v1::Role;
use proto::competition::v1::bloc_service_client::BlocServiceClient;
use proto::competition::v1::criteria_service_client::CriteriaServiceClient;
use proto::competition::v1::policy_service_client::PolicyServiceClient;
use proto::competition::v1::season_service_client::SeasonServiceClient;
use proto::competition::v1::target_service_client::TargetServiceClient;
use proto::competition::v1::{
    Bloc, Checklist, ChecklistItem, ClosePhaseRequest, CreateBlocRequest, CreateSeasonRequest, CriteriaGroup,
    CriteriaSet, Criterion, CrossAggregate, Deduct, Figure, GroupKind, Judged, Method, PhaseKind, Policy,
    Proportional, PutCriteriaSetRequest, PutPolicyRequest, PutTargetsRequest, Season, Target, method,
};
use proto::scoring::v1::line::Value;
use proto::scoring::v1::sheet_service_client::SheetServiceClient;
use proto::scoring::v1::{
    CheckedItems, GetSheetRequest, Line, PutSheetRequest, Sheet, SheetKey, SubmitSheetRequest,
};
use tonic::Status;

use super::season::{BLOC, Campaign, Person, SEASON, bloc, open, phase, pin, policy, season, texts};
use crate::support::world::World;

pub(super) type Sheets = SheetServiceClient<Connection>;

/// The layers, each with a phase of its name.
pub(super) const LAYERS: [&str; 4] = ["self", "cross", "bloc", "appraisal"];

/// vl-01, vl-02 and vl-03 are in the bloc, vl-04 is in none. vl-01 has a target for criterion 2.1.
pub(super) struct Scene<'w> {
    pub(super) federation: Campaign<'w>,
    pub(super) leader: Person,
    pub(super) appraiser: Person,
    /// Of vl-01, vl-02, …
    pub(super) officers: Vec<Person>,
}

pub(super) async fn scene<'w>(world: &'w World, open_layers: &[&str]) -> Scene<'w> {
    let federation = Campaign::of(world, "vinh-long").await;
    let admin = || federation.competition(&federation.admin);
    let pact = phase("pact", PhaseKind::Pact, &[]);
    let scoring = LAYERS.map(|layer| phase(layer, PhaseKind::Scoring, &[layer]));
    let last = [phase("vote", PhaseKind::Vote, &[]), phase("decide", PhaseKind::Decision, &[])];
    let season = Season { phases: std::iter::once(pact).chain(scoring).chain(last).collect(), ..season() };
    let request = CreateSeasonRequest { season: Some(season) };
    SeasonServiceClient::new(admin()).create_season(request).await.expect("a season");
    let request = PutCriteriaSetRequest { criteria_set: Some(criteria()) };
    CriteriaServiceClient::new(admin()).put_criteria_set(request).await.expect("a set");
    pin(admin(), 1).await;
    let policy = Policy { layers: texts(&LAYERS), cross_aggregate: CrossAggregate::Mean.into(), ..policy() };
    let request = PutPolicyRequest { season: SEASON.to_owned(), policy: Some(policy) };
    PolicyServiceClient::new(admin()).put_policy(request).await.expect("a policy");
    federation.units(&["vl-01", "vl-02", "vl-03", "vl-04"]).await;
    let bloc: Bloc = bloc(BLOC, &["vl-01", "vl-02", "vl-03"]);
    let request = CreateBlocRequest { bloc: Some(bloc) };
    BlocServiceClient::new(admin()).create_bloc(request).await.expect("a bloc");

    let mut officers = Vec::new();
    for unit in ["vl-01", "vl-02", "vl-03", "vl-04"] {
        let grants = vec![Grant::of_unit(Role::UnitOfficer, unit)];
        officers.push(federation.person(&format!("officer.{unit}"), grants).await);
    }
    let leads = vec![Grant::of_bloc(Role::BlocLeader, SEASON, BLOC)];
    let leader = federation.person("leader", leads).await;
    let appraises = vec![Grant::of_federation(Role::Appraiser)];
    let appraiser = federation.person("appraiser", appraises).await;
    let scene = Scene { federation, leader, appraiser, officers };
    open(&scene.federation, "pact").await;
    scene.set_target("vl-01").await;
    for layer in LAYERS.iter().take_while(|layer| open_layers.contains(layer)) {
        open(&scene.federation, layer).await;
    }
    scene
}

/// 1.1 judged, 1.3 checklist, 2.1 proportional, 2.6 deduction, T.1 judged from the bloc on.
fn criteria() -> CriteriaSet {
    let item = |code: &str| ChecklistItem { code: code.to_owned(), points: "3".to_owned() };
    let criterion = |code: &str, most: &str, from_layer: &str, kind: method::Kind| Criterion {
        code: code.to_owned(),
        name: format!("Tiêu chí {code}"),
        max_points: most.to_owned(),
        from_layer: from_layer.to_owned(),
        method: Some(Method { kind: Some(kind) }),
    };
    let group = |code: &str, kind: GroupKind, most: &str, criteria: Vec<Criterion>| CriteriaGroup {
        code: code.to_owned(),
        name: format!("Nhóm {code}"),
        kind: kind.into(),
        max_points: most.to_owned(),
        criteria,
    };
    let base = vec![
        criterion("1.1", "8", "", method::Kind::Judged(Judged {})),
        criterion("1.3", "6", "", method::Kind::Checklist(Checklist { items: vec![item("a"), item("b")] })),
        criterion("2.1", "10", "", method::Kind::Proportional(Proportional {})),
        criterion("2.6", "3", "", method::Kind::Deduct(Deduct { each: "0.5".to_owned() })),
    ];
    let bonus = vec![criterion("T.1", "5", "bloc", method::Kind::Judged(Judged {}))];
    CriteriaSet {
        code: "enterprise".to_owned(),
        name: "Bảng điểm".to_owned(),
        max_points: "32".to_owned(),
        groups: vec![group("1", GroupKind::Base, "27", base), group("T", GroupKind::Bonus, "5", bonus)],
        ..Default::default()
    }
}

impl Scene<'_> {
    /// The sheets as this person handles them.
    pub(super) fn as_one(&self, person: &Person) -> Sheets {
        Sheets::new(self.federation.competition(person))
    }

    pub(super) fn as_admin(&self) -> Sheets {
        self.as_one(&self.federation.admin)
    }

    /// The officer of vl-01, vl-02, … by number.
    pub(super) fn officer(&self, number: usize) -> &Person {
        self.officers.get(number - 1).expect("an officer")
    }

    pub(super) fn as_officer(&self, number: usize) -> Sheets {
        self.as_one(self.officer(number))
    }

    pub(super) async fn open(&self, layer: &str) {
        open(&self.federation, layer).await;
    }

    pub(super) async fn close(&self, layer: &str) {
        let request = ClosePhaseRequest { season: SEASON.to_owned(), phase: layer.to_owned() };
        let admin = self.federation.competition(&self.federation.admin);
        SeasonServiceClient::new(admin).close_phase(request).await.expect("closed");
    }

    async fn set_target(&self, unit: &str) {
        let figure = Figure { code: "f".to_owned(), planned: "30".to_owned(), ..Default::default() };
        let target = Target {
            code: "t1".to_owned(),
            name: "Phát triển đoàn viên".to_owned(),
            figures: vec![figure],
            criterion: "2.1".to_owned(),
            ..Default::default()
        };
        let request =
            PutTargetsRequest { season: SEASON.to_owned(), unit: unit.to_owned(), targets: vec![target] };
        let admin = self.federation.competition(&self.federation.admin);
        TargetServiceClient::new(admin).put_targets(request).await.expect("a target");
    }
}

pub(super) fn key(unit: &str, layer: &str, scorer: &str) -> SheetKey {
    SheetKey {
        season: SEASON.to_owned(),
        unit: unit.to_owned(),
        layer: layer.to_owned(),
        scorer: scorer.to_owned(),
    }
}

pub(super) fn line(criterion: &str, value: Value) -> Line {
    Line { criterion: criterion.to_owned(), value: Some(value), ..Default::default() }
}

pub(super) fn points(criterion: &str, points: &str) -> Line {
    line(criterion, Value::Points(points.to_owned()))
}

pub(super) fn actual(criterion: &str, actual: &str) -> Line {
    line(criterion, Value::Actual(actual.to_owned()))
}

pub(super) fn checked(criterion: &str, items: &[&str]) -> Line {
    line(criterion, Value::Checked(CheckedItems { items: texts(items) }))
}

pub(super) fn with_reason(line: Line, reason: &str) -> Line {
    Line { reason: reason.to_owned(), ..line }
}

/// Puts a draft over nothing (`revision` 0) or over the revision that was seen.
pub(super) async fn put(
    sheets: &mut Sheets,
    key: SheetKey,
    lines: &[Line],
    revision: u64,
) -> Result<Sheet, Status> {
    let request =
        PutSheetRequest { key: Some(key), lines: lines.to_vec(), expected_revision: revision, submit: false };
    Ok(sheets.put_sheet(request).await?.into_inner().sheet.expect("a sheet"))
}

pub(super) async fn submit(sheets: &mut Sheets, key: SheetKey) -> Result<Sheet, Status> {
    let request = SubmitSheetRequest { key: Some(key), expected_revision: None };
    Ok(sheets.submit_sheet(request).await?.into_inner().sheet.expect("a sheet"))
}

pub(super) async fn get(sheets: &mut Sheets, key: SheetKey) -> Result<Sheet, Status> {
    Ok(sheets.get_sheet(GetSheetRequest { key: Some(key) }).await?.into_inner().sheet.expect("a sheet"))
}
