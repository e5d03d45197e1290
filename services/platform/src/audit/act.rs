//! Writing entries.

use std::collections::BTreeMap;
use std::fmt;

use sea_orm::IntoActiveModel;
use serde_json::Value;

use super::sealer::WAKE;
use super::store::{entries, unsealed};
use crate::db::{DbError, Reach, SystemTx, TenantTx, Tx};
use crate::ids::TenantId;
use crate::tenancy::Actor;

/// Something that was done, for the audit log. It names things by code or id; it holds no name of a person, no address,
/// no secret and no choice.
#[derive(Clone, Debug, PartialEq)]
pub struct Act {
    action: &'static str,
    subject_kind: &'static str,
    subject: String,
    details: BTreeMap<&'static str, Value>,
}

impl Act {
    /// `action` such as `run.approved`, done to the `subject` (its code or id) of that kind.
    pub fn new(action: &'static str, subject_kind: &'static str, subject: impl fmt::Display) -> Self {
        Self { action, subject_kind, subject: subject.to_string(), details: BTreeMap::new() }
    }

    /// Adds a fact, such as `season` = `2023`.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.details.insert(name, value.into());
        self
    }
}

/// An act that waits for the commit of its transaction.
#[derive(Debug)]
pub(crate) struct Recorded(entries::Model);

impl TenantTx {
    /// Puts the act into the tenant's audit log when this transaction commits; never when it does not.
    pub fn record(&self, act: Act) {
        self.keep_act(recorded(self, self.tenant_id(), self.actor(), act));
    }
}

impl SystemTx {
    /// Puts what `actor` did into the audit log of `tenant` when this transaction commits; never when it does not.
    pub fn record(&self, tenant: TenantId, actor: &Actor, act: Act) {
        self.keep_act(recorded(self, tenant, actor, act));
    }
}

fn recorded<S>(tx: &Tx<S>, tenant: TenantId, actor: &Actor, act: Act) -> Recorded {
    let ids = tx.database().ids();
    let (actor_kind, actor) = match actor {
        Actor::Account(account) => ("account", account.to_string()),
        Actor::Operator(account) => ("operator", account.to_string()),
        Actor::Service(name) => ("service", name.clone()),
        Actor::Job(job) => ("job", job.to_string()),
        Actor::Event(event) => ("event", event.to_string()),
    };
    let details: serde_json::Map<String, Value> =
        act.details.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Recorded(entries::Model {
        tenant_id: tenant,
        entry_id: ids.next(),
        at: ids.clock().now(),
        actor_kind: actor_kind.to_owned(),
        actor,
        action: act.action.to_owned(),
        subject_kind: act.subject_kind.to_owned(),
        subject: act.subject,
        details: Value::Object(details).to_string(),
        trace: crate::trace::current().to_string(),
    })
}

/// The scopes of transactions that record.
pub(crate) trait Records: Reach<entries::Entity> + Reach<unsealed::Entity> {}
impl<S: Reach<entries::Entity> + Reach<unsealed::Entity>> Records for S {}

/// Writes the entries of a transaction, and that they wait for their seals.
pub(crate) async fn flush<S: Records>(tx: &Tx<S>, acts: Vec<Recorded>) -> Result<(), DbError> {
    if acts.is_empty() {
        return Ok(());
    }
    let waiting: Vec<_> = acts
        .iter()
        .map(|Recorded(row)| {
            let row = unsealed::Model { tenant_id: row.tenant_id, entry_id: row.entry_id };
            row.into_active_model()
        })
        .collect();
    let rows: Vec<_> = acts.into_iter().map(|Recorded(row)| row.into_active_model()).collect();
    tx.insert_many(rows).await?;
    tx.insert_many(waiting).await?;
    tx.notify(WAKE, "");
    Ok(())
}
