//! Samples examples in one pass over a log: exposures, choices with sampled negatives, and their outcomes.

use rustc_hash::FxHashMap;

use crate::base::index::{ItemIndex, KindIndex};
use crate::base::time::{DAY, Time};
use crate::features;
use crate::memory::{Memory, Subject};
use crate::model::layout::Layout;
use crate::scoring::scorer::{Scorer, Workspace};
use crate::training::choice_set::ChoiceSet;
use crate::training::dataset::ExampleStore;
use crate::training::negatives::NegativeSampler;
use crate::world::facet::FacetProfile;
use crate::world::kind::Kinds;
use crate::world::recipient::Recipient;
use crate::world::{IndexedInteraction, World};

/// An interaction this long after an exposure or a choice still counts as its outcome, ms.
const WINDOW: Time = 7 * DAY;

/// Exposures of a group's members to an item this long after the first belong to the same push, ms.
const PUSH: Time = DAY;

/// An example whose outcomes may still follow.
#[derive(Debug, Clone, Copy)]
struct OpenExample {
    id: usize,
    at: Time,
    /// True for an exposure, false for a choice.
    shown: bool,
    /// For a member's exposure in a group: the group's example of it.
    of_group: Option<usize>,
}

/// The sampler of one pass over a log.
#[derive(Debug)]
pub struct ExampleSampler {
    examples: ExampleStore,
    kinds: Vec<KindIndex>,
    /// The latest example of a subject and an item.
    open: FxHashMap<(Subject, ItemIndex), OpenExample>,
    negatives: NegativeSampler,
    choices: usize,
    eligible: f64,
}

impl ExampleSampler {
    /// Creates a sampler without examples for the kinds and the library of a world.
    pub fn new(world: &World, seed: u64) -> Self {
        let (shared, own) = features::counts();
        let kinds =
            (0..).map(KindIndex).zip(world.kinds.iter()).filter(|(_, (_, kind))| !kind.is_exposure).map(|(n, _)| n);
        Self {
            examples: ExampleStore::new(Layout { shared, own, kinds: world.kinds.len() }),
            kinds: kinds.collect(),
            open: FxHashMap::default(),
            negatives: NegativeSampler::new(world, seed),
            choices: 0,
            eligible: 0.0,
        }
    }

    /// The examples.
    pub fn examples(&self) -> &ExampleStore {
        &self.examples
    }

    /// Mean number of items a choice was made from.
    pub fn eligible(&self) -> f64 {
        self.eligible / self.choices.max(1) as f64
    }

    /// Returns the example an interaction gives, if it is to be stored. If the interaction is the outcome of an earlier
    /// example, adds it there and returns `None`.
    pub fn example_of(&mut self, interaction: IndexedInteraction, world: &World, memory: &Memory) -> Option<ChoiceSet> {
        let IndexedInteraction { user, group, channel, item, kind, at } = interaction;
        let (subject, item) = (user.map(Subject::User).or(group.map(Subject::Group))?, item?);
        let is_exposure = world.kinds.of(kind).is_exposure;
        if !is_exposure {
            if let Some(OpenExample { id, of_group, .. }) = self.open_example(subject, item, at) {
                [Some(id), of_group].into_iter().flatten().for_each(|id| self.examples.add_outcome(id, kind));
                return None;
            }
            if !is_choice(subject, item, kind, world, memory) {
                return None;
            }
        }
        let to = Recipient { is_user: user.is_some(), user, group, channel };
        let kinds = if is_exposure { Vec::new() } else { vec![kind] };
        let mut choice = ChoiceSet::new(subject, to, item, kinds, at);
        choice.shown = is_exposure;
        choice.is_stored = self.offer(&choice);
        if !is_exposure {
            self.choices += 1;
            self.eligible += self.negatives.published_by(at) as f64;
            self.negatives.draw(&mut choice, memory.history(subject), &world.kinds);
        }
        choice.is_stored.then_some(choice)
    }

    /// Returns whether the next example, of this choice or exposure, is to be stored. Its outcomes are recognised even
    /// if it is not.
    fn offer(&mut self, choice: &ChoiceSet) -> bool {
        let open = OpenExample { id: self.examples.next_id(), at: choice.at, shown: choice.shown, of_group: None };
        self.open.insert((choice.subject, choice.items[0]), open);
        self.examples.wants_next()
    }

    /// Returns the latest example of a subject and an item, if an interaction at `at` is still an outcome of it.
    fn open_example(&self, subject: Subject, item: ItemIndex, at: Time) -> Option<OpenExample> {
        self.open.get(&(subject, item)).copied().filter(|open| at - open.at <= WINDOW)
    }

