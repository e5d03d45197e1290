//! Every table of every service that the catalog shows to belong to tenants, tried with plain SQL on a connection of the
//! runtime role. No list of tables is kept anywhere: a new one is tried as soon as there is one.

use platform::db::Backend;
use platform::db::{Database, DatabaseConfig, TenantTx};
use platform::ids::TenantId;
use sea_orm::Set;
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection as _};
use uuid::Uuid;

use crate::support::ground::with_database;
use crate::support::place::with_place;
use crate::support::postgres;
use crate::support::probe::{self, parcels};

const OURS: &str = "018c0000-0000-7000-8000-00000000000a";
const THEIRS: &str = "018c0000-0000-7000-8000-00000000000b";

/// The tables with a column `tenant_id`.
async fn tables_of_tenants(admin: &mut PgConnection) -> Vec<String> {
    let sql = "SELECT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid \
               WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') \
               AND a.attname = 'tenant_id' AND NOT a.attisdropped ORDER BY 1";
    sqlx::query_scalar(sql).fetch_all(admin).await.expect("the catalog")
}

/// Adds a row of each tenant to a table, past all references: something in every column that must have something.
async fn fill(admin: &mut PgConnection, table: &str) {
    let columns: Vec<(String, String)> = sqlx::query_as(
        "SELECT attname::text, format_type(atttypid, atttypmod) FROM pg_attribute \
         WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped AND attnotnull \
         AND attgenerated = '' AND attidentity = '' AND attname <> 'tenant_id'",
    )
    .bind(table)
    .fetch_all(&mut *admin)
    .await
    .expect("the catalog");
    let value = |of: &str| match of {
        "uuid" => "gen_random_uuid()",
        "bigint" | "integer" | "smallint" => "1",
        "bytea" => "'\\x00'",
        "boolean" => "false",
        // Some texts are unique among all tenants.
        _ => "gen_random_uuid()::text",
    };
    let names: String = columns.iter().map(|(name, _)| format!(", \"{name}\"")).collect();
    let values: String = columns.iter().map(|(_, of)| format!(", {}", value(of))).collect();
    for tenant in [OURS, THEIRS] {
        let sql = format!("INSERT INTO \"{table}\" (tenant_id{names}) VALUES ('{tenant}'{values})");
        run(admin, &sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
}

async fn run(connection: &mut PgConnection, sql: &str) -> Result<u64, sqlx::Error> {
    Ok(sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await?.rows_affected())
}

/// How many rows a statement of our tenant reached, and rolls back; none where the role has no right.
async fn reached(runtime: &mut PgConnection, sql: &str) -> u64 {
    let mut tx = runtime.begin().await.expect("a transaction");
    run(&mut tx, &format!("SET LOCAL app.tenant = '{OURS}'")).await.expect("set");
    match run(&mut tx, sql).await {
        Ok(rows) => rows,
        Err(error) if refused(&error) => 0,
        Err(error) => panic!("{sql}: {error}"),
    }
}

/// For want of a right, row-level security included.
fn refused(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(|error| error.code()).is_some_and(|code| code == "42501")
}

/// Every way in which our tenant reaches a row that is not its own.
async fn faults(database: &str, runtime_url: &str) -> (usize, Vec<String>) {
    let mut admin = postgres::connect(&postgres::url("postgres", database)).await;
    run(&mut admin, "SET session_replication_role = replica").await.expect("no references");
    // What rows have to say does not matter here.
    let checks = "DO $$ DECLARE c record; BEGIN FOR c IN SELECT conrelid::regclass AS of, conname FROM pg_constraint \
                  WHERE contype = 'c' AND connamespace = 'public'::regnamespace \
                  LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', c.of, c.conname); END LOOP; END $$";
    run(&mut admin, checks).await.expect("no checks");
    let mut runtime = postgres::connect(runtime_url).await;
    let mut faults = Vec::new();
    let tables = tables_of_tenants(&mut admin).await;
    for table in &tables {
        fill(&mut admin, table).await;
        let mut fault = |what: String| faults.push(format!("{database}, {table}: {what}"));
        let forced: (bool, bool, i64) = sqlx::query_as(
            "SELECT relrowsecurity, relforcerowsecurity, (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid) \
             FROM pg_class c WHERE c.oid = $1::text::regclass",
        )
        .bind(table)
        .fetch_one(&mut admin)
        .await
        .expect("the catalog");
        if !(forced.0 && forced.1 && forced.2 > 0) {
            fault(format!("row-level security, forced, policies: {forced:?}"));
        }
        // Ours alone, whatever the statement asks for.
        for sql in [
            format!("SELECT * FROM \"{table}\""),
            format!("UPDATE \"{table}\" SET tenant_id = tenant_id"),
            format!("DELETE FROM \"{table}\""),
        ] {
            let reached = reached(&mut runtime, &sql).await;
            if reached > 1 {
                fault(format!("{sql} reaches {reached} rows"));
            }
        }
        let theirs = format!("SELECT row_to_json(t)::text FROM \"{table}\" t WHERE tenant_id = '{THEIRS}'");
        let theirs: String =
            sqlx::query_scalar(AssertSqlSafe(theirs)).fetch_one(&mut admin).await.expect("a row");
        let stamped = theirs.replace('\'', "''");
        let insert = format!(
            "INSERT INTO \"{table}\" SELECT * FROM json_populate_record(NULL::\"{table}\", '{stamped}')"
        );
        let mut tx = runtime.begin().await.expect("a transaction");
        run(&mut tx, &format!("SET LOCAL app.tenant = '{OURS}'")).await.expect("set");
        match run(&mut tx, &insert).await {
            Err(error) if refused(&error) => {}
            other => fault(format!("a row of another tenant is not refused: {other:?}")),
        }
        drop(tx);
        // Without a tenant there is nothing.
        match run(&mut runtime, &format!("SELECT * FROM \"{table}\"")).await {
            Ok(0) => {}
            Err(error) if refused(&error) => {}
            other => fault(format!("without a tenant: {other:?}")),
        }
    }
    (tables.len(), faults)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_table_of_any_service_shows_or_takes_rows_of_another_tenant() {
    with_place(Backend::Postgres, async |place| {
        let mut tables = 0;
        for service in ["organizations", "competition", "scoring", "notifications"] {
            let DatabaseConfig::Postgres { runtime_url, .. } = place.database(service) else {
                panic!("this is PostgreSQL")
            };
            let url = url::Url::parse(runtime_url.reveal()).expect("a URL");
            let (seen, faults) = faults(url.path().trim_start_matches('/'), runtime_url.reveal()).await;
            assert!(faults.is_empty(), "{}", faults.join("\n"));
            tables += seen;
        }
        assert!(tables > 40, "{tables} tables");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_that_is_not_guarded_is_found() {
    with_database(Backend::Postgres, "probe", probe::Migrator, async |ground| {
        let DatabaseConfig::Postgres { runtime_url, .. } = &ground.config else { panic!("this is PostgreSQL") };
        let url = url::Url::parse(runtime_url.reveal()).expect("a URL");
        let database = url.path().trim_start_matches('/');
        let sql = "CREATE TABLE open (tenant_id uuid NOT NULL, note text NOT NULL); GRANT ALL ON open TO thidua_runtime";
        postgres::admin(database, sql).await;
        let (_, faults) = faults(database, runtime_url.reveal()).await;
        let told = faults.join("\n");
        for fault in [
            "open: row-level security, forced, policies: (false, false, 0)",
            "open: SELECT * FROM \"open\" reaches 2 rows",
            "open: UPDATE \"open\" SET tenant_id = tenant_id reaches 2 rows",
            "open: DELETE FROM \"open\" reaches 2 rows",
            "open: a row of another tenant is not refused: Ok(1)",
            "open: without a tenant: Ok(",
        ] {
            assert!(told.contains(fault), "{fault} is not in\n{told}");
        }
    })
    .await;
}

/// However a transaction ends, the next one on its connection knows nothing of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_of_the_pool_never_carries_the_last_tenant() {
    with_database(Backend::Postgres, "probe", probe::Migrator, async |ground| {
        let mut config = ground.config.clone();
        if let DatabaseConfig::Postgres { runtime, .. } = &mut config {
            runtime.connections = 1;
        }
        let db = Database::connect(&config, "probe", ground.ids.clone()).await.expect("the database opens");
        let (ours, theirs) = (ground.tenant(), ground.tenant());
        let write = async |tenant: TenantId| db.write(&ground.member(tenant)).await.expect("a transaction");
        let parcel = |id: Uuid| parcels::ActiveModel {
            parcel_id: Set(id),
            state: Set("waiting".to_owned()),
            ..Default::default()
        };
        let tx = write(theirs).await;
        tx.insert(parcel(ground.ids.next())).await.expect("a row");
        tx.commit().await.expect("a commit");
        let seen = async || {
            let tx = TenantTx::read(&db, &ground.member(ours)).await.expect("a transaction");
            tx.find::<parcels::Entity>().count().await.expect("a count")
        };

        drop(write(theirs).await);
        assert_eq!(seen().await, 0, "after a transaction that was dropped");
        let tx = write(theirs).await;
        let id = ground.ids.next();
        tx.insert(parcel(id)).await.expect("a row");
        tx.insert(parcel(id)).await.expect_err("it is there already");
        drop(tx);
        assert_eq!(seen().await, 0, "after a statement that failed");
        let tx = write(theirs).await;
        let panicking = tokio::spawn(async move {
            let _held = tx;
            panic!("in the middle");
        });
        assert!(panicking.await.is_err());
        assert_eq!(seen().await, 0, "after a panic");
        let (started, begun) = tokio::sync::oneshot::channel();
        let tx = write(theirs).await;
        let held = tokio::spawn(async move {
            let counting = tx.find::<parcels::Entity>().count();
            let _ = started.send(());
            counting.await.expect("a count");
            std::future::pending::<()>().await;
            drop(tx);
        });
        begun.await.expect("it has begun");
        held.abort();
        assert_eq!(seen().await, 0, "after one that was cut off");
        let tx = write(theirs).await;
        tx.commit().await.expect("a commit");
        assert_eq!(seen().await, 0, "after a commit");
        db.close().await;
    })
    .await;
}
