//! Gives the message about an event to everyone whom it concerns, page by page of the accounts. An attempt that follows
//! another one begins at the first page again and passes over the accounts that have their message.

use platform::Result;
use platform::ids::{EventId, TenantId};
use platform::input::Faults;
use platform::jobs::{Completed, Job, JobContext, JobError, Lane, Subject};

use crate::domain::notices::Deliver;
use crate::peers::Organizations;
use crate::store::{messages, notices};

impl Job for Deliver {
    const KIND: &'static str = "deliver";
    const LANE: Lane = Lane::Fast;
    /// Two hours of an organizations that does not answer.
    const MAX_FAILURES: i64 = 20;
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
        let event: EventId =
            self.event.parse().map_err(|_| JobError::fail(format!("{:?} is no id", self.event)))?;
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
}
