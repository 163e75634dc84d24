//! Notes of a walk through a log: what was shown, what was chosen among what, and what came of it.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use crate::base::order;
use crate::base::random::Random;
use crate::base::time::{DAY, FARTHEST, Time};
use crate::features;
use crate::memory::history::History;
use crate::memory::{Memory, Subject};
use crate::model::layout::Layout;
use crate::scoring::scorer::{Scorer, Workspace};
use crate::training::dataset::ExampleStore;
use crate::world::facet::FacetProfile;
use crate::world::kind::Kinds;
use crate::world::recipient::Recipient;
use crate::world::{IndexedInteraction, World};

/// What follows within so long came of it.
const WINDOW: Time = 7 * DAY;

/// Beside what was chosen so many others are drawn from all that could have been, and as many from what is in demand:
/// few of all would come near to being chosen.
const DRAWN: usize = 16;

/// Of a case so many others are drawn, from all.
const DRAWN_FOR_CASES: usize = 50;

/// In demand is what the last so many touches were of.
const IN_DEMAND: usize = 500;

/// What somebody was shown, or chose among others.
#[derive(Debug)]
pub struct ChoiceSet {
    /// When.
    pub at: Time,
    id_wanted: bool,
    subject: Subject,
    /// Who is addressed.
    pub to: Recipient,
    shown: bool,
    /// What came of it.
    pub kinds: Vec<u32>,
    /// What was shown; of a choice first the chosen.
    pub items: Vec<u32>,
    /// −ln of the number of times each was to be expected among those drawn.
    pub offsets: Vec<f64>,
}

impl ChoiceSet {
    fn of_choice(subject: Subject, to: Recipient, item: u32, kinds: Vec<u32>, at: Time) -> Self {
        Self { at, id_wanted: true, subject, to, shown: false, kinds, items: vec![item], offsets: vec![0.0] }
    }

    /// Whether a group chose.
    pub fn is_of_group(&self) -> bool {
        self.subject.is_group()
    }
}

/// The notes of one walk.
#[derive(Debug)]
pub struct ExampleSampler {
    examples: ExampleStore,
    kinds: Vec<u32>,
    /// The latest example of a subject and an item, and when it was.
    open: FxHashMap<(Subject, u32), (usize, Time)>,
    /// The library by the time of publication; what has none was always there.
    published: Vec<(Time, u32)>,
    in_demand: VecDeque<u32>,
    /// How often each item is among those.
    demand: Vec<u32>,
    random: Random,
    choices: usize,
    eligible: f64,
}

impl ExampleSampler {
    /// Empty notes for these kinds and this library.
    pub fn new(world: &World, seed: u64) -> Self {
        let (shared, own) = features::counts();
        let of_entry =
            |(item, entry): (u32, &crate::world::library::Entry)| (entry.item.published_at.unwrap_or(-FARTHEST), item);
        let mut published: Vec<(Time, u32)> = world.library.iter().map(of_entry).collect();
        let ids = &world.library.ids;
        order::sort_by(&mut published, |a, b| a.0.cmp(&b.0).then_with(|| ids.name(a.1).cmp(ids.name(b.1))));
        let kinds = (0..).zip(world.kinds.iter()).filter(|(_, (_, kind))| !kind.is_exposure).map(|(n, _)| n);
        Self {
            examples: ExampleStore::new(Layout { shared, own, kinds: world.kinds.len() }),
            kinds: kinds.collect(),
            open: FxHashMap::default(),
            published,
            in_demand: VecDeque::new(),
            demand: Vec::new(),
            random: Random::new(seed),
            choices: 0,
            eligible: 0.0,
        }
    }

    /// The examples.
    pub fn examples(&self) -> &ExampleStore {
        &self.examples
    }

    /// How many items a choice was among, on the average.
    pub fn eligible(&self) -> f64 {
        self.eligible / self.choices.max(1) as f64
    }

