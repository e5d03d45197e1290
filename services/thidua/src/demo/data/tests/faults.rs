//! What is wrong in a file is told with file, place and rule; everything at once.

use crate::demo::data::load::load;
use crate::demo::data::{Fault, Sources};

/// The faults after a change in a file, each as it is shown.
fn told(file: &str, from: &str, to: &str) -> Vec<String> {
    let mut sources = Sources::embedded();
    let Sources { campaigns, criteria, policies } = &mut sources;
    let text = [campaigns, criteria, policies].into_iter().find_map(|files| files.get_mut(file)).unwrap();
    assert!(text.contains(from), "{file} has no {from}");
    *text = text.replacen(from, to, 1);
    match load(&sources) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.0.iter().map(Fault::to_string).collect(),
    }
}

#[test]
fn a_wrong_value_is_told_with_its_place_and_rule() {
    let vinh_long = "vinh-long.toml";
    let cases = [
        (
            vinh_long,
            "[federation]\n",
            "[federation]\nsize = 3\n",
            "vinh-long.toml: line 14, column 1: unknown field `size`, expected one of `code`, `name`, `officials`",
        ),
        (
            vinh_long,
            "ends_on = \"2023-12-31\"",
            "ends_on = \"2023-13-31\"",
            "\"2023-13-31\" is no date YYYY-MM-DD",
        ),
        (vinh_long, "code = \"vinh-long\"", "code = \"Vĩnh Long\"", "\"Vĩnh Long\" is no code of 1 to 64"),
        (
            vinh_long,
            "code = \"vinh-long\"",
            "code = \"cao-bang\"",
            "vinh-long.toml: federation.code: \"cao-bang\" is the federation of cao-bang.toml already",
        ),
        (
            vinh_long,
            "policy = \"1294-2019\"",
            "policy = \"1294-2020\"",
            "vinh-long.toml: season.policy: there is no policies/1294-2020.toml",
        ),
        (
            vinh_long,
            "approved_by = [\"chu-tich\", \"pho-chu-tich\"]",
            "approved_by = [\"chu-tich\", \"chu-tich\"]",
            "vinh-long.toml: season.approved_by: names one person twice",
        ),
        (
            vinh_long,
            "approved_by = [\"chu-tich\", \"pho-chu-tich\"]",
            "approved_by = [\"chu-tich\", \"vl-01\"]",
            "vinh-long.toml: season.approved_by[1]: \"vl-01\" is not of the standing committee",
        ),
        (
            vinh_long,
            "layers = [\"bloc\"]",
            "layers = [\"khoi\"]",
            "season.phases[3].layers: \"khoi\" is no layer of the policy",
        ),
        (
            vinh_long,
            "layers = [\"bloc\"]",
            "layers = [\"self\"]",
            "blocs[0].sheets[1].layer: no phase of the season is for sheets of the layer \"bloc\"",
        ),
        (
            vinh_long,
            "leader = \"vl-14\"",
            "leader = \"vl-99\"",
            "blocs[0].leader: \"vl-99\" is no member of the bloc",
        ),
        (
            vinh_long,
            "not_party = [\"vl-25\"]",
            "not_party = [\"vl-26\"]",
            "blocs[0].pact.not_party: \"vl-26\" is no member of the bloc",
        ),
        (
            vinh_long,
            "criterion = \"1.5\"",
            "criterion = \"9.9\"",
            "blocs[0].targets.columns[1].criterion: \"9.9\" is no criterion of the set enterprise",
        ),
        (
            vinh_long,
            "vl-02 = \"4/4 117/110",
            "vl-02 = \"117/110",
            "blocs[0].targets.rows.vl-02: has 5 cells for 6 columns",
        ),
        (
            vinh_long,
            "vl-02 = \"4/4",
            "vl-02 = \"4/0",
            "blocs[0].targets.rows.vl-02: doi-thoai: \"4/0\" plans nothing",
        ),
        (
            vinh_long,
            "blank = [\"vl-24\"]",
            "blank = [\"vl-22\"]",
            "blocs[0].vote.rounds[0]: \"vl-22\" stands there twice",
        ),
        (
            vinh_long,
            "blank = [\"vl-24\"]",
            "blank = [\"vl-28\"]",
            "blocs[0].vote.rounds[0]: \"vl-28\" is no member of the bloc",
        ),
        (
            vinh_long,
            "candidates = [\"vl-14\", ",
            "candidates = [",
            "blocs[0].vote.rounds[0].ballots: \"vl-14\" is no candidate",
        ),
        (
            vinh_long,
            "vl-02   = \"2   =   a   6 ",
            "vl-02   = \"2   =   a   7 ",
            "blocs[0].sheets[0].rows.vl-02: 1.4: 7 points are more than the 6 of criterion 1.4",
        ),
        (
            vinh_long,
            "vl-02   = \"2   =   a   6 ",
            "vl-02   = \"2   =   a+d 6 ",
            "blocs[0].sheets[0].rows.vl-02: 1.3: \"d\" is no item of criterion 1.3",
        ),
        (
            vinh_long,
            "columns = \"1.1 ",
            "columns = \"1.9 ",
            "blocs[0].sheets[0].columns: \"1.9\" is no criterion of the set enterprise",
        ),
        (
            vinh_long,
            "\"vl-07/2.6\" = \"Một",
            "\"vl-08/2.6\" = \"Một",
            "blocs[0].sheets[2].rows.vl-07: 2.6: an override, and each line above the bloc's, needs a reason",
        ),
        (
            vinh_long,
            "\"vl-07/2.6\" = \"Một",
            "\"vl-08/2.6\" = \"Một",
            "blocs[0].sheets[2].reasons: \"vl-08/2.6\" is no line of the table",
        ),
        (
            vinh_long,
            "scored_by = \"ban-to-chuc\"",
            "scored_by = \"chu-tich\"",
            "blocs[0].sheets[2].scored_by: \"chu-tich\" is not an appraiser",
        ),
        (
            vinh_long,
            "collectives = [\"vl-09\"",
            "collectives = [\"vl-49\"",
            "commendations[1].collectives: \"vl-49\" is no unit",
        ),
        (
            "khanh-hoa.toml",
            "class = \"good\"",
            "class = \"great\"",
            "khanh-hoa.toml: decisions[0].class: \"great\" is no class of the policy",
        ),
        (
            "thai-nguyen.toml",
            "\"tn-501/tn-502\" =",
            "\"tn-501/tn-501\" =",
            "blocs[4].sheets[1].rows.tn-501/tn-501: a unit does not cross-score itself",
        ),
        (
            "cao-bang.toml",
            "proposed_by = \"cb-16\"",
            "proposed_by = \"cd-vien-chuc\"",
            "commendations[0].proposed_by: \"cd-vien-chuc\" is not one who may propose cb-01, cb-02, ",
        ),
        (
            "criteria/enterprise.toml",
            "max_points = \"100\"",
            "max_points = 100.0",
            "criteria/enterprise.toml: line 6, column 14: invalid type: floating point",
        ),
        (
            "policies/1294-2019.toml",
            "rounding = \"half_up\"",
            "rounding = \"up\"",
            "policies/1294-2019.toml: line 19, column 115: unknown variant `up`",
        ),
    ];
    for (file, from, to, expected) in cases {
        let told = told(file, from, to);
        assert!(
            told.iter().any(|fault| fault.contains(expected)),
            "{to}: no {expected} in\n{}",
            told.join("\n")
        );
    }
}

#[test]
fn the_faults_of_all_files_are_told_at_once() {
    let mut sources = Sources::embedded();
    for text in sources.campaigns.values_mut() {
        *text = text.replace("signed_by = \"chu-tich\"", "signed_by = \"nobody\"");
    }
    let faults = load(&sources).unwrap_err();
    assert_eq!(faults.0.len(), 10, "{faults}");
    assert!(faults.to_string().lines().all(|line| line.contains("\"nobody\" is no account")), "{faults}");
}

#[test]
fn a_shared_file_that_cannot_be_read_does_not_make_campaigns_look_wrong() {
    let told = told("criteria/state-unit.toml", "[[groups]]", "[[groups]");
    assert_eq!(told.len(), 1, "{}", told.join("\n"));
    assert!(told[0].starts_with("criteria/state-unit.toml: line "), "{}", told[0]);
}
