use platform::Result;
use platform::db::TenantTx;
use platform::events::{Handler, Received};
use proto::scoring::v1::RunPublished;

use super::announce;
use crate::domain::notices::{Facts, Notice, Outcome};

pub(super) struct TellOfPublication;

impl Handler for TellOfPublication {
    type Message = RunPublished;

    async fn handle(&self, tx: &TenantTx, event: Received<RunPublished>) -> Result<()> {
        let RunPublished { season, run_id, run_number, units, ranked, results_sha256, replaces_run_id } =
            event.message;
        let outcome = Outcome { units, ranked, results_sha256 };
        let facts = Facts::Publication { outcome, replaces: !replaces_run_id.is_empty() };
        announce(tx, &Notice { event: event.id, season, run_id, run_number, facts }).await
    }
}
