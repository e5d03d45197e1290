//! A campaign as the document that the engine reads. The product assembles it from rows; here it is made from the
//! files alone, so that the published figures are seen to follow from them.

use crate::demo::data::{Campaign, Content, Line, Sources};
use scoring::domain::{classify, document::Document};
use serde_json::{Value, json};

fn line(line: &Line) -> Value {
    let mut value = match &line.content {
        Content::Points(points) => json!({"points": points.as_str()}),
        Content::Checked(items) => json!({"checked": items}),
        Content::Achieved(achieved) => json!({"achieved": achieved}),
        Content::Actual(actual) => json!({"actual": actual.as_str()}),
        Content::Count(count) => json!({"count": count}),
        Content::NotApplicable => json!({"not_applicable": true}),
    };
    value["criterion"] = json!(line.criterion);
    if let (Content::Points(_), Some(reason)) = (&line.content, &line.reason) {
        value["reason"] = json!(reason);
    }
    value
}

/// The rules of the files, taken as they are written.
fn rules(text: &str) -> Value {
    toml::from_str(text).unwrap()
}

fn document(campaign: &Campaign) -> Value {
    let sources = Sources::embedded();
    let sets = campaign.criteria_sets.keys().map(|code| {
        let mut set = rules(&sources.criteria[&format!("criteria/{code}.toml")]);
        set["code"] = json!(code.as_str());
        set
    });
    let mut policy = rules(&sources.policies[&format!("policies/{}.toml", campaign.season.policy)]);
    policy.as_object_mut().unwrap().remove("name");
    let day = |day: &Option<crate::demo::data::Day>| json!(day.as_ref().map(ToString::to_string));
    let votes = campaign.blocs.iter().filter_map(|bloc| bloc.vote.as_ref()).flat_map(|vote| {
        vote.rounds[0].ballots.iter().map(|(unit, by)| json!({"unit": unit.as_str(), "votes": by.len()}))
    });
    json!({
        "format": "thidua.campaign/1",
        "federation": {"code": campaign.federation.code.as_str(), "name": campaign.federation.name},
        "season": {
            "code": campaign.season.code.as_str(),
            "starts_on": campaign.season.starts_on.as_str(),
            "ends_on": campaign.season.ends_on.as_str(),
        },
        "units": campaign.units.iter().map(|(code, unit)| json!({
            "code": code.as_str(), "name": unit.name, "kind": unit.kind, "sector": unit.sector,
            "status": format!("{:?}", unit.status).to_lowercase(), "founded_on": day(&unit.founded_on),
            "reorganised_on": day(&unit.reorganised_on), "members": unit.members, "facts": unit.facts,
        })).collect::<Vec<_>>(),
        "criteria_sets": sets.collect::<Vec<_>>(),
        "blocs": campaign.blocs.iter().map(|bloc| json!({
            "code": bloc.code.as_str(), "name": bloc.name, "criteria_set": bloc.criteria_set.as_str(),
            "leader": bloc.leader.as_str(), "deputy": bloc.deputy.as_ref().map(|d| d.as_str()),
            "members": bloc.members.iter().map(|m| m.as_str()).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "targets": campaign.targets.iter().map(|target| json!({
            "unit": target.unit.as_str(), "code": target.code.as_str(), "name": target.name,
            "measure": target.figures[0].measure, "target": target.figures[0].planned.as_str(),
            "actual": target.figures[0].actual.as_ref().map(|a| a.as_str()), "criterion": target.criterion,
        })).collect::<Vec<_>>(),
        "sheets": campaign.sheets.iter().map(|sheet| json!({
            "unit": sheet.unit.as_str(), "layer": sheet.layer, "scorer": sheet.scorer,
            "lines": sheet.lines.iter().map(line).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "votes": votes.collect::<Vec<_>>(),
        "decisions": campaign.decisions.iter().map(|decision| json!({
            "unit": decision.unit.as_str(), "class": decision.class, "reason": decision.reason,
        })).collect::<Vec<_>>(),
        "policy": policy,
    })
}

/// The results of a campaign.
pub(super) fn results(campaign: &Campaign) -> Value {
    let bytes = document(campaign).to_string().into_bytes();
    let document = Document::read(&bytes).expect("a campaign in JSON");
    let classified = classify(&document).unwrap_or_else(|faults| panic!("{}: {faults:?}", campaign.file));
    let mut written = Vec::new();
    classified.write(&mut |piece| written.extend_from_slice(piece));
    serde_json::from_slice(&written).unwrap()
}
