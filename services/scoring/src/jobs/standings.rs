//! Computes the live standings of one bloc again after something that they rest on has changed.

use std::time::Duration;

use platform::Result;
use platform::db::TenantTx;
use platform::ids::TenantId;
use platform::jobs::{Completed, Job, JobContext, JobError, Lane, Subject};
use prost::Message as _;

use crate::domain::live::LiveBloc;
use crate::peers::Peers;
use crate::standings::{self, Computed};
use crate::store::{live_members, live_standings, staleness};

/// After a computation that has failed for good it is tried again, so much later.
const AGAIN: Duration = Duration::from_secs(60 * 60);

/// Standings that are stale for so long wait for the next change.
const TOO_LONG: Duration = Duration::from_secs(7 * 24 * 60 * 60);

impl Job for LiveBloc {
    const KIND: &'static str = "standings";
    const LANE: Lane = Lane::Fast;
    /// Two hours of other services that do not answer.
    const MAX_FAILURES: i64 = 20;
    type Deps = Peers;

    fn subject(&self) -> Subject {
        Subject::from([("season".to_owned(), self.season.clone()), ("bloc".to_owned(), self.bloc.clone())])
    }

    async fn check(&self, peers: &Peers, tenant: TenantId) -> Result<()> {
        peers.check_bloc(tenant, self).await
    }

    async fn run(self, ctx: JobContext, peers: Peers) -> Result<Completed, JobError> {
        let known = live_standings::get(&ctx.read().await?, &self).await?;
        if known.is_none_or(|known| known.stale_since.is_none()) {
            return ctx.complete(ctx.write().await?).await;
        }
        ctx.phase("compute");
        let computed = standings::compute(&peers, ctx.work(), &self).await?;
        ctx.check()?;
        ctx.phase("store");
        store(&ctx, &peers, &self, computed).await
    }

    /// Nothing but the bloc's next change would ask for its standings again.
    async fn failed(&self, tx: &TenantTx, _: &Peers, _: &str) -> Result<()> {
        let now = tx.database().ids().clock().now();
        let stale_since = live_standings::get(tx, self).await?.and_then(|live| live.stale_since);
        match stale_since {
            Some(since) if now.since(since) < TOO_LONG => staleness::compute_after(tx, self, AGAIN).await,
            _ => Ok(()),
        }
    }
}

async fn store(
    ctx: &JobContext,
    peers: &Peers,
    of: &LiveBloc,
    computed: Computed,
) -> Result<Completed, JobError> {
    let Computed { mark, season_revision, units_revision, members, outcome } = computed;
    let tx = ctx.write().await?;
    let Some(held) = live_standings::held(&tx, of).await? else {
        return Err(JobError::fail(format!("nothing is known of {of}")));
    };
    let computed = live_standings::Computed {
        season_revision,
        units_revision,
        at: ctx.clock().now(),
        outcome: outcome.as_ref().map(|answer| answer.encode_to_vec()).map_err(String::as_str),
    };
    live_standings::put(&tx, of, &held, mark, computed).await?;
    live_members::set(&tx, of, &members).await?;
    let completed = ctx.complete(tx).await?;
    peers.forget_live(ctx.tenant_id(), of, held.version).await;
    Ok(completed)
}
