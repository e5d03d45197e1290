//! Backups of an installation at work, and what `thidua doctor` says of databases that were restored as of different
//! moments.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::apart::{SERVICES, as_superuser, eventually, server};
use crate::process::{Home, Server, Told, text};

const FEDERATION: &str = "ba-ria-vung-tau";

fn went_well(output: &Output) -> String {
    assert!(output.status.success(), "{}\n{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout).to_owned()
}

/// What a refused command says.
fn refused(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stdout));
    text(&output.stderr).to_owned()
}

/// A new home with the backup in `from` restored.
fn restored(from: &Path) -> Home {
    let home = Home::new();
    let told = went_well(&home.run(&["restore", from.to_str().expect("UTF-8")]));
    assert!(told.contains("data is as it was at 20"), "{told}");
    home
}

fn played(home: &Home) -> Told {
    home.play(FEDERATION).unwrap_or_else(|why| panic!("{why}"))
}

#[test]
fn a_backup_of_a_platform_at_work_goes_on_to_the_same_end() {
    let home = Home::new();
    let platform = Server::start(&home);
    let url = platform.url.clone();
    let mut demo = home.command(&["demo", "--only", FEDERATION, "--server", &url]);
    let mut demo = demo.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it runs");
    // While it enters sheets: the backups are taken one after another until it has ended.
    let mut backups = 0;
    while demo.try_wait().expect("it can be asked").is_none() {
        went_well(&home.run(&["backup", &format!("backup-{backups}")]));
        backups += 1;
    }
    assert!(demo.wait().expect("it ends").success());
    assert!(backups > 0);
    let published = home.play_at(FEDERATION, &["--server", &url]).unwrap_or_else(|why| panic!("{why}"));
    assert!(published.unchanged);
    let told = went_well(&home.run(&["backup", "last"]));
    assert!(told.contains("data is backed up in last: "), "{told}");
    drop(platform);

    let middle = restored(&home.path().join(format!("backup-{}", backups / 2)));
    let looked = went_well(&middle.run(&["doctor"]));
    assert!(looked.contains("well          scoring, isolation: "), "{looked}");
    let told = played(&middle);
    assert_eq!((&told.published, &told.hash), (&published.published, &published.hash));

    let whole = restored(&home.path().join("last"));
    went_well(&whole.run(&["doctor", "--json"]));
    let told = played(&whole);
    assert!(told.unchanged, "{:#?}", told.steps);
    assert_eq!((told.published, told.hash), (published.published, published.hash));
}

#[test]
fn a_backup_that_is_not_whole_is_refused_with_all_its_faults_and_nothing_is_overwritten() {
    let home = Home::new();
    went_well(&home.run(&["migrate"]));
    went_well(&home.run(&["token", "operator"]));
    went_well(&home.run(&["backup", "good"]));
    let refusal = refused(&home.run(&["backup", "good"]));
    assert!(refusal.contains("good is not empty: it holds "), "{refusal}");
    let refusal = refused(&home.run(&["restore", "good"]));
    assert!(refusal.contains("an installation is not overwritten"), "{refusal}");

    // A look makes nothing.
    fs::remove_dir_all(home.data().join("keys")).expect("removed");
    let looked = home.run(&["doctor"]);
    assert_eq!(looked.status.code(), Some(1));
    assert!(
        text(&looked.stdout).contains("wrong         keys: data/keys: No such file"),
        "{}",
        text(&looked.stdout)
    );
    assert!(!home.data().join("keys").exists());

    let (good, bad) = (home.path().join("good"), home.path().join("bad"));
    let copied = Command::new("cp").arg("-r").args([&good, &bad]).status();
    assert!(copied.expect("cp runs").success());
    let mut changed = fs::read(bad.join("scoring.sqlite")).expect("readable");
    let last = changed.len() - 1;
    changed[last] ^= 1;
    fs::write(bad.join("scoring.sqlite"), changed).expect("written");
    fs::write(bad.join("competition.sqlite"), "short").expect("written");
    fs::remove_file(bad.join("operator.pem")).expect("removed");
    let elsewhere = ["--data-dir", "elsewhere"];
    let refusal = refused(&home.run(&[&["restore", "bad"], &elsewhere[..]].concat()));
    for fault in [
        "competition.sqlite: it has 5 bytes, the manifest says ",
        "operator.pem: No such file or directory",
        "scoring.sqlite: its SHA-256 is ",
    ] {
        assert!(refusal.contains(fault), "{fault} is not in {refusal}");
    }
    fs::write(bad.join("manifest.json"), "{\"format\": ").expect("written");
    let refusal = refused(&home.run(&[&["restore", "bad"], &elsewhere[..]].concat()));
    assert!(refusal.contains("manifest.json: EOF"), "{refusal}");
    let refusal = refused(&home.run(&[&["restore", "data"], &elsewhere[..]].concat()));
    assert!(
        refusal.contains("manifest.json: No such file or directory (os error 2): is this a backup?"),
        "{refusal}"
    );
    assert!(!home.path().join("elsewhere").exists());
    assert_eq!(left_behind(home.path()), Vec::<String>::new());
}

