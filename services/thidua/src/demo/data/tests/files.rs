//! The files are read alike from the executable and from a directory, and their persons can do their work.

use crate::demo::data::{Grant, Sources, embedded, from_directory};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

fn write(directory: &Path, sources: &Sources) {
    for folder in ["criteria", "policies"] {
        fs::create_dir(directory.join(folder)).unwrap();
    }
    for (name, text) in sources.campaigns.iter().chain(&sources.criteria).chain(&sources.policies) {
        fs::write(directory.join(name), text).unwrap();
    }
}

#[test]
fn the_executable_carries_five_campaigns() {
    let campaigns = embedded().unwrap();
    let codes: Vec<&str> = campaigns.iter().map(|c| c.federation.code.as_str()).collect();
    assert_eq!(codes, ["ba-ria-vung-tau", "cao-bang", "khanh-hoa", "thai-nguyen", "vinh-long"]);
}

#[test]
fn every_file_of_the_directory_is_carried() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("demo");
    let there = Sources::from_directory(&directory).unwrap();
    let carried = Sources::embedded();
    assert_eq!(there.campaigns, carried.campaigns);
    assert_eq!(there.criteria, carried.criteria);
    assert_eq!(there.policies, carried.policies);
}

#[test]
fn a_directory_is_read_like_the_carried_files() {
    let directory = tempfile::tempdir().unwrap();
    write(directory.path(), &Sources::embedded());
    fs::write(directory.path().join("notes.txt"), "not a campaign").unwrap();
    let read = from_directory(directory.path()).unwrap();
    let carried = embedded().unwrap();
    assert_eq!(read.len(), carried.len());
    for (read, carried) in read.iter().zip(&carried) {
        assert_eq!((&read.targets, &read.sheets), (&carried.targets, &carried.sheets));
    }
}

#[test]
fn a_directory_that_cannot_be_read_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let missing = directory.path().join("nowhere");
    let told = from_directory(&missing).unwrap_err().to_string();
    assert!(told.contains(missing.to_str().unwrap()) && told.contains("cannot be read"), "{told}");
}

#[test]
fn a_directory_without_a_campaign_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    write(directory.path(), &Sources::default());
    let told = from_directory(directory.path()).unwrap_err().to_string();
    assert!(told.contains("has no campaign"), "{told}");
}

#[test]
fn every_unit_has_an_officer_and_one_ballot() {
    for campaign in embedded().unwrap() {
        let accounts = campaign.accounts();
        let logins: BTreeSet<&str> = accounts.iter().map(|a| a.login.as_str()).collect();
        assert_eq!(logins.len(), accounts.len());
        for unit in campaign.units.keys() {
            let holders = |grant: &Grant| {
                accounts
                    .iter()
                    .filter(|a| a.grants.contains(grant))
                    .map(|a| a.login.clone())
                    .collect::<Vec<_>>()
            };
            assert_eq!(holders(&Grant::UnitOfficer(unit.clone())), [unit.as_str()]);
            assert_eq!(holders(&Grant::Delegate(unit.clone())), [campaign.delegate_of(unit)]);
        }
        for bloc in &campaign.blocs {
            let leaders =
                accounts.iter().filter(|a| a.grants.contains(&Grant::BlocLeader(bloc.code.clone())));
            assert_eq!(leaders.count(), 1 + usize::from(bloc.deputy.is_some()));
        }
    }
}

#[test]
fn every_unit_is_in_a_bloc_and_every_pact_has_parties() {
    for campaign in embedded().unwrap() {
        for unit in campaign.units.keys() {
            assert!(campaign.bloc_of(unit).is_some(), "{unit}");
        }
        for bloc in &campaign.blocs {
            assert!(bloc.pact.not_party.len() < bloc.members.len());
        }
    }
}
