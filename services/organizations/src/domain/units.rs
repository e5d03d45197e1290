//! A unit: what is said about it, and what may be said.

use ::proto::common::v1::Reason;
use ::proto::organizations::v1 as proto;
use platform::input::{Date, Faults, path};

use super::timeline::{Step, Timeline, TooEarly};

/// Members of the largest union that can be written; the engine's bound for integers.
const MEMBERS: u32 = 1_000_000_000;

/// What is said about a unit, apart from its parent and its status, which have dates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Description {
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) sector: Option<String>,
    pub(crate) founded_on: Option<Date>,
    pub(crate) reorganised_on: Option<Date>,
    pub(crate) members: u32,
}

/// A unit as a request describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NewUnit {
    pub(crate) code: String,
    pub(crate) description: Description,
    /// None is the federation itself.
    pub(crate) parent: Option<String>,
    /// None: not said.
    pub(crate) status: Option<Status>,
}

/// A unit with its history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unit {
    pub(crate) code: String,
    pub(crate) description: Description,
    pub(crate) parents: Timeline<Option<String>>,
    pub(crate) statuses: Timeline<Standing>,
}

/// A status and why it began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) status: Status,
    /// Empty when none was given.
    pub(crate) reason: String,
}

/// Whether a unit works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Status {
    Active,
    Dormant,
    Consolidating,
    Dissolved,
}

impl Status {
    const ALL: [Self; 4] = [Self::Active, Self::Dormant, Self::Consolidating, Self::Dissolved];

    /// The word that databases and sentences have for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Dormant => "dormant",
            Self::Consolidating => "consolidating",
            Self::Dissolved => "dissolved",
        }
    }

    pub(crate) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.word() == word)
    }

    pub(crate) fn to_proto(self) -> proto::UnitStatus {
        match self {
            Self::Active => proto::UnitStatus::Active,
            Self::Dormant => proto::UnitStatus::Dormant,
            Self::Consolidating => proto::UnitStatus::Consolidating,
            Self::Dissolved => proto::UnitStatus::Dissolved,
        }
    }

    fn from_proto(status: proto::UnitStatus) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.to_proto() == status)
    }

    /// A status that must be there.
    pub(crate) fn parse(field: impl Into<String>, value: i32, faults: &mut Faults) -> Option<Self> {
        faults.choice(field, value).and_then(Self::from_proto)
    }
}

impl NewUnit {
    pub(crate) fn parse(at: &str, unit: &proto::Unit, faults: &mut Faults) -> Option<Self> {
        let code = faults.code(path(at, "code"), &unit.code);
        let description = Description::parse(at, unit, faults);
        let parent = faults.optional_code(path(at, "parent"), &unit.parent);
        let status = match proto::UnitStatus::try_from(unit.status) {
            Ok(proto::UnitStatus::Unspecified) => Some(None),
            _ => Status::parse(path(at, "status"), unit.status, faults).map(Some),
        };
        Some(Self { code: code?, description: description?, parent: parent?, status: status? })
    }
}

impl Description {
    fn parse(at: &str, unit: &proto::Unit, faults: &mut Faults) -> Option<Self> {
        let name = faults.name(path(at, "name"), &unit.name);
        let kind = faults.word(path(at, "kind"), &unit.kind);
        let sector = faults.optional_word(path(at, "sector"), &unit.sector);
        let founded_on = faults.optional_date(path(at, "founded_on"), &unit.founded_on);
        let reorganised_on = faults.optional_date(path(at, "reorganised_on"), &unit.reorganised_on);
        let members = faults.between(path(at, "members"), unit.members, 0, MEMBERS);
        let description = Self {
            name: name?,
            kind: kind?,
            sector: sector?,
            founded_on: founded_on?,
            reorganised_on: reorganised_on?,
            members: members?,
        };
        description.check_dates(at, faults)?;
        Some(description)
    }

    /// A unit is reorganised after it was founded.
    fn check_dates(&self, at: &str, faults: &mut Faults) -> Option<()> {
        match (self.founded_on, self.reorganised_on) {
            (Some(founded), Some(reorganised)) if reorganised < founded => faults.refuse(
                path(at, "reorganised_on"),
                Reason::DateInvalid,
                format!("{reorganised} is before the foundation on {founded}"),
            ),
            _ => Some(()),
        }
    }
}

/// What an UpdateUnit changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UnitChange {
    pub(crate) code: String,
    name: Option<String>,
    kind: Option<String>,
    sector: Option<Option<String>>,
    founded_on: Option<Option<Date>>,
    reorganised_on: Option<Option<Date>>,
    members: Option<u32>,
}

