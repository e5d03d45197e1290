//! What each stable reason means, in Vietnamese. The English sentence comes from the service, with the values in it.

use proto::common::v1::Reason;

/// The reason as a Vietnamese sentence; none for a reason of a newer platform.
pub(super) fn vietnamese(reason: Reason) -> Option<&'static str> {
    of_any_call(reason)
        .or_else(|| of_organizations(reason))
        .or_else(|| of_competition(reason))
        .or_else(|| of_scoring(reason))
        .or_else(|| of_work(reason))
}

fn of_any_call(reason: Reason) -> Option<&'static str> {
    Some(match reason {
        Reason::InvalidArgument => "yêu cầu không hợp lệ",
        Reason::FieldRequired => "bắt buộc phải có",
        Reason::CodeInvalid => "mã không đúng dạng",
        Reason::NumberInvalid => "số không đúng dạng hoặc ngoài giới hạn",
        Reason::DateInvalid => "ngày không hợp lệ, hoặc ngày kết thúc trước ngày bắt đầu",
        Reason::TooMany => "quá nhiều mục trong một lần gọi",
        Reason::PageTokenInvalid => "mã trang không thuộc danh sách này",
        Reason::Unauthenticated => {
            "chưa xác thực: mã truy cập thiếu, hết hạn hoặc không phải của hệ thống này"
        }
        Reason::SessionRevoked => "phiên làm việc hoặc tài khoản đã bị thu hồi",
        Reason::PermissionDenied => "tài khoản không có quyền làm việc này",
        Reason::OutOfScope => "vai trò của tài khoản không thuộc đơn vị, khối hoặc nội dung này",
        Reason::TenantSuspended => "liên đoàn đang bị tạm ngừng",
        Reason::QuotaExceeded => "đã hết hạn mức của liên đoàn",
        Reason::RateLimited => "quá nhiều lần gọi: hãy thử lại sau",
        Reason::IdempotencyKeyInvalid => "khóa chống lặp không hợp lệ",
        Reason::IdempotencyKeyReused => "khóa chống lặp đã dùng cho một yêu cầu khác",
        Reason::Conflict => "hai thay đổi trùng nhau: hãy thử lại",
        Reason::StaleRevision => "dữ liệu đã thay đổi từ khi đọc: hãy đọc lại",
        Reason::ServiceUnknown => "địa chỉ này không có dịch vụ đó",
        Reason::Unavailable => "hệ thống chưa sẵn sàng hoặc không kết nối được: hãy thử lại",
        Reason::Internal => "lỗi của hệ thống",
        Reason::DeadlineExceeded => "đã hết thời gian dành cho lần gọi này",
        Reason::TimeoutInvalid => "thời hạn của lần gọi không đúng dạng",
        Reason::TooManyCalls => "máy chủ đang xử lý quá nhiều lần gọi: hãy thử lại sau",
        Reason::MessageTooLarge => "nội dung gửi lên quá lớn",
        Reason::TokenInvalid => "mã truy cập hỏng, chưa có hiệu lực hoặc không phải của hệ thống này",
        Reason::TokenExpired => "mã truy cập đã hết hạn",
        Reason::RoleRequired => "tài khoản không có vai trò cần thiết cho việc này",
        Reason::WrongKindOfCaller => "việc này không dành cho loại tài khoản này",
        Reason::NoRule => "không có chức năng này, hoặc không ai được gọi",
        Reason::TenantRequired => "người gọi không thuộc liên đoàn nào",
        Reason::IdempotencyKeyBusy => "lần gọi trước với khóa chống lặp này chưa xong: hãy thử lại",
        Reason::AlreadyExists => "đã có mục này",
        _ => return None,
    })
}

fn of_organizations(reason: Reason) -> Option<&'static str> {
    Some(match reason {
        Reason::TenantUnknown => "không có liên đoàn này",
        Reason::TenantExists => "đã có liên đoàn mang mã này",
        Reason::UnitUnknown => "không có đơn vị này",
        Reason::UnitExists => "đã có đơn vị mang mã này",
        Reason::UnitNotActive => "đơn vị đang tạm ngừng, củng cố hoặc đã giải thể vào ngày đó",
        Reason::UnitCycle => "đơn vị sẽ là cấp trên của chính nó",
        Reason::OfficialUnknown => "không có cán bộ này",
        Reason::AccountUnknown => "không có tài khoản này",
        Reason::AccountExists => "cán bộ đã có tài khoản, hoặc tên đăng nhập đã được dùng",
        Reason::AccountDisabled => "tài khoản đã bị khóa",
        Reason::ScopeMismatch => "vai trò không thể giao cho phạm vi đó",
        Reason::LastAdmin => "liên đoàn sẽ không còn người quản trị nào",
        _ => return None,
    })
}

