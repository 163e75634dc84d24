//! The engine: the state that ranks, and the state derived from it. A recommender, a trainer and an evaluation each
//! have one.

pub mod config;
pub mod effective;
mod versioned;
mod view;

use crate::base::index::GroupIndex;
use crate::base::time::Time;
use crate::eligibility::AvailabilityIndex;
use crate::features::{Family, FamilySet};
use crate::memory::exposure::Exposure;
use crate::memory::{Memory, StateView};
use crate::model::Model;
use crate::scoring::member_sums::MemberSums;
use crate::scoring::scorer::Workspace;
use crate::scoring::shortlist::Block;
use crate::world::columns::{Columns, IndexedColumns};
use crate::world::facet_matrix::FacetMatrix;
use crate::world::interaction::Interaction;
use crate::world::{IndexedInteraction, World};

use config::Config;
pub use versioned::Versioned;
pub use view::EngineView;

/// World, memory and models, with caches and derived state that always match them.
#[derive(Debug)]
pub struct Engine {
    /// Records of the host.
    pub world: Versioned<World>,
    /// Interactions and sendings, and their sums.
    pub memory: Versioned<Memory>,
    /// Version of the memory's sendings: its own version stays when only these change.
    exposure_version: u64,
    models: Vec<Versioned<Model>>,
    /// The model with the shipped weights, if one was requested.
    shipped: Option<ModelId>,
    facets: FacetMatrix,
    availability: AvailabilityIndex,
    workspace: Workspace,
    block: Block,
}

/// A model of an engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ModelId(usize);

impl ModelId {
    /// The model that decides unless another one is named.
    pub const DEFAULT: Self = Self(0);
}

impl Engine {
    /// Creates an engine without records, with the shipped model.
    pub fn new(config: &Config) -> Self {
        Self::assembled(World::new(config.kinds.clone()), Memory::new(config.half_lives))
    }

    /// Creates an engine of a memory and the world that it refers to, with the shipped model.
    pub fn assembled(world: World, memory: Memory) -> Self {
        Self {
            models: vec![Versioned::new(Model::shipped(&world.kinds))],
            shipped: None,
            world: Versioned::new(world),
            memory: Versioned::new(memory),
            exposure_version: 0,
            facets: FacetMatrix::default(),
            availability: AvailabilityIndex::default(),
            workspace: Workspace::default(),
            block: Block::default(),
        }
    }

    /// Returns a copy of the state, which shares what neither changes; caches are computed again.
    pub fn fork(&self) -> Self {
        Self {
            world: self.world.share(),
            memory: Versioned::new(Memory::clone(&self.memory)),
            exposure_version: 0,
            models: self.models.iter().map(Versioned::share).collect(),
            shipped: self.shipped,
            facets: FacetMatrix::default(),
            availability: AvailabilityIndex::default(),
            workspace: Workspace::default(),
            block: Block::default(),
        }
    }

    /// A model.
    pub fn model(&self, id: ModelId) -> &Model {
        &self.models[id.0]
    }

    /// Returns a model for a change.
    pub fn change_model(&mut self, id: ModelId) -> &mut Model {
        self.models[id.0].change()
    }

    /// Adds a model to the others.
    pub fn add_model(&mut self, model: Model) -> ModelId {
        self.models.push(Versioned::new(model));
        ModelId(self.models.len() - 1)
    }

    /// Returns a model with the shipped weights; the first call adds it to the others.
    pub fn shipped_model(&mut self) -> ModelId {
        let added = self.shipped.unwrap_or_else(|| self.add_model(Model::shipped(&self.world.kinds)));
        self.shipped = Some(added);
        added
    }

    /// Adds the shipped weights of new kinds to all models.
    pub fn extend_models(&mut self) {
        let kinds = &self.world.kinds;
        self.models.iter_mut().for_each(|model| model.change().extend_to(kinds));
    }

    /// Interns the names of an interaction; a new kind enters all models.
    pub fn index(&mut self, interaction: &Interaction) -> IndexedInteraction {
        let indexed = self.world.change().index(interaction);
        self.extend_models();
        indexed
    }

