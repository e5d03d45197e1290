//! A federation whose officials are told of runs, as if scoring had some.

use std::sync::atomic::{AtomicI64, Ordering};

use platform::events::Envelope;
use platform::ids::EventId;
use platform::transport::Connection;
use prost::{Message, Name};
use proto::common::v1::{Language, Role};
use proto::notifications::v1 as told;
use proto::notifications::v1::inbox_service_client::InboxServiceClient;
use proto::notifications::v1::preference_service_client::PreferenceServiceClient;
use proto::organizations::v1::grant::Scope;
use proto::organizations::v1::{Account, BatchCreateAccountsRequest, Grant, NewAccount, Official};
use proto::platform::v1::job_service_client::JobServiceClient;
use proto::platform::v1::{Job, JobState, ListJobsRequest};
use proto::scoring::v1::{RunDrafted, RunFailed, RunPublished};

use super::federation::{Federation, found};
use crate::support::wait::eventually;
use crate::support::world::World;

pub(super) const RUN: &str = "018bd0f4-7ba5-7000-8000-000000000003";
pub(super) const HASH: &str = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef";

pub(super) struct Office<'w> {
    pub(super) world: &'w World,
    pub(super) federation: Federation,
    events: AtomicI64,
}

pub(super) fn failed() -> RunFailed {
    RunFailed {
        season: "2023".to_owned(),
        run_id: RUN.to_owned(),
        run_number: 1,
        faults: 1473,
        summary: "/units/3/code: \"vl-07\" is there already".to_owned(),
    }
}

pub(super) fn drafted() -> RunDrafted {
    RunDrafted {
        season: "2023".to_owned(),
        run_id: RUN.to_owned(),
        run_number: 2,
        units: 25,
        ranked: 24,
        results_sha256: HASH.to_owned(),
    }
}

pub(super) fn published() -> RunPublished {
    let RunDrafted { season, run_id, run_number, units, ranked, results_sha256 } = drafted();
    RunPublished { season, run_id, run_number, units, ranked, results_sha256, replaces_run_id: String::new() }
}

impl<'w> Office<'w> {
    pub(super) async fn of(world: &'w World, code: &str) -> Self {
        Self { world, federation: found(world, code).await, events: AtomicI64::new(0) }
    }

    /// Enters accounts with a role for the federation each, or with none.
    pub(super) async fn accounts(&self, accounts: &[(&str, Option<Role>)]) -> Vec<Account> {
        let mut entered = Vec::new();
        for accounts in accounts.chunks(500) {
            let accounts = accounts.iter().map(|(login, role)| NewAccount {
                official: Some(Official {
                    name: (*login).to_owned(),
                    title: "Cán bộ công đoàn".to_owned(),
                    ..Default::default()
                }),
                login: (*login).to_owned(),
                grants: role
                    .iter()
                    .map(|role| Grant { role: (*role).into(), scope: Some(Scope::Federation(true)) })
                    .collect(),
            });
            let request = BatchCreateAccountsRequest { accounts: accounts.collect() };
            let answer = self.federation.accounts().batch_create_accounts(request).await;
            entered.extend(answer.expect("entered").into_inner().accounts);
        }
        entered
    }

    /// An event as scoring publishes it.
    pub(super) fn event<M: Message + Name>(&self, message: &M) -> Envelope {
        let sequence = self.events.fetch_add(1, Ordering::SeqCst) + 1;
        let id = self.federation.id.0.as_u128() + u128::try_from(sequence).expect("a count");
        Envelope {
            id: EventId(uuid::Uuid::from_u128(id)),
            tenant: self.federation.id,
            source: "scoring".to_owned(),
            sequence,
            topic: M::full_name(),
            payload: message.encode_to_vec().into(),
            trace: String::new(),
            created_at: self.world.time.clock().now(),
        }
    }

    /// Tells of something, and waits until the messages are delivered.
    pub(super) async fn tell<M: Message + Name>(&self, message: &M) {
        self.world.deliver(&self.event(message)).await;
        self.delivered().await;
    }

    /// The jobs that deliver messages.
    pub(super) async fn deliveries(&self) -> Vec<Job> {
        let request = ListJobsRequest {
            service: "notifications".to_owned(),
            kind: "deliver".to_owned(),
            ..Default::default()
        };
        let answer = JobServiceClient::new(self.federation.as_admin.clone()).list_jobs(request).await;
        answer.expect("jobs").into_inner().jobs
    }

    /// Waits until the messages of all events are delivered.
    pub(super) async fn delivered(&self) {
        self.delivered_all_but(0).await;
    }

    /// Waits until the messages of all events are delivered save for the last few, of which nobody was told yet.
    pub(super) async fn delivered_all_but(&self, few: usize) {
        let events = usize::try_from(self.events.load(Ordering::SeqCst)).expect("a count") - few;
        eventually("all messages are delivered", async || {
            let jobs = self.deliveries().await;
            let done = jobs.iter().filter(|job| job.state() == JobState::Succeeded).count();
            (done == events && jobs.len() == events).then_some(())
        })
        .await;
    }

    pub(super) fn signed_in(&self, account: &Account) -> Connection {
        self.world.signed_in(self.federation.id, account)
    }

    pub(super) fn inbox(&self, account: &Account) -> InboxServiceClient<Connection> {
        InboxServiceClient::new(self.signed_in(account))
    }

    pub(super) fn preferences(&self, account: &Account) -> PreferenceServiceClient<Connection> {
        PreferenceServiceClient::new(self.signed_in(account))
    }

    /// The inbox of an account in one language, the newest message first.
    pub(super) async fn messages(&self, account: &Account, language: Language) -> Vec<told::Message> {
        let request = told::ListMessagesRequest { language: language.into(), ..Default::default() };
        let answer = self.inbox(account).list_messages(request).await.expect("listed").into_inner();
        assert_eq!(answer.next_page_token, "");
        answer.messages
    }

    pub(super) async fn titles(&self, account: &Account, language: Language) -> Vec<String> {
        self.messages(account, language).await.into_iter().map(|message| message.title).collect()
    }
}
