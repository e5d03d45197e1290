//! Accounts: what an official signs in with.

use std::collections::{BTreeMap, BTreeSet};

use ::proto::common::v1::Reason;
use ::proto::organizations::v1 as proto;
use platform::Timestamp;
use platform::ids::AccountId;
use platform::input::{Date, Faults, path};

use super::grants::Grant;
use super::officials::{Official, OfficialId};

/// Accounts of one call.
const MOST: usize = 500;
/// Characters of a login name, at least.
const SHORTEST: usize = 3;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) id: AccountId,
    pub(crate) login: String,
    pub(crate) official: OfficialId,
    pub(crate) disabled: bool,
    pub(crate) created_at: Timestamp,
}

impl Account {
    pub(crate) fn to_proto(&self, official: &Official, grants: &BTreeSet<Grant>) -> proto::Account {
        proto::Account {
            id: self.id.to_string(),
            login: self.login.clone(),
            official_id: self.official.to_string(),
            name: official.name.clone(),
            title: official.title.clone(),
            disabled: self.disabled,
            grants: grants.iter().map(Grant::to_proto).collect(),
            created_at: Some(self.created_at.into()),
        }
    }
}

/// A login name: a code of at least three characters.
pub(crate) fn login(field: String, value: &str, faults: &mut Faults) -> Option<String> {
    let login = faults.code(field.as_str(), value)?;
    if login.len() < SHORTEST {
        let sentence = format!("{login:?} is too short: at least {SHORTEST} characters");
        return faults.refuse(field, Reason::CodeInvalid, sentence);
    }
    Some(login)
}

/// An account for an official who is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NewAccount {
    pub(crate) official: OfficialId,
    pub(crate) login: String,
    pub(crate) grants: Vec<Grant>,
}

impl NewAccount {
    pub(crate) fn parse(request: &proto::CreateAccountRequest, faults: &mut Faults) -> Option<Self> {
        let official = faults.id("official_id", &request.official_id);
        let login = login("login".to_owned(), &request.login, faults);
        let grants = Grant::parse_all("", &request.grants, faults);
        Some(Self { official: official?, login: login?, grants: grants? })
    }
}

/// An official and the account that comes with him or her.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NewOfficialAccount {
    pub(crate) official: Official,
    pub(crate) login: String,
    pub(crate) grants: Vec<Grant>,
}

impl NewOfficialAccount {
    fn parse(at: &str, entry: &proto::NewAccount, today: Date, faults: &mut Faults) -> Option<Self> {
        let official = faults.required(path(at, "official"), entry.official.as_ref());
        let official =
            official.and_then(|official| Official::parse(&path(at, "official"), official, today, faults));
        let login = login(path(at, "login"), &entry.login, faults);
        let grants = Grant::parse_all(at, &entry.grants, faults);
        Some(Self { official: official?, login: login?, grants: grants? })
    }

    /// The accounts of one call, each login name once.
    pub(crate) fn parse_all(
        accounts: &[proto::NewAccount],
        today: Date,
        faults: &mut Faults,
    ) -> Option<Vec<Self>> {
        let parsed = faults
            .each("accounts", MOST, accounts, |at, entry, faults| Self::parse(at, entry, today, faults));
        let mut places = BTreeMap::new();
        for (place, entry) in accounts.iter().enumerate().take(MOST).filter(|(_, e)| !e.login.is_empty()) {
            if let Some(first) = places.insert(&entry.login, place) {
                let sentence = format!("{:?} is in the call twice: also accounts[{first}]", entry.login);
                faults.add(format!("accounts[{place}].login"), Reason::AccountExists, sentence);
            }
        }
        parsed
    }

    /// The units that are named.
    pub(crate) fn units(&self) -> impl Iterator<Item = &str> {
        self.official.unit.as_deref().into_iter().chain(self.grants.iter().filter_map(Grant::unit))
    }

    /// Notes units that are not there.
    pub(crate) fn check_units(&self, at: &str, known: &BTreeSet<String>, faults: &mut Faults) {
        if let Some(unit) = self.official.unit.as_deref().filter(|unit| !known.contains(*unit)) {
            let sentence = format!("there is no unit {unit:?}");
            faults.add(path(at, "official.unit"), Reason::UnitUnknown, sentence);
        }
        check_grants(&path(at, "grants"), &self.grants, known, faults);
    }
}

/// Notes units of grants that are not there. Grants have been put in order, so the unit is named, not the place.
pub(crate) fn check_grants(field: &str, grants: &[Grant], known: &BTreeSet<String>, faults: &mut Faults) {
    for unit in grants.iter().filter_map(Grant::unit).filter(|unit| !known.contains(*unit)) {
        faults.add(field, Reason::UnitUnknown, format!("there is no unit {unit:?}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn login_names_are_codes_of_three_characters_or_more() {
        let reason = |value: &str| {
            let mut faults = Faults::new();
            let made = login("login".to_owned(), value, &mut faults);
            faults.finish(made).err().map(|error| error.reason())
        };
        assert_eq!(reason("vl.admin"), None);
        assert_eq!(reason("ab"), Some("CODE_INVALID"));
        assert_eq!(reason("Admin"), Some("CODE_INVALID"));
        assert_eq!(reason(""), Some("FIELD_REQUIRED"));
    }

    #[test]
    fn a_call_names_each_login_once_and_all_faults_are_found() {
        let official =
            proto::Official { name: "A".to_owned(), title: "Chủ tịch".to_owned(), ..Default::default() };
        let entry = |login: &str| proto::NewAccount {
            official: Some(official.clone()),
            login: login.to_owned(),
            grants: Vec::new(),
        };
        let entries =
            [entry("first"), entry("first"), proto::NewAccount { official: None, ..entry("third") }];
        let mut faults = Faults::new();
        let parsed = NewOfficialAccount::parse_all(&entries, jiff_date(), &mut faults);
        let error = faults.finish(parsed).expect_err("refused");
        let found: Vec<_> = error.violations().iter().map(|v| (v.field.as_str(), v.reason)).collect();
        let expected = [("accounts[2].official", "FIELD_REQUIRED"), ("accounts[1].login", "ACCOUNT_EXISTS")];
        assert_eq!(found, expected);
    }

    fn jiff_date() -> Date {
        "2023-01-01".parse().expect("a date")
    }
}
