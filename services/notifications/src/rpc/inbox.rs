//! InboxService: the messages to the caller.

mod count_unread;
mod get;
mod list;
mod mark_read;
mod watch;

use futures::stream::BoxStream;
use platform::Result;
use platform::db::{Database, TenantTx};
use platform::ids::AccountId;
use proto::notifications::v1::inbox_service_server::InboxService;
use proto::notifications::v1::*;
use tonic::{Request, Response, Status};

use crate::domain::language::Language;
use crate::store::preferences;

pub(crate) struct Inbox {
    pub(crate) db: Database,
}

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl InboxService for Inbox {
    async fn list_messages(&self, request: Request<ListMessagesRequest>) -> Answer<ListMessagesResponse> {
        Ok(Response::new(list::list_messages(&self.db, request).await?))
    }

    async fn get_message(&self, request: Request<GetMessageRequest>) -> Answer<GetMessageResponse> {
        Ok(Response::new(get::get_message(&self.db, request).await?))
    }

    async fn count_unread(&self, request: Request<CountUnreadRequest>) -> Answer<CountUnreadResponse> {
        Ok(Response::new(count_unread::count_unread(&self.db, request).await?))
    }

    async fn mark_read(&self, request: Request<MarkReadRequest>) -> Answer<MarkReadResponse> {
        Ok(Response::new(mark_read::mark_read(&self.db, request).await?))
    }

    type WatchMessagesStream = BoxStream<'static, Result<WatchMessagesResponse, Status>>;

    async fn watch_messages(
        &self,
        request: Request<WatchMessagesRequest>,
    ) -> Answer<Self::WatchMessagesStream> {
        Ok(Response::new(watch::watch_messages(&self.db, request).await?))
    }
}

/// The language of an answer: the one that was asked for, else the caller's own.
async fn language(tx: &TenantTx, account: AccountId, asked: Option<Language>) -> Result<Language> {
    match asked {
        Some(language) => Ok(language),
        None => Ok(preferences::get(tx, account).await?.language),
    }
}

/// Unread messages as answers count them.
fn counted(unread: u64) -> u32 {
    u32::try_from(unread).unwrap_or(u32::MAX)
}
