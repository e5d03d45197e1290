//! Who writes and reads which layer. Members are made by platform alone, so the rules are seen through their roles.

use std::collections::BTreeSet;

use platform::ids::{AccountId, TenantId};
use platform::tenancy::Grant;
use platform::testing;
use proto::common::v1::Role;

use super::key;
use crate::domain::sheets::{Reader, may_reopen, may_write};

fn member(grants: Vec<Grant>) -> platform::tenancy::Member {
    testing::member(TenantId(Default::default()), AccountId(Default::default()), grants)
}

#[test]
fn each_layer_is_written_by_those_who_score_in_it() {
    let officer = member(vec![Grant::of_unit(Role::UnitOfficer, "vl-01")]);
    let leader = member(vec![Grant::of_bloc(Role::BlocLeader, "2023", "cum-1")]);
    let appraiser = member(vec![Grant::of_federation(Role::Appraiser)]);
    let admin = member(vec![Grant::of_federation(Role::FederationAdmin)]);
    let sheets = [
        key("vl-01", "self", ""),
        key("vl-02", "self", ""),
        key("vl-02", "cross", "vl-01"),
        key("vl-01", "cross", "vl-02"),
        key("vl-01", "bloc", ""),
        key("vl-01", "appraisal", ""),
    ];
    let writes = |member, bloc: &str| sheets.each_ref().map(|key| may_write(member, key, bloc));
    assert_eq!(writes(&officer, "cum-1"), [true, false, true, false, false, false]);
    assert_eq!(writes(&leader, "cum-1"), [false, false, false, false, true, false]);
    assert_eq!(writes(&leader, "cum-2"), [false; 6]);
    assert_eq!(writes(&appraiser, "cum-1"), [false, false, false, false, false, true]);
    assert_eq!(writes(&admin, "cum-1"), [false; 6], "an administrator enters paper sheets alone");

    let reopens = |member, bloc: &str| sheets.each_ref().map(|key| may_reopen(member, key, bloc));
    assert_eq!(reopens(&leader, "cum-1"), [true, true, true, true, true, false]);
    assert_eq!(reopens(&leader, "cum-2"), [false; 6]);
    assert_eq!(reopens(&appraiser, "cum-1"), [true; 6]);
    assert_eq!(reopens(&admin, "cum-1"), [true; 6]);
    assert_eq!(reopens(&officer, "cum-1"), [false; 6]);
}

#[test]
fn cross_sheets_are_seen_by_their_scorer_until_cross_scoring_is_over() {
    let officer = member(vec![Grant::of_unit(Role::UnitOfficer, "vl-01")]);
    let leader = member(vec![Grant::of_bloc(Role::BlocLeader, "2023", "cum-1")]);
    let led = || ["vl-01", "vl-02"].map(str::to_owned).into_iter().collect::<BTreeSet<_>>();
    let sheets = [
        key("vl-01", "self", ""),
        key("vl-02", "self", ""),
        key("vl-02", "cross", "vl-01"),
        key("vl-01", "cross", "vl-02"),
        key("vl-01", "appraisal", ""),
        key("vl-09", "bloc", ""),
    ];
    let reads = |reader: Reader<'_>| sheets.each_ref().map(|key| reader.may_read(key));
    let none = BTreeSet::new;
    assert_eq!(reads(Reader::new(&officer, none(), false)), [true, false, true, false, true, false]);
    assert_eq!(reads(Reader::new(&officer, none(), true)), [true, false, true, true, true, false]);
    assert_eq!(reads(Reader::new(&leader, led(), false)), [true, true, false, false, true, false]);
    assert_eq!(reads(Reader::new(&leader, led(), true)), [true, true, true, true, true, false]);
    for role in [Role::Appraiser, Role::StandingCommittee, Role::FederationAdmin, Role::Observer] {
        let all = member(vec![Grant::of_federation(role)]);
        assert_eq!(reads(Reader::new(&all, none(), false)), [true; 6], "{role:?}");
    }
}
