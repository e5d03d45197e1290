//! The commands that call the platform, as an operator types them: with the services in the command's own process, with
//! a server that runs from the data directory, and at a server's URL.
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
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("UTF-8")
}

fn run(directory: &Path, arguments: &[&str]) -> Output {
    thidua(directory, arguments).output().expect("it runs")
}

/// What a command prints that must succeed.
fn printed(directory: &Path, arguments: &[&str]) -> String {
    let output = run(directory, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout).to_owned()
}

/// What a command says that must fail.
fn refused(directory: &Path, arguments: &[&str]) -> String {
    let output = run(directory, arguments);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {}", text(&output.stdout));
    assert_eq!(text(&output.stdout), "", "{arguments:?}");
    text(&output.stderr).to_owned()
}

fn create(code: &str) -> [&str; 11] {
    let name = "Liên đoàn Lao động tỉnh Vĩnh Long";
    let (person, title) = ("Nguyễn Thị Lan", "Chánh Văn phòng");
    [
        "tenant",
        "create",
        code,
        "--name",
        name,
        "--admin-name",
        person,
        "--admin-title",
        title,
        "--admin-login",
        "lan.nguyen",
    ]
}

/// An installation with one federation, and no server.
fn installation() -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    printed(directory.path(), &["migrate"]);
    let created = printed(directory.path(), &create("vinh-long"));
    assert!(created.contains("administrator     lan.nguyen ("), "{created}");
    directory
}

/// A server on free ports, and its URL.
fn server(directory: &Path) -> (Child, String) {
    let mut server = thidua(directory, &["start", "--all"])
        .env("THIDUA_SERVER__LISTEN", "127.0.0.1:0")
        .env("THIDUA_SERVER__MANAGEMENT_LISTEN", "127.0.0.1:0")
        .stdout(Stdio::piped())
        .spawn()
        .expect("it runs");
    let lines = BufReader::new(server.stdout.take().expect("piped")).lines();
    let listens = lines.map(|line| line.expect("UTF-8")).find(|line| line.starts_with("  gRPC"));
    let listens = listens.expect("the banner says where it listens");
    (server, format!("http://{}", listens.split_whitespace().last().expect("an address")))
}

fn stop(mut server: Child) {
    let sent = Command::new("kill").args(["-TERM", &server.id().to_string()]).status();
    assert!(sent.expect("kill runs").success());
    assert_eq!(server.wait().expect("it ends").code(), Some(0));
}

#[test]
fn without_a_server_the_services_answer_from_within_the_command() {
    let directory = installation();
    let here = directory.path();
    let listed = printed(here, &["tenant", "list"]);
    let mut lines = listed.lines();
    assert!(lines.next().is_some_and(|titles| titles.starts_with("Code       Name  ")), "{listed}");
    let line = lines.next().expect("a federation");
    assert!(line.starts_with("vinh-long  Liên đoàn Lao động tỉnh Vĩnh Long  active"), "{listed}");

    printed(here, &["tenant", "suspend", "vinh-long", "--reason", "Hết hợp đồng"]);
    let shown = printed(here, &["tenant", "show", "vinh-long"]);
    assert!(shown.contains("status            suspended\nsuspended for     Hết hợp đồng\n"), "{shown}");
    let told = refused(here, &["run", "list", "--tenant", "vinh-long", "--season", "2023"]);
    assert!(told.contains("the federation vinh-long is suspended"), "{told}");
    printed(here, &["tenant", "resume", "vinh-long"]);
    assert_eq!(printed(here, &["run", "list", "--tenant", "vinh-long", "--season", "2023"]), "");
    assert_eq!(printed(here, &["job", "list"]), "");
}

