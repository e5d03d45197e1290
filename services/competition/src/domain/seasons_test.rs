use platform::Timestamp;

use super::*;
use crate::domain::phases::Act;
use crate::domain::signature::Signature;

fn phase(code: &str, kind: PhaseKind, layers: &[&str]) -> wire::Phase {
    wire::Phase {
        code: code.to_owned(),
        name: code.to_owned(),
        kind: kind.into(),
        layers: layers.iter().map(|&layer| layer.to_owned()).collect(),
        ..wire::Phase::default()
    }
}

fn request() -> wire::Season {
    wire::Season {
        code: "2023".to_owned(),
        name: "Năm thi đua 2023".to_owned(),
        starts_on: "2023-01-01".to_owned(),
        ends_on: "2023-12-31".to_owned(),
        phases: vec![
            phase("pact", PhaseKind::Pact, &[]),
            phase("self-score", PhaseKind::Scoring, &["self"]),
            phase("vote", PhaseKind::Vote, &[]),
        ],
        ..wire::Season::default()
    }
}

fn season() -> Season {
    let mut faults = Faults::new();
    let parsed = NewSeason::parse("season", &request(), &mut faults);
    Season::new(faults.finish(parsed).expect("a season"))
}

fn act(season: &mut Season, phase: usize, state: PhaseState) {
    let by = Signature { at: Timestamp::from_micros(0), ..Signature::default() };
    season.phases[phase].acts.push(Act { state, by, reason: String::new() });
}

fn fields<T>(result: Result<T>) -> Vec<(String, &'static str)> {
    let error = result.err().expect("refused");
    error.violations().iter().map(|v| (v.field.clone(), v.reason)).collect()
}

#[test]
fn all_faults_of_a_season_come_at_once() {
    let mut wrong = request();
    wrong.ends_on = "2022-12-31".to_owned();
    wrong.phases[0].layers = vec!["self".to_owned()];
    wrong.phases[1].layers.clear();
    wrong.phases[2].code = "pact".to_owned();
    wrong.phases[2].planned_from = "2023-11-30".to_owned();
    wrong.phases[2].planned_to = "2023-11-15".to_owned();
    let mut faults = Faults::new();
    let parsed = NewSeason::parse("season", &wrong, &mut faults);
    let expected = [
        ("season.ends_on", "DATE_INVALID"),
        ("season.phases[0].layers", "INVALID_ARGUMENT"),
        ("season.phases[1].layers", "FIELD_REQUIRED"),
        ("season.phases[2].planned_to", "DATE_INVALID"),
        ("season.phases[2].code", "INVALID_ARGUMENT"),
    ];
    assert_eq!(fields(faults.finish(parsed)), expected.map(|(field, reason)| (field.to_owned(), reason)));
}

#[test]
fn phases_open_in_their_order_and_several_at_once() {
    let mut season = season();
    let refused = |season: &Season, phase, reason| season.check_open(phase, reason).map_err(|e| e.reason());
    assert_eq!(refused(&season, "vote", ""), Err("PHASE_OUT_OF_ORDER"));
    assert_eq!(refused(&season, "nowhere", ""), Err("PHASE_UNKNOWN"));
    act(&mut season, 0, PhaseState::Open);
    assert_eq!(refused(&season, "pact", ""), Err("PHASE_STATE"));
    assert_eq!(refused(&season, "self-score", ""), Ok(()));
    act(&mut season, 1, PhaseState::Open);
    assert!(
        season.require_open(&[PhaseKind::Pact]).is_ok() && season.require_open(&[PhaseKind::Scoring]).is_ok()
    );
    assert_eq!(season.require_open(&[PhaseKind::Vote]).map_err(|e| e.reason()), Err("PHASE_CLOSED"));
}

#[test]
fn a_closed_phase_opens_again_with_a_reason() {
    let mut season = season();
    assert_eq!(season.check_close("pact").map_err(|e| e.reason()), Err("PHASE_STATE"));
    act(&mut season, 0, PhaseState::Open);
    assert!(season.check_close("pact").is_ok());
    act(&mut season, 0, PhaseState::Closed);
    assert_eq!(fields(season.check_open("pact", "")), [("reason".to_owned(), "FIELD_REQUIRED")]);
    assert!(season.check_open("pact", "thiếu chữ ký").is_ok());
}

fn change(season: &Season, phases: Vec<wire::Phase>, layers: Option<&[String]>) -> Result<Season> {
    let request = wire::UpdateSeasonRequest {
        code: "2023".to_owned(),
        phases: Some(wire::PhaseList { phases }),
        ..wire::UpdateSeasonRequest::default()
    };
    let mut faults = Faults::new();
    let changed = SeasonChange::parse(&request, &mut faults);
    let changed = changed.and_then(|change| change.apply(season, layers, &mut faults));
    faults.finish(changed)
}

#[test]
fn opened_phases_stay_in_front_as_they_are() {
    let mut season = season();
    act(&mut season, 0, PhaseState::Open);
    let [pact, scoring, vote] = request().phases.try_into().expect("three");
    let moved = change(&season, vec![pact.clone(), vote.clone(), scoring.clone()], None).expect("fine");
    assert_eq!(moved.phases[1].plan.code, "vote");
    assert!(moved.phases[0].is_open());
    for wrong in
        [vec![], vec![vote.clone(), pact.clone()], vec![wire::Phase { name: "x".to_owned(), ..pact }]]
    {
        assert_eq!(fields(change(&season, wrong, None)), [("phases.phases[0]".to_owned(), "SEASON_FIXED")]);
    }
}

#[test]
fn scoring_phases_name_layers_of_the_policy() {
    let layers = ["bloc".to_owned()];
    let phases = request().phases;
    let expected = [("phases.phases[1].layers[0]".to_owned(), "LAYER_UNKNOWN")];
    assert_eq!(fields(change(&season(), phases, Some(&layers))), expected);
}

#[test]
fn a_pinned_version_stays_once_a_scoring_phase_has_closed() {
    let mut season = season();
    season.sets = [("a".to_owned(), 1)].into();
    assert!(season.pinned([("a".to_owned(), 2)].into()).is_ok());
    act(&mut season, 1, PhaseState::Open);
    act(&mut season, 1, PhaseState::Closed);
    let refused = season.pinned([("a".to_owned(), 2)].into()).map_err(|e| e.reason());
    assert_eq!(refused, Err("SEASON_FIXED"));
    let more = season.pinned([("a".to_owned(), 1), ("b".to_owned(), 3)].into()).expect("fine");
    assert_eq!(more.len(), 2);
}