    /// Returns the group's example of a push, if the interaction is the first exposure of a member to it and the
    /// example is to be stored. Call after [`Self::example_of`], whose outcomes the example shares.
    ///
    /// Each later exposure to the push becomes an example with the features before the first, because a decision for
    /// the group is made before anybody sees the item.
    pub fn example_of_push(&mut self, interaction: IndexedInteraction, world: &World) -> Option<ChoiceSet> {
        let IndexedInteraction { user, group, item, kind, at, .. } = interaction;
        let ((user, group), item) = (user.zip(group)?, item?);
        if !world.kinds.of(kind).is_exposure {
            return None;
        }
        let (member, group) = (Subject::User(user), Subject::Group(group));
        let id = self.examples.next_id();
        let first = self.open.get(&(group, item)).filter(|first| first.shown && at - first.at <= PUSH);
        let first = first.map(|first| first.id);
        let mut push = ChoiceSet::new(group, group.addressee(world), item, Vec::new(), at);
        match first {
            Some(first) => self.examples.repeat(first, at),
            None => {
                push.shown = true;
                push.is_stored = self.offer(&push);
            }
        }
        if let Some(own) = self.open.get_mut(&(member, item)) {
            own.of_group = Some(id);
        }
        (push.shown && push.is_stored).then_some(push)
    }

    /// Returns the choice of a group by one of its members, with negatives, if it was positive, the group's first with
    /// the item, and no response to an exposure in the group.
    pub fn choice_of_group(
        &mut self,
        interaction: IndexedInteraction,
        world: &World,
        memory: &Memory,
    ) -> Option<ChoiceSet> {
        let (subject, item) = (Subject::Group(interaction.group?), interaction.item?);
        let is_response = self.open_example(subject, item, interaction.at).is_some_and(|open| open.shown);
        if is_response || !is_choice(subject, item, interaction.kind, world, memory) {
            return None;
        }
        let to = subject.addressee(world);
        let mut choice = ChoiceSet::new(subject, to, item, vec![interaction.kind], interaction.at);
        self.negatives.draw(&mut choice, memory.history(subject), &world.kinds);
        Some(choice)
    }

    /// Returns a choice without a known time, with negatives from the whole library.
    pub fn timeless_choice(
        &mut self,
        subject: Subject,
        item: ItemIndex,
        kinds: &[KindIndex],
        at: Time,
        world: &World,
    ) -> ChoiceSet {
        let mut choice = ChoiceSet::new(subject, subject.addressee(world), item, kinds.to_vec(), at);
        choice.is_stored = self.examples.wants_next();
        self.choices += 1;
        self.eligible += self.negatives.published() as f64;
        self.negatives.draw_timeless(&mut choice);
        choice
    }

    /// Adds an example with its features and returns its id.
    pub fn write(&mut self, scorer: &Scorer, work: &mut Workspace, choice: &ChoiceSet) -> usize {
        let rows = scorer.rows(work, choice.to, &FacetProfile::default(), &choice.items, &self.kinds);
        let id = self.examples.add(choice.at, choice.subject, choice.items[0], choice.shown, |writer| {
            for (row, offset) in rows.iter().zip(&choice.offsets) {
                row.iter().for_each(|&(column, value)| writer.put(column, value));
                writer.end(*offset);
            }
        });
        choice.kinds.iter().for_each(|&kind| self.examples.add_outcome(id, kind));
        id
    }

    /// Records a learnt interaction as demand, if it is positive.
    pub fn record_demand(&mut self, interaction: IndexedInteraction, kinds: &Kinds) {
        if let Some(item) = interaction.item.filter(|_| kinds.of(interaction.kind).positive) {
            self.negatives.record_demand(item);
        }
    }
}

/// True if the interaction is positive and the subject's first with this item of the library.
fn is_choice(subject: Subject, item: ItemIndex, kind: KindIndex, world: &World, memory: &Memory) -> bool {
    let has_interacted = memory.history(subject).is_some_and(|history| history.has_interacted(item, &world.kinds));
    world.kinds.of(kind).positive && !has_interacted && world.library.entry(item).is_some()
}

#[cfg(test)]
mod tests {
    use crate::base::index::KindIndex;
    use crate::base::time::{DAY, HOUR, Time};
    use crate::base::value::Value;
    use crate::training::fit_log::FitSettings;
    use crate::training::trainer::Trainer;
    use crate::world::IndexedInteraction;
    use crate::world::interaction::Interaction;
    use crate::world::item::Item;

