//! Vietnamese, in the wording of the federations' documents.

use super::{Text, one_line};
use crate::domain::counts::vietnamese as count;
use crate::domain::notices::{Facts, Notice, Outcome};

pub(super) fn text(notice: &Notice) -> Text {
    let Notice { season, run_number: number, facts, .. } = notice;
    match facts {
        Facts::Failure { faults: 0, summary } => Text::new(
            format!("Xếp loại năm thi đua {season} không thành công"),
            [
                format!(
                    "Lần xếp loại số {number} của năm thi đua {season} đã dừng lại vì gặp sự cố khi xử lý. \
                     Chưa có kết quả nào được ghi nhận."
                ),
                format!("Nội dung sự cố: {}", one_line(summary)),
                "Đề nghị thực hiện lại việc xếp loại; nếu sự cố vẫn xảy ra, liên hệ đơn vị vận hành hệ thống."
                    .to_owned(),
            ],
        ),
        Facts::Failure { faults, summary } => {
            let first = if *faults == 1 { "Nội dung lỗi" } else { "Lỗi đầu tiên" };
            Text::new(
                format!("Xếp loại năm thi đua {season} không thành công"),
                [
                    format!(
                        "Lần xếp loại số {number} của năm thi đua {season} đã dừng lại vì dữ liệu thi đua có {} \
                         lỗi. Chưa có kết quả nào được ghi nhận.",
                        count(*faults)
                    ),
                    format!("{first}: {}", one_line(summary)),
                    "Đề nghị sửa các lỗi trong danh sách lỗi của lần xếp loại này, sau đó thực hiện lại việc \
                     xếp loại."
                        .to_owned(),
                ],
            )
        }
        Facts::Draft { outcome } => Text::new(
            format!("Dự thảo kết quả xếp loại năm thi đua {season} chờ phê duyệt"),
            [
                format!(
                    "Lần xếp loại số {number} của năm thi đua {season} đã hoàn thành, gồm {}.",
                    units(outcome)
                ),
                "Kết quả là dự thảo cho đến khi được hai người khác nhau phê duyệt, sau đó được công bố."
                    .to_owned(),
                hash(outcome),
            ],
        ),
        Facts::Publication { outcome, replaces } => {
            let title = if *replaces {
                format!("Kết quả xếp loại điều chỉnh năm thi đua {season} đã được công bố")
            } else {
                format!("Kết quả xếp loại năm thi đua {season} đã được công bố")
            };
            let published = format!(
                "Kết quả xếp loại năm thi đua {season} (lần xếp loại số {number}) đã được phê duyệt và công bố, \
                 gồm {}.",
                units(outcome)
            );
            let replaced =
                replaces.then(|| "Kết quả này thay thế kết quả đã được công bố trước đó.".to_owned());
            Text::new(title, [published].into_iter().chain(replaced).chain([hash(outcome)]))
        }
    }
}

fn units(outcome: &Outcome) -> String {
    let unranked = outcome.units.saturating_sub(outcome.ranked);
    let units = count(outcome.units);
    match (outcome.ranked, unranked) {
        (0, 0) => format!("{units} đơn vị"),
        (_, 0) => format!("{units} đơn vị, tất cả được xếp loại"),
        (ranked, _) => format!(
            "{units} đơn vị, trong đó {} đơn vị được xếp loại, {} đơn vị không xếp loại",
            count(ranked),
            count(unranked)
        ),
    }
}

fn hash(outcome: &Outcome) -> String {
    format!("Mã băm SHA-256 của kết quả: {}", outcome.results_sha256)
}
