//! Transactions. Nothing outside of this module can reach the connection behind one.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbErr, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};

use super::connect::{Backend, Database};
use super::scope::{System, SystemUse, Tenant};
use super::{DbError, Reach, fate};
use crate::audit::{self, Recorded};
use crate::error::Result;
use crate::events::{self, Outgoing};
use crate::ids::TenantId;
use crate::tenancy::{Actor, TenantScope};

/// A transaction of one tenant: the only way to its rows. What is not committed is rolled back when dropped.
pub type TenantTx = Tx<Tenant>;

/// A transaction across tenants on platform's own tables. It takes no row locks: read, then update under a condition.
pub type SystemTx = Tx<System>;

/// An open transaction; `S` says which tables it reaches. See [`TenantTx`] and [`SystemTx`].
///
/// After a statement failed or its wait was dropped, every later statement and the commit fail with
/// [`DbError::Broken`]: PostgreSQL can only roll back then, and SQLite behaves alike here.
pub struct Tx<S> {
    raw: DatabaseTransaction,
    scope: S,
    db: Database,
    write: bool,
    broken: AtomicBool,
    ending: Mutex<Ending>,
}

/// What is written right before the commit, and what happens once it has succeeded.
#[derive(Default)]
struct Ending {
    events: Vec<Outgoing>,
    acts: Vec<Recorded>,
    /// Channel and payload; each pair once.
    wakes: BTreeSet<(String, String)>,
    callbacks: Vec<Box<dyn FnOnce() + Send>>,
}

impl<S> std::fmt::Debug for Tx<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "transaction on {:?}", self.db)
    }
}

impl Tx<Tenant> {
    /// Opens a transaction that sees one state of the database from its first read to its end, and cannot write.
    pub async fn read(db: &Database, scope: &impl TenantScope) -> Result<Self> {
        let tenant = Tenant { id: scope.tenant()?, actor: scope.actor() };
        Ok(Self::open(db, tenant.clone(), Mode { write: false, tenant: Some(tenant.id), system: false })
            .await?)
    }

    /// Opens a transaction that writes. On SQLite writers wait for one another in order of coming, so keep it short: no
    /// call to another service and no computation while it is open. On PostgreSQL it sees what others commit meanwhile
    /// (read committed): lock the row that a decision rests on, or let a constraint decide.
    pub async fn write(db: &Database, scope: &impl TenantScope) -> Result<Self> {
        let tenant = Tenant { id: scope.tenant()?, actor: scope.actor() };
        Ok(Self::open(db, tenant.clone(), Mode { write: true, tenant: Some(tenant.id), system: false })
            .await?)
    }

    /// The tenant whose rows this transaction reaches.
    pub fn tenant_id(&self) -> TenantId {
        self.scope.id
    }

    /// Who acts in it.
    pub fn actor(&self) -> &Actor {
        &self.scope.actor
    }

    /// Writes what was [published](Self::publish) and [recorded](Self::record), makes everything visible to others, then
    /// wakes listeners and runs callbacks. When it fails with a transient error the outcome is not known: the connection
    /// may have been lost after the commit.
    pub async fn commit(self) -> Result<(), DbError> {
        self.flush_and_commit().await
    }
}

impl Tx<System> {
    /// Opens a transaction that sees one state of the platform tables of all tenants, and cannot write.
    pub async fn read(db: &Database, user: SystemUse) -> Result<Self, DbError> {
        Self::open(db, System(user), Mode { write: false, tenant: None, system: true }).await
    }

    /// Opens a transaction that writes platform tables of all tenants.
    pub async fn write(db: &Database, user: SystemUse) -> Result<Self, DbError> {
        Self::open(db, System(user), Mode { write: true, tenant: None, system: true }).await
    }

    pub fn user(&self) -> SystemUse {
        self.scope.0
    }

    /// See [`TenantTx::commit`].
    pub async fn commit(self) -> Result<(), DbError> {
        self.flush_and_commit().await
    }
}

struct Mode {
    write: bool,
    tenant: Option<TenantId>,
    system: bool,
}