    /// What an interaction says was offered, if that is to be noted. If it came of what was offered before, that is
    /// noted here and now.
    pub fn offer(&mut self, interaction: IndexedInteraction, world: &World, memory: &Memory) -> Option<ChoiceSet> {
        let IndexedInteraction { user, group, channel, item, kind, at } = interaction;
        let (subject, item) = (user.map(Subject::User).or(group.map(Subject::Group))?, item?);
        let is_exposure = world.kinds.of(kind).is_exposure;
        if !is_exposure {
            if let Some(&(example, then)) = self.open.get(&(subject, item))
                && at - then <= WINDOW
            {
                self.examples.came(example, kind);
                return None;
            }
            if !is_choice(subject, item, kind, world, memory) {
                return None;
            }
        }
        let to = Recipient { is_user: user.is_some(), user, group, channel };
        let kinds = if is_exposure { Vec::new() } else { vec![kind] };
        let mut offer = ChoiceSet::of_choice(subject, to, item, kinds, at);
        (offer.shown, offer.id_wanted) = (is_exposure, self.examples.wants_next());
        if !is_exposure {
            self.choices += 1;
            self.eligible += self.published_by(at) as f64;
            self.draw(&mut offer, memory.history(subject), &world.kinds);
        }
        offer.id_wanted.then_some(offer)
    }

    /// What a group chose, by whomever of it, if that is to be heard: what nobody in it had touched before.
    pub fn choice_of_group(
        &mut self,
        interaction: IndexedInteraction,
        world: &World,
        memory: &Memory,
    ) -> Option<ChoiceSet> {
        let (subject, item) = (Subject::Group(interaction.group?), interaction.item?);
        if !is_choice(subject, item, interaction.kind, world, memory) {
            return None;
        }
        let to = subject.addressee(world);
        let mut offer = ChoiceSet::of_choice(subject, to, item, vec![interaction.kind], interaction.at);
        self.draw(&mut offer, memory.history(subject), &world.kinds);
        Some(offer)
    }

    /// How many items there were.
    fn published_by(&self, at: Time) -> usize {
        self.published.partition_point(|(published, _)| *published <= at)
    }

    /// Draws others that could have been chosen.
    fn draw(&mut self, offer: &mut ChoiceSet, history: Option<&History>, kinds: &Kinds) {
        let there = self.published_by(offer.at);
        let chosen = offer.items[0];
        let of_demand = if self.in_demand.is_empty() { 0 } else { DRAWN };
        for n in 0..DRAWN.min(there) + of_demand {
            let item = match n < of_demand {
                true => self.in_demand[self.random.below(self.in_demand.len())],
                false => self.published[self.random.below(there)].1,
            };
            if item == chosen || history.is_some_and(|history| history.has_interacted(item, kinds)) {
                continue;
            }
            let in_demand = self.demand.get(item as usize).copied().unwrap_or(0);
            let expected = DRAWN as f64 / there.max(DRAWN) as f64
                + of_demand as f64 * f64::from(in_demand) / self.in_demand.len().max(1) as f64;
            offer.items.push(item);
            offer.offsets.push(-libm::log(expected));
        }
    }

    /// What was taken at a moment that nobody knows, among others drawn from the whole library.
    pub fn case(&mut self, subject: Subject, item: u32, kinds: &[u32], at: Time, world: &World) -> ChoiceSet {
        let mut offer = ChoiceSet::of_choice(subject, subject.addressee(world), item, kinds.to_vec(), at);
        offer.id_wanted = self.examples.wants_next();
        self.choices += 1;
        self.eligible += self.published.len() as f64;
        let offset = libm::log(self.published.len().max(1) as f64 / DRAWN_FOR_CASES as f64);
        for _ in 0..DRAWN_FOR_CASES {
            let other = self.published[self.random.below(self.published.len())].1;
            if other != item {
                offer.items.push(other);
                offer.offsets.push(offset);
            }
        }
        offer
    }

    /// Writes the features of what was offered.
    pub fn write(&mut self, ranker: &Scorer, work: &mut Workspace, offer: &ChoiceSet) {
        let rows = ranker.rows(work, offer.to, &FacetProfile::default(), &offer.items, &self.kinds);
        let id = self.examples.note(offer.at, offer.is_of_group(), offer.shown, |writer| {
            for (row, offset) in rows.iter().zip(&offer.offsets) {
                row.iter().for_each(|&(place, value)| writer.put(place, value));
                writer.end(*offset);
            }
        });
        offer.kinds.iter().for_each(|&kind| self.examples.came(id, kind));
        self.open.insert((offer.subject, offer.items[0]), (id, offer.at));
    }

