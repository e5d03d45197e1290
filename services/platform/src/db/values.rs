//! How platform's own types stand in columns: ids as UUID, instants as microseconds.

use sea_orm::sea_query::{ArrayType, ColumnType, Nullable, ValueType, ValueTypeErr};
use sea_orm::{ColIdx, DbErr, QueryResult, TryFromU64, TryGetError, TryGetable, Value};

use crate::Timestamp;
use crate::ids::{AccountId, EventId, JobId, ScheduleId, TenantId};

/// Lets types made with [`typed_ids!`](crate::typed_ids) be columns of entities. Called in a service's store.
#[macro_export]
macro_rules! id_columns {
    ($($name:ty),+ $(,)?) => {$(
        impl From<$name> for ::sea_orm::Value {
            fn from(id: $name) -> Self {
                ::sea_orm::Value::from(id.0)
            }
        }

        impl ::sea_orm::TryGetable for $name {
            fn try_get_by<I: ::sea_orm::ColIdx>(
                row: &::sea_orm::QueryResult,
                index: I,
            ) -> ::std::result::Result<Self, ::sea_orm::TryGetError> {
                <::uuid::Uuid as ::sea_orm::TryGetable>::try_get_by(row, index).map(Self)
            }
        }

        impl ::sea_orm::sea_query::ValueType for $name {
            fn try_from(
                value: ::sea_orm::Value,
            ) -> ::std::result::Result<Self, ::sea_orm::sea_query::ValueTypeErr> {
                <::uuid::Uuid as ::sea_orm::sea_query::ValueType>::try_from(value).map(Self)
            }

            fn type_name() -> String {
                stringify!($name).to_owned()
            }

            fn array_type() -> ::sea_orm::sea_query::ArrayType {
                <::uuid::Uuid as ::sea_orm::sea_query::ValueType>::array_type()
            }

            fn column_type() -> ::sea_orm::sea_query::ColumnType {
                <::uuid::Uuid as ::sea_orm::sea_query::ValueType>::column_type()
            }
        }

        impl ::sea_orm::sea_query::Nullable for $name {
            fn null() -> ::sea_orm::Value {
                <::uuid::Uuid as ::sea_orm::sea_query::Nullable>::null()
            }
        }

        impl ::sea_orm::IntoActiveValue<$name> for $name {
            fn into_active_value(self) -> ::sea_orm::ActiveValue<$name> {
                ::sea_orm::ActiveValue::Set(self)
            }
        }

        impl ::sea_orm::TryFromU64 for $name {
            fn try_from_u64(_: u64) -> ::std::result::Result<Self, ::sea_orm::DbErr> {
                Err(::sea_orm::DbErr::ConvertFromU64(stringify!($name)))
            }
        }
    )+};
}

id_columns!(TenantId, AccountId, JobId, ScheduleId, EventId);

impl From<Timestamp> for Value {
    fn from(instant: Timestamp) -> Self {
        Self::from(instant.micros())
    }
}

impl TryGetable for Timestamp {
    fn try_get_by<I: ColIdx>(row: &QueryResult, index: I) -> Result<Self, TryGetError> {
        i64::try_get_by(row, index).map(Self::from_micros)
    }
}

impl ValueType for Timestamp {
    fn try_from(value: Value) -> Result<Self, ValueTypeErr> {
        <i64 as ValueType>::try_from(value).map(Self::from_micros)
    }

    fn type_name() -> String {
        "Timestamp".to_owned()
    }

    fn array_type() -> ArrayType {
        <i64 as ValueType>::array_type()
    }

    fn column_type() -> ColumnType {
        <i64 as ValueType>::column_type()
    }
}

impl Nullable for Timestamp {
    fn null() -> Value {
        <i64 as Nullable>::null()
    }
}

impl sea_orm::IntoActiveValue<Timestamp> for Timestamp {
    fn into_active_value(self) -> sea_orm::ActiveValue<Timestamp> {
        sea_orm::ActiveValue::Set(self)
    }
}

impl TryFromU64 for Timestamp {
    fn try_from_u64(_: u64) -> Result<Self, DbErr> {
        Err(DbErr::ConvertFromU64("Timestamp"))
    }
}
