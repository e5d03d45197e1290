//! Federations as operators take them in and change them.

use std::collections::BTreeMap;

use ::proto::organizations::v1 as proto;
use platform::ids::TenantId;
use platform::input::{Date, Faults, path};
use platform::{Error, Result, Timestamp, tenants};

use super::accounts::{NewOfficialAccount, login};
use super::grants::Grant;
use super::officials::{Official, email};

/// Where dates and schedules of a federation are read unless it says otherwise.
const ZONE: &str = "Asia/Ho_Chi_Minh";
const HEAVIEST: u32 = 100;
/// No limit is larger.
const QUOTA: u32 = 1_000_000_000;

/// A federation that the platform serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Federation {
    pub(crate) id: TenantId,
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) zone: String,
    pub(crate) weight: u32,
    pub(crate) quotas: Quotas,
    /// Why it is suspended; none when it is not.
    pub(crate) suspended: Option<String>,
    /// Rises with each change, from 1.
    pub(crate) revision: i64,
    pub(crate) created_at: Timestamp,
}

impl Federation {
    pub(crate) fn from_new(new: &NewTenant, id: TenantId, created_at: Timestamp) -> Self {
        Self {
            id,
            code: new.code.clone(),
            name: new.name.clone(),
            zone: new.zone.clone(),
            weight: new.weight,
            quotas: new.quotas,
            suspended: None,
            revision: 1,
            created_at,
        }
    }

    pub(crate) fn to_proto(&self) -> Result<proto::Tenant> {
        let status = match self.suspended {
            Some(_) => proto::TenantStatus::Suspended,
            None => proto::TenantStatus::Active,
        };
        Ok(proto::Tenant {
            id: self.id.to_string(),
            code: self.code.clone(),
            name: self.name.clone(),
            status: status.into(),
            zone: self.zone.clone(),
            weight: self.weight,
            quotas: Some(self.quotas.to_proto()),
            revision: u64::try_from(self.revision).map_err(Error::internal)?,
            created_at: Some(self.created_at.into()),
            suspension_reason: self.suspended.clone().unwrap_or_default(),
        })
    }

    /// What every service keeps of it.
    pub(crate) fn to_directory(&self) -> tenants::Tenant {
        tenants::Tenant {
            id: self.id,
            code: self.code.clone(),
            status: if self.suspended.is_some() {
                tenants::Status::Suspended
            } else {
                tenants::Status::Active
            },
            zone: self.zone.clone(),
            weight: self.weight,
            quotas: self.quotas.by_name(),
            revision: self.revision,
        }
    }

    /// The federation after an operator's change.
    pub(crate) fn changed(self, change: TenantChange) -> Self {
        Self {
            name: change.name.unwrap_or(self.name),
            zone: change.zone.unwrap_or(self.zone),
            weight: change.weight.unwrap_or(self.weight),
            quotas: change.quotas.unwrap_or(self.quotas),
            ..self
        }
    }
}

/// A federation that is to be taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NewTenant {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) zone: String,
    pub(crate) weight: u32,
    pub(crate) quotas: Quotas,
    admin: FirstAdmin,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct FirstAdmin {
    name: String,
    title: String,
    login: String,
    email: String,
}

/// Limits; none is no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Quotas {
    pub(crate) jobs_in_flight: Option<u32>,
    pub(crate) units: Option<u32>,
    pub(crate) accounts: Option<u32>,
    pub(crate) calls_per_minute: Option<u32>,
}

impl NewTenant {
    pub(crate) fn parse(request: &proto::CreateTenantRequest, faults: &mut Faults) -> Option<Self> {
        let code = faults.code("code", &request.code);
        let name = faults.name("name", &request.name);
        let zone = if request.zone.is_empty() { ZONE } else { &request.zone };
        let zone = faults.zone("zone", zone);
        let weight = faults.between("weight", request.weight.max(1), 1, HEAVIEST);
        let quotas = Quotas::parse(request.quotas.unwrap_or_default(), faults);
        let admin = faults.required("first_admin", request.first_admin.as_ref());
        let admin = admin.and_then(|admin| FirstAdmin::parse("first_admin", admin, faults));
        Some(Self { code: code?, name: name?, zone: zone?, weight: weight?, quotas: quotas?, admin: admin? })
    }

    /// The administrator, in office from `today` on.
    pub(crate) fn first_admin(&self, today: Date) -> NewOfficialAccount {
        let FirstAdmin { name, title, login, email } = self.admin.clone();
        NewOfficialAccount {
            official: Official { name, title, unit: None, from: today, to: None, email },
            login,
            grants: vec![Grant::federation_admin()],
        }
    }
}

impl FirstAdmin {
    fn parse(at: &str, admin: &proto::FirstAdmin, faults: &mut Faults) -> Option<Self> {
        let name = faults.name(path(at, "name"), &admin.name);
        let title = faults.name(path(at, "title"), &admin.title);
        let login = login(path(at, "login"), &admin.login, faults);
        let email = email(path(at, "email"), &admin.email, faults);
        Some(Self { name: name?, title: title?, login: login?, email: email? })
    }
}

