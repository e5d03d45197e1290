//! The honour votes that commendations come from.

use platform::input::Faults;
use proto::common::v1::Reason;

use super::Proposal;
use crate::domain::votes::Vote;

/// Notes the proposals that name an honour vote which did not bring their unit to the top. `votes`: those of the named ones
/// that there are.
pub(crate) fn check_votes(season: &str, votes: &[Vote], proposals: &[Proposal], faults: &mut Faults) {
    for (place, proposal) in proposals.iter().enumerate() {
        let Some(id) = proposal.vote else { continue };
        let field = format!("commendations[{place}].vote_id");
        let Some(vote) = votes.iter().find(|vote| vote.id == id && vote.season == season) else {
            let sentence = format!("there is no honour vote {id} in season {season:?}");
            faults.add(field, Reason::VoteUnknown, sentence);
            continue;
        };
        let result = vote.result.as_ref();
        let unit = proposal.recipient.unit();
        match result.and_then(|result| result.verdict.leading_unit.as_deref()) {
            Some(leading) if leading == unit => {}
            Some(leading) => {
                let sentence = format!("the leading unit of the honour vote is {leading:?}, not {unit:?}");
                faults.add(field, Reason::InvalidArgument, sentence);
            }
            None => faults.add(field, Reason::InvalidArgument, "the honour vote has no leading unit"),
        }
    }
}
