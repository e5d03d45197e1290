//! The declaration of a table, from which its keys, names, policies and rights follow.

use sea_orm_migration::sea_orm::DbBackend;

use crate::Column;
use crate::column::uuid;

/// A table to be created with [`Schema::create`](crate::Schema::create).
///
/// The names of keys are the same on both databases and tell which rule refused a row: `<table>_<columns>_key`, the
/// columns without `tenant_id`.
#[derive(Clone, Debug)]
pub struct Table {
    pub(crate) name: &'static str,
    /// Whether each row belongs to a tenant: `tenant_id` stands first in every key then.
    pub(crate) tenant: bool,
    pub(crate) runtime: Rights,
    pub(crate) system: Rights,
    columns: Vec<Column>,
    key: Vec<&'static str>,
    constraints: Vec<String>,
    indexes: Vec<String>,
    without_rowid: bool,
    swept: bool,
}

/// What a database role may do with the rows that its policy shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rights {
    Nothing,
    Read,
    /// Read and add, never change: what must stay as it was written.
    Append,
    All,
}

impl Rights {
    pub(crate) fn sql(self) -> Option<&'static str> {
        match self {
            Self::Nothing => None,
            Self::Read => Some("SELECT"),
            Self::Append => Some("SELECT, INSERT"),
            Self::All => Some("SELECT, INSERT, UPDATE, DELETE"),
        }
    }
}

impl Table {
    /// A table of tenants' rows. Its first column is `tenant_id`; the runtime role may do everything with its tenant's
    /// rows, the system role nothing.
    pub fn tenant(name: &'static str) -> Self {
        let mut table = Self::new(name, true, Rights::All, Rights::Nothing);
        table.columns.push(uuid("tenant_id"));
        table
    }

    /// A table of the platform, for the system role alone. It needs [`Table::system`] rights.
    pub fn platform(name: &'static str) -> Self {
        Self::new(name, false, Rights::Nothing, Rights::Nothing)
    }

    fn new(name: &'static str, tenant: bool, runtime: Rights, system: Rights) -> Self {
        Self {
            name,
            tenant,
            runtime,
            system,
            columns: Vec::new(),
            key: Vec::new(),
            constraints: Vec::new(),
            indexes: Vec::new(),
            without_rowid: false,
            swept: false,
        }
    }

    pub fn column(mut self, column: Column) -> Self {
        self.columns.push(column);
        self
    }

