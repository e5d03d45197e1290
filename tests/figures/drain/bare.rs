//! The baseline: a loop that publishes, consumes, inserts and acknowledges, and does nothing for safety or order beyond
//! that.

use std::error::Error;
use std::str::FromStr as _;
use std::time::Instant;

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use lapin::options::{
    BasicAckOptions, BasicConsumeOptions, BasicPublishOptions, BasicQosOptions, ConfirmSelectOptions,
    QueueDeclareOptions, QueueDeleteOptions,
};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{BasicProperties, Channel, Connection, ConnectionProperties};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions as _};

use super::service::Servers;

const QUEUE: &str = "thidua-bench.bare";
/// Confirms outstanding at once.
const WINDOW: usize = 500;
const PREFETCH: u16 = 200;
const CONNECTIONS: u32 = 16;

pub(super) async fn connect(url: &str) -> Result<PgConnection, Box<dyn Error>> {
    Ok(PgConnectOptions::from_str(url)?.connect().await?)
}

/// Seconds from the first message consumed to the last row committed, for so many jobs that were published before.
pub(super) async fn drain(servers: &Servers, jobs: usize) -> Result<f64, Box<dyn Error>> {
    let pool = PgPoolOptions::new().max_connections(CONNECTIONS).min_connections(CONNECTIONS);
    let pool = pool.connect(&servers.postgres).await?;
    let table = "DROP TABLE IF EXISTS bare; CREATE TABLE bare (id bigint PRIMARY KEY, tenant bigint NOT NULL, \
                 note text NOT NULL, done_at timestamptz NOT NULL DEFAULT clock_timestamp())";
    sqlx::raw_sql(AssertSqlSafe(table)).execute(&pool).await?;
    let broker = Connection::connect(&servers.rabbitmq, ConnectionProperties::default()).await?;
    let channel = broker.create_channel().await?;
    publish(&channel, jobs).await?;

    channel.basic_qos(PREFETCH, BasicQosOptions::default()).await?;
    let consumer = BasicConsumeOptions::default();
    let begun = Instant::now();
    let consumer = channel.basic_consume(QUEUE.into(), "".into(), consumer, FieldTable::default()).await?;
    let mut insert = consumer
        .take(jobs)
        .map(|delivery| {
            let pool = pool.clone();
            async move {
                let delivery = delivery?;
                let number = i64::from_str(std::str::from_utf8(&delivery.data)?)?;
                let sql = "INSERT INTO bare (id, tenant, note) VALUES ($1, $2, $3)";
                let insert = sqlx::query(sql).bind(number).bind(number % 34).bind("x".repeat(100));
                insert.execute(&pool).await?;
                delivery.acker.ack(BasicAckOptions::default()).await?;
                Ok::<_, Box<dyn Error>>(())
            }
        })
        .buffer_unordered(usize::try_from(CONNECTIONS)?);
    while let Some(inserted) = insert.next().await {
        inserted?;
    }
    let seconds = begun.elapsed().as_secs_f64();
    channel.queue_delete(QUEUE.into(), QueueDeleteOptions::default()).await?;
    broker.close(200, "".into()).await?;
    pool.close().await;
    Ok(seconds)
}

async fn publish(channel: &Channel, jobs: usize) -> Result<(), Box<dyn Error>> {
    let mut arguments = FieldTable::default();
    arguments.insert("x-queue-type".into(), AMQPValue::LongString("quorum".into()));
    let durable = QueueDeclareOptions { durable: true, ..QueueDeclareOptions::default() };
    channel.queue_delete(QUEUE.into(), QueueDeleteOptions::default()).await?;
    channel.queue_declare(QUEUE.into(), durable, arguments).await?;
    channel.confirm_select(ConfirmSelectOptions::default()).await?;
    let mut outstanding = FuturesUnordered::new();
    for number in 0..jobs {
        if outstanding.len() == WINDOW {
            outstanding.next().await.transpose()?;
        }
        let properties = BasicProperties::default().with_delivery_mode(2);
        let body = number.to_string();
        let options = BasicPublishOptions::default();
        let sent =
            channel.basic_publish("".into(), QUEUE.into(), options, body.as_bytes(), properties).await?;
        outstanding.push(sent);
    }
    while let Some(confirm) = outstanding.next().await {
        confirm?;
    }
    Ok(())
}
