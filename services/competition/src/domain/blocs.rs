//! The blocs of a season: members, leader, deputy.

use std::collections::{BTreeMap, BTreeSet};

use platform::input::{Faults, path};
use proto::common::v1::Reason;
use proto::competition::v1 as wire;

/// Members of one bloc.
const MOST: usize = 1000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bloc {
    /// The season's code.
    pub(crate) season: String,
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) criteria_set: String,
    pub(crate) leader: Option<String>,
    pub(crate) deputy: Option<String>,
    pub(crate) members: BTreeSet<String>,
}

impl Bloc {
    pub(crate) fn parse(at: &str, bloc: &wire::Bloc, faults: &mut Faults) -> Option<Self> {
        let season = faults.code(path(at, "season"), &bloc.season);
        let code = faults.code(path(at, "code"), &bloc.code);
        let name = faults.name(path(at, "name"), &bloc.name);
        let criteria_set = faults.code(path(at, "criteria_set"), &bloc.criteria_set);
        let members = members(&path(at, "members"), &bloc.members, faults);
        let leaders = leaders(at, &bloc.leader, &bloc.deputy, faults);
        let (leader, deputy) = leaders?;
        let bloc = Self {
            season: season?,
            code: code?,
            name: name?,
            criteria_set: criteria_set?,
            leader,
            deputy,
            members: members?,
        };
        bloc.check_leaders(at, faults).then_some(bloc)
    }

    /// Notes leader and deputy who are no members.
    pub(crate) fn check_leaders(&self, at: &str, faults: &mut Faults) -> bool {
        let offices = [("leader", &self.leader), ("deputy", &self.deputy)];
        let mut fine = true;
        for (field, unit) in offices {
            if let Some(unit) = unit.as_ref().filter(|unit| !self.members.contains(*unit)) {
                fine = false;
                let sentence = format!("the unit {unit:?} is no member of the bloc");
                faults.add(path(at, field), Reason::NotAMember, sentence);
            }
        }
        fine
    }

    /// The bloc with other members; who leads it and is no longer one loses the office.
    pub(crate) fn with_members(mut self, members: BTreeSet<String>) -> Self {
        self.leader = self.leader.filter(|unit| members.contains(unit));
        self.deputy = self.deputy.filter(|unit| members.contains(unit));
        self.members = members;
        self
    }

    pub(crate) fn to_proto(&self) -> wire::Bloc {
        wire::Bloc { members: self.members.iter().cloned().collect(), ..self.to_proto_in_lists() }
    }

    /// Without its members.
    pub(crate) fn to_proto_in_lists(&self) -> wire::Bloc {
        wire::Bloc {
            season: self.season.clone(),
            code: self.code.clone(),
            name: self.name.clone(),
            criteria_set: self.criteria_set.clone(),
            leader: self.leader.clone().unwrap_or_default(),
            deputy: self.deputy.clone().unwrap_or_default(),
            members: Vec::new(),
            member_count: u32::try_from(self.members.len()).unwrap_or(u32::MAX),
        }
    }
}

/// The units of a request, each once.
pub(crate) fn members(field: &str, units: &[String], faults: &mut Faults) -> Option<BTreeSet<String>> {
    let read = faults.each(field, MOST, units, |at, unit, faults| faults.code(at, unit));
    let mut members = BTreeSet::new();
    let mut twice = false;
    for (place, unit) in units.iter().enumerate().take(MOST) {
        if !members.insert(unit.clone()) && !unit.is_empty() {
            twice = true;
            let sentence = format!("the unit {unit:?} stands there twice");
            faults.add(format!("{field}[{place}]"), Reason::InvalidArgument, sentence);
        }
    }
    read.filter(|_| !twice).map(|_| members)
}

