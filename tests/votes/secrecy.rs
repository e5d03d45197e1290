//! Who has voted can be read, and what was chosen; not who chose what. Tried by reading every table of every service.

use std::collections::BTreeSet;

use proto::competition::v1::{Vote, VoteRules};

use super::poll::Poll;
use super::raw::{Raw, Row};
use crate::support::wait::eventually;
use crate::support::world::{World, journeys};

journeys!(
    nothing_in_the_databases_joins_roll_and_ballots,
    the_databases_are_the_same_whoever_chose_what,
    a_replaced_ballot_is_not_left_in_the_file
);

const UNITS: [&str; 6] = ["tn-01", "tn-02", "tn-03", "tn-04", "tn-05", "tn-06"];
const BALLOTS: [(&str, &str); 6] = [
    ("tn-04", "tn-01"),
    ("tn-02", "tn-01"),
    ("tn-06", ""),
    ("tn-01", "tn-02"),
    ("tn-05", "tn-03"),
    ("tn-03", "tn-01"),
];
/// The same voters in the same order, and the same choices of others.
const OTHERWISE: [(&str, &str); 6] = [
    ("tn-04", "tn-03"),
    ("tn-02", "tn-02"),
    ("tn-06", "tn-01"),
    ("tn-01", "tn-01"),
    ("tn-05", "tn-01"),
    ("tn-03", ""),
];

const SERVICES: [&str; 3] = ["organizations", "competition", "scoring"];

/// The ids of the ballots of a vote in a table, as they lie there.
async fn ids(raw: &mut Raw, table: &str, vote: &Vote) -> Vec<String> {
    let vote = vote.id.replace('-', "");
    let rows = raw.rows(table).await.into_iter().filter(|row| row["vote_id"] == vote);
    rows.map(|row| row["ballot_id"].clone()).collect()
}

/// Ids that tell nothing, in an order that tells nothing, written all at once.
async fn tell_nothing(raw: &mut Raw, table: &str, ids: &[String]) {
    assert!(ids.is_sorted(), "{table}: their order is that of their ids");
    for id in ids {
        let id = uuid::Uuid::parse_str(id).expect("an id");
        assert_eq!(id.get_version_num(), 4, "{table}: {id} has no time in it");
    }
    match raw {
        Raw::Sqlite(_) => {
            assert!(raw.refuses(&format!("SELECT rowid FROM {table}")).await, "{table}: rows have no number");
        }
        Raw::Postgres(_) => {
            let sql = format!("SELECT DISTINCT xmin::text || ' ' || cmin::text FROM {table}");
            assert!(raw.texts(&sql).await.len() <= 1, "{table}: all rows are of one transaction");
        }
    }
}

/// No table of any service has one of the ids, save those of ballots.
async fn are_nowhere_else(world: &World, ids: &BTreeSet<String>) {
    for service in SERVICES {
        let mut raw = Raw::open(world.database_url(service)).await;
        for table in raw.tables().await {
            if service == "competition" && ["ballots", "open_ballots"].contains(&table.as_str()) {
                continue;
            }
            for row in raw.rows(&table).await {
                let row = row.into_values().map(|value| value.replace('-', "")).collect::<Vec<_>>().join(" ");
                let found = ids.iter().find(|id| row.contains(id.as_str()));
                assert_eq!(found, None, "{service}.{table} holds the id of a ballot: {row}");
            }
        }
    }
}

async fn nothing_in_the_databases_joins_roll_and_ballots(world: &World) {
    let mut poll = Poll::of(world, "thai-nguyen", &UNITS, VoteRules::default()).await;
    let vote = poll.open(&[]).await;
    let mut raw = Raw::open(world.database_url("competition")).await;
    for table in ["open_ballots", "ballots"] {
        assert_eq!(raw.columns(table).await, ["tenant_id", "vote_id", "ballot_id", "choice"]);
    }
    for table in ["vote_roll", "vote_marks"] {
        assert_eq!(raw.columns(table).await, ["tenant_id", "vote_id", "unit"]);
    }
    let published = raw.rows("event_outbox").await.len();

    let mut seen = BTreeSet::new();
    for (place, (unit, choice)) in BALLOTS.iter().enumerate() {
        poll.cast(&vote, unit, choice).await.expect("cast");
        let present = ids(&mut raw, "open_ballots", &vote).await;
        assert_eq!(present.len(), place + 1);
        tell_nothing(&mut raw, "open_ballots", &present).await;
        for id in present {
            assert!(seen.insert(id), "with each ballot all get new ids");
        }
        are_nowhere_else(world, &seen).await;
    }
    assert_eq!(raw.rows("event_outbox").await.len(), published, "no event tells of a ballot");

    poll.close(&vote).await;
    assert_eq!(ids(&mut raw, "open_ballots", &vote).await, [""; 0]);
    let kept = ids(&mut raw, "ballots", &vote).await;
    assert_eq!(kept.len(), BALLOTS.len());
    tell_nothing(&mut raw, "ballots", &kept).await;
    for id in kept {
        assert!(seen.insert(id), "the close gives new ids too");
    }
    are_nowhere_else(world, &seen).await;
    if let Raw::Postgres(_) = raw {
        let once = ["ballots", "vote_roll", "vote_marks", "vote_results", "vote_counts", "votes"];
        for table in once {
            let sql = format!(
                "SELECT has_table_privilege('thidua_runtime', '{table}', 'UPDATE, DELETE, TRUNCATE')::text"
            );
            assert_eq!(raw.texts(&sql).await, ["false"], "{table} is written once");
        }
    }
}