impl<S> Tx<S> {
    async fn open(db: &Database, scope: S, mode: Mode) -> Result<Self, DbError> {
        let options = TransactionOptions {
            sqlite_transaction_mode: mode.write.then_some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let pool = db.inner().pools.choose(mode.system, mode.write);
        let raw = pool.begin_with_options(options).await.map_err(undone)?;
        if db.backend() == Backend::Postgres {
            let mut setup = String::new();
            if !mode.write {
                setup.push_str("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;");
            }
            if let Some(tenant) = mode.tenant {
                // A statement, not set_config(): only so does it reach the workers of a distributed PostgreSQL.
                setup.push_str(&format!("SET LOCAL app.tenant = '{tenant}';"));
            }
            if !setup.is_empty() {
                raw.execute_unprepared(&setup).await.map_err(undone)?;
            }
        }
        Ok(Self {
            raw,
            scope,
            db: db.clone(),
            write: mode.write,
            broken: AtomicBool::new(false),
            ending: Mutex::default(),
        })
    }

    async fn flush_and_commit(self) -> Result<(), DbError>
    where
        S: events::Publishes + audit::Records,
    {
        let acts = std::mem::take(&mut self.ending().acts);
        audit::flush(&self, acts).await?;
        let events = std::mem::take(&mut self.ending().events);
        events::flush(&self, events).await?;
        if self.broken.load(Ordering::Acquire) {
            return Err(DbError::Broken);
        }
        let Ending { wakes, callbacks, .. } = std::mem::take(&mut *self.ending());
        let write = self.write;
        match self.raw.commit().await.map_err(DbError::from) {
            Ok(()) if write => fate::kept(),
            Ok(()) => {}
            Err(error) => {
                // A refused commit is undone; whether a lost connection had committed is not known.
                if error.is_refused() {
                    fate::undone()
                } else {
                    fate::kept()
                }
                return Err(error);
            }
        }
        for (channel, payload) in &wakes {
            self.db.inner().hub.send(channel, payload);
        }
        for callback in callbacks {
            callback();
        }
        Ok(())
    }

    /// Runs `callback` after this transaction has committed; never when it has not. It must be quick and cannot fail.
    pub fn on_commit(&self, callback: impl FnOnce() + Send + 'static) {
        self.ending().callbacks.push(Box::new(callback));
    }

    /// Wakes who [listens](Database::listen) on `channel` when this transaction has committed. The same wake-up is sent
    /// once, however often it was asked for. `payload` is a hint such as an id, at most 1,000 bytes; a longer one is
    /// left out.
    pub fn notify(&self, channel: &str, payload: &str) {
        let payload = if payload.len() > 1_000 { "" } else { payload };
        self.ending().wakes.insert((channel.to_owned(), payload.to_owned()));
    }

    pub fn database(&self) -> &Database {
        &self.db
    }

    /// Keeps an event until the commit.
    pub(crate) fn keep_event(&self, event: Outgoing) {
        self.ending().events.push(event);
    }

    /// Keeps an audit entry until the commit.
    pub(crate) fn keep_act(&self, act: Recorded) {
        self.ending().acts.push(act);
    }

    fn ending(&self) -> std::sync::MutexGuard<'_, Ending> {
        self.ending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The tenant's column of `E` and the tenant, when this transaction has one.
    pub(crate) fn fence<E: sea_orm::EntityTrait>(&self) -> Option<(E::Column, TenantId)>
    where
        S: Reach<E>,
    {
        self.scope.fence()
    }

    /// Runs one statement; a failure, or a wait that is dropped, breaks the transaction.
    pub(super) async fn run<'a, T, F>(
        &'a self,
        statement: impl FnOnce(&'a DatabaseTransaction) -> F,
    ) -> Result<T, DbError>
    where
        F: Future<Output = Result<T, DbErr>>,
    {
        let watch = self.watch()?;
        let answer = statement(&self.raw).await.map_err(undone)?;
        watch.succeeded();
        Ok(answer)
    }

    /// Breaks the transaction because a row could not be read.
    pub(super) fn broken_by(&self, error: DbErr) -> DbError {
        self.broken.store(true, Ordering::Release);
        undone(error)
    }

    /// Breaks the transaction unless told that all went well.
    pub(super) fn watch(&self) -> Result<Watch<'_>, DbError> {
        if self.broken.load(Ordering::Acquire) {
            return Err(DbError::Broken);
        }
        Ok(Watch { broken: &self.broken, succeeded: false })
    }
}

/// The error of a statement before the commit: with it, the whole transaction is undone.
fn undone(error: DbErr) -> DbError {
    let error = DbError::from(error);
    if error.is_transient() {
        fate::undone();
    }
    error
}

pub(super) struct Watch<'a> {
    broken: &'a AtomicBool,
    succeeded: bool,
}

impl Watch<'_> {
    pub(super) fn succeeded(mut self) {
        self.succeeded = true;
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        if !self.succeeded {
            self.broken.store(true, Ordering::Release);
        }
    }
}
