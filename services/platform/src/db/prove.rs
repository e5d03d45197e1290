//! The start-up check: row-level security looks on and is not when the role owns a table, when `FORCE` is missing or when
//! a policy lets everything through. A process that finds such a thing does not serve.

use sqlx::{PgPool, Row};

use super::DbError;
use super::connect::{Database, Pools};
use crate::error::{Error, Result};

impl Database {
    /// Proves on PostgreSQL that neither role can get around row-level security and that every tenant table has it;
    /// `ISOLATION_BROKEN` names each table or role that fails and how to mend it. SQLite has no roles to prove.
    pub async fn prove_isolation(&self) -> Result<()> {
        let Pools::Postgres { runtime, system } = &self.inner().pools else { return Ok(()) };
        let mut faults = Vec::new();
        let runtime_role = role(runtime, &mut faults).await?;
        let system_role = role(system, &mut faults).await?;
        if runtime_role == system_role {
            faults.push(format!("role {runtime_role} serves tenants and the system: give each its own"));
        }
        tables(runtime, &runtime_role, &mut faults).await?;
        if faults.is_empty() {
            return Ok(());
        }
        Err(Error::precondition(
            "ISOLATION_BROKEN",
            format!("the database of {} does not keep tenants apart: {}", self.service(), faults.join("; ")),
        ))
    }
}

/// What a role may not be or own. Returns its name.
async fn role(pool: &PgPool, faults: &mut Vec<String>) -> Result<String, DbError> {
    let me: String = sqlx::query_scalar("SELECT current_user::text").fetch_one(pool).await?;
    let sql = "SELECT rolname::text, rolsuper FROM pg_roles \
               WHERE (rolsuper OR rolbypassrls) AND pg_has_role(current_user, oid, 'MEMBER') \
               ORDER BY rolname = current_user DESC LIMIT 1";
    if let Some(row) = sqlx::query(sql).fetch_optional(pool).await? {
        let (name, superuser): (String, bool) = (row.try_get(0)?, row.try_get(1)?);
        let (what, attribute) = if superuser {
            ("a superuser", "NOSUPERUSER")
        } else {
            ("free of row-level security", "NOBYPASSRLS")
        };
        faults.push(if name == me {
            format!("role {me} is {what}: ALTER ROLE \"{me}\" {attribute}")
        } else {
            format!("role {me} is a member of {name}, which is {what}: REVOKE \"{name}\" FROM \"{me}\"")
        });
        // It would seem to own everything.
        return Ok(me);
    }
    for (sql, what) in [
        (
            "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' \
             AND pg_has_role(current_user, c.relowner, 'MEMBER')",
            "owns",
        ),
        (
            "SELECT 'schema ' || nspname FROM pg_namespace \
             WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' \
             AND (pg_has_role(current_user, nspowner, 'MEMBER') OR has_schema_privilege(oid, 'CREATE'))",
            "can create tables in",
        ),
        (
            "SELECT 'database ' || datname FROM pg_database \
             WHERE datname = current_database() AND pg_has_role(current_user, datdba, 'MEMBER')",
            "owns",
        ),
    ] {
        let names: Vec<String> = sqlx::query_scalar(sql).fetch_all(pool).await?;
        for name in names {
            faults.push(format!("role {me} {what} {name}: that belongs to the owner's role alone"));
        }
    }
    Ok(me)
}

/// Every table of tenants' rows, as the runtime role finds it.
const TENANT_TABLES: &str = "
    SELECT c.relname::text, c.relrowsecurity, c.relforcerowsecurity,
           has_table_privilege(c.oid, 'SELECT, INSERT, UPDATE, DELETE') AS reached,
           has_table_privilege(c.oid, 'TRUNCATE') AS truncates
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
      AND (c.relname = 'tenants' OR EXISTS (
           SELECT 1 FROM pg_attribute a
           WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped))
    ORDER BY c.relname";

