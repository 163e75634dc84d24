//! Observes interactions that are given as columns.

use crate::base::time::Time;
use crate::world::World;
use crate::world::columns::IndexedColumns;

use super::event::CompactInteraction;
use super::recent::RecentInteraction;
use super::{Memory, element_at};

impl Memory {
    /// Records the interactions of all rows, which have no ids, as [`Self::observe`] does. `is_ahead` returns true for
    /// times after the trusted time.
    pub fn observe_columns(&mut self, world: &World, columns: &IndexedColumns, is_ahead: impl Fn(Time) -> bool) {
        if !self.dirty.all {
            for row in 0..columns.len() {
                let recent = self.recent_of(columns, row);
                let is_ahead = is_ahead(recent.event().at);
                self.store(world, recent, is_ahead);
            }
            return;
        }
        // No sum is kept yet: the order has no effect.
        let mut scratch = Vec::new();
        for rows in columns.columns().rows_by_actor().iter() {
            self.store_rows(world, columns, rows, &is_ahead, &mut scratch);
        }
    }

    /// Returns a row as a recent interaction and adds it to the digest.
    fn recent_of(&mut self, columns: &IndexedColumns, row: usize) -> RecentInteraction {
        let (indexed, fingerprint) = columns.row(row);
        self.digest.add(fingerprint);
        RecentInteraction::new(CompactInteraction::new(indexed), columns.value(row), fingerprint, None)
    }

    /// Stores rows of one actor while all sums are to be recounted. `scratch` is reused for each actor.
    fn store_rows(
        &mut self,
        world: &World,
        columns: &IndexedColumns,
        rows: &[u32],
        is_ahead: &impl Fn(Time) -> bool,
        scratch: &mut Vec<RecentInteraction>,
    ) {
        scratch.clear();
        for &row in rows {
            let recent = self.recent_of(columns, row as usize);
            let at = recent.event().at;
            match is_ahead(at) || self.ahead.is_pending(at) {
                true => self.store(world, recent, is_ahead(at)),
                false => scratch.push(recent),
            }
        }
        let Some(actor) = scratch.first().map(|recent| recent.event().actor()) else { return };
        self.history_mut(actor).store_all(scratch);
        if actor.is_group() || self.is_excluded(actor) {
            return;
        }
        for recent in scratch.iter() {
            if let Some(group) = recent.event().group() {
                element_at(&mut self.groups, group).keep_recent(recent.clone());
            }
        }
    }
}
