use proto::common::v1::Role;
use proto::organizations::v1::get_account_request::Key;
use proto::organizations::v1::grant::Scope;
use proto::organizations::v1::list_officials_request::Place;
use proto::organizations::v1::*;

use super::{Case, gone, own};
use crate::journeys::everything::Everything;
use crate::journeys::federation::unit;
use crate::journeys::season::SEASON;

pub(super) fn cases(a: &Everything) -> Vec<Case> {
    let season = || SEASON.to_owned();
    let reason = || "Thử".to_owned();
    let grant = |unit: &str| Grant { role: Role::Delegate.into(), scope: Some(Scope::Unit(unit.to_owned())) };
    let someone =
        || Official {
            name: "Lê Thị Hoa".to_owned(), title: "Cán bộ".to_owned(), ..Official::default()
        };
    vec![
        // Officials and accounts.
        gone(GetOfficialRequest { official_id: a.official.clone() }),
        gone(UpdateOfficialRequest {
            official_id: a.official.clone(),
            name: Some(reason()),
            ..Default::default()
        }),
        own(ListOfficialsRequest { place: Some(Place::Federation(true)), ..Default::default() }),
        own(CreateOfficialRequest { official: Some(someone()) }),
        gone(CreateAccountRequest {
            official_id: a.official.clone(),
            login: "neighbour".to_owned(),
            grants: vec![],
        }),
        gone(BatchCreateAccountsRequest {
            accounts: vec![NewAccount {
                official: Some(someone()),
                login: "neighbour".to_owned(),
                grants: vec![grant(&a.unit)],
            }],
        }),
        gone(GetAccountRequest { key: Some(Key::AccountId(a.official_account.clone())) }),
        gone(GetAccountRequest { key: Some(Key::Login(a.login.clone())) }),
        own(GetOwnAccountRequest {}),
        own(ListAccountsRequest::default()),
        own(ListAccountsRequest { unit: a.unit.clone(), ..Default::default() }),
        gone(GrantRoleRequest { account_id: a.official_account.clone(), grant: Some(grant(&a.unit)) }),
        gone(RevokeRoleRequest {
            account_id: a.official_account.clone(),
            grant: Some(grant(&a.unit)),
            reason: reason(),
        }),
        gone(DisableAccountRequest { account_id: a.official_account.clone(), reason: reason() }),
        gone(EnableAccountRequest { account_id: a.official_account.clone() }),
        gone(RecordTokenRequest { account_id: a.official_account.clone(), seconds: 60 }),
        // Units and facts.
        gone(GetUnitRequest { code: a.unit.clone(), ..Default::default() }),
        own(ListUnitsRequest::default()),
        own(SearchUnitsRequest { query: a.unit.clone(), limit: 10 }),
        gone(UpdateUnitRequest { code: a.unit.clone(), name: Some(reason()), ..Default::default() }),
        gone(ChangeUnitStatusRequest {
            code: a.unit.clone(),
            status: UnitStatus::Dormant.into(),
            from: "2023-06-01".to_owned(),
            reason: reason(),
        }),
        gone(MoveUnitRequest {
            code: a.unit.clone(),
            parent: String::new(),
            from: "2023-06-01".to_owned(),
            reorganised: false,
        }),
        gone(BatchPutUnitsRequest { units: vec![unit("bt-01", &a.unit)] }),
        // The same code is free here.
        own(CreateUnitRequest { unit: Some(Unit { name: "Nhà bên".to_owned(), ..unit(&a.unit, "") }) }),
        gone(PutFactsRequest {
            season: season(),
            units: vec![UnitFacts {
                unit: a.unit.clone(),
                facts: vec!["cba_in_force".to_owned()],
                source: reason(),
                ..Default::default()
            }],
        }),
        own(ListFactsRequest { season: season(), ..Default::default() }),
        own(GatherUnitsRequest {
            season: season(),
            as_of: "2023-12-31".to_owned(),
            ..GatherUnitsRequest::default()
        }),
        own(GetOwnTenantRequest {}),
    ]
}
