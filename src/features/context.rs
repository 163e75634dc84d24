//! Match of items with the facet profiles of user, group, channel and request.

use nextpick_kernel::lanes::{self as kernel, Lanes};

use crate::base::index::ItemIndex;
use crate::world::facet::{FacetClass, FacetProfile};
use crate::world::recipient::Recipient;

use super::column::{Column, Source};
use super::facet_vector::FacetVector;
use super::ranking_context::RankingContext;

/// Owners of the profiles, in the order of the features.
const OWNERS: [&str; 4] = ["user", "group", "channel", "request"];

const CLASSES: [FacetClass; 5] =
    [FacetClass::Tag, FacetClass::Category, FacetClass::Format, FacetClass::Source, FacetClass::Other];

/// Facet profiles as a matrix of facets × owners.
#[derive(Debug, Clone, Default)]
pub struct ContextProfiles(FacetVector<{ OWNERS.len() }>);

/// Names `context.<user|group|channel|request>` = Σ over classes of ⟨profile, item's row⟩: a user tagged 护肤 matches
/// items tagged 护肤, a user of the tier newcomer matches items with the facet `tier:newcomer`, a group with the attribute `region: "south"` matches items with the facet `region:south`.
pub fn features() -> Vec<String> {
    OWNERS.map(|owner| format!("context.{owner}")).into()
}

/// True if a feature belongs to the user's profile.
pub fn is_of_user(offset: usize) -> bool {
    OWNERS[offset] == "user"
}

impl ContextProfiles {
    /// Copies the profiles into the matrix; `request` is that of the request's context.
    pub fn prepare(&mut self, context: &RankingContext, recipient: &Recipient, request: &FacetProfile) {
        self.0.clear(context.facet_matrix.facets());
        let Recipient { user, group, channel, .. } = *recipient;
        let profiles = [
            user.and_then(|user| context.state.world.users.facet_profile(user)),
            group.and_then(|group| context.state.world.groups.facet_profile(group)),
            channel.and_then(|channel| context.state.world.channels.facet_profile(channel)),
            Some(request),
        ];
        if let Some(tier) = context.tiers.and_then(|tiers| tiers.of(context.state, recipient)) {
            self.0.add(tier, [1.0, 0.0, 0.0, 0.0]);
        }
        for (n, facets) in profiles.into_iter().enumerate() {
            for &(facet, weight) in facets.map_or(&[][..], |profile| &profile.facets) {
                let mut amounts = [0.0; OWNERS.len()];
                amounts[n] = weight;
                self.0.add(facet, amounts);
            }
        }
    }

    /// Adds Σ weight × profile to one lane of each facet's value, and the squares of these sums by class; `classes` has the
    /// class of each facet.
    pub fn fold(
        &self,
        weights: &[f64],
        classes: &[u8],
        lane: usize,
        values: &mut [Lanes],
        squares: &mut [f64; kernel::CLASSES],
    ) {
        let matches = |class: u8| CLASSES.iter().any(|known| *known as u8 == class);
        for (facet, amounts) in self.0.non_zero() {
            let class = classes[facet.as_usize()];
            if matches(class) {
                let sum: f64 = weights.iter().zip(amounts).map(|(weight, amount)| weight * amount).sum();
                values[facet.as_usize()][lane] += sum as f32;
                squares[class as usize] += sum * sum;
            }
        }
    }

    /// Fills the columns of [`features`].
    pub fn fill(&self, context: &RankingContext, items: &[ItemIndex], columns: &mut [Column]) {
        if self.0.is_empty() {
            return;
        }
        columns.iter_mut().for_each(|column| column.reset(items.len()));
        for (n, &item) in items.iter().enumerate() {
            for class in CLASSES {
                let matched = self.0.dot(context.facet_matrix.class(class).row(item));
                columns.iter_mut().zip(matched).for_each(|(column, amount)| column.values[n] += amount);
            }
        }
        columns.iter_mut().for_each(|column| column.live = true);
    }

    /// Splits a value by facet.
    pub fn contributions(&self, context: &RankingContext, item: ItemIndex, offset: usize) -> Vec<(Source, f64)> {
        let terms_of = |class: FacetClass| self.0.terms(context.facet_matrix.class(class).row(item), offset);
        let terms = CLASSES.iter().flat_map(|&class| terms_of(class));
        terms.map(|(facet, product)| (Source::Facet(facet), product)).collect()
    }
}