/// What the services' upkeep writes at its own pace, whatever anybody does: seals of audit entries and their queue,
/// deliveries of events.
const UPKEEP: [&str; 4] = ["audit_seals", "audit_unsealed", "event_heads", "event_inbox"];

/// The rows of a federation in every table of competition, without what is chance: ids, and when an event went out.
async fn told(raw: &mut Raw, tenant: &str) -> Vec<String> {
    let plain = |(column, value): (String, String)| {
        let digits = value.replace('-', "");
        let chance = digits.len() >= 32 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        let value = if chance || column == "published_at" { "…" } else { value.as_str() };
        format!("{column} = {value}")
    };
    let mut told = Vec::new();
    for table in raw.tables().await.into_iter().filter(|table| !UPKEEP.contains(&table.as_str())) {
        let of_tenant = |row: &Row| row.get("tenant_id").is_some_and(|of| of == tenant);
        for row in raw.rows(&table).await.into_iter().filter(of_tenant) {
            let row: Vec<_> = row.into_iter().map(plain).collect();
            told.push(format!("{table}: {}", row.join(", ")));
        }
    }
    told.sort_unstable();
    told
}

/// Two federations do the same, except that the choices of the voters are exchanged: then everything that can be read is
/// the same, and so nothing of it tells who chose what.
async fn the_databases_are_the_same_whoever_chose_what(world: &World) {
    let mut raw = Raw::open(world.database_url("competition")).await;
    let mut sides = Vec::new();
    for (federation, ballots) in [("thai-nguyen", BALLOTS), ("vinh-long", OTHERWISE)] {
        let mut poll = Poll::of(world, federation, &UNITS, VoteRules::default()).await;
        let tenant = poll.campaign.tenant().0.simple().to_string();
        let vote = poll.open(&[]).await;
        poll.cast_all(&vote, &ballots).await;
        let open = told(&mut raw, &tenant).await;
        let closed = poll.close(&vote).await;
        sides.push((open, told(&mut raw, &tenant).await, closed.result));
    }
    let [one, other] = &sides[..] else { panic!("there are two") };
    assert_eq!(one.2, other.2, "the choices are the same");
    assert_eq!(one.0, other.0, "while the votes were open");
    assert_eq!(one.1, other.1, "when they were closed");
    let casts = one.0.iter().filter(|row| row.contains("vote.ballot_cast")).count();
    let (marks, ballots) = (rows_of(&one.0, "vote_marks"), rows_of(&one.0, "open_ballots"));
    assert_eq!([casts, marks, ballots, rows_of(&one.1, "ballots")], [6; 4], "all was looked at");
}

fn rows_of(told: &[String], table: &str) -> usize {
    let begins = format!("{table}: ");
    told.iter().filter(|row| row.starts_with(&begins)).count()
}

/// On SQLite the file itself is looked at; on PostgreSQL that the dead rows are swept soon.
async fn a_replaced_ballot_is_not_left_in_the_file(world: &World) {
    let mut poll = Poll::of(world, "thai-nguyen", &UNITS, VoteRules::default()).await;
    let vote = poll.open(&[]).await;
    let url = world.database_url("competition");
    let mut raw = Raw::open(url).await;
    let mut seen = BTreeSet::new();
    for (unit, choice) in BALLOTS {
        poll.cast(&vote, unit, choice).await.expect("cast");
        seen.extend(ids(&mut raw, "open_ballots", &vote).await);
    }
    poll.close(&vote).await;
    let kept: BTreeSet<String> = ids(&mut raw, "ballots", &vote).await.into_iter().collect();
    let Raw::Sqlite(_) = raw else {
        let options = "SELECT reloptions::text FROM pg_class WHERE relname = 'open_ballots'";
        let expected = "{autovacuum_vacuum_threshold=0,autovacuum_vacuum_scale_factor=0}";
        assert_eq!(raw.texts(options).await, [expected]);
        return;
    };
    // What was written goes from the log into the file, once nobody reads an older state.
    eventually("the log is written back", async || Raw::open(url).await.writes_back().await.then_some(()))
        .await;
    let file = std::fs::read(url.trim_start_matches("sqlite://")).expect("the file");
    let holds = |id: &&String| {
        let id = uuid::Uuid::parse_str(id).expect("an id");
        file.windows(16).any(|bytes| bytes == id.as_bytes())
    };
    assert_eq!(kept.iter().filter(holds).count(), BALLOTS.len(), "what was counted is in the file");
    assert_eq!(seen.iter().filter(holds).count(), 0, "and nothing of what was in the box");
}
