//! `thidua classify` as a person or a script runs it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper of tests fails as a test does")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../scoring/tests/fixtures").join(name)
}

fn thidua(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_thidua")).args(arguments).stdin(Stdio::null()).output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// A campaign with two faults, in a directory of its own.
fn invalid_campaign() -> (TempDir, String) {
    let directory = TempDir::new().unwrap();
    let valid = fs::read_to_string(fixture("faults/campaign.json")).unwrap();
    let path = directory.path().join("campaign.json");
    let invalid =
        valid.replace("\"points\": \"7.5\"", "\"points\": \"9.5\"").replace("\"votes\": 20", "\"votes\": -0");
    fs::write(&path, invalid).unwrap();
    let path = path.to_str().unwrap().to_owned();
    (directory, path)
}

#[test]
fn results_go_to_standard_output() {
    let ran = thidua(&["classify", fixture("example/campaign.json").to_str().unwrap()]);
    assert_eq!(ran.status.code(), Some(0), "{}", text(&ran.stderr));
    assert_eq!(ran.stdout, fs::read(fixture("example/results.json")).unwrap());
    assert_eq!(text(&ran.stderr), hashes());
}

/// What standard error says of the example.
fn hashes() -> String {
    let results = fs::read(fixture("example/results.json")).unwrap();
    let results: serde_json::Value = serde_json::from_slice(&results).unwrap();
    let hash = |name: &str| results[name].as_str().unwrap().to_owned();
    let (campaign, results) = (hash("campaign_sha256"), hash("results_sha256"));
    format!("campaign SHA-256 {campaign}\nresults SHA-256  {results}\n")
}

#[test]
fn results_go_to_a_file_that_appears_whole() {
    let directory = TempDir::new().unwrap();
    let output = directory.path().join("results.json");
    fs::write(&output, "older").unwrap();
    let (campaign, path) = (fixture("example/campaign.json"), output.to_str().unwrap().to_owned());
    let ran = thidua(&["classify", campaign.to_str().unwrap(), "--output", &path]);
    assert_eq!(ran.status.code(), Some(0), "{}", text(&ran.stderr));
    assert!(ran.stdout.is_empty());
    assert_eq!(text(&ran.stderr), hashes());
    assert_eq!(fs::read(&output).unwrap(), fs::read(fixture("example/results.json")).unwrap());
    let names: Vec<_> =
        fs::read_dir(directory.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["results.json"], "no other file is left");
}

#[test]
fn a_device_stays_a_device() {
    let campaign = fixture("example/campaign.json");
    let ran = thidua(&["classify", campaign.to_str().unwrap(), "--output", "/dev/stdout"]);
    assert_eq!(ran.status.code(), Some(0), "{}", text(&ran.stderr));
    assert_eq!(ran.stdout, fs::read(fixture("example/results.json")).unwrap());
}

#[test]
fn an_invalid_campaign_ends_with_2_and_writes_nothing() {
    let (directory, campaign) = invalid_campaign();
    let output = directory.path().join("results.json");
    let ran = thidua(&["classify", &campaign, "--output", output.to_str().unwrap()]);
    assert_eq!(ran.status.code(), Some(2));
    assert!(ran.stdout.is_empty() && !output.exists());
    let mut told: Vec<&str> = text(&ran.stderr).lines().collect();
    told.sort_unstable();
    assert_eq!(
        told,
        [
            format!(
                "/sheets/1/lines/0/points: \"9.5\" is over the maximum 8 of criterion 1.1 (line 55, column 38 of {campaign})"
            ),
            format!(
                "/votes/0/votes: -0 stands where a number without sign, fraction and exponent is wanted \
                 (line 72, column 37 of {campaign})"
            ),
        ]
    );
}

#[test]
fn what_is_no_campaign_ends_with_2() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("nested.json");
    fs::write(&path, "[".repeat(10_000_000)).unwrap();
    let ran = thidua(&["classify", path.to_str().unwrap()]);
    assert_eq!(ran.status.code(), Some(2));
    let path = path.to_str().unwrap();
    assert_eq!(
        text(&ran.stderr),
        format!(": more than 64 levels of objects and arrays begin at line 1, column 65 ({path})\n")
    );
}

#[test]
fn a_file_that_is_cut_off_or_broken_is_named_with_the_place() {
    let directory = TempDir::new().unwrap();
    let whole = fs::read_to_string(fixture("faults/campaign.json")).unwrap();
    let cut = &whole[..whole.len() / 2];
    let lines = cut.lines().count();
    let cases: [(&str, &[u8], String); 4] = [
        ("cut.json", cut.as_bytes(), format!(" at line {lines}, column ")),
        ("empty.json", b"", "the document ends too early at line 1, column 1".to_owned()),
        ("bytes.json", b"{\xff}", "byte 1 is not UTF-8".to_owned()),
        ("other.json", b"\n {}", ": the name \"format\" is missing (line 2, column 2 of ".to_owned()),
    ];
    for (name, bytes, told) in cases {
        let path = directory.path().join(name);
        fs::write(&path, bytes).unwrap();
        let ran = thidua(&["classify", path.to_str().unwrap()]);
        assert_eq!(ran.status.code(), Some(2), "{name}");
        assert!(text(&ran.stderr).contains(&told), "{name}: {}", text(&ran.stderr));
        for line in text(&ran.stderr).lines() {
            assert!(line.starts_with(": ") && line.ends_with(&format!("{})", path.display())), "{line}");
        }
    }
}

#[test]
fn other_errors_end_with_1() {
    let campaign = fixture("example/campaign.json");
    let campaign = campaign.to_str().unwrap();
    let cases: [(&[&str], &str); 6] = [
        (&["classify", "/nonexistent/campaign.json"], "cannot read /nonexistent/campaign.json"),
        (&["classify", "/"], "cannot read /"),
        (
            &["classify", campaign, "--output", "/nonexistent/results.json"],
            "cannot write /nonexistent/results.json",
        ),
        (&["classify"], "required arguments"),
        (&["classify", campaign, "--fast"], "unexpected argument '--fast'"),
        (&[], "Usage"),
    ];
    for (arguments, wanted) in cases {
        let ran = thidua(arguments);
        assert_eq!(ran.status.code(), Some(1), "{arguments:?}");
        assert!(text(&ran.stderr).contains(wanted), "{arguments:?}: {}", text(&ran.stderr));
        assert!(ran.stdout.is_empty());
    }
}

#[test]
fn help_is_no_error() {
    let ran = thidua(&["classify", "--help"]);
    assert_eq!(ran.status.code(), Some(0));
    assert!(text(&ran.stdout).contains("--output"));
}
