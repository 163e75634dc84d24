//! The library's gates: for each item the time within which the rules may let it through, in one column.
//!
//! Derived from the library, rebuilt when it has changed. A gate decides nothing that the rules would decide
//! otherwise: closed means that `hidden` or `schedule` refuses; open and plain that `audience` and `cap` have nothing to say
//! to an addressee who never met the item.

use crate::time::Time;
use crate::world::item::{Item, Per};
use crate::world::library::Library;

/// When one item may pass, and whether more must be asked.
#[derive(Debug, Clone, Copy)]
pub struct Gate {
    opens: Time,
    closes: Time,
    plain: bool,
}

impl Gate {
    /// What stands where there is no item.
    const SHUT: Self = Self { opens: Time::MAX, closes: Time::MIN, plain: false };

    fn of(item: &Item) -> Self {
        if item.hidden == Some(true) {
            return Self::SHUT;
        }
        Self {
            opens: item.published_at.max(item.starts_at).unwrap_or(Time::MIN),
            closes: item.expires_at.unwrap_or(Time::MAX),
            plain: item.audience.is_none() && item.caps.iter().all(|cap| cap.per != Per::Total),
        }
    }

    /// Whether neither `hidden` nor `schedule` refuses.
    #[inline]
    pub fn is_open(self, now: Time) -> bool {
        self.opens <= now && now < self.closes
    }
    /// Whether neither `audience` nor `cap` refuses it to one to whom it was never sent.
    #[inline]
    pub fn is_plain(self) -> bool {
        self.plain
    }
}

/// The gates of the whole library, by item number.
#[derive(Debug, Clone, Default)]
pub struct Gates {
    gates: Vec<Gate>,
    revision: Option<u64>,
}

impl Gates {
    /// Brings the gates up to date with the library, if they are not.
    pub fn refresh(&mut self, library: &Library) {
        if self.revision == Some(library.revision()) {
            return;
        }
        self.gates.clear();
        for (number, entry) in library.iter() {
            self.gates.resize(number as usize, Gate::SHUT);
            self.gates.push(Gate::of(&entry.item));
        }
        self.revision = Some(library.revision());
    }

    /// The gate of an item; shut where there is none.
    #[inline]
    pub fn of(&self, item: u32) -> Gate {
        self.gates.get(item as usize).copied().unwrap_or(Gate::SHUT)
    }
    /// How many numbers there are to ask about: 0..len holds every item of the library.
    pub fn len(&self) -> u32 {
        self.gates.len() as u32
    }
    /// Whether the library was empty.
    pub fn is_empty(&self) -> bool {
        self.gates.is_empty()
    }
    /// Whether they were refreshed since the library last changed.
    pub fn are_of(&self, library: &Library) -> bool {
        self.revision == Some(library.revision())
    }
}

#[cfg(test)]
mod tests {
    use crate::eligible::scene::Scene;
    use crate::eligible::{hidden, schedule};

    #[test]
    fn a_gate_is_open_exactly_when_neither_hidden_nor_schedule_refuses() {
        let mut scene = Scene::default();
        let fields =
            [r#","publishedAt":10"#, r#","startsAt":20"#, r#","expiresAt":30"#, r#","hidden":true"#, r#","caps":[]"#];
        for chosen in 0..1 << fields.len() {
            let some = fields.iter().enumerate().filter(|(i, _)| chosen >> i & 1 == 1).map(|(_, field)| *field);
            scene.item(&format!(r#"{{"id":"{chosen}"{}}}"#, some.collect::<String>()));
        }
        for now in [0, 9, 10, 19, 20, 29, 30, 34, 35, 99] {
            scene.each_question(now, |question| {
                let refused = hidden::refusal(&question).or(schedule::refusal(&question)).is_some();
                assert_eq!(question.moment.gates.of(question.item).is_open(now), !refused);
            });
        }
    }

    #[test]
    fn where_no_item_stands_the_gate_is_shut() {
        let mut scene = Scene::default();
        scene.item(r#"{"id":"a"}"#);
        scene.world.remove_items(&["a".into()]);
        scene.refresh();
        assert!(!scene.gates.of(0).is_open(0));
        assert!(!scene.gates.of(7).is_open(0));
    }
}
