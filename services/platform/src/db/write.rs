//! Adding rows: stamped with the tenant, in chunks that every database takes.

use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ActiveValue, EntityTrait, Insert, InsertMany, IntoActiveModel, Iterable, Value,
};

use super::DbError;
use super::scope::Reach;
use super::tx::Tx;

/// SQLite binds 32,766 values in a statement, PostgreSQL 65,535.
const BOUND_VALUES: usize = 32_766;

/// More rows in one statement cost memory and gain nothing.
const ROWS: usize = 1_000;

impl<S> Tx<S> {
    /// Adds a row. Its tenant is set here; a row that carries another tenant is refused.
    pub async fn insert<E, A>(&self, row: impl IntoActiveModel<A>) -> Result<(), DbError>
    where
        S: Reach<E>,
        E: EntityTrait,
        A: ActiveModelTrait<Entity = E> + Send,
    {
        let row = self.stamped::<E, A>(row)?;
        self.run(|db| Insert::one(row).exec_without_returning(db)).await?;
        Ok(())
    }

    /// Adds many rows, a thousand at a time; all of them, or none once the transaction ends. Returns how many. Every row
    /// sets the same columns.
    pub async fn insert_many<E, A, M>(&self, rows: impl IntoIterator<Item = M>) -> Result<u64, DbError>
    where
        S: Reach<E>,
        E: EntityTrait,
        A: ActiveModelTrait<Entity = E> + Send,
        M: IntoActiveModel<A>,
    {
        self.insert_chunks(rows, None).await
    }

    /// Adds a row unless there is one with the same `key` (the columns of a unique constraint, without the tenant).
    /// Returns whether it was added.
    pub async fn insert_new<E, A>(
        &self,
        row: impl IntoActiveModel<A>,
        key: impl IntoIterator<Item = E::Column>,
    ) -> Result<bool, DbError>
    where
        S: Reach<E>,
        E: EntityTrait,
        A: ActiveModelTrait<Entity = E> + Send,
    {
        let conflict = self.conflict::<E>(key).do_nothing().to_owned();
        Ok(self.insert_chunks([row], Some(conflict)).await? == 1)
    }

    /// Adds rows, and where there is one with the same `key` (the columns of a unique constraint, without the tenant)
    /// sets its columns `update` instead. No two of the rows have the same key.
    pub async fn upsert_many<E, A, M>(
        &self,
        rows: impl IntoIterator<Item = M>,
        key: impl IntoIterator<Item = E::Column>,
        update: impl IntoIterator<Item = E::Column>,
    ) -> Result<u64, DbError>
    where
        S: Reach<E>,
        E: EntityTrait,
        A: ActiveModelTrait<Entity = E> + Send,
        M: IntoActiveModel<A>,
    {
        let conflict = self.conflict::<E>(key).update_columns(update).to_owned();
        self.insert_chunks(rows, Some(conflict)).await
    }

    /// One row of [`Tx::upsert_many`].
    pub async fn upsert<E, A>(
        &self,
        row: impl IntoActiveModel<A>,
        key: impl IntoIterator<Item = E::Column>,
        update: impl IntoIterator<Item = E::Column>,
    ) -> Result<(), DbError>
    where
        S: Reach<E>,
        E: EntityTrait,
        A: ActiveModelTrait<Entity = E> + Send,
    {
        self.upsert_many([row], key, update).await?;
        Ok(())
    }

    async fn insert_chunks<E, A, M>(
        &self,
        rows: impl IntoIterator<Item = M>,
        conflict: Option<OnConflict>,
    ) -> Result<u64, DbError>
    where
        S: Reach<E>,
        E: EntityTrait,
        A: ActiveModelTrait<Entity = E> + Send,
        M: IntoActiveModel<A>,
    {
        let size = (BOUND_VALUES / E::Column::iter().count().max(1)).clamp(1, ROWS);
        let mut rows = rows.into_iter();
        let mut added = 0;
        loop {
            let chunk =
                rows.by_ref().take(size).map(|row| self.stamped(row)).collect::<Result<Vec<A>, DbError>>()?;
            if chunk.is_empty() {
                return Ok(added);
            }
            let mut insert = InsertMany::many(chunk);
            if let Some(conflict) = &conflict {
                insert = insert.on_conflict(conflict.clone());
            }
            added += self.run(|db| insert.exec_without_returning(db)).await?;
        }
    }

    fn conflict<E: EntityTrait>(&self, key: impl IntoIterator<Item = E::Column>) -> OnConflict
    where
        S: Reach<E>,
    {
        OnConflict::columns(self.fence::<E>().map(|(column, _)| column).into_iter().chain(key))
    }

    /// The row with the tenant of this transaction in it.
    pub(super) fn stamped<E, A>(&self, row: impl IntoActiveModel<A>) -> Result<A, DbError>
    where
        S: Reach<E>,
        E: EntityTrait,
        A: ActiveModelTrait<Entity = E>,
    {
        let mut row = row.into_active_model();
        if let Some((column, tenant)) = self.fence::<E>() {
            let tenant = Value::from(tenant);
            match row.get(column) {
                ActiveValue::Set(other) | ActiveValue::Unchanged(other) if other != tenant => {
                    return Err(DbError::fault(format!(
                        "a row of another tenant for table {}",
                        E::default().table_name()
                    )));
                }
                _ => row.set(column, tenant),
            }
        }
        Ok(row)
    }
}
