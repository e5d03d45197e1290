//! Enters a campaign document into a running platform, through its gRPC API: the same campaign that `classify` reads.

use std::error::Error;
use std::path::Path;

use platform::auth::{LONGEST_LIFE, LocalOperator, Tokens};
use platform::clock::Clock;
use platform::config::{self, Secret};
use platform::data_dir::DataDir;
use platform::ids::{AccountId, TenantId};
use platform::random::Random;
use platform::tenancy::Grant;
use platform::transport::{Connection, Credentials, outgoing, remote};
use proto::common::v1::Role;
use proto::competition::v1::bloc_service_client::BlocServiceClient;
use proto::competition::v1::criteria_service_client::CriteriaServiceClient;
use proto::competition::v1::policy_service_client::PolicyServiceClient;
use proto::competition::v1::season_service_client::SeasonServiceClient;
use proto::competition::v1::target_service_client::TargetServiceClient;
use proto::competition::v1::*;
use proto::organizations::v1::fact_service_client::FactServiceClient;
use proto::organizations::v1::tenant_service_client::TenantServiceClient;
use proto::organizations::v1::unit_service_client::UnitServiceClient;
use proto::organizations::v1::{
    BatchPutUnitsRequest, CreateTenantRequest, FirstAdmin, PutFactsRequest, Unit, UnitFacts, UnitStatus,
};
use proto::scoring::v1::line::Value as Given;
use proto::scoring::v1::sheet_service_client::SheetServiceClient;
use proto::scoring::v1::{EnterSheetsRequest, Line, SheetEntry, SheetKey};
use serde_json::Value;

use crate::campaign::LAYERS;

pub(crate) const SEASON: &str = "2023";

type Entered<T> = Result<T, Box<dyn Error>>;

/// The platform as the administrator of a federation that has the campaign calls it.
pub(crate) async fn enter(url: &str, data: &Path, document: &Value) -> Entered<Connection> {
    with_campaign(url, data, "bench", document).await?.connect(url)
}

/// The administrator of a federation, who can call on any number of connections.
#[derive(Clone)]
pub(crate) struct Admin {
    token: String,
    clock: Clock,
    random: Random,
}

impl Admin {
    pub(crate) fn connect(&self, url: &str) -> Entered<Connection> {
        let credentials = Credentials::Bearer(Secret::new(self.token.clone()));
        Ok(outgoing(remote(url)?, credentials, self.clock.clone(), self.random.clone()))
    }
}

/// A federation with this code that has the campaign.
pub(crate) async fn with_campaign(url: &str, data: &Path, code: &str, document: &Value) -> Entered<Admin> {
    let found = found(url, data, code).await?;
    let admin = found.connect(url)?;
    units(&admin, document).await?;
    rules(&admin, document).await?;
    targets(&admin, document).await?;
    sheets(&admin, document).await?;
    Ok(found)
}

async fn found(url: &str, data: &Path, code: &str) -> Entered<Admin> {
    let (clock, random) = (Clock::system(), Random::system());
    let data_dir = DataDir::open(data)?;
    let as_bearer = |token: String| -> Entered<Connection> {
        Ok(outgoing(remote(url)?, Credentials::Bearer(Secret::new(token)), clock.clone(), random.clone()))
    };
    let operator = as_bearer(LocalOperator::new(data_dir.clone(), clock.clone(), random.clone()).token()?)?;
    let founding = CreateTenantRequest {
        code: code.to_owned(),
        name: "Liên đoàn Lao động tỉnh Thử Nghiệm".to_owned(),
        first_admin: Some(FirstAdmin {
            name: "Trần Văn Bình".to_owned(),
            title: "Chánh Văn phòng".to_owned(),
            login: "admin".to_owned(),
            ..Default::default()
        }),
        ..Default::default()
    };
    let founded = TenantServiceClient::new(operator).create_tenant(founding).await?.into_inner();
    let tenant: TenantId = founded.tenant.ok_or("no federation")?.id.parse()?;
    let account: AccountId = founded.first_admin.ok_or("no account")?.id.parse()?;
    let tokens = Tokens::open(&config::Auth::default(), &data_dir, clock.clone(), random.clone())?;
    let grants = vec![Grant::of_federation(Role::FederationAdmin)];
    let token = tokens.member(tenant, account, grants, LONGEST_LIFE)?;
    Ok(Admin { token, clock, random })
}

