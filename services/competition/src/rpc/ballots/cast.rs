use platform::audit::Act;
use platform::input::Faults;
use platform::{Result, auth};
use proto::competition::v1::{CastBallotRequest, CastBallotResponse, PhaseKind};
use tonic::Request;

use crate::domain::votes::{Choice, VoteId};
use crate::error;
use crate::rpc::{Ground, scope};
use crate::store::{open_ballots, vote_marks, vote_roll, votes};

/// The choice goes into the box and nowhere else: it is in no message, no audit entry and no event. The mark on the roll
/// stands in the place of an idempotency key, which the stack refuses. Nothing that runs gather changes before the close,
/// so there is no new revision either. See `store::open_ballots`.
pub(super) async fn cast_ballot(
    ground: &Ground,
    request: Request<CastBallotRequest>,
) -> Result<CastBallotResponse> {
    let caller = auth::principal(&request)?.clone();
    let request = request.into_inner();
    let mut faults = Faults::new();
    let id = faults.id::<VoteId>("vote_id", &request.vote_id);
    let unit = faults.code("unit", &request.unit);
    let choice = Choice::parse(request.choice, &mut faults);
    let ((id, unit), choice) = faults.finish(id.zip(unit).zip(choice))?;
    scope::of_delegate(&caller, &unit)?;

    let tx = ground.db.write(&caller).await?;
    let (season, vote) = votes::hold(&tx, id).await?;
    vote.require_open()?;
    season.require_open(&[PhaseKind::Vote])?;
    if !vote_roll::has(&tx, id, &unit).await? {
        return Err(error::not_a_member(&vote.bloc, &unit));
    }
    vote_marks::set(&tx, id, &unit).await?;
    let mut faults = Faults::new();
    vote.check_choice(&unit, &choice, &mut faults);
    faults.none()?;
    open_ballots::cast(&tx, id, choice).await?;
    let act = Act::new("vote.ballot_cast", "vote", id).with("season", season.code());
    tx.record(act.with("bloc", vote.bloc.as_str()).with("unit", unit));
    tx.commit().await?;
    Ok(CastBallotResponse {})
}