    const NOW: Time = 20_000 * DAY;

    fn trainer(log: &[String]) -> (Trainer, Vec<IndexedInteraction>) {
        let settings = FitSettings::read(Value::Record(Vec::new()), "").unwrap();
        let mut trainer = Trainer::new(&settings.config, settings.families);
        let item = |n: i64| format!(r#"{{"id":"i{n}","tags":["t{}"],"publishedAt":{}}}"#, n % 2, NOW + n * HOUR);
        let items = (0..8).map(|n| Item::read(Value::from_json(&item(n), "").unwrap(), "").unwrap());
        trainer.change_world().put_items(items.collect());
        let read = |json: &String| Interaction::read(Value::from_json(json, "").unwrap(), "").unwrap();
        let indexed = log.iter().map(|json| trainer.index(&read(json))).collect();
        trainer.start_sampling(1);
        (trainer, indexed)
    }

    fn event(user: &str, item: u32, kind: &str, hour: i64) -> String {
        format!(r#"{{"user":"{user}","item":"i{item}","kind":"{kind}","at":{}}}"#, NOW + hour * HOUR)
    }

    #[test]
    fn an_interaction_within_the_window_is_an_outcome_and_else_a_choice() {
        let log = [
            event("u", 0, "impression", 10),
            event("u", 0, "click", 11),
            event("u", 1, "click", 12),
            event("u", 1, "like", 13),
            event("v", 0, "impression", 14),
            event("v", 0, "click", 14 + 8 * 24),
        ];
        let (mut trainer, indexed) = trainer(&log);
        indexed.iter().for_each(|interaction| trainer.learn(*interaction));
        let sampler = trainer.sampler().unwrap();
        let kinds = |names: &[&str]| {
            names.iter().map(|name| trainer.world().kinds.index(name).unwrap()).collect::<Vec<KindIndex>>()
        };
        let examples: Vec<(bool, Vec<KindIndex>)> =
            sampler.examples().list().iter().map(|example| (example.shown, example.outcomes.clone())).collect();
        let expected = [
            (true, kinds(&["click"])),
            (false, kinds(&["click", "like"])),
            (true, kinds(&[])),
            (false, kinds(&["click"])),
        ];
        assert_eq!(examples, expected);
    }

    fn in_group(json: &str) -> String {
        json.replacen('{', r#"{"group":"g","#, 1)
    }

    #[test]
    fn responses_of_members_to_a_push_are_outcomes_of_the_group() {
        let log = [
            in_group(&event("u", 0, "impression", 10)),
            in_group(&event("v", 0, "impression", 11)),
            in_group(&event("v", 0, "click", 12)),
            event("u", 0, "like", 13),
            in_group(&event("w", 0, "impression", 10 + 25)),
        ];
        let (mut trainer, indexed) = trainer(&log);
        indexed.iter().for_each(|interaction| trainer.learn(*interaction));
        let kind = |name: &str| trainer.world().kinds.index(name).unwrap();
        let examples = trainer.sampler().unwrap().examples().list();
        let of_group = examples.iter().filter(|example| example.is_of_group());
        let seen: Vec<_> =
            of_group.map(|example| (example.id(), example.first, example.shown, example.outcomes.clone())).collect();
        let [click, like] = ["click", "like"].map(kind);
        assert_eq!(seen, [(2, 2, true, vec![like]), (4, 2, true, vec![click]), (6, 6, true, vec![])]);
    }

    #[test]
    fn later_interactions_change_no_earlier_example() {
        let early: Vec<String> =
            (0..30).map(|n| event(&format!("u{}", n % 4), (n / 4) as u32, "click", 20 + n)).collect();
        let later = |kind: &str| -> Vec<String> {
            let more = (0..30).map(|n| event(&format!("w{}", n % 3), (n % 5) as u32, kind, 24 * 30 + n));
            early.iter().cloned().chain(more).collect()
        };
        let training_set = |log: &[String]| {
            let (mut trainer, indexed) = trainer(log);
            indexed.iter().for_each(|interaction| trainer.learn(*interaction));
            let click = trainer.world().kinds.index("click").unwrap();
            let until = NOW + 24 * HOUR * 20;
            let (training_set, _) =
                trainer.sampler().unwrap().examples().training_set(click, |example| example.at < until);
            (training_set.rows.columns.clone(), training_set.rows.values.clone(), training_set.choices)
        };
        let first = training_set(&later("click"));
        assert!(first.2.len() > 10);
        assert_eq!(first, training_set(&later("save")));
    }
}
