//! Random valid campaigns: every method, layer, quota and exception turns up, and ties do often.

use serde_json::{Value, json};

use crate::dice::Dice;

const UNITS: [&str; 12] = ["u-1", "u-10", "u-2", "Ω", "ﬀ", "𝒜", "a/b", "~", "x y", "\"q\"", "đv-1", "ĐV-1"];
const FACTS: [&str; 4] = ["cba_in_force", "illegal_strike", "fees_paid", "nợ"];
const SELECTED: [&str; 4] = ["𝒜", "ﬀ", "chọn", "Z"];
const SECTORS: [&str; 3] = ["enterprise", "health", "education"];

/// A campaign with selected classes.
pub(crate) fn campaign(seed: u64) -> Value {
    make(seed, true)
}

/// A campaign whose classes are bands alone, so that no unit's class depends on another's.
pub(crate) fn banded_campaign(seed: u64) -> Value {
    make(seed, false)
}

fn make(seed: u64, selected: bool) -> Value {
    let dice = &mut Dice(seed);
    let mut layers: Vec<&str> =
        ["self", "cross", "bloc", "appraisal"].into_iter().filter(|_| dice.chance(70)).collect();
    if layers.is_empty() {
        layers.push("bloc");
    }
    if dice.chance(20) {
        dice.shuffle(&mut layers);
    }
    let sets: Vec<Value> = (0..1 + dice.below(2)).map(|i| criteria_set(dice, i, &layers)).collect();
    let mut codes = UNITS[..2 + dice.below(UNITS.len() - 1)].to_vec();
    dice.shuffle(&mut codes);
    let units: Vec<Value> = codes.iter().map(|code| unit(dice, code)).collect();
    let mut rest = codes.as_slice();
    let mut blocs = Vec::new();
    while rest.len() > usize::from(dice.chance(30)) {
        let (members, others) = rest.split_at(1 + dice.below(rest.len()));
        rest = others;
        let set = dice.pick(&sets)["code"].clone();
        let leader = dice.chance(40).then(|| *dice.pick(members));
        blocs.push(json!({"code": format!("cụm-{}", blocs.len()), "name": "", "criteria_set": set,
                          "leader": leader, "members": members}));
    }
    let (mut targets, mut sheets) = (Vec::new(), Vec::new());
    for bloc in &blocs {
        let set = sets.iter().find(|set| set["code"] == bloc["criteria_set"]).unwrap();
        let members = strings(&bloc["members"]);
        let mut twin: Option<(Vec<Value>, Vec<Value>)> = None;
        for unit in &members {
            let (own_targets, own_sheets) = match &twin {
                Some(twin) if dice.chance(30) => twin.clone(),
                _ => scores(dice, set, &layers, unit, &members),
            };
            twin = Some((own_targets.clone(), own_sheets.clone()));
            for mut target in own_targets {
                target["unit"] = json!(unit);
                targets.push(target);
            }
            for mut sheet in own_sheets {
                sheet["unit"] = json!(unit);
                if sheet["layer"] == "self" {
                    sheet["scorer"] = json!(unit);
                }
                if sheet["scorer"] != json!(unit) || sheet["layer"] != "cross" {
                    sheets.push(sheet);
                }
            }
        }
    }
    let votes: Vec<Value> = codes
        .iter()
        .filter(|_| dice.chance(50))
        .collect::<Vec<_>>()
        .into_iter()
        .map(|code| json!({"unit": code, "votes": dice.below(3)}))
        .collect();
    json!({
        "format": "thidua.campaign/1",
        "federation": {"code": "f", "name": "Liên đoàn"},
        "season": {"code": "2023", "starts_on": "2023-01-01", "ends_on": "2023-12-31"},
        "policy": policy(dice, &layers, &sets, selected),
        "units": units, "criteria_sets": sets, "blocs": blocs,
        "targets": targets, "sheets": sheets, "votes": votes, "decisions": [],
    })
}

fn strings(list: &Value) -> Vec<String> {
    list.as_array().unwrap().iter().map(|item| item.as_str().unwrap().to_owned()).collect()
}

fn some<'t>(dice: &mut Dice, from: &[&'t str], percent: usize) -> Vec<&'t str> {
    from.iter().copied().filter(|_| dice.chance(percent)).collect()
}

fn unit(dice: &mut Dice, code: &str) -> Value {
    let mut unit = json!({"code": code, "name": format!("CĐCS {code}\n"), "kind": "grassroots",
                          "facts": some(dice, &FACTS, 50), "members": dice.below(500)});
    if dice.chance(60) {
        unit["sector"] = json!(dice.pick(&SECTORS));
    }
    if dice.chance(12) {
        unit["status"] = json!(dice.pick(&["active", "dormant", "consolidating", "dissolved"]));
    }
    if dice.chance(30) {
        unit["founded_on"] = json!(dice.pick(&["2009-05-01", "2022-12-31", "2023-01-01", "2023-11-30"]));
    }
    if dice.chance(15) {
        unit["reorganised_on"] = json!(dice.pick(&["2023-06-30", "2023-07-01", "2000-02-29"]));
    }
    unit
}

