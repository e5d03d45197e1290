//! Messages as they come. A wake-up says that there may be some in the federation; which ones the caller has not seen
//! says the number of the last one.

use std::collections::VecDeque;
use std::time::Duration;

use futures::FutureExt as _;
use futures::stream::{BoxStream, StreamExt as _, unfold};
use platform::db::{Database, Wake, Wakeups};
use platform::input::Faults;
use platform::tenancy::Member;
use platform::{Result, auth};
use proto::notifications::v1::{Message, WatchMessagesRequest, WatchMessagesResponse};
use tonic::{Request, Status};

use super::language;
use crate::domain::language::Language;
use crate::store::{heads, messages};

/// A wake-up may be lost: so often it is looked without one.
const LOOK: Duration = Duration::from_secs(5);

/// Messages that are read at once.
const BATCH: u64 = 100;

pub(super) async fn watch_messages(
    db: &Database,
    request: Request<WatchMessagesRequest>,
) -> Result<BoxStream<'static, Result<WatchMessagesResponse, Status>>> {
    let (member, asked) = (auth::member(&request)?.clone(), request.get_ref());
    let mut faults = Faults::new();
    let after = match asked.after_message_id.as_str() {
        "" => Some(None),
        id => faults.id("after_message_id", id).map(Some),
    };
    let wanted = Language::parse("language", asked.language, &mut faults);
    let (after, wanted) = faults.finish(after.zip(wanted))?;

    // Listening begins before the first look, so that nothing falls between them.
    let wakeups = db.listen(messages::WAKE);
    let tx = db.read(&member).await?;
    let last = match after {
        Some(id) => messages::get(&tx, member.account(), id).await?.number,
        None => heads::last(&tx).await?,
    };
    tx.commit().await?;
    let watch = Watch { db: db.clone(), member, wanted, wakeups, last, ready: VecDeque::new() };
    let stream = unfold(Some(watch), |watch| async {
        let mut watch = watch?;
        match watch.next().await {
            Ok(message) => Some((Ok(WatchMessagesResponse { message: Some(message) }), Some(watch))),
            Err(error) => Some((Err(error.into()), None)),
        }
    });
    Ok(stream.boxed())
}

struct Watch {
    db: Database,
    member: Member,
    wanted: Option<Language>,
    wakeups: Wakeups,
    /// The number of the last message that was read.
    last: i64,
    /// Read and not yet sent.
    ready: VecDeque<Message>,
}

impl Watch {
    async fn next(&mut self) -> Result<Message> {
        loop {
            if let Some(message) = self.ready.pop_front() {
                return Ok(message);
            }
            self.look().await?;
            if self.ready.is_empty() {
                self.woken().await;
            }
        }
    }

    async fn look(&mut self) -> Result<()> {
        let tx = self.db.read(&self.member).await?;
        let found = messages::after(&tx, self.member.account(), self.last, BATCH).await?;
        if let Some(newest) = found.last() {
            self.last = newest.number;
            let language = language(&tx, self.member.account(), self.wanted).await?;
            self.ready.extend(found.iter().map(|message| message.to_proto(language)));
        }
        Ok(tx.commit().await?)
    }

    /// Waits until there may be messages for the caller's federation. Wake-ups that came together count as one.
    async fn woken(&mut self) {
        let tenant = self.member.tenant_id().to_string();
        let concerns = |wake: &Wake| match wake {
            Wake::Said(of) => *of == tenant,
            Wake::Missed => true,
        };
        let clock = self.db.ids().clock().clone();
        let wait = async {
            while !concerns(&self.wakeups.next().await) {}
            while self.wakeups.next().now_or_never().is_some() {}
        };
        tokio::select! {
            () = wait => {}
            () = clock.sleep(LOOK) => {}
        }
    }
}
