use platform::audit::Act;
use platform::db::Database;
use platform::input::Faults;
use platform::{Result, auth, idempotency};
use proto::notifications::v1::{PutPreferencesRequest, PutPreferencesResponse};
use tonic::Request;

use crate::domain::preferences::Preferences;
use crate::store::preferences;

pub(super) async fn put_preferences(
    db: &Database,
    request: Request<PutPreferencesRequest>,
) -> Result<PutPreferencesResponse> {
    let account = auth::member(&request)?.account();
    let (caller, key, request) = idempotency::received(request)?;
    let mut faults = Faults::new();
    let given = faults.required("preferences", request.preferences.as_ref());
    let given = given.and_then(|given| Preferences::parse("preferences", given, &mut faults));
    let given = faults.finish(given)?;

    idempotency::run(db, &caller, key, &request, async |tx| {
        preferences::put(tx, account, &given).await?;
        let act = Act::new("preferences.put", "account", account);
        tx.record(act.with("language", given.language.as_str()));
        Ok(PutPreferencesResponse { preferences: Some(given.to_proto()) })
    })
    .await
}