fn points(dice: &mut Dice, max_hundredths: usize) -> String {
    let hundredths = dice.below(max_hundredths / 50 + 1) * 50;
    decimal(if dice.chance(20) { dice.below(max_hundredths + 1) } else { hundredths })
}

fn decimal(hundredths: usize) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

fn hundredths(text: &Value) -> usize {
    text.as_str().unwrap().replace('.', "").parse().unwrap()
}

fn criteria_set(dice: &mut Dice, number: usize, layers: &[&str]) -> Value {
    let mut kinds = vec!["base"];
    for (kind, percent) in [("base", 70), ("base", 40), ("bonus", 60), ("penalty", 50), ("base", 20)] {
        if dice.chance(percent) {
            kinds.push(kind);
        }
    }
    let groups: Vec<Value> = (kinds.iter().enumerate())
        .map(|(g, kind)| {
            let criteria: Vec<Value> = (0..1 + dice.below(3))
                .map(|c| {
                    let max = *dice.pick(&[1, 250, 500, 800, 1000]);
                    let mut criterion = json!({"code": format!("{}.{}", g + 1, c + 1), "name": "",
                                               "max_points": decimal(max), "method": method(dice, max)});
                    if dice.chance(20) {
                        criterion["from_layer"] = json!(dice.pick(layers));
                    }
                    criterion
                })
                .collect();
            let max = decimal(200 + 100 * dice.below(20));
            json!({"code": (g + 1).to_string(), "name": "", "kind": kind, "max_points": max, "criteria": criteria})
        })
        .collect();
    let max_points = decimal(1000 + 500 * dice.below(8));
    json!({"code": format!("set-{number}"), "name": "", "max_points": max_points, "groups": groups})
}

fn method(dice: &mut Dice, max: usize) -> Value {
    let kind = *dice.pick(&[
        "judged",
        "judged",
        "judged",
        "all_or_nothing",
        "checklist",
        "proportional",
        "steps",
        "deduct",
        "per_item",
        "relative",
    ]);
    let mut method = json!({"type": kind});
    match kind {
        "checklist" => {
            let items = |dice: &mut Dice| {
                ["a", "b", "ﬀ"].map(|code| json!({"code": code, "points": points(dice, max)})).to_vec()
            };
            method["items"] = json!(items(dice));
        }
        "steps" => {
            method["on"] = json!(dice.pick(&["actual", "ratio"]));
            let step =
                |(i, at_least): (usize, &str)| json!({"at_least": at_least, "points": decimal(max * i / 3)});
            method["steps"] =
                ["0.5", "0.9", "1", "1.2"].into_iter().enumerate().take(4).map(step).take(3).collect();
        }
        "deduct" | "per_item" => method["each"] = json!(points(dice, 300)),
        _ => {}
    }
    method
}

/// Targets and sheets of a unit; twins get the same.
fn scores(
    dice: &mut Dice,
    set: &Value,
    layers: &[&str],
    unit: &str,
    members: &[String],
) -> (Vec<Value>, Vec<Value>) {
    let criteria: Vec<&Value> = set["groups"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|group| group["criteria"].as_array().unwrap())
        .collect();
    let (mut targets, mut with_target) = (Vec::new(), Vec::new());
    for (i, criterion) in criteria.iter().enumerate() {
        if dice.chance(60) {
            with_target.push(criterion["code"].clone());
            targets.push(json!({"unit": unit, "code": format!("t{i}"), "name": "", "measure": "%",
                                "target": dice.pick(&["10", "20", "7.5", "0.3333"]),
                                "criterion": criterion["code"],
                                "actual": dice.chance(30).then_some("10")}));
        }
    }
    targets.push(
        json!({"unit": unit, "code": "free", "name": "", "measure": "%", "target": "3", "actual": "4"}),
    );
    let mut sheets = Vec::new();
    for (level, layer) in layers.iter().enumerate() {
        let scorers: Vec<String> = match *layer {
            "cross" => members.iter().filter(|member| *member != unit && dice.chance(70)).cloned().collect(),
            "self" => vec![unit.to_owned()],
            _ => vec!["hội nghị".to_owned()],
        };
        for scorer in scorers {
            if dice.chance(10) {
                continue;
            }
            let mut lines = Vec::new();
            for criterion in &criteria {
                let from = criterion["from_layer"]
                    .as_str()
                    .map_or(0, |from| layers.iter().position(|layer| *layer == from).unwrap());
                let goal = with_target.contains(&criterion["code"]);
                if level >= from && dice.chance(85) {
                    lines.extend(line(dice, criterion, layer, goal));
                }
            }
            sheets.push(json!({"unit": unit, "layer": layer, "scorer": scorer, "lines": lines}));
        }
    }
    (targets, sheets)
}

