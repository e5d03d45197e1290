//! From the files' texts to checked campaigns.

use super::campaign::{Bloc, Campaign};
use super::check::check;
use super::fault::{Fault, Faults, Finder};
use super::shape::{CriteriaSet, File, Policy};
use super::source::Sources;
use super::value::Code;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

/// The files that campaigns share, by the name that campaigns use.
pub(super) struct Shared {
    pub(super) criteria: BTreeMap<Code, CriteriaSet>,
    pub(super) policies: BTreeMap<Code, Policy>,
}

pub(super) fn load(sources: &Sources) -> Result<Vec<Campaign>, Faults> {
    let mut faults = Vec::new();
    let shared = Shared {
        criteria: shared(&sources.criteria, &mut faults),
        policies: shared(&sources.policies, &mut faults),
    };
    // A shared file that cannot be read would make every campaign look wrong.
    let usable = faults.is_empty();
    let mut campaigns: BTreeMap<Code, Campaign> = BTreeMap::new();
    for (name, text) in &sources.campaigns {
        let Some(file) = parse::<File>(name, text, &mut faults) else { continue };
        if !usable {
            continue;
        }
        let Some(campaign) = assemble(name, file, &shared, &mut faults) else { continue };
        if let Some(other) = campaigns.get(&campaign.federation.code) {
            let message =
                format!("\"{}\" is the federation of {} already", campaign.federation.code, other.file);
            Finder::new(name, &mut faults).add("federation.code", message);
        } else {
            campaigns.insert(campaign.federation.code.clone(), campaign);
        }
    }
    if faults.is_empty() { Ok(campaigns.into_values().collect()) } else { Err(Faults(faults)) }
}

/// The campaign of one file; faults are added where it has any.
fn assemble(name: &str, file: File, shared: &Shared, faults: &mut Vec<Fault>) -> Option<Campaign> {
    let tables = check(&file, shared, &mut Finder::new(name, faults));
    let policy = shared.policies.get(&file.season.policy)?.clone();
    let criteria_sets = file
        .blocs
        .iter()
        .filter_map(|bloc| shared.criteria.get_key_value(&bloc.criteria_set))
        .map(|(code, set)| (code.clone(), set.clone()))
        .collect();
    let blocs = file.blocs.into_iter().map(|bloc| Bloc {
        code: bloc.code,
        name: bloc.name,
        criteria_set: bloc.criteria_set,
        leader: bloc.leader,
        deputy: bloc.deputy,
        members: bloc.members,
        pact: bloc.pact,
        conferences: bloc.conferences,
        vote: bloc.vote,
    });
    Some(Campaign {
        file: name.to_owned(),
        federation: file.federation,
        season: file.season,
        policy,
        criteria_sets,
        units: file.units,
        blocs: blocs.collect(),
        targets: tables.targets,
        sheets: tables.sheets,
        decisions: file.decisions,
        commendations: file.commendations,
    })
}

/// Reads shared files; their names without folder and extension are their codes.
fn shared<T: DeserializeOwned>(
    texts: &BTreeMap<String, String>,
    faults: &mut Vec<Fault>,
) -> BTreeMap<Code, T> {
    let mut read = BTreeMap::new();
    for (name, text) in texts {
        let stem = name.split_once('/').map_or(name.as_str(), |(_, file)| file).trim_end_matches(".toml");
        match Code::try_from(stem.to_owned()) {
            Ok(code) => {
                if let Some(value) = parse(name, text, faults) {
                    read.insert(code, value);
                }
            }
            Err(message) => Finder::new(name, faults).add("", format!("the file's name {message}")),
        }
    }
    read
}

fn parse<T: DeserializeOwned>(name: &str, text: &str, faults: &mut Vec<Fault>) -> Option<T> {
    match toml::from_str(text) {
        Ok(value) => Some(value),
        Err(error) => {
            let place = error.span().and_then(|span| text.get(..span.start)).map(|before| {
                let line = before.matches('\n').count() + 1;
                let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
                format!("line {line}, column {column}")
            });
            Finder::new(name, faults).add(place.unwrap_or_default(), error.message());
            None
        }
    }
}
