//! Opt-outs of users, from personalisation or from single facets. They outlive the records of users, which a host may
//! put again at any time.

use crate::base::bytes::as_bytes;
use crate::base::digest::Digest;
use crate::base::error::{Error, Result};
use crate::base::index::{FacetIndex, ItemIndex, UserIndex};
use crate::base::time::Time;
use crate::base::value::{Value, display_value};

use super::World;
use super::audience::{Audience, AudienceRule};
use super::facet::FacetProfile;
use super::membership::Leaving;
use super::subject::User;

/// Maximum length in bytes: a namespace and a value.
const MAX_FACET_BYTES: usize = 600;

/// Reads the name of a facet: `tag:护肤`.
///
/// # Errors
/// [`Code::Invalid`](crate::base::error::Code::Invalid) without a namespace or above 600 bytes.
pub fn facet_name(value: Value, path: &str) -> Result<String> {
    match value {
        Value::Text(text) => check_facet(&text, path).map(|()| text),
        other => Err(not_a_facet(path, &other)),
    }
}

/// Checks the name of a facet, as [`facet_name`] does.
///
/// # Errors
/// [`Code::Invalid`](crate::base::error::Code::Invalid) without a namespace or above 600 bytes.
pub fn check_facet(name: &str, path: &str) -> Result<()> {
    match name.len() <= MAX_FACET_BYTES && name.find(':').is_some_and(|colon| colon > 0) {
        true => Ok(()),
        false => Err(not_a_facet(path, &Value::Text(name.to_owned()))),
    }
}

fn not_a_facet(path: &str, found: &Value) -> Box<Error> {
    Error::invalid(path, "a facet such as \"tag:tea\", at most 600 bytes", display_value(found))
}

/// A user's opt-out from one facet or from personalisation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FacetOptOut {
    user: UserIndex,
    /// Number of the facet; [`ALL_FACETS`] for personalisation as a whole.
    pub facet: FacetIndex,
    /// Interactions up to this time do not count for the facet.
    pub until: Time,
    /// If true, later interactions do not count for this facet either.
    pub blocked: bool,
}

as_bytes!(FacetOptOut: user, facet, until, blocked);

/// Pseudo-facet for personalisation as a whole; not the number of any facet.
pub const ALL_FACETS: FacetIndex = FacetIndex(u32::MAX);

impl FacetOptOut {
    /// True if an interaction at this time counts for the facet.
    pub fn counts_at(&self, at: Time) -> bool {
        !self.blocked && at > self.until
    }
    fn key(&self) -> (UserIndex, FacetIndex) {
        (self.user, self.facet)
    }
}

impl World {
    /// True if decisions may use the user's data: unless the record or an opt-out forbids it.
    pub fn is_personalised(&self, user: UserIndex) -> bool {
        self.users.record(user).is_none_or(|record| record.personalised != Some(false))
    }

    /// Returns a user's opt-outs, by facet.
    pub fn facet_opt_outs(&self, user: UserIndex) -> &[FacetOptOut] {
        let start = self.opt_outs.partition_point(|opt_out| opt_out.user < user);
        let end = self.opt_outs.partition_point(|opt_out| opt_out.user <= user);
        &self.opt_outs[start..end]
    }

    /// Disables personalisation independently of later records, or enables it until a record forbids it.
    pub fn set_personalised(&mut self, user: UserIndex, on: bool) {
        self.change_opt_out(user, ALL_FACETS, |opt_out| opt_out.blocked = !on);
        let nobody = || User::of(self.users.ids.name(user));
        let record = self.users.record(user).cloned().unwrap_or_else(nobody);
        self.put_users(vec![User { personalised: (!on).then_some(false), ..record }]);
    }

    /// Ignores a facet in interactions up to `at`, and removes it from the user's record and from later ones.
    pub fn remove_facet(&mut self, user: UserIndex, facet: &str, at: Time) {
        self.change_facet_opt_out(user, facet, |opt_out| opt_out.until = opt_out.until.max(at));
    }

