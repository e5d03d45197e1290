//! Which words may stand in which rooms.

use super::SERVICES;
use super::tree::SOURCES;

/// Every line of code in the files that `here` picks that has one of `words`.
fn found(here: impl Fn(&str) -> bool, words: &[&str]) -> Vec<String> {
    let mut places = Vec::new();
    for source in SOURCES.iter().filter(|source| here(&source.path)) {
        for (number, line) in source.code() {
            if let Some(word) = words.iter().find(|word| has_word(line, word)) {
                places.push(format!("{}:{number}: {word}", source.path));
            }
        }
    }
    places
}

/// Whether `word` stands in `line` and is no part of a longer name.
fn has_word(line: &str, word: &str) -> bool {
    let part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    line.match_indices(word).any(|(start, _)| {
        let begins = !part(word.chars().next()) || !part(line[..start].chars().last());
        let ends = !part(word.chars().last()) || !part(line[start + word.len()..].chars().next());
        begins && ends
    })
}

fn none(places: Vec<String>, rule: &str) {
    assert!(places.is_empty(), "{rule}:\n{}", places.join("\n"));
}

/// `services/scoring/src/store/sheets.rs` → (`scoring`, `store`), for the services that know the business.
fn room(path: &str) -> Option<(&str, &str)> {
    let (service, rest) = path.strip_prefix("services/")?.split_once("/src/")?;
    SERVICES.contains(&service).then(|| (service, rest.split(['/', '.']).next().unwrap_or_default()))
}

fn is_in(rooms: &'static [&'static str]) -> impl Fn(&str) -> bool {
    move |path| room(path).is_some_and(|(_, room)| rooms.contains(&room))
}

#[test]
fn words_are_found_whole() {
    assert!(has_word("use sea_orm::Set;", "sea_orm"));
    assert!(!has_word("use sea_orm_migration::X;", "sea_orm"));
    assert!(has_word("Expr::cust(\"x\")", "Expr::cust"));
    assert!(!has_word("tokio_stream::iter", "tokio"));
}

#[test]
fn the_database_library_stands_in_stores_alone() {
    let outside = |path: &str| {
        path.starts_with("services/")
            && !path.starts_with("services/platform/src/")
            && !path.contains("/src/store/")
            && !path.ends_with("/src/store.rs")
    };
    none(found(outside, &["sea_orm", "sea_query"]), "sea_orm is for store/, migrations and platform");
    let platform = |path: &str| {
        const ROOMS: [&str; 8] =
            ["audit", "db", "events", "idempotency", "jobs", "leader", "schedules", "tenants"];
        path.strip_prefix("services/platform/src/")
            .is_some_and(|rest| !ROOMS.contains(&rest.split(['/', '.']).next().unwrap_or_default()))
    };
    none(found(platform, &["sea_orm", "sea_query", "sqlx"]), "these rooms of platform know no database");
}

#[test]
fn stores_have_no_way_around_the_transaction() {
    // Text that is taken as SQL could name any table; a connection of its own would have no tenant.
    let words = [
        "Expr::cust",
        "Expr::cust_with_values",
        "Expr::cust_with_expr",
        "in_subquery",
        "not_in_subquery",
        "raw_sql",
        "from_raw_sql",
        "Statement",
        "ConnectionTrait",
        "DatabaseConnection",
        "DatabaseTransaction",
        "sea_orm::Database",
        "ConnectOptions",
        "sqlx",
    ];
    none(found(|path| room(path).is_some(), &words), "stores speak through platform's transactions");
}

#[test]
fn work_across_tenants_has_few_users() {
    let words = ["SystemTx", "system_read", "system_write", "platform_entity"];
    // The federations themselves are the one thing of the business that stands above tenants: operators list them,
    // onboard and suspend them.
    let above =
        ["services/organizations/src/rpc/tenants/", "services/organizations/src/store/federations.rs"];
    let within = |path: &str| room(path).is_some() && !above.iter().any(|place| path.starts_with(place));
    none(found(within, &words), "services work for one tenant at a time");
}

#[test]
fn the_domain_is_pure() {
    let words = [
        "async",
        "await",
        "tokio",
        "sea_orm",
        "tonic",
        "SystemTime",
        "Instant",
        "rand",
        "std::fs",
        "std::net",
    ];
    none(found(is_in(&["domain"]), &words), "domain/ has no clock, no chance, no input and no output");
    let words =
        ["crate::store", "crate::rpc", "crate::jobs", "crate::events", "platform::db", "platform::jobs"];
    none(found(is_in(&["domain"]), &words), "domain/ depends on no other room");
}

#[test]
fn stores_serve_the_other_rooms() {
    let words = ["crate::rpc", "crate::jobs", "crate::events"];
    none(found(is_in(&["store"]), &words), "store/ depends on domain/ alone");
    let words = ["crate::jobs", "crate::events"];
    none(found(is_in(&["rpc"]), &words), "rpc/ depends on domain/ and store/");
    none(found(is_in(&["jobs"]), &["crate::rpc", "crate::events"]), "jobs/ depends on domain/ and store/");
    none(found(is_in(&["events"]), &["crate::rpc", "crate::jobs"]), "events/ depends on domain/ and store/");
}

#[test]
fn time_and_chance_come_from_platform() {
    let outside = |path: &str| {
        path.starts_with("services/") && path.contains("/src/") && !path.starts_with("services/platform/src/")
    };
    none(
        found(outside, &["clippy::disallowed_methods"]),
        "no exception from the lint on clocks and randomness",
    );
}