    /// The primary key; in a table of tenants' rows `tenant_id` is put in front, and may be all of it.
    pub fn key<const N: usize>(mut self, columns: [&'static str; N]) -> Self {
        self.key = columns.to_vec();
        self
    }

    /// No two rows (of a tenant) have the same values here.
    pub fn unique<const N: usize>(mut self, columns: [&'static str; N]) -> Self {
        let constraint = format!("CONSTRAINT {} UNIQUE ({})", self.key_name(&columns), self.fenced(&columns));
        self.constraints.push(constraint);
        self
    }

    /// No two rows of all tenants have the same values here. Only for a table with one row a tenant: it stays on one node
    /// when tenants are spread.
    pub fn unique_everywhere<const N: usize>(mut self, columns: [&'static str; N]) -> Self {
        let constraint = format!("CONSTRAINT {} UNIQUE ({})", self.key_name(&columns), quoted(&columns));
        self.constraints.push(constraint);
        self
    }

    /// No two rows (of a tenant) for which `condition` holds have the same values here.
    pub fn unique_where<const N: usize>(mut self, columns: [&'static str; N], condition: &str) -> Self {
        let (name, key) = (self.key_name(&columns), self.fenced(&columns));
        self.indexes
            .push(format!("CREATE UNIQUE INDEX {name} ON \"{}\" ({key}) WHERE {condition}", self.name));
        self
    }

    /// The row of `other` that is pointed to exists (in the same tenant). `others` is its primary key without the tenant.
    pub fn reference<const N: usize>(
        mut self,
        columns: [&'static str; N],
        other: &'static str,
        others: [&'static str; N],
    ) -> Self {
        let constraint = format!(
            "CONSTRAINT \"{}_{}_fkey\" FOREIGN KEY ({}) REFERENCES \"{other}\" ({})",
            self.name,
            columns.join("_"),
            self.fenced(&columns),
            self.fenced(&others)
        );
        self.constraints.push(constraint);
        self
    }

    /// A condition that each row meets. The database is the last guard, not the one that explains: the domain refuses
    /// before, with a sentence.
    pub fn check(mut self, name: &str, condition: &str) -> Self {
        self.constraints.push(format!("CONSTRAINT \"{}_{name}_check\" CHECK ({condition})", self.name));
        self
    }

    /// For reading a tenant's rows by these columns; `tenant_id` is put in front.
    pub fn index<const N: usize>(mut self, columns: [&'static str; N]) -> Self {
        let key = self.fenced(&columns);
        self.indexes.push(self.index_sql(&columns, &key, ""));
        self
    }

    /// For reading a tenant's rows for which `condition` holds.
    pub fn index_where<const N: usize>(mut self, columns: [&'static str; N], condition: &str) -> Self {
        let key = self.fenced(&columns);
        self.indexes.push(self.index_sql(&columns, &key, condition));
        self
    }

    /// For reading the rows of all tenants, as the system does, for which `condition` holds (all when empty).
    pub fn system_index<const N: usize>(mut self, columns: [&'static str; N], condition: &str) -> Self {
        self.indexes.push(self.index_sql(&columns, &quoted(&columns), condition));
        self
    }

    /// What the runtime role may do with its tenant's rows.
    pub fn runtime(mut self, rights: Rights) -> Self {
        self.runtime = rights;
        self
    }

    /// What the system role may do with the rows of all tenants.
    pub fn system(mut self, rights: Rights) -> Self {
        self.system = rights;
        self
    }

    /// On SQLite the rows lie in the order of the primary key and have no number of their own: for what must not tell
    /// the order in which it came.
    pub fn without_rowid(mut self) -> Self {
        self.without_rowid = true;
        self
    }

    /// On PostgreSQL the dead versions of rows are removed with the next round of autovacuum, however few they are: for
    /// rows that are replaced so that nobody sees how they came. SQLite overwrites what is deleted.
    pub fn swept(mut self) -> Self {
        self.swept = true;
        self
    }

    /// The statements that make the table and its indexes.
    pub(crate) fn sql(&self, backend: DbBackend) -> Vec<String> {
        let mut parts: Vec<String> = self.columns.iter().map(|column| column.sql(backend)).collect();
        parts.push(format!(
            "CONSTRAINT {} PRIMARY KEY ({})",
            self.key_name(&self.key),
            self.fenced(&self.key)
        ));
        parts.extend(self.constraints.iter().cloned());
        let tail = match backend {
            DbBackend::Sqlite if self.without_rowid => " WITHOUT ROWID",
            DbBackend::Postgres if self.swept => {
                " WITH (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0)"
            }
            _ => "",
        };
        let mut sql = vec![format!("CREATE TABLE \"{}\" ({}){tail}", self.name, parts.join(", "))];
        sql.extend(self.indexes.iter().cloned());
        sql
    }

    /// The longest name that PostgreSQL keeps is 63 bytes; a longer one would be cut and not be found again.
    pub(crate) fn too_long(&self) -> Option<String> {
        let statements = self.sql(DbBackend::Postgres);
        statements
            .iter()
            .flat_map(|sql| sql.split('"').skip(1).step_by(2))
            .find(|name| name.len() > 63)
            .map(str::to_owned)
    }

    fn fenced(&self, columns: &[&'static str]) -> String {
        let tenant = self.tenant.then_some("tenant_id");
        quoted(&tenant.into_iter().chain(columns.iter().copied()).collect::<Vec<_>>())
    }

    fn key_name(&self, columns: &[&'static str]) -> String {
        if columns.is_empty() {
            return format!("\"{}_key\"", self.name);
        }
        format!("\"{}_{}_key\"", self.name, columns.join("_"))
    }

    fn index_sql(&self, columns: &[&'static str], key: &str, condition: &str) -> String {
        let condition = if condition.is_empty() { String::new() } else { format!(" WHERE {condition}") };
        format!("CREATE INDEX \"{0}_{1}_idx\" ON \"{0}\" ({key}){condition}", self.name, columns.join("_"))
    }
}

fn quoted(columns: &[&'static str]) -> String {
    columns.iter().map(|column| format!("\"{column}\"")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{integer, text};

    fn notes() -> Table {
        Table::tenant("notes")
            .column(uuid("note_id"))
            .column(text("code"))
            .column(integer("points").null())
            .key(["note_id"])
            .unique(["code"])
            .reference(["note_id"], "books", ["book_id"])
            .index(["points"])
    }

    #[test]
    fn every_key_of_a_tenant_table_begins_with_the_tenant() {
        let sql = notes().sql(DbBackend::Postgres);
        assert_eq!(
            sql,
            [
                "CREATE TABLE \"notes\" (\"tenant_id\" uuid NOT NULL, \"note_id\" uuid NOT NULL, \
                 \"code\" text COLLATE \"C\" NOT NULL, \"points\" BIGINT, \
                 CONSTRAINT \"notes_note_id_key\" PRIMARY KEY (\"tenant_id\", \"note_id\"), \
                 CONSTRAINT \"notes_code_key\" UNIQUE (\"tenant_id\", \"code\"), \
                 CONSTRAINT \"notes_note_id_fkey\" FOREIGN KEY (\"tenant_id\", \"note_id\") \
                 REFERENCES \"books\" (\"tenant_id\", \"book_id\"))",
                "CREATE INDEX \"notes_points_idx\" ON \"notes\" (\"tenant_id\", \"points\")",
            ]
        );
    }

    #[test]
    fn a_table_that_must_not_tell_its_order_has_no_row_numbers_and_keeps_no_dead_rows() {
        let secret = Table::tenant("secrets").key([]).without_rowid().swept();
        let tail = |backend| secret.sql(backend).concat().rsplit(')').next().map(str::to_owned);
        assert_eq!(tail(DbBackend::Sqlite).as_deref(), Some(" WITHOUT ROWID"));
        assert!(
            secret.sql(DbBackend::Postgres).concat().contains(") WITH (autovacuum_vacuum_threshold = 0,")
        );
    }

    #[test]
    fn names_that_postgresql_would_cut_are_found() {
        assert_eq!(notes().too_long(), None);
        let long = notes().unique(["a_column_with_a_long_name", "another_column_with_a_long_name"]);
        assert!(long.too_long().is_some());
    }
}
