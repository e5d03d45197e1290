use std::io::Write as _;
use std::time::Duration;

use super::*;

fn file(text: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(text.as_bytes()).expect("written");
    file
}

fn environment(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn messages(text: &str, pairs: &[(&str, &str)]) -> Vec<String> {
    let file = file(text);
    let place = format!(" (file {})", file.path().display());
    match load(Some(file.path()), environment(pairs), []) {
        Ok(_) => Vec::new(),
        Err(Faults(faults)) => faults.iter().map(|fault| fault.to_string().replace(&place, "")).collect(),
    }
}

#[test]
fn the_environment_goes_over_the_file_and_the_file_over_defaults() {
    let file = file("[server]\nlisten = \"127.0.0.1:1\"\ndrain_limit = \"1m 30s\"\n[jobs.slots]\nfast = 9\n");
    let environment =
        environment(&[("THIDUA_SERVER__LISTEN", "127.0.0.1:2"), ("THIDUA_JOBS__MAINTENANCE", "false")]);
    let loaded = load(Some(file.path()), environment, []).expect("valid");
    assert_eq!(loaded.config.server.listen.port(), 2);
    assert_eq!(loaded.config.server.drain_limit, Duration::from_secs(90));
    assert_eq!(loaded.config.jobs.slots.fast, 9);
    assert_eq!(loaded.config.jobs.slots.report, 1);
    assert!(!loaded.config.jobs.maintenance);
}

#[test]
fn the_defaults_are_valid_and_need_no_file() {
    let loaded = load(None, environment(&[("HOME", "/root"), ("THIDUA_TOKEN", "t")]), []).expect("valid");
    assert_eq!(loaded.config.database.parts, DatabaseParts::Embedded);
}

#[test]
fn every_fault_is_told_at_once_with_its_key_and_place() {
    let found = messages(
        "data_dri = \"x\"\n[server]\nlisten = \"nowhere\"\nkeepalive = 30\n[telemetry]\nformat = \"xml\"\n\
         [limits]\nin_flight = 0\nmessage_bytes = 5000000\n",
        &[
            ("THIDUA_SERVER__LISTN", "127.0.0.1:2"),
            ("THIDUA_JOBS__SLOTS__FAST", "many"),
            ("THIDUA_SERVER__CONNECTIONS", "0"),
        ],
    );
    let expected = [
        "data_dri: is no setting; the nearest is data_dir",
        "server.listen: invalid socket address syntax",
        "server.keepalive: invalid type: integer `30`, expected a string",
        "telemetry.format: unknown variant `xml`, expected `text` or `json`",
        "server.listn: is no setting; the nearest is THIDUA_SERVER__LISTEN (environment THIDUA_SERVER__LISTN)",
        "jobs.slots.fast: invalid type: string \"many\", expected u16 (environment THIDUA_JOBS__SLOTS__FAST)",
        "limits.message_bytes: 5000000 is not between 1024 and 4194304",
        "limits.in_flight: must be at least 1",
        "server.connections: must be at least 1",
    ];
    for message in expected {
        assert!(found.iter().any(|told| told.starts_with(message)), "{message:?} is not told in {found:#?}");
    }
    assert_eq!(found.len(), expected.len(), "{found:#?}");
}

#[test]
fn postgres_needs_its_urls_and_embedded_parts_refuse_them() {
    let found = messages("[database]\nparts = \"postgres\"\nruntime_url = \"mysql://x\"\n", &[]);
    assert_eq!(
        found,
        [
            "database.runtime_url: does not begin with postgres://",
            "database.system_url: is needed when database.parts is \"postgres\" (default)",
        ]
    );
    let found = messages("[database]\nruntime_url = \"postgres://h/thidua_{service}\"\n", &[]);
    assert_eq!(found, ["database.runtime_url: is set although database.parts is \"embedded\""]);
}

#[test]
fn no_print_and_no_fault_shows_a_secret() {
    let urls =
        "runtime_url = \"postgres://u:hush@h/{service}\"\nsystem_url = \"postgres://s:hush@h/{service}\"\n";
    let file = file(&format!("[database]\nparts = \"postgres\"\n{urls}"));
    let loaded = load(Some(file.path()), Vec::new(), []).expect("valid");
    let printed = loaded.effective.to_string();
    assert!(printed.contains("database.runtime_url = \"(hidden)\"  # file "), "{printed}");
    assert!(printed.contains("server.listen = \"127.0.0.1:7400\"  # default"), "{printed}");
    assert!(printed.contains("# server.public_url is not set"), "{printed}");
    for text in [printed, format!("{:?}", loaded.config)] {
        assert!(!text.contains("hush"), "{text}");
    }
    assert_eq!(loaded.config.database.runtime_url.map(|url| url.reveal().contains("hush")), Some(true));

    let wrong = messages("[database]\nruntime_url = 424242\n", &[]);
    assert_eq!(wrong, ["database.runtime_url: must be a text in quotes"]);
    let broken = messages("[database]\nruntime_url = \"postgres://u:hush@h\n", &[]).concat();
    assert!(broken.contains("is no TOML: line 2") && !broken.contains("hush"), "{broken}");
}

#[test]
fn a_missing_file_is_named() {
    let faults =
        load(Some(std::path::Path::new("/nowhere/thidua.toml")), Vec::new(), []).expect_err("no file");
    assert!(faults.to_string().contains("cannot be read"), "{faults}");
    assert!(faults.to_string().contains("/nowhere/thidua.toml"), "{faults}");
}

#[test]
fn an_option_goes_over_everything() {
    let file = file("data_dir = \"/file\"\n");
    let environment = environment(&[("THIDUA_DATA_DIR", "/environment")]);
    let loaded = load(Some(file.path()), environment, [("data_dir", "/option".to_owned())]).expect("valid");
    assert_eq!(loaded.config.data_dir, std::path::Path::new("/option"));
    assert!(loaded.effective.to_string().contains("data_dir = \"/option\"  # option --data-dir"));
}

#[test]
fn broker_and_cache_are_chosen_by_name_and_need_their_urls() {
    let found = messages(
        "[broker]\nparts = \"rabbitmq\"\nprefix = \"Thi đua\"\n[cache]\nurl = \"redis://localhost/\"\n",
        &[],
    );
    let expected = [
        "broker.url: is needed when broker.parts is \"rabbitmq\" (default)",
        "cache.url: is set although cache.parts is \"embedded\"",
        "broker.prefix: \"Thi đua\" is not 1 to 60 of a-z, 0-9, '-' and '.'",
    ];
    assert_eq!(found, expected);
    let found = messages("[cache]\nparts = \"redis\"\nurl = \"http://localhost/\"\n", &[]);
    assert_eq!(found, ["cache.url: does not begin with redis:// or rediss://"]);
    let real = "[broker]\nparts = \"rabbitmq\"\nurl = \"amqp://localhost/%2f\"\n\
                [cache]\nparts = \"redis\"\nurl = \"rediss://cache/\"\n";
    assert_eq!(messages(real, &[]), [""; 0]);
}

#[test]
fn telemetry_goes_out_where_the_configuration_says() {
    let loaded = load(None, environment(&[]), []).expect("valid").config.telemetry;
    assert_eq!((loaded.otlp, loaded.service_name.as_str(), loaded.trace_share), (None, "thidua", Share::ALL));
    let pairs =
        [("THIDUA_TELEMETRY__OTLP", "http://collector:4317"), ("THIDUA_TELEMETRY__TRACE_SHARE", "0.05")];
    let loaded = load(None, environment(&pairs), []).expect("valid");
    let printed = loaded.effective.to_string();
    assert!(printed.contains("telemetry.trace_share = \"0.05\"  # environment "), "{printed}");
    let found = messages(
        "[telemetry]\notlp = \"collector:4317\"\nservice_name = \"Thi đua\"\ntrace_share = \"1.5\"\n",
        &[],
    );
    let expected = [
        "telemetry.trace_share: \"1.5\" is no share from \"0\" to \"1\" with at most 6 decimals, such as \"0.05\"",
        "telemetry.service_name: \"Thi đua\" is not 1 to 60 of a-z, 0-9, '-' and '.'",
        "telemetry.otlp: \"collector:4317\" does not begin with http:// or https://",
    ];
    assert_eq!(found, expected);
    let found = messages("[telemetry]\notlp = \"https://user:hush@collector:4317\"\n", &[]);
    assert_eq!(found, ["telemetry.otlp: must not hold a user or a password"]);
}