#[test]
fn what_is_wrong_is_named_and_nothing_is_half_done() {
    let directory = installation();
    let here = directory.path();
    let told = refused(here, &create("vinh-long"));
    assert!(told.contains("\"vinh-long\""), "{told}");
    let mut wrong = create("Vĩnh Long");
    wrong[10] = "-";
    let told = refused(here, &wrong);
    let fields: Vec<_> = told.lines().skip(1).filter_map(|line| line.split_once(": ")).collect();
    assert_eq!(fields.iter().map(|(field, _)| *field).collect::<Vec<_>>(), ["code", "first_admin.login"]);
    assert_eq!(printed(here, &["tenant", "list"]).lines().count(), 2);

    let told = refused(here, &["run", "list", "--tenant", "vinh-log", "--season", "2023"]);
    assert_eq!(told, "thidua: there is no federation \"vinh-log\"\n");
    let named = ["run", "list", "--tenant", "vinh-long", "--season", "2023", "--account", "nobody.here"];
    assert!(refused(here, &named).contains("\"nobody.here\""));
    let told = refused(here, &["job", "show", "00000000-0000-7000-8000-000000000007"]);
    assert_eq!(told, "thidua: no service has a job 00000000-0000-7000-8000-000000000007\n");
    let told = refused(here, &["job", "list", "--data-dir", "elsewhere"]);
    assert!(told.contains("there is no data directory elsewhere"), "{told}");
    assert!(!here.join("elsewhere").exists());
}

#[test]
fn schedules_are_put_shown_and_paused() {
    let directory = installation();
    let here = directory.path();
    let of = ["--tenant", "vinh-long"];
    let put = ["schedule", "put", "year-end-2023", "--subject", "season=2023"];
    let told = refused(here, &[&put[..], &of, &["--cron", "never"]].concat());
    assert!(told.contains("\nschedule.cron: "), "{told}");
    let moment = "2033-12-20T08:00:00+07:00";
    let shown = printed(here, &[&put[..], &of, &["--at", moment]].concat());
    assert!(shown.contains("when              once at 2033-12-20 08:00:00\n"), "{shown}");

    printed(here, &[&["schedule", "pause", "year-end-2023"], &of[..]].concat());
    let listed = printed(here, &["schedule", "list", "--json"]);
    let listed: serde_json::Value = serde_json::from_str(&listed).expect("one line of JSON");
    for (name, value) in [("name", "year-end-2023"), ("subject", "season=2023"), ("next_at", "paused")] {
        assert_eq!(listed[name], value);
    }
    let shown = printed(here, &[&["schedule", "resume", "year-end-2023"], &of[..]].concat());
    assert!(shown.contains("next at           2033-12-20 08:00:00\n"), "{shown}");
}

#[test]
fn a_running_server_is_found_through_its_directory_or_by_its_url() {
    let directory = installation();
    let here = directory.path();
    let (server, url) = server(here);
    // A second process could not have the directory: it is the server that answers.
    assert!(printed(here, &["tenant", "list"]).contains("vinh-long"));
    let issue = ["token", "issue", "--tenant", "vinh-long", "--account", "lan.nguyen"];
    let (operator, member) = (printed(here, &["token", "operator"]), printed(here, &issue));

    let elsewhere = tempfile::tempdir().expect("a directory");
    let at = |token: &str, arguments: &[&str]| {
        let mut command = thidua(elsewhere.path(), &[arguments, &["--server", &url]].concat());
        command.env("THIDUA_TOKEN", token.trim()).output().expect("it runs")
    };
    let output = at(&operator, &["tenant", "list"]);
    assert!(text(&output.stdout).contains("vinh-long"), "{}", text(&output.stderr));
    let runs = ["run", "list", "--season", "2023", "--tenant"];
    let output = at(&member, &[&runs[..], &["vinh-long"]].concat());
    assert!(output.status.success(), "{}", text(&output.stderr));
    let output = at(&member, &[&runs[..], &["khanh-hoa"]].concat());
    let told = text(&output.stderr);
    assert!(told.contains("the token is for the federation \"vinh-long\", not for \"khanh-hoa\""), "{told}");
    let told = refused(elsewhere.path(), &["tenant", "list", "--server", &url]);
    assert!(told.contains("needs a token in the variable THIDUA_TOKEN"), "{told}");
    assert!(!elsewhere.path().join("data").exists());
    stop(server);
}
