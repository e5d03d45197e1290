use platform::db::Database;
use platform::{Result, auth};
use proto::notifications::v1::{CountUnreadRequest, CountUnreadResponse};
use tonic::Request;

use super::counted;
use crate::store::messages;

pub(super) async fn count_unread(
    db: &Database,
    request: Request<CountUnreadRequest>,
) -> Result<CountUnreadResponse> {
    let member = auth::member(&request)?;
    let tx = db.read(member).await?;
    let unread = messages::count_unread(&tx, member.account()).await?;
    Ok(CountUnreadResponse { unread: counted(unread) })
}
