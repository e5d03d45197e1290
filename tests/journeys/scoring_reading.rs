//! Sheets and their history are read by those whom they concern.

use proto::scoring::v1::list_sheets_request::Of;
use proto::scoring::v1::*;
use tonic::Code;

use super::season::{BLOC, Campaign, SEASON};
use super::sheets::{LAYERS, Sheets, get, key, points, put, scene, submit};
use crate::support::refusal::refusal;
use crate::support::wait::eventually;
use crate::support::world::{World, journeys};

journeys!(
    cross_sheets_are_hidden_until_cross_scoring_is_over,
    sheets_are_listed_by_unit_bloc_layer_and_state,
    the_history_says_who_changed_what_and_what_was_before,
    sheets_of_one_federation_are_nothing_to_another,
);

/// Unit, layer and scorer of the sheets on all pages.
async fn listed(sheets: &mut Sheets, request: ListSheetsRequest) -> Vec<String> {
    let mut request = ListSheetsRequest { season: SEASON.to_owned(), page_size: 2, ..request };
    let mut all = Vec::new();
    loop {
        let page = sheets.list_sheets(request.clone()).await.expect("a page").into_inner();
        assert!(page.sheets.len() <= 2);
        for sheet in page.sheets {
            assert!(sheet.lines.is_empty() && sheet.line_count > 0);
            let SheetKey { unit, layer, scorer, .. } = sheet.key.expect("a key");
            all.push(format!("{unit} {layer} {scorer}"));
        }
        if page.next_page_token.is_empty() {
            return all;
        }
        request.page_token = page.next_page_token;
    }
}

async fn cross_sheets_are_hidden_until_cross_scoring_is_over(world: &World) {
    let scene = scene(world, &["self", "cross"]).await;
    let (mut own, mut peer) = (scene.as_officer(1), scene.as_officer(2));
    let mut leader = scene.as_one(&scene.leader);
    let cross = || key("vl-01", "cross", "vl-02");
    put(&mut own, key("vl-01", "self", ""), &[points("1.1", "7")], 0).await.expect("a draft");
    put(&mut peer, cross(), &[points("1.1", "5")], 0).await.expect("a draft");
    let hidden = (Code::PermissionDenied, "OUT_OF_SCOPE".to_owned());
    get(&mut peer, cross()).await.expect("the scorer's own");
    assert_eq!(refusal(get(&mut own, cross()).await), hidden);
    assert_eq!(refusal(get(&mut leader, cross()).await), hidden);
    assert_eq!(refusal(get(&mut peer, key("vl-01", "self", "")).await), hidden, "another unit's");
    get(&mut leader, key("vl-01", "self", "")).await.expect("the bloc's");
    get(&mut scene.as_one(&scene.appraiser), cross()).await.expect("an appraiser reads all");
    assert_eq!(listed(&mut own, ListSheetsRequest::default()).await, ["vl-01 self vl-01"]);
    assert_eq!(listed(&mut peer, ListSheetsRequest::default()).await, ["vl-01 cross vl-02"]);

    scene.close("cross").await;
    let seen = async || get(&mut own.clone(), cross()).await.ok();
    eventually("scoring has heard that the phase is closed", seen).await;
    get(&mut leader, cross()).await.expect("open now");
    let all = ["vl-01 cross vl-02", "vl-01 self vl-01"];
    assert_eq!(listed(&mut leader, ListSheetsRequest::default()).await, all);
}

async fn sheets_are_listed_by_unit_bloc_layer_and_state(world: &World) {
    let scene = scene(world, &LAYERS).await;
    let mut admin = scene.as_admin();
    let seven = [points("1.1", "7")];
    for number in [3, 1, 2] {
        let unit = format!("vl-0{number}");
        put(&mut scene.as_officer(number), key(&unit, "self", ""), &seven, 0).await.expect("a draft");
    }
    submit(&mut scene.as_officer(1), key("vl-01", "self", "")).await.expect("handed in");
    let mut leader = scene.as_one(&scene.leader);
    put(&mut leader, key("vl-01", "bloc", "hội nghị"), &seven, 0).await.expect("a draft");

    let all = ["vl-01 bloc hội nghị", "vl-01 self vl-01", "vl-02 self vl-02", "vl-03 self vl-03"];
    assert_eq!(listed(&mut admin, ListSheetsRequest::default()).await, all);
    let of = |of: Of| ListSheetsRequest { of: Some(of), ..Default::default() };
    assert_eq!(listed(&mut admin, of(Of::Bloc(BLOC.to_owned()))).await, all);
    assert_eq!(listed(&mut admin, of(Of::Unit("vl-01".to_owned()))).await, all[..2]);
    let of_bloc_layer = ListSheetsRequest { layer: "bloc".to_owned(), ..Default::default() };
    assert_eq!(listed(&mut admin, of_bloc_layer).await, all[..1]);
    let drafts = ListSheetsRequest { state: SheetState::Draft.into(), ..of(Of::Bloc(BLOC.to_owned())) };
    assert_eq!(listed(&mut admin, drafts).await, [all[0], all[2], all[3]]);
    assert_eq!(listed(&mut scene.as_officer(2), ListSheetsRequest::default()).await, [all[2]]);
    let unknown = ListSheetsRequest { season: SEASON.to_owned(), ..of(Of::Bloc("cum-9".to_owned())) };
    let unknown = admin.list_sheets(unknown).await;
    assert_eq!(refusal(unknown), (Code::NotFound, "BLOC_UNKNOWN".to_owned()));
}

