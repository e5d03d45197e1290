use platform::Result;
use platform::db::TenantTx;
use platform::events::{Handler, Received};
use proto::scoring::v1::RunFailed;

use super::announce;
use crate::domain::notices::{Facts, Notice};

pub(super) struct TellOfFailure;

impl Handler for TellOfFailure {
    type Message = RunFailed;

    async fn handle(&self, tx: &TenantTx, event: Received<RunFailed>) -> Result<()> {
        let RunFailed { season, run_id, run_number, faults, summary } = event.message;
        let facts = Facts::Failure { faults, summary };
        announce(tx, &Notice { event: event.id, season, run_id, run_number, facts }).await
    }
}
