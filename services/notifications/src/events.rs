//! What notifications does when something happened elsewhere: it keeps the facts and lets a job find those whom they
//! concern, because organizations cannot be asked while the event's transaction is open.

mod run_drafted;
mod run_failed;
mod run_published;

use platform::Result;
use platform::db::TenantTx;
use platform::events::Consumer;

use crate::domain::notices::{Deliver, Notice};
use crate::store::notices;

/// Tells officials of runs, in the order in which scoring tells us.
pub(crate) fn tell_officials() -> Consumer {
    Consumer::new("tell-officials")
        .on(run_failed::TellOfFailure)
        .on(run_drafted::TellOfDraft)
        .on(run_published::TellOfPublication)
}

async fn announce(tx: &TenantTx, notice: &Notice) -> Result<()> {
    notices::add(tx, notice).await?;
    tx.enqueue(Deliver { event: notice.event.to_string() }).await?;
    Ok(())
}
