//! The profile of a subject, for people to read.

use serde::Serialize;

use crate::base::error::{Code, Error, Result};
use crate::base::id;
use crate::base::order;
use crate::base::sorted::SortedMap;
use crate::base::time::{self, Time};
use crate::base::value::builder::{builder, deserialize_by_read};
use crate::base::value::{self, Fields, Value};
use crate::engine::Engine;
use crate::memory::Subject;
use crate::memory::affinity::affinities;
use crate::memory::history::History;
use crate::memory::recent::RecentInteraction;
use crate::world::World;
use crate::world::consent::ALL_FACETS;
use crate::world::interaction::Interaction;
use crate::world::subject::{Group, User};

use super::Recommender;
use super::decision;

/// A request for a profile.
#[derive(Debug, Clone, PartialEq)]
pub struct ProfileRequest {
    user: Option<String>,
    group: Option<String>,
    now: Time,
    limit: usize,
}

deserialize_by_read!(ProfileRequest);

builder!(ProfileRequestBuilder of ProfileRequest at "profile": limit "limit");

impl ProfileRequest {
    /// Starts a request for a user's profile at this time, ms.
    ///
    /// ```
    /// use nextpick::{ProfileRequest, Recommender, Value};
    ///
    /// let mut recommender = Recommender::new(Value::Null)?;
    /// let request = ProfileRequest::of_user("u1", 1_774_958_400_000).limit(10).build()?;
    /// assert!(recommender.profile(&request).cold_start);
    /// # Ok::<(), Box<nextpick::Error>>(())
    /// ```
    pub fn of_user(user: impl Into<Value>, now: Time) -> ProfileRequestBuilder {
        ProfileRequestBuilder::default().with("user", user).with("now", now)
    }

    /// Starts a request for a group's profile at this time, ms.
    pub fn of_group(group: impl Into<Value>, now: Time) -> ProfileRequestBuilder {
        ProfileRequestBuilder::default().with("group", group).with("now", now)
    }

    /// Reads `{ user | group, now, limit? }`; `limit` bounds the affinities, items and sendings listed, 100 by default.
    ///
    /// # Errors
    /// Names the field that is wrong.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let request = Self {
            user: fields.optional("user", id::id)?,
            group: fields.optional("group", id::id)?,
            now: fields.required("now", time::time)?,
            limit: fields.or("limit", 100, value::whole(1, 1_000_000))? as usize,
        };
        fields.check()?;
        if request.user.is_some() == request.group.is_some() {
            return Err(Error::new(Code::Invalid, path, "either a user or a group", "both or neither"));
        }
        fields.finish()?;
        Ok(request)
    }
}

/// The profile of a subject.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Profile<'a> {
    /// The user or group.
    pub subject: decision::SubjectRef,
    /// The user's record, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<&'a User>,
    /// The group's record, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<&'a Group>,
    /// False if the user opted out of profiling; absent for groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub personalised: Option<bool>,
    /// Facets the user opted out of.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub blocked: Vec<&'a str>,
    /// True if the subject has no history.
    pub cold_start: bool,
    /// Tier, scores and end of the tier of a user; absent for groups, after an opt-out, and before the first operations.
    #[serde(flatten)]
    pub tier: Option<TierRow<'a>>,
    /// Number of interactions by kind.
    pub kinds: SortedMap<&'a str, u64>,
    /// Number of affinities.
    pub affinity_count: usize,
    /// The strongest affinities.
    pub affinity: Vec<AffinityRow<'a>>,
    /// Number of pairs of an item and a kind in the history.
    pub item_count: usize,
    /// Pairs of an item and a kind, latest first.
    pub items: Vec<ItemRow<'a>>,
    /// The latest interactions with items, as observed, oldest first.
    pub recent: Vec<Interaction>,
    /// The latest interactions without an item.
    pub milestones: Vec<Interaction>,
    /// Number of items sent to the subject.
    pub received_count: usize,
    /// The latest sendings to the subject, oldest first.
    pub received: Vec<ReceivedItem<'a>>,
}

/// The tier of a user with its scores.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TierRow<'a> {
    /// Name of the tier.
    pub tier: &'a str,
    /// Activity score.
    pub activity_score: f64,
    /// Value score.
    pub value_score: f64,
    /// End of the tier, ms, if nothing else happens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier_ends_at: Option<Time>,
}

/// The affinity of a subject for a facet by interactions of one kind.
#[derive(Debug, Serialize)]
pub struct AffinityRow<'a> {
    /// The facet: `tag:tea`.
    pub facet: &'a str,
    /// The kind of interaction.
    pub kind: &'a str,
    /// Weight at the short half-life.
    pub short: f64,
    /// Weight at the long half-life.
    pub long: f64,
}

/// The interactions of a subject with an item of one kind.
#[derive(Debug, Serialize)]
pub struct ItemRow<'a> {
    /// The item's id.
    pub item: &'a str,
    /// The kind of interaction.
    pub kind: &'a str,
    /// Number of interactions.
    pub count: u32,
    /// Time of the latest, ms.
    pub last: Time,
}