/// Directories of commands that were broken off.
fn left_behind(directory: &Path) -> Vec<String> {
    let names = fs::read_dir(directory).expect("listed").map(|entry| entry.expect("an entry").file_name());
    names.map(|name| name.into_string().expect("UTF-8")).filter(|name| name.starts_with('.')).collect()
}

#[test]
fn what_the_broker_has_put_aside_is_listed() {
    let home = Home::new();
    let told = went_well(&home.run(&["dead-letters", "list"]));
    assert!(told.starts_with("there is no broker: "), "{told}");
    let at_broker = |arguments: &[&str]| {
        let mut command = home.command(arguments);
        command
            .env("THIDUA_BROKER__PARTS", "rabbitmq")
            .env("THIDUA_BROKER__URL", server("THIDUA_TEST_RABBITMQ"));
        command.env("THIDUA_BROKER__PREFIX", format!("kept-{}", std::process::id()));
        command.output().expect("it runs")
    };
    assert_eq!(went_well(&at_broker(&["dead-letters", "list"])), "nothing is put aside\n");
    assert_eq!(went_well(&at_broker(&["dead-letters", "replay", "--all"])), "nothing is put aside\n");
    let refusal = refused(&at_broker(&["dead-letters", "replay", "abc", "--service", "scoring"]));
    assert!(refusal.contains("nothing that was put aside has the id abc"), "{refusal}");
}

/// A platform on PostgreSQL, whose databases can be brought back to an earlier moment.
struct Databases {
    home: Home,
    name: String,
}

impl Databases {
    fn new() -> Self {
        let name = format!("kept_{}", std::process::id());
        let owner = "DO $$ BEGIN CREATE ROLE thidua_owner LOGIN CREATEROLE; \
                     EXCEPTION WHEN duplicate_object OR unique_violation THEN END $$";
        let database = |service: &&str| format!("CREATE DATABASE {name}_{service} OWNER thidua_owner");
        let made: Vec<_> = [owner.to_owned()].into_iter().chain(SERVICES.iter().map(database)).collect();
        as_superuser(&made);
        Self { home: Home::new(), name }
    }

    fn url(&self, role: &str) -> String {
        let url = server("THIDUA_TEST_POSTGRES");
        let url = url.replace("postgres://postgres@", &format!("postgres://{role}@"));
        let (server, _) = url.rsplit_once('/').expect("a database");
        format!("{server}/{}_{{service}}", self.name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.home.command(arguments);
        command.env("THIDUA_DATABASE__PARTS", "postgres");
        command.env("THIDUA_DATABASE__CONNECTIONS", "4").env("THIDUA_DATABASE__SYSTEM_CONNECTIONS", "3");
        for role in ["runtime", "system", "owner"] {
            let variable = format!("THIDUA_DATABASE__{}_URL", role.to_ascii_uppercase());
            command.env(variable, self.url(&format!("thidua_{role}")));
        }
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("it runs")
    }

    /// Keeps the database of a service as it is now.
    fn keep(&self, service: &str) {
        let name = &self.name;
        as_superuser(&[format!("CREATE DATABASE {name}_{service}_then TEMPLATE {name}_{service}")]);
    }

    /// Brings it back to what was kept.
    fn bring_back(&self, service: &str) {
        let name = &self.name;
        as_superuser(&[
            format!("ALTER DATABASE {name}_{service} RENAME TO {name}_{service}_now"),
            format!("ALTER DATABASE {name}_{service}_then RENAME TO {name}_{service}"),
        ]);
    }

    /// And to the present again.
    fn go_on(&self, service: &str) {
        let name = &self.name;
        as_superuser(&[
            format!("ALTER DATABASE {name}_{service} RENAME TO {name}_{service}_then"),
            format!("ALTER DATABASE {name}_{service}_now RENAME TO {name}_{service}"),
        ]);
    }

    /// One number out of a service's database.
    fn count(&self, service: &str, sql: &'static str) -> i64 {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(async {
            use sqlx::Connection as _;
            let url = self.url("postgres").replace("{service}", service);
            let mut admin = sqlx::PgConnection::connect(&url).await.expect("PostgreSQL answers");
            let count = sqlx::query_scalar(sql).fetch_one(&mut admin).await;
            count.expect("a number")
        })
    }
}

