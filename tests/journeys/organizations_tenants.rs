//! An operator takes federations in, changes them and shuts them out.

use std::time::Duration;

use futures::TryStreamExt as _;
use platform::idempotency::METADATA;
use proto::organizations::v1::account_service_client::AccountServiceClient;
use proto::organizations::v1::key_service_client::KeyServiceClient;
use proto::organizations::v1::tenant_service_client::TenantServiceClient;
use proto::organizations::v1::*;
use tonic::{Code, Request};

use super::federation::{found, founding};
use crate::support::refusal::{refusal, violations};
use crate::support::world::{World, journeys};

journeys!(
    a_new_federation_has_an_administrator_who_can_sign_in,
    the_same_call_sent_twice_takes_one_federation_in,
    two_calls_at_once_with_one_key_take_one_federation_in,
    an_old_key_opens_no_federation_that_is_there,
    a_code_is_taken_once,
    all_that_is_wrong_with_a_founding_is_said_at_once,
    an_operator_changes_and_suspends_and_resumes,
    federations_are_listed_by_code_and_streamed_to_services,
    only_operators_see_federations_other_than_their_own,
    keys_are_public,
);

async fn a_new_federation_has_an_administrator_who_can_sign_in(world: &World) {
    let federation = found(world, "vinh-long").await;
    assert_eq!(federation.tenant.status(), TenantStatus::Active);
    assert_eq!((federation.tenant.zone.as_str(), federation.tenant.weight), ("Asia/Ho_Chi_Minh", 1));
    assert_eq!(federation.tenant.revision, 1);

    let mut accounts = AccountServiceClient::new(federation.as_admin.clone());
    let own = accounts.get_own_account(GetOwnAccountRequest {}).await.expect("signed in").into_inner();
    assert_eq!(own.account, Some(federation.admin.clone()));
    assert_eq!(own.tenant, "vinh-long");

    let mut officials = federation.officials();
    let request = GetOfficialRequest { official_id: federation.admin.official_id.clone() };
    let official = officials.get_official(request).await.expect("there").into_inner().official.expect("one");
    // The day in Việt Nam, where it is not the 14th any more.
    assert_eq!(official.from, "2023-11-15");
    assert_eq!(official.email, "vanphong@example.vn");

    let told: Vec<TenantChanged> = world.heard.first(federation.id, 1).await;
    assert_eq!(told[0].tenant, Some(federation.tenant));
}

fn keyed(code: &str) -> Request<CreateTenantRequest> {
    let mut request = Request::new(founding(code));
    request.metadata_mut().insert(METADATA, "founding-1".parse().expect("ascii"));
    request
}

async fn the_same_call_sent_twice_takes_one_federation_in(world: &World) {
    let mut tenants = TenantServiceClient::new(world.operator());
    let first = tenants.create_tenant(keyed("vinh-long")).await.expect("created").into_inner();
    let second = tenants.create_tenant(keyed("vinh-long")).await.expect("the same").into_inner();
    assert_eq!(first, second);
    let other = tenants.create_tenant(keyed("thai-nguyen")).await;
    assert_eq!(refusal(other), (Code::Aborted, "IDEMPOTENCY_KEY_REUSED".to_owned()));
    let list = tenants.list_tenants(ListTenantsRequest::default()).await.expect("listed").into_inner();
    assert_eq!(list.tenants.len(), 1);
}

async fn two_calls_at_once_with_one_key_take_one_federation_in(world: &World) {
    let mut one = TenantServiceClient::new(world.operator());
    let mut other = one.clone();
    let answers =
        futures::join!(one.create_tenant(keyed("vinh-long")), other.create_tenant(keyed("vinh-long")));
    assert_eq!(answers.0.expect("created").into_inner(), answers.1.expect("the same").into_inner());
}

async fn an_old_key_opens_no_federation_that_is_there(world: &World) {
    let mut tenants = TenantServiceClient::new(world.operator());
    tenants.create_tenant(keyed("vinh-long")).await.expect("created");
    // The answer is forgotten by then.
    world.time.advance(Duration::from_secs(25 * 3600));
    let mut tenants = TenantServiceClient::new(world.operator());
    let reused = (Code::Aborted, "IDEMPOTENCY_KEY_REUSED".to_owned());
    assert_eq!(refusal(tenants.create_tenant(keyed("an-giang")).await), reused);
    let list = tenants.list_tenants(ListTenantsRequest::default()).await.expect("listed").into_inner();
    assert_eq!(list.tenants.len(), 1);
}

async fn a_code_is_taken_once(world: &World) {
    found(world, "vinh-long").await;
    let again = TenantServiceClient::new(world.operator()).create_tenant(founding("vinh-long")).await;
    assert_eq!(refusal(again), (Code::AlreadyExists, "TENANT_EXISTS".to_owned()));
}

