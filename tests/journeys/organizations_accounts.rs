//! A federation's administrator enters officials, gives them accounts and roles, and takes them back.

use proto::common::v1::Role;
use proto::competition::v1::ListSeasonsRequest;
use proto::competition::v1::season_service_client::SeasonServiceClient;
use proto::organizations::v1::account_service_client::AccountServiceClient;
use proto::organizations::v1::get_account_request::Key;
use proto::organizations::v1::grant::Scope;
use proto::organizations::v1::unit_service_client::UnitServiceClient;
use proto::organizations::v1::*;
use proto::scoring::v1::ListRunsRequest;
use proto::scoring::v1::run_service_client::RunServiceClient;
use tonic::Code;

use super::federation::{Federation, found, found_by, founding, unit};
use crate::support::refusal::{reason, refusal, violations};
use crate::support::wait::{as_time_passes, eventually};
use crate::support::world::{World, journeys};

journeys!(
    officials_are_entered_corrected_and_listed,
    accounts_come_with_their_officials,
    a_batch_of_accounts_is_entered_whole_or_not_at_all,
    roles_are_given_for_their_kind_of_scope_and_taken_back,
    tokens_from_before_a_role_was_taken_are_refused_by_every_service,
    the_last_administrator_stays,
    accounts_are_found_by_what_they_may_do,
    pages_of_accounts_stay_whole_while_others_are_entered,
    a_disabled_account_leaves_room_for_another,
    a_token_from_the_signing_key_stands_in_the_audit_log,
);

fn official(name: &str) -> Official {
    Official { name: name.to_owned(), title: "Chủ tịch".to_owned(), ..Default::default() }
}

fn for_unit(role: Role, unit: &str) -> Grant {
    Grant { role: role.into(), scope: Some(Scope::Unit(unit.to_owned())) }
}

fn for_federation(role: Role) -> Grant {
    Grant { role: role.into(), scope: Some(Scope::Federation(true)) }
}

fn leader(season: &str, bloc: &str) -> Grant {
    let bloc = BlocScope { season: season.to_owned(), bloc: bloc.to_owned() };
    Grant { role: Role::BlocLeader.into(), scope: Some(Scope::Bloc(bloc)) }
}

fn entry(login: &str, grants: &[Grant]) -> NewAccount {
    NewAccount { official: Some(official(login)), login: login.to_owned(), grants: grants.to_vec() }
}

async fn enter(federation: &Federation, accounts: &[NewAccount]) -> Vec<Account> {
    let request = BatchCreateAccountsRequest { accounts: accounts.to_vec() };
    federation.accounts().batch_create_accounts(request).await.expect("entered").into_inner().accounts
}

async fn officials_are_entered_corrected_and_listed(world: &World) {
    let federation = found(world, "vinh-long").await;
    federation.put([unit("cs-1", "")]).await;
    let mut officials = federation.officials();
    let new = Official {
        unit: "cs-1".to_owned(),
        from: "2023-03-01".to_owned(),
        email: "a@cs1.vn".to_owned(),
        ..official("Nguyễn Thị A")
    };
    let made = officials.create_official(CreateOfficialRequest { official: Some(new.clone()) }).await;
    let made = made.expect("created").into_inner().official.expect("one");
    assert_eq!(made, Official { id: made.id.clone(), ..new });

    let ends = UpdateOfficialRequest {
        official_id: made.id.clone(),
        to: Some("2023-06-30".to_owned()),
        ..Default::default()
    };
    officials.update_official(ends.clone()).await.expect("changed");
    let before = UpdateOfficialRequest { to: Some("2023-02-28".to_owned()), ..ends };
    assert_eq!(violations(officials.update_official(before).await), ["to DATE_INVALID"]);

    let place = Some(list_officials_request::Place::Unit("cs-1".to_owned()));
    let mut listed = async |in_office_on: &str| {
        let request = ListOfficialsRequest {
            place: place.clone(),
            in_office_on: in_office_on.to_owned(),
            ..Default::default()
        };
        officials.list_officials(request).await.expect("listed").into_inner().officials.len()
    };
    assert_eq!([listed("").await, listed("2023-06-30").await, listed("2023-07-01").await], [1, 1, 0]);
    let all = officials.list_officials(ListOfficialsRequest::default()).await.expect("listed").into_inner();
    assert_eq!(all.officials.len(), 2);

    let wrong = Official { unit: "none".to_owned(), ..official("B") };
    let refused = officials.create_official(CreateOfficialRequest { official: Some(wrong) }).await;
    assert_eq!(violations(refused), ["official.unit UNIT_UNKNOWN"]);
    let unknown = GetOfficialRequest { official_id: federation.tenant.id.clone() };
    let unknown = officials.get_official(unknown).await;
    assert_eq!(refusal(unknown), (Code::NotFound, "OFFICIAL_UNKNOWN".to_owned()));
}

