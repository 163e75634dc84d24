//! The recommender under judgement: it learns and ranks exactly as one does that decides, without the rules.

use crate::error::Result;
use crate::memory::Memory;
use crate::number::sigmoid;
use crate::rank::chance::Model;
use crate::rank::objective::Objective;
use crate::rank::ranker::{Ranker, Workspace};
use crate::rank::viewer::Scene;
use crate::time::Time;
use crate::value::Value;
use crate::world::addressee::Addressee;
use crate::world::facet::Profile;
use crate::world::index::Index;
use crate::world::interaction::Interaction;
use crate::world::item::Item;
use crate::world::subject::Group;
use crate::world::{Numbered, World};

use super::settings::Settings;

/// World, memory and model, and how they are asked.
#[derive(Debug)]
pub struct Examinee {
    /// What it was told.
    pub world: World,
    /// What it remembers.
    pub memory: Memory,
    settings: Settings,
    objective: Objective,
    model: Model,
    index: Index,
    work: Workspace,
    revision: u64,
}

impl Examinee {
    /// One that knows nothing yet.
    ///
    /// # Errors
    /// Names the objective or kind that is not known.
    pub fn new(settings: Settings) -> Result<Self> {
        let config = &settings.config;
        let world = World::new(config.kinds.clone());
        Ok(Self {
            objective: config.objectives.asked(settings.objective.clone(), "objective", None, &world.kinds)?,
            memory: Memory::new(config.half_lives),
            model: Model::shipped(&world.kinds),
            index: Index::default(),
            work: Workspace::default(),
            revision: 0,
            settings,
            world,
        })
    }

    /// What was asked for.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }
    /// The name of the model that ranks.
    pub fn model(&self) -> &str {
        self.model.name()
    }

    /// Puts the library.
    pub fn put_items(&mut self, items: Vec<Item>) {
        self.world.put_items(items);
        self.refresh();
    }

    /// Puts an item of which nothing but the id is known, unless the library has it.
    pub fn put_bare(&mut self, id: &str) {
        if self.world.library.get(id).is_none() {
            let record = Value::Record(vec![("id".to_owned(), Value::Text(id.to_owned()))]);
            self.world.put_items(vec![Item::read(record, "").expect("ids are checked where they are read")]);
        }
    }

    /// Puts the groups.
    pub fn put_groups(&mut self, groups: Vec<Group>) {
        self.world.put_groups(groups);
        self.refresh();
    }

    /// The numbers of an interaction's names.
    pub fn number(&mut self, interaction: &Interaction) -> Numbered {
        let numbered = self.world.number(interaction);
        self.model.cover(&self.world.kinds);
        numbered
    }

    /// The number of a kind; one never met is numbered now.
    pub fn kind(&mut self, name: &str) -> u32 {
        let kind = self.world.kinds.intern(name);
        self.model.cover(&self.world.kinds);
        kind
    }

    /// Brings up to date what follows from the world: once it is all told.
    pub fn refresh(&mut self) {
        self.revision += 1;
        self.index.refresh(&self.world.library, &self.world.facets);
    }

    /// Learns an interaction.
    pub fn learn(&mut self, interaction: Numbered) {
        self.revision += 1;
        self.memory.touch(&self.world, interaction);
    }

    /// Learns an interaction of which nobody knows when it was.
    pub fn learn_timeless(&mut self, interaction: Numbered) {
        self.revision += 1;
        self.memory.touch_timeless(&self.world, interaction);
    }

    /// Writes what each item is worth to a user, or to a group and its members as one.
    pub fn utilities(&mut self, to: Addressee, now: Time, items: &[u32], utilities: &mut Vec<f64>) {
        let Self { world, memory, index, model, objective, settings, work, revision, .. } = self;
        memory.settle(&world.library.ids);
        let scene = Scene { world, memory, index, now, revision: *revision };
        let ranker = Ranker { scene, model, objective, families: settings.families };
        let context = Profile::default();
        if to.is_user {
            ranker.utilities(work, to, &context, items, utilities);
            return;
        }
        let config = &settings.config;
        let own = to.group_record(world).and_then(|group| group.aggregation);
        let council =
            ranker.council(work, to, &context, items, own.unwrap_or(config.aggregation), config.group_history);
        *utilities = council.utilities();
    }

    /// The chance of each of some kinds with one item.
    pub fn chances(&mut self, to: Addressee, now: Time, item: u32, kinds: &[u32]) -> Vec<f64> {
        let Self { world, memory, index, model, settings, work, revision, .. } = self;
        memory.settle(&world.library.ids);
        let scene = Scene { world, memory, index, now, revision: *revision };
        // One account holds all of them, if each is worth something.
        let objective = &Objective(kinds.iter().map(|&kind| (kind, 1.0)).collect());
        let ranker = Ranker { scene, model, objective, families: settings.families };
        let account = ranker.explain(work, to, &Profile::default(), &[item], false).remove(0);
        let known = |kind: u32| account.chances.iter().find(|(known, _)| *known == kind).map(|(_, chance)| *chance);
        kinds.iter().map(|&kind| known(kind).unwrap_or_else(|| sigmoid(model.row(kind).bias))).collect()
    }
}
