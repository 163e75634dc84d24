//! What is said of the viewer, their group, the channel and the request.

use crate::world::addressee::Addressee;
use crate::world::facet::Profile;

use super::{Scene, Spread};

/// The places of `context` features: whose portrait it is.
pub const PORTRAITS: [&str; 4] = ["user", "group", "channel", "request"];

/// Lays the portraits out over facets.
pub fn look(portrait: &mut Spread<4>, scene: &Scene, addressee: &Addressee, request: &Profile) {
    portrait.clear(scene.index.facets());
    let Addressee { user, group, channel, .. } = *addressee;
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
