//! Reading: a query that cannot leave its tenant.

use std::marker::PhantomData;

use futures::StreamExt;
use futures::stream::BoxStream;
use sea_orm::sea_query::{Condition, Expr, ExprTrait, IntoCondition, LockBehavior, LockType, Query};
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, IntoSimpleExpr, JoinType, Order, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Select, TryGetableMany,
};

use super::DbError;
use super::scope::Reach;
use super::tx::Tx;

/// Rows as they come from the database.
pub type Rows<'a, T> = BoxStream<'a, Result<T, DbError>>;

/// A query that was begun with [`Tx::scan`]: it borrows the transaction alone and so may stream.
#[derive(Debug)]
pub enum Scanning {}

/// A query on table `E`, narrowed to the tenant of its transaction.
#[must_use = "a query does nothing until it is run"]
pub struct Find<'a, S, E: EntityTrait, A = ()> {
    tx: &'a Tx<S>,
    select: Select<E>,
    access: PhantomData<A>,
}

impl<S> Tx<S> {
    /// Begins a query on table `E`.
    pub fn find<E: EntityTrait>(&self) -> Find<'_, S, E>
    where
        S: Reach<E>,
    {
        Find::new(self)
    }

    /// Begins a query on table `E` that may [stream](Find::stream). Until its rows are read or dropped the transaction
    /// does nothing else.
    pub fn scan<E: EntityTrait>(&mut self) -> Find<'_, S, E, Scanning>
    where
        S: Reach<E>,
    {
        Find::new(self)
    }
}

/// Building.
impl<'a, S: Reach<E>, E: EntityTrait, A> Find<'a, S, E, A> {
    fn new(tx: &'a Tx<S>) -> Self {
        let mut select = E::find();
        if let Some((column, tenant)) = tx.fence::<E>() {
            select = select.filter(column.eq(tenant));
        }
        Self { tx, select, access: PhantomData }
    }

    fn with(mut self, change: impl FnOnce(Select<E>) -> Select<E>) -> Self {
        self.select = change(self.select);
        self
    }

    /// Adds a condition; all of them must hold.
    pub fn filter(self, condition: impl IntoCondition) -> Self {
        self.with(|select| select.filter(condition))
    }

    /// Adds a condition when there is something to compare with.
    pub fn filter_some<T, C: IntoCondition>(self, value: Option<T>, condition: impl FnOnce(T) -> C) -> Self {
        match value {
            Some(value) => self.filter(condition(value)),
            None => self,
        }
    }

    /// Joins the rows of `O` whose columns equal those of an earlier table: pairs of (earlier, `O`'s). The tenant is
    /// compared too.
    pub fn join<O: EntityTrait>(self, on: impl IntoIterator<Item = (impl ColumnTrait, O::Column)>) -> Self
    where
        S: Reach<O>,
    {
        self.join_as::<O>(JoinType::InnerJoin, on)
    }

    /// As [`Find::join`], and keeps rows without a partner.
    pub fn left_join<O: EntityTrait>(
        self,
        on: impl IntoIterator<Item = (impl ColumnTrait, O::Column)>,
    ) -> Self
    where
        S: Reach<O>,
    {
        self.join_as::<O>(JoinType::LeftJoin, on)
    }

    fn join_as<O: EntityTrait>(
        mut self,
        kind: JoinType,
        on: impl IntoIterator<Item = (impl ColumnTrait, O::Column)>,
    ) -> Self
    where
        S: Reach<O>,
    {
        let condition = matching::<S, O>(self.tx, on);
        QuerySelect::query(&mut self.select).join(kind, O::default(), condition);
        self
    }

    /// Keeps the rows for which a row of `O` exists, by pairs of (earlier column, `O`'s column) and a further condition.
    pub fn having_row<O: EntityTrait>(
        self,
        on: impl IntoIterator<Item = (impl ColumnTrait, O::Column)>,
        condition: impl IntoCondition,
    ) -> Self
    where
        S: Reach<O>,
    {
        let exists = exists::<S, O>(self.tx, on, condition);
        self.filter(exists)
    }

    /// Keeps the rows for which no such row of `O` exists; see [`Find::having_row`].
    pub fn lacking_row<O: EntityTrait>(
        self,
        on: impl IntoIterator<Item = (impl ColumnTrait, O::Column)>,
        condition: impl IntoCondition,
    ) -> Self
    where
        S: Reach<O>,
    {
        let exists = exists::<S, O>(self.tx, on, condition);
        self.filter(exists.not())
    }

    pub fn order_by_asc(self, column: impl IntoSimpleExpr) -> Self {
        self.with(|select| select.order_by(column, Order::Asc))
    }

    pub fn order_by_desc(self, column: impl IntoSimpleExpr) -> Self {
        self.with(|select| select.order_by(column, Order::Desc))
    }

    pub fn limit(self, rows: u64) -> Self {
        self.with(|select| select.limit(rows))
    }

    /// Reads these columns alone, for [`Find::all_as`] and its like.
    pub fn columns<C: ColumnTrait>(self, columns: impl IntoIterator<Item = C>) -> Self {
        self.with(|select| select.select_only().columns(columns))
    }

    /// Reads one more column, of any joined table, under a name. Call it after [`Find::columns`].
    pub fn column_as(self, column: impl ColumnTrait, name: &str) -> Self {
        self.with(|select| select.column_as(column, name))
    }