/// An item sent to a subject.
#[derive(Debug, Serialize)]
pub struct ReceivedItem<'a> {
    /// The item's id.
    pub item: &'a str,
    /// Time of the sending, ms.
    pub at: Time,
}

impl Recommender {
    /// Returns the profile of a user or group; for an unknown one it is empty, with `coldStart: true`.
    pub fn profile(&mut self, request: &ProfileRequest) -> Profile<'_> {
        self.clock.advance(request.now);
        self.engine.advance(request.now);
        self.refresh_operations();
        let Engine { world, memory, .. } = &self.engine;
        let subject = self.subject_of(request);
        let history = subject.and_then(|subject| memory.history(subject));
        let mut sent = subject.map_or(Vec::new(), |subject| memory.exposure.received(subject).items.to_vec());
        order::sort_by_key(&mut sent, |sending| (sending.at, sending.item));
        let user = match subject {
            Some(Subject::User(user)) => Some(user),
            _ => None,
        };
        let opted_out = user.map_or(&[][..], |user| world.facet_opt_outs(user));
        let all = history.map(|history| affinities(history, world, memory.half_lives(), request.now, opted_out));
        let all = all.unwrap_or_default();
        let mut items: Vec<ItemRow> = history.map_or(Vec::new(), |history| self.item_rows(history));
        order::sort_by(&mut items, |a, b| b.last.cmp(&a.last).then_with(|| (a.item, a.kind).cmp(&(b.item, b.kind))));
        let mut kinds = SortedMap::default();
        for stats in history.iter().flat_map(|history| history.stats()) {
            *kinds.or_default(world.kinds.name(stats.kind)) += u64::from(stats.count);
        }
        let tiers = self.operations.as_ref().filter(|_| request.user.is_some()).map(|operations| &operations.tiers);
        Profile {
            subject: decision::SubjectRef { user: request.user.clone(), group: request.group.clone() },
            user: request.user.as_ref().and_then(|id| world.users.get(id)),
            group: request.group.as_ref().and_then(|id| world.groups.get(id)),
            personalised: request.user.is_some().then(|| user.is_none_or(|user| world.is_personalised(user))),
            blocked: opted_out
                .iter()
                .filter(|opted_out| opted_out.blocked && opted_out.facet != ALL_FACETS)
                .map(|opted_out| world.facets.name(opted_out.facet))
                .collect(),
            cold_start: history.is_none(),
            tier: tiers.and_then(|tiers| {
                let standing = tiers.standing(world, memory, user, request.now)?;
                Some(TierRow {
                    tier: tiers.name(standing.tier),
                    activity_score: standing.activity_score,
                    value_score: standing.value_score,
                    tier_ends_at: tiers.ends_at(world, memory, user, request.now),
                })
            }),
            kinds,
            affinity_count: all.len(),
            affinity: all
                .iter()
                .take(request.limit)
                .map(|affinity| AffinityRow {
                    facet: world.facets.name(affinity.facet),
                    kind: world.kinds.name(affinity.kind),
                    short: affinity.short,
                    long: affinity.long,
                })
                .collect(),
            item_count: items.len(),
            items: items.into_iter().take(request.limit).collect(),
            recent: history.map_or(Vec::new(), |history| interactions(world, history.recent(request.now))),
            milestones: history.map_or(Vec::new(), |history| interactions(world, history.milestones(request.now))),
            received_count: sent.len(),
            received: sent[sent.len().saturating_sub(request.limit)..]
                .iter()
                .map(|sending| ReceivedItem { item: world.library.ids.name(sending.item), at: sending.at })
                .collect(),
        }
    }

    fn subject_of(&self, request: &ProfileRequest) -> Option<Subject> {
        match (&request.user, &request.group) {
            (Some(user), _) => self.engine.world.users.ids.get(user).map(Subject::User),
            (None, group) => {
                group.as_ref().and_then(|group| self.engine.world.groups.ids.get(group)).map(Subject::Group)
            }
        }
    }

    /// Returns upper bounds of the number of entries that a profile lists, and of the number it selects from.
    #[doc(hidden)]
    pub fn profile_sizes(&self, request: &ProfileRequest) -> (usize, usize) {
        let subject = self.subject_of(request);
        let known =
            subject.and_then(|subject| self.engine.memory.history(subject)).map_or(0, |history| history.stats().len());
        let received = subject.map_or(0, |subject| self.engine.memory.exposure.received(subject).items.len());
        let facets = self.engine.world.facets.ids().len() * self.engine.world.kinds.len();
        let all = [known, received, facets];
        (all.iter().map(|&some| some.min(request.limit)).sum(), all.iter().sum())
    }

    fn item_rows<'a>(&'a self, history: &'a History) -> Vec<ItemRow<'a>> {
        let with_items = history.stats().iter().filter_map(|stats| Some((stats.item()?, stats)));
        with_items
            .map(|(item, stats)| ItemRow {
                item: self.engine.world.library.ids.name(item),
                kind: self.engine.world.kinds.name(stats.kind),
                count: stats.count,
                last: stats.last,
            })
            .collect()
    }
}

fn interactions(world: &World, recent: &[RecentInteraction]) -> Vec<Interaction> {
    recent.iter().map(|recent| recent.interaction(world)).collect()
}
