//! How officials want to be told.

use proto::common::v1::{Language, Role};
use proto::notifications::v1::*;
use proto::organizations::v1::Account;

use super::office::{Office, published};
use crate::support::refusal::violations;
use crate::support::world::{World, journeys};

journeys!(preferences_are_the_accounts_own, the_language_of_messages_follows_the_preference);

fn wanted(language: Language, channels: &[Channel]) -> Preferences {
    let channels = channels.iter().map(|channel| i32::from(*channel)).collect();
    Preferences { language: language.into(), channels }
}

async fn get(office: &Office<'_>, account: &Account) -> Preferences {
    let answer = office.preferences(account).get_preferences(GetPreferencesRequest {}).await;
    answer.expect("preferences").into_inner().preferences.expect("some")
}

async fn put(office: &Office<'_>, account: &Account, preferences: Preferences) -> Preferences {
    let request = PutPreferencesRequest { preferences: Some(preferences) };
    let answer = office.preferences(account).put_preferences(request).await;
    answer.expect("put").into_inner().preferences.expect("some")
}

async fn preferences_are_the_accounts_own(world: &World) {
    let office = Office::of(world, "vinh-long").await;
    let other = office.accounts(&[("committee", Some(Role::StandingCommittee))]).await.remove(0);
    let admin = &office.federation.admin;
    let usual = wanted(Language::Vi, &[]);
    assert_eq!(get(&office, admin).await, usual);

    let english = wanted(Language::En, &[Channel::Email]);
    assert_eq!(put(&office, admin, english.clone()).await, english);
    assert_eq!(get(&office, admin).await, english);
    assert_eq!(get(&office, &other).await, usual);
    // All of them are put: what is left out is the default.
    assert_eq!(put(&office, admin, wanted(Language::Unspecified, &[])).await, usual);
    assert_eq!(get(&office, admin).await, usual);

    let mut service = office.preferences(admin);
    let none = service.put_preferences(PutPreferencesRequest::default()).await;
    assert_eq!(violations(none), ["preferences FIELD_REQUIRED"]);
    let wrong = Preferences { language: 9, channels: vec![0] };
    let wrong = service.put_preferences(PutPreferencesRequest { preferences: Some(wrong) }).await;
    let expected = ["preferences.language INVALID_ARGUMENT", "preferences.channels[0] FIELD_REQUIRED"];
    assert_eq!(violations(wrong), expected);
}

async fn the_language_of_messages_follows_the_preference(world: &World) {
    let office = Office::of(world, "vinh-long").await;
    let admin = &office.federation.admin;
    office.tell(&published()).await;
    let shown = async |asked: Language| {
        let message = office.messages(admin, asked).await.remove(0);
        let get = GetMessageRequest { message_id: message.id.clone(), language: asked.into() };
        let alone = office.inbox(admin).get_message(get).await.expect("there").into_inner().message;
        assert_eq!(alone.as_ref(), Some(&message));
        (message.language(), message.title)
    };
    let vietnamese = (Language::Vi, "Kết quả xếp loại năm thi đua 2023 đã được công bố".to_owned());
    let english = (Language::En, "The results of emulation season 2023 have been published".to_owned());
    assert_eq!(shown(Language::Unspecified).await, vietnamese);
    put(&office, admin, wanted(Language::En, &[])).await;
    assert_eq!(shown(Language::Unspecified).await, english, "messages that are there already too");
    assert_eq!(shown(Language::Vi).await, vietnamese);
    assert_eq!(shown(Language::En).await, english);
}
