//! The commands that call the platform, as an operator types them: with the services in the command's own process, with
//! a server that runs from the data directory, and at a server's URL.
#![cfg(test)]

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use platform::clock::Clock;
use platform::config::Secret;
use platform::random::Random;
use platform::transport::{self, Credentials};
use proto::competition::v1::season_service_client::SeasonServiceClient;
use proto::competition::v1::{CreateSeasonRequest, Phase, PhaseKind, Season};

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

/// The one line of JSON that was printed.
fn json(printed: &str) -> serde_json::Value {
    serde_json::from_str(printed).expect("one line of JSON")
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
    let mut lines = BufReader::new(server.stdout.take().expect("piped")).lines();
    let mut lines = move || lines.next().map(|line| line.expect("UTF-8"));
    let listens = std::iter::from_fn(&mut lines).find(|line| line.starts_with("  gRPC"));
    let listens = listens.expect("the banner says where it listens");
    // Who closes the pipe ends the server.
    std::thread::spawn(move || while lines().is_some() {});
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

/// Gives the federation a season, through the API as its administrator does.
fn enter_season(directory: &Path, code: &str) {
    let (server, url) = server(directory);
    let token = printed(directory, &["token", "issue", "--tenant", "vinh-long", "--account", "lan.nguyen"]);
    let season = Season {
        code: code.to_owned(),
        name: format!("Năm {code}"),
        starts_on: format!("{code}-01-01"),
        ends_on: format!("{code}-12-31"),
        phases: vec![Phase {
            code: "scoring".to_owned(),
            name: "Chấm điểm".to_owned(),
            kind: PhaseKind::Scoring.into(),
            layers: vec!["self".to_owned()],
            ..Phase::default()
        }],
        ..Season::default()
    };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let credentials = Credentials::Bearer(Secret::new(token.trim()));
        let connection = transport::remote(&url).expect("a URL");
        let connection = transport::outgoing(connection, credentials, Clock::system(), Random::system());
        let request = CreateSeasonRequest { season: Some(season) };
        SeasonServiceClient::new(connection).create_season(request).await.expect("a season");
    });
    stop(server);
}

#[test]
fn schedules_are_put_shown_and_paused() {
    let directory = installation();
    let here = directory.path();
    enter_season(here, "2023");
    let of = ["--tenant", "vinh-long"];
    let put = ["schedule", "put", "year-end-2023", "--subject", "season=2023"];
    let told = refused(here, &[&put[..], &of, &["--cron", "never"]].concat());
    assert!(told.contains("\nschedule.cron: "), "{told}");
    let moment = "2033-12-20T08:00:00+07:00";
    let other = ["schedule", "put", "year-end-2024", "--subject", "season=2024"];
    let told = refused(here, &[&other[..], &of, &["--at", moment]].concat());
    assert!(told.contains("schedule.subject.season: there is no season \"2024\""), "{told}");
    let shown = printed(here, &[&put[..], &of, &["--at", moment]].concat());
    assert!(shown.contains("when              once at 2033-12-20 08:00:00 +07:00\n"), "{shown}");

    printed(here, &[&["schedule", "pause", "year-end-2023"], &of[..]].concat());
    let listed = json(&printed(here, &["schedule", "list", "--json"]));
    for (name, value) in
        [("name", "year-end-2023"), ("subject", "season=2023"), ("when", "2033-12-20T01:00:00Z")]
    {
        assert_eq!(listed[name], value);
    }
    assert_eq!((&listed["paused"], &listed["next_at"]), (&true.into(), &serde_json::Value::Null));
    let listed = printed(here, &["schedule", "list"]);
    assert!(listed.contains("once at 2033-12-20 08:00:00 +07:00  paused\n"), "{listed}");
    let shown = printed(here, &[&["schedule", "resume", "year-end-2023"], &of[..]].concat());
    assert!(shown.contains("next at           2033-12-20 08:00:00 +07:00\n"), "{shown}");
    let listed = json(&printed(here, &["schedule", "list", "--json"]));
    assert_eq!((&listed["paused"], &listed["next_at"]), (&false.into(), &"2033-12-20T01:00:00Z".into()));
}

