//! What the database itself refuses, tried with plain SQL under the roles of the services.

use platform::db::Backend;
use sea_orm::Set;
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection};

use crate::support::ground::{Ground, with_database};
use crate::support::postgres;
use crate::support::probe::{self, parcels};

/// Runs `test` on a database in which tenant `a` and tenant `b` have one parcel each.
async fn with_parcels(test: impl AsyncFnOnce(&Ground, [String; 2])) {
    with_database(Backend::Postgres, "probe", probe::Migrator, async |ground| {
        let tenants = [ground.tenant(), ground.tenant()];
        for tenant in tenants {
            let tx = ground.db.write(&ground.member(tenant)).await.expect("a transaction");
            let row = parcels::ActiveModel {
                parcel_id: Set(ground.ids.next()),
                state: Set("waiting".to_owned()),
                ..Default::default()
            };
            tx.insert(row).await.expect("a row");
            tx.commit().await.expect("a commit");
        }
        test(ground, tenants.map(|tenant| tenant.to_string())).await;
    })
    .await;
}

/// A connection as one of the roles.
async fn role(ground: &Ground, role: &str) -> PgConnection {
    let platform::db::DatabaseConfig::Postgres { runtime_url, .. } = &ground.config else {
        panic!("this is PostgreSQL");
    };
    let url = url::Url::parse(runtime_url.reveal()).expect("a URL");
    postgres::connect(&postgres::url(role, url.path().trim_start_matches('/'))).await
}

async fn count(connection: &mut PgConnection, sql: &str) -> i64 {
    sqlx::query_scalar(AssertSqlSafe(sql))
        .fetch_one(connection)
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error}"))
}

/// The SQLSTATE with which a statement is refused.
async fn refusal(connection: &mut PgConnection, sql: &str) -> String {
    let error = sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await.expect_err(sql);
    error.as_database_error().and_then(|error| error.code()).expect("an SQLSTATE").into_owned()
}

const NO_RIGHT: &str = "42501";

#[tokio::test]
async fn without_a_tenant_there_are_no_rows() {
    with_parcels(async |ground, _| {
        let mut runtime = role(ground, "thidua_runtime").await;
        assert_eq!(count(&mut runtime, "SELECT count(*) FROM parcels").await, 0);
        let insert = "INSERT INTO parcels VALUES (gen_random_uuid(), gen_random_uuid(), 'waiting')";
        assert_eq!(refusal(&mut runtime, insert).await, NO_RIGHT);
        let update =
            sqlx::query("UPDATE parcels SET state = 'gone'").execute(&mut runtime).await.expect("an update");
        assert_eq!(update.rows_affected(), 0);
    })
    .await;
}

#[tokio::test]
async fn with_a_tenant_there_are_its_rows_alone() {
    with_parcels(async |ground, [ours, theirs]| {
        let mut runtime = role(ground, "thidua_runtime").await;
        let mut tx = runtime.begin().await.expect("a transaction");
        sqlx::raw_sql(AssertSqlSafe(format!("SET LOCAL app.tenant = '{ours}'")))
            .execute(&mut *tx)
            .await
            .expect("set");
        assert_eq!(count(&mut tx, "SELECT count(*) FROM parcels").await, 1);
        assert_eq!(
            count(&mut tx, &format!("SELECT count(*) FROM parcels WHERE tenant_id = '{theirs}'")).await,
            0
        );
        let changed =
            sqlx::query("UPDATE parcels SET state = 'gone'").execute(&mut *tx).await.expect("an update");
        assert_eq!(changed.rows_affected(), 1);
        let insert = format!("INSERT INTO parcels VALUES ('{theirs}', gen_random_uuid(), 'waiting')");
        assert_eq!(refusal(&mut tx, &insert).await, NO_RIGHT);
    })
    .await;
}

#[tokio::test]
async fn the_tenant_does_not_outlive_its_transaction() {
    with_parcels(async |ground, [ours, _]| {
        let mut runtime = role(ground, "thidua_runtime").await;
        for end in ["COMMIT", "ROLLBACK"] {
            let sql = format!("BEGIN; SET LOCAL app.tenant = '{ours}'; {end}");
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut runtime).await.expect("a transaction");
            assert_eq!(count(&mut runtime, "SELECT count(*) FROM parcels").await, 0);
        }
    })
    .await;
}

#[tokio::test]
async fn each_role_reaches_its_own_tables_alone() {
    with_parcels(async |ground, _| {
        let mut system = role(ground, "thidua_system").await;
        assert_eq!(count(&mut system, "SELECT count(*) FROM parcels").await, 2);
        assert_eq!(refusal(&mut system, "SELECT * FROM books").await, NO_RIGHT);
        let mut runtime = role(ground, "thidua_runtime").await;
        assert_eq!(refusal(&mut runtime, "SELECT * FROM tenants").await, NO_RIGHT);
        assert_eq!(refusal(&mut runtime, "SELECT * FROM leases").await, NO_RIGHT);
        assert_eq!(refusal(&mut runtime, "DELETE FROM ledger").await, NO_RIGHT);
        assert_eq!(refusal(&mut runtime, "UPDATE ledger SET entry_id = gen_random_uuid()").await, NO_RIGHT);
        assert_eq!(refusal(&mut runtime, "CREATE TABLE mine (id int)").await, NO_RIGHT);
        assert_eq!(refusal(&mut runtime, "UPDATE seaql_migrations SET version = ''").await, NO_RIGHT);
    })
    .await;
}

#[tokio::test]
async fn even_the_owner_sees_no_rows() {
    with_parcels(async |ground, _| {
        let mut owner = role(ground, "thidua_owner").await;
        assert_eq!(count(&mut owner, "SELECT count(*) FROM parcels").await, 0);
    })
    .await;
}
