//! The whole platform in one process, started, stopped and started again on the same data directory.

use std::path::Path;

use platform::auth::{ACCESS_LIFE, LocalOperator, Tokens};
use platform::config::{self, Config, Secret};
use platform::data_dir::DataDir;
use platform::lifecycle::Ended;
use platform::random::Random;
use platform::tenancy::Grant;
use platform::transport::{self, Connection, Credentials};
use platform::{Clock, ids::AccountId, ids::TenantId};
use proto::common::v1::Role;
use proto::competition::v1::ListSeasonsRequest;
use proto::competition::v1::season_service_client::SeasonServiceClient;
use proto::organizations::v1::tenant_service_client::TenantServiceClient;
use proto::organizations::v1::unit_service_client::UnitServiceClient;
use proto::organizations::v1::{
    BatchPutUnitsRequest, CreateTenantRequest, FirstAdmin, GetUnitRequest, SuspendTenantRequest, Unit,
    UnitStatus,
};
use proto::platform::v1::ListJobsRequest;
use proto::platform::v1::job_service_client::JobServiceClient;
use thidua::app::{App, Running};
use tonic::Code;

use crate::support::refusal::refusal;

/// Embedded parts in `directory`, on free ports.
fn config(directory: &Path) -> Config {
    let mut config = Config { data_dir: directory.to_owned(), ..Config::default() };
    config.server.listen.set_port(0);
    config.server.management_listen.set_port(0);
    config
}

async fn start(directory: &Path) -> Running {
    let running = App::start(config(directory)).await.unwrap_or_else(|error| panic!("{error}"));
    running.ready().await;
    running
}

/// The server that runs from `directory`, found and called as a command on this machine does.
fn bearing(directory: &Path, token: &str) -> Connection {
    let data_dir = DataDir::open(directory).expect("opens");
    let url = data_dir.running_server().expect("readable").expect("a server");
    let credentials = Credentials::Bearer(Secret::new(token));
    let connection = transport::remote(&url).expect("a URL");
    transport::outgoing(connection, credentials, Clock::system(), Random::system())
}

fn operator(directory: &Path) -> Connection {
    let data_dir = DataDir::open(directory).expect("opens");
    let operator = LocalOperator::new(data_dir, Clock::system(), Random::system());
    bearing(directory, &operator.token().expect("a token"))
}

fn administrator(directory: &Path, tenant: TenantId, account: AccountId) -> Connection {
    let data_dir = DataDir::open(directory).expect("opens");
    let tokens = Tokens::open(&config::Auth::default(), &data_dir, Clock::system(), Random::system());
    let grants = vec![Grant::of_federation(Role::FederationAdmin)];
    let token = tokens.expect("keys").member(tenant, account, grants, ACCESS_LIFE).expect("a token");
    bearing(directory, &token)
}

/// Takes a federation in; its id and that of its administrator.
async fn federation(directory: &Path) -> (TenantId, AccountId) {
    let request = CreateTenantRequest {
        code: "vinh-long".to_owned(),
        name: "Liên đoàn Lao động tỉnh Vĩnh Long".to_owned(),
        first_admin: Some(FirstAdmin {
            name: "Tạ Thị Hồng Hằng".to_owned(),
            title: "Chánh Văn phòng".to_owned(),
            login: "quan-tri".to_owned(),
            ..FirstAdmin::default()
        }),
        ..CreateTenantRequest::default()
    };
    let created = TenantServiceClient::new(operator(directory)).create_tenant(request).await;
    let created = created.expect("a federation").into_inner();
    let (tenant, admin) = (created.tenant.expect("a federation"), created.first_admin.expect("an account"));
    (tenant.id.parse().expect("an id"), admin.id.parse().expect("an id"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_entered_is_there_after_the_next_start() {
    let directory = tempfile::tempdir().expect("a directory");
    let running = start(directory.path()).await;
    let migrated: Vec<_> = running.migrated.iter().map(|done| done.service).collect();
    assert_eq!(migrated, running.services);
    let banner = running.to_string();
    let address = running.addresses.grpc.to_string();
    for told in ["organizations, competition", "SQLite", &address, "kept when this ends"] {
        assert!(banner.contains(told), "{told:?} is not in {banner}");
    }

    let (tenant, account) = federation(directory.path()).await;
    let unit = Unit {
        code: "vl-01".to_owned(),
        name: "LĐLĐ huyện Long Hồ".to_owned(),
        kind: "grassroots".to_owned(),
        status: UnitStatus::Active.into(),
        ..Unit::default()
    };
    let mut units = UnitServiceClient::new(administrator(directory.path(), tenant, account));
    units.batch_put_units(BatchPutUnitsRequest { units: vec![unit] }).await.expect("units");
    assert_eq!(running.stop().await, Ok(Ended::Drained));

    let running = start(directory.path()).await;
    assert_eq!(running.migrated, []);
    let mut units = UnitServiceClient::new(administrator(directory.path(), tenant, account));
    let request = GetUnitRequest { code: "vl-01".to_owned(), ..GetUnitRequest::default() };
    let found = units.get_unit(request).await.expect("found").into_inner().unit.expect("a unit");
    assert_eq!(found.name, "LĐLĐ huyện Long Hồ");
    assert_eq!(running.stop().await, Ok(Ended::Drained));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_service_learns_of_a_new_federation_and_shuts_a_suspended_one_out() {
    let directory = tempfile::tempdir().expect("a directory");
    let running = start(directory.path()).await;
    let (tenant, account) = federation(directory.path()).await;
    let mut seasons = SeasonServiceClient::new(administrator(directory.path(), tenant, account));
    seasons.list_seasons(ListSeasonsRequest::default()).await.expect("competition knows the federation");

    let request =
        SuspendTenantRequest { code: "vinh-long".to_owned(), reason: "Hết hợp đồng".to_owned() };
    TenantServiceClient::new(operator(directory.path())).suspend_tenant(request).await.expect("suspended");
    let refused = crate::support::wait::eventually("competition refuses the federation", async || {
        seasons.clone().list_seasons(ListSeasonsRequest::default()).await.err()
    });
    let refused = refusal::<()>(Err(refused.await));
    assert_eq!(refused, (Code::FailedPrecondition, "TENANT_SUSPENDED".to_owned()));

    let mut jobs = JobServiceClient::new(operator(directory.path()));
    for service in ["organizations", "competition", "scoring"] {
        let request = ListJobsRequest { service: service.to_owned(), ..ListJobsRequest::default() };
        assert_eq!(jobs.list_jobs(request).await.expect("listed").into_inner().jobs, []);
    }
    assert_eq!(running.stop().await, Ok(Ended::Drained));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_start_on_the_same_directory_is_refused() {
    let directory = tempfile::tempdir().expect("a directory");
    let running = start(directory.path()).await;
    let second = App::start(config(directory.path())).await.err().expect("refused").to_string();
    assert!(second.contains("is in use by process"), "{second}");
    assert_eq!(running.stop().await, Ok(Ended::Drained));
}
