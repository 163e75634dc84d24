//! What users decided about themselves: whether decisions may use anything of them, and which facets may not speak.
//! It outlives the host's own records of them, which are put anew with every synchronisation.

use crate::base::bytes::as_bytes;
use crate::base::digest::Digest;
use crate::base::error::{Error, Result};
use crate::base::time::Time;
use crate::base::value::{Value, shown};

use super::World;
use super::facet::FacetProfile;
use super::item::{Audience, AudienceRule};
use super::membership::Leaving;
use super::subject::User;

/// A facet's name is a namespace and a value.
const MOST_FACET_BYTES: usize = 600;

/// Reads the name of a facet: `tag:护肤`.
pub fn facet_name(value: Value, path: &str) -> Result<String> {
    match value {
        Value::Text(text) if text.len() <= MOST_FACET_BYTES && text.find(':').is_some_and(|colon| colon > 0) => {
            Ok(text)
        }
        other => Err(Error::invalid(path, "a facet such as \"tag:tea\", at most 600 bytes", shown(&other))),
    }
}

/// A facet that may not speak for a user, or all of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FacetOptOut {
    user: u32,
    /// Which, by number; [`ALL_FACETS`] where nothing of the user may be used.
    pub facet: u32,
    /// What they did up to this moment says nothing of it.
    pub until: Time,
    /// Nor does anything they do.
    pub blocked: bool,
}

as_bytes!(FacetOptOut: user, facet, until, blocked);

/// Stands for all facets and everything else that is known of a user. The number of no facet.
pub const ALL_FACETS: u32 = u32::MAX;

impl FacetOptOut {
    /// Whether something done at this moment speaks for the facet.
    pub fn counts_at(&self, at: Time) -> bool {
        !self.blocked && at > self.until
    }
    fn key(&self) -> (u32, u32) {
        (self.user, self.facet)
    }
}

impl World {
    /// Whether decisions may use what is known of a user: unless their record says no, which it does if they did.
    pub fn is_personalised(&self, user: u32) -> bool {
        self.users.record(user).is_none_or(|record| record.personalised != Some(false))
    }

    /// What is closed of a user, by facet.
    pub fn closed(&self, user: u32) -> &[FacetOptOut] {
        let start = self.closed.partition_point(|closed| closed.user < user);
        let end = self.closed.partition_point(|closed| closed.user <= user);
        &self.closed[start..end]
    }

    /// Switches personalisation off, whatever records say later; or on, until a record says no.
    pub fn set_personalised(&mut self, user: u32, on: bool) {
        self.close(user, ALL_FACETS, |closed| closed.blocked = !on);
        let nobody = || User::of(self.users.ids.name(user));
        let record = self.users.record(user).cloned().unwrap_or_else(nobody);
        self.put_users(vec![User { personalised: (!on).then_some(false), ..record }]);
    }

    /// Lets nothing done up to `at` speak for a facet, and takes it from the user's record, also from those put later.
    pub fn remove_facet(&mut self, user: u32, facet: &str, at: Time) {
        self.close_named(user, facet, |closed| closed.until = closed.until.max(at));
    }

    /// Never lets a facet speak for a user, whatever they do and the host says; or lets it again.
    pub fn block_facet(&mut self, user: u32, facet: &str, blocked: bool) {
        self.close_named(user, facet, |closed| closed.blocked = blocked);
    }

    /// Changes what is closed of a user and draws their portrait anew, with the facet or without.
    fn close_named(&mut self, user: u32, facet: &str, change: impl FnOnce(&mut FacetOptOut)) {
        let number = self.facets.intern(facet);
        self.close(user, number, change);
        if let Some(record) = self.users.record(user).cloned() {
            self.put_users(vec![record]);
        }
    }

    /// A user's record and portrait as they may be kept.
    pub(super) fn as_consented(&mut self, mut user: User) -> (User, FacetProfile) {
        let closed = self.users.ids.get(&user.id).map_or(&[][..], |user| self.closed(user)).to_vec();
        for closed in closed.iter().filter(|closed| closed.until > Time::MIN) {
            user.lose(self.facets.name(closed.facet));
        }
        let blocks = |facet: u32| closed.iter().any(|closed| closed.facet == facet && closed.blocked);
        if blocks(ALL_FACETS) {
            user.personalised = Some(false);
        }
        let portrait = FacetProfile::of(&mut self.facets, &user.tags, &user.attributes);
        (user, if closed.is_empty() { portrait } else { portrait.without(blocks) })
    }

    /// Changes what is closed of a user.
    fn close(&mut self, user: u32, facet: u32, change: impl FnOnce(&mut FacetOptOut)) {
        let mut closed = FacetOptOut { user, facet, until: Time::MIN, blocked: false };
        let place = self.closed.partition_point(|other| other.key() < closed.key());
        if let Some(before) = self.closed.get(place).copied().filter(|other| other.key() == closed.key()) {
            closed = before;
            self.closed.remove(place);
            self.digest.remove(self.fingerprint_of(&before));
        }
        change(&mut closed);
        if closed.blocked || closed.until > Time::MIN {
            self.closed.insert(place, closed);
            self.digest.add(self.fingerprint_of(&closed));
        }
    }

