use platform::audit::Act;
use platform::db::{Database, TenantTx};
use platform::ids::AccountId;
use platform::input::Faults;
use platform::{Result, auth, idempotency};
use proto::common::v1::Reason;
use proto::notifications::v1::mark_read_request::Which;
use proto::notifications::v1::{MarkReadRequest, MarkReadResponse};
use tonic::Request;

use super::counted;
use crate::domain::messages::MessageId;
use crate::error;
use crate::store::messages;

/// Messages that one call takes.
const MOST: usize = 1000;

pub(super) async fn mark_read(db: &Database, request: Request<MarkReadRequest>) -> Result<MarkReadResponse> {
    let account = auth::member(&request)?.account();
    let (caller, key, request) = idempotency::received(request)?;
    let mut faults = Faults::new();
    let ids = parse(request.which.as_ref(), &mut faults);
    let ids = faults.finish(ids)?;

    idempotency::run(db, &caller, key, &request, async |tx| {
        if let Some(ids) = &ids {
            require_known(tx, account, ids).await?;
        }
        let now = tx.database().ids().clock().now();
        let read = messages::mark_read(tx, account, ids.as_deref(), now).await?;
        if read > 0 {
            tx.record(Act::new("messages.read", "account", account).with("messages", read));
        }
        Ok(MarkReadResponse { unread: counted(messages::count_unread(tx, account).await?) })
    })
    .await
}

/// The ids of the messages; nothing within for all of them.
fn parse(which: Option<&Which>, faults: &mut Faults) -> Option<Option<Vec<MessageId>>> {
    match which {
        Some(Which::Messages(messages)) => {
            faults.each("messages.ids", MOST, &messages.ids, |at, id, faults| faults.id(at, id)).map(Some)
        }
        Some(Which::All(true)) => Some(None),
        Some(Which::All(false)) => faults.refuse("all", Reason::InvalidArgument, "is true or absent"),
        None => faults.refuse("which", Reason::FieldRequired, "messages or all is required"),
    }
}

/// All of the ids, or a fault for each that the inbox does not have.
async fn require_known(tx: &TenantTx, account: AccountId, ids: &[MessageId]) -> Result<()> {
    let known = messages::known(tx, account, ids).await?;
    let mut faults = Faults::new();
    for (place, id) in ids.iter().enumerate().filter(|(_, id)| !known.contains(id)) {
        let sentence = error::message_unknown_sentence(*id);
        faults.add(format!("messages.ids[{place}]"), Reason::MessageUnknown, sentence);
    }
    faults.none()
}