async fn the_history_says_who_changed_what_and_what_was_before(world: &World) {
    let scene = scene(world, &["self"]).await;
    let (mut officer, mut leader) = (scene.as_officer(1), scene.as_one(&scene.leader));
    let own = || key("vl-01", "self", "");
    let put_lines = [points("1.1", "7"), points("1.3", "0")];
    assert!(put(&mut officer, own(), &put_lines, 0).await.is_err(), "what is refused leaves no trace");
    put(&mut officer, own(), &put_lines[..1], 0).await.expect("a draft");
    let request = PutSheetRequest {
        key: Some(own()),
        lines: vec![points("1.1", "8"), super::sheets::checked("1.3", &["a"])],
        expected_revision: 1,
        submit: true,
    };
    officer.put_sheet(request).await.expect("handed in");
    let reopen = ReopenSheetRequest { key: Some(own()), reason: "thiếu minh chứng".to_owned() };
    leader.reopen_sheet(reopen).await.expect("given back");

    let asked = |criterion: &str| ListSheetHistoryRequest {
        key: Some(own()),
        criterion: criterion.to_owned(),
        page_size: 2,
        ..Default::default()
    };
    let mut pages = Vec::new();
    let mut request = asked("");
    loop {
        let page = officer.list_sheet_history(request.clone()).await.expect("a page").into_inner();
        pages.push(page.changes);
        if page.next_page_token.is_empty() {
            break;
        }
        request.page_token = page.next_page_token;
    }
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 1]);
    let told: Vec<_> = pages
        .concat()
        .into_iter()
        .map(|change| (change.revision, change.kind(), change.act.expect("who").name, change.criterion))
        .collect();
    let by = |name: &str, revision: u64, kind: SheetChangeKind, criterion: &str| {
        (revision, kind, name.to_owned(), criterion.to_owned())
    };
    let expected = [
        by("leader", 3, SheetChangeKind::Reopened, ""),
        by("officer.vl-01", 2, SheetChangeKind::Submitted, ""),
        by("officer.vl-01", 2, SheetChangeKind::Line, "1.1"),
        by("officer.vl-01", 2, SheetChangeKind::Line, "1.3"),
        by("officer.vl-01", 1, SheetChangeKind::Line, "1.1"),
    ];
    assert_eq!(told, expected);

    let of_one = officer.list_sheet_history(asked("1.1")).await.expect("a page").into_inner();
    let lines: Vec<_> = of_one.changes.into_iter().map(|change| (change.before, change.after)).collect();
    let (seven, eight) = (points("1.1", "7.00"), points("1.1", "8.00"));
    assert_eq!(lines, [(Some(seven.clone()), Some(eight)), (None, Some(seven))]);
    assert_eq!(of_one.next_page_token, "");

    let other = scene.as_officer(2).list_sheet_history(asked("")).await;
    assert_eq!(refusal(other), (Code::PermissionDenied, "OUT_OF_SCOPE".to_owned()));
}

async fn sheets_of_one_federation_are_nothing_to_another(world: &World) {
    let scene = scene(world, &["self"]).await;
    let mut officer = scene.as_officer(1);
    put(&mut officer, key("vl-01", "self", ""), &[points("1.1", "7")], 0).await.expect("a draft");
    let other = Campaign::of(world, "thai-nguyen").await;
    let mut stranger = Sheets::new(other.competition(&other.admin));
    let unknown = || (Code::NotFound, "SEASON_UNKNOWN".to_owned());
    assert_eq!(refusal(get(&mut stranger, key("vl-01", "self", "")).await), unknown());
    let list = ListSheetsRequest { season: SEASON.to_owned(), ..Default::default() };
    assert_eq!(refusal(stranger.list_sheets(list).await), unknown());
    let history = ListSheetHistoryRequest { key: Some(key("vl-01", "self", "")), ..Default::default() };
    assert_eq!(refusal(stranger.list_sheet_history(history).await), unknown());
    let entry = SheetEntry {
        key: Some(key("vl-01", "self", "")),
        lines: vec![points("1.1", "1")],
        expected_revision: 0,
    };
    let enter = EnterSheetsRequest { sheets: vec![entry] };
    assert_eq!(refusal(stranger.enter_sheets(enter).await), unknown());
}