impl Drop for Databases {
    fn drop(&mut self) {
        let name = &self.name;
        let drop = |end: &str| {
            SERVICES.map(|service| format!("DROP DATABASE IF EXISTS {name}_{service}{end} WITH (FORCE)"))
        };
        as_superuser(&["", "_then", "_now"].map(drop).concat());
    }
}

#[test]
fn databases_of_different_moments_are_named_and_mended() {
    let platform = Databases::new();
    went_well(&platform.run(&["migrate"]));
    went_well(&platform.run(&["token", "operator"]));
    platform.keep("notifications");
    platform.keep("competition");
    went_well(&platform.run(&["demo", "--only", FEDERATION]));
    let looked = went_well(&platform.run(&["doctor"]));
    assert!(looked.contains("well          notifications, federations: 1 federations"), "{looked}");
    let told = platform.count("notifications", "SELECT count(*) FROM messages");
    assert!(told > 0);
    // What was published is no longer on its way.
    let earlier = "WITH earlier AS (UPDATE event_outbox SET published_at = published_at - 120000000 RETURNING 1) \
                   SELECT count(*) FROM earlier";
    for service in SERVICES {
        platform.count(service, earlier);
    }

    // A consumer as of before the campaign.
    platform.bring_back("notifications");
    let looked = platform.run(&["doctor"]);
    assert_eq!(looked.status.code(), Some(1));
    let looked = text(&looked.stdout);
    assert!(
        looked.contains(&format!(
            "to be mended  notifications, federations: what it knows of {FEDERATION} is old"
        )),
        "{looked}"
    );
    assert!(
        looked.contains(
            "to be mended  notifications, events: it lacks 2 events (RunDrafted 1; RunPublished 1; "
        ),
        "{looked}"
    );
    let mended = went_well(&platform.run(&["doctor", "--mend"]));
    assert!(mended.contains("mended        notifications, events: "), "{mended}");
    went_well(&platform.run(&["doctor"]));
    assert_eq!(platform.count("notifications", "SELECT count(*) FROM messages"), 0);
    let mut process = platform.command(&["start", "--all"]);
    process
        .env("THIDUA_SERVER__LISTEN", "127.0.0.1:0")
        .env("THIDUA_SERVER__MANAGEMENT_LISTEN", "127.0.0.1:0");
    let mut process = process.stdout(Stdio::null()).spawn().expect("it runs");
    eventually("officials are told again", || {
        (platform.count("notifications", "SELECT count(*) FROM messages") == told).then_some(())
    });
    let asked = Command::new("kill").args(["-TERM", &process.id().to_string()]).status();
    assert!(asked.expect("kill runs").success() && process.wait().expect("it ends").success());
    went_well(&platform.run(&["doctor"]));

    // A producer as of before the campaign: nobody can make up what is gone.
    platform.bring_back("competition");
    let looked = platform.run(&["doctor", "--mend"]);
    assert_eq!(looked.status.code(), Some(1));
    let looked = text(&looked.stdout);
    assert!(looked.contains("wrong         scoring, events: it has "), "{looked}");
    assert!(
        looked.contains(
            " of which competition knows nothing: competition was restored as of an earlier moment"
        ),
        "{looked}"
    );
    platform.go_on("competition");
    went_well(&platform.run(&["doctor"]));
}
