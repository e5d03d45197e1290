//! The platform's codes, in the words of the field.

use std::collections::BTreeMap;

use proto::scoring::v1::{GroupExplanation, Summary};

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

/// The names of groups and criteria in a unit's explanation.
pub(super) struct Names(BTreeMap<String, String>);

impl Names {
    pub(super) fn of(groups: &[GroupExplanation]) -> Self {
        let lines = groups.iter().flat_map(|group| &group.lines);
        let lines = lines.map(|line| (line.criterion.clone(), line.name.clone()));
        let groups = groups.iter().map(|group| (group.group.clone(), group.name.clone()));
        Self(lines.chain(groups).filter(|(_, name)| !name.is_empty()).collect())
    }

    /// `2.1 (Phát triển đoàn viên)`; the code alone where it has no name.
    fn name(&self, code: &str) -> String {
        self.0.get(code).map_or_else(|| code.to_owned(), |name| format!("{code} ({name})"))
    }
}

/// A condition of a class that failed, such as `no_facts:illegal_strike`.
pub(super) fn condition(condition: &str, names: &Names, language: Language) -> String {
    let Some((kind, what)) = condition.split_once(':') else { return condition.to_owned() };
    let (vi, en, what) = match kind {
        "no_facts" => ("có", "there was", fact(what, language).to_owned()),
        "all_facts" => ("chưa có", "there is no", fact(what, language).to_owned()),
        "min_group_share" => ("không đủ điểm nhóm", "too few points in group", names.name(what)),
        "min_points" => ("không đủ điểm tiêu chí", "too few points for criterion", names.name(what)),
        other => (other, other, what.to_owned()),
    };
    format!("{} {what}", language.of(vi, en))
}

/// The facts that policies ask for. A federation may have others; those stand as their code.
fn fact(fact: &str, language: Language) -> &str {
    let (vi, en) = match fact {
        "illegal_strike" => ("ngừng việc tập thể trái pháp luật", "illegal strike"),
        "fatal_accident_at_fault" => {
            ("tai nạn lao động chết người do lỗi của đơn vị", "fatal accident by the unit's fault")
        }
        "cadre_disciplined" => ("cán bộ công đoàn chủ chốt bị kỷ luật", "disciplined union officer"),
        "cba_in_force" => ("thỏa ước lao động tập thể đang có hiệu lực", "collective agreement in force"),
        "excellent_requested" => ("đề nghị xét loại cao nhất", "request for the best class"),
        other => (other, other),
    };
    language.of(vi, en)
}

#[cfg(test)]
mod tests {
    use proto::scoring::v1::LineExplanation;

    use super::*;

    #[test]
    fn conditions_are_told_in_words_with_the_names_of_the_criteria() {
        let line = LineExplanation {
            criterion: "2.1".to_owned(),
            name: "Phát triển đoàn viên".to_owned(),
            ..LineExplanation::default()
        };
        let group = GroupExplanation {
            group: "2".to_owned(),
            name: "Xây dựng tổ chức".to_owned(),
            lines: vec![line],
            ..GroupExplanation::default()
        };
        let names = Names::of(&[group]);
        for (code, vi, en) in [
            ("no_facts:illegal_strike", "có ngừng việc tập thể trái pháp luật", "there was illegal strike"),
            (
                "all_facts:cba_in_force",
                "chưa có thỏa ước lao động tập thể đang có hiệu lực",
                "there is no collective agreement in force",
            ),
            (
                "min_group_share:2",
                "không đủ điểm nhóm 2 (Xây dựng tổ chức)",
                "too few points in group 2 (Xây dựng tổ chức)",
            ),
            (
                "min_points:2.1",
                "không đủ điểm tiêu chí 2.1 (Phát triển đoàn viên)",
                "too few points for criterion 2.1 (Phát triển đoàn viên)",
            ),
            ("min_points:9", "không đủ điểm tiêu chí 9", "too few points for criterion 9"),
            ("no_facts:fees_owed", "có fees_owed", "there was fees_owed"),
            ("something_newer", "something_newer", "something_newer"),
        ] {
            let told = [Language::Vi, Language::En].map(|language| condition(code, &names, language));
            assert_eq!(told, [vi, en]);
        }
    }
}