impl Quotas {
    fn parse(quotas: proto::Quotas, faults: &mut Faults) -> Option<Self> {
        let mut limit = |name: &str, least: u32, value: Option<u32>| match value {
            Some(value) => faults.between(path("quotas", name), value, least, QUOTA).map(Some),
            None => Some(None),
        };
        // Without a job, a call or an account a federation could do nothing: for that there is SuspendTenant.
        let jobs_in_flight = limit("jobs_in_flight", 1, quotas.jobs_in_flight);
        let units = limit("units", 0, quotas.units);
        let accounts = limit("accounts", 1, quotas.accounts);
        let calls_per_minute = limit("calls_per_minute", 1, quotas.calls_per_minute);
        Some(Self {
            jobs_in_flight: jobs_in_flight?,
            units: units?,
            accounts: accounts?,
            calls_per_minute: calls_per_minute?,
        })
    }

    /// The limits by the names that the platform has for them.
    fn by_name(self) -> BTreeMap<String, u64> {
        let limits = [
            (tenants::JOBS_IN_FLIGHT, self.jobs_in_flight),
            (tenants::CALLS_PER_MINUTE, self.calls_per_minute),
        ];
        limits.into_iter().filter_map(|(name, limit)| Some((name.to_owned(), u64::from(limit?)))).collect()
    }

    pub(crate) fn to_proto(self) -> proto::Quotas {
        let Self { jobs_in_flight, units, accounts, calls_per_minute } = self;
        proto::Quotas { jobs_in_flight, units, accounts, calls_per_minute }
    }
}

/// What an UpdateTenant changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TenantChange {
    pub(crate) code: String,
    pub(crate) name: Option<String>,
    pub(crate) zone: Option<String>,
    pub(crate) weight: Option<u32>,
    pub(crate) quotas: Option<Quotas>,
}

impl TenantChange {
    pub(crate) fn parse(request: &proto::UpdateTenantRequest, faults: &mut Faults) -> Option<Self> {
        let code = faults.code("code", &request.code);
        let name = request.name.as_deref().map(|name| faults.name("name", name));
        let zone = request.zone.as_deref().map(|zone| faults.zone("zone", zone));
        let weight = request.weight.map(|weight| faults.between("weight", weight, 1, HEAVIEST));
        let quotas = request.quotas.map(|quotas| Quotas::parse(quotas, faults));
        // What is not in the request is none; what is wrong has been noted, and the change is not made.
        Some(Self {
            code: code?,
            name: name.flatten(),
            zone: zone.flatten(),
            weight: weight.flatten(),
            quotas: quotas.flatten(),
        })
    }
}

/// Which federation shall be shut out, and why.
pub(crate) fn parse_suspension(
    request: &proto::SuspendTenantRequest,
    faults: &mut Faults,
) -> Option<(String, String)> {
    let code = faults.code("code", &request.code);
    let reason = faults.text("reason", &request.reason);
    code.zip(reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> proto::CreateTenantRequest {
        proto::CreateTenantRequest {
            code: "vinh-long".to_owned(),
            name: "Liên đoàn Lao động tỉnh Vĩnh Long".to_owned(),
            first_admin: Some(proto::FirstAdmin {
                name: "Trần Văn B".to_owned(),
                title: "Chánh Văn phòng".to_owned(),
                login: "vl.admin".to_owned(),
                email: String::new(),
            }),
            ..Default::default()
        }
    }

    fn parse(request: &proto::CreateTenantRequest) -> platform::Result<NewTenant> {
        let mut faults = Faults::new();
        let parsed = NewTenant::parse(request, &mut faults);
        faults.finish(parsed)
    }

    #[test]
    fn what_is_not_said_has_a_default() {
        let tenant = parse(&request()).expect("fine");
        assert_eq!((tenant.zone.as_str(), tenant.weight), ("Asia/Ho_Chi_Minh", 1));
        assert_eq!(tenant.quotas, Quotas::default());
        let admin = tenant.first_admin("2023-01-01".parse().expect("a date"));
        assert_eq!(admin.grants, [Grant::federation_admin()]);
    }

    #[test]
    fn all_faults_come_at_once() {
        let wrong = proto::CreateTenantRequest {
            code: "Vĩnh Long".to_owned(),
            name: String::new(),
            zone: "Asia/Hanoi".to_owned(),
            weight: 101,
            quotas: Some(proto::Quotas { accounts: Some(0), ..Default::default() }),
            first_admin: Some(proto::FirstAdmin { email: "x".to_owned(), ..Default::default() }),
        };
        let error = parse(&wrong).expect_err("refused");
        let fields: Vec<_> = error.violations().iter().map(|v| v.field.as_str()).collect();
        let admin = ["first_admin.name", "first_admin.title", "first_admin.login", "first_admin.email"];
        assert_eq!(fields[..5], ["code", "name", "zone", "weight", "quotas.accounts"]);
        assert_eq!(fields[5..], admin);
        let error =
            parse(&proto::CreateTenantRequest { first_admin: None, ..request() }).expect_err("refused");
        assert_eq!(error.violations()[0].field, "first_admin");
    }

    #[test]
    fn a_change_with_a_fault_is_not_made() {
        let request = proto::UpdateTenantRequest {
            code: "vinh-long".to_owned(),
            name: Some("Tên mới".to_owned()),
            weight: Some(0),
            ..Default::default()
        };
        let mut faults = Faults::new();
        let parsed = TenantChange::parse(&request, &mut faults);
        assert_eq!(faults.finish(parsed).expect_err("refused").violations()[0].field, "weight");
    }
}
