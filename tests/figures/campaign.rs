//! Writes a campaign of a given size: 40 criteria, three layers, blocs of twelve, everyone scored everywhere.

use std::fmt::Write as _;

pub(crate) const CRITERIA: u64 = 40;
pub(crate) const LAYERS: [&str; 3] = ["self", "bloc", "appraisal"];

/// Lines of the sheets of a campaign with so many units.
pub(crate) fn lines(units: u64) -> u64 {
    units * CRITERIA * LAYERS.len() as u64
}

/// The document, the same for the same size. 34 criteria are judged, 6 proportional to a target.
pub(crate) fn document(units: u64) -> Result<String, std::fmt::Error> {
    let mut out = String::with_capacity(usize::try_from(lines(units) * 45).unwrap_or(0));
    let mut numbers = Numbers(2023);
    out.push_str(
        r#"{"format":"thidua.campaign/1","federation":{"code":"bench","name":"Liên đoàn Lao động tỉnh Thử Nghiệm"},"season":{"code":"2023","starts_on":"2023-01-01","ends_on":"2023-12-31"},"units":["#,
    );
    for unit in 0..units {
        let comma = if unit == 0 { "" } else { "," };
        write!(
            out,
            r#"{comma}{{"code":"{}","name":"CĐCS Công ty {unit}","kind":"grassroots","sector":"enterprise","status":"active","founded_on":"2009-05-01","reorganised_on":null,"members":{},"facts":["cba_in_force"]}}"#,
            unit_code(unit),
            50 + numbers.below(900)
        )?;
    }
    out.push_str(r#"],"criteria_sets":["#);
    criteria_set(&mut out)?;
    out.push_str(r#"],"blocs":["#);
    blocs(&mut out, units)?;
    out.push_str(r#"],"targets":["#);
    for unit in 0..units {
        for criterion in (0..CRITERIA).filter(|c| proportional(*c)) {
            let comma = if out.ends_with('[') { "" } else { "," };
            write!(
                out,
                r#"{comma}{{"unit":"{}","code":"t{criterion}","name":"Chỉ tiêu","measure":"đoàn viên","target":"{}","actual":null,"criterion":"{}"}}"#,
                unit_code(unit),
                10 + numbers.below(90),
                criterion_code(criterion)
            )?;
        }
    }
    out.push_str(r#"],"sheets":["#);
    for unit in 0..units {
        for layer in LAYERS {
            let comma = if out.ends_with('[') { "" } else { "," };
            let scorer = if layer == "self" { unit_code(unit) } else { "hội nghị".to_owned() };
            write!(
                out,
                r#"{comma}{{"unit":"{}","layer":"{layer}","scorer":"{scorer}","lines":["#,
                unit_code(unit)
            )?;
            for criterion in 0..CRITERIA {
                let comma = if criterion == 0 { "" } else { "," };
                let code = criterion_code(criterion);
                if proportional(criterion) {
                    write!(out, r#"{comma}{{"criterion":"{code}","actual":"{}"}}"#, numbers.below(110))?;
                } else {
                    let points = numbers.below(3) + 1;
                    write!(
                        out,
                        r#"{comma}{{"criterion":"{code}","points":"{points}.{:02}"}}"#,
                        if points == 3 { 0 } else { numbers.below(100) }
                    )?;
                }
            }
            out.push_str("]}");
        }
    }
    out.push_str(r#"],"votes":[],"decisions":[],"policy":"#);
    out.push_str(POLICY);
    out.push('}');
    Ok(out)
}

const POLICY: &str = r#"{"layers":["self","bloc","appraisal"],"required_layer":"bloc","not_applicable":"zero","eligibility":{"min_months_active":12,"min_months_since_reorganised":6},"classes":[{"code":"excellent","name":"Hoàn thành xuất sắc nhiệm vụ","select":{"from":"good","quotas":[{"scope":"bloc","percent":"20","base":"pool","rounding":"half_up"}],"ties":"exclude"},"requires":{"no_facts":["illegal_strike"],"all_facts":[{"fact":"cba_in_force","sectors":["enterprise"]}],"min_group_share":"0.5"}},{"code":"good","name":"Hoàn thành tốt nhiệm vụ","min_points":"62"},{"code":"completed","name":"Hoàn thành nhiệm vụ","min_points":"50"},{"code":"not_completed","name":"Không hoàn thành nhiệm vụ","min_points":"0"}],"ranking":["total","group:1"],"percent_base":"all"}"#;

fn criteria_set(out: &mut String) -> std::fmt::Result {
    out.push_str(r#"{"code":"cdcs","name":"Bộ tiêu chí","max_points":"100","groups":["#);
    for group in 0..4 {
        let (comma, most) = (if group == 0 { "" } else { "," }, 25);
        write!(
            out,
            r#"{comma}{{"code":"{}","name":"Nhóm","kind":"base","max_points":"{most}","criteria":["#,
            group + 1
        )?;
        for criterion in (0..CRITERIA).filter(|c| c / 10 == group) {
            let comma = if criterion % 10 == 0 { "" } else { "," };
            let method = if proportional(criterion) { "proportional" } else { "judged" };
            write!(
                out,
                r#"{comma}{{"code":"{}","name":"Tiêu chí","max_points":"3","from_layer":"self","method":{{"type":"{method}"}}}}"#,
                criterion_code(criterion)
            )?;
        }
        out.push_str("]}");
    }
    out.push_str("]}");
    Ok(())
}

fn blocs(out: &mut String, units: u64) -> std::fmt::Result {
    for first in (0..units).step_by(12) {
        let comma = if first == 0 { "" } else { "," };
        let members: Vec<String> =
            (first..units.min(first + 12)).map(|unit| format!("\"{}\"", unit_code(unit))).collect();
        write!(
            out,
            r#"{comma}{{"code":"khoi-{first}","name":"Khối {first}","criteria_set":"cdcs","leader":null,"deputy":null,"members":[{}]}}"#,
            members.join(",")
        )?;
    }
    Ok(())
}

pub(crate) fn unit_code(unit: u64) -> String {
    format!("u-{unit:05}")
}

fn criterion_code(criterion: u64) -> String {
    format!("{}.{}", criterion / 10 + 1, criterion % 10 + 1)
}

fn proportional(criterion: u64) -> bool {
    criterion % 7 == 3
}

/// A small generator of the same numbers everywhere (Knuth's constants).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}