    /// Reads one more value (a count, a sum) under a name. Call it after [`Find::columns`].
    pub fn value_as(self, value: impl IntoSimpleExpr, name: &str) -> Self {
        let value = value.into_simple_expr();
        self.with(|select| select.expr_as(value, name))
    }

    pub fn group_by(self, column: impl IntoSimpleExpr) -> Self {
        self.with(|select| select.group_by(column))
    }

    pub fn distinct(self) -> Self {
        self.with(QuerySelect::distinct)
    }

    /// Keeps others from changing the rows until this transaction ends. SQLite has one writer and needs no lock.
    pub fn for_update(self) -> Self {
        self.with(|select| select.lock(LockType::Update))
    }

    /// Keeps others from changing the rows until this transaction ends, and lets them do the same: for what a decision
    /// rests on, such as "the phase is open".
    pub fn for_share(self) -> Self {
        self.with(|select| select.lock(LockType::Share))
    }

    /// As [`Find::for_update`], and leaves out rows that others hold.
    pub fn for_update_skip_locked(self) -> Self {
        self.with(|select| select.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked))
    }
}

/// Running.
impl<'a, S: Reach<E>, E: EntityTrait, A> Find<'a, S, E, A> {
    pub async fn one(self) -> Result<Option<E::Model>, DbError> {
        let select = self.select;
        self.tx.run(|db| select.one(db)).await
    }

    pub async fn all(self) -> Result<Vec<E::Model>, DbError> {
        let select = self.select;
        self.tx.run(|db| select.all(db)).await
    }

    /// The first row as a struct that names its columns.
    pub async fn one_as<T: FromQueryResult>(self) -> Result<Option<T>, DbError> {
        let select = self.select.into_model::<T>();
        self.tx.run(|db| select.one(db)).await
    }

    pub async fn all_as<T: FromQueryResult>(self) -> Result<Vec<T>, DbError> {
        let select = self.select.into_model::<T>();
        self.tx.run(|db| select.all(db)).await
    }

    /// The first row as a tuple, its columns in the order in which they were asked for.
    pub async fn one_tuple<T: TryGetableMany>(self) -> Result<Option<T>, DbError> {
        let select = self.select.into_tuple::<T>();
        self.tx.run(|db| select.one(db)).await
    }

    pub async fn all_tuples<T: TryGetableMany>(self) -> Result<Vec<T>, DbError> {
        let select = self.select.into_tuple::<T>();
        self.tx.run(|db| select.all(db)).await
    }

    pub async fn count(self) -> Result<u64, DbError>
    where
        E::Model: Sync,
    {
        let select = self.select;
        self.tx.run(|db| select.count(db)).await
    }

    pub async fn exists(self) -> Result<bool, DbError> {
        let select = self.select.select_only().expr_as(Expr::val(1_i32), "one").limit(1);
        let row = self.tx.run(|db| select.into_tuple::<i32>().one(db)).await?;
        Ok(row.is_some())
    }
}

/// Streaming, for what is too much to hold at once.
impl<'a, S: Reach<E> + Sync, E: EntityTrait> Find<'a, S, E, Scanning> {
    pub async fn stream(self) -> Result<Rows<'a, E::Model>, DbError>
    where
        E::Model: 'a,
    {
        self.stream_as::<E::Model>().await
    }

    pub async fn stream_as<T: FromQueryResult + Send + 'a>(self) -> Result<Rows<'a, T>, DbError> {
        let Self { tx, select, .. } = self;
        let rows = tx.run(|db| select.into_model::<T>().stream(db)).await?;
        Ok(rows.map(move |row| row.map_err(|error| tx.broken_by(error))).boxed())
    }

    /// Tuples are the quickest way through many rows: no column is looked up by its name.
    pub async fn stream_tuples<T: TryGetableMany + Send + 'a>(self) -> Result<Rows<'a, T>, DbError> {
        let Self { tx, select, .. } = self;
        let rows = tx.run(|db| select.into_tuple::<T>().stream(db)).await?;
        Ok(rows.map(move |row| row.map_err(|error| tx.broken_by(error))).boxed())
    }
}

/// The rows of `O` in this transaction's reach whose columns equal those of an earlier table.
fn matching<S: Reach<O>, O: EntityTrait>(
    tx: &Tx<S>,
    on: impl IntoIterator<Item = (impl ColumnTrait, O::Column)>,
) -> Condition {
    let mut condition = Condition::all();
    if let Some((column, tenant)) = tx.fence::<O>() {
        condition = condition.add(column.eq(tenant));
    }
    for (earlier, own) in on {
        condition = condition.add(Expr::col(own.as_column_ref()).equals(earlier.as_column_ref()));
    }
    condition
}

fn exists<S: Reach<O>, O: EntityTrait>(
    tx: &Tx<S>,
    on: impl IntoIterator<Item = (impl ColumnTrait, O::Column)>,
    condition: impl IntoCondition,
) -> sea_orm::sea_query::SimpleExpr {
    let rows = Query::select()
        .expr(Expr::val(1_i32))
        .from(O::default())
        .cond_where(matching::<S, O>(tx, on).add(condition.into_condition()))
        .to_owned();
    Expr::exists(rows)
}
