//! Every rule of the contract, broken: the faults and where they are.

use std::collections::BTreeSet;

use scoring::domain::classify;
use scoring::domain::document::{Document, Fault};
use serde_json::{Value, json};

mod cases;

/// A small valid campaign in which every part of the format stands.
pub(crate) fn base() -> Value {
    serde_json::from_str(include_str!("../fixtures/faults/campaign.json")).unwrap()
}

fn faults_of(bytes: &[u8]) -> Vec<Fault> {
    match Document::read(bytes) {
        Err(fault) => vec![fault],
        Ok(document) => classify(&document).map(|_| Vec::new()).unwrap_or_else(|faults| faults),
    }
}

fn faults(campaign: &Value) -> Vec<Fault> {
    faults_of(&serde_json::to_vec(campaign).unwrap())
}

/// Sets the value at a pointer (`-` appends to an array); `null` in the shape of nothing removes it.
fn put(campaign: &mut Value, pointer: &str, value: Option<Value>) {
    let (parent, last) = pointer.rsplit_once('/').unwrap();
    match (campaign.pointer_mut(parent).unwrap_or_else(|| panic!("{pointer}")), value) {
        (Value::Object(map), Some(value)) => {
            drop(map.insert(last.replace("~1", "/").replace("~0", "~"), value))
        }
        (Value::Object(map), None) => assert!(map.remove(last).is_some(), "{pointer}"),
        (Value::Array(list), Some(value)) if last == "-" => list.push(value),
        (Value::Array(list), Some(value)) => list[last.parse::<usize>().unwrap()] = value,
        (Value::Array(list), None) => drop(list.remove(last.parse().unwrap())),
        _ => panic!("{pointer} leads nowhere"),
    }
}

#[test]
fn the_base_campaign_is_valid() {
    assert_eq!(faults(&base()), []);
}

#[test]
fn every_broken_rule_is_told_where_it_is_broken() {
    let mut wrong = String::new();
    for (changes, wanted) in cases::CASES {
        let mut campaign = base();
        for change in *changes {
            let (pointer, value) = change.split_once(' ').unwrap_or((change, ""));
            let value = (!value.is_empty())
                .then(|| serde_json::from_str(value).unwrap_or_else(|e| panic!("{change}: {e}")));
            put(&mut campaign, pointer, value);
        }
        let found = faults(&campaign);
        let pointers: BTreeSet<&str> = found.iter().map(|fault| fault.pointer.as_str()).collect();
        if pointers != wanted.iter().copied().collect() {
            let told: String = found.iter().map(|fault| format!("    {fault}\n")).collect();
            wrong += &format!("{changes:?}\n  wanted {wanted:?}\n  found\n{told}");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Numbers that `serde_json` would not write.
#[test]
fn numbers_of_another_form_are_faults_where_they_stand() {
    let text = base().to_string();
    assert!(text.contains("\"members\":120"));
    for number in
        ["-0", "-1", "1.0", "1e3", "1E400", "-1e400", "1000000001", "123456789012345678901234567890", "0.5"]
    {
        let found = faults_of(text.replace("\"members\":120", &format!("\"members\":{number}")).as_bytes());
        let pointers: Vec<&str> = found.iter().map(|fault| fault.pointer.as_str()).collect();
        assert_eq!(pointers, ["/units/0/members"], "{number}");
        assert!(found[0].message.starts_with(&number[..4.min(number.len())]), "{}", found[0]);
    }
    let greatest = text.replace("\"members\":120", "\"members\":1000000000");
    assert_eq!(faults_of(greatest.as_bytes()), []);
}

#[test]
fn unreadable_input_is_one_fault_without_a_place() {
    let text = base().to_string();
    let cut = &text.as_bytes()[..text.len() / 2];
    let twice = text.replacen("\"format\":", "\"format\":\"x\",\"format\":", 1);
    for bytes in [cut, twice.as_bytes(), b"", b"\xff", "[".repeat(1_000_000).as_bytes()] {
        let found = faults_of(bytes);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].pointer, "");
    }
}

#[test]
fn a_fault_names_the_value_and_the_rule_on_one_line() {
    let told = |pointer: &str, value: Value| {
        let mut campaign = base();
        put(&mut campaign, pointer, Some(value));
        faults(&campaign).iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(
        told("/sheets/1/lines/0/points", json!("9.5")),
        ["/sheets/1/lines/0/points: \"9.5\" is over the maximum 8 of criterion 1.1"]
    );
    assert_eq!(
        told("/units/0/status", json!("asleep\n")),
        ["/units/0/status: \"asleep\\n\" is none of active, dormant, consolidating, dissolved"]
    );
    assert_eq!(
        told("/units/0/a~1b~0c\n", json!(1)),
        ["/units/0/a~1b~0c\\n: the name \"a/b~c\\n\" is unknown here"]
    );
    assert_eq!(
        told("/season/starts_on", json!("2024-01-01")),
        ["/season: starts_on 2024-01-01 is after ends_on 2023-12-31"]
    );
}

#[test]
fn decisions_for_unranked_units_are_told_when_there_is_nothing_else() {
    let mut campaign = base();
    put(&mut campaign, "/decisions/-", Some(json!({"unit": "u4", "class": "good", "reason": "x"})));
    let pointers = |campaign: &Value| faults(campaign).into_iter().map(|f| f.pointer).collect::<Vec<_>>();
    assert_eq!(pointers(&campaign), ["/decisions/1/unit"]);
    put(&mut campaign, "/federation/code", Some(json!("")));
    assert_eq!(pointers(&campaign), ["/federation/code"]);
}
