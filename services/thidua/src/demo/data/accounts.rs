//! The accounts that a campaign's persons work under.

use super::shape::{Federation, FederationRole, Unit};
use super::value::Code;
use super::{Bloc, Campaign};
use std::collections::BTreeMap;

/// The office of a unit's officer where the file names none.
const OFFICER: &str = "Chủ tịch công đoàn";
/// The office of a delegate who is not the officer.
const DELEGATE: &str = "Đại biểu";

/// A person's account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub login: String,
    pub name: String,
    pub title: String,
    /// The unit whose official the person is; the federation's own otherwise.
    pub unit: Option<Code>,
    pub grants: Vec<Grant>,
}

/// A role and where it counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grant {
    Federation(FederationRole),
    /// Leads this bloc in the season.
    BlocLeader(Code),
    /// Acts for this unit.
    UnitOfficer(Code),
    /// Casts the ballot of this unit.
    Delegate(Code),
}

impl Campaign {
    /// All accounts: the federation's in the order of the file, then the units' by code.
    pub fn accounts(&self) -> Vec<Account> {
        let blocs = self.blocs.iter().map(|bloc| (&bloc.code, &bloc.leader, bloc.deputy.as_ref()));
        accounts(&self.federation, &self.units, blocs)
    }

    /// The login name of who casts the ballot of a unit.
    pub fn delegate_of(&self, unit: &Code) -> String {
        match self.units.get(unit) {
            Some(Unit { delegate: Some(_), .. }) => delegate_login(unit),
            _ => unit.to_string(),
        }
    }

    /// The bloc of a unit.
    pub fn bloc_of(&self, unit: &Code) -> Option<&Bloc> {
        self.blocs.iter().find(|bloc| bloc.members.contains(unit))
    }
}

fn delegate_login(unit: &Code) -> String {
    format!("{unit}.delegate")
}

/// `blocs` are code, leader and deputy.
pub(super) fn accounts<'a>(
    federation: &Federation,
    units: &BTreeMap<Code, Unit>,
    blocs: impl Iterator<Item = (&'a Code, &'a Code, Option<&'a Code>)> + Clone,
) -> Vec<Account> {
    let mut accounts: Vec<Account> = federation
        .officials
        .iter()
        .map(|official| Account {
            login: official.login.to_string(),
            name: official.name.clone(),
            title: official.title.clone(),
            unit: None,
            grants: official.roles.iter().copied().map(Grant::Federation).collect(),
        })
        .collect();
    for (code, unit) in units {
        let mut grants = vec![Grant::UnitOfficer(code.clone())];
        for (bloc, leader, deputy) in blocs.clone() {
            if leader == code || deputy == Some(code) {
                grants.push(Grant::BlocLeader(bloc.clone()));
            }
        }
        if unit.delegate.is_none() {
            grants.push(Grant::Delegate(code.clone()));
        }
        accounts.push(Account {
            login: code.to_string(),
            name: unit.officer.clone(),
            title: unit.title.clone().unwrap_or_else(|| OFFICER.to_owned()),
            unit: Some(code.clone()),
            grants,
        });
        if let Some(name) = &unit.delegate {
            accounts.push(Account {
                login: delegate_login(code),
                name: name.clone(),
                title: DELEGATE.to_owned(),
                unit: Some(code.clone()),
                grants: vec![Grant::Delegate(code.clone())],
            });
        }
    }
    accounts
}
