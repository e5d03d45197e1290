//! Columns: few kinds, alike on both databases.

use sea_orm_migration::sea_orm::DbBackend;

/// A column that must have a value unless it is [`Column::null`].
#[derive(Clone, Debug)]
pub struct Column {
    pub(crate) name: &'static str,
    kind: Kind,
    null: bool,
    default: Option<&'static str>,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Uuid,
    Text,
    Integer,
    Boolean,
    Bytes,
}

/// An id: `uuid`, or 16 bytes on SQLite.
pub fn uuid(name: &'static str) -> Column {
    Column::new(name, Kind::Uuid)
}

/// Text of any length, compared byte by byte on both databases. JSON is kept as text too.
pub fn text(name: &'static str) -> Column {
    Column::new(name, Kind::Text)
}

/// 64 bits: counts, points in hundredths, measures in ten-thousandths, instants in microseconds since 1970.
pub fn integer(name: &'static str) -> Column {
    Column::new(name, Kind::Integer)
}

pub fn boolean(name: &'static str) -> Column {
    Column::new(name, Kind::Boolean)
}

pub fn bytes(name: &'static str) -> Column {
    Column::new(name, Kind::Bytes)
}

impl Column {
    const fn new(name: &'static str, kind: Kind) -> Self {
        Self { name, kind, null: false, default: None }
    }

    /// The column may be empty.
    pub fn null(mut self) -> Self {
        self.null = true;
        self
    }

    /// The value of rows that were there before the column: an SQL literal, needed when a column is added that is not
    /// [`Column::null`]. Never an instant: those are written by us.
    pub fn default(mut self, literal: &'static str) -> Self {
        self.default = Some(literal);
        self
    }

    pub(crate) fn sql(&self, backend: DbBackend) -> String {
        let postgres = backend == DbBackend::Postgres;
        let kind = match self.kind {
            Kind::Uuid if postgres => "uuid",
            Kind::Uuid => "BLOB",
            Kind::Text if postgres => "text COLLATE \"C\"",
            Kind::Text => "TEXT",
            Kind::Integer => "BIGINT",
            Kind::Boolean => "BOOLEAN",
            Kind::Bytes if postgres => "bytea",
            Kind::Bytes => "BLOB",
        };
        let mut sql = format!("\"{}\" {kind}", self.name);
        if let Some(literal) = self.default {
            sql.push_str(" DEFAULT ");
            sql.push_str(literal);
        }
        if !self.null {
            sql.push_str(" NOT NULL");
        }
        sql
    }
}
