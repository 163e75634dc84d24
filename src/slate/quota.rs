//! Limits of a slate: quotas, which choose among the candidates of a slot, and caps of rules, which remove candidates.
//!
//! Quotas are soft. A slot takes an item that a quota forces and none blocks; without such an item, one that no quota
//! blocks; else any. Shares are paced like an apportionment by largest remainders: over the last m items, a class has
//! at least ⌊minShare·m⌋ and at most ⌈maxShare·m⌉.

use crate::base::index::ItemIndex;
use crate::eligibility::rule::Restriction;
use crate::operations::item_class::ItemClass;
use crate::operations::quota::{Bounds, Quota};
use crate::world::World;
use crate::world::library::Library;
use crate::world::recipient::NamedRecipient;

/// Tolerance of products of a share and a number of items, against rounding.
const TOLERANCE: f64 = 1e-9;

/// A quota with its class of items.
#[derive(Debug, Clone)]
pub struct PreparedQuota {
    quota: Quota,
    items: ItemClass,
}

impl PreparedQuota {
    /// Prepares a quota. Refresh it before use.
    pub fn new(quota: &Quota) -> Self {
        Self { items: ItemClass::new(quota.items.clone()), quota: quota.clone() }
    }

    /// Updates the class of items.
    pub fn refresh(&mut self, library: &Library) {
        self.items.refresh(library);
    }
}

/// A quota that applies to a slate's recipient.
#[derive(Debug, Clone)]
pub struct SlateQuota<'a> {
    name: &'a str,
    items: &'a ItemClass,
    bounds: Bounds,
    /// True if the last items sent to the recipient belong to the class, oldest first, picks of the slate included; for
    /// bounds of a slate, its picks alone.
    counted: Vec<bool>,
    /// True if a share was left out in a slot: without items of the class, or with items of blocked classes alone.
    left_out: bool,
}

/// A cap that applies to a slate's recipient, over all items of a class together.
#[derive(Debug, Clone, Copy)]
pub struct ClassCap<'a> {
    /// The items counted.
    pub items: &'a ItemClass,
    /// Number of items of the class that may still be picked.
    pub room: usize,
}

/// All limits of one slate.
#[derive(Debug, Clone, Default)]
pub struct SlateLimits<'a> {
    /// Quotas.
    pub quotas: Vec<SlateQuota<'a>>,
    /// Caps of rules.
    pub caps: Vec<ClassCap<'a>>,
}

impl<'a> SlateQuota<'a> {
    /// Prepares a quota. `sent` are the items sent to the recipient, oldest first.
    pub fn new(
        name: &'a str,
        items: &'a ItemClass,
        bounds: Bounds,
        sent: impl DoubleEndedIterator<Item = ItemIndex>,
    ) -> Self {
        let mut counted = match bounds {
            Bounds::Slate { .. } => Vec::new(),
            Bounds::Share { window, .. } => sent.rev().take(window as usize).map(|item| items.has(item)).collect(),
        };
        counted.reverse();
        Self { name, items, bounds, counted, left_out: false }
    }

    /// Number of items of the class among the last `length` counted.
    fn count_of_last(&self, length: usize) -> usize {
        self.counted.iter().rev().take(length).filter(|counted| **counted).count()
    }

    /// Number of items that a slate still lacks.
    fn deficit(&self) -> usize {
        match self.bounds {
            Bounds::Slate { min, .. } => (min as usize).saturating_sub(self.count_of_last(usize::MAX)),
            Bounds::Share { .. } => 0,
        }
    }

    /// True if one more item of the class would break the quota.
    fn blocks(&self) -> bool {
        match self.bounds {
            Bounds::Slate { max, .. } => max.is_some_and(|max| self.count_of_last(usize::MAX) >= max as usize),
            Bounds::Share { max, window, .. } => {
                let length = (window as usize).min(self.counted.len() + 1);
                self.count_of_last(length - 1) + 1 > at_most(max, length)
            }
        }
    }

    /// True if the next item should be of the class. A slate is forced as a whole, with `slate_is_forced`.
    fn forces(&self, slate_is_forced: bool) -> bool {
        match self.bounds {
            Bounds::Slate { .. } => slate_is_forced && self.deficit() > 0,
            Bounds::Share { min, window, .. } => {
                let length = (window as usize).min(self.counted.len() + 1);
                self.count_of_last(length - 1) < at_least(min, length)
            }
        }
    }