async fn all_that_is_wrong_with_a_founding_is_said_at_once(world: &World) {
    let wrong = CreateTenantRequest {
        code: "Vĩnh Long".to_owned(),
        zone: "Asia/Hanoi".to_owned(),
        weight: 101,
        first_admin: Some(FirstAdmin { login: "Admin".to_owned(), ..Default::default() }),
        ..Default::default()
    };
    let mut tenants = TenantServiceClient::new(world.operator());
    let expected = [
        "code CODE_INVALID",
        "name FIELD_REQUIRED",
        "zone ZONE_UNKNOWN",
        "weight NUMBER_INVALID",
        "first_admin.name FIELD_REQUIRED",
        "first_admin.title FIELD_REQUIRED",
        "first_admin.login CODE_INVALID",
    ];
    assert_eq!(violations(tenants.create_tenant(wrong).await), expected);
    let list = tenants.list_tenants(ListTenantsRequest::default()).await.expect("listed").into_inner();
    assert_eq!(list.tenants, []);
}

async fn an_operator_changes_and_suspends_and_resumes(world: &World) {
    let federation = found(world, "vinh-long").await;
    let mut tenants = TenantServiceClient::new(world.operator());
    let code = || "vinh-long".to_owned();

    let quotas = Quotas { units: Some(2), ..Default::default() };
    let change =
        UpdateTenantRequest { code: code(), weight: Some(3), quotas: Some(quotas), ..Default::default() };
    let changed = tenants.update_tenant(change.clone()).await.expect("changed").into_inner().tenant;
    let changed = changed.expect("a federation");
    assert_eq!((changed.weight, changed.quotas, changed.revision), (3, Some(quotas), 2));
    assert_eq!(changed.name, federation.tenant.name);
    let same = tenants.update_tenant(change).await.expect("changed").into_inner().tenant.expect("one");
    assert_eq!(same.revision, 2);

    let reasonless =
        tenants.suspend_tenant(SuspendTenantRequest { code: code(), ..Default::default() }).await;
    assert_eq!(violations(reasonless), ["reason FIELD_REQUIRED"]);
    let suspend = SuspendTenantRequest { code: code(), reason: "Sáp nhập".to_owned() };
    let suspended = tenants.suspend_tenant(suspend).await.expect("suspended").into_inner().tenant;
    let suspended = suspended.expect("a federation");
    assert_eq!(suspended.status(), TenantStatus::Suspended);
    assert_eq!(suspended.suspension_reason, "Sáp nhập");
    let resumed = tenants.resume_tenant(ResumeTenantRequest { code: code() }).await.expect("resumed");
    let resumed = resumed.into_inner().tenant.expect("a federation");
    assert_eq!((resumed.status(), resumed.revision), (TenantStatus::Active, 4));

    let told: Vec<TenantChanged> = world.heard.first(federation.id, 4).await;
    let revisions: Vec<_> = told.into_iter().filter_map(|told| told.tenant).map(|t| t.revision).collect();
    assert_eq!(revisions, [1, 2, 3, 4]);
    let unknown = tenants.get_tenant(GetTenantRequest { code: "ca-mau".to_owned() }).await;
    assert_eq!(refusal(unknown), (Code::NotFound, "TENANT_UNKNOWN".to_owned()));
}

async fn federations_are_listed_by_code_and_streamed_to_services(world: &World) {
    for code in ["vinh-long", "an-giang", "khanh-hoa"] {
        found(world, code).await;
    }
    let mut tenants = TenantServiceClient::new(world.operator());
    let mut codes = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = ListTenantsRequest { page_size: 2, page_token };
        let page = tenants.list_tenants(request).await.expect("listed").into_inner();
        codes.extend(page.tenants.into_iter().map(|tenant| tenant.code));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(codes, ["an-giang", "khanh-hoa", "vinh-long"]);

    let mut scoring = TenantServiceClient::new(world.service("scoring", None));
    let stream = scoring.stream_tenants(StreamTenantsRequest {}).await.expect("streamed").into_inner();
    let streamed: Vec<_> = stream.try_collect().await.expect("whole");
    let streamed: Vec<_> = streamed.into_iter().filter_map(|part| part.tenant).map(|t| t.code).collect();
    assert_eq!(streamed, codes);
}

async fn only_operators_see_federations_other_than_their_own(world: &World) {
    let (here, there) = (found(world, "vinh-long").await, found(world, "an-giang").await);
    let mut as_member = TenantServiceClient::new(here.as_admin.clone());
    let own = as_member.get_own_tenant(GetOwnTenantRequest {}).await.expect("own").into_inner();
    assert_eq!(own.tenant, Some(here.tenant));
    let other = as_member.get_tenant(GetTenantRequest { code: there.tenant.code }).await;
    assert_eq!(refusal(other).0, Code::PermissionDenied);
    let founding = as_member.create_tenant(founding("ca-mau")).await;
    assert_eq!(refusal(founding).0, Code::PermissionDenied);
    let mut for_one = TenantServiceClient::new(world.service("scoring", Some(here.id)));
    let all = for_one.stream_tenants(StreamTenantsRequest {}).await.map(|_| ());
    assert_eq!(refusal(all).0, Code::PermissionDenied);
}

async fn keys_are_public(world: &World) {
    let mut keys = KeyServiceClient::new(world.nobody());
    let keys = keys.get_key_set(GetKeySetRequest {}).await.expect("public").into_inner().keys;
    assert_eq!(keys.len(), 1);
    let key = &keys[0];
    assert_eq!((key.kty.as_str(), key.crv.as_str(), key.alg.as_str()), ("OKP", "Ed25519", "EdDSA"));
    assert_eq!(key.x.len(), 43);
}