fn of_competition(reason: Reason) -> Option<&'static str> {
    Some(match reason {
        Reason::SeasonUnknown => "không có năm thi đua này",
        Reason::SeasonExists => "đã có năm thi đua mang mã này",
        Reason::SeasonFixed => "phần này của năm thi đua đã chốt",
        Reason::PhaseUnknown => "năm thi đua không có giai đoạn này",
        Reason::PhaseClosed => "không có giai đoạn nào đang mở cho phép việc này",
        Reason::PhaseState => "giai đoạn đã mở, hoặc chưa mở",
        Reason::PhaseOutOfOrder => "một giai đoạn trước chưa được mở",
        Reason::CriteriaSetUnknown => "không có bộ tiêu chí hoặc phiên bản này",
        Reason::CriteriaSetNotPinned => "năm thi đua chưa chọn phiên bản của bộ tiêu chí",
        Reason::CriterionUnknown => "bộ tiêu chí của đơn vị không có tiêu chí này",
        Reason::PolicyUnknown => "năm thi đua chưa có quy định xếp loại",
        Reason::PolicyInvalid => "quy định xếp loại mâu thuẫn với chính nó",
        Reason::BlocUnknown => "năm thi đua không có khối này",
        Reason::BlocExists => "năm thi đua đã có khối mang mã này",
        Reason::AlreadyInBloc => "đơn vị đã thuộc một khối khác trong năm thi đua",
        Reason::NotAMember => "đơn vị không phải thành viên của khối",
        Reason::PactUnknown => "khối chưa có giao ước trong năm thi đua",
        Reason::PactState => "trạng thái của giao ước không cho phép việc này",
        Reason::AlreadySigned => "bên này đã ký",
        Reason::TargetUnknown => "đơn vị không có chỉ tiêu này",
        Reason::ConferenceUnknown => "không có hội nghị này",
        Reason::VoteUnknown => "không có cuộc bình chọn này",
        Reason::VoteExists => "khối đã có cuộc bình chọn đang mở, chờ vòng sau hoặc đã có đơn vị dẫn đầu",
        Reason::CountMismatch => "số phiếu không khớp",
        Reason::AlreadyVoted => "phiếu của đơn vị đã được bỏ",
        Reason::BallotClosed => "cuộc bình chọn đã đóng",
        Reason::BallotOpen => "cuộc bình chọn còn đang mở",
        Reason::NotACandidate => "lựa chọn không nằm trong danh sách ứng cử",
        Reason::NoRunOffDue => "kết quả không cần vòng bình chọn tiếp theo",
        Reason::ClassUnknown => "quy định xếp loại không có loại này",
        Reason::DecisionUnknown => "không có quyết định về xếp loại của đơn vị này",
        Reason::CommendationUnknown => "không có hồ sơ khen thưởng này",
        Reason::CommendationState => "trạng thái của hồ sơ khen thưởng không cho phép việc này",
        Reason::CommendedTwice => "đã khen thưởng trong năm đó, hai hình thức không đi cùng nhau",
        Reason::ClassRequired => "cờ thi đua cần loại cao nhất trong lần xếp loại đã công bố",
        Reason::ProgressRecorded => "chỉ tiêu đã có kết quả thực hiện nên phải giữ lại",
        _ => return None,
    })
}

fn of_scoring(reason: Reason) -> Option<&'static str> {
    Some(match reason {
        Reason::SheetUnknown => "không có phiếu chấm điểm này",
        Reason::SheetExists => "đã có phiếu chấm điểm này",
        Reason::SheetSubmitted => "phiếu chấm điểm đã nộp: hãy mở lại trước",
        Reason::SheetEmpty => "phiếu chấm điểm chưa có dòng nào",
        Reason::LayerUnknown => "quy định xếp loại không có lớp chấm này",
        Reason::LayerTooLow => "tiêu chí chỉ được chấm từ lớp cao hơn",
        Reason::ScorerInvalid => "người chấm không đúng với lớp chấm",
        Reason::PointsOverMaximum => "điểm cao hơn điểm tối đa của tiêu chí",
        Reason::LineMismatch => "dòng điểm không đúng với cách chấm của tiêu chí",
        Reason::TargetMissing => "đơn vị không có chỉ tiêu cho tiêu chí này",
        Reason::ReasonMissing => "cần ghi lý do",
        Reason::RunUnknown => "không có lần xếp loại này, hoặc chưa có lần nào được công bố",
        Reason::RunState => "trạng thái của lần xếp loại không cho phép việc này",
        Reason::RunInProgress => "một lần xếp loại của năm thi đua đang chờ hoặc đang chạy",
        Reason::RunSuperseded => "một lần xếp loại mới hơn đã được công bố",
        Reason::SameApprover => "người này đã duyệt lần xếp loại; lần duyệt thứ hai phải do người khác",
        Reason::CampaignInvalid => "hồ sơ thi đua còn lỗi nên không có kết quả",
        Reason::UnitNotInRun => "lần xếp loại không có đơn vị hoặc khối này",
        _ => return None,
    })
}

fn of_work(reason: Reason) -> Option<&'static str> {
    Some(match reason {
        Reason::JobUnknown => "không có công việc này",
        Reason::JobState => "trạng thái của công việc không cho phép việc này",
        Reason::JobKindUnknown => "dịch vụ không có loại công việc này",
        Reason::ScheduleUnknown => "không có lịch này",
        Reason::CronInvalid => "biểu thức thời gian không hợp lệ",
        Reason::ZoneUnknown => "không có múi giờ này",
        Reason::MessageUnknown => "hộp thư không có thông báo này",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_a_sentence() {
        let reasons = (1..1000).filter_map(|number| Reason::try_from(number).ok());
        let without: Vec<_> = reasons.filter(|reason| vietnamese(*reason).is_none()).collect();
        assert!(without.is_empty(), "{without:?}");
        assert!(Reason::try_from(1).is_ok());
    }
}