    /// Counts a pick.
    fn count(&mut self, item: ItemIndex) {
        let is_of_class = self.items.has(item);
        self.left_out |= is_of_class && self.blocks();
        self.counted.push(is_of_class);
    }

    /// True if the quota was kept: for a slate the bounds hold at its end, a share was kept in each slot.
    fn is_met(&self) -> bool {
        match self.bounds {
            Bounds::Slate { max, .. } => {
                self.deficit() == 0 && max.is_none_or(|max| self.count_of_last(usize::MAX) <= max as usize)
            }
            Bounds::Share { .. } => !self.left_out,
        }
    }
}

fn at_most(share: f64, length: usize) -> usize {
    (share * length as f64 - TOLERANCE).ceil().max(0.0) as usize
}

fn at_least(share: f64, length: usize) -> usize {
    (share * length as f64 + TOLERANCE).floor() as usize
}

impl<'a> SlateLimits<'a> {
    /// Returns the limits of a slate for a recipient. `sent` are the items sent to it, oldest first.
    pub fn of(
        quotas: &'a [PreparedQuota],
        restrictions: &[Restriction<'a>],
        to: &NamedRecipient,
        world: &World,
        sent: impl DoubleEndedIterator<Item = ItemIndex> + Clone,
    ) -> Self {
        let applies = |quota: &&PreparedQuota| quota.quota.audience.as_ref().is_none_or(|rule| rule.admits(to, world));
        let applying = quotas.iter().filter(applies);
        let quotas =
            applying.map(|one| SlateQuota::new(&one.quota.name, &one.items, one.quota.bounds, sent.clone())).collect();
        let cap = |one: &Restriction<'a>| Some(ClassCap { items: one.items(), room: one.cap?.room });
        Self { quotas, caps: restrictions.iter().filter_map(cap).collect() }
    }

    /// True if nothing is limited.
    pub fn is_empty(&self) -> bool {
        self.quotas.is_empty() && self.caps.is_empty()
    }

    /// True if the caps leave room for an item.
    pub fn has_room(&self, item: ItemIndex) -> bool {
        self.caps.iter().all(|cap| cap.room > 0 || !cap.items.has(item))
    }

    /// Counts a pick.
    pub fn count(&mut self, item: ItemIndex) {
        for cap in self.caps.iter_mut().filter(|cap| cap.items.has(item)) {
            cap.room = cap.room.saturating_sub(1);
        }
        self.quotas.iter_mut().for_each(|quota| quota.count(item));
    }

    /// Returns which of the remaining items may fill the next of `slots` slots; `None` if all may.
    pub fn admitted(&mut self, remaining: &[ItemIndex], slots: usize) -> Option<Vec<bool>> {
        let slate_is_forced = self.quotas.iter().map(SlateQuota::deficit).sum::<usize>() >= slots;
        let blocking: Vec<&ItemClass> =
            self.quotas.iter().filter(|quota| quota.blocks()).map(|quota| quota.items).collect();
        let is_blocked = |item: ItemIndex| blocking.iter().any(|class| class.has(item));
        let mut forced = vec![false; remaining.len()];
        for quota in self.quotas.iter_mut().filter(|quota| quota.forces(slate_is_forced)) {
            let mut is_left_out = true;
            for (forced, &item) in forced.iter_mut().zip(remaining) {
                let is_choice = quota.items.has(item) && !is_blocked(item);
                *forced |= is_choice;
                is_left_out &= !is_choice;
            }
            quota.left_out |= is_left_out;
        }
        if forced.contains(&true) {
            return Some(forced);
        }
        let free: Vec<bool> = remaining.iter().map(|&item| !is_blocked(item)).collect();
        (free.contains(&true) && free.contains(&false)).then_some(free)
    }

    /// Returns the names of the quotas that were not kept by the picks counted so far.
    pub fn unmet(&self) -> Vec<String> {
        self.quotas.iter().filter(|quota| !quota.is_met()).map(|quota| quota.name.to_owned()).collect()
    }
}
