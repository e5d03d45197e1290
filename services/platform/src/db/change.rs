//! Changing and deleting rows of one table, within the tenant.

use sea_orm::sea_query::{IntoCondition, Query, ReturningClause, SimpleExpr};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DeleteMany, EntityTrait, FromQueryResult, IdenStatic,
    IntoActiveModel, Iterable, QueryFilter, QueryTrait, UpdateMany, Value,
};

use super::DbError;
use super::scope::Reach;
use super::tx::Tx;

/// Changes rows of table `E`, those of the tenant of its transaction.
#[must_use = "an update does nothing until it is run"]
pub struct Update<'a, S, E: EntityTrait> {
    tx: &'a Tx<S>,
    update: UpdateMany<E>,
    /// Whether the column that holds the tenant was to be changed.
    moves: bool,
}

/// Deletes rows of table `E`, those of the tenant of its transaction.
#[must_use = "a deletion does nothing until it is run"]
pub struct Delete<'a, S, E: EntityTrait> {
    tx: &'a Tx<S>,
    delete: DeleteMany<E>,
}

impl<S> Tx<S> {
    /// Begins a change of the rows of `E` that its conditions leave.
    pub fn update<E: EntityTrait>(&self) -> Update<'_, S, E>
    where
        S: Reach<E>,
    {
        let mut update = E::update_many();
        if let Some((column, tenant)) = self.fence::<E>() {
            update = update.filter(column.eq(tenant));
        }
        Update { tx: self, update, moves: false }
    }

    /// Changes the columns that are set in `row`, found by its primary key. Returns whether there is such a row.
    pub async fn update_row<E, A>(&self, row: impl IntoActiveModel<A>) -> Result<bool, DbError>
    where
        S: Reach<E>,
        E: EntityTrait,
        A: ActiveModelTrait<Entity = E> + Send,
    {
        let row = self.stamped::<E, A>(row)?;
        let update = sea_orm::Update::one(row).validate()?.into_query();
        let result = self.run(|db| async move { db.execute(&update).await }).await?;
        Ok(result.rows_affected() == 1)
    }

    /// Begins a deletion of the rows of `E` that its conditions leave.
    pub fn delete<E: EntityTrait>(&self) -> Delete<'_, S, E>
    where
        S: Reach<E>,
    {
        let mut delete = E::delete_many();
        if let Some((column, tenant)) = self.fence::<E>() {
            delete = delete.filter(column.eq(tenant));
        }
        Delete { tx: self, delete }
    }
}

impl<S: Reach<E>, E: EntityTrait> Update<'_, S, E> {
    pub fn set(self, column: E::Column, value: impl Into<Value>) -> Self {
        self.set_expr(column, SimpleExpr::Value(value.into()))
    }

    /// Sets a column to something that the database computes, such as `Expr::col(Column::Attempt).add(1)`.
    pub fn set_expr(mut self, column: E::Column, value: SimpleExpr) -> Self {
        let tenant = self.tx.fence::<E>().map(|(column, _)| column.as_str());
        self.moves |= tenant.is_some_and(|tenant| tenant == column.as_str());
        self.update = self.update.col_expr(column, value);
        self
    }

    /// Adds a condition; all of them must hold.
    pub fn filter(mut self, condition: impl IntoCondition) -> Self {
        self.update = self.update.filter(condition);
        self
    }

    /// Returns how many rows were changed.
    pub async fn exec(self) -> Result<u64, DbError> {
        self.stays()?;
        let update = self.update;
        Ok(self.tx.run(|db| update.exec(db)).await?.rows_affected)
    }

    /// Returns the changed rows as they are now.
    pub async fn exec_returning(self) -> Result<Vec<E::Model>, DbError> {
        self.stays()?;
        let mut update = self.update.into_query();
        update.returning(every_column::<E>());
        let rows = self.tx.run(|db| async move { db.query_all(&update).await }).await?;
        rows.iter()
            .map(|row| E::Model::from_query_result(row, "").map_err(|error| self.tx.broken_by(error)))
            .collect()
    }

    fn stays(&self) -> Result<(), DbError> {
        if self.moves {
            let table = E::default().table_name().to_owned();
            return Err(DbError::fault(format!("rows of table {table} cannot move to another tenant")));
        }
        Ok(())
    }
}

impl<S: Reach<E>, E: EntityTrait> Delete<'_, S, E> {
    /// Adds a condition; all of them must hold.
    pub fn filter(mut self, condition: impl IntoCondition) -> Self {
        self.delete = self.delete.filter(condition);
        self
    }

    /// Returns how many rows were deleted.
    pub async fn exec(self) -> Result<u64, DbError> {
        let delete = self.delete;
        Ok(self.tx.run(|db| delete.exec(db)).await?.rows_affected)
    }
}

fn every_column<E: EntityTrait>() -> ReturningClause {
    Query::returning().columns(E::Column::iter())
}
