//! A correction after the publication: one sheet, a second run, two approvals, and what `thidua results --moved` shows.

use platform::clock::Clock;
use platform::config::Secret;
use platform::random::Random;
use platform::transport::{self, Connection, Credentials};
use proto::competition::v1::season_service_client::SeasonServiceClient;
use proto::competition::v1::{ClosePhaseRequest, OpenPhaseRequest};
use proto::scoring::v1::line::Value;
use proto::scoring::v1::sheet_service_client::SheetServiceClient;
use proto::scoring::v1::{Line, PutLinesRequest, ReopenSheetRequest, SheetKey, SubmitSheetRequest};

use crate::process::{Home, Server, text};

const OF: [&str; 4] = ["--tenant", "ba-ria-vung-tau", "--season", "2022"];

/// The home where that campaign was played and published.
pub(crate) fn a_correction_is_shown_with_all_that_it_moves(home: &Home) {
    let server = Server::start(home);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(correct(home, &server));
    drop(server);

    let (out, err) = ran(home, &[&["run", "start"], &OF[..]].concat());
    assert!(out.contains("state             queued\n"), "{out}");
    assert!(err.contains("no server runs from data, so the run waits until one does: "), "{err}");
    let job = out.lines().find_map(|line| line.strip_prefix("job")).expect("a job").trim();
    assert!(err.contains(&format!("thidua job watch {job}")), "{err}");
    ran(home, &["job", "watch", job]);

    let (listed, _) = ran(home, &[&["run", "list", "--json"], &OF[..]].concat());
    let run: serde_json::Value = serde_json::from_str(listed.lines().next().expect("a run")).expect("JSON");
    let counted = ["run", "units", "approvals"].map(|name| run[name].as_u64());
    assert_eq!((counted, run["state"].as_str()), ([Some(2), Some(6), Some(0)], Some("draft")), "{run}");
    let finished = run["finished_at"].as_str().expect("a moment");
    assert!(finished.parse::<jiff::Timestamp>().is_ok(), "{finished}");

    approve(home, run["results_sha256"].as_str().expect("a hash"));

    let (moved, _) = ran(home, &[&["results", "--moved"], &OF[..]].concat());
    let shown: Vec<_> =
        moved.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    let first = shown.iter().position(|line| line.starts_with("Mã ")).expect("a table");
    assert!(shown[..first].contains(&"So với lần xếp loại 1".to_owned()), "{moved}");
    assert_eq!(
        shown[first + 1..first + 5],
        [
            "cd-giao-duc Công đoàn ngành Giáo dục tỉnh 88,08 5 → 6 Hoàn thành tốt nhiệm vụ",
            "cd-giao-thong Công đoàn ngành Giao thông vận tải tỉnh 87,66 → 88,19 6 → 5 Hoàn thành tốt nhiệm vụ",
            "3.3 2,50 → 3,00 khối chấm",
            "",
        ],
        "{moved}"
    );
}

/// The bloc counted one late report too many: its leader takes the sheet back and hands it in again.
async fn correct(home: &Home, server: &Server) {
    let administrator = || SeasonServiceClient::new(bearing(home, server, "quan-tri"));
    let (season, phase) = ("2022".to_owned(), "bloc-score".to_owned());
    let reason = "đếm nhầm một báo cáo trễ".to_owned();
    let request = OpenPhaseRequest { season: season.clone(), phase: phase.clone(), reason: reason.clone() };
    administrator().open_phase(request).await.expect("opened again");

    let mut sheets = SheetServiceClient::new(bearing(home, server, "cd-vien-chuc"));
    let key = Some(SheetKey {
        season: season.clone(),
        unit: "cd-giao-thong".to_owned(),
        layer: "bloc".to_owned(),
        scorer: String::new(),
    });
    let request = ReopenSheetRequest { key: key.clone(), reason };
    sheets.reopen_sheet(request).await.expect("reopened");
    let line = Line { criterion: "3.3".to_owned(), value: Some(Value::Count(2)), ..Line::default() };
    let request = PutLinesRequest { key: key.clone(), lines: vec![line], ..PutLinesRequest::default() };
    sheets.put_lines(request).await.expect("written");
    let request = SubmitSheetRequest { key, ..SubmitSheetRequest::default() };
    sheets.submit_sheet(request).await.expect("handed in");

    administrator().close_phase(ClosePhaseRequest { season, phase }).await.expect("closed");
}

/// Nobody needs to be named: the first approval is that of one member of the standing committee, the second another's.
fn approve(home: &Home, hash: &str) {
    let approve = [&["run", "approve", "2", "--results-sha256", hash], &OF[..]].concat();
    let told = refused(home, &[&approve[..], &["--account", "quan-tri"]].concat());
    assert_eq!(
        told,
        "thidua: the account \"quan-tri\" may not do this; \
         who may has the role standing_committee: chu-tich, pho-chu-tich\n"
    );
    let (first, _) = ran(home, &approve);
    assert!(first.contains("state             draft\n"), "{first}");
    assert!(first.contains("approved by       Chu Công Hiếu, "), "{first}");
    let (second, _) = ran(home, &approve);
    assert!(second.contains("state             published\n"), "{second}");
    assert!(second.contains("approved by       Bùi Quốc Thành, "), "{second}");
    let told = refused(home, &approve);
    assert!(told.contains("each account that may do this has done so: chu-tich, pho-chu-tich"), "{told}");
}

/// The server as this account calls it.
fn bearing(home: &Home, server: &Server, login: &str) -> Connection {
    let (token, _) = ran(home, &["token", "issue", "--tenant", "ba-ria-vung-tau", "--account", login]);
    let connection = transport::remote(&server.url).expect("a URL");
    let credentials = Credentials::Bearer(Secret::new(token.trim()));
    transport::outgoing(connection, credentials, Clock::system(), Random::system())
}

/// What a command tells that must succeed, on standard output and standard error.
fn ran(home: &Home, arguments: &[&str]) -> (String, String) {
    let output = home.run(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    (text(&output.stdout).to_owned(), text(&output.stderr).to_owned())
}

fn refused(home: &Home, arguments: &[&str]) -> String {
    let output = home.run(arguments);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {}", text(&output.stdout));
    text(&output.stderr).to_owned()
}
