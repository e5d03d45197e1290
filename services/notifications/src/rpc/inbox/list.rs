use platform::db::Database;
use platform::input::Faults;
use platform::paging::Page;
use platform::{Error, Result, auth};
use proto::common::v1::Reason;
use proto::notifications::v1::{ListMessagesRequest, ListMessagesResponse, MessageKind};
use tonic::Request;

use super::language;
use crate::domain::language::Language;
use crate::domain::notices::Kind;
use crate::store::messages::{self, Filter};

pub(super) async fn list_messages(
    db: &Database,
    request: Request<ListMessagesRequest>,
) -> Result<ListMessagesResponse> {
    let (member, asked) = (auth::member(&request)?, request.get_ref());
    let mut faults = Faults::new();
    let kind = match MessageKind::try_from(asked.kind) {
        Ok(kind) => Some(kind),
        Err(_) => {
            let sentence = format!("{} is not one of the values", asked.kind);
            faults.refuse("kind", Reason::InvalidArgument, sentence)
        }
    };
    let wanted = Language::parse("language", asked.language, &mut faults);
    let (kind, wanted) = faults.finish(kind.zip(wanted))?;
    // The language narrows nothing: another one may be asked for from page to page.
    let filters = [if asked.unread_only { "unread" } else { "" }, kind.as_str_name()];
    let page = Page::parse("ListMessages", &filters, asked.page_size, &asked.page_token)?;
    let before = page.after.as_deref().map(str::parse::<i64>).transpose().map_err(Error::internal)?;
    let filter = Filter { unread_only: asked.unread_only, kind: Kind::of_proto(kind), before };

    let tx = db.read(member).await?;
    let most = u64::try_from(page.size).unwrap_or(u64::MAX).saturating_add(1);
    let mut found = messages::list(&tx, member.account(), filter, most).await?;
    let more = found.len() > page.size;
    found.truncate(page.size);
    let last = found.last().filter(|_| more);
    let language = language(&tx, member.account(), wanted).await?;
    Ok(ListMessagesResponse {
        next_page_token: last.map(|message| page.token(&message.number.to_string())).unwrap_or_default(),
        messages: found.iter().map(|message| message.to_proto(language)).collect(),
    })
}
