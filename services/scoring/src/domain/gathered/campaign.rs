//! The whole campaign of a season, assembled from what was gathered.

use proto::competition::v1 as competition;
use proto::organizations::v1 as organizations;

use super::criteria::{criteria_set, measure};
use super::policy::policy;
use crate::domain::campaign::{
    Bloc, Campaign, Decision, Federation, Season, Sheet, Target, Unit, UnitStatus, Vote,
};
use crate::domain::date::Date;

/// What competition and organizations have of a season, all of one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Gathered {
    /// The federation's code and name.
    pub(crate) federation: (String, String),
    /// Of organizations.
    pub(crate) units_revision: u64,
    pub(crate) units: Vec<organizations::GatheredUnit>,
    pub(crate) season: competition::Season,
    pub(crate) policy: Option<competition::Policy>,
    pub(crate) sets: Vec<competition::CriteriaSet>,
    pub(crate) blocs: Vec<competition::Bloc>,
    pub(crate) targets: Vec<competition::Target>,
    pub(crate) votes: Vec<competition::CandidateVotes>,
    pub(crate) decisions: Vec<competition::Decision>,
}

impl Gathered {
    /// Whether nothing but the revisions, which count changes anywhere in the season and the federation, tells them apart.
    pub(crate) fn says_the_same_as(&self, mut other: Self) -> bool {
        other.season.revision = self.season.revision;
        other.units_revision = self.units_revision;
        *self == other
    }

    /// The campaign with these sheets. It may have faults; reading its document tells them.
    ///
    /// # Errors
    /// What does not fit, with its place.
    pub(crate) fn campaign<'a>(&'a self, sheets: Vec<Sheet<'a>>) -> Result<Campaign<'a>, String> {
        let Some(rules) = &self.policy else {
            return Err(format!("season {:?} has no policy", self.season.code));
        };
        Ok(Campaign {
            federation: Federation { code: &self.federation.0, name: &self.federation.1 },
            season: Season {
                code: &self.season.code,
                starts_on: date(&self.season.starts_on, "season")?,
                ends_on: date(&self.season.ends_on, "season")?,
            },
            units: self.units.iter().map(unit).collect::<Result<_, _>>()?,
            criteria_sets: self.sets.iter().map(criteria_set).collect::<Result<_, _>>()?,
            blocs: self.blocs.iter().map(bloc).collect(),
            targets: self.targets.iter().map(target).collect::<Result<_, _>>()?,
            sheets,
            votes: self.votes.iter().map(|one| Vote { unit: &one.unit, votes: one.votes }).collect(),
            decisions: self.decisions.iter().map(decision).collect(),
            policy: policy(rules)?,
        })
    }
}

fn unit(gathered: &organizations::GatheredUnit) -> Result<Unit<'_>, String> {
    let unit = gathered.unit.as_ref().ok_or("a unit was gathered without its data")?;
    let place = format!("unit {:?}", unit.code);
    let day = |text: &str| some(text).map(|text| date(text, &place)).transpose();
    Ok(Unit {
        code: &unit.code,
        name: &unit.name,
        kind: &unit.kind,
        sector: some(&unit.sector),
        status: match unit.status() {
            organizations::UnitStatus::Active => UnitStatus::Active,
            organizations::UnitStatus::Dormant => UnitStatus::Dormant,
            organizations::UnitStatus::Consolidating => UnitStatus::Consolidating,
            organizations::UnitStatus::Dissolved => UnitStatus::Dissolved,
            organizations::UnitStatus::Unspecified => {
                return Err(format!("{place}: the status {} is unknown", unit.status));
            }
        },
        founded_on: day(&unit.founded_on)?,
        reorganised_on: day(&unit.reorganised_on)?,
        members: unit.members,
        facts: gathered.facts.iter().map(String::as_str).collect(),
    })
}

fn bloc(bloc: &competition::Bloc) -> Bloc<'_> {
    Bloc {
        code: &bloc.code,
        name: &bloc.name,
        criteria_set: &bloc.criteria_set,
        leader: some(&bloc.leader),
        deputy: some(&bloc.deputy),
        members: bloc.members.iter().map(String::as_str).collect(),
    }
}

/// A target is classified by its first figure.
fn target(target: &competition::Target) -> Result<Target<'_>, String> {
    let place = format!("target {:?} of unit {:?}", target.code, target.unit);
    let figure = target.figures.first().ok_or_else(|| format!("{place}: it has no figure"))?;
    Ok(Target {
        unit: &target.unit,
        code: &target.code,
        name: &target.name,
        measure: &figure.unit_of_measure,
        target: measure(&figure.planned, &place)?,
        actual: figure.actual.as_ref().map(|actual| measure(actual, &place)).transpose()?,
        criterion: some(&target.criterion),
    })
}

fn decision(decision: &competition::Decision) -> Decision<'_> {
    Decision { unit: &decision.unit, class: &decision.class, reason: &decision.reason }
}

fn date(text: &str, place: &str) -> Result<Date, String> {
    Date::parse(text).ok_or_else(|| format!("{place}: {text:?} is no date"))
}

fn some(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}
