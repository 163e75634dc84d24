//! Whom a decision is for, in numbers.

use super::World;
use super::subject::Group;

/// Whom a decision is for and through which channel it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Recipient {
    /// Whether a user is addressed (in private, or within `group`), or the group as one.
    pub is_user: bool,
    /// The user; `None` for a group, and for a user nobody ever named.
    pub user: Option<u32>,
    /// The group addressed, or the one in which the user is addressed.
    pub group: Option<u32>,
    /// The request's channel, else the group's.
    pub channel: Option<u32>,
}

impl Recipient {
    /// The one behind the ids; ids never named stay without a number.
    pub fn of(world: &World, user: Option<&str>, group: Option<&str>, channel: Option<&str>) -> Self {
        let group = group.and_then(|id| world.groups.ids.get(id));
        let own_channel = || group.and_then(|group| world.groups.record(group)).and_then(|group| group.channel_number);
        Self {
            is_user: user.is_some(),
            user: user.and_then(|id| world.users.ids.get(id)),
            group,
            channel: channel.map_or_else(own_channel, |id| world.channels.ids.get(id)),
        }
    }

    /// The group's record, if there is one.
    pub fn group_record(self, world: &World) -> Option<&Group> {
        world.groups.record(self.group?)
    }
}