    /// Blocks a facet for a user, independently of later interactions and records, or unblocks it.
    pub fn block_facet(&mut self, user: UserIndex, facet: &str, blocked: bool) {
        self.change_facet_opt_out(user, facet, |opt_out| opt_out.blocked = blocked);
    }

    /// Changes an opt-out and recomputes the user's facet profile.
    fn change_facet_opt_out(&mut self, user: UserIndex, facet: &str, change: impl FnOnce(&mut FacetOptOut)) {
        let index = self.facets.intern(facet);
        self.change_opt_out(user, index, change);
        if let Some(record) = self.users.record(user).cloned() {
            self.put_users(vec![record]);
        }
    }

    /// Returns a user's record and facet profile after opt-outs.
    pub(super) fn as_consented(&mut self, mut user: User) -> (User, FacetProfile) {
        let opt_outs = self.users.ids.get(&user.id).map_or(&[][..], |user| self.facet_opt_outs(user)).to_vec();
        for opt_out in opt_outs.iter().filter(|opt_out| opt_out.until > Time::MIN) {
            user.remove_facet(self.facets.name(opt_out.facet));
        }
        let blocks = |facet: FacetIndex| opt_outs.iter().any(|opt_out| opt_out.facet == facet && opt_out.blocked);
        if blocks(ALL_FACETS) {
            user.personalised = Some(false);
        }
        let profile = FacetProfile::of(&mut self.facets, &user.tags, &user.attributes);
        (user, if opt_outs.is_empty() { profile } else { profile.without(blocks) })
    }

    /// Changes, inserts or removes an opt-out.
    fn change_opt_out(&mut self, user: UserIndex, facet: FacetIndex, change: impl FnOnce(&mut FacetOptOut)) {
        let mut opt_out = FacetOptOut { user, facet, until: Time::MIN, blocked: false };
        let index = self.opt_outs.partition_point(|other| other.key() < opt_out.key());
        if let Some(before) = self.opt_outs.get(index).copied().filter(|other| other.key() == opt_out.key()) {
            opt_out = before;
            self.opt_outs.remove(index);
            self.digest.remove(self.fingerprint_of(&before));
        }
        change(&mut opt_out);
        if opt_out.blocked || opt_out.until > Time::MIN {
            self.opt_outs.insert(index, opt_out);
            self.digest.add(self.fingerprint_of(&opt_out));
        }
    }

    /// Returns all opt-outs, by user and facet.
    pub fn all_closed(&self) -> &[FacetOptOut] {
        &self.opt_outs
    }

    /// Adds opt-outs of a snapshot. Returns false, without a change, if one is not valid in this world.
    pub fn put_facet_opt_outs(&mut self, opt_outs: &[FacetOptOut]) -> bool {
        let (users, facets) = (self.users.ids.len() as u32, self.facets.len() as u32);
        let is_whole =
            |opt_out: &FacetOptOut| opt_out.facet == ALL_FACETS && opt_out.blocked && opt_out.until == Time::MIN;
        let fits = |opt_out: &FacetOptOut| opt_out.user.0 < users && (opt_out.facet.0 < facets || is_whole(opt_out));
        let all_fit = opt_outs.iter().all(fits);
        if all_fit {
            opt_outs
                .iter()
                .for_each(|opt_out| self.change_opt_out(opt_out.user, opt_out.facet, |here| *here = *opt_out));
        }
        all_fit
    }

    /// Adds the opt-outs of another world; `users` maps its user indices to those of this one.
    pub fn put_closed_of(&mut self, other: &Self, users: &[UserIndex]) {
        for opt_out in &other.opt_outs {
            let facet = match opt_out.facet {
                ALL_FACETS => ALL_FACETS,
                facet => self.facets.intern(other.facets.name(facet)),
            };
            let user = users[opt_out.user.as_usize()];
            self.change_opt_out(user, facet, |here| *here = FacetOptOut { user, facet, ..*opt_out });
        }
    }

