//! Gives the message about an event to everyone whom it concerns, page by page of the accounts. An attempt that follows
//! another one begins at the first page again and passes over the accounts that have their message.
//!
//! Events of one moment, which concern the same accounts, ask for these once.

use std::collections::BTreeMap;

use platform::Result;
use platform::ids::{AccountId, EventId, TenantId};
use platform::input::Faults;
use platform::jobs::{BatchContext, Completed, Job, JobContext, JobError, Lane, Subject};
use proto::common::v1::Role;

use crate::domain::notices::Deliver;
use crate::peers::Organizations;
use crate::store::{messages, notices};

/// Messages that one transaction writes for several events; more go page by page.
const TOGETHER_AT_MOST: usize = 2_000;

impl Job for Deliver {
    const KIND: &'static str = "deliver";
    const LANE: Lane = Lane::Fast;
    /// Two hours of an organizations that does not answer.
    const MAX_FAILURES: i64 = 20;
    const TOGETHER: usize = 20;
    type Deps = Organizations;

    fn subject(&self) -> Subject {
        Subject::from([("event".to_owned(), self.event.clone())])
    }

    async fn check(&self, _: &Organizations, _: TenantId) -> Result<()> {
        let mut faults = Faults::new();
        let event = faults.id::<EventId>("event", &self.event);
        faults.finish(event).map(drop)
    }

    async fn run(self, ctx: JobContext, organizations: Organizations) -> Result<Completed, JobError> {
        let event = event_of(&self)?;
        let tx = ctx.read().await?;
        let notice = notices::find(&tx, event).await?;
        tx.commit().await?;
        let notice = notice.ok_or_else(|| JobError::fail(format!("there is no notice of event {event}")))?;
        let audience = notice.facts.kind().audience();

        ctx.phase("deliver");
        let (mut token, mut done) = (String::new(), 0_u64);
        loop {
            ctx.check()?;
            let page = organizations.accounts(ctx.tenant_id(), audience, &token).await?;
            let tx = ctx.write().await?;
            messages::deliver(&tx, event, &page.ids).await?;
            done = done.saturating_add(u64::try_from(page.ids.len()).unwrap_or(u64::MAX));
            match page.next {
                Some(next) => {
                    ctx.progress(done, 0);
                    ctx.commit(tx).await?;
                    token = next;
                }
                None => {
                    ctx.progress(done, done);
                    return ctx.complete(tx).await;
                }
            }
        }
    }

    async fn run_together(
        jobs: Vec<Self>,
        ctx: BatchContext,
        organizations: Organizations,
    ) -> Result<Completed, JobError> {
        let events = jobs.iter().map(event_of).collect::<Result<Vec<_>, _>>()?;
        let tx = ctx.read().await?;
        let notices = notices::of(&tx, events.iter().copied()).await?;
        tx.commit().await?;
        if notices.len() < jobs.len() {
            return Err(JobError::fail("an event has no notice"));
        }
        let (mut accounts, mut messages) = (BTreeMap::new(), 0);
        for notice in notices.values() {
            let kind = notice.facts.kind();
            if !accounts.contains_key(kind.as_str()) {
                accounts.insert(kind.as_str(), all(&organizations, ctx.tenant_id(), kind.audience()).await?);
            }
            messages += accounts.get(kind.as_str()).map_or(0, Vec::len);
            if messages > TOGETHER_AT_MOST {
                return Err(JobError::retry("too many messages for one transaction"));
            }
        }
        let tx = ctx.write().await?;
        for event in events {
            let kind = notices.get(&event).map(|notice| notice.facts.kind().as_str());
            let accounts = kind.and_then(|kind| accounts.get(kind)).map_or(&[][..], Vec::as_slice);
            messages::deliver(&tx, event, accounts).await?;
        }
        ctx.complete(tx).await
    }
}

fn event_of(job: &Deliver) -> Result<EventId, JobError> {
    job.event.parse().map_err(|_| JobError::fail(format!("{:?} is no id", job.event)))
}

/// All accounts with one of these roles; an error when they are too many for one transaction.
async fn all(
    organizations: &Organizations,
    tenant: TenantId,
    audience: &[Role],
) -> Result<Vec<AccountId>, JobError> {
    let (mut accounts, mut token) = (Vec::new(), String::new());
    loop {
        let page = organizations.accounts(tenant, audience, &token).await?;
        accounts.extend(page.ids);
        match page.next {
            Some(next) if accounts.len() <= TOGETHER_AT_MOST => token = next,
            Some(_) => return Err(JobError::retry("too many messages for one transaction")),
            None => return Ok(accounts),
        }
    }
}
