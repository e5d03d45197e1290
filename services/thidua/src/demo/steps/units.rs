//! The administrator enters the units, and what holds for them in the season.

use std::collections::BTreeMap;

use proto::organizations::v1::fact_service_client::FactServiceClient;
use proto::organizations::v1::unit_service_client::UnitServiceClient;
use proto::organizations::v1::{
    BatchPutUnitsRequest, ListFactsRequest, ListUnitsRequest, PutFactsRequest, Unit, UnitFacts,
    UnitStatus as Status,
};

use crate::demo::call::{PAGE, Result, pages};
use crate::demo::data::Code;
use crate::demo::data::shape::{self, UnitStatus};
use crate::demo::stage::Stage;

pub(super) async fn enter(stage: &Stage) -> Result<()> {
    let admin = stage.admin()?;
    let there = pages(|page_token| async move {
        let request = ListUnitsRequest { page_size: PAGE, page_token, ..Default::default() };
        let rpc = async |c, r| UnitServiceClient::new(c).list_units(r).await;
        let answer = stage.ask(admin, request, rpc).await?;
        Ok((answer.units, answer.next_page_token))
    });
    let there: Vec<String> = there.await?.into_iter().map(|unit| unit.code).collect();
    let missing = stage.campaign.units.iter().filter(|(code, _)| !there.iter().any(|c| c == code.as_str()));
    let units: Vec<Unit> = missing.map(|(code, unit)| message(code, unit)).collect();
    if !units.is_empty() {
        let rpc = async |c, r| UnitServiceClient::new(c).batch_put_units(r).await;
        stage.act(admin, BatchPutUnitsRequest { units }, rpc).await?;
    }
    Ok(())
}

fn message(code: &Code, unit: &shape::Unit) -> Unit {
    let status = match unit.status {
        UnitStatus::Active => Status::Active,
        UnitStatus::Dormant => Status::Dormant,
        UnitStatus::Consolidating => Status::Consolidating,
        UnitStatus::Dissolved => Status::Dissolved,
    };
    Unit {
        code: code.to_string(),
        name: unit.name.clone(),
        kind: unit.kind.clone(),
        sector: unit.sector.clone().unwrap_or_default(),
        status: status.into(),
        founded_on: unit.founded_on.as_ref().map(ToString::to_string).unwrap_or_default(),
        reorganised_on: unit.reorganised_on.as_ref().map(ToString::to_string).unwrap_or_default(),
        members: unit.members,
        parent: unit.parent.as_ref().map(ToString::to_string).unwrap_or_default(),
    }
}

pub(super) async fn facts(stage: &Stage) -> Result<()> {
    let (admin, season) = (stage.admin()?, stage.season());
    let there = pages(|page_token| async move {
        let request =
            ListFactsRequest { season: stage.season(), page_size: PAGE, page_token, ..Default::default() };
        let rpc = async |c, r| FactServiceClient::new(c).list_facts(r).await;
        let answer = stage.ask(admin, request, rpc).await?;
        Ok((answer.units, answer.next_page_token))
    });
    let there = there.await?.into_iter().map(|unit| (unit.unit, sorted(&unit.facts)));
    let there: BTreeMap<String, Vec<String>> = there.collect();
    let wanted = stage.campaign.units.iter().filter(|(_, unit)| !unit.facts.is_empty());
    let missing = wanted.filter(|(code, unit)| there.get(code.as_str()) != Some(&sorted(&unit.facts)));
    let units = missing.map(|(code, unit)| UnitFacts {
        unit: code.to_string(),
        facts: unit.facts.clone(),
        ..UnitFacts::default()
    });
    let units: Vec<UnitFacts> = units.collect();
    if !units.is_empty() {
        let rpc = async |c, r| FactServiceClient::new(c).put_facts(r).await;
        stage.act(admin, PutFactsRequest { season, units }, rpc).await?;
    }
    Ok(())
}

fn sorted(facts: &[String]) -> Vec<String> {
    let mut facts = facts.to_vec();
    facts.sort();
    facts
}
