//! What a migration does to a database.

use sea_orm_migration::SchemaManager;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend, Statement};

use crate::table::{Rights, Table};
use crate::{Column, DbErr};

/// The database that is being migrated, inside of the migration's transaction.
pub struct Schema<'a> {
    manager: &'a SchemaManager<'a>,
    runtime: String,
    system: String,
}

/// What the runtime role sees: the rows of the tenant that the transaction has set, and none without one.
const OF_THE_TENANT: &str = "tenant_id = nullif(current_setting('app.tenant', true), '')::uuid";

impl<'a> Schema<'a> {
    /// The names of the roles come from the settings `thidua.runtime_role` and `thidua.system_role` of the connection.
    pub async fn of(manager: &'a SchemaManager<'a>) -> Result<Self, DbErr> {
        let mut schema =
            Self { manager, runtime: "thidua_runtime".to_owned(), system: "thidua_system".to_owned() };
        if schema.backend() == DbBackend::Postgres {
            let sql = "SELECT coalesce(nullif(current_setting('thidua.runtime_role', true), ''), 'thidua_runtime'), \
                       coalesce(nullif(current_setting('thidua.system_role', true), ''), 'thidua_system')";
            let ask = Statement::from_string(DbBackend::Postgres, sql);
            if let Some(row) = manager.get_connection().query_one_raw(ask).await? {
                schema.runtime = row.try_get_by_index(0)?;
                schema.system = row.try_get_by_index(1)?;
            }
        }
        Ok(schema)
    }

    pub fn backend(&self) -> DbBackend {
        self.manager.get_database_backend()
    }

    /// Runs SQL that both databases understand. Data that is moved in a tenant table needs [`Schema::unfenced`].
    pub async fn execute(&self, sql: &str) -> Result<(), DbErr> {
        self.manager.get_connection().execute_unprepared(sql).await.map(|_| ())
    }

    /// Creates a table with its indexes, policies and rights.
    pub async fn create(&self, table: Table) -> Result<(), DbErr> {
        if let Some(name) = table.too_long() {
            return Err(DbErr::Migration(format!("the name {name} is longer than 63 bytes")));
        }
        for sql in table.sql(self.backend()) {
            self.execute(&sql).await?;
        }
        if self.backend() == DbBackend::Postgres {
            self.protect(&table).await?;
        }
        Ok(())
    }

    /// Adds a column; unless it may be empty it has a default for the rows that are there.
    pub async fn add_column(&self, table: &str, column: Column) -> Result<(), DbErr> {
        self.execute(&format!("ALTER TABLE \"{table}\" ADD COLUMN {}", column.sql(self.backend()))).await
    }

    /// Runs a statement that moves data of all tenants in a table; its owner is bound by row-level security otherwise.
    pub async fn unfenced(&self, table: &str, sql: &str) -> Result<(), DbErr> {
        let postgres = self.backend() == DbBackend::Postgres;
        if postgres {
            self.execute(&format!("ALTER TABLE \"{table}\" DISABLE ROW LEVEL SECURITY")).await?;
        }
        self.execute(sql).await?;
        if postgres {
            self.execute(&format!("ALTER TABLE \"{table}\" ENABLE ROW LEVEL SECURITY")).await?;
        }
        Ok(())
    }

    /// From now on only binaries that know the migration `name` may serve: call it where something is dropped that older
    /// ones use.
    pub async fn require_binary(&self, name: &str) -> Result<(), DbErr> {
        let sql = "UPDATE schema_state SET min_binary = $1 WHERE id = 1";
        let statement = Statement::from_sql_and_values(self.backend(), sql, [name.into()]);
        self.manager.get_connection().execute_raw(statement).await.map(|_| ())
    }

    /// Lets both roles read a table that holds nothing of tenants.
    pub(crate) async fn open_to_read(&self, table: &str) -> Result<(), DbErr> {
        if self.backend() == DbBackend::Postgres {
            let (runtime, system) = (quoted(&self.runtime), quoted(&self.system));
            self.execute(&format!("ALTER TABLE \"{table}\" DISABLE ROW LEVEL SECURITY")).await?;
            self.execute(&format!("GRANT SELECT ON \"{table}\" TO {runtime}, {system}")).await?;
        }
        Ok(())
    }

    /// Lets the runtime role add the row of the tenant that its transaction has set to the list of tenants: in the one
    /// service that takes tenants in.
    pub(crate) async fn open_to_founding(&self) -> Result<(), DbErr> {
        if self.backend() == DbBackend::Postgres {
            let (runtime, own) = (quoted(&self.runtime), OF_THE_TENANT.replace("tenant_id", "id"));
            let policy = format!("CREATE POLICY \"tenants_founding\" ON \"tenants\" FOR INSERT TO {runtime}");
            self.execute(&format!("{policy} WITH CHECK ({own})")).await?;
            self.execute(&format!("GRANT INSERT ON \"tenants\" TO {runtime}")).await?;
        }
        Ok(())
    }

    /// Row-level security stands behind the filters of the transactions: forced, with one policy for each role.
    async fn protect(&self, table: &Table) -> Result<(), DbErr> {
        let name = table.name;
        self.execute(&format!("ALTER TABLE \"{name}\" ENABLE ROW LEVEL SECURITY")).await?;
        self.execute(&format!("ALTER TABLE \"{name}\" FORCE ROW LEVEL SECURITY")).await?;
        if table.tenant && table.runtime != Rights::Nothing {
            self.admit(table, "tenant", &self.runtime, table.runtime, OF_THE_TENANT).await?;
        }
        if table.system != Rights::Nothing {
            self.admit(table, "system", &self.system, table.system, "true").await?;
        }
        Ok(())
    }

    async fn admit(
        &self,
        table: &Table,
        policy: &str,
        role: &str,
        rights: Rights,
        condition: &str,
    ) -> Result<(), DbErr> {
        let (name, role) = (table.name, quoted(role));
        self.execute(&format!(
            "CREATE POLICY \"{name}_{policy}\" ON \"{name}\" TO {role} USING ({condition}) WITH CHECK ({condition})"
        ))
        .await?;
        if let Some(rights) = rights.sql() {
            self.execute(&format!("GRANT {rights} ON \"{name}\" TO {role}")).await?;
        }
        Ok(())
    }
}

/// Role names come from the configuration, so they are quoted.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
