//! Contract of every family: 0 without data, finite values, contributions that sum to the value, and the same value
//! for the same input.

use crate::base::index::ItemIndex;
use crate::base::random::Random;
use crate::base::time::{DAY, HOUR, MAX_TIME, Time};
use crate::base::value::Value;
use crate::features::item_effects::ItemEffects;
use crate::features::item_weights::ItemWeights;
use crate::memory::sending::Accepted;
use crate::memory::{Arrival, HalfLives, Memory, StateView, Subject};
use crate::world::World;
use crate::world::facet::FacetProfile;
use crate::world::facet_matrix::FacetMatrix;
use crate::world::interaction::Interaction;
use crate::world::item::Item;
use crate::world::occasion::Occasion;
use crate::world::recipient::Recipient;
use crate::world::subject::{Group, User};

use super::{Column, Family, FamilySet, PreparedSubject, RankingContext, Source, StateVersion, Table};

const NOW: Time = 20_000 * DAY;

struct Community {
    world: World,
    memory: Memory,
    index: FacetMatrix,
    item_weights: ItemWeights,
    item_effects: ItemEffects,
}

/// A small community with data for every family, generated from a seed.
fn community(seed: u64) -> Community {
    let mut random = Random::new(seed);
    let mut world = World::default();
    let items = (0..30).map(|i| {
        let json = format!(
            r#"{{"id":"i{i}","title":"第{}篇 about tea{}","tags":{{"t{}":0.7,"t{}":1}},"category":"c{}/d{}","format":"f{}",
                "source":"s{}","facets":{{"city":["x{}"]}},"publishedAt":{}}}"#,
            random.below(9), random.below(5), random.below(6), 6 + random.below(6), random.below(3), random.below(3),
            random.below(3), random.below(4), random.below(3), NOW - random.below(40) as Time * DAY,
        );
        Item::read(Value::from_json(&json, "").unwrap(), "").unwrap()
    });
    world.put_items(items.collect());
    let read = |json: &str| Value::from_json(json, "").unwrap();
    world.put_users(vec![User::read(read(r#"{"id":"u0","tags":["t1"],"attributes":{"city":"x1"}}"#), "").unwrap()]);
    world.put_groups(vec![Group::read(read(r#"{"id":"g0","members":["u0","u1"],"tags":["t2"]}"#), "").unwrap()]);
    let mut memory = Memory::new(HalfLives::default());
    for _ in 0..200 {
        let kind = ["impression", "click", "save", "dismiss", "impression"][random.below(5)];
        let json = format!(
            r#"{{"user":"u{}","group":"g0","item":"i{}","kind":"{kind}","at":{}}}"#,
            random.below(6),
            random.below(30),
            NOW - random.below(500) as Time * HOUR,
        );
        let interaction = Interaction::read(read(&json), "").unwrap();
        let indexed = world.index(&interaction);
        memory.observe(&world, &interaction, indexed, Arrival::default());
    }
    let to = Subject::User(world.users.ids.get("u0").unwrap());
    let picks = vec![(ItemIndex(3), 1.0), (ItemIndex(4), 1.0)];
    memory
        .exposure
        .accept("d", Accepted { at: NOW - HOUR, to, channel: None, picks, occasion: Occasion::Push, step: None });
    memory.advance(&world, NOW);
    memory.flush(&world);
    let mut index = FacetMatrix::default();
    index.refresh(&world.library, &world.facets);
    let item_weights = ItemWeights::new(
        (0..30).map(|i| vec![(ItemIndex((i + 1) % 30), 0.2f32), (ItemIndex((i + 7) % 30), -0.1)]).collect(),
    );
    let item_weights = ItemWeights::new(
        item_weights
            .rows()
            .iter()
            .map(|row| {
                let mut row = row.clone();
                row.sort_by_key(|link| link.0);
                row
            })
            .collect(),
    );
    let item_effects = ItemEffects::new(vec![(0..25).map(|n| 0.1 * n as f32 - 1.0).collect(); world.kinds.len()]);
    Community { world, memory, index, item_weights, item_effects }
}

impl Community {
    fn context(&self, now: Time) -> RankingContext<'_> {
        RankingContext {
            tiers: None,
            state: StateView { world: &self.world, memory: &self.memory, now },
            facet_matrix: &self.index,
            item_weights: &self.item_weights,
            item_effects: &self.item_effects,
            version: StateVersion::default(),
        }
    }
    fn to(&self, user: Option<&str>, group: Option<&str>) -> Recipient {
        Recipient::of(&self.world, user, group, None)
    }
}

fn fill_table(context: &RankingContext, to: Recipient, items: &[ItemIndex]) -> (PreparedSubject, Table) {
    let (mut subject, mut table) = (PreparedSubject::default(), Table::default());
    subject.prepare(context, to, &FacetProfile::default(), FamilySet::ALL);
    table.fill(context, &subject, items, FamilySet::ALL);
    table.fill_kind(context, &subject, context.state.world.kinds.index("click").unwrap(), items, FamilySet::ALL);
    (subject, table)
}

#[test]
fn features_without_data_are_zero() {
    let mut world = World::default();
    world.put_items(vec![Item::read(Value::from_json(r#"{"id":"a","tags":["t"]}"#, "").unwrap(), "").unwrap()]);
    let (memory, mut index) = (Memory::new(HalfLives::default()), FacetMatrix::default());
    index.refresh(&world.library, &world.facets);
    let context = RankingContext {
        tiers: None,
        state: StateView { world: &world, memory: &memory, now: NOW },
        facet_matrix: &index,
        item_weights: &ItemWeights::default(),
        item_effects: &ItemEffects::default(),
        version: StateVersion::default(),
    };
    let (_, table) =
        fill_table(&context, Recipient::of(&world, Some("nobody"), Some("nowhere"), None), &[ItemIndex(0)]);
    for (column, feature) in table.columns.iter().zip(table.features()) {
        assert!(!column.live || column.values == [0.0], "{}", feature.name);
    }
}

#[test]
fn every_family_has_a_non_zero_feature_in_this_community() {
    let community = community(1);
    let items: Vec<ItemIndex> = ItemIndex::first(30).collect();
    let (_, table) = fill_table(&community.context(NOW), community.to(Some("u0"), Some("g0")), &items);
    for family in Family::ALL {
        let mut columns = table.columns.iter().zip(table.features()).filter(|(_, feature)| feature.family == family);
        assert!(columns.any(|(column, _)| column.live && column.values.iter().any(|v| *v != 0.0)), "{family:?}");
    }
}

#[test]
fn values_are_finite_and_contributions_sum_to_them() {
    for seed in 0..20 {
        let community = community(seed);
        let items: Vec<ItemIndex> = ItemIndex::first(30).collect();
        for now in [NOW, NOW - 10 * DAY, MAX_TIME, -MAX_TIME] {
            let context = community.context(now);
            for to in
                [community.to(Some("u0"), Some("g0")), community.to(None, Some("g0")), community.to(Some("u3"), None)]
            {
                let (subject, table) = fill_table(&context, to, &items);
                for (column, feature) in table.columns.iter().zip(table.features()).filter(|(column, _)| column.live) {
                    for (&item, &value) in items.iter().zip(&column.values) {
                        assert!(value.is_finite(), "{} of {item:?} at {now}", feature.name);
                        if value == 0.0 {
                            continue;
                        }
                        let contributions =
                            subject.contributions(feature.family, &context, item, feature.offset, value);
                        let sum: f64 = contributions.iter().map(|(_, amount)| amount).sum();
                        assert!((sum - value).abs() <= 1e-12 * value.abs().max(1.0), "{}: {sum} {value}", feature.name);
                    }
                }
            }
        }
    }
}

#[test]
fn an_item_scored_alone_gets_the_same_values_as_among_others() {
    let community = community(4);
    let context = community.context(NOW);
    let items: Vec<ItemIndex> = ItemIndex::first(30).collect();
    let to = community.to(Some("u0"), Some("g0"));
    let (_, together) = fill_table(&context, to, &items);
    for &item in &items {
        let (_, alone) = fill_table(&context, to, &[item]);
        for ((a, b), feature) in alone.columns.iter().zip(&together.columns).zip(alone.features()) {
            let value = |column: &Column, n: usize| if column.live { column.values[n] } else { 0.0 };
            assert_eq!(value(a, 0), value(b, item.as_usize()), "{} of {item:?}", feature.name);
        }
    }
}

#[test]
fn item_only_families_are_equal_for_all_subjects() {
    let community = community(2);
    let context = community.context(NOW);
    let items: Vec<ItemIndex> = ItemIndex::first(30).collect();
    let (_, ours) = fill_table(&context, community.to(Some("u0"), Some("g0")), &items);
    let (_, theirs) = fill_table(&context, community.to(Some("u5"), None), &items);
    for (n, feature) in ours.features().iter().enumerate().filter(|(_, f)| f.family.is_item_only()) {
        assert_eq!(ours.columns[n].values, theirs.columns[n].values, "{}", feature.name);
    }
}

#[test]
fn prepared_data_may_be_kept_while_others_are_prepared() {
    let community = community(5);
    let items: Vec<ItemIndex> = ItemIndex::first(30).collect();
    let tos = [(Some("u0"), Some("g0")), (Some("u0"), None), (None, Some("g0")), (Some("u3"), Some("g0"))];
    let mut random = Random::new(5);
    let (mut subject, mut kept) = (PreparedSubject::default(), PreparedSubject::default());
    for _ in 0..300 {
        if random.below(2) == 0 {
            kept.exchange_shared(&mut subject);
            std::mem::swap(&mut kept, &mut subject);
        }
        let context = community.context(NOW - random.below(2) as Time * DAY);
        let (user, group) = tos[random.below(tos.len())];
        let (to, request) = (community.to(user, group), FacetProfile::default());
        subject.prepare(&context, to, &request, FamilySet::ALL);
        let mut table = Table::default();
        table.fill(&context, &subject, &items, FamilySet::ALL);
        let (_, fresh) = fill_table(&context, to, &items);
        for ((ours, fresh), feature) in table.columns.iter().zip(&fresh.columns).zip(fresh.features()) {
            let values = |column: &Column| if column.live { column.values.clone() } else { vec![0.0; items.len()] };
            if !feature.family.is_per_kind() {
                assert_eq!(values(ours), values(fresh), "{} for {to:?}", feature.name);
            }
        }
    }
}

#[test]
fn families_left_out_have_no_live_columns() {
    let community = community(3);
    let context = community.context(NOW);
    let mut table = Table::default();
    let (subject, _) = fill_table(&context, community.to(Some("u0"), None), &[ItemIndex(0)]);
    table.fill(
        &context,
        &subject,
        &[ItemIndex(0), ItemIndex(1)],
        FamilySet::ALL.filter(|family| family == Family::Terms),
    );
    for (column, feature) in table.columns.iter().zip(table.features()) {
        assert!(!column.live || feature.family == Family::Terms, "{}", feature.name);
    }
}

#[test]
fn sources_are_facets_of_the_item_and_items_the_subject_liked() {
    let community = community(6);
    let context = community.context(NOW);
    let items: Vec<ItemIndex> = ItemIndex::first(30).collect();
    let to = community.to(Some("u0"), Some("g0"));
    let (subject, table) = fill_table(&context, to, &items);
    let history = community.memory.history(Subject::User(to.user.unwrap())).unwrap();
    for (column, feature) in table.columns.iter().zip(table.features()).filter(|(column, _)| column.live) {
        for (&item, &value) in items.iter().zip(&column.values) {
            for (source, _) in subject.contributions(feature.family, &context, item, feature.offset, value) {
                match source {
                    Source::Whole => {}
                    Source::Facet(facet) => {
                        let entry = community.world.library.entry(item).unwrap();
                        assert!(entry.facets.iter().any(|(own, _)| own == facet), "{}", feature.name);
                    }
                    Source::Item(liked) => assert!(history.likes(liked, &community.world.kinds), "{}", feature.name),
                }
            }
        }
    }
}
