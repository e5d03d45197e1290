use platform::db::Database;
use platform::input::Faults;
use platform::{Result, auth};
use proto::notifications::v1::{GetMessageRequest, GetMessageResponse};
use tonic::Request;

use super::language;
use crate::domain::language::Language;
use crate::store::messages;

pub(super) async fn get_message(
    db: &Database,
    request: Request<GetMessageRequest>,
) -> Result<GetMessageResponse> {
    let (member, asked) = (auth::member(&request)?, request.get_ref());
    let mut faults = Faults::new();
    let id = faults.id("message_id", &asked.message_id);
    let wanted = Language::parse("language", asked.language, &mut faults);
    let (id, wanted) = faults.finish(id.zip(wanted))?;

    let tx = db.read(member).await?;
    let message = messages::get(&tx, member.account(), id).await?;
    let language = language(&tx, member.account(), wanted).await?;
    Ok(GetMessageResponse { message: Some(message.to_proto(language)) })
}
