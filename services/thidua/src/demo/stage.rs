//! Where a campaign is played: the federation's persons, and what was done so far.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use platform::clock::Clock;
use platform::transport::Connection;
use prost::{Message, Name};
use tonic::{Request, Response, Status};

use super::actors::Actors;
use super::board::Row;
use super::call::{Failure, Kind, Result};
use super::data::Campaign;
use super::data::shape::FederationRole;

pub(super) struct Stage {
    pub(super) campaign: Arc<Campaign>,
    pub(super) actors: Actors,
    pub(super) clock: Clock,
    pub(super) row: Row,
    changes: AtomicUsize,
}

impl Stage {
    /// `changes` were made already.
    pub(super) fn new(
        campaign: Arc<Campaign>,
        actors: Actors,
        clock: Clock,
        row: Row,
        changes: usize,
    ) -> Self {
        Self { campaign, actors, clock, row, changes: AtomicUsize::new(changes) }
    }

    /// A change, made by the account whose job it is.
    pub(super) async fn act<Q, R, F>(
        &self,
        login: &str,
        message: Q,
        rpc: impl Fn(Connection, Request<Q>) -> F,
    ) -> Result<R>
    where
        Q: Message + Name + Clone,
        F: Future<Output = Result<Response<R>, Status>>,
    {
        let answer = self.actors.by(login).await?.send(Kind::Change, message, rpc).await?;
        self.changes.fetch_add(1, Ordering::Relaxed);
        Ok(answer)
    }

    /// A secret change: nothing of it is kept, not even a key.
    pub(super) async fn act_in_secret<Q, R, F>(
        &self,
        login: &str,
        message: Q,
        rpc: impl Fn(Connection, Request<Q>) -> F,
    ) -> Result<R>
    where
        Q: Message + Name + Clone,
        F: Future<Output = Result<Response<R>, Status>>,
    {
        let answer = self.actors.by(login).await?.send(Kind::Plain, message, rpc).await?;
        self.changes.fetch_add(1, Ordering::Relaxed);
        Ok(answer)
    }

    /// A question.
    pub(super) async fn ask<Q, R, F>(
        &self,
        login: &str,
        message: Q,
        rpc: impl Fn(Connection, Request<Q>) -> F,
    ) -> Result<R>
    where
        Q: Message + Name + Clone,
        F: Future<Output = Result<Response<R>, Status>>,
    {
        self.actors.by(login).await?.send(Kind::Plain, message, rpc).await
    }

    /// Changes that were made.
    pub(super) fn changes(&self) -> usize {
        self.changes.load(Ordering::Relaxed)
    }

    /// One step of the campaign, and whether it was done already.
    pub(super) async fn step(&self, name: &str, work: impl Future<Output = Result<()>>) -> Result<()> {
        self.row.begin(name);
        let before = self.changes();
        work.await.map_err(|failure| failure.during(name))?;
        self.row.done(name, self.changes() - before);
        Ok(())
    }

    /// The season's code.
    pub(super) fn season(&self) -> String {
        self.campaign.season.code.to_string()
    }

    /// The federation's first administrator.
    pub(super) fn admin(&self) -> Result<&str> {
        first_admin(&self.campaign).map(|official| official.login.as_str())
    }
}

/// The administrator who is taken in together with the federation.
pub(super) fn first_admin(campaign: &Campaign) -> Result<&super::data::shape::Official> {
    let admin =
        |official: &&super::data::shape::Official| official.roles.contains(&FederationRole::FederationAdmin);
    let none = || Failure::new(format!("{} has no official with the administrator's role", campaign.file));
    campaign.federation.officials.iter().find(admin).ok_or_else(none)
}
