//! Whatever the bytes, there is an answer: results, or faults with pointers that lead somewhere.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use scoring::domain::classify;
use scoring::domain::document::Document;
use serde_json::Value;

use crate::campaigns::campaign;
use crate::dice::Dice;

/// Every fault of these bytes.
fn faults(bytes: &[u8]) -> Vec<String> {
    match Document::read(bytes) {
        Err(fault) => vec![fault.to_string()],
        Ok(document) => match classify(&document) {
            Ok(classified) => {
                classified.write(&mut |_| {});
                Vec::new()
            }
            Err(faults) => {
                assert!(!faults.is_empty());
                if let Ok(value) = serde_json::from_slice::<Value>(bytes) {
                    for fault in &faults {
                        assert!(value.pointer(&fault.pointer).is_some(), "{fault} leads nowhere");
                    }
                }
                faults.iter().map(ToString::to_string).collect()
            }
        },
    }
}

/// Puts another value somewhere, or removes, repeats or exchanges one.
fn disturb(value: &mut Value, dice: &mut Dice, depth: usize) {
    const VALUES: [&str; 14] = [
        "null",
        "true",
        "0",
        "-1",
        "1e400",
        "\"\"",
        "\"999999999.99\"",
        "\"1.1\"",
        "\"999999999999.9999\"",
        "[]",
        "{}",
        "\"u-1\"",
        "1000000000",
        "\"cross\"",
    ];
    match value {
        Value::Array(list) if !list.is_empty() && depth > 0 => {
            let at = dice.below(list.len());
            match dice.below(8) {
                0 => drop(list.remove(at)),
                1 => list.push(list[at].clone()),
                2 => list.swap(0, at),
                _ => disturb(&mut list[at], dice, depth - 1),
            }
        }
        Value::Object(map) if !map.is_empty() && depth > 0 => {
            let name = map.keys().nth(dice.below(map.len())).unwrap().clone();
            match dice.below(12) {
                0 => drop(map.remove(&name)),
                1 => drop(map.insert("lạ\n/~".to_owned(), Value::Null)),
                _ => disturb(map.get_mut(&name).unwrap(), dice, depth - 1),
            }
        }
        _ => *value = serde_json::from_str(dice.pick::<&str>(&VALUES)).unwrap_or(Value::Null),
    }
}

/// Inputs that a fuzzer kept because each of them takes another way through the reader and the engine.
#[test]
fn found_inputs_give_results_or_faults() {
    let found = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/found");
    let inputs: Vec<_> = fs::read_dir(found).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(!inputs.is_empty());
    for input in inputs {
        faults(&fs::read(input).unwrap());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn disturbed_campaigns_give_results_or_faults(seed in any::<u64>(), disturbances in 1_usize..4) {
        let mut campaign = campaign(seed);
        let dice = &mut Dice(seed ^ 4);
        for _ in 0..disturbances {
            disturb(&mut campaign, dice, 8);
        }
        for fault in faults(&serde_json::to_vec(&campaign).unwrap()) {
            prop_assert!(!fault.contains('\n') && fault.contains(": "), "{}", fault);
        }
    }

    #[test]
    fn damaged_bytes_give_results_or_faults(seed in 0_u64..50, damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4)) {
        let mut bytes = serde_json::to_vec(&campaign(seed)).unwrap();
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        faults(&bytes);
    }
}
