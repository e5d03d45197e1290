//! Gathering a season, or a bloc of it, from competition and organizations, as it was at one moment.

use futures::TryStreamExt as _;
use platform::ids::TenantId;
use platform::{Error, Result};
use proto::competition::v1::gather_season_response::Part as SeasonPart;
use proto::competition::v1::gather_service_client::GatherServiceClient as Competition;
use proto::competition::v1::{GatherSeasonRequest, Season};
use proto::organizations::v1::gather_service_client::GatherServiceClient as Organizations;
use proto::organizations::v1::gather_units_response::Part as UnitsPart;
use proto::organizations::v1::{GatherUnitsRequest, UnitCodes};

use super::Peers;
use crate::domain::gathered::Gathered;

/// What was heard of competition or organizations.
enum Heard {
    /// It is still as it was known.
    Same,
    New(Box<Gathered>),
}

impl Peers {
    /// The season as it is now, or one bloc of it with its units where `bloc` names one: what belongs to it is read next,
    /// and then asked for is [`Peers::gather_again`].
    pub(crate) async fn gather_whole(&self, tenant: TenantId, season: &str, bloc: &str) -> Result<Gathered> {
        let Heard::New(mut gathered) = self.hear_season(tenant, season, bloc, None).await? else {
            return Err(Error::internal("competition knows what was never told"));
        };
        if let Heard::New(units) = self.hear_units(tenant, &gathered, bloc, None).await? {
            gathered.put_units(*units);
        }
        Ok(*gathered)
    }

    /// What of `gathered` has changed since, in its place; whether anything has. While nothing has, all that was read
    /// in between belongs to the same moment. Of a bloc alone, changes of other blocs are none.
    pub(crate) async fn gather_again(
        &self,
        tenant: TenantId,
        bloc: &str,
        gathered: &mut Gathered,
    ) -> Result<bool> {
        let Season { code, ends_on, revision, .. } = gathered.season.clone();
        let mut known = Some(gathered.units_revision);
        let before = (!bloc.is_empty()).then(|| gathered.clone());
        let mut moved = false;
        if let Heard::New(mut now) = self.hear_season(tenant, &code, bloc, Some(revision)).await? {
            now.put_units(std::mem::take(gathered));
            *gathered = *now;
            moved = true;
            // Facts and states are those of the season's last day, which may be another one now, and a bloc may have
            // other members.
            known = known.filter(|_| gathered.season.ends_on == ends_on && bloc.is_empty());
        }
        if let Heard::New(units) = self.hear_units(tenant, gathered, bloc, known).await? {
            gathered.put_units(*units);
            moved = true;
        }
        Ok(moved && !before.is_some_and(|before| gathered.says_the_same_as(before)))
    }

    async fn hear_season(
        &self,
        tenant: TenantId,
        season: &str,
        bloc: &str,
        known: Option<u64>,
    ) -> Result<Heard> {
        let request =
            GatherSeasonRequest { season: season.to_owned(), known_revision: known, bloc: bloc.to_owned() };
        let mut client = Competition::new(self.competition.as_service(tenant));
        let mut parts = client.gather_season(request).await.map_err(Error::of_peer)?.into_inner();
        let mut gathered = Gathered::default();
        let mut count = 0_u32;
        while let Some(part) = parts.try_next().await.map_err(Error::of_peer)? {
            match part.part {
                Some(SeasonPart::Head(head)) => {
                    gathered.season =
                        head.season.ok_or_else(|| Error::internal("a head without its season"))?;
                    continue;
                }
                Some(SeasonPart::Tail(_)) if known == Some(gathered.season.revision) => {
                    return Ok(Heard::Same);
                }
                Some(SeasonPart::Tail(tail)) if tail.parts == count => {
                    return Ok(Heard::New(Box::new(gathered)));
                }
                Some(SeasonPart::Tail(_)) => break,
                Some(SeasonPart::Policy(policy)) => gathered.policy = Some(policy),
                Some(SeasonPart::CriteriaSet(set)) => gathered.sets.push(set),
                Some(SeasonPart::Bloc(bloc)) => gathered.blocs.push(bloc),
                Some(SeasonPart::Target(target)) => gathered.targets.push(target),
                Some(SeasonPart::Votes(votes)) => gathered.votes.push(votes),
                Some(SeasonPart::Decision(decision)) => gathered.decisions.push(decision),
                None => return Err(Error::internal("competition sends a part that is unknown here")),
            }
            count = count.saturating_add(1);
        }
        Err(cut_off("competition"))
    }

    /// The units of what was gathered of the season.
    async fn hear_units(
        &self,
        tenant: TenantId,
        of: &Gathered,
        bloc: &str,
        known: Option<u64>,
    ) -> Result<Heard> {
        let members = of.blocs.iter().filter(|_| !bloc.is_empty()).map(|bloc| &bloc.members);
        let request = GatherUnitsRequest {
            season: of.season.code.clone(),
            as_of: of.season.ends_on.clone(),
            known_revision: known,
            only: (!bloc.is_empty()).then(|| UnitCodes { codes: members.flatten().cloned().collect() }),
        };
        let mut client = Organizations::new(self.organizations.as_service(tenant));
        let mut parts = client.gather_units(request).await.map_err(Error::of_peer)?.into_inner();
        let mut gathered = Gathered::default();
        while let Some(part) = parts.try_next().await.map_err(Error::of_peer)? {
            match part.part {
                Some(UnitsPart::Head(head)) => {
                    gathered.units_revision = head.revision;
                    gathered.federation = (head.federation, head.federation_name);
                }
                Some(UnitsPart::Unit(unit)) => gathered.units.push(unit),
                Some(UnitsPart::Tail(_)) if known == Some(gathered.units_revision) => return Ok(Heard::Same),
                Some(UnitsPart::Tail(tail)) => {
                    let whole = u32::try_from(gathered.units.len()) == Ok(tail.units);
                    let new = whole.then(|| Heard::New(Box::new(gathered)));
                    return new.ok_or_else(|| cut_off("organizations"));
                }
                None => return Err(Error::internal("organizations sends a part that is unknown here")),
            }
        }
        Err(cut_off("organizations"))
    }
}

impl Gathered {
    /// Takes what organizations has from `other`.
    fn put_units(&mut self, other: Self) {
        self.federation = other.federation;
        self.units_revision = other.units_revision;
        self.units = other.units;
    }
}

fn cut_off(service: &str) -> Error {
    Error::unavailable(format!("the answer of {service} was cut off: try again"), "a stream without its tail")
}
