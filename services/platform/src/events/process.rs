//! Handling what the inbox holds.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures::{FutureExt, StreamExt, stream};
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use super::consumer::Effect;
use super::inbox::{Inbox, WAKE};
use super::store::inbox::{self, Lane};
use crate::db::{SystemUse, woken};
use crate::telemetry::span::{Key, Kind, Span};
use crate::tenancy::{Cause, Work};
use crate::trace::{self, Trace};
use crate::{Error, Result};

/// Lanes that are worked on at once.
const LANES: usize = 8;

/// Events of one lane before the others are looked at again.
const BURST: usize = 32;

/// An event that failed so often is parked.
const ATTEMPTS: i64 = 10;

/// The pause after the first failure; it doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

/// How long one attempt may take.
const TIME_LIMIT: Duration = Duration::from_secs(60);

/// What became of the first event of a lane.
enum Outcome {
    Handled,
    /// Nothing is due.
    Idle,
    Failed,
}

impl Inbox {
    /// Handles events until told to stop. It may be stopped or dropped at any point: what has no effect yet is handled
    /// later. One of these runs per service; should two run for a moment, each effect still happens once.
    pub async fn run(&self, stop: CancellationToken) {
        let mut wakeups = self.db.listen(WAKE);
        let work = async {
            loop {
                match self.round().await {
                    // There may be more behind what was handled.
                    Ok(true) => {}
                    Ok(false) => woken(&mut wakeups, &self.clock).await,
                    Err(error) => {
                        tracing::warn!(%error, cause = error.cause(), "events wait: the inbox is away");
                        woken(&mut wakeups, &self.clock).await;
                    }
                }
            }
        };
        stop.run_until_cancelled(work).await;
    }

    /// Works on every lane once. Returns whether some event was handled.
    async fn round(&self) -> Result<bool> {
        let tx = self.db.system_read(SystemUse::EventInbox).await?;
        let lanes = inbox::lanes(&tx).await?;
        tx.commit().await?;
        // Rows of a consumer that this version does not know stay for one that does.
        let known = lanes.into_iter().filter(|lane| self.consumers.iter().any(|c| c.name() == lane.consumer));
        let handled: Vec<Result<bool>> =
            stream::iter(known).map(|lane| self.lane(lane)).buffer_unordered(LANES).collect().await;
        let handled = handled.into_iter().collect::<Result<Vec<bool>>>()?;
        Ok(handled.contains(&true))
    }

    async fn lane(&self, lane: Lane) -> Result<bool> {
        let mut any = false;
        for _ in 0..BURST {
            match self.first(&lane).await? {
                Outcome::Handled => any = true,
                Outcome::Idle | Outcome::Failed => break,
            }
        }
        Ok(any)
    }

    async fn first(&self, lane: &Lane) -> Result<Outcome> {
        let tx = self.db.system_read(SystemUse::EventInbox).await?;
        let first = inbox::first(&tx, lane).await?;
        tx.commit().await?;
        let Some(row) = first.filter(|row| row.due_at <= self.clock.now()) else { return Ok(Outcome::Idle) };

        let parent = Trace::parse(&row.trace);
        let trace = parent.step(self.db.ids().random());
        let mut span = self.handling(&row, &trace, &parent);
        let logged = tracing::info_span!(
            "event",
            service = self.db.service(),
            topic = row.topic,
            consumer = row.consumer,
            tenant = %row.tenant_id,
            trace = trace.id()
        );
        let attempt = trace::within(trace, self.attempt(&row)).instrument(logged.clone());
        let attempt = AssertUnwindSafe(Box::pin(attempt)).catch_unwind();
        let result = match self.clock.timeout(TIME_LIMIT, attempt).await {
            Some(Ok(result)) => result,
            Some(Err(_)) => Err(Error::internal("the handler panicked")),
            None => Err(Error::internal(format!("the handler took longer than {} s", TIME_LIMIT.as_secs()))),
        };
        match result {
            Ok(()) => Ok(Outcome::Handled),
            Err(error) => {
                span.fail();
                self.note_failure(&row, &error).instrument(logged).await
            }
        }
    }

    /// The step of the event's trace in which a consumer handles it.
    fn handling(&self, row: &inbox::Model, trace: &Trace, parent: &Trace) -> Span {
        let name = || format!("handle {}", row.topic);
        let mut span = Span::begin(Kind::Consumer, name, trace, parent, &self.clock);
        span.tell(Key::Service, self.db.service());
        span.tell(Key::Consumer, &row.consumer);
        span.tell(Key::Source, &row.source);
        span.tell(Key::Tenant, row.tenant_id);
        span.tell(Key::Event, row.event_id);
        span.tell(Key::Topic, &row.topic);
        span
    }

    /// Effect and mark in one transaction. The mark comes first: whoever else handles the same event waits for it, and
    /// then finds nothing to do.
    async fn attempt(&self, row: &inbox::Model) -> Result<()> {
        let effect =
            self.consumers.iter().find(|c| c.name() == row.consumer).and_then(|c| c.effect(&row.topic));
        let now = self.clock.now();
        match effect {
            Some(Effect::Tenant(handle)) => {
                let work = Work::new(row.tenant_id, Cause::Event(row.event_id));
                let tx = self.db.write(&work).await?;
                if inbox::done(&tx, row, now).await? {
                    handle(&tx, row).await?;
                    tx.commit().await?;
                }
            }
            Some(Effect::System(handle)) => {
                let tx = self.db.system_write(SystemUse::EventInbox).await?;
                if inbox::done_by_system(&tx, row, now).await? {
                    handle(&tx, row).await?;
                    tx.commit().await?;
                }
            }
            None => {
                let message = format!("consumer {} has no handler for {}", row.consumer, row.topic);
                return Err(Error::internal(message));
            }
        }
        Ok(())
    }

    async fn note_failure(&self, row: &inbox::Model, error: &Error) -> Result<Outcome> {
        let now = self.clock.now();
        let parked = row.failures + 1 >= ATTEMPTS;
        let pause = FIRST_PAUSE.saturating_mul(1 << row.failures.clamp(0, 20)).min(LONGEST_PAUSE);
        let text = match error.cause() {
            Some(cause) => format!("{error} ({cause})"),
            None => error.to_string(),
        };
        tracing::warn!(
            tenant = %row.tenant_id, event = %row.event_id, consumer = row.consumer, topic = row.topic,
            failures = row.failures + 1, parked, error = text, "an event could not be handled"
        );
        let tx = self.db.system_write(SystemUse::EventInbox).await?;
        let due = (!parked).then(|| now.plus(pause));
        inbox::failed(&tx, row, &text, due, now).await?;
        tx.commit().await?;
        // After a parked event, the next of the lane has its turn.
        Ok(if parked { Outcome::Handled } else { Outcome::Failed })
    }
}
