//! The compose file.

use std::time::Duration;

use platform::config;
use serde_json::Value;
use thidua::app::ServiceName;

use super::documents::{all_texts, documents, entries, items, root, text, texts};
use super::image;
use super::schemas::faults_of_compose;
use super::settings::{self, Environment, assert_fits_a_role, jobs_of};

const FILE: &str = "docker-compose.yml";

fn file() -> Value {
    let mut documents = documents(FILE);
    assert_eq!(documents.len(), 1, "{FILE} is one document");
    documents.remove(0)
}

/// The text with the defaults of its variables in place, as compose has it where none is set.
fn with_defaults(text: &str) -> String {
    let (mut done, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once('$') {
        done.push_str(before);
        rest = if let Some(after) = after.strip_prefix('$') {
            done.push('$');
            after
        } else {
            let (variable, after) = after
                .strip_prefix('{')
                .and_then(|inner| inner.split_once('}'))
                .unwrap_or_else(|| panic!("{text}: a variable is written ${{NAME:-default}}"));
            let (name, default) =
                variable.split_once(":-").unwrap_or_else(|| panic!("{text}: {variable} has no default"));
            assert!(!name.starts_with("THIDUA_"), "{name}: commands take such a variable for a setting");
            done.push_str(default);
            after
        };
    }
    done + rest
}

/// The variables of a service's container, those of our image included.
fn environment(service: &Value) -> Environment {
    let mut environment = if is_ours(service) { image::environment() } else { Environment::new() };
    let own = entries(&service["environment"]);
    environment.extend(own.map(|(name, value)| {
        let text = value.as_str().unwrap_or_else(|| panic!("{name}: {value} is no text"));
        (name.clone(), with_defaults(text))
    }));
    environment
}

fn is_ours(service: &Value) -> bool {
    service["image"].as_str().is_some_and(|image| image.starts_with("thidua:"))
}

/// The services that run our image, by name.
fn ours(file: &Value) -> Vec<(&str, &Value)> {
    entries(&file["services"])
        .filter(|(_, service)| is_ours(service))
        .map(|(name, service)| (name.as_str(), service))
        .collect()
}

/// Whether `service` waits until `other` is in that state.
fn waits(service: &Value, other: &str, state: &str) -> bool {
    service["depends_on"][other]["condition"] == format!("service_{state}")
}

#[test]
fn it_is_as_the_published_schema_wants_it() {
    let faults = faults_of_compose(&file());
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_process_gets_settings_that_the_configuration_takes() {
    let file = file();
    for (name, service) in ours(&file) {
        let config = settings::load(name, &environment(service));
        assert_fits_a_role(name, &config);
        let migrates = name == "migrate";
        assert_eq!(config.database.owner_url.is_some(), migrates, "{name}: only migrate owns the schemas");
        // What it calls is a service of the file.
        let urls = [&config.database.runtime_url, &config.broker.url, &config.cache.url];
        let urls = urls.into_iter().flatten().map(|url| url.reveal().replace("{service}", "x"));
        for url in urls.chain(config.telemetry.otlp) {
            let host = url::Url::parse(&url).expect("a URL").host_str().expect("a host").to_owned();
            assert!(file["services"][&host].is_object(), "{name} calls {host}, which is not in {FILE}");
        }
    }
}

#[test]
fn every_role_is_there_and_jobs_have_two_workers() {
    let file = file();
    let commands: Vec<_> = ours(&file).iter().map(|(_, service)| texts(&service["command"])).collect();
    for role in ServiceName::ALL {
        let name = role.as_str();
        let command = texts(&file["services"][name]["command"]);
        assert_eq!(command, ["start", name], "peers find {name} by this name");
    }
    assert!(commands.contains(&vec!["migrate"]));
    let workers: Vec<_> = ours(&file)
        .into_iter()
        .filter(|(_, service)| jobs_of(&texts(&service["command"])).is_some())
        .collect();
    let [(name, worker)] = workers[..] else { panic!("one service of workers, not {}", workers.len()) };
    assert_eq!(jobs_of(&texts(&worker["command"])), Some((None, None)), "{name} takes jobs of every kind");
    assert_eq!(worker["deploy"]["replicas"], 2, "{name}");
    // Calls go before jobs.
    assert_eq!(texts(&worker["entrypoint"])[..2], ["nice", "-n"], "{name}");
    assert!(worker["cpu_shares"].as_u64().is_some_and(|shares| shares < 1024), "{name}");
}

#[test]
fn processes_start_when_what_they_need_is_there() {
    let file = file();
    assert!(waits(&file["services"]["migrate"], "postgres", "healthy"));
    let mut images = Vec::new();
    for (name, service) in ours(&file) {
        images.push(service["image"].as_str());
        if name == "migrate" {
            continue;
        }
        assert!(waits(service, "migrate", "completed_successfully"), "{name}");
        for server in ["rabbitmq", "redis"] {
            assert!(waits(service, server, "healthy"), "{name} does not wait for {server}");
        }
        // It makes the keys that all use.
        assert!(name == "organizations" || waits(service, "organizations", "healthy"), "{name}");
        let limit = config::Config::default().server.drain_limit;
        let grace = service["stop_grace_period"].as_str().expect("a grace period");
        let grace = config::parse_duration(grace).expect("a duration");
        assert!(grace >= limit + Duration::from_secs(5), "{name}: {grace:?} is too short for {limit:?}");
    }
    images.dedup();
    assert_eq!(images.len(), 1, "one image: {images:?}");
    for (name, service) in entries(&file["services"]) {
        let asked = service["healthcheck"]["test"].is_array();
        // One ends; the other two have no program that could ask, and nobody waits for them.
        let without = ["migrate", "collector", "traces"].contains(&name.as_str());
        assert!(asked || without, "{name} has no health check");
        let image = service["image"].as_str().expect("an image");
        let tag = image.split_once(':').map(|(_, tag)| tag);
        assert!(tag.is_some_and(|tag| tag != "latest"), "{name}: {image} is no pinned version");
    }
}

#[test]
fn our_containers_have_no_rights_and_no_writable_disk() {
    let file = file();
    for (name, service) in ours(&file) {
        assert_eq!(service["read_only"], true, "{name}");
        assert_eq!(texts(&service["cap_drop"]), ["ALL"], "{name}");
        assert_eq!(texts(&service["security_opt"]), ["no-new-privileges:true"], "{name}");
        assert!(service["user"].is_null() && service["privileged"].is_null(), "{name}");
        let config = settings::load(name, &environment(service));
        let volume = format!("thidua-data:{}", config.data_dir.display());
        assert_eq!(texts(&service["volumes"]), [volume], "{name}: all have the same keys");
    }
}

#[test]
fn nothing_is_reached_from_elsewhere_and_no_password_is_fixed() {
    let file = file();
    for (name, service) in entries(&file["services"]) {
        for port in texts(&service["ports"]) {
            assert!(port.starts_with("127.0.0.1:"), "{name}: {port} is open to the network");
        }
        for (variable, value) in entries(&service["environment"]) {
            let value = value.as_str().unwrap_or_default();
            let secret = value.contains('@') || ["PASS", "AUTH"].iter().any(|part| variable.contains(part));
            assert!(!secret || value.contains("PASSWORD:-local-"), "{name}: {variable} is fixed: {value}");
        }
    }
}

#[test]
fn what_is_mounted_is_there() {
    let file = file();
    for (name, service) in entries(&file["services"]) {
        for volume in texts(&service["volumes"]) {
            let source = volume.split(':').next().expect("a source");
            let found = match source.strip_prefix("./") {
                Some(path) => root().join(path).exists(),
                None => file["volumes"].as_object().is_some_and(|all| all.contains_key(source)),
            };
            assert!(found, "{name}: {source} is neither a file here nor a volume of {FILE}");
        }
        for config in items(&service["configs"]) {
            let source = config["source"].as_str().expect("a source");
            assert!(file["configs"][source]["content"].is_string(), "{name}: {source}");
        }
        if let Some(recipe) = service["build"]["dockerfile"].as_str() {
            assert!(!text(recipe).is_empty());
        }
    }
    let collector = with_defaults(file["configs"]["collector"]["content"].as_str().expect("a text"));
    let collector = super::documents::parsed("the collector's settings", &collector);
    for (name, pipeline) in entries(&collector[0]["service"]["pipelines"]) {
        for part in ["receivers", "exporters"] {
            for used in texts(&pipeline[part]) {
                assert!(collector[0][part][used].is_object(), "pipeline {name}: {part} have no {used}");
            }
        }
    }
    assert!(all_texts(&collector[0]).contains(&"traces:4317"));
}

#[test]
fn the_database_server_keeps_votes_secret_and_has_connections_for_all() {
    let file = file();
    let command = texts(&file["services"]["postgres"]["command"]);
    for setting in ["log_parameter_max_length=0", "log_parameter_max_length_on_error=0"] {
        assert!(command.contains(&setting), "the log shows values: {setting} is missing");
    }
    let most = command.iter().find_map(|setting| setting.strip_prefix("max_connections="));
    let most: u32 = most.expect("max_connections").parse().expect("a number");
    let wanted: u32 = ours(&file)
        .iter()
        .map(|(name, service)| {
            let config = settings::load(name, &environment(service));
            let replicas = service["deploy"]["replicas"].as_u64().unwrap_or(1);
            let services = match jobs_of(&texts(&service["command"])) {
                Some(_) => ServiceName::ALL.len(),
                None => 1,
            };
            let processes = u32::try_from(replicas).expect("few") * u32::try_from(services).expect("few");
            processes * settings::connections_per_service(&config)
        })
        .sum();
    assert!(wanted + 10 <= most, "processes open up to {wanted} connections, the server takes {most}");
}

#[test]
fn the_script_for_new_databases_gets_its_passwords() {
    let file = file();
    let given = environment(&file["services"]["postgres"]);
    let script = text("k8s/databases/databases.sql");
    let asked = script.lines().filter_map(|line| line.strip_prefix("\\getenv "));
    let asked: Vec<_> = asked.map(|line| line.split_once(' ').expect("two names").1).collect();
    assert_eq!(asked.len(), 3);
    let process = settings::load("migrate", &environment(&file["services"]["migrate"]));
    let urls = [&process.database.owner_url, &process.database.runtime_url, &process.database.system_url];
    for (variable, url) in asked.into_iter().zip(urls) {
        let url = url.as_ref().expect("a URL").reveal().replace("{service}", "x");
        let url = url::Url::parse(&url).expect("a URL");
        assert_eq!(url.password(), given.get(variable).map(String::as_str), "{variable}");
        let role = url.username();
        assert!(script.contains(&format!("('{role}', :'")), "the script makes no role {role}");
    }
}

#[test]
fn broker_and_cache_know_the_passwords_that_processes_have() {
    let file = file();
    let (broker, cache) =
        (environment(&file["services"]["rabbitmq"]), environment(&file["services"]["redis"]));
    for (name, service) in ours(&file) {
        let config = settings::load(name, &environment(service));
        let login = |url: Option<platform::config::Secret>| {
            let url = url::Url::parse(url.expect("a URL").reveal()).expect("a URL");
            (url.username().to_owned(), url.password().expect("a password").to_owned())
        };
        let (user, password) = (&broker["RABBITMQ_DEFAULT_USER"], &broker["RABBITMQ_DEFAULT_PASS"]);
        assert_eq!(login(config.broker.url), (user.clone(), password.clone()), "{name}");
        assert_eq!(login(config.cache.url), (String::new(), cache["REDISCLI_AUTH"].clone()), "{name}");
    }
}
