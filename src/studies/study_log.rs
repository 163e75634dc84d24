//! A log of messages and interactions with the records they name, in an order that depends on its content alone.

use rustc_hash::FxHashSet;

use crate::base::digest::Digest;
use crate::base::error::{Error, Result};
use crate::base::id::{self, Interner};
use crate::base::index::{ChannelIndex, GroupIndex, ItemIndex, KindIndex, UserIndex};
use crate::base::order;
use crate::base::time::{self, Calendar, Time};
use crate::base::value::{self, Fields, Value};
use crate::eligibility::Rules;
use crate::engine::config::Config;
use crate::memory::Subject;
use crate::operations::item_filter::ItemFilter;
use crate::world::World;
use crate::world::interaction::Interaction;
use crate::world::moving::Moving;

/// A message: a decision that was sent.
#[derive(Debug, Clone, PartialEq)]
pub struct StudyMessage {
    /// Fingerprint of the decision's id.
    pub id: u128,
    /// Time of the send.
    pub at: Time,
    /// Recipient, in private or within the group; `None` if the group is addressed as one.
    pub user: Option<UserIndex>,
    /// Group.
    pub group: Option<GroupIndex>,
    /// Channel.
    pub channel: Option<ChannelIndex>,
    /// Items.
    pub items: Box<[ItemIndex]>,
    /// Label of the tier that the recipient had.
    pub tier: Option<u32>,
    /// Labels of the journey and of the step.
    pub step: Option<(u32, u32)>,
    /// Labels of experiments and variants, by the order of the experiments' labels.
    pub variants: Box<[(u32, u32)]>,
}

/// An interaction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Event {
    /// Fingerprint of the complete interaction.
    digest: u128,
    /// Fingerprint of the host's id; `None` without one.
    id: Option<u128>,
    /// Time.
    pub at: Time,
    /// User.
    pub user: Option<UserIndex>,
    /// Group.
    pub group: Option<GroupIndex>,
    /// Item.
    pub item: Option<ItemIndex>,
    /// Kind.
    pub kind: KindIndex,
    /// Value.
    pub value: Option<f64>,
    /// Fingerprint of the decision's id that it names.
    pub decision: Option<u128>,
    /// The other user concerned: the one invited.
    pub target: Option<UserIndex>,
}

/// A log while it is read. Its kinds are numbered by name, because the configuration may come last.
#[derive(Debug)]
pub struct StudyLogBuilder {
    log: StudyLog,
    kinds: Interner<KindIndex>,
    /// Decisions that were revoked and not sent again.
    released: FxHashSet<u128>,
}

/// A log that was read.
#[derive(Debug)]
pub struct StudyLog {
    /// Records, and the indices of all ids.
    pub world: World,
    /// The operator's clock.
    pub calendar: Calendar,
    /// Number of kinds that the configuration describes; kinds that only the log names come after them.
    pub described_kinds: usize,
    /// Names of tiers, journeys, steps, experiments and variants.
    pub labels: Interner,
    /// Messages by time, each id once.
    pub messages: Vec<StudyMessage>,
    /// Interactions by time, each id once.
    pub events: Vec<Event>,
}

