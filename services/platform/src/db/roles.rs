//! The two PostgreSQL roles that own nothing, made by the owner when it may.

use sqlx::{PgPool, Row};

use crate::error::{Error, Result};

/// A role that must be able to log in.
pub(super) struct Role {
    pub(super) name: String,
    pub(super) password: Option<String>,
}

/// Creates the role unless it is there. An owner that may not create roles is told what the administrator must run.
pub(super) async fn ensure(owner: &PgPool, role: &Role) -> Result<()> {
    let sql = "SELECT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = $1), \
               (SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user)";
    let row = sqlx::query(sql).bind(&role.name).fetch_one(owner).await.map_err(Error::internal)?;
    let exists: bool = row.try_get(0).map_err(Error::internal)?;
    let may_create: bool = row.try_get(1).map_err(Error::internal)?;
    if exists {
        return Ok(());
    }
    let create =
        format!("CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE", quoted(&role.name));
    if !may_create {
        return Err(Error::precondition(
            "DATABASE_ROLE_MISSING",
            format!(
                "role {} does not exist and the owner may not create roles; let the database administrator run: \
                 {create} PASSWORD '…';",
                role.name
            ),
        ));
    }
    let password = role
        .password
        .as_ref()
        .map(|text| format!(" PASSWORD '{}'", text.replace('\'', "''")))
        .unwrap_or_default();
    match sqlx::raw_sql(sqlx::AssertSqlSafe(format!("{create}{password}"))).execute(owner).await {
        Ok(_) => Ok(()),
        // Another service's database was migrated at the same moment: roles are shared by the whole server.
        Err(sqlx::Error::Database(refusal))
            if matches!(refusal.code().as_deref(), Some("42710" | "23505" | "XX000")) =>
        {
            Ok(())
        }
        // The statement holds a password, so the error is told without it.
        Err(error) => {
            let code = error.as_database_error().and_then(|refusal| refusal.code()).unwrap_or_default();
            let text = format!("role {} could not be created (SQLSTATE {code})", role.name);
            Err(Error::precondition("DATABASE_ROLE_MISSING", text))
        }
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
