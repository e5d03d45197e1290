//! Every reason that a refusal can give stands in the contracts.

use proto::common::v1::Reason;

use super::tree::{SOURCES, Source};

/// Reasons of errors that only who starts a process or mends its data sees: no call ends with one.
const OF_OPERATIONS: [&str; 12] = [
    "BROKER_UNUSABLE",
    "CONFIGURATION_INCOMPLETE",
    "CONFIGURATION_INVALID",
    "DATABASE_ROLE_MISSING",
    "DATABASE_UNUSABLE",
    "DATABASE_URL_INVALID",
    "EVENT_UNKNOWN",
    "ISOLATION_BROKEN",
    "MIGRATION_FAILED",
    "SCHEMA_OUTDATED",
    "SCHEMA_TOO_NEW",
    // What the environment is asked for.
    "CARGO_PKG_VERSION",
];

/// Whether the file has code that runs outside of tests. The names of gRPC codes, which the metrics have, are no reasons.
fn counts(source: &&Source) -> bool {
    let path = source.path.as_str();
    let of_tests = ["/tests/", "/tests.rs", "_test.rs", "/testing.rs", "/metrics.rs"];
    path.starts_with("services/")
        && path.contains("/src/")
        && !of_tests.iter().any(|part| path.contains(part))
}

/// The texts in a line that are written as reasons are. One without `_` is one only where an error is made.
fn reasons(line: &str) -> impl Iterator<Item = &str> {
    let makes_error = line.contains("Error::") || line.contains("Self::new(");
    line.split('"').skip(1).step_by(2).filter(move |text| {
        let capitals = text.len() > 2 && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
        let word = !text.starts_with('_') && !text.ends_with('_') && !text.starts_with("THIDUA_");
        capitals && word && (text.contains('_') || makes_error)
    })
}

#[test]
fn every_reason_that_the_code_gives_stands_in_the_contracts() {
    let (mut known, mut strange) = (0, Vec::new());
    for source in SOURCES.iter().filter(counts) {
        // Tests stand at the end of a file.
        for (number, line) in source.code().take_while(|(_, line)| !line.contains("#[cfg(test)]")) {
            for reason in reasons(line).filter(|reason| !OF_OPERATIONS.contains(reason)) {
                match Reason::from_code(reason) {
                    Some(_) => known += 1,
                    None => strange.push(format!("{}:{number}: {reason}", source.path)),
                }
            }
        }
    }
    assert!(strange.is_empty(), "reasons that the enum Reason does not have:\n{}", strange.join("\n"));
    assert!(known > 30, "the reasons are found: {known}");
}

#[test]
fn reasons_are_found_in_lines() {
    let found = |line| reasons(line).collect::<Vec<_>>();
    assert_eq!(found(r#"Error::denied("ROLE_REQUIRED", "no ROLE")"#), ["ROLE_REQUIRED"]);
    assert_eq!(found(r#"Self::new(Code::Internal, "INTERNAL", "internal error")"#), ["INTERNAL"]);
    assert_eq!(found(r#"word(name, "JOB_STATE_"); var("THIDUA_TOKEN"); set("ON")"#), Vec::<&str>::new());
}