async fn accounts_come_with_their_officials(world: &World) {
    let federation = found(world, "vinh-long").await;
    federation.put([unit("cs-1", "")]).await;
    let made = federation
        .officials()
        .create_official(CreateOfficialRequest { official: Some(official("Lê Văn C")) })
        .await;
    let official_id = made.expect("created").into_inner().official.expect("one").id;
    let mut accounts = federation.accounts();
    let request = CreateAccountRequest {
        official_id: official_id.clone(),
        login: "le.van.c".to_owned(),
        grants: vec![for_unit(Role::UnitOfficer, "cs-1")],
    };
    let account = accounts.create_account(request.clone()).await.expect("created").into_inner().account;
    let account = account.expect("an account");
    assert_eq!((account.name.as_str(), account.title.as_str()), ("Lê Văn C", "Chủ tịch"));
    let by_login = GetAccountRequest { key: Some(Key::Login("le.van.c".to_owned())) };
    let found = accounts.get_account(by_login).await.expect("there").into_inner().account;
    assert_eq!(found.as_ref(), Some(&account));

    let exists = (Code::AlreadyExists, "ACCOUNT_EXISTS".to_owned());
    let second = CreateAccountRequest { login: "another".to_owned(), ..request.clone() };
    assert_eq!(refusal(accounts.create_account(second).await), exists);
    let taken = CreateAccountRequest { official_id: federation.admin.official_id.clone(), ..request.clone() };
    assert_eq!(refusal(accounts.create_account(taken).await), exists);
    let nowhere = CreateAccountRequest { grants: vec![for_unit(Role::Delegate, "none")], ..request };
    assert_eq!(violations(accounts.create_account(nowhere).await), ["grants UNIT_UNKNOWN"]);

    let as_officer = AccountServiceClient::new(world.signed_in(federation.id, &account));
    let denied = as_officer.clone().list_accounts(ListAccountsRequest::default()).await;
    assert_eq!(refusal(denied).0, Code::PermissionDenied);
    let own = as_officer.clone().get_own_account(GetOwnAccountRequest {}).await.expect("own").into_inner();
    assert_eq!(own.account, Some(account));
}

async fn a_batch_of_accounts_is_entered_whole_or_not_at_all(world: &World) {
    let federation = found(world, "vinh-long").await;
    federation.put([unit("cs-1", "")]).await;
    let accounts: Vec<_> = (0..500)
        .map(|number| entry(&format!("officer-{number:03}"), &[for_unit(Role::UnitOfficer, "cs-1")]))
        .collect();
    let made = enter(&federation, &accounts).await;
    let logins: Vec<_> = made.iter().map(|account| &account.login).collect();
    assert_eq!(logins, accounts.iter().map(|entry| &entry.login).collect::<Vec<_>>());

    let nobody = NewAccount { official: None, ..entry("fresh", &[]) };
    let wrong = vec![entry("twice", &[]), entry("twice", &[for_unit(Role::Observer, "cs-1")]), nobody];
    let wrong = BatchCreateAccountsRequest { accounts: wrong };
    let expected = [
        "accounts[1].grants[0] SCOPE_MISMATCH",
        "accounts[2].official FIELD_REQUIRED",
        "accounts[1].login ACCOUNT_EXISTS",
    ];
    let mut service = federation.accounts();
    assert_eq!(violations(service.batch_create_accounts(wrong).await), expected);
    let wrong = vec![entry("new-one", &[for_unit(Role::Delegate, "none")]), entry("officer-007", &[])];
    let refused = service.batch_create_accounts(BatchCreateAccountsRequest { accounts: wrong }).await;
    assert_eq!(violations(refused), ["accounts[0].grants UNIT_UNKNOWN", "accounts[1].login ACCOUNT_EXISTS"]);
    let absent = service.get_account(GetAccountRequest { key: Some(Key::Login("new-one".to_owned())) }).await;
    assert_eq!(refusal(absent), (Code::NotFound, "ACCOUNT_UNKNOWN".to_owned()));
}

