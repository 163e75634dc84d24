//! Moves the memory of a group to a new id.

use crate::base::digest::Digest;
use crate::base::index::GroupIndex;
use crate::world::World;

use super::{Memory, Subject};

impl Memory {
    /// Moves the interactions and sendings of one group to another. All sums are recomputed before the next query.
    pub fn move_group(&mut self, world: &World, from: GroupIndex, to: GroupIndex) {
        self.merge_pending(world);
        let [old, new] = [from, to].map(|group| world.groups.ids.shared(group));
        for subject in self.subjects() {
            self.history_mut(subject).move_group(world, from, to);
        }
        let source = std::mem::take(self.history_mut(Subject::Group(from)));
        let target = self.history_mut(Subject::Group(to));
        source.events().iter().for_each(|event| target.log_compact(*event));
        target.add_values(&source, |event| *event);
        source.all_recent().for_each(|recent| target.keep_recent(recent.clone()));
        self.exposure.move_group(from, to);
        // Decision ids depend on the digest: they must differ from those made before.
        self.digest.add(Digest::new("moved").text(&old).text(&new).finish());
    }
}