/// Leader and deputy of a request: two different units.
pub(crate) fn leaders(
    at: &str,
    leader: &str,
    deputy: &str,
    faults: &mut Faults,
) -> Option<(Option<String>, Option<String>)> {
    let leaders = faults.optional_code(path(at, "leader"), leader);
    let deputies = faults.optional_code(path(at, "deputy"), deputy);
    if !deputy.is_empty() && leader == deputy {
        let sentence = format!("{deputy:?} leads the bloc: the deputy is another unit");
        return faults.refuse(path(at, "deputy"), Reason::InvalidArgument, sentence);
    }
    leaders.zip(deputies)
}

/// Notes the units that are in another bloc (`elsewhere`: unit → bloc). `units` as in the request.
pub(crate) fn check_members(
    field: &str,
    units: &[String],
    bloc: &str,
    elsewhere: &BTreeMap<String, String>,
    faults: &mut Faults,
) {
    for (place, unit) in units.iter().enumerate() {
        if let Some(other) = elsewhere.get(unit).filter(|other| *other != bloc) {
            let sentence = format!("the unit {unit:?} is in the bloc {other:?} of the season");
            faults.add(format!("{field}[{place}]"), Reason::AlreadyInBloc, sentence);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bloc() -> wire::Bloc {
        wire::Bloc {
            season: "2023".to_owned(),
            code: "cum-1".to_owned(),
            name: "Cụm 1".to_owned(),
            criteria_set: "enterprise".to_owned(),
            leader: "b".to_owned(),
            deputy: "a".to_owned(),
            members: ["b", "a", "c"].map(str::to_owned).to_vec(),
            member_count: 0,
        }
    }

    fn parse(bloc: &wire::Bloc) -> Result<Bloc, Vec<(String, &'static str)>> {
        let mut faults = Faults::new();
        let parsed = Bloc::parse("bloc", bloc, &mut faults);
        let read = faults.finish(parsed);
        read.map_err(|error| error.violations().iter().map(|v| (v.field.clone(), v.reason)).collect())
    }

    #[test]
    fn members_stand_in_the_order_of_their_codes() {
        let parsed = parse(&bloc()).expect("a bloc");
        assert_eq!(parsed.to_proto().members, ["a", "b", "c"]);
        assert_eq!((parsed.to_proto().member_count, parsed.to_proto_in_lists().members.len()), (3, 0));
    }

    #[test]
    fn who_leads_is_a_member_and_only_once() {
        let strangers = wire::Bloc { leader: "x".to_owned(), ..bloc() };
        assert_eq!(parse(&strangers), Err(vec![("bloc.leader".to_owned(), "NOT_A_MEMBER")]));
        let both = wire::Bloc { leader: "a".to_owned(), ..bloc() };
        assert_eq!(parse(&both), Err(vec![("bloc.deputy".to_owned(), "INVALID_ARGUMENT")]));
        let twice = wire::Bloc { members: ["a", "b", "a"].map(str::to_owned).to_vec(), ..bloc() };
        assert_eq!(parse(&twice), Err(vec![("bloc.members[2]".to_owned(), "INVALID_ARGUMENT")]));
    }

    #[test]
    fn who_leaves_the_bloc_loses_the_office() {
        let parsed = parse(&bloc()).expect("a bloc");
        let changed = parsed.with_members(["a", "c"].map(str::to_owned).into());
        assert_eq!((changed.leader, changed.deputy.as_deref()), (None, Some("a")));
    }

    #[test]
    fn a_unit_is_in_one_bloc_of_a_season() {
        let elsewhere = [("a".to_owned(), "cum-1".to_owned()), ("b".to_owned(), "cum-2".to_owned())].into();
        let mut faults = Faults::new();
        check_members("members", &bloc().members, "cum-1", &elsewhere, &mut faults);
        let error = faults.none().expect_err("refused");
        assert_eq!(error.violations()[0].field, "members[0]");
        assert_eq!(error.violations()[0].reason, "ALREADY_IN_BLOC");
        assert_eq!(error.violations().len(), 1);
    }
}