async fn roles_are_given_for_their_kind_of_scope_and_taken_back(world: &World) {
    let federation = found(world, "vinh-long").await;
    federation.put([unit("cs-1", "")]).await;
    let account = enter(&federation, &[entry("leader", &[])]).await.remove(0);
    let mut accounts = federation.accounts();
    let grant = |grant: Grant| GrantRoleRequest { account_id: account.id.clone(), grant: Some(grant) };
    let mismatch = accounts.grant_role(grant(for_unit(Role::BlocLeader, "cs-1"))).await;
    assert_eq!(violations(mismatch), ["grant SCOPE_MISMATCH"]);
    let nowhere = accounts.grant_role(grant(for_unit(Role::Delegate, "none"))).await;
    assert_eq!(violations(nowhere), ["grant.unit UNIT_UNKNOWN"]);

    let leads = leader("2023", "cum-1");
    accounts.grant_role(grant(leads.clone())).await.expect("granted");
    let again = accounts.grant_role(grant(leads.clone())).await.expect("no error").into_inner();
    assert_eq!(again.account.expect("an account").grants, std::slice::from_ref(&leads));

    let revoke = RevokeRoleRequest {
        account_id: account.id.clone(),
        grant: Some(leads),
        reason: "Luân phiên".to_owned(),
    };
    let left = accounts.revoke_role(revoke.clone()).await.expect("revoked").into_inner().account;
    assert_eq!(left.expect("an account").grants, []);
    accounts.revoke_role(revoke).await.expect("no error");

    let told: Vec<AccessWithdrawn> = world.heard.first(federation.id, 1).await;
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].account_id.as_str(), told[0].issued_until), (account.id.as_str(), 1_700_000_000));
}

async fn tokens_from_before_a_role_was_taken_are_refused_by_every_service(world: &World) {
    let federation = found(world, "vinh-long").await;
    let roles = [for_federation(Role::Appraiser), for_federation(Role::Observer)];
    let account = enter(&federation, &[entry("board", &roles)]).await.remove(0);
    let old = world.signed_in(federation.id, &account);
    let units =
        async || UnitServiceClient::new(old.clone()).list_units(ListUnitsRequest::default()).await.err();
    let seasons = async || {
        SeasonServiceClient::new(old.clone()).list_seasons(ListSeasonsRequest::default()).await.err()
    };
    let runs = async || RunServiceClient::new(old.clone()).list_runs(ListRunsRequest::default()).await.err();
    assert!(units().await.is_none() && seasons().await.is_none());

    let revoke = RevokeRoleRequest {
        account_id: account.id.clone(),
        grant: Some(for_federation(Role::Appraiser)),
        reason: "Luân phiên".to_owned(),
    };
    let left = federation.accounts().revoke_role(revoke).await.expect("revoked").into_inner().account;
    let revoked = |refused: Option<tonic::Status>| {
        refused.filter(|status| status.code() == Code::Unauthenticated).map(|status| reason(&status))
    };
    for told in [
        eventually("organizations refuses", async || revoked(units().await)).await,
        eventually("competition refuses", async || revoked(seasons().await)).await,
        eventually("scoring refuses", async || revoked(runs().await)).await,
    ] {
        assert_eq!(told, "SESSION_REVOKED");
    }
    // With a token of today's roles it goes on.
    world.time.advance(std::time::Duration::from_secs(1));
    let anew = world.signed_in(federation.id, &left.expect("an account"));
    let seasons = SeasonServiceClient::new(anew).list_seasons(ListSeasonsRequest::default()).await;
    assert_eq!(seasons.expect("listed").into_inner().seasons, []);
}

