//! What is kept of a bloc, and for how long.

use platform::cache::Lookup;
use platform::ids::TenantId;
use platform::{Error, Result};
use prost::Message;
use proto::competition::v1::{Bloc, CriteriaSet, Policy, Season, Target};

use super::{Peers, Rules};
use crate::domain::sheets::BlocRules;
use crate::error;

/// A bloc's part of a season as competition gathers it, at the revision of its season.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct KeptBloc {
    #[prost(message, optional, tag = "1")]
    pub(crate) season: Option<Season>,
    #[prost(message, optional, tag = "2")]
    pub(crate) policy: Option<Policy>,
    /// Those that the season pins.
    #[prost(message, repeated, tag = "3")]
    pub(crate) sets: Vec<CriteriaSet>,
    #[prost(message, optional, tag = "4")]
    pub(crate) bloc: Option<Bloc>,
    #[prost(message, repeated, tag = "5")]
    pub(crate) targets: Vec<Target>,
}

impl KeptBloc {
    pub(crate) fn revision(&self) -> u64 {
        self.season.as_ref().map_or(0, |season| season.revision)
    }

    fn into_rules(self) -> Result<Rules> {
        let season = self.season.ok_or_else(|| Error::internal("a bloc was gathered without its season"))?;
        let policy = self.policy.ok_or_else(|| error::policy_unknown(&season.code))?;
        let bloc = self.bloc.ok_or_else(|| Error::internal("a season was gathered without its bloc"))?;
        let set = self.sets.into_iter().find(|set| set.code == bloc.criteria_set);
        let set = set.ok_or_else(|| error::set_not_pinned(&season.code, &bloc.criteria_set))?;
        Ok(Rules { bloc: BlocRules::new(policy, bloc, set, self.targets), season })
    }
}

impl Peers {
    /// What the sheets of a bloc are checked against now.
    pub(super) async fn rules_now(&self, tenant: TenantId, season: &str, bloc: &str) -> Result<Rules> {
        let key = bloc_key(season, bloc);
        let known = match self.cache.get(tenant, &key).await {
            Lookup::Hit(bytes) => Some(KeptBloc::decode(bytes).map_err(Error::internal)?),
            Lookup::Miss(_) => None,
        };
        self.gathered(tenant, season, bloc, known).await?.into_rules()
    }

    /// The members of a bloc, as they were when the season was last heard of.
    pub(crate) async fn members(&self, tenant: TenantId, season: &Season, bloc: &str) -> Result<Vec<String>> {
        let kept = match self.cache.get(tenant, &bloc_key(&season.code, bloc)).await {
            Lookup::Hit(bytes) => Some(KeptBloc::decode(bytes).map_err(Error::internal)?),
            Lookup::Miss(_) => None,
        };
        let kept = match kept {
            Some(kept) if kept.revision() >= season.revision => kept,
            known => self.gathered(tenant, &season.code, bloc, known).await?,
        };
        Ok(kept.bloc.unwrap_or_default().members)
    }

    /// Asks competition, which answers shortly where what is known is still so; keeps what is new.
    async fn gathered(
        &self,
        tenant: TenantId,
        season: &str,
        bloc: &str,
        known: Option<KeptBloc>,
    ) -> Result<KeptBloc> {
        let revision = known.as_ref().map(KeptBloc::revision);
        let gathered = self.gather(tenant, season, bloc, revision).await?;
        if let Some(known) = known
            && known.revision() == gathered.revision()
        {
            return Ok(KeptBloc { season: gathered.season, ..known });
        }
        let key = bloc_key(season, bloc);
        // What stays there instead is compared with the season's revision when it is read.
        if self.cache.invalidate(tenant, &key).await.is_ok()
            && let Lookup::Miss(miss) = self.cache.get(tenant, &key).await
        {
            self.cache.put(miss, gathered.encode_to_vec()).await;
        }
        Ok(gathered)
    }
}

fn bloc_key(season: &str, bloc: &str) -> String {
    format!("bloc/{season}/{bloc}")
}
