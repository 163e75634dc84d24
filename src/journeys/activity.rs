//! The interactions of a journey's subject, with values and references, and conditions on them.

use std::borrow::Cow;
use std::cell::Cell;
use std::cmp::Ordering;

use crate::base::index::{GroupIndex, ItemIndex, KindIndex, UserIndex};
use crate::base::order;
use crate::base::time::{Calendar, DAY, Time};
use crate::memory::event::CompactInteraction;
use crate::memory::values::ValuedInteraction;
use crate::memory::{Memory, Subject};
use crate::operations::activity_condition::ActivityCondition;
use crate::operations::item_filter::ItemFilter;
use crate::world::World;

/// One interaction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Act<'a> {
    /// Time.
    pub at: Time,
    /// Index of the kind.
    pub kind: KindIndex,
    /// Index of the item.
    pub item: Option<ItemIndex>,
    /// Index of the group in which it happened.
    pub group: Option<GroupIndex>,
    /// Value; 0 if it has none.
    pub value: f64,
    /// Reference.
    pub reference: Option<&'a str>,
}

/// Selects interactions by kind and item.
#[derive(Debug)]
pub struct Selector<'a> {
    /// True if a kind is selected, by index.
    kinds: Vec<bool>,
    items: Option<&'a ItemFilter>,
    /// True if an item is selected, by index, once it was asked for.
    known: Vec<Cell<Option<bool>>>,
}

/// An activity condition with its names resolved.
#[derive(Debug)]
pub struct ResolvedCondition<'a> {
    condition: &'a ActivityCondition,
    selector: Selector<'a>,
}

impl<'a> Selector<'a> {
    /// Resolves the names of kinds; unknown kinds select nothing.
    pub fn new(kinds: &[String], items: Option<&'a ItemFilter>, world: &World) -> Self {
        let mut selected = vec![false; world.kinds.len()];
        kinds.iter().filter_map(|kind| world.kinds.index(kind)).for_each(|kind| selected[kind.as_usize()] = true);
        let known = if items.is_some() { vec![Cell::new(None); world.library.ids.len()] } else { Vec::new() };
        Self { kinds: selected, items, known }
    }

    /// True if an interaction is selected. Without an item it is selected only if there is no item filter.
    pub fn selects(&self, act: &Act, world: &World) -> bool {
        self.kinds.get(act.kind.as_usize()).is_some_and(|selected| *selected)
            && self.items.is_none_or(|filter| act.item.is_some_and(|item| self.selects_item(filter, item, world)))
    }

    fn selects_item(&self, filter: &ItemFilter, item: ItemIndex, world: &World) -> bool {
        let known = self.known.get(item.as_usize());
        if let Some(selected) = known.and_then(Cell::get) {
            return selected;
        }
        let selected = match world.library.entry(item) {
            Some(entry) => filter.matches(&entry.item),
            None => filter.matches_unknown(world.library.ids.name(item)),
        };
        known.into_iter().for_each(|known| known.set(Some(selected)));
        selected
    }
}

impl<'a> ResolvedCondition<'a> {
    /// Resolves the names of a condition.
    pub fn new(condition: &'a ActivityCondition, world: &World) -> Self {
        Self { condition, selector: Selector::new(&condition.kinds, condition.items.as_ref(), world) }
    }

    /// True if the condition holds at `moment`. `acts` are those of the scope up to `moment` that may count, in time
    /// order; `start` is the begin of the counting window unless the condition has a window of its own.
    pub fn holds<'b>(
        &self,
        acts: impl Iterator<Item = &'b Act<'b>>,
        start: Time,
        moment: Time,
        calendar: Calendar,
        world: &World,
    ) -> bool {
        let window = self.condition.within_days.map(|days| moment - (days * DAY as f64).round() as Time);
        let mut tally = Tally::default();
        for act in acts.filter(|act| self.selector.selects(act, world)) {
            match window {
                Some(window) if act.at <= window => {}
                Some(_) => tally.add(act, true, calendar),
                None => tally.add(act, act.at >= start, calendar),
            }
        }
        tally.meets(self.condition, moment, calendar)
    }

    /// Returns the first moment from `start` on at which the condition holds. `acts` are as for [`Self::holds`].
    pub fn first_holds<'b>(
        &self,
        acts: impl Iterator<Item = &'b Act<'b>>,
        start: Time,
        calendar: Calendar,
        world: &World,
    ) -> Option<Time> {
        let mut tally = Tally::default();
        // It can begin to hold only at the start and at an interaction that counts.
        let mut moment = start;
        for act in acts.filter(|act| self.selector.selects(act, world)) {
            if act.at > moment {
                if tally.meets(self.condition, moment, calendar) {
                    return Some(moment);
                }
                moment = act.at;
            }
            tally.add(act, act.at >= start, calendar);
        }
        tally.meets(self.condition, moment, calendar).then_some(moment)
    }
}

/// Count, sum and streak of interactions in time order.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    count: u32,
    value: f64,
    /// The last day and the number of days in a row up to it.
    streak: Option<(i64, u32)>,
}

