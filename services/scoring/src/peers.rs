//! What scoring asks other services for. They are asked before a write transaction is open.
//!
//! What is written rests on answers of this moment: competition says, with the season's revision, whether what is
//! kept of it is still so. Reads are content with what is kept until an event says that it changed.

mod campaign;
mod gather;
mod kept;
mod live;
mod person;

use std::collections::BTreeMap;
use std::sync::Arc;

use platform::cache::Cache;
use platform::db::Database;
use platform::ids::TenantId;
use platform::input::{Faults, fault};
use platform::tenancy::Member;
use platform::transport::Peer;
use platform::{Error, Result};
use prost::Message as _;
use proto::common::v1::Reason;
use proto::competition::v1::bloc_service_client::BlocServiceClient;
use proto::competition::v1::season_service_client::SeasonServiceClient;
use proto::competition::v1::{FindBlocOfUnitRequest, GetBlocRequest, GetSeasonRequest, Season};
use proto::organizations::v1::account_service_client::AccountServiceClient;
use proto::organizations::v1::unit_service_client::UnitServiceClient;
use proto::organizations::v1::{GetOwnAccountRequest, GetUnitRequest};
use tonic::Code;

use crate::Deps;
use crate::domain::live::LiveBloc;
use crate::domain::sheets::{BlocRules, By};

pub(crate) use kept::KeptBloc;

/// The other services, and what is kept of their answers.
#[derive(Clone)]
pub(crate) struct Peers {
    db: Database,
    cache: Cache,
    competition: Peer,
    organizations: Peer,
}

/// A season and what the sheets of one of its blocs are checked against, both of one moment.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    pub(crate) season: Season,
    pub(crate) bloc: BlocRules,
}

impl Rules {
    /// The bloc whose standings rest on sheets that keep these rules.
    pub(crate) fn live(&self) -> LiveBloc {
        LiveBloc { season: self.season.code.clone(), bloc: self.bloc.bloc.clone() }
    }
}

impl Peers {
    pub(crate) fn new(deps: &Deps) -> Self {
        Self {
            db: deps.db.clone(),
            cache: deps.cache.clone(),
            competition: deps.competition.clone(),
            organizations: deps.organizations.clone(),
        }
    }

    /// The service's own database.
    pub(crate) fn database(&self) -> &Database {
        &self.db
    }

    /// Who the caller is, with the name and title of this moment.
    pub(crate) async fn signature(&self, member: &Member) -> Result<By> {
        let mut accounts = AccountServiceClient::new(self.organizations.as_caller());
        let answer = accounts.get_own_account(GetOwnAccountRequest {}).await.map_err(Error::of_peer)?;
        let account = answer.into_inner().account.unwrap_or_default();
        let at = self.db.ids().clock().now();
        Ok(By { account: member.account(), name: account.name, title: account.title, at })
    }

    /// Whether the federation has the unit.
    pub(crate) async fn has_unit(&self, tenant: TenantId, unit: &str) -> Result<bool> {
        let request = GetUnitRequest { code: unit.to_owned(), as_of: String::new() };
        let mut units = UnitServiceClient::new(self.organizations.as_service(tenant));
        match units.get_unit(request).await {
            Ok(_) => Ok(true),
            Err(status) if status.code() == Code::NotFound => Ok(false),
            Err(status) => Err(Error::of_peer(status)),
        }
    }

    /// The season, as it was when it was last heard of; `SEASON_UNKNOWN` when there is none.
    pub(crate) async fn season(&self, tenant: TenantId, code: &str) -> Result<Season> {
        let key = season_key(code);
        let kept = self.cache.get_or_load(tenant, &key, async || {
            let request = GetSeasonRequest { code: code.to_owned() };
            let mut seasons = SeasonServiceClient::new(self.competition.as_service(tenant));
            let answer = seasons.get_season(request).await.map_err(Error::of_peer)?.into_inner();
            let season = answer.season.ok_or_else(|| Error::internal("an answer without its season"))?;
            Ok(season.encode_to_vec().into())
        });
        Season::decode(kept.await?).map_err(Error::internal)
    }

    /// Refuses the subject of a job whose `season` is none.
    pub(crate) async fn check_season(&self, tenant: TenantId, code: &str) -> Result<()> {
        let mut faults = Faults::new();
        let season = faults.code("season", code);
        let season = faults.finish(season)?;
        let found = self.season(tenant, &season).await.map(drop);
        found.map_err(|error| is_fault(error, "season", Reason::SeasonUnknown))
    }

    /// Refuses the subject of a job whose `season` or `bloc` is none.
    pub(crate) async fn check_bloc(&self, tenant: TenantId, of: &LiveBloc) -> Result<()> {
        let mut faults = Faults::new();
        let bloc = faults.code("bloc", &of.bloc);
        let bloc = faults.finish(bloc)?;
        self.check_season(tenant, &of.season).await?;
        let request = GetBlocRequest { season: of.season.clone(), bloc };
        let mut blocs = BlocServiceClient::new(self.competition.as_service(tenant));
        let found = blocs.get_bloc(request).await.map(drop).map_err(Error::of_peer);
        found.map_err(|error| is_fault(error, "bloc", Reason::BlocUnknown))
    }

    /// Forgets what is kept of the season; the rest is compared with its revision.
    pub(crate) async fn season_changed(cache: &Cache, tenant: TenantId, code: &str) -> Result<()> {
        cache.invalidate(tenant, &season_key(code)).await
    }

    /// The bloc that a unit is in now.
    pub(crate) async fn bloc_of(&self, tenant: TenantId, season: &str, unit: &str) -> Result<Option<String>> {
        let request = FindBlocOfUnitRequest { season: season.to_owned(), unit: unit.to_owned() };
        let mut blocs = BlocServiceClient::new(self.competition.as_service(tenant));
        let answer = blocs.find_bloc_of_unit(request).await.map_err(Error::of_peer)?;
        Ok(answer.into_inner().bloc.map(|bloc| bloc.code))
    }

    /// What sheets of these units (each with its season) are checked against now; units in no bloc are left out.
    pub(crate) async fn rules<'u>(
        &self,
        tenant: TenantId,
        units: impl IntoIterator<Item = (&'u str, &'u str)>,
    ) -> Result<BTreeMap<(&'u str, &'u str), Arc<Rules>>> {
        let mut found: BTreeMap<(&str, &str), Arc<Rules>> = BTreeMap::new();
        for (season, unit) in units {
            if found.contains_key(&(season, unit)) {
                continue;
            }
            let mut met = found.iter().filter(|((of, _), _)| *of == season).map(|(_, rules)| rules);
            let known = met.find(|rules| rules.bloc.members.contains(unit)).cloned();
            let rules = match known {
                Some(rules) => rules,
                None => match self.bloc_of(tenant, season, unit).await? {
                    Some(bloc) => Arc::new(self.rules_now(tenant, season, &bloc).await?),
                    None => continue,
                },
            };
            found.insert((season, unit), rules);
        }
        Ok(found)
    }
}

/// An answer that says of `field` that it names nothing, as a fault of the field; other errors stay what they are.
fn is_fault(error: Error, field: &str, reason: Reason) -> Error {
    if error.reason() == reason.code() { fault(field, reason, error.message()) } else { error }
}

fn season_key(season: &str) -> String {
    format!("season/{season}")
}
