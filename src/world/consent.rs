//! What users decided about themselves: whether decisions may use anything of them, and which facets may not speak.
//! It outlives the host's own records of them, which are put anew with every synchronisation.

use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::sorted::Sorted;
use crate::time::Time;
use crate::value::{Value, shown};

use super::World;
use super::facet::Profile;
use super::item::{Audience, AudienceRule};
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

/// What one user decided.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Consent {
    /// Whether nothing of them may be used.
    off: bool,
    /// The facets that may not speak for them, by number.
    closed: Vec<Closed>,
}

/// A facet that may not speak for a user.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Closed {
    /// Which.
    pub facet: u32,
    /// What they did up to this moment says nothing of it.
    pub until: Time,
    /// Nor does anything they do.
    pub blocked: bool,
}

impl Closed {
    /// Whether something done at this moment speaks for the facet.
    pub fn hears(&self, at: Time) -> bool {
        !self.blocked && at > self.until
    }
}

impl Consent {
    /// The facets that may not speak.
    pub fn closed(&self) -> &[Closed] {
        &self.closed
    }

    fn close(&mut self, facet: u32) -> &mut Closed {
        let place = self.closed.partition_point(|closed| closed.facet < facet);
        if self.closed.get(place).is_none_or(|closed| closed.facet != facet) {
            self.closed.insert(place, Closed { facet, until: Time::MIN, blocked: false });
        }
        &mut self.closed[place]
    }

    fn blocks(&self, facet: u32) -> bool {
        self.closed.binary_search_by_key(&facet, |closed| closed.facet).is_ok_and(|place| self.closed[place].blocked)
    }

    /// Under other numbers.
    fn renumbered(&self, mut number: impl FnMut(u32) -> u32) -> Self {
        let mut consent = Self { off: self.off, closed: Vec::new() };
        for closed in &self.closed {
            let facet = number(closed.facet);
            *consent.close(facet) = Closed { facet, ..*closed };
        }
        consent
    }

    fn fits(&self, facets: usize) -> bool {
        self.closed.iter().all(|closed| (closed.facet as usize) < facets)
            && self.closed.is_sorted_by(|a, b| a.facet < b.facet)
    }
}

impl World {
    /// Whether decisions may use what is known of a user: unless their record says no, which it does if they did.
    pub fn is_personalised(&self, user: u32) -> bool {
        self.users.record(user).is_none_or(|record| record.personalised != Some(false))
    }

    /// What a user decided.
    pub fn consent(&self, user: u32) -> Option<&Consent> {
        self.consents.get(&user)
    }

    /// Switches personalisation off, whatever records say later; or on, until a record says no.
    pub fn set_personalised(&mut self, user: u32, on: bool) {
        self.consent_with(user, |consent| consent.off = !on);
        let nobody = || User::of(self.users.ids.name(user));
        let record = self.users.record(user).cloned().unwrap_or_else(nobody);
        self.put_users(vec![User { personalised: (!on).then_some(false), ..record }]);
    }

    /// Lets nothing done up to `at` speak for a facet, and takes it from the user's record.
    pub fn remove_facet(&mut self, user: u32, facet: &str, at: Time) {
        let number = self.facets.intern(facet);
        self.consent_with(user, |consent| {
            let closed = consent.close(number);
            closed.until = closed.until.max(at);
        });
        if let Some(mut record) = self.users.record(user).cloned()
            && record.lose(facet)
        {
            self.put_users(vec![record]);
        }
    }

    /// Never lets a facet speak for a user, whatever they do and the host says; or lets it again.
    pub fn block_facet(&mut self, user: u32, facet: &str, blocked: bool) {
        let number = self.facets.intern(facet);
        self.consent_with(user, |consent| {
            consent.close(number).blocked = blocked;
            consent.closed.retain(|closed| closed.blocked || closed.until > Time::MIN);
        });
        // The portrait is drawn anew, with the facet or without.
        if let Some(record) = self.users.record(user).cloned() {
            self.put_users(vec![record]);
        }
    }

    /// A user's record and portrait as they may be kept.
    pub(super) fn as_consented(&self, user: User, portrait: Profile) -> (User, Profile) {
        match self.users.ids.get(&user.id).and_then(|user| self.consents.get(&user)) {
            Some(consent) => {
                let personalised = if consent.off { Some(false) } else { user.personalised };
                (User { personalised, ..user }, portrait.without(|facet| consent.blocks(facet)))
            }
            None => (user, portrait),
        }
    }

    fn consent_with(&mut self, user: u32, change: impl FnOnce(&mut Consent)) {
        let mut consent = self.consents.get(&user).cloned().unwrap_or_default();
        change(&mut consent);
        self.put_consent(user, consent);
    }

    /// Puts what a user decided in the place of what they decided before.
    fn put_consent(&mut self, user: u32, consent: Consent) {
        if let Some(before) = self.consents.remove(&user) {
            self.digest.remove(self.fingerprint_of(user, &before));
        }
        if consent != Consent::default() {
            self.digest.add(self.fingerprint_of(user, &consent));
            *self.consents.or_default(user) = consent;
        }
    }

