//! What is said of the viewer, their group, the channel and the request.

use crate::world::facet::FacetProfile;
use crate::world::recipient::Recipient;

use super::{FacetVector, RankingContext};

/// The places of `context` features: whose portrait it is.
pub const PORTRAITS: [&str; 4] = ["user", "group", "channel", "request"];

/// Lays the portraits out over facets.
pub fn prepare(portrait: &mut FacetVector<4>, scene: &RankingContext, addressee: &Recipient, request: &FacetProfile) {
    portrait.clear(scene.index.facets());
    let Recipient { user, group, channel, .. } = *addressee;
    let portraits = [
        user.and_then(|user| scene.world.users.portrait(user)),
        group.and_then(|group| scene.world.groups.portrait(group)),
        channel.and_then(|channel| scene.world.channels.portrait(channel)),
        Some(request),
    ];
    for (n, facets) in portraits.into_iter().enumerate() {
        for &(facet, weight) in facets.map_or(&[][..], |portrait| &portrait.facets) {
            let mut amounts = [0.0; PORTRAITS.len()];
            amounts[n] = weight;
            portrait.add(facet, amounts);
        }
    }
}
