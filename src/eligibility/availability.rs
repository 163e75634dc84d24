//! Availability of each item as columns: the time range within which the rules may admit it.
//!
//! Derived from the library, updated item by item. It never disagrees with the rules: outside the range `hidden` or
//! `schedule` refuses; inside it, `audience` and `cap` cannot refuse an unconditional item to a recipient with no
//! contact with the item.

use nextpick_kernel as kernel;

use crate::base::index::ItemIndex;
use crate::base::time::Time;
use crate::world::item::{CapPer, Item};
use crate::world::library::Library;

/// The availability of all items, by item index.
#[derive(Debug, Clone, Default)]
pub struct AvailabilityIndex {
    opens: Vec<Time>,
    closes: Vec<Time>,
    /// The items that `audience` or a total `cap` may refuse to some recipient, ascending.
    conditional: Vec<ItemIndex>,
    /// The pinned items, ascending.
    pinned: Vec<ItemIndex>,
    revision: u64,
    /// The moment of the list below.
    listed_at: Option<Time>,
    /// The items that are available at that moment, ascending.
    listed: Vec<ItemIndex>,
}

/// The empty time range of hidden, removed and unknown items.
const NEVER: (Time, Time) = (Time::MAX, Time::MIN);

impl AvailabilityIndex {
    /// Updates the items that changed since the last refresh.
    pub fn refresh(&mut self, library: &Library) {
        if self.is_current_for(library) {
            return;
        }
        for index in library.changed_since(self.revision) {
            if self.opens.len() <= index.as_usize() {
                self.opens.resize(index.as_usize() + 1, NEVER.0);
                self.closes.resize(index.as_usize() + 1, NEVER.1);
            }
            let item = library.entry(index).map(|entry| &entry.item);
            let (opens, closes) = item.map_or(NEVER, times);
            (self.opens[index.as_usize()], self.closes[index.as_usize()]) = (opens, closes);
            let caps_total = |item: &Item| item.caps.iter().any(|cap| cap.per == CapPer::Total);
            set_listed(
                &mut self.conditional,
                index,
                item.is_some_and(|item| item.audience.is_some() || caps_total(item)),
            );
            set_listed(&mut self.pinned, index, item.is_some_and(|item| item.pinned == Some(true)));
        }
        self.revision = library.revision();
        self.listed_at = None;
    }

    /// Lists the items that are available at a moment, so that requests of this moment only leave items out.
    pub fn list(&mut self, now: Time) {
        if self.listed_at != Some(now) {
            self.listed.clear();
            kernel::choice::within(&self.opens, &self.closes, now, &[], &mut self.listed);
            self.listed_at = Some(now);
        }
    }

    /// True if neither `hidden` nor `schedule` refuses the item at `now`; false for items not in the library.
    pub fn is_open(&self, item: ItemIndex, now: Time) -> bool {
        let ends = self.opens.get(item.as_usize()).zip(self.closes.get(item.as_usize()));
        ends.is_some_and(|(&opens, &closes)| opens <= now && now < closes)
    }
    /// Fills `items` with the available items not in `but`, which must be ascending.
    pub fn open(&self, now: Time, but: &[ItemIndex], items: &mut Vec<ItemIndex>) {
        if self.listed_at != Some(now) {
            return kernel::choice::within(&self.opens, &self.closes, now, but, items);
        }
        let mut rest = &self.listed[..];
        for item in but {
            let (Ok(end) | Err(end)) = rest.binary_search(item);
            items.extend_from_slice(&rest[..end]);
            rest = &rest[end + usize::from(rest.get(end) == Some(item))..];
        }
        items.extend_from_slice(rest);
    }
    /// The items that `audience` or a total `cap` may refuse to some recipient, ascending.
    pub fn conditional(&self) -> &[ItemIndex] {
        &self.conditional
    }
    /// The pinned items, ascending.
    pub fn pinned(&self) -> &[ItemIndex] {
        &self.pinned
    }
    /// Number of item indices covered: `0..len` includes every item of the library.
    pub fn len(&self) -> usize {
        self.opens.len()
    }
    /// True if the index was refreshed after the last change of the library.
    pub fn is_current_for(&self, library: &Library) -> bool {
        self.revision == library.revision()
    }
}