async fn the_last_administrator_stays(world: &World) {
    let federation = found(world, "vinh-long").await;
    let mut accounts = federation.accounts();
    let account_id = federation.admin.id.clone();
    let last = (Code::FailedPrecondition, "LAST_ADMIN".to_owned());
    let revoke = RevokeRoleRequest {
        account_id: account_id.clone(),
        grant: Some(for_federation(Role::FederationAdmin)),
        ..Default::default()
    };
    assert_eq!(refusal(accounts.revoke_role(revoke.clone()).await), last);
    let disable = DisableAccountRequest { account_id, reason: "Nghỉ hưu".to_owned() };
    assert_eq!(refusal(accounts.disable_account(disable.clone()).await), last);

    let second =
        enter(&federation, &[entry("second", &[for_federation(Role::FederationAdmin)])]).await.remove(0);
    accounts.disable_account(disable).await.expect("another one is left");
    let mut as_second = AccountServiceClient::new(world.signed_in(federation.id, &second));
    let alone = DisableAccountRequest { account_id: second.id, reason: "Nghỉ hưu".to_owned() };
    assert_eq!(refusal(as_second.disable_account(alone).await), last);
    as_second.revoke_role(revoke).await.expect("a disabled one is none who could sign in");
}

async fn accounts_are_found_by_what_they_may_do(world: &World) {
    let federation = found(world, "vinh-long").await;
    federation.put([unit("cs-1", ""), unit("cs-2", "")]).await;
    let both = [for_unit(Role::UnitOfficer, "cs-1"), leader("2023", "cum-1")];
    enter(
        &federation,
        &[
            entry("both", &both),
            entry("delegate", &[for_unit(Role::Delegate, "cs-1")]),
            entry("officer-2", &[for_unit(Role::UnitOfficer, "cs-2")]),
            entry("next-year", &[leader("2024", "cum-1")]),
        ],
    )
    .await;
    let mut accounts = AccountServiceClient::new(world.service("notifications", Some(federation.id)));
    let mut logins = async |roles: &[Role], unit: &str, bloc: Option<(&str, &str)>| -> Vec<String> {
        let request = ListAccountsRequest {
            roles: roles.iter().map(|role| (*role).into()).collect(),
            unit: unit.to_owned(),
            bloc: bloc.map(|(season, bloc)| BlocScope { season: season.to_owned(), bloc: bloc.to_owned() }),
            ..Default::default()
        };
        let list = accounts.list_accounts(request).await.expect("listed").into_inner();
        list.accounts.into_iter().map(|account| account.login).collect()
    };
    assert_eq!(logins(&[], "", None).await, ["admin", "both", "delegate", "officer-2", "next-year"]);
    assert_eq!(logins(&[Role::UnitOfficer], "", None).await, ["both", "officer-2"]);
    assert_eq!(logins(&[], "cs-1", None).await, ["both", "delegate"]);
    assert_eq!(logins(&[Role::UnitOfficer, Role::BlocLeader], "cs-1", None).await, ["both"]);
    assert_eq!(logins(&[], "", Some(("2023", "cum-1"))).await, ["both"]);
    assert_eq!(logins(&[], "cs-2", Some(("2023", "cum-1"))).await, Vec::<String>::new());
}

async fn pages_of_accounts_stay_whole_while_others_are_entered(world: &World) {
    let federation = found(world, "vinh-long").await;
    let observer = |login: &str| entry(login, &[for_federation(Role::Observer)]);
    enter(&federation, &["m-1", "m-2", "m-3"].map(observer)).await;
    enter(&federation, &[entry("m-4", &[for_federation(Role::Appraiser)])]).await;
    let mut accounts = federation.accounts();
    let mut request = ListAccountsRequest { page_size: 2, ..Default::default() };
    let mut logins = Vec::new();
    // In the order of names they would lie before and behind what was read.
    let mut others = ["a-1", "z-1"].into_iter();
    loop {
        let page = accounts.list_accounts(request.clone()).await.expect("listed").into_inner();
        assert!(page.accounts.len() <= 2);
        logins.extend(page.accounts.into_iter().map(|account| account.login));
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            break;
        }
        if let Some(login) = others.next() {
            enter(&federation, &[observer(login)]).await;
        }
    }
    assert_eq!(logins, ["admin", "m-1", "m-2", "m-3", "m-4", "a-1", "z-1"]);

    let mut request =
        ListAccountsRequest { roles: vec![Role::Observer.into()], page_size: 3, ..Default::default() };
    let first = accounts.list_accounts(request.clone()).await.expect("listed").into_inner();
    request.page_token = first.next_page_token;
    let last = accounts.list_accounts(request.clone()).await.expect("listed").into_inner();
    let observers: Vec<_> =
        [first.accounts, last.accounts].concat().into_iter().map(|account| account.login).collect();
    assert_eq!((observers.join(" ").as_str(), last.next_page_token.as_str()), ("m-1 m-2 m-3 a-1 z-1", ""));
    request.roles.clear();
    let foreign = accounts.list_accounts(request).await;
    assert_eq!(refusal(foreign), (Code::InvalidArgument, "PAGE_TOKEN_INVALID".to_owned()));
}

