//! JSON text for every reader of the contract: accepted records are written and read back unchanged.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nextpick::internals::json;
use nextpick::{Channel, Group, Interaction, Item, Options, ProfileRequest, Recommender, Request, Sent, User, Value};
use nextpick_fuzz::exercise;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(value) = Value::from_json(text, "json") else { return };
    let written = json(&value);
    assert!(Value::from_json(&written, "json").is_ok_and(|again| json(&again) == written), "{written}");
    let read = || Value::from_json(text, "json").expect("as before");
    let mut recommender =
        Recommender::new(read()).or_else(|_| Recommender::new(Value::Null)).expect("no configuration");
    if let Ok(item) = Item::read(read(), "item") {
        recommender.put_items(vec![item]);
    }
    if let Ok(user) = User::read(read(), "user") {
        recommender.put_users(vec![user]);
    }
    if let Ok(group) = Group::read(read(), "group") {
        recommender.put_groups(vec![group]);
    }
    if let Ok(channel) = Channel::read(read(), "channel") {
        recommender.put_channels(vec![channel]);
    }
    if let Ok(interaction) = Interaction::read(read(), "interaction") {
        recommender.observe(interaction);
    }
    if let Ok(sent) = Sent::read(read(), "decision") {
        let _ = recommender.accept(&sent);
    }
    if let Ok(request) = Request::read(read(), "request") {
        let _ = recommender.recommend(&request, Options { explain: true, reasons: true });
    }
    if let Ok(request) = ProfileRequest::read(read(), "profile") {
        let _ = json(&recommender.profile(&request));
    }
    exercise(&mut recommender);
});
