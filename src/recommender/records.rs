//! Records of the host: items, users, groups with their members, and channels.

use crate::base::error::Result;
use crate::base::index::UserIndex;
use crate::world::PutReport;
use crate::world::item::Item;
use crate::world::membership::{Joining, Leaving};
use crate::world::patch::{Patch, PatchReport, patched};
use crate::world::subject::{Channel, Group, User};

use super::Recommender;

impl Recommender {
    /// Puts items; each replaces the one with the same id.
    ///
    /// ```
    /// use nextpick::{Item, Recommender, Value};
    ///
    /// let items: Vec<Item> = serde_json::from_str(r#"[{ "id": "a", "tags": ["tea"] }, { "id": "b" }]"#).unwrap();
    /// let mut recommender = Recommender::new(Value::Null)?;
    /// assert_eq!(recommender.put_items(items).put, 2);
    /// assert_eq!(recommender.item("b").unwrap().tags, None);
    /// // A record that breaks a rule is refused, with the path of the field.
    /// let error = serde_json::from_str::<Item>(r#"{ "id": "c", "tag": ["tea"] }"#).unwrap_err();
    /// assert!(error.to_string().contains("tag"), "{error}");
    /// # Ok::<(), Box<nextpick::Error>>(())
    /// ```
    pub fn put_items(&mut self, items: Vec<Item>) -> PutReport {
        self.engine.world.change().put_items(items)
    }

    /// Changes single fields of items; null removes a field. Either all patches of known ids apply or none.
    ///
    /// ```
    /// use nextpick::{Item, Patch, Recommender, Value};
    ///
    /// let mut recommender = Recommender::new(Value::Null)?;
    /// recommender.put_items(vec![Item::builder("a").tags(["tea"]).hidden(true).build()?]);
    /// let patches: Vec<Patch> = serde_json::from_str(r#"[{ "id": "a", "hidden": null }, { "id": "b" }]"#).unwrap();
    /// assert_eq!(recommender.patch_items(&patches)?.unknown, ["b"]);
    /// assert_eq!(recommender.item("a"), Some(&Item::builder("a").tags(["tea"]).build()?));
    /// # Ok::<(), Box<nextpick::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Names the field that breaks a rule of the record; no record is changed.
    pub fn patch_items(&mut self, patches: &[Patch]) -> Result<PatchReport> {
        let (items, report) = patched(patches, "items", |id| self.item(id))?;
        self.put_items(items);
        Ok(report)
    }

    /// Changes single fields of users, as [`Self::patch_items`] does.
    ///
    /// # Errors
    /// Names the field that breaks a rule of the record; no record is changed.
    pub fn patch_users(&mut self, patches: &[Patch]) -> Result<PatchReport> {
        let (users, report) = patched(patches, "users", |id| self.user(id))?;
        self.put_users(users);
        Ok(report)
    }

    /// Changes single fields of groups, as [`Self::patch_items`] does.
    ///
    /// # Errors
    /// Names the field that breaks a rule of the record; no record is changed.
    pub fn patch_groups(&mut self, patches: &[Patch]) -> Result<PatchReport> {
        let (groups, report) = patched(patches, "groups", |id| self.group(id))?;
        self.put_groups(groups);
        Ok(report)
    }

    /// Removes items from the library; their interactions stay. Returns the number removed.
    pub fn remove_items(&mut self, ids: &[String]) -> usize {
        self.engine.world.change().remove_items(ids)
    }

    /// Puts users; each replaces the one with the same id.
    pub fn put_users(&mut self, users: Vec<User>) {
        let world = self.engine.world.change();
        let numbers: Vec<UserIndex> = users.iter().map(|user| world.users.ids.intern(&user.id)).collect();
        world.put_users(users);
        numbers.into_iter().for_each(|user| self.apply_consent(user));
    }

    /// Puts groups; each replaces the one with the same id.
    pub fn put_groups(&mut self, groups: Vec<Group>) {
        self.engine.world.change().put_groups(groups);
    }

    /// Removes the records of groups, with their members; interactions and sent decisions in them stay. Returns the
    /// number removed.
    pub fn remove_groups(&mut self, ids: &[String]) -> usize {
        self.engine.world.change().remove_groups(ids)
    }

    /// Adds a user to a group, which is created if unknown; false if they are a member already.
    ///
    /// ```
    /// use nextpick::{Joining, Recommender, Value};
    ///
    /// let mut recommender = Recommender::new(Value::Null)?;
    /// let joining = Joining { group: "g1".into(), user: "u1".into(), at: 1_774_958_400_000 };
    /// assert!(recommender.join(&joining) && !recommender.join(&joining));
    /// assert_eq!(recommender.group("g1").unwrap().members.as_ref().unwrap()[0].user, "u1");
    /// # Ok::<(), Box<nextpick::Error>>(())
    /// ```
    pub fn join(&mut self, joining: &Joining) -> bool {
        self.engine.world.change_if(|world| world.join(joining))
    }

    /// Removes a user from a group; false if they are not a member.
    pub fn leave(&mut self, leaving: &Leaving) -> bool {
        self.engine.world.change_if(|world| world.leave(leaving))
    }

    /// The items of the library.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.engine.world.library.iter().map(|(_, entry)| &entry.item)
    }
    /// The users that have a record.
    pub fn users(&self) -> impl Iterator<Item = &User> {
        self.engine.world.users.iter()
    }
    /// The groups that have a record.
    pub fn groups(&self) -> impl Iterator<Item = &Group> {
        self.engine.world.groups.iter()
    }
    /// The channels that have a record.
    pub fn channels(&self) -> impl Iterator<Item = &Channel> {
        self.engine.world.channels.iter()
    }
    /// The ids of all users, also of users without a record.
    pub fn user_ids(&self) -> impl Iterator<Item = &str> {
        self.engine.world.users.ids.known()
    }
    /// The ids of all groups, also of groups without a record.
    pub fn group_ids(&self) -> impl Iterator<Item = &str> {
        self.engine.world.groups.ids.known()
    }
    /// The record of an item in the library.
    pub fn item(&self, id: &str) -> Option<&Item> {
        self.engine.world.library.get(id).map(|entry| &entry.item)
    }
    /// The record of a user.
    pub fn user(&self, id: &str) -> Option<&User> {
        self.engine.world.users.get(id)
    }
    /// The record of a group.
    pub fn group(&self, id: &str) -> Option<&Group> {
        self.engine.world.groups.get(id)
    }
    /// The record of a channel.
    pub fn channel(&self, id: &str) -> Option<&Channel> {
        self.engine.world.channels.get(id)
    }

    /// Puts channels; each replaces the one with the same id.
    pub fn put_channels(&mut self, channels: Vec<Channel>) {
        self.engine.world.change().put_channels(channels);
    }
}
