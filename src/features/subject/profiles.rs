//! Facet profiles of the user, their group, the channel and the request.

use crate::world::facet::FacetProfile;
use crate::world::recipient::Recipient;

use super::{FacetVector, RankingContext};

/// Owners of the profiles, in the order of the `context` features.
pub const PROFILE_OWNERS: [&str; 4] = ["user", "group", "channel", "request"];

/// Writes the profiles into a matrix of facets × owners.
pub fn prepare(target: &mut FacetVector<4>, context: &RankingContext, recipient: &Recipient, request: &FacetProfile) {
    target.clear(context.index.facets());
    let Recipient { user, group, channel, .. } = *recipient;
    let profiles = [
        user.and_then(|user| context.world.users.portrait(user)),
        group.and_then(|group| context.world.groups.portrait(group)),
        channel.and_then(|channel| context.world.channels.portrait(channel)),
        Some(request),
    ];
    for (n, facets) in profiles.into_iter().enumerate() {
        for &(facet, weight) in facets.map_or(&[][..], |profile| &profile.facets) {
            let mut amounts = [0.0; PROFILE_OWNERS.len()];
            amounts[n] = weight;
            target.add(facet, amounts);
        }
    }
}