    /// Uses names, because indices depend on the order of arrival.
    fn fingerprint_of(&self, opt_out: &FacetOptOut) -> u128 {
        let facet = if opt_out.facet == ALL_FACETS { "" } else { self.facets.name(opt_out.facet) };
        let names = Digest::new("closed").text(self.users.ids.name(opt_out.user)).text(facet);
        names.whole(opt_out.until).whole(opt_out.blocked.into()).finish()
    }

    /// Erases a user: record, opt-outs, mentions in groups and audiences, and facets that no other user has.
    pub fn forget(&mut self, user: UserIndex) {
        let id = self.users.ids.name(user).to_owned();
        for opt_out in self.facet_opt_outs(user).to_vec() {
            self.change_opt_out(user, opt_out.facet, |opt_out| (opt_out.until, opt_out.blocked) = (Time::MIN, false));
        }
        if let Some(record) = self.users.take(user) {
            self.digest.remove(super::fingerprint("user", &record));
        }
        let of_them = |group: &&super::subject::Group| group.member_indices.contains(&user);
        let groups: Vec<_> = self.groups.iter().filter(of_them).map(|group| group.id.clone()).collect();
        for group in groups {
            self.leave(&Leaving { group, user: id.clone() });
        }
        self.forget_in_audiences(&id);
        self.erase_unused_facets();
        self.users.ids.erase(user);
    }

    fn forget_in_audiences(&mut self, id: &str) {
        let named = |audience: &Audience| audience.users.as_ref().is_some_and(|users| users.iter().any(|u| u == id));
        let names = |rule: &AudienceRule| named(&rule.only) || rule.not.as_ref().is_some_and(named);
        let found =
            |(_, entry): &(ItemIndex, &super::library::Entry)| entry.item.audience.as_deref().is_some_and(names);
        let entries: Vec<_> = self.library.all().filter(found).map(|(_, e)| (e.item.clone(), e.removed)).collect();
        for (mut item, removed) in entries {
            let Some(rule) = &mut item.audience else { continue };
            let is_left = |audience: &mut Audience| {
                audience.users.iter_mut().for_each(|users| users.retain(|user| user != id));
                audience.users.as_ref().is_none_or(|users| !users.is_empty())
            };
            if !is_left(&mut rule.only) {
                // An audience without its only user contains no one, and not all users.
                rule.only.users = None;
                item.hidden = Some(true);
            }
            if let Some(not) = &mut rule.not
                && !is_left(not)
            {
                not.users = None;
            }
            // As in a rewritten log, an audience that named no other user is removed.
            rule.not.take_if(|not| not.is_empty());
            item.audience.take_if(|rule| rule.only.is_empty() && rule.not.is_none());
            let number = item.id.clone();
            self.put_items(vec![item]);
            if removed {
                self.remove_items(&[number]);
            }
        }
    }

    /// Erases the names of facets that no record has and no audience names.
    fn erase_unused_facets(&mut self) {
        let mut used = vec![false; self.facets.len()];
        let mut mark = |facet: FacetIndex| used[facet.as_usize()] = true;
        let profiles =
            self.users.facet_profiles().chain(self.groups.facet_profiles()).chain(self.channels.facet_profiles());
        profiles.flat_map(|profile| &profile.facets).for_each(|(facet, _)| mark(*facet));
        self.groups.iter().filter_map(|group| group.purpose_index).for_each(&mut mark);
        self.opt_outs.iter().map(|opt_out| opt_out.facet).filter(|facet| *facet != ALL_FACETS).for_each(&mut mark);
        for (_, entry) in self.library.all() {
            entry.facets.iter().for_each(|(facet, _)| mark(facet));
            let lists = entry.audience.iter().flat_map(|screen| [Some(&screen.only), screen.not.as_ref()]).flatten();
            let named = lists.flat_map(|list| [&list.tiers, &list.tags, &list.purposes]).flatten().flatten();
            named.for_each(|facet| mark(*facet));
        }
        for (facet, used) in (0..).map(FacetIndex).zip(used) {
            if !used && !self.facets.name(facet).is_empty() {
                self.facets.erase(facet);
            }
        }
    }
}