fn list<'a>(document: &'a Value, name: &str) -> &'a [Value] {
    document[name].as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(|text| text.as_str().map(str::to_owned)).collect()
}

async fn units(admin: &Connection, document: &Value) -> Entered<()> {
    for some in list(document, "units").chunks(1000) {
        let unit = |unit: &Value| Unit {
            code: text(unit, "code"),
            name: text(unit, "name"),
            kind: text(unit, "kind"),
            sector: text(unit, "sector"),
            status: UnitStatus::Active.into(),
            founded_on: text(unit, "founded_on"),
            members: unit["members"].as_u64().and_then(|members| u32::try_from(members).ok()).unwrap_or(0),
            ..Unit::default()
        };
        let request = BatchPutUnitsRequest { units: some.iter().map(unit).collect() };
        UnitServiceClient::new(admin.clone()).batch_put_units(request).await?;
        let facts = |unit: &Value| UnitFacts {
            unit: text(unit, "code"),
            facts: texts(&unit["facts"]),
            source: "Hồ sơ".to_owned(),
            ..Default::default()
        };
        let units = some.iter().map(facts).collect();
        let request = PutFactsRequest { season: SEASON.to_owned(), units };
        FactServiceClient::new(admin.clone()).put_facts(request).await?;
    }
    Ok(())
}

/// Season, criteria set, policy, blocs, and every phase open.
async fn rules(admin: &Connection, document: &Value) -> Entered<()> {
    let phase = |code: &str, kind: PhaseKind, layers: &[&str]| Phase {
        code: code.to_owned(),
        name: code.to_owned(),
        kind: kind.into(),
        layers: layers.iter().map(|layer| (*layer).to_owned()).collect(),
        ..Phase::default()
    };
    let phases = vec![phase("pact", PhaseKind::Pact, &[]), phase("scoring", PhaseKind::Scoring, &LAYERS)];
    let season = Season {
        code: SEASON.to_owned(),
        name: "Năm 2023".to_owned(),
        starts_on: "2023-01-01".to_owned(),
        ends_on: "2023-12-31".to_owned(),
        phases,
        ..Season::default()
    };
    let mut seasons = SeasonServiceClient::new(admin.clone());
    seasons.create_season(CreateSeasonRequest { season: Some(season) }).await?;
    let set = criteria_set(list(document, "criteria_sets").first().ok_or("no criteria set")?);
    let criteria_sets = vec![PinnedSet { code: set.code.clone(), version: 1 }];
    CriteriaServiceClient::new(admin.clone())
        .put_criteria_set(PutCriteriaSetRequest { criteria_set: Some(set) })
        .await?;
    seasons.pin_criteria_sets(PinCriteriaSetsRequest { season: SEASON.to_owned(), criteria_sets }).await?;
    let request = PutPolicyRequest { season: SEASON.to_owned(), policy: Some(policy()) };
    PolicyServiceClient::new(admin.clone()).put_policy(request).await?;
    let mut blocs = BlocServiceClient::new(admin.clone());
    for bloc in list(document, "blocs") {
        let bloc = Bloc {
            season: SEASON.to_owned(),
            code: text(bloc, "code"),
            name: text(bloc, "name"),
            criteria_set: text(bloc, "criteria_set"),
            members: texts(&bloc["members"]),
            ..Bloc::default()
        };
        blocs.create_bloc(CreateBlocRequest { bloc: Some(bloc) }).await?;
    }
    for phase in ["pact", "scoring"] {
        let (season, phase) = (SEASON.to_owned(), phase.to_owned());
        seasons.open_phase(OpenPhaseRequest { season, phase, reason: String::new() }).await?;
    }
    Ok(())
}

fn criteria_set(set: &Value) -> CriteriaSet {
    let criterion = |criterion: &Value| Criterion {
        code: text(criterion, "code"),
        name: text(criterion, "name"),
        max_points: text(criterion, "max_points"),
        from_layer: text(criterion, "from_layer"),
        method: Some(Method {
            kind: Some(match criterion["method"]["type"].as_str() {
                Some("proportional") => method::Kind::Proportional(Proportional {}),
                _ => method::Kind::Judged(Judged {}),
            }),
        }),
    };
    let group = |group: &Value| CriteriaGroup {
        code: text(group, "code"),
        name: text(group, "name"),
        kind: GroupKind::Base.into(),
        max_points: text(group, "max_points"),
        criteria: list(group, "criteria").iter().map(criterion).collect(),
    };
    CriteriaSet {
        code: text(set, "code"),
        name: text(set, "name"),
        max_points: text(set, "max_points"),
        groups: list(set, "groups").iter().map(group).collect(),
        ..CriteriaSet::default()
    }
}

