//! The door to JavaScript: convert, call, convert. The only place that knows a host.
//!
//! Records come in as JSON text, or as objects; results go out as JSON text, which the host's own parser turns into
//! objects faster than calls across the boundary could, and which a batch passes through untouched; errors go out as
//! objects.

mod columns;
mod convert;
mod evaluate;
mod fit;

use wasm_bindgen::prelude::*;

use crate::error::{Code, Error};
use crate::id::{self, Interner};
use crate::recommender::decision::Sent;
use crate::recommender::profile::ProfileRequest;
use crate::recommender::request::{Options, Request};
use crate::recommender::{ObserveReport, Recommender};
use crate::time::time;
use crate::value::{Value, json, quoted};
use crate::world::consent::facet_name;
use crate::world::interaction::Interaction;
use crate::world::item::Item;
use crate::world::membership::{Joining, Leaving};
use crate::world::records;
use crate::world::subject::{Channel, Group, User};

use columns::Columns;
use convert::{ids, thrown, value};

#[global_allocator]
static HEAP: nextpick_heap::Heap = nextpick_heap::Heap::new();

type Result<T> = std::result::Result<T, JsValue>;

/// A recommender as JavaScript sees it.
#[wasm_bindgen]
pub struct Core(Recommender);

#[wasm_bindgen]
impl Core {
    /// An empty recommender.
    #[wasm_bindgen(constructor)]
    pub fn new(config: JsValue) -> Result<Core> {
        Recommender::new(value(config, "config")?).map(Core).map_err(thrown)
    }

    #[wasm_bindgen(js_name = putItems)]
    pub fn put_items(&mut self, items: JsValue) -> Result<String> {
        let items = records(value(items, "items")?, "items", Item::read).map_err(thrown)?;
        Ok(json(&self.0.put_items(items)))
    }

    #[wasm_bindgen(js_name = putUsers)]
    pub fn put_users(&mut self, users: JsValue) -> Result<usize> {
        let users = records(value(users, "users")?, "users", User::read).map_err(thrown)?;
        let put = users.len();
        self.0.put_users(users);
        Ok(put)
    }

    #[wasm_bindgen(js_name = putGroups)]
    pub fn put_groups(&mut self, groups: JsValue) -> Result<usize> {
        let groups = records(value(groups, "groups")?, "groups", Group::read).map_err(thrown)?;
        let put = groups.len();
        self.0.put_groups(groups);
        Ok(put)
    }

    pub fn join(&mut self, joining: JsValue) -> Result<bool> {
        let joining = Joining::read(value(joining, "joining")?, "joining").map_err(thrown)?;
        Ok(self.0.join(&joining))
    }

    pub fn leave(&mut self, leaving: JsValue) -> Result<bool> {
        let leaving = Leaving::read(value(leaving, "leaving")?, "leaving").map_err(thrown)?;
        Ok(self.0.leave(&leaving))
    }

    #[wasm_bindgen(js_name = putChannels)]
    pub fn put_channels(&mut self, channels: JsValue) -> Result<usize> {
        let channels = records(value(channels, "channels")?, "channels", Channel::read).map_err(thrown)?;
        let put = channels.len();
        self.0.put_channels(channels);
        Ok(put)
    }

    #[wasm_bindgen(js_name = removeItems)]
    pub fn remove_items(&mut self, items: JsValue) -> Result<usize> {
        Ok(self.0.remove_items(&ids(items, "ids")?))
    }

    /// Everything of one sort, for the package alone to name: `items`, `users`, `groups`, `channels`, `userIds`, `groupIds`.
    pub fn list(&self, sort: &str) -> Result<String> {
        let world = self.0.world();
        let named = |ids: &Interner| json(&ids.known().collect::<Vec<_>>());
        Ok(match sort {
            "items" => json(&world.library.iter().map(|(_, entry)| &entry.item).collect::<Vec<_>>()),
            "users" => json(&world.users.iter().collect::<Vec<_>>()),
            "groups" => json(&world.groups.iter().collect::<Vec<_>>()),
            "channels" => json(&world.channels.iter().collect::<Vec<_>>()),
            "userIds" => named(&world.users.ids),
            "groupIds" => named(&world.groups.ids),
            _ => return Err(unknown_sort("items, users, groups, channels, userIds, groupIds", sort)),
        })
    }

    /// The record of an id, if there is one, of a sort: `items`, `users`, `groups`, `channels`.
    pub fn record(&self, sort: &str, id: &str) -> Result<Option<String>> {
        let world = self.0.world();
        Ok(match sort {
            "items" => world.library.get(id).map(|entry| json(&entry.item)),
            "users" => world.users.get(id).map(json),
            "groups" => world.groups.get(id).map(json),
            "channels" => world.channels.get(id).map(json),
            _ => return Err(unknown_sort("items, users, groups, channels", sort)),
        })
    }

    /// Takes note of the host's own time in ms, which comes beside a change.
    #[wasm_bindgen(js_name = advanceClock)]
    pub fn advance_clock(&mut self, now: f64) -> Result<()> {
        self.0.advance_clock(time(Value::Number(now), "now").map_err(thrown)?);
        Ok(())
    }

    /// The trusted time in ms, if there is one.
    pub fn clock(&self) -> Option<f64> {
        self.0.clock().now().map(|now| now as f64)
    }

    /// Brings all that is derived up to date.
    pub fn prepare(&mut self) {
        self.0.prepare();
    }

