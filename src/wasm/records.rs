//! Bindings of the records: items, users, groups with their members, and channels.

use wasm_bindgen::prelude::*;

use crate::base::value::json;
use crate::recommender::Recommender;
use crate::world::item::Item;
use crate::world::membership::{Joining, Leaving};
use crate::world::patch::{Patch, PatchReport};
use crate::world::records;
use crate::world::subject::{Channel, Group, User};

use super::convert::{ids, value};
use super::memory::has_room;
use super::needs::{COST_OF_RECORDS, need, need_of_record};
use super::{Core, Result};

#[wasm_bindgen]
impl Core {
    #[wasm_bindgen(js_name = putItems)]
    pub fn put_items(&mut self, items: JsValue) -> Result<String> {
        self.0.add(need(&items, COST_OF_RECORDS), |core| {
            let items = records(value(items, "items")?, "items", Item::read)?;
            Ok(json(&core.put_items(items)))
        })
    }

    #[wasm_bindgen(js_name = putUsers)]
    pub fn put_users(&mut self, users: JsValue) -> Result<usize> {
        self.0.add(need(&users, COST_OF_RECORDS), |core| {
            let users = records(value(users, "users")?, "users", User::read)?;
            let put = users.len();
            core.put_users(users);
            Ok(put)
        })
    }

    #[wasm_bindgen(js_name = putGroups)]
    pub fn put_groups(&mut self, groups: JsValue) -> Result<usize> {
        self.0.add(need(&groups, COST_OF_RECORDS), |core| {
            let groups = records(value(groups, "groups")?, "groups", Group::read)?;
            let put = groups.len();
            core.put_groups(groups);
            Ok(put)
        })
    }

    #[wasm_bindgen(js_name = patchItems)]
    pub fn patch_items(&mut self, patches: JsValue) -> Result<String> {
        self.patch(patches, "items", |core, id| core.item(id).map(json), Recommender::patch_items)
    }

    #[wasm_bindgen(js_name = patchUsers)]
    pub fn patch_users(&mut self, patches: JsValue) -> Result<String> {
        self.patch(patches, "users", |core, id| core.user(id).map(json), Recommender::patch_users)
    }

    #[wasm_bindgen(js_name = patchGroups)]
    pub fn patch_groups(&mut self, patches: JsValue) -> Result<String> {
        self.patch(patches, "groups", |core, id| core.group(id).map(json), Recommender::patch_groups)
    }

    #[wasm_bindgen(js_name = removeGroups)]
    pub fn remove_groups(&mut self, groups: JsValue) -> Result<usize> {
        self.0.reduce(|core| Ok(core.remove_groups(&ids(groups, "ids")?)))
    }

    pub fn join(&mut self, joining: JsValue) -> Result<bool> {
        self.0.add(need(&joining, COST_OF_RECORDS), |core| {
            Ok(core.join(&Joining::read(value(joining, "joining")?, "joining")?))
        })
    }

    pub fn leave(&mut self, leaving: JsValue) -> Result<bool> {
        self.0.reduce(|core| Ok(core.leave(&Leaving::read(value(leaving, "leaving")?, "leaving")?)))
    }

    #[wasm_bindgen(js_name = putChannels)]
    pub fn put_channels(&mut self, channels: JsValue) -> Result<usize> {
        self.0.add(need(&channels, COST_OF_RECORDS), |core| {
            let channels = records(value(channels, "channels")?, "channels", Channel::read)?;
            let put = channels.len();
            core.put_channels(channels);
            Ok(put)
        })
    }

    #[wasm_bindgen(js_name = removeItems)]
    pub fn remove_items(&mut self, items: JsValue) -> Result<usize> {
        self.0.reduce(|core| Ok(core.remove_items(&ids(items, "ids")?)))
    }
}

impl Core {
    /// Patches records of one type; `find` returns the record of an id as JSON text.
    fn patch(
        &mut self,
        patches: JsValue,
        path: &str,
        find: fn(&Recommender, &str) -> Option<String>,
        patch: fn(&mut Recommender, &[Patch]) -> crate::base::error::Result<PatchReport>,
    ) -> Result<String> {
        self.0.add(need(&patches, COST_OF_RECORDS), |core| {
            let patches = records(value(patches, path)?, path, Patch::read)?;
            has_room(
                patches.iter().filter_map(|patch| find(core, &patch.id)).map(|record| need_of_record(&record)).sum(),
            )?;
            Ok(json(&patch(core, &patches)?))
        })
    }
}