#[test]
fn scripts_get_numbers_and_moments_as_json_has_them() {
    let directory = installation();
    let listed = json(&printed(directory.path(), &["tenant", "list", "--json"]));
    assert_eq!(listed["weight"], 1);
    let since = listed["since"].as_str().expect("a moment");
    assert!(since.parse::<jiff::Timestamp>().is_ok() && since.ends_with('Z'), "{since}");
}

#[test]
fn accounts_are_listed_with_what_they_may_do_and_who_may_not_is_told_who_may() {
    let directory = installation();
    let here = directory.path();
    let list = ["account", "list", "--tenant", "vinh-long"];
    let listed = printed(here, &list);
    assert!(
        listed.starts_with("Login       Name            Title            Roles             Status  Id"),
        "{listed}"
    );
    let line = "lan.nguyen  Nguyễn Thị Lan  Chánh Văn phòng  federation_admin  active  ";
    assert!(listed.lines().nth(1).is_some_and(|account| account.starts_with(line)), "{listed}");
    let listed = json(&printed(here, &[&list[..], &["--json"]].concat()));
    assert_eq!((&listed["login"], &listed["roles"][0]), (&"lan.nguyen".into(), &"federation_admin".into()));

    let run = ["--tenant", "vinh-long", "--season", "2023"];
    let approve = [&["run", "approve", "00000000-0000-7000-8000-000000000007"], &run[..]].concat();
    let approve = [&approve[..], &["--results-sha256", "ab"]].concat();
    let named = [&approve[..], &["--account", "lan.nguyen"]].concat();
    assert_eq!(
        refused(here, &named),
        "thidua: the account \"lan.nguyen\" may not do this; who may has the role standing_committee: –\n"
    );
}

#[test]
fn results_tell_in_their_language_what_is_wrong() {
    let directory = installation();
    let here = directory.path();
    let results = ["results", "--season", "2023", "--tenant"];
    let refused = |tenant: &str, more: &[&str]| refused(here, &[&results[..], &[tenant], more].concat());
    assert_eq!(
        refused("vinh-long", &[]),
        "thidua: không có lần xếp loại này, hoặc chưa có lần nào được công bố (no run of season \"2023\" is published)\n"
    );
    assert_eq!(refused("vinh-long", &["--lang", "en"]), "thidua: no run of season \"2023\" is published\n");
    assert_eq!(
        refused("vinh-long", &["--run", "7"]),
        "thidua: năm thi đua \"2023\" không có lần xếp loại 7\n"
    );
    assert_eq!(
        refused("vinh-log", &[]),
        "thidua: không có liên đoàn này (there is no federation \"vinh-log\")\n"
    );
    let wrong = refused("vinh-long", &["--unit", "Vĩnh"]);
    assert!(wrong.starts_with("thidua: dữ liệu nhập bị từ chối\nunit: mã không đúng dạng ("), "{wrong}");
    let told = refused("vinh-long", &["--data-dir", "elsewhere"]);
    assert!(told.starts_with("thidua: không có thư mục dữ liệu elsewhere"), "{told}");
}

#[test]
fn a_server_that_is_none_is_named_with_the_cause() {
    let directory = tempfile::tempdir().expect("a directory");
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let nobody = format!("http://{}", free.local_addr().expect("an address"));
    drop(free);
    let told = |url: &str| {
        let mut command = thidua(directory.path(), &["tenant", "list", "--server", url]);
        let output = command.env("THIDUA_TOKEN", "x").output().expect("it runs");
        assert_eq!(output.status.code(), Some(1));
        text(&output.stderr).to_owned()
    };
    for wrong in ["nonsense", "localhost:7400", "ftp://localhost"] {
        let wanted = format!(
            "thidua: {wrong:?} is no URL of a server, such as http://127.0.0.1:7400: \
             it does not begin with http:// or https://\n"
        );
        assert_eq!(told(wrong), wanted);
    }
    let wanted = format!("thidua: {nobody} cannot be reached: Connection refused");
    assert!(told(&nobody).starts_with(&wanted), "{}", told(&nobody));
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
