//! The whole platform in one process, as `thidua start --all` runs it, started, stopped and started again on the same
//! data directory and databases.

use platform::Clock;
use platform::auth::{ACCESS_LIFE, LocalOperator, Tokens};
use platform::config::Secret;
use platform::ids::{AccountId, TenantId};
use platform::lifecycle::Ended;
use platform::random::Random;
use platform::tenancy::Grant;
use platform::transport::{self, Connection, Credentials};
use proto::common::v1::Role;
use proto::competition::v1::ListSeasonsRequest;
use proto::competition::v1::season_service_client::SeasonServiceClient;
use proto::organizations::v1::tenant_service_client::TenantServiceClient;
use proto::organizations::v1::unit_service_client::UnitServiceClient;
use proto::organizations::v1::*;
use proto::platform::v1::ListJobsRequest;
use proto::platform::v1::job_service_client::JobServiceClient;
use thidua::app::{App, ServiceName};
use tonic::Code;

use super::federation::{founding, unit};
use crate::support::place::{Place, with_place};
use crate::support::refusal::refusal;
use crate::support::wait::eventually;

impl Place {
    /// The server that runs from the directory, found and called as a command on this machine does.
    fn bearing(&self, token: &str) -> Connection {
        let url = self.data_dir().running_server().expect("readable").expect("a server");
        let credentials = Credentials::Bearer(Secret::new(token));
        let connection = transport::remote(&url).expect("a URL");
        transport::outgoing(connection, credentials, Clock::system(), Random::system())
    }

    fn operator(&self) -> Connection {
        let operator = LocalOperator::new(self.data_dir(), Clock::system(), Random::system());
        self.bearing(&operator.token().expect("a token"))
    }

    fn administrator(&self, (tenant, account): (TenantId, AccountId)) -> Connection {
        let tokens = Tokens::open(&self.config.auth, &self.data_dir(), Clock::system(), Random::system());
        let grants = vec![Grant::of_federation(Role::FederationAdmin)];
        let token = tokens.expect("keys").member(tenant, account, grants, ACCESS_LIFE).expect("a token");
        self.bearing(&token)
    }

    /// Takes a federation in; its id and that of its administrator.
    async fn found(&self, code: &str) -> (TenantId, AccountId) {
        let created = TenantServiceClient::new(self.operator()).create_tenant(founding(code)).await;
        let created = created.expect("a federation").into_inner();
        let (tenant, admin) =
            (created.tenant.expect("a federation"), created.first_admin.expect("an account"));
        (tenant.id.parse().expect("an id"), admin.id.parse().expect("an id"))
    }
}

async fn what_was_entered_is_there_after_the_next_start(place: &Place) {
    let running = place.start().await;
    let banner = running.to_string();
    let address = running.addresses.grpc.to_string();
    for told in ["organizations, competition, scoring", &address, "kept when this ends"] {
        assert!(banner.contains(told), "{told:?} is not in {banner}");
    }
    let admin = place.found("vinh-long").await;
    let mut units = UnitServiceClient::new(place.administrator(admin));
    let request = BatchPutUnitsRequest { units: vec![unit("vl-01", ""), unit("vl-02", "vl-01")] };
    units.batch_put_units(request).await.expect("units");
    assert_eq!(running.stop().await, Ok(Ended::Drained));

    let running = place.start().await;
    assert_eq!(running.migrated, []);
    let mut units = UnitServiceClient::new(place.administrator(admin));
    let request = GetUnitRequest { code: "vl-02".to_owned(), ..GetUnitRequest::default() };
    let found = units.get_unit(request).await.expect("found").into_inner().unit.expect("a unit");
    assert_eq!((found.name.as_str(), found.parent.as_str()), ("CĐCS vl-02", "vl-01"));
    assert_eq!(running.stop().await, Ok(Ended::Drained));
}

async fn every_service_learns_of_a_new_federation_and_shuts_a_suspended_one_out(place: &Place) {
    let running = place.start().await;
    let admin = place.found("vinh-long").await;
    let mut seasons = SeasonServiceClient::new(place.administrator(admin));
    seasons.list_seasons(ListSeasonsRequest::default()).await.expect("competition knows the federation");

    let request =
        SuspendTenantRequest { code: "vinh-long".to_owned(), reason: "Hết hợp đồng".to_owned() };
    TenantServiceClient::new(place.operator()).suspend_tenant(request).await.expect("suspended");
    let refused = eventually("competition refuses the federation", async || {
        seasons.clone().list_seasons(ListSeasonsRequest::default()).await.err()
    });
    let refused = refusal::<()>(Err(refused.await));
    assert_eq!(refused, (Code::FailedPrecondition, "TENANT_SUSPENDED".to_owned()));

    let mut jobs = JobServiceClient::new(place.operator());
    for service in ServiceName::ALL {
        let request = ListJobsRequest { service: service.to_string(), ..ListJobsRequest::default() };
        assert_eq!(jobs.list_jobs(request).await.expect("listed").into_inner().jobs, []);
    }
    assert_eq!(running.stop().await, Ok(Ended::Drained));
}

async fn a_second_start_on_the_same_directory_is_refused(place: &Place) {
    let running = place.start().await;
    let second = Box::pin(App::start(place.config.clone())).await.err().expect("refused").to_string();
    assert!(second.contains("is in use by process"), "{second}");
    assert!(second.contains(&place.directory.path().display().to_string()), "{second}");
    assert_eq!(running.stop().await, Ok(Ended::Drained));
}

macro_rules! starts {
    ($($start:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $start() {
                super::with_place(platform::db::Backend::Sqlite, super::$start).await;
            })+
        }

        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $start() {
                super::with_place(platform::db::Backend::Postgres, super::$start).await;
            })+
        }
    };
}

starts!(
    what_was_entered_is_there_after_the_next_start,
    every_service_learns_of_a_new_federation_and_shuts_a_suspended_one_out,
    a_second_start_on_the_same_directory_is_refused,
);
