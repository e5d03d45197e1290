//! The administrator enters the blocs with members, leader and deputy.

use proto::competition::v1::bloc_service_client::BlocServiceClient;
use proto::competition::v1::{Bloc, CreateBlocRequest, ListBlocsRequest};

use crate::demo::call::{PAGE, Result, pages};
use crate::demo::data;
use crate::demo::stage::Stage;

pub(super) async fn enter(stage: &Stage) -> Result<()> {
    let (admin, season) = (stage.admin()?, stage.season());
    let there = pages(|page_token| async move {
        let request = ListBlocsRequest { season: stage.season(), page_size: PAGE, page_token };
        let rpc = async |c, r| BlocServiceClient::new(c).list_blocs(r).await;
        let answer = stage.ask(admin, request, rpc).await?;
        Ok((answer.blocs, answer.next_page_token))
    });
    let there = there.await?;
    for bloc in &stage.campaign.blocs {
        if !there.iter().any(|there| there.code == bloc.code.as_str()) {
            let request = CreateBlocRequest { bloc: Some(message(&season, bloc)) };
            let rpc = async |c, r| BlocServiceClient::new(c).create_bloc(r).await;
            stage.act(admin, request, rpc).await?;
        }
    }
    Ok(())
}

fn message(season: &str, bloc: &data::Bloc) -> Bloc {
    Bloc {
        season: season.to_owned(),
        code: bloc.code.to_string(),
        name: bloc.name.clone(),
        criteria_set: bloc.criteria_set.to_string(),
        leader: bloc.leader.to_string(),
        deputy: bloc.deputy.as_ref().map(ToString::to_string).unwrap_or_default(),
        members: bloc.members.iter().map(ToString::to_string).collect(),
        ..Bloc::default()
    }
}
