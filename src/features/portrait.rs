//! Portrait: match of items with the other facets of items that carry the subject's tags and attributes.
//!
//! A user tagged 春茶 matches items of the category that most items tagged 春茶 have, also items without the tag. The
//! relation between tags and other facets comes from the library, so that it needs no interactions.

use crate::base::index::{FacetIndex, ItemIndex};
use crate::base::order;
use crate::base::sorted::SortedMap;
use crate::world::World;
use crate::world::consent::FacetOptOut;
use crate::world::facet_matrix::FacetMatrix;
use crate::world::recipient::Recipient;

use super::column::{Column, Source};
use super::facet_vector::{CLASSES, FacetVector};
use super::ranking_context::RankingContext;

/// Items added to the number that carry a facet before averaging: shrinks the relations of rare facets.
const PRIOR_ITEMS: f64 = 1.0;

/// Maximum number of related facets kept for one facet, the strongest.
const MAX_RELATED: usize = 100;

/// (facet, mean weight) of the items that carry a facet, ascending by facet.
type Related = Vec<(FacetIndex, f64)>;

/// Facets related to the subject's profile, and the relations computed so far.
#[derive(Debug, Clone, Default)]
pub struct Portrait {
    expected: FacetVector<1>,
    /// Revision of the facet matrix that `related` belongs to.
    revision: u64,
    related: SortedMap<FacetIndex, Related>,
}

/// Names `portrait.<class>` = Σ over the profile's facets t of weight × ⟨mean row of the items with t, item's row⟩.
pub fn features() -> Vec<String> {
    CLASSES.map(|class| format!("portrait.{}", class.name())).into()
}

impl Portrait {
    /// Sums the related facets of the recipient's own profile: a user's, or a group's.
    /// Facets that the user opted out of do not count.
    pub fn prepare(&mut self, context: &RankingContext, recipient: &Recipient, opted_out: &[FacetOptOut]) {
        let (world, matrix) = (context.state.world, context.facet_matrix);
        self.expected.clear(matrix.facets());
        if self.revision != matrix.revision() {
            self.related = SortedMap::default();
            self.revision = matrix.revision();
        }
        let profile = match recipient.is_user {
            true => recipient.user.and_then(|user| world.users.facet_profile(user)),
            false => recipient.group.and_then(|group| world.groups.facet_profile(group)),
        };
        for &(facet, weight) in profile.map_or(&[][..], |profile| &profile.facets) {
            if self.related.get(&facet).is_none() {
                *self.related.or_default(facet) = related(facet, matrix, world);
            }
            let related = self.related.get(&facet).expect("it was computed");
            related.iter().for_each(|&(other, mean)| self.expected.add(other, [weight * mean]));
        }
        opted_out.iter().for_each(|opted_out| self.expected.zero(opted_out.facet));
    }

    /// Exchanges the relations computed so far.
    pub fn exchange_related(&mut self, other: &mut Self) {
        std::mem::swap(&mut self.revision, &mut other.revision);
        std::mem::swap(&mut self.related, &mut other.related);
    }

    /// Fills the columns of [`features`].
    pub fn fill(&self, context: &RankingContext, items: &[ItemIndex], columns: &mut [Column]) {
        self.expected.fill_classes(context, items, columns);
    }

    /// Splits a value by facet.
    pub fn contributions(&self, context: &RankingContext, item: ItemIndex, offset: usize) -> Vec<(Source, f64)> {
        self.expected.contributions(context, item, offset)
    }
}

