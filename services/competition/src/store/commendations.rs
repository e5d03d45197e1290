//! Commendations, as they are now.

use std::collections::{BTreeMap, BTreeSet};

use platform::Result;
use platform::db::TenantTx;
use platform::ids::TenantId;
use proto::competition::v1::{CommendationKind, CommendationLevel, CommendationScope, CommendationState};
use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;

use super::{commendation_acts, damaged, optional_date, value, word};
use crate::domain::commendations::{Commendation, CommendationId, Commended, Decision, Proposal, Recipient};
use crate::domain::votes::VoteId;
use crate::error;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "commendations")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    /// In the order in which they were proposed.
    #[sea_orm(primary_key, auto_increment = false)]
    pub commendation_id: CommendationId,
    pub season: String,
    pub recipient: String,
    pub unit: String,
    /// The person's name; of a collective the name of the part.
    pub name: String,
    /// The person's title.
    pub title: String,
    pub kind: String,
    pub level: String,
    pub scope: String,
    pub topic: String,
    pub citation: String,
    pub vote_id: Option<VoteId>,
    pub submission_number: String,
    pub state: String,
    pub decision_number: String,
    pub decided_on: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);
platform::id_columns!(CommendationId);

const COLLECTIVE: &str = "collective";
const INDIVIDUAL: &str = "individual";
const KIND: &str = "COMMENDATION_KIND_";
const LEVEL: &str = "COMMENDATION_LEVEL_";
const SCOPE: &str = "COMMENDATION_SCOPE_";
const STATE: &str = "COMMENDATION_STATE_";

/// Which commendations a list asks for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filter {
    /// None: in every state.
    pub(crate) states: Option<Vec<CommendationState>>,
    pub(crate) kind: Option<CommendationKind>,
    pub(crate) unit: Option<String>,
}

/// How many there are of a kind and level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) collectives: u32,
    pub(crate) individuals: u32,
}

/// Adds new commendations with their first acts.
pub(crate) async fn add(tx: &TenantTx, all: &[Commendation]) -> Result<()> {
    let rows = all.iter().map(|one| IntoActiveModel::<ActiveModel>::into_active_model(row(tx, one)));
    tx.insert_many::<Entity, ActiveModel, _>(rows.collect::<Vec<_>>()).await?;
    commendation_acts::add_last(tx, all).await
}

/// Writes where commendations are after one more act, and the act. Their season is held.
pub(crate) async fn change(tx: &TenantTx, all: &[Commendation]) -> Result<()> {
    let rows = all.iter().map(|one| IntoActiveModel::<ActiveModel>::into_active_model(row(tx, one)));
    let changed = [Column::State, Column::DecisionNumber, Column::DecidedOn];
    tx.upsert_many::<Entity, ActiveModel, _>(rows.collect::<Vec<_>>(), [Column::CommendationId], changed)
        .await?;
    commendation_acts::add_last(tx, all).await
}

/// The commendations with these ids, in that order; `COMMENDATION_UNKNOWN` unless all are there.
pub(crate) async fn get(tx: &TenantTx, ids: &[CommendationId]) -> Result<Vec<Commendation>> {
    let rows = tx.find::<Entity>().filter(Column::CommendationId.is_in(ids.iter().copied())).all().await?;
    let mut rows: BTreeMap<_, _> = rows.into_iter().map(|row| (row.commendation_id, row)).collect();
    let unknown: Vec<_> = ids.iter().filter(|id| !rows.contains_key(id)).copied().collect();
    if !unknown.is_empty() {
        return Err(error::commendations_unknown(&unknown));
    }
    let mut acts = commendation_acts::of(tx, ids).await?;
    let ordered = ids.iter().filter_map(|id| rows.remove(id));
    let whole = ordered.map(|row| {
        let acts = acts.remove(&row.commendation_id).unwrap_or_default();
        Ok(Commendation {
            id: row.commendation_id,
            acts,
            state: value(STATE, &row.state, CommendationState::from_str_name)?,
            decision: decision(&row)?,
            season: row.season.clone(),
            proposal: proposal(row)?,
        })
    });
    whole.collect()
}

