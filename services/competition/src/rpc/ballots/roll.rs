use platform::input::Faults;
use platform::{Result, auth};
use proto::competition::v1::{GetRollRequest, GetRollResponse, RollEntry};
use tonic::Request;

use crate::domain::votes::VoteId;
use crate::rpc::{Ground, scope};
use crate::store::{vote_marks, vote_roll, votes};

pub(super) async fn get_roll(ground: &Ground, request: Request<GetRollRequest>) -> Result<GetRollResponse> {
    let mut faults = Faults::new();
    let id = faults.id::<VoteId>("vote_id", &request.get_ref().vote_id);
    let id = faults.finish(id)?;
    let caller = auth::principal(&request)?;
    let tx = ground.db.read(caller).await?;
    let vote = votes::get(&tx, id).await?;
    let roll = vote_roll::of(&tx, id).await?;
    scope::of_roll(caller, &vote, &roll)?;
    let marks = vote_marks::of(&tx, id).await?;
    let entries = roll.into_iter().map(|unit| RollEntry { has_voted: marks.contains(&unit), unit });
    Ok(GetRollResponse { entries: entries.collect() })
}
