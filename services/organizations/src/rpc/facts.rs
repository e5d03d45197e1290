//! FactService: facts about units in a season.

use platform::audit::Act;
use platform::db::{Database, TenantTx};
use platform::input::Faults;
use platform::paging::Page;
use platform::tenancy::Principal;
use platform::{Error, Result, auth, idempotency};
use proto::common::v1::Act as ProtoAct;
use proto::organizations::v1::fact_service_server::FactService;
use proto::organizations::v1::*;
use tonic::{Request, Response, Status};

use super::units::changed;
use crate::domain::facts::{self as domain, SeasonFacts};
use crate::store::unit_facts::{self, Said, Says};
use crate::store::{accounts, officials, unit_revisions, units};

pub(crate) struct Facts {
    pub(crate) db: Database,
}

#[tonic::async_trait]
impl FactService for Facts {
    async fn put_facts(
        &self,
        request: Request<PutFactsRequest>,
    ) -> Result<Response<PutFactsResponse>, Status> {
        Ok(Response::new(put_facts(&self.db, request).await?))
    }

    async fn list_facts(
        &self,
        request: Request<ListFactsRequest>,
    ) -> Result<Response<ListFactsResponse>, Status> {
        Ok(Response::new(list_facts(&self.db, request).await?))
    }
}

async fn put_facts(db: &Database, request: Request<PutFactsRequest>) -> Result<PutFactsResponse> {
    let (caller, key, request) = idempotency::received(request)?;
    let mut faults = Faults::new();
    let said = SeasonFacts::parse(&request, &mut faults);
    let said = faults.finish(said)?;

    idempotency::run(db, &caller, key, &request, async |tx| {
        unit_revisions::hold(tx).await?;
        let mut faults = Faults::new();
        said.check_units(
            &units::known(tx, said.units.iter().map(|entry| entry.unit.as_str())).await?,
            &mut faults,
        );
        faults.none()?;
        let present = unit_facts::of(tx, &said.season, None).await?;
        let is_new = |entry: &&domain::UnitFacts| match present.get(&entry.unit) {
            Some(said) => said.facts != **entry,
            None => !entry.facts.is_empty(),
        };
        let new: Vec<&domain::UnitFacts> = said.units.iter().filter(is_new).collect();
        if !new.is_empty() {
            unit_facts::put(tx, &said.season, &new, &says(tx, &caller).await?).await?;
            let codes: Vec<&str> = new.iter().map(|entry| entry.unit.as_str()).collect();
            let act = Act::new("facts.put", "season", &said.season).with("units", codes.clone());
            changed(tx, codes, act).await?;
        }
        Ok(PutFactsResponse { changed: u32::try_from(new.len()).map_err(Error::internal)? })
    })
    .await
}

/// Who speaks, with the name and the title of today.
async fn says(tx: &TenantTx, caller: &Principal) -> Result<Says> {
    let id = caller.account().ok_or_else(|| Error::internal("facts are put by a member"))?;
    let account = accounts::get(tx, id).await?;
    let official = officials::get(tx, account.official).await?;
    let at = tx.database().ids().clock().now();
    Ok(Says { account: id, name: official.name, title: official.title, at })
}

async fn list_facts(db: &Database, request: Request<ListFactsRequest>) -> Result<ListFactsResponse> {
    let asked = request.get_ref();
    let mut faults = Faults::new();
    let season = faults.code("season", &asked.season);
    let unit = faults.optional_code("unit", &asked.unit);
    let (season, unit) = faults.finish(season.zip(unit))?;
    let filters = [asked.season.as_str(), asked.unit.as_str()];
    let page = Page::parse("ListFacts", &filters, asked.page_size, &asked.page_token)?;

    let tx = db.read(auth::principal(&request)?).await?;
    let said = unit_facts::of(&tx, &season, unit.as_deref()).await?;
    let all = said.into_values().map(shown).collect();
    let (units, next_page_token) = page.cut(all, |entry: &UnitFacts| &entry.unit);
    Ok(ListFactsResponse { units, next_page_token })
}

fn shown(said: Said) -> UnitFacts {
    let Said { facts, by } = said;
    UnitFacts {
        unit: facts.unit,
        facts: facts.facts.into_iter().collect(),
        source: facts.source,
        updated: Some(ProtoAct {
            account_id: by.account.to_string(),
            name: by.name,
            title: by.title,
            at: Some(by.at.into()),
        }),
    }
}
