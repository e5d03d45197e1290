//! `thidua start` and `thidua migrate` as an operator runs them: how they begin, how they are refused, how they end.
#![cfg(test)]

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

fn thidua(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_thidua"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("THIDUA_")) {
        command.env_remove(name);
    }
    command.args(arguments).current_dir(directory).stdin(Stdio::null());
    command
        .env("THIDUA_SERVER__LISTEN", "127.0.0.1:0")
        .env("THIDUA_SERVER__MANAGEMENT_LISTEN", "127.0.0.1:0");
    command
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("UTF-8")
}

/// What a start that must fail says.
fn refused(directory: &Path, arguments: &[&str]) -> String {
    let output: Output = thidua(directory, arguments).output().expect("it runs");
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    assert_eq!(text(&output.stdout), "");
    text(&output.stderr).to_owned()
}

/// A server whose banner has been read.
fn started(directory: &Path) -> (Child, String) {
    let mut server = thidua(directory, &["start", "--all"]).stdout(Stdio::piped()).spawn().expect("it runs");
    let mut lines = BufReader::new(server.stdout.take().expect("piped")).lines();
    let mut banner = String::new();
    while !banner.contains("  management") {
        banner += &lines.next().expect("the banner goes on").expect("UTF-8");
        banner.push('\n');
    }
    (server, banner)
}

fn signal(server: &Child, name: &str) {
    let sent = Command::new("kill").args([&format!("-{name}"), &server.id().to_string()]).status();
    assert!(sent.expect("kill runs").success());
}

#[test]
fn it_says_what_runs_refuses_a_second_one_and_ends_with_0_at_a_signal() {
    let directory = tempfile::tempdir().expect("a directory");
    for name in ["TERM", "INT"] {
        let (mut server, banner) = started(directory.path());
        assert_eq!(banner.contains("migrated"), name == "TERM", "{banner}");
        assert!(banner.contains(&format!("{}/data", directory.path().display())), "{banner}");
        for command in [["start", "--all"].as_slice(), &["migrate"]] {
            let told = refused(directory.path(), command);
            assert!(told.contains(&format!("is in use by process {}", server.id())), "{told}");
        }
        signal(&server, name);
        assert_eq!(server.wait().expect("it ends").code(), Some(0));
    }
}

#[test]
fn a_directory_that_cannot_be_used_is_named() {
    let directory = tempfile::tempdir().expect("a directory");
    let write = |name: &str, text: &str| {
        let path = directory.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        std::fs::write(path, text).expect("written");
    };
    write("newer/format", "7\n");
    write("foreign/photo.jpg", "");
    write("file", "");
    for (data_dir, told) in [
        ("newer", "has format 7; this program knows formats up to 1"),
        ("foreign", "is not a data directory: it holds photo.jpg"),
        ("file/data", "cannot be made"),
        // Nobody can write there, not even root.
        ("/proc/thidua", "cannot be made"),
    ] {
        for command in
            [["start", "--all", "--data-dir", data_dir].as_slice(), &["migrate", "--data-dir", data_dir]]
        {
            let error = refused(directory.path(), command);
            assert!(error.contains(told) && error.contains(data_dir), "{error}");
        }
    }
}

#[test]
fn migrate_makes_the_databases_once() {
    let directory = tempfile::tempdir().expect("a directory");
    let migrate = || {
        let output = thidua(directory.path(), &["migrate"]).output().expect("it runs");
        assert!(output.status.success(), "{}", text(&output.stderr));
        text(&output.stdout).to_owned()
    };
    let first = migrate();
    for service in ["organizations: ", "competition: ", "scoring: ", "notifications: "] {
        assert!(first.contains(service), "{first}");
    }
    assert!(migrate().starts_with("nothing to do"));
}

#[test]
fn a_process_of_one_role_is_told_all_that_it_needs_from_others() {
    let directory = tempfile::tempdir().expect("a directory");
    let shared = ["database.parts must be \"postgres\"", "broker.parts must be", "cache.parts must be"];
    for (role, peers) in [
        ("competition", ["peers.organizations", "peers.scoring"].as_slice()),
        ("worker", &["peers.organizations", "peers.competition", "peers.scoring"]),
    ] {
        let told = refused(directory.path(), &["start", role]);
        for needed in shared.iter().chain(peers) {
            assert!(told.contains(needed), "{needed}: {told}");
        }
    }
    assert!(!directory.path().join("data").exists());
    let told = refused(directory.path(), &["start", "scoring", "--lane", "fast"]);
    assert!(told.contains("--service and --lane are for a worker, not for scoring"), "{told}");
}