    pub fn observe(&mut self, interaction: JsValue) -> Result<bool> {
        let interaction = Interaction::read(value(interaction, "interaction")?, "interaction").map_err(thrown)?;
        self.0.admit([&interaction].into_iter(), "interaction.at").map_err(thrown)?;
        Ok(self.0.observe(interaction))
    }

    #[wasm_bindgen(js_name = observeAll)]
    pub fn observe_all(&mut self, interactions: JsValue) -> Result<String> {
        let path = "interactions";
        let interactions = records(value(interactions, path)?, path, Interaction::read).map_err(thrown)?;
        self.0.admit(interactions.iter(), path).map_err(thrown)?;
        Ok(json(&self.0.observe_all(interactions)))
    }

    #[wasm_bindgen(js_name = observeColumns)]
    pub fn observe_columns(&mut self, columns: JsValue) -> Result<String> {
        // All are looked at before the first is remembered: a mistake changes nothing.
        let columns = Columns::read(&columns, "columns", None).map_err(thrown)?;
        let mut ahead = Vec::new();
        columns
            .each(|interaction| ahead.extend(Some(interaction).filter(|one| self.0.is_ahead(one.at))))
            .map_err(thrown)?;
        self.0.admit(ahead.iter(), "columns.at").map_err(thrown)?;
        let mut report = ObserveReport::default();
        columns.each(|interaction| self.0.observe_into(&mut report, interaction)).map_err(thrown)?;
        Ok(json(&report))
    }

    pub fn recommend(&mut self, request: JsValue, explain: bool, reasons: bool) -> Result<String> {
        let request = Request::read(value(request, "request")?, "request").map_err(thrown)?;
        self.0.recommend(&request, Options { explain, reasons }).map(|decision| json(&decision)).map_err(thrown)
    }

    #[wasm_bindgen(js_name = recommendAll)]
    pub fn recommend_all(&mut self, requests: JsValue, explain: bool, reasons: bool) -> Result<String> {
        let requests = records(value(requests, "requests")?, "requests", Request::read).map_err(thrown)?;
        let mut decisions = Vec::with_capacity(requests.len());
        for (n, request) in requests.iter().enumerate() {
            let at = |mut error: Box<Error>| {
                error.path = error.path.replacen("request", &format!("requests[{n}]"), 1);
                error
            };
            decisions.push(self.0.recommend(request, Options { explain, reasons }).map_err(at).map_err(thrown)?);
        }
        Ok(json(&decisions))
    }

    pub fn accept(&mut self, decision: JsValue) -> Result<String> {
        let sent = Sent::read(value(decision, "decision")?, "decision").map_err(thrown)?;
        self.0.accept(&sent).map(|acceptance| json(&acceptance)).map_err(thrown)
    }

    #[wasm_bindgen(js_name = setPersonalised)]
    pub fn set_personalised(&mut self, user: &str, on: bool) -> Result<()> {
        self.0.set_personalised(&named(user)?, on);
        Ok(())
    }

    #[wasm_bindgen(js_name = removeFacet)]
    pub fn remove_facet(&mut self, user: &str, facet: &str, at: f64) -> Result<()> {
        let at = time(Value::Number(at), "at").map_err(thrown)?;
        self.0.remove_facet(&named(user)?, &facet_named(facet)?, at);
        Ok(())
    }

    #[wasm_bindgen(js_name = blockFacet)]
    pub fn block_facet(&mut self, user: &str, facet: &str, blocked: bool) -> Result<()> {
        self.0.block_facet(&named(user)?, &facet_named(facet)?, blocked);
        Ok(())
    }

    pub fn forget(&mut self, user: &str) -> bool {
        self.0.forget(user)
    }

    pub fn profile(&mut self, request: JsValue) -> Result<String> {
        let request = ProfileRequest::read(value(request, "profile")?, "profile").map_err(thrown)?;
        Ok(json(&self.0.profile(&request)))
    }

    pub fn similar(&mut self, item: &str, count: u32) -> Result<String> {
        self.0.similar(item, count as usize).map(|similar| json(&similar)).map_err(thrown)
    }

    // The memory is lent to what is written; for the host nothing changes.
    #[allow(clippy::wrong_self_convention)]
    #[wasm_bindgen(js_name = toSnapshot)]
    pub fn to_snapshot(&mut self) -> Vec<u8> {
        self.0.to_snapshot()
    }

    #[wasm_bindgen(js_name = fromSnapshot)]
    pub fn from_snapshot(bytes: &[u8]) -> Result<Core> {
        Recommender::from_snapshot(bytes).map(Core).map_err(thrown)
    }

    #[wasm_bindgen(js_name = useModel)]
    pub fn use_model(&mut self, bytes: &[u8]) -> Result<()> {
        self.0.use_model(bytes).map_err(thrown)
    }

    pub fn model(&self) -> Option<Vec<u8>> {
        self.0.model_bytes()
    }

    pub fn merge(&mut self, bytes: &[u8]) -> Result<()> {
        let other = Recommender::from_snapshot(bytes).map_err(thrown)?;
        self.0.merge(other).map_err(thrown)
    }

    pub fn config(&self) -> String {
        json(self.0.config().given())
    }

    pub fn stats(&self) -> String {
        json(&self.0.stats())
    }
}

fn unknown_sort(known: &str, sort: &str) -> JsValue {
    thrown(Error::new(Code::Unknown, "sort", ["one of ", known].concat(), quoted(sort)))
}

fn named(user: &str) -> Result<String> {
    id::id(Value::Text(user.to_owned()), "user").map_err(thrown)
}

fn facet_named(facet: &str) -> Result<String> {
    facet_name(Value::Text(facet.to_owned()), "facet").map_err(thrown)
}
