//! What cannot be played is refused before anything is written.

use crate::process::{Home, text};

#[test]
fn unknown_federations_and_wrong_files_are_named_and_nothing_is_made() {
    let home = Home::new();
    std::fs::create_dir(home.path().join("files")).expect("made");
    std::fs::create_dir(home.path().join("newer")).expect("made");
    std::fs::write(home.path().join("newer/format"), "7\n").expect("written");
    let cases: [(&[&str], &str); 5] = [
        (&["demo", "--only", "ha-noi"], "[\"ha-noi\"]: there are campaigns of ba-ria-vung-tau, cao-bang"),
        (&["demo", "--campaigns", "nowhere"], "nowhere"),
        (&["demo", "--campaigns", "files"], "cannot be read"),
        (&["demo", "--server", "no url at all"], "no url at all"),
        (&["demo", "--data-dir", "newer"], "newer has format 7"),
    ];
    for (arguments, told) in cases {
        let output = home.run(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(text(&output.stderr).contains(told), "{arguments:?}: {}", text(&output.stderr));
        assert_eq!(text(&output.stdout), "", "{arguments:?}");
    }
    assert!(!home.data().join("organizations.sqlite").exists());
}
