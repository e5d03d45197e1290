use std::collections::BTreeSet;

use platform::audit::Act;
use platform::db::Database;
use platform::ids::AccountId;
use platform::input::Faults;
use platform::{Result, auth, idempotency};
use proto::common::v1::Reason;
use proto::organizations::v1::*;
use tonic::Request;

use super::{check_quota, enter, one_shown};
use crate::domain::accounts::{self as domain, NewAccount, NewOfficialAccount, check_grants};
use crate::domain::grants::Grant;
use crate::rpc::today_in;
use crate::store::{account_grants, accounts, officials, units};

pub(super) async fn create_account(
    db: &Database,
    request: Request<CreateAccountRequest>,
) -> Result<CreateAccountResponse> {
    let (caller, key, request) = idempotency::received(request)?;
    let mut faults = Faults::new();
    let new = NewAccount::parse(&request, &mut faults);
    let new = faults.finish(new)?;

    idempotency::run(db, &caller, key, &request, async |tx| {
        officials::get(tx, new.official).await?;
        let known = units::known(tx, new.grants.iter().filter_map(Grant::unit)).await?;
        let mut faults = Faults::new();
        check_grants("grants", &new.grants, &known, &mut faults);
        faults.none()?;
        check_quota(tx, 1).await?;
        let account = domain::Account {
            id: AccountId(db.ids().next()),
            login: new.login,
            official: new.official,
            disabled: false,
            created_at: db.ids().clock().now(),
        };
        accounts::add(tx, &account).await?;
        account_grants::add_many(tx, new.grants.iter().map(|grant| (account.id, grant))).await?;
        tx.record(Act::new("account.created", "account", account.id));
        Ok(CreateAccountResponse { account: Some(one_shown(tx, &account).await?) })
    })
    .await
}

pub(super) async fn batch_create_accounts(
    db: &Database,
    request: Request<BatchCreateAccountsRequest>,
) -> Result<BatchCreateAccountsResponse> {
    let today = today_in(&db.read(auth::principal(&request)?).await?).await?;
    let (caller, key, request) = idempotency::received(request)?;
    let mut faults = Faults::new();
    let new = NewOfficialAccount::parse_all(&request.accounts, today, &mut faults);
    let new = faults.finish(new)?;

    idempotency::run(db, &caller, key, &request, async |tx| {
        let known = units::known(tx, new.iter().flat_map(NewOfficialAccount::units)).await?;
        let taken = accounts::taken(tx, new.iter().map(|entry| entry.login.as_str())).await?;
        check(&new, &known, &taken)?;
        check_quota(tx, new.len()).await?;
        Ok(BatchCreateAccountsResponse { accounts: enter(tx, &new).await? })
    })
    .await
}

/// Refuses units that are not there and login names that are taken, all at once.
fn check(new: &[NewOfficialAccount], units: &BTreeSet<String>, taken: &BTreeSet<String>) -> Result<()> {
    let mut faults = Faults::new();
    for (place, entry) in new.iter().enumerate() {
        let at = format!("accounts[{place}]");
        if taken.contains(&entry.login) {
            let sentence = format!("the login name {:?} is taken", entry.login);
            faults.add(format!("{at}.login"), Reason::AccountExists, sentence);
        }
        entry.check_units(&at, units, &mut faults);
    }
    faults.none()
}