/// The policies that let the runtime role reach rows. A restrictive one only takes some away.
const POLICIES: &str = "
    SELECT c.relname::text, p.polname::text, pg_get_expr(p.polqual, p.polrelid) AS shows,
           pg_get_expr(p.polwithcheck, p.polrelid) AS takes
    FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
    WHERE p.polpermissive
      AND EXISTS (SELECT 1 FROM unnest(p.polroles) AS r
                  WHERE CASE WHEN r = 0 THEN true ELSE pg_has_role(current_user, r, 'MEMBER') END)
    ORDER BY p.polname";

/// The one condition that the migrations make, as PostgreSQL writes it.
const OF_THE_TENANT: &str = "= (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)";

/// A policy of the runtime role.
struct Policy {
    table: String,
    name: String,
    /// The conditions for rows that are read and for rows that are written.
    conditions: [Option<String>; 2],
}

impl Policy {
    /// Whether it lets through the rows of the tenant that is set and nothing else. Compared to the letter: a condition
    /// that only has these words in it may have others beside them.
    fn is_sound(&self) -> bool {
        let column = if self.table == "tenants" { "id" } else { "tenant_id" };
        let expected = format!("({column} {OF_THE_TENANT}");
        let mut conditions = self.conditions.iter().flatten().peekable();
        conditions.peek().is_some() && conditions.all(|condition| *condition == expected)
    }
}

async fn policies(pool: &PgPool) -> Result<Vec<Policy>, DbError> {
    let mut policies = Vec::new();
    for row in sqlx::query(POLICIES).fetch_all(pool).await? {
        policies.push(Policy {
            table: row.try_get("relname")?,
            name: row.try_get("polname")?,
            conditions: [row.try_get("shows")?, row.try_get("takes")?],
        });
    }
    Ok(policies)
}

async fn tables(pool: &PgPool, role: &str, faults: &mut Vec<String>) -> Result<(), DbError> {
    let preset: Option<String> =
        sqlx::query_scalar("SELECT current_setting('app.tenant', true)").fetch_one(pool).await?;
    if preset.is_some_and(|tenant| !tenant.is_empty()) {
        faults.push(format!(
            "app.tenant is set outside of transactions: ALTER ROLE \"{role}\" RESET \"app.tenant\""
        ));
    }
    let policies = policies(pool).await?;
    for row in sqlx::query(TENANT_TABLES).fetch_all(pool).await? {
        let table: String = row.try_get("relname")?;
        let (enabled, forced): (bool, bool) =
            (row.try_get("relrowsecurity")?, row.try_get("relforcerowsecurity")?);
        let (reached, truncates): (bool, bool) = (row.try_get("reached")?, row.try_get("truncates")?);
        let mut own = policies.iter().filter(|policy| policy.table == table).peekable();
        if !enabled {
            faults.push(format!(
                "table {table} lacks row-level security: ALTER TABLE \"{table}\" ENABLE ROW LEVEL SECURITY"
            ));
        }
        if !forced {
            faults.push(format!(
                "table {table} does not force it: ALTER TABLE \"{table}\" FORCE ROW LEVEL SECURITY"
            ));
        }
        if truncates {
            faults.push(format!(
                "role {role} may truncate {table}: REVOKE TRUNCATE ON \"{table}\" FROM \"{role}\""
            ));
        }
        if reached && own.peek().is_none() {
            faults.push(format!(
                "table {table} has no policy for role {role}: run `thidua migrate` on a database of its own"
            ));
        }
        for Policy { name, conditions, .. } in own.filter(|policy| !policy.is_sound()) {
            let condition = conditions.iter().flatten().next().map_or("nothing", String::as_str);
            faults.push(format!(
                "policy {name} of table {table} lets {role} reach other rows than those of its tenant, it asks for \
                 {condition}: DROP POLICY \"{name}\" ON \"{table}\""
            ));
        }
    }
    Ok(())
}