    /// All that users decided, by user and facet.
    pub fn all_closed(&self) -> &[FacetOptOut] {
        &self.closed
    }

    /// Takes over what users decided, as a snapshot brought it; false, and nothing has changed, if it is not of this world.
    pub fn put_closed(&mut self, closed: &[FacetOptOut]) -> bool {
        let (users, facets) = (self.users.ids.len() as u32, self.facets.len() as u32);
        let is_whole = |closed: &FacetOptOut| closed.facet == ALL_FACETS && closed.blocked && closed.until == Time::MIN;
        let fits = |closed: &FacetOptOut| closed.user < users && (closed.facet < facets || is_whole(closed));
        let all_fit = closed.iter().all(fits);
        if all_fit {
            closed.iter().for_each(|closed| self.close(closed.user, closed.facet, |here| *here = *closed));
        }
        all_fit
    }

    /// Takes over what another world's users decided; `users` are their numbers here.
    pub fn put_closed_of(&mut self, other: &Self, users: &[u32]) {
        for closed in &other.closed {
            let facet = match closed.facet {
                ALL_FACETS => ALL_FACETS,
                facet => self.facets.intern(other.facets.name(facet)),
            };
            let user = users[closed.user as usize];
            self.close(user, facet, |here| *here = FacetOptOut { user, facet, ..*closed });
        }
    }

    /// By names, not numbers: those depend on who was met first.
    fn fingerprint_of(&self, closed: &FacetOptOut) -> u128 {
        let facet = if closed.facet == ALL_FACETS { "" } else { self.facets.name(closed.facet) };
        let said = Digest::new("closed").text(self.users.ids.name(closed.user)).text(facet);
        said.whole(closed.until).whole(closed.blocked.into()).finish()
    }

    /// Forgets all that was said of a user: their record, what they decided, their name in groups and audiences, and
    /// the facets that nobody else bears.
    pub fn forget(&mut self, user: u32) {
        let id = self.users.ids.name(user).to_owned();
        for closed in self.closed(user).to_vec() {
            self.close(user, closed.facet, |closed| (closed.until, closed.blocked) = (Time::MIN, false));
        }
        if let Some(record) = self.users.take(user) {
            self.digest.remove(super::fingerprint("user", &record));
        }
        let of_them = |group: &&super::subject::Group| group.member_numbers.contains(&user);
        let groups: Vec<_> = self.groups.iter().filter(of_them).map(|group| group.id.clone()).collect();
        for group in groups {
            self.leave(&Leaving { group, user: id.clone() });
        }
        self.forget_in_audiences(&id);
        self.forget_unborne_facets();
        self.users.ids.erase(user);
    }

    fn forget_in_audiences(&mut self, id: &str) {
        let named =
            |audience: &Audience<String>| audience.users.as_ref().is_some_and(|users| users.iter().any(|u| u == id));
        let names = |rule: &AudienceRule| named(&rule.only) || rule.not.as_ref().is_some_and(named);
        let found = |(_, entry): &(u32, &super::library::Entry)| entry.item.audience.as_ref().is_some_and(names);
        let entries: Vec<_> = self.library.all().filter(found).map(|(_, e)| (e.item.clone(), e.removed)).collect();
        for (mut item, removed) in entries {
            let Some(rule) = &mut item.audience else { continue };
            let is_left = |audience: &mut Audience<String>| {
                audience.users.iter_mut().for_each(|users| users.retain(|user| user != id));
                audience.users.as_ref().is_none_or(|users| !users.is_empty())
            };
            if !is_left(&mut rule.only) {
                // What was for them alone is for nobody.
                rule.only.users = None;
                item.hidden = Some(true);
            }
            if let Some(not) = &mut rule.not
                && !is_left(not)
            {
                not.users = None;
            }
            let number = item.id.clone();
            self.put_items(vec![item]);
            if removed {
                self.remove_items(&[number]);
            }
        }
    }

    /// Lets go of the names of facets that nothing bears and no rule asks for: of those who were forgotten, and of what
    /// records said before.
    fn forget_unborne_facets(&mut self) {
        let mut borne = vec![false; self.facets.len()];
        let mut mark = |facet: u32| borne[facet as usize] = true;
        let portraits = self.users.portraits().chain(self.groups.portraits()).chain(self.channels.portraits());
        portraits.flat_map(|portrait| &portrait.facets).for_each(|(facet, _)| mark(*facet));
        self.groups.iter().filter_map(|group| group.purpose_number).for_each(&mut mark);
        self.closed.iter().map(|closed| closed.facet).filter(|facet| *facet != ALL_FACETS).for_each(&mut mark);
        for (_, entry) in self.library.all() {
            entry.facets.iter().for_each(|(facet, _)| mark(*facet));
            let lists = entry.audience.iter().flat_map(|screen| [Some(&screen.only), screen.not.as_ref()]).flatten();
            let named = lists.flat_map(|list| [&list.tags, &list.purposes]).flatten().flatten();
            named.for_each(|facet| mark(*facet));
        }
        for (facet, borne) in (0..).zip(borne) {
            if !borne && !self.facets.name(facet).is_empty() {
                self.facets.erase(facet);
            }
        }
    }
}