/// Returns the facets of the items that carry `facet`, with their mean weights.
fn related(facet: FacetIndex, matrix: &FacetMatrix, world: &World) -> Related {
    let own = matrix.class(world.facets.class(facet));
    let carries = |item: &&ItemIndex| own.row(**item).0.contains(&facet);
    let mut entries = Vec::new();
    let mut carriers = 0.0;
    for &item in matrix.listed().iter().filter(carries) {
        carriers += 1.0;
        for class in CLASSES {
            let (facets, weights) = matrix.class(class).row(item);
            entries.extend(facets.iter().copied().zip(weights.iter().copied()));
        }
    }
    order::sort_by_key(&mut entries, |entry| entry.0);
    let mut sums: Related = Vec::new();
    for (other, weight) in entries {
        match sums.last_mut().filter(|last| last.0 == other) {
            Some(last) => last.1 += weight,
            None => sums.push((other, weight)),
        }
    }
    sums.iter_mut().for_each(|(_, sum)| *sum /= carriers + PRIOR_ITEMS);
    order::retain_smallest(&mut sums, MAX_RELATED, |a, b| {
        b.1.total_cmp(&a.1).then_with(|| world.facets.name(a.0).cmp(world.facets.name(b.0)))
    });
    order::sort_by_key(&mut sums, |entry| entry.0);
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::value::Value;
    use crate::features::StateVersion;
    use crate::features::item_effects::ItemEffects;
    use crate::features::item_weights::ItemWeights;
    use crate::memory::{HalfLives, Memory, StateView};
    use crate::world::item::Item;
    use crate::world::subject::{Group, User};

    fn world() -> World {
        let mut world = World::default();
        let read = |json: &str| Value::from_json(json, "").unwrap();
        let items = [
            r#"{"id":"a","tags":["spring"],"category":"tea/green"}"#,
            r#"{"id":"b","tags":["spring"],"category":"tea/green"}"#,
            r#"{"id":"c","tags":["gift"],"category":"cups"}"#,
            r#"{"id":"d","category":"tea/green"}"#,
            r#"{"id":"e","category":"cups"}"#,
        ];
        world.put_items(items.iter().map(|json| Item::read(read(json), "").unwrap()).collect());
        let users = [r#"{"id":"u","tags":["spring"]}"#, r#"{"id":"v","tags":["autumn"]}"#];
        world.put_users(users.iter().map(|json| User::read(read(json), "").unwrap()).collect());
        world.put_groups(vec![Group::read(read(r#"{"id":"g","members":["u"],"tags":["gift"]}"#), "").unwrap()]);
        world
    }

    /// Returns `portrait.category` of the five items, after the portraits of `before` were prepared.
    fn categories(before: &[&str], user: Option<&str>, group: Option<&str>) -> Vec<f64> {
        let world = world();
        let memory = Memory::new(HalfLives::default());
        let mut matrix = FacetMatrix::default();
        matrix.refresh(&world.library, &world.facets);
        let context = RankingContext {
            tiers: None,
            state: StateView { world: &world, memory: &memory, now: 0 },
            facet_matrix: &matrix,
            item_weights: &ItemWeights::default(),
            item_effects: &ItemEffects::default(),
            version: StateVersion::default(),
        };
        let mut portrait = Portrait::default();
        for user in before {
            portrait.prepare(&context, &Recipient::of(&world, Some(user), None, None), &[]);
        }
        let to = Recipient::of(&world, user, group, None);
        portrait.prepare(&context, &to, &[]);
        let mut columns = vec![Column::default(); CLASSES.len()];
        let items: Vec<ItemIndex> = ItemIndex::first(5).collect();
        portrait.fill(&context, &items, &mut columns);
        if columns[1].live { columns[1].values.clone() } else { vec![0.0; 5] }
    }

    #[test]
    fn an_item_without_the_tag_matches_by_the_category_of_items_with_it() {
        let values = categories(&[], Some("u"), None);
        assert!(values[3] > 0.5 && values[4] == 0.0, "{values:?}");
        // Two items carry the tag: their mean row is shrunk by one item.
        assert!((values[3] - 2.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn unknown_tags_and_strangers_have_no_portrait() {
        assert_eq!(categories(&["u"], Some("v"), None), [0.0; 5]);
        assert_eq!(categories(&["u"], Some("nobody"), None), [0.0; 5]);
    }

    #[test]
    fn a_group_has_the_portrait_of_its_own_tags() {
        let values = categories(&["u"], None, Some("g"));
        assert!(values[4] == 0.5 && values[3] == 0.0, "{values:?}");
    }
}