    /// Interns the names of columns; new kinds enter all models.
    pub fn index_columns<'a>(&mut self, columns: &'a Columns) -> IndexedColumns<'a> {
        let indexed = self.world.change().index_columns(columns);
        self.extend_models();
        indexed
    }

    /// Returns the sendings for a change. Sums over interactions do not depend on them, so what is derived from those
    /// alone stays current.
    pub fn change_exposure(&mut self) -> &mut Exposure {
        self.exposure_version += 1;
        &mut self.memory.update_caches().exposure
    }

    /// Moves memory to a time: interactions up to it count, later ones do not.
    pub fn advance(&mut self, now: Time) {
        let Self { world, memory, .. } = self;
        memory.change_if(|memory| memory.advance(world, now));
    }

    /// Updates the derived state that these families read.
    pub fn refresh(&mut self, families: FamilySet) {
        let Self { world, memory, facets, availability, .. } = self;
        facets.refresh(&world.library, &world.facets);
        availability.refresh(&world.library);
        match families.includes(Family::Neighbours) {
            true => memory.update_caches().flush(world),
            false => memory.update_caches().flush_rates(world),
        }
    }

    /// Returns a current view of the state for scoring with these families at one moment.
    pub fn at(&mut self, now: Time, families: FamilySet) -> EngineView<'_> {
        self.refresh(families);
        self.availability.list(now);
        EngineView {
            state: StateView { world: &self.world, memory: &self.memory, now },
            models: &self.models,
            facets: &self.facets,
            availability: &self.availability,
            workspace: &mut self.workspace,
            block: &mut self.block,
            versions: [self.world.version(), self.memory.version(), self.exposure_version],
            families,
        }
    }

    /// Limits the cache of co-occurrence rows, bytes.
    pub fn keep_rows_within(&self, bytes: usize) {
        self.memory.keep_rows_within(bytes);
    }

    /// Keeps the sums of the common members of groups that are scored at one moment, until they are dropped.
    pub fn keep_member_sums(&mut self, groups: &[GroupIndex]) {
        let Self { world, workspace, .. } = self;
        let records = groups.iter().filter_map(|group| world.groups.record(*group));
        let members = records.map(|group| &group.member_indices[..]);
        workspace.members.clear();
        workspace.member_sums = (groups.len() > 1).then(|| MemberSums::of(members));
    }

    /// Drops the kept sums of members.
    pub fn drop_member_sums(&mut self) {
        self.workspace.member_sums = None;
        self.workspace.end_members();
    }

    /// Frees the memory of everything that can be derived again.
    pub fn drop_derived(&mut self) {
        (self.facets, self.availability) = (FacetMatrix::default(), AvailabilityIndex::default());
        (self.workspace, self.block) = (Workspace::default(), Block::default());
        self.memory.drop_rows();
    }
}

#[cfg(all(test, feature = "study"))]
mod tests {
    use super::*;
    use crate::base::index::ItemIndex;
    use crate::base::random::Random;
    use crate::base::value::Value;
    use crate::features::item_weights::ItemWeights;
    use crate::memory::Subject;
    use crate::memory::sending::Accepted;
    use crate::model::linear::LinearModel;
    use crate::scoring::objective::Objective;
    use crate::world::facet::FacetProfile;
    use crate::world::item::Item;
    use crate::world::occasion::Occasion;
    use crate::world::recipient::Recipient;

    const NOW: Time = 1_750_000_000_000;

    fn value(json: &str) -> Value {
        Value::from_json(json, "").unwrap()
    }

