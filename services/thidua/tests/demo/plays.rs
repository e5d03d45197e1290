//! The whole demo, and what a newcomer does with it.

use crate::moved::a_correction_is_shown_with_all_that_it_moves;
use crate::process::{Home, Server, Told, text};

#[test]
fn what_it_tells_is_proved_in_another_process_and_may_be_corrected() {
    let home = Home::new();
    let told = home.play("ba-ria-vung-tau").unwrap_or_else(|why| panic!("{why}"));
    assert!(told.published.iter().any(|line| line.contains("6 of 6 good (100 %)")), "{:#?}", told.published);
    assert!(!told.unchanged);
    assert!(told.proof.contains(home.data().to_str().expect("UTF-8")), "{}", told.proof);

    assert_proves(&home, &told);

    let again = home.play("ba-ria-vung-tau").unwrap_or_else(|why| panic!("{why}"));
    assert!(again.unchanged, "{:#?}", again.steps);
    assert!(again.steps.contains(&"ba-ria-vung-tau: units: already there".to_owned()), "{:#?}", again.steps);
    assert_eq!((again.published, again.hash), (told.published, told.hash));

    a_correction_is_shown_with_all_that_it_moves(&home);
}

#[test]
fn it_plays_on_a_platform_that_runs_found_by_url_or_by_its_directory() {
    let home = Home::new();
    let server = Server::start(&home);
    let told =
        home.play_at("ba-ria-vung-tau", &["--server", &server.url]).unwrap_or_else(|why| panic!("{why}"));
    assert!(!told.unchanged);
    assert!(told.proof.contains(&server.url), "{}", told.proof);
    assert_proves(&home, &told);

    let again = home.play("ba-ria-vung-tau").unwrap_or_else(|why| panic!("{why}"));
    assert!(again.unchanged, "{:#?}", again.steps);
    assert_eq!((again.published, again.hash), (told.published, told.hash));

    let stranger = Home::new();
    let refused = stranger.play_at("ba-ria-vung-tau", &["--server", &server.url]).expect_err("other keys");
    assert!(refused.contains("is --data-dir the directory whose keys the server knows?"), "{refused}");
}

/// The command that the demo tells gives the hash that the platform stored.
fn assert_proves(home: &Home, told: &Told) {
    let proof = home.program("sh", &["-c", &told.proof]).output().expect("it runs");
    assert!(proof.status.success(), "{}", text(&proof.stderr));
    let hash = format!("\"results_sha256\":\"{}\"", told.hash);
    assert!(text(&proof.stdout).contains(&hash), "{hash} is not in {}", text(&proof.stdout));
}
