//! Honour votes: who may be chosen, who chooses.

use super::each_once;
use super::people::People;
use crate::demo::data::fault::Finder;
use crate::demo::data::shape::File;
use std::collections::BTreeSet;

pub(super) fn votes(file: &File, people: &People, finder: &mut Finder<'_>) {
    let own_excluded = file.season.vote_rules.own_unit_excluded;
    for (i, bloc) in file.blocs.iter().enumerate() {
        let Some(vote) = &bloc.vote else { continue };
        let path = |field: &str| format!("blocs[{i}].vote.{field}");
        let members: BTreeSet<_> = bloc.members.iter().collect();
        let candidates: BTreeSet<_> = vote.candidates.iter().collect();
        people.require_leader(&vote.opened_by, &bloc.code, path("opened_by"), finder);
        finder.require(!vote.candidates.is_empty(), path("candidates"), "there is none");
        finder.require(!vote.rounds.is_empty(), path("rounds"), "there is none");
        each_once(&vote.candidates, &members, path("candidates"), "member of the bloc", finder);
        for (r, round) in vote.rounds.iter().enumerate() {
            let path = format!("blocs[{i}].vote.rounds[{r}]");
            let voters = round.ballots.values().flatten().chain(&round.blank);
            each_once(voters, &members, &path, "member of the bloc", finder);
            for (choice, voters) in &round.ballots {
                finder.require(
                    candidates.contains(choice),
                    format_args!("{path}.ballots"),
                    format_args!("\"{choice}\" is no candidate"),
                );
                finder.require(
                    !(own_excluded && voters.contains(choice)),
                    format_args!("{path}.ballots.{choice}"),
                    format_args!("\"{choice}\" chooses itself, which the season's vote_rules exclude"),
                );
            }
        }
    }
}
