//! Who may do what.

use crate::demo::data::accounts::{Account, Grant, accounts};
use crate::demo::data::fault::Finder;
use crate::demo::data::shape::{FederationRole, File};
use crate::demo::data::value::Code;
use std::collections::BTreeSet;
use std::fmt::Display;

/// The accounts of a file.
pub(super) struct People {
    accounts: Vec<Account>,
}

impl People {
    pub(super) fn of(file: &File) -> People {
        let blocs = file.blocs.iter().map(|bloc| (&bloc.code, &bloc.leader, bloc.deputy.as_ref()));
        People { accounts: accounts(&file.federation, &file.units, blocs) }
    }

    /// The accounts themselves: login names, and the offices that every campaign needs.
    pub(super) fn check(&self, file: &File, finder: &mut Finder<'_>) {
        let mut seen = BTreeSet::new();
        for account in &self.accounts {
            let path = if account.unit.is_some() { "units" } else { "federation.officials" };
            finder.require(
                seen.insert(account.login.as_str()),
                path,
                format_args!("\"{}\" is the login name of two accounts", account.login),
            );
            finder.require(
                (3..=64).contains(&account.login.len()),
                path,
                format_args!("the login name \"{}\" has not 3 to 64 characters", account.login),
            );
        }
        let first =
            file.federation.officials.iter().any(|o| o.roles.contains(&FederationRole::FederationAdmin));
        finder.require(first, "federation.officials", "none of them has the role federation_admin");
    }

    fn grants(&self, login: &Code) -> Option<&[Grant]> {
        self.accounts.iter().find(|a| a.login == login.as_str()).map(|a| a.grants.as_slice())
    }

    /// The account exists and has one of the grants that `admits` names.
    pub(super) fn require(
        &self,
        login: &Code,
        admits: impl Fn(&Grant) -> bool,
        path: impl Display,
        office: &str,
        finder: &mut Finder<'_>,
    ) {
        match self.grants(login) {
            None => finder.add(path, format_args!("\"{login}\" is no account")),
            Some(grants) => {
                finder.require(grants.iter().any(admits), path, format_args!("\"{login}\" is not {office}"))
            }
        }
    }

    /// The account leads the bloc, or runs the federation's campaign.
    pub(super) fn require_leader(
        &self,
        login: &Code,
        bloc: &Code,
        path: impl Display,
        finder: &mut Finder<'_>,
    ) {
        let admits = |grant: &Grant| *grant == Grant::BlocLeader(bloc.clone()) || is_admin(grant);
        self.require(login, admits, path, "leader or deputy of the bloc, nor an administrator", finder);
    }

    pub(super) fn require_committee(&self, login: &Code, path: impl Display, finder: &mut Finder<'_>) {
        let admits = |grant: &Grant| *grant == Grant::Federation(FederationRole::StandingCommittee);
        self.require(login, admits, path, "of the standing committee", finder);
    }
}

pub(super) fn is_admin(grant: &Grant) -> bool {
    *grant == Grant::Federation(FederationRole::FederationAdmin)
}
