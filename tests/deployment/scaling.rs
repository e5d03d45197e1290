//! How many of each there are, and what may end at once.

use platform::jobs::Lane;
use serde_json::{Value, json};
use thidua::app::ServiceName;

use super::documents::{documents, items, texts};
use super::manifests::{CPU, JOBS_WAITING, Rendered, container, overlays, picks, place, rendered};
use super::settings::jobs_of;

const METRIC: &str = "thidua_jobs_waiting";

/// The autoscaler of a Deployment.
fn autoscaler<'a>(rendered: &'a Rendered, deployment: &Value) -> Option<&'a Value> {
    let target =
        json!({ "apiVersion": "apps/v1", "kind": "Deployment", "name": deployment["metadata"]["name"] });
    rendered.of_kind("HorizontalPodAutoscaler").find(|it| it["spec"]["scaleTargetRef"] == target)
}

/// The Deployments of workers, with the service and the lane of their jobs.
fn workers(rendered: &Rendered) -> Vec<(&Value, Option<&str>, Option<&str>)> {
    rendered
        .deployments()
        .filter_map(|deployment| {
            let (service, lane) = jobs_of(&texts(&container(deployment)["args"]))?;
            Some((deployment, service, lane))
        })
        .collect()
}

#[test]
fn somebody_takes_the_jobs_of_every_service_in_every_lane() {
    for rendered in overlays() {
        let workers = workers(rendered);
        for service in ServiceName::ALL {
            for lane in Lane::ALL {
                let taken = workers.iter().any(|(_, of_service, of_lane)| {
                    of_service.is_none_or(|it| it == service.as_str())
                        && of_lane.is_none_or(|it| it == lane.as_str())
                });
                assert!(taken, "{}: no worker for {service}, lane {lane}", rendered.origin);
            }
        }
    }
}

#[test]
fn services_have_two_pods_and_workers_are_counted_by_an_autoscaler() {
    for rendered in overlays() {
        for deployment in rendered.deployments() {
            let place = place(rendered, deployment);
            let replicas = deployment["spec"]["replicas"].as_u64();
            match jobs_of(&texts(&container(deployment)["args"])) {
                None => assert!(replicas >= Some(2), "{place}: one pod is not enough"),
                Some(_) => {
                    // Else every apply would undo what the autoscaler has done.
                    assert_eq!(replicas, None, "{place}: the autoscaler says how many");
                    assert!(autoscaler(rendered, deployment).is_some(), "{place}: no autoscaler");
                }
            }
        }
        let (workers, scaled) =
            (workers(rendered).len(), rendered.of_kind("HorizontalPodAutoscaler").count());
        assert_eq!(workers, scaled, "{}: each autoscaler has its workers", rendered.origin);
    }
}

#[test]
fn workers_follow_the_jobs_that_wait_in_their_lane() {
    let adapter = &documents(&format!("{JOBS_WAITING}/prometheus-adapter.yaml"))[0];
    let [rule] = items(&adapter["rules"]["external"]) else { panic!("one rule for the adapter") };
    let series = rule["seriesQuery"].as_str().expect("a query");
    assert!(series.contains(&format!("__name__=\"{METRIC}\"")), "{series}");
    assert!(rule["metricsQuery"].as_str().is_some_and(|query| query.contains("LabelMatchers")));
    for rendered in rendered(JOBS_WAITING) {
        for (deployment, service, lane) in workers(rendered) {
            let place = place(rendered, deployment);
            let autoscaler = autoscaler(rendered, deployment).expect("an autoscaler");
            let [metric] = items(&autoscaler["spec"]["metrics"]) else { panic!("{place}: one metric") };
            assert_eq!(metric["type"], "External", "{place}");
            let metric = &metric["external"]["metric"];
            assert_eq!(metric["name"], METRIC, "{place}");
            let labels = &metric["selector"]["matchLabels"];
            assert_eq!(labels["lane"].as_str(), lane, "{place}");
            assert_eq!(labels["service"].as_str(), service, "{place}");
        }
    }
}

#[test]
fn without_an_adapter_workers_follow_the_processor() {
    for rendered in rendered(CPU) {
        for autoscaler in rendered.of_kind("HorizontalPodAutoscaler") {
            let place = place(rendered, autoscaler);
            let [metric] = items(&autoscaler["spec"]["metrics"]) else { panic!("{place}: one metric") };
            assert_eq!(metric["type"], "Resource", "{place}");
            assert_eq!(metric["resource"]["name"], "cpu", "{place}");
        }
        let metric = rendered.objects.iter().any(|object| object.to_string().contains(METRIC));
        assert!(!metric, "{}: it needs no adapter", rendered.origin);
    }
}

#[test]
fn nodes_are_emptied_one_pod_at_a_time() {
    for rendered in overlays() {
        for deployment in rendered.deployments() {
            let place = place(rendered, deployment);
            let labels = &deployment["spec"]["template"]["metadata"]["labels"];
            let budgets: Vec<_> = rendered
                .of_kind("PodDisruptionBudget")
                .filter(|budget| picks(&budget["spec"]["selector"], labels))
                .collect();
            let [budget] = budgets[..] else { panic!("{place}: {} budgets", budgets.len()) };
            assert_eq!(budget["spec"]["maxUnavailable"], 1, "{place}: a node with it could not be emptied");
        }
    }
}

/// Thousandths of a processor.
fn weight(deployment: &Value) -> u32 {
    let request = container(deployment)["resources"]["requests"]["cpu"].as_str().expect("a request");
    request.strip_suffix('m').expect("thousandths").parse().expect("a number")
}

#[test]
fn calls_go_before_jobs() {
    for rendered in overlays() {
        let (workers, services): (Vec<_>, Vec<_>) = rendered
            .deployments()
            .partition(|deployment| jobs_of(&texts(&container(deployment)["args"])).is_some());
        let heaviest = workers.into_iter().map(weight).max().expect("workers");
        let lightest = services.into_iter().map(weight).min().expect("services");
        assert!(
            heaviest * 2 <= lightest,
            "{}: workers weigh {heaviest}, services {lightest}",
            rendered.origin
        );
    }
}