/// That of the document.
fn policy() -> Policy {
    let class = |code: &str, entry: class::Entry| Class {
        code: code.to_owned(),
        name: code.to_owned(),
        entry: Some(entry),
        requires: None,
    };
    let points = |code: &str, least: &str| class(code, class::Entry::MinPoints(least.to_owned()));
    let quota = Quota {
        scope: QuotaScope::Bloc.into(),
        percent: "20".to_owned(),
        base: QuotaBase::Pool.into(),
        rounding: Rounding::HalfUp.into(),
    };
    let best = Selection { from: "good".to_owned(), quotas: vec![quota], ties: Ties::Exclude.into() };
    let fact = RequiredFact { fact: "cba_in_force".to_owned(), sectors: vec!["enterprise".to_owned()] };
    let requires = Requirements {
        no_facts: vec!["illegal_strike".to_owned()],
        all_facts: vec![fact],
        min_group_share: Some("0.5".to_owned()),
        min_points: Vec::new(),
    };
    Policy {
        layers: LAYERS.map(str::to_owned).to_vec(),
        required_layer: "bloc".to_owned(),
        cross_aggregate: 0,
        not_applicable: NotApplicable::Zero.into(),
        eligibility: Some(Eligibility { min_months_active: 12, min_months_since_reorganised: 6 }),
        classes: vec![
            Class { requires: Some(requires), ..class("excellent", class::Entry::Select(best)) },
            points("good", "62"),
            points("completed", "50"),
            points("not_completed", "0"),
        ],
        ranking: vec!["total".to_owned(), "group:1".to_owned()],
        percent_base: PercentBase::All.into(),
    }
}

async fn targets(admin: &Connection, document: &Value) -> Entered<()> {
    let mut client = TargetServiceClient::new(admin.clone());
    for of_unit in list(document, "targets").chunk_by(|a, b| a["unit"] == b["unit"]) {
        let target = |target: &Value| Target {
            code: text(target, "code"),
            name: text(target, "name"),
            figures: vec![Figure {
                code: "f".to_owned(),
                unit_of_measure: text(target, "measure"),
                planned: text(target, "target"),
                ..Figure::default()
            }],
            criterion: text(target, "criterion"),
            ..Target::default()
        };
        let unit = of_unit.first().map(|target| text(target, "unit")).unwrap_or_default();
        let targets = of_unit.iter().map(target).collect();
        client.put_targets(PutTargetsRequest { season: SEASON.to_owned(), unit, targets }).await?;
    }
    Ok(())
}

/// Layer by layer, as a higher one is compared with what lies below it.
async fn sheets(admin: &Connection, document: &Value) -> Entered<()> {
    let mut client = SheetServiceClient::new(admin.clone());
    for layer in LAYERS {
        let of_layer: Vec<_> =
            list(document, "sheets").iter().filter(|sheet| sheet["layer"] == layer).collect();
        for some in of_layer.chunks(150) {
            let sheets = some.iter().map(|sheet| entry(sheet)).collect();
            client.enter_sheets(EnterSheetsRequest { sheets }).await?;
        }
    }
    Ok(())
}

fn entry(sheet: &Value) -> SheetEntry {
    let layer = text(sheet, "layer");
    let line = |line: &Value| Line {
        criterion: text(line, "criterion"),
        value: Some(match line["actual"].as_str() {
            Some(actual) => Given::Actual(actual.to_owned()),
            None => Given::Points(text(line, "points")),
        }),
        reason: if layer == "self" { String::new() } else { "Theo hồ sơ".to_owned() },
        ..Line::default()
    };
    SheetEntry {
        lines: list(sheet, "lines").iter().map(line).collect(),
        key: Some(SheetKey {
            season: SEASON.to_owned(),
            unit: text(sheet, "unit"),
            scorer: text(sheet, "scorer"),
            layer: layer.clone(),
        }),
        expected_revision: 0,
    }
}
