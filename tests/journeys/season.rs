//! A season of one federation with one bloc, as many journeys begin.

use platform::ids::{AccountId, TenantId};
use platform::tenancy::Grant;
use platform::transport::Connection;
use prost::{Message, Name};
use proto::common::v1::Role;
use proto::competition::v1::bloc_service_client::BlocServiceClient;
use proto::competition::v1::criteria_service_client::CriteriaServiceClient;
use proto::competition::v1::policy_service_client::PolicyServiceClient;
use proto::competition::v1::season_service_client::SeasonServiceClient;
use proto::competition::v1::{
    Bloc, Class, CreateBlocRequest, CreateSeasonRequest, CriteriaGroup, CriteriaSet, Criterion, Eligibility,
    GroupKind, Judged, Method, NotApplicable, OpenPhaseRequest, PercentBase, Phase, PhaseKind,
    PinCriteriaSetsRequest, PinnedSet, Policy, Proportional, PutCriteriaSetRequest, PutPolicyRequest, Season,
    class, method,
};

use proto::organizations::v1::{BatchCreateAccountsRequest, NewAccount, Official, Unit, UnitStatus};

use super::federation::{Federation, found, unit};
use crate::support::world::World;

pub(crate) const SEASON: &str = "2023";
pub(crate) const BLOC: &str = "cum-1";

/// A federation whose people call competition.
pub(crate) struct Campaign<'w> {
    world: &'w World,
    federation: Federation,
    pub(crate) admin: Person,
}

/// Someone with an account.
pub(crate) struct Person {
    pub(crate) account: AccountId,
    pub(crate) grants: Vec<Grant>,
}

impl<'w> Campaign<'w> {
    /// Takes the federation in.
    pub(crate) async fn of(world: &'w World, code: &str) -> Self {
        let federation = found(world, code).await;
        let grants = vec![Grant::of_federation(Role::FederationAdmin)];
        let admin = Person { account: federation.admin.id.parse().expect("an id"), grants };
        Self { world, federation, admin }
    }

    /// The services as this person calls them.
    pub(crate) fn competition(&self, person: &Person) -> Connection {
        self.world.member(self.federation.id, person.account, person.grants.clone())
    }

    /// Its id.
    pub(crate) fn tenant(&self) -> TenantId {
        self.federation.id
    }

    /// The services as scoring calls them.
    pub(crate) fn competition_as_scoring(&self) -> Connection {
        self.world.service("scoring", Some(self.federation.id))
    }

    /// What was published for the federation.
    pub(crate) async fn heard<M: Message + Name + Default>(&self, count: usize) -> Vec<M> {
        self.world.heard.first(self.federation.id, count).await
    }

    /// Enters active units of these codes.
    pub(crate) async fn units(&self, codes: &[&str]) {
        self.federation.put(codes.iter().map(|code| unit(code, ""))).await;
    }

    /// Enters or corrects units.
    pub(super) async fn put_units(&self, units: Vec<Unit>) {
        self.federation.put(units).await;
    }

    /// Enters units that rest.
    pub(crate) async fn dormant_units(&self, codes: &[&str]) {
        let dormant = |code: &&str| Unit { status: UnitStatus::Dormant.into(), ..unit(code, "") };
        self.federation.put(codes.iter().map(dormant)).await;
    }

    /// Someone who has an account with this login, which is the person's name too, and these roles.
    pub(crate) async fn person(&self, login: &str, grants: Vec<Grant>) -> Person {
        let (name, title) = (login.to_owned(), "Cán bộ công đoàn".to_owned());
        let official = Some(Official { name, title, ..Official::default() });
        let new = NewAccount { official, login: login.to_owned(), grants: Vec::new() };
        let request = BatchCreateAccountsRequest { accounts: vec![new] };
        let created = self.federation.accounts().batch_create_accounts(request).await.expect("an account");
        let created = created.into_inner().accounts;
        let account = created.first().expect("an account").id.parse().expect("an id");
        Person { account, grants }
    }
}

pub(crate) fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

pub(crate) fn phase(code: &str, kind: PhaseKind, layers: &[&str]) -> Phase {
    Phase {
        code: code.to_owned(),
        name: code.to_owned(),
        kind: kind.into(),
        layers: texts(layers),
        ..Phase::default()
    }
}

