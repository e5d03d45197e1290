//! The phases of seasons, as they are planned.

use platform::Result;
use platform::db::TenantTx;
use platform::ids::TenantId;
use proto::competition::v1::{PhaseKind, PhaseState};
use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;

use super::{optional_date, phase_acts, value, word};
use crate::domain::phases::{Phase, Plan};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "phases")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub season: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    pub position: i64,
    pub name: String,
    pub kind: String,
    /// One a line.
    pub layers: String,
    pub planned_from: Option<String>,
    pub planned_to: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);

const KIND: &str = "PHASE_KIND_";

/// The season's phases in their order.
pub(crate) async fn of(tx: &TenantTx, season: &str) -> Result<Vec<Phase>> {
    let rows = tx.find::<Entity>().filter(Column::Season.eq(season)).order_by_asc(Column::Position).all();
    let rows = rows.await?;
    let mut acts = phase_acts::of(tx, season).await?;
    let phases = rows.into_iter().map(|row| {
        let acts = acts.remove(&row.code).unwrap_or_default();
        Ok(Phase { plan: plan(row)?, acts })
    });
    phases.collect()
}

/// Puts these phases in the place of those that have not been opened; opened ones stand in front and stay.
pub(crate) async fn replace(tx: &TenantTx, season: &str, phases: &[Phase]) -> Result<()> {
    let planned = phases.iter().enumerate().filter(|(_, phase)| phase.state() == PhaseState::Planned);
    let opened = phases.iter().filter(|phase| phase.state() != PhaseState::Planned);
    let kept: Vec<&str> = opened.map(|phase| phase.plan.code.as_str()).collect();
    tx.delete::<Entity>()
        .filter(Column::Season.eq(season))
        .filter(Column::Code.is_not_in(kept))
        .exec()
        .await?;
    let rows = planned.map(|(place, phase)| row(tx, season, place, &phase.plan)).collect::<Vec<_>>();
    tx.insert_many::<Entity, ActiveModel, _>(rows).await?;
    Ok(())
}

fn row(tx: &TenantTx, season: &str, place: usize, plan: &Plan) -> ActiveModel {
    let row = Model {
        tenant_id: tx.tenant_id(),
        season: season.to_owned(),
        code: plan.code.clone(),
        position: i64::try_from(place).unwrap_or(i64::MAX),
        name: plan.name.clone(),
        kind: word(plan.kind.as_str_name(), KIND),
        // A word has no control character, so a line break parts them.
        layers: plan.layers.join("\n"),
        planned_from: plan.planned_from.map(|date| date.to_string()),
        planned_to: plan.planned_to.map(|date| date.to_string()),
    };
    row.into_active_model()
}

fn plan(row: Model) -> Result<Plan> {
    Ok(Plan {
        kind: value(KIND, &row.kind, PhaseKind::from_str_name)?,
        layers: row.layers.lines().map(str::to_owned).collect(),
        planned_from: optional_date(row.planned_from.as_deref())?,
        planned_to: optional_date(row.planned_to.as_deref())?,
        code: row.code,
        name: row.name,
    })
}
