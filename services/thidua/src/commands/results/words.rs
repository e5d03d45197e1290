//! The platform's codes, in the words of the field.

use std::collections::BTreeMap;

use proto::scoring::v1::Summary;

use crate::show::Language;

/// The names of the classes, as the season's policy has them.
pub(super) struct Classes(BTreeMap<String, String>);

impl Classes {
    pub(super) fn of(summary: Option<&Summary>) -> Self {
        let classes = summary.map(|summary| summary.classes.as_slice()).unwrap_or_default();
        Self(classes.iter().map(|class| (class.class.clone(), class.name.clone())).collect())
    }

    pub(super) fn name(&self, code: &str, language: Language) -> String {
        if code == "unranked" {
            return language.of("Không xếp loại", "Unranked").to_owned();
        }
        self.0.get(code).filter(|name| !name.is_empty()).cloned().unwrap_or_else(|| code.to_owned())
    }
}

/// Why a unit is not ranked.
pub(super) fn unranked(reasons: &[String], language: Language) -> String {
    let words: Vec<_> = reasons.iter().map(|reason| unranked_reason(reason, language)).collect();
    words.join(", ")
}

fn unranked_reason(reason: &str, language: Language) -> &str {
    let (vi, en) = match reason {
        "dormant" => ("tạm ngừng hoạt động", "dormant"),
        "consolidating" => ("đang củng cố", "being consolidated"),
        "dissolved" => ("đã giải thể", "dissolved"),
        "no_bloc" => ("không thuộc khối nào", "in no bloc"),
        "too_new" => ("mới thành lập", "founded too late"),
        "recently_reorganised" => ("mới sắp xếp lại", "reorganised too late"),
        "not_assessed" => ("chưa được chấm điểm", "not assessed"),
        "nothing_applicable" => ("không có tiêu chí áp dụng", "no criterion applies"),
        other => (other, other),
    };
    language.of(vi, en)
}

/// Who scored.
pub(super) fn layer(layer: &str, language: Language) -> &str {
    let (vi, en) = match layer {
        "self" => ("tự chấm", "self"),
        "cross" => ("chấm chéo", "cross"),
        "bloc" => ("khối chấm", "bloc"),
        "appraisal" => ("thẩm định", "appraisal"),
        other => (other, other),
    };
    language.of(vi, en)
}

/// A condition of a class that failed, such as `no_facts:illegal_strike`.
pub(super) fn condition(condition: &str, language: Language) -> String {
    let Some((kind, what)) = condition.split_once(':') else { return condition.to_owned() };
    let (vi, en) = match kind {
        "no_facts" => ("có sự việc", "the fact"),
        "all_facts" => ("thiếu điều kiện", "without the fact"),
        "min_group_share" => ("không đủ điểm nhóm", "too few points in group"),
        "min_points" => ("không đủ điểm tiêu chí", "too few points for criterion"),
        other => (other, other),
    };
    format!("{} {what}", language.of(vi, en))
}
