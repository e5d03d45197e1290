use platform::db::Database;
use platform::{Result, auth};
use proto::notifications::v1::{GetPreferencesRequest, GetPreferencesResponse};
use tonic::Request;

use crate::store::preferences;

pub(super) async fn get_preferences(
    db: &Database,
    request: Request<GetPreferencesRequest>,
) -> Result<GetPreferencesResponse> {
    let member = auth::member(&request)?;
    let tx = db.read(member).await?;
    let preferences = preferences::get(&tx, member.account()).await?;
    Ok(GetPreferencesResponse { preferences: Some(preferences.to_proto()) })
}
