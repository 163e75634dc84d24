//! The library's gates: for each item the time within which the rules may let it through, as columns.
//!
//! Derived from the library, item by item as they change. A gate decides nothing that the rules would decide
//! otherwise: closed means that `hidden` or `schedule` refuses; open and plain that `audience` and `cap` have nothing to say
//! to an addressee who never met the item.

use nextpick_kernel as kernel;

use crate::base::time::Time;
use crate::world::item::{CapPer, Item};
use crate::world::library::Library;

/// The gates of the whole library, by item number.
#[derive(Debug, Clone, Default)]
pub struct AvailabilityIndex {
    opens: Vec<Time>,
    closes: Vec<Time>,
    /// The items about which `audience` or `cap` may have something to say to anybody, ascending.
    conditional: Vec<u32>,
    /// The items that come first wherever they are eligible, ascending.
    pinned: Vec<u32>,
    revision: u64,
}

/// A gate that is never open.
const SHUT: (Time, Time) = (Time::MAX, Time::MIN);

impl AvailabilityIndex {
    /// Brings the gates of the items that have changed up to date with the library.
    pub fn refresh(&mut self, library: &Library) {
        for number in library.changed_since(self.revision) {
            if self.opens.len() <= number as usize {
                self.opens.resize(number as usize + 1, SHUT.0);
                self.closes.resize(number as usize + 1, SHUT.1);
            }
            let item = library.entry(number).map(|entry| &entry.item);
            let (opens, closes) = item.map_or(SHUT, times);
            (self.opens[number as usize], self.closes[number as usize]) = (opens, closes);
            let caps_total = |item: &Item| item.caps.iter().any(|cap| cap.per == CapPer::Total);
            list(&mut self.conditional, number, item.is_some_and(|item| item.audience.is_some() || caps_total(item)));
            list(&mut self.pinned, number, item.is_some_and(|item| item.pinned == Some(true)));
        }
        self.revision = library.revision();
    }

    /// Whether neither `hidden` nor `schedule` refuses an item; false where there is none.
    pub fn is_open(&self, item: u32, now: Time) -> bool {
        let ends = self.opens.get(item as usize).zip(self.closes.get(item as usize));
        ends.is_some_and(|(&opens, &closes)| opens <= now && now < closes)
    }
    /// Fills `items` with all whose gate is open but for some, which are told ascending.
    pub fn open(&self, now: Time, but: &[u32], items: &mut Vec<u32>) {
        kernel::choice::within(&self.opens, &self.closes, now, but, items);
    }
    /// The items about which `audience` or `cap` may have something to say to anybody, ascending.
    pub fn conditional(&self) -> &[u32] {
        &self.conditional
    }
    /// The items that come first wherever they are eligible, ascending.
    pub fn pinned(&self) -> &[u32] {
        &self.pinned
    }
    /// How many numbers there are to ask about: 0..len holds every item of the library.
    pub fn len(&self) -> u32 {
        self.opens.len() as u32
    }
    /// Whether the library was empty.
    pub fn is_empty(&self) -> bool {
        self.opens.is_empty()
    }
    /// Whether they were refreshed since the library last changed.
    pub fn are_of(&self, library: &Library) -> bool {
        self.revision == library.revision()
    }
}

/// Lists a number among others, which ascend, or takes it out.
fn list(numbers: &mut Vec<u32>, number: u32, is_listed: bool) {
    match (numbers.binary_search(&number), is_listed) {
        (Err(place), true) => numbers.insert(place, number),
        (Ok(place), false) => _ = numbers.remove(place),
        _ => {}
    }
}

/// When an item's gate opens, and when it closes.
fn times(item: &Item) -> (Time, Time) {
    match item.hidden {
        Some(true) => SHUT,
        _ => (item.published_at.max(item.starts_at).unwrap_or(Time::MIN), item.expires_at.unwrap_or(Time::MAX)),
    }
}

#[cfg(test)]
mod tests {
    use super::AvailabilityIndex;
    use crate::base::value::Value;
    use crate::eligibility::scene::Fixture;
    use crate::eligibility::{hidden, schedule};
    use crate::world::item::Item;

    fn item(json: &str) -> Item {
        Item::read(Value::from_json(json, "").unwrap(), "").unwrap()
    }

    #[test]
    fn a_gate_is_open_exactly_when_neither_hidden_nor_schedule_refuses() {
        let mut scene = Fixture::default();
        let fields =
            [r#","publishedAt":10"#, r#","startsAt":20"#, r#","expiresAt":30"#, r#","hidden":true"#, r#","caps":[]"#];
        for chosen in 0..1 << fields.len() {
            let some = fields.iter().enumerate().filter(|(i, _)| chosen >> i & 1 == 1).map(|(_, field)| *field);
            scene.item(&format!(r#"{{"id":"{chosen}"{}}}"#, some.collect::<String>()));
        }
        for now in [0, 9, 10, 19, 20, 29, 30, 34, 35, 99] {
            scene.each_question(now, |question| {
                let refused = hidden::refusal(&question).or(schedule::refusal(&question)).is_some();
                assert_eq!(question.moment.availability.is_open(question.item, now), !refused);
            });
        }
    }

    #[test]
    fn gates_that_follow_changes_are_those_made_anew() {
        let mut random = crate::base::random::Random::new(3);
        let mut scene = Fixture::default();
        let fields =
            ["", r#","hidden":true"#, r#","expiresAt":30"#, r#","pinned":true"#, r#","audience":{"users":["u"]}"#];
        for _ in 0..300 {
            for _ in 0..random.below(4) {
                let (id, field) = (random.below(20), fields[random.below(fields.len())]);
                match random.below(3) {
                    0 => scene.world.remove_items(&[id.to_string()]),
                    _ => scene.world.put_items(vec![item(&format!(r#"{{"id":"{id}"{field}}}"#))]).put,
                };
            }
            scene.refresh();
            let mut anew = AvailabilityIndex::default();
            anew.refresh(&scene.world.library);
            assert_eq!(
                (scene.availability.conditional(), scene.availability.pinned()),
                (anew.conditional(), anew.pinned())
            );
            for (item, now) in (0..20).zip([0, 29, 30].into_iter().cycle()) {
                assert_eq!(scene.availability.is_open(item, now), anew.is_open(item, now));
            }
        }
    }

    #[test]
    fn where_no_item_stands_the_gate_is_shut() {
        let mut scene = Fixture::default();
        scene.item(r#"{"id":"a"}"#);
        scene.world.remove_items(&["a".into()]);
        scene.refresh();
        assert!(!scene.availability.is_open(0, 0));
        assert!(!scene.availability.is_open(7, 0));
    }
}
