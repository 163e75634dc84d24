//! Journeys: queries over the log that say which step is due for whom.
//!
//! Nothing is stored but the sends of steps: entries, exits and due times are computed from the interactions at each
//! query, so that late, repeated, moved and deleted interactions cannot leave traces in them.

pub mod activity;
pub mod clock;
pub mod dates;
pub mod due;
pub mod entry;
pub mod prefilter;
pub mod state;
pub mod status;

#[cfg(test)]
mod oracle;
#[cfg(test)]
mod random;
#[cfg(test)]
mod tests;

use crate::base::index::{GroupIndex, UserIndex};
use crate::base::time::{Calendar, Time};
use crate::memory::tier::Tiers;
use crate::memory::{StateView, Subject};
use crate::operations::journey::{Journey, JourneySubject, Step, Trigger};
use crate::world::audience::AudienceRule;
use crate::world::recipient::{NamedRecipient, Recipient};

use activity::{Act, ResolvedCondition, Selector};

/// The state that journeys are evaluated on. Memory must be at the moment of the query.
#[derive(Debug, Clone, Copy)]
pub struct JourneyContext<'a> {
    /// Records and interactions at the moment of the query.
    pub state: StateView<'a>,
    /// The tiers, for audiences and inactivity.
    pub tiers: &'a Tiers,
    /// The operator's calendar.
    pub calendar: Calendar,
}

/// The recipient of a journey's messages, by index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum JourneyRecipient {
    /// A user, in private.
    User(UserIndex),
    /// A member of a group, in private, within the group.
    Member {
        /// The user.
        user: UserIndex,
        /// The group.
        group: GroupIndex,
    },
    /// A group as one.
    Group(GroupIndex),
}

/// A journey with its names resolved.
#[derive(Debug)]
pub struct ResolvedJourney<'a> {
    /// The journey.
    pub journey: &'a Journey,
    /// Selects the trigger events of an activity trigger.
    trigger: Option<Selector<'a>>,
    /// True if the record of a recipient may stand for a trigger event.
    starts_at_record: bool,
    exits: Vec<ResolvedCondition<'a>>,
    /// The conditions of each step.
    conditions: Vec<Vec<ResolvedCondition<'a>>>,
    /// The indices of the journey's and of each step's id among the sends.
    sent_ids: Option<(u32, Vec<Option<u32>>)>,
}

impl JourneyRecipient {
    /// Returns the recipient of a journey among a user and a group; `None` if one that it needs is missing.
    pub fn of(journey: &Journey, user: Option<UserIndex>, group: Option<GroupIndex>) -> Option<Self> {
        match journey.subject {
            JourneySubject::User => user.map(Self::User),
            JourneySubject::Member => user.zip(group).map(|(user, group)| Self::Member { user, group }),
            JourneySubject::Group if user.is_none() => group.map(Self::Group),
            JourneySubject::Group => None,
        }
    }

    /// Returns the subject whose sends and attributes count.
    pub fn subject(self) -> Subject {
        match self {
            Self::User(user) | Self::Member { user, .. } => Subject::User(user),
            Self::Group(group) => Subject::Group(group),
        }
    }

    /// Returns the user, if it is one.
    pub fn user(self) -> Option<UserIndex> {
        match self {
            Self::User(user) | Self::Member { user, .. } => Some(user),
            Self::Group(_) => None,
        }
    }

    /// Returns the group, if it is one or within one.
    pub fn group(self) -> Option<GroupIndex> {
        match self {
            Self::User(_) => None,
            Self::Member { group, .. } | Self::Group(group) => Some(group),
        }
    }

    /// True if an interaction counts for exits and conditions: for a member those in the group and those without one.
    fn counts(self, act: &Act) -> bool {
        match self {
            Self::Member { group, .. } => act.group.is_none_or(|other| other == group),
            _ => true,
        }
    }
}

impl<'a> ResolvedJourney<'a> {
    /// Resolves the names of a journey.
    pub fn new(journey: &'a Journey, context: &JourneyContext) -> Self {
        let world = context.state.world;
        let (trigger, kinds) = match &journey.trigger {
            Trigger::Activity { kinds, items } => (Some(Selector::new(kinds, items.as_deref(), world)), &kinds[..]),
            _ => (None, &[][..]),
        };
        let conditions =
            |step: &'a Step| step.conditions.iter().map(|condition| ResolvedCondition::new(condition, world)).collect();
        let sent = &context.state.memory.exposure.steps;
        Self {
            journey,
            trigger,
            starts_at_record: kinds.iter().any(|kind| kind == entry::stand_in_kind(journey.subject)),
            exits: journey.exit_when.iter().map(|condition| ResolvedCondition::new(condition, world)).collect(),
            conditions: journey.steps.iter().map(conditions).collect(),
            sent_ids: sent
                .number(&journey.id)
                .map(|id| (id, journey.steps.iter().map(|step| sent.number(&step.id)).collect())),
        }
    }

    /// Fills `acts` with the interactions of a recipient, sorted.
    pub fn acts<'b>(&self, context: &JourneyContext<'b>, to: JourneyRecipient, acts: &mut Vec<Act<'b>>) {
        match to {
            JourneyRecipient::User(user) | JourneyRecipient::Member { user, .. } => {
                activity::acts_of_user(context.state.world, context.state.memory, user, acts);
            }
            JourneyRecipient::Group(group) => {
                let with_opted_out = self.journey.transactional;
                activity::acts_of_group(context.state.world, context.state.memory, group, with_opted_out, acts);
            }
        }
    }

    /// True if a recipient belongs to an audience at a moment.
    fn admits(
        &self,
        context: &JourneyContext,
        audience: Option<&AudienceRule>,
        to: JourneyRecipient,
        moment: Time,
    ) -> bool {
        let Some(audience) = audience else { return true };
        let JourneyContext { state: StateView { world, memory, .. }, tiers, .. } = *context;
        let names_tiers =
            [Some(&audience.only), audience.not.as_ref()].into_iter().flatten().any(|a| a.tiers.is_some());
        let recipient = Recipient { is_user: to.user().is_some(), user: to.user(), group: to.group(), channel: None };
        let tier = if names_tiers { tiers.of_recipient(world, memory, recipient, moment) } else { None };
        let user = to.user().map(|user| world.users.ids.name(user));
        let group = to.group().map(|group| world.groups.ids.name(group));
        let channel = self.journey.channel.as_deref();
        let named = NamedRecipient::of(world, user, group, channel, tier.map(|tier| tiers.name(tier)));
        audience.admits(&named, world)
    }
}