async fn a_disabled_account_leaves_room_for_another(world: &World) {
    let quotas = Quotas { accounts: Some(2), ..Default::default() };
    let federation =
        found_by(world, CreateTenantRequest { quotas: Some(quotas), ..founding("vinh-long") }).await;
    let first = enter(&federation, &[entry("first", &[])]).await.remove(0);
    let mut accounts = federation.accounts();
    let another = || BatchCreateAccountsRequest { accounts: vec![entry("another", &[])] };
    let spent = (Code::ResourceExhausted, "QUOTA_EXCEEDED".to_owned());
    assert_eq!(refusal(accounts.batch_create_accounts(another()).await), spent);

    let account_id = first.id.clone();
    let disable = DisableAccountRequest { account_id: account_id.clone(), reason: String::new() };
    assert_eq!(violations(accounts.disable_account(disable.clone()).await), ["reason FIELD_REQUIRED"]);
    let disable = DisableAccountRequest { reason: "Chuyển công tác".to_owned(), ..disable };
    let off = accounts.disable_account(disable).await.expect("disabled").into_inner().account;
    assert!(off.expect("an account").disabled);
    accounts.batch_create_accounts(another()).await.expect("there is room");
    let enable = EnableAccountRequest { account_id: account_id.clone() };
    assert_eq!(refusal(accounts.enable_account(enable).await), spent);
    let grant = Some(for_federation(Role::Observer));
    let granted = accounts.grant_role(GrantRoleRequest { account_id, grant }).await;
    assert_eq!(refusal(granted), (Code::FailedPrecondition, "ACCOUNT_DISABLED".to_owned()));
    let listed = accounts.list_accounts(ListAccountsRequest::default()).await.expect("listed").into_inner();
    assert_eq!(listed.accounts.len(), 2);
}

async fn a_token_from_the_signing_key_stands_in_the_audit_log(world: &World) {
    let federation = found(world, "vinh-long").await;
    let officer = enter(&federation, &[entry("officer", &[for_federation(Role::Observer)])]).await.remove(0);
    let request = RecordTokenRequest { account_id: officer.id.clone(), seconds: 900 };
    let refused = federation.accounts().record_token(request.clone()).await;
    assert_eq!(refused.expect_err("for services").code(), Code::PermissionDenied);

    // A service's token lives for a minute, and time passes below.
    let issuer = || AccountServiceClient::new(world.service("local-operator", Some(federation.id)));
    let told = issuer().record_token(request.clone()).await.expect("recorded").into_inner().account;
    assert_eq!(told, Some(officer.clone()));
    let entry = as_time_passes(&world.time, "the entry is sealed", async || {
        let log = world.audit_log("organizations", federation.id).await;
        log.into_iter().find(|entry| entry.action == "account.token_issued")
    });
    let entry = entry.await;
    assert_eq!((entry.actor_kind.as_str(), entry.actor.as_str()), ("service", "local-operator"));
    assert_eq!((entry.subject, entry.details), (officer.id.clone(), r#"{"seconds":900}"#.to_owned()));

    let disable = DisableAccountRequest { account_id: officer.id, reason: "Chuyển công tác".to_owned() };
    federation.accounts().disable_account(disable).await.expect("disabled");
    let refused = refusal(issuer().record_token(request).await);
    assert_eq!(refused, (Code::FailedPrecondition, "ACCOUNT_DISABLED".to_owned()));
}
