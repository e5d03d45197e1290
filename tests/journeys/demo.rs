//! The demo's five campaigns on the platform as it is started: what was published of the real ones comes out, the same
//! on SQLite alone and on PostgreSQL, RabbitMQ and Redis, and nothing happens the second time.

use std::collections::BTreeMap;

use platform::auth::Tokens;
use platform::clock::Clock;
use platform::config::Config;
use platform::db::Backend;
use platform::lifecycle::Ended;
use platform::random::Random;
use thidua::app::Running;
use thidua::demo::{Board, Platform, Published, data, perform};

use crate::support::place::{Place, with_place};
use crate::support::rabbitmq::Rabbit;
use crate::support::redis;

async fn play(place: &Place, running: &Running) -> Vec<Published> {
    let (clock, random) = (Clock::system(), Random::system());
    let tokens = Tokens::open(&place.config.auth, &place.data_dir(), clock.clone(), random.clone());
    let tokens = tokens.expect("keys");
    let platform = Platform { connection: running.connection.clone(), tokens, clock, random };
    let campaigns = data::embedded().expect("the campaigns");
    let played = perform(&platform, campaigns, &Board::Nothing).await;
    let published = |(code, outcome): (String, Result<Published, _>)| {
        outcome.unwrap_or_else(|why: thidua::demo::Failure| panic!("{code}: {why}"))
    };
    played.into_iter().map(published).collect()
}

/// Plays twice, with the platform started anew in between, and gives what was published.
async fn played(backend: Backend, set: impl FnOnce(&mut Config)) -> Vec<Published> {
    let mut published = Vec::new();
    with_place(backend, async |place| {
        let mut config = place.config.clone();
        set(&mut config);
        let running = Place::start_as(&config).await;
        let first = play(place, &running).await;
        assert_eq!(running.stop().await, Ok(Ended::Drained));
        assert!(first.iter().all(|published| published.changes > 0));

        let running = Place::start_as(&config).await;
        let again = play(place, &running).await;
        assert_eq!(running.stop().await, Ok(Ended::Drained));
        let unchanged = first.iter().cloned().map(|published| Published { changes: 0, ..published });
        assert_eq!(
            again,
            unchanged.collect::<Vec<_>>(),
            "the second time changes nothing and finds the same"
        );
        published = first;
    })
    .await;
    published
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_published_figures_come_out_alike_on_embedded_and_on_real_parts() {
    let embedded = played(Backend::Sqlite, |_| {}).await;
    assert_figures(&embedded);
    let services = [organizations::NAME, competition::NAME, scoring::NAME, notifications::NAME];
    let rabbit = Rabbit::start(&services);
    let broker = rabbit.config.clone();
    let real =
        played(Backend::Postgres, |config| (config.broker, config.cache) = (broker, redis::config())).await;
    assert_eq!(embedded, real);
    rabbit.end().await;
}

fn assert_figures(published: &[Published]) {
    let told: BTreeMap<&str, String> =
        published.iter().map(|p| (p.tenant.as_str(), p.lines.join("\n"))).collect();
    let figures: [(&str, &[&str]); 5] = [
        (
            "ba-ria-vung-tau",
            &["6 of 6 good (100 %)", "scoring conference of 2022-11-25, 6/6 units, chaired by "],
        ),
        (
            "khanh-hoa",
            &[
                "pact of 2022-02-16, in force: signed by 7 units and the federation",
                "targets met",
                "programme tasks met",
                " points, excellent",
            ],
        ),
        (
            "cao-bang",
            &[
                "9 of 9 targets met, 2 exceeded; 4 of 4 joint tasks met; 26 of 26 programme tasks met",
                " 193/180 triệu đồng",
                "Giới thiệu 113/58 đoàn viên, Kết nạp 108/58 đoàn viên",
                "58 of 58 joint tasks met",
                "certificates of the upper-level union: 13 collectives, 41 individuals",
            ],
        ),
        ("thai-nguyen", &["emulation flags of the federation: 5 collectives"]),
        (
            "vinh-long",
            &[
                "5 of 25 excellent (20 %), 18 of 25 good (72 %), 1 of 25 completed (4 %), 1 of 25 unranked (4 %)",
                "Phát triển đoàn viên 150/",
                "Giới thiệu 75/",
                "Kết nạp 45/",
                "leading unit by secret vote: ",
            ],
        ),
    ];
    for (tenant, figures) in figures {
        for figure in figures {
            assert!(told[tenant].contains(figure), "{figure:?} is not told of {tenant}:\n{}", told[tenant]);
        }
    }
    let leading = told["thai-nguyen"].matches("leading unit by secret vote: ").count();
    assert_eq!(leading, 5, "{}", told["thai-nguyen"]);
    assert!(told["thai-nguyen"].contains(" in round 2"), "{}", told["thai-nguyen"]);
}