impl StudyLogBuilder {
    /// Returns an empty log under the default configuration.
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        let log = StudyLog {
            world: World::default(),
            calendar: Rules::default().calendar,
            described_kinds: 0,
            labels: Interner::default(),
            messages: Vec::new(),
            events: Vec::new(),
        };
        Self { log, kinds: Interner::default(), released: FxHashSet::default() }
    }

    /// Sets the configuration for the complete log; only kinds and clock are used.
    pub fn configure(&mut self, config: &Config) {
        self.log.world.kinds = config.kinds.clone();
        self.log.calendar = config.rules.calendar;
    }

    /// Returns the world, to put records.
    pub fn world(&mut self) -> &mut World {
        &mut self.log.world
    }

    /// Adds a message: a decision, or the part of it that `accept` reads. Other fields are ignored.
    ///
    /// # Errors
    /// An error with the path of the field that breaks a rule.
    pub fn push_message(&mut self, given: Value, path: &str) -> Result<()> {
        let mut fields = Fields::of(given, path)?;
        let StudyLog { world, labels, messages, .. } = &mut self.log;
        let (user, group) = fields.required("subject", |value, path| {
            let mut subject = Fields::of(value, path)?;
            let read = (subject.optional("user", id::id)?, subject.optional("group", id::id)?);
            subject.check().map(|()| read)
        })?;
        if user.is_none() && group.is_none() {
            return Err(Error::invalid(&fields.path("subject"), "a user or a group", "neither"));
        }
        let items = fields.required("picks", |value, path| {
            value::list(value, path, |value, path| Fields::of(value, path)?.required("item", id::id))
        })?;
        let step = fields.optional("step", |value, path| {
            let mut step = Fields::of(value, path)?;
            Ok((step.required("journey", id::id)?, step.required("step", id::id)?))
        })?;
        let variants = fields.or("variants", Vec::new(), |value, path| value::entries(value, path, id::id))?;
        let (id, at) = (fields.required("id", id::id)?, fields.required("at", time::time)?);
        let (channel, tier) = (fields.optional("channel", id::id)?, fields.optional("tier", id::id)?);
        fields.check()?;
        let message = StudyMessage {
            id: decision_id(&id),
            at,
            user: user.map(|user| world.users.ids.intern(&user)),
            group: group.map(|group| world.groups.ids.intern(&group)),
            channel: channel.map(|channel| world.channels.ids.intern(&channel)),
            items: items.iter().map(|item| world.library.ids.intern(item)).collect(),
            tier: tier.map(|tier| labels.intern(&tier)),
            step: step.map(|(journey, step)| (labels.intern(&journey), labels.intern(&step))),
            variants: variants.iter().map(|(id, variant)| (labels.intern(id), labels.intern(variant))).collect(),
        };
        // A decision without picks was silent: there was no message.
        if !message.items.is_empty() {
            self.released.remove(&message.id);
            messages.push(message);
        }
        Ok(())
    }

    /// Adds an interaction.
    pub fn push_interaction(&mut self, given: &Interaction) {
        let world = &mut self.log.world;
        let event = Event {
            digest: given.digest(),
            id: given.id.as_deref().map(|id| Digest::new("interaction id").text(id).finish()),
            at: given.at,
            user: given.user.as_deref().map(|user| world.users.ids.intern(user)),
            group: given.group.as_deref().map(|group| world.groups.ids.intern(group)),
            item: given.item.as_deref().map(|item| world.library.ids.intern(item)),
            kind: self.kinds.intern(&given.kind),
            value: given.value,
            decision: given.decision.as_deref().map(decision_id),
            target: given.target.as_deref().map(|user| world.users.ids.intern(user)),
        };
        self.log.events.push(event);
    }

    /// Removes the message of a decision that was revoked, unless it is added again later.
    pub fn release(&mut self, decision: &str) {
        self.released.insert(decision_id(decision));
    }

    /// Moves a group to a new id, in all lines read so far.
    pub fn move_group(&mut self, moving: &Moving) {
        if let Ok(Some(united)) = self.log.world.united(moving) {
            self.log.world.put_groups(vec![united]);
        }
        let ids = &mut self.log.world.groups.ids;
        let [from, to] = [&moving.from, &moving.to].map(|id| Some(ids.intern(id)));
        let groups = self.log.messages.iter_mut().map(|message| &mut message.group);
        groups.chain(self.log.events.iter_mut().map(|event| &mut event.group)).for_each(|group| {
            if *group == from {
                *group = to;
            }
        });
    }

    /// Returns the number of messages and interactions read so far.
    pub fn rows(&self) -> usize {
        self.log.messages.len() + self.log.events.len()
    }

    /// Ends the reading: sorts messages and interactions by time and content, and keeps each id once.
    pub fn finish(self) -> StudyLog {
        let Self { mut log, kinds, released } = self;
        log.described_kinds = log.world.kinds.len();
        let indices: Vec<KindIndex> = kinds.names().map(|name| log.world.kinds.intern(name)).collect();
        log.events.iter_mut().for_each(|event| event.kind = indices[event.kind.as_usize()]);
        log.messages.retain(|message| !released.contains(&message.id));
        order::sort_by(&mut log.messages, |a, b| (a.at, a.id).cmp(&(b.at, b.id)));
        let mut seen = FxHashSet::default();
        log.messages.retain(|message| seen.insert(message.id));
        order::sort_by(&mut log.events, |a, b| (a.at, a.digest).cmp(&(b.at, b.digest)));
        seen.clear();
        log.events.retain(|event| event.id.is_none_or(|id| seen.insert(id)));
        log
    }
}

impl StudyMessage {
    /// Returns the recipient: the user, else the group.
    pub fn subject(&self) -> Option<Subject> {
        self.user.map(Subject::User).or(self.group.map(Subject::Group))
    }

    /// Returns the independent cluster that it belongs to: the group, also for members in private, else the user.
    pub fn cluster(&self) -> Option<Subject> {
        self.group.map(Subject::Group).or(self.user.map(Subject::User))
    }

    /// Returns the label of its variant in an experiment, given by its label.
    pub fn variant(&self, experiment: u32) -> Option<u32> {
        self.variants.iter().find(|(id, _)| *id == experiment).map(|(_, variant)| *variant)
    }
}

impl StudyLog {
    /// True if a filter selects an item, by its index.
    pub fn selects(&self, filter: &ItemFilter, item: ItemIndex) -> bool {
        match self.world.library.known_entry(item) {
            Some(entry) => filter.matches(&entry.item),
            None => filter.matches_unknown(self.world.library.ids.name(item)),
        }
    }
}

fn decision_id(id: &str) -> u128 {
    Digest::new("decision id").text(id).finish()
}
