//! Tests against exact utilities of all items.
#![cfg(feature = "study")]

use crate::base::index::{ItemIndex, KindIndex};
use crate::base::number::{mean_and_deviation, round_spread};
use crate::base::random::Random;
use crate::base::value::Value;
use crate::engine::config::Config;
use crate::engine::{Engine, ModelId};
use crate::features::FamilySet;
use crate::features::item_weights::ItemWeights;
use crate::model::Model;
use crate::model::linear::LinearModel;
use crate::scoring::objective::Objective;
use crate::scoring::scorer::Workspace;
use crate::world::facet::FacetProfile;
use crate::world::interaction::Interaction;
use crate::world::item::Item;
use crate::world::recipient::Recipient;

use super::{Block, Shortlist, ShortlistQuery};

const NOW: i64 = 1_750_000_000_000;
const HOUR: i64 = 3_600_000;

fn value_of(json: &str) -> Value {
    Value::from_json(json, "").unwrap()
}

/// Returns an engine of 700 items and 10 users with a history, some of it impressions.
fn engine(random: &mut Random, valued: bool) -> Engine {
    let mut engine = Engine::new(&Config::read(Value::Null).unwrap());
    let item = |n: usize, random: &mut Random| {
        let tags: Vec<String> = (0..random.below(5)).map(|_| format!(r#""t{}""#, random.below(40))).collect();
        let value = if valued { format!(r#","value":{}"#, random.below(9)) } else { String::new() };
        let json = format!(
            r#"{{"id":"i{n}","tags":[{}],"category":"c{}","title":"tea {} leaf","publishedAt":{}{value}}}"#,
            tags.join(","),
            random.below(6),
            random.below(70),
            NOW - random.below(2000) as i64 * HOUR
        );
        Item::read(value_of(&json), "").unwrap()
    };
    let items = (0..700).map(|n| item(n, random)).collect();
    engine.world.change().put_items(items);
    for n in 0..500 {
        let kind = ["click", "save", "dismiss", "impression", "convert"][random.below(5)];
        let (user, item, at) = (random.below(10), random.below(700), NOW - random.below(900) as i64 * HOUR);
        let json = format!(r#"{{"id":"e{n}","user":"u{user}","item":"i{item}","kind":"{kind}","at":{at}}}"#);
        let indexed = engine.index(&Interaction::read(value_of(&json), "").unwrap());
        engine.memory.change().add_to_sums(&engine.world, indexed);
    }
    engine
}

/// Multiplies each weight of each kind by its own factor, and gives weight to features that ship without.
fn fitted(engine: &Engine, random: &mut Random) -> Model {
    let rows = engine.model(ModelId::DEFAULT).rows().0.to_vec().into_iter();
    let row = |row: LinearModel, random: &mut Random| LinearModel {
        weights: row
            .weights
            .iter()
            .map(|weight| weight * (0.4 + 1.2 * random.unit()) + 0.05 * random.normal())
            .collect(),
        ..row
    };
    let rows = rows.map(|one| row(one, random)).collect();
    let weights = vec![vec![(ItemIndex(3), 0.5), (ItemIndex(9), -0.25)]; 20];
    Model::fitted([rows, Vec::new()], None, ItemWeights::new(weights), None)
}

/// Shortlists of a block, and the exact utilities of all eligible items of each user.
struct Found {
    lists: Vec<Option<Shortlist>>,
    eligible: Vec<Vec<ItemIndex>>,
    exact: Vec<Vec<f64>>,
}

fn found(engine: &mut Engine, objective: &Objective, users: &[usize], slots: usize) -> Found {
    let open: Vec<ItemIndex> = ItemIndex::first(700).filter(|item| item.0 % 13 != 5).collect();
    let eligible_of = |user: usize| open.iter().copied().filter(move |item| item.as_usize() % (user + 9) != 0);
    let eligible: Vec<Vec<ItemIndex>> = users.iter().map(|&user| eligible_of(user).collect()).collect();
    let view = engine.at(NOW, FamilySet::ALL);
    let scorer = view.scorer(ModelId::DEFAULT, objective);
    let request = FacetProfile::default();
    let to = |user: usize| Recipient::of(view.state.world, Some(&format!("u{user}")), None, None);
    let queries: Vec<ShortlistQuery> = users
        .iter()
        .zip(&eligible)
        .map(|(&user, eligible)| ShortlistQuery { scorer, to: to(user), request: &request, eligible, slots })
        .collect();
    let lists = Block::default().shortlists(view.workspace, &open, &queries);
    let exact = queries.iter().map(|query| {
        let mut utilities = Vec::new();
        scorer.utilities(&mut Workspace::default(), query.to, &request, query.eligible, &mut utilities);
        utilities
    });
    Found { exact: exact.collect(), lists, eligible: eligible.clone() }
}

fn objectives(engine: &Engine) -> [Objective; 3] {
    let of = |weights: &[(&str, f64)]| {
        let mut weights: Vec<(KindIndex, f64)> =
            weights.iter().map(|&(kind, weight)| (engine.world.kinds.index(kind).unwrap(), weight)).collect();
        weights.sort_by_key(|(kind, _)| *kind);
        Objective(weights)
    };
    [
        of(&[("click", 1.0), ("save", 3.0), ("convert", 15.0), ("dismiss", -5.0)]),
        of(&[("click", 2.0)]),
        of(&[("click", 1.0), ("save", -2.0), ("dismiss", 4.0)]),
    ]
}

#[test]
fn no_item_left_out_is_worth_more_than_the_bound_and_spreads_are_exact() {
    let mut proven = [0, 0];
    for seed in 0..6 {
        let mut random = Random::new(seed);
        let mut engine = engine(&mut random, seed % 3 == 2);
        if seed % 2 == 1 {
            let model = fitted(&engine, &mut random);
            *engine.change_model(ModelId::DEFAULT) = model;
        }
        for objective in objectives(&engine) {
            let Found { lists, eligible, exact } = found(&mut engine, &objective, &[0, 1, 2, 3, 4, 5, 6, 7], 10);
            for (list, (eligible, exact)) in lists.iter().zip(eligible.iter().zip(&exact)) {
                let list = list.as_ref().expect("finite sums are bounded");
                proven[0] += 1;
                let spread = round_spread(mean_and_deviation(exact).1);
                proven[1] += usize::from(list.spread.is_some());
                assert!(list.spread.is_none_or(|found| found == spread), "{:?} is not {spread}", list.spread);
                let best = exact.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                for (items, most) in list.attempts(&[]) {
                    assert!(items.len() == 16 || items.len() == 48);
                    assert!(most < best || spread == 0.0, "a bound above all items proves nothing");
                    for (item, utility) in eligible.iter().zip(exact) {
                        assert!(items.contains(item) || *utility <= most, "{utility} is above {most}");
                    }
                }
            }
        }
    }
    assert!(proven[1] * 10 > proven[0] * 7, "of {} spreads {} are known", proven[0], proven[1]);
}

#[test]
fn a_lane_does_not_depend_on_the_others() {
    let mut random = Random::new(7);
    let mut engine = engine(&mut random, false);
    for is_fitted in [false, true] {
        if is_fitted {
            let model = fitted(&engine, &mut random);
            *engine.change_model(ModelId::DEFAULT) = model;
        }
        let objective = &objectives(&engine)[0];
        let together = found(&mut engine, objective, &[3, 1, 4, 0, 5, 9, 2, 6], 3).lists;
        for (lane, user) in [3, 1, 4, 0, 5, 9, 2, 6].into_iter().enumerate() {
            let alone = found(&mut engine, objective, &[user], 3).lists.remove(0).unwrap();
            let together = together[lane].as_ref().unwrap();
            assert_eq!((&alone.items, &alone.attempts), (&together.items, &together.attempts));
        }
    }
}

#[test]
fn missing_items_are_found() {
    let items = |list: &[u32]| list.iter().copied().map(ItemIndex).collect::<Vec<_>>();
    let open = items(&[2, 3, 5, 8, 13, 21]);
    for out in 0..64u32 {
        let eligible: Vec<ItemIndex> =
            open.iter().zip(0..).filter(|(_, n)| out >> n & 1 == 0).map(|(item, _)| *item).collect();
        let expected: Vec<u32> = (0..6).filter(|n| out >> n & 1 == 1).collect();
        assert_eq!(super::block::missing(&open, &eligible), expected);
    }
}
