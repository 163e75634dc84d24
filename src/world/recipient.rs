//! The recipient of a decision, as indices.

use super::World;
use super::subject::Group;
use crate::base::index::{ChannelIndex, GroupIndex, UserIndex};

/// Recipient and channel of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Recipient {
    /// True if the recipient is a user (in private, or within `group`), false if it is the group as a whole.
    pub is_user: bool,
    /// User; `None` for a group and for an unknown user.
    pub user: Option<UserIndex>,
    /// Group that is the recipient, or in which the user is addressed.
    pub group: Option<GroupIndex>,
    /// The request's channel, else the group's.
    pub channel: Option<ChannelIndex>,
}

impl Recipient {
    /// Resolves ids; unknown ones become `None`.
    pub fn of(world: &World, user: Option<&str>, group: Option<&str>, channel: Option<&str>) -> Self {
        let group = group.and_then(|id| world.groups.ids.get(id));
        let own_channel = || group.and_then(|group| world.groups.record(group)).and_then(|group| group.channel_index);
        Self {
            is_user: user.is_some(),
            user: user.and_then(|id| world.users.ids.get(id)),
            group,
            channel: channel.map_or_else(own_channel, |id| world.channels.ids.get(id)),
        }
    }

    /// Returns the recipient without the user's index if the user opted out of profiling.
    pub fn without_opted_out(self, world: &World) -> Self {
        Self { user: self.user.filter(|&user| world.is_personalised(user)), ..self }
    }

    /// Returns the group's record, if there is one.
    pub fn group_record(self, world: &World) -> Option<&Group> {
        world.groups.record(self.group?)
    }
}

/// A recipient by its ids, for audiences that name ids which no record has mentioned yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NamedRecipient<'a> {
    /// User, in private or within `group`.
    pub user: Option<&'a str>,
    /// Group that is the recipient, or in which the user is addressed.
    pub group: Option<&'a str>,
    /// The request's channel, else the group's.
    pub channel: Option<&'a str>,
    /// Tier of the recipient, if it has one.
    pub tier: Option<&'a str>,
}

impl<'a> NamedRecipient<'a> {
    /// Returns the recipient of a request.
    pub fn of(
        world: &'a World,
        user: Option<&'a str>,
        group: Option<&'a str>,
        channel: Option<&'a str>,
        tier: Option<&'a str>,
    ) -> Self {
        let own_channel = || world.groups.get(group?)?.channel.as_deref();
        Self { user, group, channel: channel.or_else(own_channel), tier }
    }

    /// Returns the tags of the user and of the group. The tags of a user who opted out of profiling are left out.
    pub(super) fn tags(self, world: &'a World) -> impl Iterator<Item = &'a str> {
        let user = self.user.and_then(|id| world.users.ids.get(id)).filter(|user| world.is_personalised(*user));
        let user = user.and_then(|user| world.users.facet_profile(user));
        let group =
            self.group.and_then(|id| world.groups.ids.get(id)).and_then(|group| world.groups.facet_profile(group));
        let facets = user.into_iter().chain(group).flat_map(|profile| &profile.tags);
        facets.filter_map(|&facet| world.facets.name(facet).strip_prefix("tag:"))
    }
}
