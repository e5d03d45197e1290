use platform::Result;
use platform::db::TenantTx;
use platform::events::{Handler, Received};
use proto::scoring::v1::RunDrafted;

use super::announce;
use crate::domain::notices::{Facts, Notice, Outcome};

pub(super) struct TellOfDraft;

impl Handler for TellOfDraft {
    type Message = RunDrafted;

    async fn handle(&self, tx: &TenantTx, event: Received<RunDrafted>) -> Result<()> {
        let RunDrafted { season, run_id, run_number, units, ranked, results_sha256 } = event.message;
        let facts = Facts::Draft { outcome: Outcome { units, ranked, results_sha256 } };
        announce(tx, &Notice { event: event.id, season, run_id, run_number, facts }).await
    }
}