/// 2023, with phases to sign the pact, to record progress and to score.
pub(crate) fn season() -> Season {
    Season {
        code: SEASON.to_owned(),
        name: "Năm thi đua 2023".to_owned(),
        starts_on: "2023-01-01".to_owned(),
        ends_on: "2023-12-31".to_owned(),
        phases: vec![
            phase("pact", PhaseKind::Pact, &[]),
            phase("progress", PhaseKind::Progress, &[]),
            phase("self-score", PhaseKind::Scoring, &["self"]),
        ],
        ..Season::default()
    }
}

/// `enterprise`, with the criteria 1.1 (proportional) and 1.2 (judged).
pub(crate) fn criteria() -> CriteriaSet {
    let criterion = |code: &str, kind: method::Kind| Criterion {
        code: code.to_owned(),
        name: format!("Tiêu chí {code}"),
        max_points: "20".to_owned(),
        from_layer: String::new(),
        method: Some(Method { kind: Some(kind) }),
    };
    let group = CriteriaGroup {
        code: "1".to_owned(),
        name: "Nhóm 1".to_owned(),
        kind: GroupKind::Base.into(),
        max_points: "40".to_owned(),
        criteria: vec![
            criterion("1.1", method::Kind::Proportional(Proportional {})),
            criterion("1.2", method::Kind::Judged(Judged {})),
        ],
    };
    CriteriaSet {
        code: "enterprise".to_owned(),
        name: "Bảng điểm".to_owned(),
        max_points: "100".to_owned(),
        groups: vec![group],
        ..CriteriaSet::default()
    }
}

pub(crate) fn policy() -> Policy {
    let band = |code: &str, points: &str| Class {
        code: code.to_owned(),
        name: code.to_owned(),
        entry: Some(class::Entry::MinPoints(points.to_owned())),
        requires: None,
    };
    Policy {
        layers: texts(&["self", "bloc"]),
        required_layer: "bloc".to_owned(),
        cross_aggregate: 0,
        not_applicable: NotApplicable::Zero.into(),
        eligibility: Some(Eligibility { min_months_active: 12, min_months_since_reorganised: 6 }),
        classes: vec![band("good", "80"), band("not_completed", "0")],
        ranking: texts(&["total"]),
        percent_base: PercentBase::All.into(),
    }
}

pub(crate) fn bloc(code: &str, members: &[&str]) -> Bloc {
    Bloc {
        season: SEASON.to_owned(),
        code: code.to_owned(),
        name: format!("Cụm thi đua {code}"),
        criteria_set: "enterprise".to_owned(),
        members: texts(members),
        ..Bloc::default()
    }
}

/// Enters season, set and policy.
pub(crate) async fn prepare(federation: &Campaign<'_>) {
    prepare_season(federation, season()).await;
}

pub(crate) async fn prepare_season(federation: &Campaign<'_>, season: Season) {
    let admin = || federation.competition(&federation.admin);
    let request = CreateSeasonRequest { season: Some(season) };
    SeasonServiceClient::new(admin()).create_season(request).await.expect("a season");
    let request = PutCriteriaSetRequest { criteria_set: Some(criteria()) };
    CriteriaServiceClient::new(admin()).put_criteria_set(request).await.expect("a set");
    pin(admin(), 1).await;
    let request = PutPolicyRequest { season: SEASON.to_owned(), policy: Some(policy()) };
    PolicyServiceClient::new(admin()).put_policy(request).await.expect("a policy");
}

/// Enters also the units and their bloc.
pub(crate) async fn prepare_bloc(federation: &Campaign<'_>, members: &[&str]) {
    prepare(federation).await;
    federation.units(members).await;
    let request = CreateBlocRequest { bloc: Some(bloc(BLOC, members)) };
    let mut blocs = BlocServiceClient::new(federation.competition(&federation.admin));
    blocs.create_bloc(request).await.expect("a bloc");
}

pub(crate) async fn pin(admin: Connection, version: u32) {
    let criteria_sets = vec![PinnedSet { code: "enterprise".to_owned(), version }];
    let request = PinCriteriaSetsRequest { season: SEASON.to_owned(), criteria_sets };
    SeasonServiceClient::new(admin).pin_criteria_sets(request).await.expect("pinned");
}

pub(crate) fn open_request(phase: &str, reason: &str) -> OpenPhaseRequest {
    OpenPhaseRequest { season: SEASON.to_owned(), phase: phase.to_owned(), reason: reason.to_owned() }
}

pub(crate) async fn open(federation: &Campaign<'_>, phase: &str) {
    let mut seasons = SeasonServiceClient::new(federation.competition(&federation.admin));
    seasons.open_phase(open_request(phase, "")).await.expect("opened");
}