/// Inserts `index` into ascending `indices`, or removes it.
fn set_listed(indices: &mut Vec<ItemIndex>, index: ItemIndex, is_listed: bool) {
    match (indices.binary_search(&index), is_listed) {
        (Err(position), true) => indices.insert(position, index),
        (Ok(position), false) => _ = indices.remove(position),
        _ => {}
    }
}

/// The time range within which the item is available: inclusive start, exclusive end.
fn times(item: &Item) -> (Time, Time) {
    match item.hidden {
        Some(true) => NEVER,
        _ => (item.published_at.max(item.starts_at).unwrap_or(Time::MIN), item.expires_at.unwrap_or(Time::MAX)),
    }
}

#[cfg(test)]
mod tests {
    use super::AvailabilityIndex;
    use crate::base::index::ItemIndex;
    use crate::base::value::Value;
    use crate::eligibility::fixture::Fixture;
    use crate::eligibility::{hidden, schedule};
    use crate::world::item::Item;

    fn item(json: &str) -> Item {
        Item::read(Value::from_json(json, "").unwrap(), "").unwrap()
    }

    #[test]
    fn an_item_is_open_exactly_when_neither_hidden_nor_schedule_refuses() {
        let mut fixture = Fixture::default();
        let fields =
            [r#","publishedAt":10"#, r#","startsAt":20"#, r#","expiresAt":30"#, r#","hidden":true"#, r#","caps":[]"#];
        for chosen in 0..1 << fields.len() {
            let some = fields.iter().enumerate().filter(|(i, _)| chosen >> i & 1 == 1).map(|(_, field)| *field);
            fixture.item(&format!(r#"{{"id":"{chosen}"{}}}"#, some.collect::<String>()));
        }
        for now in [0, 9, 10, 19, 20, 29, 30, 34, 35, 99] {
            fixture.each_question(now, |question| {
                let refused = hidden::refusal(&question).or(schedule::refusal(&question)).is_some();
                assert_eq!(question.context.availability.is_open(question.item, now), !refused);
            });
        }
    }

    #[test]
    fn an_index_updated_by_changes_equals_a_rebuilt_one() {
        let mut random = crate::base::random::Random::new(3);
        let mut fixture = Fixture::default();
        let fields =
            ["", r#","hidden":true"#, r#","expiresAt":30"#, r#","pinned":true"#, r#","audience":{"users":["u"]}"#];
        for _ in 0..300 {
            for _ in 0..random.below(4) {
                let (id, field) = (random.below(20), fields[random.below(fields.len())]);
                match random.below(3) {
                    0 => fixture.world.remove_items(&[id.to_string()]),
                    _ => fixture.world.put_items(vec![item(&format!(r#"{{"id":"{id}"{field}}}"#))]).put,
                };
            }
            fixture.refresh();
            let mut rebuilt = AvailabilityIndex::default();
            rebuilt.refresh(&fixture.world.library);
            assert_eq!(
                (fixture.availability.conditional(), fixture.availability.pinned()),
                (rebuilt.conditional(), rebuilt.pinned())
            );
            for (item, now) in (0..20).zip([0, 29, 30].into_iter().cycle()) {
                assert_eq!(fixture.availability.is_open(ItemIndex(item), now), rebuilt.is_open(ItemIndex(item), now));
            }
        }
    }

    #[test]
    fn a_missing_item_is_not_open() {
        let mut fixture = Fixture::default();
        fixture.item(r#"{"id":"a"}"#);
        fixture.world.remove_items(&["a".into()]);
        fixture.refresh();
        assert!(!fixture.availability.is_open(ItemIndex(0), 0));
        assert!(!fixture.availability.is_open(ItemIndex(7), 0));
    }
}