fn line(dice: &mut Dice, criterion: &Value, layer: &str, goal: bool) -> Option<Value> {
    let (method, max) = (&criterion["method"], hundredths(&criterion["max_points"]));
    let kind = method["type"].as_str().unwrap();
    if kind == "relative" && layer == "cross" {
        return None;
    }
    let mut line = json!({"criterion": criterion["code"]});
    if dice.chance(10) {
        line["not_applicable"] = json!(true);
        return Some(line);
    }
    if kind != "judged" && layer != "self" && layer != "cross" && dice.chance(15) {
        line["points"] = json!(points(dice, max));
        line["reason"] = json!("biên bản \u{1}");
        return Some(line);
    }
    match kind {
        "judged" => {
            line["points"] = json!(points(dice, max));
            if dice.chance(10) {
                line["reason"] = json!("đối chiếu");
            }
        }
        "all_or_nothing" => line["achieved"] = json!(dice.chance(70)),
        "checklist" => line["checked"] = json!(some(dice, &["a", "b", "ﬀ"], 60)),
        "deduct" | "per_item" => line["count"] = json!(dice.below(6)),
        _ => {
            let needs = kind == "proportional" || (kind == "steps" && method["on"] == "ratio");
            if needs && !goal {
                return None;
            }
            line["actual"] = json!(dice.pick(&["0", "5", "10", "10.5", "18", "0.4", "20"]));
        }
    }
    Some(line)
}

fn policy(dice: &mut Dice, layers: &[&str], sets: &[Value], selected: bool) -> Value {
    let mut ranking = vec!["total"];
    ranking.extend(some(dice, &["votes", "group:1"], 40));
    dice.shuffle(&mut ranking);
    let mut policy = json!({
        "layers": layers, "required_layer": dice.pick(layers),
        "not_applicable": dice.pick(&["zero", "scale"]),
        "eligibility": {"min_months_active": 12, "min_months_since_reorganised": 6},
        "classes": classes(dice, sets, selected), "ranking": ranking, "percent_base": dice.pick(&["all", "ranked"]),
    });
    if layers.contains(&"cross") {
        policy["cross"] = json!({"aggregate": dice.pick(&["mean", "median", "trimmed_mean"])});
    }
    policy
}

fn classes(dice: &mut Dice, sets: &[Value], selected: bool) -> Vec<Value> {
    let mut classes = vec![json!({"code": "cuối", "name": "", "min_points": "0"})];
    for (i, min_points) in ["3", "6", "9.5", "15"].into_iter().enumerate() {
        if dice.chance(70) {
            let mut class = json!({"code": format!("mức-{i}"), "name": "", "min_points": min_points});
            if dice.chance(40) {
                class["requires"] = requires(dice, sets);
            }
            classes.push(class);
        }
        if selected && dice.chance(50) {
            let below = classes.last().unwrap()["code"].clone();
            let quotas: Vec<Value> = (0..1 + dice.below(2)).map(|_| quota(dice)).collect();
            let mut class = json!({"code": SELECTED[i], "name": "",
                                   "select": {"from": below, "quotas": quotas,
                                              "ties": dice.pick(&["include", "exclude"])}});
            if dice.chance(40) {
                class["requires"] = requires(dice, sets);
            }
            classes.push(class);
        }
    }
    classes.reverse();
    classes
}

fn quota(dice: &mut Dice) -> Value {
    json!({"scope": dice.pick(&["bloc", "federation"]), "percent": dice.pick(&["20", "33.3333", "50", "0", "100"]),
           "base": dice.pick(&["pool", "ranked", "all"]), "rounding": dice.pick(&["floor", "half_up", "ceil"])})
}

fn requires(dice: &mut Dice, sets: &[Value]) -> Value {
    let mut requires = json!({});
    if dice.chance(50) {
        requires["no_facts"] = json!(some(dice, &FACTS, 30));
    }
    if dice.chance(50) {
        requires["all_facts"] =
            json!([{"fact": "fees_paid"}, {"fact": "cba_in_force", "sectors": ["enterprise"]}]);
    }
    if dice.chance(50) {
        requires["min_group_share"] = json!(dice.pick(&["0.5", "0.25", "0"]));
    }
    if dice.chance(50) {
        let code = sets[0]["groups"][0]["criteria"][0]["code"].clone();
        requires["min_points"] = json!([{"criterion": code, "points": "2.5"}]);
    }
    requires
}