    /// Takes note of an interaction that was learnt: what is in demand.
    pub fn followed(&mut self, interaction: IndexedInteraction, kinds: &Kinds) {
        let Some(item) = interaction.item.filter(|_| kinds.of(interaction.kind).positive) else { return };
        self.in_demand.push_back(item);
        if self.demand.len() <= item as usize {
            self.demand.resize(item as usize + 1, 0);
        }
        self.demand[item as usize] += 1;
        if self.in_demand.len() > IN_DEMAND {
            let gone = self.in_demand.pop_front().expect("there are more than none");
            self.demand[gone as usize] -= 1;
        }
    }
}

/// Whether taking an item says what a subject likes that had not touched it.
fn is_choice(subject: Subject, item: u32, kind: u32, world: &World, memory: &Memory) -> bool {
    let touched = memory.history(subject).is_some_and(|history| history.has_interacted(item, &world.kinds));
    world.kinds.of(kind).positive && !touched && world.library.entry(item).is_some()
}

#[cfg(test)]
mod tests {
    use crate::base::time::{DAY, HOUR, Time};
    use crate::base::value::Value;
    use crate::training::fit_log::FitSettings;
    use crate::training::trainer::Trainer;
    use crate::world::IndexedInteraction;
    use crate::world::interaction::Interaction;
    use crate::world::item::Item;

    const NOW: Time = 20_000 * DAY;

    fn trainer(log: &[String]) -> (Trainer, Vec<IndexedInteraction>) {
        let wanted = FitSettings::read(Value::Record(Vec::new()), "").unwrap();
        let mut trainer = Trainer::new(&wanted.config, wanted.families);
        let item = |n: i64| format!(r#"{{"id":"i{n}","tags":["t{}"],"publishedAt":{}}}"#, n % 2, NOW + n * HOUR);
        let items = (0..8).map(|n| Item::read(Value::from_json(&item(n), "").unwrap(), "").unwrap());
        trainer.world.put_items(items.collect());
        let read = |json: &String| Interaction::read(Value::from_json(json, "").unwrap(), "").unwrap();
        let numbered = log.iter().map(|json| trainer.world.number(&read(json))).collect();
        trainer.start_sampling(1);
        (trainer, numbered)
    }

    fn event(user: &str, item: u32, kind: &str, hour: i64) -> String {
        format!(r#"{{"user":"{user}","item":"i{item}","kind":"{kind}","at":{}}}"#, NOW + hour * HOUR)
    }

    #[test]
    fn what_comes_of_a_showing_within_its_window_is_its_own_and_else_a_choice() {
        let log = [
            event("u", 0, "impression", 10),
            event("u", 0, "click", 11),
            event("u", 1, "click", 12),
            event("u", 1, "like", 13),
            event("v", 0, "impression", 14),
            event("v", 0, "click", 14 + 8 * 24),
        ];
        let (mut trainer, numbered) = trainer(&log);
        numbered.iter().for_each(|interaction| trainer.learn(*interaction));
        let sampler = trainer.sampler().unwrap();
        let kinds =
            |names: &[&str]| names.iter().map(|name| trainer.world.kinds.number(name).unwrap()).collect::<Vec<u32>>();
        let told: Vec<(bool, Vec<u32>)> =
            sampler.examples().list().iter().map(|example| (example.shown, example.outcomes.clone())).collect();
        let expected = [
            (true, kinds(&["click"])),
            (false, kinds(&["click", "like"])),
            (true, kinds(&[])),
            (false, kinds(&["click"])),
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn what_comes_later_changes_no_example_before_it() {
        let early: Vec<String> =
            (0..30).map(|n| event(&format!("u{}", n % 4), (n / 4) as u32, "click", 20 + n)).collect();
        let later = |kind: &str| -> Vec<String> {
            let more = (0..30).map(|n| event(&format!("w{}", n % 3), (n % 5) as u32, kind, 24 * 30 + n));
            early.iter().cloned().chain(more).collect()
        };
        let training_set = |log: &[String]| {
            let (mut trainer, numbered) = trainer(log);
            numbered.iter().for_each(|interaction| trainer.learn(*interaction));
            let click = trainer.world.kinds.number("click").unwrap();
            let until = NOW + 24 * HOUR * 20;
            let (training_set, _) =
                trainer.sampler().unwrap().examples().training_set(click, |example| example.at < until);
            (training_set.rows.places.clone(), training_set.rows.values.clone(), training_set.choices)
        };
        let first = training_set(&later("click"));
        assert!(first.2.len() > 10);
        assert_eq!(first, training_set(&later("save")));
    }
}
