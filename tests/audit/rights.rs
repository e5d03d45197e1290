//! What the running service may not do, even when its code is wrong or its process is taken over.

use platform::audit::{Verdict, verify};

use super::chain::{act, sealed, sealer};
use super::tamper::as_the_service;
use crate::support::ground::{Ground, on_both_backends};
use crate::support::probe;

on_both_backends!("probe", probe::Migrator => the_service_cannot_change_what_is_in_the_log);

async fn the_service_cannot_change_what_is_in_the_log(ground: &Ground) {
    let member = ground.member(ground.tenant());
    let _sealer = sealer(ground);
    act(ground, &member, &["a", "b"]).await;
    sealed(ground, &member, 2).await;
    for sql in [
        "UPDATE audit_entries SET subject = 'c'",
        "DELETE FROM audit_entries",
        "UPDATE audit_seals SET hash = hash",
        "DELETE FROM audit_seals",
    ] {
        let refused = as_the_service(ground, member.tenant_id(), sql).await.expect_err(sql);
        let told = refused.contains("permission denied") || refused.contains("the audit log is not changed");
        assert!(told, "{sql}: {refused}");
    }
    let verdict = verify(&ground.db, member.tenant_id()).await.expect("walked");
    assert!(matches!(verdict, Verdict::Whole { entries: 2, waiting: 0, .. }), "{verdict:?}");
}
