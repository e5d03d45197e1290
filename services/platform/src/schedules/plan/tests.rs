use proptest::prelude::*;
use uuid::Uuid;

use super::*;

fn at(text: &str) -> Timestamp {
    Timestamp::from_micros(text.parse::<jiff::Timestamp>().expect("an instant").as_microsecond())
}

fn repeating(cron: &str, zone: &str) -> Repeating {
    Repeating::parse(cron, zone, Duration::ZERO).expect("a valid plan")
}

fn fires(plan: &Repeating, from: &str, count: usize) -> Vec<String> {
    let mut time = at(from);
    let mut found = Vec::new();
    for _ in 0..count {
        time = plan.next_after(time).expect("an occurrence");
        found.push(time.to_string());
    }
    found
}

#[test]
fn the_year_end_comes_at_midnight_in_viet_nam() {
    let plan = repeating("0 0 15 12 *", DEFAULT_ZONE);
    assert_eq!(fires(&plan, "2023-06-01T00:00:00Z", 2), ["2023-12-14T17:00:00Z", "2024-12-14T17:00:00Z"]);
}

#[test]
fn an_hour_that_does_not_exist_or_comes_twice_fires_once_a_day() {
    // Berlin: 2024-03-31 has no 02:30, 2024-10-27 has it twice.
    let plan = repeating("30 2 * * *", "Europe/Berlin");
    assert_eq!(
        fires(&plan, "2024-03-30T00:00:00Z", 3),
        ["2024-03-30T01:30:00Z", "2024-03-31T01:00:00Z", "2024-04-01T00:30:00Z"]
    );
    assert_eq!(
        fires(&plan, "2024-10-26T00:00:00Z", 3),
        ["2024-10-26T00:30:00Z", "2024-10-27T00:30:00Z", "2024-10-28T01:30:00Z"]
    );
}

#[test]
fn seconds_and_a_year_may_be_written() {
    let plan = repeating("30 0 12 1 1 * 2030", "UTC");
    assert_eq!(fires(&plan, "2024-01-01T00:00:00Z", 1), ["2030-01-01T12:00:30Z"]);
    assert_eq!(plan.next_after(at("2031-01-01T00:00:00Z")), None);
}

#[test]
fn a_wrong_expression_and_a_wrong_zone_are_both_named() {
    let faults = Repeating::parse("61 * * * *", "Asia/Sai_Gon", Duration::ZERO).expect_err("two faults");
    let fields: Vec<_> = faults.iter().map(|fault| (fault.field.as_str(), fault.reason)).collect();
    assert_eq!(fields, [("cron", "CRON_INVALID"), ("zone", "ZONE_UNKNOWN")]);
    assert!(faults[0].description.contains("61 * * * *"));
}

#[test]
fn a_day_that_no_month_has_never_fires() {
    let plan = Repeating::parse("0 0 30 2 *", "UTC", Duration::ZERO);
    assert!(plan.is_err() || plan.is_ok_and(|plan| plan.next_after(at("2024-01-01T00:00:00Z")).is_none()));
}

#[test]
fn missed_occurrences_are_left_out_run_once_or_run_up_to_the_bound() {
    let plan = Plan::Cron(Box::new(repeating("0 * * * *", "UTC")));
    let (next_at, now) = (at("2024-01-01T01:00:00Z"), at("2024-01-01T09:30:00Z"));
    let next = Some(at("2024-01-01T10:00:00Z"));
    assert_eq!(plan.due(next_at, now, Missed::Skip), Due { occurrences: vec![], next_at: next });
    let nine = at("2024-01-01T09:00:00Z");
    assert_eq!(plan.due(next_at, now, Missed::RunOnce), Due { occurrences: vec![nine], next_at: next });
    let last = ["2024-01-01T07:00:00Z", "2024-01-01T08:00:00Z", "2024-01-01T09:00:00Z"].map(at).to_vec();
    assert_eq!(plan.due(next_at, now, Missed::RunAll { bound: 3 }).occurrences, last);
    assert_eq!(plan.due(next_at, now, Missed::RunAll { bound: 50 }).occurrences.len(), 9);
}

#[test]
fn an_occurrence_a_few_seconds_late_is_not_missed() {
    let plan = Plan::Cron(Box::new(repeating("0 * * * *", "UTC")));
    let one = at("2024-01-01T01:00:00Z");
    let due = plan.due(one, at("2024-01-01T01:00:05Z"), Missed::Skip);
    assert_eq!(due, Due { occurrences: vec![one], next_at: Some(at("2024-01-01T02:00:00Z")) });
}

#[test]
fn an_instant_fires_once_even_late_unless_it_shall_be_skipped() {
    let plan = Plan::Once(at("2024-01-01T00:00:00Z"));
    let (at, late) = (at("2024-01-01T00:00:00Z"), at("2024-02-01T00:00:00Z"));
    assert_eq!(plan.first(late), Some(at));
    assert_eq!(plan.due(at, late, Missed::RunOnce), Due { occurrences: vec![at], next_at: None });
    assert_eq!(plan.due(at, late, Missed::Skip), Due { occurrences: vec![], next_at: None });
    assert_eq!(plan.due(at, at, Missed::Skip), Due { occurrences: vec![at], next_at: None });
}

#[test]
fn offsets_are_stable_and_lie_all_over_the_spread() {
    let spread = Duration::from_secs(600);
    let offsets: Vec<_> = (0..200).map(|n| offset(TenantId(Uuid::from_u128(n)), spread)).collect();
    assert_eq!(offsets[7], offset(TenantId(Uuid::from_u128(7)), spread));
    assert!(offsets.iter().all(|offset| *offset < spread));
    for quarter in 0..4 {
        let from = spread / 4 * quarter;
        let there = offsets.iter().filter(|o| **o >= from && **o < from + spread / 4).count();
        assert!((20..=80).contains(&there), "{there} of 200 in quarter {quarter}");
    }
    assert_eq!(offset(TenantId(Uuid::from_u128(1)), Duration::ZERO), Duration::ZERO);
}

proptest! {
    #[test]
    fn the_next_occurrence_is_later_and_none_lies_between(
        minute in 0u8..60, hour in 0u8..24, day in 1u8..29,
        zone in prop::sample::select(vec!["Asia/Ho_Chi_Minh", "Europe/Berlin", "America/Santiago", "Australia/Lord_Howe", "UTC"]),
        offset in 0u64..3600,
        start in 1_600_000_000_000_000i64..1_900_000_000_000_000,
    ) {
        let plan = Repeating::parse(&format!("{minute} {hour} {day} * *"), zone, Duration::from_secs(offset)).expect("valid");
        let start = Timestamp::from_micros(start);
        let next = plan.next_after(start).expect("there is one each month");
        prop_assert!(next > start);
        prop_assert!(next.since(start) <= Duration::from_secs(32 * 86_400));
        prop_assert_eq!(plan.last_until(next), Some(next));
        let before = plan.last_until(next.minus(Duration::from_micros(1))).expect("there was one");
        prop_assert!(before <= start, "{} {} {}", before, start, next);
        prop_assert_eq!(plan.next_after(before), Some(next));
    }
}
