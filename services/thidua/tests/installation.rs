//! `thidua config check` and `thidua token` as an operator runs them.
#![cfg(test)]

use std::path::Path;
use std::process::{Command, Output};

use platform::auth::Tokens;
use platform::clock::Clock;
use platform::data_dir::DataDir;
use platform::random::Random;
use platform::tenancy::{Grant, Principal};

fn thidua(directory: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_thidua"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("THIDUA_")) {
        command.env_remove(name);
    }
    command.args(arguments).envs(environment.iter().copied()).current_dir(directory);
    command.output().expect("it runs")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("UTF-8")
}

/// Who the bearer of the token on standard output is, as a server in `data` sees it.
fn bearer(data: &Path, output: &Output) -> Principal {
    assert!(output.status.success(), "{}", text(&output.stderr));
    let data_dir = DataDir::open(data).expect("opens");
    let tokens = Tokens::open(&Default::default(), &data_dir, Clock::system(), Random::system());
    tokens.expect("keys").verify(text(&output.stdout).trim()).expect("valid")
}

#[test]
fn config_check_prints_what_is_in_force_or_every_fault() {
    let directory = tempfile::tempdir().expect("a directory");
    std::fs::write(directory.path().join("t.toml"), "[server]\nlisten = \"0.0.0.0:7000\"\n")
        .expect("written");
    let check = ["config", "check", "--config", "t.toml", "--data-dir", "elsewhere"];
    let output = thidua(directory.path(), &check, &[]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let printed = text(&output.stdout);
    assert!(printed.contains("server.listen = \"0.0.0.0:7000\"  # file t.toml\n"), "{printed}");
    assert!(printed.contains("data_dir = \"elsewhere\"  # option --data-dir\n"), "{printed}");
    // Looking changes nothing.
    assert!(!directory.path().join("elsewhere").exists());

    let faults = [("THIDUA_SERVER__LISEN", "x"), ("THIDUA_LIMITS__IN_FLIGHT", "many")];
    let output = thidua(directory.path(), &check, &faults);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text(&output.stdout), "");
    let told = text(&output.stderr);
    assert!(told.contains("the nearest is THIDUA_SERVER__LISTEN"), "{told}");
    assert!(told.contains("limits.in_flight: "), "{told}");
}

#[test]
fn issued_tokens_are_taken_by_a_server_of_the_same_directory() {
    let directory = tempfile::tempdir().expect("a directory");
    let data = directory.path().join("data");
    let (tenant, account) = ("00000000-0000-7000-8000-000000000007", "00000000-0000-7000-8000-000000000009");
    let output = thidua(
        directory.path(),
        &["token", "issue", "--tenant", tenant, "--account", account, "--role", "unit_officer:unit=vl-01"],
        &[],
    );
    match bearer(&data, &output) {
        Principal::Member(member) => {
            assert_eq!(member.tenant_id().to_string(), tenant);
            assert_eq!(member.account().to_string(), account);
            assert_eq!(member.grants(), [Grant::within("unit_officer", "unit", "vl-01")]);
        }
        other => panic!("{other:?}"),
    }
    let output = thidua(directory.path(), &["token", "operator"], &[]);
    assert!(matches!(bearer(&data, &output), Principal::Operator(_)));
    let output = thidua(directory.path(), &["token", "rotate"], &[]);
    assert!(text(&output.stdout).starts_with("2 keys in "), "{}", text(&output.stdout));
}

#[test]
fn what_cannot_be_issued_says_why() {
    let directory = tempfile::tempdir().expect("a directory");
    let refused = |arguments: &[&str]| {
        let output = thidua(directory.path(), arguments, &[]);
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(text(&output.stdout), "");
        text(&output.stderr).to_owned()
    };
    let told = refused(&["token", "issue", "--tenant", "vinh-long", "--account", "an.nguyen"]);
    assert!(told.contains("there is no data directory data"), "{told}");
    let told = refused(&["token", "issue", "--tenant", "vinh-long", "--account", "x", "--role", "observer"]);
    assert!(told.contains("--tenant \"vinh-long\" is no id"), "{told}");
    let migrated = thidua(directory.path(), &["migrate"], &[]);
    assert!(migrated.status.success(), "{}", text(&migrated.stderr));
    // No server runs, so the services answer from within the command.
    let told = refused(&["token", "issue", "--tenant", "vinh-long", "--account", "an.nguyen"]);
    assert!(told.contains("there is no federation \"vinh-long\""), "{told}");
    let told = refused(&["token", "operator", "--ttl", "48h"]);
    assert!(told.contains("at most 12h"), "{told}");
}