/// The ids of the season's commendations that the filter leaves, in no order.
pub(crate) async fn ids(tx: &TenantTx, season: &str, filter: Filter) -> Result<Vec<CommendationId>> {
    let states = filter
        .states
        .map(|states| states.into_iter().map(|state| word(state.as_str_name(), STATE)).collect::<Vec<_>>());
    let rows = tx
        .find::<Entity>()
        .columns([Column::CommendationId])
        .filter(Column::Season.eq(season))
        .filter_some(states, |states| Column::State.is_in(states))
        .filter_some(filter.kind, |kind| Column::Kind.eq(word(kind.as_str_name(), KIND)))
        .filter_some(filter.unit, |unit| Column::Unit.eq(unit))
        .all_tuples::<(CommendationId,)>()
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// What the subjects among `units` are approved or awarded for in these seasons.
pub(crate) async fn commended(
    tx: &TenantTx,
    seasons: &[String],
    units: &BTreeSet<String>,
) -> Result<Commended> {
    let commending = [CommendationState::Approved, CommendationState::Awarded];
    let rows = tx
        .find::<Entity>()
        .filter(Column::Season.is_in(seasons))
        .filter(Column::Unit.is_in(units))
        .filter(Column::State.is_in(commending.map(|state| word(state.as_str_name(), STATE))))
        .all()
        .await?;
    let mut commended = Commended::default();
    for row in rows {
        commended.add(&proposal(row)?);
    }
    Ok(commended)
}

/// The counts of the season's commendations in this state, by kind and level.
pub(crate) async fn counts(
    tx: &TenantTx,
    season: &str,
    state: CommendationState,
) -> Result<BTreeMap<(CommendationKind, CommendationLevel), Count>> {
    let rows = tx
        .find::<Entity>()
        .columns([Column::Kind, Column::Level, Column::Recipient])
        .value_as(Column::CommendationId.count(), "found")
        .filter(Column::Season.eq(season))
        .filter(Column::State.eq(word(state.as_str_name(), STATE)))
        .group_by(Column::Kind)
        .group_by(Column::Level)
        .group_by(Column::Recipient)
        .all_tuples::<(String, String, String, i64)>()
        .await?;
    let mut counts: BTreeMap<_, Count> = BTreeMap::new();
    for (kind, level, recipient, found) in rows {
        let kind = value(KIND, &kind, CommendationKind::from_str_name)?;
        let level = value(LEVEL, &level, CommendationLevel::from_str_name)?;
        let count = counts.entry((kind, level)).or_default();
        let of_recipient = match recipient.as_str() {
            INDIVIDUAL => &mut count.individuals,
            _ => &mut count.collectives,
        };
        *of_recipient = super::number(found)?;
    }
    Ok(counts)
}

fn row(tx: &TenantTx, one: &Commendation) -> Model {
    let Proposal { recipient, kind, level, scope, topic, citation, vote, submission_number } =
        one.proposal.clone();
    let (recipient, unit, name, title) = match recipient {
        Recipient::Collective { unit, part } => (COLLECTIVE, unit, part, String::new()),
        Recipient::Individual { unit, name, title } => (INDIVIDUAL, unit, name, title),
    };
    let decision = one.decision.as_ref();
    Model {
        tenant_id: tx.tenant_id(),
        commendation_id: one.id,
        season: one.season.clone(),
        recipient: recipient.to_owned(),
        unit,
        name,
        title,
        kind: word(kind.as_str_name(), KIND),
        level: word(level.as_str_name(), LEVEL),
        scope: word(scope.as_str_name(), SCOPE),
        topic,
        citation,
        vote_id: vote,
        submission_number,
        state: word(one.state.as_str_name(), STATE),
        decision_number: decision.map(|decision| decision.number.clone()).unwrap_or_default(),
        decided_on: decision.map(|decision| decision.decided_on.to_string()),
    }
}

fn decision(row: &Model) -> Result<Option<Decision>> {
    let decided_on = optional_date(row.decided_on.as_deref())?;
    Ok(decided_on.map(|decided_on| Decision { number: row.decision_number.clone(), decided_on }))
}

fn proposal(row: Model) -> Result<Proposal> {
    let recipient = match row.recipient.as_str() {
        COLLECTIVE => Recipient::Collective { unit: row.unit, part: row.name },
        INDIVIDUAL => Recipient::Individual { unit: row.unit, name: row.name, title: row.title },
        other => return Err(damaged("a recipient", other)),
    };
    Ok(Proposal {
        recipient,
        kind: value(KIND, &row.kind, CommendationKind::from_str_name)?,
        level: value(LEVEL, &row.level, CommendationLevel::from_str_name)?,
        scope: value(SCOPE, &row.scope, CommendationScope::from_str_name)?,
        topic: row.topic,
        citation: row.citation,
        vote: row.vote_id,
        submission_number: row.submission_number,
    })
}