    /// An engine of three items and two users with a history.
    fn engine() -> Engine {
        let mut engine = Engine::new(&Config::read(Value::Null).unwrap());
        let items = ["a", "b", "c"].map(|id| value(&format!(r#"{{"id":"{id}","tags":["{id}","all"]}}"#)));
        engine.world.change().put_items(items.map(|item| Item::read(item, "").unwrap()).into());
        [("u", "a"), ("v", "a"), ("v", "b")].iter().zip(0..).for_each(|((user, item), n)| {
            learn(&mut engine, user, item, NOW + n);
        });
        engine
    }

    fn learn(engine: &mut Engine, user: &str, item: &str, at: Time) {
        let json = format!(r#"{{"user":"{user}","item":"{item}","kind":"click","at":{at}}}"#);
        let indexed = engine.index(&Interaction::read(value(&json), "").unwrap());
        engine.memory.change().add_to_sums(&engine.world, indexed);
    }

    /// A fitted model whose weights are those of the shipped one plus `more`, so that all features take part.
    fn shifted(engine: &Engine, more: f64) -> Model {
        let rows = engine.model(ModelId::DEFAULT).rows().0.iter();
        let row = |row: &LinearModel| LinearModel {
            weights: row.weights.iter().map(|weight| weight + more).collect(),
            ..row.clone()
        };
        let item_weights =
            ItemWeights::new(vec![vec![(ItemIndex(1), more as f32)], Vec::new(), vec![(ItemIndex(0), 1.0)]]);
        Model::fitted([rows.map(row).collect(), Vec::new()], None, item_weights, None)
    }

    fn send(engine: &mut Engine, id: &str, item: ItemIndex, at: Time) {
        let to = Subject::User(engine.world.users.ids.get("u").unwrap());
        let picks = vec![(item, 1.0)];
        let sending = Accepted { at, to, channel: None, picks, occasion: Occasion::default(), step: None };
        assert!(engine.change_exposure().accept(id, sending));
    }

    fn utilities(engine: &mut Engine, model: ModelId, now: Time) -> Vec<f64> {
        let objective = Objective(vec![(engine.world.kinds.index("click").unwrap(), 1.0)]);
        let view = engine.at(now, FamilySet::ALL);
        let to = Recipient::of(view.state.world, Some("u"), None, None);
        let mut utilities = Vec::new();
        let scorer = view.scorer(model, &objective);
        scorer.utilities(
            view.workspace,
            to,
            &FacetProfile::default(),
            &[ItemIndex(0), ItemIndex(1), ItemIndex(2)],
            &mut utilities,
        );
        utilities
    }

    #[test]
    fn two_models_of_one_engine_rank_as_each_alone() {
        let mut shared = engine();
        let other = shared.add_model(shifted(&shared, 0.3));
        let mut alone = engine();
        *alone.change_model(ModelId::DEFAULT) = shifted(&alone, 0.3);
        for hour in 0..4 {
            let now = NOW + hour * crate::base::time::HOUR;
            let expected =
                [utilities(&mut engine(), ModelId::DEFAULT, now), utilities(&mut alone, ModelId::DEFAULT, now)];
            assert_ne!(expected[0], expected[1]);
            for _ in 0..2 {
                assert_eq!([ModelId::DEFAULT, other].map(|id| utilities(&mut shared, id, now)), expected);
            }
        }
    }

    #[test]
    fn utilities_updated_after_any_changes_are_those_of_a_fresh_engine_bit_for_bit() {
        let mut random = Random::new(8);
        let mut engine = engine();
        let fitted = engine.add_model(shifted(&engine, 0.1));
        let mut now = NOW + 9;
        for round in 0..400 {
            let id = ["a", "b", "c"][random.below(3)];
            match random.below(7) {
                0 => _ = engine.world.change().remove_items(&[id.to_owned()]),
                1 => learn(&mut engine, ["u", "w"][random.below(2)], id, now),
                2 => now += [1, crate::base::time::DAY][random.below(2)],
                3 => send(&mut engine, &round.to_string(), ItemIndex(random.below(3) as u32), now),
                _ => {
                    let (tag, age) = (random.below(4), random.below(90) as Time * crate::base::time::HOUR);
                    let published =
                        if random.below(4) == 0 { String::new() } else { format!(r#","publishedAt":{}"#, now - age) };
                    let item = value(&format!(r#"{{"id":"{id}","tags":["t{tag}","all"]{published}}}"#));
                    engine.world.change().put_items(vec![Item::read(item, "").unwrap()]);
                }
            }
            let model = [ModelId::DEFAULT, fitted][random.below(2)];
            let found = utilities(&mut engine, model, now);
            if random.below(3) == 0 {
                engine.drop_derived();
                assert_eq!(utilities(&mut engine, model, now), found, "{round}");
            }
        }
    }

    #[test]
    fn a_change_of_any_part_reaches_the_next_view() {
        let mut engine = engine();
        let mut last = utilities(&mut engine, ModelId::DEFAULT, NOW + 9);
        let changes: [fn(&mut Engine); 5] = [
            |engine| send(engine, "d", ItemIndex(2), NOW + 8),
            |engine| learn(engine, "u", "c", NOW + 4),
            |engine| {
                _ = engine.world.change().put_items(vec![Item::read(value(r#"{"id":"b","tags":["c"]}"#), "").unwrap()])
            },
            |engine| *engine.change_model(ModelId::DEFAULT) = shifted(engine, 0.2),
            |engine| {
                engine.change_model(ModelId::DEFAULT).item_weights = ItemWeights::new(vec![vec![(ItemIndex(1), 5.0)]])
            },
        ];
        for (n, change) in changes.into_iter().enumerate() {
            change(&mut engine);
            let found = utilities(&mut engine, ModelId::DEFAULT, NOW + 9);
            assert_ne!(found, last, "change {n}");
            engine.drop_derived();
            assert_eq!(utilities(&mut engine, ModelId::DEFAULT, NOW + 9), found, "change {n}");
            last = found;
        }
    }
}
