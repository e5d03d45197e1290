//! The start-up check finds each way in which row-level security can look on and not be.

use platform::Clock;
use platform::db::Database;
use platform::ids::Ids;
use platform::random::Random;

use crate::support::postgres;
use crate::support::probe;

/// Migrates a database with roles of its own, spoils it with `sql` (`{runtime}`, `{system}` stand for the roles) and
/// returns what the check says.
async fn spoiled(sql: &str) -> Result<(), String> {
    let (runtime, system) = (postgres::unique("runtime"), postgres::unique("system"));
    let name = postgres::create_empty("probe").await;
    let config = postgres::config_of_roles(&name, &runtime, &system);
    Database::migrate(&config, "probe", &probe::Migrator).await.expect("migrated");
    if !sql.is_empty() {
        postgres::admin(&name, &sql.replace("{runtime}", &runtime).replace("{system}", &system)).await;
    }
    let ids = Ids::new(Clock::system(), Random::system());
    let db = Database::connect(&config, "probe", ids).await.expect("the database opens");
    let proof = db.prove_isolation().await;
    db.close().await;
    postgres::drop_database(&name).await;
    postgres::admin("postgres", &format!("DROP ROLE {runtime}; DROP ROLE {system}")).await;
    proof.map_err(|error| {
        assert_eq!(error.reason(), "ISOLATION_BROKEN");
        error.to_string().replace(&runtime, "{runtime}").replace(&system, "{system}")
    })
}

/// Asserts that the check refuses, and that its message has these words.
async fn found(sql: &str, words: &[&str]) {
    let message = spoiled(sql).await.expect_err(sql);
    for word in words {
        assert!(message.contains(word), "{word:?} is not in: {message}");
    }
}

#[tokio::test]
async fn a_database_as_the_migrations_make_it_is_sound() {
    assert_eq!(spoiled("").await, Ok(()));
}

#[tokio::test]
async fn a_role_that_bypasses_is_found() {
    found("ALTER ROLE {runtime} BYPASSRLS", &["role {runtime}", "ALTER ROLE \"{runtime}\" NOBYPASSRLS"])
        .await;
}

#[tokio::test]
async fn a_superuser_is_found() {
    found("ALTER ROLE {system} SUPERUSER", &["role {system} is a superuser", "NOSUPERUSER"]).await;
}

#[tokio::test]
async fn a_member_of_a_role_that_bypasses_is_found() {
    found("GRANT postgres TO {runtime}", &["role {runtime} is a member of postgres", "REVOKE \"postgres\""])
        .await;
}

#[tokio::test]
async fn an_owner_is_found() {
    found(
        "GRANT CREATE ON SCHEMA public TO {runtime}; ALTER TABLE books OWNER TO {runtime}",
        &["role {runtime} owns books", "can create tables in schema public"],
    )
    .await;
}

#[tokio::test]
async fn a_table_without_security_is_found() {
    found(
        "ALTER TABLE books NO FORCE ROW LEVEL SECURITY",
        &["ALTER TABLE \"books\" FORCE ROW LEVEL SECURITY"],
    )
    .await;
    found(
        "ALTER TABLE books DISABLE ROW LEVEL SECURITY",
        &["ALTER TABLE \"books\" ENABLE ROW LEVEL SECURITY"],
    )
    .await;
    found("DROP POLICY books_tenant ON books", &["table books has no policy for role {runtime}"]).await;
}

#[tokio::test]
async fn a_policy_that_lets_everything_through_is_found() {
    let sql = "CREATE POLICY open ON books USING (true)";
    found(sql, &["policy open of table books", "DROP POLICY \"open\" ON \"books\""]).await;
    let sql = "CREATE POLICY adds ON books FOR INSERT TO {runtime} WITH CHECK (true)";
    found(sql, &["policy adds of table books"]).await;
}

#[tokio::test]
async fn a_policy_with_more_than_the_tenant_in_it_is_found() {
    let own = "tenant_id = nullif(current_setting('app.tenant', true), '')::uuid";
    for (policy, condition) in [
        ("wide", format!("FOR SELECT USING ({own} OR true)")),
        ("adds", format!("FOR INSERT WITH CHECK ({own} OR code = 'x')")),
        ("other", "USING (tenant_id = nullif(current_setting('app.tenants', true), '')::uuid)".to_owned()),
        ("empty", "FOR SELECT".to_owned()),
    ] {
        let sql = format!("CREATE POLICY {policy} ON books {condition}");
        let told = format!("policy {policy} of table books");
        found(&sql, &[&told, &format!("DROP POLICY \"{policy}\" ON \"books\"")]).await;
    }
    found("CREATE POLICY founds ON tenants USING (true)", &["policy founds of table tenants"]).await;
    // What only takes rows away does no harm.
    assert_eq!(spoiled("CREATE POLICY less ON books AS RESTRICTIVE USING (pages > 0)").await, Ok(()));
}

#[tokio::test]
async fn the_right_to_truncate_is_found() {
    found("GRANT TRUNCATE ON books TO {runtime}", &["REVOKE TRUNCATE ON \"books\" FROM \"{runtime}\""]).await;
}

#[tokio::test]
async fn a_tenant_that_is_set_for_good_is_found() {
    let sql = "ALTER ROLE {runtime} SET app.tenant = '018c0000-0000-7000-8000-000000000000'";
    found(sql, &["app.tenant is set outside of transactions"]).await;
}