impl UnitChange {
    pub(crate) fn parse(request: &proto::UpdateUnitRequest, faults: &mut Faults) -> Option<Self> {
        let code = faults.code("code", &request.code);
        let name = request.name.as_deref().map(|name| faults.name("name", name));
        let kind = request.kind.as_deref().map(|kind| faults.word("kind", kind));
        let sector = request.sector.as_deref().map(|sector| faults.optional_word("sector", sector));
        let founded_on = request.founded_on.as_deref().map(|date| faults.optional_date("founded_on", date));
        let reorganised_on =
            request.reorganised_on.as_deref().map(|date| faults.optional_date("reorganised_on", date));
        let members = request.members.map(|members| faults.between("members", members, 0, MEMBERS));
        // What is not in the request is none; what is wrong has been noted, and the change is not made.
        Some(Self {
            code: code?,
            name: name.flatten(),
            kind: kind.flatten(),
            sector: sector.flatten(),
            founded_on: founded_on.flatten(),
            reorganised_on: reorganised_on.flatten(),
            members: members.flatten(),
        })
    }

    /// The unit's description after the change.
    pub(crate) fn apply(self, unit: &Unit, faults: &mut Faults) -> Option<Description> {
        let now = unit.description.clone();
        let description = Description {
            name: self.name.unwrap_or(now.name),
            kind: self.kind.unwrap_or(now.kind),
            sector: self.sector.unwrap_or(now.sector),
            founded_on: self.founded_on.unwrap_or(now.founded_on),
            reorganised_on: self.reorganised_on.unwrap_or(now.reorganised_on),
            members: self.members.unwrap_or(now.members),
        };
        let dates = description.check_dates("", faults);
        unit.check_foundation("", description.founded_on, faults)?;
        dates.map(|()| description)
    }
}

impl Unit {
    pub(crate) fn from_new(new: NewUnit) -> Self {
        let standing = Standing { status: new.status.unwrap_or(Status::Active), reason: String::new() };
        Self {
            code: new.code,
            description: new.description,
            parents: Timeline::new(new.parent),
            statuses: Timeline::new(standing),
        }
    }

    /// What to write so that the unit has this status from a day on.
    pub(crate) fn step_status(&self, standing: &Standing, from: Date) -> Result<Step, TooEarly> {
        self.statuses.step(standing, from, self.description.founded_on)
    }

    /// What to write so that the unit is under this parent from a day on.
    pub(crate) fn step_parent(&self, parent: &Option<String>, from: Date) -> Result<Step, TooEarly> {
        self.parents.step(parent, from, self.description.founded_on)
    }

    /// A unit was founded before its first parent or status ended.
    pub(crate) fn check_foundation(
        &self,
        at: &str,
        founded: Option<Date>,
        faults: &mut Faults,
    ) -> Option<()> {
        let changes = [self.parents.first_change(), self.statuses.first_change()];
        match (founded, changes.into_iter().flatten().min()) {
            (Some(founded), Some(change)) if founded >= change => faults.refuse(
                path(at, "founded_on"),
                Reason::DateInvalid,
                format!("{founded} is not before {change}, when its parent or status changed"),
            ),
            _ => Some(()),
        }
    }

    /// The unit as it is on a day.
    pub(crate) fn to_proto(&self, day: Date) -> proto::Unit {
        let Description { name, kind, sector, founded_on, reorganised_on, members } =
            self.description.clone();
        proto::Unit {
            code: self.code.clone(),
            name,
            kind,
            sector: sector.unwrap_or_default(),
            status: self.statuses.at(day).status.to_proto().into(),
            founded_on: text(founded_on),
            reorganised_on: text(reorganised_on),
            members,
            parent: self.parents.at(day).clone().unwrap_or_default(),
        }
    }

    pub(crate) fn parent_spans(&self) -> Vec<proto::ParentSpan> {
        let spans = self.parents.spans(self.description.founded_on).into_iter();
        spans
            .map(|span| proto::ParentSpan {
                parent: span.value.clone().unwrap_or_default(),
                from: text(span.from),
                to: text(span.to),
            })
            .collect()
    }

    pub(crate) fn status_spans(&self) -> Vec<proto::StatusSpan> {
        let spans = self.statuses.spans(self.description.founded_on).into_iter();
        spans
            .map(|span| proto::StatusSpan {
                status: span.value.status.to_proto().into(),
                from: text(span.from),
                to: text(span.to),
                reason: span.value.reason.clone(),
            })
            .collect()
    }
}

/// The date as answers have it: empty for none.
pub(crate) fn text(date: Option<Date>) -> String {
    date.map(|date| date.to_string()).unwrap_or_default()
}

#[cfg(test)]
#[path = "units_test.rs"]
mod tests;