    /// Takes over what users decided, as a snapshot brought it; false, and nothing has changed, if it is not of this world.
    pub fn put_consents(&mut self, consents: Sorted<u32, Consent>) -> bool {
        let fits = |(user, consent): &(u32, Consent)| {
            (*user as usize) < self.users.ids.len() && consent.fits(self.facets.len())
        };
        let all_fit = consents.is_sound() && consents.iter().all(fits);
        if all_fit {
            consents.iter().for_each(|(user, consent)| self.put_consent(*user, consent.clone()));
        }
        all_fit
    }

    /// Takes over what another world's users decided; `users` are their numbers here.
    pub fn put_consents_of(&mut self, other: &Self, users: &[u32]) {
        for &(user, ref consent) in other.consents.iter() {
            let consent = consent.renumbered(|facet| self.facets.intern(other.facets.name(facet)));
            self.put_consent(users[user as usize], consent);
        }
    }

    /// By names, not numbers: those depend on who was met first.
    fn fingerprint_of(&self, user: u32, consent: &Consent) -> u128 {
        let mut closed: Vec<&Closed> = consent.closed.iter().collect();
        crate::order::sort_by(&mut closed, |a, b| self.facets.name(a.facet).cmp(self.facets.name(b.facet)));
        let said = Digest::new("consent").text(self.users.ids.name(user)).whole(consent.off.into());
        let digest = closed.into_iter().fold(said, |digest, closed| {
            digest.text(self.facets.name(closed.facet)).whole(closed.until).whole(closed.blocked.into())
        });
        digest.finish()
    }

    /// Forgets all that was said of a user: their record, what they decided, their name in groups and audiences, and
    /// the facets that nobody else bears.
    pub fn forget(&mut self, user: u32) {
        let id = self.users.ids.name(user).to_owned();
        let portrait = self.users.portrait(user).map_or(&[][..], |portrait| &portrait.facets).to_vec();
        let closed = self.consent(user).map_or(&[][..], Consent::closed).to_vec();
        self.put_consent(user, Consent::default());
        if let Some(record) = self.users.take(user) {
            self.digest.remove(super::fingerprint("user", &record));
        }
        let of_them = |group: &&super::subject::Group| group.member_numbers.contains(&user);
        let mut groups: Vec<_> = self.groups.iter().filter(of_them).cloned().collect();
        for group in &mut groups {
            group.members.iter_mut().for_each(|members| members.retain(|member| member.user != id));
        }
        self.put_groups(groups);
        self.forget_in_audiences(&id);
        let facets = portrait.into_iter().map(|(facet, _)| facet).chain(closed.into_iter().map(|closed| closed.facet));
        for facet in facets {
            if !self.is_borne(facet) {
                self.facets.erase(facet);
            }
        }
        self.users.ids.erase(user);
    }

    fn forget_in_audiences(&mut self, id: &str) {
        let named =
            |audience: &Audience<String>| audience.users.as_ref().is_some_and(|users| users.iter().any(|u| u == id));
        let names = |rule: &AudienceRule| named(&rule.only) || rule.not.as_ref().is_some_and(named);
        let found = |(_, entry): &(u32, &super::library::Entry)| entry.item.audience.as_ref().is_some_and(names);
        let entries: Vec<_> = self.library.all().filter(found).map(|(_, e)| (e.item.clone(), e.removed)).collect();
        for (mut item, removed) in entries {
            let lists = item.audience.iter_mut().flat_map(|rule| [Some(&mut rule.only), rule.not.as_mut()]).flatten();
            // An empty list is met by nobody: who was named alone is gone, and all others stay as they were.
            lists.filter_map(|list| list.users.as_mut()).for_each(|users| users.retain(|user| user != id));
            let number = item.id.clone();
            self.put_items(vec![item]);
            if removed {
                self.remove_items(&[number]);
            }
        }
    }

    /// Whether anything there is bears a facet, or a rule asks for it.
    fn is_borne(&self, facet: u32) -> bool {
        let mut portraits = self.users.portraits().chain(self.groups.portraits()).chain(self.channels.portraits());
        let asked = |audience: &Audience<u32>| {
            [&audience.tags, &audience.purposes].into_iter().flatten().any(|list| list.contains(&facet))
        };
        portraits.any(|portrait| portrait.facets.iter().any(|(borne, _)| *borne == facet))
            || self.groups.iter().any(|group| group.purpose_number == Some(facet))
            || self.consents.iter().any(|(_, consent)| consent.closed.iter().any(|closed| closed.facet == facet))
            || self.library.all().any(|(_, entry)| {
                entry.facets.iter().any(|(borne, _)| *borne == facet)
                    || entry.audience.as_ref().is_some_and(|s| asked(&s.only) || s.not.as_ref().is_some_and(asked))
            })
    }
}
