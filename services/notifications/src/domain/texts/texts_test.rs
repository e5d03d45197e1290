//! Every text, word by word, in both languages.

use platform::ids::EventId;

use super::*;
use crate::domain::notices::{Facts, Outcome};

const HASH: &str = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef";

fn notice(facts: Facts) -> Notice {
    Notice {
        event: EventId(uuid::Uuid::nil()),
        season: "2023".to_owned(),
        run_id: String::new(),
        run_number: 3,
        facts,
    }
}

fn outcome(units: u32, ranked: u32) -> Outcome {
    Outcome { units, ranked, results_sha256: HASH.to_owned() }
}

/// Title and body in one text: Vietnamese, English.
fn both(facts: Facts) -> [String; 2] {
    let notice = notice(facts);
    [Language::Vietnamese, Language::English].map(|language| {
        let Text { title, body } = text(&notice, language);
        format!("{title}\n\n{body}")
    })
}

#[test]
fn a_failure_tells_how_many_faults_there_are_and_the_first_of_them() {
    let summary = "/units/3/code: \"vl-07\" is\nthere already".to_owned();
    let [vietnamese, english] = both(Facts::Failure { faults: 1473, summary });
    assert_eq!(
        vietnamese,
        "Xếp loại năm thi đua 2023 không thành công\n\n\
         Lần xếp loại số 3 của năm thi đua 2023 đã dừng lại vì dữ liệu thi đua có 1.473 lỗi. Chưa có kết quả nào được \
         ghi nhận.\n\n\
         Lỗi đầu tiên: /units/3/code: \"vl-07\" is there already\n\n\
         Đề nghị sửa các lỗi trong danh sách lỗi của lần xếp loại này, sau đó thực hiện lại việc xếp loại."
    );
    assert_eq!(
        english,
        "The classification of emulation season 2023 failed\n\n\
         Run 3 of emulation season 2023 stopped because the campaign has 1,473 faults. It has left no results.\n\n\
         The first fault: /units/3/code: \"vl-07\" is there already\n\n\
         Please correct what is in the run's list of faults, then start the classification again."
    );
}

#[test]
fn one_fault_is_told_as_one() {
    let [vietnamese, english] = both(Facts::Failure { faults: 1, summary: "/policy: is missing".to_owned() });
    assert!(vietnamese.contains("có 01 lỗi."), "{vietnamese}");
    assert!(vietnamese.contains("\n\nNội dung lỗi: /policy: is missing\n\n"), "{vietnamese}");
    assert!(english.contains("has 1 fault."), "{english}");
    assert!(english.contains("\n\nThe fault: /policy: is missing\n\n"), "{english}");
}

#[test]
fn a_failure_that_is_not_the_campaigns_says_what_happened() {
    let [vietnamese, english] = both(Facts::Failure { faults: 0, summary: "it took too long".to_owned() });
    assert_eq!(
        vietnamese,
        "Xếp loại năm thi đua 2023 không thành công\n\n\
         Lần xếp loại số 3 của năm thi đua 2023 đã dừng lại vì gặp sự cố khi xử lý. Chưa có kết quả nào được ghi \
         nhận.\n\n\
         Nội dung sự cố: it took too long\n\n\
         Đề nghị thực hiện lại việc xếp loại; nếu sự cố vẫn xảy ra, liên hệ đơn vị vận hành hệ thống."
    );
    assert_eq!(
        english,
        "The classification of emulation season 2023 failed\n\n\
         Run 3 of emulation season 2023 stopped because something went wrong while it was at work. It has left no \
         results.\n\n\
         What went wrong: it took too long\n\n\
         Please start the classification again; if it fails again, tell the operator of the platform."
    );
}

#[test]
fn a_draft_asks_for_two_approvals_and_names_the_hash() {
    let [vietnamese, english] = both(Facts::Draft { outcome: outcome(25, 24) });
    assert_eq!(
        vietnamese,
        format!(
            "Dự thảo kết quả xếp loại năm thi đua 2023 chờ phê duyệt\n\n\
             Lần xếp loại số 3 của năm thi đua 2023 đã hoàn thành, gồm 25 đơn vị, trong đó 24 đơn vị được xếp loại, \
             01 đơn vị không xếp loại.\n\n\
             Kết quả là dự thảo cho đến khi được hai người khác nhau phê duyệt, sau đó được công bố.\n\n\
             Mã băm SHA-256 của kết quả: {HASH}"
        )
    );
    assert_eq!(
        english,
        format!(
            "The draft results of emulation season 2023 wait for approval\n\n\
             Run 3 of emulation season 2023 is complete, with 25 units: 24 ranked, 1 not ranked.\n\n\
             The results are a draft until two different persons have approved them; then they are published.\n\n\
             SHA-256 of the results: {HASH}"
        )
    );
}

#[test]
fn a_publication_is_told_with_its_run_and_hash() {
    let [vietnamese, english] = both(Facts::Publication { outcome: outcome(6, 6), replaces: false });
    assert_eq!(
        vietnamese,
        format!(
            "Kết quả xếp loại năm thi đua 2023 đã được công bố\n\n\
             Kết quả xếp loại năm thi đua 2023 (lần xếp loại số 3) đã được phê duyệt và công bố, gồm 06 đơn vị, tất cả \
             được xếp loại.\n\n\
             Mã băm SHA-256 của kết quả: {HASH}"
        )
    );
    assert_eq!(
        english,
        format!(
            "The results of emulation season 2023 have been published\n\n\
             The classification results of emulation season 2023 (run 3) have been approved and published, with 6 \
             units, all of them ranked.\n\n\
             SHA-256 of the results: {HASH}"
        )
    );
}

#[test]
fn a_correction_says_that_it_replaces_what_was_published() {
    let [vietnamese, english] = both(Facts::Publication { outcome: outcome(1, 1), replaces: true });
    let title = "Kết quả xếp loại điều chỉnh năm thi đua 2023 đã được công bố\n\n";
    assert!(vietnamese.starts_with(title), "{vietnamese}");
    assert!(
        vietnamese.contains("\n\nKết quả này thay thế kết quả đã được công bố trước đó.\n\n"),
        "{vietnamese}"
    );
    let title = "The corrected results of emulation season 2023 have been published\n\n";
    assert!(english.starts_with(title), "{english}");
    assert!(english.contains("\n\nThey replace the results that were published before.\n\n"), "{english}");
    assert!(english.contains("with 1 unit, ranked."), "{english}");
}
