//! The units that a funnel counts, in rows by key.

use rustc_hash::FxHashMap;

use crate::base::id::Interner;
use crate::base::index::ItemIndex;
use crate::base::time::{DAY, Date, Time};
use crate::memory::Subject;

use super::request::{FunnelRequest, Key};
use crate::studies::study_log::{StudyLog, StudyMessage};

/// The units that are counted (messages, or items of messages), with their rows and clusters.
pub(super) struct Units<'a> {
    log: &'a StudyLog,
    pub(super) request: &'a FunnelRequest,
    experiment: Option<u32>,
    /// Units of each message that has some: the first, and the number of them.
    by_message: FxHashMap<usize, (u32, u32)>,
    /// Item of each unit, and the cell it counts in.
    pub(super) units: Vec<(ItemIndex, u32)>,
    pub(super) rows: FxHashMap<Box<[Option<u32>]>, u32>,
    /// Values of the keys.
    pub(super) values: Interner,
    /// Number of the cell of a row and a cluster.
    cells: FxHashMap<(u32, Subject), u32>,
    /// Row of each cell, and the number of its units.
    pub(super) by_cell: Vec<(u32, f64)>,
}

impl<'a> Units<'a> {
    pub(super) fn new(log: &'a StudyLog, request: &'a FunnelRequest, experiment: Option<u32>) -> Self {
        Self {
            log,
            request,
            experiment,
            by_message: FxHashMap::default(),
            units: Vec::new(),
            rows: FxHashMap::default(),
            values: Interner::default(),
            cells: FxHashMap::default(),
            by_cell: Vec::new(),
        }
    }

    /// Adds the units of a message: one, or one for each selected item.
    pub(super) fn add(&mut self, index: usize, message: &StudyMessage, selects: &impl Fn(ItemIndex) -> bool) {
        let Some(cluster) = message.cluster() else { return };
        let first = self.units.len() as u32;
        let items = if self.request.is_by_item() { &message.items[..] } else { &message.items[..1] };
        for &item in items.iter().filter(|item| !self.request.is_by_item() || selects(**item)) {
            let key: Box<[Option<u32>]> = self.request.by.iter().map(|key| self.value(*key, message, item)).collect();
            let rows = self.rows.len() as u32;
            let row = *self.rows.entry(key).or_insert(rows);
            let cells = self.by_cell.len() as u32;
            let cell = *self.cells.entry((row, cluster)).or_insert(cells);
            if cell == cells {
                self.by_cell.push((row, 0.0));
            }
            self.by_cell[cell as usize].1 += 1.0;
            self.units.push((item, cell));
        }
        self.by_message.insert(index, (first, self.units.len() as u32 - first));
    }

    /// Returns the number of a key's value; `None` if the message has none.
    fn value(&mut self, key: Key, message: &StudyMessage, item: ItemIndex) -> Option<u32> {
        let (world, labels) = (&self.log.world, &self.log.labels);
        let record = || world.library.known_entry(item).map(|entry| &entry.item);
        let date = |at: Time| {
            let Date { year, month, day } = self.log.calendar.date(at);
            format!("{year:04}-{month:02}-{day:02}")
        };
        let composed;
        let value = match key {
            Key::Item => world.library.ids.name(item),
            Key::Group => world.groups.ids.name(message.group?),
            Key::Channel => world.channels.ids.name(message.channel?),
            Key::Tier => labels.name(message.tier?),
            Key::Variant => labels.name(message.variant(self.experiment?)?),
            Key::Journey => labels.name(message.step?.0),
            Key::Step => {
                let (journey, step) = message.step?;
                composed = [labels.name(journey), "/", labels.name(step)].concat();
                &composed
            }
            Key::Purpose => world.groups.record(message.group?)?.purpose.as_deref()?,
            Key::Stage => record()?.stage.as_deref()?,
            Key::Play => record()?.play.as_deref()?,
            Key::Role => record()?.role.as_deref()?,
            Key::Day => {
                composed = date(message.at);
                &composed
            }
            // A week is named by its Monday.
            Key::Week => {
                composed = date(message.at - Time::from(self.log.calendar.weekday(message.at)) * DAY);
                &composed
            }
        };
        Some(self.values.intern(value))
    }

    /// Returns the units that a response to a message counts for: that of its item, or all if it names none.
    pub(super) fn of(&self, message: usize, item: Option<ItemIndex>) -> impl Iterator<Item = u32> {
        let (first, count) = self.by_message.get(&message).copied().unwrap_or_default();
        let whole = !self.request.is_by_item();
        let is_of = move |unit: &u32| whole || item.is_none_or(|item| self.units[*unit as usize].0 == item);
        (first..first + count).filter(is_of)
    }
}