impl Tally {
    /// Adds an interaction: to the streak, and to count and sum if it is in the counting window.
    fn add(&mut self, act: &Act, is_counted: bool, calendar: Calendar) {
        if is_counted {
            self.count += 1;
            self.value += act.value;
        }
        let day = calendar.day(act.at);
        self.streak = match self.streak {
            Some((last, days)) if last == day => Some((day, days)),
            Some((last, days)) if last == day - 1 => Some((day, days + 1)),
            _ => Some((day, 1)),
        };
    }

    fn meets(&self, condition: &ActivityCondition, moment: Time, calendar: Calendar) -> bool {
        let today = calendar.day(moment);
        let streak = self.streak.filter(|(last, _)| *last >= today - 1).map_or(0, |(_, days)| days);
        self.count >= condition.min_count
            && condition.max_count.is_none_or(|maximum| self.count <= maximum)
            && condition.min_value.is_none_or(|minimum| self.value >= minimum)
            && condition.streak_days.is_none_or(|days| streak >= days)
    }
}

/// Fills `acts` with the interactions of a user, sorted.
pub fn acts_of_user<'a>(world: &World, memory: &'a Memory, user: UserIndex, acts: &mut Vec<Act<'a>>) {
    acts.clear();
    add_acts(memory, Subject::User(user), |_| true, acts);
    sort(world, acts);
}

/// Fills `acts` with the interactions in a group, whoever caused them, sorted. Those of users who opted out of
/// profiling only if `with_opted_out`.
pub fn acts_of_group<'a>(
    world: &World,
    memory: &'a Memory,
    group: GroupIndex,
    with_opted_out: bool,
    acts: &mut Vec<Act<'a>>,
) {
    acts.clear();
    add_acts(memory, Subject::Group(group), |_| true, acts);
    for user in memory.contributors(group, with_opted_out) {
        add_acts(memory, Subject::User(user), |event| event.group() == Some(group), acts);
    }
    sort(world, acts);
}

/// Appends the interactions of one actor for which `is_wanted` holds, joined with their values and references.
fn add_acts<'a>(
    memory: &'a Memory,
    actor: Subject,
    is_wanted: impl Fn(&CompactInteraction) -> bool,
    acts: &mut Vec<Act<'a>>,
) {
    let Some(history) = memory.history(actor) else { return };
    let mut values = ValueCursor { rest: history.values() };
    let mut events = Cow::Borrowed(history.events());
    let has_ties_or_worse = || events.windows(2).any(|pair| pair[0].at >= pair[1].at);
    if !values.rest.is_empty() && has_ties_or_worse() {
        order::sort_by(events.to_mut(), |a, b| a.order().cmp(&b.order()));
    }
    acts.reserve(events.len());
    acts.extend(events.iter().filter(|event| is_wanted(event)).map(|event| Act::new(event, values.take(event))));
}

impl<'a> Act<'a> {
    #[inline(always)]
    fn new(event: &CompactInteraction, valued: Option<&'a ValuedInteraction>) -> Self {
        Self {
            at: event.at,
            kind: event.kind,
            item: event.item(),
            group: event.group(),
            value: valued.and_then(|valued| valued.value).unwrap_or(0.0),
            reference: valued.and_then(|valued| valued.reference.as_deref()),
        }
    }
}

/// Assigns each value to one interaction that is equal in its compact form. Requires the interactions in their order.
#[derive(Debug)]
struct ValueCursor<'a> {
    rest: &'a [ValuedInteraction],
}

impl<'a> ValueCursor<'a> {
    #[inline(always)]
    fn take(&mut self, event: &CompactInteraction) -> Option<&'a ValuedInteraction> {
        // Most have no value: the times tell.
        let may_have_one = self.rest.first().is_some_and(|first| first.event.at <= event.at);
        if may_have_one { self.find(event) } else { None }
    }

    fn find(&mut self, event: &CompactInteraction) -> Option<&'a ValuedInteraction> {
        while let [first, rest @ ..] = self.rest {
            match first.event.order().cmp(&event.order()) {
                Ordering::Less => self.rest = rest,
                Ordering::Equal => {
                    self.rest = rest;
                    return Some(first);
                }
                Ordering::Greater => return None,
            }
        }
        None
    }
}

/// Sorts by time, then by names, so that neither arrival nor indices matter.
fn sort(world: &World, acts: &mut [Act]) {
    // Most are in order already, and without equal times no name is compared.
    if acts.windows(2).all(|pair| pair[0].at < pair[1].at) {
        return;
    }
    order::sort_by(acts, |a, b| a.at.cmp(&b.at).then_with(|| compare_names(world, a, b)));
}

/// Compares by item, reference, kind, group and value.
fn compare_names(world: &World, a: &Act, b: &Act) -> Ordering {
    let item = |act: &Act| act.item.map(|item| world.library.ids.name(item));
    let group = |act: &Act| act.group.map(|group| world.groups.ids.name(group));
    let by_item = item(a).cmp(&item(b)).then_with(|| a.reference.cmp(&b.reference));
    let by_kind = by_item.then_with(|| world.kinds.name(a.kind).cmp(world.kinds.name(b.kind)));
    by_kind.then_with(|| group(a).cmp(&group(b))).then_with(|| a.value.total_cmp(&b.value))
}
