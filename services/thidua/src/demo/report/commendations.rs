//! The commendations that were awarded.

use proto::competition::v1::commendation_service_client::CommendationServiceClient;
use proto::competition::v1::{
    CommendationCount, CommendationKind, CommendationLevel, CommendationState, CountCommendationsRequest,
};

use crate::demo::call::Result;
use crate::demo::stage::Stage;

pub(super) async fn lines(stage: &Stage) -> Result<Vec<String>> {
    let request =
        CountCommendationsRequest { season: stage.season(), state: CommendationState::Unspecified.into() };
    let rpc = async |c, r| CommendationServiceClient::new(c).count_commendations(r).await;
    Ok(stage.ask(stage.admin()?, request, rpc).await?.counts.iter().map(line).collect())
}

fn line(count: &CommendationCount) -> String {
    let kind = match count.kind() {
        CommendationKind::Flag => "emulation flags",
        CommendationKind::MeritCertificate => "certificates of merit",
        CommendationKind::Certificate => "certificates",
        CommendationKind::Title => "titles",
        CommendationKind::Unspecified => "commendations",
    };
    let level = match count.level() {
        CommendationLevel::UpperUnion => "the upper-level union",
        CommendationLevel::Federation => "the federation",
        CommendationLevel::National => "the confederation",
        CommendationLevel::Unspecified => "nobody",
    };
    let counted = [
        counted(count.collectives, "collective", "collectives"),
        counted(count.individuals, "individual", "individuals"),
    ];
    let counted: Vec<String> = counted.into_iter().flatten().collect();
    format!("{kind} of {level}: {}", counted.join(", "))
}

fn counted(count: u32, one: &str, many: &str) -> Option<String> {
    (count > 0).then(|| format!("{count} {}", if count == 1 { one } else { many }))
}
